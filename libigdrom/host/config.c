/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration header of a function: PCI Local Bus Specification 3.0, section 6.1. Its SR-IOV
 * capability: PCI Express Base Specification 5.0, section 9.3.3.
 */
#include "host/host.h"

#include "core/cursor.h"

#include <igdrom/device.h>

#define HEADER_SIZE   64
#define TYPE_MASK     0x7fu
#define TYPE_ENDPOINT 0
#define BAR_IO        0x1u
#define BAR_64        0x4u
#define BAR_PREFETCH  0x8u
#define ROM_ADDRESS   0xfffff800u

struct header {
	uint16_t vendor_id;
	uint16_t device_id;
	uint8_t revision;
	uint32_t class_code;
	uint8_t type;
	uint32_t bars[6];
	uint32_t subsystem;
	uint32_t rom;
};

static enum igdrom_status decode_header(struct igdrom_bytes bytes, struct header *out)
{
	struct cur c = cur_from(bytes.data, bytes.size, 0);

	out->vendor_id = cur_u16le(&c);
	out->device_id = cur_u16le(&c);
	cur_skip(&c, 4); /* command, status */
	out->revision = cur_u8(&c);
	out->class_code = cur_u24le(&c);
	cur_skip(&c, 2); /* cache line size, latency timer */
	out->type = cur_u8(&c);
	cur_skip(&c, 1); /* BIST */
	for (size_t i = 0; i < 6; i++)
		out->bars[i] = cur_u32le(&c);
	cur_skip(&c, 4); /* CardBus CIS */
	out->subsystem = cur_u32le(&c);
	out->rom = cur_u32le(&c);
	return c.err;
}

static void read_bars(const struct header *header, struct igdrom_pci_function *function)
{
	for (unsigned i = 0; i < 6; i++) {
		struct igdrom_pci_bar *bar = &function->bars[i];
		uint32_t low = header->bars[i];

		if (!low)
			continue;
		function->has_bar[i] = true;
		*bar = (struct igdrom_pci_bar){.is_io = low & BAR_IO};
		if (bar->is_io) {
			bar->address = low & ~UINT32_C(3);
			continue;
		}
		bar->address = low & ~UINT32_C(15);
		bar->is_prefetchable = low & BAR_PREFETCH;
		bar->is_64bit = (low & BAR_64) && i < 5;
		if (bar->is_64bit)
			bar->address |= (uint64_t)header->bars[++i] << 32;
	}
	if (header->rom & ROM_ADDRESS) {
		function->has_bar[6] = true;
		function->bars[6] = (struct igdrom_pci_bar){.address = header->rom & ROM_ADDRESS};
	}
}

void host_read_config(struct igdrom_pci_function *function)
{
	bool bars_known = function->rom != IGDROM_PCI_ROM_UNKNOWN;
	struct header header;

	if (function->config.size < HEADER_SIZE ||
	    decode_header(function->config, &header) != IGDROM_OK)
		return;
	/* All ones: the function is gone, or asleep in D3cold. */
	if (header.vendor_id == 0xffff) {
		igdrom_bytes_free(&function->config);
		return;
	}
	if (!function->id.vendor_id)
		function->id = (struct igdrom_pci_id){
			.vendor_id = header.vendor_id,
			.device_id = header.device_id,
			.class_code = header.class_code,
		};
	if (function->revision < 0)
		function->revision = header.revision;
	if ((header.type & TYPE_MASK) != TYPE_ENDPOINT)
		return;
	if (!function->subsystem)
		function->subsystem = header.subsystem;
	if (!bars_known)
		read_bars(&header, function);
}

#define EXTENDED_START   0x100u
#define EXTENDED_LAST    0xffcu
#define EXTENDED_MAX     ((HOST_MAX_CONFIG - EXTENDED_START) / 4)
#define CAPABILITY_SRIOV 0x0010u

struct sriov {
	uint16_t total;
	uint16_t count;
	uint16_t offset;
	uint16_t stride;
};

static enum igdrom_status decode_sriov(struct cur c, struct sriov *out)
{
	cur_skip(&c, 14); /* header, capabilities, control, status, initial VFs */
	out->total = cur_u16le(&c);
	out->count = cur_u16le(&c);
	cur_skip(&c, 2); /* dependency link */
	out->offset = cur_u16le(&c);
	out->stride = cur_u16le(&c);
	return c.err;
}

void host_read_sriov(struct igdrom_pci_function *function)
{
	struct cur all = cur_from(function->config.data, function->config.size, 0);
	uint32_t at = EXTENDED_START;
	struct sriov sriov;

	for (size_t i = 0; i < EXTENDED_MAX && at >= EXTENDED_START && at <= EXTENDED_LAST; i++) {
		struct cur c = cur_tail(&all, at), header = c;
		uint32_t value = cur_u32le(&header);

		if (header.err != IGDROM_OK)
			return;
		if ((value & 0xffff) == CAPABILITY_SRIOV && decode_sriov(c, &sriov) == IGDROM_OK) {
			function->vf_total = sriov.total;
			function->vf_count = sriov.count;
			function->vf_offset = sriov.offset;
			function->vf_stride = sriov.stride;
			return;
		}
		at = value >> 20;
	}
}
