/* SPDX-License-Identifier: BSD-2-Clause */
/* What a ROM carries for this driver: images of code type F0h, which firmware passes over. */
#ifndef IGDROM_GUEST_PAYLOAD_H
#define IGDROM_GUEST_PAYLOAD_H

#include "guest/guest.h"
#include "igd/manifest.h"

/* A ROM with a manifest, and the device that it is in. */
struct payload_rom {
	efi_handle handle;
	const uint8_t *data;
	size_t size;
	struct manifest_view manifest;
};

/* Unpacked, in memory of ours. */
struct payload {
	uint8_t *data;
	uint32_t size;
};

/* The ROM that this driver came from; when it came from elsewhere, that of the GPU. */
bool payload_find_rom(efi_handle self, const struct guest_device *device, struct payload_rom *rom);

/* Why it is not what was put into the ROM, or NULL. In both cases payload_discard() follows. */
const char *payload_unpack(const struct payload_rom *rom, const struct manifest_entry_view *entry,
			   struct payload *out);
void payload_discard(struct payload *payload);

/* Pool memory, or NULL. */
void *payload_allocate(uint64_t size);

#endif
