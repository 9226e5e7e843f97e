/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The range decoder of LZMA (LZMA specification, "Range Decoder"). It reads without looking where
 * the input ends: whoever calls sees to it that there are SYMBOL_INPUT_MAX bytes.
 */
#ifndef IGDROM_COMPRESS_LZMA_RANGE_H
#define IGDROM_COMPRESS_LZMA_RANGE_H

#include <stdint.h>

/* A symbol of LZMA takes no more input than this. */
#define SYMBOL_INPUT_MAX 20

#define PROBABILITY_BITS 11
#define PROBABILITY_HALF (1U << (PROBABILITY_BITS - 1))
#define ADAPTATION_SHIFT 5
#define RANGE_MIN        (UINT32_C(1) << 24)

/* What is below lives in registers; that takes being inlined, however often it is called. */
#define HOT static inline __attribute__((always_inline))

struct range {
	const uint8_t *p;
	uint32_t range, code;
};

HOT void range_normalize(struct range *r)
{
	if (r->range < RANGE_MIN) {
		r->range <<= 8;
		r->code = r->code << 8 | *r->p++;
	}
}

/* A bit that mostly is what it was: by a branch, which the processor then predicts. */
HOT unsigned range_flag(struct range *r, uint16_t *probability)
{
	uint32_t bound;

	range_normalize(r);
	bound = (r->range >> PROBABILITY_BITS) * *probability;
	if (r->code < bound) {
		r->range = bound;
		*probability =
			(uint16_t)(*probability +
				   (((1U << PROBABILITY_BITS) - *probability) >> ADAPTATION_SHIFT));
		return 0;
	}
	r->range -= bound;
	r->code -= bound;
	*probability = (uint16_t)(*probability - (*probability >> ADAPTATION_SHIFT));
	return 1;
}

/* A bit that cannot be predicted: without a branch. All ones for 0, 0 for 1. */
HOT uint32_t range_mask(struct range *r, uint16_t *probability)
{
	const uint32_t up = (1U << PROBABILITY_BITS) >> ADAPTATION_SHIFT;
	const uint32_t round = (1U << ADAPTATION_SHIFT) - 1;
	uint32_t old = *probability, bound, mask;

	range_normalize(r);
	bound = (r->range >> PROBABILITY_BITS) * old;
	mask = (uint32_t)(((uint64_t)r->code - bound) >> 32);
	r->range -= bound;
	r->range += (bound - r->range) & mask;
	r->code -= bound & ~mask;
	*probability = (uint16_t)(old - ((old + (round & mask)) >> ADAPTATION_SHIFT) + (up & mask));
	return mask;
}

/* `bits` bits, the highest first, behind a leading 1: a node of a tree of probabilities. */
HOT uint32_t range_tree(struct range *r, uint16_t *tree, unsigned bits)
{
	uint32_t node = 1;

	for (unsigned i = 0; i < bits; i++)
		node = 2 * node + 1 + range_mask(r, tree + node);
	return node;
}

/* The same, the lowest bit first, without a leading 1. */
HOT uint32_t range_reverse_tree(struct range *r, uint16_t *tree, unsigned bits)
{
	uint32_t node = 1, value = 0;

	for (unsigned i = 0; i < bits; i++) {
		uint32_t bit = 1 + range_mask(r, tree + node);

		node = 2 * node + bit;
		value |= bit << i;
	}
	return value;
}

/* Bits that are as often 0 as 1, the highest first. */
HOT uint32_t range_direct(struct range *r, unsigned bits)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < bits; i++) {
		uint32_t mask;

		range_normalize(r);
		r->range >>= 1;
		mask = (uint32_t)(((uint64_t)r->code - r->range) >> 32);
		r->code -= r->range & ~mask;
		value = 2 * value + 1 + mask;
	}
	return value;
}

#endif
