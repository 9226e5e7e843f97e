/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a parser, checker or planner says what it found. The catalogue (tables/findings.tsv) fixes
 * the severity, the sentence, the fix and the names and types of the arguments; the caller gives
 * values in the catalogue's order. report == NULL is allowed and does nothing.
 *
 *   report_add(report, FINDING_ROM_LENGTH_WRONG, at, REPORT_ARGS(ARG_U(index), ARG_U(size)));
 *   report_add(report, FINDING_ROM_BARE_PE, 0, REPORT_NO_ARGS);
 */
#ifndef IGDROM_CORE_REPORT_H
#define IGDROM_CORE_REPORT_H

#include <igdrom/report.h>

#include "core/findings_enum.inc"

#define ARG_U(v)              \
	{                     \
		.number = (v) \
	}
#define ARG_S(v)            \
	{                   \
		.text = (v) \
	}
#define REPORT_ARGS(...)                                                   \
	(const struct igdrom_finding_arg[]){__VA_ARGS__},                  \
		sizeof((const struct igdrom_finding_arg[]){__VA_ARGS__}) / \
			sizeof(struct igdrom_finding_arg)
#define REPORT_NO_ARGS NULL, 0

void report_add(struct igdrom_report *report, enum finding_code code, uint64_t offset,
		const struct igdrom_finding_arg *args, size_t arg_count);

/* As report_add(), at another severity than the catalogue's (a refusal that was forced). */
void report_add_as(struct igdrom_report *report, enum igdrom_severity severity,
		   enum finding_code code, uint64_t offset, const struct igdrom_finding_arg *args,
		   size_t arg_count);

/* The same once more, with its severity: from one report to another. */
void report_copy(struct igdrom_report *report, const struct igdrom_finding *finding);

/* The catalogue's severity. */
enum igdrom_severity report_severity(enum finding_code code);

/* The code as text ("file-missing"). */
const char *report_code(enum finding_code code);

#endif
