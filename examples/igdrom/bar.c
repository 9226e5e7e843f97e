/* SPDX-License-Identifier: BSD-2-Clause */
/* A bar across the terminal: what lies where, in proportion. */
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

struct bar {
	struct segment *segments;
	size_t count, room;
	int cells; /* in all, without the lines between */
};

struct bar *bar_new(size_t room)
{
	struct bar *bar = calloc(1, sizeof(*bar));

	if (bar)
		bar->segments = calloc(room + 1, sizeof(*bar->segments));
	if (bar && bar->segments) {
		bar->room = room;
		return bar;
	}
	free(bar);
	return NULL;
}

void bar_free(struct bar *bar)
{
	if (bar)
		free(bar->segments);
	free(bar);
}

void bar_add(struct bar *bar, uint64_t size, const char *label, const char *shorter)
{
	struct segment *segment = &bar->segments[bar->count];

	if (size == 0 || bar->count == bar->room)
		return;
	segment->size = size;
	snprintf(segment->label, sizeof(segment->label), "%.*s", (int)sizeof(segment->label) - 1,
		 label);
	snprintf(segment->shorter, sizeof(segment->shorter), "%.*s",
		 (int)sizeof(segment->shorter) - 1, shorter);
	bar->count++;
}

/* Cells in proportion, at least one (or the shorter label, but for the last one only when it has no
 * other) each; false when there is no room. */
static bool lay_out(struct bar *bar, uint64_t total)
{
	int left = bar->cells;
	size_t widest = 0;

	for (size_t i = 0; i < bar->count; i++) {
		struct segment *segment = &bar->segments[i];
		int least = (int)strlen(segment->shorter);

		bool whole = !strcmp(segment->label, segment->shorter);

		if ((i + 1 == bar->count && !whole) || least < 1)
			least = 1;
		segment->cells = (int)((double)segment->size * bar->cells / (double)total);
		if (segment->cells < least)
			segment->cells = least;
		left -= segment->cells;
		if (segment->cells > bar->segments[widest].cells)
			widest = i;
	}
	/* Rounding, and the small ones that were made larger, go to the account of the widest. */
	bar->segments[widest].cells += left;
	return bar->segments[widest].cells > 0;
}

static const char *line_of(bool boxes, int what)
{
	static const char *const box[] = {"\u250c", "\u252c", "\u2510", "\u2514",
					  "\u2534", "\u2518", "\u2500", "\u2502"};
	static const char *const plain[] = {"+", "+", "+", "+", "+", "+", "-", "|"};

	return boxes ? box[what] : plain[what];
}

static void draw_edge(const struct bar *bar, bool boxes, int first)
{
	printf("%*s%s", BAR_INDENT, "", line_of(boxes, first));
	for (size_t i = 0; i < bar->count; i++) {
		for (int n = 0; n < bar->segments[i].cells; n++)
			fputs(line_of(boxes, 6), stdout);
		fputs(line_of(boxes, first + (i + 1 == bar->count ? 2 : 1)), stdout);
	}
	putchar('\n');
}

static void draw_labels(const struct bar *bar, bool boxes)
{
	printf("%*s%s", BAR_INDENT, "", line_of(boxes, 7));
	for (size_t i = 0; i < bar->count; i++) {
		const struct segment *segment = &bar->segments[i];
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

void bar_draw(const struct style *style, struct bar *bar)
{
	uint64_t total = 0;

	for (size_t i = 0; i < bar->count; i++)
		total += bar->segments[i].size;
	bar->cells = style->width - BAR_INDENT - (int)bar->count - 1;
	if (bar->count && bar->cells > (int)bar->count && lay_out(bar, total)) {
		draw_edge(bar, style->boxes, 0);
		draw_labels(bar, style->boxes);
		draw_edge(bar, style->boxes, 3);
	}
}
