/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware of virtual machines: what of ours or of others is in it, and the room for more. */
#include "firmware.h"

#include <string.h>

#define LINE_ROOM 512

static bool has_role(const struct igdrom_firmware_node *node, const char *role)
{
	const char *of = igdrom_firmware_node_role(node);

	return of && !strcmp(of, role);
}

size_t mark_ours(const struct igdrom_firmware *firmware, struct mark *marks)
{
	size_t count = 0;

	for (const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware); node;
	     node = igdrom_firmware_node_walk(node)) {
		if (!has_role(node, "guest"))
			continue;
		if (marks)
			marks[count] = (struct mark){.node = node, .text = "our driver"};
		count++;
	}
	return count;
}

bool has_guest_driver(const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware);

	while (node && !has_role(node, "guest"))
		node = igdrom_firmware_node_walk(node);
	return node != NULL;
}

bool takes_guest_driver(const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *volume = igdrom_edit_driver_volume(firmware);
	struct igdrom_edit *edit = NULL;
	enum igdrom_status status = IGDROM_E_NOT_FOUND;

	if (volume && igdrom_firmware_is_virtual(firmware))
		status = igdrom_edit_new(firmware, 0, &edit);
	if (status == IGDROM_OK)
		status = igdrom_edit_add_guest_driver(edit, volume, NULL);
	igdrom_edit_free(edit);
	return status == IGDROM_OK;
}

static void show_file(const struct style *style, const struct igdrom_firmware_node *node,
		      const char *label, const char *words)
{
	char line[LINE_ROOM], size[32];
	const char *name = igdrom_firmware_node_name(node);

	snprintf(line, sizeof(line), "%.200s, %s: %s",
		 name ? name : igdrom_firmware_node_guid(node),
		 size_text(igdrom_firmware_node_bytes(node).size, size), words);
	print_field(style, label, line);
}

/* Free bytes of the volume around the packed part that a volume comes from; false: it is not
 * packed. */
static bool packed_room(const struct igdrom_firmware_node *volume, uint64_t *room)
{
	bool packed = false;

	for (const struct igdrom_firmware_node *node = igdrom_firmware_node_parent(volume); node;
	     node = igdrom_firmware_node_parent(node)) {
		packed |= igdrom_firmware_node_is_decoded(node);
		if (packed && igdrom_firmware_node_kind(node) == IGDROM_NODE_VOLUME) {
			*room = igdrom_edit_room(node);
			return true;
		}
	}
	return false;
}

static void show_room(const struct style *style, const struct igdrom_firmware_node *volume)
{
	char line[LINE_ROOM], free_text[32], packed_text[32];
	uint64_t packed;

	size_text(igdrom_edit_room(volume), free_text);
	if (packed_room(volume, &packed))
		snprintf(line, sizeof(line),
			 "%s in volume %.8s, where drivers go. The volume is packed; its packed "
			 "form "
			 "may grow by %s.",
			 free_text, igdrom_firmware_node_guid(volume),
			 size_text(packed, packed_text));
	else
		snprintf(line, sizeof(line), "%s in volume %.8s, where drivers go.", free_text,
			 igdrom_firmware_node_guid(volume));
	print_field(style, "Room", line);
}

void show_virtual(const struct call *call, const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *volume = igdrom_edit_driver_volume(firmware);

	if (!igdrom_firmware_is_virtual(firmware))
		return;
	print_field(&call->style, "For", "virtual machines (OVMF or another build of EDK II)");
	for (const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware); node;
	     node = igdrom_firmware_node_walk(node)) {
		if (has_role(node, "guest"))
			show_file(&call->style, node, "Our driver",
				  "it prepares the GPU and starts the GOP driver.");
		if (has_role(node, "guest-rom"))
			show_file(&call->style, node, "Our ROM",
				  "our driver takes GOP drivers and a VBT from it.");
		if (has_role(node, "assignment"))
			show_file(&call->style, node, "Assignment",
				  "it prepares the GPU, as our driver does too.");
		if (has_role(node, "policy"))
			show_file(&call->style, node, "GOP policy",
				  "it gives a VBT to the GOP driver, as our driver does too.");
	}
	if (volume && igdrom_firmware_node_guid(volume))
		show_room(&call->style, volume);
}
