/* SPDX-License-Identifier: BSD-2-Clause */
/* Where earlier occurrences of the coming bytes are. */
#ifndef IGDROM_COMPRESS_MATCH_H
#define IGDROM_COMPRESS_MATCH_H

#include "compress/block.h"

/*
 * The nearest match of 3 bytes at a place: its position, its symbol, and whether there are longer
 * matches at this place too.
 */
#define ENTRY_POSITION     0xffffffU
#define ENTRY_SYMBOL_SHIFT 24
#define ENTRY_SYMBOL       0x1f
#define ENTRY_NO_SYMBOL    31
#define ENTRY_LONGER       0x80000000U

/* A longer match: its length - MATCH_MIN, whether it is the first of its place, its position. */
#define LONGER_LENGTH_SHIFT 24
#define LONGER_FIRST        0x800000U
#define LONGER_POSITION     0x7fffffU

/* The matches of one segment of the data. */
struct matches {
	uint32_t *nearest; /* an entry for each place */
	uint32_t *longest; /* for each place the token of the longest match, or 0 */
	uint32_t *longer;  /* by place, then by length: each is longer and farther away */
	size_t longer_count;
	size_t longer_room;
};

struct finder;

/* NULL without memory. */
struct finder *finder_new(const uint8_t *data, size_t size, uint32_t window);
void finder_free(struct finder *f);

/*
 * The matches of [from, to), none of which goes beyond `to`. Segments are asked for in order, each
 * once; matches may lead into earlier ones.
 */
void finder_run(struct finder *f, size_t from, size_t to, struct matches *m);

static inline unsigned entry_symbol(uint32_t entry)
{
	return entry >> ENTRY_SYMBOL_SHIFT & ENTRY_SYMBOL;
}

#endif
