/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/host.h"

#include "changes/file.h"
#include "changes/run.h"
#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS   10
#define MAX_BYTES 200 /* of the line */

static const char *const usual[] = {"kvm", "qemu-system-x86_64", "/usr/libexec/qemu-kvm"};

#define USUAL_COUNT (sizeof(usual) / sizeof(usual[0]))

/* The first line, owned; NULL when memory ran out. */
static char *first_line(const struct run *run)
{
	size_t size = strcspn(run->output, "\r\n");

	return text_clean(run->output, size, size > MAX_BYTES ? MAX_BYTES : size);
}

/* IGDROM_E_NOT_FOUND without a finding when there is no such program. */
static enum igdrom_status ask(const char *binary, struct igdrom_report *report, char **out)
{
	const char *const argv[] = {binary, "--version", NULL};
	enum igdrom_status status;
	char reason[1024];
	struct run run;

	status = run_command(argv, SECONDS, true, &run);
	if (status != IGDROM_OK)
		return status;
	if (run.error == ENOENT || run.error == ENOTDIR) {
		status = IGDROM_E_NOT_FOUND;
	} else if (run_succeeded(&run) && run.output[strspn(run.output, " \t\r\n")]) {
		*out = first_line(&run);
		status = *out ? IGDROM_OK : IGDROM_E_NOMEM;
	} else {
		if (run_succeeded(&run))
			snprintf(reason, sizeof(reason), "it printed nothing");
		else
			run_describe(&run, reason, sizeof(reason));
		SAY(report, "host-qemu-failed", SAY_TEXT(binary), SAY_TEXT(reason));
		status = run.error == EACCES ? IGDROM_E_ACCESS : IGDROM_E_IO;
	}
	run_free(&run);
	return status;
}

enum igdrom_status igdrom_host_qemu_version(struct igdrom_host *host, const char *binary,
					    struct igdrom_report *report, char **out)
{
	enum igdrom_status status = IGDROM_E_NOT_FOUND;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!host || (binary && !*binary))
		return IGDROM_E_INVAL;
	if (!host->root || *host->root) {
		igdrom_report_add(report, "host-qemu-captured", IGDROM_NO_OFFSET, NULL, 0);
		return status;
	}
	if (binary)
		status = ask(binary, report, out);
	for (size_t i = 0; !binary && status == IGDROM_E_NOT_FOUND && i < USUAL_COUNT; i++)
		status = ask(usual[i], report, out);
	if (status == IGDROM_E_NOT_FOUND)
		SAY(report, "host-qemu-missing",
		    SAY_TEXT(binary ? binary : "kvm, qemu-system-x86_64, /usr/libexec/qemu-kvm"));
	return status;
}
