/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <string.h>

#define TEXT_AT 20 /* column of the sentence of a finding */

static size_t count_of(const struct igdrom_report *report, enum igdrom_severity severity)
{
	size_t n = 0;

	for (size_t i = 0; i < igdrom_report_count(report); i++)
		n += igdrom_finding_severity(igdrom_report_at(report, i)) == severity;
	return n;
}

static void show_row(const struct style *style, const struct igdrom_finding *finding)
{
	enum igdrom_severity severity = igdrom_finding_severity(finding);
	uint64_t offset = igdrom_finding_offset(finding);

	printf("%s%-8s%s  ", style->color ? color_of(severity) : "", igdrom_severity_name(severity),
	       style->color ? "\033[0m" : "");
	if (offset == IGDROM_NO_OFFSET)
		printf("%-8s  ", "-");
	else
		printf("0x%06llx  ", (unsigned long long)offset);
	print_line(style, stdout, TEXT_AT, TEXT_AT, igdrom_finding_text(finding));
	if (*igdrom_finding_fix(finding)) {
		printf("%*sfix: ", TEXT_AT, "");
		print_line(style, stdout, TEXT_AT + 5, TEXT_AT + 5, igdrom_finding_fix(finding));
	}
}

static void show_verdict(const struct call *call)
{
	size_t errors = count_of(call->report, IGDROM_SEVERITY_ERROR);
	size_t warnings = count_of(call->report, IGDROM_SEVERITY_WARNING);

	print_text(&call->style, stdout, shown_name(call->operands[0]));
	if (errors)
		printf(": will not do its job: %zu error%s", errors, errors == 1 ? "" : "s");
	else
		printf(": %s", warnings ? "may do its job" : "good");
	if (warnings)
		printf("%s %zu warning%s", errors ? "," : ", with", warnings,
		       warnings == 1 ? "" : "s");
	putchar('\n');
}

/* Here the findings are the answer: one line each, the worst first. */
static void show_answer(struct call *call)
{
	size_t count = igdrom_report_count(call->report);

	for (int severity = IGDROM_SEVERITY_ERROR; severity >= IGDROM_SEVERITY_INFO; severity--) {
		for (size_t i = 0; i < count; i++) {
			const struct igdrom_finding *finding = igdrom_report_at(call->report, i);

			if (igdrom_finding_severity(finding) == (enum igdrom_severity)severity)
				show_row(&call->style, finding);
		}
	}
	call->findings_shown = count;
	show_verdict(call);
}

int run_rom_check(struct call *call)
{
	const char *device = option_value(call, OPTION_DEVICE);
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	uint16_t id = 0;
	char *json = NULL;
	int code = device ? resolve_device(call, device, &id) : EXIT_YES;

	if (code == EXIT_YES)
		code = load(call, call->operands[0], &bytes);
	if (code != EXIT_YES)
		return code;
	status = igdrom_rom_check(bytes.data, bytes.size, id, NULL, call->report);
	igdrom_bytes_free(&bytes);
	if (status != IGDROM_OK)
		return fail(call, status, call->operands[0]);
	if (call->json) {
		status = igdrom_report_to_json(call->report, &json);
		code = print_json(call, status, json);
	} else {
		show_answer(call);
	}
	return code == EXIT_YES ? verdict_of(call) : code;
}

int run_rom_fix(struct call *call)
{
	const char *out = option_value(call, OPTION_OUTPUT);
	struct igdrom_bytes bytes, fixed = {0};
	enum igdrom_status status;
	bool changed;
	int code = need_output(call, "OUT");

	if (code == EXIT_YES)
		code = load(call, call->operands[0], &bytes);
	if (code != EXIT_YES)
		return code;
	call->infos = "rom-fixed";
	status = igdrom_rom_fix(bytes.data, bytes.size, NULL, call->report, &fixed);
	changed = status == IGDROM_OK &&
		  (fixed.size != bytes.size ||
		   (fixed.size && memcmp(fixed.data, bytes.data, fixed.size) != 0));
	igdrom_bytes_free(&bytes);
	if (status != IGDROM_OK)
		return fail(call, status, call->operands[0]);
	code = store(call, out, fixed, 0);
	if (code == EXIT_YES)
		code = show_written(call, out, fixed, changed ? IGDROM_YES : IGDROM_NO);
	igdrom_bytes_free(&fixed);
	return code == EXIT_YES ? verdict_of(call) : code;
}
