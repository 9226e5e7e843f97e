/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes out of text what tells who somebody is, or lets somebody in: addresses of network cards,
 * UUIDs, IP and mail addresses, serial numbers and passwords behind their names, names of hosts,
 * users in paths. The same thing always becomes the same word ("MAC-1"), whatever the text, so that
 * what belongs together can still be seen. Time is linear in the text.
 */
#ifndef IGDROM_SETUP_REDACT_H
#define IGDROM_SETUP_REDACT_H

#include <igdrom/status.h>

enum redact_kind {
	REDACT_MAC,
	REDACT_UUID,
	REDACT_IP,
	REDACT_MAIL,
	REDACT_HOST,
	REDACT_USER,
	REDACT_DISK,
	REDACT_SECRET,
	REDACT_KINDS,
};

struct redactor;

/* NULL when memory ran out. */
struct redactor *redact_new(void);
void redact_free(struct redactor *redactor);
/* The name of a host or user, up to a '.' or ':' in it, to be found as a whole word; of a host with the
 * domain behind it. Words that every such system has ("pve", "root") are no secret, and stay. */
void redact_add_name(struct redactor *redactor, enum redact_kind kind, const char *name);
/* Owned; a NUL follows. */
enum igdrom_status redact_text(struct redactor *redactor, const void *text, size_t size,
			       struct igdrom_bytes *out) IGDROM_MUST_CHECK;
/* The word of a kind ("MAC"), and how many different ones were found. */
const char *redact_word(enum redact_kind kind);
size_t redact_count(const struct redactor *redactor, enum redact_kind kind);

#endif
