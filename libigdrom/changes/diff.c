/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * E. Myers, An O(ND) Difference Algorithm and Its Variations (1986), greedy, on what is left when
 * equal lines at both ends are put aside. It remembers the furthest points of each round, so rounds
 * are limited; texts that differ in more than that are shown as replaced from there on.
 */
#include "changes/diff.h"

#include "core/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTEXT    3
#define MAX_ROUNDS 1000
#define MAX_WORK   20000000 /* lines looked at, all rounds together */

struct line {
	const uint8_t *text;
	size_t size; /* with its '\n', where it has one */
};

struct text {
	struct line *lines;
	size_t count;
	bool *changed; /* of each line: taken out, or put in */
};

bool diff_is_text(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if ((data[i] < 0x20 && !(data[i] >= '\t' && data[i] <= '\r')) || data[i] == 0x7f)
			return false;
	}
	return true;
}

static bool split(const struct igdrom_bytes *bytes, struct text *text)
{
	size_t size = bytes ? bytes->size : 0;
	const uint8_t *next = bytes ? bytes->data : NULL;
	size_t count = 1;

	for (size_t i = 0; i < size; i++)
		count += next[i] == '\n';
	text->lines = calloc(count, sizeof(*text->lines));
	text->changed = calloc(count + 1, sizeof(*text->changed));
	while (text->lines && size) {
		const uint8_t *end = memchr(next, '\n', size);
		size_t length = end ? (size_t)(end - next) + 1 : size;

		text->lines[text->count++] = (struct line){next, length};
		next += length;
		size -= length;
	}
	return text->lines && text->changed;
}

static void free_text(struct text *text)
{
	free(text->lines);
	free(text->changed);
}

static bool same(const struct line *a, const struct line *b)
{
	return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

/* The lines that are compared: a stretch of each text. */
struct stretch {
	struct text *old, *now;
	size_t old_from, now_from;
	size_t n, m; /* lines of old and of now */
};

static bool equal_at(const struct stretch *s, long x, long y)
{
	return same(&s->old->lines[s->old_from + (size_t)x],
		    &s->now->lines[s->now_from + (size_t)y]);
}

static void mark_all(const struct stretch *s)
{
	memset(s->old->changed + s->old_from, 1, s->n);
	memset(s->now->changed + s->now_from, 1, s->m);
}

/* One round: how far each diagonal comes with d changes. True when the end is reached. */
static bool advance(const struct stretch *s, const long *before, long *v, long d, long *work)
{
	for (long k = -d; k <= d; k += 2) {
		bool down = k == -d || (k != d && before[k - 1] < before[k + 1]);
		long x = d == 0 ? 0 : down ? before[k + 1] : before[k - 1] + 1;
		long y = x - k;

		while (x < (long)s->n && y < (long)s->m && y >= 0 && equal_at(s, x, y)) {
			x++;
			y++;
			++*work;
		}
		v[k] = x;
		++*work;
		if (x >= (long)s->n && y >= (long)s->m)
			return true;
	}
	return false;
}

/* Back from the end; rounds[d] has the points of round d, its middle is diagonal 0. */
static void mark_path(const struct stretch *s, long *const *rounds, long d)
{
	long x = (long)s->n, y = (long)s->m;

	for (; d > 0; d--) {
		const long *before = rounds[d - 1];
		long k = x - y;
		bool down = k == -d || (k != d && before[k - 1] < before[k + 1]);
		long from = down ? k + 1 : k - 1;
		long from_x = before[from], from_y = from_x - from;

		if (down)
			s->now->changed[s->now_from + (size_t)from_y] = true;
		else
			s->old->changed[s->old_from + (size_t)from_x] = true;
		x = from_x;
		y = from_y;
	}
}

/* False when memory ran out. */
static bool compare(const struct stretch *s)
{
	long *rounds[MAX_ROUNDS];
	long *memory[MAX_ROUNDS];
	long d = 0, work = 0;
	bool found = false, enough = true;

	for (; d < MAX_ROUNDS && !found && enough && work < MAX_WORK; d++) {
		/* Diagonals -d-1 .. d+1; the outermost are never better than a real one. */
		memory[d] = malloc((size_t)(2 * d + 3) * sizeof(*memory[d]));
		enough = memory[d] != NULL;
		if (!enough)
			break;
		rounds[d] = memory[d] + d + 1;
		for (long k = -d - 1; k <= d + 1; k++)
			rounds[d][k] = -1;
		found = advance(s, d ? rounds[d - 1] : NULL, rounds[d], d, &work);
	}
	if (found)
		mark_path(s, rounds, d - 1);
	else if (enough)
		mark_all(s);
	while (d-- > 0)
		free(memory[d]);
	return enough;
}

static bool find_changes(struct text *old, struct text *now)
{
	struct stretch s = {.old = old, .now = now, .n = old->count, .m = now->count};

	while (s.n && s.m && same(&old->lines[s.old_from], &now->lines[s.now_from])) {
		s.old_from++;
		s.now_from++;
		s.n--;
		s.m--;
	}
	while (s.n && s.m &&
	       same(&old->lines[s.old_from + s.n - 1], &now->lines[s.now_from + s.m - 1])) {
		s.n--;
		s.m--;
	}
	if (!s.n || !s.m) {
		mark_all(&s);
		return true;
	}
	return compare(&s);
}

static void put(struct build *out, const char *text)
{
	build_bytes(out, text, strlen(text));
}

static void put_line(struct build *out, const char *prefix, char kind, const struct line *line)
{
	put(out, prefix);
	build_u8(out, (uint8_t)kind);
	build_bytes(out, line->text, line->size);
	if (line->text[line->size - 1] != '\n') {
		put(out, "\n");
		put(out, prefix);
		put(out, "\\ No newline at end of file\n");
	}
}

struct hunk {
	size_t old_from, old_to, now_from, now_to;
};

/* The next hunk from these lines on; false when there are no more changes. */
static bool next_hunk(const struct text *old, const struct text *now, struct hunk *h)
{
	size_t i = h->old_to, j = h->now_to, quiet = 0;
	size_t start;

	while (i < old->count && j < now->count && !old->changed[i] && !now->changed[j]) {
		i++;
		j++;
	}
	if (i == old->count && j == now->count)
		return false;
	start = i - h->old_to < CONTEXT ? i - h->old_to : CONTEXT;
	h->old_from = i - start;
	h->now_from = j - start;
	while (quiet <= 2 * CONTEXT && (i < old->count || j < now->count)) {
		if (i < old->count && old->changed[i]) {
			i++;
			quiet = 0;
		} else if (j < now->count && now->changed[j]) {
			j++;
			quiet = 0;
		} else {
			i++;
			j++;
			quiet++;
		}
	}
	h->old_to = i - (quiet > CONTEXT ? quiet - CONTEXT : 0);
	h->now_to = j - (quiet > CONTEXT ? quiet - CONTEXT : 0);
	return true;
}

static void put_range(struct build *out, char sign, size_t from, size_t to)
{
	char text[64];

	/* An empty range is named by the line before it. */
	snprintf(text, sizeof(text), to - from == 1 ? " %c%zu" : " %c%zu,%zu", sign,
		 from + (to > from), to - from);
	put(out, text);
}

static void put_hunk(struct build *out, const char *prefix, const struct text *old,
		     const struct text *now, const struct hunk *h)
{
	size_t i = h->old_from, j = h->now_from;

	put(out, prefix);
	put(out, "@@");
	put_range(out, '-', h->old_from, h->old_to);
	put_range(out, '+', h->now_from, h->now_to);
	put(out, " @@\n");
	while (i < h->old_to || j < h->now_to) {
		if (i < h->old_to && old->changed[i]) {
			put_line(out, prefix, '-', &old->lines[i++]);
		} else if (j < h->now_to && now->changed[j]) {
			put_line(out, prefix, '+', &now->lines[j++]);
		} else {
			put_line(out, prefix, ' ', &old->lines[i++]);
			j++;
		}
	}
}

/* In the quotes of C when patch(1) would stumble; whether it was. */
static bool put_name(struct build *out, const char *side, const char *path)
{
	bool quoted = strpbrk(path, "\"\\\t\n\v\f\r") ||
		      !diff_is_text((const uint8_t *)path, strlen(path));
	char octal[8];

	put(out, quoted ? "\"" : "");
	put(out, side);
	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;

		if (quoted && (c < 0x20 || c == 0x7f || c == '"' || c == '\\')) {
			snprintf(octal, sizeof(octal), "\\%03o", (unsigned)c);
			put(out, octal);
		} else {
			build_u8(out, c);
		}
	}
	put(out, quoted ? "\"" : "");
	return quoted;
}

static void put_header(struct build *out, const char *prefix, const char *mark, const char *side,
		       const char *path)
{
	put(out, prefix);
	put(out, mark);
	/* A tab ends a name that has spaces inside. */
	put(out, put_name(out, side, path) || !strchr(path, ' ') ? "\n" : "\t\n");
}

static void put_size(struct build *out, const struct igdrom_bytes *bytes)
{
	char text[64];

	if (!bytes) {
		put(out, "none");
		return;
	}
	snprintf(text, sizeof(text), "%zu bytes", bytes->size);
	put(out, text);
}

static void put_binary(struct build *out, const char *path, const struct igdrom_bytes *old,
		       const struct igdrom_bytes *now)
{
	char hex[DIGEST_SHA256_HEX];

	put(out, "# binary ");
	put_name(out, "", path);
	put(out, ": ");
	put_size(out, old);
	put(out, " -> ");
	put_size(out, now);
	if (now) {
		digest_sha256_hex(now->data, now->size, hex);
		put(out, "\n#   sha256 ");
		put(out, hex);
	}
	put(out, "\n");
}

static bool is_text(const struct igdrom_bytes *bytes)
{
	return !bytes || diff_is_text(bytes->data, bytes->size);
}

void diff_files(struct build *out, const char *path, const char *prefix,
		const struct igdrom_bytes *old, const struct igdrom_bytes *now)
{
	struct text a = {0}, b = {0};
	struct hunk hunk = {0};

	if (!old == !now && (!old || (old->size == now->size &&
				      (!old->size || !memcmp(old->data, now->data, old->size)))))
		return;
	if (!is_text(old) || !is_text(now)) {
		put_binary(out, path, old, now);
		return;
	}
	if (!split(old, &a) || !split(now, &b) || !find_changes(&a, &b)) {
		if (out->err == IGDROM_OK)
			out->err = IGDROM_E_NOMEM;
	} else {
		put_header(out, prefix, "--- ", old ? "a" : "", old ? path : "/dev/null");
		put_header(out, prefix, "+++ ", now ? "b" : "", now ? path : "/dev/null");
		while (next_hunk(&a, &b, &hunk))
			put_hunk(out, prefix, &a, &b, &hunk);
	}
	free_text(&a);
	free_text(&b);
}
