/* SPDX-License-Identifier: BSD-2-Clause */
/* Which matches are taken. */
#ifndef IGDROM_COMPRESS_PARSE_H
#define IGDROM_COMPRESS_PARSE_H

#include "compress/cost.h"

#define COST_RING (2 * (size_t)MATCH_MAX)

struct parser {
	const uint8_t *data; /* of the segment */
	size_t size;
	const struct matches *matches;
	size_t longer;   /* long matches not looked at yet */
	uint32_t *token; /* what is best at each place, then the tokens in their order */
	/*
	 * What the rest of the segment costs from the next places on: that of place n is at n modulo
	 * COST_RING and once more COST_RING higher, so that MATCH_MAX of them are always in a row.
	 */
	uint64_t cost[2 * COST_RING];
};

/* Bytes that a token stands for. */
static inline size_t token_size(uint32_t token)
{
	uint32_t symbol = token & TOKEN_SYMBOL;

	return symbol < FIRST_LENGTH ? 1 : symbol - FIRST_LENGTH + MATCH_MIN;
}

/*
 * A first, rough parse, for which `token` holds the longest match of each place: it is taken unless
 * the next place has a longer one. Tokens made.
 */
size_t parse_roughly(struct parser *p);

/*
 * The cheapest parse under costs that change from span to span: parse_begin(), parse_span() from
 * the last span to the first, then parse_collect() from the first to the last.
 */
void parse_begin(struct parser *p);
void parse_span(struct parser *p, size_t from, size_t to, const struct cost *c);

/*
 * Brings the tokens of a span in order, after those collected before: *at is where it begins and
 * becomes where the next one begins, *count is the number of tokens. Counts the symbols.
 */
void parse_collect(struct parser *p, size_t *at, size_t to, size_t *count, struct histogram *h);

#endif
