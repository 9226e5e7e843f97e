/* SPDX-License-Identifier: BSD-2-Clause */
/* Logs that were explained: the lines that findings are about. */
#include "json/json.h"

#include <string.h>

#define LINE_MAX_BYTES 1024

/* A place in a log; findings come in the order of the log, so the way to the next is short. */
struct place {
	const char *log;
	size_t size;
	size_t at;
	uint64_t line;
};

static void move_to(struct place *place, uint64_t offset)
{
	if (offset < place->at) {
		place->at = 0;
		place->line = 1;
	}
	for (; place->at < place->size && place->at < offset; place->at++)
		place->line += place->log[place->at] == '\n';
}

/* The line that starts here, without the zero bytes of UTF-16. */
static void add_line(struct json *json, cJSON *object, const struct place *place)
{
	char line[LINE_MAX_BYTES + 1];
	size_t used = 0;

	for (size_t i = place->at; i < place->size && used < LINE_MAX_BYTES; i++) {
		if (place->log[i] == '\n')
			break;
		if (place->log[i] && place->log[i] != '\r')
			line[used++] = place->log[i];
	}
	line[used] = '\0';
	json_number(json, object, "line", place->line);
	json_number(json, object, "offset", place->at);
	json_text(json, object, "text", line);
}

static uint64_t count_lines(const char *log, size_t size)
{
	uint64_t count = 0;
	bool blank = true;

	for (size_t i = 0; i < size; i++) {
		if (log[i] == '\n') {
			count += !blank;
			blank = true;
		} else if (log[i] && log[i] != '\r' && log[i] != ' ' && log[i] != '\t') {
			blank = false;
		}
	}
	return count + !blank;
}

/* How many more lines say what the finding before this one says; 0: it speaks of a line itself. */
static uint64_t more_of(const struct igdrom_finding *finding)
{
	uint64_t count = 0;

	if (!finding || strcmp(igdrom_finding_code(finding), "log-more") != 0 ||
	    !igdrom_finding_arg_number(finding, 0, &count))
		return 0;
	return count;
}

static uint64_t add_explained(struct json *json, const struct igdrom_report *report,
			      struct place *place)
{
	cJSON *array = json_array(json, json->root, "lines");
	uint64_t known = 0;

	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);
		uint64_t more = more_of(igdrom_report_at(report, i + 1));
		cJSON *object;

		if (igdrom_finding_offset(finding) == IGDROM_NO_OFFSET || more_of(finding))
			continue;
		move_to(place, igdrom_finding_offset(finding));
		object = json_object(json, array, NULL);
		add_line(json, object, place);
		json_number(json, object, "more", more);
		json_text(json, object, "severity",
			  igdrom_severity_name(igdrom_finding_severity(finding)));
		json_text(json, object, "code", igdrom_finding_code(finding));
		json_text(json, object, "cause", igdrom_finding_text(finding));
		json_word(json, object, "fix", igdrom_finding_fix(finding));
		known += 1 + more;
	}
	return known;
}

enum igdrom_status igdrom_vm_explain_to_json(const void *log, size_t size,
					     const struct igdrom_report *report, char **out)
{
	struct place place = {.log = log, .size = size, .line = 1};
	struct json json;
	uint64_t known;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if ((!log && size) || !report)
		return IGDROM_E_INVAL;
	json_start(&json);
	json_number(&json, json.root, "line_count", size ? count_lines(log, size) : 0);
	known = add_explained(&json, report, &place);
	json_number(&json, json.root, "known_count", known);
	json_text(&json, json.root, "worst", igdrom_severity_name(igdrom_report_worst(report)));
	return json_finish(&json, report, out);
}
