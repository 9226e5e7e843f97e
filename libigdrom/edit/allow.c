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
#define FIT_ENTRY_SIZE       16
#define FIT_TYPE_AT          14
#define FIT_TYPE_MASK        0x7f
#define FIT_BOOT_POLICY      0x0c

#define MANIFEST_SIGNATURE      "__ACBP__"
#define MANIFEST_SIGNATURE_SIZE 8

/* The bytes of the image from an address on. */
static struct cur at_address(struct igdrom_bytes image, uint64_t address)
{
	struct cur all = cur_from(image.data, image.size, 0);
	uint64_t end = UINT64_C(1) << 32;

	return cur_tail(&all, address < end && end - address <= image.size
				      ? image.size - (end - address)
				      : UINT64_MAX);
}

/* The table behind its signature. */
static bool find_fit(const struct igdrom_firmware_node *root, struct cur *out)
{
	struct igdrom_bytes image = igdrom_firmware_node_bytes(root);
	struct cur c = at_address(image, (UINT64_C(1) << 32) - FIT_POINTER_FROM_END);
	const uint8_t *signature;

	*out = at_address(image, cur_u32le(&c));
	signature = cur_take(out, FIT_SIGNATURE_SIZE);
	return c.err == IGDROM_OK && signature &&
	       memcmp(signature, FIT_SIGNATURE, FIT_SIGNATURE_SIZE) == 0;
}

/* Where the boot policy manifest of Boot Guard is, of which the table behind c tells. */
static bool find_manifest(const struct igdrom_firmware_node *root, struct cur c, uint64_t *at)
{
	uint32_t count = cur_u24le(&c);

	cur_skip(&c, FIT_ENTRY_SIZE - FIT_SIGNATURE_SIZE - 3);
	for (uint32_t i = 1; i < count && c.err == IGDROM_OK; i++) {
		uint64_t address = cur_u64le(&c);
		struct cur manifest = at_address(igdrom_firmware_node_bytes(root), address);
		const uint8_t *signature;
		uint8_t type;

		*at = manifest.at;
		signature = cur_take(&manifest, MANIFEST_SIGNATURE_SIZE);
		cur_skip(&c, FIT_TYPE_AT - 8);
		type = cur_u8(&c) & FIT_TYPE_MASK;
		cur_skip(&c, 1);
		if (type == FIT_BOOT_POLICY && signature &&
		    memcmp(signature, MANIFEST_SIGNATURE, MANIFEST_SIGNATURE_SIZE) == 0)
			return true;
	}
	return false;
}

/* The only capsule that says so of itself. */
#define UNSIGNED_CAPSULE "AMI Aptio unsigned"

/* Says what a node is; always false. */
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

bool edit_is_open(const struct igdrom_firmware_node *node, const struct igdrom_firmware_node *end,
		  struct igdrom_report *report)
{
	enum finding_code code;

	for (; node && node != end; node = node->parent) {
		if (is_signed(node))
			return refuse(report, node, FINDING_EDIT_SIGNED);
		if (!edit_is_sound(node, &code))
			return refuse(report, node, code);
	}
	return true;
}

/* Firmware of a board: only when that is asked for. */
static bool is_forced(struct igdrom_edit *edit, const struct igdrom_firmware_node *node,
		      struct igdrom_report *report)
{
	if (!(edit->flags & IGDROM_EDIT_VENDOR))
		return refuse(report, node, FINDING_EDIT_VENDOR);
	edit->forced = node;
	return true;
}

/* What the interface table of the whole image says; an image of a virtual machine has none. */
static bool board_allows(struct igdrom_edit *edit, struct igdrom_report *report)
{
	const struct igdrom_firmware_node *root = igdrom_firmware_root(edit->firmware);
	struct cur fit;
	uint64_t at;

	if (!find_fit(root, &fit))
		return !edit_is_board(edit->firmware) || is_forced(edit, root, report);
	if (!find_manifest(root, fit, &at))
		return is_forced(edit, root, report);
	report_add(report, FINDING_EDIT_BOOT_GUARD, at, REPORT_NO_ARGS);
	return false;
}

/* Whether a volume may be changed inside of this node. */
static bool allows(struct igdrom_edit *edit, const struct igdrom_firmware_node *volume,
		   const struct igdrom_firmware_node *node, struct igdrom_report *report)
{
	switch (node->kind) {
	case IGDROM_NODE_IMAGE:
	case IGDROM_NODE_VOLUME:
	case IGDROM_NODE_FILE:
	case IGDROM_NODE_RAW:
		return true;
	case IGDROM_NODE_SECTION:
		return !is_signed(node) || refuse(report, node, FINDING_EDIT_SIGNED);
	case IGDROM_NODE_FLASH:
	case IGDROM_NODE_REGION:
		return is_forced(edit, node, report);
	case IGDROM_NODE_PADDING:
		return refuse(report, volume, FINDING_EDIT_LOST);
	case IGDROM_NODE_CAPSULE:
		return refuse(report, node,
			      strcmp(node->type, UNSIGNED_CAPSULE) == 0 ? FINDING_EDIT_PACKAGE
									: FINDING_EDIT_SIGNED);
	default:
		return refuse(report, node, FINDING_EDIT_PACKAGE);
	}
}

bool edit_is_allowed(struct igdrom_edit *edit, const struct igdrom_firmware_node *volume,
		     struct igdrom_report *report)
{
	enum finding_code code;

	if (!edit_has_files(volume))
		return refuse(report, volume, FINDING_EDIT_FILE_SYSTEM);
	if (!board_allows(edit, report))
		return false;
	for (const struct igdrom_firmware_node *n = volume; n; n = n->parent) {
		if (!allows(edit, volume, n, report))
			return false;
		if (!edit_is_sound(n, &code))
			return refuse(report, n, code);
	}
	return true;
}

void edit_say_consequences(const struct igdrom_edit *edit, struct igdrom_report *report)
{
	if (edit->count == 0)
		return;
	if (edit->forced)
		(void)refuse(report, edit->forced, FINDING_EDIT_VENDOR_FORCED);
	report_add(report, FINDING_EDIT_MEASURED, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
}
