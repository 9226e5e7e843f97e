/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes.h"
#include "vm.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static enum igdrom_vm_format format_of(const char *word)
{
	for (int format = IGDROM_VM_FORMAT_PVE; format <= IGDROM_VM_FORMAT_UNRAID; format++) {
		if (!strcmp(word, igdrom_vm_format_name((enum igdrom_vm_format)format)))
			return (enum igdrom_vm_format)format;
	}
	return IGDROM_VM_FORMAT_UNKNOWN;
}

/* The hypervisor follows from the format. */
static int say_hypervisor(struct call *call, struct igdrom_vm_request *request,
			  enum igdrom_vm_format format)
{
	const char *name = igdrom_vm_format_name(
		format == IGDROM_VM_FORMAT_QM ? IGDROM_VM_FORMAT_PVE : format);
	const char *said = igdrom_vm_request_get(request, "hypervisor");

	if (said && strcmp(said, name) != 0)
		return usage_error(call, "\"%s\" is not for the hypervisor that was named: %s.",
				   igdrom_vm_format_name(format), said);
	return say_if_silent(call, request, "hypervisor", name);
}

static int read_existing(struct call *call, struct igdrom_vm_request *request,
			 enum igdrom_vm_format format, struct igdrom_bytes *bytes)
{
	struct igdrom_vm_config *config = NULL;
	enum igdrom_status status;
	char room[PATH_MAX];
	const char *path;
	int code;

	if (!option_given(call, OPTION_INTO))
		return EXIT_YES;
	if (format == IGDROM_VM_FORMAT_QM)
		return usage_error(call, "\"qm\" writes commands; --into takes a configuration: "
					 "use \"pve\".");
	path = target_file(call, format, room, sizeof(room));
	if (!path && option_given(call, OPTION_OUTPUT))
		return usage_error(call, "-o goes with a file: give --into the XML of the domain "
					 "(virsh dumpxml --inactive).");
	if (!path)
		return EXIT_YES;
	code = load(call, path, bytes);
	if (code != EXIT_YES)
		return code;
	call->text = *bytes;
	status = igdrom_vm_config_read(bytes->data, bytes->size, format, call->report, &config);
	if (status != IGDROM_OK)
		return fail(call, status, path);
	status = igdrom_vm_request_fill(request, config, path);
	igdrom_vm_config_free(config);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, path);
}

static int show_document(struct call *call, enum igdrom_vm_format format, struct igdrom_bytes bytes,
			 enum igdrom_tristate changed)
{
	const char *out = option_value(call, OPTION_OUTPUT);
	char *text, *json = NULL;
	enum igdrom_status status;

	if (!call->json)
		return EXIT_YES;
	text = strndup((const char *)bytes.data, bytes.size);
	if (!text)
		return fail(call, IGDROM_E_NOMEM, NULL);
	status = igdrom_vm_written_to_json(format, text, out, changed, call->report, &json);
	free(text);
	return print_json(call, status, json);
}

static int give(struct call *call, const struct igdrom_vm_plan *plan, enum igdrom_vm_format format,
		struct igdrom_bytes existing)
{
	const char *out = option_value(call, OPTION_OUTPUT);
	bool merge = option_given(call, OPTION_INTO);
	enum igdrom_tristate changed = IGDROM_UNKNOWN;
	struct igdrom_bytes bytes = {0};
	enum igdrom_status status;
	int code = EXIT_YES;

	if (merge)
		igdrom_report_set_file(call->report, option_value(call, OPTION_INTO));
	/* An empty file is one too. */
	status = igdrom_vm_write(plan, format,
				 merge && !existing.data ? (const void *)"" : existing.data,
				 existing.size, call->report, &bytes);
	if (status != IGDROM_OK)
		return fail(call, status, option_value(call, OPTION_INTO));
	if (merge)
		changed = bytes.size == existing.size &&
					  (bytes.size == 0 ||
					   !memcmp(bytes.data, existing.data, bytes.size))
				  ? IGDROM_NO
				  : IGDROM_YES;
	if (out || !call->json)
		code = store(call, out ? out : "-", bytes, 0);
	if (code == EXIT_YES)
		code = show_document(call, format, bytes, changed);
	igdrom_bytes_free(&bytes);
	return code;
}

static int check_options(struct call *call)
{
	const char *out = option_value(call, OPTION_OUTPUT);
	bool undo = option_given(call, OPTION_UNDO);

	if (out && !strcmp(out, "-") && call->json)
		return usage_error(call, "-o - and --json both write to standard output.");
	if (option_given(call, OPTION_APPLY) && (out || undo || !option_given(call, OPTION_INTO)))
		return usage_error(call, "--apply goes with --into, and with neither -o nor "
					 "--undo.");
	if (option_given(call, OPTION_FORCE) && !undo)
		return usage_error(call, "--force goes with --undo.");
	if (undo && (out || option_given(call, OPTION_INTO)))
		return usage_error(call, "--undo takes the last change back, and goes with "
					 "neither --into nor -o.");
	if (!undo && call->operand_count == 0)
		return usage_error(call, "Nothing to work on: name a format (pve, qm, qemu, "
					 "libvirt, unraid).");
	return EXIT_YES;
}

/* Only the parts, or merged into a copy; or shown and done in the machine itself. */
static int write_plan(struct call *call, const struct igdrom_vm_request *request,
		      const struct igdrom_vm_plan *plan, enum igdrom_vm_format format,
		      struct igdrom_bytes existing)
{
	if (!igdrom_vm_plan_possible(plan))
		return tell_refusal(call, plan, request);
	if (option_given(call, OPTION_INTO) && !option_given(call, OPTION_OUTPUT))
		return change_vm(call, request, plan, format);
	return give(call, plan, format, existing);
}

static int write_format(struct call *call, enum igdrom_vm_format format)
{
	struct igdrom_vm_request *request = NULL;
	struct igdrom_vm_plan *plan = NULL;
	struct igdrom_bytes existing = {0};
	int code = make_request(call, &request);

	if (code == EXIT_YES)
		code = say_hypervisor(call, request, format);
	if (code == EXIT_YES)
		code = ask_machine(call, request, true);
	if (code == EXIT_YES)
		code = read_existing(call, request, format, &existing);
	if (code == EXIT_YES)
		code = make_plan(call, request, &plan);
	if (code == EXIT_YES)
		code = write_plan(call, request, plan, format, existing);
	show_findings(call);
	call->text = (struct igdrom_bytes){0};
	igdrom_vm_plan_free(plan);
	igdrom_vm_request_free(request);
	igdrom_bytes_free(&existing);
	return code == EXIT_YES ? verdict_of(call) : code;
}

int run_vm_write(struct call *call)
{
	enum igdrom_vm_format format;
	int code = check_options(call);

	if (code != EXIT_YES)
		return code;
	if (option_given(call, OPTION_UNDO))
		return undo_changes(call);
	format = format_of(call->operands[0]);
	if (format == IGDROM_VM_FORMAT_UNKNOWN)
		return usage_error(call,
				   "There is no format \"%s\"; there are: pve, qm, qemu, "
				   "libvirt, unraid.",
				   call->operands[0]);
	return write_format(call, format);
}
