/* SPDX-License-Identifier: BSD-2-Clause */
/* What is in option ROMs and in trees. */
#include "open/internal.h"

#include "core/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define EFI_IMAGE_OFFSET 0x16   /* of the option ROM header, UEFI 2.10 14.4.2 */
#define CLASS_VGA        0x0300 /* base class and subclass */
#define VENDOR_INTEL     0x8086

/* Where findings about what was decompressed out of a node, or out of a bare ROM, point to. */
static uint64_t place_of_node(const struct igdrom_firmware_node *node)
{
	return node ? fw_at(node->stream, node->offset) : 0;
}

/* Where findings about a payload point to: into it, or to its image when it was compressed. */
static struct place place_of(const struct igdrom_rom_image *image,
			     const struct igdrom_firmware_node *node)
{
	struct igdrom_bytes bytes = igdrom_rom_image_bytes(image);
	uint64_t at = place_of_node(node) + igdrom_rom_image_offset(image);
	struct cur whole = cur_from(bytes.data, bytes.size, 0);
	struct cur c = cur_tail(&whole, EFI_IMAGE_OFFSET);
	uint16_t offset = cur_u16le(&c);

	if (node && !node->stream->exact)
		return (struct place){.at = node->stream->at, .exact = false};
	if (igdrom_rom_image_compressed(image))
		return (struct place){.at = at, .exact = false};
	return (struct place){.at = at + offset, .exact = true};
}

/* In bytes that are in no stream of the tree. */
static enum igdrom_status look_for_vbts(struct open_search *search, struct igdrom_bytes bytes,
					const struct open_where *where)
{
	struct cur c = cur_from(bytes.data, bytes.size, 0);
	size_t at, size;

	for (size_t from = 0; vbt_find(c, from, &at, &size); from = at + size) {
		char step[2 * OPEN_STEP_BYTES];
		struct open_where inner = {where->node, IGDROM_ORIGIN_DRIVER, step};
		struct place place = {.at = place_of_node(where->node)};
		struct igdrom_found *found;
		enum igdrom_status status;

		snprintf(step, sizeof(step), "%s/at 0x%zx", where->step, at);
		status = open_add(search, OPEN_VBT, (struct igdrom_bytes){bytes.data + at, size},
				  &inner, &found);
		if (status == IGDROM_OK && found)
			status =
				vbt_read(bytes.data + at, size, place, search->report, &found->vbt);
		if (status != IGDROM_OK)
			return status;
	}
	return IGDROM_OK;
}

static enum igdrom_status look_at_payload(struct open_search *search,
					  const struct igdrom_rom_image *image, size_t index,
					  const struct open_where *where)
{
	struct igdrom_bytes payload;
	enum igdrom_status status = igdrom_rom_image_payload(image, &payload);

	if (status == IGDROM_E_NOMEM)
		return status;
	if (status != IGDROM_OK) {
		if (!where->node) /* of a ROM in firmware there is nothing to be asked for */
			report_add(search->report, FINDING_OPEN_PAYLOAD_UNREADABLE,
				   igdrom_rom_image_offset(image),
				   REPORT_ARGS(ARG_U(index), ARG_S(igdrom_strerror(status))));
		return IGDROM_OK;
	}
	status = open_add_gop(search, payload, place_of(image, where->node), where);
	if (status != IGDROM_OK || !igdrom_rom_image_compressed(image))
		return status;
	search->expanded += payload.size;
	return look_for_vbts(search, payload, where);
}

static enum igdrom_status look_at_image(struct open_search *search, const struct igdrom_rom *rom,
					size_t index, const struct igdrom_firmware_node *node)
{
	const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, index);
	uint8_t type = igdrom_rom_image_code_type(image);
	char step[OPEN_STEP_BYTES];
	struct open_where where = {node, IGDROM_ORIGIN_OPTION_ROM, step};
	struct igdrom_found *found;
	enum igdrom_status status;

	snprintf(step, sizeof(step), "image %zu at 0x%" PRIx64, index,
		 igdrom_rom_image_offset(image));
	if (type == IGDROM_CODE_TYPE_EFI || type == IGDROM_CODE_TYPE_DATA)
		return look_at_payload(search, image, index, &where);
	if (type != IGDROM_CODE_TYPE_LEGACY || igdrom_rom_image_vendor_id(image) != VENDOR_INTEL ||
	    igdrom_rom_image_class_code(image) >> 8 != CLASS_VGA)
		return IGDROM_OK;
	status = open_add(search, OPEN_VBIOS, igdrom_rom_image_bytes(image), &where, &found);
	if (found) {
		found->device_id = igdrom_rom_image_device_id(image);
		digest_sha256_hex(found->bytes.data, found->bytes.size, found->sha256);
	}
	return status;
}

/* The contents keep a ROM in which something was found. */
static enum igdrom_status keep_rom(struct igdrom_contents *contents, struct igdrom_rom *rom)
{
	struct igdrom_rom **grown =
		realloc(contents->roms, (contents->rom_count + 1) * sizeof(struct igdrom_rom *));

	if (!grown)
		return IGDROM_E_NOMEM;
	contents->roms = grown;
	contents->roms[contents->rom_count++] = rom;
	return IGDROM_OK;
}

enum igdrom_status open_find_in_rom(struct open_search *search, struct igdrom_rom *rom,
				    const struct igdrom_firmware_node *node)
{
	size_t before = open_count(search->contents);
	enum igdrom_status status = IGDROM_OK;

	for (size_t i = 0; i < igdrom_rom_image_count(rom) && status == IGDROM_OK; i++)
		status = look_at_image(search, rom, i, node);
	if (status == IGDROM_OK && open_count(search->contents) > before) {
		status = keep_rom(search->contents, rom);
		if (status == IGDROM_OK)
			return status;
	}
	igdrom_rom_free(rom);
	return status;
}

static enum igdrom_status find_in_stream(struct open_search *search, struct open_walk walk)
{
	enum igdrom_status status = open_find_gops(search, walk);

	return status == IGDROM_OK ? open_find_vbts(search, walk, 0) : status;
}

static enum igdrom_status find_in_node(struct open_search *search,
				       const struct igdrom_firmware_node *node)
{
	uint64_t most = igdrom_limits_get(search->limits, IGDROM_LIMIT_EXPANDED_BYTES);
	struct igdrom_bytes bytes = igdrom_firmware_node_bytes(node);
	enum igdrom_status status = IGDROM_OK;
	struct igdrom_rom *rom;

	if (node->decoded)
		status = find_in_stream(search, open_walk_stream(node));
	if (status != IGDROM_OK || node->kind != IGDROM_NODE_OPTION_ROM)
		return status;
	if (search->expanded >= most)
		return IGDROM_OK;
	status = igdrom_rom_parse(bytes.data, bytes.size, search->limits, NULL, &rom);
	if (status == IGDROM_E_NOMEM)
		return status;
	return status == IGDROM_OK ? open_find_in_rom(search, rom, node) : IGDROM_OK;
}

enum igdrom_status open_find_in_tree(struct open_search *search)
{
	const struct igdrom_firmware_node *node = igdrom_firmware_root(search->contents->firmware);
	enum igdrom_status status = find_in_stream(search, open_walk_file(search->contents));

	for (; node && status == IGDROM_OK; node = igdrom_firmware_node_walk(node))
		status = find_in_node(search, node);
	return status;
}
