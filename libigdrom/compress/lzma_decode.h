/* SPDX-License-Identifier: BSD-2-Clause */
/* The raw LZMA stream behind the header. */
#ifndef IGDROM_COMPRESS_LZMA_DECODE_H
#define IGDROM_COMPRESS_LZMA_DECODE_H

#include "compress/output.h"

#define LZMA_SIZE_UNKNOWN UINT64_MAX

struct lzma_decoder;

/*
 * The stream has `declared` bytes of output, with or without an end marker behind them, or a number
 * that is not known, then with one. IGDROM_E_CORRUPT, IGDROM_E_TRUNCATED, IGDROM_E_UNSUPPORTED
 * (lc + lp above 4, which liblzma does not have either), IGDROM_E_NOMEM.
 */
enum igdrom_status lzma_decoder_new(uint8_t properties, uint64_t declared, const uint8_t *data,
				    size_t size, struct lzma_decoder **out) IGDROM_MUST_CHECK;
void lzma_decoder_free(struct lzma_decoder *d);

output_step lzma_decoder_step; /* its state is the decoder */

/* Bytes of input that were used, when the stream has ended. */
size_t lzma_decoder_used(const struct lzma_decoder *d);

#endif
