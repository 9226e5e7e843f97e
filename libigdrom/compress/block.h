/* SPDX-License-Identifier: BSD-2-Clause */
/* One block: its codes, what they cost, and how it is written. */
#ifndef IGDROM_COMPRESS_BLOCK_H
#define IGDROM_COMPRESS_BLOCK_H

#include "compress/format.h"
#include "core/builder.h"

#define BLOCK_SYMBOLS_MAX 65535

/*
 * A token is a Char&Len symbol in the lower 9 bits and, for a match, distance - 1 above.
 */
#define TOKEN_POSITION 9
#define TOKEN_SYMBOL   ((1U << TOKEN_POSITION) - 1)

/* How often each symbol occurs. */
struct histogram {
	uint32_t char_len[CHAR_LEN_SYMBOLS];
	uint32_t position[POSITION_SYMBOLS_MAX];
};

struct block {
	uint8_t char_len[CHAR_LEN_SYMBOLS]; /* code lengths */
	uint8_t position[POSITION_SYMBOLS_MAX];
	uint8_t extra[EXTRA_SYMBOLS];
	uint16_t ops[CHAR_LEN_SYMBOLS]; /* the code lengths of char_len in symbols of extra */
	unsigned ops_count;
	unsigned char_len_single; /* their only symbol, where a set has one or none */
	unsigned position_single;
	unsigned extra_single;
	uint64_t bits; /* size of the block without the extra bits of positions */
};

/* Bits on their way into a builder. */
struct put {
	struct build *to;
	uint64_t window; /* the lower `have` bits are not written yet */
	unsigned have;
	unsigned filled; /* bytes of chunk */
	uint8_t chunk[512];
};

/* The symbol of a position: how many significant bits it has. */
static inline unsigned position_symbol(uint32_t position)
{
	return position ? 32 - (unsigned)__builtin_clz(position) : 0;
}

void histogram_add(struct histogram *h, const uint32_t *token, size_t count);

/* Chooses the codes for a block of these symbols. */
void block_plan(struct block *b, enum uefi_variant variant, const struct histogram *h);

/* Writes the block; count is 1 to BLOCK_SYMBOLS_MAX and token is what was planned for. */
void block_write(const struct block *b, enum uefi_variant variant, const uint32_t *token,
		 size_t count, struct put *put);

/* Fills the last byte with zeros and writes what is left. */
void put_end(struct put *put);

#endif
