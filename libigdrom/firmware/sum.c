/* SPDX-License-Identifier: BSD-2-Clause */
/* Checksums over what may be most of an image. */
#include "firmware/engine.h"

#define LANES     8
#define POLYNOM   UINT32_C(0xedb88320)
#define EVEN      UINT64_C(0x00ff00ff00ff00ff)
#define MOST_ADDS 128 /* two bytes each, before a lane of 16 bits may run over */

/* Table k: what a byte does to the CRC k bytes later. */
static void make_tables(uint32_t tables[LANES][256])
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t crc = i;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOM : 0);
		tables[0][i] = crc;
	}
	for (size_t k = 1; k < LANES; k++) {
		for (size_t i = 0; i < 256; i++)
			tables[k][i] = tables[k - 1][i] >> 8 ^ tables[0][tables[k - 1][i] & 0xff];
	}
}

uint32_t fw_crc32(struct fw *fw, const uint8_t *data, size_t size)
{
	struct cur c = cur_from(data, size, 0);
	uint32_t crc = UINT32_MAX;

	if (!fw->crc_tables[0][1])
		make_tables(fw->crc_tables);
	while (c.left >= LANES) {
		uint32_t low = cur_u32le(&c) ^ crc;
		uint32_t high = cur_u32le(&c);

		crc = 0;
		for (size_t i = 0; i < 4; i++) {
			crc ^= fw->crc_tables[7 - i][low >> 8 * i & 0xff];
			crc ^= fw->crc_tables[3 - i][high >> 8 * i & 0xff];
		}
	}
	while (c.left)
		crc = crc >> 8 ^ fw->crc_tables[0][(crc ^ cur_u8(&c)) & 0xff];
	return ~crc;
}

uint8_t fw_sum8(const uint8_t *data, size_t size)
{
	uint8_t sum = 0;

	while (size >= sizeof(uint64_t)) {
		uint64_t lanes = 0, word;

		for (size_t i = 0; i < MOST_ADDS && size >= sizeof(word); i++) {
			memcpy(&word, data, sizeof(word));
			lanes += (word & EVEN) + (word >> 8 & EVEN);
			data += sizeof(word);
			size -= sizeof(word);
		}
		for (; lanes; lanes >>= 16)
			sum = (uint8_t)(sum + lanes);
	}
	for (; size; size--)
		sum = (uint8_t)(sum + *data++);
	return sum;
}
