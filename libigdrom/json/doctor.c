/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

#include <igdrom/host.h>

#include <string.h>

#define ARGS 6

static bool is_fine(const struct igdrom_finding *finding)
{
	return !strncmp(igdrom_finding_code(finding), "doctor-ok-", 10);
}

static void copy(const struct igdrom_finding *finding, struct igdrom_report *to)
{
	struct igdrom_finding_arg args[ARGS] = {{NULL, 0}};
	size_t count = igdrom_finding_arg_count(finding);

	for (size_t i = 0; i < count && i < ARGS; i++) {
		args[i].text = igdrom_finding_arg_text(finding, i);
		if (!args[i].text)
			igdrom_finding_arg_number(finding, i, &args[i].number);
	}
	igdrom_report_set_file(to, igdrom_finding_file(finding));
	igdrom_report_add(to, igdrom_finding_code(finding), igdrom_finding_offset(finding), args,
			  count);
}

enum igdrom_status igdrom_host_doctor_to_json(const struct igdrom_report *report, char **out)
{
	struct igdrom_report *rest;
	enum igdrom_status status;
	struct json json;
	cJSON *fine;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!report)
		return IGDROM_E_INVAL;
	status = igdrom_report_new(&rest);
	if (status != IGDROM_OK)
		return status;
	json_start(&json);
	json_text(&json, json.root, "worst", igdrom_severity_name(igdrom_report_worst(report)));
	fine = json_array(&json, json.root, "ok");
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);
		cJSON *object;

		if (!is_fine(finding)) {
			copy(finding, rest);
			continue;
		}
		object = json_object(&json, fine, NULL);
		json_text(&json, object, "code", igdrom_finding_code(finding));
		json_text(&json, object, "text", igdrom_finding_text(finding));
	}
	status = json_finish(&json, rest, out);
	igdrom_report_free(rest);
	return status;
}
