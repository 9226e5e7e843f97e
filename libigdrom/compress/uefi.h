/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The compression of UEFI (UEFI specification 2.10, section 19: LZ77 with a sliding window and
 * Huffman codes; 8-byte header: compressed size, original size) and Tiano's variant of it, which
 * differs in the width of the position code only (PI specification, EFI_CUSTOMIZED...; EDK2 calls
 * it Tiano).
 */
#ifndef IGDROM_COMPRESS_UEFI_H
#define IGDROM_COMPRESS_UEFI_H

#include "compress/compressor.h"

#include <igdrom/status.h>

enum uefi_variant {
	UEFI_EFI11, /* what EFI_DECOMPRESS_PROTOCOL and option ROMs use */
	UEFI_TIANO,
};

/* Original size as the header says it, without decoding. IGDROM_E_TRUNCATED. */
enum igdrom_status uefi_original_size(const void *data, size_t size,
				      uint32_t *original) IGDROM_MUST_CHECK;

/*
 * Decodes one stream. Bytes after the stream are allowed; *used (may be NULL) is header +
 * compressed size. More than max_out bytes of output: IGDROM_E_LIMIT before anything is decoded.
 * Time is linear in size + output. IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT, IGDROM_E_NOMEM. *out is
 * owned; on failure out->data is NULL and out->size the bytes that had come out by then.
 */
enum igdrom_status uefi_decompress(enum uefi_variant variant, const void *data, size_t size,
				   size_t max_out, size_t *used,
				   struct igdrom_bytes *out) IGDROM_MUST_CHECK;

/* Encodes; deterministic. *out is owned, header included. IGDROM_E_LIMIT (over 4 GiB - 1),
 * IGDROM_E_NOMEM. */
enum igdrom_status uefi_compress(enum uefi_variant variant, const void *data, size_t size,
				 struct igdrom_bytes *out) IGDROM_MUST_CHECK;
/* The same, telling how far it is; also IGDROM_E_CANCELED. */
enum igdrom_status uefi_compress_paced(enum uefi_variant variant, const void *data, size_t size,
				       const struct pace *pace,
				       struct igdrom_bytes *out) IGDROM_MUST_CHECK;

#endif
