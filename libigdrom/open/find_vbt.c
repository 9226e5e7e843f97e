/* SPDX-License-Identifier: BSD-2-Clause */
/* VBTs in one stream: in sections and files of their own, and wherever else one lies. */
#include "open/internal.h"

#include <stdio.h>

static bool is_program(const struct igdrom_firmware_node *node)
{
	return node && node->kind == IGDROM_NODE_SECTION &&
	       (node->type_number == FW_SECTION_PE32 || node->type_number == FW_SECTION_PIC ||
		node->type_number == FW_SECTION_TE);
}

static enum igdrom_origin origin_of(const struct open_walk *walk, size_t at)
{
	if (open_node_of(walk->node, IGDROM_NODE_OPTION_ROM))
		return IGDROM_ORIGIN_OPTION_ROM;
	if (is_program(walk->node))
		return IGDROM_ORIGIN_DRIVER;
	return open_begins(walk, at) ? IGDROM_ORIGIN_ALONE : IGDROM_ORIGIN_INSIDE;
}

static enum igdrom_status add_vbt(struct open_search *search, const struct open_walk *walk,
				  size_t at, size_t size, enum igdrom_origin origin,
				  struct igdrom_report *report)
{
	struct igdrom_bytes bytes = {walk->data + at, size};
	struct place place = {.at = at, .exact = true};
	char step[OPEN_STEP_BYTES];
	struct open_where where = {.node = walk->node, .step = step};
	struct igdrom_found *found;
	enum igdrom_status status;

	where.origin = origin ? origin : origin_of(walk, at);
	open_step(walk, at, step);
	if (walk->stream) {
		place.at = fw_at(walk->stream, at);
		place.exact = walk->stream->exact;
	}
	status = open_add(search, OPEN_VBT, bytes, &where, &found);
	if (status != IGDROM_OK || !found)
		return status;
	return vbt_read(bytes.data, bytes.size, place, report, &found->vbt);
}

enum igdrom_status open_add_vbt(struct open_search *search, size_t at, size_t size)
{
	struct open_walk walk = open_walk_file(search->contents);

	return add_vbt(search, &walk, at, size, IGDROM_ORIGIN_ALONE, NULL);
}

enum igdrom_status open_find_vbts(struct open_search *search, struct open_walk walk,
				  enum igdrom_origin origin)
{
	struct cur c = cur_from(walk.data, walk.size, 0);
	size_t at, size;

	for (size_t from = 0; vbt_find(c, from, &at, &size); from = at + size) {
		enum igdrom_status status;

		open_walk_to(&walk, at);
		if (size > walk.to - at) { /* it would end in another section or file */
			size = 1;
			continue;
		}
		status = add_vbt(search, &walk, at, size, origin, search->report);
		if (status != IGDROM_OK)
			return status;
	}
	return IGDROM_OK;
}
