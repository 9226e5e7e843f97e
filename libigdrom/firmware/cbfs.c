/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * coreboot's file system: files in a row, each behind a header of its own, the next at a multiple
 * of 64 bytes (commonlib/bsd/cbfs_serialized.h). Free space is a file as well, so a row without a
 * header where one is due has ended.
 */
#include "firmware/cbfs.h"

#include <string.h>

#define CBFS_MAGIC           "LARCHIVE"
#define CBFS_MAGIC_SIZE      8
#define CBFS_TYPE_DELETED    0
#define CBFS_TYPE_NULL       UINT32_MAX
#define CBFS_TYPE_SELF       0x20
#define CBFS_TAG_COMPRESSION UINT32_C(0x42435a4c)
#define CBFS_MAX_HEADER      4096 /* cbfstool writes at most 256; names were longer once */
#define CBFS_MAX_ATTRIBUTES  64

static const struct {
	uint32_t type;
	const char *name;
} types[] = {
	{CBFS_TYPE_DELETED, "deleted"},
	{0x01, "bootblock"},
	{0x02, "cbfs header"},
	{0x10, "legacy stage"},
	{0x11, "stage"},
	{CBFS_TYPE_SELF, "simple elf"},
	{0x21, "fit_payload"},
	{0x30, "optionrom"},
	{0x40, "bootsplash"},
	{0x50, "raw"},
	{0x51, "vsa"},
	{0x52, "mbi"},
	{0x53, "microcode"},
	{0x60, "fsp"},
	{0x61, "mrc"},
	{0x62, "mma"},
	{0x63, "efi"},
	{0x70, "struct"},
	{0xaa, "cmos_default"},
	{0xab, "spd"},
	{0xac, "mrc_cache"},
	{0x01aa, "cmos_layout"},
	{CBFS_TYPE_NULL, "null"},
};

static const char *type_name(uint32_t type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (types[i].type == type)
			return types[i].name;
	}
	return "unknown";
}

static bool is_free(const struct cbfs_file *file)
{
	return file->type == CBFS_TYPE_DELETED || file->type == CBFS_TYPE_NULL;
}

/* The header of a file at the start of c; *file is checked to lie in c but for its end. */
static bool decode(const struct cur *c, struct cbfs_file *file)
{
	struct cur wire = *c;

	return fw_cbfs_decode_file(&wire, file) == IGDROM_OK &&
	       memcmp(file->magic, CBFS_MAGIC, CBFS_MAGIC_SIZE) == 0 &&
	       file->offset >= CBFS_FILE_SIZE && file->offset <= CBFS_MAX_HEADER &&
	       file->offset <= c->left;
}

bool fw_is_cbfs(struct cur c)
{
	struct cbfs_file file;

	return decode(&c, &file) && file.size <= c.left - file.offset;
}

/* Where the next file is to be looked for; left when that is behind the end. */
static size_t next_file(const struct cbfs_file *file, size_t at, size_t left)
{
	uint64_t end = (uint64_t)at + file->offset + file->size;

	end = (end + CBFS_ALIGNMENT - 1) / CBFS_ALIGNMENT * CBFS_ALIGNMENT;
	return end < left ? (size_t)end : left;
}

/* How far the row of files goes. */
static size_t extent(const struct cur *c)
{
	struct cbfs_file file;
	size_t at = 0;

	while (at < c->left) {
		struct cur rest = cur_tail(c, at);

		if (!decode(&rest, &file))
			break;
		at = next_file(&file, at, c->left);
	}
	return at;
}

/* How the file is compressed; CBFS_COMPRESS_NONE when nothing says. */
static struct cbfs_compression find_compression(const struct cur *c, const struct cbfs_file *file)
{
	struct cbfs_compression none = {CBFS_COMPRESS_NONE, 0}, found;
	struct cbfs_attribute attribute;
	struct cur rest;

	if (file->attributes_offset < CBFS_FILE_SIZE || file->attributes_offset > file->offset)
		return none;
	rest = cur_sub(c, file->attributes_offset, file->offset - file->attributes_offset);
	for (size_t i = 0; i < CBFS_MAX_ATTRIBUTES; i++) {
		struct cur wire = rest;

		if (fw_cbfs_decode_attribute(&wire, &attribute) != IGDROM_OK ||
		    attribute.size < CBFS_ATTRIBUTE_SIZE || attribute.size > rest.left)
			break;
		if (attribute.tag == CBFS_TAG_COMPRESSION &&
		    fw_cbfs_decode_compression(&wire, &found) == IGDROM_OK)
			return found;
		cur_skip(&rest, attribute.size);
	}
	return none;
}

static enum igdrom_status read_contents(struct fw *fw, struct igdrom_firmware_node *node,
					const struct cbfs_file *file,
					const struct cbfs_compression *compression)
{
	struct fw_span body = fw_body_of(node);
	struct cur c = fw_cur(body);

	if (body.size == 0)
		return IGDROM_OK;
	if (is_free(file))
		return fw_later(fw, node, fw_read_raw_area, body);
	switch (compression->compression) {
	case CBFS_COMPRESS_NONE:
		break;
	case CBFS_COMPRESS_LZMA:
		return fw_decode_later(fw, node, fw_cbfs_lzma, fw_read_any, body,
				       compression->decompressed_size);
	case CBFS_COMPRESS_LZ4:
		return fw_decode_later(fw, node, fw_cbfs_lz4, fw_read_any, body,
				       compression->decompressed_size);
	default:
		fw_note(fw, FINDING_FIRMWARE_CBFS_COMPRESSION, c.at,
			REPORT_ARGS(ARG_U(compression->compression)));
		break;
	}
	if (file->type == CBFS_TYPE_SELF && fw_cbfs_self_is_compressed(c))
		return fw_decode_later(fw, node, fw_cbfs_self, fw_read_any, body, FW_UNDECLARED);
	return fw_later(fw, node, fw_read_any, body);
}

static enum igdrom_status read_file(struct fw *fw, struct igdrom_firmware_node *parent,
				    struct fw_span span, const struct cbfs_file *file)
{
	struct cur c = fw_cur(span);
	struct cbfs_compression compression = find_compression(&c, file);
	struct igdrom_firmware_node *node;
	enum igdrom_status status;
	size_t name_end = file->offset;

	status = fw_add(fw, parent, is_free(file) ? IGDROM_NODE_FREE_SPACE : IGDROM_NODE_CBFS_FILE,
			span, file->offset, &node);
	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, file->type, type_name(file->type));
	if (file->attributes_offset >= CBFS_FILE_SIZE && file->attributes_offset < name_end)
		name_end = file->attributes_offset;
	c = cur_sub(&c, CBFS_FILE_SIZE, name_end - CBFS_FILE_SIZE);
	if (!is_free(file))
		status = fw_set_name(fw, node, (const char *)c.p, c.left);
	return status == IGDROM_OK ? read_contents(fw, node, file, &compression) : status;
}

enum igdrom_status fw_read_cbfs(struct fw *fw, struct igdrom_firmware_node *parent,
				struct fw_span span)
{
	struct cur c = fw_cur(span);
	struct igdrom_firmware_node *node;
	enum igdrom_status status;
	size_t end = extent(&c);

	if (end == 0)
		return fw_later(fw, parent, fw_read_raw_area, span);
	status = fw_add(fw, parent, IGDROM_NODE_CBFS, fw_sub(span, 0, end), 0, &node);
	if (status != IGDROM_OK || !node)
		return status;
	for (size_t at = 0; at < end && status == IGDROM_OK;) {
		struct cur rest = cur_tail(&c, at);
		struct cbfs_file file;
		size_t size;

		if (!decode(&rest, &file))
			break;
		size = file.offset + (size_t)file.size;
		if (file.size > rest.left - file.offset) {
			fw_note(fw, FINDING_FIRMWARE_CBFS_FILE_CUT, rest.at,
				REPORT_ARGS(ARG_U(file.size), ARG_U(rest.left - file.offset)));
			size = rest.left;
		}
		status = read_file(fw, node, fw_sub(span, at, size), &file);
		at = next_file(&file, at, end);
	}
	return status;
}
