/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes -> records and back, one pair of functions for each record. */
#include "oprom/internal.h"

enum igdrom_status oprom_decode_header(struct cur *c, struct oprom_header *out)
{
	out->signature = cur_u16le(c);
	cur_bytes(c, out->unique, sizeof(out->unique));
	out->pcir_offset = cur_u16le(c);
	return c->err;
}

void oprom_encode_header(struct build *b, const struct oprom_header *h)
{
	build_u16le(b, h->signature);
	build_bytes(b, h->unique, sizeof(h->unique));
	build_u16le(b, h->pcir_offset);
}

enum igdrom_status oprom_decode_legacy_header(struct cur *c, struct oprom_legacy_header *out)
{
	out->signature = cur_u16le(c);
	out->init_size = cur_u8(c);
	cur_bytes(c, out->entry, sizeof(out->entry));
	cur_bytes(c, out->reserved, sizeof(out->reserved));
	out->pcir_offset = cur_u16le(c);
	return c->err;
}

void oprom_encode_legacy_header(struct build *b, const struct oprom_legacy_header *h)
{
	build_u16le(b, h->signature);
	build_u8(b, h->init_size);
	build_bytes(b, h->entry, sizeof(h->entry));
	build_bytes(b, h->reserved, sizeof(h->reserved));
	build_u16le(b, h->pcir_offset);
}

enum igdrom_status oprom_decode_efi_header(struct cur *c, struct oprom_efi_header *out)
{
	out->signature = cur_u16le(c);
	out->init_size = cur_u16le(c);
	out->efi_signature = cur_u32le(c);
	out->subsystem = cur_u16le(c);
	out->machine = cur_u16le(c);
	out->compression = cur_u16le(c);
	cur_bytes(c, out->reserved, sizeof(out->reserved));
	out->image_offset = cur_u16le(c);
	out->pcir_offset = cur_u16le(c);
	return c->err;
}

void oprom_encode_efi_header(struct build *b, const struct oprom_efi_header *h)
{
	build_u16le(b, h->signature);
	build_u16le(b, h->init_size);
	build_u32le(b, h->efi_signature);
	build_u16le(b, h->subsystem);
	build_u16le(b, h->machine);
	build_u16le(b, h->compression);
	build_bytes(b, h->reserved, sizeof(h->reserved));
	build_u16le(b, h->image_offset);
	build_u16le(b, h->pcir_offset);
}

enum igdrom_status oprom_decode_pcir(struct cur *c, struct oprom_pcir *out)
{
	out->signature = cur_u32le(c);
	out->vendor_id = cur_u16le(c);
	out->device_id = cur_u16le(c);
	out->device_list = cur_u16le(c);
	out->length = cur_u16le(c);
	out->revision = cur_u8(c);
	out->class_code = cur_u24le(c);
	out->image_length = cur_u16le(c);
	out->code_revision = cur_u16le(c);
	out->code_type = cur_u8(c);
	out->indicator = cur_u8(c);
	out->max_runtime_length = cur_u16le(c);
	return c->err;
}

void oprom_encode_pcir(struct build *b, const struct oprom_pcir *p)
{
	build_u32le(b, p->signature);
	build_u16le(b, p->vendor_id);
	build_u16le(b, p->device_id);
	build_u16le(b, p->device_list);
	build_u16le(b, p->length);
	build_u8(b, p->revision);
	build_u24le(b, p->class_code);
	build_u16le(b, p->image_length);
	build_u16le(b, p->code_revision);
	build_u8(b, p->code_type);
	build_u8(b, p->indicator);
	build_u16le(b, p->max_runtime_length);
}

enum igdrom_status oprom_decode_pcir_tail(struct cur *c, struct oprom_pcir_tail *out)
{
	out->config_utility_header = cur_u16le(c);
	out->dmtf_clp_entry = cur_u16le(c);
	return c->err;
}

void oprom_encode_pcir_tail(struct build *b, const struct oprom_pcir_tail *t)
{
	build_u16le(b, t->config_utility_header);
	build_u16le(b, t->dmtf_clp_entry);
}

enum igdrom_status oprom_probe(const struct cur *rom, size_t at, struct oprom_header *header,
			       struct oprom_pcir *pcir)
{
	struct cur c = cur_tail(rom, at);
	struct cur start = c;

	*pcir = (struct oprom_pcir){0};
	if (cur_u16le(&c) != OPROM_SIGNATURE)
		return c.err == IGDROM_OK ? IGDROM_E_NOT_RECOGNIZED : c.err;
	c = start;
	if (oprom_decode_header(&c, header) != IGDROM_OK)
		return c.err;
	c = cur_tail(&start, header->pcir_offset);
	if (oprom_decode_pcir(&c, pcir) != IGDROM_OK)
		return c.err;
	return pcir->signature == OPROM_PCIR_SIGNATURE ? IGDROM_OK : IGDROM_E_CORRUPT;
}

uint8_t oprom_sum8(const uint8_t *data, size_t size)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + data[i]);
	return sum;
}
