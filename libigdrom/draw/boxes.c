/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of a lane as boxes in boxes, and pins below it at what was looked for. */
#include "draw/paint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAST      (3 * DRAW_PIXEL / 2) /* narrower ones that are side by side become one */
#define EDGED      (4 * DRAW_PIXEL)     /* a narrower box has no edge of its own */
#define INSET      (4 * DRAW_PIXEL)
#define FONT       11
#define SMALL      10
#define UPRIGHT    (13 * DRAW_PIXEL) /* a box that text stands in, turned */
#define LYING      (46 * DRAW_PIXEL) /* one that it lies in */
#define PIN_ROWS   6
#define MOST_ROWS  4 /* that others take than a GOP driver and ours */
#define PIN_ROW    (15 * DRAW_PIXEL)
#define PIN        (8 * DRAW_PIXEL)
#define BOXES_MOST (IGDROM_SVG_RECTANGLES - DRAW_KINDS)

/* Parts side by side that are too narrow to be seen. */
struct group {
	size_t count;
	size_t last; /* part */
	uint64_t offset, end, bytes;
	uint64_t bytes_of[DRAW_KINDS];
};

struct box {
	int64_t x, y, width, height;
};

static void put_box(struct paint *paint, enum draw_kind kind, const struct box *box,
		    const char *tooltip)
{
	const struct paint_kind *k = &paint_kinds[kind];
	const char *edge = box->width < EDGED ? "" : " stroke=\"#ffffff\" stroke-width=\"0.7\"";

	svg_put(&paint->out,
		"<rect class=\"ig-%r%r\" x=\"%n\" y=\"%n\" width=\"%n\" height=\"%n\" fill=\"%r\""
		"%r><title>%s</title></rect>\n",
		k->name, *edge ? " ig-edge" : "", box->x, box->y, box->width, box->height, k->light,
		edge, tooltip);
	paint->used[kind] = true;
	paint->boxes++;
}

static void put_label(struct paint *paint, int64_t x, int64_t y, unsigned size, bool upright,
		      const char *text)
{
	if (!*text)
		return;
	if (upright)
		svg_put(&paint->out,
			"<text class=\"ig-text\" transform=\"translate(%n %n) rotate(-90)\" "
			"font-size=\"%n\" fill=\"#1b1f24\" pointer-events=\"none\">%s</text>\n",
			x, y, (int64_t)size * DRAW_PIXEL, text);
	else
		paint_text(&paint->out, x, y, size, " pointer-events=\"none\"", text);
}

/* The name of a leaf, and its size below it when there is room for both. */
static void label_leaf(struct paint *paint, const struct draw_part *part, const struct box *box)
{
	char text[DRAW_WORDS + 4];
	int64_t middle = box->y + box->height / 2;

	draw_label(part, text);
	if (box->width < LYING) {
		if (box->width < UPRIGHT)
			return;
		svg_text_cut(text, (box->height - 2 * INSET) / FONT);
		put_label(paint, box->x + box->width / 2 + INSET, box->y + box->height - INSET,
			  FONT, true, text);
		return;
	}
	svg_text_cut(text, (box->width - 2 * INSET) / FONT);
	put_label(paint, box->x + INSET, middle - INSET / 2, FONT, false, text);
	draw_measure(paint->plan, part, text);
	/* Half a number would say something else. */
	if (svg_text_width(text) <= (box->width - 2 * INSET) / SMALL)
		put_label(paint, box->x + INSET, middle + 11 * DRAW_PIXEL, SMALL, false, text);
}

static void label_container(struct paint *paint, const struct draw_part *part,
			    const struct box *box)
{
	char text[2 * DRAW_WORDS + 8], measure[DRAW_WORDS];

	draw_label(part, text);
	draw_measure(paint->plan, part, measure);
	snprintf(text + strlen(text), sizeof(text) - strlen(text), ", %s", measure);
	if (svg_text_width(text) > (box->width - 2 * INSET) / FONT)
		draw_label(part, text);
	if (svg_text_width(text) > (box->width - 2 * INSET) / FONT)
		snprintf(text, sizeof(text), "%s", igdrom_firmware_node_type(part->node));
	svg_text_cut(text, (box->width - 2 * INSET) / FONT);
	put_label(paint, box->x + INSET, box->y + 14 * DRAW_PIXEL, FONT, false, text);
}

static struct box box_of(const struct draw_lane *lane, unsigned row, uint64_t offset, uint64_t end)
{
	struct box box = {.x = draw_x(lane, offset), .y = lane->y + DRAW_ROW * (int64_t)row};

	box.width = draw_x(lane, end) - box.x;
	box.height = lane->y + lane->height - box.y;
	return box;
}

static void put_group(struct paint *paint, const struct draw_lane *lane, struct group *group)
{
	const struct draw_part *last = &paint->plan->parts[group->last];
	struct box box = box_of(lane, last->row, group->offset, group->end);
	char text[DRAW_WORDS], size[32];
	size_t most = 0;

	if (group->count == 0)
		return;
	for (size_t i = 1; i < DRAW_KINDS; i++) {
		if (group->bytes_of[i] > group->bytes_of[most])
			most = i;
	}
	draw_size_words(group->bytes, size);
	if (group->count == 1)
		draw_tooltip(paint->plan, last, text);
	else
		snprintf(text, sizeof(text),
			 "%zu small parts\nat 0x%" PRIx64 " to 0x%" PRIx64 ", %s", group->count,
			 group->offset, group->end, size);
	if (box.width)
		put_box(paint, (enum draw_kind)most, &box, text);
	*group = (struct group){0};
}

static void add_to_group(struct paint *paint, const struct draw_lane *lane, struct group *group,
			 size_t index)
{
	const struct draw_part *part = &paint->plan->parts[index];

	if (group->count && draw_x(lane, part->offset) - draw_x(lane, group->end) > LEAST)
		put_group(paint, lane, group);
	if (group->count == 0)
		group->offset = part->offset;
	group->count++;
	group->last = index;
	group->end = part->end;
	group->bytes += part->end - part->offset;
	group->bytes_of[part->kind] += part->end - part->offset;
	if (draw_x(lane, group->end) - draw_x(lane, group->offset) >= LEAST)
		put_group(paint, lane, group);
}

static void add_pin(struct paint *paint, const struct box *box, size_t part)
{
	if (paint->pin_count < PAINT_PINS)
		paint->pins[paint->pin_count++] =
			(struct paint_pin){.x = box->x + box->width / 2, .part = part};
}

/* Draws a part; true when what is in it is to be drawn as well. */
static bool put_part(struct paint *paint, const struct draw_lane *lane, size_t index)
{
	const struct draw_part *part = &paint->plan->parts[index];
	struct box box = box_of(lane, part->row, part->offset, part->end);
	bool container = part->first != DRAW_NONE && part->row + 1 < lane->rows;
	char text[DRAW_WORDS];

	draw_tooltip(paint->plan, part, text);
	put_box(paint, part->kind, &box, text);
	if (draw_is_marked(part))
		add_pin(paint, &box, index);
	if (container)
		label_container(paint, part, &box);
	else
		label_leaf(paint, part, &box);
	return container;
}

/* Parts of one parent, or of none, side by side. The number of those that wait for their children to
 * be drawn is returned. */
static size_t put_row(struct paint *paint, const struct draw_lane *lane, size_t first,
		      size_t waiting, size_t most)
{
	struct group group = {0};

	for (size_t i = first; i != DRAW_NONE; i = paint->plan->parts[i].next) {
		const struct draw_part *part = &paint->plan->parts[i];
		bool narrow = draw_x(lane, part->end) - draw_x(lane, part->offset) < LEAST;

		/* A group that is not done and this part. */
		if (paint->boxes + 2 > most) {
			paint->left_out++;
			continue;
		}
		if (narrow && !draw_is_marked(part)) {
			add_to_group(paint, lane, &group, i);
			continue;
		}
		put_group(paint, lane, &group);
		if (put_part(paint, lane, i))
			paint->queue[waiting++] = i;
	}
	put_group(paint, lane, &group);
	return waiting;
}

void paint_boxes(struct paint *paint, const struct draw_lane *lane)
{
	/* What comes later has at least as much to itself. */
	size_t most = paint->boxes + (BOXES_MOST - paint->boxes) / 2;
	size_t waiting;

	paint->pin_count = 0;
	waiting = put_row(paint, lane, lane->first, 0, most);
	for (size_t done = 0; done < waiting; done++)
		waiting = put_row(paint, lane, paint->plan->parts[paint->queue[done]].first,
				  waiting, most);
}

static int by_place(const void *a, const void *b)
{
	const struct paint_pin *left = a, *right = b;

	if (left->x != right->x)
		return left->x < right->x ? -1 : 1;
	return (left->part > right->part) - (left->part < right->part);
}

/* A label and the line that leads to it. */
static void put_pin(struct paint *paint, const struct paint_pin *pin, int64_t y, size_t row,
		    bool leftward, const char *text)
{
	const struct draw_part *part = &paint->plan->parts[pin->part];
	const struct paint_kind *kind = &paint_kinds[part->mark];
	int64_t down = y + PIN + PIN_ROW * (int64_t)row;

	svg_put(&paint->over, "<path class=\"ig-%r\" d=\"M%n %nl%n %nh%nz\" fill=\"%r\"/>\n",
		kind->name, pin->x, y, -PIN / 2, PIN, PIN, kind->light);
	paint->used[part->mark] = true;
	if (row == PIN_ROWS)
		return;
	svg_put(&paint->over,
		"<path class=\"ig-line\" d=\"M%n %nV%n\" stroke=\"#9aa2ac\" fill=\"none\"/>\n",
		pin->x, y + PIN, down + PIN_ROW - 2 * DRAW_PIXEL);
	paint_text(&paint->over, pin->x + (leftward ? -INSET : INSET),
		   down + PIN_ROW - 3 * DRAW_PIXEL, FONT, leftward ? " text-anchor=\"end\"" : "",
		   text);
	if (paint->bottom < down + PIN_ROW)
		paint->bottom = down + PIN_ROW;
}

/* From right to left: a line goes down left of all labels that it passes. */
void paint_pins(struct paint *paint, const struct draw_lane *lane)
{
	int64_t taken[PIN_ROWS], y = lane->y + lane->height;
	char text[DRAW_WORDS];

	for (size_t i = 0; i < PIN_ROWS; i++)
		taken[i] = DRAW_WIDTH;
	paint->bottom = y;
	qsort(paint->pins, paint->pin_count, sizeof(*paint->pins), by_place);
	for (size_t i = paint->pin_count; i-- > 0;) {
		const struct paint_pin *pin = &paint->pins[i];
		enum draw_kind mark = paint->plan->parts[pin->part].mark;
		int64_t width, left = pin->x;
		size_t row = 0;

		draw_mark_words(paint->plan, &paint->plan->parts[pin->part], text);
		svg_text_cut(text, 220 * DRAW_PIXEL / FONT);
		width = svg_text_width(text) * FONT + 2 * INSET;
		if (pin->x + width > DRAW_WIDTH - INSET)
			left = pin->x - width;
		while (row < PIN_ROWS && left + width > taken[row])
			row++;
		if (row >= MOST_ROWS && mark < DRAW_GOP && mark != DRAW_GUEST)
			row = PIN_ROWS;
		put_pin(paint, pin, y, row, left != pin->x, text);
		for (size_t r = 0; row < PIN_ROWS && r <= row; r++)
			taken[r] = left < taken[r] ? left : taken[r];
	}
}
