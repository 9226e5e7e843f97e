/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What things look like. Each function looks at the text from `at` on and gives the size of the thing
 * that starts there, 0 for none. All of them look at a bounded number of bytes, or only at those
 * that they take.
 */
#ifndef IGDROM_SETUP_REDACT_MATCH_H
#define IGDROM_SETUP_REDACT_MATCH_H

#include <stdbool.h>
#include <stddef.h>

struct span {
	const char *text;
	size_t size;
};

bool match_is_hex(char c);
bool match_is_alnum(char c);
/* Letters, digits, '-', '_': what names are made of. */
bool match_is_name(char c);

/* Six or more groups of two hexadecimal digits with ':' or '-' between them; or twelve digits in the
 * name of a network card ("enxbc2411000001": the size of the digits, at is behind the x). */
size_t match_mac(const struct span *text, size_t at);
/* 8-4-4-4-12 digits, or 32. */
size_t match_uuid(const struct span *text, size_t at);
size_t match_ipv4(const struct span *text, size_t at);
size_t match_ipv6(const struct span *text, size_t at);

#endif
