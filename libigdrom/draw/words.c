/* SPDX-License-Identifier: BSD-2-Clause */
/* What the picture says in words. */
#include "draw/draw.h"

#include <igdrom/edit.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NAME_BYTES 96

void draw_size_words(uint64_t size, char out[32])
{
	static const char *const units[] = {"bytes", "KiB", "MiB", "GiB"};
	unsigned unit = 0;
	uint64_t divisor = 1, tenths, whole;

	while (unit < 3 && size / divisor >= 1024) {
		divisor *= 1024;
		unit++;
	}
	whole = size / divisor;
	tenths = (size % divisor * 10 + divisor / 2) / divisor;
	whole += tenths / 10;
	if (size % divisor)
		snprintf(out, 32, "%" PRIu64 ".%" PRIu64 " %s", whole, tenths % 10, units[unit]);
	else
		snprintf(out, 32, "%" PRIu64 " %s", whole, units[unit]);
}

/* Adds words behind a separator; a name that is cut keeps whole characters, as text_clean() makes of
 * the rest '?'. */
static void add(char out[DRAW_WORDS], const char *separator, const char *text)
{
	size_t used = strlen(out);

	if (text && *text)
		snprintf(out + used, DRAW_WORDS - used, "%s%.*s", used ? separator : "", NAME_BYTES,
			 text);
}

static void add_size(char out[DRAW_WORDS], const char *separator, uint64_t size)
{
	char text[32];

	draw_size_words(size, text);
	add(out, separator, text);
}

static uint64_t size_of(const struct draw_part *part)
{
	return igdrom_firmware_node_bytes(part->node).size;
}

static const char *word_of(enum igdrom_node_kind kind)
{
	switch (kind) {
	case IGDROM_NODE_FLASH:
		return "flash image";
	case IGDROM_NODE_CBFS:
		return "coreboot file system";
	case IGDROM_NODE_CBFS_FILE:
		return "file";
	case IGDROM_NODE_OPTION_ROM:
		return "option ROM";
	case IGDROM_NODE_FREE_SPACE:
		return "free";
	case IGDROM_NODE_RAW:
		return "data";
	default:
		return igdrom_node_kind_name(kind);
	}
}

/* The name of a file system is no name of a volume. */
static const char *name_of(const struct draw_part *part)
{
	if (igdrom_firmware_node_kind(part->node) == IGDROM_NODE_VOLUME)
		return NULL;
	return igdrom_firmware_node_name(part->node);
}

static void add_what(const struct draw_part *part, char out[DRAW_WORDS])
{
	const char *type = igdrom_firmware_node_type(part->node);
	enum igdrom_node_kind kind = igdrom_firmware_node_kind(part->node);

	if (kind == IGDROM_NODE_VOLUME || kind == IGDROM_NODE_CAPSULE) {
		add(out, " ", word_of(kind));
		add(out, " ", type);
	} else {
		add(out, " ", type);
		add(out, " ", word_of(kind));
	}
}

void draw_label(const struct draw_part *part, char out[DRAW_WORDS])
{
	const char *name = name_of(part), *guid = igdrom_firmware_node_guid(part->node);
	enum igdrom_node_kind kind = igdrom_firmware_node_kind(part->node);
	char text[32];

	out[0] = '\0';
	if (part->others) {
		snprintf(text, sizeof(text), "%zu files", part->others + 1);
		add(out, " ", text);
	} else if (kind == IGDROM_NODE_FREE_SPACE) {
		add(out, " ", "free");
	} else if (name) {
		add(out, " ", name);
	} else if (kind == IGDROM_NODE_FILE && guid) {
		snprintf(text, sizeof(text), "%.8s", guid);
		add(out, " ", text);
	} else {
		add_what(part, out);
	}
}

void draw_measure(const struct draw_plan *plan, const struct draw_part *part, char out[DRAW_WORDS])
{
	char text[32];
	uint64_t room = igdrom_edit_room(part->node);

	out[0] = '\0';
	if (part->opens != DRAW_NONE)
		add(out, " ", igdrom_firmware_node_compression(plan->lanes[part->opens].origin));
	add_size(out, " ", size_of(part));
	if (part->opens != DRAW_NONE && part->others == 0)
		add_size(out, " \xe2\x86\x92 ", plan->lanes[part->opens].size);
	draw_size_words(room, text);
	if (room) {
		add(out, ", ", text);
		add(out, " ", "free");
	}
}

static void add_place(const struct draw_part *part, char out[DRAW_WORDS])
{
	char text[64];
	bool in_file = igdrom_firmware_node_in_file(part->node);

	snprintf(text, sizeof(text), "at 0x%" PRIx64 "%s", igdrom_firmware_node_offset(part->node),
		 in_file ? "" : " of what is unpacked");
	add(out, "\n", text);
	snprintf(text, sizeof(text), "%" PRIu64 " bytes", size_of(part));
	add_size(out, ", ", size_of(part));
	if (size_of(part) >= 1024)
		add(out, " = ", text);
}

/* How it is packed when what it unpacks to is not drawn: the first packed part below it. */
static const struct igdrom_firmware_node *packed_in(const struct draw_part *part)
{
	const struct igdrom_firmware_node *node = igdrom_firmware_node_first_child(part->node);

	if (igdrom_firmware_node_is_decoded(part->node))
		return part->node;
	while (node && !igdrom_firmware_node_is_decoded(node))
		node = igdrom_firmware_node_next(node);
	return node;
}

void draw_tooltip(const struct draw_plan *plan, const struct draw_part *part, char out[DRAW_WORDS])
{
	const struct igdrom_firmware_node *packed = packed_in(part);
	char text[DRAW_WORDS];

	out[0] = '\0';
	if (draw_is_marked(part)) {
		draw_mark_words(plan, part, text);
		add(out, "", text);
	}
	add(out, "\n", name_of(part));
	text[0] = '\0';
	add_what(part, text);
	add(out, "\n", text);
	add(out, "\n", igdrom_firmware_node_guid(part->node));
	add_place(part, out);
	if (packed) {
		text[0] = '\0';
		add(text, " ", igdrom_firmware_node_compression(packed));
		add_size(text, ", unpacks to ", igdrom_firmware_node_decoded(packed).size);
		add(out, "\n", text);
	}
}

void draw_mark_words(const struct draw_plan *plan, const struct draw_part *part,
		     char out[DRAW_WORDS])
{
	const char *text;

	out[0] = '\0';
	switch (part->mark) {
	case DRAW_GOP:
		add(out, " ", "GOP");
		add(out, " ",
		    igdrom_gop_version(igdrom_contents_gop_at(plan->contents, part->index)));
		break;
	case DRAW_VBT:
		text = igdrom_vbt_signature(igdrom_contents_vbt_at(plan->contents, part->index));
		add(out, " ", "VBT");
		if (text && !strncmp(text, "$VBT ", 5))
			text += 5;
		add(out, " ", text);
		break;
	case DRAW_VBIOS:
		add(out, " ", "VBIOS");
		break;
	case DRAW_GUEST:
		text = igdrom_firmware_node_role(part->node);
		add(out, " ", text && !strcmp(text, "guest") ? "our driver" : "our ROM");
		break;
	default:
		add(out, " ", name_of(part) ? name_of(part) : "GOP policy");
		break;
	}
}

void draw_list_words(const struct draw_plan *plan, const struct draw_part *part,
		     char out[DRAW_WORDS])
{
	char text[64];
	bool in_file = igdrom_firmware_node_in_file(part->node);

	draw_mark_words(plan, part, out);
	if (part->mark != DRAW_HELPER)
		add(out, ": ", name_of(part));
	add(out, ", ", igdrom_firmware_node_guid(part->node));
	add_size(out, ", ", size_of(part));
	snprintf(text, sizeof(text), "at 0x%" PRIx64, igdrom_firmware_node_offset(part->node));
	add(out, ", ", text);
	snprintf(text, sizeof(text), "of what is unpacked from 0x%" PRIx64,
		 igdrom_firmware_node_file_offset(part->node));
	if (!in_file)
		add(out, " ", text);
}

void draw_head_words(const struct draw_plan *plan, char out[DRAW_WORDS])
{
	uint64_t size = igdrom_firmware_node_bytes(igdrom_firmware_root(plan->firmware)).size;
	uint64_t decoded = igdrom_firmware_decoded_size(plan->firmware);
	char text[64];

	out[0] = '\0';
	snprintf(text, sizeof(text), "%" PRIu64 " bytes", size);
	add_size(out, " ", size);
	if (size >= 1024)
		add(out, " = ", text);
	snprintf(text, sizeof(text), "%zu parts", igdrom_firmware_node_count(plan->firmware));
	add(out, ", ", text);
	if (decoded) {
		add_size(out, ", ", decoded);
		add(out, " ", "unpacked");
	}
	if (igdrom_firmware_is_virtual(plan->firmware))
		add(out, ", ", "firmware of a virtual machine");
}

void draw_lane_words(const struct draw_plan *plan, const struct draw_lane *lane,
		     char out[DRAW_WORDS])
{
	char text[32];

	out[0] = '\0';
	if (!lane->origin) {
		add(out, " ", "The file");
	} else if (igdrom_firmware_node_kind(lane->origin) == IGDROM_NODE_ENTRY) {
		add(out, " ", igdrom_firmware_node_name(lane->origin));
	} else {
		add(out, " ", "Unpacked");
		if (igdrom_firmware_node_compression(lane->origin)) {
			add(out, " ", "by");
			add(out, " ", igdrom_firmware_node_compression(lane->origin));
		}
		if (lane->part != DRAW_NONE) {
			snprintf(text, sizeof(text), "from 0x%" PRIx64,
				 plan->parts[lane->part].offset);
			add(out, " ", text);
		}
	}
	add_size(out, ": ", lane->size);
}
