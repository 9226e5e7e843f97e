/* SPDX-License-Identifier: BSD-2-Clause */
/* What was found in a file: drivers, tables, video BIOSes, and the files they were written to. */
#include "json/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NONE SIZE_MAX

/* A document about things that were found. */
struct view {
	const struct igdrom_contents *contents;
	const struct igdrom_found *const *found; /* NULL: all */
	size_t count;
	unsigned forms; /* that were written */
	const char *directory;
	bool choice; /* a device was named */
	size_t best_gop, best_vbt;
};

static bool is_in(const struct view *view, const struct igdrom_found *found)
{
	for (size_t i = 0; view->found && i < view->count; i++) {
		if (view->found[i] == found)
			return true;
	}
	return !view->found;
}

/* "DIRECTORY/NAME"; null when that form was not written. */
static void add_file(struct json *json, cJSON *object, const char *key, const struct view *view,
		     const struct igdrom_found *found, enum igdrom_form form)
{
	char *name = NULL, *path;
	enum igdrom_status status = IGDROM_E_NOT_FOUND;
	size_t room;

	if (view->forms & 1u << form)
		status = igdrom_found_file_name(found, form, &name);
	if (status == IGDROM_E_NOT_FOUND) {
		json_null(json, object, key);
		return;
	}
	room = (view->directory ? strlen(view->directory) + 1 : 0) + (name ? strlen(name) : 0) + 1;
	path = status == IGDROM_OK ? malloc(room) : NULL;
	if (path) {
		snprintf(path, room, "%s%s%s", view->directory ? view->directory : "",
			 view->directory ? "/" : "", name);
		json_text(json, object, key, path);
	} else {
		json->failed = true;
	}
	free(path);
	igdrom_string_free(name);
}

void json_places(struct json *json, cJSON *object, const struct igdrom_found *found)
{
	cJSON *others;

	json_word(json, object, "path", igdrom_found_path(found, 0));
	json_text(json, object, "guid", igdrom_found_guid(found, 0));
	json_text(json, object, "name", igdrom_found_name(found, 0));
	json_text(json, object, "origin", igdrom_origin_name(igdrom_found_origin(found)));
	others = json_array(json, object, "other_paths");
	for (size_t i = 1; i < igdrom_found_place_count(found); i++)
		json_text(json, others, NULL, igdrom_found_path(found, i));
}

static cJSON *add_found(struct json *json, cJSON *array, const struct view *view,
			const struct igdrom_found *found, bool chosen)
{
	cJSON *object = json_object(json, array, NULL);

	add_file(json, object, "file", view, found, IGDROM_FORM_BARE);
	add_file(json, object, "stored_file", view, found, IGDROM_FORM_STORED);
	add_file(json, object, "ffs_file", view, found, IGDROM_FORM_FFS);
	json_places(json, object, found);
	if (view->choice)
		json_bool(json, object, "chosen", chosen);
	else
		json_null(json, object, "chosen");
	return object;
}

static void add_digest(struct json *json, cJSON *object, const struct igdrom_found *found)
{
	struct igdrom_bytes bytes;

	if (igdrom_found_bytes(found, IGDROM_FORM_BARE, &bytes) == IGDROM_OK)
		json_number(json, object, "size", bytes.size);
	else
		json_null(json, object, "size");
	json_text(json, object, "sha256", igdrom_found_sha256(found));
}

static void add_gops(struct json *json, const struct view *view)
{
	cJSON *array = json_array(json, json->root, "gops");

	for (size_t i = 0; i < igdrom_contents_gop_count(view->contents); i++) {
		const struct igdrom_found *found = igdrom_contents_gop_found(view->contents, i);

		if (is_in(view, found))
			json_gop(json, add_found(json, array, view, found, i == view->best_gop),
				 igdrom_contents_gop_at(view->contents, i));
	}
}

static void add_vbts(struct json *json, const struct view *view)
{
	cJSON *array = json_array(json, json->root, "vbts");

	for (size_t i = 0; i < igdrom_contents_vbt_count(view->contents); i++) {
		const struct igdrom_found *found = igdrom_contents_vbt_found(view->contents, i);
		const struct igdrom_vbt *vbt = igdrom_contents_vbt_at(view->contents, i);
		cJSON *object;

		if (!is_in(view, found))
			continue;
		object = add_found(json, array, view, found, i == view->best_vbt);
		json_text(json, object, "signature", igdrom_vbt_signature(vbt));
		json_number(json, object, "bdb_version", igdrom_vbt_bdb_version(vbt));
		json_bool(json, object, "checksum_ok", igdrom_vbt_checksum_ok(vbt));
		add_digest(json, object, found);
	}
}

static void add_vbioses(struct json *json, const struct view *view)
{
	cJSON *array = json_array(json, json->root, "vbioses");

	for (size_t i = 0; i < igdrom_contents_vbios_count(view->contents); i++) {
		const struct igdrom_found *found = igdrom_contents_vbios_found(view->contents, i);

		if (is_in(view, found))
			add_digest(json, add_found(json, array, view, found, false), found);
	}
}

static void choose(struct json *json, struct view *view, uint16_t device_id)
{
	view->choice = device_id != 0;
	view->best_gop = NONE;
	view->best_vbt = NONE;
	if (!view->choice) {
		json_null(json, json->root, "device_id");
		return;
	}
	json_id(json, json->root, "device_id", device_id);
	if (igdrom_contents_choose_gop(view->contents, device_id, NULL, &view->best_gop) !=
	    IGDROM_OK)
		view->best_gop = NONE;
	if (igdrom_contents_choose_vbt(view->contents, device_id, NULL, &view->best_vbt) !=
	    IGDROM_OK)
		view->best_vbt = NONE;
}

static void add_all(struct json *json, struct view *view, uint16_t device_id)
{
	choose(json, view, device_id);
	add_gops(json, view);
	add_vbts(json, view);
	add_vbioses(json, view);
}

enum igdrom_status igdrom_contents_firmware_to_json(const struct igdrom_contents *contents,
						    uint16_t device_id,
						    const struct igdrom_report *report, char **out)
{
	const struct igdrom_firmware *firmware = igdrom_contents_firmware(contents);
	struct view view = {.contents = contents};
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!contents)
		return IGDROM_E_INVAL;
	if (!firmware)
		return IGDROM_E_NOT_FOUND;
	json_start(&json);
	add_all(&json, &view, device_id);
	json_firmware(&json, firmware, contents);
	return json_finish(&json, report, out);
}

enum igdrom_status igdrom_extract_to_json(const struct igdrom_contents *contents,
					  uint16_t device_id,
					  const struct igdrom_found *const *found, size_t count,
					  unsigned forms, const char *directory,
					  const struct igdrom_report *report, char **out)
{
	static const struct igdrom_found *const nothing;
	struct view view = {
		.contents = contents,
		.found = found ? found : &nothing,
		.count = found ? count : 0,
		.forms = forms,
		.directory = directory,
	};
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!contents || (count && !found))
		return IGDROM_E_INVAL;
	json_start(&json);
	json_text(&json, json.root, "file_kind",
		  igdrom_file_kind_name(igdrom_contents_kind(contents)));
	add_all(&json, &view, device_id);
	return json_finish(&json, report, out);
}
