/* SPDX-License-Identifier: BSD-2-Clause */
/* Deflate by zlib. A wrong checksum is IGDROM_E_CORRUPT. */
#ifndef IGDROM_COMPRESS_ZLIB_H
#define IGDROM_COMPRESS_ZLIB_H

#include "compress/compressor.h"
#include "compress/decompressor.h"

/* RFC 1950; a preset dictionary is IGDROM_E_UNSUPPORTED. */
decompressor zlib_decompress;

/* RFC 1952; members that follow each other are one stream. */
decompressor gzip_decompress;

/* Settings: the window, and of the levels that the header may stand for the one that packs best. */
compressor zlib_compress;

/* One member with the very header of the first one of `like`: name, time and all. */
compressor gzip_compress;

#endif
