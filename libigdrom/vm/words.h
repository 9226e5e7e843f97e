/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command lines as text: taken apart into words, and words quoted again. Every word knows which
 * bytes of the text it was made from, so that one word can be replaced and the rest stay as it is.
 */
#ifndef IGDROM_VM_WORDS_H
#define IGDROM_VM_WORDS_H

#include "core/builder.h"

#include <igdrom/report.h>

#include <stdbool.h>

/* More is IGDROM_E_LIMIT. */
#define WORDS_MAX       8192
#define WORDS_MAX_BYTES (4u << 20)

enum words_syntax {
	/* Text::ParseWords::shellwords() of Perl, with which PVE splits "args": in double quotes a
	 * backslash protects every character; a word may hold newlines. */
	WORDS_PERL,
	/* POSIX Shell Command Language 2.2 and 2.3. Comments, operators and redirections are passed
	 * over; expansions are not made. A word that begins with {" without quotes around it is what
	 * `ps` shows of an argument in JSON, and is taken as it stands. */
	WORDS_SHELL,
	/* /proc/PID/cmdline: every word ends with a NUL. */
	WORDS_NUL,
};

struct word {
	const char *text; /* without quotes; NUL-terminated and without a NUL inside */
	size_t length;
	uint64_t at;      /* offset of its first byte, quotes included */
	size_t span;      /* bytes in the text that it was made from */
	unsigned command; /* WORDS_SHELL: number of the simple command it belongs to, from 0 */
	bool expands;     /* WORDS_SHELL: holds a $ or ` that the shell would replace */
};

struct words {
	struct word *list;
	size_t count;
	char *text;
	uint64_t bad_at; /* IGDROM_E_CORRUPT: where the quote stands that nothing closes */
};

/*
 * Splits text; `at` is the offset of its first byte in the file. IGDROM_E_CORRUPT: a quote that
 * nothing closes, or a NUL byte where none may be (bad_at says where). IGDROM_E_LIMIT,
 * IGDROM_E_NOMEM. After an error out is empty but for bad_at.
 */
enum igdrom_status words_split(const char *text, size_t size, uint64_t at, enum words_syntax syntax,
			       struct words *out) IGDROM_MUST_CHECK;
void words_free(struct words *words);

/* Appends a word, quoted where needed so that a shell and Perl's shellwords() read the same. */
void words_quote(struct build *out, const char *text, size_t size);

#endif
