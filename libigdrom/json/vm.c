/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

#include "vm/plan.h"
#include "vm/qemu.h"
#include "vm/words.h"

#include <stdlib.h>
#include <string.h>

/* As QEMU understands the value: a flag, a number, or text. */
static void add_value(struct json *json, cJSON *object, const char *name, const char *value)
{
	enum vm_value_type type = vm_qemu_property_type(name);
	unsigned long long number;
	char *end;

	if (type == VM_VALUE_BOOL && (!strcmp(value, "on") || !strcmp(value, "off"))) {
		json_bool(json, object, name, !strcmp(value, "on"));
		return;
	}
	number = strtoull(value, &end, 0);
	if (type == VM_VALUE_UINT && value[0] >= '0' && value[0] <= '9' && !*end)
		json_number(json, object, name, number);
	else
		json_text(json, object, name, value);
}

static void add_properties(struct json *json, cJSON *object, const struct igdrom_vm_config *config,
			   size_t device)
{
	for (size_t i = 0; i < igdrom_vm_config_property_count(config, device); i++)
		add_value(json, object, igdrom_vm_config_property_name(config, device, i),
			  igdrom_vm_config_property_value(config, device, i));
}

static void add_device(struct json *json, cJSON *object, const struct igdrom_vm_config *config,
		       size_t index)
{
	json_text(json, object, "id", igdrom_vm_config_device_id(config, index));
	json_text(json, object, "host", igdrom_vm_config_device_host(config, index));
	json_text(json, object, "guest", igdrom_vm_config_device_guest(config, index));
	json_text(json, object, "bus", igdrom_vm_config_device_bus(config, index));
	json_text(json, object, "mdev", igdrom_vm_config_device_mdev(config, index));
	json_text(json, object, "rom_file", igdrom_vm_config_device_rom_file(config, index));
	add_properties(json, json_object(json, object, "properties"), config, index);
}

static void number_or_null(struct json *json, cJSON *object, const char *key, uint64_t number)
{
	if (number)
		json_number(json, object, key, number);
	else
		json_null(json, object, key);
}

static void add_config(struct json *json, cJSON *object, const struct igdrom_vm_config *config)
{
	cJSON *array;

	json_text(json, object, "format", igdrom_vm_format_name(igdrom_vm_config_format(config)));
	json_text(json, object, "name", igdrom_vm_config_name(config));
	json_text(json, object, "machine", igdrom_vm_config_machine(config));
	json_text(json, object, "machine_type", igdrom_vm_config_machine_type(config));
	json_text(json, object, "firmware", igdrom_vm_config_firmware(config));
	json_text(json, object, "firmware_file", igdrom_vm_config_firmware_file(config));
	number_or_null(json, object, "memory_mib", igdrom_vm_config_memory_mib(config));
	json_text(json, object, "cpu", igdrom_vm_config_cpu(config));
	number_or_null(json, object, "address_width", igdrom_vm_config_address_width(config));
	json_text(json, object, "display", igdrom_vm_config_display(config));
	json_text(json, object, "debug_file", igdrom_vm_config_debug_file(config));
	array = json_array(json, object, "devices");
	for (size_t i = 0; i < igdrom_vm_config_device_count(config); i++)
		add_device(json, json_object(json, array, NULL), config, i);
	array = json_array(json, object, "fw_cfg");
	for (size_t i = 0; i < igdrom_vm_config_fw_cfg_count(config); i++) {
		cJSON *file = json_object(json, array, NULL);

		json_text(json, file, "name", igdrom_vm_config_fw_cfg_name(config, i));
		json_text(json, file, "string", igdrom_vm_config_fw_cfg_string(config, i));
	}
}

/* What the writer of a format makes of a plan, with a NUL behind it; NULL: nothing. */
static char *written(struct json *json, const struct igdrom_vm_plan *plan,
		     enum igdrom_vm_format format)
{
	struct igdrom_bytes bytes = {0};
	enum igdrom_status status = igdrom_vm_write(plan, format, NULL, 0, NULL, &bytes);
	char *text = NULL;

	if (status == IGDROM_OK) {
		text = malloc(bytes.size + 1);
		if (text && bytes.size)
			memcpy(text, bytes.data, bytes.size);
		if (text)
			text[bytes.size] = '\0';
	}
	if (status == IGDROM_E_NOMEM || (status == IGDROM_OK && !text))
		json->failed = true;
	igdrom_bytes_free(&bytes);
	return text;
}

/* "key: value" lines. */
static void add_pve(struct json *json, const struct igdrom_vm_plan *plan)
{
	cJSON *object = json_object(json, json->root, "pve");
	const struct igdrom_vm_config *config = igdrom_vm_plan_config(plan);
	char *text = NULL;

	if (igdrom_vm_config_format(config) == IGDROM_VM_FORMAT_PVE)
		text = written(json, plan, IGDROM_VM_FORMAT_PVE);
	for (char *line = text; line && *line;) {
		char *next = line + strcspn(line, "\n");
		char *colon = strstr(line, ": ");

		if (*next)
			*next++ = '\0';
		if (line[0] != '#' && colon && colon < next) {
			*colon = '\0';
			json_text(json, object, line, colon + 2);
		}
		line = next;
	}
	free(text);
}

static void add_arguments(struct json *json, const struct igdrom_vm_plan *plan)
{
	cJSON *array = json_array(json, json->root, "qemu");
	char *text = written(json, plan, IGDROM_VM_FORMAT_QEMU);
	struct words words = {0};
	enum igdrom_status status = IGDROM_OK;

	if (text)
		status = words_split(text, strlen(text), 0, WORDS_SHELL, &words);
	if (status != IGDROM_OK)
		json->failed = true;
	for (size_t i = 0; i < words.count; i++)
		json_text(json, array, NULL, words.list[i].text);
	words_free(&words);
	free(text);
}

static void add_reasons(struct json *json, const struct igdrom_vm_plan *plan)
{
	cJSON *array = json_array(json, json->root, "reasons");

	for (size_t i = 0; i < igdrom_vm_plan_reason_count(plan); i++) {
		cJSON *object = json_object(json, array, NULL);

		json_text(json, object, "rule", igdrom_vm_plan_reason_rule(plan, i));
		json_text(json, object, "subject", igdrom_vm_plan_reason_subject(plan, i));
		json_text(json, object, "text", igdrom_vm_plan_reason_text(plan, i));
		json_text(json, object, "source", igdrom_vm_plan_reason_source(plan, i));
	}
}

static void add_refusal(struct json *json, const struct igdrom_vm_plan *plan)
{
	const char *refusal = igdrom_vm_plan_refusal(plan);
	cJSON *error;

	json_text(json, json->root, "refusal", refusal);
	json_text(json, json->root, "refusal_rule", igdrom_vm_plan_refusal_rule(plan));
	json_text(json, json->root, "refusal_source", igdrom_vm_plan_refusal_source(plan));
	if (!refusal)
		return;
	/* The command ends with 4: there is an "error" as in every document of a failure. */
	error = json_object(json, json->root, "error");
	json_text(json, error, "code", igdrom_status_name(IGDROM_E_REFUSED));
	json_text(json, error, "text", refusal);
	json_null(json, error, "file");
	json_null(json, error, "offset");
}

static void add_request(struct json *json, cJSON *object, const struct igdrom_vm_request *request)
{
	for (size_t i = 0; i < igdrom_vm_request_key_count(); i++) {
		const char *key = igdrom_vm_request_key_at(i);

		json_text(json, object, key, igdrom_vm_request_get(request, key));
	}
}

enum igdrom_status igdrom_vm_plan_to_json(const struct igdrom_vm_plan *plan,
					  const struct igdrom_vm_request *request,
					  const struct igdrom_report *report, char **out)
{
	const struct igdrom_vm_config *config = igdrom_vm_plan_config(plan);
	struct json json;
	char *text;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!plan)
		return IGDROM_E_INVAL;
	json_start(&json);
	json_bool(&json, json.root, "possible", igdrom_vm_plan_possible(plan));
	json_bool(&json, json.root, "boot_picture", igdrom_vm_plan_boot_picture(plan));
	json_text(&json, json.root, "want", igdrom_vm_plan_want(plan));
	json_text(&json, json.root, "rules_of_qemu", igdrom_vm_plan_qemu(plan));
	json_text(&json, json.root, "machine", igdrom_vm_config_machine(config));
	json_text(&json, json.root, "firmware", igdrom_vm_config_firmware(config));
	add_properties(&json, json_object(&json, json.root, "device_properties"), config, 0);
	add_pve(&json, plan);
	add_arguments(&json, plan);
	text = config ? written(&json, plan, igdrom_vm_config_format(config)) : NULL;
	json_lines(&json, json.root, "text", text);
	free(text);
	add_reasons(&json, plan);
	add_refusal(&json, plan);
	if (config)
		add_config(&json, json_object(&json, json.root, "config"), config);
	else
		json_null(&json, json.root, "config");
	if (request)
		add_request(&json, json_object(&json, json.root, "request"), request);
	else
		json_null(&json, json.root, "request");
	return json_finish(&json, report, out);
}

enum igdrom_status igdrom_vm_written_to_json(enum igdrom_vm_format format, const char *text,
					     const char *file, enum igdrom_tristate changed,
					     const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!text)
		return IGDROM_E_INVAL;
	json_start(&json);
	json_text(&json, json.root, "file", file);
	json_text(&json, json.root, "format", igdrom_vm_format_name(format));
	json_tristate(&json, json.root, "changed", changed);
	json_lines(&json, json.root, "text", text);
	return json_finish(&json, report, out);
}

enum igdrom_status igdrom_vm_check_to_json(const struct igdrom_vm_config *config,
					   const struct igdrom_vm_request *request,
					   const struct igdrom_report *upgrade, const char *before,
					   const char *qemu, const struct igdrom_report *report,
					   char **out)
{
	struct json json;
	cJSON *object;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!config || !request)
		return IGDROM_E_INVAL;
	json_start(&json);
	add_config(&json, json.root, config);
	json_text(&json, json.root, "worst", igdrom_severity_name(igdrom_report_worst(report)));
	if (upgrade) {
		object = json_object(&json, json.root, "upgrade");
		json_text(&json, object, "from", before);
		json_text(&json, object, "qemu", qemu);
		json_text(&json, object, "worst",
			  igdrom_severity_name(igdrom_report_worst(upgrade)));
		json_findings(&json, object, upgrade);
	} else {
		json_null(&json, json.root, "upgrade");
	}
	add_request(&json, json_object(&json, json.root, "request"), request);
	return json_finish(&json, report, out);
}

enum igdrom_status igdrom_vm_config_to_json(const struct igdrom_vm_config *config,
					    const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!config)
		return IGDROM_E_INVAL;
	json_start(&json);
	add_config(&json, json.root, config);
	json_text(&json, json.root, "worst", igdrom_severity_name(igdrom_report_worst(report)));
	return json_finish(&json, report, out);
}

enum igdrom_status igdrom_vm_request_to_json(const struct igdrom_vm_request *request,
					     const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!request)
		return IGDROM_E_INVAL;
	json_start(&json);
	add_request(&json, json.root, request);
	return json_finish(&json, report, out);
}
