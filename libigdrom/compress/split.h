/* SPDX-License-Identifier: BSD-2-Clause */
/* Where one block ends and the next begins. */
#ifndef IGDROM_COMPRESS_SPLIT_H
#define IGDROM_COMPRESS_SPLIT_H

#include "compress/cost.h"

/* A block to be: the tokens that begin before `end`, and how often symbols occur in them. */
struct span {
	size_t end; /* offset in the segment */
	size_t tokens;
	struct histogram h;
};

/* Spans that count tokens can make at most. */
size_t split_spans_max(size_t count);

/*
 * Splits tokens into spans, of which none has more than BLOCK_SYMBOLS_MAX tokens, such that blocks
 * are small together with their tables. IGDROM_E_NOMEM.
 */
enum igdrom_status split_tokens(const struct log2 *table, const uint32_t *token, size_t count,
				struct span *span, size_t *spans) IGDROM_MUST_CHECK;

#endif
