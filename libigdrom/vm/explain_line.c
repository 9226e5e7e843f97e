/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/explain.h"

#include "core/text.h"

#include <string.h>

#define ESCAPE 0x1b
/* Enough of the start to tell UTF-16 without a mark from text. */
#define UTF16_PROBE 16

static bool has_mark(const uint8_t *data, size_t size)
{
	return size >= 2 && data[0] == 0xff && data[1] == 0xfe;
}

static bool is_utf16(const uint8_t *data, size_t size)
{
	if (has_mark(data, size))
		return true;
	if (size < UTF16_PROBE)
		return false;
	for (size_t i = 0; i < UTF16_PROBE; i += 2) {
		if (data[i] == 0 || data[i + 1] != 0)
			return false;
	}
	return true;
}

struct log_text log_text_of(const void *data, size_t size)
{
	struct log_text log = {.data = data, .size = size, .utf16 = is_utf16(data, size)};

	if (has_mark(data, size))
		log.at = 2;
	return log;
}

static bool ends_line(uint8_t c)
{
	return c == '\n' || c == '\r';
}

/* Length of the escape sequence at p (ECMA-48 5.4), which rsyslog writes as "#033[". */
static size_t escape_size(const uint8_t *p, size_t left)
{
	size_t at;

	if (left >= 5 && memcmp(p, "#033[", 5) == 0)
		at = 5;
	else if (p[0] != ESCAPE)
		return 0;
	else if (left < 2 || p[1] != '[')
		return left < 2 || ends_line(p[1]) ? 1 : 2;
	else
		at = 2;
	while (at < left && p[at] >= 0x20 && p[at] < 0x40)
		at++;
	return at < left && p[at] >= 0x40 && p[at] < 0x7f ? at + 1 : at;
}

/* Copies one line of single bytes to out, of LOG_MAX_LINE; the bytes of data that it takes. */
static size_t clean(const uint8_t *data, size_t size, char *out, size_t *out_size)
{
	size_t at = 0, to = 0;

	while (at < size && !ends_line(data[at])) {
		uint8_t c = data[at];
		size_t escape = c == ESCAPE || c == '#' ? escape_size(data + at, size - at) : 0;

		if (!escape && c != '\0' && to < LOG_MAX_LINE)
			out[to++] = (char)c;
		at += escape ? escape : 1;
	}
	*out_size = to;
	return at;
}

/* The same for UTF-16LE: what is not looked at is not converted. */
static size_t clean_utf16(const uint8_t *data, size_t size, char *out, size_t *out_size)
{
	uint8_t utf8[LOG_MAX_LINE];
	size_t at = 0;

	while (at + 1 < size && !(data[at + 1] == 0 && ends_line(data[at])))
		at += 2;
	(void)clean(utf8,
		    text_from_utf16(data, at < LOG_MAX_LINE ? at : LOG_MAX_LINE, (char *)utf8,
				    sizeof(utf8)),
		    out, out_size);
	return at;
}

bool log_next_line(struct log_text *log, struct log_line *line)
{
	size_t left = log->size - log->at;
	size_t unit = log->utf16 ? 2 : 1;
	const uint8_t *p;
	size_t taken;

	if (left < unit)
		return false;
	p = log->data + log->at;
	line->at = log->at;
	taken = log->utf16 ? clean_utf16(p, left, line->text, &line->size)
			   : clean(p, left, line->text, &line->size);
	line->text[line->size] = '\0';
	if (left - taken >= 2 * unit && p[taken] == '\r' && p[taken + unit] == '\n' &&
	    (unit == 1 || p[taken + 3] == 0))
		taken += unit;
	log->at += left - taken >= unit ? taken + unit : left;
	return true;
}
