/* SPDX-License-Identifier: BSD-2-Clause */
/* A plan in a virtual machine that is there: shown, done, taken back. */
#include "vm.h"

#include <igdrom/changes.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define PVE_CONFS "/etc/pve/qemu-server/"

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

/* The file of a virtual machine; NULL: it is named in another way, as a domain of libvirt is. */
const char *target_file(struct call *call, enum igdrom_vm_format format, char *room, size_t size)
{
	const char *into = option_value(call, OPTION_INTO);
	const char *root = option_value(call, OPTION_ROOT);

	if (format == IGDROM_VM_FORMAT_PVE && is_number(into)) {
		snprintf(room, size, "%s" PVE_CONFS "%s.conf", root ? root : "", into);
		return room;
	}
	if (root && into[0] == '/') {
		snprintf(room, size, "%s%s", root, into);
		return room;
	}
	if (!strchr(into, '/') &&
	    (format == IGDROM_VM_FORMAT_LIBVIRT || format == IGDROM_VM_FORMAT_UNRAID) &&
	    !strstr(into, ".xml"))
		return NULL;
	return into;
}

/* The ROM goes along when it is here; QEMU reads it from where it is. */
static int read_rom(struct call *call, const struct igdrom_vm_request *request,
		    enum igdrom_vm_format format, struct igdrom_bytes *out)
{
	const char *name = igdrom_vm_request_get(request, "rom");
	const char *path = name ? find_rom(name) : NULL;
	enum igdrom_status status;

	if (!path || format == IGDROM_VM_FORMAT_QEMU)
		return EXIT_YES;
	status = igdrom_file_read(path, NULL, call->report, out);
	return status == IGDROM_OK ? EXIT_YES : fail_environment(call, status, path);
}

/* Changes are made to files by their whole name; a captured machine has its own. */
static int name_target(struct call *call, const char *file, char path[PATH_MAX])
{
	if (file && file[0] != '/' && !option_given(call, OPTION_ROOT) && realpath(file, path))
		return EXIT_YES;
	if (snprintf(path, PATH_MAX, "%s", option_value(call, OPTION_INTO)) >= PATH_MAX)
		return usage_error(call, "--into is too long.");
	return EXIT_YES;
}

void show_steps(const struct call *call, const struct igdrom_changes *changes)
{
	for (size_t i = 0; i < igdrom_changes_count(changes); i++) {
		if (igdrom_changes_kind(changes, i) == IGDROM_CHANGE_ADVICE) {
			print_wrapped(&call->style, 0, igdrom_changes_text(changes, i));
			continue;
		}
		printf("%s: ", igdrom_changes_done(changes, i) ? "done" : "not done");
		if (igdrom_changes_path(changes, i))
			print_text(&call->style, stdout, igdrom_changes_path(changes, i));
		for (size_t k = 0; k < igdrom_changes_word_count(changes, i); k++) {
			fputs(k ? " " : "", stdout);
			print_text(&call->style, stdout, igdrom_changes_word(changes, i, k));
		}
		putchar('\n');
	}
}

int show_diff(struct call *call, const struct igdrom_changes *changes)
{
	struct igdrom_bytes diff = {0};
	enum igdrom_status status = igdrom_changes_diff(changes, &diff);

	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	fwrite(diff.data, 1, diff.size, stdout);
	igdrom_bytes_free(&diff);
	return EXIT_YES;
}

static int show_changes(struct call *call, const struct igdrom_changes *changes, bool applied,
			size_t pending)
{
	char *json = NULL;
	enum igdrom_status status;
	int code = EXIT_YES;

	if (call->json) {
		status = igdrom_changes_to_json(changes, call->report, &json);
		return print_json(call, status, json);
	}
	if (applied)
		show_steps(call, changes);
	else
		code = show_diff(call, changes);
	show_findings(call);
	if (code != EXIT_YES)
		return code;
	if (applied && pending)
		fputs("igdrom: done; \"igdrom vm write --undo\" takes it back\n", stderr);
	else if (pending)
		fputs("igdrom: nothing was changed yet; --apply does it\n", stderr);
	else
		fputs("igdrom: there is nothing to change\n", stderr);
	return EXIT_YES;
}

static int add_and_do(struct call *call, struct igdrom_changes *changes,
		      const struct igdrom_vm_plan *plan, enum igdrom_vm_format format,
		      const char *into, struct igdrom_bytes rom)
{
	bool apply = option_given(call, OPTION_APPLY);
	enum igdrom_status status;
	size_t pending;

	status = igdrom_changes_add_vm(changes, plan, format, into, rom.data, rom.size,
				       call->report);
	if (status != IGDROM_OK)
		return fail(call, status, option_value(call, OPTION_INTO));
	pending = igdrom_changes_pending(changes);
	if (apply)
		status = igdrom_changes_apply(changes, NULL, call->report);
	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	return show_changes(call, changes, apply, pending);
}

int change_vm(struct call *call, const struct igdrom_vm_request *request,
	      const struct igdrom_vm_plan *plan, enum igdrom_vm_format format)
{
	struct igdrom_changes *changes = NULL;
	struct igdrom_bytes rom = {0};
	char path[PATH_MAX], room[PATH_MAX];
	enum igdrom_status status;
	int code = read_rom(call, request, format, &rom);

	if (code == EXIT_YES)
		code = name_target(call, target_file(call, format, room, sizeof(room)), path);
	if (code == EXIT_YES) {
		status =
			igdrom_changes_new(option_value(call, OPTION_ROOT), call->report, &changes);
		code = status == IGDROM_OK ? add_and_do(call, changes, plan, format, path, rom)
					   : fail(call, status, option_value(call, OPTION_ROOT));
	}
	igdrom_changes_free(changes);
	igdrom_bytes_free(&rom);
	return code;
}

int undo_changes(struct call *call)
{
	enum igdrom_status status;
	char *json = NULL;

	status = igdrom_changes_undo(option_value(call, OPTION_ROOT), NULL, 0,
				     option_given(call, OPTION_FORCE), call->report);
	if (status == IGDROM_E_NOT_FOUND)
		return fail_with(call, EXIT_NO, status, NULL, "There is nothing to undo.");
	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	if (call->json) {
		status = igdrom_report_to_json(call->report, &json);
		return print_json(call, status, json);
	}
	call->infos = "changes-";
	return EXIT_YES;
}
