/* SPDX-License-Identifier: BSD-2-Clause */
/* What each image of a ROM is for, and names for files that hold its parts. */
#include "kit/internal.h"

#include "igd/manifest.h"
#include "igd/opregion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 64

/* EC2E931B-3281-48A5-8107-DF8A8BED3C5D, PlatformGopPolicy, as EFI_GUID in memory. */
static const uint8_t policy_guid[16] = {
	0x1b, 0x93, 0x2e, 0xec, 0x81, 0x32, 0xa5, 0x48,
	0x81, 0x07, 0xdf, 0x8a, 0x8b, 0xed, 0x3c, 0x5d,
};

/* Without this file of QEMU's fw_cfg no driver can find the host's OpRegion. */
static const char opregion_file[] = "etc/igd-opregion";

/* Ours is the one in this library, and one that was when the ROM was built. */
bool kit_is_guest_driver(const struct igdrom_rom *rom, size_t index)
{
	struct igdrom_bytes ours = igdrom_guest_driver();
	struct igdrom_bytes payload;

	if (igdrom_rom_image_payload(igdrom_rom_image_at(rom, index), &payload) != IGDROM_OK)
		return false;
	if (payload.size == ours.size && !memcmp(payload.data, ours.data, ours.size))
		return true;
	return kit_is_recorded(rom, index, IGDROM_MANIFEST_GUEST_DRIVER);
}

static bool contains(struct igdrom_bytes bytes, const void *what, size_t size)
{
	const uint8_t *p = bytes.data;
	size_t left = bytes.size;
	const uint8_t first = *(const uint8_t *)what;

	while (left >= size) {
		const uint8_t *hit = memchr(p, first, left - size + 1);

		if (!hit)
			return false;
		if (!memcmp(hit, what, size))
			return true;
		left -= (size_t)(hit - p) + 1;
		p = hit + 1;
	}
	return false;
}

unsigned kit_provides(struct igdrom_bytes payload)
{
	unsigned provides = 0;

	if (contains(payload, opregion_file, sizeof(opregion_file) - 1))
		provides |= IGDROM_PROVIDES_OPREGION;
	if (contains(payload, policy_guid, sizeof(policy_guid)))
		provides |= IGDROM_PROVIDES_GOP_POLICY;
	return provides;
}

unsigned igdrom_rom_image_provides(const struct igdrom_rom *rom, size_t index)
{
	struct igdrom_bytes payload;

	switch (igdrom_rom_image_kind(rom, index)) {
	case IGDROM_IMAGE_GUEST_DRIVER:
		return IGDROM_PROVIDES_OPREGION | IGDROM_PROVIDES_GOP_POLICY;
	case IGDROM_IMAGE_EFI:
		break;
	case IGDROM_IMAGE_UNKNOWN:
	case IGDROM_IMAGE_GOP: /* has the GUID because it asks for the policy */
	case IGDROM_IMAGE_LEGACY:
	case IGDROM_IMAGE_MANIFEST:
	case IGDROM_IMAGE_DATA:
	case IGDROM_IMAGE_VBT:
		return 0;
	}
	if (igdrom_rom_image_payload(igdrom_rom_image_at(rom, index), &payload) != IGDROM_OK)
		return 0;
	return kit_provides(payload);
}

/* other: what it is when it is no GOP driver. */
static enum igdrom_image_kind gop_or(const struct igdrom_bytes *payload,
				     enum igdrom_image_kind other)
{
	struct igdrom_gop *gop = NULL;
	enum igdrom_status status;

	status = igdrom_gop_identify(payload->data, payload->size, NULL, &gop);
	igdrom_gop_free(gop);
	if (status == IGDROM_E_NOMEM)
		return IGDROM_IMAGE_UNKNOWN;
	return status == IGDROM_OK ? IGDROM_IMAGE_GOP : other;
}

enum igdrom_image_kind igdrom_rom_image_kind(const struct igdrom_rom *rom, size_t index)
{
	const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, index);
	struct manifest_view view;
	struct igdrom_bytes payload;

	if (!image)
		return IGDROM_IMAGE_UNKNOWN;
	if (igdrom_rom_image_code_type(image) == IGDROM_CODE_TYPE_LEGACY)
		return IGDROM_IMAGE_LEGACY;
	if (igdrom_rom_image_payload(image, &payload) != IGDROM_OK)
		return IGDROM_IMAGE_UNKNOWN;
	switch (igdrom_rom_image_code_type(image)) {
	case IGDROM_CODE_TYPE_EFI:
		if (kit_is_guest_driver(rom, index))
			return IGDROM_IMAGE_GUEST_DRIVER;
		return gop_or(&payload, IGDROM_IMAGE_EFI);
	case IGDROM_CODE_TYPE_DATA:
		if (manifest_open(payload.data, payload.size, &view))
			return IGDROM_IMAGE_MANIFEST;
		if (vbt_is_whole(payload.data, payload.size))
			return IGDROM_IMAGE_VBT;
		return gop_or(&payload, IGDROM_IMAGE_DATA);
	default:
		return IGDROM_IMAGE_UNKNOWN;
	}
}

const char *igdrom_image_kind_name(enum igdrom_image_kind kind)
{
	switch (kind) {
	case IGDROM_IMAGE_GUEST_DRIVER:
		return "guest-driver";
	case IGDROM_IMAGE_GOP:
		return "gop";
	case IGDROM_IMAGE_EFI:
		return "efi";
	case IGDROM_IMAGE_LEGACY:
		return "legacy";
	case IGDROM_IMAGE_MANIFEST:
		return "manifest";
	case IGDROM_IMAGE_DATA:
		return "data";
	case IGDROM_IMAGE_VBT:
		return "vbt";
	case IGDROM_IMAGE_UNKNOWN:
		break;
	}
	return "unknown";
}

/* Images of other code types are all there is: nothing in them is wrapped. */
static bool has_payload(const struct igdrom_rom_image *image)
{
	uint8_t code_type = igdrom_rom_image_code_type(image);

	return code_type == IGDROM_CODE_TYPE_EFI || code_type == IGDROM_CODE_TYPE_DATA;
}

enum igdrom_status igdrom_rom_part(const struct igdrom_rom *rom, size_t index, bool payload,
				   struct igdrom_bytes *out)
{
	const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, index);

	if (!out)
		return IGDROM_E_INVAL;
	*out = (struct igdrom_bytes){0};
	if (!rom || index > igdrom_rom_image_count(rom))
		return IGDROM_E_INVAL;
	if (!image && !payload)
		*out = igdrom_rom_trailing(rom);
	else if (!payload)
		*out = igdrom_rom_image_bytes(image);
	if (!payload)
		return out->size ? IGDROM_OK : IGDROM_E_NOT_FOUND;
	if (!image || !has_payload(image))
		return IGDROM_E_NOT_FOUND;
	return igdrom_rom_image_payload(image, out);
}

/* "-17.0.1077": the version comes from the driver, but has digits and dots only. */
static void append_version(const struct igdrom_rom_image *image, char name[NAME_MAX_BYTES])
{
	struct igdrom_gop *gop = NULL;
	struct igdrom_bytes payload;
	size_t size = strlen(name);

	if (igdrom_rom_image_payload(image, &payload) == IGDROM_OK &&
	    igdrom_gop_identify(payload.data, payload.size, NULL, &gop) == IGDROM_OK &&
	    igdrom_gop_version(gop))
		snprintf(name + size, NAME_MAX_BYTES - size, "-%u.%u.%u",
			 igdrom_gop_version_major(gop), igdrom_gop_version_minor(gop),
			 igdrom_gop_version_build(gop));
	igdrom_gop_free(gop);
}

static bool is_driver(const struct igdrom_rom_image *image, enum igdrom_image_kind kind)
{
	return kind == IGDROM_IMAGE_GOP ||
	       igdrom_rom_image_code_type(image) == IGDROM_CODE_TYPE_EFI;
}

enum igdrom_status igdrom_rom_part_name(const struct igdrom_rom *rom, size_t index, bool payload,
					char **out)
{
	const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, index);
	enum igdrom_image_kind kind = igdrom_rom_image_kind(rom, index);
	char name[NAME_MAX_BYTES] = "trailing.bin";
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	const char *ending = ".rom";
	size_t size;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	status = igdrom_rom_part(rom, index, payload, &bytes);
	if (status != IGDROM_OK)
		return status;
	if (image) {
		snprintf(name, sizeof(name), "%02zu-%s", index, igdrom_image_kind_name(kind));
		if (kind == IGDROM_IMAGE_GOP)
			append_version(image, name);
		if (payload)
			ending = is_driver(image, kind)     ? ".efi"
				 : kind == IGDROM_IMAGE_VBT ? ".vbt"
							    : ".bin";
		size = strlen(name);
		snprintf(name + size, sizeof(name) - size, "%s", ending);
	}
	*out = malloc(strlen(name) + 1);
	if (!*out)
		return IGDROM_E_NOMEM;
	memcpy(*out, name, strlen(name) + 1);
	return IGDROM_OK;
}
