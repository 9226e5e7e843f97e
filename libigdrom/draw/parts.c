/* SPDX-License-Identifier: BSD-2-Clause */
/* Which nodes of an image are drawn, as what, and in which lane. */
#include "draw/draw.h"

#include <stdlib.h>
#include <string.h>

/* File types of the PI specification (1.8, volume 3, table 3-3). */
#define FILE_FREEFORM      0x02
#define FILE_SECURITY_CORE 0x03
#define FILE_PEI_CORE      0x04
#define FILE_DXE_CORE      0x05
#define FILE_PEIM          0x06
#define FILE_APPLICATION   0x09
#define FILE_MM_STANDALONE 0x0e
#define FILE_RAW           0x01
#define FILE_PAD           0xf0

/* A node on the way through the tree. */
struct step {
	const struct igdrom_firmware_node *node;
	size_t parent;
	size_t part;     /* it, or the one that it is drawn in */
	size_t lane;     /* of what is below it */
	size_t room;     /* the part that those below it are in, in that lane */
	bool structured; /* it or something below it has a structure that is drawn */
	bool holds;      /* something below it has */
	bool hidden;     /* what is below it is not drawn */
};

/* Something that was found. */
struct thing {
	const struct igdrom_found *found;
	const struct igdrom_firmware_node *node;
	size_t index;
	enum draw_kind kind;
};

struct finder {
	struct draw_plan *plan;
	struct step *steps;
	size_t step_count;
	struct thing *things; /* by node */
	size_t thing_count;
};

static bool is_structure(const struct igdrom_firmware_node *node)
{
	switch (igdrom_firmware_node_kind(node)) {
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

static void read_tree(struct finder *f)
{
	const struct igdrom_firmware_node *node = igdrom_firmware_root(f->plan->firmware);
	size_t count = f->step_count;

	f->step_count = 0;
	for (; node && f->step_count < count; node = igdrom_firmware_node_walk(node)) {
		size_t index = f->step_count++;
		size_t parent = index ? index - 1 : 0;

		while (parent && f->steps[parent].node != igdrom_firmware_node_parent(node))
			parent = f->steps[parent].parent;
		f->steps[index] = (struct step){
			.node = node, .parent = parent, .structured = is_structure(node)};
	}
	for (size_t i = f->step_count; i-- > 1;) {
		struct step *parent = &f->steps[f->steps[i].parent];

		parent->holds |= f->steps[i].structured;
		parent->structured |= f->steps[i].structured;
	}
}

static int by_node(const void *a, const void *b)
{
	const struct thing *left = a, *right = b;
	uintptr_t l = (uintptr_t)left->node, r = (uintptr_t)right->node;

	if (l != r)
		return l < r ? -1 : 1;
	if (left->kind != right->kind)
		return left->kind > right->kind ? -1 : 1;
	return (left->index > right->index) - (left->index < right->index);
}

static void add_places(struct finder *f, const struct igdrom_found *found, enum draw_kind kind,
		       size_t index)
{
	for (size_t i = 0; i < igdrom_found_place_count(found); i++)
		f->things[f->thing_count++] =
			(struct thing){found, igdrom_found_node(found, i), index, kind};
}

static enum igdrom_status list_things(struct finder *f)
{
	const struct igdrom_contents *c = f->plan->contents;
	size_t gops = igdrom_contents_gop_count(c), vbts = igdrom_contents_vbt_count(c);
	size_t vbioses = igdrom_contents_vbios_count(c), count = 1;

	for (size_t i = 0; i < gops; i++)
		count += igdrom_found_place_count(igdrom_contents_gop_found(c, i));
	for (size_t i = 0; i < vbts; i++)
		count += igdrom_found_place_count(igdrom_contents_vbt_found(c, i));
	for (size_t i = 0; i < vbioses; i++)
		count += igdrom_found_place_count(igdrom_contents_vbios_found(c, i));
	f->things = calloc(count, sizeof(*f->things));
	if (!f->things)
		return IGDROM_E_NOMEM;
	for (size_t i = 0; i < gops; i++)
		add_places(f, igdrom_contents_gop_found(c, i), DRAW_GOP, i);
	for (size_t i = 0; i < vbts; i++)
		add_places(f, igdrom_contents_vbt_found(c, i), DRAW_VBT, i);
	for (size_t i = 0; i < vbioses; i++)
		add_places(f, igdrom_contents_vbios_found(c, i), DRAW_VBIOS, i);
	qsort(f->things, f->thing_count, sizeof(*f->things), by_node);
	return IGDROM_OK;
}

static const struct thing *thing_at(const struct finder *f, const struct igdrom_firmware_node *node)
{
	size_t low = 0, high = f->thing_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((uintptr_t)f->things[middle].node < (uintptr_t)node)
			low = middle + 1;
		else
			high = middle;
	}
	return low < f->thing_count && f->things[low].node == node ? &f->things[low] : NULL;
}

static enum draw_kind kind_of_file(const struct igdrom_firmware_node *node)
{
	const char *role = igdrom_firmware_node_role(node);
	unsigned type = igdrom_firmware_node_type_number(node);

	if (role && (!strcmp(role, "guest") || !strcmp(role, "guest-rom")))
		return DRAW_GUEST;
	if (role && (!strcmp(role, "policy") || !strcmp(role, "assignment")))
		return DRAW_HELPER;
	switch (type) {
	case FILE_SECURITY_CORE:
	case FILE_PEI_CORE:
	case FILE_PEIM:
		return DRAW_PEI;
	case FILE_RAW:
	case FILE_FREEFORM:
		return DRAW_DATA;
	case FILE_PAD:
		return DRAW_PADDING;
	default:
		return type >= FILE_DXE_CORE && type <= FILE_MM_STANDALONE ? DRAW_DRIVER
									   : DRAW_DATA;
	}
}

static enum draw_kind kind_of(const struct igdrom_firmware_node *node)
{
	bool alone = !igdrom_firmware_node_first_child(node);

	switch (igdrom_firmware_node_kind(node)) {
	case IGDROM_NODE_VOLUME:
		return alone ? DRAW_DATA : DRAW_VOLUME;
	case IGDROM_NODE_FILE:
		return kind_of_file(node);
	case IGDROM_NODE_CBFS_FILE:
	case IGDROM_NODE_OPTION_ROM:
		return DRAW_DATA;
	case IGDROM_NODE_PADDING:
		return DRAW_PADDING;
	case IGDROM_NODE_FREE_SPACE:
		return DRAW_FREE;
	case IGDROM_NODE_RAW:
		return DRAW_RAW;
	default:
		return alone ? DRAW_RAW : DRAW_FRAME;
	}
}

static bool is_drawn(const struct finder *f, const struct step *step)
{
	enum igdrom_node_kind above = igdrom_firmware_node_kind(f->steps[step->parent].node);

	if (step == f->steps || igdrom_firmware_node_kind(step->node) == IGDROM_NODE_SECTION)
		return false;
	if (igdrom_firmware_node_kind(step->node) == IGDROM_NODE_IMAGE)
		return false;
	/* What lies between sections is alignment, and what lies in them the contents of a file. */
	return step->structured || (above != IGDROM_NODE_SECTION && above != IGDROM_NODE_FILE);
}

/* Hangs a part into a lane; false when nothing of it is free there. */
static bool add_part(struct draw_plan *plan, const struct igdrom_firmware_node *node, size_t lane,
		     size_t parent)
{
	struct draw_lane *l = &plan->lanes[lane];
	struct draw_part *above = parent == DRAW_NONE ? NULL : &plan->parts[parent];
	size_t before = above ? above->last : l->last, index = plan->part_count;
	uint64_t size = igdrom_firmware_node_bytes(node).size;
	uint64_t offset = igdrom_firmware_node_offset(node), end = above ? above->end : l->size;
	uint64_t start = above ? above->offset : 0;
	enum draw_kind kind;

	if (before != DRAW_NONE)
		start = plan->parts[before].end;
	if (offset < start)
		size -= size < start - offset ? size : start - offset;
	if (offset < start)
		offset = start;
	if (offset >= end || size == 0)
		return false;
	kind = kind_of(node);
	plan->parts[index] = (struct draw_part){
		.node = node,
		.lane = lane,
		.parent = parent,
		.first = DRAW_NONE,
		.last = DRAW_NONE,
		.next = DRAW_NONE,
		.offset = offset,
		.end = size > end - offset ? end : offset + size,
		.row = above ? above->row + 1 : 0,
		.kind = kind,
		.mark = kind == DRAW_GUEST || kind == DRAW_HELPER ? kind : DRAW_FRAME,
		.opens = DRAW_NONE,
	};
	if (before != DRAW_NONE)
		plan->parts[before].next = index;
	if (above) {
		above->first = above->first == DRAW_NONE ? index : above->first;
		above->last = index;
	} else {
		l->first = l->first == DRAW_NONE ? index : l->first;
		l->last = index;
	}
	if (l->rows <= plan->parts[index].row)
		l->rows = plan->parts[index].row + 1;
	plan->part_count++;
	return true;
}

/* A part is of the kind of what it holds only when it is nothing else. */
static void mark(struct draw_plan *plan, size_t part, const struct thing *thing)
{
	struct draw_part *p = part == DRAW_NONE ? NULL : &plan->parts[part];

	if (!p || p->mark >= thing->kind)
		return;
	p->mark = thing->kind;
	p->index = thing->index;
	if (igdrom_found_origin(thing->found) == IGDROM_ORIGIN_ALONE)
		p->kind = thing->kind;
}

static void open_lane(struct finder *f, struct step *step)
{
	struct draw_plan *plan = f->plan;
	struct draw_part *part = step->part == DRAW_NONE ? NULL : &plan->parts[step->part];

	if (part && part->opens == DRAW_NONE)
		part->opens = plan->lane_count;
	/* A file that is nothing else. */
	if (part && !draw_is_marked(part))
		part->kind = DRAW_PACKED;
	step->lane = plan->lane_count++;
	step->room = DRAW_NONE;
	plan->lanes[step->lane] = (struct draw_lane){
		.origin = step->node,
		.part = step->part,
		.first = DRAW_NONE,
		.last = DRAW_NONE,
		.size = igdrom_firmware_node_decoded(step->node).size,
	};
}

/* The part before that takes all the room of an archive, when a node is one more file of it; NONE. */
static size_t archive_of(const struct finder *f, const struct step *step)
{
	const struct draw_plan *plan = f->plan;
	size_t before = step->room == DRAW_NONE ? plan->lanes[step->lane].last
						: plan->parts[step->room].last;

	if (before == DRAW_NONE || igdrom_firmware_node_kind(step->node) != IGDROM_NODE_ENTRY ||
	    igdrom_firmware_node_kind(plan->parts[before].node) != IGDROM_NODE_ENTRY)
		return DRAW_NONE;
	return before;
}

static void draw_step(struct finder *f, struct step *step)
{
	size_t archive;

	if (add_part(f->plan, step->node, step->lane, step->room)) {
		step->room = step->part = f->plan->part_count - 1;
		return;
	}
	archive = archive_of(f, step);
	if (archive == DRAW_NONE) {
		step->hidden = true;
		return;
	}
	step->part = archive;
	f->plan->parts[archive].others++;
}

static void place(struct finder *f, struct step *step)
{
	const struct step *above = &f->steps[step->parent];
	const struct thing *thing;

	step->hidden = above->hidden;
	step->part = above->part;
	step->room = above->room;
	step->lane = above->lane;
	if (step == f->steps) {
		step->part = DRAW_NONE;
		step->room = DRAW_NONE;
		step->lane = 0;
	}
	if (!step->hidden && is_drawn(f, step))
		draw_step(f, step);
	thing = thing_at(f, step->node);
	if (thing)
		mark(f->plan, step->part, thing);
	if (step->hidden || !igdrom_firmware_node_is_decoded(step->node))
		return;
	if (step->holds)
		open_lane(f, step);
	else
		step->hidden = true;
}

/* A container that unpacks to something keeps its own kind. */
static void mend_kinds(struct draw_plan *plan)
{
	for (size_t i = 0; i < plan->part_count; i++) {
		struct draw_part *part = &plan->parts[i];

		if (part->kind == DRAW_PACKED && part->first != DRAW_NONE)
			part->kind = DRAW_FRAME;
	}
}

static enum igdrom_status allocate(struct finder *f)
{
	size_t nodes = igdrom_firmware_node_count(f->plan->firmware);

	f->step_count = nodes;
	f->steps = calloc(nodes, sizeof(*f->steps));
	f->plan->parts = calloc(nodes, sizeof(*f->plan->parts));
	f->plan->lanes = calloc(nodes + 1, sizeof(*f->plan->lanes));
	return f->steps && f->plan->parts && f->plan->lanes ? list_things(f) : IGDROM_E_NOMEM;
}

enum igdrom_status draw_find_parts(const struct igdrom_contents *contents, struct draw_plan *plan)
{
	struct finder f = {.plan = plan};
	enum igdrom_status status;

	*plan = (struct draw_plan){.contents = contents,
				   .firmware = igdrom_contents_firmware(contents)};
	status = allocate(&f);
	if (status == IGDROM_OK) {
		plan->lanes[plan->lane_count++] = (struct draw_lane){
			.part = DRAW_NONE,
			.first = DRAW_NONE,
			.last = DRAW_NONE,
			.size = igdrom_firmware_node_bytes(igdrom_firmware_root(plan->firmware))
					.size,
		};
		read_tree(&f);
		for (size_t i = 0; i < f.step_count; i++)
			place(&f, &f.steps[i]);
		mend_kinds(plan);
	}
	free(f.steps);
	free(f.things);
	if (status != IGDROM_OK)
		draw_free(plan);
	return status;
}

void draw_free(struct draw_plan *plan)
{
	free(plan->parts);
	free(plan->lanes);
	*plan = (struct draw_plan){0};
}
