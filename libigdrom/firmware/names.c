/* SPDX-License-Identifier: BSD-2-Clause */
/* GUIDs and names of nodes. */
#include "core/text.h"
#include "firmware/engine.h"

#include <stdlib.h>

#define GUID_TEXT_BYTES 37
#define MOST_NAME_BYTES 256

#include "firmware/guids.inc"

static int compare_guids(const void *a, const void *b)
{
	const struct fw_known_guid *row = b;

	return memcmp(a, row->guid, FW_GUID_SIZE);
}

const struct fw_known_guid *fw_known_guid(const uint8_t guid[FW_GUID_SIZE])
{
	return bsearch(guid, known_guids, sizeof(known_guids) / sizeof(known_guids[0]),
		       sizeof(known_guids[0]), compare_guids);
}

/* UEFI 2.10 appendix A: the first three fields are little-endian numbers. */
static void print_guid(const uint8_t guid[FW_GUID_SIZE], char out[GUID_TEXT_BYTES])
{
	static const uint8_t order[FW_GUID_SIZE] = {3, 2, 1,  0,  5,  4,  7,  6,
						    8, 9, 10, 11, 12, 13, 14, 15};
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < FW_GUID_SIZE; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[guid[order[i]] >> 4];
		*out++ = digits[guid[order[i]] & 0xf];
	}
	*out = '\0';
}

enum igdrom_status fw_set_guid(struct fw *fw, struct igdrom_firmware_node *node,
			       const uint8_t guid[FW_GUID_SIZE])
{
	const struct fw_known_guid *known = fw_known_guid(guid);
	char *text = fw_arena_take(&fw->image->arena, GUID_TEXT_BYTES);

	if (!text)
		return IGDROM_E_NOMEM;
	print_guid(guid, text);
	node->guid = text;
	if (known && !node->named)
		node->name = known->name;
	return IGDROM_OK;
}

enum igdrom_status fw_set_name(struct fw *fw, struct igdrom_firmware_node *node, const char *name,
			       size_t size)
{
	const char *end = size ? memchr(name, '\0', size) : NULL;
	char *clean, *kept;
	size_t length;

	if (end)
		size = (size_t)(end - name);
	if (node->named || size == 0)
		return IGDROM_OK;
	clean = text_clean(name, size, MOST_NAME_BYTES);
	if (!clean)
		return IGDROM_E_NOMEM;
	length = strlen(clean) + 1;
	kept = fw_arena_take(&fw->image->arena, length);
	if (kept) {
		memcpy(kept, clean, length);
		node->name = kept;
		node->named = true;
	}
	free(clean);
	return kept ? IGDROM_OK : IGDROM_E_NOMEM;
}

/* One code point as UTF-8; the number of bytes. Half of a surrogate pair becomes '?'. */
static size_t put_utf8(uint32_t code, char out[4])
{
	if (code >= 0xd800 && code < 0xe000)
		code = '?';
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

enum igdrom_status fw_set_name_ucs2(struct fw *fw, struct igdrom_firmware_node *node,
				    const uint8_t *name, size_t size)
{
	struct cur c = cur_from(name, size, 0);
	char text[MOST_NAME_BYTES + 4];
	size_t length = 0;

	while (c.left >= 2 && length < MOST_NAME_BYTES) {
		uint32_t code = cur_u16le(&c);
		struct cur ahead = c;
		uint32_t low = cur_u16le(&ahead);

		if (code == 0)
			break;
		if (code >= 0xd800 && code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10 | (low - 0xdc00));
			c = ahead;
		}
		length += put_utf8(code, text + length);
	}
	return fw_set_name(fw, node, text, length);
}
