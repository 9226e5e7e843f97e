/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_FIRMWARE_VOLUME_H
#define IGDROM_FIRMWARE_VOLUME_H

#include "firmware/internal.h"

#define FW_ALIGN8(n) (((n) + 7) / 8 * 8)

#define VOLUME_ERASE_POLARITY UINT32_C(0x800) /* PI 1.8 vol. 3, 3.2.1.1: free bytes are FFh */

/* EFI_FIRMWARE_VOLUME_HEADER without its block map (PI 1.8 vol. 3, 3.2.1.1). */
struct fw_volume_header {
	uint8_t zero_vector[16];
	uint8_t file_system[FW_GUID_SIZE];
	uint64_t length;
	uint32_t signature;
	uint32_t attributes;
	uint16_t header_length;
	uint16_t checksum;
	uint16_t ext_header_offset; /* revision 1: reserved */
	uint8_t reserved;
	uint8_t revision;
};

enum igdrom_status fw_decode_volume_header(struct cur *c, struct fw_volume_header *out);

/* What free bytes of the volume are. */
static inline uint8_t fw_erased(const struct fw_volume_header *header)
{
	return header->attributes & VOLUME_ERASE_POLARITY ? 0xff : 0;
}

/* What the data of a file is to be aligned to in a volume of this revision, as a power of two (PI 1.8
 * volume 3, 3.2.3.1). */
unsigned fw_file_alignment(uint8_t attributes, unsigned revision);

/* Size of the header of a file that is all of the bytes; 0 when they are no file. */
size_t fw_file_header_size(struct cur c);

#endif
