/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Panels. Timings stand in the block "panel data" where "panel data pointers" says, in the form of
 * EDID 1.4, 3.10.2, or in "generic timings"; who made a panel and its name always stand in "panel
 * data" (intel_vbt_defs.h, struct bdb_lfp_options, bdb_lfp_data_ptrs, bdb_lfp_data, bdb_generic_dtd,
 * bdb_edp, bdb_lfp_backlight).
 */
#include "vbt/internal.h"

#include <stdio.h>

#define DTD_SIZE      18
#define PNP_SIZE      10
#define NAME_SIZE     13
#define FP_SIZE       38 /* of the timings before the DTD, in tables without pointers */
#define ENTRY_SIZE    (FP_SIZE + DTD_SIZE + PNP_SIZE)
#define LEAST_GENERIC 20

#define SINCE_NO_POINTERS 155 /* the pointers may be missing */

#define AT_COLOR_DEPTH  160 /* in "eDP", behind 16 power sequences of 10 bytes */
#define BACKLIGHT_LEAST 3
#define BACKLIGHT_PWM   2

/* Where what belongs to a panel stands, from the start of the VBT; 0: nowhere. */
struct places {
	size_t timing[VBT_MOST_PANELS];
	size_t pnp[VBT_MOST_PANELS];
	size_t names;
};

static bool is_inside(const struct vbt_block *block, size_t at, size_t size)
{
	return at >= block->offset && size <= block->size &&
	       at - block->offset <= block->size - size;
}

/* An entry of the pointers, which count from the start of the BIOS data block. */
static size_t read_pointer(struct cur *c, const struct igdrom_vbt *vbt,
			   const struct vbt_block *data, size_t size)
{
	size_t at = vbt->header.bdb_offset + (size_t)cur_u16le(c);
	uint8_t said = cur_u8(c);

	return said >= size && is_inside(data, at, size) ? at : 0;
}

static void read_pointers(const struct igdrom_vbt *vbt, const struct vbt_block *pointers,
			  const struct vbt_block *data, struct places *places)
{
	struct cur c = cur_from(vbt->data + pointers->offset, pointers->size, 0);

	cur_skip(&c, 1);
	for (size_t i = 0; i < VBT_MOST_PANELS; i++) {
		cur_skip(&c, 3);
		places->timing[i] = read_pointer(&c, vbt, data, DTD_SIZE);
		places->pnp[i] = read_pointer(&c, vbt, data, PNP_SIZE);
	}
	places->names = read_pointer(&c, vbt, data, NAME_SIZE);
}

static void make_pointers(const struct vbt_block *data, struct places *places)
{
	size_t at = data->offset;

	for (size_t i = 0; i < VBT_MOST_PANELS; i++, at += ENTRY_SIZE) {
		places->timing[i] = at + FP_SIZE;
		places->pnp[i] = at + FP_SIZE + DTD_SIZE;
	}
	places->names = at;
}

static struct places find_places(const struct igdrom_vbt *vbt)
{
	const struct vbt_block *pointers = vbt_block(vbt, BLOCK_PANEL_POINTERS);
	const struct vbt_block *data = vbt_block(vbt, BLOCK_PANEL_DATA);
	struct places places = {.names = 0};

	if (data && pointers)
		read_pointers(vbt, pointers, data, &places);
	else if (data && vbt->bdb.version >= SINCE_NO_POINTERS &&
		 data->size >= ENTRY_SIZE * VBT_MOST_PANELS)
		make_pointers(data, &places);
	if (places.names && !is_inside(data, places.names, NAME_SIZE * VBT_MOST_PANELS))
		places.names = 0;
	return places;
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
	return panel;
}

static struct igdrom_vbt_panel decode_generic(struct cur c)
{
	struct igdrom_vbt_panel panel = {.clock = cur_u32le(&c)};

	panel.width = cur_u16le(&c);
	cur_skip(&c, 6);
	panel.height = cur_u16le(&c);
	return panel;
}

/* "MS_ 0003": three letters of five bits, the first the highest, and the product. */
static void read_maker(struct igdrom_vbt_panel *panel, struct cur c)
{
	unsigned maker = (unsigned)cur_u8(&c) << 8;
	unsigned product;

	maker |= cur_u8(&c);
	product = cur_u16le(&c);
	if (maker == 0)
		return;
	snprintf(panel->pnp_id, sizeof(panel->pnp_id), "%c%c%c %04X",
		 (char)('@' + (maker >> 10 & 31)), (char)('@' + (maker >> 5 & 31)),
		 (char)('@' + (maker & 31)), product);
}

/* Ends with a NUL, a line feed or its room. */
static void read_name(struct igdrom_vbt_panel *panel, struct cur c)
{
	size_t size = 0;

	cur_bytes(&c, (uint8_t *)panel->name, NAME_SIZE);
	while (size < NAME_SIZE && panel->name[size] >= ' ' && panel->name[size] <= '~')
		size++;
	while (size && panel->name[size - 1] == ' ')
		size--;
	panel->name[size] = '\0';
}

static bool has_edp(const struct igdrom_vbt *vbt)
{
	for (size_t i = 0; i < vbt->port_count; i++) {
		if (!strcmp(vbt->ports[i].type, "eDP"))
			return true;
	}
	return false;
}

/* Bits per pixel of a panel on eDP, two bits for each panel. */
static unsigned color_depth(const struct igdrom_vbt *vbt, unsigned number)
{
	static const uint8_t depths[] = {18, 24, 30, 36};
	const struct vbt_block *edp = vbt_block(vbt, BLOCK_EDP);
	struct cur c = cur_from(vbt->data, vbt->size, 0);

	if (!has_edp(vbt) || !edp || edp->size < AT_COLOR_DEPTH + 4)
		return 0;
	c = cur_sub(&c, edp->offset + AT_COLOR_DEPTH, 4);
	return depths[cur_u32le(&c) >> 2 * number & 3];
}

/* Frequency of the backlight when it is driven by a pulse width. */
static unsigned backlight(const struct igdrom_vbt *vbt, unsigned number)
{
	const struct vbt_block *block = vbt_block(vbt, BLOCK_PANEL_BACKLIGHT);
	struct cur c = cur_from(vbt->data, vbt->size, 0);
	uint8_t size;

	if (!block || block->size == 0)
		return 0;
	c = cur_sub(&c, block->offset, block->size);
	size = cur_u8(&c);
	if (size < BACKLIGHT_LEAST)
		return 0;
	cur_skip(&c, (size_t)size * number);
	return (cur_u8(&c) & 3) == BACKLIGHT_PWM ? cur_u16le(&c) : 0;
}

static void add_panel(struct igdrom_vbt *vbt, const struct places *places, unsigned number,
		      struct igdrom_vbt_panel panel)
{
	struct cur whole = cur_from(vbt->data, vbt->size, 0);

	if (panel.width == 0 || panel.height == 0 || panel.clock == 0 ||
	    vbt->panel_count >= VBT_MOST_PANELS)
		return;
	panel.number = number;
	panel.selected = vbt->has_panel_type && vbt->panel_type == number;
	panel.color_depth = color_depth(vbt, number);
	panel.backlight = backlight(vbt, number);
	if (places->pnp[number])
		read_maker(&panel, cur_sub(&whole, places->pnp[number], PNP_SIZE));
	if (places->names)
		read_name(&panel,
			  cur_sub(&whole, places->names + (size_t)NAME_SIZE * number, NAME_SIZE));
	vbt->panels[vbt->panel_count++] = panel;
}

static void read_generic(struct igdrom_vbt *vbt, const struct places *places,
			 const struct vbt_block *block)
{
	struct cur c = cur_from(vbt->data + block->offset, block->size, 0);
	uint16_t size = cur_u16le(&c);

	for (unsigned i = 0; size >= LEAST_GENERIC && i < VBT_MOST_PANELS && c.left >= size; i++) {
		add_panel(vbt, places, i, decode_generic(cur_sub(&c, 0, size)));
		cur_skip(&c, size);
	}
}

static void read_timings(struct igdrom_vbt *vbt, const struct places *places)
{
	struct cur whole = cur_from(vbt->data, vbt->size, 0);

	for (unsigned i = 0; i < VBT_MOST_PANELS; i++) {
		if (places->timing[i])
			add_panel(vbt, places, i,
				  decode_dtd(cur_sub(&whole, places->timing[i], DTD_SIZE)));
	}
}

void vbt_read_panels(struct igdrom_vbt *vbt)
{
	const struct vbt_block *options = vbt_block(vbt, BLOCK_PANEL_OPTIONS);
	const struct vbt_block *generic = vbt_block(vbt, BLOCK_GENERIC_TIMINGS);
	struct places places = find_places(vbt);

	if (options && options->size) {
		vbt->has_panel_type = true;
		vbt->panel_type = vbt->data[options->offset];
	}
	if (generic)
		read_generic(vbt, &places, generic);
	else
		read_timings(vbt, &places);
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

const char *igdrom_vbt_panel_name(const struct igdrom_vbt_panel *panel)
{
	return panel && panel->name[0] ? panel->name : NULL;
}

const char *igdrom_vbt_panel_pnp_id(const struct igdrom_vbt_panel *panel)
{
	return panel && panel->pnp_id[0] ? panel->pnp_id : NULL;
}

unsigned igdrom_vbt_panel_color_depth(const struct igdrom_vbt_panel *panel)
{
	return panel ? panel->color_depth : 0;
}

unsigned igdrom_vbt_panel_backlight(const struct igdrom_vbt_panel *panel)
{
	return panel ? panel->backlight : 0;
}
