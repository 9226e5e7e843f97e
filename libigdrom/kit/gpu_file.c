/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of a firmware volume that are there for an assigned GPU: ours, and those that others put in. */
#include "kit/internal.h"

#include "edit/edit.h"
#include "firmware/section.h"
#include "vbt/vbt.h"

#include <string.h>

static bool is_file(const struct igdrom_firmware_node *node)
{
	return node && node->kind == IGDROM_NODE_FILE && node->parent &&
	       node->parent->kind == IGDROM_NODE_VOLUME;
}

/* The next node of a file, without those of volumes that lie in it; NULL after the last. */
static const struct igdrom_firmware_node *next_in(const struct igdrom_firmware_node *file,
						  const struct igdrom_firmware_node *n)
{
	if (n->first && n->kind != IGDROM_NODE_VOLUME)
		return n->first;
	while (n != file && !n->next)
		n = n->parent;
	return n == file ? NULL : n->next;
}

static enum igdrom_status look_at_driver(struct igdrom_bytes pe, enum igdrom_gpu_file *out)
{
	struct igdrom_gop *gop = NULL;
	enum igdrom_status status = igdrom_gop_identify(pe.data, pe.size, NULL, &gop);
	unsigned provides;

	igdrom_gop_free(gop);
	if (status == IGDROM_E_NOMEM)
		return status;
	/* A GOP driver has the GUID because it asks for the policy. */
	provides = status == IGDROM_OK ? 0 : kit_provides(pe);
	if (status == IGDROM_OK)
		*out = IGDROM_GPU_FILE_GOP;
	else if (provides & IGDROM_PROVIDES_OPREGION)
		*out = IGDROM_GPU_FILE_ASSIGNMENT;
	else if (provides & IGDROM_PROVIDES_GOP_POLICY)
		*out = IGDROM_GPU_FILE_POLICY;
	return IGDROM_OK;
}

static bool begins_with_vbt(struct igdrom_bytes bytes)
{
	size_t at, size;

	return vbt_find(cur_from(bytes.data, bytes.size, 0), 0, &at, &size) && at == 0;
}

static enum igdrom_status look_at(const struct igdrom_firmware_node *file,
				  enum igdrom_gpu_file *out)
{
	enum igdrom_status status = IGDROM_OK;

	*out = IGDROM_GPU_FILE_NONE;
	if (!is_file(file) || !file->guid)
		return IGDROM_OK;
	if (!strcmp(file->guid, KIT_GUEST_GUID))
		*out = IGDROM_GPU_FILE_DRIVER;
	else if (!strcmp(file->guid, KIT_ROM_GUID))
		*out = IGDROM_GPU_FILE_ROM;
	for (const struct igdrom_firmware_node *n = file;
	     n && status == IGDROM_OK && *out == IGDROM_GPU_FILE_NONE; n = next_in(file, n)) {
		struct igdrom_bytes body;

		if (n->kind != IGDROM_NODE_SECTION)
			continue;
		body = igdrom_firmware_node_body(n);
		if (file->type_number == IGDROM_FILE_TYPE_DRIVER &&
		    n->type_number == FW_SECTION_PE32)
			status = look_at_driver(body, out);
		else if (file->type_number == IGDROM_FILE_TYPE_FREEFORM &&
			 n->type_number == FW_SECTION_RAW && begins_with_vbt(body))
			*out = IGDROM_GPU_FILE_VBT;
	}
	return status;
}

enum igdrom_gpu_file igdrom_edit_gpu_file(const struct igdrom_firmware_node *file)
{
	enum igdrom_gpu_file kind;

	return look_at(file, &kind) == IGDROM_OK ? kind : IGDROM_GPU_FILE_NONE;
}

const char *igdrom_gpu_file_name(enum igdrom_gpu_file kind)
{
	switch (kind) {
	case IGDROM_GPU_FILE_NONE:
		break;
	case IGDROM_GPU_FILE_DRIVER:
		return "our driver";
	case IGDROM_GPU_FILE_ROM:
		return "our ROM";
	case IGDROM_GPU_FILE_GOP:
		return "GOP driver";
	case IGDROM_GPU_FILE_POLICY:
		return "GOP policy driver";
	case IGDROM_GPU_FILE_ASSIGNMENT:
		return "IGD assignment driver";
	case IGDROM_GPU_FILE_VBT:
		return "VBT";
	}
	return NULL;
}

enum igdrom_status igdrom_edit_remove_gpu_files(struct igdrom_edit *edit,
						struct igdrom_report *report)
{
	enum igdrom_status status = IGDROM_OK;

	if (!edit)
		return IGDROM_E_INVAL;
	for (const struct igdrom_firmware_node *n = igdrom_firmware_root(edit->firmware);
	     n && status == IGDROM_OK; n = igdrom_firmware_node_walk(n)) {
		enum igdrom_gpu_file kind;

		status = look_at(n, &kind);
		if (status == IGDROM_OK && kind != IGDROM_GPU_FILE_NONE)
			status = igdrom_edit_remove(edit, n, report);
	}
	return status;
}
