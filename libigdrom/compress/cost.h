/* SPDX-License-Identifier: BSD-2-Clause */
/* What symbols cost in bits, in whole numbers, so that every machine decides alike. */
#ifndef IGDROM_COMPRESS_COST_H
#define IGDROM_COMPRESS_COST_H

#include "compress/match.h"

#define COST_ONE_BIT 64 /* unit of a cost */

/*
 * Costs of one block, ready for the parser: the cost above, the part of the token below. Adding up
 * a length, a position and the bits of the position gives the cost and the token of a match.
 */
#define COST_SHIFT 32
struct cost {
	uint64_t literal[256];
	uint64_t length[MATCH_MAX - MATCH_MIN + 1];
	uint64_t position[ENTRY_NO_SYMBOL + 1]; /* with the extra bits */
};

#define LOG2_STEPS 256
#define LOG2_SHIFT 16 /* logarithms have 16 bits behind the point */

/* A table for logarithms. */
struct log2 {
	uint32_t step[LOG2_STEPS + 1];
};

void log2_init(struct log2 *table);

/* Logarithm of x > 0. */
static inline uint32_t log2_of(const struct log2 *table, uint32_t x)
{
	uint32_t whole = 31 - (uint32_t)__builtin_clz(x);
	uint32_t fraction = x << (31 - whole) & 0x7fffffff;
	uint32_t step = fraction >> 23, between = fraction >> 7 & 0xffff;
	uint32_t low = table->step[step], high = table->step[step + 1];

	return (whole << LOG2_SHIFT) + low + (uint32_t)((uint64_t)(high - low) * between >> 16);
}

/* By how often symbols occur, as if codes could have parts of a bit. */
void cost_from_histogram(struct cost *c, const struct log2 *table, const struct histogram *h);

/* By the code lengths of a block; what has no code is charged as a rare symbol. */
void cost_from_block(struct cost *c, const struct log2 *table, const struct histogram *h,
		     const struct block *b);

#endif
