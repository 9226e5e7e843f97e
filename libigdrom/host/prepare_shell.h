/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shell scripts that are little more than assignments (etc/default/grub): POSIX.1-2017, Shell Command
 * Language 2.2 to 2.4, 2.9 and 2.10, as far as it takes to see where a value begins and ends and
 * whether it is surely assigned. Nothing is run and nothing is expanded.
 */
#ifndef IGDROM_HOST_PREPARE_SHELL_H
#define IGDROM_HOST_PREPARE_SHELL_H

#include "host/prepare.h"

#define SHELL_MAX_DEPTH 32

struct shell {
	struct igdrom_bytes text;
	size_t at;
	const char *bad; /* why it cannot be read any further; static */
	size_t bad_at;
};

/* One word. */
struct shell_word {
	size_t from, to;
	size_t end;                /* to, or before the CR that ends the line */
	size_t name_to;            /* of NAME=... the end of the name; 0: it is no assignment */
	bool appends;              /* NAME+=... */
	size_t value_from;         /* behind the '=' */
	size_t quote_at;           /* of the quote that ends the word; 0: none does */
	bool bare;                 /* the value has neither quotes nor escapes nor expansions */
	struct prep_letters value; /* of an assignment that is asked for; owned */
	bool self;                 /* it refers to the variable itself */
};

/* Reads the word at the place; letters are kept when wanted. False: shell->bad says why. */
bool shell_word(struct shell *shell, const char *const *names, struct shell_word *word);
bool shell_is_name(const struct shell *shell, size_t from, size_t to, const char *name);

/* What a script does to variables, in its order. */
struct shell_assignment {
	size_t name; /* index of names */
	struct shell_word word;
	size_t at;
	bool sure; /* it is made whenever the script runs */
};

struct shell_assignments {
	struct shell_assignment *list;
	size_t count, room;
	bool failed; /* memory ran out */
};

/* All assignments to variables with these names (NULL at the end). */
void shell_read(struct shell *shell, const char *const *names, struct shell_assignments *out);
void shell_free(struct shell_assignments *assignments);

#endif
