/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/place.h"

#include "changes/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 64
#define MAX_LINKS 40 /* as the kernel, path_resolution(7) */

struct walk {
	int dirs[MAX_DEPTH]; /* from the root (not ours to close) down */
	size_t depth;        /* of dirs, the root left out */
	size_t missing;      /* directories below the last of them */
	unsigned links;
	mode_t make;
	char real[PATH_MAX];
	char rest[PATH_MAX];
};

static int top(const struct walk *walk)
{
	return walk->dirs[walk->depth];
}

static void pop(struct walk *walk)
{
	char *slash = strrchr(walk->real, '/');

	if (!slash)
		return;
	*slash = '\0';
	if (walk->missing)
		walk->missing--;
	else
		close(walk->dirs[walk->depth--]);
}

/* Takes the next part off the rest; false when none is left. */
static bool next_part(struct walk *walk, char *part)
{
	char *start = walk->rest + strspn(walk->rest, "/");
	size_t size = strcspn(start, "/");

	memcpy(part, start, size);
	part[size] = '\0';
	memmove(walk->rest, start + size, strlen(start + size) + 1);
	return size > 0;
}

static int append(struct walk *walk, const char *part)
{
	size_t used = strlen(walk->real), size = strlen(part);

	if (size >= sizeof(walk->real) - 1 - used)
		return ENAMETOOLONG;
	walk->real[used] = '/';
	memcpy(walk->real + used + 1, part, size + 1);
	return 0;
}

/* Puts what a link says before the rest. */
static int follow(struct walk *walk, const char *target, size_t size)
{
	size_t rest = strlen(walk->rest);

	if (++walk->links > MAX_LINKS)
		return ELOOP;
	if (size + 1 >= sizeof(walk->rest) - rest)
		return ENAMETOOLONG;
	memmove(walk->rest + size + 1, walk->rest, rest + 1);
	memcpy(walk->rest, target, size);
	walk->rest[size] = '/';
	while (target[0] == '/' && walk->real[0])
		pop(walk);
	return 0;
}

static int enter(struct walk *walk, const char *part)
{
	int dir = -1;

	if (walk->depth + walk->missing + 1 >= MAX_DEPTH)
		return ENAMETOOLONG;
	if (!walk->missing) {
		dir = openat(top(walk), part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (dir < 0 && errno == ENOENT && walk->make) {
			if (mkdirat(top(walk), part, walk->make) != 0)
				return errno;
			dir = openat(top(walk), part,
				     O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			/* Whatever the umask is: others look for files in there. */
			if (dir >= 0 && fchmodat(top(walk), part, walk->make, 0) != 0 &&
			    errno != EPERM) {
				close(dir);
				return errno;
			}
			if (dir >= 0 && file_sync_directory(top(walk)) != 0) {
				close(dir);
				return EIO;
			}
		}
		if (dir < 0 && errno != ENOENT)
			return errno;
	}
	if (append(walk, part) != 0) {
		if (dir >= 0)
			close(dir);
		return ENAMETOOLONG;
	}
	if (dir < 0)
		walk->missing++;
	else
		walk->dirs[++walk->depth] = dir;
	return 0;
}

/* One part of the path; *last is set when it is the file. */
static int step(struct walk *walk, const char *part, bool *last)
{
	char target[PATH_MAX];
	ssize_t size = -1;

	*last = false;
	if (!strcmp(part, "."))
		return 0;
	if (!strcmp(part, "..")) {
		pop(walk);
		return 0;
	}
	if (!walk->missing) {
		size = readlinkat(top(walk), part, target, sizeof(target));
		/* EINVAL: no link. */
		if (size < 0 && errno != EINVAL && errno != ENOENT)
			return errno;
	}
	if (size >= (ssize_t)sizeof(target) || size == 0)
		return ENAMETOOLONG;
	if (size > 0)
		return follow(walk, target, (size_t)size);
	if (walk->rest[strspn(walk->rest, "/")])
		return enter(walk, part);
	*last = true;
	return append(walk, part);
}

static int finish(struct walk *walk, struct place *out)
{
	out->missing = walk->missing;
	out->real = strdup(walk->real);
	if (!out->real)
		return ENOMEM;
	out->name = strrchr(out->real, '/') + 1;
	if (walk->missing)
		return 0;
	out->dir = fcntl(top(walk), F_DUPFD_CLOEXEC, 0);
	return out->dir >= 0 ? 0 : errno;
}

/* From the root, which stands in the walk, to the directory of the file. */
static int walk_to(struct walk *walk, const char *path)
{
	char part[PATH_MAX];
	bool last = false;
	int error = 0;

	if (path[0] != '/')
		return EINVAL;
	if (strlen(path) >= sizeof(walk->rest))
		return ENAMETOOLONG;
	if (path[strlen(path) - 1] == '/')
		return EISDIR;
	memcpy(walk->rest, path, strlen(path) + 1);
	while (!error && !last) {
		if (!next_part(walk, part))
			error = EISDIR;
		else
			error = step(walk, part, &last);
	}
	return error;
}

static void leave(struct walk *walk)
{
	while (walk->depth)
		close(walk->dirs[walk->depth--]);
}

int place_find(int root, const char *path, mode_t make, struct place *out)
{
	struct walk walk = {.dirs = {root}, .make = make};
	int error;

	*out = (struct place){.dir = -1};
	error = walk_to(&walk, path);
	if (!error)
		error = finish(&walk, out);
	if (error)
		place_free(out);
	leave(&walk);
	return error;
}

bool place_exists(int root, const char *path)
{
	struct walk walk = {.dirs = {root}};
	struct stat st;
	bool there =
		walk_to(&walk, path) == 0 && !walk.missing &&
		fstatat(top(&walk), strrchr(walk.real, '/') + 1, &st, AT_SYMLINK_NOFOLLOW) == 0;

	leave(&walk);
	return there;
}

void place_free(struct place *place)
{
	if (place->dir >= 0)
		close(place->dir);
	free(place->real);
	*place = (struct place){.dir = -1};
}

int place_is_plain(const char *path)
{
	if (path[0] != '/' || strlen(path) >= PATH_MAX)
		return 0;
	while (*path == '/') {
		size_t size = strcspn(++path, "/");

		if (size == 0 || !strncmp(path, ".", size) ||
		    (size == 2 && path[0] == '.' && path[1] == '.'))
			return 0;
		path += size;
	}
	return 1;
}
