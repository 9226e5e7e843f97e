/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/below.h"

#include "changes/file.h"
#include "changes/place.h"
#include "core/text.h"
#include "host/host.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_READ 65536 /* of a file whose first line is wanted */

int below_root(const struct igdrom_host *host, int *root)
{
	*root = -1;
	if (!host->root)
		return ENOTSUP;
	*root = open(*host->root ? host->root : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return *root >= 0 ? 0 : errno;
}

static int find(int root, const char *path, struct place *place)
{
	int error = place_find(root, path, 0, place);

	if (!error && place->dir < 0) {
		place_free(place);
		error = ENOENT;
	}
	return error;
}

int below_directory(int root, const char *path, int *directory)
{
	struct place place;
	int error;

	*directory = -1;
	if (!strcmp(path, "/")) {
		*directory = openat(root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
		return *directory >= 0 ? 0 : errno;
	}
	error = find(root, path, &place);
	if (error)
		return error;
	*directory = openat(place.dir, place.name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	error = *directory >= 0 ? 0 : errno;
	place_free(&place);
	return error;
}

/* At most `most` bytes; the rest is left. */
static int read_part(int directory, const char *name, size_t most, struct igdrom_bytes *out)
{
	struct stat st;
	size_t size = 0;
	uint8_t *data;
	ssize_t n = 1;
	int error = 0, fd;

	*out = (struct igdrom_bytes){0};
	fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return errno;
	data = malloc(most ? most : 1);
	if (!data)
		error = ENOMEM;
	else if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		error = EINVAL;
	while (!error && n && size < most) {
		n = read(fd, data + size, most - size);
		if (n > 0)
			size += (size_t)n;
		else if (n < 0 && errno != EINTR)
			error = errno;
	}
	close(fd);
	if (error || !size) {
		free(data);
		return error;
	}
	*out = (struct igdrom_bytes){.data = data, .size = size};
	return 0;
}

int below_read_at(int directory, const char *name, size_t most, struct igdrom_bytes *out)
{
	int error = read_part(directory, name, most + 1, out);

	if (!error && out->size > most) {
		igdrom_bytes_free(out);
		error = EFBIG;
	}
	return error;
}

int below_read(int root, const char *path, size_t most, struct igdrom_bytes *out)
{
	struct place place;
	int error;

	*out = (struct igdrom_bytes){0};
	error = find(root, path, &place);
	if (error)
		return error;
	error = below_read_at(place.dir, place.name, most, out);
	place_free(&place);
	return error;
}

int below_head(int root, const char *path, size_t most, struct igdrom_bytes *out)
{
	struct place place;
	int error;

	*out = (struct igdrom_bytes){0};
	error = find(root, path, &place);
	if (error)
		return error;
	error = read_part(place.dir, place.name, most, out);
	place_free(&place);
	return error;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\0';
}

int below_line_at(int directory, const char *name, size_t most, char **out)
{
	struct igdrom_bytes bytes;
	const uint8_t *start, *newline;
	size_t size;
	int error;

	*out = NULL;
	error = read_part(directory, name, LINE_READ, &bytes);
	if (error)
		return error;
	newline = bytes.size ? memchr(bytes.data, '\n', bytes.size) : NULL;
	size = newline ? (size_t)(newline - bytes.data) : bytes.size;
	start = bytes.data;
	while (size && is_blank(start[0])) {
		start++;
		size--;
	}
	while (size && is_blank(start[size - 1]))
		size--;
	if (size)
		*out = text_clean((const char *)start, size, size > most ? most : size);
	error = *out ? 0 : size ? ENOMEM : ENODATA;
	igdrom_bytes_free(&bytes);
	return error;
}

int below_line(int root, const char *path, size_t most, char **out)
{
	struct place place;
	int error;

	*out = NULL;
	error = find(root, path, &place);
	if (error)
		return error;
	error = below_line_at(place.dir, place.name, most, out);
	place_free(&place);
	return error;
}

int below_link_at(int directory, const char *name, char **out)
{
	char target[PATH_MAX];
	const char *last = target;
	ssize_t size;

	*out = NULL;
	size = readlinkat(directory, name, target, sizeof(target) - 1);
	if (size < 0)
		return errno;
	while (size && target[size - 1] == '/')
		size--;
	target[size] = '\0';
	if (strrchr(target, '/'))
		last = strrchr(target, '/') + 1;
	if (!*last)
		return ENODATA;
	*out = text_clean(last, strlen(last), strlen(last));
	return *out ? 0 : ENOMEM;
}

bool below_exists_at(int directory, const char *name)
{
	struct stat st;

	return fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

bool below_exists(int root, const char *path)
{
	return place_exists(root, path);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_name(struct below_names *out, size_t *room, const char *name)
{
	if (out->count == *room) {
		size_t more = *room ? *room * 2 : 64;
		char **bigger = realloc(out->names, more * sizeof(*bigger));

		if (!bigger)
			return ENOMEM;
		out->names = bigger;
		*room = more;
	}
	out->names[out->count] = strdup(name);
	return out->names[out->count] ? (out->count++, 0) : ENOMEM;
}

static int read_names(DIR *dir, size_t most, struct below_names *out)
{
	const struct dirent *entry;
	size_t room = 0;
	int error = 0;

	while (!error) {
		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return errno;
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		error = out->count == most ? EFBIG : add_name(out, &room, entry->d_name);
	}
	return error;
}

int below_list(int root, const char *path, size_t most, struct below_names *out)
{
	int directory, error, fd;
	DIR *dir;

	*out = (struct below_names){NULL, 0};
	error = below_directory(root, path, &directory);
	if (error)
		return error;
	fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	error = errno;
	close(directory);
	if (fd < 0)
		return error;
	dir = fdopendir(fd);
	if (!dir) {
		error = errno;
		close(fd);
		return error;
	}
	error = read_names(dir, most, out);
	closedir(dir);
	if (error)
		below_names_free(out);
	else if (out->count)
		qsort(out->names, out->count, sizeof(*out->names), by_name);
	return error;
}

void below_names_free(struct below_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->names[i]);
	free(names->names);
	*names = (struct below_names){NULL, 0};
}
