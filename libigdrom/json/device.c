/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

#include <stdlib.h>
#include <string.h>

/* Text such as "17.0.1060, 17.0.1064" as an array of its parts. NULL writes null, "" an empty array. */
static void add_list(struct json *json, cJSON *object, const char *key, const char *text)
{
	cJSON *array;

	if (!text) {
		json_null(json, object, key);
		return;
	}
	array = json_array(json, object, key);
	for (text += strspn(text, ", "); *text; text += strspn(text, ", ")) {
		size_t size = strcspn(text, ",");
		char *part = malloc(size + 1);

		if (part) {
			memcpy(part, text, size);
			part[size] = '\0';
			json_text(json, array, NULL, part);
		} else {
			json->failed = true;
		}
		free(part);
		text += size;
	}
}

static void add_gop(struct json *json, cJSON *object, const struct igdrom_device *device)
{
	const char *name = igdrom_device_gop_family(device);
	const struct igdrom_gop_family *family = igdrom_gop_family_lookup(name);

	json_text(json, object, "gop_family", name);
	add_list(json, object, "gop_versions", igdrom_device_gop_versions(device));
	json_text(json, object, "gop_coverage", igdrom_gop_family_coverage(family));
	json_tristate(json, object, "needs_lpc", igdrom_device_needs_lpc(device));
	json_text(json, object, "needs_lpc_note", igdrom_gop_family_gate_note(family));
}

static void add_sources(struct json *json, cJSON *object, const struct igdrom_device *device)
{
	const struct igdrom_gop_family *family =
		igdrom_gop_family_lookup(igdrom_device_gop_family(device));
	cJSON *sources = json_object(json, object, "sources");

	json_text(json, sources, "device", igdrom_device_source(device));
	json_text(json, sources, "platform", igdrom_device_platform_source(device));
	json_text(json, sources, "gop", igdrom_gop_family_source(family));
	json_text(json, sources, "qemu", igdrom_device_qemu_source(device));
}

static void add_device(struct json *json, cJSON *object, const struct igdrom_device *device)
{
	bool igd = igdrom_device_kind(device) == IGDROM_DEVICE_IGD;

	json_id(json, object, "device_id", igdrom_device_id(device));
	json_id(json, object, "vendor_id", IGDROM_VENDOR_INTEL);
	json_text(json, object, "kind", igd ? "integrated" : "discrete");
	json_text(json, object, "platform", igdrom_device_platform(device));
	json_text(json, object, "codename", igdrom_device_codename(device));
	json_text(json, object, "name", igdrom_device_name(device));
	json_text(json, object, "variant", igdrom_device_variant(device));
	json_text(json, object, "form", igdrom_device_form(device));
	json_text(json, object, "gt", igdrom_device_gt(device));
	json_text(json, object, "cpu_generation", igdrom_device_cpu_generation(device));
	json_text(json, object, "graphics_version", igdrom_device_graphics_version(device));
	json_text(json, object, "display_version", igdrom_device_display_version(device));
	add_gop(json, object, device);
	json_text(json, object, "bdsm", igdrom_device_bdsm_name(device));
	json_text(json, object, "stolen_family", igdrom_device_stolen_family_name(device));
	json_tristate(json, object, "legacy_vbios", igdrom_device_legacy_vbios(device));
	json_text(json, object, "legacy_vbios_note", igdrom_device_legacy_vbios_note(device));
	json_tristate(json, object, "gvt", igdrom_device_gvt(device));
	json_text(json, object, "vbt_signature", igdrom_device_vbt_signature(device));
	json_text(json, object, "ddi_names", igdrom_device_ddi_names(device));
	json_text(json, object, "audio_function", igdrom_device_audio_function(device));
	json_text(json, object, "min_qemu", igdrom_device_min_qemu(device));
	add_list(json, object, "qemu_ranges", igdrom_device_qemu_ranges(device));
	json_text(json, object, "qemu_note", igdrom_device_qemu_note(device));
	json_text(json, object, "note", igdrom_device_note(device));
	json_text(json, object, "platform_note", igdrom_device_platform_note(device));
	add_sources(json, object, device);
}

enum igdrom_status igdrom_device_to_json(const struct igdrom_device *device,
					 const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!device)
		return IGDROM_E_INVAL;
	json_start(&json);
	add_device(&json, json.root, device);
	json_text(&json, json.root, "last_qemu", igdrom_device_last_qemu());
	return json_finish(&json, report, out);
}

enum igdrom_status igdrom_devices_to_json(const struct igdrom_device *const *devices, size_t count,
					  const struct igdrom_report *report, char **out)
{
	struct json json;
	cJSON *array;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (count && !devices)
		return IGDROM_E_INVAL;
	for (size_t i = 0; i < count; i++) {
		if (!devices[i])
			return IGDROM_E_INVAL;
	}
	json_start(&json);
	json_text(&json, json.root, "last_qemu", igdrom_device_last_qemu());
	array = json_array(&json, json.root, "devices");
	for (size_t i = 0; i < count; i++)
		add_device(&json, json_object(&json, array, NULL), devices[i]);
	return json_finish(&json, report, out);
}
