/* SPDX-License-Identifier: BSD-2-Clause */
/* What lies where in a ROM, up to the next power of two. */
#include "cli.h"

static void fill(struct bar *bar, const struct igdrom_rom *rom)
{
	uint64_t size = igdrom_rom_size(rom);
	uint64_t left = igdrom_rom_bar_size(rom) - size;
	uint64_t at = 0;
	char label[64], text[32];

	for (size_t i = 0; i < igdrom_rom_image_count(rom); i++) {
		const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, i);

		if (igdrom_rom_image_offset(image) > at)
			bar_add(bar, igdrom_rom_image_offset(image) - at, "gap", "");
		snprintf(label, sizeof(label), "%zu", i);
		bar_add(bar, igdrom_rom_image_size(image), label, label);
		at = igdrom_rom_image_offset(image) + igdrom_rom_image_size(image);
	}
	if (at < size)
		bar_add(bar, size - at, is_padding(igdrom_rom_trailing(rom)) ? "padding" : "more",
			"+");
	snprintf(label, sizeof(label), "%s free", size_text(left, text));
	bar_add(bar, left, label, "free");
}

void draw_map(const struct style *style, const struct igdrom_rom *rom)
{
	/* For each image a gap before it; trailing bytes; free room. */
	struct bar *bar = bar_new(2 * igdrom_rom_image_count(rom) + 2);

	if (!bar)
		return;
	fill(bar, rom);
	bar_draw(style, bar);
	bar_free(bar);
}
