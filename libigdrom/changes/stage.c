/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define TEMPORARY_MAX 100   /* names tried for a temporary file */
#define LABELS_BYTES  65536 /* XATTR_LIST_MAX, XATTR_SIZE_MAX of Linux */

int file_open_directory(int at, const char *path)
{
	return openat(at, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int file_write_all(int fd, const void *data, size_t size)
{
	const uint8_t *next = data;

	while (size > 0) {
		ssize_t n = write(fd, next, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		next += n;
		size -= (size_t)n;
	}
	return 0;
}

/* ACLs and labels, as far as the file system and our rights go. */
static void copy_labels(int from, int to)
{
	char *names = malloc(LABELS_BYTES);
	char *value = malloc(LABELS_BYTES);
	ssize_t size = names && value ? flistxattr(from, names, LABELS_BYTES) : 0;

	for (ssize_t at = 0; at < size; at += (ssize_t)strlen(names + at) + 1) {
		ssize_t n = fgetxattr(from, names + at, value, LABELS_BYTES);

		if (n >= 0 && fsetxattr(to, names + at, value, (size_t)n, 0) != 0)
			continue; /* as cp -p: what cannot be kept is no reason to fail */
	}
	free(names);
	free(value);
}

/* Whether a file system without owners or permissions (FAT, pmxcfs) may answer so. */
static bool is_not_kept(int error)
{
	return error == EPERM || error == ENOSYS || error == ENOTSUP;
}

static int keep_rights(int fd, const struct file_as *as)
{
	if (fchown(fd, as->uid, as->gid) != 0 && !is_not_kept(errno))
		return errno;
	if (as->like >= 0)
		copy_labels(as->like, fd);
	return fchmod(fd, as->mode) == 0 || is_not_kept(errno) ? 0 : errno;
}

static int fill(int fd, const void *data, size_t size, const struct file_as *as)
{
	int error = file_write_all(fd, data, size);

	if (!error && as->exact)
		error = keep_rights(fd, as);
	if (!error && as->sync && fsync(fd) != 0 && errno != EINVAL)
		error = errno;
	if (close(fd) != 0 && !error)
		error = errno;
	return error;
}

int file_stage(int dir, const char *name, const void *data, size_t size, const struct file_as *as)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			as->exact ? 0600 : as->mode);
	int error;

	if (fd < 0)
		return errno;
	error = fill(fd, data, size, as);
	if (error)
		unlinkat(dir, name, 0);
	return error;
}

int file_stage_unnamed(int dir, char *name, const void *data, size_t size, const struct file_as *as)
{
	int error = EEXIST;

	for (unsigned i = 0; error == EEXIST && i < TEMPORARY_MAX; i++) {
		/* Short, so that a file name of any length has room beside it. */
		snprintf(name, FILE_NAME_ROOM, ".igdrom-%ld-%u.tmp", (long)getpid(), i);
		error = file_stage(dir, name, data, size, as);
	}
	return error;
}

int file_sync_directory(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int error = 0;

	if (fd < 0)
		return errno == EACCES ? 0 : errno; /* may be written to, may not be listed */
	/* File systems that cannot sync a directory say so with EINVAL. */
	if (fsync(fd) != 0 && errno != EINVAL && errno != ENOTSUP)
		error = errno;
	close(fd);
	return error;
}
