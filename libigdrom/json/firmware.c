/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

/* Deepest nesting of nodes in a document: readers of JSON have limits of their own. */
#define DEPTH_MAX 128

static void add_node(struct json *json, cJSON *object, const struct igdrom_firmware_node *node)
{
	json_text(json, object, "kind", igdrom_node_kind_name(igdrom_firmware_node_kind(node)));
	json_word(json, object, "type", igdrom_firmware_node_type(node));
	json_number(json, object, "type_number", igdrom_firmware_node_type_number(node));
	json_text(json, object, "guid", igdrom_firmware_node_guid(node));
	json_text(json, object, "name", igdrom_firmware_node_name(node));
	json_number(json, object, "offset", igdrom_firmware_node_offset(node));
	json_number(json, object, "file_offset", igdrom_firmware_node_file_offset(node));
	json_bool(json, object, "in_file", igdrom_firmware_node_in_file(node));
	json_number(json, object, "size", igdrom_firmware_node_bytes(node).size);
	json_text(json, object, "compression", igdrom_firmware_node_compression(node));
	if (igdrom_firmware_node_is_decoded(node))
		json_number(json, object, "decoded_size", igdrom_firmware_node_decoded(node).size);
	else
		json_null(json, object, "decoded_size");
}

/* Nested as the nodes are, by a stack of its own: the depth of the image decides on no call. */
void json_firmware(struct json *json, const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *above[DEPTH_MAX];
	cJSON *children[DEPTH_MAX];
	size_t depth = 0;

	json_number(json, json->root, "size",
		    igdrom_firmware_node_bytes(igdrom_firmware_root(firmware)).size);
	json_number(json, json->root, "decoded_size", igdrom_firmware_decoded_size(firmware));
	json_number(json, json->root, "node_count", igdrom_firmware_node_count(firmware));
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
		depth = level;
		if (depth == DEPTH_MAX) {
			json_null(json, object, "children");
			continue;
		}
		above[depth] = node;
		children[depth++] = json_array(json, object, "children");
	}
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
	json_firmware(&json, firmware);
	return json_finish(&json, report, out);
}
