/* SPDX-License-Identifier: BSD-2-Clause */
/* coreboot's file system and its payloads. */
#ifndef IGDROM_FIRMWARE_CBFS_H
#define IGDROM_FIRMWARE_CBFS_H

#include "firmware/containers.h"

#define CBFS_COMPRESS_NONE 0
#define CBFS_COMPRESS_LZMA 1
#define CBFS_COMPRESS_LZ4  2

/* What compresses files and segments: LZMA with its 13-byte header, and LZ4 frames. */
fw_decoder fw_cbfs_lzma, fw_cbfs_lz4;
/* Whether any segment of a payload (SELF) is compressed. */
bool fw_cbfs_self_is_compressed(struct cur c);
/* The segments of a payload as they lie in memory, joined. */
fw_decoder fw_cbfs_self;

#endif
