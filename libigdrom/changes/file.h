/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What reading and writing files is made of. Names are relative to an open directory, so that what
 * was looked up is what is written to.
 */
#ifndef IGDROM_CHANGES_FILE_H
#define IGDROM_CHANGES_FILE_H

#include <igdrom/file.h>

#include <sys/types.h>

/* Adds a finding made of texts and numbers. */
#define SAY(report, code, ...)                                                       \
	igdrom_report_add(report, code, IGDROM_NO_OFFSET,                            \
			  (const struct igdrom_finding_arg[]){__VA_ARGS__},          \
			  sizeof((const struct igdrom_finding_arg[]){__VA_ARGS__}) / \
				  sizeof(struct igdrom_finding_arg))
#define SAY_TEXT(t)         \
	{                   \
		.text = (t) \
	}
#define SAY_NUMBER(n)         \
	{                     \
		.number = (n) \
	}

/* What errno means, in words. */
void file_reason(int error, char *out, size_t room);
/* A finding ("file-unreadable", ...) about path, and errno as a status. */
enum igdrom_status file_failed(struct igdrom_report *report, const char *code, const char *path,
			       int error);
/* The rest of an open file; at most `most` bytes, which is less than SIZE_MAX. */
enum igdrom_status file_read_rest(int fd, const char *path, uint64_t most,
				  struct igdrom_report *report, struct igdrom_bytes *out);

/* The functions below give 0 or an errno, or a descriptor or -1 with errno. */

/* A directory to work in, which need not be readable. */
int file_open_directory(int at, const char *path);

struct file_as {
	mode_t mode;
	bool exact; /* mode is set as it is, and the owner kept; otherwise the umask holds */
	bool sync;
	uid_t uid;
	gid_t gid;
	int like; /* file whose extended attributes (labels, ACLs) are kept, or -1 */
};

/* Writes a new file; none is left behind after a failure. */
int file_stage(int dir, const char *name, const void *data, size_t size, const struct file_as *as);
/* The same under a name of its own choice, which fits into name[FILE_NAME_ROOM]. */
#define FILE_NAME_ROOM 64
int file_stage_unnamed(int dir, char *name, const void *data, size_t size,
		       const struct file_as *as);
/* Makes a change of names in a directory last. */
int file_sync_directory(int dir);
/* Writes all, however often it takes. */
int file_write_all(int fd, const void *data, size_t size);

#endif
