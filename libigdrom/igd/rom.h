/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The images of an option ROM as the guest driver sees them: PCI Firmware Specification 3.x, 5.1,
 * and the EFI header of UEFI 2.10, 14.4. The library has a parser of its own, which keeps and
 * judges everything; this one only finds payloads.
 */
#ifndef IGDROM_IGD_ROM_H
#define IGDROM_IGD_ROM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROM_CODE_TYPE_DATA 0xf0
#define ROM_MAX_IMAGES     256

struct rom_walk {
	const uint8_t *data;
	size_t left;
	unsigned index; /* of the image that rom_next() reads */
};

struct rom_image {
	const uint8_t *payload; /* behind the EFI header, up to the end of the image */
	size_t payload_size;    /* 0: no EFI header */
	const uint8_t *data;    /* of the whole image */
	size_t size;
	unsigned index;
	uint8_t code_type;
	bool compressed;
};

struct rom_walk rom_walk(const void *rom, size_t size);
/* The next image; false after the last, and where no image that makes sense follows. */
bool rom_next(struct rom_walk *walk, struct rom_image *out);
/* The image of that index. */
bool rom_find(const void *rom, size_t size, unsigned index, struct rom_image *out);

#endif
