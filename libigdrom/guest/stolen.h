/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers of the GPU that hold addresses, and the stolen memory that one of them leads to. */
#ifndef IGDROM_GUEST_STOLEN_H
#define IGDROM_GUEST_STOLEN_H

#include "guest/guest.h"

/* A register that holds an address; bits below its alignment are none of ours (BDSM: a lock bit). */
struct address_register {
	uint32_t offset;
	uint32_t dwords;
	uint64_t align;
};

uint64_t guest_address_read(const struct guest_device *device, const struct address_register *reg);
void guest_address_write(const struct guest_device *device, const struct address_register *reg,
			 uint64_t address);

/* Tells the device an address; false, and a line in the log, when it does not take it. */
bool guest_announce(const struct guest_device *device, const struct address_register *reg,
		    uint64_t address);

/* The register of this generation; false when it has none. */
bool guest_bdsm(const struct guest_device *device, struct address_register *out);

/* Whether BAR0 tells GOP drivers of the same stolen memory; logged when not. */
void guest_compare_mirror(const struct guest_device *device, uint16_t ggc, uint64_t base);

/* Reserves stolen memory and announces it; the base, or 0 when there is none. */
uint64_t guest_stolen_set_up(const struct guest_device *device);

#endif
