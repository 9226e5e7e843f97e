/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of rules against the model, for many combinations of conditions. */
#include "../unit/unit.h"
#include "../unit/vm_rig.h"
#include "model.h"
#include "releases.h"

#include <stdio.h>

#define CASES 40000

/* One of every platform that QEMU knows or not, one that is too old, a card, and a made-up one. */
static const char *const devices[] = {
	"0042", "0102", "0162", "0412", "0F31", "1616", "22B0", "1912", "5912", "3E92",
	"87C0", "9BC5", "3185", "5A84", "5A85", "8A52", "4571", "4E55", "9A49", "4C8A",
	"4680", "46D1", "A780", "7D55", "64A0", "B080", "56C0", "FFFE",
};
#define DEVICES (sizeof(devices) / sizeof(devices[0]))

static const char *const settings[][2] = {
	{"x-igd-lpc", "on"},
	{"x-igd-lpc", "off"},
	{"x-igd-opregion", "on"},
	{"x-igd-opregion", "off"},
	{"x-igd-legacy-mode", "on"},
	{"x-igd-legacy-mode", "off"},
	{"x-igd-legacy-mode", "auto"},
	{"x-igd-gms", "0x0"},
	{"x-igd-gms", "0x2"},
	{"x-igd-gms", "0x10"},
	{"x-igd-gms", "0x11"},
	{"x-igd-gms", "0x40"},
	{"x-igd-gms", "0x41"},
	{"x-igd-gms", "0xef"},
	{"x-igd-gms", "0xf0"},
	{"x-igd-gms", "0xfe"},
	{"x-igd-gms", "0xff"},
	{"x-vga", "on"},
	{"x-vga", "off"},
	{"x-pci-class-code", "0x030000"},
	{"display", "on"},
	{"display", "off"},
	{"ramfb", "on"},
	{"rombar", "0"},
	{"rombar", "1"},
	{"x-pci-device-id", "0x1912"},
	{"x-pci-vendor-id", "0x8086"},
	{"x-pci-sub-device-id", "1"},
	{"x-pci-sub-vendor-id", "1"},
	{"romfile", "/a.rom"},
};

static struct vm_case bases[DEVICES];
static uint64_t seed = 1;

/* xorshift64: the same in every run. */
static unsigned chance(unsigned below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned)(seed >> 33) % below;
}

/* Most conditions stay as they are at first, so that each of the others decides often enough. */
static void vary(struct vm_case *it, enum vm_condition condition, unsigned count)
{
	if (chance(4) == 0)
		it->is[condition] = (uint8_t)chance(count);
}

static void set_gms(struct vm_case *it)
{
	static const uint8_t some[] = {0, 1, 2, 0x10, 0x11, 0x40, 0x41, 0xef, 0xf0, 0xfe};

	it->gms_known = chance(2);
	it->gms = it->gms_known ? some[chance(sizeof(some))] : 0;
	it->is[VM_IF_GMS] = !it->gms_known    ? VM_IS_GMS_UNKNOWN
			    : it->gms == 0    ? VM_IS_GMS_ZERO
			    : it->gms <= 0x10 ? VM_IS_GMS_SMALL
			    : it->gms <= 0x40 ? VM_IS_GMS_MIDDLE
			    : it->gms < 0xf0  ? VM_IS_GMS_LARGE
					      : VM_IS_GMS_STEPS;
}

/* Those that differ from their neighbours more often than others. */
static unsigned some_release(void)
{
	static const char *const some[] = {"5.0", "9.1", "9.2", "10.0", "10.1", "10.2"};
	const char *name = some[chance(sizeof(some) / sizeof(some[0]))];

	return chance(2) ? chance(RELEASE_COUNT) : (unsigned)release_index(name, strlen(name));
}

/* A case as requests (place) or configurations give them. */
static struct vm_case make_case(bool place)
{
	struct vm_case it = bases[chance(DEVICES)];

	vm_case_set_qemu(&it, some_release());
	it.is[VM_IF_FIRMWARE] = VM_IS_FIRMWARE_OVMF;
	it.is[VM_IF_MACHINE] = VM_IS_MACHINE_I440FX;
	vary(&it, VM_IF_FIRMWARE, VM_IS_FIRMWARE_OVMF + 1);
	if (it.is[VM_IF_FIRMWARE] == VM_IS_FIRMWARE_UNKNOWN)
		it.is[VM_IF_FIRMWARE] = VM_IS_FIRMWARE_SEABIOS;
	if (chance(3) == 0)
		it.is[VM_IF_MACHINE] = chance(8) ? VM_IS_MACHINE_Q35 : VM_IS_MACHINE_OTHER;
	vary(&it, VM_IF_CLASS, VM_IS_CLASS_0380 + 1);
	vary(&it, VM_IF_KERNEL, VM_IS_KERNEL_NEW + 1);
	vary(&it, VM_IF_LIBVIRT, VM_IS_LIBVIRT_NEW + 1);
	vary(&it, VM_IF_HYPERVISOR, VM_IS_HYPERVISOR_UNRAID + 1);
	it.is[VM_IF_BUILD] = it.is[VM_IF_HYPERVISOR] == VM_IS_HYPERVISOR_PVE ? VM_IS_BUILD_PVE
									     : VM_IS_BUILD_UPSTREAM;
	it.is[VM_IF_GUEST] = (uint8_t)chance(VM_IS_GUEST_MACOS + 1);
	it.is[VM_IF_WANT] = (uint8_t)chance(VM_IS_WANT_HEADLESS + 1);
	vary(&it, VM_IF_FUNCTION, VM_IS_FUNCTION_MDEV + 1);
	vary(&it, VM_IF_MDEV, VM_IS_MDEV_KNOWN + 1);
	vary(&it, VM_IF_HOST, VM_IS_HOST_OTHER + 1);
	vary(&it, VM_IF_ROM, VM_IS_ROM_GATE + 1);
	vary(&it, VM_IF_ROM_VBIOS, VM_IS_ROM_VBIOS_YES + 1);
	vary(&it, VM_IF_LPC_ID, VM_IS_LPC_ID_KNOWN + 1);
	vary(&it, VM_IF_DISABLE_VGA, VM_IS_DISABLE_VGA_YES + 1);
	vary(&it, VM_IF_LPC_SLOT, VM_IS_LPC_SLOT_TAKEN + 1);
	set_gms(&it);
	if (!place) {
		vary(&it, VM_IF_ADDRESS, VM_IS_ADDRESS_OTHER + 1);
		vary(&it, VM_IF_LEGACY, VM_IS_LEGACY_OFF + 1);
	}
	vm_rules_settle(&it, place);
	return it;
}

static void complain(const struct vm_case *it, const char *what, const char *detail)
{
	char text[2048] = "";
	size_t used = 0;

	for (unsigned i = 0; i < VM_CONDITION_COUNT; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, " %s=%s",
					 vm_condition_name(i), vm_condition_value(i, it->is[i]));
	fail_msg("%s %s: %04X gms 0x%x%s", what, detail, it->device_id, it->gms, text);
}

/* At most one row says what a subject must be, and it says the same. */
static void compare_needs(const struct vm_case *it, enum vm_effect effect, const char *subject,
			  const char *wanted)
{
	const struct vm_rule *needs[VM_MAX_NEEDS];
	size_t count = vm_rules_needs(it, effect, needs);
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		char *value;

		if (strcmp(needs[i]->subject, subject) != 0)
			continue;
		found++;
		value = vm_rules_value(it, needs[i]);
		if (!wanted || strcmp(value, wanted) != 0)
			complain(it, needs[i]->name, value);
		free(value);
	}
	if (found != (wanted != NULL))
		complain(it, found ? "more than one row for" : "no row for", subject);
}

static void compare_decisions(const struct vm_case *it)
{
	static const char *const needed[] = {"x-igd-legacy-mode", "x-igd-opregion", "x-igd-lpc",
					     "x-igd-gms", "x-pci-class-code"};
	static const char *const set[] = {"display", "rom", "pcie", "opt/igdrom/lpc-id"};
	const struct vm_rule *refusal = vm_rules_refusal(it);
	const struct vm_rule *ask = vm_rules_ask(it);
	const char *asked = model_asks(it);

	if (it->is[VM_IF_GENERATION] != model_generation(it->device_id, it->is[VM_IF_QEMU]))
		complain(it, "generation", "");
	if ((it->is[VM_IF_MODE] == VM_IS_MODE_LEGACY) != model_legacy_mode(it))
		complain(it, "legacy mode", "");
	if ((refusal != NULL) != model_refuses(it))
		complain(it, "refusal", refusal ? refusal->name : "missing");
	if (ask ? !asked || strcmp(asked, ask->subject) != 0 : asked != NULL)
		complain(it, "asks for", ask ? ask->subject : "nothing");
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		compare_needs(it, VM_NEED, needed[i], model_need(it, needed[i]));
	for (size_t i = 0; i < sizeof(set) / sizeof(set[0]); i++)
		compare_needs(it, VM_SET, set[i], model_set(it, set[i]));
}

static void requests_are_decided_as_the_sources_have_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		struct vm_case it = make_case(true);

		if ((it.is[VM_IF_ADDRESS] == VM_IS_ADDRESS_IGD) != model_at_igd_place(&it))
			complain(&it, "place", "");
		compare_decisions(&it);
	}
}

/*
 * Without an OpRegion from the kernel QEMU 10.1 and later look at none of this; such a host is
 * refused for anything but computing, and the rules do not go into it. Nor into other machines.
 */
static bool is_gone_into(const struct vm_case *it)
{
	bool late = it->is[VM_IF_QEMU] >= release_index("10.1", 4);

	return it->is[VM_IF_MACHINE] != VM_IS_MACHINE_OTHER &&
	       !(late && it->is[VM_IF_KERNEL] == VM_IS_KERNEL_OLD);
}

static void configurations_are_judged_as_the_sources_have_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < CASES; i++) {
		struct vm_case it = make_case(false);

		compare_decisions(&it);
		if (!is_gone_into(&it))
			continue;
		for (size_t k = 0; k < sizeof(settings) / sizeof(settings[0]); k++) {
			const char *name = settings[k][0];
			const char *value = settings[k][1];
			enum vm_verdict wanted = model_judge(&it, name, value);
			struct vm_judgement got = vm_rules_judge(&it, name, value);
			char text[128];

			snprintf(text, sizeof(text), "%s=%s is %d by %s, expected %d", name, value,
				 (int)got.verdict, got.rule ? got.rule->name : "no rule",
				 (int)wanted);
			if (got.verdict != wanted)
				complain(&it, "judged", text);
		}
	}
}

static int read_devices(void **state)
{
	(void)state;
	for (size_t i = 0; i < DEVICES; i++) {
		char say[64];
		struct igdrom_vm_request *request;

		snprintf(say, sizeof(say), "device=%s hypervisor=qemu qemu=10.0", devices[i]);
		request = vm_rig_request(say);
		vm_case_from_request(request, &bases[i]);
		igdrom_vm_request_free(request);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_decided_as_the_sources_have_it),
		cmocka_unit_test(configurations_are_judged_as_the_sources_have_it),
	};

	return cmocka_run_group_tests(tests, read_devices, NULL);
}
