/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/check.h"

#include "core/report.h"
#include "vm/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MEMORY_WISE_MIB 4096

/* A fw_cfg file that a plan would give the guest driver; both values are hexadecimal. */
static void check_fw_cfg(const struct vm_check *check, const char *name, const char *wanted)
{
	const struct vm_fw_cfg *have = vm_config_fw_cfg(check->config, name);

	if (!have)
		report_add(check->report, FINDING_VM_CHECK_FW_CFG_MISSING, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(name), ARG_S(wanted)));
	else if (have->string && strtoull(have->string, NULL, 16) != strtoull(wanted, NULL, 16))
		report_add(check->report, FINDING_VM_CHECK_FW_CFG_VALUE, have->at,
			   REPORT_ARGS(ARG_S(name), ARG_S(have->string), ARG_S(wanted)));
}

/* The stolen memory base as the planner would say it for this machine and this memory. */
static void check_stolen_base(const struct vm_check *check)
{
	struct igdrom_vm_plan plan = {.it = check->it,
				      .config = vm_config_new(check->config->format)};
	struct igdrom_vm_request request = *check->request;
	char memory[24];

	if (!plan.config) {
		*check->no_memory = true;
		return;
	}
	if (check->config->memory_known) {
		snprintf(memory, sizeof(memory), "%" PRIu64, check->config->memory_mib);
		request.text[VM_KEY_MEMORY] = memory;
	}
	vm_plan_stolen_base(&plan, &request, NULL);
	*check->no_memory |= plan.config->err == IGDROM_E_NOMEM;
	for (size_t i = 0; i < plan.config->fw_cfg_count; i++)
		check_fw_cfg(check, plan.config->fw_cfg[i].name, plan.config->fw_cfg[i].string);
	vm_config_free(plan.config);
}

static void check_files(const struct vm_check *check)
{
	const struct vm_rule *needs[VM_MAX_NEEDS];
	size_t count = vm_rules_needs(&check->it, VM_SET, needs);

	for (size_t i = 0; i < count; i++) {
		char *value;

		if (strncmp(needs[i]->subject, "opt/", 4) != 0)
			continue;
		value = vm_check_value(check, needs[i]);
		if (value)
			check_fw_cfg(check, needs[i]->subject, value);
		free(value);
	}
	check_stolen_base(check);
}

static void check_processor(const struct vm_check *check)
{
	const struct igdrom_vm_config *config = check->config;
	uint64_t width;

	if (config->cpu && strcmp(config->cpu, "host") != 0 &&
	    check->it.is[VM_IF_GUEST] == VM_IS_GUEST_WINDOWS)
		report_add(check->report, FINDING_VM_CHECK_CPU, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(config->cpu)));
	if (check->it.is[VM_IF_FIRMWARE] != VM_IS_FIRMWARE_OVMF ||
	    !vm_request_number(check->request, VM_KEY_ADDRESS_WIDTH, &width))
		return;
	if (config->address_width > width)
		report_add(check->report, FINDING_VM_CHECK_ADDRESS_WIDTH, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(config->address_width), ARG_U(width)));
	else if (!config->address_width)
		report_add(check->report, FINDING_VM_ADDRESS_WIDTH, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(width)));
}

static void check_audio(const struct vm_check *check)
{
	const char *audio = vm_request_text(check->request, VM_KEY_AUDIO);
	struct vm_address address;
	bool slot_only;

	if (!audio || !vm_address_parse(audio, &address, &slot_only))
		return;
	for (size_t i = 0; i < check->config->device_count; i++) {
		const struct vm_address *host = &check->config->devices[i].host;

		if (host->known && host->domain == address.domain && host->bus == address.bus &&
		    host->slot == address.slot &&
		    (host->function == address.function || check->config->devices[i].all_functions))
			return;
	}
	report_add(check->report, FINDING_VM_CHECK_AUDIO, IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_S(audio)));
}

void vm_check_rest(const struct vm_check *check)
{
	const struct igdrom_vm_config *config = check->config;

	check_files(check);
	check_processor(check);
	check_audio(check);
	if (config->memory_known && config->memory_mib < MEMORY_WISE_MIB &&
	    check->it.is[VM_IF_FUNCTION] == VM_IS_FUNCTION_WHOLE &&
	    check->it.is[VM_IF_WANT] != VM_IS_WANT_HEADLESS)
		report_add(check->report, FINDING_VM_MEMORY_SMALL, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(config->memory_mib), ARG_U(MEMORY_WISE_MIB)));
}
