/* SPDX-License-Identifier: BSD-2-Clause */
/* What is to be done to a machine: shown, done, taken back. */
#include "changes.h"

#include <stdlib.h>
#include <string.h>

/* The first line is a sentence; what follows are lines of a configuration, to be copied. */
static void show_advice(const struct style *style, const char *text)
{
	size_t size = strcspn(text, "\n");
	char *sentence = strndup(text, size);

	print_wrapped(style, 0, sentence ? sentence : "");
	free(sentence);
	for (text += size; text[strspn(text, "\n")]; text += size) {
		text += strspn(text, "\n");
		size = strcspn(text, "\n");
		fputs("    ", stdout);
		print_part(style, stdout, text, size);
		putchar('\n');
	}
}

void show_steps(const struct call *call, const struct igdrom_changes *changes)
{
	for (size_t i = 0; i < igdrom_changes_count(changes); i++) {
		if (igdrom_changes_kind(changes, i) == IGDROM_CHANGE_ADVICE) {
			show_advice(&call->style, igdrom_changes_text(changes, i));
			continue;
		}
		printf("%s: ", igdrom_changes_done(changes, i) ? "done" : "not done");
		if (igdrom_changes_path(changes, i))
			print_text(&call->style, stdout, igdrom_changes_path(changes, i));
		for (size_t k = 0; k < igdrom_changes_word_count(changes, i); k++) {
			fputs(k ? " " : "", stdout);
			print_text(&call->style, stdout, igdrom_changes_word(changes, i, k));
		}
		putchar('\n');
	}
}

int show_diff(struct call *call, const struct igdrom_changes *changes)
{
	struct igdrom_bytes diff = {0};
	enum igdrom_status status = igdrom_changes_diff(changes, &diff);

	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	if (diff.size)
		fwrite(diff.data, 1, diff.size, stdout);
	igdrom_bytes_free(&diff);
	return EXIT_YES;
}

static int show_changes(struct call *call, const struct igdrom_changes *changes, bool applied,
			size_t pending, const char *undo)
{
	char *json = NULL;
	enum igdrom_status status;
	int code = EXIT_YES;

	if (call->json) {
		status = igdrom_changes_to_json(changes, call->report, &json);
		return print_json(call, status, json);
	}
	if (applied)
		show_steps(call, changes);
	else
		code = show_diff(call, changes);
	show_findings(call);
	if (code != EXIT_YES)
		return code;
	if (applied && pending)
		fprintf(stderr, "igdrom: done; \"%s\" takes it back\n", undo);
	else if (pending)
		fputs("igdrom: nothing was changed yet; --apply does it\n", stderr);
	else
		fputs("igdrom: there is nothing to change\n", stderr);
	return EXIT_YES;
}

int do_changes(struct call *call, struct igdrom_changes *changes, const char *undo)
{
	size_t pending = igdrom_changes_pending(changes);
	bool apply = option_given(call, OPTION_APPLY);
	enum igdrom_status status = IGDROM_OK;

	if (apply)
		status = igdrom_changes_apply(changes, NULL, call->report);
	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	return show_changes(call, changes, apply, pending, undo);
}

int undo_changes(struct call *call)
{
	enum igdrom_status status;
	char *json = NULL;

	status = igdrom_changes_undo(option_value(call, OPTION_ROOT), NULL, 0,
				     option_given(call, OPTION_FORCE), call->report);
	if (status == IGDROM_E_NOT_FOUND)
		return fail_with(call, EXIT_NO, status, NULL, "There is nothing to undo.");
	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	if (call->json) {
		status = igdrom_report_to_json(call->report, &json);
		return print_json(call, status, json);
	}
	call->infos = "changes-";
	return EXIT_YES;
}
