/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Legacy images. EfiRom (-b) makes one image of a whole file, whatever is in it; here a ROM is taken
 * apart first, and what is not taken is said.
 */
#include "kit/internal.h"

#include "core/cursor.h"

#include <stdlib.h>

#define PCIR_IMAGE_LENGTH_AT 0x10

/* Whether the image is as long as its PCIR says: the next image starts there. */
static bool is_whole(const struct igdrom_rom_image *image)
{
	struct igdrom_bytes bytes = igdrom_rom_image_bytes(image);
	struct cur all = cur_from(bytes.data, bytes.size, 0);
	struct cur c = cur_tail(&all, igdrom_rom_image_pcir_offset(image));

	cur_skip(&c, PCIR_IMAGE_LENGTH_AT);
	return bytes.size == (size_t)cur_u16le(&c) * OPROM_UNIT && c.err == IGDROM_OK;
}

static enum igdrom_status copy_image(const struct igdrom_rom_image *source, const char *name,
				     struct kit_image *image)
{
	struct igdrom_bytes bytes = igdrom_rom_image_bytes(source);

	image->kind = IGDROM_MANIFEST_LEGACY;
	image->data = malloc(bytes.size);
	image->name = kit_text(name);
	image->version = kit_text(NULL);
	image->origin = kit_text(NULL);
	if (!image->data || !image->name || !image->version || !image->origin)
		return IGDROM_E_NOMEM;
	memcpy(image->data, bytes.data, bytes.size);
	image->size = bytes.size;
	return oprom_set_last(image->data, image->size, false);
}

static enum igdrom_status take_image(struct igdrom_rom_builder *builder,
				     const struct igdrom_rom_image *source, const char *name)
{
	struct kit_image image = {0};
	enum igdrom_status status = copy_image(source, name, &image);

	if (status == IGDROM_OK && !is_whole(source))
		status = IGDROM_E_TRUNCATED;
	if (status == IGDROM_OK)
		status = kit_append(builder, &image);
	kit_image_clear(&image);
	return status;
}

static enum igdrom_status take_images(struct igdrom_rom_builder *builder,
				      const struct igdrom_rom *rom, const char *name,
				      struct igdrom_report *report)
{
	size_t count = igdrom_rom_image_count(rom);
	size_t taken = 0;

	for (size_t i = 0; i < count; i++) {
		const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, i);
		enum igdrom_status status;

		if (igdrom_rom_image_code_type(image) != IGDROM_CODE_TYPE_LEGACY) {
			kit_say_not_taken(image, i, name, report);
			continue;
		}
		status = take_image(builder, image, name);
		if (status != IGDROM_OK)
			return status;
		taken++;
	}
	if (taken)
		return IGDROM_OK;
	kit_say_nothing_taken(IGDROM_CODE_TYPE_LEGACY, name, report);
	return IGDROM_E_NOT_RECOGNIZED;
}

enum igdrom_status igdrom_rom_builder_add_legacy(struct igdrom_rom_builder *builder,
						 const void *data, size_t size, const char *name,
						 struct igdrom_report *report)
{
	size_t before = builder ? builder->count : 0;
	struct igdrom_bytes fixed;
	enum igdrom_status status;
	struct igdrom_rom *rom;

	if (!builder || (size && !data))
		return IGDROM_E_INVAL;
	if (builder->finished)
		return IGDROM_E_STATE;
	/* Lengths and checksums become right; each repair, and what is left, is a finding. */
	status = igdrom_rom_fix(data, size, NULL, report, &fixed);
	if (status != IGDROM_OK)
		return status;
	status = igdrom_rom_parse(fixed.data, fixed.size, NULL, NULL, &rom);
	igdrom_bytes_free(&fixed);
	if (status != IGDROM_OK)
		return status;
	status = take_images(builder, rom, name, report);
	if (status != IGDROM_OK)
		kit_cut(builder, before);
	igdrom_rom_free(rom);
	return status;
}
