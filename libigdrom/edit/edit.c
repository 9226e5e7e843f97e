/* SPDX-License-Identifier: BSD-2-Clause */
#include "edit/edit.h"

#include <stdlib.h>
#include <string.h>

enum igdrom_status igdrom_edit_new(const struct igdrom_firmware *firmware, unsigned flags,
				   struct igdrom_edit **out)
{
	if (out)
		*out = NULL;
	if (!firmware || !out || flags & ~(unsigned)IGDROM_EDIT_VENDOR)
		return IGDROM_E_INVAL;
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return IGDROM_E_NOMEM;
	(*out)->firmware = firmware;
	(*out)->flags = flags;
	return IGDROM_OK;
}

void igdrom_edit_free(struct igdrom_edit *edit)
{
	if (!edit)
		return;
	for (size_t i = 0; i < edit->count; i++)
		igdrom_bytes_free(&edit->changes[i].file);
	free(edit);
}

bool edit_is_in(const struct igdrom_firmware_node *node, const struct igdrom_firmware *firmware)
{
	while (node->parent)
		node = node->parent;
	return node == igdrom_firmware_root(firmware);
}

static bool is_file(const struct igdrom_firmware_node *node)
{
	return node->kind == IGDROM_NODE_FILE && node->parent &&
	       node->parent->kind == IGDROM_NODE_VOLUME;
}

/* The change that is about a file already. */
static const struct edit_change *change_of(const struct igdrom_edit *edit,
					   const struct igdrom_firmware_node *file)
{
	for (size_t i = 0; i < edit->count; i++) {
		if (edit->changes[i].kind != EDIT_INSERT && edit->changes[i].target == file)
			return &edit->changes[i];
	}
	return NULL;
}

static bool has_name(const struct igdrom_firmware_node *file, const uint8_t guid[FW_GUID_SIZE])
{
	return memcmp(file->stream->data + file->offset, guid, FW_GUID_SIZE) == 0;
}

/* Whether a volume will have a file of this name; pad files all have the same. */
static bool has_file(const struct igdrom_edit *edit, const struct igdrom_firmware_node *volume,
		     const uint8_t guid[FW_GUID_SIZE])
{
	for (const struct igdrom_firmware_node *n = volume->first; n; n = n->next) {
		if (n->kind == IGDROM_NODE_FILE && n->guid && !change_of(edit, n) &&
		    has_name(n, guid))
			return true;
	}
	for (size_t i = 0; i < edit->count; i++) {
		const struct edit_change *change = &edit->changes[i];

		if (change->volume == volume && change->kind != EDIT_REMOVE &&
		    memcmp(change->file.data, guid, FW_GUID_SIZE) == 0)
			return true;
	}
	return false;
}

static bool is_above(const struct igdrom_firmware_node *node,
		     const struct igdrom_firmware_node *below)
{
	while (below && below != node)
		below = below->parent;
	return below != NULL;
}

/* Whether a change is inside of a file that another one replaces or takes out, or about one that has
 * changes inside. */
static bool contradicts(const struct igdrom_edit *edit, const struct edit_change *change)
{
	for (size_t i = 0; i < edit->count; i++) {
		const struct edit_change *other = &edit->changes[i];

		if (other->kind != EDIT_INSERT && is_above(other->target, change->volume))
			return true;
		if (change->kind != EDIT_INSERT && is_above(change->target, other->volume))
			return true;
	}
	return change->kind != EDIT_INSERT && change_of(edit, change->target);
}

static enum igdrom_status add_change(struct igdrom_edit *edit, const struct edit_change *change,
				     const void *file, size_t size, struct igdrom_report *report)
{
	struct edit_change *added = &edit->changes[edit->count];
	enum igdrom_status status;
	uint8_t *copy;
	bool same;

	if (!edit_is_in(change->volume, edit->firmware))
		return IGDROM_E_INVAL;
	if (contradicts(edit, change))
		return IGDROM_E_EXISTS;
	if (edit->count == EDIT_MAX_CHANGES)
		return IGDROM_E_LIMIT;
	if (!edit_is_allowed(edit, change->volume, report))
		return IGDROM_E_REFUSED;
	status = file ? edit_check_file(change, file, size, report) : IGDROM_OK;
	if (status != IGDROM_OK)
		return status;
	/* What takes the place of a file may keep its name. */
	same = change->kind == EDIT_REPLACE && has_name(change->target, file);
	if (file && !same && has_file(edit, change->volume, file)) {
		report_add(report, FINDING_EDIT_FILE_EXISTS, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(change->volume->guid)));
		return IGDROM_E_EXISTS;
	}
	*added = *change;
	if (file) {
		copy = malloc(size);
		if (!copy)
			return IGDROM_E_NOMEM;
		memcpy(copy, file, size);
		added->file = (struct igdrom_bytes){copy, size};
	}
	if (change->kind != EDIT_INSERT && !same)
		edit_warn_of_apriori(change->target, report);
	edit->count++;
	return IGDROM_OK;
}

enum igdrom_status igdrom_edit_insert(struct igdrom_edit *edit,
				      const struct igdrom_firmware_node *where, const void *file,
				      size_t size, struct igdrom_report *report)
{
	struct edit_change change = {.kind = EDIT_INSERT};

	if (!edit || !where || !file || (where->kind != IGDROM_NODE_VOLUME && !is_file(where)))
		return IGDROM_E_INVAL;
	change.volume = where->kind == IGDROM_NODE_VOLUME ? where : where->parent;
	change.target = where->kind == IGDROM_NODE_VOLUME ? NULL : where;
	return add_change(edit, &change, file, size, report);
}

enum igdrom_status igdrom_edit_replace(struct igdrom_edit *edit,
				       const struct igdrom_firmware_node *target, const void *file,
				       size_t size, struct igdrom_report *report)
{
	struct edit_change change = {.kind = EDIT_REPLACE, .target = target};

	if (!edit || !target || !file || !is_file(target))
		return IGDROM_E_INVAL;
	change.volume = target->parent;
	return add_change(edit, &change, file, size, report);
}

enum igdrom_status igdrom_edit_remove(struct igdrom_edit *edit,
				      const struct igdrom_firmware_node *target,
				      struct igdrom_report *report)
{
	struct edit_change change = {.kind = EDIT_REMOVE, .target = target};

	if (!edit || !target || !is_file(target))
		return IGDROM_E_INVAL;
	if (!edit_can_miss(target, report))
		return IGDROM_E_REFUSED;
	change.volume = target->parent;
	return add_change(edit, &change, NULL, 0, report);
}

const struct igdrom_firmware_node *igdrom_edit_driver_volume(const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *found = NULL;

	if (!firmware)
		return NULL;
	for (const struct igdrom_firmware_node *n = igdrom_firmware_root(firmware); n;
	     n = igdrom_firmware_node_walk(n)) {
		if (!is_file(n) || n->type_number != EDIT_TYPE_DXE_CORE || n->parent == found)
			continue;
		if (found)
			return NULL;
		found = n->parent;
	}
	return found;
}

uint64_t igdrom_edit_room(const struct igdrom_firmware_node *volume)
{
	if (!volume || volume->kind != IGDROM_NODE_VOLUME || !volume->last ||
	    volume->last->kind != IGDROM_NODE_FREE_SPACE)
		return 0;
	return volume->last->size;
}

size_t igdrom_edit_count(const struct igdrom_edit *edit)
{
	return edit ? edit->count : 0;
}

static const struct edit_change *change_at(const struct igdrom_edit *edit, size_t index)
{
	return edit && index < edit->count ? &edit->changes[index] : NULL;
}

const char *igdrom_edit_verb(const struct igdrom_edit *edit, size_t index)
{
	static const char *const verbs[] = {"insert", "replace", "remove"};
	const struct edit_change *change = change_at(edit, index);

	return change ? verbs[change->kind] : NULL;
}

const struct igdrom_firmware_node *igdrom_edit_volume(const struct igdrom_edit *edit, size_t index)
{
	const struct edit_change *change = change_at(edit, index);

	return change ? change->volume : NULL;
}

const struct igdrom_firmware_node *igdrom_edit_target(const struct igdrom_edit *edit, size_t index)
{
	const struct edit_change *change = change_at(edit, index);

	return change && change->kind != EDIT_INSERT ? change->target : NULL;
}

struct igdrom_bytes igdrom_edit_file(const struct igdrom_edit *edit, size_t index)
{
	const struct edit_change *change = change_at(edit, index);

	return change ? change->file : (struct igdrom_bytes){0};
}
