/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files of a volume, laid out anew (PI 1.8 volume 3, 3.2.3). A file stays where it is if it can:
 * room that comes free becomes a pad file, and what grows takes the room of pad files and the free
 * space behind it. Code that runs where it lies, or was linked for its place, never moves.
 */
#include "edit/edit.h"
#include "igd/crc32.h"

#include <stdlib.h>
#include <string.h>

#define ATTRIBUTES_AT   19
#define ATTRIBUTE_FIXED 0x04

#define BODY_SUM_AT   8 /* LongSoft/UEFITool:common/ffsparser.cpp; seen in images of 2007 to 2009 */
#define VOLUME_SUM_AT 50

#define EXT_HEADER_SIZE  20
#define EXT_HEADER_AT    16 /* its size, behind the name of the volume */
#define EXT_ENTRY_HEADER 4
#define EXT_USED_SIZE    0x03 /* PI 1.8 volume 3, 3.2.1.3: EFI_FV_EXT_TYPE_USED_SIZE_TYPE */

#define MOST_PAD ((size_t)0xfffff8) /* sizes have 24 bits; a multiple of 8 */

#define NEW SIZE_MAX /* no place so far */

struct item {
	const uint8_t *data;
	size_t size, header_size;
	size_t was;    /* offset in the volume; NEW */
	size_t ended;  /* where what was there ended; NEW */
	uint64_t at;   /* the place that it gets */
	bool fixed;    /* must not move */
	bool same;     /* the bytes are those that were there */
	bool replaced; /* another file was there */
};

struct pad {
	size_t at, end; /* in the volume; end is where the next file may start */
};

struct layout {
	const struct edit_work *work;
	const struct igdrom_firmware_node *volume;
	const uint8_t *old; /* of the volume */
	struct fw_volume_header header;
	struct item *items;
	size_t count;
	struct pad *pads; /* empty pad files as they were, in order */
	size_t pad_count, next_pad;
	size_t limit;     /* end of what files may take */
	size_t files_end; /* end of the last file as it was */
	size_t used;      /* and as it is */
	bool closed;      /* what is behind the limit is no file, and not erased */
	struct build out;
};

static bool is_empty_pad(const struct layout *l, const struct igdrom_firmware_node *n)
{
	return n->type_number == EDIT_TYPE_PAD &&
	       fw_is_filled(n->stream->data + n->offset + n->header_size, n->size - n->header_size,
			    fw_erased(&l->header));
}

static bool is_for_place(unsigned type)
{
	return type == EDIT_TYPE_SECURITY_CORE || type == EDIT_TYPE_PEI_CORE ||
	       type == EDIT_TYPE_PEIM || type == EDIT_TYPE_COMBINED;
}

/* Whether a volume in it that is not packed holds code that runs where it lies. */
static bool holds_code(const struct igdrom_firmware_node *file)
{
	const struct igdrom_firmware_node *n = file->first, *up;

	while (n && n != file) {
		if (n->stream == file->stream && n->kind == IGDROM_NODE_FILE &&
		    is_for_place(n->type_number))
			return true;
		for (up = n; up != file && !up->next; up = up->parent)
			;
		if (n->first)
			n = n->first;
		else
			n = up == file ? NULL : up->next;
	}
	return false;
}

/* The last file of a volume that holds the reset vector: it ends where the volume does. */
static bool is_volume_top(const struct layout *l, const struct igdrom_firmware_node *n)
{
	size_t end = n->offset - l->volume->offset + n->size;

	return FW_ALIGN8(end) >= l->volume->size;
}

static bool is_fixed(const struct layout *l, const struct igdrom_firmware_node *n)
{
	uint8_t attributes = n->stream->data[n->offset + ATTRIBUTES_AT];

	/* A pad file here is one that holds something. */
	return n->type_number == EDIT_TYPE_RAW || n->type_number == EDIT_TYPE_PAD ||
	       is_for_place(n->type_number) || attributes & ATTRIBUTE_FIXED ||
	       is_volume_top(l, n) || holds_code(n);
}

static void add_new(struct layout *l, const struct edit_change *change)
{
	l->items[l->count++] = (struct item){
		.data = change->file.data,
		.size = change->file.size,
		.header_size =
			fw_file_header_size(cur_from(change->file.data, change->file.size, 0)),
		.was = NEW,
		.ended = NEW,
	};
}

static void add_inserted(struct layout *l, const struct igdrom_firmware_node *behind)
{
	const struct igdrom_edit *edit = l->work->edit;

	for (size_t i = 0; i < edit->count; i++) {
		const struct edit_change *change = &edit->changes[i];

		if (change->kind == EDIT_INSERT && change->volume == l->volume &&
		    change->target == behind)
			add_new(l, change);
	}
}

static const struct edit_change *change_of(const struct layout *l,
					   const struct igdrom_firmware_node *file)
{
	const struct igdrom_edit *edit = l->work->edit;

	for (size_t i = 0; i < edit->count; i++) {
		if (edit->changes[i].kind != EDIT_INSERT && edit->changes[i].target == file)
			return &edit->changes[i];
	}
	return NULL;
}

static void add_replaced(struct layout *l, const struct igdrom_firmware_node *n,
			 const struct edit_change *change)
{
	bool top = n->guid && strcmp(n->guid, EDIT_VOLUME_TOP_FILE) == 0 && is_volume_top(l, n);
	struct item *item = &l->items[l->count];

	add_new(l, change);
	item->was = n->offset - l->volume->offset;
	item->ended = item->was + n->size;
	item->fixed = is_fixed(l, n);
	item->replaced = true;
	if (top && item->size < l->volume->size)
		item->was = l->volume->size - item->size;
}

static void add_file(struct layout *l, const struct igdrom_firmware_node *n)
{
	const struct edit_change *change = change_of(l, n);
	struct igdrom_bytes bytes = edit_bytes_of(l->work, n);
	bool same = bytes.data == n->stream->data + n->offset;

	if (!is_empty_pad(l, n) && !change) {
		l->items[l->count++] = (struct item){
			.data = bytes.data,
			.size = bytes.size,
			.header_size =
				same ? n->header_size
				     : fw_file_header_size(cur_from(bytes.data, bytes.size, 0)),
			.was = n->offset - l->volume->offset,
			.ended = n->offset - l->volume->offset + n->size,
			.fixed = is_fixed(l, n),
			.same = same,
		};
	} else if (change && change->kind == EDIT_REPLACE) {
		add_replaced(l, n, change);
	}
	add_inserted(l, n);
}

/* Where files may go. What is behind the last node was left out, by a limit on nodes; what is no file
 * stays, and an erased header in front of it says that no file follows. */
static void find_limit(struct layout *l)
{
	const struct igdrom_firmware_node *n = l->volume->first, *before = NULL;
	size_t end = l->volume->header_size;

	for (; n && (n->kind == IGDROM_NODE_FILE || n->kind == IGDROM_NODE_FREE_SPACE);
	     n = n->next) {
		before = n;
		end = FW_ALIGN8(n->offset - l->volume->offset + n->size);
	}
	l->limit = end < l->volume->size ? end : l->volume->size;
	l->closed = n && before && before->kind == IGDROM_NODE_FILE;
	if (n && before && before->kind == IGDROM_NODE_FREE_SPACE)
		l->limit -= before->size < EDIT_FILE_HEADER ? before->size : EDIT_FILE_HEADER;
}

/* Everything that is to be in the volume, in its order. */
static enum igdrom_status gather(struct layout *l)
{
	size_t room = l->work->edit->count;

	for (const struct igdrom_firmware_node *n = l->volume->first; n; n = n->next)
		room += n->kind == IGDROM_NODE_FILE;
	l->items = calloc(room, sizeof(*l->items));
	l->pads = calloc(room, sizeof(*l->pads));
	if (!l->items || !l->pads)
		return IGDROM_E_NOMEM;
	find_limit(l);
	l->files_end = l->volume->header_size;
	for (const struct igdrom_firmware_node *n = l->volume->first; n; n = n->next) {
		size_t at = n->offset - l->volume->offset;

		if (n->stream != l->volume->stream ||
		    (n->kind != IGDROM_NODE_FILE &&
		     edit_bytes_of(l->work, n).data != n->stream->data + n->offset))
			return IGDROM_E_INTERNAL;
		if (n->kind == IGDROM_NODE_FILE) {
			if (is_empty_pad(l, n))
				l->pads[l->pad_count++] =
					(struct pad){.at = at, .end = FW_ALIGN8(at + n->size)};
			add_file(l, n);
			l->files_end = at + n->size;
		}
	}
	add_inserted(l, NULL);
	return IGDROM_OK;
}

static uint64_t alignment_of(const struct layout *l, const struct item *item)
{
	return UINT64_C(1) << fw_file_alignment(item->data[ATTRIBUTES_AT], l->header.revision);
}

/* Whether a pad file fits between two offsets, or nothing is between them. */
static bool can_fill(uint64_t from, uint64_t to)
{
	return from <= to && (from == to || to - from >= EDIT_FILE_HEADER);
}

/* What is aligned is what the file holds; the file itself is to multiples of 8. */
static bool is_aligned(const struct layout *l, const struct item *item, uint64_t p)
{
	uint64_t alignment = alignment_of(l, item);

	return p % 8 == 0 && (alignment <= 8 || (p + item->header_size) % alignment == 0);
}

/* Where an item goes that may start at `at`; false: nowhere. */
static bool place(const struct layout *l, const struct item *item, uint64_t at, uint64_t *out)
{
	uint64_t alignment = alignment_of(l, item), p = at;

	if (item->was != NEW && can_fill(at, item->was) &&
	    (!item->replaced || is_aligned(l, item, item->was))) {
		*out = item->was;
		return true;
	}
	if (item->fixed)
		return false;
	if (alignment > 8)
		p += (alignment - (at + item->header_size) % alignment) % alignment;
	while (!can_fill(at, p))
		p += alignment;
	*out = p;
	return is_aligned(l, item, p);
}

static void put_pad(struct layout *l, size_t size)
{
	size_t at = l->out.size;

	build_fill(&l->out, size, fw_erased(&l->header));
	if (l->out.err != IGDROM_OK)
		return;
	memset(l->out.data + at, UINT8_MAX, FW_GUID_SIZE);
	l->out.data[at + EDIT_TYPE_AT] = EDIT_TYPE_PAD;
	l->out.data[at + ATTRIBUTES_AT] = 0;
	edit_seal_file(l->out.data + at, size, EDIT_FILE_HEADER, &l->header);
}

static void put_pads(struct layout *l, size_t size)
{
	while (size > MOST_PAD) {
		/* What is left has to hold a header. */
		size_t part =
			size - MOST_PAD < EDIT_FILE_HEADER ? MOST_PAD - EDIT_FILE_HEADER : MOST_PAD;

		put_pad(l, part);
		size -= part;
	}
	put_pad(l, size);
}

/* Whether nothing but empty pad files was between two offsets. */
static bool were_pads(struct layout *l, size_t from, size_t to)
{
	size_t i;

	while (l->next_pad < l->pad_count && l->pads[l->next_pad].at < from)
		l->next_pad++;
	for (i = l->next_pad; i < l->pad_count && from < to && l->pads[i].at == from; i++)
		from = l->pads[i].end;
	return from == to;
}

/* What is between the end of a file and the next multiple of 8 stays when the end does. */
static void put_gap(struct layout *l, size_t ended, size_t to)
{
	size_t from = l->out.size;

	if (from == ended)
		build_bytes(&l->out, l->old + from, to - from);
	else
		build_fill(&l->out, to - from, fw_erased(&l->header));
}

/* Fills up to p: with the very bytes that were there when there was nothing but padding. */
static void fill_to(struct layout *l, size_t ended, size_t p)
{
	size_t at = FW_ALIGN8(l->out.size);

	put_gap(l, ended, at);
	if (at == p)
		return;
	if (were_pads(l, at, p))
		build_bytes(&l->out, l->old + at, p - at);
	else
		put_pads(l, p - at);
}

/* Gives all items their places, or says why not and what would be needed. */
static enum igdrom_status plan(struct layout *l)
{
	uint64_t at = l->volume->header_size, used = FW_ALIGN8(l->files_end);

	for (size_t i = 0; i < l->count; i++) {
		struct item *item = &l->items[i];

		if (!place(l, item, FW_ALIGN8(at), &item->at)) {
			report_add(l->work->report, FINDING_EDIT_FIXED, IGDROM_NO_OFFSET,
				   REPORT_ARGS(ARG_S(l->volume->guid), ARG_U(item->was)));
			return IGDROM_E_REFUSED;
		}
		at = item->at + item->size;
	}
	if (l->closed && FW_ALIGN8(at) < l->limit && !can_fill(FW_ALIGN8(at), l->limit)) {
		report_add(l->work->report, FINDING_EDIT_FIXED, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(l->volume->guid), ARG_U(l->limit)));
		return IGDROM_E_REFUSED;
	}
	if (at <= l->limit)
		return IGDROM_OK;
	if (used > l->limit)
		used = l->limit;
	report_add(l->work->report, FINDING_EDIT_NO_ROOM, IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_S(l->volume->guid), ARG_U(FW_ALIGN8(at) - used),
			       ARG_U(l->limit - used)));
	return IGDROM_E_REFUSED;
}

/* Behind the last file: as it was, when that ends where it did or pad files were behind it. */
static enum igdrom_status put_end(struct layout *l, size_t ended)
{
	size_t end = FW_ALIGN8(l->files_end), at = FW_ALIGN8(l->out.size);

	if (at > l->limit)
		at = l->limit;
	if (end > l->limit)
		end = l->limit;
	put_gap(l, ended, at);
	if (were_pads(l, at, end)) {
		if (at < end)
			l->used = l->files_end;
		build_bytes(&l->out, l->old + at, l->volume->size - at);
		return l->out.err;
	}
	build_fill(&l->out, l->limit - at, fw_erased(&l->header));
	build_bytes(&l->out, l->old + l->limit, l->volume->size - l->limit);
	return l->out.err;
}

static enum igdrom_status put_items(struct layout *l)
{
	size_t ended = NEW;

	build_bytes(&l->out, l->old, l->volume->header_size);
	for (size_t i = 0; i < l->count; i++) {
		const struct item *item = &l->items[i];
		size_t p = (size_t)item->at;

		fill_to(l, ended, p);
		build_bytes(&l->out, item->data, item->size);
		if (l->out.err == IGDROM_OK && !item->same)
			edit_seal_file(l->out.data + p, item->size, item->header_size, &l->header);
		ended = item->ended;
	}
	l->used = l->out.size;
	return l->out.err == IGDROM_OK ? put_end(l, ended) : l->out.err;
}

/* An entry of the extended header that says how much of the volume is used. */
static void update_used_size(struct layout *l, size_t used)
{
	struct cur all = cur_from(l->old, l->volume->header_size, 0), c;
	size_t at = l->header.ext_header_offset, end;
	uint32_t size;

	if (l->header.revision < 2 || at < l->header.header_length)
		return;
	c = cur_tail(&all, at + EXT_HEADER_AT);
	size = cur_u32le(&c);
	if (c.err != IGDROM_OK || size > l->volume->header_size - at)
		return;
	end = at + size;
	for (at += EXT_HEADER_SIZE; at < end && end - at >= EXT_ENTRY_HEADER + 4;) {
		uint16_t entry = cur_u16le(&c), type = cur_u16le(&c);

		if (c.err != IGDROM_OK || entry < EXT_ENTRY_HEADER || entry > end - at)
			return;
		if (type == EXT_USED_SIZE)
			build_patch_u32le(&l->out, at + EXT_ENTRY_HEADER, (uint32_t)used);
		at += entry;
		cur_skip(&c, entry - EXT_ENTRY_HEADER);
	}
}

/* Apple's volumes have the CRC-32 of what follows the header in the zero vector. The header's own sum
 * is kept as right, or as wrong, as it was. */
static void update_body_sum(struct layout *l)
{
	size_t header = l->header.header_length;
	struct cur c = cur_from(l->old, l->volume->size, 0);
	uint32_t was, now;
	uint16_t sum;

	cur_skip(&c, BODY_SUM_AT);
	was = cur_u32le(&c);
	if (was == 0 || header > l->volume->size ||
	    igd_crc32(0, l->old + header, l->volume->size - header) != was)
		return;
	now = igd_crc32(0, l->out.data + header, l->out.size - header);
	sum = (uint16_t)(l->header.checksum + was + (was >> 16) - now - (now >> 16));
	build_patch_u32le(&l->out, BODY_SUM_AT, now);
	build_patch_u16le(&l->out, VOLUME_SUM_AT, sum);
}

enum igdrom_status edit_lay_out(const struct edit_work *work,
				const struct igdrom_firmware_node *volume, struct igdrom_bytes *out)
{
	struct layout l = {
		.work = work,
		.volume = volume,
		.old = volume->stream->data + volume->offset,
		.out = build_new(volume->size),
	};
	struct cur c = fw_cur(fw_span_of(volume));
	enum igdrom_status status = fw_decode_volume_header(&c, &l.header);

	if (status == IGDROM_OK)
		status = gather(&l);
	if (status == IGDROM_OK)
		status = plan(&l);
	if (status == IGDROM_OK)
		status = put_items(&l);
	if (status == IGDROM_OK && l.used != l.files_end)
		update_used_size(&l, l.used);
	if (status == IGDROM_OK)
		update_body_sum(&l);
	if (status == IGDROM_OK)
		status = build_finish(&l.out, out);
	build_free(&l.out);
	free(l.items);
	free(l.pads);
	return status;
}
