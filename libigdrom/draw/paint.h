/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_DRAW_PAINT_H
#define IGDROM_DRAW_PAINT_H

#include "draw/draw.h"

/* How a kind looks. */
struct paint_kind {
	const char *name;
	const char *light, *dark; /* on paper, and where the viewer asks for dark colours */
	const char *words;        /* in the legend */
};

extern const struct paint_kind paint_kinds[DRAW_KINDS];

#define PAINT_PINS 64

/* A part that is pointed at from below its lane. */
struct paint_pin {
	int64_t x;
	size_t part;
};

struct paint {
	struct draw_plan *plan;
	struct build out;
	struct build over; /* what lies above all of that */
	size_t *queue;     /* parts whose children are to be drawn */
	size_t boxes, left_out;
	bool used[DRAW_KINDS];
	struct paint_pin pins[PAINT_PINS]; /* of the lane that is drawn */
	size_t pin_count;
	int64_t bottom; /* of that lane with its pins */
};

/* more: further attributes, or "". */
void paint_text(struct build *out, int64_t x, int64_t y, unsigned size, const char *more,
		const char *text);

/* boxes.c */
void paint_boxes(struct paint *paint, const struct draw_lane *lane);
void paint_pins(struct paint *paint, const struct draw_lane *lane);

#endif
