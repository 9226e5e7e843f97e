/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a firmware volume (PI 1.8 volume 3, 3.2.3: FFS2 and FFS3; FFS1 is their ancestor). */
#include "firmware/volume.h"

#define HEADER_SIZE        24
#define LENOVO_HEADER_SIZE 28 /* FFS2 with a large file: 32-bit size behind the header */
#define LARGE_HEADER_SIZE  32
#define DATA_SUM_AT        17
#define STATE_AT           23
#define TAIL_SIZE          2

#define ATTRIBUTE_LARGE       0x01 /* revision 1 of the file system: has a tail */
#define ATTRIBUTE_ALIGNMENT_2 0x02
#define ATTRIBUTE_CHECKSUM    0x40
#define DATA_SUM_FFS1         0x5a
#define DATA_SUM_FFS2         0xaa

#define LARGE_ALIGNMENT        17                   /* 128 KiB and more */
#define VOLUME_WEAK_ALIGNMENT  UINT32_C(0x80000000) /* PI 1.8 volume 3, 3.2.1.1 */
#define VOLUME_ALIGNMENT_SHIFT 16

#define TYPE_ALL 0x00
#define TYPE_RAW 0x01
#define TYPE_PAD 0xf0

struct file_header {
	const uint8_t *guid;
	uint8_t header_sum, data_sum;
	uint8_t type;
	uint8_t attributes;
	uint32_t size;
	uint8_t state;
};

/* Something that is wrong with several files of a volume and said once. */
struct tally {
	size_t count;
	size_t first; /* offset of the first */
};

struct files {
	struct fw *fw;
	struct igdrom_firmware_node *volume;
	struct fw_volume_header header;
	enum fw_guid_kind system;
	bool truncated; /* the volume is longer than what there is of it */
	struct tally bad_header_sum, bad_data_sum, unaligned, too_aligned;
};

static const char *const type_names[] = {
	[0x00] = "ALL",
	[0x01] = "RAW",
	[0x02] = "FREEFORM",
	[0x03] = "SECURITY_CORE",
	[0x04] = "PEI_CORE",
	[0x05] = "DXE_CORE",
	[0x06] = "PEIM",
	[0x07] = "DRIVER",
	[0x08] = "COMBINED_PEIM_DRIVER",
	[0x09] = "APPLICATION",
	[0x0a] = "MM",
	[0x0b] = "FIRMWARE_VOLUME_IMAGE",
	[0x0c] = "COMBINED_MM_DXE",
	[0x0d] = "MM_CORE",
	[0x0e] = "MM_STANDALONE",
	[0x0f] = "MM_CORE_STANDALONE",
};

static const char *type_name(uint8_t type)
{
	if (type < sizeof(type_names) / sizeof(type_names[0]))
		return type_names[type];
	if (type == TYPE_PAD)
		return "PAD";
	return type >= 0xc0 && type < 0xf0 ? "OEM" : "unknown";
}

static enum igdrom_status decode_header(struct cur *c, struct file_header *out)
{
	out->guid = cur_take(c, FW_GUID_SIZE);
	out->header_sum = cur_u8(c);
	out->data_sum = cur_u8(c);
	out->type = cur_u8(c);
	out->attributes = cur_u8(c);
	out->size = cur_u24le(c);
	out->state = cur_u8(c);
	return c->err;
}

/* Size of the file whose header c has just left, and of its header with what extends it. */
static uint64_t file_size(const struct files *files, const struct file_header *header, struct cur c,
			  size_t *header_size)
{
	uint64_t size;

	*header_size = HEADER_SIZE;
	if (files->header.revision < 2 || !(header->attributes & ATTRIBUTE_LARGE))
		return header->size;
	if (files->system == FW_GUID_FFS3) {
		*header_size = LARGE_HEADER_SIZE;
		size = cur_u64le(&c);
		return c.err == IGDROM_OK ? size : 0;
	}
	if (header->size != 0)
		return header->size;
	*header_size = LENOVO_HEADER_SIZE;
	size = cur_u32le(&c);
	return c.err == IGDROM_OK ? size : 0;
}

static size_t tail_size(const struct files *files, const struct file_header *header)
{
	bool tail = files->header.revision == 1 && header->attributes & ATTRIBUTE_LARGE;

	return tail ? TAIL_SIZE : 0;
}

static void note(struct tally *tally, size_t offset)
{
	if (tally->count++ == 0)
		tally->first = offset;
}

unsigned fw_file_alignment(uint8_t attributes, unsigned revision)
{
	static const uint8_t powers[] = {0, 4, 7, 9, 10, 12, 15, 16};
	unsigned code = attributes >> 3 & 7;

	return revision > 1 && attributes & ATTRIBUTE_ALIGNMENT_2 ? LARGE_ALIGNMENT + code
								  : powers[code];
}

static void check_alignment(struct files *files, const struct file_header *header,
			    struct fw_span span, size_t header_size)
{
	size_t at = span.offset - files->volume->offset + header_size;
	uint32_t attributes = files->header.attributes;
	unsigned power = fw_file_alignment(header->attributes, files->header.revision);

	if (at % ((size_t)1 << power) != 0)
		note(&files->unaligned, span.offset);
	if (files->header.revision > 1 && !(attributes & VOLUME_WEAK_ALIGNMENT) &&
	    power > (attributes >> VOLUME_ALIGNMENT_SHIFT & 0x1f))
		note(&files->too_aligned, span.offset);
}

static bool header_is_sound(const uint8_t *p, size_t header_size, const struct file_header *header)
{
	/* The sum is over the header with the data sum and the state as zero. */
	return (uint8_t)(fw_sum8(p, header_size) - header->data_sum - header->state) == 0;
}

static void check_sums(struct files *files, const struct file_header *header, struct fw_span span,
		       size_t header_size)
{
	const uint8_t *p = span.stream->data + span.offset;
	size_t tail = tail_size(files, header);
	uint8_t want = files->header.revision == 1 ? DATA_SUM_FFS1 : DATA_SUM_FFS2;

	if (!header_is_sound(p, header_size, header))
		note(&files->bad_header_sum, span.offset);
	if (span.size < header_size + tail)
		return;
	if (header->attributes & ATTRIBUTE_CHECKSUM)
		want = (uint8_t)-fw_sum8(p + header_size, span.size - header_size - tail);
	if (header->data_sum != want)
		note(&files->bad_data_sum, span.offset);
}

static void say_tally(const struct files *files, const struct tally *tally, enum finding_code code)
{
	if (tally->count)
		fw_note(files->fw, code, fw_at(files->volume->stream, tally->first),
			REPORT_ARGS(ARG_U(tally->count), ARG_S(files->volume->guid)));
}

static void say_tallies(const struct files *files)
{
	say_tally(files, &files->bad_header_sum, FINDING_FIRMWARE_FILE_HEADER_CHECKSUM);
	say_tally(files, &files->bad_data_sum, FINDING_FIRMWARE_FILE_DATA_CHECKSUM);
	say_tally(files, &files->unaligned, FINDING_FIRMWARE_FILE_UNALIGNED);
	say_tally(files, &files->too_aligned, FINDING_FIRMWARE_FILE_ALIGNMENT);
}

/* Queues what is in a file, up to its tail. */
static enum igdrom_status read_contents(struct fw *fw, struct igdrom_firmware_node *node,
					struct fw_span body)
{
	if (node->type_number == TYPE_PAD || node->type_number == TYPE_RAW ||
	    node->type_number == TYPE_ALL)
		return fw_later(fw, node, fw_read_raw_area, body);
	return fw_later(fw, node, fw_read_sections, body);
}

static enum igdrom_status add_file(struct files *files, const struct file_header *header,
				   struct fw_span span, size_t header_size)
{
	struct igdrom_firmware_node *node;
	struct fw_span body;
	enum igdrom_status status =
		fw_add(files->fw, files->volume, IGDROM_NODE_FILE, span, header_size, &node);

	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, header->type, type_name(header->type));
	check_sums(files, header, span, header_size);
	check_alignment(files, header, span, header_size);
	body = fw_body_of(node);
	if (body.size >= tail_size(files, header))
		body.size -= tail_size(files, header);
	if (header->type != TYPE_PAD) {
		status = fw_set_guid(files->fw, node, header->guid);
	} else if (fw_is_filled(body.stream->data + body.offset, body.size,
				fw_erased(&files->header))) {
		return IGDROM_OK;
	}
	if (status != IGDROM_OK)
		return status;
	return read_contents(files->fw, node, body);
}

/* What is left of the volume from the first file header on that is free. */
static enum igdrom_status add_free_space(struct files *files, struct fw_span rest)
{
	const uint8_t *data = rest.stream->data + rest.offset;
	uint8_t erased = fw_erased(&files->header);
	struct igdrom_firmware_node *node;
	enum igdrom_status status;
	size_t used = 0;

	if (!fw_is_filled(data, rest.size, erased)) {
		while (data[used] == erased)
			used++;
		used = used / 8 * 8;
	} else {
		used = rest.size;
	}
	if (used) {
		status = fw_add(files->fw, files->volume, IGDROM_NODE_FREE_SPACE,
				fw_sub(rest, 0, used), 0, &node);
		if (status != IGDROM_OK)
			return status;
	}
	return fw_add_padding(files->fw, files->volume, fw_sub(rest, used, SIZE_MAX), true);
}

/* What cannot be read as files from here on. */
static enum igdrom_status add_rest(struct files *files, struct fw_span rest, uint64_t size)
{
	const uint8_t *data = rest.stream->data + rest.offset;

	if (!fw_is_filled(data, rest.size, data[0]))
		fw_note(files->fw, FINDING_FIRMWARE_FILE_SIZE, fw_at(rest.stream, rest.offset),
			REPORT_ARGS(ARG_U(size), ARG_U(rest.size), ARG_S(files->volume->guid)));
	return fw_add_padding(files->fw, files->volume, rest, true);
}

static enum igdrom_status read_files(struct files *files, struct fw_span span)
{
	size_t at = 0;

	while (span.size - at >= HEADER_SIZE) {
		struct fw_span rest = fw_sub(span, at, SIZE_MAX);
		struct cur c = fw_cur(rest);
		struct file_header header;
		enum igdrom_status status;
		size_t header_size;
		uint64_t size;

		if (fw_is_filled(c.p, HEADER_SIZE, fw_erased(&files->header)))
			return add_free_space(files, rest);
		if (decode_header(&c, &header) != IGDROM_OK)
			break;
		size = file_size(files, &header, c, &header_size);
		c = fw_cur(rest);
		if (size > rest.size && files->truncated && header_size <= rest.size &&
		    header_is_sound(c.p, header_size, &header))
			size = rest.size;
		if (size < header_size || size > rest.size)
			return add_rest(files, rest, size);
		status = add_file(files, &header, fw_sub(rest, 0, (size_t)size), header_size);
		if (status != IGDROM_OK)
			return status;
		/* Files are aligned in the volume, whose first file is too. */
		at = size < rest.size ? FW_ALIGN8(at + (size_t)size) : span.size;
		if (at > span.size)
			at = span.size;
	}
	return add_free_space(files, fw_sub(span, at, SIZE_MAX));
}

enum igdrom_status fw_read_files(struct fw *fw, struct igdrom_firmware_node *parent,
				 struct fw_span span)
{
	struct files files = {.fw = fw, .volume = parent};
	struct cur c = fw_cur(fw_span_of(parent));
	const struct fw_known_guid *known;
	enum igdrom_status status;

	if (fw_decode_volume_header(&c, &files.header) != IGDROM_OK)
		return fw_read_raw_area(fw, parent, span);
	known = fw_known_guid(files.header.file_system);
	files.system = known ? known->kind : FW_GUID_OTHER;
	files.truncated = parent->size < files.header.length;
	status = read_files(&files, span);
	say_tallies(&files);
	return status;
}

/* Size of the header of a file that is all of the bytes; 0 when they are no file. */
static size_t lone_header_size(struct cur c, struct file_header *header)
{
	struct cur all = c, wide, narrow;
	bool large;
	size_t size = 0;

	if (decode_header(&c, header) != IGDROM_OK)
		return 0;
	wide = narrow = c;
	large = header->attributes & ATTRIBUTE_LARGE;
	if (header->size == all.left)
		size = HEADER_SIZE;
	else if (large && cur_u64le(&wide) == all.left)
		size = LARGE_HEADER_SIZE;
	else if (large && cur_u32le(&narrow) == all.left)
		size = LENOVO_HEADER_SIZE;
	return size && header_is_sound(all.p, size, header) ? size : 0;
}

bool fw_is_file(struct cur c)
{
	return fw_file_header_size(c) != 0;
}

size_t fw_file_header_size(struct cur c)
{
	struct file_header header;

	return lone_header_size(c, &header);
}

enum igdrom_status fw_read_file(struct fw *fw, struct igdrom_firmware_node *parent,
				struct fw_span span)
{
	struct file_header header;
	size_t size = lone_header_size(fw_cur(span), &header);
	struct igdrom_firmware_node *node;
	enum igdrom_status status;

	if (size == 0)
		return fw_later(fw, parent, fw_read_raw_area, span);
	status = fw_add(fw, parent, IGDROM_NODE_FILE, span, size, &node);
	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, header.type, type_name(header.type));
	status = fw_set_guid(fw, node, header.guid);
	return status == IGDROM_OK ? read_contents(fw, node, fw_body_of(node)) : status;
}
