/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading the files of a machine below its root. Links are followed as on the machine itself and
 * never lead out; only ordinary files are opened, so that a captured tree cannot make a reader wait.
 * Functions give 0 or an errno.
 */
#ifndef IGDROM_HOST_BELOW_H
#define IGDROM_HOST_BELOW_H

#include <igdrom/host.h>

/* The root directory of a machine (not one of lspci: ENOTSUP). */
int below_root(const struct igdrom_host *host, int *root);
/* A directory, to work in with the functions "_at". */
int below_directory(int root, const char *path, int *directory);
/* A file as a whole; EFBIG when it has more than `most` bytes. */
int below_read(int root, const char *path, size_t most, struct igdrom_bytes *out);
int below_read_at(int directory, const char *name, size_t most, struct igdrom_bytes *out);
/* Its first `most` bytes. */
int below_head(int root, const char *path, size_t most, struct igdrom_bytes *out);
/*
 * The first line of a file as text that people can read, without blanks around it; at most `most`
 * bytes of it. ENODATA when nothing is left.
 */
int below_line(int root, const char *path, size_t most, char **out);
int below_line_at(int directory, const char *name, size_t most, char **out);
/* The last part of where a link leads, whether or not that is there. */
int below_link_at(int directory, const char *name, char **out);
/* Whether something is there (a directory, a file, a link that may lead nowhere). */
bool below_exists(int root, const char *path);
bool below_exists_at(int directory, const char *name);

struct below_names {
	char **names; /* sorted, without "." and ".."; owned */
	size_t count;
};

/* The names in a directory; EFBIG when it has more than `most`. */
int below_list(int root, const char *path, size_t most, struct below_names *out);
void below_names_free(struct below_names *names);

#endif
