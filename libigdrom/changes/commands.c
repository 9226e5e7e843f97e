/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/changes.h"

#include "changes/file.h"
#include "changes/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static enum igdrom_status check_words(const char *const *words)
{
	size_t count = 0;

	if (!words || !words[0] || !words[0][0])
		return IGDROM_E_INVAL;
	for (; words[count]; count++) {
		if (count == MAX_WORDS || strlen(words[count]) >= MAX_TEXT)
			return IGDROM_E_LIMIT;
	}
	return IGDROM_OK;
}

static enum igdrom_status add(struct igdrom_changes *changes, const char *const *argv,
			      const char *const *inverse, bool refresh, const char *why)
{
	enum igdrom_status status = changes ? check_words(argv) : IGDROM_E_INVAL;
	struct change *step;

	if (status == IGDROM_OK && inverse)
		status = check_words(inverse);
	if (status != IGDROM_OK)
		return status;
	step = changes_grow(changes, IGDROM_CHANGE_COMMAND, why, &status);
	if (!step)
		return status;
	step->refresh = refresh;
	step->argv = changes_copy_words(argv);
	step->inverse = inverse ? changes_copy_words(inverse) : NULL;
	if (step->argv && (step->inverse || !inverse))
		return IGDROM_OK;
	changes_shrink(changes, changes->count - 1, changes->attached_count);
	return IGDROM_E_NOMEM;
}

enum igdrom_status igdrom_changes_add_command(struct igdrom_changes *changes,
					      const char *const *argv, const char *const *inverse,
					      const char *why, struct igdrom_report *report)
{
	enum igdrom_status status = add(changes, argv, inverse, false, why);
	char *shown;

	if (status == IGDROM_OK && !inverse) {
		shown = words_shown(changes->steps[changes->count - 1].argv);
		SAY(report, "changes-no-inverse", SAY_TEXT(shown ? shown : argv[0]));
		free(shown);
	}
	return status;
}

enum igdrom_status igdrom_changes_add_refresh(struct igdrom_changes *changes,
					      const char *const *argv, const char *why,
					      struct igdrom_report *report)
{
	(void)report;
	return add(changes, argv, argv, true, why);
}

enum igdrom_status igdrom_changes_add_advice(struct igdrom_changes *changes, const char *text)
{
	enum igdrom_status status;
	struct change *step;

	if (!changes || !text || !*text)
		return IGDROM_E_INVAL;
	if (strlen(text) >= MAX_TEXT)
		return IGDROM_E_LIMIT;
	step = changes_grow(changes, IGDROM_CHANGE_ADVICE, NULL, &status);
	if (!step)
		return status;
	step->text = strdup(text);
	if (step->text)
		return IGDROM_OK;
	changes_shrink(changes, changes->count - 1, changes->attached_count);
	return IGDROM_E_NOMEM;
}

static enum igdrom_status last_command(struct igdrom_changes *changes, const char *const *argv,
				       struct change **out)
{
	enum igdrom_status status = changes ? check_words(argv) : IGDROM_E_INVAL;

	if (status != IGDROM_OK)
		return status;
	if (!changes->count || changes->steps[changes->count - 1].kind != IGDROM_CHANGE_COMMAND)
		return IGDROM_E_STATE;
	*out = &changes->steps[changes->count - 1];
	return IGDROM_OK;
}

enum igdrom_status igdrom_changes_done_if(struct igdrom_changes *changes, const char *const *argv,
					  struct igdrom_report *report)
{
	struct change *step;
	enum igdrom_status status = last_command(changes, argv, &step);
	char reason[1024];
	struct run run;

	if (status != IGDROM_OK || changes->captured)
		return status;
	status = run_command(argv, QUERY_SECONDS, true, &run);
	if (status != IGDROM_OK)
		return status;
	step->done = run_succeeded(&run);
	if (run.error || run.timed_out) {
		run_describe(&run, reason, sizeof(reason));
		SAY(report, "changes-command-failed", SAY_TEXT(argv[0]), SAY_TEXT(reason));
		status = run.error == ENOENT ? IGDROM_E_NOT_FOUND : IGDROM_E_IO;
	}
	run_free(&run);
	return status;
}

enum igdrom_status igdrom_changes_watch(struct igdrom_changes *changes, const char *const *argv,
					struct igdrom_report *report)
{
	struct change *step;
	enum igdrom_status status = last_command(changes, argv, &step);
	char sha256[DIGEST_SHA256_HEX];
	char **copy;

	if (status != IGDROM_OK || changes->captured)
		return status;
	copy = changes_copy_words(argv);
	if (!copy)
		return IGDROM_E_NOMEM;
	status = state_watch(copy, report, sha256, NULL);
	if (status != IGDROM_OK) {
		changes_free_words(copy);
		return status;
	}
	changes_free_words(step->watch);
	step->watch = copy;
	memcpy(step->watched, sha256, sizeof(step->watched));
	return IGDROM_OK;
}
