/* SPDX-License-Identifier: BSD-2-Clause */
/* Firmware volumes (PI 1.8 volume 3, 3.2.1): header, block map, extended header. */
#include "firmware/volume.h"

#define VOLUME_SIGNATURE  UINT32_C(0x4856465f) /* "_FVH" */
#define HEADER_SIZE       56
#define BLOCK_MAP_ENTRY   8
#define LEAST_VOLUME      (HEADER_SIZE + 2 * BLOCK_MAP_ENTRY)
#define EXT_HEADER_SIZE   20
#define CHECKSUM_AT       50
#define EXT_HEADER_PTR_AT 52
#define LENGTH_AT         32

enum igdrom_status fw_decode_volume_header(struct cur *c, struct fw_volume_header *out)
{
	cur_bytes(c, out->zero_vector, sizeof(out->zero_vector));
	cur_bytes(c, out->file_system, sizeof(out->file_system));
	out->length = cur_u64le(c);
	out->signature = cur_u32le(c);
	out->attributes = cur_u32le(c);
	out->header_length = cur_u16le(c);
	out->checksum = cur_u16le(c);
	out->ext_header_offset = cur_u16le(c);
	out->reserved = cur_u8(c);
	out->revision = cur_u8(c);
	return c->err;
}

bool fw_is_volume(struct cur c)
{
	struct fw_volume_header header;

	return fw_decode_volume_header(&c, &header) == IGDROM_OK &&
	       header.signature == VOLUME_SIGNATURE && header.length >= LEAST_VOLUME &&
	       header.length < UINT32_MAX && header.header_length >= HEADER_SIZE &&
	       header.header_length <= header.length &&
	       (header.revision == 1 || header.revision == 2) &&
	       (header.reserved == 0 || header.reserved == 0xff);
}

/* Sum of the header as 16-bit numbers. */
static uint16_t header_sum(struct cur c)
{
	uint16_t sum = 0;

	while (c.left >= 2)
		sum = (uint16_t)(sum + cur_u16le(&c));
	return sum;
}

/* What the block map says that the volume is long. */
static uint64_t mapped_length(struct cur c)
{
	uint64_t length = 0;

	cur_skip(&c, HEADER_SIZE);
	while (c.left >= BLOCK_MAP_ENTRY) {
		uint64_t count = cur_u32le(&c);
		uint64_t size = cur_u32le(&c);

		if (count == 0 && size == 0)
			break;
		length += count * size;
	}
	return length;
}

static void check_header(struct fw *fw, const struct fw_volume_header *header, struct fw_span span)
{
	uint64_t at = fw_at(span.stream, span.offset);
	struct cur bytes = fw_cur(fw_sub(span, 0, header->header_length));
	uint64_t mapped = mapped_length(bytes);
	uint16_t sum = header_sum(bytes);

	if (span.size < header->length)
		fw_note(fw, FINDING_FIRMWARE_VOLUME_TRUNCATED, at,
			REPORT_ARGS(ARG_U(header->length), ARG_U(span.size)));
	else if (mapped != header->length)
		fw_note(fw, FINDING_FIRMWARE_VOLUME_BLOCK_MAP, at,
			REPORT_ARGS(ARG_U(header->length), ARG_U(mapped)));
	if (sum != 0)
		fw_note(fw, FINDING_FIRMWARE_VOLUME_CHECKSUM,
			span.stream->exact ? at + CHECKSUM_AT : at,
			REPORT_ARGS(ARG_U(header->checksum),
				    ARG_U((uint16_t)(header->checksum - sum))));
}

/* Where the first file starts; sets the GUID of the volume when an extended header gives one. */
static enum igdrom_status read_ext_header(struct fw *fw, struct igdrom_firmware_node *node,
					  const struct fw_volume_header *header, size_t *first_file)
{
	struct cur volume = fw_cur(fw_span_of(node));
	struct cur c = cur_tail(&volume, header->ext_header_offset);
	const uint8_t *guid = cur_take(&c, FW_GUID_SIZE);
	uint32_t size = cur_u32le(&c);

	*first_file = header->header_length;
	if (header->revision < 2 || header->ext_header_offset == 0)
		return fw_set_guid(fw, node, header->file_system);
	if (c.err != IGDROM_OK || size < EXT_HEADER_SIZE ||
	    size > node->size - header->ext_header_offset ||
	    header->ext_header_offset < header->header_length) {
		fw_note(fw, FINDING_FIRMWARE_VOLUME_EXT_HEADER, fw_at(node->stream, node->offset),
			REPORT_ARGS(ARG_U(header->ext_header_offset)));
		return fw_set_guid(fw, node, header->file_system);
	}
	*first_file = header->ext_header_offset + size;
	return fw_set_guid(fw, node, guid);
}

static const char *type_name(enum fw_guid_kind kind)
{
	switch (kind) {
	case FW_GUID_FFS1:
		return "FFS1";
	case FW_GUID_FFS2:
		return "FFS2";
	case FW_GUID_FFS3:
		return "FFS3";
	case FW_GUID_NVRAM:
		return "NVRAM";
	case FW_GUID_MICROCODE:
		return "microcode";
	default:
		return "unknown";
	}
}

enum igdrom_status fw_read_volume(struct fw *fw, struct igdrom_firmware_node *parent,
				  struct fw_span span)
{
	struct fw_volume_header header;
	const struct fw_known_guid *known;
	struct igdrom_firmware_node *node;
	enum igdrom_status status;
	struct cur c = fw_cur(span);
	enum fw_guid_kind kind;
	size_t first_file;

	if (!fw_is_volume(c) || fw_decode_volume_header(&c, &header) != IGDROM_OK)
		return fw_read_raw_area(fw, parent, span);
	span = fw_sub(span, 0, (size_t)header.length);
	status = fw_add(fw, parent, IGDROM_NODE_VOLUME, span, 0, &node);
	if (status != IGDROM_OK || !node)
		return status;
	check_header(fw, &header, span);
	known = fw_known_guid(header.file_system);
	kind = known ? known->kind : FW_GUID_OTHER;
	fw_set_type(node, header.revision, type_name(kind));
	status = read_ext_header(fw, node, &header, &first_file);
	if (status != IGDROM_OK)
		return status;
	first_file = FW_ALIGN8(first_file);
	node->header_size = first_file < span.size ? first_file : span.size;
	switch (kind) {
	case FW_GUID_FFS1:
	case FW_GUID_FFS2:
	case FW_GUID_FFS3:
		return fw_later(fw, node, fw_read_files, fw_body_of(node));
	case FW_GUID_NVRAM: /* variables are no files, and hold no volumes */
	case FW_GUID_MICROCODE:
		return IGDROM_OK;
	default:
		fw_note(fw, FINDING_FIRMWARE_VOLUME_UNKNOWN, fw_at(span.stream, span.offset),
			REPORT_ARGS(ARG_S(node->guid)));
		return fw_later(fw, node, fw_read_raw_area, fw_body_of(node));
	}
}
