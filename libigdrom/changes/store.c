/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/journal.h"

#include "changes/file.h"
#include "changes/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FLASH_PATH   "/boot/config/igdrom/changes"
#define MAX_NUMBER   999999999
#define MAX_JOURNALS 100000
#define PRIVATE_DIR  0700
#define PRIVATE_FILE 0600

/* Whoever may write there decides what root undoes. */
static enum igdrom_status check_owner(int fd, const char *path, struct igdrom_report *report)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return file_failed(report, "file-unreadable", path, errno);
	if (st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return IGDROM_OK;
	SAY(report, "changes-directory-open", SAY_TEXT(path));
	return IGDROM_E_REFUSED;
}

static bool is_there(int root, const char *path)
{
	struct place place;
	bool there = place_find(root, path, 0, &place) == 0 && place.dir >= 0 &&
		     faccessat(place.dir, place.name, F_OK, 0) == 0;

	place_free(&place);
	return there;
}

/* /var of unraid is in memory: what has to outlive a reboot is kept on its flash drive. */
static const char *usual_path(int root)
{
	return is_there(root, "/etc/unraid-version") && is_there(root, "/boot/config")
		       ? FLASH_PATH
		       : JOURNALS_PATH;
}

static int open_usual(int root, bool make)
{
	char path[sizeof(FLASH_PATH JOURNALS_PATH JOURNAL_FILE)];
	struct place place;
	int fd = -1, error;

	snprintf(path, sizeof(path), "%s/%s", usual_path(root), JOURNAL_FILE);
	error = place_find(root, path, make ? PRIVATE_DIR : 0, &place);

	if (!error && place.dir < 0)
		error = ENOENT;
	if (!error) {
		fd = openat(place.dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		error = errno;
	}
	place_free(&place);
	errno = error;
	return fd;
}

/* The directory that was named, and those above it that are missing. 0, or -1 with errno. */
static int make_directories(const char *directory)
{
	size_t size = strlen(directory);
	char path[PATH_MAX];

	if (size >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path, directory, size + 1);
	for (size_t i = 1; i < size; i++) {
		if (path[i] != '/')
			continue;
		path[i] = '\0';
		if (mkdir(path, 0755) != 0 && errno != EEXIST)
			return -1;
		path[i] = '/';
	}
	return mkdir(path, PRIVATE_DIR) != 0 && errno != EEXIST ? -1 : 0;
}

enum igdrom_status store_open(int root, const char *directory, bool make,
			      struct igdrom_report *report, int *out)
{
	const char *path = directory ? directory : JOURNALS_PATH;
	enum igdrom_status status;

	if (directory) {
		if (make && make_directories(directory) != 0)
			return file_failed(report, "file-unwritable", path, errno);
		*out = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	} else {
		*out = open_usual(root, make);
	}
	if (*out < 0 && errno == ENOENT && !make)
		return IGDROM_E_NOT_FOUND;
	if (*out < 0)
		return file_failed(report, make ? "file-unwritable" : "file-unreadable", path,
				   errno);
	status = check_owner(*out, path, report);
	if (status != IGDROM_OK) {
		close(*out);
		*out = -1;
	}
	return status;
}

enum igdrom_status store_lock(int store, struct igdrom_report *report)
{
	if (flock(store, LOCK_EX | LOCK_NB) == 0 || errno == ENOLCK || errno == ENOTSUP)
		return IGDROM_OK;
	igdrom_report_add(report, "changes-busy", IGDROM_NO_OFFSET, NULL, 0);
	return IGDROM_E_REFUSED;
}

static int compare(const void *a, const void *b)
{
	const unsigned *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static void directory_name(unsigned number, char name[JOURNAL_NAME_ROOM])
{
	snprintf(name, JOURNAL_NAME_ROOM, "%04u", number);
}

/* 0 for what is no journal. */
static unsigned number_of(const char *name)
{
	unsigned long number = strspn(name, "0123456789") == strlen(name) && strlen(name) < 10
				       ? strtoul(name, NULL, 10)
				       : 0;
	char same[JOURNAL_NAME_ROOM];

	directory_name((unsigned)number, same);
	return number <= MAX_NUMBER && !strcmp(name, same) ? (unsigned)number : 0;
}

enum igdrom_status store_list(int store, unsigned **numbers, size_t *count)
{
	int fd = openat(store, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	enum igdrom_status status = IGDROM_OK;
	struct dirent *entry;
	size_t room = 0;

	*numbers = NULL;
	*count = 0;
	if (!dir) {
		if (fd >= 0)
			close(fd);
		return IGDROM_E_IO;
	}
	while (status == IGDROM_OK && (entry = readdir(dir))) {
		unsigned number = number_of(entry->d_name);

		if (!number)
			continue;
		if (*count == room) {
			unsigned *more;

			room = room ? room * 2 : 16;
			more = room <= MAX_JOURNALS ? realloc(*numbers, room * sizeof(*more))
						    : NULL;
			status = more ? IGDROM_OK : IGDROM_E_NOMEM;
			if (!more)
				break;
			*numbers = more;
		}
		(*numbers)[(*count)++] = number;
	}
	closedir(dir);
	if (status != IGDROM_OK) {
		free(*numbers);
		*numbers = NULL;
		*count = 0;
	} else if (*count) {
		qsort(*numbers, *count, sizeof(**numbers), compare);
	}
	return status;
}

/* A file of a journal. */
enum igdrom_status store_file(int dir, const char *name, uint64_t most,
			      struct igdrom_report *report, struct igdrom_bytes *out)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	enum igdrom_status status;

	*out = (struct igdrom_bytes){0};
	if (fd < 0)
		return errno == ENOENT ? IGDROM_E_NOT_FOUND
				       : file_failed(report, "file-unreadable", name, errno);
	status = file_read_rest(fd, name, most, report, out);
	close(fd);
	return status;
}

static enum igdrom_status damaged(const struct journal *journal, enum igdrom_status status,
				  struct igdrom_report *report)
{
	if (status == IGDROM_E_UNSUPPORTED)
		SAY(report, "changes-journal-newer", SAY_NUMBER(journal->number));
	else if (status == IGDROM_E_CORRUPT || status == IGDROM_E_LIMIT)
		SAY(report, "changes-journal-damaged", SAY_NUMBER(journal->number),
		    SAY_TEXT("it is not what was written"));
	return status == IGDROM_E_LIMIT ? IGDROM_E_CORRUPT : status;
}

/* What was cut off at its end goes, so that the next line does not continue it. */
static enum igdrom_status open_log(struct journal *journal, const struct igdrom_bytes *log,
				   struct igdrom_report *report)
{
	size_t size = log->size;

	while (size && log->data[size - 1] != '\n')
		size--;
	journal->log = openat(journal->dir, JOURNAL_LOG,
			      O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, PRIVATE_FILE);
	if (journal->log >= 0 && (size == log->size || ftruncate(journal->log, (off_t)size) == 0))
		return IGDROM_OK;
	return file_failed(report, "file-unwritable", JOURNAL_LOG, errno);
}

static enum igdrom_status read_parts(struct journal *journal, bool write,
				     struct igdrom_report *report, struct igdrom_changes *changes,
				     struct journal_state *state, uint64_t *time)
{
	struct igdrom_bytes text, log = {0};
	enum igdrom_status status;

	status = store_file(journal->dir, JOURNAL_FILE, JOURNAL_MAX_BYTES, report, &text);
	if (status != IGDROM_OK)
		return status;
	status = journal_read((const char *)text.data, text.size, true, time, changes);
	igdrom_bytes_free(&text);
	if (status == IGDROM_OK) {
		status = store_file(journal->dir, JOURNAL_LOG, JOURNAL_MAX_BYTES, report, &log);
		if (status == IGDROM_E_NOT_FOUND)
			status = IGDROM_OK;
	}
	if (status == IGDROM_OK)
		status = journal_read_log((const char *)log.data, log.size, changes, state);
	if (status == IGDROM_OK && write)
		status = open_log(journal, &log, report);
	igdrom_bytes_free(&log);
	return damaged(journal, status, report);
}

enum igdrom_status store_read(int store, unsigned number, bool write, struct igdrom_report *report,
			      struct igdrom_changes *changes, struct journal *journal,
			      struct journal_state *state, uint64_t *time)
{
	char name[JOURNAL_NAME_ROOM];
	enum igdrom_status status;

	*journal = (struct journal){.log = -1, .number = number};
	*state = (struct journal_state){0};
	directory_name(number, name);
	journal->dir = openat(store, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (journal->dir < 0)
		return errno == ENOENT ? IGDROM_E_NOT_FOUND
				       : file_failed(report, "file-unreadable", name, errno);
	status = read_parts(journal, write, report, changes, state, time);
	if (status != IGDROM_OK)
		journal_close(journal);
	return status;
}

static int put_file(int dir, const char *name, const struct igdrom_bytes *content)
{
	const struct file_as as = {.mode = PRIVATE_FILE, .like = -1, .sync = true};

	return file_stage(dir, name, content->data, content->size, &as);
}

static int put_backups(int dir, const struct igdrom_changes *changes)
{
	char name[160];
	int error = 0;

	for (size_t i = 0; !error && i < changes->count; i++) {
		if (!changes->steps[i].before.there)
			continue;
		journal_name(name, "before", i + 1);
		error = put_file(dir, name, &changes->steps[i].before.content);
	}
	for (size_t i = 0; !error && i < changes->attached_count; i++) {
		snprintf(name, sizeof(name), "file-%s", changes->attached[i].name);
		error = put_file(dir, name, &changes->attached[i].content);
	}
	return error;
}

/* The journal itself comes last: with it all the rest is there. */
static int put_all(int store, int dir, const struct igdrom_changes *changes)
{
	struct build text = build_new(JOURNAL_MAX_BYTES);
	struct igdrom_bytes bytes = {0};
	time_t now = time(NULL);
	int error = put_backups(dir, changes);

	if (!error && (journal_write(changes, now > 0 ? (uint64_t)now : 0, &text) != IGDROM_OK ||
		       build_finish(&text, &bytes) != IGDROM_OK))
		error = ENOMEM;
	build_free(&text);
	if (!error)
		error = put_file(dir, JOURNAL_FILE ".new", &bytes);
	igdrom_bytes_free(&bytes);
	if (!error)
		error = file_sync_directory(store);
	if (!error && renameat(dir, JOURNAL_FILE ".new", dir, JOURNAL_FILE) != 0)
		error = errno;
	return error ? error : file_sync_directory(dir);
}

/* A journal that nothing was done for. */
static void discard(int store, const char *name, int dir, const struct igdrom_changes *changes)
{
	char file[160];

	unlinkat(dir, JOURNAL_FILE, 0);
	unlinkat(dir, JOURNAL_FILE ".new", 0);
	unlinkat(dir, JOURNAL_LOG, 0);
	for (size_t i = 0; i < changes->count; i++) {
		journal_name(file, "before", i + 1);
		unlinkat(dir, file, 0);
	}
	for (size_t i = 0; i < changes->attached_count; i++) {
		snprintf(file, sizeof(file), "file-%s", changes->attached[i].name);
		unlinkat(dir, file, 0);
	}
	unlinkat(store, name, AT_REMOVEDIR);
}

enum igdrom_status store_create(int store, const struct igdrom_changes *changes,
				struct igdrom_report *report, struct journal *out)
{
	char name[JOURNAL_NAME_ROOM] = "";
	unsigned *numbers;
	size_t count;
	enum igdrom_status status = store_list(store, &numbers, &count);
	int error = 0;

	*out = (struct journal){.dir = -1, .log = -1};
	if (status != IGDROM_OK)
		return status;
	out->number = count ? numbers[count - 1] + 1 : 1;
	free(numbers);
	directory_name(out->number, name);
	if (out->number > MAX_NUMBER)
		return IGDROM_E_LIMIT;
	if (mkdirat(store, name, PRIVATE_DIR) != 0)
		return file_failed(report, "file-unwritable", JOURNALS_PATH, errno);
	out->dir = openat(store, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (out->dir < 0) {
		error = errno;
	} else {
		error = put_all(store, out->dir, changes);
		if (!error) {
			const struct igdrom_bytes none = {0};

			status = open_log(out, &none, report);
		}
	}
	if (!error && status == IGDROM_OK)
		return IGDROM_OK;
	if (error)
		status = file_failed(report, "file-unwritable", JOURNALS_PATH, error);
	if (out->dir >= 0)
		discard(store, name, out->dir, changes);
	journal_close(out);
	return status;
}

int journal_note(struct journal *journal, const char *word, size_t step, const char *text)
{
	char line[64 + DIGEST_SHA256_HEX];
	int size, error;
	off_t end;

	if (step && text && *text)
		size = snprintf(line, sizeof(line), "%s %zu %s\n", word, step, text);
	else if (step)
		size = snprintf(line, sizeof(line), "%s %zu\n", word, step);
	else
		size = snprintf(line, sizeof(line), "%s\n", word);
	end = lseek(journal->log, 0, SEEK_END);
	error = file_write_all(journal->log, line, (size_t)size);
	/* The next line shall not continue one that a full disk has cut off. */
	if (error && end >= 0 && ftruncate(journal->log, end) != 0)
		return error;
	if (!error && fsync(journal->log) != 0)
		error = errno;
	return error;
}

void journal_close(struct journal *journal)
{
	if (journal->log >= 0)
		close(journal->log);
	if (journal->dir >= 0)
		close(journal->dir);
	journal->log = -1;
	journal->dir = -1;
}
