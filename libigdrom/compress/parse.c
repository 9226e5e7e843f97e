/* SPDX-License-Identifier: BSD-2-Clause */
#include "compress/parse.h"

#include <string.h>

/* Of a match longer than this, the shorter lengths up to it are tried, and its full one. */
#define LENGTHS_TRIED 12

size_t parse_roughly(struct parser *p)
{
	size_t count = 0;
	size_t inside = 0; /* how many of the coming places belong to the last match */
	uint32_t match = p->size ? p->token[0] : 0, next;

	/* The tokens found so far are kept in front of those of the places not looked at yet. */
	for (size_t at = 0; at < p->size; at++, match = next) {
		next = at + 1 < p->size ? p->token[at + 1] : 0;
		if (inside) {
			inside--;
		} else if (match && (!next || token_size(match) >= token_size(next))) {
			p->token[count++] = match;
			inside = token_size(match) - 1;
		} else {
			p->token[count++] = p->data[at];
		}
	}
	return count;
}

void parse_begin(struct parser *p)
{
	memset(p->cost, 0, sizeof(p->cost));
	p->longer = p->matches->longer_count;
}

static inline uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* The best of the longer matches at a place and of `best`; `rest` is the cost behind 3 bytes. */
static uint64_t try_longer(struct parser *p, const uint64_t *rest, const struct cost *c,
			   uint64_t best)
{
	const uint32_t *longer = p->matches->longer;
	uint32_t match;

	do {
		uint32_t last, i = 1;
		uint64_t position;

		match = longer[--p->longer];
		last = match >> LONGER_LENGTH_SHIFT;
		position = c->position[position_symbol(match & LONGER_POSITION)] +
			   ((uint64_t)(match & LONGER_POSITION) << TOKEN_POSITION);
		best = smaller(best, rest[last] + c->length[last] + position);
		if (!(match & LONGER_FIRST))
			i = (longer[p->longer - 1] >> LONGER_LENGTH_SHIFT) + 1;
		for (; i < last && i < LENGTHS_TRIED; i++)
			best = smaller(best, rest[i] + c->length[i] + position);
	} while (!(match & LONGER_FIRST));
	return best;
}

void parse_span(struct parser *p, size_t from, size_t to, const struct cost *c)
{
	for (size_t at = to; at-- > from;) {
		uint64_t *cost = p->cost + at % COST_RING;
		uint32_t entry = p->matches->nearest[at];
		uint64_t best = cost[1] + c->literal[p->data[at]];

		best = smaller(best,
			       cost[MATCH_MIN] + c->length[0] + c->position[entry_symbol(entry)] +
				       ((uint64_t)(entry & ENTRY_POSITION) << TOKEN_POSITION));
		if (entry & ENTRY_LONGER)
			best = try_longer(p, cost + MATCH_MIN, c, best);
		p->token[at] = (uint32_t)best;
		cost[0] = cost[COST_RING] = best >> COST_SHIFT << COST_SHIFT;
	}
}

void parse_collect(struct parser *p, size_t *at, size_t to, size_t *count, struct histogram *h)
{
	while (*at < to) {
		uint32_t token = p->token[*at];
		unsigned symbol = token & TOKEN_SYMBOL;

		p->token[(*count)++] = token;
		*at += token_size(token);
		h->char_len[symbol]++;
		if (symbol >= FIRST_LENGTH)
			h->position[position_symbol(token >> TOKEN_POSITION)]++;
	}
}
