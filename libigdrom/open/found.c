/* SPDX-License-Identifier: BSD-2-Clause */
/* Things that were found: each once, with all its places. */
#include "open/internal.h"

#include "core/report.h"

#include <stdio.h>
#include <stdlib.h>

void open_found_free(struct igdrom_found *found)
{
	for (size_t i = 0; i < found->place_count; i++)
		free(found->places[i].path);
	free(found->places);
	free(found->where);
	free(found->file_name);
	igdrom_gop_free(found->gop);
	igdrom_vbt_free(found->vbt);
	free(found);
}

const struct igdrom_firmware_node *open_node_of(const struct igdrom_firmware_node *node,
						enum igdrom_node_kind kind)
{
	while (node && node->kind != kind)
		node = node->parent;
	return node;
}

static char *join(const char *first, const char *separator, const char *second)
{
	size_t size = strlen(first) + strlen(separator) + strlen(second) + 1;
	bool both = *first && *second;
	char *text = malloc(size);

	if (text)
		snprintf(text, size, "%s%s%s", first, both ? separator : "", second);
	return text;
}

/* The way through the tree and on. */
static enum igdrom_status make_path(const struct open_where *where, char **out)
{
	enum igdrom_status status;
	char *path = NULL;

	*out = NULL;
	if (where->node) {
		status = igdrom_firmware_node_path(where->node, &path);
		if (status != IGDROM_OK)
			return status;
	}
	*out = join(path ? path : "", "/", where->step ? where->step : "");
	igdrom_string_free(path);
	return *out ? IGDROM_OK : IGDROM_E_NOMEM;
}

/* What people look for in a tree: the file by its GUID. */
static enum igdrom_status make_where(const struct open_where *where, const char *path, char **out)
{
	const struct igdrom_firmware_node *file = open_node_of(where->node, IGDROM_NODE_FILE);
	const char *step = where->step ? where->step : "";
	char *words;

	if (!file || !file->guid) {
		*out = join(path, "", "");
		return *out ? IGDROM_OK : IGDROM_E_NOMEM;
	}
	words = join(file->guid, " ", file->name ? file->name : "");
	if (!words)
		return IGDROM_E_NOMEM;
	*out = join(words, ", ", step);
	free(words);
	return *out ? IGDROM_OK : IGDROM_E_NOMEM;
}

/* Puts the place behind those that are as good. */
static void insert(struct igdrom_found *found, struct open_place place)
{
	size_t at = found->place_count++;

	for (; at > 0 && found->places[at - 1].origin > place.origin; at--)
		found->places[at] = found->places[at - 1];
	found->places[at] = place;
}

static enum igdrom_status add_place(struct igdrom_found *found, const struct open_where *where)
{
	struct open_place place = {.node = where->node, .origin = where->origin};
	struct open_place *grown;
	enum igdrom_status status;
	char *words = NULL;

	if (found->place_count == OPEN_MAX_PLACES)
		return IGDROM_OK;
	grown = realloc(found->places, (found->place_count + 1) * sizeof(*grown));
	if (!grown)
		return IGDROM_E_NOMEM;
	found->places = grown;
	status = make_path(where, &place.path);
	if (status == IGDROM_OK && (!found->where || place.origin < found->places[0].origin))
		status = make_where(where, place.path, &words);
	if (status != IGDROM_OK) {
		free(place.path);
		return status;
	}
	if (words) {
		free(found->where);
		found->where = words;
	}
	insert(found, place);
	return IGDROM_OK;
}

static struct igdrom_found *find_same(const struct open_search *search, enum open_kind kind,
				      struct igdrom_bytes bytes)
{
	const struct open_list *list = &search->contents->found[kind];

	for (size_t i = 0; i < list->count; i++) {
		struct igdrom_found *found = list->items[i];

		if (found->bytes.size == bytes.size &&
		    !memcmp(found->bytes.data, bytes.data, bytes.size))
			return found;
	}
	return NULL;
}

size_t open_count(const struct igdrom_contents *contents)
{
	size_t count = 0;

	for (size_t kind = 0; kind < OPEN_KIND_COUNT; kind++)
		count += contents->found[kind].count;
	return count;
}

/* A new one at the end of its list; NULL when memory ran out. */
static struct igdrom_found *append(struct igdrom_contents *contents, enum open_kind kind)
{
	struct open_list *list = &contents->found[kind];
	struct igdrom_found *found = calloc(1, sizeof(*found));
	struct igdrom_found **grown =
		realloc(list->items, (list->count + 1) * sizeof(struct igdrom_found *));

	if (grown)
		list->items = grown;
	if (!found || !grown) {
		free(found);
		return NULL;
	}
	found->kind = kind;
	list->items[list->count++] = found;
	return found;
}

static bool is_full(struct open_search *search, enum open_kind kind)
{
	if (search->contents->found[kind].count < OPEN_MAX_FOUND)
		return false;
	if (!search->full_said)
		report_add(search->report, FINDING_OPEN_LIMIT_FOUND, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(OPEN_MAX_FOUND)));
	search->full_said = true;
	return true;
}

enum igdrom_status open_add(struct open_search *search, enum open_kind kind,
			    struct igdrom_bytes bytes, const struct open_where *where,
			    struct igdrom_found **out)
{
	struct igdrom_found *found = find_same(search, kind, bytes);

	*out = NULL;
	if (found)
		return add_place(found, where);
	if (is_full(search, kind))
		return IGDROM_OK;
	found = append(search->contents, kind);
	if (!found)
		return IGDROM_E_NOMEM;
	found->bytes = bytes;
	*out = found;
	return add_place(found, where);
}

enum igdrom_status open_add_gop(struct open_search *search, struct igdrom_bytes bytes,
				struct place place, const struct open_where *where)
{
	struct igdrom_found *found = find_same(search, OPEN_GOP, bytes);
	struct igdrom_gop *gop;
	enum igdrom_status status;

	if (found)
		return add_place(found, where);
	status = gop_read(bytes.data, bytes.size, place, search->report, &gop);
	if (status == IGDROM_E_NOMEM)
		return status;
	if (status != IGDROM_OK) /* other bytes are no fault */
		return IGDROM_OK;
	status = open_add(search, OPEN_GOP, bytes, where, &found);
	if (found)
		found->gop = gop;
	else
		igdrom_gop_free(gop);
	return status;
}
