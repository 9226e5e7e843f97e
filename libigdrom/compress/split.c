/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starts with many small parts and joins neighbours as long as that saves bits: those of one table
 * of code lengths against what one code for both costs more.
 */
#include "compress/split.h"
#include "compress/parse.h"

#include <stdlib.h>
#include <string.h>

#define PART_TOKENS 128
/* The tables of a block, by measuring those of real drivers: so much, and for each symbol in use. */
#define TABLE_BITS  (UINT64_C(300) << LOG2_SHIFT)
#define SYMBOL_BITS ((UINT64_C(28) << LOG2_SHIFT) / 10)

#define SYMBOLS (CHAR_LEN_SYMBOLS + POSITION_SYMBOLS_MAX)
#define WORDS   ((SYMBOLS + 63) / 64)

#define PRODUCTS 256

struct part {
	size_t end; /* in the data */
	uint32_t tokens, matches;
	uint64_t bits;          /* what it costs as a block of its own */
	uint64_t sum;           /* of n * log2(n) over its symbols */
	uint64_t in_use[WORDS]; /* bit set: the count is not 0 */
	uint16_t count[SYMBOLS];
	int64_t gain; /* bits saved by joining it with the next one */
};

struct split {
	const struct log2 *table;
	uint32_t product[PRODUCTS]; /* n * log2(n) */
	struct part *part;
	uint32_t *live; /* the parts there are, in order */
	size_t lives;
};

static uint64_t times_log2(const struct split *s, uint32_t n)
{
	return n < PRODUCTS ? s->product[n] : (uint64_t)n * log2_of(s->table, n);
}

size_t split_spans_max(size_t count)
{
	return count / PART_TOKENS + 1;
}

static void count_symbol(struct part *p, unsigned symbol)
{
	p->count[symbol]++;
	p->in_use[symbol / 64] |= UINT64_C(1) << symbol % 64;
}

static void part_init(const struct split *s, struct part *p, const uint32_t *token, size_t count,
		      size_t start)
{
	unsigned in_use = 0;

	memset(p, 0, sizeof(*p));
	p->end = start;
	p->tokens = (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		unsigned symbol = token[i] & TOKEN_SYMBOL;

		count_symbol(p, symbol);
		p->end += token_size(token[i]);
		if (symbol < FIRST_LENGTH)
			continue;
		count_symbol(p, CHAR_LEN_SYMBOLS + position_symbol(token[i] >> TOKEN_POSITION));
		p->matches++;
	}
	for (unsigned i = 0; i < WORDS; i++) {
		for (uint64_t bits = p->in_use[i]; bits; bits &= bits - 1, in_use++)
			p->sum += times_log2(s, p->count[i * 64 + (unsigned)__builtin_ctzll(bits)]);
	}
	p->bits = times_log2(s, p->tokens) + times_log2(s, p->matches) - p->sum + TABLE_BITS +
		  in_use * SYMBOL_BITS;
}

/* What both cost as one, and the sum for it. Only symbols that occur in both make a difference. */
static uint64_t joined_bits(const struct split *s, const struct part *a, const struct part *b,
			    uint64_t *sum)
{
	unsigned shared = 0;

	*sum = a->sum + b->sum;
	for (unsigned i = 0; i < WORDS; i++) {
		for (uint64_t both = a->in_use[i] & b->in_use[i]; both; both &= both - 1) {
			unsigned symbol = i * 64 + (unsigned)__builtin_ctzll(both);
			uint32_t n = a->count[symbol], m = b->count[symbol];

			*sum += times_log2(s, n + m) - times_log2(s, n) - times_log2(s, m);
			shared++;
		}
	}
	return a->bits + a->sum + b->bits + b->sum - *sum - TABLE_BITS - shared * SYMBOL_BITS +
	       times_log2(s, a->tokens + b->tokens) - times_log2(s, a->tokens) -
	       times_log2(s, b->tokens) + times_log2(s, a->matches + b->matches) -
	       times_log2(s, a->matches) - times_log2(s, b->matches);
}

static void find_gain(const struct split *s, size_t i)
{
	struct part *a = &s->part[s->live[i]];
	const struct part *b;
	uint64_t sum;

	a->gain = -1;
	if (i + 1 == s->lives)
		return;
	b = &s->part[s->live[i + 1]];
	if (a->tokens + b->tokens <= BLOCK_SYMBOLS_MAX)
		a->gain = (int64_t)(a->bits + b->bits - joined_bits(s, a, b, &sum));
}

static void join(const struct split *s, struct part *a, const struct part *b)
{
	a->bits = joined_bits(s, a, b, &a->sum);
	a->end = b->end;
	a->tokens += b->tokens;
	a->matches += b->matches;
	for (unsigned i = 0; i < WORDS; i++)
		a->in_use[i] |= b->in_use[i];
	for (unsigned i = 0; i < SYMBOLS; i++)
		a->count[i] = (uint16_t)(a->count[i] + b->count[i]);
}

/* Joins each pair that gains more than the pairs on both its sides. Whether there was one. */
static bool join_best(struct split *s)
{
	struct part *part = s->part;
	size_t kept = 0, before = s->lives;
	int64_t left = -1;

	for (size_t i = 0; i < before; kept++) {
		struct part *a = &part[s->live[i]];
		int64_t right = i + 1 < before ? part[s->live[i + 1]].gain : -1;
		int64_t gain = a->gain;

		s->live[kept] = s->live[i++];
		if (gain >= 0 && gain > left && gain >= right) {
			join(s, a, &part[s->live[i++]]);
			a->gain = INT64_MIN; /* to be found again */
			if (kept)
				part[s->live[kept - 1]].gain = INT64_MIN;
			left = right;
		} else {
			left = gain;
		}
	}
	s->lives = kept;
	for (size_t i = 0; i < kept; i++) {
		if (part[s->live[i]].gain == INT64_MIN)
			find_gain(s, i);
	}
	return kept < before;
}

static void fill_span(struct span *span, const struct part *p)
{
	span->end = p->end;
	span->tokens = p->tokens;
	for (unsigned i = 0; i < CHAR_LEN_SYMBOLS; i++)
		span->h.char_len[i] = p->count[i];
	for (unsigned i = 0; i < POSITION_SYMBOLS_MAX; i++)
		span->h.position[i] = p->count[CHAR_LEN_SYMBOLS + i];
}

enum igdrom_status split_tokens(const struct log2 *table, const uint32_t *token, size_t count,
				struct span *span, size_t *spans)
{
	struct split s = {.table = table};
	size_t start = 0;

	*spans = 0;
	s.part = malloc(split_spans_max(count) * sizeof(*s.part));
	s.live = malloc(split_spans_max(count) * sizeof(*s.live));
	if (!s.part || !s.live) {
		free(s.part);
		free(s.live);
		return IGDROM_E_NOMEM;
	}
	for (uint32_t i = 1; i < PRODUCTS; i++)
		s.product[i] = i * log2_of(table, i);
	for (size_t done = 0; done < count; s.lives++) {
		size_t n = count - done < PART_TOKENS ? count - done : PART_TOKENS;

		part_init(&s, &s.part[s.lives], token + done, n, start);
		start = s.part[s.lives].end;
		s.live[s.lives] = (uint32_t)s.lives;
		done += n;
	}
	for (size_t i = 0; i < s.lives; i++)
		find_gain(&s, i);
	while (join_best(&s))
		;
	for (size_t i = 0; i < s.lives; i++)
		fill_span(&span[i], &s.part[s.live[i]]);
	*spans = s.lives;
	free(s.part);
	free(s.live);
	return IGDROM_OK;
}
