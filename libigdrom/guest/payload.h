/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a ROM carries for this driver: images of code type F0h, which firmware passes over. The ROM
 * is that of a device, or a file of the firmware volume that this driver is in.
 */
#ifndef IGDROM_GUEST_PAYLOAD_H
#define IGDROM_GUEST_PAYLOAD_H

#include "guest/guest.h"
#include "igd/manifest.h"

/* Where a ROM may be, in the order in which they are asked. */
enum payload_place { PAYLOAD_START, PAYLOAD_OWN_ROM, PAYLOAD_GPU_ROM, PAYLOAD_VOLUME, PAYLOAD_END };

/* A ROM with a manifest, and the device or the volume that it is in. */
struct payload_rom {
	enum payload_place place;
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

/*
 * The next ROM to look into; the first for {0}. The ROM that this driver came from, that of the GPU,
 * the file in the volume that this driver came from: a ROM is given to one virtual machine, while
 * many share a firmware, so that the ROM is what was asked for when there are both.
 */
bool payload_next_rom(efi_handle self, const struct guest_device *device, struct payload_rom *rom);

/* Whether this driver came from a firmware volume. */
bool payload_in_volume(efi_handle self);

/* Finds the manifest in its bytes. */
bool payload_open(struct payload_rom *rom);

/*
 * volume.c: the file in the volume that an image came from; false when there is none. It is read
 * once and stays in memory.
 */
bool volume_find_rom(efi_handle volume, struct payload_rom *rom);
/* Its name. */
extern const struct efi_guid volume_rom_guid;

/* Why it is not what was put into the ROM, or NULL. In both cases payload_discard() follows. */
const char *payload_unpack(const struct payload_rom *rom, const struct manifest_entry_view *entry,
			   struct payload *out);
void payload_discard(struct payload *payload);

/* Pool memory, or NULL. */
void *payload_allocate(uint64_t size);

#endif
