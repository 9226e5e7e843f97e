/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/containers.h"

enum igdrom_status fw_flash_decode_map(struct cur *c, struct flash_map *out)
{
	out->signature = cur_u32le(c);
	out->flmap0 = cur_u32le(c);
	out->flmap1 = cur_u32le(c);
	out->flmap2 = cur_u32le(c);
	return c->err;
}

enum igdrom_status fw_bpdt_decode_header(struct cur *c, struct bpdt_header *out)
{
	out->signature = cur_u32le(c);
	out->entry_count = cur_u16le(c);
	out->version = cur_u8(c);
	out->redundancy = cur_u8(c);
	out->checksum = cur_u32le(c);
	out->ifwi_version = cur_u32le(c);
	out->fit_version = cur_u64le(c);
	return c->err;
}

enum igdrom_status fw_bpdt_decode_entry(struct cur *c, struct bpdt_entry *out)
{
	out->type = cur_u16le(c);
	out->flags = cur_u16le(c);
	out->offset = cur_u32le(c);
	out->size = cur_u32le(c);
	return c->err;
}

enum igdrom_status fw_cpd_decode_header(struct cur *c, struct cpd_header *out)
{
	out->signature = cur_u32le(c);
	out->entry_count = cur_u32le(c);
	out->version = cur_u8(c);
	out->entry_version = cur_u8(c);
	out->header_size = cur_u8(c);
	out->checksum = cur_u8(c);
	cur_bytes(c, out->name, sizeof(out->name));
	return c->err;
}

enum igdrom_status fw_cpd_decode_entry(struct cur *c, struct cpd_entry *out)
{
	cur_bytes(c, out->name, sizeof(out->name));
	out->offset = cur_u32le(c);
	out->size = cur_u32le(c);
	out->reserved = cur_u32le(c);
	return c->err;
}
