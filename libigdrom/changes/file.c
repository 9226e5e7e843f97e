/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/file.h"

#include "core/large.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_READ 65536

static bool is_dash(const char *path)
{
	return path[0] == '-' && path[1] == '\0';
}

void file_reason(int error, char *out, size_t room)
{
	if (strerror_r(error, out, room) != 0)
		snprintf(out, room, "error %d", error);
}

enum igdrom_status file_failed(struct igdrom_report *report, const char *code, const char *path,
			       int error)
{
	char reason[128];

	file_reason(error, reason, sizeof(reason));
	SAY(report, code, SAY_TEXT(path), SAY_TEXT(reason));
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return IGDROM_E_NOT_FOUND;
	case EACCES:
	case EPERM:
	case EROFS:
		return IGDROM_E_ACCESS;
	case EEXIST:
		return IGDROM_E_EXISTS;
	case ENOMEM:
		return IGDROM_E_NOMEM;
	default:
		return IGDROM_E_IO;
	}
}

static enum igdrom_status read_failed(struct igdrom_report *report, const char *path, int error)
{
	return file_failed(report, "file-unreadable", is_dash(path) ? "standard input" : path,
			   error);
}

static enum igdrom_status write_failed(struct igdrom_report *report, const char *path, int error)
{
	return file_failed(report, "file-unwritable", is_dash(path) ? "standard output" : path,
			   error);
}

static enum igdrom_status too_large(struct igdrom_report *report, const char *path, uint64_t most)
{
	igdrom_report_add(
		report, "file-too-large", IGDROM_NO_OFFSET,
		(const struct igdrom_finding_arg[]){
			{.text = is_dash(path) ? "standard input" : path}, {.number = most}},
		2);
	return IGDROM_E_LIMIT;
}

/*
 * Room for at least one more byte than size, at first for *room; at most for one more than most, so
 * that more is noticed.
 */
static bool grow(uint8_t **data, size_t size, size_t *room, uint64_t most)
{
	size_t more = *room;
	uint8_t *bigger;

	if (*data && size < *room)
		return true;
	if (*data)
		more = more > SIZE_MAX / 2 ? SIZE_MAX : more * 2;
	if (more > most)
		more = (size_t)most + 1;
	bigger = *data ? realloc(*data, more) : large_alloc(more);
	if (!bigger)
		return false;
	*data = bigger;
	*room = more;
	return true;
}

/* What is asked for first: a file as a whole, and one byte more, to see that it ends. */
static size_t first_room(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < FIRST_READ ||
	    (uintmax_t)st.st_size >= SIZE_MAX)
		return FIRST_READ;
	return (size_t)st.st_size + 1;
}

enum igdrom_status file_read_rest(int fd, const char *path, uint64_t most,
				  struct igdrom_report *report, struct igdrom_bytes *out)
{
	uint8_t *data = NULL;
	size_t size = 0, room = first_room(fd);
	enum igdrom_status status;

	for (;;) {
		ssize_t n;

		status = IGDROM_E_NOMEM;
		if (!grow(&data, size, &room, most))
			break;
		n = read(fd, data + size, room - size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			status = read_failed(report, path, errno);
			break;
		}
		if (n == 0) {
			if (size == 0) {
				free(data);
				data = NULL;
			}
			*out = (struct igdrom_bytes){.data = data, .size = size};
			return IGDROM_OK;
		}
		size += (size_t)n;
		if (size > most) {
			status = too_large(report, path, most);
			break;
		}
	}
	free(data);
	return status;
}

enum igdrom_status igdrom_file_read(const char *path, const struct igdrom_limits *limits,
				    struct igdrom_report *report, struct igdrom_bytes *out)
{
	uint64_t most = igdrom_limits_get(limits, IGDROM_LIMIT_INPUT_BYTES);
	enum igdrom_status status;
	int fd;

	if (!out)
		return IGDROM_E_INVAL;
	*out = (struct igdrom_bytes){0};
	if (!path || !*path)
		return IGDROM_E_INVAL;
	if (most >= SIZE_MAX)
		most = SIZE_MAX - 1;
	if (is_dash(path))
		return file_read_rest(STDIN_FILENO, path, most, report, out);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return read_failed(report, path, errno);
	status = file_read_rest(fd, path, most, report, out);
	close(fd);
	return status;
}

/* Whether one of the inputs is the file that st describes. */
static bool is_input(const struct stat *st, const char *const *inputs, size_t input_count)
{
	for (size_t i = 0; i < input_count; i++) {
		struct stat other;
		int rc = is_dash(inputs[i]) ? fstat(STDIN_FILENO, &other) : stat(inputs[i], &other);

		/* A terminal or /dev/null may well be both. */
		if (rc == 0 && S_ISREG(other.st_mode) && other.st_dev == st->st_dev &&
		    other.st_ino == st->st_ino)
			return true;
	}
	return false;
}

/* The directory of path, "" for the current one; owned. */
static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t size = slash ? (size_t)(slash - path) + 1 : 0;
	char *directory = malloc(size + 1);

	if (directory) {
		memcpy(directory, path, size);
		directory[size] = '\0';
	}
	return directory;
}

/* Gives the temporary its final name; 0 or an errno. */
static int move_into_place(int dir, const char *temporary, const char *name, bool keep_existing)
{
	if (!keep_existing)
		return renameat(dir, temporary, dir, name) == 0 ? 0 : errno;
	/* linkat() never replaces; FAT has no links, there a last look must do. */
	if (linkat(dir, temporary, dir, name, 0) == 0)
		return unlinkat(dir, temporary, 0) == 0 ? 0 : errno;
	if (errno == EPERM || errno == ENOTSUP || errno == ENOSYS) {
		if (faccessat(dir, name, F_OK, 0) == 0)
			return EEXIST;
		return renameat(dir, temporary, dir, name) == 0 ? 0 : errno;
	}
	return errno;
}

/* old: the file that is there, or NULL. 0 or an errno. */
static int replace(const char *path, const void *data, size_t size, const struct stat *old,
		   unsigned flags)
{
	const char *slash = strrchr(path, '/');
	struct file_as as = {.mode = 0666, .like = -1, .sync = !(flags & IGDROM_FILE_NO_SYNC)};
	char *directory = directory_of(path);
	char temporary[FILE_NAME_ROOM];
	int error;
	int dir;

	if (!directory)
		return ENOMEM;
	dir = file_open_directory(AT_FDCWD, *directory ? directory : ".");
	free(directory);
	if (dir < 0)
		return errno;
	if (old) {
		as.exact = true;
		as.mode = old->st_mode & 0777;
		as.uid = old->st_uid;
		as.gid = old->st_gid;
	}
	error = file_stage_unnamed(dir, temporary, data, size, &as);
	if (!error) {
		error = move_into_place(dir, temporary, slash ? slash + 1 : path,
					flags & IGDROM_FILE_KEEP_EXISTING);
		if (error)
			unlinkat(dir, temporary, 0);
		else if (as.sync)
			error = file_sync_directory(dir);
	}
	close(dir);
	return error;
}

/* Pipes, terminals, /dev/null: written to as they are. 0 or an errno. */
static int write_through(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	int error;

	if (fd < 0)
		return errno;
	error = file_write_all(fd, data, size);
	if (close(fd) != 0 && !error)
		error = errno;
	return error;
}

static enum igdrom_status exists_already(struct igdrom_report *report, const char *path)
{
	igdrom_report_add(report, "file-exists", IGDROM_NO_OFFSET,
			  (const struct igdrom_finding_arg[]){{.text = path}}, 1);
	return IGDROM_E_EXISTS;
}

/* target: path with symbolic links resolved. */
static int write_over(const char *target, const void *data, size_t size, unsigned flags)
{
	struct stat old;

	if (stat(target, &old) != 0)
		return errno;
	if (S_ISDIR(old.st_mode))
		return EISDIR;
	if (!S_ISREG(old.st_mode))
		return write_through(target, data, size);
	/* rename() would not ask: a file that is protected from writing stays. */
	if (access(target, W_OK) != 0)
		return errno;
	return replace(target, data, size, &old, flags);
}

static enum igdrom_status write_named(const char *path, const void *data, size_t size,
				      unsigned flags, struct igdrom_report *report)
{
	struct stat old;
	char *target;
	int error;

	if (lstat(path, &old) != 0) {
		error = errno == ENOENT ? replace(path, data, size, NULL, flags) : errno;
	} else if (flags & IGDROM_FILE_KEEP_EXISTING) {
		error = EEXIST;
	} else {
		target = realpath(path, NULL);
		error = target ? write_over(target, data, size, flags) : errno;
		free(target);
	}
	if (error == EEXIST)
		return exists_already(report, path);
	return error ? write_failed(report, path, error) : IGDROM_OK;
}

enum igdrom_status igdrom_file_write(const char *path, const void *data, size_t size,
				     const char *const *inputs, size_t input_count, unsigned flags,
				     struct igdrom_report *report)
{
	struct stat st;
	int error;

	if (!path || !*path || (size && !data) || (input_count && !inputs) ||
	    (flags & ~(unsigned)(IGDROM_FILE_KEEP_EXISTING | IGDROM_FILE_NO_SYNC)))
		return IGDROM_E_INVAL;
	for (size_t i = 0; i < input_count; i++) {
		if (!inputs[i])
			return IGDROM_E_INVAL;
	}
	if (is_dash(path)) {
		error = file_write_all(STDOUT_FILENO, data, size);
		return error ? write_failed(report, path, error) : IGDROM_OK;
	}
	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && is_input(&st, inputs, input_count)) {
		igdrom_report_add(report, "file-output-is-input", IGDROM_NO_OFFSET,
				  (const struct igdrom_finding_arg[]){{.text = path}}, 1);
		return IGDROM_E_REFUSED;
	}
	return write_named(path, data, size, flags, report);
}
