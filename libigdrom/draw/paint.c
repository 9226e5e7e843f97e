/* SPDX-License-Identifier: BSD-2-Clause */
/* Lanes from top to bottom, the legend, and what was found. */
#include "draw/paint.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICKS      8
#define TICK       (5 * DRAW_PIXEL)
#define TICK_LABEL (90 * DRAW_PIXEL)
#define LINE       (18 * DRAW_PIXEL)
#define SWATCH     (12 * DRAW_PIXEL)
#define LISTED     16 /* things found that are told below the picture */
#define BYTES_MOST (16u << 20)

const struct paint_kind paint_kinds[DRAW_KINDS] = {
	[DRAW_FRAME] = {"frame", "#d3dae3", "#3d4856", "region, container"},
	[DRAW_VOLUME] = {"volume", "#bcd4f6", "#274a78", "volume"},
	[DRAW_PACKED] = {"packed", "#f4c173", "#8f5f16", "packed"},
	[DRAW_DRIVER] = {"driver", "#82b2ec", "#3167aa", "driver"},
	[DRAW_PEI] = {"pei", "#9ed8c2", "#2b7a62", "PEI, SEC"},
	[DRAW_DATA] = {"data", "#d5c5ec", "#63498a", "data"},
	[DRAW_RAW] = {"raw", "#dbd2c3", "#54493a", "other"},
	[DRAW_PADDING] = {"padding", "#e8e8e3", "#33352f", "padding"},
	[DRAW_FREE] = {"free", "url(#ig-hatch)", "url(#ig-hatch)", "free"},
	[DRAW_HELPER] = {"helper", "#5cc4cf", "#12798a", "GOP policy, IGD assignment"},
	[DRAW_GUEST] = {"guest", "#46b36b", "#237f45", "our driver"},
	[DRAW_VBIOS] = {"vbios", "#e0905a", "#a5541d", "VBIOS"},
	[DRAW_VBT] = {"vbt", "#ee7fbd", "#b23a80", "VBT"},
	[DRAW_GOP] = {"gop", "#f0716f", "#c23a3d", "GOP"},
};

static void put_style(struct build *out)
{
	svg_put(out, "<style>@media (prefers-color-scheme:dark){"
		     ".ig-back{fill:#15181c}.ig-text{fill:#e6e8eb}.ig-edge{stroke:#15181c}"
		     ".ig-hole{fill:#1d2126}.ig-line{stroke:#4a515b}");
	for (size_t i = 0; i < DRAW_KINDS; i++) {
		if (i != DRAW_FREE)
			svg_put(out, ".ig-%r{fill:%r}", paint_kinds[i].name, paint_kinds[i].dark);
	}
	svg_put(out, "}</style>\n<defs><pattern id=\"ig-hatch\" width=\"7\" height=\"7\" "
		     "patternUnits=\"userSpaceOnUse\"><path class=\"ig-hole\" d=\"M0 0h7v7h-7z\" "
		     "fill=\"#fafaf7\"/><path class=\"ig-line\" d=\"M-1 8L8 -1M-1 1L1 -1M6 8L8 6\" "
		     "stroke=\"#d5d5cd\" stroke-width=\"1\"/></pattern></defs>\n");
}

void paint_text(struct build *out, int64_t x, int64_t y, unsigned size, const char *more,
		const char *text)
{
	svg_put(out,
		"<text class=\"ig-text\" x=\"%n\" y=\"%n\" font-size=\"%n\" fill=\"#1b1f24\"%r>%s"
		"</text>\n",
		x, y, (int64_t)size * DRAW_PIXEL, more, text);
}

/* Offsets above the lane of the file. */
static void put_ticks(struct build *out, const struct draw_lane *lane, int64_t y)
{
	uint64_t step = 1;
	char text[32];

	while (step < lane->size / TICKS)
		step *= 2;
	for (uint64_t at = 0; at < lane->size; at += step) {
		int64_t x = draw_x(lane, at);

		svg_put(out,
			"<path class=\"ig-line\" d=\"M%n %nv%n\" stroke=\"#9aa2ac\" fill=\"none\"/>"
			"\n",
			x, y - TICK, TICK);
		snprintf(text, sizeof(text), "0x%" PRIX64, at);
		if (x + TICK_LABEL <= lane->x + lane->width)
			paint_text(out, x + 3 * DRAW_PIXEL, y - TICK + DRAW_PIXEL, 10,
				   " opacity=\"0.7\"", text);
		if (step > UINT64_MAX - at)
			break;
	}
}

/* From a packed part down to what it unpacks to. */
static void put_funnel(struct build *out, const struct draw_plan *plan,
		       const struct draw_lane *lane)
{
	const struct draw_part *part = lane->part == DRAW_NONE ? NULL : &plan->parts[lane->part];
	const struct draw_lane *from = &plan->lanes[part ? part->lane : 0];
	int64_t left = part ? draw_x(from, part->offset) : from->x;
	int64_t right = part ? draw_x(from, part->end) : from->x + from->width;

	svg_put(out,
		"<path class=\"ig-packed\" d=\"M%n %nH%nL%n %nH%nZ\" fill=\"#f4c173\" "
		"fill-opacity=\"0.3\"/>\n",
		left, from->y + from->height, right, lane->x + lane->width, lane->y, lane->x);
}

static void put_lane(struct paint *paint, struct draw_lane *lane)
{
	char text[DRAW_WORDS];

	if (lane->origin)
		put_funnel(&paint->out, paint->plan, lane);
	draw_lane_words(paint->plan, lane, text);
	svg_text_cut(text, lane->width / 12);
	paint_text(&paint->out, lane->x, lane->y - (lane->origin ? 6 : 20) * DRAW_PIXEL, 12,
		   " font-weight=\"bold\"", text);
	if (!lane->origin)
		put_ticks(&paint->out, lane, lane->y);
	paint_boxes(paint, lane);
	paint_pins(paint, lane);
}

static int64_t put_lanes(struct paint *paint, int64_t y)
{
	struct draw_plan *plan = paint->plan;

	for (unsigned depth = 0; depth < DRAW_BANDS; depth++) {
		int64_t bottom = y;

		y += (depth ? 44 : 34) * DRAW_PIXEL;
		for (size_t i = 0; i < plan->lane_count; i++) {
			struct draw_lane *lane = &plan->lanes[i];

			if (!lane->shown || lane->depth != depth)
				continue;
			lane->y = y;
			put_lane(paint, lane);
			if (paint->bottom > bottom)
				bottom = paint->bottom;
		}
		y = bottom;
	}
	return y;
}

static int64_t put_legend(struct paint *paint, int64_t y)
{
	int64_t x = DRAW_MARGIN;

	y += 2 * LINE;
	for (size_t i = 0; i < DRAW_KINDS; i++) {
		int64_t width = SWATCH + 6 * DRAW_PIXEL +
				svg_text_width(paint_kinds[i].words) * 12 + 14 * DRAW_PIXEL;

		if (!paint->used[i])
			continue;
		if (x + width > DRAW_WIDTH - DRAW_MARGIN) {
			x = DRAW_MARGIN;
			y += LINE;
		}
		svg_put(&paint->out,
			"<rect class=\"ig-%r\" x=\"%n\" y=\"%n\" width=\"%n\" height=\"%n\" "
			"fill=\"%r\" stroke=\"#9aa2ac\" stroke-width=\"0.5\"/>\n",
			paint_kinds[i].name, x, y - SWATCH + 2 * DRAW_PIXEL, SWATCH, SWATCH,
			paint_kinds[i].light);
		paint_text(&paint->out, x + SWATCH + 6 * DRAW_PIXEL, y, 12, "",
			   paint_kinds[i].words);
		x += width;
	}
	return y;
}

static int64_t put_list(struct paint *paint, int64_t y)
{
	const struct draw_plan *plan = paint->plan;
	char text[DRAW_WORDS];
	size_t told = 0, more = 0;

	y += LINE / 2;
	for (size_t i = 0; i < plan->part_count; i++) {
		if (!draw_is_marked(&plan->parts[i]))
			continue;
		if (told++ >= LISTED) {
			more++;
			continue;
		}
		y += LINE;
		draw_list_words(plan, &plan->parts[i], text);
		svg_text_cut(text, (DRAW_WIDTH - 2 * DRAW_MARGIN) / 12);
		paint_text(&paint->out, DRAW_MARGIN, y, 12, "", text);
	}
	snprintf(text, sizeof(text), "and %zu more", more);
	if (more)
		paint_text(&paint->out, DRAW_MARGIN, y += LINE, 12, "", text);
	snprintf(text, sizeof(text), "%zu parts are too many to draw.", paint->left_out);
	if (paint->left_out)
		paint_text(&paint->out, DRAW_MARGIN, y += LINE, 12, "", text);
	return y;
}

static void put_head(struct build *out, const struct draw_plan *plan, const char *title,
		     int64_t height)
{
	char text[DRAW_WORDS], *cut;
	size_t room = strlen(title) + 4;

	svg_put(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg "
		"xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%n\" height=\"%n\" "
		"viewBox=\"0 0 %n %n\" style=\"max-width:100%%;height:auto;color-scheme:light "
		"dark\" "
		"font-family=\"'Segoe UI','Helvetica Neue','DejaVu Sans',Arial,sans-serif\">\n"
		"<title>%s</title>\n",
		DRAW_WIDTH, height, DRAW_WIDTH, height, title);
	put_style(out);
	svg_put(out, "<path class=\"ig-back\" d=\"M0 0H%nV%nH0Z\" fill=\"#ffffff\"/>\n", DRAW_WIDTH,
		height);
	cut = malloc(room);
	if (!cut) {
		out->err = IGDROM_E_NOMEM;
		return;
	}
	memcpy(cut, title, room - 3);
	svg_text_cut(cut, (DRAW_WIDTH - 2 * DRAW_MARGIN) / 18);
	paint_text(out, DRAW_MARGIN, 34 * DRAW_PIXEL, 18, " font-weight=\"bold\"", cut);
	free(cut);
	draw_head_words(plan, text);
	paint_text(out, DRAW_MARGIN, 54 * DRAW_PIXEL, 12, "", text);
}

static enum igdrom_status paint_all(struct paint *paint, const char *title, char **out)
{
	struct build all = build_new(BYTES_MOST);
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	int64_t y;

	y = put_lanes(paint, 62 * DRAW_PIXEL);
	if (paint->over.err != IGDROM_OK)
		paint->out.err = paint->over.err;
	else if (paint->over.size)
		build_bytes(&paint->out, paint->over.data, paint->over.size);
	y = put_legend(paint, y);
	y = put_list(paint, y) + DRAW_MARGIN;
	if (paint->out.err == IGDROM_OK)
		put_head(&all, paint->plan, title, y);
	else
		all.err = paint->out.err;
	if (paint->out.size)
		build_bytes(&all, paint->out.data, paint->out.size);
	build_bytes(&all, "</svg>\n", sizeof("</svg>\n"));
	status = build_finish(&all, &bytes);
	if (status == IGDROM_OK)
		*out = (char *)(uintptr_t)bytes.data;
	return status;
}

enum igdrom_status igdrom_contents_to_svg(const struct igdrom_contents *contents, const char *title,
					  char **out)
{
	struct paint paint = {.out = build_new(BYTES_MOST), .over = build_new(BYTES_MOST)};
	struct draw_plan plan;
	enum igdrom_status status;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!contents)
		return IGDROM_E_INVAL;
	if (!igdrom_contents_firmware(contents))
		return IGDROM_E_NOT_FOUND;
	status = draw_find_parts(contents, &plan);
	if (status != IGDROM_OK)
		return status;
	draw_lay_out(&plan);
	paint.plan = &plan;
	paint.queue = calloc(plan.part_count + 1, sizeof(*paint.queue));
	status = paint.queue ? paint_all(&paint, title ? title : "Firmware image", out)
			     : IGDROM_E_NOMEM;
	build_free(&paint.out);
	build_free(&paint.over);
	free(paint.queue);
	draw_free(&plan);
	return status;
}
