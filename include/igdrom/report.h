/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: findings. A report gathers what parsers, checkers and planners have to say about their
 * input, apart from the status they return. Every function that takes a report accepts NULL: then
 * nothing is gathered. Sentences and fixes come from the catalogue libigdrom/tables/findings.tsv.
 */
#ifndef IGDROM_REPORT_H
#define IGDROM_REPORT_H

#include <igdrom/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A list of findings. */
struct igdrom_report;
/** One finding; borrowed from its report. */
struct igdrom_finding;

/** How much a finding matters. */
enum igdrom_severity {
	IGDROM_SEVERITY_INFO = 0,     /**< a fact worth knowing */
	IGDROM_SEVERITY_HARMLESS = 1, /**< odd, often asked about, and of no consequence */
	IGDROM_SEVERITY_WARNING = 2,  /**< works, but may not do what is wanted */
	IGDROM_SEVERITY_ERROR = 3,    /**< will not work */
};

/** One argument of a finding that is added: text, or a number when text is NULL. */
struct igdrom_finding_arg {
	const char *text; /**< copied, made valid UTF-8 and clipped */
	uint64_t number;
};

/** Offset of a finding that is not about one place in the input. */
#define IGDROM_NO_OFFSET UINT64_MAX

/** Most findings a report keeps; later ones are counted only. */
#define IGDROM_REPORT_MAX_FINDINGS 1000

/**
 * Makes an empty report.
 * @param out owned; free with igdrom_report_free()
 * @return IGDROM_OK, IGDROM_E_INVAL (out is NULL), IGDROM_E_NOMEM
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_report_new(struct igdrom_report **out);

/**
 * Frees a report with all its findings.
 * @param report or NULL
 * @since 0.1
 */
IGDROM_API void igdrom_report_free(struct igdrom_report *report);

/**
 * Names the file that the findings added from now on are about.
 * @param report or NULL: then nothing happens
 * @param file copied, made valid UTF-8; NULL for none
 * @return IGDROM_OK, IGDROM_E_NOMEM (then none)
 * @since 0.1
 */
IGDROM_API enum igdrom_status igdrom_report_set_file(struct igdrom_report *report,
						     const char *file);

/**
 * Adds a finding of the catalogue, for a library or tool that has something to say about the same
 * input. Severity, sentence and fix come from the catalogue.
 * @param report or NULL: then nothing happens
 * @param code of the catalogue ("file-missing")
 * @param offset bytes from the start of the input, or IGDROM_NO_OFFSET
 * @param args copied; in the order of the catalogue
 * @param arg_count number of them
 * @return IGDROM_OK; IGDROM_E_NOT_FOUND (no such code); IGDROM_E_INVAL (other arguments than the
 *         catalogue names)
 * @since 0.1
 */
IGDROM_API enum igdrom_status igdrom_report_add(struct igdrom_report *report, const char *code,
						uint64_t offset,
						const struct igdrom_finding_arg *args,
						size_t arg_count);

/**
 * Number of findings kept.
 * @param report or NULL (then 0)
 * @return count, at most IGDROM_REPORT_MAX_FINDINGS
 * @since 0.1
 */
IGDROM_API size_t igdrom_report_count(const struct igdrom_report *report);

/**
 * Number of findings that were not kept (the cap was reached or memory ran out).
 * @param report or NULL (then 0)
 * @return count
 * @since 0.1
 */
IGDROM_API size_t igdrom_report_dropped(const struct igdrom_report *report);

/**
 * The highest severity of all findings, also of those that were not kept.
 * @param report or NULL
 * @return the severity; IGDROM_SEVERITY_INFO for an empty report
 * @since 0.1
 */
IGDROM_API enum igdrom_severity igdrom_report_worst(const struct igdrom_report *report);

/**
 * One finding, in the order found.
 * @param report or NULL
 * @param index 0 .. igdrom_report_count() - 1
 * @return borrowed; NULL when index is out of range
 * @since 0.1
 */
IGDROM_API const struct igdrom_finding *igdrom_report_at(const struct igdrom_report *report,
							 size_t index);

/**
 * How much the finding matters.
 * @param finding from igdrom_report_at(), or NULL (then IGDROM_SEVERITY_INFO)
 * @return the severity
 * @since 0.1
 */
IGDROM_API enum igdrom_severity igdrom_finding_severity(const struct igdrom_finding *finding);

/**
 * The severity as the word used in JSON and in the command's output.
 * @param severity any value
 * @return static text: "info", "harmless", "warning" or "error"; "unknown" for another value
 * @since 0.1
 */
IGDROM_API const char *igdrom_severity_name(enum igdrom_severity severity);

/**
 * The stable code, lower-case words joined by '-', such as "rom-last-missing". Codes are never
 * renamed or given another meaning.
 * @param finding from igdrom_report_at(), or NULL (then "")
 * @return static text
 * @since 0.1
 */
IGDROM_API const char *igdrom_finding_code(const struct igdrom_finding *finding);

/**
 * Where in the input.
 * @param finding from igdrom_report_at(), or NULL
 * @return offset in bytes from the start of the input; IGDROM_NO_OFFSET when it has no one place
 * @since 0.1
 */
IGDROM_API uint64_t igdrom_finding_offset(const struct igdrom_finding *finding);

/**
 * The file it is about.
 * @param finding from igdrom_report_at(), or NULL
 * @return borrowed from the report, UTF-8; NULL when igdrom_report_set_file() named none
 * @since 0.1
 */
IGDROM_API const char *igdrom_finding_file(const struct igdrom_finding *finding);

/**
 * What was found, as a sentence in English.
 * @param finding from igdrom_report_at(), or NULL (then "")
 * @return borrowed from the report, UTF-8
 * @since 0.1
 */
IGDROM_API const char *igdrom_finding_text(const struct igdrom_finding *finding);

/**
 * What to do about it, as a sentence in English.
 * @param finding from igdrom_report_at(), or NULL (then "")
 * @return borrowed from the report, UTF-8; "" when there is nothing to do
 * @since 0.1
 */
IGDROM_API const char *igdrom_finding_fix(const struct igdrom_finding *finding);

/**
 * Number of typed arguments that the sentence was made from.
 * @param finding from igdrom_report_at(), or NULL (then 0)
 * @return count
 * @since 0.1
 */
IGDROM_API size_t igdrom_finding_arg_count(const struct igdrom_finding *finding);

/**
 * Name of an argument ("image", "size").
 * @param finding from igdrom_report_at()
 * @param index 0 .. igdrom_finding_arg_count() - 1
 * @return static text; NULL out of range
 * @since 0.1
 */
IGDROM_API const char *igdrom_finding_arg_name(const struct igdrom_finding *finding, size_t index);

/**
 * Value of an argument that is a number.
 * @param finding from igdrom_report_at()
 * @param index 0 .. igdrom_finding_arg_count() - 1
 * @param value the number
 * @return true; false when the argument is text or index is out of range
 * @since 0.1
 */
IGDROM_API bool igdrom_finding_arg_number(const struct igdrom_finding *finding, size_t index,
					  uint64_t *value);

/**
 * Whether an argument is a PCI id: a number that people write as four hexadecimal digits.
 * @param finding from igdrom_report_at()
 * @param index 0 .. igdrom_finding_arg_count() - 1
 * @return true; false for another argument, or when index is out of range
 * @since 0.1
 */
IGDROM_API bool igdrom_finding_arg_is_id(const struct igdrom_finding *finding, size_t index);

/**
 * Value of an argument that is text.
 * @param finding from igdrom_report_at()
 * @param index 0 .. igdrom_finding_arg_count() - 1
 * @return borrowed from the report, UTF-8; NULL when it is a number or index is out of range
 * @since 0.1
 */
IGDROM_API const char *igdrom_finding_arg_text(const struct igdrom_finding *finding, size_t index);

#ifdef __cplusplus
}
#endif

#endif
