/* SPDX-License-Identifier: BSD-2-Clause */
/* GUIDs and names of nodes. */
#include "core/text.h"
#include "firmware/engine.h"

#include <stdlib.h>

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
static const uint8_t guid_order[FW_GUID_SIZE] = {3, 2, 1,  0,  5,  4,  7,  6,
						 8, 9, 10, 11, 12, 13, 14, 15};

void fw_guid_text(const uint8_t guid[FW_GUID_SIZE], char out[FW_GUID_TEXT])
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < FW_GUID_SIZE; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[guid[guid_order[i]] >> 4];
		*out++ = digits[guid[guid_order[i]] & 0xf];
	}
	*out = '\0';
}

bool fw_parse_guid(const char *text, uint8_t out[FW_GUID_SIZE])
{
	static const char shape[] = "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh";
	size_t digits = 0;

	memset(out, 0, FW_GUID_SIZE);
	for (size_t i = 0; i < sizeof(shape); i++) {
		char c = text[i];
		uint8_t *byte, digit;

		if (shape[i] != 'h') {
			if (c != shape[i])
				return false;
			continue;
		}
		if (c >= '0' && c <= '9')
			digit = (uint8_t)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			digit = (uint8_t)((c | 0x20) - 'a' + 10);
		else
			return false;
		byte = &out[guid_order[digits++ / 2]];
		*byte = (uint8_t)(*byte << 4 | digit);
	}
	return true;
}

enum igdrom_status fw_set_guid(struct fw *fw, struct igdrom_firmware_node *node,
			       const uint8_t guid[FW_GUID_SIZE])
{
	const struct fw_known_guid *known = fw_known_guid(guid);
	char *text = fw_arena_take(&fw->image->arena, FW_GUID_TEXT);

	if (!text)
		return IGDROM_E_NOMEM;
	fw_guid_text(guid, text);
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

enum igdrom_status fw_set_name_ucs2(struct fw *fw, struct igdrom_firmware_node *node,
				    const uint8_t *name, size_t size)
{
	char text[MOST_NAME_BYTES + 4];
	size_t length = text_from_utf16(name, size, text, sizeof(text));

	return fw_set_name(fw, node, text, length);
}
