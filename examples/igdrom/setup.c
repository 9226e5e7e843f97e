/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole job in one go. */
#include "changes.h"
#include "host.h"
#include "vm.h"

#include <igdrom/setup.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define STAGE_AT 10 /* column of the state of a stage */
#define TEXT_AT  19 /* column of its sentence */

static int check_options(struct call *call)
{
	bool undo = option_given(call, OPTION_UNDO);

	if (undo && option_given(call, OPTION_APPLY))
		return usage_error(call, "Give --apply or --undo, not both.");
	if (undo && (option_given(call, OPTION_BIOS) || option_given(call, OPTION_SETUP_ROM) ||
		     option_given(call, OPTION_VM)))
		return usage_error(call, "--undo takes the last change back, and goes with --root "
					 "and --force only.");
	if (option_given(call, OPTION_FORCE) && !undo)
		return usage_error(call, "--force goes with --undo.");
	if (option_given(call, OPTION_BIOS) && option_given(call, OPTION_SETUP_ROM))
		return usage_error(call, "Give --bios or --rom, not both: a ROM is ready, and a "
					 "BIOS file is what one is made from.");
	return EXIT_YES;
}

/* Files that were named; what they are called goes into the ROM, or becomes the name of it. */
static int give_file(struct call *call, struct igdrom_setup *setup, enum option_id option)
{
	const char *path = option_value(call, option);
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	const char *name;
	int code;

	if (!path)
		return EXIT_YES;
	code = load(call, path, &bytes);
	if (code != EXIT_YES)
		return code;
	name = strcmp(path, "-") ? base_name(path) : NULL;
	if (option == OPTION_BIOS)
		status = igdrom_setup_set_bios(setup, bytes.data ? bytes.data : (const void *)"",
					       bytes.size, name);
	else
		status = igdrom_setup_set_rom(setup, bytes.data ? bytes.data : (const void *)"",
					      bytes.size, name);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, path);
}

/* A file of this machine by its whole name; of a captured one it is named as it is there. */
static int give_vm(struct call *call, struct igdrom_setup *setup)
{
	const char *vm = option_value(call, OPTION_VM);
	const char *root = option_value(call, OPTION_ROOT);
	char path[PATH_MAX];
	enum igdrom_status status;

	if (!vm)
		return EXIT_YES;
	if (!*vm)
		return usage_error(call, "--vm needs a name.");
	if (root && vm[0] != '/' && strchr(vm, '/'))
		return usage_error(call, "With --root, --vm takes the path that the file has on "
					 "that machine: it starts with /.");
	if (vm[0] != '/' && strchr(vm, '/')) {
		if (!realpath(vm, path))
			return fail_with(call, EXIT_ENVIRONMENT, IGDROM_E_NOT_FOUND, vm,
					 "There is no such file.");
		vm = path;
	}
	status = igdrom_setup_set_vm(setup, vm);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, NULL);
}

static int give_everything(struct call *call, struct igdrom_setup *setup)
{
	int code = say_options(call, igdrom_setup_request(setup));

	if (code == EXIT_YES)
		code = give_vm(call, setup);
	if (code == EXIT_YES)
		code = give_file(call, setup, OPTION_BIOS);
	return code == EXIT_YES ? give_file(call, setup, OPTION_SETUP_ROM) : code;
}

static void show_stages(const struct call *call, const struct igdrom_setup *setup)
{
	for (int i = 0; i < IGDROM_SETUP_STAGES; i++) {
		enum igdrom_setup_stage stage = (enum igdrom_setup_stage)i;
		enum igdrom_setup_state state = igdrom_setup_state(setup, stage);
		char text[4096];

		if (state == IGDROM_SETUP_NOT_RUN)
			continue;
		printf("%-*s%-*s", STAGE_AT, igdrom_setup_stage_name(stage), TEXT_AT - STAGE_AT,
		       igdrom_setup_state_name(state));
		with_options(igdrom_setup_text(setup, stage), text, sizeof(text));
		print_wrapped(&call->style, TEXT_AT, text);
	}
}

static void show_next(const struct call *call, const struct igdrom_setup *setup)
{
	putchar('\n');
	print_title(&call->style, "Next");
	for (size_t i = 0; i < igdrom_setup_next_count(setup); i++) {
		printf("%zu. ", i + 1);
		print_wrapped(&call->style, 3, igdrom_setup_next_at(setup, i));
	}
}

static int show_done(struct call *call, const struct igdrom_setup *setup, bool applied,
		     size_t pending)
{
	const struct igdrom_changes *changes = igdrom_setup_changes(setup);
	int code = EXIT_YES;

	show_stages(call, setup);
	putchar('\n');
	if (applied && pending)
		show_steps(call, changes);
	else if (pending)
		code = show_diff(call, changes);
	else
		puts("There is nothing to change.");
	if (code == EXIT_YES)
		show_next(call, setup);
	return code;
}

static int show_document(struct call *call, const struct igdrom_setup *setup)
{
	char *json = NULL;
	enum igdrom_status status = igdrom_setup_to_json(setup, call->report, &json);

	return print_json(call, status, json);
}

/* What stopped it: something to say, something impossible, or the machine. */
static int tell_failure(struct call *call, const struct igdrom_setup *setup,
			enum igdrom_status status)
{
	int code;

	if (call->json) {
		code = show_document(call, setup);
		return code == EXIT_YES ? exit_of(status) : code;
	}
	if (status == IGDROM_E_INVAL && ask_for_missing(call, &code))
		return code;
	if (status != IGDROM_E_REFUSED)
		return fail(call, status, NULL);
	show_stages(call, setup);
	/* The stage has said the last error. */
	for (size_t i = 0; i < igdrom_report_count(call->report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(call->report, i);

		if (igdrom_finding_severity(finding) == IGDROM_SEVERITY_ERROR)
			call->told = igdrom_finding_code(finding);
	}
	return EXIT_REFUSED;
}

static int do_job(struct call *call, struct igdrom_setup *setup)
{
	bool apply = option_given(call, OPTION_APPLY);
	enum igdrom_status status = run_setup(call, setup);
	size_t pending;

	if (status != IGDROM_OK)
		return tell_failure(call, setup, status);
	pending = igdrom_changes_pending(igdrom_setup_changes(setup));
	if (apply)
		status = igdrom_setup_apply(setup, NULL, call->report);
	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	return call->json ? show_document(call, setup) : show_done(call, setup, apply, pending);
}

int run_setup_command(struct call *call)
{
	struct igdrom_setup *setup = NULL;
	enum igdrom_status status;
	int code = check_options(call);

	if (code != EXIT_YES)
		return code;
	if (option_given(call, OPTION_UNDO))
		return undo_changes(call);
	status = igdrom_setup_new(option_value(call, OPTION_ROOT), call->report, &setup);
	if (status != IGDROM_OK)
		return fail_environment(call, status, option_value(call, OPTION_ROOT));
	code = give_everything(call, setup);
	if (code == EXIT_YES)
		code = do_job(call, setup);
	igdrom_setup_free(setup);
	return code;
}
