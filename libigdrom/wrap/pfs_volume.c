/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PFS volumes, of which Dell's updates are made: entries between a header and a footer. The entries
 * of a volume are files, or they are blocks of Intel BIOS Guard that make up one image; the order
 * of blocks is in their scripts. Layout: platomav/BIOSUtilities.
 */
#include "wrap/internal.h"

#include "core/builder.h"
#include "core/text.h"

#include <stdio.h>
#include <stdlib.h>

#define HEADER_TAG   "PFS.HDR."
#define FOOTER_TAG   "PFS.FTR."
#define FRAME_SIZE   16
#define GUID_SIZE    16
#define ENTRY_LEAST  72  /* shorter ends of a payload are padding */
#define NAMED        512 /* entries that are looked up in the list of names */
#define NAME_BYTES   160
#define NAME_HEADER  34          /* of an entry of that list; the name and 2 bytes follow */
#define MOST_GAP     (64U << 20) /* the size of a large flash chip */
#define SCRIPT_TO_AT 12          /* operand of the second operation: where in flash */
#define SCRIPT_LEAST 32

struct entry {
	uint8_t guid[GUID_SIZE];
	uint32_t version; /* of this structure */
	uint8_t types[4];
	uint16_t numbers[4];
	uint32_t data_size, data_signature_size, metadata_size, metadata_signature_size;
	struct cur data, metadata;
};

/* Where a block goes. */
struct block {
	uint32_t to;
	uint32_t address;
	size_t index;
	const uint8_t *data;
	uint32_t size;
};

/* GUIDs as they lie in the file, of entries that describe others. */
static const struct {
	uint8_t guid[GUID_SIZE];
	bool names;
} descriptions[] = {
	{{0x60, 0x19, 0x04, 0xfd, 0xc8, 0x0d, 0x9f, 0x4b, 0x82, 0x25, 0xbb, 0xa9, 0xe3, 0x7c, 0x71,
	  0xe0},
	 true},
	{{0xd3, 0x3f, 0x58, 0x4d, 0x0e, 0xf8, 0x55, 0x40, 0xa1, 0x45, 0x9b, 0xec, 0x16, 0xcb, 0x33,
	  0xb0},
	 true},
	/* models; signatures */
	{{0xfb, 0xe3, 0x3a, 0x23, 0x68, 0xda, 0xd4, 0x4f, 0x92, 0xcb, 0xa6, 0x22, 0x9a, 0x61, 0x1d,
	  0x6f},
	 false},
	{{0xb7, 0x0b, 0x88, 0x3c, 0x58, 0xed, 0x5c, 0x4d, 0xa9, 0xae, 0xdb, 0x3a, 0xee, 0xaf, 0x86,
	  0xd0},
	 false},
};

#define DESCRIPTION_COUNT (sizeof(descriptions) / sizeof(descriptions[0]))

bool pfs_volume_find(struct cur file, struct wrap_place *place)
{
	if (!wrap_has(file, 0, WRAP_MAGIC(HEADER_TAG)))
		return false;
	*place = (struct wrap_place){0, file.left, "Dell PFS volume", 0};
	return true;
}

static enum igdrom_status decode_entry(struct cur *c, struct entry *e)
{
	cur_bytes(c, e->guid, sizeof(e->guid));
	e->version = cur_u32le(c);
	cur_bytes(c, e->types, sizeof(e->types));
	for (size_t i = 0; i < 4; i++)
		e->numbers[i] = cur_u16le(c);
	cur_skip(c, 8);
	e->data_size = cur_u32le(c);
	e->data_signature_size = cur_u32le(c);
	e->metadata_size = cur_u32le(c);
	e->metadata_signature_size = cur_u32le(c);
	cur_skip(c, e->version == 1 ? 16 : 32);
	return c->err;
}

/* An entry with its parts; false at the end, and where the entry is not there in full. */
static bool take_entry(struct cur *c, struct entry *e)
{
	if (c->left < ENTRY_LEAST || decode_entry(c, e) != IGDROM_OK)
		return false;
	e->data = cur_sub(c, 0, e->data_size);
	cur_skip(c, e->data_size);
	cur_skip(c, e->data_signature_size);
	e->metadata = cur_sub(c, 0, e->metadata_size);
	cur_skip(c, e->metadata_size);
	cur_skip(c, e->metadata_signature_size);
	return c->err == IGDROM_OK;
}

static bool is_description(const struct entry *e, bool names_only)
{
	for (size_t i = 0; i < DESCRIPTION_COUNT; i++) {
		if (!memcmp(e->guid, descriptions[i].guid, GUID_SIZE))
			return descriptions[i].names || !names_only;
	}
	return false;
}

/* "1.12.0": each number is of a type, 'N' decimal, 'A' hexadecimal, ' ' or 0 unused. */
static size_t put_version(char *out, size_t room, const uint8_t types[4], const uint16_t numbers[4])
{
	size_t length = 0;

	out[0] = '\0';
	for (size_t i = 0; i < 4; i++) {
		if (types[i] == ' ' || types[i] == 0)
			continue;
		length += (size_t)snprintf(out + length, room - length,
					   types[i] == 'N' ? "%s%u" : "%s%X", length ? "." : "",
					   (unsigned)numbers[i]);
	}
	return length;
}

/* The name and version of the nth entry of this GUID, from the list of names. */
static size_t look_up_name(struct cur list, const uint8_t guid[GUID_SIZE], size_t nth,
			   char out[NAME_BYTES + 32])
{
	while (list.left >= NAME_HEADER) {
		uint32_t version = cur_u32le(&list);
		const uint8_t *of = cur_take(&list, GUID_SIZE);
		uint16_t numbers[4];
		uint8_t types[4];
		struct cur name;
		size_t length;

		for (size_t i = 0; i < 4; i++)
			numbers[i] = cur_u16le(&list);
		cur_bytes(&list, types, sizeof(types));
		length = (size_t)cur_u16le(&list) * 2;
		name = cur_sub(&list, 0, length);
		cur_skip(&list, length);
		cur_skip(&list, 2);
		if (version != 1 || name.err != IGDROM_OK)
			break;
		if (memcmp(of, guid, GUID_SIZE) != 0 || nth-- > 0)
			continue;
		length = text_from_utf16(name.p, name.left, out, NAME_BYTES);
		while (length && out[length - 1] == ' ')
			length--;
		out[length++] = ' ';
		return length + put_version(out + length, 32, types, numbers);
	}
	return 0;
}

/* How many entries before this one have its GUID. */
static size_t earlier(struct cur payload, size_t index, const uint8_t guid[GUID_SIZE])
{
	size_t count = 0;
	struct entry e;

	for (size_t i = 0; i < index && take_entry(&payload, &e); i++)
		count += !memcmp(e.guid, guid, GUID_SIZE);
	return count;
}

static struct cur find_names(struct cur payload)
{
	struct entry e;

	while (take_entry(&payload, &e)) {
		if (is_description(&e, true))
			return e.data;
	}
	return (struct cur){0};
}

static enum igdrom_status add_files(struct wrap_job *job, struct cur payload)
{
	struct cur names = find_names(payload);
	struct cur rest = payload;
	char name[NAME_BYTES + 32];
	struct entry e;

	for (size_t i = 0; take_entry(&rest, &e); i++) {
		enum igdrom_status status;
		size_t length = 0;

		if (is_description(&e, false))
			continue;
		if (i < NAMED)
			length = look_up_name(names, e.guid, earlier(payload, i, e.guid), name);
		if (length == 0)
			length = put_version(name, sizeof(name), e.types, e.numbers);
		status = wrap_add_slice(job, name, length, (size_t)(e.data.at - job->file.at),
					e.data.left);
		if (status != IGDROM_OK)
			return status;
	}
	return IGDROM_OK;
}

/* Dell's blocks name the platform "DELL..."; blanks may stand before it. */
static bool is_block(struct cur data, struct bios_guard_block *block)
{
	const char *dell = "DELL";

	if (data.err != IGDROM_OK || bios_guard_decode(data, block) != IGDROM_OK)
		return false;
	for (size_t i = 0; i < sizeof(block->platform) && *dell; i++) {
		uint8_t c = block->platform[i];

		if (c == ' ' || c == 0)
			continue;
		if ((c & 0xdf) != (uint8_t)*dell)
			return false;
		dell++;
	}
	return *dell == '\0';
}

/* Where a block goes is in its script and again in its metadata, which wins. */
static void place_block(const struct entry *e, const struct bios_guard_block *guard,
			struct block *out)
{
	struct cur script = cur_sub(&e->data, guard->script_offset, guard->script_size);
	struct cur metadata = e->metadata;
	uint32_t address, to;

	out->data = e->data.p + guard->data_offset;
	out->size = guard->data_size;
	cur_skip(&script, SCRIPT_TO_AT);
	out->to = guard->script_size >= SCRIPT_LEAST ? cur_u32le(&script) : 0;
	out->address = out->to;
	address = cur_u32le(&metadata);
	cur_skip(&metadata, 4);
	to = cur_u32le(&metadata);
	if (metadata.err != IGDROM_OK)
		return;
	out->to = to;
	out->address = address;
}

static int compare(const void *a, const void *b)
{
	const struct block *x = a;
	const struct block *y = b;

	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* Blocks of the same place (two chips) follow each other; holes are filled as erased flash is. */
static enum igdrom_status join(struct wrap_job *job, const struct block *blocks, size_t count)
{
	struct build b = build_new(wrap_most(job));
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	uint64_t gaps = 0;

	for (size_t i = 0; i < count; i++) {
		size_t gap = blocks[i].to > b.size ? blocks[i].to - b.size : 0;

		if (gap > MOST_GAP - gaps)
			gap = 0;
		gaps += gap;
		build_fill(&b, gap, 0xff);
		build_bytes(&b, blocks[i].data, blocks[i].size);
	}
	status = build_finish(&b, &bytes);
	if (status == IGDROM_E_LIMIT)
		(void)wrap_too_large(job, 0);
	if (status != IGDROM_OK)
		return status;
	(void)wrap_spend(job, bytes.size);
	if (gaps)
		wrap_note(job, FINDING_WRAP_PFS_GAP, job->file.at, REPORT_ARGS(ARG_U(gaps)));
	return wrap_add_owned(job, WRAP_MAGIC("BIOS Guard image"), 0, job->file.left, &bytes);
}

static enum igdrom_status add_blocks(struct wrap_job *job, struct cur payload)
{
	struct cur c = payload;
	struct block *blocks;
	enum igdrom_status status;
	size_t count = 0;
	size_t used = 0;
	struct entry e;

	while (take_entry(&c, &e))
		count++;
	blocks = calloc(count, sizeof(*blocks));
	if (!blocks)
		return IGDROM_E_NOMEM;
	for (size_t i = 0; i < count && take_entry(&payload, &e); i++) {
		struct bios_guard_block guard;

		if (!is_block(e.data, &guard)) {
			wrap_note(job, FINDING_WRAP_PFS_BLOCK, e.data.at,
				  REPORT_ARGS(ARG_U(i + 1)));
			continue;
		}
		blocks[used].index = i;
		place_block(&e, &guard, &blocks[used++]);
	}
	qsort(blocks, used, sizeof(*blocks), compare);
	status = join(job, blocks, used);
	free(blocks);
	return status;
}

/* Footer: u32 size of the payload, u32 CRC-32 of it with all bits inverted, the tag. */
static void check_footer(struct wrap_job *job, struct cur payload, struct cur rest)
{
	uint64_t at = rest.at;
	uint32_t size = cur_u32le(&rest);
	uint32_t crc = cur_u32le(&rest);

	if (rest.err != IGDROM_OK || size != payload.left ||
	    !wrap_has(rest, 0, WRAP_MAGIC(FOOTER_TAG)))
		wrap_note(job, FINDING_WRAP_PFS_FOOTER, at, REPORT_ARGS(ARG_S("volume")));
	else if (crc != (uint32_t)~wrap_crc32(payload.p, payload.left))
		wrap_note(job, FINDING_WRAP_PFS_CHECKSUM, at, REPORT_ARGS(ARG_S("volume")));
}

static void check_end(struct wrap_job *job, struct cur payload)
{
	struct entry e;
	uint64_t at = payload.at;

	while (take_entry(&payload, &e))
		at = payload.at;
	if (payload.err != IGDROM_OK)
		wrap_note(job, FINDING_WRAP_PFS_ENTRY, at, REPORT_NO_ARGS);
}

enum igdrom_status pfs_volume_unpack(struct wrap_job *job, const struct wrap_place *place)
{
	struct cur c = cur_tail(&job->file, place->offset);
	struct bios_guard_block guard;
	struct cur payload, first;
	uint32_t size;
	struct entry e;

	cur_skip(&c, 12); /* tag and version */
	size = cur_u32le(&c);
	if (c.err != IGDROM_OK)
		return c.err;
	payload = cur_sub(&c, 0, size < c.left ? size : c.left);
	cur_skip(&c, payload.left);
	check_footer(job, payload, c);
	check_end(job, payload);
	first = payload;
	if (take_entry(&first, &e) && is_block(e.data, &guard))
		return add_blocks(job, payload);
	return add_files(job, payload);
}
