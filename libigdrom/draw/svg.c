/* SPDX-License-Identifier: BSD-2-Clause */
#include "draw/svg.h"

#include "core/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6"
/* Hundredths of the size of the font. */
#define NARROW  41
#define COMMON  64
#define CAPITAL 73
#define WIDE    100

#define FIRST_FOREIGN 0x590 /* the first letters of other shapes */

static void put(struct build *out, const char *text)
{
	build_bytes(out, text, strlen(text));
}

/* The code point at text, which is not at its end, and its length; bytes that are no UTF-8 are one
 * each. */
static uint32_t code_at(const char *text, size_t *size)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t length = p[0] < 0xc0 ? 1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	uint32_t code = length == 1 ? p[0] : p[0] & (0xffu >> (length + 1));

	*size = 1;
	while (*size < length && (p[*size] & 0xc0) == 0x80)
		code = code << 6 | (p[(*size)++] & 0x3f);
	return code;
}

/* XML 1.0 has no such characters (2.2), or they turn the order of what follows. */
static bool is_barred(uint32_t code)
{
	return (code & 0xfffe) == 0xfffe || (code >= 0x202a && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

static void put_line(struct build *out, const char *text)
{
	size_t size;

	for (; *text; text += size) {
		uint32_t code = code_at(text, &size);

		if (code == '&')
			put(out, "&amp;");
		else if (code == '<')
			put(out, "&lt;");
		else if (code == '>')
			put(out, "&gt;");
		else if (code == '"')
			put(out, "&quot;");
		else if (code == '\'')
			put(out, "&#39;");
		else if (is_barred(code))
			put(out, "?");
		else
			build_bytes(out, text, size);
	}
}

static void put_text(struct build *out, const char *text)
{
	while (*text && out->err == IGDROM_OK) {
		size_t size = strcspn(text, "\n");
		char *clean = text_clean(text, size, size);

		if (!clean) {
			out->err = IGDROM_E_NOMEM;
			return;
		}
		put_line(out, clean);
		free(clean);
		text += size;
		if (*text == '\n') {
			put(out, "\n");
			text++;
		}
	}
}

static void put_number(struct build *out, int64_t hundredths)
{
	uint64_t value = hundredths < 0 ? (uint64_t)-hundredths : (uint64_t)hundredths;
	char text[32];

	snprintf(text, sizeof(text), "%s%" PRIu64, hundredths < 0 ? "-" : "", value / 100);
	put(out, text);
	if (value % 100 == 0)
		return;
	snprintf(text, sizeof(text), ".%02u", (unsigned)(value % 100));
	if (value % 10 == 0)
		text[2] = '\0';
	put(out, text);
}

void svg_put(struct build *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	while (*format) {
		size_t size = strcspn(format, "%");

		build_bytes(out, format, size);
		format += size;
		if (!*format)
			break;
		switch (format[1]) {
		case 's':
			put_text(out, va_arg(args, const char *));
			break;
		case 'r':
			put(out, va_arg(args, const char *));
			break;
		case '%':
			put(out, "%");
			break;
		default: /* n */
			put_number(out, va_arg(args, int64_t));
			break;
		}
		format += 2;
	}
	va_end(args);
}

/* Of the widest of the common fonts. */
static int64_t width_of(uint32_t code)
{
	if (code >= FIRST_FOREIGN && code != 0x2026 && code != 0x2192)
		return WIDE;
	if (code && code < 0x80 && strchr(" !'(),./:;I[]fijlrt|", (int)code))
		return NARROW;
	if (code && code < 0x80 && strchr("%@MWmw", (int)code))
		return WIDE;
	return code >= 'A' && code <= 'Z' ? CAPITAL : COMMON;
}

int64_t svg_text_width(const char *text)
{
	int64_t width = 0;
	size_t size;

	for (; *text; text += size)
		width += width_of(code_at(text, &size));
	return width;
}

void svg_text_cut(char *text, int64_t width)
{
	int64_t used = 0;
	size_t at = 0, keep = 0, size, letters = 0;

	if (svg_text_width(text) <= width)
		return;
	while (text[at]) {
		used += width_of(code_at(text + at, &size));
		if (used > width - COMMON)
			break;
		at += size;
		keep = at;
		letters++;
	}
	while (keep && text[keep - 1] == ' ')
		keep--;
	/* Two letters of a word say nothing. */
	if (letters < 3)
		text[0] = '\0';
	else
		memcpy(text + keep, ELLIPSIS, sizeof(ELLIPSIS));
}
