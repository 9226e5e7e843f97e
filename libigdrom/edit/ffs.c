/* SPDX-License-Identifier: BSD-2-Clause */
/* Puts a file of a firmware volume together (PI 1.8 volume 3, 3.2.3 and 3.2.5). */
#include "core/digest.h"
#include "edit/edit.h"
#include "firmware/section.h"

#include <stdlib.h>
#include <string.h>

#define MOST_BYTES        UINT32_MAX /* wide sizes of sections have 32 bits */
#define FFS3              "5473C07A-3DCB-4DCA-BD6F-1E9689E7349A"
#define SECTION_ALIGNMENT 4
#define LAST_TYPE         0xff
#define MOST_NAME_BYTES   1024

struct igdrom_ffs {
	struct build out; /* the header is filled in last */
	uint8_t type;
	bool named;
	uint8_t guid[FW_GUID_SIZE];
};

enum igdrom_status igdrom_ffs_new(unsigned type, const char *guid, struct igdrom_ffs **out)
{
	struct igdrom_ffs *ffs;
	uint8_t name[FW_GUID_SIZE] = {0};

	if (out)
		*out = NULL;
	if (!out || type == 0 || type > LAST_TYPE || (guid && !fw_parse_guid(guid, name)))
		return IGDROM_E_INVAL;
	ffs = calloc(1, sizeof(*ffs));
	if (!ffs)
		return IGDROM_E_NOMEM;
	ffs->out = build_new(MOST_BYTES);
	ffs->type = (uint8_t)type;
	ffs->named = guid != NULL;
	memcpy(ffs->guid, name, sizeof(name));
	build_reserve(&ffs->out, EDIT_FILE_HEADER);
	if (ffs->out.err != IGDROM_OK) {
		igdrom_ffs_free(ffs);
		return IGDROM_E_NOMEM;
	}
	*out = ffs;
	return IGDROM_OK;
}

void igdrom_ffs_free(struct igdrom_ffs *ffs)
{
	if (!ffs)
		return;
	build_free(&ffs->out);
	free(ffs);
}

static bool encloses(unsigned type)
{
	return type == FW_SECTION_COMPRESSED || type == FW_SECTION_GUID_DEFINED ||
	       type == FW_SECTION_DISPOSABLE;
}

static bool is_depex(unsigned type)
{
	return type == FW_SECTION_DXE_DEPEX || type == FW_SECTION_PEI_DEPEX ||
	       type == FW_SECTION_MM_DEPEX;
}

enum igdrom_status igdrom_ffs_add_section(struct igdrom_ffs *ffs, unsigned type, const void *data,
					  size_t size)
{
	bool wide;

	if (!ffs || (!data && size) || type == 0 || type > LAST_TYPE || encloses(type))
		return IGDROM_E_INVAL;
	if (ffs->out.size == 0)
		return IGDROM_E_STATE;
	if (is_depex(type) && igdrom_depex_check(type, data, size, NULL) != IGDROM_OK)
		return IGDROM_E_CORRUPT;
	if (size > MOST_BYTES - 2 * EDIT_SECTION_HEADER)
		return IGDROM_E_LIMIT;
	build_pad_to(&ffs->out, SECTION_ALIGNMENT, 0);
	wide = EDIT_SECTION_HEADER + size >= EDIT_MOST_NARROW;
	build_u24le(&ffs->out, wide ? EDIT_MOST_NARROW : (uint32_t)(EDIT_SECTION_HEADER + size));
	build_u8(&ffs->out, (uint8_t)type);
	if (wide)
		build_u32le(&ffs->out, (uint32_t)(2 * EDIT_SECTION_HEADER + size));
	build_bytes(&ffs->out, data, size);
	return ffs->out.err;
}

/* One character of UTF-8 that UCS-2 has; 0: none. */
static uint16_t next_character(const char **text)
{
	const uint8_t *p = (const uint8_t *)*text;
	unsigned more = p[0] >= 0xe0 ? 2 : p[0] >= 0xc0 ? 1 : 0;
	uint32_t value = more == 2 ? p[0] & 0x0f : more == 1 ? p[0] & 0x1f : p[0];

	if ((p[0] & 0xc0) == 0x80 || p[0] >= 0xf0)
		return 0;
	for (unsigned i = 1; i <= more; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (p[i] & 0x3f);
	}
	*text += more + 1;
	/* Longer than it has to be, or half of a pair. */
	if ((more == 1 && value < 0x80) || (more == 2 && value < 0x800) ||
	    (value >= 0xd800 && value < 0xe000))
		return 0;
	return (uint16_t)value;
}

enum igdrom_status igdrom_ffs_add_name(struct igdrom_ffs *ffs, const char *name)
{
	struct build text = build_new(2 * (MOST_NAME_BYTES + 1));
	enum igdrom_status status = IGDROM_OK;

	if (!ffs || !name || !*name || strlen(name) > MOST_NAME_BYTES)
		return IGDROM_E_INVAL;
	while (*name && status == IGDROM_OK) {
		uint16_t c = next_character(&name);

		if (c == 0)
			status = IGDROM_E_INVAL;
		build_u16le(&text, c);
	}
	build_u16le(&text, 0);
	if (status == IGDROM_OK)
		status = text.err;
	if (status == IGDROM_OK)
		status = igdrom_ffs_add_section(ffs, FW_SECTION_UI, text.data, text.size);
	build_free(&text);
	return status;
}

/* A name that the same type and content always get (RFC 9562, version 8). */
static void derive_guid(const struct igdrom_ffs *ffs, uint8_t out[FW_GUID_SIZE])
{
	uint8_t digest[DIGEST_SHA256_SIZE];

	digest_sha256(ffs->out.data + EDIT_TYPE_AT, ffs->out.size - EDIT_TYPE_AT, digest);
	memcpy(out, digest, FW_GUID_SIZE);
	out[7] = (uint8_t)((out[7] & 0x0f) | 0x80);
	out[8] = (uint8_t)((out[8] & 0x3f) | 0x80);
}

enum igdrom_status igdrom_ffs_finish(struct igdrom_ffs *ffs, struct igdrom_bytes *out)
{
	/* As large as it is; a volume that cannot hold it refuses it. */
	struct fw_volume_header volume = {.revision = 2, .attributes = VOLUME_ERASE_POLARITY};
	enum igdrom_status status;

	if (out)
		*out = (struct igdrom_bytes){0};
	if (!ffs || !out || !fw_parse_guid(FFS3, volume.file_system))
		return IGDROM_E_INVAL;
	if (ffs->out.err == IGDROM_OK && ffs->out.size <= EDIT_FILE_HEADER)
		return IGDROM_E_STATE;
	if (ffs->out.err == IGDROM_OK) {
		ffs->out.data[EDIT_TYPE_AT] = ffs->type;
		if (!ffs->named)
			derive_guid(ffs, ffs->guid);
		memcpy(ffs->out.data, ffs->guid, FW_GUID_SIZE);
		status = edit_finish_file(0, EDIT_FILE_HEADER, &volume, &ffs->out);
		if (status != IGDROM_OK)
			return status;
	}
	return build_finish(&ffs->out, out);
}
