/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Panels and general features. Timings stand in the block "panel data" where "panel data pointers"
 * says, in the form of EDID 1.4, 3.10.2, or in "generic timings" (intel_vbt_defs.h, struct
 * bdb_general_features, bdb_lfp_options, bdb_lfp_data_ptrs, bdb_generic_dtd).
 */
#include "vbt/internal.h"

#define POINTERS_OF_PANEL 9 /* three times 16-bit offset, 8-bit size; the second is the timings */
#define DTD_SIZE          18
#define LEAST_GENERIC     20

/* Bits of the five bytes of "general features". */
static const struct {
	uint8_t byte, bit;
	const char *name;
} features[] = {
	{1, 1, "spread spectrum clock for LVDS"},
	{1, 2, "alternate spread spectrum frequency"},
	{1, 3, "panel on by override"},
	{1, 6, "alternate display clock mode"},
	{1, 7, "hot plug in the video BIOS"},
	{2, 2, "picture rotated by 180 degrees"},
	{2, 3, "FDI receiver polarity inverted"},
	{4, 0, "VGA connector supported"},
	{4, 1, "TV connector supported"},
	{4, 2, "digital displays supported"},
	{4, 3, "spread spectrum clock for DisplayPort"},
};

void vbt_read_features(struct igdrom_vbt *vbt, const struct vbt_block *block)
{
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		if (features[i].byte < block->size &&
		    vbt->data[block->offset + features[i].byte] >> features[i].bit & 1)
			vbt->features[vbt->feature_count++] = features[i].name;
	}
}

static void add_panel(struct igdrom_vbt *vbt, unsigned number, struct igdrom_vbt_panel panel)
{
	if (panel.width == 0 || panel.height == 0 || panel.clock == 0 ||
	    vbt->panel_count >= VBT_MOST_PANELS)
		return;
	panel.number = number;
	panel.selected = vbt->has_panel_type && vbt->panel_type == number;
	vbt->panels[vbt->panel_count++] = panel;
}

/* A detailed timing: clock in 10 kHz, then active and blank pixels, each 8 + 4 bits. */
static struct igdrom_vbt_panel decode_dtd(struct cur c)
{
	struct igdrom_vbt_panel panel = {.clock = cur_u16le(&c) * 10u};
	uint8_t low, high;

	low = cur_u8(&c);
	cur_skip(&c, 1);
	high = cur_u8(&c);
	panel.width = low | (unsigned)(high & 0xf0) << 4;
	low = cur_u8(&c);
	cur_skip(&c, 1);
	high = cur_u8(&c);
	panel.height = low | (unsigned)(high & 0xf0) << 4;
	return c.err == IGDROM_OK ? panel : (struct igdrom_vbt_panel){.clock = 0};
}

/* Offsets count from the start of the BIOS data block. */
static void read_pointed(struct igdrom_vbt *vbt, const struct vbt_block *pointers)
{
	struct cur whole = cur_from(vbt->data, vbt->size, 0);
	struct cur c = cur_sub(&whole, pointers->offset, pointers->size);

	cur_skip(&c, 1);
	for (unsigned i = 0; i < VBT_MOST_PANELS && c.left >= POINTERS_OF_PANEL; i++) {
		uint16_t offset;
		uint8_t size;

		cur_skip(&c, 3);
		offset = cur_u16le(&c);
		size = cur_u8(&c);
		cur_skip(&c, 3);
		if (size >= DTD_SIZE && offset != 0)
			add_panel(vbt, i,
				  decode_dtd(cur_sub(&whole,
						     (uint64_t)vbt->header.bdb_offset + offset,
						     DTD_SIZE)));
	}
}

static void read_generic(struct igdrom_vbt *vbt, const struct vbt_block *block)
{
	struct cur c = cur_from(vbt->data + block->offset, block->size, 0);
	uint16_t size = cur_u16le(&c);

	for (unsigned i = 0; size >= LEAST_GENERIC && i < VBT_MOST_PANELS && c.left >= size; i++) {
		struct cur entry = cur_sub(&c, 0, size);
		struct igdrom_vbt_panel panel = {.clock = cur_u32le(&entry)};

		panel.width = cur_u16le(&entry);
		cur_skip(&entry, 6);
		panel.height = cur_u16le(&entry);
		add_panel(vbt, i, panel);
		cur_skip(&c, size);
	}
}

void vbt_read_panels(struct igdrom_vbt *vbt)
{
	const struct vbt_block *options = vbt_block(vbt, BLOCK_PANEL_OPTIONS);
	const struct vbt_block *pointers = vbt_block(vbt, BLOCK_PANEL_POINTERS);
	const struct vbt_block *generic = vbt_block(vbt, BLOCK_GENERIC_TIMINGS);

	if (options && options->size) {
		vbt->has_panel_type = true;
		vbt->panel_type = vbt->data[options->offset];
	}
	if (generic)
		read_generic(vbt, generic);
	else if (pointers)
		read_pointed(vbt, pointers);
}

int igdrom_vbt_panel_type(const struct igdrom_vbt *vbt)
{
	return vbt && vbt->has_panel_type ? vbt->panel_type : -1;
}

size_t igdrom_vbt_panel_count(const struct igdrom_vbt *vbt)
{
	return vbt ? vbt->panel_count : 0;
}

const struct igdrom_vbt_panel *igdrom_vbt_panel_at(const struct igdrom_vbt *vbt, size_t index)
{
	return index < igdrom_vbt_panel_count(vbt) ? &vbt->panels[index] : NULL;
}

unsigned igdrom_vbt_panel_number(const struct igdrom_vbt_panel *panel)
{
	return panel ? panel->number : 0;
}

bool igdrom_vbt_panel_selected(const struct igdrom_vbt_panel *panel)
{
	return panel && panel->selected;
}

unsigned igdrom_vbt_panel_width(const struct igdrom_vbt_panel *panel)
{
	return panel ? panel->width : 0;
}

unsigned igdrom_vbt_panel_height(const struct igdrom_vbt_panel *panel)
{
	return panel ? panel->height : 0;
}

unsigned igdrom_vbt_panel_clock(const struct igdrom_vbt_panel *panel)
{
	return panel ? panel->clock : 0;
}

size_t igdrom_vbt_feature_count(const struct igdrom_vbt *vbt)
{
	return vbt ? vbt->feature_count : 0;
}

const char *igdrom_vbt_feature_at(const struct igdrom_vbt *vbt, size_t index)
{
	return index < igdrom_vbt_feature_count(vbt) ? vbt->features[index] : NULL;
}
