/* SPDX-License-Identifier: BSD-2-Clause */
/* LZMA by liblzma, in what the LZMA SDK calls the .lzma format: a header of 13 bytes. */
#ifndef IGDROM_COMPRESS_LZMA_H
#define IGDROM_COMPRESS_LZMA_H

#include "compress/decompressor.h"

/* The size may be unknown (all ones); then the stream has an end marker. */
decompressor lzma_alone_decompress;

/* The same, then the x86 branch filter, as EDK2's LzmaF86 sections have it: addresses count from
 * the first byte. */
decompressor lzma_x86_decompress;

/*
 * Encode, with the settings (lc, lp, pb, dictionary) of the stream `like` that the new one takes the
 * place of; the true size stands in the header, and there is no end marker. *out is owned. Statuses:
 * IGDROM_E_UNSUPPORTED, IGDROM_E_CORRUPT, IGDROM_E_TRUNCATED (settings of `like`), IGDROM_E_NOMEM,
 * IGDROM_E_LIMIT, IGDROM_E_NOT_BUILT.
 */
enum igdrom_status lzma_alone_compress(const void *data, size_t size, const void *like,
				       size_t like_size,
				       struct igdrom_bytes *out) IGDROM_MUST_CHECK;
enum igdrom_status lzma_x86_compress(const void *data, size_t size, const void *like,
				     size_t like_size, struct igdrom_bytes *out) IGDROM_MUST_CHECK;

#endif
