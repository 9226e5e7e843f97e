/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware/containers.h"

enum igdrom_status fw_capsule_decode_header(struct cur *c, struct capsule_header *out)
{
	cur_bytes(c, out->guid, sizeof(out->guid));
	out->header_size = cur_u32le(c);
	out->flags = cur_u32le(c);
	out->image_size = cur_u32le(c);
	return c->err;
}

enum igdrom_status fw_capsule_decode_toshiba(struct cur *c, struct capsule_header *out)
{
	cur_bytes(c, out->guid, sizeof(out->guid));
	out->header_size = cur_u32le(c);
	out->image_size = cur_u32le(c);
	out->flags = cur_u32le(c);
	return c->err;
}

enum igdrom_status fw_capsule_decode_aptio(struct cur *c, struct capsule_aptio *out)
{
	out->rom_image_offset = cur_u16le(c);
	out->rom_layout_offset = cur_u16le(c);
	return c->err;
}

enum igdrom_status fw_fmp_decode_header(struct cur *c, struct fmp_header *out)
{
	out->version = cur_u32le(c);
	out->embedded_driver_count = cur_u16le(c);
	out->payload_item_count = cur_u16le(c);
	return c->err;
}

enum igdrom_status fw_fmp_decode_image_header(struct cur *c, struct fmp_image_header *out)
{
	out->version = cur_u32le(c);
	cur_bytes(c, out->update_image_type_id, sizeof(out->update_image_type_id));
	out->update_image_index = cur_u8(c);
	cur_bytes(c, out->reserved, sizeof(out->reserved));
	out->update_image_size = cur_u32le(c);
	out->update_vendor_code_size = cur_u32le(c);
	return c->err;
}

enum igdrom_status fw_fmp_decode_authentication(struct cur *c, struct fmp_authentication *out)
{
	out->monotonic_count = cur_u64le(c);
	out->length = cur_u32le(c);
	out->revision = cur_u16le(c);
	out->certificate_type = cur_u16le(c);
	cur_bytes(c, out->cert_type, sizeof(out->cert_type));
	return c->err;
}

enum igdrom_status fw_fmp_decode_payload_header(struct cur *c, struct fmp_payload_header *out)
{
	out->signature = cur_u32le(c);
	out->header_size = cur_u32le(c);
	out->version = cur_u32le(c);
	out->lowest_supported_version = cur_u32le(c);
	return c->err;
}
