/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/journal.h"

#include "changes/file.h"
#include "changes/place.h"
#include "changes/run.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DIRECTORY_MODE 0755

static void stage_name(const struct journal *journal, size_t index, char name[JOURNAL_NAME_ROOM])
{
	/* Without the process in it: an undo after a crash has to find it. */
	snprintf(name, JOURNAL_NAME_ROOM, ".igdrom-%04u-%zu.tmp", journal->number, index + 1);
}

static enum igdrom_status changed_since(const struct change *step, struct igdrom_report *report)
{
	SAY(report, "changes-changed-since", SAY_TEXT(step->real));
	return IGDROM_E_REFUSED;
}

/* The place of a step's file; a link that has come since is somebody's change. */
static enum igdrom_status find(const struct igdrom_changes *changes, const struct change *step,
			       mode_t make, struct igdrom_report *report, struct place *out)
{
	int error = place_find(changes->root_fd, step->real, make, out);

	if (error)
		return file_failed(report, "file-unwritable", step->real, error);
	if (!strcmp(out->real, step->real))
		return IGDROM_OK;
	place_free(out);
	return changed_since(step, report);
}

enum igdrom_status do_stage(const struct igdrom_changes *changes, const struct journal *journal,
			    size_t index, const struct file_state *to, struct igdrom_report *report)
{
	const struct change *step = &changes->steps[index];
	struct file_as as = {
		.mode = to->mode, .exact = true, .sync = true, .uid = to->uid, .gid = to->gid};
	char name[JOURNAL_NAME_ROOM];
	enum igdrom_status status;
	struct place place;
	int error;

	if (!to->there)
		return IGDROM_OK;
	status = find(changes, step, DIRECTORY_MODE, report, &place);
	if (status != IGDROM_OK)
		return status;
	stage_name(journal, index, name);
	as.like = openat(place.dir, place.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	error = 0;
	/* rename() would not ask: a file that is protected from writing stays. */
	if (as.like >= 0 && faccessat(place.dir, place.name, W_OK, AT_EACCESS) != 0)
		error = errno;
	unlinkat(place.dir, name, 0);
	if (!error)
		error = file_stage(place.dir, name, to->content.data, to->content.size, &as);
	if (as.like >= 0)
		close(as.like);
	place_free(&place);
	return error ? file_failed(report, "file-unwritable", step->real, error) : IGDROM_OK;
}

static int commit(const struct place *place, const char *staged, const struct file_state *to)
{
	int error;

	if (to->there)
		error = renameat(place->dir, staged, place->dir, place->name) == 0 ? 0 : errno;
	else
		error = unlinkat(place->dir, place->name, 0) == 0 || errno == ENOENT ? 0 : errno;
	return error ? error : file_sync_directory(place->dir);
}

/* With the lock of a virtual machine, when it is one's configuration. */
static enum igdrom_status commit_locked(const struct igdrom_changes *changes,
					const struct journal *journal, size_t index,
					const struct file_state *from, const struct file_state *to,
					struct igdrom_report *report)
{
	const struct change *step = &changes->steps[index];
	struct file_state now = {0};
	char name[JOURNAL_NAME_ROOM];
	enum igdrom_status status;
	struct place place;
	int error;

	status = state_read(changes->root_fd, step->real, report, NULL, &now);
	if (status == IGDROM_OK && from && !state_same(&now, from))
		status = changed_since(step, report);
	state_free(&now);
	if (status != IGDROM_OK)
		return status;
	status = find(changes, step, 0, report, &place);
	if (status != IGDROM_OK)
		return status;
	stage_name(journal, index, name);
	error = place.dir >= 0 ? commit(&place, name, to) : to->there ? ENOENT : 0;
	place_free(&place);
	return error ? file_failed(report, "file-unwritable", step->real, error) : IGDROM_OK;
}

enum igdrom_status do_commit(const struct igdrom_changes *changes, const struct journal *journal,
			     size_t index, const struct file_state *from,
			     const struct file_state *to, struct igdrom_report *report)
{
	enum igdrom_status status = IGDROM_OK;
	int lock = -1;

	if (!changes->captured)
		status = pve_lock(changes->root_fd, changes->steps[index].real, report, &lock);
	if (status == IGDROM_OK)
		status = commit_locked(changes, journal, index, from, to, report);
	if (lock >= 0)
		close(lock);
	return status;
}

/* Directories that were made and are empty again go, the deepest first. */
static void remove_made(const struct igdrom_changes *changes, const struct change *step)
{
	for (size_t i = step->made_count; i-- > 0;) {
		struct place place;

		if (place_find(changes->root_fd, step->made[i], 0, &place) != 0)
			continue;
		if (place.dir >= 0 && !strcmp(place.real, step->made[i]))
			unlinkat(place.dir, place.name, AT_REMOVEDIR);
		place_free(&place);
	}
}

void do_clean(const struct igdrom_changes *changes, const struct journal *journal, size_t index)
{
	const struct change *step = &changes->steps[index];
	char name[JOURNAL_NAME_ROOM];
	struct place place;

	if (place_find(changes->root_fd, step->real, 0, &place) == 0) {
		stage_name(journal, index, name);
		if (place.dir >= 0 && !strcmp(place.real, step->real))
			unlinkat(place.dir, name, 0);
		place_free(&place);
	}
	remove_made(changes, step);
}

static const struct attached *find_attached(const struct igdrom_changes *changes, const char *word)
{
	for (size_t i = 0; word[0] == '@' && i < changes->attached_count; i++) {
		if (!strcmp(changes->attached[i].name, word + 1))
			return &changes->attached[i];
	}
	return NULL;
}

/* Where the directory of the journal is, as other programs find it. */
static enum igdrom_status journal_directory(const struct journal *journal, char path[PATH_MAX])
{
	char link[64];
	ssize_t size;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", journal->dir);
	size = readlink(link, path, PATH_MAX - 1);
	if (size <= 0)
		return IGDROM_E_IO;
	path[size] = '\0';
	return IGDROM_OK;
}

static enum igdrom_status place_attached(const struct igdrom_changes *changes,
					 const struct journal *journal, char **words)
{
	char directory[PATH_MAX];
	enum igdrom_status status = IGDROM_OK;

	for (size_t i = 0; words[i]; i++) {
		const struct attached *file = find_attached(changes, words[i]);
		size_t room;
		char *path;

		if (!file)
			continue;
		status = journal_directory(journal, directory);
		if (status != IGDROM_OK)
			return status;
		room = strlen(directory) + strlen(file->name) + sizeof("/file-");
		path = malloc(room);
		if (!path)
			return IGDROM_E_NOMEM;
		snprintf(path, room, "%s/file-%s", directory, file->name);
		free(words[i]);
		words[i] = path;
	}
	return status;
}

enum igdrom_status do_command(const struct igdrom_changes *changes, const struct journal *journal,
			      char *const *words, int *code, struct igdrom_report *report)
{
	char **argv = changes_copy_words((const char *const *)words);
	enum igdrom_status status = IGDROM_E_NOMEM;
	char reason[1024];
	struct run run;
	char *shown;

	*code = -1;
	if (argv)
		status = place_attached(changes, journal, argv);
	if (status == IGDROM_OK)
		status = run_command((const char *const *)argv, COMMAND_SECONDS, false, &run);
	if (status == IGDROM_OK) {
		if (run.error)
			*code = 127; /* as a shell says it: it has done nothing */
		else if (!run.timed_out)
			*code = run.exit_code;
		if (!run_succeeded(&run)) {
			run_describe(&run, reason, sizeof(reason));
			shown = words_shown(argv);
			SAY(report, "changes-command-failed", SAY_TEXT(shown ? shown : argv[0]),
			    SAY_TEXT(reason));
			free(shown);
			status = run.error == ENOENT ? IGDROM_E_NOT_FOUND : IGDROM_E_IO;
		}
		run_free(&run);
	}
	changes_free_words(argv);
	return status;
}
