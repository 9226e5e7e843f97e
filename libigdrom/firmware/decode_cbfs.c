/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/containers.h"

enum igdrom_status fw_cbfs_decode_file(struct cur *c, struct cbfs_file *out)
{
	cur_bytes(c, out->magic, sizeof(out->magic));
	out->size = cur_u32be(c);
	out->type = cur_u32be(c);
	out->attributes_offset = cur_u32be(c);
	out->offset = cur_u32be(c);
	return c->err;
}

enum igdrom_status fw_cbfs_decode_attribute(struct cur *c, struct cbfs_attribute *out)
{
	out->tag = cur_u32be(c);
	out->size = cur_u32be(c);
	return c->err;
}

enum igdrom_status fw_cbfs_decode_compression(struct cur *c, struct cbfs_compression *out)
{
	out->compression = cur_u32be(c);
	out->decompressed_size = cur_u32be(c);
	return c->err;
}

enum igdrom_status fw_cbfs_decode_segment(struct cur *c, struct cbfs_segment *out)
{
	out->type = cur_u32be(c);
	out->compression = cur_u32be(c);
	out->offset = cur_u32be(c);
	out->load_address = cur_u64be(c);
	out->size = cur_u32be(c);
	out->memory_size = cur_u32be(c);
	return c->err;
}

enum igdrom_status fw_fmap_decode_header(struct cur *c, struct fmap_header *out)
{
	cur_bytes(c, out->signature, sizeof(out->signature));
	out->version_major = cur_u8(c);
	out->version_minor = cur_u8(c);
	out->base = cur_u64le(c);
	out->size = cur_u32le(c);
	cur_bytes(c, out->name, sizeof(out->name));
	out->area_count = cur_u16le(c);
	return c->err;
}

enum igdrom_status fw_fmap_decode_area(struct cur *c, struct fmap_area *out)
{
	out->offset = cur_u32le(c);
	out->size = cur_u32le(c);
	cur_bytes(c, out->name, sizeof(out->name));
	out->flags = cur_u16le(c);
	return c->err;
}
