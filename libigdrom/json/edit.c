/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

#include "core/digest.h"

#include <stdio.h>

#define GUID_TEXT_BYTES 37
#define FILE_HEADER     24

/* The name at the start of a file (UEFI 2.10 appendix A). */
static void file_guid(struct igdrom_bytes file, char out[GUID_TEXT_BYTES])
{
	const uint8_t *g = file.data;

	snprintf(out, GUID_TEXT_BYTES,
		 "%02X%02X%02X%02X-%02X%02X-%02X%02X-%02X%02X-%02X%02X%02X%02X%02X%02X", g[3], g[2],
		 g[1], g[0], g[5], g[4], g[7], g[6], g[8], g[9], g[10], g[11], g[12], g[13], g[14],
		 g[15]);
}

static void add_change(struct json *json, cJSON *list, const struct igdrom_edit *edit, size_t index)
{
	const struct igdrom_firmware_node *volume = igdrom_edit_volume(edit, index);
	const struct igdrom_firmware_node *old = igdrom_edit_target(edit, index);
	struct igdrom_bytes file = igdrom_edit_file(edit, index);
	cJSON *object = json_object(json, list, NULL);
	char guid[GUID_TEXT_BYTES];

	json_text(json, object, "verb", igdrom_edit_verb(edit, index));
	if (file.size >= FILE_HEADER) {
		file_guid(file, guid);
		json_text(json, object, "guid", guid);
		json_number(json, object, "size", file.size);
	} else {
		json_null(json, object, "guid");
		json_null(json, object, "size");
	}
	json_text(json, object, "old_guid", igdrom_firmware_node_guid(old));
	if (old)
		json_number(json, object, "old_size", igdrom_firmware_node_bytes(old).size);
	else
		json_null(json, object, "old_size");
	json_text(json, object, "volume", igdrom_firmware_node_guid(volume));
	json_number(json, object, "room", igdrom_edit_room(volume));
}

enum igdrom_status igdrom_edit_to_json(const struct igdrom_edit *edit, const void *image,
				       size_t size, const char *file,
				       const struct igdrom_report *report, char **out)
{
	char sha256[DIGEST_SHA256_HEX];
	struct json json;
	cJSON *list;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!edit || !image)
		return IGDROM_E_INVAL;
	json_start(&json);
	digest_sha256_hex(image, size, sha256);
	json_text(&json, json.root, "file", file);
	json_number(&json, json.root, "size", size);
	json_text(&json, json.root, "sha256", sha256);
	list = json_array(&json, json.root, "changes");
	for (size_t i = 0; i < igdrom_edit_count(edit); i++)
		add_change(&json, list, edit, i);
	return json_finish(&json, report, out);
}
