/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

#include <stdio.h>
#include <stdlib.h>

/* The ids of the driver's table that are IGDs, or those that are not. */
static void add_ids(struct json *json, cJSON *object, const char *key, const struct igdrom_gop *gop,
		    bool all, bool igd)
{
	cJSON *array;

	if (igdrom_gop_device_count(gop) == 0) {
		json_null(json, object, key);
		return;
	}
	array = json_array(json, object, key);
	for (size_t i = 0; i < igdrom_gop_device_count(gop); i++) {
		if (all || igdrom_gop_device_is_igd(gop, i) == igd)
			json_id(json, array, NULL, igdrom_gop_device_at(gop, i));
	}
}

static void add_gate(struct json *json, cJSON *object, const struct igdrom_gop *gop)
{
	enum igdrom_gop_gate gate = igdrom_gop_gate(gop);
	uint64_t offset = igdrom_gop_gate_offset(gop);
	cJSON *array;

	json_text(json, object, "gate",
		  gate == IGDROM_GATE_UNKNOWN ? NULL
					      : (gate == IGDROM_GATE_FATAL ? "fatal" : "none"));
	json_offset(json, object, "gate_offset", offset ? offset : IGDROM_NO_OFFSET);
	/* A driver without a gate takes every id: there is no list. */
	if (igdrom_gop_lpc_count(gop) == 0) {
		json_null(json, object, "lpc_ids");
		return;
	}
	array = json_array(json, object, "lpc_ids");
	for (size_t i = 0; i < igdrom_gop_lpc_count(gop); i++) {
		struct igdrom_id_range range = igdrom_gop_lpc_at(gop, i);
		char text[16];

		snprintf(text, sizeof(text), "%04X-%04X", range.first, range.last);
		json_text(json, array, NULL, text);
	}
}

void json_gop(struct json *json, cJSON *object, const struct igdrom_gop *gop)
{
	uint64_t table = igdrom_gop_device_table_offset(gop);

	json_text(json, object, "version", igdrom_gop_version(gop));
	json_text(json, object, "family", igdrom_gop_family(gop));
	json_text(json, object, "confidence", igdrom_confidence_name(igdrom_gop_confidence(gop)));
	add_ids(json, object, "device_ids", gop, true, true);
	add_ids(json, object, "igd_ids", gop, false, true);
	add_ids(json, object, "other_ids", gop, false, false);
	json_offset(json, object, "device_table_offset", table ? table : IGDROM_NO_OFFSET);
	add_gate(json, object, gop);
	json_hex(json, object, "machine", igdrom_gop_machine(gop), 4);
	json_number(json, object, "subsystem", igdrom_gop_subsystem(gop));
	json_number(json, object, "size", igdrom_gop_size(gop));
	json_text(json, object, "sha256", igdrom_gop_sha256(gop));
}

enum igdrom_status igdrom_contents_to_json(const struct igdrom_contents *contents,
					   const struct igdrom_report *report, char **out)
{
	struct json json;
	cJSON *array;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!contents)
		return IGDROM_E_INVAL;
	json_start(&json);
	json_text(&json, json.root, "file_kind",
		  igdrom_file_kind_name(igdrom_contents_kind(contents)));
	array = json_array(&json, json.root, "images");
	for (size_t i = 0; i < igdrom_contents_gop_count(contents); i++) {
		cJSON *object = json_object(&json, array, NULL);

		json_word(&json, object, "where", igdrom_contents_gop_where(contents, i));
		json_gop(&json, object, igdrom_contents_gop_at(contents, i));
	}
	return json_finish(&json, report, out);
}

/* Several files, as igdrom_gop_match_to_json() gets them. */
struct choice {
	const struct igdrom_contents *const *contents;
	const char *const *files;
	size_t count;
	const struct igdrom_gop *best;
	uint16_t device_id;
};

/* Drivers in all files, in their order; owned array, NULL when memory ran out. */
static const struct igdrom_gop **all_gops(const struct choice *choice, size_t *count)
{
	const struct igdrom_gop **gops;

	*count = 0;
	for (size_t i = 0; i < choice->count; i++)
		*count += igdrom_contents_gop_count(choice->contents[i]);
	gops = calloc(*count + 1, sizeof(*gops));
	*count = 0;
	for (size_t i = 0; gops && i < choice->count; i++) {
		for (size_t k = 0; k < igdrom_contents_gop_count(choice->contents[i]); k++)
			gops[(*count)++] = igdrom_contents_gop_at(choice->contents[i], k);
	}
	return gops;
}

static void add_best(struct json *json, const char *file, const char *where,
		     const struct igdrom_gop *gop)
{
	cJSON *object = json_object(json, json->root, "best");

	json_text(json, object, "file", file);
	json_word(json, object, "where", where);
	json_text(json, object, "version", igdrom_gop_version(gop));
	json_text(json, object, "sha256", igdrom_gop_sha256(gop));
}

static void add_candidate(struct json *json, cJSON *object, const struct choice *choice,
			  const char *where, const struct igdrom_gop *gop)
{
	enum igdrom_gop_verdict verdict = igdrom_gop_judge(gop, choice->best, choice->device_id);

	json_word(json, object, "where", where);
	json_text(json, object, "verdict", igdrom_gop_verdict_name(verdict));
	if (gop)
		json_gop(json, json_object(json, object, "gop"), gop);
	else
		json_null(json, object, "gop");
}

static void add_file(struct json *json, cJSON *array, const struct choice *choice, size_t index)
{
	const struct igdrom_contents *contents = choice->contents[index];
	size_t count = igdrom_contents_gop_count(contents);

	for (size_t i = 0; i < (count ? count : 1); i++) {
		const struct igdrom_gop *gop = igdrom_contents_gop_at(contents, i);
		const char *where = igdrom_contents_gop_where(contents, i);
		cJSON *object = json_object(json, array, NULL);

		json_text(json, object, "file", choice->files[index]);
		add_candidate(json, object, choice, where, gop);
		if (gop && gop == choice->best)
			add_best(json, choice->files[index], where, gop);
	}
}

enum igdrom_status igdrom_gop_match_to_json(uint16_t device_id,
					    const struct igdrom_contents *const *contents,
					    const char *const *files, size_t count,
					    const struct igdrom_report *report, char **out)
{
	struct choice choice = {contents, files, count, NULL, device_id};
	const struct igdrom_gop **gops;
	struct json json;
	cJSON *array;
	size_t gop_count, index;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (count && (!contents || !files))
		return IGDROM_E_INVAL;
	gops = all_gops(&choice, &gop_count);
	if (!gops)
		return IGDROM_E_NOMEM;
	if (igdrom_gop_best(gops, gop_count, device_id, &index) == IGDROM_OK)
		choice.best = gops[index];
	free(gops);
	json_start(&json);
	json_id(&json, json.root, "device_id", device_id);
	if (!choice.best)
		json_null(&json, json.root, "best");
	array = json_array(&json, json.root, "candidates");
	for (size_t i = 0; i < count; i++)
		add_file(&json, array, &choice, i);
	return json_finish(&json, report, out);
}
