/* SPDX-License-Identifier: BSD-2-Clause */
#include "compress/cost.h"

/* More than all else together. */
#define COST_NEVER (UINT64_C(1) << (COST_SHIFT + 30))
/* A symbol that does not occur would need a place in the table of lengths too. */
#define NEW_SYMBOL_BITS 2

void log2_init(struct log2 *table)
{
	for (uint32_t i = 0; i <= LOG2_STEPS; i++) {
		uint64_t x = (uint64_t)(LOG2_STEPS + i)
			     << 23; /* 1 to 2, 31 bits behind the point */
		uint32_t log = 0;

		/* Squaring doubles the logarithm, which shows the next bit of it. */
		for (unsigned bit = 0; bit < LOG2_SHIFT + 1; bit++) {
			unsigned carry = (unsigned)(x >> 32);

			log = log << 1 | carry;
			x >>= carry;
			x = x * x >> 31;
		}
		table->step[i] = log;
	}
}

static void set_literal(struct cost *c, unsigned symbol, uint32_t cost)
{
	c->literal[symbol] = (uint64_t)cost << COST_SHIFT | symbol;
}

static void set_length(struct cost *c, unsigned length, uint32_t cost)
{
	c->length[length] = (uint64_t)cost << COST_SHIFT | (length + FIRST_LENGTH);
}

static void set_position(struct cost *c, unsigned symbol, uint32_t cost)
{
	uint32_t extra = symbol > 1 ? (symbol - 1) * COST_ONE_BIT : 0;

	c->position[symbol] = (uint64_t)(cost + extra) << COST_SHIFT;
}

/* Cost of a symbol that occurs `count` times among `total`. */
static uint32_t share_cost(const struct log2 *table, uint32_t total, uint32_t count)
{
	uint32_t bits = log2_of(table, total) - (count ? log2_of(table, count) : 0);

	bits += count ? 0 : NEW_SYMBOL_BITS << LOG2_SHIFT;
	return (bits + (1 << LOG2_SHIFT) / COST_ONE_BIT / 2) / ((1 << LOG2_SHIFT) / COST_ONE_BIT);
}

static uint32_t sum(const uint32_t *count, unsigned n)
{
	uint32_t total = 1; /* its logarithm is wanted, of nothing as well */

	for (unsigned i = 0; i < n; i++)
		total += count[i];
	return total;
}

void cost_from_histogram(struct cost *c, const struct log2 *table, const struct histogram *h)
{
	uint32_t total = sum(h->char_len, CHAR_LEN_SYMBOLS);
	uint32_t matches = sum(h->position, POSITION_SYMBOLS_MAX);

	for (unsigned i = 0; i < 256; i++)
		set_literal(c, i, share_cost(table, total, h->char_len[i]));
	for (unsigned i = 0; i <= MATCH_MAX - MATCH_MIN; i++)
		set_length(c, i, share_cost(table, total, h->char_len[FIRST_LENGTH + i]));
	for (unsigned i = 0; i < POSITION_SYMBOLS_MAX; i++)
		set_position(c, i, share_cost(table, matches, h->position[i]));
	c->position[ENTRY_NO_SYMBOL] = COST_NEVER;
}

static uint32_t code_cost(uint8_t length, uint32_t otherwise)
{
	return length ? length * COST_ONE_BIT : otherwise;
}

void cost_from_block(struct cost *c, const struct log2 *table, const struct histogram *h,
		     const struct block *b)
{
	uint32_t total = sum(h->char_len, CHAR_LEN_SYMBOLS);
	uint32_t matches = sum(h->position, POSITION_SYMBOLS_MAX);

	/* Where a code has one symbol only, its length is 0 as well: then the share is right. */
	for (unsigned i = 0; i < 256; i++)
		set_literal(c, i,
			    code_cost(b->char_len[i], share_cost(table, total, h->char_len[i])));
	for (unsigned i = 0; i <= MATCH_MAX - MATCH_MIN; i++) {
		unsigned symbol = FIRST_LENGTH + i;

		set_length(c, i,
			   code_cost(b->char_len[symbol],
				     share_cost(table, total, h->char_len[symbol])));
	}
	for (unsigned i = 0; i < POSITION_SYMBOLS_MAX; i++)
		set_position(c, i,
			     code_cost(b->position[i], share_cost(table, matches, h->position[i])));
	c->position[ENTRY_NO_SYMBOL] = COST_NEVER;
}
