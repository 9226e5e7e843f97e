/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/changes.h"

#include <igdrom/setup.h>

static void add_stages(struct json *json, const struct igdrom_setup *setup)
{
	cJSON *array = json_array(json, json->root, "stages");

	for (int i = 0; i < IGDROM_SETUP_STAGES; i++) {
		enum igdrom_setup_stage stage = (enum igdrom_setup_stage)i;
		cJSON *object = json_object(json, array, NULL);

		json_text(json, object, "name", igdrom_setup_stage_name(stage));
		json_text(json, object, "state",
			  igdrom_setup_state_name(igdrom_setup_state(setup, stage)));
		json_text(json, object, "text", igdrom_setup_text(setup, stage));
	}
}

static void add_rom(struct json *json, const struct igdrom_setup *setup)
{
	struct igdrom_bytes bytes = igdrom_setup_rom(setup);
	struct igdrom_rom *rom;
	cJSON *object;

	if (!bytes.size ||
	    igdrom_rom_parse(bytes.data, bytes.size, NULL, NULL, &rom) != IGDROM_OK) {
		json_null(json, json->root, "rom");
		return;
	}
	object = json_object(json, json->root, "rom");
	json_text(json, object, "path", igdrom_setup_rom_path(setup));
	json_number(json, object, "size", bytes.size);
	json_text(json, object, "sha256", igdrom_rom_sha256(rom));
	igdrom_rom_free(rom);
}

static void add_reasons(struct json *json, cJSON *object, const struct igdrom_vm_plan *plan)
{
	cJSON *array = json_array(json, object, "reasons");

	for (size_t i = 0; i < igdrom_vm_plan_reason_count(plan); i++) {
		cJSON *reason = json_object(json, array, NULL);

		json_text(json, reason, "rule", igdrom_vm_plan_reason_rule(plan, i));
		json_text(json, reason, "subject", igdrom_vm_plan_reason_subject(plan, i));
		json_text(json, reason, "text", igdrom_vm_plan_reason_text(plan, i));
		json_text(json, reason, "source", igdrom_vm_plan_reason_source(plan, i));
	}
}

static void add_plan(struct json *json, const struct igdrom_vm_plan *plan)
{
	const struct igdrom_vm_config *config = igdrom_vm_plan_config(plan);
	cJSON *object;

	if (!plan) {
		json_null(json, json->root, "plan");
		return;
	}
	object = json_object(json, json->root, "plan");
	json_bool(json, object, "possible", igdrom_vm_plan_possible(plan));
	json_bool(json, object, "boot_picture", igdrom_vm_plan_boot_picture(plan));
	json_text(json, object, "want", igdrom_vm_plan_want(plan));
	json_text(json, object, "qemu", igdrom_vm_plan_qemu(plan));
	json_text(json, object, "machine", igdrom_vm_config_machine(config));
	json_text(json, object, "firmware", igdrom_vm_config_firmware(config));
	json_text(json, object, "refusal", igdrom_vm_plan_refusal(plan));
	json_text(json, object, "refusal_rule", igdrom_vm_plan_refusal_rule(plan));
	json_text(json, object, "refusal_source", igdrom_vm_plan_refusal_source(plan));
	add_reasons(json, object, plan);
}

static void add_vm(struct json *json, const struct igdrom_setup *setup)
{
	cJSON *object;

	if (!igdrom_setup_vm(setup)) {
		json_null(json, json->root, "vm");
		return;
	}
	object = json_object(json, json->root, "vm");
	json_text(json, object, "name", igdrom_setup_vm(setup));
	json_text(json, object, "format", igdrom_vm_format_name(igdrom_setup_format(setup)));
}

static void add_changes(struct json *json, const struct igdrom_setup *setup)
{
	const struct igdrom_changes *changes = igdrom_setup_changes(setup);

	if (changes)
		json_changes(json, json_object(json, json->root, "changes"), changes);
	else
		json_null(json, json->root, "changes");
}

/* As in every document of a failure. */
static void add_error(struct json *json, const struct igdrom_setup *setup)
{
	enum igdrom_status status = igdrom_setup_status(setup);
	const char *text = NULL;
	cJSON *object;

	if (status == IGDROM_OK)
		return;
	for (int i = 0; i < IGDROM_SETUP_STAGES; i++) {
		if (igdrom_setup_state(setup, (enum igdrom_setup_stage)i) == IGDROM_SETUP_REFUSED)
			text = igdrom_setup_text(setup, (enum igdrom_setup_stage)i);
	}
	object = json_object(json, json->root, "error");
	json_text(json, object, "code", igdrom_status_name(status));
	json_text(json, object, "text", text ? text : igdrom_strerror(status));
	json_null(json, object, "file");
	json_null(json, object, "offset");
}

enum igdrom_status igdrom_setup_to_json(const struct igdrom_setup *setup,
					const struct igdrom_report *report, char **out)
{
	struct json json;
	cJSON *array;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!setup)
		return IGDROM_E_INVAL;
	json_start(&json);
	add_stages(&json, setup);
	add_rom(&json, setup);
	add_plan(&json, igdrom_setup_plan(setup));
	add_vm(&json, setup);
	add_changes(&json, setup);
	array = json_array(&json, json.root, "next");
	for (size_t i = 0; i < igdrom_setup_next_count(setup); i++)
		json_text(&json, array, NULL, igdrom_setup_next_at(setup, i));
	add_error(&json, setup);
	return json_finish(&json, report, out);
}
