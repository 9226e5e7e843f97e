/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How an image becomes a picture. Parts are the nodes that are drawn. They lie in lanes: one lane is
 * the file, each other one is what a packed part unpacks to, drawn beneath it at a scale of its own
 * band. Lengths on the canvas are in hundredths of a pixel: whole numbers, the same everywhere.
 */
#ifndef IGDROM_DRAW_DRAW_H
#define IGDROM_DRAW_DRAW_H

#include "draw/svg.h"

#include <igdrom/draw.h>

#define DRAW_NONE SIZE_MAX

#define DRAW_BANDS 6  /* lanes in lanes in lanes */
#define DRAW_LANES 16 /* side by side */
#define DRAW_ROWS  12 /* of parts in parts, in one lane */

enum draw_kind {
	DRAW_FRAME, /* around others: capsule, flash image, region, entry of an archive */
	DRAW_VOLUME,
	DRAW_PACKED,
	DRAW_DRIVER,
	DRAW_PEI,
	DRAW_DATA,
	DRAW_RAW,
	DRAW_PADDING,
	DRAW_FREE,
	DRAW_HELPER, /* does for a GOP driver what our driver does */
	DRAW_GUEST,  /* our driver */
	DRAW_VBIOS,
	DRAW_VBT,
	DRAW_GOP,
	DRAW_KINDS
};

struct draw_part {
	const struct igdrom_firmware_node *node;
	size_t lane, parent, first, last, next;
	uint64_t offset, end; /* in the lane, inside the parent and behind the sibling before it */
	unsigned row;
	enum draw_kind kind;
	enum draw_kind mark; /* what is in it that was looked for; DRAW_FRAME: nothing */
	size_t index;        /* of that among those of its kind */
	size_t opens;        /* the first lane that it unpacks to */
	size_t others;       /* files of an archive, whose places in it are not known */
};

struct draw_lane {
	const struct igdrom_firmware_node *origin; /* what is unpacked; NULL: the file */
	size_t part;                               /* that holds the origin */
	size_t first, last;
	uint64_t size;
	unsigned depth, rows;
	bool shown;
	int64_t x, y, width, height;
};

struct draw_plan {
	const struct igdrom_contents *contents;
	const struct igdrom_firmware *firmware;
	struct draw_part *parts; /* parents before children */
	size_t part_count;
	struct draw_lane *lanes; /* origins before what is unpacked from them */
	size_t lane_count;
};

/* parts.c */
enum igdrom_status draw_find_parts(const struct igdrom_contents *contents,
				   struct draw_plan *plan) IGDROM_MUST_CHECK;
void draw_free(struct draw_plan *plan);
static inline bool draw_is_marked(const struct draw_part *part)
{
	return part->mark != DRAW_FRAME;
}

/* layout.c */
#define DRAW_PIXEL  INT64_C(100)
#define DRAW_WIDTH  (1200 * DRAW_PIXEL)
#define DRAW_MARGIN (24 * DRAW_PIXEL)
#define DRAW_ROW    (20 * DRAW_PIXEL)
#define DRAW_LEAF   (108 * DRAW_PIXEL)

/* Which lanes are shown, and where they begin and end from left to right. */
void draw_lay_out(struct draw_plan *plan);
/* The place of an offset on the canvas. */
int64_t draw_x(const struct draw_lane *lane, uint64_t offset);

/* words.c */
#define DRAW_WORDS 640
/* "12.9 MiB" */
void draw_size_words(uint64_t size, char out[32]);
/* What stands on a part: its name, or what it is; and how large it is, packed and unpacked. */
void draw_label(const struct draw_part *part, char out[DRAW_WORDS]);
void draw_measure(const struct draw_plan *plan, const struct draw_part *part, char out[DRAW_WORDS]);
/* What a pointer over it shows. */
void draw_tooltip(const struct draw_plan *plan, const struct draw_part *part, char out[DRAW_WORDS]);
/* "GOP 17.0.1077": of a part that is marked. */
void draw_mark_words(const struct draw_plan *plan, const struct draw_part *part,
		     char out[DRAW_WORDS]);
/* The line below the picture that tells of such a part. */
void draw_list_words(const struct draw_plan *plan, const struct draw_part *part,
		     char out[DRAW_WORDS]);
/* What stands below the title. */
void draw_head_words(const struct draw_plan *plan, char out[DRAW_WORDS]);
/* What stands above a lane. */
void draw_lane_words(const struct draw_plan *plan, const struct draw_lane *lane,
		     char out[DRAW_WORDS]);

#endif
