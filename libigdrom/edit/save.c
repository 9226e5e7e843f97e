/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes the image anew from the changed volumes up to the root. */
#include "edit/edit.h"

#include <stdlib.h>
#include <string.h>

struct igdrom_bytes edit_bytes_of(const struct edit_work *work,
				  const struct igdrom_firmware_node *node)
{
	for (size_t i = 0; i < work->count; i++) {
		if (work->parts[i].node == node && work->parts[i].bytes.data)
			return work->parts[i].bytes;
	}
	return igdrom_firmware_node_bytes(node);
}

void edit_drop_children(struct edit_work *work, const struct igdrom_firmware_node *node)
{
	for (size_t i = 0; i < work->count; i++) {
		if (work->parts[i].node->parent == node)
			igdrom_bytes_free(&work->parts[i].bytes);
	}
}

static bool has_part(const struct edit_work *work, const struct igdrom_firmware_node *node)
{
	for (size_t i = 0; i < work->count; i++) {
		if (work->parts[i].node == node)
			return true;
	}
	return false;
}

static int deepest_first(const void *a, const void *b)
{
	const struct edit_part *left = a, *right = b;

	return (left->node->depth < right->node->depth) - (left->node->depth > right->node->depth);
}

/* All volumes with changes, and what they lie in. */
static enum igdrom_status collect(struct edit_work *work)
{
	const struct igdrom_edit *edit = work->edit;
	size_t room = 0;

	for (size_t i = 0; i < edit->count; i++)
		room += edit->changes[i].volume->depth + 1;
	work->parts = calloc(room, sizeof(*work->parts));
	if (!work->parts)
		return IGDROM_E_NOMEM;
	for (size_t i = 0; i < edit->count; i++) {
		const struct igdrom_firmware_node *n = edit->changes[i].volume;

		for (; n && !has_part(work, n); n = n->parent) {
			work->parts[work->count++].node = n;
			work->pace.total += n->decoded ? n->decoded->size : 0;
		}
	}
	qsort(work->parts, work->count, sizeof(*work->parts), deepest_first);
	return IGDROM_OK;
}

/* What is neither volume, file nor section: its parts have kept their sizes. */
static enum igdrom_status put_in_place(const struct edit_work *work,
				       const struct igdrom_firmware_node *node,
				       struct igdrom_bytes *out)
{
	struct igdrom_bytes old = igdrom_firmware_node_bytes(node);

	uint8_t *copy = malloc(old.size ? old.size : 1);

	if (!copy)
		return IGDROM_E_NOMEM;
	*out = (struct igdrom_bytes){copy, old.size};
	memcpy(copy, old.data, old.size);
	for (const struct igdrom_firmware_node *n = node->first; n; n = n->next) {
		struct igdrom_bytes bytes = edit_bytes_of(work, n);

		if (n->stream != node->stream || bytes.size != n->size)
			return IGDROM_E_INTERNAL;
		memcpy(copy + (n->offset - node->offset), bytes.data, bytes.size);
	}
	return IGDROM_OK;
}

/* A file or sections by themselves, as tools extract them: with them the image changes its size. */
static bool is_extracted(const struct igdrom_firmware_node *node)
{
	return node->kind == IGDROM_NODE_IMAGE && node->first &&
	       (node->first->kind == IGDROM_NODE_FILE || node->first->kind == IGDROM_NODE_SECTION);
}

static enum igdrom_status make(struct edit_work *work, struct edit_part *part)
{
	if (is_extracted(part->node))
		return edit_enclose(work, part->node, &part->bytes);
	switch (part->node->kind) {
	case IGDROM_NODE_VOLUME:
		return edit_has_files(part->node) ? edit_lay_out(work, part->node, &part->bytes)
						  : put_in_place(work, part->node, &part->bytes);
	case IGDROM_NODE_FILE:
	case IGDROM_NODE_SECTION:
		return edit_enclose(work, part->node, &part->bytes);
	default:
		return put_in_place(work, part->node, &part->bytes);
	}
}

/* Makes all parts, the last of which is the image. */
static enum igdrom_status make_all(struct edit_work *work)
{
	enum igdrom_status status = IGDROM_OK;

	for (size_t i = 0; i < work->count && status == IGDROM_OK; i++) {
		const struct igdrom_firmware_node *node = work->parts[i].node;

		status = make(work, &work->parts[i]);
		edit_drop_children(work, node);
		work->pace.before += node->decoded ? node->decoded->size : 0;
	}
	return status;
}

enum igdrom_status igdrom_edit_save(const struct igdrom_edit *edit,
				    const struct igdrom_limits *limits,
				    struct igdrom_report *report, struct igdrom_bytes *out)
{
	struct edit_work work = {
		.edit = edit,
		.report = report,
		.pace = {.limits = limits},
		.encodable = igdrom_limits_get(limits, IGDROM_LIMIT_EXPANDED_BYTES),
	};
	struct edit_part whole = {0};
	enum igdrom_status status;

	if (out)
		*out = (struct igdrom_bytes){0};
	if (!edit || !out)
		return IGDROM_E_INVAL;
	if (edit->count == 0) {
		whole.node = igdrom_firmware_root(edit->firmware);
		status = put_in_place(&work, whole.node, out);
		if (status != IGDROM_OK)
			igdrom_bytes_free(out);
		return status;
	}
	status = collect(&work);
	if (status == IGDROM_OK)
		status = make_all(&work);
	if (status == IGDROM_OK) {
		*out = work.parts[work.count - 1].bytes;
		work.parts[work.count - 1].bytes.data = NULL;
		edit_say_consequences(edit, report);
	}
	for (size_t i = 0; i < work.count; i++)
		igdrom_bytes_free(&work.parts[i].bytes);
	free(work.parts);
	return status;
}
