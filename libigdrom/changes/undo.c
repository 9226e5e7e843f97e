/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/journal.h"

#include "changes/file.h"
#include "changes/place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEPT_MAX 100 /* names tried for what a forced undo overwrites */

/* What is to be done for a step. */
enum verdict {
	VERDICT_NOTHING,
	VERDICT_BACK,
	VERDICT_FOREIGN, /* somebody has changed it since */
};

struct undo {
	struct igdrom_changes *changes;
	struct journal *journal;
	enum undo_mode mode;
	struct igdrom_report *report;
	enum verdict verdicts[MAX_STEPS];
};

static bool was_begun(const struct change *step)
{
	return step->progress != PROGRESS_PLANNED && step->progress != PROGRESS_UNDONE;
}

/* The file as it was, from the journal, if it still is what was put there. */
static enum igdrom_status load_backup(struct undo *undo, size_t i)
{
	struct file_state *before = &undo->changes->steps[i].before;
	struct file_state found = {0};
	char name[JOURNAL_NAME_ROOM];
	struct igdrom_bytes content;
	enum igdrom_status status;

	if (!before->there || before->content.data || !before->size)
		return IGDROM_OK;
	journal_name(name, "before", i + 1);
	status = store_file(undo->journal->dir, name, MAX_CONTENT, undo->report, &content);
	if (status == IGDROM_OK) {
		state_set(&found, content);
		if (state_same(&found, before)) {
			before->content = content;
			return IGDROM_OK;
		}
		state_free(&found);
	}
	SAY(undo->report, "changes-journal-damaged", SAY_NUMBER(undo->journal->number),
	    SAY_TEXT(name));
	return status == IGDROM_E_NOMEM ? status : IGDROM_E_CORRUPT;
}

static enum igdrom_status judge_file(struct undo *undo, size_t i, enum verdict *verdict)
{
	const struct change *step = &undo->changes->steps[i];
	struct file_state now;
	struct place place;
	enum igdrom_status status;

	status = state_read(undo->changes->root_fd, step->real, undo->report, &place, &now);
	if (status == IGDROM_E_REFUSED) {
		*verdict = VERDICT_FOREIGN;
		return undo->mode == UNDO_ROLLBACK ? IGDROM_OK : status;
	}
	if (status != IGDROM_OK)
		return status;
	if (strcmp(place.real, step->real) != 0)
		*verdict = VERDICT_FOREIGN;
	else if (state_same(&now, &step->before))
		*verdict = VERDICT_NOTHING;
	else
		*verdict = state_same(&now, &step->after) ? VERDICT_BACK : VERDICT_FOREIGN;
	/* Another file than the one that was changed is nothing that force could mean. */
	if (strcmp(place.real, step->real) != 0 && undo->mode == UNDO_FORCED)
		status = IGDROM_E_REFUSED;
	if (*verdict == VERDICT_FOREIGN && (undo->mode != UNDO_FORCED || status != IGDROM_OK))
		SAY(undo->report, "changes-undo-changed", SAY_TEXT(step->real));
	state_free(&now);
	place_free(&place);
	return status == IGDROM_OK && *verdict != VERDICT_NOTHING ? load_backup(undo, i) : status;
}

static enum igdrom_status judge_command(struct undo *undo, size_t i, enum verdict *verdict)
{
	const struct change *step = &undo->changes->steps[i];
	char sha256[DIGEST_SHA256_HEX];
	enum igdrom_status status;
	char *shown;

	*verdict = VERDICT_BACK;
	if (!step->watch)
		return IGDROM_OK;
	status = state_watch(step->watch, undo->mode == UNDO_CAREFUL ? undo->report : NULL, sha256,
			     NULL);
	if (status != IGDROM_OK)
		return undo->mode == UNDO_CAREFUL ? status : IGDROM_OK;
	if (!strcmp(sha256, step->watched)) {
		*verdict = VERDICT_NOTHING;
	} else if (step->progress == PROGRESS_DONE && step->watched_after[0] &&
		   strcmp(sha256, step->watched_after) != 0 && undo->mode == UNDO_CAREFUL) {
		*verdict = VERDICT_FOREIGN;
		shown = words_shown(step->watch);
		SAY(undo->report, "changes-state-changed", SAY_TEXT(shown ? shown : ""));
		free(shown);
	}
	return IGDROM_OK;
}

/* All is looked at before anything is done. */
static enum igdrom_status judge_all(struct undo *undo)
{
	enum igdrom_status result = IGDROM_OK;

	for (size_t i = 0; i < undo->changes->count; i++) {
		const struct change *step = &undo->changes->steps[i];
		enum igdrom_status status = IGDROM_OK;

		undo->verdicts[i] = VERDICT_NOTHING;
		if (!was_begun(step))
			continue;
		if (step->kind == IGDROM_CHANGE_FILE)
			status = judge_file(undo, i, &undo->verdicts[i]);
		else if (step->refresh)
			undo->verdicts[i] = VERDICT_BACK;
		else if (step->progress != PROGRESS_FAILED)
			status = judge_command(undo, i, &undo->verdicts[i]);
		if (status == IGDROM_OK && undo->verdicts[i] == VERDICT_FOREIGN &&
		    undo->mode == UNDO_CAREFUL)
			status = IGDROM_E_REFUSED;
		if (status != IGDROM_OK)
			result = status;
	}
	return result;
}

/* What a forced undo is about to overwrite, into the journal. */
static enum igdrom_status keep_present(struct undo *undo, size_t i)
{
	const struct file_as as = {.mode = 0600, .like = -1, .sync = true};
	const struct change *step = &undo->changes->steps[i];
	enum igdrom_status status;
	struct file_state now;
	char name[64];
	int error = EEXIST;

	status = state_read(undo->changes->root_fd, step->real, undo->report, NULL, &now);
	if (status != IGDROM_OK || !now.there)
		return status;
	for (unsigned n = 1; error == EEXIST && n <= KEPT_MAX; n++) {
		snprintf(name, sizeof(name), "present-%zu-%u", i + 1, n);
		error = file_stage(undo->journal->dir, name, now.content.data, now.content.size,
				   &as);
	}
	state_free(&now);
	if (error)
		return file_failed(undo->report, "file-unwritable", name, error);
	SAY(undo->report, "changes-kept", SAY_TEXT(step->real), SAY_NUMBER(undo->journal->number),
	    SAY_TEXT(name));
	return IGDROM_OK;
}

static enum igdrom_status back_file(struct undo *undo, size_t i)
{
	const struct change *step = &undo->changes->steps[i];
	bool foreign = undo->verdicts[i] == VERDICT_FOREIGN;
	enum igdrom_status status = IGDROM_OK;

	if (foreign && undo->mode != UNDO_FORCED)
		return IGDROM_E_REFUSED;
	if (foreign)
		status = keep_present(undo, i);
	if (status == IGDROM_OK)
		status = do_stage(undo->changes, undo->journal, i, &step->before, undo->report);
	if (status == IGDROM_OK)
		status = do_commit(undo->changes, undo->journal, i, foreign ? NULL : &step->after,
				   &step->before, undo->report);
	return status;
}

static enum igdrom_status back_command(struct undo *undo, size_t i)
{
	const struct change *step = &undo->changes->steps[i];
	char *shown;
	int code;

	if (step->inverse || step->refresh)
		return do_command(undo->changes, undo->journal,
				  step->refresh ? step->argv : step->inverse, &code, undo->report);
	shown = words_shown(step->argv);
	SAY(undo->report, "changes-not-undone", SAY_TEXT(shown ? shown : step->argv[0]));
	free(shown);
	return IGDROM_OK;
}

/* One step; what cannot be noted is done all the same, and looked at again next time. */
static enum igdrom_status back(struct undo *undo, size_t i)
{
	struct change *step = &undo->changes->steps[i];
	enum igdrom_status status = IGDROM_OK;

	if (undo->verdicts[i] != VERDICT_NOTHING)
		status = step->kind == IGDROM_CHANGE_FILE ? back_file(undo, i)
							  : back_command(undo, i);
	if (status == IGDROM_OK && was_begun(step)) {
		(void)journal_note(undo->journal, "undone", i + 1, NULL);
		step->progress = PROGRESS_UNDONE;
	}
	return status;
}

enum igdrom_status undo_steps(struct igdrom_changes *changes, struct journal *journal,
			      enum undo_mode mode, struct igdrom_report *report)
{
	struct undo undo = {.changes = changes, .journal = journal, .mode = mode, .report = report};
	enum igdrom_status result = judge_all(&undo);
	enum igdrom_status status;

	if (result != IGDROM_OK && mode != UNDO_ROLLBACK)
		return result;
	for (size_t i = changes->count; i-- > 0;) {
		status = changes->steps[i].refresh ? IGDROM_OK : back(&undo, i);
		if (status != IGDROM_OK)
			result = status;
	}
	/* They take over what is there now. */
	for (size_t i = 0; i < changes->count; i++) {
		status = changes->steps[i].refresh ? back(&undo, i) : IGDROM_OK;
		if (status != IGDROM_OK)
			result = status;
	}
	for (size_t i = changes->count; i-- > 0;) {
		if (changes->steps[i].kind == IGDROM_CHANGE_FILE)
			do_clean(changes, journal, i);
	}
	if (result == IGDROM_OK && journal_note(journal, "undone", 0, NULL) != 0)
		return file_failed(report, "file-unwritable", JOURNALS_PATH, EIO);
	return result;
}

/* The journal that is meant, open for an undo. */
static enum igdrom_status find(int store, unsigned number, struct igdrom_changes **changes,
			       struct journal *journal, struct journal_state *state,
			       const char *root, struct igdrom_report *report)
{
	enum igdrom_status status;
	unsigned *numbers;
	uint64_t time;
	size_t count;

	status = store_list(store, &numbers, &count);
	if (status != IGDROM_OK)
		return status;
	status = IGDROM_E_NOT_FOUND;
	while (count-- > 0) {
		if (number && numbers[count] != number)
			continue;
		status = igdrom_changes_new(root, report, changes);
		if (status == IGDROM_OK)
			status = store_read(store, numbers[count], true, report, *changes, journal,
					    state, &time);
		if (status == IGDROM_OK && !number && state->undone) {
			journal_close(journal);
			status = IGDROM_E_NOT_FOUND;
		}
		if (status == IGDROM_OK)
			break;
		igdrom_changes_free(*changes);
		*changes = NULL;
		if (status != IGDROM_E_NOT_FOUND)
			break;
	}
	free(numbers);
	return status;
}

static enum igdrom_status undo_in(int store, const char *root, unsigned number, bool force,
				  struct igdrom_report *report)
{
	struct igdrom_changes *changes = NULL;
	struct journal_state state;
	struct journal journal;
	enum igdrom_status status;

	status = store_lock(store, report);
	if (status == IGDROM_OK)
		status = find(store, number, &changes, &journal, &state, root, report);
	if (status == IGDROM_E_NOT_FOUND)
		igdrom_report_add(report, "changes-nothing-to-undo", IGDROM_NO_OFFSET, NULL, 0);
	if (status != IGDROM_OK)
		return status;
	if (changes->captured != (root && root[strspn(root, "/")])) {
		SAY(report, "changes-other-machine", SAY_NUMBER(journal.number));
		status = IGDROM_E_REFUSED;
	} else if (state.undone) {
		SAY(report, "changes-undone-already", SAY_NUMBER(journal.number));
	} else {
		status = undo_steps(changes, &journal, force ? UNDO_FORCED : UNDO_CAREFUL, report);
		if (status == IGDROM_OK)
			SAY(report, "changes-undone", SAY_NUMBER(changes->count),
			    SAY_NUMBER(journal.number));
	}
	journal_close(&journal);
	igdrom_changes_free(changes);
	return status;
}

enum igdrom_status igdrom_changes_undo(const char *root, const char *directory, unsigned number,
				       bool force, struct igdrom_report *report)
{
	struct igdrom_changes *machine;
	enum igdrom_status status;
	int store;

	if (directory && !*directory)
		return IGDROM_E_INVAL;
	status = igdrom_changes_new(root, report, &machine);
	if (status != IGDROM_OK)
		return status;
	status = store_open(machine->root_fd, directory, false, report, &store);
	if (status == IGDROM_E_NOT_FOUND)
		igdrom_report_add(report, "changes-nothing-to-undo", IGDROM_NO_OFFSET, NULL, 0);
	if (status == IGDROM_OK) {
		status = undo_in(store, root, number, force, report);
		close(store);
	}
	igdrom_changes_free(machine);
	return status;
}
