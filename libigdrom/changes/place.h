/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a path leads below a root: like openat2() with RESOLVE_IN_ROOT, which an older kernel and
 * a container's filter lack. Each directory is opened from the one above it and no link is followed
 * by the kernel, so nothing leads out, whatever is renamed meanwhile.
 */
#ifndef IGDROM_CHANGES_PLACE_H
#define IGDROM_CHANGES_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct place {
	int dir;        /* holds the file; -1: a directory above it is missing */
	char *real;     /* the path without links, "." and ".."; owned */
	char *name;     /* last part of real */
	size_t missing; /* directories above the file that are not there */
};

/*
 * Follows path, which starts with '/'. make: directories that are missing are made, with this mode
 * (0: they are not). 0 or an errno; EISDIR when it names no file.
 */
int place_find(int root, const char *path, mode_t make, struct place *out);
void place_free(struct place *place);

/* Whether something is there; takes no memory. */
bool place_exists(int root, const char *path);

/* Whether path is as place_find() would write it: absolute, no empty part, no "." and no "..". */
int place_is_plain(const char *path);

#endif
