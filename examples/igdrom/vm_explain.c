/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm.h"

#include <string.h>

#define MORE       "log-more"
#define LINE_ROOM  512
#define CAUSE_AT   14 /* column of the explanation */
#define LEAST_LINE 20 /* columns of a line that are shown at least */

/* A place in the log: findings come in its order. */
struct log_place {
	struct igdrom_bytes log;
	size_t at;
	size_t line;
};

static void move_to(struct log_place *place, uint64_t offset)
{
	if (offset < place->at) {
		place->at = 0;
		place->line = 1;
	}
	for (; place->at < place->log.size && place->at < offset; place->at++)
		place->line += place->log.data[place->at] == '\n';
}

/* The line that starts here: what people see of it, without escape sequences and UTF-16's zeros. */
static void read_line(const struct log_place *place, char out[LINE_ROOM])
{
	size_t used = 0;

	for (size_t i = place->at; i < place->log.size && used < LINE_ROOM - 1; i++) {
		uint8_t c = place->log.data[i];

		if (c == '\n')
			break;
		if (c == 0x1b && i + 1 < place->log.size && place->log.data[i + 1] == '[') {
			for (i += 2; i < place->log.size && place->log.data[i] < 0x40;)
				i++;
			continue;
		}
		if (c == '\t')
			c = ' ';
		if (c && c != '\r')
			out[used++] = (char)c;
	}
	out[used] = '\0';
}

/* The line in one row of the terminal. */
static void show_line(const struct style *style, const struct log_place *place)
{
	char text[LINE_ROOM];
	int used = printf("line %zu  ", place->line);
	int room = style->width - used > LEAST_LINE ? style->width - used : LEAST_LINE;

	read_line(place, text);
	if ((int)strlen(text) > room)
		strcpy(text + room - 3, "...");
	fputs(style->color ? "\033[1m" : "", stdout);
	print_text(style, stdout, text);
	puts(style->color ? "\033[0m" : "");
}

static uint64_t more_of(const struct igdrom_finding *finding)
{
	uint64_t count = 0;

	if (!finding || strcmp(igdrom_finding_code(finding), MORE) != 0 ||
	    !igdrom_finding_arg_number(finding, 0, &count))
		return 0;
	return count;
}

static void show_cause(const struct style *style, const struct igdrom_finding *finding,
		       uint64_t more)
{
	enum igdrom_severity severity = igdrom_finding_severity(finding);

	printf("    %s%-8s%s  ", style->color ? color_of(severity) : "",
	       igdrom_severity_name(severity), style->color ? "\033[0m" : "");
	print_wrapped(style, CAUSE_AT, igdrom_finding_text(finding));
	if (*igdrom_finding_fix(finding)) {
		printf("%*s", CAUSE_AT, "");
		print_wrapped(style, CAUSE_AT, igdrom_finding_fix(finding));
	}
	if (more)
		printf("%*s(%llu more line%s like it)\n", CAUSE_AT, "", (unsigned long long)more,
		       more == 1 ? "" : "s");
}

static uint64_t count_known(const struct igdrom_report *report)
{
	uint64_t known = 0;

	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);
		uint64_t more = more_of(finding);

		if (igdrom_finding_offset(finding) != IGDROM_NO_OFFSET)
			known += more ? more : 1;
	}
	return known;
}

static void show_lines(const struct call *call, struct log_place *place)
{
	for (size_t i = 0; i < igdrom_report_count(call->report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(call->report, i);
		uint64_t more = more_of(igdrom_report_at(call->report, i + 1));

		if (more_of(finding) || igdrom_finding_offset(finding) == IGDROM_NO_OFFSET)
			continue;
		move_to(place, igdrom_finding_offset(finding));
		putchar('\n');
		show_line(&call->style, place);
		show_cause(&call->style, finding, more);
	}
}

static uint64_t count_lines(struct igdrom_bytes log)
{
	uint64_t count = 0;
	bool blank = true;

	for (size_t i = 0; i < log.size; i++) {
		if (log.data[i] == '\n') {
			count += !blank;
			blank = true;
		} else if (log.data[i] > ' ') {
			blank = false;
		}
	}
	return count + !blank;
}

static size_t count_of(const struct igdrom_report *report, enum igdrom_severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < igdrom_report_count(report); i++)
		count += igdrom_finding_severity(igdrom_report_at(report, i)) == severity;
	return count;
}

static void show_verdict(const struct call *call, uint64_t known)
{
	const char *name = shown_name(call->operands[0]);
	char counts[64];

	worst_words(call->report, counts, sizeof(counts));
	if (*counts)
		print_title(&call->style, "%s: %s", name, counts);
	else if (known == 0)
		print_title(&call->style, "%s: no line of it is known", name);
	else
		print_title(&call->style, "%s: nothing in it speaks of a problem", name);
}

static void show_rest(const struct call *call, uint64_t known, uint64_t lines)
{
	size_t harmless = count_of(call->report, IGDROM_SEVERITY_HARMLESS);

	for (size_t i = 0; i < igdrom_report_count(call->report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(call->report, i);

		if (igdrom_finding_offset(finding) != IGDROM_NO_OFFSET)
			continue;
		putchar('\n');
		print_wrapped(&call->style, 0, igdrom_finding_text(finding));
		print_wrapped(&call->style, 0, igdrom_finding_fix(finding));
	}
	if (harmless)
		printf("\nHarmless lines are called so: they stand in logs of machines that "
		       "work.\n");
	if (known)
		printf("\n%llu of %llu line%s known here.\n", (unsigned long long)known,
		       (unsigned long long)lines, lines == 1 ? " is" : "s are");
}

static void show(struct call *call, struct igdrom_bytes log)
{
	struct log_place place = {.log = log, .line = 1};
	uint64_t known = count_known(call->report);

	show_verdict(call, known);
	show_lines(call, &place);
	show_rest(call, known, count_lines(log));
	call->findings_shown = igdrom_report_count(call->report);
}

int run_vm_explain(struct call *call)
{
	struct igdrom_vm_request *request = NULL;
	struct igdrom_bytes log = {0};
	enum igdrom_status status;
	char *json = NULL;
	int code = make_request(call, &request);

	if (code == EXIT_YES)
		code = load(call, call->operands[0], &log);
	if (code == EXIT_YES) {
		status = igdrom_vm_explain(log.data, log.size, request, NULL, call->report);
		if (status != IGDROM_OK)
			code = fail(call, status, call->operands[0]);
	}
	if (code == EXIT_YES && call->json) {
		status = igdrom_vm_explain_to_json(log.data, log.size, call->report, &json);
		code = print_json(call, status, json);
	} else if (code == EXIT_YES) {
		show(call, log);
	}
	igdrom_vm_request_free(request);
	igdrom_bytes_free(&log);
	return code == EXIT_YES ? verdict_of(call) : code;
}
