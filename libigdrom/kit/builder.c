/* SPDX-License-Identifier: BSD-2-Clause */
/* The builder object and its settings. Images come in by add.c and go out by finish.c. */
#include "kit/internal.h"
#include "kit/manifest.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

#define CLASS_VGA 0x030000

char *kit_text(const char *text)
{
	return text_clean(text ? text : "", text ? strlen(text) : 0, MANIFEST_MAX_TEXT);
}

void kit_image_clear(struct kit_image *image)
{
	free(image->settings.device_ids);
	free(image->data);
	free(image->name);
	free(image->version);
	free(image->origin);
	free(image->gop_ids);
	igdrom_gop_free(image->gop);
	memset(image, 0, sizeof(*image));
}

static uint16_t *copy_ids(const uint16_t *ids, size_t count)
{
	uint16_t *copy = malloc(count * sizeof(*copy));

	if (copy)
		memcpy(copy, ids, count * sizeof(*copy));
	return copy;
}

static bool grow(struct igdrom_rom_builder *builder)
{
	size_t room = builder->room ? builder->room * 2 : 4;
	struct kit_image *images;

	if (builder->count < builder->room)
		return true;
	images = realloc(builder->images, room * sizeof(*images));
	if (!images)
		return false;
	builder->images = images;
	builder->room = room;
	return true;
}

enum igdrom_status kit_append(struct igdrom_rom_builder *builder, struct kit_image *image)
{
	enum igdrom_status status = IGDROM_E_NOMEM;

	/* One place is the manifest's. */
	if (builder->count >= IGDROM_ROM_MAX_IMAGES - 1) {
		status = IGDROM_E_LIMIT;
		goto fail;
	}
	image->settings = builder->now;
	image->checked_target = builder->target;
	if (builder->now.device_ids) {
		image->settings.device_ids =
			copy_ids(builder->now.device_ids, builder->now.device_id_count);
		if (!image->settings.device_ids)
			goto fail;
	}
	if (!grow(builder))
		goto fail;
	builder->images[builder->count++] = *image;
	memset(image, 0, sizeof(*image));
	return IGDROM_OK;
fail:
	kit_image_clear(image);
	return status;
}

void kit_cut(struct igdrom_rom_builder *builder, size_t count)
{
	while (builder->count > count)
		kit_image_clear(&builder->images[--builder->count]);
}

enum igdrom_status igdrom_rom_builder_new(struct igdrom_rom_builder **out)
{
	if (!out)
		return IGDROM_E_INVAL;
	*out = calloc(1, sizeof(**out));
	if (!*out)
		return IGDROM_E_NOMEM;
	(*out)->now = (struct kit_settings){
		.vendor_id = IGDROM_VENDOR_INTEL,
		.class_code = CLASS_VGA,
		.pcir_revision = 3,
		.compress = true,
	};
	return IGDROM_OK;
}

void igdrom_rom_builder_free(struct igdrom_rom_builder *builder)
{
	if (!builder)
		return;
	kit_cut(builder, 0);
	free(builder->images);
	free(builder->now.device_ids);
	free(builder);
}

enum igdrom_status igdrom_rom_builder_set_vendor_id(struct igdrom_rom_builder *builder,
						    uint16_t vendor_id)
{
	if (!builder)
		return IGDROM_E_INVAL;
	builder->now.vendor_id = vendor_id;
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_builder_set_device_ids(struct igdrom_rom_builder *builder,
						     const uint16_t *device_ids, size_t count)
{
	uint16_t *copy = NULL;

	if (!builder || (count && !device_ids) || count > OPROM_MAX_DEVICE_IDS)
		return IGDROM_E_INVAL;
	/* PCI 2.3 has one id and no list. */
	if (count > 1 && builder->now.pcir_revision == 0)
		return IGDROM_E_INVAL;
	/* 0 is what ends a list. */
	for (size_t i = 0; i < count; i++) {
		if (device_ids[i] == 0)
			return IGDROM_E_INVAL;
	}
	if (count) {
		copy = copy_ids(device_ids, count);
		if (!copy)
			return IGDROM_E_NOMEM;
	}
	free(builder->now.device_ids);
	builder->now.device_ids = copy;
	builder->now.device_id_count = count;
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_builder_set_class_code(struct igdrom_rom_builder *builder,
						     uint32_t class_code)
{
	if (!builder || class_code > 0xffffff)
		return IGDROM_E_INVAL;
	builder->now.class_code = class_code;
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_builder_set_code_revision(struct igdrom_rom_builder *builder,
							uint16_t revision)
{
	if (!builder)
		return IGDROM_E_INVAL;
	builder->now.code_revision = revision;
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_builder_set_pcir_revision(struct igdrom_rom_builder *builder,
							uint8_t pcir_revision)
{
	if (!builder || (pcir_revision != 0 && pcir_revision != 3))
		return IGDROM_E_INVAL;
	if (pcir_revision == 0 && builder->now.device_id_count > 1)
		return IGDROM_E_INVAL;
	builder->now.pcir_revision = pcir_revision;
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_builder_set_compress(struct igdrom_rom_builder *builder,
						   bool compress)
{
	if (!builder)
		return IGDROM_E_INVAL;
	builder->now.compress = compress;
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_builder_set_open_ended(struct igdrom_rom_builder *builder,
						     bool open_ended)
{
	if (!builder)
		return IGDROM_E_INVAL;
	builder->open_ended = open_ended;
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_builder_set_select(struct igdrom_rom_builder *builder, bool select)
{
	if (!builder)
		return IGDROM_E_INVAL;
	builder->no_select = !select;
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_builder_set_lpc_answer(struct igdrom_rom_builder *builder,
						     bool answer)
{
	if (!builder)
		return IGDROM_E_INVAL;
	builder->no_lpc_answer = !answer;
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_builder_set_lpc_id(struct igdrom_rom_builder *builder,
						 uint16_t lpc_id)
{
	if (!builder || lpc_id == 0xffff)
		return IGDROM_E_INVAL;
	builder->lpc_id = lpc_id;
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_builder_set_force(struct igdrom_rom_builder *builder, bool force)
{
	if (!builder)
		return IGDROM_E_INVAL;
	builder->force = force;
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_builder_set_target(struct igdrom_rom_builder *builder,
						 uint16_t device_id)
{
	if (!builder)
		return IGDROM_E_INVAL;
	builder->target = device_id;
	return IGDROM_OK;
}
