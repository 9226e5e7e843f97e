/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a VBT switches on, in words: bits of "general features", "driver features" and "panel power"
 * (intel_vbt_defs.h, struct bdb_general_features, bdb_driver_features, bdb_lfp_power).
 */
#include "vbt/internal.h"

#define ALWAYS    0xffff
#define PER_PANEL 16 /* the bit is the one of the selected panel, in 16 of them */

static const struct {
	bool panel; /* of a panel: told only where there is a connector for one */
	uint8_t block, byte, bit;
	uint16_t since, until; /* BDB versions that have it */
	const char *name;
} features[] = {
	{true, BLOCK_GENERAL_FEATURES, 1, 1, 0, ALWAYS, "spread spectrum clock for LVDS"},
	{false, BLOCK_GENERAL_FEATURES, 1, 2, 0, ALWAYS, "alternate spread spectrum frequency"},
	{true, BLOCK_GENERAL_FEATURES, 1, 3, 0, ALWAYS, "panel on by override"},
	{false, BLOCK_GENERAL_FEATURES, 1, 6, 0, ALWAYS, "dynamic display clock"},
	{false, BLOCK_GENERAL_FEATURES, 1, 7, 0, ALWAYS, "hot plug in the video BIOS"},
	{false, BLOCK_GENERAL_FEATURES, 2, 2, 181, ALWAYS, "picture rotated by 180 degrees"},
	{false, BLOCK_GENERAL_FEATURES, 2, 3, 0, ALWAYS, "FDI receiver polarity inverted"},
	{false, BLOCK_GENERAL_FEATURES, 4, 0, 0, ALWAYS, "VGA connector supported"},
	{false, BLOCK_GENERAL_FEATURES, 4, 1, 0, ALWAYS, "TV connector supported"},
	{false, BLOCK_GENERAL_FEATURES, 4, 2, 0, ALWAYS, "digital displays supported"},
	{false, BLOCK_GENERAL_FEATURES, 4, 3, 0, ALWAYS, "spread spectrum clock for DisplayPort"},
	{true, BLOCK_DRIVER_FEATURES, 7, 0, 0, ALWAYS, "panel is the primary display"},
	{false, BLOCK_DRIVER_FEATURES, 9, 1, 163, ALWAYS, "embedded platform"},
	{true, BLOCK_DRIVER_FEATURES, 17, 2, 159, 227, "display power saving (DPST)"},
	{true, BLOCK_DRIVER_FEATURES, 17, 5, 159, 227, "dynamic refresh rate (DRRS)"},
	{true, BLOCK_DRIVER_FEATURES, 18, 1, 165, 227, "panel self refresh (PSR)"},
	{true, BLOCK_DRIVER_FEATURES, 18, 2, 165, ALWAYS, "intermediate pixel storage (IPS)"},
	{true, BLOCK_PANEL_POWER, 22, PER_PANEL, 228, 256, "display power saving (DPST)"},
	{true, BLOCK_PANEL_POWER, 24, PER_PANEL, 228, ALWAYS, "panel self refresh (PSR)"},
	{true, BLOCK_PANEL_POWER, 26, PER_PANEL, 228, ALWAYS, "dynamic refresh rate (DRRS)"},
	{true, BLOCK_PANEL_POWER, 54, PER_PANEL, 232, ALWAYS, "half of the backlight LEDs (HOBL)"},
	{true, BLOCK_PANEL_POWER, 56, PER_PANEL, 233, ALWAYS, "variable refresh rate (VRR)"},
};

_Static_assert(sizeof(features) / sizeof(features[0]) <= VBT_MOST_FEATURES,
	       "all of them may be on");

static bool has_panel_port(const struct igdrom_vbt *vbt)
{
	for (size_t i = 0; i < vbt->port_count; i++) {
		if (igdrom_vbt_port_is_internal(&vbt->ports[i]))
			return true;
	}
	return false;
}

static bool is_on(const struct igdrom_vbt *vbt, size_t index)
{
	const struct vbt_block *block = vbt_block(vbt, features[index].block);
	size_t byte = features[index].byte;
	unsigned bit = features[index].bit;

	if (!block || vbt->bdb.version < features[index].since ||
	    vbt->bdb.version > features[index].until)
		return false;
	if (bit == PER_PANEL) {
		if (!vbt->has_panel_type || vbt->panel_type >= VBT_MOST_PANELS)
			return false;
		byte += vbt->panel_type / 8;
		bit = vbt->panel_type % 8;
	}
	return byte < block->size && vbt->data[block->offset + byte] >> bit & 1;
}

void vbt_read_features(struct igdrom_vbt *vbt)
{
	bool panel = has_panel_port(vbt);

	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		if ((panel || !features[i].panel) && is_on(vbt, i))
			vbt->features[vbt->feature_count++] = features[i].name;
	}
}

size_t igdrom_vbt_feature_count(const struct igdrom_vbt *vbt)
{
	return vbt ? vbt->feature_count : 0;
}

const char *igdrom_vbt_feature_at(const struct igdrom_vbt *vbt, size_t index)
{
	return index < igdrom_vbt_feature_count(vbt) ? vbt->features[index] : NULL;
}
