/* SPDX-License-Identifier: BSD-2-Clause */
/* The bar: what lies where in a ROM, in proportion, up to the next power of two. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define BAR_INDENT 2

struct segment {
	uint64_t size;
	int cells;
	char label[48];
	char shorter[16]; /* tried when label has no room */
};

struct map {
	struct segment *segments;
	size_t count;
	int cells; /* in all, without the lines between */
};

static void add_segment(struct map *map, uint64_t size, const char *label, const char *shorter)
{
	struct segment *segment = &map->segments[map->count];

	if (size == 0)
		return;
	segment->size = size;
	snprintf(segment->label, sizeof(segment->label), "%.*s", (int)sizeof(segment->label) - 1,
		 label);
	snprintf(segment->shorter, sizeof(segment->shorter), "%.*s",
		 (int)sizeof(segment->shorter) - 1, shorter);
	map->count++;
}

static void fill(struct map *map, const struct igdrom_rom *rom)
{
	uint64_t size = igdrom_rom_size(rom);
	uint64_t left = igdrom_rom_bar_size(rom) - size;
	uint64_t at = 0;
	char label[64], text[32];

	for (size_t i = 0; i < igdrom_rom_image_count(rom); i++) {
		const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, i);

		if (igdrom_rom_image_offset(image) > at)
			add_segment(map, igdrom_rom_image_offset(image) - at, "gap", "");
		snprintf(label, sizeof(label), "%zu", i);
		add_segment(map, igdrom_rom_image_size(image), label, label);
		at = igdrom_rom_image_offset(image) + igdrom_rom_image_size(image);
	}
	if (at < size)
		add_segment(map, size - at,
			    is_padding(igdrom_rom_trailing(rom)) ? "padding" : "more", "+");
	snprintf(label, sizeof(label), "%s free", size_text(left, text));
	add_segment(map, left, label, "free");
}

/* Cells in proportion, at least one (or the label of an image) each; false when there is no room. */
static bool lay_out(struct map *map, uint64_t total)
{
	int left = map->cells;
	size_t widest = 0;

	for (size_t i = 0; i < map->count; i++) {
		struct segment *segment = &map->segments[i];
		int least = (int)strlen(segment->shorter);

		if (i + 1 == map->count || least < 1)
			least = 1;
		segment->cells = (int)((double)segment->size * map->cells / (double)total);
		if (segment->cells < least)
			segment->cells = least;
		left -= segment->cells;
		if (segment->cells > map->segments[widest].cells)
			widest = i;
	}
	/* Rounding, and the small ones that were made larger, go to the account of the widest. */
	map->segments[widest].cells += left;
	return map->segments[widest].cells > 0;
}

static const char *line_of(bool boxes, int what)
{
	static const char *const box[] = {"\u250c", "\u252c", "\u2510", "\u2514",
					  "\u2534", "\u2518", "\u2500", "\u2502"};
	static const char *const plain[] = {"+", "+", "+", "+", "+", "+", "-", "|"};

	return boxes ? box[what] : plain[what];
}

static void draw_edge(const struct map *map, bool boxes, int first)
{
	printf("%*s%s", BAR_INDENT, "", line_of(boxes, first));
	for (size_t i = 0; i < map->count; i++) {
		for (int n = 0; n < map->segments[i].cells; n++)
			fputs(line_of(boxes, 6), stdout);
		fputs(line_of(boxes, first + (i + 1 == map->count ? 2 : 1)), stdout);
	}
	putchar('\n');
}

static void draw_labels(const struct map *map, bool boxes)
{
	printf("%*s%s", BAR_INDENT, "", line_of(boxes, 7));
	for (size_t i = 0; i < map->count; i++) {
		const struct segment *segment = &map->segments[i];
		const char *label = segment->label;
		int size = (int)strlen(label);
		int before;

		if (size > segment->cells)
			label = segment->shorter;
		size = (int)strlen(label);
		if (size > segment->cells) {
			label = "";
			size = 0;
		}
		before = (segment->cells - size) / 2;
		printf("%*s%s%*s%s", before, "", label, segment->cells - size - before, "",
		       line_of(boxes, 7));
	}
	putchar('\n');
}

void draw_map(const struct style *style, const struct igdrom_rom *rom)
{
	/* For each image a gap before it; trailing bytes; free room. */
	struct map map = {
		.segments = calloc(2 * igdrom_rom_image_count(rom) + 2, sizeof(*map.segments))};

	if (!map.segments)
		return;
	fill(&map, rom);
	map.cells = style->width - BAR_INDENT - (int)map.count - 1;
	if (map.cells > (int)map.count && lay_out(&map, igdrom_rom_bar_size(rom))) {
		draw_edge(&map, style->boxes, 0);
		draw_labels(&map, style->boxes);
		draw_edge(&map, style->boxes, 3);
	}
	free(map.segments);
}
