/* SPDX-License-Identifier: BSD-2-Clause */
/* What a parsed ROM says. */
#include "oprom/internal.h"

#include <stdlib.h>

void igdrom_rom_free(struct igdrom_rom *rom)
{
	if (!rom)
		return;
	for (size_t i = 0; i < rom->image_count; i++) {
		if (rom->images[i].expanded)
			igdrom_bytes_free(&rom->images[i].payload);
		free(rom->images[i].device_ids);
	}
	oprom_free_manifest(rom->manifest);
	free(rom->images);
	free(rom->data);
	free(rom);
}

size_t igdrom_rom_size(const struct igdrom_rom *rom)
{
	return rom ? rom->size : 0;
}

uint64_t igdrom_rom_bar_size(const struct igdrom_rom *rom)
{
	uint64_t bar = 2048;

	while (rom && bar < rom->size)
		bar *= 2;
	return bar;
}

const char *igdrom_rom_sha256(const struct igdrom_rom *rom)
{
	return rom ? rom->sha256 : NULL;
}

size_t igdrom_rom_image_count(const struct igdrom_rom *rom)
{
	return rom ? rom->image_count : 0;
}

const struct igdrom_rom_image *igdrom_rom_image_at(const struct igdrom_rom *rom, size_t index)
{
	return rom && index < rom->image_count ? &rom->images[index] : NULL;
}

struct igdrom_bytes igdrom_rom_trailing(const struct igdrom_rom *rom)
{
	const struct igdrom_rom_image *last;
	size_t end;

	if (!rom || rom->image_count == 0)
		return (struct igdrom_bytes){0};
	last = &rom->images[rom->image_count - 1];
	end = last->at + last->size;
	if (end == rom->size)
		return (struct igdrom_bytes){0};
	return (struct igdrom_bytes){rom->data + end, rom->size - end};
}

uint64_t igdrom_rom_image_offset(const struct igdrom_rom_image *image)
{
	return image ? image->at : 0;
}

size_t igdrom_rom_image_size(const struct igdrom_rom_image *image)
{
	return image ? image->size : 0;
}

struct igdrom_bytes igdrom_rom_image_bytes(const struct igdrom_rom_image *image)
{
	return image ? (struct igdrom_bytes){image->data, image->size} : (struct igdrom_bytes){0};
}

uint8_t igdrom_rom_image_code_type(const struct igdrom_rom_image *image)
{
	return image ? image->pcir.code_type : 0;
}

const char *igdrom_code_type_name(uint8_t code_type)
{
	switch (code_type) {
	case IGDROM_CODE_TYPE_LEGACY:
		return "legacy";
	case IGDROM_CODE_TYPE_OPEN_FIRMWARE:
		return "Open Firmware";
	case IGDROM_CODE_TYPE_PA_RISC:
		return "PA-RISC";
	case IGDROM_CODE_TYPE_EFI:
		return "EFI";
	case IGDROM_CODE_TYPE_DATA:
		return "data";
	default:
		return "unknown";
	}
}

uint16_t igdrom_rom_image_vendor_id(const struct igdrom_rom_image *image)
{
	return image ? image->pcir.vendor_id : 0;
}

uint16_t igdrom_rom_image_device_id(const struct igdrom_rom_image *image)
{
	return image ? image->pcir.device_id : 0;
}

size_t igdrom_rom_image_device_list_count(const struct igdrom_rom_image *image)
{
	return image ? image->device_count : 0;
}

uint16_t igdrom_rom_image_device_list_at(const struct igdrom_rom_image *image, size_t index)
{
	return image && index < image->device_count ? image->device_ids[index] : 0;
}

uint32_t igdrom_rom_image_class_code(const struct igdrom_rom_image *image)
{
	return image ? image->pcir.class_code : 0;
}

uint8_t igdrom_rom_image_pcir_revision(const struct igdrom_rom_image *image)
{
	return image ? image->pcir.revision : 0;
}

size_t igdrom_rom_image_pcir_offset(const struct igdrom_rom_image *image)
{
	return image && image->has_pcir ? image->header.pcir_offset : 0;
}

uint16_t igdrom_rom_image_code_revision(const struct igdrom_rom_image *image)
{
	return image ? image->pcir.code_revision : 0;
}

bool igdrom_rom_image_last(const struct igdrom_rom_image *image)
{
	return image && (image->pcir.indicator & OPROM_INDICATOR_LAST);
}

bool igdrom_rom_image_compressed(const struct igdrom_rom_image *image)
{
	return image && image->layout == OPROM_LAYOUT_EFI &&
	       image->efi.compression != OPROM_COMPRESSION_NONE;
}

uint16_t igdrom_rom_image_machine(const struct igdrom_rom_image *image)
{
	return image ? image->efi.machine : 0;
}

uint16_t igdrom_rom_image_subsystem(const struct igdrom_rom_image *image)
{
	return image ? image->efi.subsystem : 0;
}

enum igdrom_status igdrom_rom_image_payload(const struct igdrom_rom_image *image,
					    struct igdrom_bytes *out)
{
	if (out)
		*out = (struct igdrom_bytes){0};
	if (!image || !out)
		return IGDROM_E_INVAL;
	if (image->payload_status == IGDROM_OK)
		*out = image->payload;
	return image->payload_status;
}

const char *igdrom_rom_image_payload_sha256(const struct igdrom_rom_image *image)
{
	return image && image->payload_status == IGDROM_OK ? image->payload_sha256 : NULL;
}

const struct igdrom_manifest *igdrom_rom_manifest(const struct igdrom_rom *rom)
{
	return rom ? rom->manifest : NULL;
}
