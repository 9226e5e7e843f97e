/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

#include "core/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Hangs item into parent; what cannot be hung is freed and the document has failed. */
static cJSON *hang(struct json *json, cJSON *parent, const char *key, cJSON *item)
{
	bool done = false;

	if (item && parent && key)
		done = cJSON_AddItemToObject(parent, key, item);
	else if (item && parent)
		done = cJSON_AddItemToArray(parent, item);
	if (done)
		return item;
	cJSON_Delete(item);
	json->failed = true;
	return NULL;
}

cJSON *json_object(struct json *json, cJSON *parent, const char *key)
{
	return hang(json, parent, key, cJSON_CreateObject());
}

cJSON *json_array(struct json *json, cJSON *parent, const char *key)
{
	return hang(json, parent, key, cJSON_CreateArray());
}

void json_null(struct json *json, cJSON *parent, const char *key)
{
	hang(json, parent, key, cJSON_CreateNull());
}

void json_text(struct json *json, cJSON *parent, const char *key, const char *text)
{
	size_t size = text ? strlen(text) : 0;
	char *clean;

	if (!text) {
		json_null(json, parent, key);
		return;
	}
	clean = text_clean(text, size, size);
	hang(json, parent, key, clean ? cJSON_CreateString(clean) : NULL);
	free(clean);
}

void json_lines(struct json *json, cJSON *parent, const char *key, const char *text)
{
	size_t room = text ? strlen(text) + 1 : 0; /* cleaning makes nothing longer */
	char *clean = malloc(room ? room : 1);
	size_t used = 0;

	if (!text) {
		free(clean);
		json_null(json, parent, key);
		return;
	}
	while (clean && *text) {
		size_t size = strcspn(text, "\n");
		char *line = text_clean(text, size, size);

		if (!line) {
			free(clean);
			clean = NULL;
			break;
		}
		memcpy(clean + used, line, strlen(line));
		used += strlen(line);
		if (text[size] == '\n')
			clean[used++] = text[size++];
		text += size;
		free(line);
	}
	if (clean)
		clean[used] = '\0';
	hang(json, parent, key, clean ? cJSON_CreateString(clean) : NULL);
	free(clean);
}

void json_word(struct json *json, cJSON *parent, const char *key, const char *text)
{
	json_text(json, parent, key, text && *text ? text : NULL);
}

void json_number(struct json *json, cJSON *parent, const char *key, uint64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, number);
	hang(json, parent, key, cJSON_CreateRaw(digits));
}

void json_offset(struct json *json, cJSON *parent, const char *key, uint64_t offset)
{
	if (offset == IGDROM_NO_OFFSET)
		json_null(json, parent, key);
	else
		json_number(json, parent, key, offset);
}

void json_bool(struct json *json, cJSON *parent, const char *key, bool value)
{
	hang(json, parent, key, cJSON_CreateBool(value));
}

void json_tristate(struct json *json, cJSON *parent, const char *key, enum igdrom_tristate value)
{
	if (value == IGDROM_UNKNOWN)
		json_null(json, parent, key);
	else
		json_bool(json, parent, key, value == IGDROM_YES);
}

void json_hex(struct json *json, cJSON *parent, const char *key, uint32_t number, int digits)
{
	char text[16];

	snprintf(text, sizeof(text), "%0*" PRIX32, digits, number);
	hang(json, parent, key, cJSON_CreateString(text));
}

void json_id(struct json *json, cJSON *parent, const char *key, uint16_t id)
{
	json_hex(json, parent, key, id, 4);
}

void json_start(struct json *json)
{
	*json = (struct json){.root = cJSON_CreateObject()};
	json_number(json, json->root, "schema", JSON_SCHEMA);
}

static void add_arguments(struct json *json, cJSON *object, const struct igdrom_finding *finding)
{
	cJSON *args = json_object(json, object, "args");

	for (size_t i = 0; i < igdrom_finding_arg_count(finding); i++) {
		const char *name = igdrom_finding_arg_name(finding, i);
		uint64_t number;

		if (!igdrom_finding_arg_number(finding, i, &number))
			json_text(json, args, name, igdrom_finding_arg_text(finding, i));
		else if (igdrom_finding_arg_is_id(finding, i))
			json_id(json, args, name, (uint16_t)number);
		else
			json_number(json, args, name, number);
	}
}

void json_findings(struct json *json, cJSON *parent, const struct igdrom_report *report)
{
	cJSON *findings = json_array(json, parent, "findings");

	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);
		cJSON *object = json_object(json, findings, NULL);

		json_text(json, object, "severity",
			  igdrom_severity_name(igdrom_finding_severity(finding)));
		json_text(json, object, "code", igdrom_finding_code(finding));
		json_text(json, object, "file", igdrom_finding_file(finding));
		json_offset(json, object, "offset", igdrom_finding_offset(finding));
		json_text(json, object, "text", igdrom_finding_text(finding));
		json_word(json, object, "fix", igdrom_finding_fix(finding));
		add_arguments(json, object, finding);
	}
	json_number(json, parent, "findings_dropped", igdrom_report_dropped(report));
}

enum igdrom_status json_finish(struct json *json, const struct igdrom_report *report, char **out)
{
	char *text = NULL;

	json_findings(json, json->root, report);
	if (!json->failed)
		text = cJSON_Print(json->root);
	cJSON_Delete(json->root);
	*json = (struct json){.failed = true};
	if (!text)
		return IGDROM_E_NOMEM;
	/* An embedder may have given cJSON another allocator; ours is the one of
	 * igdrom_string_free(). */
	*out = malloc(strlen(text) + 1);
	if (*out)
		memcpy(*out, text, strlen(text) + 1);
	cJSON_free(text);
	return *out ? IGDROM_OK : IGDROM_E_NOMEM;
}
