/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/check.h"

#include "core/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_ROOM 256

struct judged {
	const struct vm_check *check;
	const char *name;
	const char *value;
	uint64_t at;
	char setting[TEXT_ROOM]; /* "x-igd-lpc=on" */
	struct vm_judgement judgement;
};

/* How the format of the configuration sets a property. */
static void say_how(const struct vm_check *check, const char *name, const char *value, char *out)
{
	const struct vm_known_property *property = vm_rules_property(name);
	const char *id = check->device->id ? check->device->id : "ID";
	enum vm_type type = property ? property->type : VM_TYPE_STRING;

	switch (check->config->format) {
	case IGDROM_VM_FORMAT_PVE:
	case IGDROM_VM_FORMAT_QM:
		snprintf(out, TEXT_ROOM, "%s -set device.%s.%s=%s",
			 check->config->pve.args_at == IGDROM_NO_OFFSET ? "args:" : "add to args:",
			 id, name, value);
		break;
	case IGDROM_VM_FORMAT_LIBVIRT:
	case IGDROM_VM_FORMAT_UNRAID:
		if (type == VM_TYPE_UINT)
			snprintf(out, TEXT_ROOM,
				 "<qemu:property name='%s' type='unsigned' value='%lu'/>", name,
				 strtoul(value, NULL, 0));
		else
			snprintf(out, TEXT_ROOM, "<qemu:property name='%s' type='%s' value='%s'/>",
				 name, type == VM_TYPE_BOOL ? "bool" : "string",
				 type != VM_TYPE_BOOL       ? value
				 : strcmp(value, "on") == 0 ? "true"
							    : "false");
		break;
	default:
		snprintf(out, TEXT_ROOM, "-device vfio-pci,...,%s=%s", name, value);
		break;
	}
}

/* "from QEMU 10.0 on", "from QEMU 2.7 to 4.2"; the releases that know a property. */
static void say_releases(const struct vm_known_property *property, char *out)
{
	unsigned first = 0;
	unsigned last = vm_release_count() - 1;

	while (first < last && !(property->releases >> first & 1))
		first++;
	if (property->releases >> last & 1) {
		snprintf(out, TEXT_ROOM, "from QEMU %s on", vm_release_name(first));
		return;
	}
	while (last > first && !(property->releases >> last & 1))
		last--;
	snprintf(out, TEXT_ROOM, "from QEMU %s to %s", vm_release_name(first),
		 vm_release_name(last));
}

static const char *qemu_of(const struct vm_check *check)
{
	return vm_release_name(check->it.is[VM_IF_QEMU]);
}

/* A finding with the setting and the text of the rule. */
static void report_rule(const struct judged *j, enum finding_code code)
{
	char *why = j->judgement.rule ? vm_check_expand(j->check, j->judgement.rule->text) : NULL;

	report_add(j->check->report, code, j->at,
		   REPORT_ARGS(ARG_S(j->setting), ARG_S(why ? why : "")));
	free(why);
}

static void report_unknown(const struct judged *j)
{
	const struct vm_known_property *property = vm_rules_property(j->name);
	char releases[TEXT_ROOM];

	say_releases(property, releases);
	report_add(j->check->report, FINDING_VM_CHECK_PROPERTY_UNKNOWN, j->at,
		   REPORT_ARGS(ARG_S(j->name), ARG_S(qemu_of(j->check)), ARG_S(releases)));
}

/* Needed, but with another value. */
static void report_value(const struct judged *j)
{
	const struct vm_known_property *property = vm_rules_property(j->name);
	char *value = vm_check_value(j->check, j->judgement.rule);
	char *why = vm_check_expand(j->check, j->judgement.rule->text);
	char how[TEXT_ROOM];

	if (value && why && !vm_rules_same(property, value, j->value)) {
		say_how(j->check, j->name, value, how);
		report_add(j->check->report, FINDING_VM_CHECK_PROPERTY_VALUE, j->at,
			   REPORT_ARGS(ARG_S(j->setting), ARG_S(value), ARG_S(why), ARG_S(how)));
	}
	free(value);
	free(why);
}

static void report_judged(const struct judged *j)
{
	switch (j->judgement.verdict) {
	case VM_JUDGED_OPTIONAL:
		if (j->judgement.rule)
			report_rule(j, FINDING_VM_CHECK_PROPERTY_NOTE);
		break;
	case VM_JUDGED_NEEDED:
		report_value(j);
		break;
	case VM_JUDGED_USELESS:
		if (j->judgement.rule)
			report_rule(j, FINDING_VM_CHECK_PROPERTY_USELESS);
		else
			report_add(j->check->report, FINDING_VM_CHECK_PROPERTY_DEFAULT, j->at,
				   REPORT_ARGS(ARG_S(j->setting), ARG_S(qemu_of(j->check))));
		break;
	case VM_JUDGED_FATAL:
		report_rule(j, FINDING_VM_CHECK_PROPERTY_FATAL);
		break;
	case VM_JUDGED_UNKNOWN_TO_QEMU:
		report_unknown(j);
		break;
	case VM_JUDGED_BAD_VALUE:
		report_add(j->check->report, FINDING_VM_CHECK_PROPERTY_BAD, j->at,
			   REPORT_ARGS(ARG_S(j->name), ARG_S(j->value)));
		break;
	case VM_JUDGED_NOT_OURS:
		if (strncmp(j->name, "x-igd-", 6) == 0)
			report_add(j->check->report, FINDING_VM_CHECK_PROPERTY_MISSPELT, j->at,
				   REPORT_ARGS(ARG_S(j->name)));
		break;
	}
}

static void judge(const struct vm_check *check, const char *name, const char *value, uint64_t at)
{
	struct judged j = {.check = check, .name = name, .value = value, .at = at};

	snprintf(j.setting, sizeof(j.setting), "%s=%s", name, value);
	j.judgement = vm_rules_judge(&check->it, name, value);
	report_judged(&j);
}

/* Error, unless all that is lost is a picture that may not be meant or never was. */
static enum igdrom_severity severity_of(const struct vm_check *check, const char *property)
{
	const struct vm_rule *needs[VM_MAX_NEEDS];
	struct vm_case less = check->it;
	size_t count;

	if (check->it.is[VM_IF_WANT] != VM_IS_WANT_BOOT_PICTURE)
		return IGDROM_SEVERITY_ERROR;
	less.is[VM_IF_WANT] = VM_IS_WANT_OUTPUT;
	vm_rules_settle(&less, false);
	count = vm_rules_needs(&less, VM_NEED, needs);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(needs[i]->subject, property) == 0)
			return IGDROM_SEVERITY_ERROR;
	}
	return vm_check_picture_severity(check);
}

static void check_missing(const struct vm_check *check, const struct vm_rule *need)
{
	char *value;
	char *why;
	char setting[TEXT_ROOM];
	char how[TEXT_ROOM];

	if (vm_device_property(check->device, need->subject))
		return;
	value = vm_check_value(check, need);
	why = vm_check_expand(check, need->text);
	if (value && why) {
		snprintf(setting, sizeof(setting), "%s=%s", need->subject, value);
		say_how(check, need->subject, value, how);
		report_add_as(check->report, severity_of(check, need->subject),
			      FINDING_VM_CHECK_PROPERTY_MISSING, check->device->at,
			      REPORT_ARGS(ARG_S(setting), ARG_S(why), ARG_S(how)));
	}
	free(value);
	free(why);
}

void vm_check_properties(const struct vm_check *check)
{
	const struct vm_rule *needs[VM_MAX_NEEDS];
	size_t count = vm_rules_needs(&check->it, VM_NEED, needs);

	for (size_t i = 0; i < count && !check->impossible; i++)
		check_missing(check, needs[i]);
	for (size_t i = 0; i < check->device->property_count; i++) {
		const struct vm_property *property = &check->device->properties[i];

		if (property->value)
			judge(check, property->name, property->value, property->at);
	}
	if (!check->device->rom_bar)
		judge(check, "rombar", "0", check->device->at);
}
