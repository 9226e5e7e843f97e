/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes vendors' packages apart: updaters and archives that carry firmware. One level at a time: a
 * part may be a package again, which is the caller's to find out, so that nesting costs no stack.
 */
#ifndef IGDROM_WRAP_WRAP_H
#define IGDROM_WRAP_WRAP_H

#include "core/cursor.h"
#include "core/report.h"

struct wrap_part {
	char *name;                /* UTF-8 without control characters, owned; NULL for none */
	struct igdrom_bytes bytes; /* owned when `owned`, else borrowed from the package */
	bool owned;
	size_t offset; /* in the package: of the bytes themselves, or of what they come from */
	size_t extent; /* of these in the package */
};

struct wrap_parts {
	struct wrap_part *parts;
	size_t count;
	const char *package; /* what it was, static: "ZIP archive"; NULL on failure */
	uint64_t decoded;    /* bytes that decoding cost, also on failure */
};

struct wrap_caps {
	uint64_t max_bytes; /* of what is decoded, also of entries that are left out */
	uint64_t max_part;  /* of one part */
	size_t max_parts;
};

struct wrap_sink {
	/* Where findings go: report_add(), or something that counts them. */
	void (*add)(void *to, enum finding_code code, uint64_t offset,
		    const struct igdrom_finding_arg *args, size_t arg_count);
	void *to;
	bool (*go_on)(void *to); /* false: IGDROM_E_CANCELED; NULL: always */
};

/*
 * Whether these bytes are, or carry, a package, and its name in words (static). Executables are
 * searched to their end, other files at their start.
 */
bool wrap_recognize(struct cur file, const char **name);

/*
 * The parts of a package, in its order; borrowed ones do not overlap and need the file's bytes to
 * stay. IGDROM_OK
 * also when only some of them could be read: findings, at file.at plus the offset in the package,
 * say what is missing. IGDROM_E_NOT_RECOGNIZED, IGDROM_E_NOT_FOUND (it carries nothing that may be
 * firmware), IGDROM_E_UNSUPPORTED (with a finding that says what opens it), IGDROM_E_NOT_BUILT,
 * IGDROM_E_LIMIT, IGDROM_E_CORRUPT, IGDROM_E_TRUNCATED, IGDROM_E_NOMEM, IGDROM_E_CANCELED
 * (archives only, which take longest). There are no parts then.
 */
enum igdrom_status wrap_unpack(struct cur file, const struct wrap_caps *caps,
			       const struct wrap_sink *sink,
			       struct wrap_parts *out) IGDROM_MUST_CHECK;

/* Frees what is there; the owner of parts that were handed on clears their bytes before. */
void wrap_parts_free(struct wrap_parts *parts);

#endif
