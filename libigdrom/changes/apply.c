/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/journal.h"

#include "changes/file.h"
#include "changes/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum igdrom_status note(struct journal *journal, const char *word, size_t step,
			       const char *text, struct igdrom_report *report)
{
	int error = journal_note(journal, word, step, text);

	return error ? file_failed(report, "file-unwritable", JOURNALS_PATH, error) : IGDROM_OK;
}

static enum igdrom_status check_file(const struct igdrom_changes *changes,
				     const struct change *step, struct igdrom_report *report)
{
	struct file_state now;
	struct place place;
	enum igdrom_status status;
	bool same;

	status = state_read(changes->root_fd, step->real, report, &place, &now);
	if (status != IGDROM_OK)
		return status;
	same = !strcmp(place.real, step->real) && state_same(&now, &step->before) &&
	       (!now.there || (now.mode == step->before.mode && now.uid == step->before.uid &&
			       now.gid == step->before.gid)) &&
	       (now.there || place.missing == step->made_count);
	state_free(&now);
	place_free(&place);
	if (same)
		return IGDROM_OK;
	SAY(report, "changes-changed-since", SAY_TEXT(step->real));
	return IGDROM_E_REFUSED;
}

/* Whether all is as it was when the steps were added: nobody's work is overwritten. */
static enum igdrom_status check_all(const struct igdrom_changes *changes,
				    struct igdrom_report *report)
{
	enum igdrom_status result = IGDROM_OK;

	for (size_t i = 0; i < changes->count; i++) {
		const struct change *step = &changes->steps[i];
		enum igdrom_status status = IGDROM_OK;
		char sha256[DIGEST_SHA256_HEX];

		if (step->kind == IGDROM_CHANGE_FILE) {
			status = check_file(changes, step, report);
		} else if (step->watch) {
			status = state_watch(step->watch, report, sha256, NULL);
			if (status == IGDROM_OK && strcmp(sha256, step->watched) != 0) {
				char *shown = words_shown(step->watch);

				SAY(report, "changes-state-changed", SAY_TEXT(shown ? shown : ""));
				free(shown);
				status = IGDROM_E_REFUSED;
			}
		}
		if (status != IGDROM_OK)
			result = status;
	}
	return result;
}

static enum igdrom_status run_command_step(struct igdrom_changes *changes, struct journal *journal,
					   size_t i, struct igdrom_report *report)
{
	struct change *step = &changes->steps[i];
	enum igdrom_status status;
	int code;

	status = do_command(changes, journal, step->argv, &code, report);
	if (status != IGDROM_OK) {
		/* Cut off in the middle it may have done anything; then it stays "started". */
		if (code >= 0) {
			step->progress = PROGRESS_FAILED;
			(void)journal_note(journal, "failed", i + 1, NULL);
		}
		return status;
	}
	step->progress = PROGRESS_DONE;
	if (step->watch && state_watch(step->watch, NULL, step->watched_after, NULL) != IGDROM_OK)
		step->watched_after[0] = '\0';
	return note(journal, "done", i + 1, step->watched_after, report);
}

static enum igdrom_status do_all(struct igdrom_changes *changes, struct journal *journal,
				 struct igdrom_report *report)
{
	enum igdrom_status status = IGDROM_OK;

	/* What may fill the disk comes before anything is changed. */
	for (size_t i = 0; status == IGDROM_OK && i < changes->count; i++) {
		if (changes->steps[i].kind == IGDROM_CHANGE_FILE)
			status = do_stage(changes, journal, i, &changes->steps[i].after, report);
	}
	for (size_t i = 0; status == IGDROM_OK && i < changes->count; i++) {
		struct change *step = &changes->steps[i];

		status = note(journal, "start", i + 1, NULL, report);
		if (status != IGDROM_OK)
			break;
		step->progress = PROGRESS_STARTED;
		if (step->kind == IGDROM_CHANGE_FILE)
			status =
				do_commit(changes, journal, i, &step->before, &step->after, report);
		else
			status = run_command_step(changes, journal, i, report);
	}
	return status == IGDROM_OK ? note(journal, "applied", 0, NULL, report) : status;
}

static void roll_back(struct igdrom_changes *changes, struct journal *journal,
		      struct igdrom_report *report)
{
	if (undo_steps(changes, journal, UNDO_ROLLBACK, report) == IGDROM_OK)
		igdrom_report_add(report, "changes-rolled-back", IGDROM_NO_OFFSET, NULL, 0);
	else
		SAY(report, "changes-rollback-incomplete", SAY_NUMBER(journal->number));
}

/* Whether a journal says that its change was cut off; IGDROM_E_NOT_FOUND: it says nothing. */
static enum igdrom_status ask_journal(int store, unsigned number, bool *cut_off)
{
	struct igdrom_changes *changes;
	struct journal_state state;
	struct journal journal;
	enum igdrom_status status;
	uint64_t time;

	status = igdrom_changes_new(NULL, NULL, &changes);
	if (status != IGDROM_OK)
		return status;
	status = store_read(store, number, false, NULL, changes, &journal, &state, &time);
	igdrom_changes_free(changes);
	if (status == IGDROM_OK) {
		journal_close(&journal);
		*cut_off = !state.applied && !state.undone;
		return IGDROM_OK;
	}
	return status == IGDROM_E_NOMEM ? status : IGDROM_E_NOT_FOUND;
}

/*
 * A change that was cut off is undone first: what it left is nobody's wish. It can be the last only,
 * as none comes after it.
 */
static enum igdrom_status check_earlier(int store, struct igdrom_report *report)
{
	enum igdrom_status status;
	unsigned *numbers;
	bool cut_off = false;
	size_t count, i;

	status = store_list(store, &numbers, &count);
	if (status != IGDROM_OK)
		return status;
	status = IGDROM_E_NOT_FOUND;
	for (i = count; i > 0 && status == IGDROM_E_NOT_FOUND; i--)
		status = ask_journal(store, numbers[i - 1], &cut_off);
	if (cut_off) {
		SAY(report, "changes-interrupted", SAY_NUMBER(numbers[i]));
		status = IGDROM_E_REFUSED;
	}
	free(numbers);
	return status == IGDROM_E_NOT_FOUND ? IGDROM_OK : status;
}

static enum igdrom_status apply_in(int store, struct igdrom_changes *work,
				   struct igdrom_report *report)
{
	struct journal journal;
	enum igdrom_status status = store_lock(store, report);

	if (status == IGDROM_OK)
		status = check_earlier(store, report);
	if (status == IGDROM_OK)
		status = store_create(store, work, report, &journal);
	if (status != IGDROM_OK)
		return status;
	status = do_all(work, &journal, report);
	if (status == IGDROM_OK)
		SAY(report, "changes-applied", SAY_NUMBER(work->count), SAY_NUMBER(journal.number));
	else
		roll_back(work, &journal, report);
	journal_close(&journal);
	return status;
}

/* The steps that have something to do, sharing what they own. */
static enum igdrom_status pick_steps(const struct igdrom_changes *changes,
				     struct igdrom_changes *work)
{
	*work = *changes;
	work->count = 0;
	work->steps = calloc(changes->count, sizeof(*work->steps));
	if (!work->steps)
		return IGDROM_E_NOMEM;
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *step = &changes->steps[i];

		if (step->kind == IGDROM_CHANGE_ADVICE || changes_is_done(changes, i) ||
		    (step->kind == IGDROM_CHANGE_COMMAND && changes->captured))
			continue;
		work->steps[work->count++] = *step;
	}
	return IGDROM_OK;
}

enum igdrom_status igdrom_changes_apply(struct igdrom_changes *changes, const char *directory,
					struct igdrom_report *report)
{
	struct igdrom_changes work;
	enum igdrom_status status;
	int store;

	if (!changes || (directory && !*directory))
		return IGDROM_E_INVAL;
	if (!igdrom_changes_pending(changes)) {
		igdrom_report_add(report, "changes-nothing-to-do", IGDROM_NO_OFFSET, NULL, 0);
		return IGDROM_OK;
	}
	status = pick_steps(changes, &work);
	if (status != IGDROM_OK)
		return status;
	status = check_all(&work, report);
	if (status == IGDROM_OK) {
		status = store_open(changes->root_fd, directory, true, report, &store);
		if (status == IGDROM_OK) {
			status = apply_in(store, &work, report);
			close(store);
		}
	}
	free(work.steps);
	if (status != IGDROM_OK)
		return status;
	for (size_t i = 0; i < changes->count; i++)
		changes->steps[i].done |=
			changes->steps[i].kind == IGDROM_CHANGE_FILE ||
			(changes->steps[i].kind == IGDROM_CHANGE_COMMAND && !changes->captured);
	changes->applied = true;
	return IGDROM_OK;
}
