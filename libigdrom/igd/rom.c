/* SPDX-License-Identifier: BSD-2-Clause */
#include "igd/rom.h"

#define UNIT            512
#define HEADER_SIZE     0x1a
#define PCIR_SIZE       0x18
#define EFI_SIGNATURE   0x0ef1
#define INDICATOR_LAST  0x80
#define COMPRESSED_UEFI 1

/* Freestanding: no cursor here. The callers check each range before they read from it. */
static uint16_t u16_at(const uint8_t *p, size_t at)
{
	return (uint16_t)(p[at] | p[at + 1] << 8);
}

static uint32_t u32_at(const uint8_t *p, size_t at)
{
	return (uint32_t)u16_at(p, at) | (uint32_t)u16_at(p, at + 2) << 16;
}

/* The PCI data structure of the image that starts at p; NULL when there is none. */
static const uint8_t *pcir_of(const uint8_t *p, size_t left)
{
	size_t at;

	if (left < HEADER_SIZE || p[0] != 0x55 || p[1] != 0xaa)
		return NULL;
	at = u16_at(p, 0x18);
	if (at > left || left - at < PCIR_SIZE || u32_at(p, at) != 0x52494350) /* "PCIR" */
		return NULL;
	return p + at;
}

static void find_payload(const uint8_t *p, size_t size, struct rom_image *out)
{
	size_t at = u16_at(p, 0x16);

	if (u32_at(p, 4) != EFI_SIGNATURE || at < HEADER_SIZE || at >= size)
		return;
	out->payload = p + at;
	out->payload_size = size - at;
	out->compressed = u16_at(p, 0x0c) == COMPRESSED_UEFI;
}

struct rom_walk rom_walk(const void *rom, size_t size)
{
	return (struct rom_walk){.data = rom, .left = rom ? size : 0};
}

bool rom_next(struct rom_walk *walk, struct rom_image *out)
{
	const uint8_t *p = walk->data;
	const uint8_t *pcir = pcir_of(p, walk->left);
	size_t size = pcir ? (size_t)u16_at(pcir, 0x10) * UNIT : 0;

	*out = (struct rom_image){.index = walk->index, .data = p, .size = size};
	if (size == 0 || size > walk->left || walk->index == ROM_MAX_IMAGES)
		return false;
	out->code_type = pcir[0x14];
	if ((size_t)(pcir - p) <= size - PCIR_SIZE)
		find_payload(p, size, out);
	walk->index++;
	walk->data = p + size;
	walk->left = pcir[0x15] & INDICATOR_LAST ? 0 : walk->left - size;
	return true;
}

bool rom_find(const void *rom, size_t size, unsigned index, struct rom_image *out)
{
	struct rom_walk walk = rom_walk(rom, size);

	while (rom_next(&walk, out)) {
		if (out->index == index)
			return true;
	}
	return false;
}
