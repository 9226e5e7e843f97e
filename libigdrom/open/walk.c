/* SPDX-License-Identifier: BSD-2-Clause */
/* From a place in a stream to the node that it lies in. Places come in ascending order, so that all
 * places of a stream together cost one pass over its nodes. */
#include "open/internal.h"

#include <stdio.h>

struct open_walk open_walk_file(const struct igdrom_contents *contents)
{
	struct open_walk walk = {.data = contents->data, .size = contents->size};

	walk.to = walk.size;
	if (!contents->firmware)
		return walk;
	walk.top = walk.node = igdrom_firmware_root(contents->firmware);
	walk.stream = walk.top->stream;
	return walk;
}

struct open_walk open_walk_stream(const struct igdrom_firmware_node *origin)
{
	return (struct open_walk){
		.stream = origin->decoded,
		.top = origin,
		.node = origin,
		.data = origin->decoded->data,
		.size = origin->decoded->size,
		.to = origin->decoded->size,
	};
}

static bool holds(const struct open_walk *walk, const struct igdrom_firmware_node *node, size_t at)
{
	if (node == walk->top)
		return true;
	return at >= node->offset && at - node->offset < node->size;
}

/* The next child in the stream, from `child` on: one may have others in what it decodes to. */
static const struct igdrom_firmware_node *next_here(const struct open_walk *walk,
						    const struct igdrom_firmware_node *child)
{
	while (child && child->stream != walk->stream)
		child = child->next;
	return child;
}

static void pass(struct open_walk *walk, const struct igdrom_firmware_node *child)
{
	size_t end = child->offset + child->size;

	walk->before = child;
	if (end > walk->from)
		walk->from = end;
}

/* Children of walk->node up to the one that has the byte, which is returned, or begins behind it. */
static const struct igdrom_firmware_node *pass_children(struct open_walk *walk, size_t at)
{
	const struct igdrom_firmware_node *child =
		next_here(walk, walk->before ? walk->before->next : walk->node->first);

	while (child && child->offset <= at) {
		if (holds(walk, child, at))
			return child;
		pass(walk, child);
		child = next_here(walk, child->next);
	}
	walk->to = walk->node == walk->top ? walk->size : walk->node->offset + walk->node->size;
	if (child && child->offset < walk->to)
		walk->to = child->offset;
	return NULL;
}

static void enter(struct open_walk *walk, const struct igdrom_firmware_node *node)
{
	walk->node = node;
	walk->before = NULL;
	walk->from = node == walk->top ? 0 : node->offset;
}

void open_walk_to(struct open_walk *walk, size_t at)
{
	const struct igdrom_firmware_node *child;

	if (!walk->stream || (walk->settled && at < walk->to))
		return;
	while (!holds(walk, walk->node, at)) {
		const struct igdrom_firmware_node *left = walk->node;

		enter(walk, left->parent);
		pass(walk, left);
	}
	while ((child = pass_children(walk, at)))
		enter(walk, child);
	walk->settled = true;
}

/* Where the bytes of the node begin. */
static size_t body_of(const struct open_walk *walk)
{
	if (!walk->node || walk->node == walk->top)
		return 0;
	return walk->node->offset + walk->node->header_size;
}

bool open_begins(const struct open_walk *walk, size_t at)
{
	if (at != body_of(walk))
		return false;
	if (!walk->node || walk->node == walk->top)
		return true;
	switch (walk->node->kind) {
	case IGDROM_NODE_ENTRY:
	case IGDROM_NODE_PARTITION:
	case IGDROM_NODE_FILE:
	case IGDROM_NODE_SECTION:
	case IGDROM_NODE_CBFS_FILE:
		return true;
	default:
		return false;
	}
}

void open_step(const struct open_walk *walk, size_t at, char out[OPEN_STEP_BYTES])
{
	size_t begin = body_of(walk);

	out[0] = '\0';
	if (at > begin)
		snprintf(out, OPEN_STEP_BYTES, "at 0x%zx", at - begin);
}
