/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: files (libigdrom-host). Reading with a cap, writing so that a reader sees the old file or
 * the whole new one and never a part.
 */
#ifndef IGDROM_FILE_H
#define IGDROM_FILE_H

#include <igdrom/limits.h>
#include <igdrom/report.h>
#include <igdrom/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** How igdrom_file_write() treats what is there. */
enum igdrom_file_flags {
	IGDROM_FILE_KEEP_EXISTING = 1, /**< an existing file is IGDROM_E_EXISTS, not replaced */
	/** not waited for until it is on the disk: for what can be made again after a power cut */
	IGDROM_FILE_NO_SYNC = 2,
};

/**
 * Reads a whole file.
 * @param path name; "-" is standard input
 * @param limits IGDROM_LIMIT_INPUT_BYTES is the most that is read; NULL for the defaults
 * @param report why it could not be read, or NULL
 * @param out owned; free with igdrom_bytes_free()
 * @return IGDROM_OK (also for an empty file); IGDROM_E_NOT_FOUND (no such file);
 *         IGDROM_E_ACCESS; IGDROM_E_IO (a directory, ...); IGDROM_E_LIMIT (too large);
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_file_read(const char *path,
								 const struct igdrom_limits *limits,
								 struct igdrom_report *report,
								 struct igdrom_bytes *out);

/**
 * Writes a whole file: into a temporary file in the same directory, to the disk, then in the place
 * of the old one, whose permissions it keeps. A symbolic link stays one: its target is replaced.
 * What is no regular file (a pipe, /dev/null) is written to as it is.
 * @param path name; "-" is standard output
 * @param data the content; borrowed for the call
 * @param size bytes
 * @param inputs files that the content was made from: none of them is ever replaced, also not
 *               under another name; "-" is standard input; NULL with count 0
 * @param input_count number of them
 * @param flags enum igdrom_file_flags, or 0
 * @param report why it could not be written, or NULL
 * @return IGDROM_OK; IGDROM_E_REFUSED (path is one of the inputs); IGDROM_E_EXISTS;
 *         IGDROM_E_NOT_FOUND (no such directory); IGDROM_E_ACCESS; IGDROM_E_IO; IGDROM_E_NOMEM,
 *         IGDROM_E_INVAL. After a failure the old file is untouched and no new one is
 *         there; but when the very last step fails, telling the disk of the new name, the new file
 *         is in place, whole, and IGDROM_E_IO says that a power cut may still undo it.
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_file_write(const char *path, const void *data, size_t size, const char *const *inputs,
		  size_t input_count, unsigned flags, struct igdrom_report *report);

#ifdef __cplusplus
}
#endif

#endif
