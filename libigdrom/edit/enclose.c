/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and sections around sections that have other bytes (PI 1.8 volume 3, 3.2.3 and 3.2.5). */
#include "edit/edit.h"

#include "core/text.h"
#include "firmware/section.h"
#include "igd/crc32.h"

#include <string.h>

#define SECTION_ALIGNMENT   4
#define LARGE_SECTION       0xffffff /* then a size of 32 bits stands behind it */
#define COMPRESSION_SIZE_AT 4        /* of a COMPRESSION section: what it decodes to */
#define COMPRESSION_HEADER  5
#define GUIDED_HEADER       20
#define FILE_SIZE_AT        20
#define FILE_HEADER_SUM_AT  16
#define FILE_DATA_SUM_AT    17
#define FILE_ATTRIBUTES_AT  19
#define FILE_STATE_AT       23
#define FILE_HEADER         24
#define FILE_LARGE_HEADER   32
#define FILE_TAIL           2

#define FILE_LARGE       0x01 /* revision 1: has a tail */
#define FILE_CHECKSUM    0x40
#define FILE_NO_SUM      0xaa
#define FILE_NO_SUM_FFS1 0x5a
#define FILE_STATE       0x07 /* header under construction, header valid, data valid */

static bool is_blank(const uint8_t *data, size_t size)
{
	return size == 0 || fw_is_filled(data, size, data[0]);
}

/* The parts of a stream between two offsets, the changed ones among them. */
static enum igdrom_status splice(const struct edit_work *work,
				 const struct igdrom_firmware_node *node,
				 const struct fw_stream *stream, size_t from, size_t to,
				 struct build *b)
{
	size_t start = b->size, at = from;
	bool moved = false;

	for (const struct igdrom_firmware_node *n = node->first; n; n = n->next) {
		struct igdrom_bytes bytes = edit_bytes_of(work, n);

		if (n->stream != stream || n->offset < at || n->offset > to ||
		    n->size > to - n->offset)
			return IGDROM_E_INTERNAL;
		if (moved)
			build_fill(b,
				   (SECTION_ALIGNMENT - (b->size - start) % SECTION_ALIGNMENT) %
					   SECTION_ALIGNMENT,
				   0);
		else
			build_bytes(b, stream->data + at, n->offset - at);
		build_bytes(b, bytes.data, bytes.size);
		at = n->offset + n->size;
		if (bytes.size == n->size)
			continue;
		if (n->kind != IGDROM_NODE_SECTION)
			return IGDROM_E_INTERNAL;
		moved = true;
	}
	if (!moved || !is_blank(stream->data + at, to - at))
		build_bytes(b, stream->data + at, to - at);
	return b->err;
}

/* Sizes in the header of a section of which b is all. */
static enum igdrom_status seal_section(const struct igdrom_firmware_node *node, size_t decoded,
				       struct build *b)
{
	const uint8_t *old = node->stream->data + node->offset;
	struct cur c = cur_from(old, node->size, 0);
	const struct fw_known_guid *known;
	size_t common = 4;

	if (cur_u24le(&c) == LARGE_SECTION) {
		common = 8;
		build_patch_u32le(b, 4, (uint32_t)b->size);
	} else if (b->size >= LARGE_SECTION) {
		return IGDROM_E_LIMIT;
	} else {
		build_patch_u16le(b, 0, (uint16_t)b->size);
		build_patch_u8(b, 2, (uint8_t)(b->size >> 16));
	}
	if (node->type_number == FW_SECTION_COMPRESSED)
		build_patch_u32le(b, common, (uint32_t)decoded);
	if (node->type_number != FW_SECTION_GUID_DEFINED || b->err != IGDROM_OK)
		return b->err;
	known = fw_known_guid(old + common);
	if (known && known->kind == FW_GUID_CRC32)
		build_patch_u32le(
			b, common + GUIDED_HEADER,
			igd_crc32(0, b->data + node->header_size, b->size - node->header_size));
	return b->err;
}

/* What a section encloses, encoded as it was. */
static enum igdrom_status encode(struct edit_work *work, const struct igdrom_firmware_node *node,
				 struct igdrom_bytes contents, struct build *b)
{
	uint64_t most = igdrom_limits_get(work->pace.limits, IGDROM_LIMIT_EXPANDED_BYTES);
	struct igdrom_bytes encoded = {0};
	enum igdrom_status status;

	if (contents.size > work->encodable) {
		report_add(work->report, FINDING_EDIT_LIMIT, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(most)));
		return IGDROM_E_LIMIT;
	}
	work->encodable -= contents.size;
	status = edit_encode(node, contents, &work->pace, &encoded);
	if (status == IGDROM_E_UNSUPPORTED || status == IGDROM_E_NOT_BUILT)
		report_add(work->report, FINDING_EDIT_METHOD, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(node->compression ? node->compression : node->type)));
	if (status == IGDROM_OK) {
		build_bytes(b, encoded.data, encoded.size);
		status = seal_section(node, contents.size, b);
	}
	igdrom_bytes_free(&encoded);
	return status;
}

static enum igdrom_status enclose_section(struct edit_work *work,
					  const struct igdrom_firmware_node *node, struct build *b)
{
	struct build contents = build_new(UINT32_MAX);
	enum igdrom_status status;
	size_t decoded = 0;

	build_bytes(b, node->stream->data + node->offset, node->header_size);
	if (!node->decoded) {
		status = splice(work, node, node->stream, node->offset + node->header_size,
				node->offset + node->size, b);
		decoded = b->size - node->header_size;
		return status == IGDROM_OK ? seal_section(node, decoded, b) : status;
	}
	status = splice(work, node, node->decoded, 0, node->decoded->size, &contents);
	edit_drop_children(work, node); /* encoding takes the most memory */
	if (status == IGDROM_OK)
		status = encode(work, node, (struct igdrom_bytes){contents.data, contents.size}, b);
	build_free(&contents);
	return status;
}

static size_t tail_size(const uint8_t *file, const struct fw_volume_header *volume)
{
	return volume->revision == 1 && file[FILE_ATTRIBUTES_AT] & FILE_LARGE ? FILE_TAIL : 0;
}

void edit_seal_file(uint8_t *file, size_t size, size_t header_size,
		    const struct fw_volume_header *volume)
{
	uint8_t state = fw_erased(volume) ? (uint8_t)~FILE_STATE : FILE_STATE;
	size_t tail = tail_size(file, volume);
	size_t end = size - tail;
	uint8_t sum = volume->revision == 1 ? FILE_NO_SUM_FFS1 : FILE_NO_SUM;

	if (header_size == FILE_HEADER) {
		file[FILE_SIZE_AT] = (uint8_t)size;
		file[FILE_SIZE_AT + 1] = (uint8_t)(size >> 8);
		file[FILE_SIZE_AT + 2] = (uint8_t)(size >> 16);
	} else {
		for (size_t i = FILE_HEADER; i < header_size; i++)
			file[i] = (uint8_t)(size >> 8 * (i - FILE_HEADER) % 64);
	}
	if (file[FILE_ATTRIBUTES_AT] & FILE_CHECKSUM)
		sum = (uint8_t)-fw_sum8(file + header_size, end - header_size);
	file[FILE_HEADER_SUM_AT] = file[FILE_DATA_SUM_AT] = file[FILE_STATE_AT] = 0;
	file[FILE_HEADER_SUM_AT] = (uint8_t)-fw_sum8(file, header_size);
	file[FILE_DATA_SUM_AT] = sum;
	file[FILE_STATE_AT] = state;
	if (tail) {
		file[end] = (uint8_t)~file[FILE_HEADER_SUM_AT];
		file[end + 1] = (uint8_t)~file[FILE_DATA_SUM_AT];
	}
}

static enum igdrom_status enclose_file(const struct edit_work *work,
				       const struct igdrom_firmware_node *node, struct build *b)
{
	struct fw_volume_header volume = {.revision = 2, .attributes = VOLUME_ERASE_POLARITY};
	enum igdrom_status status;
	size_t tail;
	struct cur c;

	if (node->parent->kind == IGDROM_NODE_VOLUME) {
		c = fw_cur(fw_span_of(node->parent));
		if (fw_decode_volume_header(&c, &volume) != IGDROM_OK)
			return IGDROM_E_INTERNAL;
	}
	build_bytes(b, node->stream->data + node->offset, node->header_size);
	tail = tail_size(node->stream->data + node->offset, &volume);
	status = splice(work, node, node->stream, node->offset + node->header_size,
			node->offset + node->size - tail, b);
	build_fill(b, tail, 0);
	if (status != IGDROM_OK)
		return status;
	if (b->err != IGDROM_OK)
		return b->err;
	if (node->header_size == FILE_HEADER && b->size > LARGE_SECTION)
		return IGDROM_E_LIMIT;
	edit_seal_file(b->data, b->size, node->header_size, &volume);
	return IGDROM_OK;
}

enum igdrom_status edit_enclose(struct edit_work *work, const struct igdrom_firmware_node *node,
				struct igdrom_bytes *out)
{
	struct build b = build_new(UINT32_MAX);
	enum igdrom_status status = node->kind == IGDROM_NODE_FILE
					    ? enclose_file(work, node, &b)
					    : enclose_section(work, node, &b);

	if (status == IGDROM_OK)
		status = build_finish(&b, out);
	build_free(&b);
	return status;
}
