/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts that a table (flash regions, partitions, areas, items) names, whatever it says. */
#include "firmware/containers.h"

#include <stdlib.h>

struct fw_part fw_part(size_t index, uint64_t offset, uint64_t size)
{
	return (struct fw_part){
		.offset = offset, .size = size, .offset_read = offset, .index = index};
}

static int by_offset(const void *a, const void *b)
{
	const struct fw_part *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

void fw_parts_end_at_next(struct fw_part *parts, size_t count)
{
	if (count > 1)
		qsort(parts, count, sizeof(*parts), by_offset);
	for (size_t i = 0; i + 1 < count; i++) {
		uint64_t room = parts[i + 1].offset - parts[i].offset;

		if (parts[i].size > room)
			parts[i].size = room;
	}
}

void fw_parts_settle(struct fw_part *parts, size_t count, uint64_t from, uint64_t size)
{
	uint64_t free_from = from;

	if (count > 1)
		qsort(parts, count, sizeof(*parts), by_offset);
	for (size_t i = 0; i < count; i++) {
		struct fw_part *part = &parts[i];

		if (part->size == 0)
			continue;
		if (part->offset >= size) {
			part->faults |= FW_PART_OUTSIDE;
			part->size = 0;
			continue;
		}
		if (part->size > size - part->offset) {
			part->faults |= FW_PART_CUT;
			part->size = size - part->offset;
		}
		if (part->offset < free_from) {
			uint64_t taken = free_from - part->offset;

			part->faults |= FW_PART_OVERLAP;
			part->size = part->size > taken ? part->size - taken : 0;
			part->offset = free_from;
		}
		if (part->size != 0)
			free_from = part->offset + part->size;
	}
}

static enum igdrom_status read_gap(struct fw *fw, struct igdrom_firmware_node *parent,
				   struct fw_span span, uint64_t from, uint64_t to)
{
	if (to <= from)
		return IGDROM_OK;
	return fw_add_padding(fw, parent, fw_sub(span, (size_t)from, (size_t)(to - from)), true);
}

enum igdrom_status fw_read_parts(struct fw *fw, struct igdrom_firmware_node *parent,
				 struct fw_span span, const struct fw_part *parts, size_t count,
				 uint64_t from, fw_part_reader *reader, void *context)
{
	enum igdrom_status status = IGDROM_OK;

	for (size_t i = 0; i < count && status == IGDROM_OK; i++) {
		const struct fw_part *part = &parts[i];

		if (part->size == 0)
			continue;
		status = read_gap(fw, parent, span, from, part->offset);
		if (status == IGDROM_OK)
			status = reader(fw, parent,
					fw_sub(span, (size_t)part->offset, (size_t)part->size),
					part, context);
		from = part->offset + part->size;
	}
	return status == IGDROM_OK ? read_gap(fw, parent, span, from, span.size) : status;
}

fw_parser *fw_part_parser(const struct fw_part *part)
{
	return part->offset == part->offset_read ? fw_read_any : fw_read_raw_area;
}
