/* SPDX-License-Identifier: BSD-2-Clause */
#include "igd/crc32.h"

#define CRC32_POLYNOMIAL 0xedb88320u

uint32_t igd_crc32(uint32_t crc, const void *data, size_t size)
{
	const uint8_t *p = data;

	crc = ~crc;
	for (size_t i = 0; i < size; i++) {
		crc ^= p[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? CRC32_POLYNOMIAL : 0);
	}
	return ~crc;
}
