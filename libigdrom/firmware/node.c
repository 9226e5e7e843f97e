/* SPDX-License-Identifier: BSD-2-Clause */
/* What the outside sees of a tree. */
#include "firmware/engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const struct igdrom_firmware_node *igdrom_firmware_root(const struct igdrom_firmware *firmware)
{
	return firmware ? firmware->root : NULL;
}

size_t igdrom_firmware_node_count(const struct igdrom_firmware *firmware)
{
	return firmware ? firmware->node_count : 0;
}

uint64_t igdrom_firmware_decoded_size(const struct igdrom_firmware *firmware)
{
	return firmware ? firmware->decoded_size : 0;
}

const struct igdrom_firmware_node *
igdrom_firmware_node_parent(const struct igdrom_firmware_node *node)
{
	return node ? node->parent : NULL;
}

const struct igdrom_firmware_node *
igdrom_firmware_node_first_child(const struct igdrom_firmware_node *node)
{
	return node ? node->first : NULL;
}

const struct igdrom_firmware_node *
igdrom_firmware_node_next(const struct igdrom_firmware_node *node)
{
	return node ? node->next : NULL;
}

const struct igdrom_firmware_node *
igdrom_firmware_node_walk(const struct igdrom_firmware_node *node)
{
	if (node && node->first)
		return node->first;
	while (node && !node->next)
		node = node->parent;
	return node ? node->next : NULL;
}

enum igdrom_node_kind igdrom_firmware_node_kind(const struct igdrom_firmware_node *node)
{
	return node ? node->kind : IGDROM_NODE_RAW;
}

const char *igdrom_node_kind_name(enum igdrom_node_kind kind)
{
	static const char *const names[] = {
		[IGDROM_NODE_IMAGE] = "image",
		[IGDROM_NODE_ENTRY] = "entry",
		[IGDROM_NODE_CAPSULE] = "capsule",
		[IGDROM_NODE_FLASH] = "flash",
		[IGDROM_NODE_REGION] = "region",
		[IGDROM_NODE_PARTITION] = "partition",
		[IGDROM_NODE_VOLUME] = "volume",
		[IGDROM_NODE_FILE] = "file",
		[IGDROM_NODE_SECTION] = "section",
		[IGDROM_NODE_CBFS] = "cbfs",
		[IGDROM_NODE_CBFS_FILE] = "cbfs-file",
		[IGDROM_NODE_OPTION_ROM] = "option-rom",
		[IGDROM_NODE_RAW] = "raw",
		[IGDROM_NODE_PADDING] = "padding",
		[IGDROM_NODE_FREE_SPACE] = "free-space",
	};

	if ((size_t)kind >= sizeof(names) / sizeof(names[0]) || !names[kind])
		return "unknown";
	return names[kind];
}

const char *igdrom_firmware_node_type(const struct igdrom_firmware_node *node)
{
	return node ? node->type : "";
}

unsigned igdrom_firmware_node_type_number(const struct igdrom_firmware_node *node)
{
	return node ? node->type_number : 0;
}

const char *igdrom_firmware_node_guid(const struct igdrom_firmware_node *node)
{
	return node ? node->guid : NULL;
}

const char *igdrom_firmware_node_name(const struct igdrom_firmware_node *node)
{
	return node ? node->name : NULL;
}

static const struct fw_known_guid *known_file(const struct igdrom_firmware_node *node)
{
	if (!node || node->kind != IGDROM_NODE_FILE || node->size < FW_GUID_SIZE)
		return NULL;
	return fw_known_guid(node->stream->data + node->offset);
}

const char *igdrom_firmware_node_role(const struct igdrom_firmware_node *node)
{
	static const char *const roles[] = {
		[FW_GUID_GOP] = "gop",
		[FW_GUID_VBT] = "vbt",
		[FW_GUID_VBIOS] = "vbios",
		[FW_GUID_POLICY] = "policy",
		[FW_GUID_ASSIGNMENT] = "assignment",
		[FW_GUID_GUEST] = "guest",
		[FW_GUID_GUEST_ROM] = "guest-rom",
		[FW_GUID_VM] = "vm",
	};
	const struct fw_known_guid *known = known_file(node);

	if (!known || (size_t)known->kind >= sizeof(roles) / sizeof(roles[0]))
		return NULL;
	return roles[known->kind];
}

#define TYPE_DXE_CORE 0x05 /* PI 1.8 volume 3, 2.1.4.1 */

bool igdrom_firmware_is_virtual(const struct igdrom_firmware *firmware)
{
	bool core = false, served = false;

	for (const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware); node;
	     node = igdrom_firmware_node_walk(node)) {
		const struct fw_known_guid *known = known_file(node);

		if (node->kind == IGDROM_NODE_FLASH || node->kind == IGDROM_NODE_CAPSULE)
			return false;
		core |= node->kind == IGDROM_NODE_FILE && node->type_number == TYPE_DXE_CORE;
		served |= known && known->kind == FW_GUID_VM;
	}
	return core && served;
}

static struct igdrom_bytes bytes_of(struct fw_span span)
{
	if (span.size == 0)
		return (struct igdrom_bytes){NULL, 0};
	return (struct igdrom_bytes){span.stream->data + span.offset, span.size};
}

struct igdrom_bytes igdrom_firmware_node_bytes(const struct igdrom_firmware_node *node)
{
	return node ? bytes_of(fw_span_of(node)) : (struct igdrom_bytes){NULL, 0};
}

struct igdrom_bytes igdrom_firmware_node_body(const struct igdrom_firmware_node *node)
{
	return node ? bytes_of(fw_body_of(node)) : (struct igdrom_bytes){NULL, 0};
}

bool igdrom_firmware_node_is_decoded(const struct igdrom_firmware_node *node)
{
	return node && node->decoded;
}

struct igdrom_bytes igdrom_firmware_node_decoded(const struct igdrom_firmware_node *node)
{
	if (!igdrom_firmware_node_is_decoded(node))
		return (struct igdrom_bytes){NULL, 0};
	return (struct igdrom_bytes){node->decoded->data, node->decoded->size};
}

const char *igdrom_firmware_node_compression(const struct igdrom_firmware_node *node)
{
	return node ? node->compression : NULL;
}

uint64_t igdrom_firmware_node_offset(const struct igdrom_firmware_node *node)
{
	return node ? node->offset : 0;
}

bool igdrom_firmware_node_in_file(const struct igdrom_firmware_node *node)
{
	return node && node->stream->exact;
}

uint64_t igdrom_firmware_node_file_offset(const struct igdrom_firmware_node *node)
{
	return node ? fw_at(node->stream, node->offset) : 0;
}

#define STEP_BYTES 512

/* One step of a path; its length, at most STEP_BYTES - 1. */
static size_t print_step(const struct igdrom_firmware_node *node, char out[STEP_BYTES])
{
	const char *guid = node->guid ? node->guid : "";
	const char *name = node->name ? node->name : "";
	const char *gap = name[0] ? " " : "";
	const char *kind = igdrom_node_kind_name(node->kind);
	int n;

	switch (node->kind) {
	case IGDROM_NODE_SECTION:
		n = snprintf(out, STEP_BYTES, "%s", node->type[0] ? node->type : kind);
		break;
	case IGDROM_NODE_FILE:
		n = snprintf(out, STEP_BYTES, "%s %s%s%s", kind, guid, gap, name);
		break;
	case IGDROM_NODE_VOLUME:
		n = snprintf(out, STEP_BYTES, "%s %s", kind, guid);
		break;
	case IGDROM_NODE_REGION:
	case IGDROM_NODE_PARTITION:
		n = snprintf(out, STEP_BYTES, "%s %s", node->type[0] ? node->type : name, kind);
		break;
	case IGDROM_NODE_RAW:
	case IGDROM_NODE_PADDING:
	case IGDROM_NODE_FREE_SPACE:
	case IGDROM_NODE_OPTION_ROM:
		n = snprintf(out, STEP_BYTES, "%s at 0x%" PRIx64, kind, (uint64_t)node->offset);
		break;
	default:
		n = snprintf(out, STEP_BYTES, "%s%s%s", kind, gap, name);
		break;
	}
	return n < 0 ? 0 : n < STEP_BYTES ? (size_t)n : STEP_BYTES - 1;
}

enum igdrom_status igdrom_firmware_node_path(const struct igdrom_firmware_node *node, char **out)
{
	const struct igdrom_firmware_node *step;
	char text[STEP_BYTES];
	size_t size = 1, left;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!node)
		return IGDROM_E_INVAL;
	for (step = node; step->parent; step = step->parent)
		size += print_step(step, text) + (step->parent->parent != NULL);
	*out = malloc(size);
	if (!*out)
		return IGDROM_E_NOMEM;
	left = size - 1;
	(*out)[left] = '\0';
	for (step = node; step->parent; step = step->parent) {
		size_t n = print_step(step, text);

		left -= n;
		memcpy(*out + left, text, n);
		if (left)
			(*out)[--left] = '/';
	}
	return IGDROM_OK;
}
