/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capsules. The header says where the contents begin and end; when it cannot be right, everything
 * behind it is searched.
 */
#include "firmware/containers.h"

#include <string.h>

/* An unknown GUID is taken for a capsule's only when the size fits the input to the byte. */
#define CAPSULE_MAX_HEADER    0x10000
#define CAPSULE_FLAGS_UNKNOWN UINT32_C(0xfff80000) /* UEFI 2.10, 8.5.3: none of them is defined */

enum layout {
	LAYOUT_EFI,
	LAYOUT_FMP,
	LAYOUT_TOSHIBA,
	LAYOUT_APTIO,
};

struct kind {
	uint8_t guid[FW_GUID_SIZE];
	enum layout layout;
	const char *name;
};

/* clang-format off */
#define GUID(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7) \
	{(a) & 0xff, (a) >> 8 & 0xff, (a) >> 16 & 0xff, (a) >> 24 & 0xff, (b) & 0xff, (b) >> 8, \
	 (c) & 0xff, (c) >> 8, d0, d1, d2, d3, d4, d5, d6, d7}

static const struct kind kinds[] = {
	{GUID(0x3b6686bd, 0x0d76, 0x4030, 0xb7, 0x0e, 0xb5, 0x51, 0x9e, 0x2f, 0xc5, 0xa0), LAYOUT_EFI, "EFI"},
	{GUID(0x6dcbd5ed, 0xe82d, 0x4c44, 0xbd, 0xa1, 0x71, 0x94, 0x19, 0x9a, 0xd9, 0x2a), LAYOUT_FMP, "FMP"},
	{GUID(0x539182b9, 0xabb5, 0x4391, 0xb6, 0x9a, 0xe3, 0xa9, 0x43, 0xf7, 0x2f, 0xcc), LAYOUT_EFI, "Intel"},
	{GUID(0xe20bafd3, 0x9914, 0x4f4f, 0x95, 0x37, 0x31, 0x29, 0xe0, 0x90, 0xeb, 0x3c), LAYOUT_EFI, "Lenovo"},
	{GUID(0x25b5fe76, 0x8243, 0x4a5c, 0xa9, 0xbd, 0x7e, 0xe3, 0x24, 0x61, 0x98, 0xb5), LAYOUT_EFI, "Lenovo"},
	{GUID(0x3be07062, 0x1d51, 0x45d2, 0x83, 0x2b, 0xf0, 0x93, 0x25, 0x7e, 0xd4, 0x61), LAYOUT_TOSHIBA, "Toshiba"},
	{GUID(0x4a3ca68b, 0x7723, 0x48fb, 0x80, 0x3d, 0x57, 0x8c, 0xc1, 0xfe, 0xc4, 0x4d), LAYOUT_APTIO, "AMI Aptio signed"},
	{GUID(0x14eebb90, 0x890a, 0x43db, 0xae, 0xd1, 0x5d, 0x3c, 0x45, 0x88, 0xa4, 0x18), LAYOUT_APTIO, "AMI Aptio unsigned"},
	/* Windows puts it in front of one with firmware (UEFI 2.10, 23.5). */
	{GUID(0x3b8c8162, 0x188c, 0x46a4, 0xae, 0xc9, 0xbe, 0x43, 0xf1, 0xd6, 0x56, 0x97), LAYOUT_EFI, "display"},
};
/* clang-format on */

/* A system's own GUID (its ESRT entry) in place of one of the known ones. */
static const struct kind other_kind = {{0}, LAYOUT_EFI, "EFI, of one device"};

static const struct kind *find_kind(const uint8_t guid[FW_GUID_SIZE])
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (memcmp(kinds[i].guid, guid, FW_GUID_SIZE) == 0)
			return &kinds[i];
	}
	return NULL;
}

static bool is_other(const struct capsule_header *header, size_t size)
{
	static const uint8_t none[FW_GUID_SIZE];

	return header->image_size == size && header->header_size >= CAPSULE_HEADER_SIZE &&
	       header->header_size <= CAPSULE_MAX_HEADER && header->header_size < size &&
	       (header->flags & CAPSULE_FLAGS_UNKNOWN) == 0 &&
	       memcmp(header->guid, none, sizeof(none)) != 0;
}

static const struct kind *recognize(const struct cur *c, struct capsule_header *header)
{
	struct cur wire = *c;
	const struct kind *kind;

	if (fw_capsule_decode_header(&wire, header) != IGDROM_OK)
		return NULL;
	kind = find_kind(header->guid);
	if (!kind)
		return is_other(header, c->left) ? &other_kind : NULL;
	wire = *c;
	if (kind->layout == LAYOUT_TOSHIBA && fw_capsule_decode_toshiba(&wire, header) != IGDROM_OK)
		return NULL;
	return kind;
}

bool fw_is_capsule(struct cur c)
{
	struct capsule_header header;

	return recognize(&c, &header) != NULL;
}

/* Where the contents begin; 0 when the capsule does not say it. */
static uint32_t body_offset(const struct cur *c, const struct kind *kind,
			    const struct capsule_header *header)
{
	struct capsule_aptio aptio;
	struct cur wire = cur_tail(c, CAPSULE_HEADER_SIZE);

	if (kind->layout != LAYOUT_APTIO)
		return header->header_size;
	if (fw_capsule_decode_aptio(&wire, &aptio) != IGDROM_OK)
		return 0;
	return aptio.rom_image_offset;
}

enum igdrom_status fw_read_capsule(struct fw *fw, struct igdrom_firmware_node *parent,
				   struct fw_span span)
{
	struct cur c = fw_cur(span);
	struct capsule_header header;
	struct igdrom_firmware_node *node;
	const struct kind *kind = recognize(&c, &header);
	fw_parser *parser;
	enum igdrom_status status;
	size_t begin, end;

	if (!kind)
		return fw_later(fw, parent, fw_read_raw_area, span);
	parser = kind->layout == LAYOUT_FMP ? fw_read_fmp : fw_read_any;
	begin = body_offset(&c, kind, &header);
	end = header.image_size;
	if (end > span.size) {
		fw_note(fw, FINDING_FIRMWARE_CAPSULE_CUT, c.at,
			REPORT_ARGS(ARG_S(kind->name), ARG_U(end), ARG_U(span.size)));
		end = span.size;
	}
	if (begin < CAPSULE_HEADER_SIZE || begin >= end) {
		fw_note(fw, FINDING_FIRMWARE_CAPSULE_WRONG, c.at,
			REPORT_ARGS(ARG_S(kind->name), ARG_U(begin), ARG_U(end)));
		begin = CAPSULE_HEADER_SIZE;
		end = span.size;
		parser = fw_read_raw_area;
	}
	status = fw_add(fw, parent, IGDROM_NODE_CAPSULE, fw_sub(span, 0, end), begin, &node);
	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, 0, kind->name);
	status = fw_set_guid(fw, node, header.guid);
	return status == IGDROM_OK ? fw_later(fw, node, parser, fw_sub(span, begin, end - begin))
				   : status;
}
