/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The numbers of the format, UEFI specification 2.10, section 19.2.
 *
 * A stream is a header (compressed size, original size; 32 bits each, little endian) and a run of
 * bits, most significant first, made of blocks. A block is its number of symbols (16 bits), the
 * code lengths of three Huffman codes, then the symbols. A symbol of the Char&Len Set is a byte or
 * the length of a match; a match is followed by a symbol of the Position Set and its extra bits.
 * The lengths of the Char&Len code are themselves written in the code of the Extra Set.
 */
#ifndef IGDROM_COMPRESS_FORMAT_H
#define IGDROM_COMPRESS_FORMAT_H

#include "compress/uefi.h"

#define STREAM_HEADER_SIZE 8

#define BLOCK_SIZE_WIDTH 16
#define CODE_LENGTH_MAX  16

#define MATCH_MIN 3
#define MATCH_MAX 256

/* Char&Len Set: 256 bytes, then the lengths 3 to 256. */
#define CHAR_LEN_SYMBOLS 510
#define CHAR_LEN_WIDTH   9
#define FIRST_LENGTH     256

/* Extra Set: symbols 0 to 2 are runs of zero lengths, symbol n + 2 is the length n. */
#define EXTRA_SYMBOLS      19
#define EXTRA_WIDTH        5
#define EXTRA_SKIP_AT      3 /* after this many lengths, a count of zeros follows: */
#define EXTRA_SKIP_WIDTH   2
#define EXTRA_ZERO         0
#define EXTRA_ZEROS        1 /* 3 to 18 */
#define EXTRA_ZEROS_FIRST  3
#define EXTRA_ZEROS_WIDTH  4
#define EXTRA_MANY_ZEROS   2 /* 20 to 531 */
#define EXTRA_MANY_FIRST   20
#define EXTRA_MANY_WIDTH   9
#define EXTRA_FIRST_LENGTH 2

/* In the lengths of the Extra and the Position Set: 3 bits, and from 7 on ones up to a zero. */
#define SMALL_LENGTH_WIDTH 3
#define SMALL_LENGTH_LONG  7

/* Position Set: symbol n is distance - 1 with n significant bits, n - 1 of which follow. */
#define POSITION_SYMBOLS_MAX 31

/* Width of the number of position code lengths: where the two variants differ. */
static inline unsigned position_width(enum uefi_variant variant)
{
	return variant == UEFI_TIANO ? 5 : 4;
}

/*
 * Farthest match that may be written. The specification has 8 KiB and so 14 position symbols;
 * EDK2's Tiano encoder has 512 KiB.
 */
static inline uint32_t window_size(enum uefi_variant variant)
{
	return UINT32_C(1) << (variant == UEFI_TIANO ? 19 : 13);
}

#endif
