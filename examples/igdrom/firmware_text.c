/* SPDX-License-Identifier: BSD-2-Clause */
/* Words for the nodes of a firmware image. */
#include "firmware.h"

#include <string.h>

#define GUID_SHORT 8 /* hexadecimal digits that tell files of one image apart */

/* File types of the PI specification (1.8, volume 3, table 3-3) that are counted apart. */
#define FILE_PEI_CORE      0x04
#define FILE_DXE_CORE      0x05
#define FILE_PEIM          0x06
#define FILE_DRIVER        0x07
#define FILE_PEIM_DRIVER   0x08
#define FILE_MM            0x0a
#define FILE_MM_DXE        0x0c
#define FILE_MM_CORE       0x0d
#define FILE_MM_STANDALONE 0x0e
#define FILE_PAD           0xf0

#define SECTION_VOLUME_IMAGE 0x17

void add_words(char *out, size_t room, const char *separator, const char *text)
{
	size_t size = strlen(out);

	if (text && *text && size < room)
		snprintf(out + size, room - size, "%s%s", size ? separator : "", text);
}

static void add_guid(const struct igdrom_firmware_node *node, bool whole, char *out, size_t room)
{
	const char *guid = igdrom_firmware_node_guid(node);
	char text[48];

	if (!guid)
		return;
	snprintf(text, sizeof(text), "%.*s", whole ? (int)sizeof(text) - 1 : GUID_SHORT, guid);
	add_words(out, room, " ", text);
}

static void add_size(const char *format, uint64_t size, char *out, size_t room)
{
	char text[96], number[32];

	snprintf(text, sizeof(text), format, size_text(size, number));
	add_words(out, room, ", ", text);
}

static void volume_words(const struct item *item, bool at_length, char *out, size_t room)
{
	const char *type = igdrom_firmware_node_type(item->node);

	snprintf(out, room, "volume");
	add_words(out, room, " ", type);
	/* Name and GUID are mostly those of the file system, which is what the type says. */
	if (at_length || !*type) {
		add_words(out, room, " ", igdrom_firmware_node_name(item->node));
		add_guid(item->node, at_length, out, room);
	}
	if (item->free_bytes && !at_length)
		add_size("%s free", item->free_bytes, out, room);
}

static void file_words(const struct igdrom_firmware_node *node, bool at_length, char *out,
		       size_t room)
{
	const char *name = igdrom_firmware_node_name(node);

	snprintf(out, room, "%s", at_length ? igdrom_firmware_node_type(node) : "");
	add_words(out, room, " ", name);
	add_guid(node, at_length || !name, out, room);
	if (!*out)
		snprintf(out, room, "file");
}

static void typed_words(const struct igdrom_firmware_node *node, const char *what, bool at_length,
			char *out, size_t room)
{
	snprintf(out, room, "%s", what);
	add_words(out, room, " ", igdrom_firmware_node_type(node));
	add_words(out, room, " ", igdrom_firmware_node_name(node));
	if (at_length)
		add_guid(node, true, out, room);
	if (igdrom_firmware_node_compression(node))
		add_words(out, room, ", ", igdrom_firmware_node_compression(node));
	if (igdrom_firmware_node_is_decoded(node) && igdrom_firmware_node_compression(node))
		add_size("unpacks to %s", igdrom_firmware_node_decoded(node).size, out, room);
}

void node_words(const struct item *item, bool at_length, char *out, size_t room)
{
	const struct igdrom_firmware_node *node = item->node;
	const char *what = "";

	*out = '\0';
	switch (igdrom_firmware_node_kind(node)) {
	case IGDROM_NODE_VOLUME:
		volume_words(item, at_length, out, room);
		return;
	case IGDROM_NODE_FILE:
		file_words(node, at_length, out, room);
		return;
	case IGDROM_NODE_ENTRY:
		add_words(out, room, " ", igdrom_firmware_node_name(node));
		break;
	case IGDROM_NODE_REGION:
		snprintf(out, room, "%s region", igdrom_firmware_node_type(node));
		add_words(out, room, " ", igdrom_firmware_node_name(node));
		return;
	case IGDROM_NODE_FLASH:
		snprintf(out, room, "%s flash image", igdrom_firmware_node_type(node));
		return;
	case IGDROM_NODE_IMAGE:
		what = "image";
		break;
	case IGDROM_NODE_CAPSULE:
		what = "capsule";
		break;
	case IGDROM_NODE_PARTITION:
		what = "partition";
		break;
	case IGDROM_NODE_SECTION:
		what = "section";
		break;
	case IGDROM_NODE_CBFS:
		what = "coreboot file system";
		break;
	case IGDROM_NODE_CBFS_FILE:
		what = "file";
		break;
	case IGDROM_NODE_OPTION_ROM:
		what = "PCI option ROM";
		break;
	case IGDROM_NODE_RAW:
		what = "data";
		break;
	case IGDROM_NODE_PADDING:
		what = "padding";
		break;
	case IGDROM_NODE_FREE_SPACE:
		what = "free";
		break;
	}
	if (!*out)
		typed_words(node, what, at_length, out, room);
}

void section_words(const struct item *item, bool last, char *out, size_t room)
{
	const struct igdrom_firmware_node *node = item->node;
	const char *compression = igdrom_firmware_node_compression(node);

	*out = '\0';
	if (igdrom_firmware_node_kind(node) == IGDROM_NODE_IMAGE)
		return;
	if (igdrom_firmware_node_kind(node) != IGDROM_NODE_SECTION) {
		node_words(item, false, out, room);
		return;
	}
	if (compression) {
		snprintf(out, room, "%s", compression);
		return;
	}
	if (last)
		snprintf(out, room, "%s", igdrom_firmware_node_type(node));
}

static size_t *counter_of(struct item *parent, unsigned file_type)
{
	switch (file_type) {
	case FILE_DXE_CORE:
	case FILE_DRIVER:
	case FILE_PEIM_DRIVER:
	case FILE_MM:
	case FILE_MM_DXE:
	case FILE_MM_CORE:
	case FILE_MM_STANDALONE:
		return &parent->drivers;
	case FILE_PEI_CORE:
	case FILE_PEIM:
		return &parent->modules;
	case FILE_PAD:
		return NULL;
	default:
		return &parent->files;
	}
}

void count_folded(struct item *parent, const struct igdrom_firmware_node *node)
{
	uint64_t size = igdrom_firmware_node_bytes(node).size;
	size_t *counter;

	switch (igdrom_firmware_node_kind(node)) {
	case IGDROM_NODE_FILE:
		counter = counter_of(parent, igdrom_firmware_node_type_number(node));
		if (counter)
			++*counter;
		break;
	case IGDROM_NODE_CBFS_FILE:
		parent->files++;
		break;
	case IGDROM_NODE_ENTRY:
		parent->entries++;
		break;
	case IGDROM_NODE_FREE_SPACE:
		parent->free_bytes += size;
		break;
	case IGDROM_NODE_RAW:
	case IGDROM_NODE_PADDING:
	case IGDROM_NODE_PARTITION:
	case IGDROM_NODE_OPTION_ROM:
		parent->parts++;
		parent->part_bytes += size;
		break;
	case IGDROM_NODE_IMAGE:
	case IGDROM_NODE_CAPSULE:
	case IGDROM_NODE_FLASH:
	case IGDROM_NODE_REGION:
	case IGDROM_NODE_VOLUME:
	case IGDROM_NODE_SECTION:
	case IGDROM_NODE_CBFS:
		break;
	}
}

static void add_count(size_t count, const char *one, const char *many, char *out, size_t room)
{
	char text[64];

	if (count == 0)
		return;
	snprintf(text, sizeof(text), "%zu %s", count, count == 1 ? one : many);
	add_words(out, room, ", ", text);
}

void folded_words(const struct item *item, char *out, size_t room)
{
	enum igdrom_node_kind kind = igdrom_firmware_node_kind(item->node);
	bool among = item->shown_children || item->drivers || item->modules;
	char size[32];

	*out = '\0';
	add_count(item->drivers, "driver", "drivers", out, room);
	add_count(item->modules, "PEI module", "PEI modules", out, room);
	add_count(item->files, among ? "other file" : "file", among ? "other files" : "files", out,
		  room);
	add_count(item->entries, item->shown_children ? "other file" : "file",
		  item->shown_children ? "other files" : "files", out, room);
	/* What lies between sections is alignment. */
	if (item->parts == 0 || kind == IGDROM_NODE_FILE || kind == IGDROM_NODE_SECTION)
		return;
	add_count(item->parts, "other part", "other parts", out, room);
	add_words(out, room, " ", "of");
	add_words(out, room, " ", size_text(item->part_bytes, size));
}
