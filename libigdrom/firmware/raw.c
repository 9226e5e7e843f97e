/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Search for structures at any offset. Each magic number is looked for once over the whole span,
 * whatever comes of its hits, so that time is linear.
 */
#include "firmware/containers.h"

struct magic {
	const char *bytes;
	size_t size;
	size_t key;  /* index of the byte that is rare in code */
	size_t back; /* where the magic number stands in its structure */
	fw_recogniser *is;
	fw_parser *read; /* adds one node, unless a limit forbids it */
};

static const struct magic magics[] = {
	{"_FVH", 4, 0, 40, fw_is_volume, fw_read_volume},
	{"\x55\xaa", 2, 1, 0, fw_is_option_rom, fw_read_option_rom},
	{"\xaa\x55\x00\x00", 4, 0, 0, fw_is_bpdt, fw_read_bpdt},
	{"LARCHIVE", 8, 6, 0, fw_is_cbfs, fw_read_cbfs},
};

#define MAGIC_COUNT (sizeof(magics) / sizeof(magics[0]))

bool fw_is_filled(const uint8_t *data, size_t size, uint8_t fill)
{
	return size == 0 || (data[0] == fill && memcmp(data, data + 1, size - 1) == 0);
}

/* Where the next structure may start that the magic number belongs to, from `from` on; size when
 * there is none. */
static size_t next_hit(const struct magic *magic, const uint8_t *data, size_t size, size_t from)
{
	size_t at = from + magic->back + magic->key;

	while (at < size) {
		const uint8_t *p = memchr(data + at, (uint8_t)magic->bytes[magic->key], size - at);
		size_t start;

		if (!p)
			break;
		at = (size_t)(p - data) + 1;
		start = at - 1 - magic->key;
		if (magic->size <= size - start &&
		    memcmp(data + start, magic->bytes, magic->size) == 0)
			return start - magic->back;
	}
	return size;
}

struct search {
	struct fw_span span;
	const uint8_t *data;
	size_t hits[MAGIC_COUNT];
};

/* The first structure from `from` on, or the size of the span. */
static size_t next_structure(struct search *search, size_t from, const struct magic **found)
{
	size_t size = search->span.size;

	for (;;) {
		size_t first = size, which = 0;

		for (size_t i = 0; i < MAGIC_COUNT; i++) {
			if (search->hits[i] < from)
				search->hits[i] = next_hit(&magics[i], search->data, size, from);
			if (search->hits[i] < first) {
				first = search->hits[i];
				which = i;
			}
		}
		if (first == size)
			return size;
		*found = &magics[which];
		if (magics[which].is(fw_cur(fw_sub(search->span, first, SIZE_MAX))))
			return first;
		search->hits[which] =
			next_hit(&magics[which], search->data, size, search->hits[which] + 1);
	}
}

enum igdrom_status fw_add_padding(struct fw *fw, struct igdrom_firmware_node *parent,
				  struct fw_span span, bool search)
{
	const uint8_t *data = span.stream->data + span.offset;
	bool empty = span.size == 0 || fw_is_filled(data, span.size, data[0]);
	struct igdrom_firmware_node *node;
	enum igdrom_status status;

	if (span.size == 0)
		return IGDROM_OK;
	status = fw_add(fw, parent, IGDROM_NODE_PADDING, span, 0, &node);
	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, 0, empty ? "empty" : "data");
	return search && !empty ? fw_later(fw, node, fw_read_raw_area, span) : IGDROM_OK;
}

enum igdrom_status fw_read_raw_area(struct fw *fw, struct igdrom_firmware_node *parent,
				    struct fw_span span)
{
	struct search search = {.span = span, .data = span.stream->data + span.offset};
	size_t done = 0, from = 0;

	for (size_t i = 0; i < MAGIC_COUNT; i++)
		search.hits[i] = next_hit(&magics[i], search.data, span.size, 0);
	for (;;) {
		const struct igdrom_firmware_node *before;
		const struct magic *magic;
		size_t at = next_structure(&search, from, &magic);
		enum igdrom_status status;

		if (at == span.size)
			break;
		status = fw_add_padding(fw, parent, fw_sub(span, done, at - done), false);
		before = parent->last;
		if (status == IGDROM_OK)
			status = magic->read(fw, parent, fw_sub(span, at, SIZE_MAX));
		if (status != IGDROM_OK)
			return status;
		if (parent->last == before) /* a limit was reached: nothing can be added any more */
			return IGDROM_OK;
		done = parent->last->offset - span.offset + parent->last->size;
		from = done;
	}
	/* Without a structure in it the parent itself says all there is to say. */
	return done ? fw_add_padding(fw, parent, fw_sub(span, done, SIZE_MAX), false) : IGDROM_OK;
}
