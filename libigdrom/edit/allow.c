/* SPDX-License-Identifier: BSD-2-Clause */
/* What is not changed, or only when that is asked for. */
#include "edit/edit.h"

#include "firmware/section.h"

#include <string.h>

/* Firmware interface table: its address stands 40h bytes below 4 GiB, where the image ends. Boards of
 * vendors have it; OVMF has not (Intel, Firmware Interface Table BIOS Specification 1.4). */
#define FIT_POINTER_FROM_END 0x40
#define FIT_SIGNATURE        "_FIT_   "
#define FIT_SIGNATURE_SIZE   8

static bool has_fit(const struct igdrom_firmware_node *root)
{
	struct igdrom_bytes image = igdrom_firmware_node_bytes(root);
	struct cur all = cur_from(image.data, image.size, 0), c;
	const uint8_t *signature;
	uint64_t end = UINT64_C(1) << 32, at;

	if (image.size < FIT_POINTER_FROM_END)
		return false;
	c = cur_tail(&all, image.size - FIT_POINTER_FROM_END);
	at = cur_u32le(&c);
	if (at >= end || end - at > image.size)
		return false;
	c = cur_tail(&all, image.size - (end - at));
	signature = cur_take(&c, FIT_SIGNATURE_SIZE);
	return signature && memcmp(signature, FIT_SIGNATURE, FIT_SIGNATURE_SIZE) == 0;
}

static bool refuse(struct igdrom_report *report, const struct igdrom_firmware_node *node,
		   enum finding_code code)
{
	const char *type = *node->type ? node->type : igdrom_node_kind_name(node->kind);

	report_add(report, code,
		   node->stream->exact ? fw_at(node->stream, node->offset) : IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_S(type)));
	return false;
}

static bool is_signed(const struct igdrom_firmware_node *node)
{
	const struct fw_known_guid *known;
	struct cur c = fw_cur(fw_span_of(node));
	struct fw_section_header header;
	const uint8_t *guid;

	if (node->kind != IGDROM_NODE_SECTION || node->type_number != FW_SECTION_GUID_DEFINED ||
	    fw_decode_section_header(&c, &header) != IGDROM_OK)
		return false;
	guid = cur_take(&c, FW_GUID_SIZE);
	known = guid ? fw_known_guid(guid) : NULL;
	return known && known->kind == FW_GUID_SIGNED;
}

bool edit_has_files(const struct igdrom_firmware_node *volume)
{
	struct fw_volume_header header;
	struct cur c = fw_cur(fw_span_of(volume));
	const struct fw_known_guid *known;

	if (fw_decode_volume_header(&c, &header) != IGDROM_OK)
		return false;
	known = fw_known_guid(header.file_system);
	return known && (known->kind == FW_GUID_FFS1 || known->kind == FW_GUID_FFS2 ||
			 known->kind == FW_GUID_FFS3);
}

bool edit_is_allowed(const struct igdrom_edit *edit, const struct igdrom_firmware_node *volume,
		     struct igdrom_report *report)
{
	bool vendor = edit->flags & IGDROM_EDIT_VENDOR;
	enum finding_code code;

	if (!edit_has_files(volume))
		return refuse(report, volume, FINDING_EDIT_FILE_SYSTEM);
	if (!vendor &&
	    (has_fit(igdrom_firmware_root(edit->firmware)) || edit_is_board(edit->firmware)))
		return refuse(report, igdrom_firmware_root(edit->firmware), FINDING_EDIT_VENDOR);
	for (const struct igdrom_firmware_node *n = volume; n; n = n->parent) {
		if (!edit_is_sound(n, &code))
			return refuse(report, n, code);
		switch (n->kind) {
		case IGDROM_NODE_IMAGE:
		case IGDROM_NODE_VOLUME:
		case IGDROM_NODE_FILE:
		case IGDROM_NODE_RAW:
			break;
		case IGDROM_NODE_PADDING:
			return refuse(report, volume, FINDING_EDIT_LOST);
		case IGDROM_NODE_SECTION:
			if (is_signed(n))
				return refuse(report, n, FINDING_EDIT_SIGNED);
			break;
		case IGDROM_NODE_FLASH:
		case IGDROM_NODE_REGION:
			if (!vendor)
				return refuse(report, n, FINDING_EDIT_VENDOR);
			break;
		case IGDROM_NODE_CAPSULE:
			return refuse(report, n, FINDING_EDIT_SIGNED);
		default:
			return refuse(report, n, FINDING_EDIT_PACKAGE);
		}
	}
	return true;
}
