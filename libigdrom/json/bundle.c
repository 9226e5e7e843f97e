/* SPDX-License-Identifier: BSD-2-Clause */
/* What a helper needs to know of a machine, in one document without anybody's secrets. */
#include "json/json.h"

#include <igdrom/setup.h>

#include "setup/collect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUMMARY 4096

/* One string of a document, quotes included, with its text redacted. */
static char *redact_string(struct redactor *redactor, const char *json, size_t size)
{
	cJSON *string = cJSON_ParseWithLength(json, size), *clean;
	struct igdrom_bytes text;
	char *out = NULL;

	if (!cJSON_IsString(string) ||
	    redact_text(redactor, string->valuestring, strlen(string->valuestring), &text) !=
		    IGDROM_OK) {
		cJSON_Delete(string);
		return NULL;
	}
	clean = cJSON_CreateString((const char *)text.data);
	igdrom_bytes_free(&text);
	out = clean ? cJSON_PrintUnformatted(clean) : NULL;
	cJSON_Delete(clean);
	cJSON_Delete(string);
	return out;
}

static size_t string_size(const char *json)
{
	size_t size = 1;

	while (json[size] && json[size] != '"')
		size += json[size] == '\\' && json[size + 1] ? 2 : 1;
	return json[size] ? size + 1 : size;
}

static bool is_key(const char *behind)
{
	return behind[strspn(behind, " \t\n")] == ':';
}

/* A document of this library: what is no string is copied, so that numbers keep every digit. */
static char *redact_document(struct redactor *redactor, const char *json)
{
	char *out = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&out, &size);
	bool failed = !stream;

	while (!failed && *json) {
		size_t length = *json == '"' ? string_size(json) : strcspn(json, "\"");
		char *clean = NULL;

		if (*json == '"' && !is_key(json + length)) {
			clean = redact_string(redactor, json, length);
			failed = !clean || fputs(clean, stream) == EOF;
			cJSON_free(clean);
		} else {
			failed = fwrite(json, 1, length, stream) != length;
		}
		json += length;
	}
	if (stream && fclose(stream) != 0)
		failed = true;
	if (!failed)
		return out;
	free(out);
	return NULL;
}

static void add_document(struct json *json, const char *key, const char *text)
{
	cJSON *raw = text ? cJSON_CreateRaw(text) : NULL;

	if (!raw || !json->root || !cJSON_AddItemToObject(json->root, key, raw)) {
		cJSON_Delete(raw);
		json->failed = true;
	}
}

static void add_host(struct json *json, const struct igdrom_host *host,
		     const struct igdrom_report *report, struct redactor *redactor)
{
	char *text = NULL, *clean = NULL;

	if (igdrom_host_to_json(host, report, &text) == IGDROM_OK)
		clean = redact_document(redactor, text);
	add_document(json, "host", clean);
	free(clean);
	igdrom_string_free(text);
}

static void add_doctor(struct json *json, const struct igdrom_host *host, struct redactor *redactor)
{
	struct igdrom_report *report = NULL;
	char *text = NULL, *clean = NULL;

	if (igdrom_report_new(&report) == IGDROM_OK &&
	    igdrom_host_doctor(host, NULL, report) == IGDROM_OK &&
	    igdrom_host_doctor_to_json(report, &text) == IGDROM_OK)
		clean = redact_document(redactor, text);
	add_document(json, "doctor", clean);
	free(clean);
	igdrom_string_free(text);
	igdrom_report_free(report);
}

/* What is known of the lines of the log; the log itself stays. */
static void add_log(struct json *json, const struct collected *collected)
{
	struct igdrom_report *report = NULL;
	char *text = NULL;

	json_text(json, json->root, "log_source", collected->log_source);
	if (!collected->log_source) {
		json_null(json, json->root, "log");
		return;
	}
	if (igdrom_report_new(&report) == IGDROM_OK &&
	    igdrom_vm_explain(collected->log.data, collected->log.size, NULL, NULL, report) ==
		    IGDROM_OK &&
	    igdrom_vm_explain_to_json(collected->log.data, collected->log.size, report, &text) ==
		    IGDROM_OK)
		add_document(json, "log", text);
	else
		json->failed = true;
	igdrom_string_free(text);
	igdrom_report_free(report);
}

static void add_files(struct json *json, const char *key, const struct collected *collected,
		      bool vms)
{
	cJSON *array = json_array(json, json->root, key);

	for (size_t i = 0; i < collected->count; i++) {
		const struct collected_file *file = &collected->files[i];
		cJSON *object;

		if (vms != (file->format != IGDROM_VM_FORMAT_UNKNOWN))
			continue;
		object = json_object(json, array, NULL);
		json_text(json, object, "path", file->path);
		if (vms)
			json_text(json, object, "format", igdrom_vm_format_name(file->format));
		json_lines(json, object, "text", (const char *)file->text.data);
	}
}

static void add_redacted(struct json *json, const struct redactor *redactor)
{
	cJSON *object = json_object(json, json->root, "redacted");

	for (int kind = 0; kind < REDACT_KINDS; kind++)
		json_number(json, object, redact_word((enum redact_kind)kind),
			    redact_count(redactor, (enum redact_kind)kind));
}

static void add_line(char *out, const char *what, const char *text)
{
	size_t used = strlen(out);

	snprintf(out + used, SUMMARY - used, "%-10s %s\n", what, text ? text : "not known");
}

/* What a person reads first. */
static void summarize(const struct igdrom_host *host, const struct collected *collected, char *out)
{
	const struct igdrom_pci_function *igd = igdrom_host_igd(host);
	const struct igdrom_device *device = NULL;
	struct igdrom_pci_id id = igdrom_pci_function_id(igd);
	char line[256];

	out[0] = '\0';
	snprintf(line, sizeof(line), "none at 00:02.0");
	if (igd && igdrom_device_lookup(id.device_id, &device) == IGDROM_OK)
		snprintf(line, sizeof(line), "8086:%04X %s, class %04X, driver %s", id.device_id,
			 igdrom_device_codename(device), (unsigned)(id.class_code >> 8),
			 igdrom_pci_function_driver(igd) ? igdrom_pci_function_driver(igd)
							 : "none or not known");
	else if (igd)
		snprintf(line, sizeof(line), "8086:%04X, in no table", id.device_id);
	add_line(out, "GPU", line);
	add_line(out, "CPU", igdrom_host_cpu(host));
	add_line(out, "Board", igdrom_host_board(host));
	add_line(out, "Firmware", igdrom_host_firmware(host));
	add_line(out, "System", igdrom_host_system(host));
	add_line(out, "Kernel", igdrom_host_kernel(host));
	add_line(out, "Options", igdrom_host_command_line(host));
	add_line(out, "QEMU", igdrom_host_qemu(host));
	if (igdrom_host_pve(host))
		add_line(out, "PVE", igdrom_host_pve(host));
	for (size_t i = 0; i < collected->count; i++) {
		if (collected->files[i].format != IGDROM_VM_FORMAT_UNKNOWN)
			add_line(out, "VM", collected->files[i].path);
	}
	add_line(out, "Log", collected->log_source);
}

static void add_summary(struct json *json, const struct igdrom_host *host,
			const struct collected *collected)
{
	struct igdrom_bytes clean;
	char text[SUMMARY];

	summarize(host, collected, text);
	if (redact_text(collected->redactor, text, strlen(text), &clean) != IGDROM_OK) {
		json->failed = true;
		return;
	}
	json_lines(json, json->root, "summary", (const char *)clean.data);
	igdrom_bytes_free(&clean);
}

enum igdrom_status igdrom_host_bundle(const struct igdrom_host *host,
				      const struct igdrom_report *report, char **out)
{
	struct collected collected;
	enum igdrom_status status;
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!host)
		return IGDROM_E_INVAL;
	status = collect(host, &collected);
	if (status == IGDROM_OK) {
		json_start(&json);
		json_text(&json, json.root, "tool", igdrom_version());
		add_summary(&json, host, &collected);
		add_host(&json, host, report, collected.redactor);
		add_doctor(&json, host, collected.redactor);
		add_files(&json, "vms", &collected, true);
		add_files(&json, "files", &collected, false);
		add_log(&json, &collected);
		add_redacted(&json, collected.redactor);
		status = json_finish(&json, NULL, out);
	}
	collect_free(&collected);
	return status;
}
