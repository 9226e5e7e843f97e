/* SPDX-License-Identifier: BSD-2-Clause */
/* The blocks of the BIOS data block: an id, a 16-bit size, data; id 0 ends the walk. */
#include "vbt/internal.h"

#define MIPI_LONG_SIZE_VERSION 3 /* from here on the size is 32 bits, behind the version byte */
#define MIPI_LONG_HEADER       5 /* version and size, which the size does not count */

/* Names after intel_vbt_defs.h, enum bdb_block_id. */
static const struct {
	uint8_t id;
	const char *name;
} names[] = {
	{1, "general features"},
	{2, "general definitions"},
	{3, "old toggle list"},
	{4, "mode support list"},
	{5, "generic mode table"},
	{6, "extended MMIO registers"},
	{7, "software flags, I/O"},
	{8, "software flags, MMIO"},
	{9, "panel self refresh"},
	{10, "mode removal table"},
	{11, "child device table"},
	{12, "driver features"},
	{13, "driver persistence"},
	{14, "dot clock table"},
	{15, "dot clock override"},
	{16, "display select, first form"},
	{17, "SV test functions"},
	{18, "driver rotation"},
	{19, "display remove, first form"},
	{20, "OEM custom"},
	{21, "EFP list"},
	{22, "SDVO LVDS options"},
	{23, "SDVO LVDS timings"},
	{24, "SDVO LVDS PnP ids"},
	{25, "SDVO LVDS power sequence"},
	{26, "TV options"},
	{27, "eDP"},
	{28, "EFP timings"},
	{29, "display select, second form"},
	{30, "display remove, second form"},
	{31, "display select, third form"},
	{32, "display remove, third form"},
	{40, "panel options"},
	{41, "panel data pointers"},
	{42, "panel data"},
	{43, "panel backlight"},
	{44, "panel power"},
	{45, "eDP BFI"},
	{46, "chromaticity"},
	{50, "MIPI"},
	{51, "fixed mode set"},
	{52, "MIPI configuration"},
	{53, "MIPI sequence"},
	{54, "RGB palette"},
	{55, "compression parameters, old"},
	{56, "compression parameters"},
	{57, "voltage swing and pre-emphasis"},
	{58, "generic timings"},
	{252, "int 15h hooks"},
	{253, "PRD table"},
	{254, "skip"},
};

const char *igdrom_vbt_block_name(const struct igdrom_vbt *vbt, size_t index)
{
	unsigned id = igdrom_vbt_block_id(vbt, index);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (id != 0 && names[i].id == id)
			return names[i].name;
	}
	return "";
}

/* Data of one block; c stands behind its id and size. */
static size_t data_size(const struct cur *c, uint8_t id, uint16_t size)
{
	struct cur ahead = *c;
	uint32_t behind;

	if (id != BLOCK_MIPI_SEQUENCE || cur_u8(&ahead) < MIPI_LONG_SIZE_VERSION)
		return size;
	behind = cur_u32le(&ahead);
	return behind > IGDROM_VBT_MAX_BYTES ? behind : behind + MIPI_LONG_HEADER;
}

void vbt_read_blocks(struct igdrom_vbt *vbt, struct igdrom_report *report)
{
	struct cur whole = cur_from(vbt->data, vbt->size, 0);
	size_t bdb = vbt->header.bdb_offset, end = vbt->size - bdb;
	struct cur c;

	/* At most one byte short of vbt_size in known files, never more than it. */
	if (vbt->bdb.bdb_size > end)
		report_add(report, FINDING_VBT_BDB_SIZE, vbt_at(vbt, bdb),
			   REPORT_ARGS(ARG_U(vbt->bdb.bdb_size), ARG_U(end)));
	else
		end = vbt->bdb.bdb_size;
	c = cur_sub(&whole, bdb, end);
	cur_skip(&c, vbt->bdb.header_size);
	while (c.left >= BLOCK_HEADER_SIZE && vbt->block_count < VBT_MOST_BLOCKS) {
		struct vbt_block *block = &vbt->blocks[vbt->block_count];
		size_t at = (size_t)c.at;
		uint8_t id = cur_u8(&c);
		uint16_t size = cur_u16le(&c);

		if (id == 0)
			return;
		*block = (struct vbt_block){id, (size_t)c.at, data_size(&c, id, size)};
		if (block->size > c.left) {
			/* In three of four real files the last block lacks its last byte. */
			if (block->size - c.left > 1)
				report_add(
					report, FINDING_VBT_BLOCK_CUT, vbt_at(vbt, at),
					REPORT_ARGS(ARG_U(id), ARG_U(block->size), ARG_U(c.left)));
			block->size = c.left;
		}
		cur_skip(&c, block->size);
		vbt->block_count++;
	}
}

const struct vbt_block *vbt_block(const struct igdrom_vbt *vbt, uint8_t id)
{
	for (size_t i = 0; i < vbt->block_count; i++) {
		if (vbt->blocks[i].id == id)
			return &vbt->blocks[i];
	}
	return NULL;
}
