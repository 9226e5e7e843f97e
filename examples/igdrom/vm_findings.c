/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings about configurations, which people read by lines. */
#include "vm.h"

#include <string.h>

#define TEXT_AT  12 /* column of the text of a finding */
#define TEXT_MAX 8192

static bool is_key(const char *word, size_t size)
{
	for (size_t i = 0; i < igdrom_vm_request_key_count(); i++) {
		const char *key = igdrom_vm_request_key_at(i);

		if (strlen(key) == size && !memcmp(key, word, size))
			return true;
	}
	return false;
}

/* Whether "gms, ggc)" or "want output)" holds keys of a request, maybe with values, and nothing else. */
static bool are_keys(const char *list)
{
	for (;;) {
		size_t size = strcspn(list, ",) ");

		if (size == 0 || !is_key(list, size))
			return false;
		if (list[size] == ' ')
			size += 1 + strspn(list + size + 1, "abcdefghijklmnopqrstuvwxyz-");
		if (list[size] != ',' && list[size] != ')')
			return false;
		if (list[size] == ')')
			return true;
		list += size + 1;
		list += strspn(list, " ");
	}
}

void with_options(const char *text, char *out, size_t room)
{
	bool keys = false, starts = false;
	size_t used = 0;

	for (; *text && used + 3 < room; text++) {
		if (keys && starts && *text != ' ') {
			out[used++] = '-';
			out[used++] = '-';
			starts = false;
		}
		if (*text == '(') {
			keys = are_keys(text + 1);
			starts = keys;
		} else if (*text == ')') {
			keys = false;
		} else if (*text == ',') {
			starts = keys;
		}
		out[used++] = keys && *text == '_' ? '-' : *text;
	}
	out[used] = '\0';
}

void show_finding(const struct style *style, const struct igdrom_finding *finding,
		  const struct igdrom_bytes *text)
{
	enum igdrom_severity severity = igdrom_finding_severity(finding);
	uint64_t offset = igdrom_finding_offset(finding);
	char line[TEXT_MAX] = "", fix[TEXT_MAX];

	printf("  %s%-8s%s  ", style->color ? color_of(severity) : "",
	       igdrom_severity_name(severity), style->color ? "\033[0m" : "");
	if (text && offset != IGDROM_NO_OFFSET)
		snprintf(line, sizeof(line), "line %zu: ", line_number(*text, offset));
	snprintf(line + strlen(line), sizeof(line) - strlen(line), "%s",
		 igdrom_finding_text(finding));
	print_wrapped(style, TEXT_AT, line);
	with_options(igdrom_finding_fix(finding), fix, sizeof(fix));
	if (*fix) {
		printf("%*s", TEXT_AT, "");
		print_wrapped(style, TEXT_AT, fix);
	}
}

void list_findings(const struct style *style, const struct igdrom_report *report, size_t first,
		   const struct igdrom_bytes *text)
{
	static const enum igdrom_severity order[] = {
		IGDROM_SEVERITY_ERROR,
		IGDROM_SEVERITY_WARNING,
		IGDROM_SEVERITY_INFO,
		IGDROM_SEVERITY_HARMLESS,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		for (size_t k = first; k < igdrom_report_count(report); k++) {
			const struct igdrom_finding *finding = igdrom_report_at(report, k);

			if (igdrom_finding_severity(finding) == order[i])
				show_finding(style, finding, text);
		}
	}
}

const char *worst_words(const struct igdrom_report *report, char *out, size_t room)
{
	size_t errors = 0, warnings = 0;

	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		errors += igdrom_finding_severity(finding) == IGDROM_SEVERITY_ERROR;
		warnings += igdrom_finding_severity(finding) == IGDROM_SEVERITY_WARNING;
	}
	*out = '\0';
	if (errors)
		snprintf(out, room, "%zu error%s", errors, errors == 1 ? "" : "s");
	if (warnings)
		snprintf(out + strlen(out), room - strlen(out), "%s%zu warning%s",
			 errors ? ", " : "", warnings, warnings == 1 ? "" : "s");
	return out;
}
