/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_OPEN_INTERNAL_H
#define IGDROM_OPEN_INTERNAL_H

#include <igdrom/open.h>
#include <igdrom/rom.h>

#define OPEN_WHERE_BYTES 48

struct open_gop {
	struct igdrom_gop *gop;
	struct igdrom_bytes bytes; /* borrowed from the file or the ROM */
	char where[OPEN_WHERE_BYTES];
};

struct igdrom_contents {
	enum igdrom_file_kind kind;
	uint8_t *data; /* a bare PE */
	struct igdrom_rom *rom;
	struct open_gop *gops;
	size_t gop_count;
};

/*
 * Adds the finding that says what bytes are that are neither a PE image nor an option ROM.
 * IGDROM_E_NOMEM.
 */
enum igdrom_status open_explain(const void *data, size_t size, const struct igdrom_limits *limits,
				struct igdrom_report *report) IGDROM_MUST_CHECK;

#endif
