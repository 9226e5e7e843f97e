/* SPDX-License-Identifier: BSD-2-Clause */
/* Sections of files (PI 1.8 volume 3, 3.2.4). */
#include "firmware/codec.h"
#include "firmware/section.h"

#define COMMON_HEADER_SIZE   4
#define EXTENDED_HEADER_SIZE 8
#define EXTENDED_SIZE        0xffffff
#define COMPRESSION_HEADER   5
#define BUILD_NUMBER         2 /* of a version section */
#define NOT_COMPRESSED       0
#define STANDARD_COMPRESSION 1
#define CUSTOM_COMPRESSION   2 /* LZMA, wherever it was seen */

#define PROCESSING_REQUIRED 0x01
#define CERT_BLOCK_SIZE     528 /* EFI_CERT_BLOCK_RSA_2048_SHA256 behind its GUID, and that */
#define CERTIFICATE_HEADER  8
#define CERTIFICATE_VERSION 0x0200

#define ALIGN4(n) (((n) + 3) & ~(size_t)3)

enum igdrom_status fw_decode_section_header(struct cur *c, struct fw_section_header *out)
{
	out->size = cur_u24le(c);
	out->type = cur_u8(c);
	out->header_size = COMMON_HEADER_SIZE;
	if (out->size != EXTENDED_SIZE)
		return c->err;
	out->header_size = EXTENDED_HEADER_SIZE;
	out->size = cur_u32le(c);
	return c->err;
}

const char *fw_section_type_name(uint8_t type)
{
	static const char *const names[] = {
		[0x01] = "COMPRESSED",
		[0x02] = "GUID_DEFINED",
		[0x03] = "DISPOSABLE",
		[0x10] = "PE32",
		[0x11] = "PIC",
		[0x12] = "TE",
		[0x13] = "DXE_DEPEX",
		[0x14] = "VERSION",
		[0x15] = "USER_INTERFACE",
		[0x16] = "COMPATIBILITY16",
		[0x17] = "FIRMWARE_VOLUME_IMAGE",
		[0x18] = "FREEFORM_SUBTYPE_GUID",
		[0x19] = "RAW",
		[0x1b] = "PEI_DEPEX",
		[0x1c] = "MM_DEPEX",
		[0x20] = "Insyde postcode",
		[0xf0] = "Phoenix postcode",
	};

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : NULL;
}

static bool is_blank(struct cur c)
{
	return c.left && fw_is_filled(c.p, c.left, c.p[0]);
}

/* Whether headers lead from section to section up to the end, or to padding; with known, all types
 * have to be known. */
static bool chain_holds(struct cur c, bool known)
{
	struct cur start = c;
	size_t at = 0;

	while (start.left - at >= COMMON_HEADER_SIZE) {
		struct fw_section_header header;

		c = cur_tail(&start, at);
		if (fw_decode_section_header(&c, &header) != IGDROM_OK ||
		    header.size < header.header_size || header.size > start.left - at)
			return at && is_blank(cur_tail(&start, at));
		if (known && !fw_section_type_name(header.type))
			return false;
		at += (size_t)header.size;
		at = ALIGN4(at) < start.left ? ALIGN4(at) : start.left;
	}
	return start.left != 0;
}

/* Sections of known types from start to end, but for padding behind the last. */
bool fw_are_sections(struct cur c)
{
	return chain_holds(c, true);
}

/* Whether the first section can be one: a known type, or sizes that lead to the very end. */
static bool starts_with_section(struct cur c)
{
	struct cur start = c;
	struct fw_section_header header;

	if (fw_decode_section_header(&c, &header) != IGDROM_OK ||
	    header.size < header.header_size || header.size > start.left)
		return false;
	return fw_section_type_name(header.type) || chain_holds(start, false);
}

static struct igdrom_firmware_node *file_of(struct igdrom_firmware_node *node)
{
	while (node && node->kind == IGDROM_NODE_SECTION)
		node = node->parent;
	return node && node->kind == IGDROM_NODE_FILE ? node : NULL;
}

static enum igdrom_status read_name(struct fw *fw, struct igdrom_firmware_node *node)
{
	struct igdrom_firmware_node *file = file_of(node->parent);
	struct cur c = fw_cur(fw_body_of(node));
	enum igdrom_status status;

	if (node->type_number == FW_SECTION_VERSION) {
		cur_skip(&c, BUILD_NUMBER);
		if (c.err != IGDROM_OK)
			return IGDROM_OK;
		node->header_size += BUILD_NUMBER;
		return fw_set_name_ucs2(fw, node, c.p, c.left);
	}
	status = fw_set_name_ucs2(fw, node, c.p, c.left);
	if (status == IGDROM_OK && file)
		status = fw_set_name_ucs2(fw, file, c.p, c.left);
	return status;
}

static enum igdrom_status read_compressed(struct fw *fw, struct igdrom_firmware_node *node)
{
	struct cur c = fw_cur(fw_body_of(node));
	uint32_t size = cur_u32le(&c);
	uint8_t method = cur_u8(&c);

	if (c.err != IGDROM_OK) {
		fw_note(fw, FINDING_FIRMWARE_SECTION_HEADER, fw_at(node->stream, node->offset),
			REPORT_ARGS(ARG_S(node->type)));
		return IGDROM_OK;
	}
	node->header_size += COMPRESSION_HEADER;
	switch (method) {
	case NOT_COMPRESSED:
		return fw_later(fw, node, fw_read_sections, fw_body_of(node));
	case STANDARD_COMPRESSION:
		return fw_decode_later(fw, node, fw_decode_uefi, fw_read_sections, fw_body_of(node),
				       size);
	case CUSTOM_COMPRESSION:
		return fw_decode_later(fw, node, fw_decode_lzma, fw_read_sections, fw_body_of(node),
				       size);
	default:
		fw_note(fw, FINDING_FIRMWARE_SECTION_METHOD, fw_at(node->stream, node->offset),
			REPORT_ARGS(ARG_U(method)));
		return fw_later(fw, node, fw_read_raw_area, fw_body_of(node));
	}
}

/* The checksum of a CRC32 section stands between GUID header and data. */
static void check_crc32(struct fw *fw, const struct igdrom_firmware_node *node, struct cur c)
{
	struct fw_span body = fw_body_of(node);
	uint32_t stored = cur_u32le(&c);
	uint32_t sum;

	if (c.err != IGDROM_OK)
		return;
	sum = fw_crc32(fw, body.stream->data + body.offset, body.size);
	if (sum != stored)
		fw_note(fw, FINDING_FIRMWARE_SECTION_CRC32, fw_at(node->stream, node->offset),
			REPORT_ARGS(ARG_U(stored), ARG_U(sum)));
}

/* DataOffset stands before the certificate or behind it, as the tool that signed it liked. */
static enum igdrom_status read_signed(struct fw *fw, struct igdrom_firmware_node *node)
{
	struct fw_span body = fw_body_of(node);
	struct cur c = fw_cur(body);
	uint32_t size = cur_u32le(&c); /* WIN_CERTIFICATE, UEFI 2.10 32.2.4 */
	uint16_t revision = cur_u16le(&c);
	bool certificate = c.err == IGDROM_OK && revision == CERTIFICATE_VERSION &&
			   size >= CERTIFICATE_HEADER && size < body.size;

	/* In this order: the length of a certificate can pass for a section of type 0. */
	if (!certificate) {
		if (starts_with_section(fw_cur(body)))
			return fw_later(fw, node, fw_read_sections, body);
		size = CERT_BLOCK_SIZE;
	}
	if (starts_with_section(fw_cur(fw_sub(body, size, SIZE_MAX))))
		node->header_size += size;
	return fw_later(fw, node, fw_read_sections, fw_body_of(node));
}

static enum igdrom_status read_guid_defined(struct fw *fw, struct igdrom_firmware_node *node)
{
	const struct fw_known_guid *known;
	struct cur c = fw_cur(fw_body_of(node));
	const uint8_t *guid = cur_take(&c, FW_GUID_SIZE);
	uint16_t data_offset = cur_u16le(&c);
	uint16_t attributes = cur_u16le(&c);
	enum igdrom_status status;
	fw_decoder *decoder;

	if (c.err != IGDROM_OK || data_offset < node->size - c.left || data_offset > node->size) {
		fw_note(fw, FINDING_FIRMWARE_SECTION_HEADER, fw_at(node->stream, node->offset),
			REPORT_ARGS(ARG_S(node->type)));
		return fw_later(fw, node, fw_read_raw_area, fw_body_of(node));
	}
	status = fw_set_guid(fw, node, guid);
	if (status != IGDROM_OK)
		return status;
	node->header_size = data_offset;
	known = fw_known_guid(guid);
	if (known && known->kind == FW_GUID_CRC32)
		check_crc32(fw, node, c);
	decoder = known ? fw_decoder_for(known->kind) : NULL;
	if (decoder && attributes & PROCESSING_REQUIRED)
		return fw_decode_later(fw, node, decoder, fw_read_sections, fw_body_of(node),
				       FW_UNDECLARED);
	if (known && known->kind == FW_GUID_SIGNED)
		return read_signed(fw, node);
	if (attributes & PROCESSING_REQUIRED && !(known && known->kind == FW_GUID_CRC32))
		fw_note(fw, FINDING_FIRMWARE_SECTION_UNKNOWN_GUID,
			fw_at(node->stream, node->offset), REPORT_ARGS(ARG_S(node->guid)));
	return fw_later(fw, node, fw_read_sections, fw_body_of(node));
}

static enum igdrom_status read_contents(struct fw *fw, struct igdrom_firmware_node *node)
{
	struct cur c = fw_cur(fw_body_of(node));
	const uint8_t *guid;
	enum igdrom_status status;

	switch (node->type_number) {
	case FW_SECTION_COMPRESSED:
		return read_compressed(fw, node);
	case FW_SECTION_GUID_DEFINED:
		return read_guid_defined(fw, node);
	case FW_SECTION_DISPOSABLE:
		return fw_later(fw, node, fw_read_sections, fw_body_of(node));
	case FW_SECTION_VERSION:
	case FW_SECTION_UI:
		return read_name(fw, node);
	case FW_SECTION_FREEFORM:
		guid = cur_take(&c, FW_GUID_SIZE);
		status = guid ? fw_set_guid(fw, node, guid) : IGDROM_OK;
		if (guid)
			node->header_size += FW_GUID_SIZE;
		if (status != IGDROM_OK)
			return status;
		return fw_later(fw, node, fw_read_raw_area, fw_body_of(node));
	case FW_SECTION_COMPAT16:
	case FW_SECTION_FV_IMAGE:
	case FW_SECTION_RAW:
		return fw_later(fw, node, fw_read_raw_area, fw_body_of(node));
	default:
		return IGDROM_OK;
	}
}

static enum igdrom_status add_section(struct fw *fw, struct igdrom_firmware_node *parent,
				      const struct fw_section_header *header, struct fw_span span)
{
	const char *type = fw_section_type_name(header->type);
	struct igdrom_firmware_node *node;
	enum igdrom_status status =
		fw_add(fw, parent, IGDROM_NODE_SECTION, span, header->header_size, &node);

	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, header->type, type ? type : "unknown");
	return read_contents(fw, node);
}

enum igdrom_status fw_read_sections(struct fw *fw, struct igdrom_firmware_node *parent,
				    struct fw_span span)
{
	size_t at = 0;

	/* Some files of types that have sections hold none, and some sections hold plain data. */
	if (!starts_with_section(fw_cur(span)))
		return fw_read_raw_area(fw, parent, span);
	while (span.size - at >= COMMON_HEADER_SIZE) {
		struct fw_span rest = fw_sub(span, at, SIZE_MAX);
		struct cur c = fw_cur(rest);
		struct fw_section_header header;
		enum igdrom_status status;

		if (fw_decode_section_header(&c, &header) != IGDROM_OK ||
		    header.size < header.header_size || header.size > rest.size) {
			if (is_blank(fw_cur(rest)))
				break;
			fw_note(fw, FINDING_FIRMWARE_SECTION_SIZE, fw_at(rest.stream, rest.offset),
				REPORT_ARGS(ARG_U(header.size), ARG_U(rest.size)));
			return fw_add_padding(fw, parent, rest, true);
		}
		status = add_section(fw, parent, &header, fw_sub(rest, 0, (size_t)header.size));
		if (status != IGDROM_OK)
			return status;
		at += (size_t)header.size;
		at = ALIGN4(at) < span.size ? ALIGN4(at) : span.size;
	}
	return IGDROM_OK;
}
