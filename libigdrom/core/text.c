/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Length of the well-formed UTF-8 sequence at p (RFC 3629), 0 when there is none. */
static size_t sequence(const unsigned char *p, size_t left)
{
	size_t n;
	uint32_t v;

	if (p[0] < 0x80)
		return p[0] >= 0x20 && p[0] != 0x7f;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		n = 2;
	else if (p[0] >= 0xe0 && p[0] <= 0xef)
		n = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		n = 4;
	else
		return 0;
	if (n > left)
		return 0;
	v = p[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (p[i] & 0x3f);
	}
	if ((n == 2 && v < 0xa0) || (n == 3 && v < 0x800) || (n == 4 && v < 0x10000))
		return 0;
	if ((v >= 0xd800 && v <= 0xdfff) || v > 0x10ffff)
		return 0;
	return n;
}

char *text_clean(const char *text, size_t size, size_t most)
{
	size_t out = 0;
	size_t in = 0;
	char *copy;

	if (most > size)
		most = size;
	copy = malloc(most + 1);
	if (!copy)
		return NULL;
	while (in < size && out < most) {
		size_t n = sequence((const unsigned char *)text + in, size - in);

		if (n == 0) {
			copy[out++] = '?';
			in++;
			continue;
		}
		if (n > most - out)
			break;
		memcpy(copy + out, text + in, n);
		out += n;
		in += n;
	}
	copy[out] = '\0';
	return copy;
}
