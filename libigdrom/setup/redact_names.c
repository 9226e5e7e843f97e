/* SPDX-License-Identifier: BSD-2-Clause */
#include "setup/redact_names.h"

#include <stdio.h>
#include <string.h>

static const char *const words[REDACT_KINDS] = {
	[REDACT_MAC] = "MAC",   [REDACT_UUID] = "UUID",     [REDACT_IP] = "IP",
	[REDACT_MAIL] = "MAIL", [REDACT_HOST] = "HOST",     [REDACT_USER] = "USER",
	[REDACT_DISK] = "DISK", [REDACT_SECRET] = "SECRET",
};

const char *redact_word(enum redact_kind kind)
{
	return (unsigned)kind < REDACT_KINDS ? words[kind] : "";
}

/* FNV-1a, 64 bits: two things that meet would only share a word. */
static uint64_t hash_of(enum redact_kind kind, const char *text, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325u ^ (uint64_t)kind;

	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c | 0x20);
		hash = (hash ^ c) * 0x100000001b3u;
	}
	return hash;
}

void redact_name(struct redact_names *names, enum redact_kind kind, const char *text, size_t size,
		 char out[NAME_ROOM])
{
	uint64_t hash = hash_of(kind, text, size);
	size_t at = (size_t)(hash ^ hash >> 32) % NAME_SLOTS;

	while (names->slots[at].number &&
	       (names->slots[at].hash != hash || names->slots[at].kind != kind))
		at = (at + 1) % NAME_SLOTS;
	if (!names->slots[at].number) {
		if (names->used == NAME_MOST) {
			snprintf(out, NAME_ROOM, "%s-0", words[kind]);
			return;
		}
		names->used++;
		names->slots[at].hash = hash;
		names->slots[at].kind = (uint8_t)kind;
		names->slots[at].number = (uint32_t)++names->counts[kind];
	}
	snprintf(out, NAME_ROOM, "%s-%u", words[kind], (unsigned)names->slots[at].number);
}

bool redact_is_name(const char *text, size_t size)
{
	for (int kind = 0; kind < REDACT_KINDS; kind++) {
		size_t word = strlen(words[kind]);
		size_t digits = word + 1;

		if (size < word + 2 || memcmp(text, words[kind], word) != 0 || text[word] != '-')
			continue;
		while (digits < size && text[digits] >= '0' && text[digits] <= '9')
			digits++;
		if (digits == size)
			return true;
	}
	return false;
}
