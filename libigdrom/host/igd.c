/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The integrated GPU, the functions around it that its drivers look at, and its memory. Which
 * register is where: device table. GGC: torvalds/linux:arch/x86/kernel/early-quirks.c; GGMS:
 * qemu/qemu:hw/vfio/igd.c.
 */
#include "host/host.h"

#include "changes/file.h"
#include "core/cursor.h"

#include <igdrom/device.h>

#define GGC            0x50
#define GGC_IVD        0x2u
#define BDSM_32        0x5c
#define BDSM_64        0xc0
#define BDSM_MASK      UINT64_C(0xfff00000) /* the rest is a lock bit, and reserved */
#define BDSM_HIGH_MASK UINT64_C(0xffffffff00000000)
#define ASLS           0xfc
#define MIB            UINT64_C(0x100000)
#define CLASS_AUDIO    0x0403u
#define CLASS_HOST     0x0600u

static const struct igdrom_pci_function *at(const struct igdrom_host *host, uint8_t device,
					    uint8_t function)
{
	return igdrom_host_function_find(
		host, &(struct igdrom_pci_address){.device = device, .function = function});
}

static const struct igdrom_pci_function *intel_at(const struct igdrom_host *host, uint8_t device,
						  uint8_t function)
{
	const struct igdrom_pci_function *found = at(host, device, function);

	return found && found->id.vendor_id == IGDROM_VENDOR_INTEL ? found : NULL;
}

static const struct igdrom_device *row_of(const struct igdrom_pci_function *igd)
{
	const struct igdrom_device *row;

	if (!igd || igdrom_device_lookup(igd->id.device_id, &row) != IGDROM_OK)
		return NULL;
	return igdrom_device_kind(row) == IGDROM_DEVICE_IGD ? row : NULL;
}

const struct igdrom_pci_function *igdrom_host_igd(const struct igdrom_host *host)
{
	const struct igdrom_pci_function *igd = intel_at(host, 2, 0);

	return igdrom_pci_function_is_display(igd) ? igd : NULL;
}

const struct igdrom_pci_function *igdrom_host_lpc(const struct igdrom_host *host)
{
	return intel_at(host, 0x1f, 0);
}

const struct igdrom_pci_function *igdrom_host_bridge(const struct igdrom_host *host)
{
	const struct igdrom_pci_function *bridge = at(host, 0, 0);

	return bridge && bridge->id.class_code >> 8 == CLASS_HOST ? bridge : NULL;
}

static bool is_audio(const struct igdrom_pci_function *function)
{
	return function && function->id.vendor_id == IGDROM_VENDOR_INTEL &&
	       function->id.class_code >> 16 == CLASS_AUDIO >> 8;
}

const struct igdrom_pci_function *igdrom_host_audio(const struct igdrom_host *host)
{
	const struct igdrom_pci_function *igd = igdrom_host_igd(host), *found = NULL;
	const char *usual = igdrom_device_audio_function(row_of(igd));
	struct igdrom_pci_address address;

	if (!igd)
		return NULL;
	if (usual && igdrom_pci_address_parse(usual, &address) == IGDROM_OK)
		found = igdrom_host_function_find(host, &address);
	if (is_audio(found))
		return found;
	found = NULL;
	for (size_t i = 0; i < host->function_count; i++) {
		const struct igdrom_pci_function *function = &host->functions[i];

		if (function->address.domain || function->address.bus || !is_audio(function))
			continue;
		if (found)
			return NULL;
		found = function;
	}
	return found;
}

static bool read_32(const struct igdrom_pci_function *function, size_t offset, uint32_t *out)
{
	struct cur c = cur_from(function->config.data, function->config.size, 0);

	cur_skip(&c, offset);
	*out = cur_u32le(&c);
	return c.err == IGDROM_OK;
}

/* The encoding follows that of GMS: early-quirks.c and hw/vfio/igd.c read both at once. */
static bool ggms_size(const struct igdrom_device *row, uint16_t ggc, uint32_t *mib)
{
	uint32_t high = ggc >> 8 & 3, low = ggc >> 6 & 3;

	switch (igdrom_device_stolen_family(row)) {
	case IGDROM_STOLEN_GEN6:
		*mib = high;
		return true;
	case IGDROM_STOLEN_CHV:
		*mib = high ? 1u << high : 0;
		return true;
	case IGDROM_STOLEN_GEN8:
	case IGDROM_STOLEN_GEN9:
		*mib = low ? 1u << low : 0;
		return true;
	case IGDROM_STOLEN_UNKNOWN:
	case IGDROM_STOLEN_NONE:
		break;
	}
	return false;
}

static void read_ggc(const struct igdrom_pci_function *igd, const struct igdrom_device *row,
		     struct igdrom_igd_memory *out)
{
	uint64_t size;
	uint32_t raw;

	/* Of memory behind BAR 2 only registers of BAR 0 tell (drivers/gpu/drm/xe/xe_ttm_stolen_mgr.c). */
	out->ggc_known =
		igdrom_device_stolen_family(row) != IGDROM_STOLEN_NONE && read_32(igd, GGC, &raw);
	if (!out->ggc_known)
		return;
	out->ggc = (uint16_t)raw;
	out->vga_disabled = out->ggc & GGC_IVD;
	out->gms_known = row && igdrom_device_stolen_size(row, out->ggc, &size) == IGDROM_OK;
	if (out->gms_known)
		out->gms_mib = (uint32_t)(size / MIB);
	out->ggms_known = ggms_size(row, out->ggc, &out->ggms_mib);
}

static void read_bdsm(const struct igdrom_pci_function *igd, const struct igdrom_device *row,
		      struct igdrom_igd_memory *out)
{
	uint32_t low = 0, high = 0;

	switch (igdrom_device_bdsm_kind(row)) {
	case IGDROM_BDSM_32_5C:
		out->bdsm_known = read_32(igd, BDSM_32, &low);
		break;
	case IGDROM_BDSM_64_C0:
		out->bdsm_known = read_32(igd, BDSM_64, &low) && read_32(igd, BDSM_64 + 4, &high);
		break;
	case IGDROM_BDSM_UNKNOWN:
	case IGDROM_BDSM_NONE:
		break;
	}
	if (out->bdsm_known)
		out->bdsm = ((uint64_t)high << 32 | low) & (BDSM_MASK | BDSM_HIGH_MASK);
}

bool igdrom_host_igd_memory(const struct igdrom_host *host, struct igdrom_igd_memory *out)
{
	const struct igdrom_pci_function *igd = igdrom_host_igd(host);
	const struct igdrom_device *row = row_of(igd);

	if (!out)
		return false;
	*out = (struct igdrom_igd_memory){0};
	if (!igd)
		return false;
	read_ggc(igd, row, out);
	read_bdsm(igd, row, out);
	out->asls_known = read_32(igd, ASLS, &out->asls);
	return out->ggc_known || out->bdsm_known || out->asls_known;
}

void host_judge_config(const struct igdrom_host *host, struct igdrom_report *report)
{
	const struct igdrom_pci_function *igd = igdrom_host_igd(host);

	if (!igd || igd->config.size > ASLS)
		return;
	SAY(report, host->root ? "host-config-short" : "host-lspci-short",
	    SAY_NUMBER(igd->config.size));
}
