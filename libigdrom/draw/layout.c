/* SPDX-License-Identifier: BSD-2-Clause */
/* Which lanes are shown, and how wide: all of a band have one scale. */
#include "draw/draw.h"

#define GAP   (10 * DRAW_PIXEL)
#define LEAST (40 * DRAW_PIXEL) /* a lane that is narrower shows nothing */

/* Offsets below 2^46 are multiplied by the width of the canvas; what is larger loses its last bits. */
#define MOST_BITS 46

struct band {
	size_t lanes[DRAW_LANES]; /* in the order of what they come from */
	size_t count;
	uint64_t size; /* of all */
};

static int64_t scale(uint64_t value, uint64_t of, int64_t width)
{
	while (of >> MOST_BITS) {
		of >>= 1;
		value >>= 1;
	}
	return of ? (int64_t)(value * (uint64_t)width / of) : 0;
}

int64_t draw_x(const struct draw_lane *lane, uint64_t offset)
{
	return lane->x + scale(offset, lane->size, lane->width);
}

static void drop(struct band *band, const struct draw_plan *plan, size_t place)
{
	band->size -= plan->lanes[band->lanes[place]].size;
	band->count--;
	for (size_t i = place; i < band->count; i++)
		band->lanes[i] = band->lanes[i + 1];
}

static size_t smallest(const struct band *band, const struct draw_plan *plan)
{
	size_t least = 0;

	for (size_t i = 1; i < band->count; i++) {
		if (plan->lanes[band->lanes[i]].size < plan->lanes[band->lanes[least]].size)
			least = i;
	}
	return least;
}

static void take(struct band *band, const struct draw_plan *plan, size_t lane)
{
	if (band->count == DRAW_LANES) {
		size_t least = smallest(band, plan);

		if (plan->lanes[band->lanes[least]].size >= plan->lanes[lane].size)
			return;
		drop(band, plan, least);
	}
	band->lanes[band->count++] = lane;
	band->size += plan->lanes[lane].size;
}

static void share_out(const struct band *band, struct draw_plan *plan)
{
	int64_t room = DRAW_WIDTH - 2 * DRAW_MARGIN - GAP * ((int64_t)band->count - 1);
	int64_t x = DRAW_MARGIN;

	for (size_t i = 0; i < band->count; i++) {
		struct draw_lane *lane = &plan->lanes[band->lanes[i]];

		lane->shown = true;
		lane->x = x;
		lane->width = scale(lane->size, band->size, room);
		if (lane->rows > DRAW_ROWS)
			lane->rows = DRAW_ROWS;
		lane->height = DRAW_LEAF + DRAW_ROW * ((int64_t)lane->rows - 1);
		x += lane->width + GAP;
	}
}

static bool is_wide_enough(const struct band *band, const struct draw_plan *plan, size_t place)
{
	return band->count < 2 || scale(plan->lanes[band->lanes[place]].size, band->size,
					DRAW_WIDTH - 2 * DRAW_MARGIN) > LEAST;
}

void draw_lay_out(struct draw_plan *plan)
{
	for (unsigned depth = 0; depth < DRAW_BANDS; depth++) {
		struct band band = {.count = 0};

		for (size_t i = 0; i < plan->lane_count; i++) {
			struct draw_lane *lane = &plan->lanes[i];
			const struct draw_lane *from =
				lane->part == DRAW_NONE
					? &plan->lanes[0]
					: &plan->lanes[plan->parts[lane->part].lane];

			if (i)
				lane->depth = from->depth + 1;
			if (lane->depth == depth &&
			    (i == 0 || (from->shown && lane->size && lane->first != DRAW_NONE)))
				take(&band, plan, i);
		}
		while (band.count && !is_wide_enough(&band, plan, smallest(&band, plan)))
			drop(&band, plan, smallest(&band, plan));
		share_out(&band, plan);
	}
}
