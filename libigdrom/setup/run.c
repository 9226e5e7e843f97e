/* SPDX-License-Identifier: BSD-2-Clause */
/* The stages, one after the other. */
#include "setup/internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

typedef enum igdrom_status run_stage(struct igdrom_setup *setup);

static run_stage *const stages[IGDROM_SETUP_STAGES] = {
	[IGDROM_SETUP_FACTS] = setup_facts,     [IGDROM_SETUP_FIRMWARE] = setup_firmware,
	[IGDROM_SETUP_ROM] = setup_rom,         [IGDROM_SETUP_PLAN] = setup_plan,
	[IGDROM_SETUP_PREPARE] = setup_prepare, [IGDROM_SETUP_VM] = setup_vm,
};

void setup_say(struct igdrom_setup *setup, enum igdrom_setup_stage stage,
	       enum igdrom_setup_state state, const char *format, ...)
{
	struct setup_stage *said = &setup->stages[stage];
	va_list args;

	said->state = state;
	va_start(args, format);
	vsnprintf(said->text, sizeof(said->text), format, args);
	va_end(args);
}

/* What is wrong, from the last error that was found, or from the status. */
static void say_why(struct igdrom_setup *setup, enum igdrom_setup_stage stage,
		    enum igdrom_status status)
{
	for (size_t i = igdrom_report_count(setup->report); i > 0; i--) {
		const struct igdrom_finding *finding = igdrom_report_at(setup->report, i - 1);

		if (igdrom_finding_severity(finding) != IGDROM_SEVERITY_ERROR)
			continue;
		setup_say(setup, stage, IGDROM_SETUP_REFUSED, "%s%s%s",
			  igdrom_finding_text(finding), *igdrom_finding_fix(finding) ? " " : "",
			  igdrom_finding_fix(finding));
		return;
	}
	setup_say(setup, stage, IGDROM_SETUP_REFUSED, "It could not be done: %s.",
		  igdrom_strerror(status));
}

/* Back to before the first run. */
static enum igdrom_status forget(struct igdrom_setup *setup)
{
	igdrom_vm_plan_free(setup->plan);
	igdrom_rom_builder_free(setup->builder);
	igdrom_bytes_free(&setup->image);
	igdrom_changes_free(setup->changes);
	setup->plan = NULL;
	setup->builder = NULL;
	setup->image = (struct igdrom_bytes){0};
	setup->changes = NULL;
	memset(setup->stages, 0, sizeof(setup->stages));
	setup->vm_name[0] = setup->vm_path[0] = setup->rom_path[0] = '\0';
	setup->format = IGDROM_VM_FORMAT_UNKNOWN;
	setup->ran = setup->applied = setup->needs_rom = setup->carried = false;
	setup->next_count = setup->prepared = 0;
	if (setup->place_is_ours &&
	    igdrom_vm_request_set(setup->request, "rom", NULL, NULL) != IGDROM_OK)
		return IGDROM_E_NOMEM;
	setup->place_is_ours = false;
	return igdrom_changes_new(*setup->root ? setup->root : NULL, setup->report,
				  &setup->changes);
}

static enum igdrom_status run(struct igdrom_setup *setup)
{
	enum igdrom_status status = forget(setup);

	for (int i = 0; i < IGDROM_SETUP_STAGES && status == IGDROM_OK; i++) {
		enum igdrom_setup_stage stage = (enum igdrom_setup_stage)i;

		/* A stage may have spoken for a later one, which is then not run. */
		if (setup->stages[stage].state != IGDROM_SETUP_NOT_RUN)
			continue;
		igdrom_report_set_file(setup->report, NULL);
		status = stages[stage](setup);
		if (status != IGDROM_OK && setup->stages[stage].state != IGDROM_SETUP_REFUSED)
			say_why(setup, stage, status);
	}
	igdrom_report_set_file(setup->report, NULL);
	return status;
}

enum igdrom_status igdrom_setup_run(struct igdrom_setup *setup, const struct igdrom_limits *limits,
				    struct igdrom_report *report)
{
	struct igdrom_report *own = NULL;
	enum igdrom_status status;

	if (!setup)
		return IGDROM_E_INVAL;
	/* Sentences of stages are those of findings, also when nobody wants the findings. */
	if (!report) {
		status = igdrom_report_new(&own);
		if (status != IGDROM_OK)
			return status;
	}
	setup->report = report ? report : own;
	setup->limits = limits;
	setup->status = run(setup);
	setup->ran = true;
	if (setup->status == IGDROM_OK)
		setup_find_next(setup);
	setup->report = NULL;
	setup->limits = NULL;
	igdrom_report_free(own);
	return setup->status;
}

enum igdrom_status igdrom_setup_apply(struct igdrom_setup *setup, const char *directory,
				      struct igdrom_report *report)
{
	enum igdrom_status status;

	if (!setup)
		return IGDROM_E_INVAL;
	if (!setup->ran || setup->applied || setup->status != IGDROM_OK)
		return IGDROM_E_STATE;
	status = igdrom_changes_apply(setup->changes, directory, report);
	if (status != IGDROM_OK)
		return status;
	setup->applied = true;
	setup_find_next(setup);
	return IGDROM_OK;
}
