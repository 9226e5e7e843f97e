/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/report.h"
#include "core/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FINDING_MAX_ARGS 6
#define ARG_MAX_BYTES    1024

enum arg_type {
	ARG_DECIMAL, /* 42 */
	ARG_HEX,     /* 0x2a */
	ARG_ID,      /* 4680: four upper-case hex digits, a PCI id */
	ARG_TEXT,
};

struct arg_spec {
	const char *name;
	enum arg_type type;
};

struct catalogue_row {
	const char *code;
	enum igdrom_severity severity;
	const char *text;
	const char *fix;
	size_t arg_count;
	struct arg_spec args[FINDING_MAX_ARGS];
};

static const struct catalogue_row catalogue[] = {
#include "core/findings.inc"
};

struct igdrom_finding {
	const struct catalogue_row *row;
	enum igdrom_severity severity;
	uint64_t offset;
	uint64_t number[FINDING_MAX_ARGS];
	char *arg_text[FINDING_MAX_ARGS];
	char *file; /* NULL: the report named none */
	char *text;
	char *fix;
};

struct igdrom_report {
	char *file;
	struct igdrom_finding *findings;
	size_t count;
	size_t room;
	size_t dropped;
	enum igdrom_severity worst;
};

static void finding_clear(struct igdrom_finding *finding)
{
	for (size_t i = 0; i < FINDING_MAX_ARGS; i++)
		free(finding->arg_text[i]);
	free(finding->file);
	free(finding->text);
	free(finding->fix);
	memset(finding, 0, sizeof(*finding));
}

/* Writes one argument as its type says; the length it needs, as snprintf(). */
static size_t format_arg(const struct igdrom_finding *finding, size_t i, char *out, size_t room)
{
	switch (finding->row->args[i].type) {
	case ARG_DECIMAL:
		return (size_t)snprintf(out, room, "%" PRIu64, finding->number[i]);
	case ARG_HEX:
		return (size_t)snprintf(out, room, "0x%" PRIx64, finding->number[i]);
	case ARG_ID:
		return (size_t)snprintf(out, room, "%04" PRIX64, finding->number[i]);
	case ARG_TEXT:
		break;
	}
	return (size_t)snprintf(out, room, "%s", finding->arg_text[i]);
}

static size_t find_arg(const struct catalogue_row *row, const char *name, size_t size)
{
	for (size_t i = 0; i < row->arg_count; i++) {
		if (strlen(row->args[i].name) == size && !memcmp(row->args[i].name, name, size))
			return i;
	}
	return row->arg_count;
}

/* Expands {name} in a template; owned, NULL when memory ran out. */
static char *expand(const struct igdrom_finding *finding, const char *template)
{
	size_t room = strlen(template) + 1;
	size_t at = 0;
	char *out;

	for (size_t i = 0; i < finding->row->arg_count; i++)
		room += 2 * (format_arg(finding, i, NULL, 0) + 1);
	out = malloc(room);
	if (!out)
		return NULL;
	while (*template) {
		const char *end = *template == '{' ? strchr(template, '}') : NULL;
		size_t i = end ? find_arg(finding->row, template + 1, (size_t)(end - template - 1))
			       : 0;

		if (!end) {
			out[at++] = *template ++;
			continue;
		}
		/* The generator refuses templates with an unknown name or one used thrice. */
		assert(i < finding->row->arg_count);
		at += format_arg(finding, i, out + at, room - at);
		template = end + 1;
	}
	out[at] = '\0';
	return out;
}

static bool fill(struct igdrom_finding *finding, const struct igdrom_finding_arg *args,
		 size_t arg_count)
{
	for (size_t i = 0; i < arg_count; i++) {
		finding->number[i] = args[i].number;
		if (finding->row->args[i].type != ARG_TEXT)
			continue;
		assert(args[i].text);
		finding->arg_text[i] =
			text_clean(args[i].text, strlen(args[i].text), ARG_MAX_BYTES);
		if (!finding->arg_text[i])
			return false;
	}
	finding->text = expand(finding, finding->row->text);
	finding->fix = expand(finding, finding->row->fix);
	return finding->text && finding->fix;
}

static struct igdrom_finding *next_slot(struct igdrom_report *report)
{
	size_t room = report->room ? report->room * 2 : 8;
	struct igdrom_finding *findings;

	if (report->count >= IGDROM_REPORT_MAX_FINDINGS)
		return NULL;
	if (report->count == report->room) {
		findings = realloc(report->findings, room * sizeof(*findings));
		if (!findings)
			return NULL;
		report->findings = findings;
		report->room = room;
	}
	return &report->findings[report->count];
}

void report_add_as(struct igdrom_report *report, enum igdrom_severity severity,
		   enum finding_code code, uint64_t offset, const struct igdrom_finding_arg *args,
		   size_t arg_count)
{
	const struct catalogue_row *row = &catalogue[code];
	struct igdrom_finding *finding;

	assert(arg_count == row->arg_count);
	if (!report)
		return;
	if (severity > report->worst)
		report->worst = severity;
	finding = next_slot(report);
	if (!finding) {
		report->dropped++;
		return;
	}
	*finding = (struct igdrom_finding){.row = row, .severity = severity, .offset = offset};
	if (report->file)
		finding->file = text_clean(report->file, strlen(report->file), ARG_MAX_BYTES);
	if ((report->file && !finding->file) || !fill(finding, args, arg_count)) {
		finding_clear(finding);
		report->dropped++;
		return;
	}
	report->count++;
}

void report_copy(struct igdrom_report *report, const struct igdrom_finding *finding)
{
	struct igdrom_finding_arg args[FINDING_MAX_ARGS] = {0};
	const struct catalogue_row *row = finding->row;

	for (size_t i = 0; i < row->arg_count; i++) {
		args[i].text = igdrom_finding_arg_text(finding, i);
		(void)igdrom_finding_arg_number(finding, i, &args[i].number);
	}
	report_add_as(report, finding->severity, (enum finding_code)(row - catalogue),
		      finding->offset, args, row->arg_count);
}

enum igdrom_severity report_severity(enum finding_code code)
{
	return catalogue[code].severity;
}

const char *report_code(enum finding_code code)
{
	return catalogue[code].code;
}

void report_add(struct igdrom_report *report, enum finding_code code, uint64_t offset,
		const struct igdrom_finding_arg *args, size_t arg_count)
{
	report_add_as(report, catalogue[code].severity, code, offset, args, arg_count);
}

static bool args_fit(const struct catalogue_row *row, const struct igdrom_finding_arg *args,
		     size_t arg_count)
{
	if (arg_count != row->arg_count || (arg_count && !args))
		return false;
	for (size_t i = 0; i < arg_count; i++) {
		if (!args[i].text != (row->args[i].type != ARG_TEXT))
			return false;
	}
	return true;
}

enum igdrom_status igdrom_report_add(struct igdrom_report *report, const char *code,
				     uint64_t offset, const struct igdrom_finding_arg *args,
				     size_t arg_count)
{
	if (!code)
		return IGDROM_E_INVAL;
	for (size_t i = 0; i < sizeof(catalogue) / sizeof(catalogue[0]); i++) {
		if (strcmp(catalogue[i].code, code) != 0)
			continue;
		if (!args_fit(&catalogue[i], args, arg_count))
			return IGDROM_E_INVAL;
		report_add(report, (enum finding_code)i, offset, args, arg_count);
		return IGDROM_OK;
	}
	return IGDROM_E_NOT_FOUND;
}

enum igdrom_status igdrom_report_new(struct igdrom_report **out)
{
	if (!out)
		return IGDROM_E_INVAL;
	*out = calloc(1, sizeof(**out));
	return *out ? IGDROM_OK : IGDROM_E_NOMEM;
}

void igdrom_report_free(struct igdrom_report *report)
{
	if (!report)
		return;
	for (size_t i = 0; i < report->count; i++)
		finding_clear(&report->findings[i]);
	free(report->findings);
	free(report->file);
	free(report);
}

enum igdrom_status igdrom_report_set_file(struct igdrom_report *report, const char *file)
{
	if (!report)
		return IGDROM_OK;
	free(report->file);
	report->file = file ? text_clean(file, strlen(file), ARG_MAX_BYTES) : NULL;
	return file && !report->file ? IGDROM_E_NOMEM : IGDROM_OK;
}

size_t igdrom_report_count(const struct igdrom_report *report)
{
	return report ? report->count : 0;
}

size_t igdrom_report_dropped(const struct igdrom_report *report)
{
	return report ? report->dropped : 0;
}

enum igdrom_severity igdrom_report_worst(const struct igdrom_report *report)
{
	return report ? report->worst : IGDROM_SEVERITY_INFO;
}

const struct igdrom_finding *igdrom_report_at(const struct igdrom_report *report, size_t index)
{
	return report && index < report->count ? &report->findings[index] : NULL;
}

enum igdrom_severity igdrom_finding_severity(const struct igdrom_finding *finding)
{
	return finding ? finding->severity : IGDROM_SEVERITY_INFO;
}

const char *igdrom_severity_name(enum igdrom_severity severity)
{
	switch (severity) {
	case IGDROM_SEVERITY_INFO:
		return "info";
	case IGDROM_SEVERITY_HARMLESS:
		return "harmless";
	case IGDROM_SEVERITY_WARNING:
		return "warning";
	case IGDROM_SEVERITY_ERROR:
		return "error";
	}
	return "unknown";
}

const char *igdrom_finding_code(const struct igdrom_finding *finding)
{
	return finding ? finding->row->code : "";
}

uint64_t igdrom_finding_offset(const struct igdrom_finding *finding)
{
	return finding ? finding->offset : IGDROM_NO_OFFSET;
}

const char *igdrom_finding_file(const struct igdrom_finding *finding)
{
	return finding ? finding->file : NULL;
}

const char *igdrom_finding_text(const struct igdrom_finding *finding)
{
	return finding ? finding->text : "";
}

const char *igdrom_finding_fix(const struct igdrom_finding *finding)
{
	return finding ? finding->fix : "";
}

size_t igdrom_finding_arg_count(const struct igdrom_finding *finding)
{
	return finding ? finding->row->arg_count : 0;
}

const char *igdrom_finding_arg_name(const struct igdrom_finding *finding, size_t index)
{
	return index < igdrom_finding_arg_count(finding) ? finding->row->args[index].name : NULL;
}

bool igdrom_finding_arg_number(const struct igdrom_finding *finding, size_t index, uint64_t *value)
{
	if (!value || index >= igdrom_finding_arg_count(finding) ||
	    finding->row->args[index].type == ARG_TEXT)
		return false;
	*value = finding->number[index];
	return true;
}

const char *igdrom_finding_arg_text(const struct igdrom_finding *finding, size_t index)
{
	return index < igdrom_finding_arg_count(finding) ? finding->arg_text[index] : NULL;
}

bool igdrom_finding_arg_is_id(const struct igdrom_finding *finding, size_t index)
{
	return index < igdrom_finding_arg_count(finding) &&
	       finding->row->args[index].type == ARG_ID;
}
