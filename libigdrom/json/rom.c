/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

#include "core/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct igdrom_manifest_entry *entry_of(const struct igdrom_rom *rom, size_t index)
{
	const struct igdrom_manifest *manifest = igdrom_rom_manifest(rom);

	for (size_t i = 0; manifest && i < igdrom_manifest_count(manifest); i++) {
		const struct igdrom_manifest_entry *entry = igdrom_manifest_at(manifest, i);

		if (igdrom_manifest_entry_image(entry) == index)
			return entry;
	}
	return NULL;
}

static void add_header(struct json *json, cJSON *object, const struct igdrom_rom_image *image)
{
	uint8_t code_type = igdrom_rom_image_code_type(image);
	bool efi = code_type == IGDROM_CODE_TYPE_EFI;
	cJSON *list;

	json_number(json, object, "code_type", code_type);
	json_text(json, object, "code_type_name", igdrom_code_type_name(code_type));
	json_id(json, object, "vendor_id", igdrom_rom_image_vendor_id(image));
	json_id(json, object, "device_id", igdrom_rom_image_device_id(image));
	list = json_array(json, object, "device_list");
	for (size_t i = 0; i < igdrom_rom_image_device_list_count(image); i++)
		json_id(json, list, NULL, igdrom_rom_image_device_list_at(image, i));
	json_hex(json, object, "class_code", igdrom_rom_image_class_code(image), 6);
	json_number(json, object, "code_revision", igdrom_rom_image_code_revision(image));
	json_number(json, object, "pcir_revision", igdrom_rom_image_pcir_revision(image));
	json_number(json, object, "pcir_offset", igdrom_rom_image_pcir_offset(image));
	json_bool(json, object, "compressed", igdrom_rom_image_compressed(image));
	json_bool(json, object, "last", igdrom_rom_image_last(image));
	if (efi) {
		json_hex(json, object, "machine", igdrom_rom_image_machine(image), 4);
		json_number(json, object, "subsystem", igdrom_rom_image_subsystem(image));
	} else {
		json_null(json, object, "machine");
		json_null(json, object, "subsystem");
	}
}

static void add_payload(struct json *json, cJSON *object, const struct igdrom_rom_image *image)
{
	struct igdrom_bytes payload;
	struct igdrom_gop *gop = NULL;
	enum igdrom_status status = igdrom_rom_image_payload(image, &payload);

	if (status == IGDROM_OK)
		json_number(json, object, "payload_size", payload.size);
	else
		json_null(json, object, "payload_size");
	json_text(json, object, "payload_sha256", igdrom_rom_image_payload_sha256(image));
	if (status == IGDROM_OK && igdrom_rom_image_code_type(image) != IGDROM_CODE_TYPE_LEGACY)
		status = igdrom_gop_identify(payload.data, payload.size, NULL, &gop);
	if (status == IGDROM_E_NOMEM)
		json->failed = true;
	if (gop)
		json_gop(json, json_object(json, object, "gop"), gop);
	else
		json_null(json, object, "gop");
	igdrom_gop_free(gop);
}

static void add_provides(struct json *json, cJSON *object, unsigned provides)
{
	cJSON *array = json_array(json, object, "provides");

	if (provides & IGDROM_PROVIDES_OPREGION)
		json_text(json, array, NULL, "opregion");
	if (provides & IGDROM_PROVIDES_GOP_POLICY)
		json_text(json, array, NULL, "gop-policy");
}

static void add_image(struct json *json, cJSON *object, const struct igdrom_rom *rom, size_t index)
{
	const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, index);
	const struct igdrom_manifest_entry *entry = entry_of(rom, index);

	json_number(json, object, "index", index);
	json_number(json, object, "offset", igdrom_rom_image_offset(image));
	json_number(json, object, "size", igdrom_rom_image_size(image));
	json_text(json, object, "what", igdrom_image_kind_name(igdrom_rom_image_kind(rom, index)));
	add_provides(json, object, igdrom_rom_image_provides(rom, index));
	json_word(json, object, "name", igdrom_manifest_entry_name(entry));
	json_word(json, object, "version", igdrom_manifest_entry_version(entry));
	add_header(json, object, image);
	add_payload(json, object, image);
}

/* Whether the image still is what the manifest recorded. */
static bool matches(const struct igdrom_rom *rom, const struct igdrom_manifest_entry *entry)
{
	const struct igdrom_rom_image *image =
		igdrom_rom_image_at(rom, igdrom_manifest_entry_image(entry));
	const char *sha256 = image ? igdrom_rom_image_payload_sha256(image) : NULL;

	return sha256 && !strcmp(sha256, igdrom_manifest_entry_sha256(entry));
}

static void add_entry(struct json *json, cJSON *object, const struct igdrom_rom *rom,
		      const struct igdrom_manifest_entry *entry)
{
	cJSON *ids;

	json_number(json, object, "image", igdrom_manifest_entry_image(entry));
	json_text(json, object, "kind",
		  igdrom_manifest_kind_name(igdrom_manifest_entry_kind(entry)));
	json_word(json, object, "name", igdrom_manifest_entry_name(entry));
	json_word(json, object, "version", igdrom_manifest_entry_version(entry));
	json_word(json, object, "origin", igdrom_manifest_entry_origin(entry));
	ids = json_array(json, object, "device_ids");
	for (size_t i = 0; i < igdrom_manifest_entry_device_count(entry); i++)
		json_id(json, ids, NULL, igdrom_manifest_entry_device_at(entry, i));
	json_text(json, object, "sha256", igdrom_manifest_entry_sha256(entry));
	json_bool(json, object, "answers_lpc", igdrom_manifest_entry_answers_lpc(entry));
	json_bool(json, object, "matches", matches(rom, entry));
}

static void add_manifest(struct json *json, const struct igdrom_rom *rom)
{
	const struct igdrom_manifest *manifest = igdrom_rom_manifest(rom);
	cJSON *object, *entries;

	if (!manifest) {
		json_null(json, json->root, "manifest");
		return;
	}
	object = json_object(json, json->root, "manifest");
	json_number(json, object, "version", igdrom_manifest_version(manifest));
	json_text(json, object, "tool", igdrom_manifest_tool(manifest));
	entries = json_array(json, object, "entries");
	for (size_t i = 0; i < igdrom_manifest_count(manifest); i++)
		add_entry(json, json_object(json, entries, NULL), rom,
			  igdrom_manifest_at(manifest, i));
}

static void add_rom(struct json *json, const struct igdrom_rom *rom)
{
	cJSON *images;

	json_number(json, json->root, "size", igdrom_rom_size(rom));
	json_number(json, json->root, "bar_size", igdrom_rom_bar_size(rom));
	json_number(json, json->root, "trailing_size", igdrom_rom_trailing(rom).size);
	json_text(json, json->root, "sha256", igdrom_rom_sha256(rom));
	images = json_array(json, json->root, "images");
	for (size_t i = 0; i < igdrom_rom_image_count(rom); i++)
		add_image(json, json_object(json, images, NULL), rom, i);
	add_manifest(json, rom);
}

enum igdrom_status igdrom_rom_to_json(const struct igdrom_rom *rom,
				      const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!rom)
		return IGDROM_E_INVAL;
	json_start(&json);
	add_rom(&json, rom);
	return json_finish(&json, report, out);
}

enum igdrom_status igdrom_rom_written_to_json(const struct igdrom_rom *rom, const char *file,
					      enum igdrom_tristate changed,
					      const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!rom)
		return IGDROM_E_INVAL;
	json_start(&json);
	json_text(&json, json.root, "file", file);
	json_tristate(&json, json.root, "changed", changed);
	add_rom(&json, rom);
	return json_finish(&json, report, out);
}

/* "DIRECTORY/NAME"; owned. */
static char *join(const char *directory, const char *name)
{
	size_t room = (directory ? strlen(directory) + 1 : 0) + strlen(name) + 1;
	char *path = malloc(room);

	if (path)
		snprintf(path, room, "%s%s%s", directory ? directory : "", directory ? "/" : "",
			 name);
	return path;
}

static void add_part(struct json *json, cJSON *array, const struct igdrom_rom *rom, size_t index,
		     bool payload, const char *directory)
{
	char sha256[DIGEST_SHA256_HEX];
	struct igdrom_bytes bytes;
	bool trailing = index == igdrom_rom_image_count(rom);
	char *name = NULL, *path;
	cJSON *object;

	if (igdrom_rom_part(rom, index, payload, &bytes) != IGDROM_OK)
		return;
	path = igdrom_rom_part_name(rom, index, payload, &name) == IGDROM_OK ? join(directory, name)
									     : NULL;
	if (!path)
		json->failed = true;
	object = json_object(json, array, NULL);
	json_text(json, object, "file", path);
	json_text(json, object, "what", trailing ? "trailing" : (payload ? "payload" : "image"));
	if (trailing)
		json_null(json, object, "image");
	else
		json_number(json, object, "image", index);
	json_number(json, object, "size", bytes.size);
	digest_sha256_hex(bytes.data, bytes.size, sha256);
	json_text(json, object, "sha256", sha256);
	free(path);
	igdrom_string_free(name);
}

enum igdrom_status igdrom_rom_split_to_json(const struct igdrom_rom *rom, const char *directory,
					    const struct igdrom_report *report, char **out)
{
	struct json json;
	cJSON *array;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!rom)
		return IGDROM_E_INVAL;
	json_start(&json);
	array = json_array(&json, json.root, "files");
	for (size_t i = 0; i <= igdrom_rom_image_count(rom); i++) {
		add_part(&json, array, rom, i, false, directory);
		add_part(&json, array, rom, i, true, directory);
	}
	return json_finish(&json, report, out);
}
