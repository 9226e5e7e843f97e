/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What another QEMU makes of a configuration: both are asked, and only what differs is said.
 */
#include "vm/check.h"

#include "core/report.h"

#include <stdlib.h>
#include <string.h>

struct upgrade {
	struct igdrom_vm_request before; /* borrow the texts of the caller's request */
	struct igdrom_vm_request after;
	struct vm_check old;
	struct vm_check new;
	const char *old_name;
	const char *new_name;
	struct igdrom_report *report;
	size_t said;
};

/* Findings are the same when they say the same about the same place; a version in them aside. */
static bool same_finding(const struct igdrom_finding *a, const struct igdrom_finding *b)
{
	const char *arg_a = igdrom_finding_arg_text(a, 0);
	const char *arg_b = igdrom_finding_arg_text(b, 0);
	bool versions = strcmp(igdrom_finding_code(a), "vm-qemu-newer") == 0;

	if (strcmp(igdrom_finding_code(a), igdrom_finding_code(b)) != 0 ||
	    igdrom_finding_offset(a) != igdrom_finding_offset(b))
		return false;
	return versions || (arg_a && arg_b ? strcmp(arg_a, arg_b) == 0 : arg_a == arg_b);
}

static bool contains(const struct igdrom_report *report, const struct igdrom_finding *finding)
{
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		if (same_finding(igdrom_report_at(report, i), finding))
			return true;
	}
	return false;
}

static void say_findings(struct upgrade *u, const struct igdrom_report *before,
			 const struct igdrom_report *after)
{
	for (size_t i = 0; i < igdrom_report_count(after); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(after, i);

		if (contains(before, finding))
			continue;
		report_copy(u->report, finding);
		u->said++;
	}
	for (size_t i = 0; i < igdrom_report_count(before); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(before, i);

		if (contains(after, finding))
			continue;
		report_add(u->report, FINDING_VM_UPGRADE_GONE, igdrom_finding_offset(finding),
			   REPORT_ARGS(ARG_S(u->new_name), ARG_S(igdrom_finding_text(finding))));
		u->said++;
	}
}

/* Defaults that are another one now: QEMU's machine types do not keep them. */
static void say_defaults(struct upgrade *u)
{
	/* QEMU has none of this for a virtual function, whatever the default. */
	if (u->old.it.is[VM_IF_FUNCTION] == VM_IS_FUNCTION_VF)
		return;
	for (size_t i = 0; vm_rules_property_at(i); i++) {
		const struct vm_known_property *property = vm_rules_property_at(i);
		const char *before = vm_rules_default(property, u->old.it.is[VM_IF_QEMU]);
		const char *after = vm_rules_default(property, u->new.it.is[VM_IF_QEMU]);

		if (!before || !after || strcmp(before, after) == 0 ||
		    vm_device_property(u->old.device, property->name))
			continue;
		report_add(u->report, FINDING_VM_UPGRADE_DEFAULT, u->old.device->at,
			   REPORT_ARGS(ARG_S(property->name), ARG_S(before), ARG_S(after),
				       ARG_S(u->new_name)));
		u->said++;
	}
}

static void say_mode(struct upgrade *u)
{
	bool before = u->old.it.is[VM_IF_MODE] == VM_IS_MODE_LEGACY;
	bool after = u->new.it.is[VM_IF_MODE] == VM_IS_MODE_LEGACY;

	if (before == after)
		return;
	report_add(u->report, after ? FINDING_VM_UPGRADE_LEGACY : FINDING_VM_UPGRADE_NO_LEGACY,
		   u->old.device->at, REPORT_ARGS(ARG_S(u->old_name), ARG_S(u->new_name)));
	u->said++;
}

/* Whether a picture is there to be lost: nothing that costs it was found. */
static bool has_picture(const struct igdrom_report *report)
{
	static const char *const costs[] = {"vm-check-no-boot-picture", "vm-check-property-missing",
					    "vm-check-lpc-slot"};

	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const char *code = igdrom_finding_code(igdrom_report_at(report, i));

		for (size_t k = 0; k < sizeof(costs) / sizeof(costs[0]); k++) {
			if (strcmp(code, costs[k]) == 0)
				return false;
		}
	}
	return igdrom_report_worst(report) != IGDROM_SEVERITY_ERROR;
}

/* Whether memory ran out for what it should hold. */
static bool is_short(const struct igdrom_report *report)
{
	return igdrom_report_dropped(report) &&
	       igdrom_report_count(report) < IGDROM_REPORT_MAX_FINDINGS;
}

static enum igdrom_status check_both(struct upgrade *u)
{
	struct igdrom_report *before = NULL;
	struct igdrom_report *after = NULL;
	enum igdrom_status status = igdrom_report_new(&before);

	if (status == IGDROM_OK)
		status = igdrom_report_new(&after);
	if (status == IGDROM_OK)
		status = vm_check_run(u->old.config, &u->before, false, before);
	if (status == IGDROM_OK)
		status = vm_check_run(u->old.config, &u->after, !has_picture(before), after);
	/* What one of them could not hold would look like a difference. */
	if (status == IGDROM_OK && (is_short(before) || is_short(after)))
		status = IGDROM_E_NOMEM;
	if (status == IGDROM_OK)
		say_findings(u, before, after);
	igdrom_report_free(before);
	igdrom_report_free(after);
	return status;
}

static enum igdrom_status compare(struct upgrade *u, const struct igdrom_vm_config *config)
{
	size_t index = vm_check_gpu(config, &u->before);
	enum igdrom_status status;

	u->old = (struct vm_check){.config = config, .request = &u->before, .index = index};
	u->new = (struct vm_check){.config = config, .request = &u->after, .index = index};
	if (index == SIZE_MAX)
		return igdrom_vm_check(config, &u->before, u->report);
	u->old.device = u->new.device = &config->devices[index];
	vm_check_case(&u->old);
	vm_check_case(&u->new);
	u->old_name = vm_release_name(u->old.it.is[VM_IF_QEMU]);
	u->new_name = vm_release_name(u->new.it.is[VM_IF_QEMU]);
	say_mode(u);
	say_defaults(u);
	status = check_both(u);
	if (status == IGDROM_OK && u->said == 0)
		report_add(u->report, FINDING_VM_UPGRADE_SAME, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(u->old_name), ARG_S(u->new_name)));
	return status;
}

enum igdrom_status igdrom_vm_check_upgrade(const struct igdrom_vm_config *config,
					   const struct igdrom_vm_request *request,
					   const char *qemu, struct igdrom_report *report)
{
	struct upgrade u = {.report = report};
	enum igdrom_status status = IGDROM_OK;
	char *normal;

	if (!config || !request || !qemu)
		return IGDROM_E_INVAL;
	if (!vm_request_text(request, VM_KEY_DEVICE) ||
	    !(vm_request_text(request, VM_KEY_QEMU) || vm_request_text(request, VM_KEY_PVE)))
		return igdrom_vm_check(config, request, report);
	normal = vm_value_normal(VM_KEY_QEMU, qemu, &status);
	if (!normal) {
		if (status == IGDROM_E_INVAL)
			report_add(report, FINDING_VM_VALUE_BAD, IGDROM_NO_OFFSET,
				   REPORT_ARGS(ARG_S("qemu"), ARG_S(qemu),
					       ARG_S(vm_value_help(VM_KEY_QEMU))));
		return status;
	}
	u.before = *request;
	u.after = *request;
	u.after.text[VM_KEY_QEMU] = normal;
	u.after.text[VM_KEY_PVE] = NULL;
	status = compare(&u, config);
	free(normal);
	return status;
}
