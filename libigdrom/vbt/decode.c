/* SPDX-License-Identifier: BSD-2-Clause */
/* Header and BIOS data block header, and where a VBT starts in any bytes. */
#include "vbt/internal.h"

static const uint8_t magic[] = {'$', 'V', 'B', 'T', ' '};
static const char bdb_magic[BDB_SIGNATURE_SIZE + 1] = "BIOS_DATA_BLOCK ";

enum igdrom_status vbt_decode_header(struct cur *c, struct vbt_header *out)
{
	cur_bytes(c, out->signature, sizeof(out->signature));
	out->version = cur_u16le(c);
	out->header_size = cur_u16le(c);
	out->vbt_size = cur_u16le(c);
	out->checksum = cur_u8(c);
	out->reserved = cur_u8(c);
	out->bdb_offset = cur_u32le(c);
	for (size_t i = 0; i < 4; i++)
		out->aim_offset[i] = cur_u32le(c);
	return c->err;
}

enum igdrom_status vbt_decode_bdb(struct cur *c, struct bdb_header *out)
{
	cur_bytes(c, out->signature, sizeof(out->signature));
	out->version = cur_u16le(c);
	out->header_size = cur_u16le(c);
	out->bdb_size = cur_u16le(c);
	return c->err;
}

/* The name ends in spaces or, on some boards, in NULs. */
static bool has_name(const struct vbt_header *header)
{
	for (size_t i = sizeof(magic); i < VBT_SIGNATURE_SIZE; i++) {
		uint8_t byte = header->signature[i];

		if (byte != 0 && (byte < ' ' || byte > '~'))
			return false;
	}
	return header->signature[sizeof(magic)] > ' ';
}

enum igdrom_status vbt_check_headers(const struct cur *c, struct vbt_header *header,
				     struct bdb_header *bdb)
{
	struct cur ahead = *c;

	if (ahead.left < 4 || memcmp(ahead.p, magic, 4) != 0)
		return IGDROM_E_NOT_RECOGNIZED;
	if (vbt_decode_header(&ahead, header) != IGDROM_OK)
		return ahead.err;
	if (memcmp(header->signature, magic, sizeof(magic)) != 0 || !has_name(header))
		return IGDROM_E_CORRUPT;
	if (header->header_size < VBT_HEADER_SIZE || header->header_size > VBT_MOST_HEADER ||
	    header->bdb_offset < header->header_size || header->vbt_size < BDB_HEADER_SIZE ||
	    header->bdb_offset > (uint32_t)header->vbt_size - BDB_HEADER_SIZE)
		return IGDROM_E_CORRUPT;
	if (header->vbt_size > c->left)
		return IGDROM_E_TRUNCATED;
	ahead = cur_sub(c, header->bdb_offset, BDB_HEADER_SIZE);
	if (vbt_decode_bdb(&ahead, bdb) != IGDROM_OK)
		return ahead.err;
	if (memcmp(bdb->signature, bdb_magic, sizeof(bdb->signature)) != 0 ||
	    bdb->version < BDB_LEAST_VERSION || bdb->version > BDB_MOST_VERSION ||
	    bdb->header_size < BDB_HEADER_SIZE)
		return IGDROM_E_CORRUPT;
	return IGDROM_OK;
}

bool vbt_find(struct cur c, size_t from, size_t *at, size_t *size)
{
	/* In code '$' is frequent and 'V' is not. */
	static const struct search_needle needle = {magic, sizeof(magic), 1};
	struct vbt_header header;
	struct bdb_header bdb;

	for (from = search_next(c.p, c.left, from, &needle); from < c.left;
	     from = search_next(c.p, c.left, from + 1, &needle)) {
		struct cur rest = cur_tail(&c, from);

		if (vbt_check_headers(&rest, &header, &bdb) == IGDROM_OK) {
			*at = from;
			*size = header.vbt_size;
			return true;
		}
	}
	return false;
}
