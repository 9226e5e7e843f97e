/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

#include <igdrom/host.h>

static void add_gops(struct json *json, const struct igdrom_contents *contents)
{
	cJSON *array = json_array(json, json->root, "gops");

	for (size_t i = 0; i < igdrom_contents_gop_count(contents); i++) {
		const struct igdrom_found *found = igdrom_contents_gop_found(contents, i);
		const struct igdrom_gop *gop = igdrom_contents_gop_at(contents, i);
		cJSON *entry = json_object(json, array, NULL);
		cJSON *ids;

		json_text(json, entry, "path", igdrom_found_path(found, 0));
		json_text(json, entry, "name", igdrom_found_name(found, 0));
		json_word(json, entry, "version", igdrom_gop_version(gop));
		ids = json_array(json, entry, "device_ids");
		for (size_t k = 0; k < igdrom_gop_device_count(gop); k++)
			json_id(json, ids, NULL, igdrom_gop_device_at(gop, k));
		json_text(json, entry, "sha256", igdrom_found_sha256(found));
	}
}

static void add_vbts(struct json *json, const struct igdrom_contents *contents)
{
	cJSON *array = json_array(json, json->root, "vbts");

	for (size_t i = 0; i < igdrom_contents_vbt_count(contents); i++) {
		const struct igdrom_vbt *vbt = igdrom_contents_vbt_at(contents, i);
		cJSON *entry = json_object(json, array, NULL);

		json_text(json, entry, "path",
			  igdrom_found_path(igdrom_contents_vbt_found(contents, i), 0));
		json_text(json, entry, "signature", igdrom_vbt_signature(vbt));
		json_number(json, entry, "bdb_version", igdrom_vbt_bdb_version(vbt));
		json_number(json, entry, "size", igdrom_vbt_size(vbt));
		json_text(json, entry, "sha256", igdrom_vbt_sha256(vbt));
	}
}

enum igdrom_status igdrom_dump_to_json(const struct igdrom_dump *dump,
				       const struct igdrom_contents *contents, const char *file,
				       const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!dump)
		return IGDROM_E_INVAL;
	json_start(&json);
	json_text(&json, json.root, "what", igdrom_dump_kind_name(igdrom_dump_what(dump)));
	json_text(&json, json.root, "source", igdrom_dump_source(dump));
	json_text(&json, json.root, "file", file);
	json_number(&json, json.root, "size", igdrom_dump_bytes(dump).size);
	json_text(&json, json.root, "sha256", igdrom_dump_sha256(dump));
	if (contents) {
		add_gops(&json, contents);
		add_vbts(&json, contents);
	} else {
		json_null(&json, json.root, "gops");
		json_null(&json, json.root, "vbts");
	}
	return json_finish(&json, report, out);
}
