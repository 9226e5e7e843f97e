/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"
#include "vm.h"

#include <string.h>

#define DOCTOR "doctor-"
#define FINE   "doctor-ok-"

static bool is_fine(const struct igdrom_finding *finding)
{
	return !strncmp(igdrom_finding_code(finding), FINE, strlen(FINE));
}

static void show_fine(const struct style *style, const struct igdrom_finding *finding)
{
	printf("  %s%-8s%s  ", style->color ? "\033[32m" : "", "ok", style->color ? "\033[0m" : "");
	print_wrapped(style, 12, igdrom_finding_text(finding));
}

/* Findings of the scan come before those of the doctor, which are in their order already. */
static void show(struct call *call, size_t first)
{
	char words[64], title[96];

	worst_words(call->report, words, sizeof(words));
	snprintf(title, sizeof(title), "%s", *words ? words : "nothing in the way");
	print_title(&call->style, "%s", title);
	for (size_t i = first; i < igdrom_report_count(call->report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(call->report, i);

		if (is_fine(finding))
			show_fine(&call->style, finding);
		else
			show_finding(&call->style, finding, NULL);
	}
}

/* Whether the command line says anything of what is wanted. */
static bool has_wish(const struct call *call)
{
	for (size_t i = 0; i < call->given_count; i++) {
		if (call->given[i].option->id == OPTION_KEY ||
		    call->given[i].option->id == OPTION_FACTS)
			return true;
	}
	return false;
}

static int examine(struct call *call, const struct igdrom_host *host,
		   const struct igdrom_vm_request *wish)
{
	enum igdrom_status status;
	char *json = NULL;
	size_t first;
	int code;

	show_findings(call);
	igdrom_report_set_file(call->report, NULL);
	first = igdrom_report_count(call->report);
	call->told = DOCTOR;
	status = igdrom_host_doctor(host, wish, call->report);
	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	code = verdict_of(call);
	if (!call->json) {
		show(call, first);
		return code;
	}
	status = igdrom_host_doctor_to_json(call->report, &json);
	return print_json(call, status, json) == EXIT_YES ? code : exit_of(status);
}

int run_host_doctor(struct call *call)
{
	struct igdrom_vm_request *request = NULL;
	struct igdrom_host *host = NULL;
	int code = open_host(call, &host);

	if (code == EXIT_YES && has_wish(call))
		code = make_request(call, &request);
	if (code == EXIT_YES)
		code = examine(call, host, request);
	igdrom_vm_request_free(request);
	igdrom_host_close(host);
	return code;
}
