/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a parser wants at each place is, for each length, the nearest match. For 3 and 4 bytes that is
 * the last place where the same bytes stood, so a table for each of these lengths answers directly
 * and without branches, which is what costs time here. A slot holds the last two places, so that a
 * collision seldom hides one. For more bytes the places with the same 4 are chained.
 */
#include "compress/match.h"

#include <stdlib.h>
#include <string.h>

#define SLOT_BITS   15
#define HASH_FACTOR UINT64_C(0x9e3779b185ebca87)
#define CHAIN_STEPS 16
/* Behind a match longer than this the next places are not searched: they are inside it. */
#define RUN_LENGTH 64
/* So many places are entered before they are searched; a window at most. */
#define CHUNK 4096
/* Its symbol comes out as ENTRY_NO_SYMBOL; and it is more than any position. */
#define NO_POSITION UINT32_MAX
/* What of 8 bytes is no part of a key, in bits. */
#define KEY_THREE 40
#define KEY_FOUR  32

struct finder {
	const uint8_t *data;
	size_t size;
	uint32_t window;
	uint32_t run_length;   /* of the match at the last place, if it was that long; or 0 */
	uint32_t run_distance; /* and where it was */
	unsigned hash_shift;
	uint32_t link_mask;
	uint64_t *three; /* by hash the last place of 3 bytes, above it the one before */
	uint32_t *four;  /* by hash the last place of 4 bytes, where their chain begins */
	uint32_t *link;  /* by place modulo a power of 2: how far away the next of the chain is */
};

/* The smallest power of 2 that is not less, as an exponent. */
static unsigned log2_up(size_t n)
{
	unsigned bits = 0;

	while (bits < 31 && (size_t)1 << bits < n)
		bits++;
	return bits;
}

struct finder *finder_new(const uint8_t *data, size_t size, uint32_t window)
{
	unsigned bits = log2_up(size < 256 ? 256 : size);
	unsigned hash_bits = bits < SLOT_BITS ? bits : SLOT_BITS;
	size_t links = (size_t)2 * window, slots = (size_t)1 << hash_bits;
	struct finder *f = malloc(sizeof(*f));

	if (!f)
		return NULL;
	if (size < links)
		links = (size_t)1 << bits;
	*f = (struct finder){.data = data,
			     .size = size,
			     .window = window,
			     .hash_shift = 64 - hash_bits,
			     .link_mask = (uint32_t)(links - 1)};
	f->three = malloc(slots * sizeof(*f->three));
	f->four = malloc(slots * sizeof(*f->four));
	f->link = malloc(links * sizeof(*f->link));
	if (!f->three || !f->four || !f->link) {
		finder_free(f);
		return NULL;
	}
	/* So far away that it is in no window; links are read where places were entered only. */
	memset(f->three, 0xff, slots * sizeof(*f->three));
	memset(f->four, 0xff, slots * sizeof(*f->four));
	return f;
}

void finder_free(struct finder *f)
{
	if (!f)
		return;
	free(f->three);
	free(f->four);
	free(f->link);
	free(f);
}

static inline uint64_t load_le64(const uint8_t *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
	       (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
	       (uint64_t)p[7] << 56;
}

static inline uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* How many bytes are equal, at most max; both may be read that far. */
static inline uint32_t equal_bytes(const uint8_t *a, const uint8_t *b, uint32_t max)
{
	uint32_t n = 0;

	for (; n + 8 <= max; n += 8) {
		uint64_t differ = load_le64(a + n) ^ load_le64(b + n);

		if (differ)
			return n + (uint32_t)__builtin_ctzll(differ) / 8;
	}
	while (n < max && a[n] == b[n])
		n++;
	return n;
}

static inline uint32_t entry_of(uint32_t position)
{
	uint32_t symbol = 31 - (uint32_t)__builtin_clz(position << 1 | 1);

	return symbol << ENTRY_SYMBOL_SHIFT | (position & ENTRY_POSITION);
}

static inline size_t hash_of(const struct finder *f, uint64_t key)
{
	return (size_t)(key * HASH_FACTOR >> f->hash_shift);
}

/* The distance if it is within reach and 3 bytes are equal there, else 0. */
static inline uint32_t checked(const uint8_t *p, uint32_t distance, uint32_t reach, uint64_t key)
{
	uint32_t inside = distance & (0 - (uint32_t)(distance <= reach));

	return inside & (0 - (uint32_t)(load_le64(p - inside) << KEY_THREE == key));
}

/* Looks up 3 bytes and enters them; position of the nearest match, or NO_POSITION. */
static inline uint32_t find_three(struct finder *f, size_t at, uint32_t reach, uint64_t bytes)
{
	uint64_t key = bytes << KEY_THREE;
	uint64_t *slot = &f->three[hash_of(f, key)];
	uint32_t last = (uint32_t)at - (uint32_t)*slot;
	uint32_t before = (uint32_t)at - (uint32_t)(*slot >> 32);

	*slot = *slot << 32 | (uint32_t)at;
	return smaller(checked(f->data + at, last, reach, key) - 1,
		       checked(f->data + at, before, reach, key) - 1);
}

/* Enters 4 bytes; the distance to the last place of their chain. */
static inline uint32_t enter_four(struct finder *f, size_t at, uint64_t bytes)
{
	uint32_t *slot = &f->four[hash_of(f, bytes << KEY_FOUR)];
	uint32_t distance = (uint32_t)at - *slot;

	*slot = (uint32_t)at;
	f->link[at & f->link_mask] = distance;
	return distance;
}

static inline uint32_t match_token(uint32_t length, uint32_t distance)
{
	return (length - MATCH_MIN + FIRST_LENGTH) | (distance - 1) << TOKEN_POSITION;
}

/* Follows the chain from `distance` on. The token of the longest match, or `token`. */
static uint32_t find_longer(struct finder *f, size_t at, uint32_t max, uint32_t distance,
			    uint32_t reach, uint32_t token, struct matches *m)
{
	const uint8_t *p = f->data + at;
	uint32_t best = MATCH_MIN, mask = f->link_mask, first = LONGER_FIRST;

	for (unsigned steps = 0; steps < CHAIN_STEPS; steps++) {
		if (p[best] == (p - distance)[best]) {
			uint32_t length = equal_bytes(p, p - distance, max);

			if (length > best && m->longer_count < m->longer_room) {
				best = length;
				m->longer[m->longer_count++] = (length - MATCH_MIN)
								       << LONGER_LENGTH_SHIFT |
							       first | (distance - 1);
				first = 0;
				token = match_token(length, distance);
				if (length == max || length > RUN_LENGTH) {
					f->run_length = length;
					f->run_distance = distance;
					break;
				}
			}
		}
		if (f->link[(at - distance) & mask] > reach - distance)
			break;
		distance += f->link[(at - distance) & mask];
	}
	return token;
}

/*
 * Looks up 3 bytes and enters both keys for [from, to), ahead of the search for longer matches:
 * this has no branches to be guessed, that one has little else.
 */
static void enter(struct finder *f, size_t from, size_t to, uint32_t *nearest)
{
	for (size_t at = from; at < to; at++) {
		uint64_t bytes = load_le64(f->data + at);
		uint32_t reach = at < f->window ? (uint32_t)at : f->window;

		*nearest++ = entry_of(find_three(f, at, reach, bytes));
		enter_four(f, at, bytes);
	}
}

/* The place after one with a very long match: the match goes on. Whether it does. */
static bool follow_run(struct finder *f, size_t place, size_t at, uint32_t max, struct matches *m)
{
	uint32_t length = f->run_length - 1;

	if (f->run_length <= RUN_LENGTH || m->longer_count == m->longer_room)
		return false;
	if (length == MATCH_MAX - 1)
		length = equal_bytes(f->data + at, f->data + at - f->run_distance, max);
	length = smaller(length, max);
	f->run_length = length;
	if (length <= MATCH_MIN)
		return false;
	m->nearest[place] = entry_of(f->run_distance - 1) | ENTRY_LONGER;
	m->longest[place] = match_token(length, f->run_distance);
	m->longer[m->longer_count++] =
		(length - MATCH_MIN) << LONGER_LENGTH_SHIFT | LONGER_FIRST | (f->run_distance - 1);
	return true;
}

static void find_at(struct finder *f, size_t place, size_t at, uint32_t max, struct matches *m)
{
	uint32_t reach = at < f->window ? (uint32_t)at : f->window;
	uint32_t three = m->nearest[place], four = f->link[at & f->link_mask], token, best;

	f->run_length = 0;
	token = entry_symbol(three) == ENTRY_NO_SYMBOL
			? 0
			: match_token(MATCH_MIN, (three & ENTRY_POSITION) + 1);
	best = token;
	if (four <= reach && max > MATCH_MIN)
		best = find_longer(f, at, max, four, reach, token, m);
	m->nearest[place] |= best == token ? 0 : ENTRY_LONGER;
	m->longest[place] = best;
}

static void find_none(struct matches *m, size_t from, size_t to)
{
	for (size_t place = from; place < to; place++) {
		m->nearest[place] = entry_of(NO_POSITION);
		m->longest[place] = 0;
	}
}

void finder_run(struct finder *f, size_t from, size_t to, struct matches *m)
{
	/* Near the end of the data 8 bytes cannot be loaded: no match begins there. */
	size_t end = f->size < 8 ? 0 : f->size - 7;

	end = end < to ? end : to;
	end = end < from ? from : end;
	m->longer_count = 0;
	f->run_length = 0;
	for (size_t at = from; at < end;) {
		size_t stop = end - at < CHUNK ? end : at + CHUNK;

		enter(f, at, stop, m->nearest + (at - from));
		if (stop > to - 2)
			find_none(m, to - 2 - from, to - from);
		for (; at < stop; at++) {
			uint32_t max = to - at < MATCH_MAX ? (uint32_t)(to - at) : MATCH_MAX;

			if (!follow_run(f, at - from, at, max, m))
				find_at(f, at - from, at, max, m);
		}
	}
	find_none(m, end - from, to - from);
}
