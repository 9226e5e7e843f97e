/* SPDX-License-Identifier: BSD-2-Clause */
#include "oprom/internal.h"

/* Length of one image; 0 when neither the PCI data structure nor the legacy header says it. */
static size_t image_size(const struct oprom_header *header, const struct oprom_pcir *pcir)
{
	size_t least = (size_t)header->pcir_offset + OPROM_PCIR_SIZE;
	size_t size = (size_t)pcir->image_length * OPROM_UNIT;

	/* Byte 2 is the length for legacy code, and the low byte of the length for EFI. */
	if (size < least)
		size = (size_t)header->unique[0] * OPROM_UNIT;
	return size < least ? 0 : size;
}

size_t oprom_extent(const uint8_t *data, size_t size)
{
	struct cur rom = cur_from(data, size, 0);
	struct oprom_header header;
	struct oprom_pcir pcir;
	size_t at = 0;

	while (at < size && oprom_probe(&rom, at, &header, &pcir) == IGDROM_OK) {
		size_t image = image_size(&header, &pcir);

		if (image == 0)
			break;
		at = image < size - at ? at + image : size;
		if (pcir.indicator & OPROM_INDICATOR_LAST)
			break;
	}
	return at;
}
