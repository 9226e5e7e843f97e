/* SPDX-License-Identifier: BSD-2-Clause */
/* How encoded sections are decoded: which decoder, and the choice where the file does not say. */
#include "firmware/codec.h"

#include "compress/brotli.h"
#include "compress/lzma.h"
#include "compress/uefi.h"
#include "compress/zlib.h"
#include "firmware/section.h"

#define LEGACY_PREFIX   4 /* Intel's oldest LZMA sections have a size in front of the stream */
#define AMD_HEADER_SIZE 0x100

/*
 * The two variants have the same header, and mostly only one of them can be decoded. Where both
 * can, the right one gives sections.
 */
enum igdrom_status fw_decode_uefi(const uint8_t *data, size_t size, size_t max_out,
				  struct igdrom_bytes *out, const char **name)
{
	struct igdrom_bytes other;
	enum igdrom_status tiano = uefi_decompress(UEFI_TIANO, data, size, max_out, NULL, out);
	enum igdrom_status efi;

	*name = "Tiano";
	if (tiano == IGDROM_OK && fw_are_sections(cur_from(out->data, out->size, 0)))
		return IGDROM_OK;
	if (tiano == IGDROM_E_NOMEM || tiano == IGDROM_E_LIMIT)
		return tiano; /* known from the header, which is the same for both */
	efi = uefi_decompress(UEFI_EFI11, data, size, max_out, NULL, &other);
	if (efi == IGDROM_E_NOMEM)
		igdrom_bytes_free(out);
	else if (efi != IGDROM_OK && tiano != IGDROM_OK)
		out->size += other.size;
	if (efi != IGDROM_OK)
		return efi == IGDROM_E_NOMEM ? efi : tiano;
	if (tiano == IGDROM_OK && !fw_are_sections(cur_from(other.data, other.size, 0))) {
		igdrom_bytes_free(&other);
		return IGDROM_OK;
	}
	if (tiano == IGDROM_OK)
		igdrom_bytes_free(out);
	*out = other;
	*name = "EFI 1.1";
	return IGDROM_OK;
}

enum igdrom_status fw_decode_lzma(const uint8_t *data, size_t size, size_t max_out,
				  struct igdrom_bytes *out, const char **name)
{
	enum igdrom_status first = lzma_alone_decompress(data, size, max_out, NULL, out);
	enum igdrom_status second;
	size_t cost = out->size;

	*name = "LZMA";
	if (first == IGDROM_OK || first == IGDROM_E_NOMEM || first == IGDROM_E_NOT_BUILT ||
	    size <= LEGACY_PREFIX)
		return first;
	second = lzma_alone_decompress(data + LEGACY_PREFIX, size - LEGACY_PREFIX, max_out, NULL,
				       out);
	if (second != IGDROM_OK) {
		out->size += cost;
		return second == IGDROM_E_NOMEM ? second : first;
	}
	*name = "LZMA (Intel legacy)";
	return IGDROM_OK;
}

static enum igdrom_status decode_lzma_x86(const uint8_t *data, size_t size, size_t max_out,
					  struct igdrom_bytes *out, const char **name)
{
	*name = "LZMAF86";
	return lzma_x86_decompress(data, size, max_out, NULL, out);
}

static enum igdrom_status decode_gzip(const uint8_t *data, size_t size, size_t max_out,
				      struct igdrom_bytes *out, const char **name)
{
	*name = "GZIP";
	return gzip_decompress(data, size, max_out, NULL, out);
}

static enum igdrom_status decode_brotli(const uint8_t *data, size_t size, size_t max_out,
					struct igdrom_bytes *out, const char **name)
{
	*name = "Brotli";
	return brotli_edk2_decompress(data, size, max_out, NULL, out);
}

/* AMD's sections have a header of their own in front of the stream, most of it zero. */
static enum igdrom_status decode_zlib(const uint8_t *data, size_t size, size_t max_out,
				      struct igdrom_bytes *out, const char **name)
{
	enum igdrom_status status = IGDROM_E_CORRUPT;
	size_t cost = 0;

	*name = "zlib";
	if (size > AMD_HEADER_SIZE)
		status = zlib_decompress(data + AMD_HEADER_SIZE, size - AMD_HEADER_SIZE, max_out,
					 NULL, out);
	else
		*out = (struct igdrom_bytes){NULL, 0};
	if (status == IGDROM_E_CORRUPT) {
		cost = out->size;
		status = zlib_decompress(data, size, max_out, NULL, out);
	}
	if (status != IGDROM_OK)
		out->size += cost;
	return status;
}

fw_decoder *fw_decoder_for(enum fw_guid_kind kind)
{
	switch (kind) {
	case FW_GUID_TIANO:
		return fw_decode_uefi;
	case FW_GUID_LZMA:
		return fw_decode_lzma;
	case FW_GUID_LZMA_X86:
		return decode_lzma_x86;
	case FW_GUID_GZIP:
		return decode_gzip;
	case FW_GUID_ZLIB:
		return decode_zlib;
	case FW_GUID_BROTLI:
		return decode_brotli;
	default:
		return NULL;
	}
}
