/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The map of a firmware image: a bar for the file and one for each packed part as it is unpacked,
 * divided into segments that are numbered through, and a line for each of those. Files side by side
 * are one segment, but for those that are packed volumes or marked.
 */
#include "firmware.h"

#include <stdlib.h>
#include <string.h>

#define NONE      SIZE_MAX
#define LANES     8  /* bars */
#define SEGMENTS  18 /* in one bar */
#define SPARE     64 /* a bar that is so much smaller than the largest says nothing by itself */
#define WORDS     512
#define ROW_LEFT  31 /* "  1  0x012345    1.5 MiB       " */
#define ROW_LEAST 20

/* A node of the tree. */
struct spot {
	const struct igdrom_firmware_node *node;
	size_t parent;
	size_t bar;              /* of what is below it */
	size_t segment;          /* the bar that its packed contents are in, NONE: none */
	const struct mark *mark; /* the first of mark_count */
	size_t mark_count;
	bool structured; /* it or something below it */
	bool holds;      /* something below it */
	bool done;       /* what is below it belongs to its segment */
};

struct part {
	uint64_t offset, size; /* in the bar, with what lies between the one before and it */
	struct item item;      /* the files that it counts; node: the first */
	const struct mark *mark;
	size_t files, marks;
	size_t opens; /* the bar that it unpacks to; NONE */
	bool free;
	bool group; /* several that have less than a cell */
};

struct lane {
	const struct igdrom_firmware_node *origin; /* NULL: the file */
	uint64_t size;
	size_t opener; /* number of the segment that it comes from */
	bool marked, shown;
};

struct map {
	struct spot *spots;
	size_t spot_count;
	struct lane *lanes;
	size_t lane_count;
	struct mark *marks; /* by node */
	size_t mark_count;
	struct part *parts; /* of the lane at hand */
	size_t part_count;
	size_t number; /* of the last segment with a line */
};

static int by_node(const void *a, const void *b)
{
	const struct mark *left = a, *right = b;
	uintptr_t l = (uintptr_t)left->node, r = (uintptr_t)right->node;

	return l == r ? strcmp(left->text, right->text) : (l > r) - (l < r);
}

static bool is_structure(enum igdrom_node_kind kind)
{
	switch (kind) {
	case IGDROM_NODE_IMAGE:
	case IGDROM_NODE_SECTION:
	case IGDROM_NODE_OPTION_ROM:
	case IGDROM_NODE_RAW:
	case IGDROM_NODE_PADDING:
	case IGDROM_NODE_FREE_SPACE:
		return false;
	default:
		return true;
	}
}

static bool is_file(const struct igdrom_firmware_node *node)
{
	enum igdrom_node_kind kind = igdrom_firmware_node_kind(node);

	return kind == IGDROM_NODE_FILE || kind == IGDROM_NODE_CBFS_FILE;
}

static void find_marks(const struct map *map, struct spot *spot)
{
	size_t low = 0, high = map->mark_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((uintptr_t)map->marks[middle].node < (uintptr_t)spot->node)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < map->mark_count && map->marks[low].node == spot->node; low++) {
		if (!spot->mark)
			spot->mark = &map->marks[low];
		spot->mark_count++;
	}
}

static bool is_entry(const struct igdrom_firmware_node *node)
{
	return igdrom_firmware_node_kind(node) == IGDROM_NODE_ENTRY;
}

static void read_spots(struct map *map, const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware);
	size_t count = map->spot_count;

	map->spot_count = 0;
	for (; node && map->spot_count < count; node = igdrom_firmware_node_walk(node)) {
		size_t index = map->spot_count++;
		size_t parent = index ? index - 1 : 0;

		while (parent && map->spots[parent].node != igdrom_firmware_node_parent(node))
			parent = map->spots[parent].parent;
		map->spots[index] = (struct spot){
			.node = node,
			.parent = parent,
			.segment = NONE,
			.structured = is_structure(igdrom_firmware_node_kind(node)),
		};
		find_marks(map, &map->spots[index]);
	}
}

/* A mark goes up to the file that it is in, and the one of a volume to its free space. */
static void lift_marks(struct map *map)
{
	for (size_t i = map->spot_count; i-- > 1;) {
		struct spot *spot = &map->spots[i], *parent = &map->spots[spot->parent];
		enum igdrom_node_kind kind = igdrom_firmware_node_kind(spot->node);

		parent->holds |= spot->structured;
		parent->structured |= spot->structured;
		if (spot->mark && !is_file(spot->node) && kind != IGDROM_NODE_VOLUME) {
			parent->mark = spot->mark;
			parent->mark_count += spot->mark_count;
		}
		if (kind == IGDROM_NODE_FREE_SPACE && parent->mark &&
		    igdrom_firmware_node_kind(parent->node) == IGDROM_NODE_VOLUME)
			spot->mark = parent->mark;
		spot->mark_count += spot->mark && !spot->mark_count;
	}
}

/* The bars, and which of them each node lies in. */
static void find_lanes(struct map *map)
{
	for (size_t i = 0; i < map->spot_count; i++) {
		struct spot *spot = &map->spots[i];
		size_t at = spot->parent;

		spot->bar = i ? map->spots[at].bar : 0;
		if (!igdrom_firmware_node_is_decoded(spot->node) || !spot->holds)
			continue;
		/* The file that it is in opens it, or the outermost part that does. */
		for (at = i; at && map->spots[at].bar == spot->bar; at = map->spots[at].parent) {
			if (!is_structure(igdrom_firmware_node_kind(map->spots[at].node)))
				continue;
			map->spots[at].segment = map->lane_count;
			break;
		}
		spot->bar = map->lane_count++;
		map->lanes[spot->bar] = (struct lane){
			.origin = spot->node,
			.size = igdrom_firmware_node_decoded(spot->node).size,
			.opener = NONE,
		};
	}
}

static size_t lane_of(const struct map *map, size_t index)
{
	return index ? map->spots[map->spots[index].parent].bar : 0;
}

static void choose_lanes(struct map *map)
{
	uint64_t largest = 0;
	size_t shown = 0;

	for (size_t i = 0; i < map->lane_count; i++)
		largest = map->lanes[i].size > largest ? map->lanes[i].size : largest;
	for (size_t i = 0; i < map->spot_count; i++) {
		if (map->spots[i].mark)
			map->lanes[lane_of(map, i)].marked = true;
	}
	for (size_t i = 0; i < map->lane_count && shown < LANES; i++) {
		struct lane *lane = &map->lanes[i];

		lane->shown = i == 0 || lane->marked || lane->size > largest / SPARE;
		shown += lane->shown;
	}
}

/* Whether a node is a segment, or a part of one. */
static bool is_segment(const struct map *map, const struct spot *spot)
{
	enum igdrom_node_kind above = igdrom_firmware_node_kind(map->spots[spot->parent].node);

	if (spot->segment != NONE)
		return true;
	switch (igdrom_firmware_node_kind(spot->node)) {
	case IGDROM_NODE_IMAGE:
	case IGDROM_NODE_SECTION:
		return false;
	case IGDROM_NODE_FILE:
	case IGDROM_NODE_CBFS_FILE:
		return !spot->holds;
	case IGDROM_NODE_RAW:
	case IGDROM_NODE_PADDING:
	case IGDROM_NODE_OPTION_ROM:
		return !spot->holds && above != IGDROM_NODE_FILE && above != IGDROM_NODE_SECTION;
	default:
		return !igdrom_firmware_node_first_child(spot->node);
	}
}

static bool is_single(const struct part *part)
{
	if (part->group)
		return false;
	return part->mark || (part->item.entries <= 1 && (part->opens != NONE || part->files <= 1));
}

/* Whether a segment goes on with a node: files of one volume, or things that are marked alike. */
static bool goes_on(const struct part *part, const struct spot *spot)
{
	const struct igdrom_firmware_node *before = part->item.node;

	if (!is_file(spot->node) || spot->segment != NONE || part->opens != NONE || !part->files ||
	    igdrom_firmware_node_parent(before) != igdrom_firmware_node_parent(spot->node))
		return false;
	if (!part->mark || !spot->mark)
		return !part->mark && !spot->mark;
	return strcspn(part->mark->text, " :") == strcspn(spot->mark->text, " :") &&
	       !strncmp(part->mark->text, spot->mark->text, strcspn(spot->mark->text, " :"));
}

static void add_spot(struct map *map, const struct spot *spot)
{
	struct part *part = map->part_count ? &map->parts[map->part_count - 1] : NULL;
	uint64_t from = part ? part->offset + part->size : 0;
	uint64_t offset = igdrom_firmware_node_offset(spot->node);
	uint64_t end = offset + igdrom_firmware_node_bytes(spot->node).size;

	if (part && end <= from && is_entry(spot->node) && is_entry(part->item.node)) {
		count_folded(&part->item, spot->node); /* one more file of an archive */
		part->opens = part->opens == NONE ? spot->segment : part->opens;
	}
	if (end <= from)
		return;
	if (!part || !goes_on(part, spot)) {
		part = &map->parts[map->part_count++];
		*part = (struct part){
			.offset = from,
			.item = {.node = spot->node},
			.mark = spot->mark,
			.opens = spot->segment,
			.free = igdrom_firmware_node_kind(spot->node) == IGDROM_NODE_FREE_SPACE,
		};
	}
	part->size = end - part->offset;
	part->files += is_file(spot->node);
	part->marks += spot->mark_count;
	count_folded(&part->item, spot->node);
}

/* Takes a segment into the larger one of those beside it. */
static void absorb(struct map *map, size_t index)
{
	struct part *part = &map->parts[index];
	bool next = index == 0 || (index + 1 < map->part_count && part[1].size > part[-1].size);

	if (next) {
		part[1].offset = part->offset;
		part[1].size += part->size;
	} else {
		part[-1].size += part->size;
	}
	map->part_count--;
	memmove(part, part + 1, (map->part_count - index) * sizeof(*part));
}

static bool can_be_absorbed(const struct map *map, const struct part *part)
{
	return !part->mark && (part->opens == NONE || !map->lanes[part->opens].shown);
}

static void join(struct part *group, const struct part *part)
{
	group->size = part->offset + part->size - group->offset;
	group->files += part->files;
	group->item.drivers += part->item.drivers;
	group->item.modules += part->item.modules;
	group->item.files += part->item.files;
	group->item.entries += part->item.entries;
	group->item.parts += part->item.parts;
	group->item.part_bytes += part->item.part_bytes;
	group->free &= part->free;
	group->group = true;
}

/* Those side by side that have less than a cell become one: then there are not many. */
static void join_small(struct map *map, uint64_t least)
{
	size_t kept = 0;
	bool open = false;

	for (size_t i = 0; i < map->part_count; i++) {
		const struct part *part = &map->parts[i];
		bool small = part->size < least && can_be_absorbed(map, part);

		if (small && open)
			join(&map->parts[kept - 1], part);
		else
			map->parts[kept++] = *part;
		open = small;
	}
	map->part_count = kept;
}

/* What has less than a cell, and what is too much for one bar. */
static void absorb_small(struct map *map, uint64_t size, int cells)
{
	uint64_t least = size / (uint64_t)(cells > 0 ? cells : 1) / 2;

	join_small(map, least);
	while (map->part_count > 1) {
		size_t smallest = NONE;

		for (size_t i = 0; i < map->part_count; i++) {
			if (can_be_absorbed(map, &map->parts[i]) &&
			    (smallest == NONE || map->parts[i].size < map->parts[smallest].size))
				smallest = i;
		}
		if (smallest == NONE ||
		    (map->parts[smallest].size >= least && map->part_count <= SEGMENTS))
			return;
		absorb(map, smallest);
	}
}

static void fill_parts(struct map *map, size_t lane, int cells)
{
	struct part *last;

	map->part_count = 0;
	for (size_t i = 0; i < map->spot_count; i++) {
		struct spot *spot = &map->spots[i];
		const struct spot *parent = &map->spots[spot->parent];

		if (lane_of(map, i) != lane)
			continue;
		spot->done = i && parent->done && lane_of(map, spot->parent) == lane;
		if (spot->done || !is_segment(map, spot))
			continue;
		spot->done = true;
		add_spot(map, spot);
	}
	last = map->part_count ? &map->parts[map->part_count - 1] : NULL;
	if (last && last->offset + last->size < map->lanes[lane].size)
		last->size = map->lanes[lane].size - last->offset;
	absorb_small(map, map->lanes[lane].size, cells);
}

static void part_words(const struct part *part, const struct map *map, char out[WORDS])
{
	char text[32];

	out[0] = '\0';
	if (!is_single(part))
		folded_words(&part->item, out, WORDS);
	if (!out[0])
		node_words(&part->item, false, out, WORDS);
	if (part->opens != NONE && part->item.entries <= 1) {
		const struct lane *lane = &map->lanes[part->opens];

		add_words(out, WORDS, ": ", igdrom_firmware_node_compression(lane->origin));
		add_words(out, WORDS, ", unpacks to ", size_text(lane->size, text));
	}
}

static void draw_row(const struct style *style, const struct map *map, const struct part *part,
		     size_t number, bool in_file)
{
	char words[WORDS], place[24], size[32], line[2 * WORDS];
	uint64_t offset = igdrom_firmware_node_offset(part->item.node);
	const char *text = line;
	int room = style->width < ROW_LEFT + ROW_LEAST ? ROW_LEAST : style->width - ROW_LEFT;

	part_words(part, map, words);
	snprintf(line, sizeof(line), "%s", words);
	if (part->mark) {
		add_words(line, sizeof(line), " ", style->boxes ? "\u25c0" : "<-");
		add_words(line, sizeof(line), " ", part->mark->text);
	}
	if (part->marks > 1) {
		snprintf(words, sizeof(words), "and %zu more", part->marks - 1);
		add_words(line, sizeof(line), ", ", words);
	}
	snprintf(place, sizeof(place), in_file ? "0x%06llx" : "+%llx", (unsigned long long)offset);
	printf("%5zu %10s %11s  ", number, place,
	       size_text(part->offset + part->size - offset, size));
	do {
		size_t used = text_fit(text, room);

		if (text != line)
			printf("%*s", ROW_LEFT - 1, "");
		print_part(style, stdout, text, used);
		putchar('\n');
		text += used;
		text += strspn(text, " ");
	} while (*text);
}

/* Free room is told in the bar. */
static bool has_row(const struct part *part)
{
	return !part->free || part->mark;
}

static bool draw_lane(const struct style *style, struct map *map, size_t lane)
{
	struct bar *bar = bar_new(map->part_count);
	char label[64], text[32];
	size_t number = map->number;

	if (!bar)
		return false;
	for (size_t i = 0; i < map->part_count; i++) {
		const struct part *part = &map->parts[i];

		if (has_row(part))
			snprintf(label, sizeof(label), "%zu", ++number);
		else
			snprintf(label, sizeof(label), "%s free", size_text(part->size, text));
		bar_add(bar, part->size, label, has_row(part) ? label : "");
	}
	bar_draw(style, bar);
	bar_free(bar);
	for (size_t i = 0; i < map->part_count; i++) {
		const struct part *part = &map->parts[i];

		if (!has_row(part))
			continue;
		map->number++;
		if (part->opens != NONE)
			map->lanes[part->opens].opener = map->number;
		draw_row(style, map, part, map->number, lane == 0);
	}
	return true;
}

static void draw_title(const struct style *style, const struct map *map, size_t index)
{
	const struct lane *lane = &map->lanes[index];
	char text[32];

	size_text(lane->size, text);
	if (index)
		putchar('\n');
	if (index == 0)
		print_title(style, "The file, %s", text);
	else if (is_entry(lane->origin))
		print_title(style, "%s, %s", igdrom_firmware_node_name(lane->origin), text);
	else if (lane->opener == NONE)
		print_title(style, "Unpacked, %s", text);
	else
		print_title(style, "%zu unpacked, %s", lane->opener, text);
}

static bool draw_lanes(const struct style *style, struct map *map)
{
	bool done = true;

	for (size_t i = 0; i < map->lane_count && done; i++) {
		if (!map->lanes[i].shown)
			continue;
		fill_parts(map, i, style->width);
		if (map->part_count == 0)
			continue;
		draw_title(style, map, i);
		done = draw_lane(style, map, i);
	}
	return done;
}

static bool allocate(struct map *map, const struct igdrom_firmware *firmware,
		     const struct marks *marks)
{
	map->spot_count = igdrom_firmware_node_count(firmware);
	map->spots = calloc(map->spot_count + 1, sizeof(*map->spots));
	map->parts = calloc(map->spot_count + 1, sizeof(*map->parts));
	map->lanes = calloc(map->spot_count + 1, sizeof(*map->lanes));
	map->marks = calloc(marks->count + 1, sizeof(*map->marks));
	if (!map->spots || !map->parts || !map->lanes || !map->marks)
		return false;
	map->mark_count = marks->count;
	for (size_t i = 0; i < marks->count; i++)
		map->marks[i] = marks->list[i];
	qsort(map->marks, map->mark_count, sizeof(*map->marks), by_node);
	return true;
}

bool draw_image_map(const struct style *style, const struct igdrom_firmware *firmware,
		    const struct marks *marks)
{
	struct map map = {.spots = NULL};
	bool done = allocate(&map, firmware, marks);

	if (done) {
		map.lanes[map.lane_count++] = (struct lane){
			.size = igdrom_firmware_node_bytes(igdrom_firmware_root(firmware)).size,
			.opener = NONE,
		};
		read_spots(&map, firmware);
		lift_marks(&map);
		find_lanes(&map);
		choose_lanes(&map);
		done = draw_lanes(style, &map);
	}
	free(map.spots);
	free(map.parts);
	free(map.lanes);
	free(map.marks);
	return done;
}
