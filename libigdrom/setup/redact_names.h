/* SPDX-License-Identifier: BSD-2-Clause */
/* What stands for a thing that was taken out. */
#ifndef IGDROM_SETUP_REDACT_NAMES_H
#define IGDROM_SETUP_REDACT_NAMES_H

#include "setup/redact.h"

#define NAME_SLOTS 8192 /* a power of two */
#define NAME_MOST  4096 /* different things; those after them share a word */
#define NAME_ROOM  32

struct redact_names {
	struct {
		uint64_t hash;
		uint32_t number; /* 0: free */
		uint8_t kind;
	} slots[NAME_SLOTS];
	size_t used;
	size_t counts[REDACT_KINDS];
};

/* The word for a thing, whatever the case of its letters. */
void redact_name(struct redact_names *names, enum redact_kind kind, const char *text, size_t size,
		 char out[NAME_ROOM]);
/* Whether a text is such a word. */
bool redact_is_name(const char *text, size_t size);

#endif
