/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "vm_rig.h"

#include <stdio.h>

/* Ends the value at the last space before the next "word=". */
static char *value_end(char *value)
{
	char *next = strchr(value, '=');

	if (!next)
		return NULL;
	while (next > value && *next != ' ')
		next--;
	return next > value ? next : NULL;
}

void vm_rig_say(struct igdrom_vm_request *request, const char *text)
{
	char copy[VM_LINE_ROOM];
	char *at = copy;

	assert_true(strlen(text) < sizeof(copy));
	strcpy(copy, text);
	while (at && *at) {
		char *value = strchr(at, '=');
		char *end;

		assert_non_null(value);
		*value++ = '\0';
		end = value_end(value);
		if (end)
			*end++ = '\0';
		if (igdrom_vm_request_set(request, at, value, NULL) != IGDROM_OK)
			fail_msg("%s cannot be %s", at, value);
		at = end;
	}
}

struct igdrom_vm_request *vm_rig_request(const char *text)
{
	struct igdrom_vm_request *request = NULL;

	assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
	vm_rig_say(request, text);
	return request;
}

static void add(char *out, const char *word)
{
	assert_true(strlen(out) + strlen(word) + 1 < VM_LINE_ROOM);
	strcat(out, word);
}

static void describe(const struct igdrom_vm_plan *plan, char *out)
{
	const struct igdrom_vm_config *config = igdrom_vm_plan_config(plan);
	const char *guest = igdrom_vm_config_device_guest(config, 0);

	snprintf(out, VM_LINE_ROOM, "%s %s %s", igdrom_vm_config_machine(config),
		 guest ? guest + strlen("0000:00:") : "any",
		 igdrom_vm_plan_boot_picture(plan) ? "picture" : "dark");
	for (size_t i = 0; i < igdrom_vm_config_property_count(config, 0); i++) {
		add(out, " ");
		add(out, igdrom_vm_config_property_name(config, 0, i));
		add(out, "=");
		add(out, igdrom_vm_config_property_value(config, 0, i));
	}
	for (size_t i = 0; i < igdrom_vm_config_fw_cfg_count(config); i++) {
		add(out, " ");
		add(out, igdrom_vm_config_fw_cfg_name(config, i));
		add(out, "=");
		add(out, igdrom_vm_config_fw_cfg_string(config, i));
	}
}

static const char *asked_for(const struct igdrom_report *report)
{
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const char *code = igdrom_finding_code(igdrom_report_at(report, i));

		if (strncmp(code, "vm-ask-", 7) == 0)
			return code + 7;
	}
	return "nothing";
}

const char *vm_rig_answer(const struct igdrom_vm_request *request, char out[VM_LINE_ROOM])
{
	struct igdrom_report *report = NULL;
	struct igdrom_vm_plan *plan = NULL;
	enum igdrom_status status;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	status = igdrom_vm_plan_new(request, report, &plan);
	assert_int_equal(status == IGDROM_OK, plan != NULL);
	if (status != IGDROM_OK)
		snprintf(out, VM_LINE_ROOM, "asks %s", asked_for(report));
	else if (!igdrom_vm_plan_possible(plan))
		snprintf(out, VM_LINE_ROOM, "refused %s", igdrom_vm_plan_refusal_rule(plan));
	else
		describe(plan, out);
	igdrom_vm_plan_free(plan);
	igdrom_report_free(report);
	return out;
}

const char *vm_rig_plan(const char *text, char out[VM_LINE_ROOM])
{
	struct igdrom_vm_request *request = vm_rig_request(text);

	vm_rig_answer(request, out);
	igdrom_vm_request_free(request);
	return out;
}
