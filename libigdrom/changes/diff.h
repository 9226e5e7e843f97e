/* SPDX-License-Identifier: BSD-2-Clause */
/* Unified diffs, as diff -u writes and patch(1) reads them. */
#ifndef IGDROM_CHANGES_DIFF_H
#define IGDROM_CHANGES_DIFF_H

#include "core/builder.h"

/*
 * Adds the diff of two texts; nothing when they are equal. NULL for a file that is not there. The
 * path is absolute; prefix is written before each line. Files that are no text get a line that says
 * so.
 */
void diff_files(struct build *out, const char *path, const char *prefix,
		const struct igdrom_bytes *old, const struct igdrom_bytes *now);

/* Whether a terminal can show it: no control characters but tabs and ends of lines. */
bool diff_is_text(const uint8_t *data, size_t size);

#endif
