/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

enum igdrom_status igdrom_report_to_json(const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!report)
		return IGDROM_E_INVAL;
	json_start(&json);
	json_text(&json, json.root, "worst", igdrom_severity_name(igdrom_report_worst(report)));
	return json_finish(&json, report, out);
}

enum igdrom_status igdrom_error_to_json(enum igdrom_status code, const char *text, const char *file,
					uint64_t offset, const struct igdrom_report *report,
					char **out)
{
	struct json json;
	cJSON *error;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!text)
		return IGDROM_E_INVAL;
	json_start(&json);
	error = json_object(&json, json.root, "error");
	json_text(&json, error, "code", igdrom_status_name(code));
	json_text(&json, error, "text", text);
	json_text(&json, error, "file", file);
	json_offset(&json, error, "offset", offset);
	return json_finish(&json, report, out);
}
