/* SPDX-License-Identifier: BSD-2-Clause */
/* What the outside sees of the contents of a file. */
#include "open/internal.h"

#include <stdlib.h>

void igdrom_contents_free(struct igdrom_contents *contents)
{
	if (!contents)
		return;
	for (size_t kind = 0; kind < OPEN_KIND_COUNT; kind++) {
		for (size_t i = 0; i < contents->found[kind].count; i++)
			open_found_free(contents->found[kind].items[i]);
		free(contents->found[kind].items);
	}
	for (size_t i = 0; i < contents->rom_count; i++)
		igdrom_rom_free(contents->roms[i]);
	free(contents->roms);
	igdrom_firmware_free(contents->firmware);
	igdrom_opregion_free(contents->opregion);
	free(contents->data);
	free(contents);
}

enum igdrom_file_kind igdrom_contents_kind(const struct igdrom_contents *contents)
{
	return contents ? contents->kind : IGDROM_FILE_UNKNOWN;
}

const char *igdrom_file_kind_name(enum igdrom_file_kind kind)
{
	switch (kind) {
	case IGDROM_FILE_UNKNOWN:
		break;
	case IGDROM_FILE_PE:
		return "PE image";
	case IGDROM_FILE_OPTION_ROM:
		return "PCI option ROM";
	case IGDROM_FILE_FIRMWARE:
		return "firmware image";
	case IGDROM_FILE_VBT:
		return "VBT";
	case IGDROM_FILE_OPREGION:
		return "OpRegion";
	case IGDROM_FILE_OTHER:
		return "file of unknown format";
	}
	return "unknown";
}

const struct igdrom_firmware *igdrom_contents_firmware(const struct igdrom_contents *contents)
{
	return contents ? contents->firmware : NULL;
}

const struct igdrom_opregion *igdrom_contents_opregion(const struct igdrom_contents *contents)
{
	return contents ? contents->opregion : NULL;
}

static size_t count_of(const struct igdrom_contents *contents, enum open_kind kind)
{
	return contents ? contents->found[kind].count : 0;
}

static const struct igdrom_found *found_at(const struct igdrom_contents *contents,
					   enum open_kind kind, size_t index)
{
	return index < count_of(contents, kind) ? contents->found[kind].items[index] : NULL;
}

size_t igdrom_contents_gop_count(const struct igdrom_contents *contents)
{
	return count_of(contents, OPEN_GOP);
}

const struct igdrom_gop *igdrom_contents_gop_at(const struct igdrom_contents *contents,
						size_t index)
{
	const struct igdrom_found *found = found_at(contents, OPEN_GOP, index);

	return found ? found->gop : NULL;
}

struct igdrom_bytes igdrom_contents_gop_bytes(const struct igdrom_contents *contents, size_t index)
{
	const struct igdrom_found *found = found_at(contents, OPEN_GOP, index);

	return found ? found->bytes : (struct igdrom_bytes){NULL, 0};
}

const char *igdrom_contents_gop_where(const struct igdrom_contents *contents, size_t index)
{
	const struct igdrom_found *found = found_at(contents, OPEN_GOP, index);

	return found ? found->where : NULL;
}

const struct igdrom_found *igdrom_contents_gop_found(const struct igdrom_contents *contents,
						     size_t index)
{
	return found_at(contents, OPEN_GOP, index);
}

size_t igdrom_contents_vbt_count(const struct igdrom_contents *contents)
{
	return count_of(contents, OPEN_VBT);
}

const struct igdrom_vbt *igdrom_contents_vbt_at(const struct igdrom_contents *contents,
						size_t index)
{
	const struct igdrom_found *found = found_at(contents, OPEN_VBT, index);

	return found ? found->vbt : NULL;
}

const struct igdrom_found *igdrom_contents_vbt_found(const struct igdrom_contents *contents,
						     size_t index)
{
	return found_at(contents, OPEN_VBT, index);
}

size_t igdrom_contents_vbios_count(const struct igdrom_contents *contents)
{
	return count_of(contents, OPEN_VBIOS);
}

const struct igdrom_found *igdrom_contents_vbios_found(const struct igdrom_contents *contents,
						       size_t index)
{
	return found_at(contents, OPEN_VBIOS, index);
}

enum igdrom_origin igdrom_found_origin(const struct igdrom_found *found)
{
	return found ? found->places[0].origin : IGDROM_ORIGIN_ALONE;
}

const char *igdrom_origin_name(enum igdrom_origin origin)
{
	switch (origin) {
	case IGDROM_ORIGIN_ALONE:
		return "alone";
	case IGDROM_ORIGIN_INSIDE:
		return "inside";
	case IGDROM_ORIGIN_OPTION_ROM:
		return "option-rom";
	case IGDROM_ORIGIN_DRIVER:
		return "driver";
	}
	return "unknown";
}

enum igdrom_status igdrom_found_bytes(const struct igdrom_found *found, enum igdrom_form form,
				      struct igdrom_bytes *out)
{
	const struct igdrom_firmware_node *node;

	if (!out)
		return IGDROM_E_INVAL;
	*out = (struct igdrom_bytes){NULL, 0};
	if (!found)
		return IGDROM_E_INVAL;
	node = found->places[0].node;
	switch (form) {
	case IGDROM_FORM_BARE:
		*out = found->bytes;
		return IGDROM_OK;
	case IGDROM_FORM_STORED:
		if (!node || found->places[0].origin != IGDROM_ORIGIN_ALONE)
			return IGDROM_E_NOT_FOUND;
		*out = node->decoded ? igdrom_firmware_node_decoded(node)
				     : igdrom_firmware_node_body(node);
		return IGDROM_OK;
	case IGDROM_FORM_FFS:
		node = open_node_of(node, IGDROM_NODE_FILE);
		if (!node)
			return IGDROM_E_NOT_FOUND;
		*out = igdrom_firmware_node_bytes(node);
		return IGDROM_OK;
	}
	return IGDROM_E_INVAL;
}

const char *igdrom_found_sha256(const struct igdrom_found *found)
{
	if (!found)
		return NULL;
	if (found->gop)
		return igdrom_gop_sha256(found->gop);
	return found->vbt ? igdrom_vbt_sha256(found->vbt) : found->sha256;
}

size_t igdrom_found_place_count(const struct igdrom_found *found)
{
	return found ? found->place_count : 0;
}

const struct igdrom_firmware_node *igdrom_found_node(const struct igdrom_found *found, size_t place)
{
	return place < igdrom_found_place_count(found) ? found->places[place].node : NULL;
}

const char *igdrom_found_path(const struct igdrom_found *found, size_t place)
{
	return place < igdrom_found_place_count(found) ? found->places[place].path : NULL;
}

const char *igdrom_found_guid(const struct igdrom_found *found, size_t place)
{
	const struct igdrom_firmware_node *node = igdrom_found_node(found, place);

	return igdrom_firmware_node_guid(open_node_of(node, IGDROM_NODE_FILE));
}

const char *igdrom_found_name(const struct igdrom_found *found, size_t place)
{
	const struct igdrom_firmware_node *node = igdrom_found_node(found, place);
	const struct igdrom_firmware_node *named = open_node_of(node, IGDROM_NODE_FILE);

	if (!named)
		named = open_node_of(node, IGDROM_NODE_CBFS_FILE);
	if (!named)
		named = open_node_of(node, IGDROM_NODE_ENTRY);
	return igdrom_firmware_node_name(named);
}
