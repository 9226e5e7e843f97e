/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <stdarg.h>
#include <string.h>

#define SENTENCE_MAX 2048

/* The groups of <igdrom/status.def>. */
#define EXIT_OF_DONE        EXIT_YES
#define EXIT_OF_MISSING     EXIT_NO
#define EXIT_OF_MISUSE      EXIT_USAGE
#define EXIT_OF_DATA        EXIT_NO
#define EXIT_OF_REFUSED     EXIT_REFUSED
#define EXIT_OF_ENVIRONMENT EXIT_ENVIRONMENT
#define EXIT_OF_BUG         EXIT_ENVIRONMENT

int exit_of(enum igdrom_status status)
{
	switch (status) {
#define IGDROM_STATUS(name, number, group, sentence) \
	case IGDROM_##name:                          \
		return EXIT_OF_##group;
#include <igdrom/status.def>
#undef IGDROM_STATUS
	}
	return EXIT_ENVIRONMENT;
}

struct failure {
	enum igdrom_status status;
	const char *file;
	uint64_t offset;
	const char *text;
};

static int tell(struct call *call, int code, const struct failure *failure, bool was_shown)
{
	char *json = NULL;
	int at;

	if (call->json && igdrom_error_to_json(failure->status, failure->text, failure->file,
					       failure->offset, call->report, &json) == IGDROM_OK)
		printf("%s\n", json);
	igdrom_string_free(json);
	if (was_shown && !call->json)
		return code;
	at = begin_line(&call->style, NULL);
	if (failure->file)
		at += begin_line(&call->style, failure->file);
	if (failure->offset != IGDROM_NO_OFFSET)
		at += fprintf(stderr, "0x%llx: ", (unsigned long long)failure->offset);
	print_line(&call->style, stderr, at, 2, failure->text);
	return code;
}

static const struct igdrom_finding *last_error(const struct igdrom_report *report)
{
	for (size_t i = igdrom_report_count(report); i > 0; i--) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i - 1);

		if (igdrom_finding_severity(finding) == IGDROM_SEVERITY_ERROR)
			return finding;
	}
	return NULL;
}

static int fail_as(struct call *call, int code, enum igdrom_status status, const char *file)
{
	const struct igdrom_finding *finding = last_error(call->report);
	struct failure failure = {.status = status, .file = file, .offset = IGDROM_NO_OFFSET};
	char sentence[SENTENCE_MAX];

	show_findings(call);
	if (finding) {
		failure.text = igdrom_finding_text(finding);
		failure.offset = igdrom_finding_offset(finding);
		if (igdrom_finding_file(finding))
			failure.file = igdrom_finding_file(finding);
		return tell(call, code, &failure, true);
	}
	snprintf(sentence, sizeof(sentence), "%s.", igdrom_strerror(status));
	if (sentence[0] >= 'a' && sentence[0] <= 'z')
		sentence[0] = (char)(sentence[0] - 'a' + 'A');
	failure.text = sentence;
	return tell(call, code, &failure, false);
}

int fail(struct call *call, enum igdrom_status status, const char *file)
{
	return fail_as(call, exit_of(status), status, file);
}

int fail_environment(struct call *call, enum igdrom_status status, const char *file)
{
	return fail_as(call, EXIT_ENVIRONMENT, status, file);
}

int fail_with(struct call *call, int code, enum igdrom_status status, const char *file,
	      const char *format, ...)
{
	char sentence[SENTENCE_MAX];
	struct failure failure = {
		.status = status, .file = file, .offset = IGDROM_NO_OFFSET, .text = sentence};
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	show_findings(call);
	return tell(call, code, &failure, false);
}

int usage_error(struct call *call, const char *format, ...)
{
	const struct command *command = call->command;
	char sentence[SENTENCE_MAX];
	struct failure failure = {
		.status = IGDROM_E_INVAL, .offset = IGDROM_NO_OFFSET, .text = sentence};
	va_list args;
	size_t size;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	size = strlen(sentence);
	if (command)
		snprintf(sentence + size, sizeof(sentence) - size, " See \"igdrom %s%s%s --help\".",
			 command->noun, *command->verb ? " " : "", command->verb);
	else
		snprintf(sentence + size, sizeof(sentence) - size, " See \"igdrom --help\".");
	return tell(call, EXIT_USAGE, &failure, false);
}
