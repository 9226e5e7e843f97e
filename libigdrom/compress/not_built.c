/* SPDX-License-Identifier: BSD-2-Clause */
/* Codecs whose library was left out. */
#include "compress/brotli.h"
#include "compress/lz4.h"
#include "compress/lzma.h"
#include "compress/zlib.h"

#define NOT_BUILT(name)                                                                      \
	enum igdrom_status name(const void *data, size_t size, size_t max_out, size_t *used, \
				struct igdrom_bytes *out)                                    \
	{                                                                                    \
		(void)data;                                                                  \
		(void)size;                                                                  \
		(void)max_out;                                                               \
		*out = (struct igdrom_bytes){0};                                             \
		if (used)                                                                    \
			*used = 0;                                                           \
		return IGDROM_E_NOT_BUILT;                                                   \
	}

#define NOT_BUILT_ENCODER(name)                                                     \
	enum igdrom_status name(struct igdrom_bytes data, struct igdrom_bytes like, \
				const struct pace *pace, struct igdrom_bytes *out)  \
	{                                                                           \
		(void)data;                                                         \
		(void)like;                                                         \
		(void)pace;                                                         \
		*out = (struct igdrom_bytes){0};                                    \
		return IGDROM_E_NOT_BUILT;                                          \
	}

#ifndef IGDROM_LZMA
NOT_BUILT(lzma_alone_decompress)
NOT_BUILT(lzma_x86_decompress)
NOT_BUILT_ENCODER(lzma_alone_compress)
NOT_BUILT_ENCODER(lzma_x86_compress)
#endif
#ifndef IGDROM_ZLIB
NOT_BUILT(zlib_decompress)
NOT_BUILT(gzip_decompress)
NOT_BUILT_ENCODER(zlib_compress)
NOT_BUILT_ENCODER(gzip_compress)
#endif
#ifndef IGDROM_BROTLI
NOT_BUILT(brotli_decompress)
NOT_BUILT(brotli_edk2_decompress)
#endif
#ifndef IGDROM_BROTLI_ENCODER
NOT_BUILT_ENCODER(brotli_edk2_compress)
#endif
#ifndef IGDROM_LZ4
NOT_BUILT(lz4_block_decompress)
NOT_BUILT(lz4_frame_decompress)
#endif
