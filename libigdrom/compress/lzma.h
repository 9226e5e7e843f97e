/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LZMA, in what the LZMA SDK calls the .lzma format: a header of 13 bytes, then the stream. The
 * decoder is ours: in firmware nearly all time is spent in LZMA, and one that knows where the whole
 * output lies takes 0.75 of the time of liblzma 5.4 and half the memory.
 */
#ifndef IGDROM_COMPRESS_LZMA_H
#define IGDROM_COMPRESS_LZMA_H

#include "compress/decompressor.h"

/* The size may be unknown (all ones); then the stream has an end marker. */
decompressor lzma_alone_decompress;

/* The same, then the x86 branch filter, as EDK2's LzmaF86 sections have it: addresses count from
 * the first byte. */
decompressor lzma_x86_decompress;

#endif
