/* SPDX-License-Identifier: BSD-2-Clause */
#include "model.h"
#include "releases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define IS(it, condition, value) ((it)->is[VM_IF_##condition] == VM_IS_##condition##_##value)

static bool from(const struct vm_case *it, const char *release)
{
	return it->is[VM_IF_QEMU] >= release_index(release, strlen(release));
}

static bool between(const struct vm_case *it, const char *first, const char *last)
{
	return from(it, first) && it->is[VM_IF_QEMU] <= release_index(last, strlen(last));
}

static bool whole(const struct vm_case *it)
{
	return IS(it, FUNCTION, WHOLE);
}

static bool headless(const struct vm_case *it)
{
	return IS(it, WANT, HEADLESS);
}

static bool picture(const struct vm_case *it)
{
	return IS(it, WANT, BOOT_PICTURE);
}

static bool known(const struct vm_case *it)
{
	return !IS(it, GENERATION, NONE);
}

static bool up_to_9(const struct vm_case *it)
{
	return IS(it, GENERATION, 6) || IS(it, GENERATION, 7) || IS(it, GENERATION, 8) ||
	       IS(it, GENERATION, 9);
}

/* ---- igd_gen() */

enum era {
	BEFORE_9_2,
	IN_9_2,
	FROM_10_0,
};

/* Ids, and what each era makes of them; 0: nothing. The first row that fits. */
static const struct {
	uint16_t mask, value;
	uint8_t seen[3];
} generations[] = {
	{0x0fff, 0x0a84, {8, 8, 9}},   {0x0fff, 0x0a85, {8, 0, 9}},  {0xff00, 0x0100, {6, 6, 6}},
	{0xff00, 0x0400, {6, 6, 7}},   {0xff00, 0x0a00, {6, 6, 7}},  {0xff00, 0x0c00, {6, 6, 7}},
	{0xff00, 0x0d00, {6, 6, 7}},   {0xff00, 0x0f00, {6, 6, 7}},  {0xff00, 0x1600, {8, 8, 8}},
	{0xff00, 0x2200, {8, 8, 8}},   {0xff00, 0x1900, {8, 8, 9}},  {0xff00, 0x5900, {8, 8, 9}},
	{0xff00, 0x3e00, {8, 9, 9}},   {0xff00, 0x3100, {8, 0, 9}},  {0xff00, 0x9b00, {8, 0, 9}},
	{0xff00, 0x4500, {8, 11, 11}}, {0xff00, 0x8a00, {8, 0, 11}}, {0xff00, 0x4e00, {8, 0, 11}},
	{0xff00, 0x9a00, {8, 12, 12}}, {0xff00, 0x4c00, {8, 0, 12}}, {0xff00, 0x4600, {8, 0, 12}},
	{0xff00, 0xa700, {8, 0, 12}},  {0xff00, 0x0000, {0, 0, 0}},  {0xff00, 0x2500, {0, 0, 0}},
	{0xff00, 0x2700, {0, 0, 0}},   {0xff00, 0x2900, {0, 0, 0}},  {0xff00, 0x2a00, {0, 0, 0}},
	{0xff00, 0x2e00, {0, 0, 0}},   {0xff00, 0x3500, {0, 0, 0}},  {0xff00, 0xa000, {0, 0, 0}},
	{0x0000, 0x0000, {8, 0, 0}},
};

unsigned model_generation(uint16_t id, unsigned release)
{
	static const uint8_t names[] = {
		[6] = VM_IS_GENERATION_6, [7] = VM_IS_GENERATION_7,   [8] = VM_IS_GENERATION_8,
		[9] = VM_IS_GENERATION_9, [11] = VM_IS_GENERATION_11, [12] = VM_IS_GENERATION_12,
	};
	enum era era = release < release_index("9.2", 3)    ? BEFORE_9_2
		       : release < release_index("10.0", 4) ? IN_9_2
							    : FROM_10_0;
	size_t i = 0;

	while ((id & generations[i].mask) != generations[i].value)
		i++;
	return generations[i].seen[era] ? names[generations[i].seen[era]] : VM_IS_GENERATION_NONE;
}

/* ---- place and legacy mode */

bool model_at_igd_place(const struct vm_case *it)
{
	if (!whole(it) || headless(it))
		return false;
	/* A GPU without the 32-bit BDSM would be treated as generation 8 there. */
	return !(between(it, "2.7", "9.1") && IS(it, MACHINE, I440FX) &&
		 (IS(it, BDSM, 64) || IS(it, BDSM, NONE)));
}

/* What QEMU looks at before it decides to enter legacy mode; the rest makes it fail. */
static bool tries_legacy_mode(const struct vm_case *it)
{
	if (!whole(it) || !IS(it, CLASS, 0300) || !IS(it, ADDRESS, IGD) || !IS(it, MACHINE, I440FX))
		return false;
	if (from(it, "10.1"))
		return up_to_9(it);
	return known(it) && from(it, "2.7") && (!between(it, "5.0", "5.0") || IS(it, BUILD, PVE));
}

static bool fails_legacy_mode(const struct vm_case *it)
{
	return IS(it, LPC_SLOT, TAKEN) || IS(it, ROM, NONE) || IS(it, DISABLE_VGA, YES);
}

bool model_legacy_mode(const struct vm_case *it)
{
	return tries_legacy_mode(it) && !fails_legacy_mode(it) && !IS(it, KERNEL, OLD) &&
	       !(from(it, "10.0") && IS(it, LEGACY, OFF));
}

/* ---- refusals */

/*
 * is_supported_device() of drivers/gpu/drm/i915/intel_gvt.c, by ranges of
 * include/drm/intel/pciids.h: BDW 16xx, SKL 19xx, APL 0A84 1A84 1A85 5A84 5A85, KBL 59xx with AML
 * 87C0, CFL and WHL 3Exx with AML 87CA, CML 9Bxx. Cannon Lake is 0A01 and 5Axx; Gemini Lake 318x.
 */
static bool has_gvt(uint16_t id)
{
	switch (id) {
	case 0x0a84:
	case 0x1a84:
	case 0x1a85:
	case 0x5a84:
	case 0x5a85:
	case 0x87c0:
	case 0x87ca:
		return true;
	}
	return id >> 8 == 0x16 || id >> 8 == 0x19 || id >> 8 == 0x59 || id >> 8 == 0x3e ||
	       id >> 8 == 0x9b;
}

static bool refuses_part(const struct vm_case *it)
{
	if (IS(it, FUNCTION, VF))
		return !headless(it) || IS(it, HOST, IGD);
	if (IS(it, HOST, PART))
		return true;
	return IS(it, FUNCTION, MDEV) && (!has_gvt(it->device_id) || picture(it));
}

static bool refuses_host(const struct vm_case *it)
{
	if (IS(it, BDSM, UNKNOWN) || !from(it, "2.7") || IS(it, KERNEL, OLD))
		return true;
	if (between(it, "5.0", "5.0") && IS(it, BUILD, UPSTREAM) && IS(it, BDSM, 32))
		return true;
	if (IS(it, CLASS, 0380) &&
	    (!from(it, "10.2") || IS(it, KERNEL, MIDDLE) || IS(it, FIRMWARE, SEABIOS)))
		return true;
	return between(it, "10.0", "10.0") && !known(it);
}

static bool refuses_guest(const struct vm_case *it)
{
	if (IS(it, MACHINE, OTHER))
		return true;
	if (IS(it, FIRMWARE, SEABIOS))
		return IS(it, VBIOS, NO) || IS(it, MACHINE, Q35) || IS(it, DISABLE_VGA, YES) ||
		       (picture(it) && IS(it, ROM_VBIOS, NO));
	if (IS(it, ROM, NONE) || IS(it, ROM, OTHER))
		return true;
	return picture(it) && IS(it, ROM, DRIVER);
}

/* GMS that 9.2 does not take: up to generation 8 more than 10h, and steps of 4 MiB. */
static bool refuses_gms(const struct vm_case *it)
{
	return between(it, "9.2", "9.2") && IS(it, MACHINE, I440FX) &&
	       (IS(it, GENERATION, 6) || IS(it, GENERATION, 8)) && it->gms_known && it->gms > 0x10;
}

static bool refuses_picture(const struct vm_case *it)
{
	bool q35 = IS(it, MACHINE, Q35);

	if (from(it, "9.2") && !known(it) && !IS(it, BDSM, NONE))
		return true;
	if (!from(it, "10.0") && !known(it))
		return true;
	if (!from(it, "9.2") && !IS(it, BDSM, 32))
		return true;
	if (!from(it, "10.0") && (q35 || (IS(it, MACHINE, I440FX) && IS(it, DISABLE_VGA, YES))))
		return true;
	return q35 && !IS(it, GATE, OPEN) && (!IS(it, ROM, GATE) || IS(it, LPC_ID, UNKNOWN));
}

static const char *const properties[] = {
	"x-igd-legacy-mode", "x-igd-opregion", "x-igd-lpc", "x-igd-gms", "x-pci-class-code",
};

static bool needs_a_property(const struct vm_case *it)
{
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
		if (model_need(it, properties[i]))
			return true;
	}
	return false;
}

bool model_refuses(const struct vm_case *it)
{
	if (refuses_part(it) || (!IS(it, DEVICE, IGD) && !IS(it, FUNCTION, VF) && !headless(it)))
		return true;
	if ((IS(it, HYPERVISOR, LIBVIRT) || IS(it, HYPERVISOR, UNRAID)) && IS(it, LIBVIRT, OLD) &&
	    needs_a_property(it))
		return true;
	if (!whole(it))
		return false;
	if (IS(it, HYPERVISOR, PVE) && IS(it, MACHINE, I440FX) && IS(it, ADDRESS, IGD) &&
	    IS(it, HOST, OTHER))
		return true;
	if (headless(it))
		return false;
	return refuses_host(it) || refuses_guest(it) || refuses_gms(it) ||
	       (picture(it) && refuses_picture(it));
}

const char *model_asks(const struct vm_case *it)
{
	if (IS(it, FUNCTION, MDEV) && IS(it, MDEV, UNKNOWN))
		return "mdev";
	if (whole(it) && !headless(it) && IS(it, CLASS, 0380) && from(it, "10.2") &&
	    IS(it, KERNEL, UNKNOWN))
		return "kernel";
	return NULL;
}

/* ---- what is needed */

static bool needs_opregion(const struct vm_case *it)
{
	if (!between(it, "2.7", "10.0") || IS(it, FUNCTION, VF) || headless(it) ||
	    IS(it, KERNEL, OLD) || IS(it, CLASS, 0380) || model_legacy_mode(it))
		return false;
	return known(it) || !from(it, "10.0");
}

static bool needs_lpc(const struct vm_case *it)
{
	return from(it, "10.0") && (known(it) || from(it, "10.1")) && whole(it) && picture(it) &&
	       IS(it, MACHINE, I440FX) && IS(it, ADDRESS, IGD) && IS(it, LPC_SLOT, FREE) &&
	       !model_legacy_mode(it);
}

/* Up to 9.1 legacy mode sets GMS to 0; later it is that of the host, which may be 0 as well. */
static bool needs_gms(const struct vm_case *it)
{
	if (from(it, "10.0"))
		return whole(it) && picture(it) && known(it) && it->gms_known && it->gms == 0 &&
		       IS(it, ADDRESS, IGD);
	if (from(it, "9.2") || !model_legacy_mode(it) || headless(it) || !IS(it, BDSM, 32))
		return false;
	if (IS(it, FIRMWARE, SEABIOS))
		return IS(it, GUEST, WINDOWS);
	return IS(it, FIRMWARE, OVMF) && (picture(it) || !IS(it, GUEST, LINUX));
}

const char *model_need(const struct vm_case *it, const char *property)
{
	static char gms[8];

	if (strcmp(property, "x-igd-legacy-mode") == 0)
		return from(it, "10.0") && tries_legacy_mode(it) && fails_legacy_mode(it) ? "off"
											  : NULL;
	if (strcmp(property, "x-igd-opregion") == 0)
		return needs_opregion(it) ? "on" : NULL;
	if (strcmp(property, "x-igd-lpc") == 0)
		return needs_lpc(it) ? "on" : NULL;
	if (strcmp(property, "x-pci-class-code") == 0)
		return from(it, "10.2") && whole(it) && picture(it) && IS(it, CLASS, 0380)
			       ? "0x030000"
			       : NULL;
	if (strcmp(property, "x-igd-gms") != 0 || !needs_gms(it))
		return NULL;
	snprintf(gms, sizeof(gms), "0x%x",
		 it->gms_known && it->gms >= 1 && it->gms <= 0x10 ? it->gms : 2);
	return gms;
}

const char *model_set(const struct vm_case *it, const char *subject)
{
	static char id[8];
	bool shown = whole(it) && !headless(it);

	if (strcmp(subject, "display") == 0)
		return shown ? "none" : NULL;
	if (strcmp(subject, "rom") == 0)
		return !shown                      ? NULL
		       : IS(it, FIRMWARE, OVMF)    ? "efi"
		       : IS(it, FIRMWARE, SEABIOS) ? "vbios"
						   : NULL;
	if (strcmp(subject, "pcie") == 0)
		return IS(it, HYPERVISOR, PVE) && IS(it, MACHINE, Q35) && IS(it, FUNCTION, VF)
			       ? "on"
			       : NULL;
	snprintf(id, sizeof(id), "0x%04x", it->lpc_id);
	return whole(it) && picture(it) && IS(it, MACHINE, Q35) && !IS(it, GATE, OPEN) &&
			       IS(it, ROM, GATE) && IS(it, LPC_ID, KNOWN)
		       ? id
		       : NULL;
}

/* ---- what to make of a property that is there */

/* Up to 10.1 QEMU does with a GPU of another class than VGA as with any device. */
static bool passed_over(const struct vm_case *it)
{
	if (!whole(it))
		return true;
	if (between(it, "10.0", "10.0") && !known(it))
		return true;
	return between(it, "10.0", "10.1") && IS(it, CLASS, 0380);
}

static enum vm_verdict judge_lpc(const struct vm_case *it, bool on)
{
	if (!on || passed_over(it) || model_legacy_mode(it))
		return VM_JUDGED_USELESS;
	if (IS(it, MACHINE, Q35) || IS(it, LPC_SLOT, TAKEN))
		return VM_JUDGED_FATAL;
	return VM_JUDGED_OPTIONAL;
}

static enum vm_verdict judge_opregion(const struct vm_case *it, bool on)
{
	if (from(it, "10.1")) {
		if (on || model_legacy_mode(it))
			return VM_JUDGED_USELESS;
		return whole(it) && !headless(it) ? VM_JUDGED_FATAL : VM_JUDGED_OPTIONAL;
	}
	if (!on)
		return VM_JUDGED_USELESS;
	if (from(it, "10.0") && (!known(it) || (!IS(it, FUNCTION, MDEV) && passed_over(it))))
		return VM_JUDGED_USELESS;
	if (IS(it, FUNCTION, VF) || (whole(it) && IS(it, CLASS, 0380)) || IS(it, KERNEL, OLD))
		return VM_JUDGED_FATAL;
	return model_legacy_mode(it) ? VM_JUDGED_USELESS : VM_JUDGED_OPTIONAL;
}

/* The largest GMS of a generation; what lies between and the steps of 4 MiB aside. */
static bool takes_gms(const struct vm_case *it, unsigned long gms)
{
	if (gms <= (IS(it, GENERATION, 6) || IS(it, GENERATION, 7) ? 0x10u : 0x40u))
		return true;
	return from(it, "10.1") && gms >= 0xf0 && gms <= 0xfe &&
	       (IS(it, GENERATION, 9) || IS(it, GENERATION, 11) || IS(it, GENERATION, 12));
}

static enum vm_verdict judge_gms(const struct vm_case *it, unsigned long gms)
{
	if (gms == 0 || passed_over(it) || between(it, "9.2", "9.2"))
		return VM_JUDGED_USELESS;
	if (!from(it, "9.2")) {
		if (!model_legacy_mode(it))
			return VM_JUDGED_USELESS;
		return gms > 0x10 ? VM_JUDGED_FATAL : VM_JUDGED_OPTIONAL;
	}
	if (known(it) && takes_gms(it, gms))
		return VM_JUDGED_OPTIONAL;
	return from(it, "10.1") ? VM_JUDGED_FATAL : VM_JUDGED_USELESS;
}

static enum vm_verdict judge_legacy(const struct vm_case *it, const char *value)
{
	bool none = !IS(it, MACHINE, I440FX) || (from(it, "10.1") && !up_to_9(it));

	if (strcmp(value, "auto") == 0 || passed_over(it))
		return VM_JUDGED_USELESS;
	if (strcmp(value, "off") == 0)
		return none ? VM_JUDGED_USELESS : VM_JUDGED_OPTIONAL;
	return none || !IS(it, CLASS, 0300) || !IS(it, ADDRESS, IGD) || fails_legacy_mode(it)
		       ? VM_JUDGED_FATAL
		       : VM_JUDGED_OPTIONAL;
}

static enum vm_verdict judge_vga(const struct vm_case *it, bool on)
{
	if (!on)
		return VM_JUDGED_USELESS;
	if (IS(it, DISABLE_VGA, YES) || IS(it, CLASS, 0380) || !whole(it))
		return VM_JUDGED_FATAL;
	return model_legacy_mode(it) ? VM_JUDGED_USELESS : VM_JUDGED_OPTIONAL;
}

/* Since when vfio-pci has it. */
static const char *since(const char *property)
{
	static const char *const table[][2] = {
		{"x-igd-opregion", "2.7"},
		{"x-igd-gms", "2.7"},
		{"x-igd-lpc", "10.0"},
		{"display", "2.12"},
		{"x-igd-legacy-mode", "10.0"},
		{"x-pci-class-code", "10.1"},
		{"ramfb", "3.1"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (strcmp(property, table[i][0]) == 0)
			return table[i][1];
	}
	return "2.6";
}

static enum vm_verdict judge(const struct vm_case *it, const char *property, const char *value)
{
	bool on = strcmp(value, "on") == 0;

	if (strcmp(property, "x-igd-lpc") == 0)
		return judge_lpc(it, on);
	if (strcmp(property, "x-igd-opregion") == 0)
		return judge_opregion(it, on);
	if (strcmp(property, "x-igd-gms") == 0)
		return judge_gms(it, strtoul(value, NULL, 0));
	if (strcmp(property, "x-igd-legacy-mode") == 0)
		return judge_legacy(it, value);
	if (strcmp(property, "x-vga") == 0)
		return judge_vga(it, on);
	if (strcmp(property, "x-pci-class-code") == 0)
		return IS(it, CLASS, 0300) ? VM_JUDGED_USELESS : VM_JUDGED_OPTIONAL;
	if (strcmp(property, "rombar") == 0 && strcmp(value, "0") == 0)
		return whole(it) && !headless(it) ? VM_JUDGED_FATAL : VM_JUDGED_OPTIONAL;
	if (strcmp(property, "display") == 0 || strcmp(property, "ramfb") == 0)
		return on && !whole(it) ? VM_JUDGED_OPTIONAL : VM_JUDGED_USELESS;
	return strcmp(property, "rombar") == 0 ? VM_JUDGED_USELESS : VM_JUDGED_OPTIONAL;
}

enum vm_verdict model_judge(const struct vm_case *it, const char *property, const char *value)
{
	const char *need = model_need(it, property);
	enum vm_verdict verdict;

	if (!from(it, since(property)))
		return VM_JUDGED_UNKNOWN_TO_QEMU;
	if (need &&
	    (strcmp(need, value) == 0 || (strcmp(property, "x-igd-gms") == 0 &&
					  strtoul(need, NULL, 0) == strtoul(value, NULL, 0))))
		return VM_JUDGED_NEEDED;
	verdict = judge(it, property, value);
	/* The default is no answer where something else is needed. */
	return need && verdict == VM_JUDGED_USELESS ? VM_JUDGED_NEEDED : verdict;
}
