/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the decoders of foreign formats have in common. They are glue over libraries, of which each
 * can be left out of a build.
 */
#ifndef IGDROM_COMPRESS_DECOMPRESSOR_H
#define IGDROM_COMPRESS_DECOMPRESSOR_H

#include <igdrom/status.h>

/*
 * Decodes one stream. Bytes after it are allowed; *used (may be NULL) is the size of the stream.
 * *out is owned. More than max_out bytes of output are IGDROM_E_LIMIT, and what is allocated for
 * output never grows beyond max_out and a few bytes, whatever sizes the stream claims.
 * IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT, IGDROM_E_UNSUPPORTED, IGDROM_E_NOMEM; IGDROM_E_NOT_BUILT
 * when the library was left out. On failure *used is 0, out->data NULL and out->size the bytes that
 * had come out by then, for those who count what decoding costs.
 */
typedef enum igdrom_status decompressor(const void *data, size_t size, size_t max_out, size_t *used,
					struct igdrom_bytes *out) IGDROM_MUST_CHECK;

#endif
