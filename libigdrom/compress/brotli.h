/* SPDX-License-Identifier: BSD-2-Clause */
/* Brotli (RFC 7932) by libbrotlidec. */
#ifndef IGDROM_COMPRESS_BROTLI_H
#define IGDROM_COMPRESS_BROTLI_H

#include "compress/decompressor.h"

/* The bare stream. */
decompressor brotli_decompress;

/*
 * The body of EDK2's Brotli sections: a header of 16 bytes {u64 decoded size, u64 size of the
 * scratch memory}, then the stream. Of the header only the decoded size is looked at, and only as
 * a guess.
 */
decompressor brotli_edk2_decompress;

#endif
