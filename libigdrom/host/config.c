/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration header of a function: PCI Local Bus Specification 3.0, section 6.1. */
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
