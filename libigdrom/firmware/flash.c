/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flash images with an Intel flash descriptor (Intel chipset datasheets: SPI, flash descriptor).
 * The table of regions has as many entries as lie between its base and the next table: 5 on ICH8,
 * 8 up to Broadwell, 16 since Skylake.
 */
#include "firmware/containers.h"

#define FLVALSIG        UINT32_C(0x0ff0a55a)
#define FLVALSIG_AT     0x10 /* 0 on ICH8; since then there is room for a reset vector */
#define DESCRIPTOR_SIZE 0x1000
#define TABLE_MAX_BASE  0xe0 /* in units of 16 bytes */
#define REGION_UNIT     0x1000
#define REGION_MAX      16
#define REGION_BIOS     1
#define REGION_FIELD    0x7fff /* base: bits 14..0; limit: bits 30..16 */
#define MAP_SIZE        16

static const char *const region_names[REGION_MAX] = {
	"Descriptor", "BIOS",        "ME",          "GbE",     "PDR", "DevExp1",
	"BIOS2",      "Microcode",   "EC",          "DevExp2", "IE",  "10GbE 1",
	"10GbE 2",    "reserved 13", "reserved 14", "PTT",
};

static uint32_t table_base(uint32_t map, unsigned shift)
{
	return (map >> shift & 0xff) * 16;
}

/* Reads the map at either place it can have; false when there is none that can be used. */
static bool find_map(const struct cur *c, struct flash_map *map)
{
	static const size_t places[] = {FLVALSIG_AT, 0};

	if (c->left < DESCRIPTOR_SIZE)
		return false;
	for (size_t i = 0; i < 2; i++) {
		struct cur wire = cur_tail(c, places[i]);

		if (fw_flash_decode_map(&wire, map) == IGDROM_OK && map->signature == FLVALSIG)
			return true;
	}
	return false;
}

bool fw_is_flash(struct cur c)
{
	struct flash_map map;

	return find_map(&c, &map);
}

/* Entries from FRBA to the next table. */
static size_t region_count(const struct flash_map *map)
{
	uint32_t frba = table_base(map->flmap0, 16);
	const uint32_t others[] = {table_base(map->flmap0, 0), table_base(map->flmap1, 0),
				   table_base(map->flmap1, 16), table_base(map->flmap2, 0)};
	size_t count = REGION_MAX;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (others[i] > frba && (others[i] - frba) / 4 < count)
			count = (others[i] - frba) / 4;
	}
	return count;
}

/* Regions in use, that of the BIOS first; their number. */
static size_t list_regions(struct cur c, size_t count, struct fw_part parts[REGION_MAX])
{
	size_t used = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t flreg = cur_u32le(&c);
		uint64_t base = flreg & REGION_FIELD;
		uint64_t limit = flreg >> 16 & REGION_FIELD;

		/* All zero is an entry that nobody filled in, but for the descriptor's own. */
		if (c.err != IGDROM_OK || limit < base || base == REGION_FIELD ||
		    (flreg == 0 && i != 0))
			continue;
		parts[used++] = fw_part(i, base * REGION_UNIT, (limit - base + 1) * REGION_UNIT);
	}
	return used;
}

/*
 * Takes out of the BIOS region what others have of it: Gigabyte's descriptors let it span the
 * whole chip. parts: all others, settled, and the BIOS region, which is the last.
 */
static void shrink_bios(struct fw_part *parts, size_t count)
{
	struct fw_part *bios = &parts[count - 1];
	uint64_t end = bios->offset + bios->size;

	for (size_t i = 0; i + 1 < count; i++) {
		const struct fw_part *other = &parts[i];

		if (other->size == 0 || other->offset >= end ||
		    other->offset + other->size <= bios->offset)
			continue;
		bios->faults |= FW_PART_OVERLAP;
		if (other->offset > bios->offset)
			end = other->offset;
		else
			bios->offset = other->offset + other->size;
	}
	bios->size = end > bios->offset ? end - bios->offset : 0;
	bios->offset_read = bios->offset;
}

static void settle(struct fw_part *parts, size_t count, uint64_t size)
{
	size_t bios = 0;
	struct fw_part last;

	while (bios < count && parts[bios].index != REGION_BIOS)
		bios++;
	if (bios == count) {
		fw_parts_settle(parts, count, 0, size);
		return;
	}
	last = parts[bios];
	parts[bios] = parts[count - 1];
	parts[count - 1] = last;
	fw_parts_settle(parts, count - 1, 0, size);
	shrink_bios(parts, count);
	fw_parts_settle(parts, count, 0, size);
}

static void report_faults(struct fw *fw, uint64_t at, const struct fw_part *parts, size_t count,
			  uint64_t size)
{
	for (size_t i = 0; i < count; i++) {
		const char *name = region_names[parts[i].index];

		if (parts[i].faults & (FW_PART_OUTSIDE | FW_PART_CUT))
			fw_note(fw, FINDING_FIRMWARE_REGION_OUTSIDE, at,
				REPORT_ARGS(ARG_S(name), ARG_U(parts[i].offset_read), ARG_U(size)));
		else if (parts[i].faults & FW_PART_OVERLAP)
			fw_note(fw, FINDING_FIRMWARE_REGION_OVERLAP, at,
				REPORT_ARGS(ARG_S(name), ARG_U(parts[i].offset_read)));
	}
}

static enum igdrom_status read_region(struct fw *fw, struct igdrom_firmware_node *parent,
				      struct fw_span span, const struct fw_part *part,
				      void *context)
{
	struct igdrom_firmware_node *node;
	enum igdrom_status status;

	(void)context;
	status = fw_add(fw, parent, IGDROM_NODE_REGION, span, 0, &node);
	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, (unsigned)part->index, region_names[part->index]);
	if (part->index != 0)
		return fw_later(fw, node, fw_part_parser(part), span);
	/* The descriptor has no more than its 4 KiB, whatever it says of itself. */
	if (span.size <= DESCRIPTOR_SIZE)
		return IGDROM_OK;
	return fw_later(fw, node, fw_read_raw_area,
			fw_sub(span, DESCRIPTOR_SIZE, span.size - DESCRIPTOR_SIZE));
}

enum igdrom_status fw_read_flash(struct fw *fw, struct igdrom_firmware_node *parent,
				 struct fw_span span)
{
	struct cur c = fw_cur(span);
	struct fw_part parts[REGION_MAX];
	struct flash_map map;
	struct igdrom_firmware_node *node;
	enum igdrom_status status;
	uint32_t frba;
	size_t count;

	if (!find_map(&c, &map))
		return fw_later(fw, parent, fw_read_raw_area, span);
	status = fw_add(fw, parent, IGDROM_NODE_FLASH, span, 0, &node);
	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, 0, "Intel");
	frba = table_base(map.flmap0, 16);
	count = frba <= TABLE_MAX_BASE * 16
			? list_regions(cur_tail(&c, frba), region_count(&map), parts)
			: 0;
	if (count == 0) {
		fw_note(fw, FINDING_FIRMWARE_DESCRIPTOR_WRONG, c.at, REPORT_ARGS(ARG_U(frba)));
		return fw_later(fw, node, fw_read_raw_area, span);
	}
	settle(parts, count, span.size);
	report_faults(fw, c.at, parts, count, span.size);
	return fw_read_parts(fw, node, span, parts, count, 0, read_region, NULL);
}
