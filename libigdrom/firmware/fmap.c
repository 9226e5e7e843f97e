/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flash maps (FMAP) of coreboot and Chromium OS: named areas, one inside another. Those with
 * nothing inside are read, the others are their sum.
 */
#include "firmware/containers.h"

#include <stdlib.h>
#include <string.h>

#define FMAP_SIGNATURE      "__FMAP__"
#define FMAP_SIGNATURE_SIZE 8
#define FMAP_VERSION        1
#define FMAP_MAX_AREAS      256
/* The header is found by search; tools put it at a multiple of this. */
#define FMAP_ALIGNMENT 64
/* The area that the map itself lies in says where in the bytes at hand offset 0 is. */
#define FMAP_AREA "FMAP"

struct map {
	struct fmap_area *areas;
	size_t at; /* of the header */
	size_t count;
	uint64_t origin; /* offset of the map's own area in the map; that area is at `at` */
};

static bool decode_at(const struct cur *c, size_t at, struct map *map)
{
	struct cur wire = cur_tail(c, at);
	struct fmap_header header;
	struct fmap_area area;

	if (fw_fmap_decode_header(&wire, &header) != IGDROM_OK ||
	    header.version_major != FMAP_VERSION || header.size == 0 || header.area_count == 0 ||
	    header.area_count > FMAP_MAX_AREAS || wire.left / FMAP_AREA_SIZE < header.area_count)
		return false;
	*map = (struct map){.at = at, .count = header.area_count};
	for (size_t i = 0; i < map->count; i++) {
		if (fw_fmap_decode_area(&wire, &area) != IGDROM_OK)
			return false;
		if (strncmp(area.name, FMAP_AREA, sizeof(area.name)) != 0)
			continue;
		map->origin = area.offset;
		return true;
	}
	return false;
}

static bool find_map(const struct cur *c, struct map *map)
{
	for (size_t at = 0; c->left >= FMAP_HEADER_SIZE && at <= c->left - FMAP_HEADER_SIZE;
	     at += FMAP_ALIGNMENT) {
		if (memcmp(c->p + at, FMAP_SIGNATURE, FMAP_SIGNATURE_SIZE) == 0)
			return decode_at(c, at, map);
	}
	return false;
}

bool fw_is_fmap(struct cur c)
{
	struct map map;

	return find_map(&c, &map);
}

static bool is_inside(const struct fmap_area *inner, const struct fmap_area *outer)
{
	return inner->offset >= outer->offset && inner->offset - outer->offset <= outer->size &&
	       inner->size <= outer->size - (inner->offset - outer->offset) &&
	       inner->size < outer->size;
}

/* Areas in which no other lies, as parts of the span; their number. */
static size_t list_areas(const struct map *map, uint64_t size, struct fw_part *parts)
{
	const struct fmap_area *areas = map->areas;
	size_t used = 0;

	for (size_t i = 0; i < map->count; i++) {
		uint64_t offset = (uint64_t)areas[i].offset + map->at;
		bool leaf = areas[i].size != 0;

		for (size_t k = 0; k < map->count && leaf; k++)
			leaf = areas[k].size == 0 || !is_inside(&areas[k], &areas[i]);
		/* A part of the chip only, such as the BIOS region, may be at hand. */
		if (leaf && offset >= map->origin && offset - map->origin < size)
			parts[used++] = fw_part(i, offset - map->origin, areas[i].size);
	}
	return used;
}

static enum igdrom_status read_area(struct fw *fw, struct igdrom_firmware_node *parent,
				    struct fw_span span, const struct fw_part *part, void *context)
{
	const struct map *map = context;
	const struct fmap_area *area = &map->areas[part->index];
	struct igdrom_firmware_node *node;
	enum igdrom_status status;
	/* Where the map is, it would be found again, area in area. */
	bool has_map = part->offset <= map->at && map->at - part->offset < part->size;

	status = fw_add(fw, parent, IGDROM_NODE_REGION, span, 0, &node);
	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, 0, "FMAP");
	status = fw_set_name(fw, node, area->name, sizeof(area->name));
	if (status != IGDROM_OK)
		return status;
	return fw_later(fw, node, has_map ? fw_read_raw_area : fw_part_parser(part), span);
}

static enum igdrom_status read_map(struct fw *fw, struct igdrom_firmware_node *parent,
				   struct fw_span span, struct map *map, struct fw_part *parts)
{
	struct cur c = fw_cur(span);
	uint64_t at = c.at + map->at;
	size_t count;

	c = cur_tail(&c, map->at + FMAP_HEADER_SIZE);
	for (size_t i = 0; i < map->count; i++) {
		if (fw_fmap_decode_area(&c, &map->areas[i]) != IGDROM_OK)
			return fw_later(fw, parent, fw_read_raw_area, span);
	}
	count = list_areas(map, span.size, parts);
	fw_parts_settle(parts, count, 0, span.size);
	for (size_t i = 0; i < count; i++) {
		if (parts[i].faults != 0) {
			fw_note(fw, FINDING_FIRMWARE_FMAP_WRONG, at,
				REPORT_ARGS(ARG_U(parts[i].offset_read)));
			break;
		}
	}
	return fw_read_parts(fw, parent, span, parts, count, 0, read_area, map);
}

enum igdrom_status fw_read_fmap(struct fw *fw, struct igdrom_firmware_node *parent,
				struct fw_span span)
{
	struct cur c = fw_cur(span);
	struct map map;
	struct fw_part *parts;
	enum igdrom_status status = IGDROM_E_NOMEM;

	if (!find_map(&c, &map))
		return fw_later(fw, parent, fw_read_raw_area, span);
	map.areas = calloc(map.count, sizeof(*map.areas));
	parts = calloc(map.count, sizeof(*parts));
	if (map.areas && parts)
		status = read_map(fw, parent, span, &map, parts);
	free(map.areas);
	free(parts);
	return status;
}
