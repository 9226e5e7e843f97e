/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sizes and sums in the headers of files and sections (PI 1.8 volume 3, 3.2.3 and 3.2.4). The wide
 * form of a header, with a size of 32 or 64 bits, is there exactly when the size needs it: EDK2
 * asserts both.
 */
#include "edit/edit.h"

#include "firmware/section.h"
#include "igd/crc32.h"

#include <string.h>

#define SECTION_WIDE_HEADER 8
#define DATA_OFFSET_AT      16 /* of a GUIDed section, behind the common header */
#define CRC32_AT            20
#define COMPRESSION_HEADER  5

#define HEADER_SUM_AT 16
#define DATA_SUM_AT   17
#define ATTRIBUTES_AT 19
#define SIZE_AT       20
#define STATE_AT      23
#define FILE_TAIL     2

#define FILE_CHECKSUM    0x40
#define FILE_NO_SUM      0xaa
#define FILE_NO_SUM_FFS1 0x5a
#define FILE_STATE       0x07 /* header under construction, header valid, data valid */

/* Makes a header longer or shorter at `at`. */
static void resize(struct build *b, size_t at, size_t was, size_t now)
{
	size_t end = b->size;

	if (now > was)
		build_fill(b, now - was, 0);
	if (b->err != IGDROM_OK)
		return;
	memmove(b->data + at + now, b->data + at + was, end - at - was);
	if (now > was)
		memset(b->data + at + was, 0, now - was);
	b->size = end - was + now;
}

/* The size of the common header that a section of `size` bytes gets which has one of `common`. */
static size_t common_header(const struct igdrom_firmware_node *node, size_t common, size_t size)
{
	const size_t more = SECTION_WIDE_HEADER - EDIT_SECTION_HEADER;

	if (common == EDIT_SECTION_HEADER && size >= EDIT_MOST_NARROW)
		return SECTION_WIDE_HEADER;
	if (common == SECTION_WIDE_HEADER && node->size > EDIT_MOST_NARROW &&
	    size - more < EDIT_MOST_NARROW)
		return EDIT_SECTION_HEADER;
	return common;
}

enum igdrom_status edit_seal_section(const struct igdrom_firmware_node *node, size_t decoded,
				     struct build *b)
{
	struct cur c = fw_cur(fw_span_of(node));
	bool wide = cur_u24le(&c) == EDIT_MOST_NARROW;
	size_t was = wide ? SECTION_WIDE_HEADER : EDIT_SECTION_HEADER;
	size_t common = common_header(node, was, b->size);
	size_t body = node->header_size - was + common;
	const struct fw_known_guid *known;

	if (common != was)
		resize(b, EDIT_SECTION_HEADER, was - EDIT_SECTION_HEADER,
		       common - EDIT_SECTION_HEADER);
	wide = common == SECTION_WIDE_HEADER;
	build_patch_u16le(b, 0, wide ? UINT16_MAX : (uint16_t)b->size);
	build_patch_u8(b, 2, wide ? UINT8_MAX : (uint8_t)(b->size >> 16));
	if (wide)
		build_patch_u32le(b, EDIT_SECTION_HEADER, (uint32_t)b->size);
	if (node->type_number == FW_SECTION_COMPRESSED)
		build_patch_u32le(b, body - COMPRESSION_HEADER, (uint32_t)decoded);
	if (node->type_number != FW_SECTION_GUID_DEFINED || b->err != IGDROM_OK)
		return b->err;
	if (body > UINT16_MAX)
		return IGDROM_E_LIMIT;
	if (common != was)
		build_patch_u16le(b, common + DATA_OFFSET_AT, (uint16_t)body);
	known = fw_known_guid(b->data + common);
	if (known && known->kind == FW_GUID_CRC32)
		build_patch_u32le(b, common + CRC32_AT,
				  igd_crc32(0, b->data + body, b->size - body));
	return b->err;
}

size_t edit_tail_size(const uint8_t *file, const struct fw_volume_header *volume)
{
	return volume->revision == 1 && file[ATTRIBUTES_AT] & EDIT_FILE_LARGE ? FILE_TAIL : 0;
}

bool edit_is_ffs3(const struct fw_volume_header *volume)
{
	const struct fw_known_guid *known = fw_known_guid(volume->file_system);

	return volume->revision > 1 && known && known->kind == FW_GUID_FFS3;
}

void edit_seal_file(uint8_t *file, size_t size, size_t header_size,
		    const struct fw_volume_header *volume)
{
	uint8_t state = fw_erased(volume) ? (uint8_t)~FILE_STATE : FILE_STATE;
	size_t tail = edit_tail_size(file, volume);
	size_t end = size - tail;
	uint8_t sum = volume->revision == 1 ? FILE_NO_SUM_FFS1 : FILE_NO_SUM;
	bool wide = header_size > EDIT_FILE_HEADER;
	size_t at = wide ? EDIT_FILE_HEADER : SIZE_AT, bytes = wide ? header_size - at : 3;

	for (size_t i = 0; i < bytes; i++)
		file[at + i] = (uint8_t)((uint64_t)size >> 8 * i);
	if (file[ATTRIBUTES_AT] & FILE_CHECKSUM)
		sum = (uint8_t)-fw_sum8(file + header_size, end - header_size);
	file[HEADER_SUM_AT] = file[DATA_SUM_AT] = file[STATE_AT] = 0;
	file[HEADER_SUM_AT] = (uint8_t)-fw_sum8(file, header_size);
	file[DATA_SUM_AT] = sum;
	file[STATE_AT] = state;
	if (tail) {
		file[end] = (uint8_t)~file[HEADER_SUM_AT];
		file[end + 1] = (uint8_t)~file[DATA_SUM_AT];
	}
}

enum igdrom_status edit_finish_file(size_t old_size, size_t header_size,
				    const struct fw_volume_header *volume, struct build *b)
{
	const size_t more = EDIT_FILE_WIDE_HEADER - EDIT_FILE_HEADER;

	if (b->err != IGDROM_OK)
		return b->err;
	if (header_size == EDIT_FILE_HEADER && b->size > EDIT_MOST_NARROW) {
		if (!edit_is_ffs3(volume))
			return IGDROM_E_LIMIT;
		resize(b, EDIT_FILE_HEADER, 0, more);
		header_size = EDIT_FILE_WIDE_HEADER;
		build_patch_u16le(b, SIZE_AT, 0);
		build_patch_u8(b, SIZE_AT + 2, 0);
		if (b->err == IGDROM_OK)
			b->data[ATTRIBUTES_AT] |= EDIT_FILE_LARGE;
	} else if (header_size == EDIT_FILE_WIDE_HEADER && old_size > EDIT_MOST_NARROW &&
		   b->size - more <= EDIT_MOST_NARROW) {
		resize(b, EDIT_FILE_HEADER, more, 0);
		header_size = EDIT_FILE_HEADER;
		b->data[ATTRIBUTES_AT] &= (uint8_t)~EDIT_FILE_LARGE;
	}
	if (b->err == IGDROM_OK)
		edit_seal_file(b->data, b->size, header_size, volume);
	return b->err;
}
