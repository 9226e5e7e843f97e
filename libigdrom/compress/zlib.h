/* SPDX-License-Identifier: BSD-2-Clause */
/* Deflate by zlib. A wrong checksum is IGDROM_E_CORRUPT. */
#ifndef IGDROM_COMPRESS_ZLIB_H
#define IGDROM_COMPRESS_ZLIB_H

#include "compress/decompressor.h"

/* RFC 1950; a preset dictionary is IGDROM_E_UNSUPPORTED. */
decompressor zlib_decompress;

/* RFC 1952; members that follow each other are one stream. */
decompressor gzip_decompress;

#endif
