/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

#include <stdlib.h>
#include <string.h>

/* Deepest nesting of nodes in a document: readers of JSON have limits of their own. */
#define DEPTH_MAX 128

/* What was found in a node. */
struct holding {
	const struct igdrom_firmware_node *node;
	const char *array; /* that lists it */
	size_t index;
};

struct holdings {
	struct holding *list; /* by node */
	size_t count, room;
};

static int by_node(const void *a, const void *b)
{
	const struct holding *left = a, *right = b;
	uintptr_t l = (uintptr_t)left->node, r = (uintptr_t)right->node;
	int order = strcmp(left->array, right->array);

	if (l != r)
		return l < r ? -1 : 1;
	if (order)
		return order;
	return (left->index > right->index) - (left->index < right->index);
}

static void hold(struct json *json, struct holdings *all, const struct igdrom_found *found,
		 const char *array, size_t index)
{
	for (size_t i = 0; i < igdrom_found_place_count(found); i++) {
		if (all->count == all->room) {
			size_t room = all->room ? 2 * all->room : 16;
			struct holding *list = realloc(all->list, room * sizeof(*list));

			json->failed |= !list;
			if (!list)
				return;
			all->list = list;
			all->room = room;
		}
		all->list[all->count++] =
			(struct holding){igdrom_found_node(found, i), array, index};
	}
}

static void hold_all(struct json *json, struct holdings *all,
		     const struct igdrom_contents *contents)
{
	for (size_t i = 0; i < igdrom_contents_gop_count(contents); i++)
		hold(json, all, igdrom_contents_gop_found(contents, i), "gops", i);
	for (size_t i = 0; i < igdrom_contents_vbt_count(contents); i++)
		hold(json, all, igdrom_contents_vbt_found(contents, i), "vbts", i);
	for (size_t i = 0; i < igdrom_contents_vbios_count(contents); i++)
		hold(json, all, igdrom_contents_vbios_found(contents, i), "vbioses", i);
	if (all->count)
		qsort(all->list, all->count, sizeof(*all->list), by_node);
}

/* The first of a node; they are in a row. */
static size_t first_of(const struct holdings *all, const struct igdrom_firmware_node *node)
{
	size_t low = 0, high = all->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if ((uintptr_t)all->list[middle].node < (uintptr_t)node)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add_found(struct json *json, cJSON *object, const struct holdings *all,
		      const struct igdrom_firmware_node *node)
{
	cJSON *array = json_array(json, object, "found");

	for (size_t i = first_of(all, node); i < all->count && all->list[i].node == node; i++) {
		cJSON *one = json_object(json, array, NULL);

		json_text(json, one, "in", all->list[i].array);
		json_number(json, one, "index", all->list[i].index);
	}
}

static void add_room(struct json *json, cJSON *object, const struct igdrom_firmware_node *node)
{
	if (igdrom_firmware_node_kind(node) == IGDROM_NODE_VOLUME)
		json_number(json, object, "room", igdrom_edit_room(node));
	else
		json_null(json, object, "room");
}

static void add_node(struct json *json, cJSON *object, const struct igdrom_firmware_node *node)
{
	uint64_t size = igdrom_firmware_node_bytes(node).size;

	json_text(json, object, "kind", igdrom_node_kind_name(igdrom_firmware_node_kind(node)));
	json_word(json, object, "type", igdrom_firmware_node_type(node));
	json_number(json, object, "type_number", igdrom_firmware_node_type_number(node));
	json_text(json, object, "guid", igdrom_firmware_node_guid(node));
	json_text(json, object, "name", igdrom_firmware_node_name(node));
	json_text(json, object, "role", igdrom_firmware_node_role(node));
	json_number(json, object, "offset", igdrom_firmware_node_offset(node));
	json_number(json, object, "file_offset", igdrom_firmware_node_file_offset(node));
	json_bool(json, object, "in_file", igdrom_firmware_node_in_file(node));
	json_number(json, object, "size", size);
	json_number(json, object, "header_size", size - igdrom_firmware_node_body(node).size);
	add_room(json, object, node);
	json_text(json, object, "compression", igdrom_firmware_node_compression(node));
	if (igdrom_firmware_node_is_decoded(node))
		json_number(json, object, "decoded_size", igdrom_firmware_node_decoded(node).size);
	else
		json_null(json, object, "decoded_size");
}

/* The volume around the packed part that a node comes from; NULL: it is not packed. */
static const struct igdrom_firmware_node *volume_around(const struct igdrom_firmware_node *node)
{
	bool packed = false;

	while (node) {
		node = igdrom_firmware_node_parent(node);
		packed |= igdrom_firmware_node_is_decoded(node);
		if (packed && igdrom_firmware_node_kind(node) == IGDROM_NODE_VOLUME)
			return node;
	}
	return NULL;
}

/* Where drivers go, and what bounds it: room in the volume, and behind the packed file around it. */
static void add_driver_volume(struct json *json, const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *volume = igdrom_edit_driver_volume(firmware);
	const struct igdrom_firmware_node *outer = volume_around(volume);
	char *path = NULL;
	cJSON *object;

	if (!volume) {
		json_null(json, json->root, "driver_volume");
		return;
	}
	object = json_object(json, json->root, "driver_volume");
	if (igdrom_firmware_node_path(volume, &path) != IGDROM_OK)
		json->failed = true;
	json_text(json, object, "path", path);
	igdrom_string_free(path);
	add_node(json, object, volume);
	if (outer)
		json_number(json, object, "packed_room", igdrom_edit_room(outer));
	else
		json_null(json, object, "packed_room");
}

/* Nested as the nodes are, by a stack of its own: the depth of the image decides on no call. */
static void add_tree(struct json *json, const struct igdrom_firmware *firmware,
		     const struct holdings *found)
{
	const struct igdrom_firmware_node *above[DEPTH_MAX];
	cJSON *children[DEPTH_MAX];
	size_t depth = 0;

	for (const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware);
	     node && !json->failed; node = igdrom_firmware_node_walk(node)) {
		const struct igdrom_firmware_node *parent = igdrom_firmware_node_parent(node);
		size_t level = depth;
		cJSON *object;

		while (level && above[level - 1] != parent)
			level--;
		if (parent && !level)
			continue; /* below a node that is shown without its children */
		object = parent ? json_object(json, children[level - 1], NULL)
				: json_object(json, json->root, "tree");
		add_node(json, object, node);
		add_found(json, object, found, node);
		depth = level;
		if (depth == DEPTH_MAX) {
			json_null(json, object, "children");
			continue;
		}
		above[depth] = node;
		children[depth++] = json_array(json, object, "children");
	}
}

void json_firmware(struct json *json, const struct igdrom_firmware *firmware,
		   const struct igdrom_contents *contents)
{
	struct holdings found = {0};

	json_number(json, json->root, "size",
		    igdrom_firmware_node_bytes(igdrom_firmware_root(firmware)).size);
	json_number(json, json->root, "decoded_size", igdrom_firmware_decoded_size(firmware));
	json_number(json, json->root, "node_count", igdrom_firmware_node_count(firmware));
	json_bool(json, json->root, "virtual", igdrom_firmware_is_virtual(firmware));
	add_driver_volume(json, firmware);
	hold_all(json, &found, contents);
	add_tree(json, firmware, &found);
	free(found.list);
}

enum igdrom_status igdrom_firmware_to_json(const struct igdrom_firmware *firmware,
					   const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!firmware)
		return IGDROM_E_INVAL;
	json_start(&json);
	json_firmware(&json, firmware, NULL);
	return json_finish(&json, report, out);
}
