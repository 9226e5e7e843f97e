/* SPDX-License-Identifier: BSD-2-Clause */
#include <igdrom/device.h>

#include "igd/igd.h"

#include <string.h>

/* The shape of the generated tables. A NULL pointer: the table has no value there. */
struct igdrom_gop_family {
	const char *name;
	const char *versions;
	const char *platforms;
	const char *evidence;
	const char *coverage;
	const char *gate_note;
	const char *source;
};

/* What every device of a platform has in common. */
struct platform {
	enum igdrom_stolen_family stolen;
	enum igdrom_bdsm_kind bdsm;
	enum igdrom_tristate legacy_vbios;
	enum igdrom_tristate gvt;
	const char *legacy_vbios_note;
	const char *audio_function;
	const char *vbt_signatures;
	const char *ddi_names;
	const char *note;
	const char *source;
	const struct igdrom_gop_family *family; /* NULL: no GOP is known */
};

/* What QEMU does for a run of device ids. */
struct qemu_rule {
	const char *ranges;
	const char *lowest;
	const char *note;
	const char *source;
};

struct igdrom_device {
	uint16_t id;
	enum igdrom_device_kind kind;
	enum igdrom_tristate needs_lpc;
	const char *platform;
	const char *codename;
	const char *name;
	const char *graphics_version;
	const char *display_version;
	const char *gt;
	const char *form;
	const char *variant;
	const char *cpu_generation;
	const char *gop_versions;
	const char *kernel_macro;
	const char *note;
	const char *source;
	const struct platform *facts; /* NULL for a discrete device, as is qemu */
	const struct qemu_rule *qemu;
};

#include "device/families.inc"
#include "device/platforms.inc"
#include "device/qemu.inc"
#include "device/devices.inc"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

_Static_assert((int)IGD_STOLEN_UNKNOWN == (int)IGDROM_STOLEN_UNKNOWN &&
		       (int)IGD_STOLEN_NONE == (int)IGDROM_STOLEN_NONE &&
		       (int)IGD_STOLEN_GEN6 == (int)IGDROM_STOLEN_GEN6 &&
		       (int)IGD_STOLEN_GEN8 == (int)IGDROM_STOLEN_GEN8 &&
		       (int)IGD_STOLEN_CHV == (int)IGDROM_STOLEN_CHV &&
		       (int)IGD_STOLEN_GEN9 == (int)IGDROM_STOLEN_GEN9,
	       "igd/ and the public header number the families alike");
_Static_assert((int)IGD_BDSM_UNKNOWN == (int)IGDROM_BDSM_UNKNOWN &&
		       (int)IGD_BDSM_NONE == (int)IGDROM_BDSM_NONE &&
		       (int)IGD_BDSM_32_5C == (int)IGDROM_BDSM_32_5C &&
		       (int)IGD_BDSM_64_C0 == (int)IGDROM_BDSM_64_C0,
	       "igd/ and the public header number the registers alike");

enum igdrom_status igdrom_device_lookup(uint16_t device_id, const struct igdrom_device **out)
{
	size_t low = 0;
	size_t high = COUNT(devices);

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (devices[middle].id < device_id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == COUNT(devices) || devices[low].id != device_id)
		return IGDROM_E_NOT_FOUND;
	*out = &devices[low];
	return IGDROM_OK;
}

size_t igdrom_device_count(void)
{
	return COUNT(devices);
}

const struct igdrom_device *igdrom_device_at(size_t index)
{
	return index < COUNT(devices) ? &devices[index] : NULL;
}

uint16_t igdrom_device_id(const struct igdrom_device *device)
{
	return device ? device->id : 0;
}

enum igdrom_device_kind igdrom_device_kind(const struct igdrom_device *device)
{
	return device ? device->kind : (enum igdrom_device_kind)0;
}

const char *igdrom_device_platform(const struct igdrom_device *device)
{
	return device ? device->platform : NULL;
}

const char *igdrom_device_codename(const struct igdrom_device *device)
{
	return device ? device->codename : NULL;
}

const char *igdrom_device_name(const struct igdrom_device *device)
{
	return device ? device->name : NULL;
}

const char *igdrom_device_graphics_version(const struct igdrom_device *device)
{
	return device ? device->graphics_version : NULL;
}

const char *igdrom_device_display_version(const struct igdrom_device *device)
{
	return device ? device->display_version : NULL;
}

const char *igdrom_device_gt(const struct igdrom_device *device)
{
	return device ? device->gt : NULL;
}

const char *igdrom_device_form(const struct igdrom_device *device)
{
	return device ? device->form : NULL;
}

const char *igdrom_device_variant(const struct igdrom_device *device)
{
	return device ? device->variant : NULL;
}

const char *igdrom_device_cpu_generation(const struct igdrom_device *device)
{
	return device ? device->cpu_generation : NULL;
}

const char *igdrom_device_kernel_macro(const struct igdrom_device *device)
{
	return device ? device->kernel_macro : NULL;
}

const char *igdrom_device_gop_family(const struct igdrom_device *device)
{
	return device && device->facts && device->facts->family ? device->facts->family->name
								: NULL;
}

const char *igdrom_device_gop_versions(const struct igdrom_device *device)
{
	return device ? device->gop_versions : NULL;
}

enum igdrom_stolen_family igdrom_device_stolen_family(const struct igdrom_device *device)
{
	return device && device->facts ? device->facts->stolen : IGDROM_STOLEN_UNKNOWN;
}

const char *igdrom_device_stolen_family_name(const struct igdrom_device *device)
{
	switch (igdrom_device_stolen_family(device)) {
	case IGDROM_STOLEN_NONE:
		return "none";
	case IGDROM_STOLEN_GEN6:
		return "gen6";
	case IGDROM_STOLEN_GEN8:
		return "gen8";
	case IGDROM_STOLEN_CHV:
		return "chv";
	case IGDROM_STOLEN_GEN9:
		return "gen9";
	case IGDROM_STOLEN_UNKNOWN:
		break;
	}
	return NULL;
}

enum igdrom_bdsm_kind igdrom_device_bdsm_kind(const struct igdrom_device *device)
{
	return device && device->facts ? device->facts->bdsm : IGDROM_BDSM_UNKNOWN;
}

const char *igdrom_device_bdsm_name(const struct igdrom_device *device)
{
	switch (igdrom_device_bdsm_kind(device)) {
	case IGDROM_BDSM_NONE:
		return "none";
	case IGDROM_BDSM_32_5C:
		return "32@5C";
	case IGDROM_BDSM_64_C0:
		return "64@C0";
	case IGDROM_BDSM_UNKNOWN:
		break;
	}
	return NULL;
}

enum igdrom_tristate igdrom_device_legacy_vbios(const struct igdrom_device *device)
{
	return device && device->facts ? device->facts->legacy_vbios : IGDROM_UNKNOWN;
}

const char *igdrom_device_legacy_vbios_note(const struct igdrom_device *device)
{
	return device && device->facts ? device->facts->legacy_vbios_note : NULL;
}

enum igdrom_tristate igdrom_device_gvt(const struct igdrom_device *device)
{
	return device && device->facts ? device->facts->gvt : IGDROM_UNKNOWN;
}

enum igdrom_tristate igdrom_device_needs_lpc(const struct igdrom_device *device)
{
	return device ? device->needs_lpc : IGDROM_UNKNOWN;
}

const char *igdrom_device_min_qemu(const struct igdrom_device *device)
{
	return device && device->qemu ? device->qemu->lowest : NULL;
}

const char *igdrom_device_qemu_ranges(const struct igdrom_device *device)
{
	return device && device->qemu ? device->qemu->ranges : NULL;
}

const char *igdrom_device_qemu_note(const struct igdrom_device *device)
{
	return device && device->qemu ? device->qemu->note : NULL;
}

const char *igdrom_device_qemu_source(const struct igdrom_device *device)
{
	return device && device->qemu ? device->qemu->source : NULL;
}

const char *igdrom_device_last_qemu(void)
{
	return LAST_QEMU_RELEASE;
}

const char *igdrom_device_audio_function(const struct igdrom_device *device)
{
	return device && device->facts ? device->facts->audio_function : NULL;
}

const char *igdrom_device_vbt_signature(const struct igdrom_device *device)
{
	return device && device->facts ? device->facts->vbt_signatures : NULL;
}

const char *igdrom_device_ddi_names(const struct igdrom_device *device)
{
	return device && device->facts ? device->facts->ddi_names : NULL;
}

const char *igdrom_device_note(const struct igdrom_device *device)
{
	return device ? device->note : NULL;
}

const char *igdrom_device_platform_note(const struct igdrom_device *device)
{
	return device && device->facts ? device->facts->note : NULL;
}

const char *igdrom_device_source(const struct igdrom_device *device)
{
	return device ? device->source : NULL;
}

const char *igdrom_device_platform_source(const struct igdrom_device *device)
{
	return device && device->facts ? device->facts->source : NULL;
}

enum igdrom_status igdrom_device_stolen_size(const struct igdrom_device *device, uint16_t ggc,
					     uint64_t *size)
{
	enum igdrom_stolen_family family = igdrom_device_stolen_family(device);

	if (!device || !size)
		return IGDROM_E_INVAL;
	*size = 0;
	if (family == IGDROM_STOLEN_UNKNOWN || family == IGDROM_STOLEN_NONE)
		return IGDROM_E_UNSUPPORTED;
	return igd_stolen_size((enum igd_stolen)family, ggc, size) ? IGDROM_OK : IGDROM_E_CORRUPT;
}

size_t igdrom_gop_family_count(void)
{
	return COUNT(families);
}

const struct igdrom_gop_family *igdrom_gop_family_at(size_t index)
{
	return index < COUNT(families) ? &families[index] : NULL;
}

const struct igdrom_gop_family *igdrom_gop_family_lookup(const char *name)
{
	for (size_t i = 0; name && i < igdrom_gop_family_count(); i++) {
		if (!strcmp(igdrom_gop_family_at(i)->name, name))
			return igdrom_gop_family_at(i);
	}
	return NULL;
}

const char *igdrom_gop_family_name(const struct igdrom_gop_family *family)
{
	return family ? family->name : NULL;
}

const char *igdrom_gop_family_versions(const struct igdrom_gop_family *family)
{
	return family ? family->versions : NULL;
}

const char *igdrom_gop_family_platforms(const struct igdrom_gop_family *family)
{
	return family ? family->platforms : NULL;
}

const char *igdrom_gop_family_evidence(const struct igdrom_gop_family *family)
{
	return family ? family->evidence : NULL;
}

const char *igdrom_gop_family_coverage(const struct igdrom_gop_family *family)
{
	return family ? family->coverage : NULL;
}

const char *igdrom_gop_family_gate_note(const struct igdrom_gop_family *family)
{
	return family ? family->gate_note : NULL;
}

const char *igdrom_gop_family_source(const struct igdrom_gop_family *family)
{
	return family ? family->source : NULL;
}
