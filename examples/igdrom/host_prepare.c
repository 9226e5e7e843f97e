/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes.h"
#include "host.h"
#include "vm.h"

#include <string.h>

static int check_options(struct call *call)
{
	bool undo = option_given(call, OPTION_UNDO);

	if (option_given(call, OPTION_FORCE) && !undo)
		return usage_error(call, "--force goes with --undo.");
	if (undo && (option_given(call, OPTION_APPLY) || option_given(call, OPTION_EARLY) ||
		     option_given(call, OPTION_TRIGGER)))
		return usage_error(call,
				   "--undo takes the last change back, and goes with no other "
				   "option but --root and --force.");
	return EXIT_YES;
}

static int prepare(struct call *call, const struct igdrom_host *host,
		   const struct igdrom_vm_request *request)
{
	unsigned flags =
		(option_given(call, OPTION_EARLY) ? (unsigned)IGDROM_PREPARE_EARLY : 0) |
		(option_given(call, OPTION_TRIGGER) ? (unsigned)IGDROM_PREPARE_TRIGGER : 0);
	struct igdrom_changes *changes = NULL;
	enum igdrom_status status;
	int code;

	status = igdrom_changes_new(option_value(call, OPTION_ROOT), call->report, &changes);
	if (status == IGDROM_OK)
		status = igdrom_changes_add_prepare(changes, host, request, flags, call->report);
	call->infos = "prepare-";
	code = status == IGDROM_OK ? do_changes(call, changes, "igdrom host prepare --undo")
				   : fail(call, status, NULL);
	igdrom_changes_free(changes);
	return code;
}

int run_host_prepare(struct call *call)
{
	struct igdrom_vm_request *request = NULL;
	struct igdrom_host *host = NULL;
	int code = check_options(call);

	if (code == EXIT_YES)
		code = open_host(call, &host);
	if (code != EXIT_YES)
		return code;
	if (option_given(call, OPTION_UNDO)) {
		code = undo_changes(call);
	} else {
		code = make_request(call, &request);
		if (code == EXIT_YES)
			code = prepare(call, host, request);
	}
	igdrom_vm_request_free(request);
	igdrom_host_close(host);
	return code == EXIT_YES ? verdict_of(call) : code;
}
