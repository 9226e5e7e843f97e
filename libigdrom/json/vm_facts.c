/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests out of documents: what is known of a host, as a file. */
#include "json/json.h"

#include "core/report.h"
#include "vm/request.h"

#include <stdio.h>
#include <string.h>

#define FACTS_MAX_BYTES (1u << 20)

/* What igdrom_vm_request_to_json() writes beside the keys. */
static bool is_frame(const char *name)
{
	return !strcmp(name, "schema") || !strcmp(name, "findings") ||
	       !strcmp(name, "findings_dropped");
}

/* A whole number that is written as such; where digits are hexadecimal, a number of JSON would be
 * read as another one. */
static bool is_whole(const cJSON *item, const char *key)
{
	double value = item->valuedouble;

	return vm_request_key_is_decimal(key) && value >= 0 && value < (double)(1u << 31) &&
	       value == (double)(unsigned)value;
}

static enum igdrom_status take(struct igdrom_vm_request *request, const cJSON *item,
			       struct igdrom_report *report)
{
	const char *key = item->string, *value = NULL;
	char digits[16];

	if (cJSON_IsString(item)) {
		value = item->valuestring;
	} else if (cJSON_IsBool(item)) {
		value = cJSON_IsTrue(item) ? "yes" : "no";
	} else if (cJSON_IsNumber(item) && is_whole(item, key)) {
		snprintf(digits, sizeof(digits), "%u", (unsigned)item->valuedouble);
		value = digits;
	} else if (!cJSON_IsNull(item)) {
		report_add(report, FINDING_VM_FACTS_TYPE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(key)));
		return IGDROM_E_CORRUPT;
	}
	return igdrom_vm_request_set(request, key, value, report);
}

static enum igdrom_status take_all(struct igdrom_vm_request *request, const cJSON *root,
				   struct igdrom_report *report)
{
	enum igdrom_status status = IGDROM_OK, first = IGDROM_OK;

	for (const cJSON *item = root->child; item && status != IGDROM_E_NOMEM; item = item->next) {
		if (is_frame(item->string))
			continue;
		status = take(request, item, report);
		/* All of them are told at once. */
		if (first == IGDROM_OK || status == IGDROM_E_NOMEM)
			first = status;
	}
	return first == IGDROM_E_NOT_FOUND || first == IGDROM_E_INVAL ? IGDROM_E_CORRUPT : first;
}

enum igdrom_status igdrom_vm_request_read_json(struct igdrom_vm_request *request, const void *data,
					       size_t size, struct igdrom_report *report)
{
	enum igdrom_status status;
	const char *end = NULL;
	cJSON *root;

	if (!request || (!data && size))
		return IGDROM_E_INVAL;
	if (size > FACTS_MAX_BYTES) {
		report_add(report, FINDING_VM_TEXT_LARGE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(FACTS_MAX_BYTES)));
		return IGDROM_E_LIMIT;
	}
	root = size ? cJSON_ParseWithLengthOpts(data, size, &end, 0) : NULL;
	if (!cJSON_IsObject(root)) {
		uint64_t at = end && !root ? (uint64_t)(end - (const char *)data) : 0;

		cJSON_Delete(root);
		report_add(report, FINDING_VM_FACTS_BROKEN, at, REPORT_NO_ARGS);
		return IGDROM_E_NOT_RECOGNIZED;
	}
	status = take_all(request, root, report);
	cJSON_Delete(root);
	return status;
}
