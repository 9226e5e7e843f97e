/* SPDX-License-Identifier: BSD-2-Clause */
/* What a volume lies in: whether all of it is known well enough to be written again. */
#include "edit/edit.h"

#include "firmware/section.h"

#define STATE_AT               23
#define STATE_DATA_VALID       0x04
#define STATE_UPDATE           0x08 /* marked for update: valid until the new file is */
#define STATE_MOST_SIGNIFICANT 0x20

#define GUIDED_NEEDS_CODE 0x03 /* processing required, or authentication status valid */
#define GUIDED_HEADER     20   /* behind the common one */
#define GUIDED_CRC32      24
#define NOT_COMPRESSED    0

bool edit_is_board(const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *n = igdrom_firmware_root(firmware);

	if (igdrom_firmware_is_virtual(firmware))
		return false;
	for (; n; n = igdrom_firmware_node_walk(n)) {
		if (n->kind == IGDROM_NODE_FILE && (n->type_number == EDIT_TYPE_SECURITY_CORE ||
						    n->type_number == EDIT_TYPE_PEI_CORE))
			return true;
	}
	return false;
}

/* A volume that says another size than it has was cut off: so were its last files. */
static bool is_whole(const struct igdrom_firmware_node *volume)
{
	struct fw_volume_header header;
	struct cur c = fw_cur(fw_span_of(volume));

	return fw_decode_volume_header(&c, &header) == IGDROM_OK && header.length == volume->size;
}

/* The most significant bit that is set says what a file is (PI 1.8 volume 3, 3.2.3.1). */
static bool is_read(const struct igdrom_firmware_node *file)
{
	const struct igdrom_firmware_node *volume = file->parent;
	struct cur c = fw_cur(fw_span_of(volume));
	uint8_t state = file->stream->data[file->offset + STATE_AT];
	struct fw_volume_header header;
	unsigned bit = STATE_MOST_SIGNIFICANT;

	if (volume->kind != IGDROM_NODE_VOLUME)
		return true;
	if (fw_decode_volume_header(&c, &header) != IGDROM_OK)
		return false;
	if (fw_erased(&header))
		state = (uint8_t)~state;
	while (bit && !(state & bit))
		bit >>= 1;
	return bit == STATE_DATA_VALID || bit == STATE_UPDATE;
}

/* Whether what is in a section was found in its bytes as they lie there, though something has to be
 * done to read them: who does that may check them as well. */
static bool is_opaque(const struct igdrom_firmware_node *section)
{
	struct cur c = fw_cur(fw_span_of(section));
	struct fw_section_header header;
	const struct fw_known_guid *known;
	const uint8_t *guid;

	if (section->decoded || fw_decode_section_header(&c, &header) != IGDROM_OK)
		return false;
	if (header.type == FW_SECTION_COMPRESSED) {
		(void)cur_u32le(&c);
		return cur_u8(&c) != NOT_COMPRESSED || c.err != IGDROM_OK;
	}
	if (header.type != FW_SECTION_GUID_DEFINED)
		return false;
	guid = cur_take(&c, FW_GUID_SIZE);
	known = guid ? fw_known_guid(guid) : NULL;
	(void)cur_u16le(&c);
	if (known && known->kind == FW_GUID_CRC32)
		return section->header_size < header.header_size + GUIDED_CRC32;
	/* A header that lies was not believed, and the bytes behind it were searched. */
	return section->header_size < header.header_size + GUIDED_HEADER ||
	       cur_u16le(&c) & GUIDED_NEEDS_CODE;
}

bool edit_is_sound(const struct igdrom_firmware_node *node, enum finding_code *code)
{
	switch (node->kind) {
	case IGDROM_NODE_VOLUME:
		*code = FINDING_EDIT_VOLUME_CUT;
		return is_whole(node);
	case IGDROM_NODE_FILE:
		*code = FINDING_EDIT_DELETED;
		return is_read(node);
	case IGDROM_NODE_SECTION:
		*code = FINDING_EDIT_OPAQUE;
		return !is_opaque(node);
	default:
		return true;
	}
}
