/* SPDX-License-Identifier: BSD-2-Clause */
/* What an image carries. */
#include "oprom/internal.h"

#include "compress/uefi.h"
#include "pe/pe.h"

/* Padding: all bytes alike, 00h (iPXE) or FFh (EfiRom). */
static bool is_padding(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (data[i] != data[0] || (data[0] != 0x00 && data[0] != 0xff))
			return false;
	}
	return true;
}

size_t oprom_init_size(const struct igdrom_rom_image *image)
{
	if (image->layout == OPROM_LAYOUT_EFI)
		return (size_t)image->efi.init_size * OPROM_UNIT;
	if (image->layout == OPROM_LAYOUT_LEGACY)
		return (size_t)image->legacy.init_size * OPROM_UNIT;
	return 0;
}

uint64_t oprom_expansion_budget(const struct igdrom_limits *limits)
{
	uint64_t most = igdrom_limits_get(limits, IGDROM_LIMIT_EXPANDED_BYTES);

	return most < OPROM_MAX_EXPANDED ? most : OPROM_MAX_EXPANDED;
}

/*
 * A plain PE has no length in the ROM: what follows the PE up to the end of the image is not part
 * of it when it is padding. Anything else stays, so that nothing gets lost.
 */
static void take_plain(struct igdrom_rom_image *image, const struct cur *c)
{
	struct pe_image pe;
	size_t rest;

	image->payload = (struct igdrom_bytes){c->p, c->left};
	image->stored_size = c->left;
	if (pe_parse(c->p, c->left, &pe) != IGDROM_OK || pe.file_size > c->left)
		return;
	rest = c->left - pe.file_size;
	image->stored_size = pe.file_size;
	if (is_padding(c->p + pe.file_size, rest))
		image->payload.size = pe.file_size;
}

/* A stream that fails costs what it announces, as it fails at its end at worst. */
static enum igdrom_status expand(struct igdrom_rom_image *image, const struct cur *stream,
				 uint64_t *budget)
{
	struct igdrom_bytes out;
	size_t most = *budget > SIZE_MAX ? SIZE_MAX : (size_t)*budget;
	uint32_t original = 0;
	size_t used;
	enum igdrom_status err = uefi_original_size(stream->p, stream->left, &original);

	if (err == IGDROM_OK)
		err = uefi_decompress(UEFI_EFI11, stream->p, stream->left, most, &used, &out);
	if (err != IGDROM_E_LIMIT && original <= *budget)
		*budget -= original;
	if (err == IGDROM_E_TRUNCATED)
		return IGDROM_E_CORRUPT;
	if (err != IGDROM_OK)
		return err;
	image->payload = out;
	image->stored_size = used;
	image->expanded = true;
	return IGDROM_OK;
}

static enum igdrom_status find_payload(struct igdrom_rom_image *image, uint64_t *budget)
{
	struct cur whole = cur_from(image->data, image->size, image->at);
	struct cur c = cur_tail(&whole, image->efi.image_offset);

	if (image->layout != OPROM_LAYOUT_EFI) {
		if (image->has_pcir && image->pcir.code_type == IGDROM_CODE_TYPE_EFI)
			return IGDROM_E_CORRUPT;
		image->payload = (struct igdrom_bytes){image->data, image->size};
		image->stored_size = image->size;
		return IGDROM_OK;
	}
	if (c.err != IGDROM_OK || c.left == 0 || image->efi.image_offset < OPROM_HEADER_SIZE)
		return IGDROM_E_CORRUPT;
	if (image->efi.compression == OPROM_COMPRESSION_UEFI)
		return expand(image, &c, budget);
	if (image->efi.compression != OPROM_COMPRESSION_NONE)
		return IGDROM_E_UNSUPPORTED;
	take_plain(image, &c);
	return IGDROM_OK;
}

enum igdrom_status oprom_load_payload(struct igdrom_rom_image *image, uint64_t *budget)
{
	image->payload_status = find_payload(image, budget);
	if (image->payload_status == IGDROM_E_NOMEM)
		return IGDROM_E_NOMEM;
	if (image->payload_status == IGDROM_OK)
		digest_sha256_hex(image->payload.data, image->payload.size, image->payload_sha256);
	return IGDROM_OK;
}
