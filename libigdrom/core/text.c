/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/text.h"

#include "core/cursor.h"

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

/* One code point as UTF-8; the number of bytes. Half of a surrogate pair becomes '?'. */
static size_t put_utf8(uint32_t code, char out[4])
{
	if (code >= 0xd800 && code < 0xe000)
		code = '?';
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

size_t text_from_utf16(const uint8_t *utf16, size_t size, char *out, size_t room)
{
	struct cur c = cur_from(utf16, size, 0);
	size_t length = 0;

	while (c.left >= 2 && room - length >= 4) {
		uint32_t code = cur_u16le(&c);
		struct cur ahead = c;
		uint32_t low = cur_u16le(&ahead);

		if (code == 0)
			break;
		if (code >= 0xd800 && code < 0xdc00 && low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10 | (low - 0xdc00));
			c = ahead;
		}
		length += put_utf8(code, out + length);
	}
	return length;
}
