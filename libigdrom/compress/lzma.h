/* SPDX-License-Identifier: BSD-2-Clause */
/* LZMA by liblzma, in what the LZMA SDK calls the .lzma format: a header of 13 bytes. */
#ifndef IGDROM_COMPRESS_LZMA_H
#define IGDROM_COMPRESS_LZMA_H

#include "compress/compressor.h"
#include "compress/decompressor.h"

/* The size may be unknown (all ones); then the stream has an end marker. */
decompressor lzma_alone_decompress;

/* The same, then the x86 branch filter, as EDK2's LzmaF86 sections have it: addresses count from
 * the first byte. */
decompressor lzma_x86_decompress;

/* Settings: lc, lp, pb and the dictionary of the header. The true size stands in it, and there is no
 * end marker. */
compressor lzma_alone_compress, lzma_x86_compress;

#endif
