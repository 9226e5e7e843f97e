/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GOP drivers in one stream. The marks that every driver has are looked for in one pass over all
 * bytes; only what has one is read as a PE image. So the hundreds of other drivers of an image cost
 * next to nothing, and a driver is found in raw data and padding as well as in a section.
 */
#include "open/internal.h"

#include "core/search.h"
#include "pe/pe.h"

#define E_LFANEW     0x3c
#define PE_SIGNATURE 0x00004550

/* A run of bytes in which a PE image may lie. */
struct area {
	size_t from, to;
};

static bool is_section(const struct igdrom_firmware_node *node, unsigned type)
{
	return node && node->kind == IGDROM_NODE_SECTION && node->type_number == type;
}

/* Cheaply, as `MZ` may stand anywhere and often. */
static bool has_signature(struct cur pe)
{
	struct cur c = cur_tail(&pe, E_LFANEW);

	c = cur_tail(&pe, cur_u32le(&c));
	return cur_u32le(&c) == PE_SIGNATURE && c.err == IGDROM_OK;
}

/* Size of the PE image at `at` when it reaches over the byte at `mark`, else 0. */
static size_t image_over(const struct open_walk *walk, struct area area, size_t at, size_t mark)
{
	struct cur c = cur_from(walk->data + at, area.to - at, 0);
	struct pe_image pe;

	if (!has_signature(c) || pe_parse(c.p, c.left, &pe) != IGDROM_OK ||
	    pe.file_size <= mark - at)
		return 0;
	return pe.file_size < c.left ? pe.file_size : c.left;
}

/* The innermost PE image of the area that reaches over the mark; false when there is none. */
static bool find_image(const struct open_walk *walk, struct area area, size_t mark,
		       struct area *out)
{
	static const struct search_needle mz = {"MZ", 2, 1};
	bool found = false;

	for (size_t at = search_next(walk->data, mark, area.from, &mz); at < mark;
	     at = search_next(walk->data, mark, at + 1, &mz)) {
		size_t size = image_over(walk, area, at, mark);

		if (size) {
			*out = (struct area){at, at + size};
			found = true;
		}
	}
	return found;
}

/* What a PE32 section holds: up to the end of the section, unless only padding follows the PE. */
static bool section_image(const struct open_walk *walk, size_t mark, struct area *out)
{
	const struct igdrom_firmware_node *node = walk->node;
	struct area body = {node->offset + node->header_size, node->offset + node->size};
	const uint8_t *rest;
	size_t size;

	if (mark < body.from)
		return false;
	size = image_over(walk, body, body.from, mark);
	if (size == 0)
		return false;
	rest = walk->data + body.from + size;
	*out = body;
	if (fw_is_filled(rest, body.to - body.from - size, 0x00) ||
	    fw_is_filled(rest, body.to - body.from - size, 0xff))
		out->to = body.from + size;
	return true;
}

static enum igdrom_status add_image(struct open_search *search, const struct open_walk *walk,
				    struct area image)
{
	struct igdrom_bytes bytes = {walk->data + image.from, image.to - image.from};
	struct place place = {.at = image.from, .exact = true};
	char step[OPEN_STEP_BYTES];
	struct open_where where = {.node = walk->node, .step = step};

	where.origin = open_begins(walk, image.from) ? IGDROM_ORIGIN_ALONE : IGDROM_ORIGIN_INSIDE;
	open_step(walk, image.from, step);
	if (walk->stream) {
		place.at = fw_at(walk->stream, image.from);
		place.exact = walk->stream->exact;
	}
	return open_add_gop(search, bytes, place, &where);
}

enum igdrom_status open_find_gops(struct open_search *search, struct open_walk walk)
{
	struct gop_marks marks = gop_marks_of(walk.data, walk.size);
	size_t tested = 0;

	for (size_t mark = gop_marks_next(&marks); mark < walk.size;
	     mark = gop_marks_next(&marks)) {
		struct area image;
		enum igdrom_status status;
		bool found;

		if (mark < tested)
			continue;
		open_walk_to(&walk, mark);
		if (is_section(walk.node, FW_SECTION_TE))
			continue;
		if (walk.node && walk.node->kind == IGDROM_NODE_OPTION_ROM)
			continue; /* its images are looked at one by one */
		if (is_section(walk.node, FW_SECTION_PE32)) {
			found = section_image(&walk, mark, &image);
			tested = walk.node->offset + walk.node->size;
		} else {
			struct area area = {walk.from, walk.to};

			/* What does not reach over a mark does not reach over a later one. */
			if (area.from < tested)
				area.from = tested;
			if (mark - area.from > IGDROM_GOP_MAX_BYTES)
				area.from = mark - IGDROM_GOP_MAX_BYTES;
			found = find_image(&walk, area, mark, &image);
			tested = found ? image.to : mark + 1;
		}
		status = found ? add_image(search, &walk, image) : IGDROM_OK;
		if (status != IGDROM_OK)
			return status;
	}
	return IGDROM_OK;
}
