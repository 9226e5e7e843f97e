/* SPDX-License-Identifier: BSD-2-Clause */
/* Brotli (RFC 7932) by libbrotlidec and libbrotlienc. */
#ifndef IGDROM_COMPRESS_BROTLI_H
#define IGDROM_COMPRESS_BROTLI_H

#include "compress/compressor.h"
#include "compress/decompressor.h"

/* The bare stream. */
decompressor brotli_decompress;

/*
 * The body of EDK2's Brotli sections: a header of 16 bytes {u64 decoded size, u64 size of the
 * scratch memory}, then the stream. Of the header only the decoded size is looked at, and only as
 * a guess.
 */
decompressor brotli_edk2_decompress;

/* What decoding a stream shows. EDK2's decoder gives nothing back before it ends, and its scratch
 * memory holds all that it takes. */
struct brotli_measures {
	uint64_t memory;  /* taken */
	uint64_t decoded; /* bytes that came out */
	size_t size;      /* of the stream */
};
/* IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT, IGDROM_E_NOMEM. */
enum igdrom_status brotli_measure(struct igdrom_bytes stream,
				  struct brotli_measures *out) IGDROM_MUST_CHECK;

/*
 * The same body. Settings: the window; the quality that EDK2's tool has, and where that packs less
 * than what was there the best one. The scratch memory is what the new stream needs, and as much
 * above it as was there.
 */
compressor brotli_edk2_compress;

#endif
