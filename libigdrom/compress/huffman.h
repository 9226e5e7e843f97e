/* SPDX-License-Identifier: BSD-2-Clause */
/* Code lengths and codes from frequencies. */
#ifndef IGDROM_COMPRESS_HUFFMAN_H
#define IGDROM_COMPRESS_HUFFMAN_H

#include "compress/format.h"

/*
 * Lengths of a best code of at most `limit` bits (2^limit >= symbols in use) for n <= 510 symbols;
 * 0 for those that do not occur. Frequencies add up to less than 2^22. Returns how many symbols
 * occur; if that is one, its length is 0 too and *single (always set) names it.
 */
unsigned huffman_lengths(const uint32_t *frequency, unsigned n, unsigned limit, uint8_t *length,
			 unsigned *single);

/* Canonical codes of the format: shorter ones first, then by symbol. Where there is none: 0. */
void huffman_codes(const uint8_t *length, unsigned n, uint16_t *code);

#endif
