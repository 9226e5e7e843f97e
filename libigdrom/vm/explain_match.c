/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which known line stands in a line. Every place of the line is looked up by a hash of the four
 * bytes there; only where a row has its anchor is the row compared, forward and once. A capture
 * ends at the first place where it can: nothing is tried a second time.
 */
#include "vm/explain.h"

#include <string.h>

#include "vm/log_lines.inc"

#define ADDRESS_MIN_CHARS 7  /* "00:02.0" */
#define ADDRESS_MAX_CHARS 12 /* "0000:00:02.0" */

struct scan {
	const char *text;
	size_t size;
	size_t at;
};

static uint32_t anchor_hash(const char *p)
{
	const uint8_t *b = (const uint8_t *)p;
	uint32_t v =
		(uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;

	return v * LOG_HASH_FACTOR >> (32 - LOG_HASH_BITS);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool in_address(char c)
{
	return hex_digit(c) >= 0 || c == ':' || c == '.';
}

/* [dddd:]bb:ss.f */
static bool is_address(const char *p, size_t size)
{
	static const char form[] = "hhhh:hh:hh.h";
	size_t skip = ADDRESS_MAX_CHARS - size;

	if (size != ADDRESS_MIN_CHARS && size != ADDRESS_MAX_CHARS)
		return false;
	for (size_t i = 0; i < size; i++) {
		char wanted = form[skip + i];

		if (wanted == 'h' ? hex_digit(p[i]) < 0 : p[i] != wanted)
			return false;
	}
	return true;
}

/* A number of at most `most` digits; all digits there are taken, or none. */
static bool take_number(struct scan *s, unsigned base, size_t most, struct log_capture *out)
{
	size_t start = s->at;

	out->number = 0;
	while (s->at < s->size) {
		int digit = hex_digit(s->text[s->at]);

		if (digit < 0 || (unsigned)digit >= base)
			break;
		if (s->at - start >= most)
			return false;
		out->number = out->number * base + (unsigned)digit;
		s->at++;
	}
	out->is_number = true;
	return s->at > start;
}

static bool take_hex(struct scan *s, struct log_capture *out)
{
	if (s->size - s->at > 2 && s->text[s->at] == '0' && (s->text[s->at + 1] | 0x20) == 'x')
		s->at += 2;
	return take_number(s, 16, 16, out);
}

static bool take_address(struct scan *s)
{
	size_t start = s->at;

	while (s->at < s->size && in_address(s->text[s->at]))
		s->at++;
	/* What follows an address in a sentence is no part of it. */
	while (s->at > start && hex_digit(s->text[s->at - 1]) < 0)
		s->at--;
	return is_address(s->text + start, s->at - start);
}

static bool take_word(struct scan *s, const struct log_part *next)
{
	size_t start = s->at;
	char stop = next ? next->fixed[0] : ' ';

	while (s->at < s->size && s->text[s->at] != ' ' && s->text[s->at] != '\t' &&
	       s->text[s->at] != stop)
		s->at++;
	return s->at > start;
}

static bool take_text(struct scan *s, const struct log_part *next)
{
	size_t start = s->at;

	while (s->size - s->at >= next->size) {
		const char *p = memchr(s->text + s->at, next->fixed[0], s->size - s->at);

		if (!p || s->size - (size_t)(p - s->text) < next->size)
			return false;
		s->at = (size_t)(p - s->text);
		if (memcmp(p, next->fixed, next->size) == 0)
			return s->at > start;
		s->at++;
	}
	return false;
}

static bool take_rest(struct scan *s, struct log_capture *out)
{
	size_t end = s->size;

	while (end > s->at && (s->text[end - 1] == ' ' || s->text[end - 1] == '\t'))
		end--;
	out->size = end - s->at;
	s->at = s->size;
	return out->size > 0;
}

static bool take_part(struct scan *s, const struct log_part *part, const struct log_part *next,
		      struct log_capture *out)
{
	size_t start = s->at;
	bool taken = false;

	*out = (struct log_capture){.text = s->text + s->at, .varies = part->varies};
	switch (part->type) {
	case LOG_FIXED:
		taken = s->size - s->at >= part->size &&
			memcmp(s->text + s->at, part->fixed, part->size) == 0;
		s->at += taken ? part->size : 0;
		break;
	case LOG_DECIMAL:
		taken = take_number(s, 10, 19, out);
		break;
	case LOG_HEX:
		taken = take_hex(s, out);
		break;
	case LOG_ID:
		taken = take_number(s, 16, 4, out) && s->at - start == 4;
		break;
	case LOG_ADDRESS:
		taken = take_address(s);
		break;
	case LOG_WORD:
		taken = take_word(s, next);
		break;
	case LOG_TEXT:
		taken = take_text(s, next);
		break;
	case LOG_REST:
		return take_rest(s, out);
	}
	out->size = s->at - start;
	return taken;
}

/* A capture in front of the first fixed text: a PCI address or a word that ends there. */
static bool take_back(const struct log_line *line, size_t end, const struct log_part *part,
		      struct log_capture *out)
{
	size_t start = end;

	while (start > 0 && end - start <= ADDRESS_MAX_CHARS && in_address(line->text[start - 1]))
		start--;
	*out = (struct log_capture){
		.text = line->text + start, .size = end - start, .varies = part->varies};
	return is_address(out->text, out->size);
}

static bool compare(const struct log_line *line, size_t start, const struct log_row *row,
		    struct log_match *match)
{
	struct scan s = {line->text, line->size, start};
	struct log_capture capture;

	match->row = row;
	match->count = 0;
	if (row->first == 1) {
		if (!take_back(line, start, &row->parts[0], &capture))
			return false;
		if (row->parts[0].named)
			match->captures[match->count++] = capture;
	}
	for (size_t i = row->first; i < row->part_count; i++) {
		const struct log_part *next = i + 1u < row->part_count ? &row->parts[i + 1] : NULL;

		if (!take_part(&s, &row->parts[i], next, &capture))
			return false;
		if (row->parts[i].named)
			match->captures[match->count++] = capture;
	}
	return true;
}

static bool holds(const struct log_row *row, uint32_t qemu)
{
	return row->qemu.to == 0 || (qemu >= row->qemu.from && qemu <= row->qemu.to);
}

/* Whether `a` says more about the line than `b`. */
static bool better(const struct log_row *a, const struct log_row *b)
{
	if (!b || a->wrapper != b->wrapper)
		return !b || b->wrapper;
	if (a->fixed_bytes != b->fixed_bytes)
		return a->fixed_bytes > b->fixed_bytes;
	return a->qemu.to && !b->qemu.to;
}

static bool fits_at(const struct log_line *line, size_t at, const struct log_row *row,
		    size_t *start)
{
	const struct log_part *fixed = &row->parts[row->first];

	if (at < row->anchor)
		return false;
	*start = at - row->anchor;
	return fixed->size <= line->size - *start &&
	       memcmp(line->text + *start, fixed->fixed, fixed->size) == 0;
}

struct log_match log_match_line(const struct log_line *line, uint32_t qemu)
{
	struct log_match best = {.row = NULL}, match;
	size_t tries = 0;
	size_t start;

	for (size_t at = 0; at + LOG_ANCHOR_BYTES <= line->size && tries < LOG_MAX_TRIES; at++) {
		uint16_t head = log_heads[anchor_hash(line->text + at)];
		const struct log_row *row = head ? &log_rows[head - 1] : NULL;

		for (; row; row = row->same_anchor ? row + 1 : NULL) {
			if (!holds(row, qemu) || !fits_at(line, at, row, &start) ||
			    !better(row, best.row))
				continue;
			tries++;
			if (compare(line, start, row, &match))
				best = match;
		}
	}
	return best;
}
