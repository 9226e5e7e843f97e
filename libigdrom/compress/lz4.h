/* SPDX-License-Identifier: BSD-2-Clause */
/* LZ4 by liblz4. */
#ifndef IGDROM_COMPRESS_LZ4_H
#define IGDROM_COMPRESS_LZ4_H

#include "compress/decompressor.h"

/* A raw block. It has no end mark: all bytes belong to it. */
decompressor lz4_block_decompress;

/* The frame format (magic 184D2204h), as coreboot has it in CBFS. */
decompressor lz4_frame_decompress;

#endif
