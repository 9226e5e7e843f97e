/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blocks of Intel BIOS Guard (Platform Firmware Armoring Technology), the same in AMI's and Dell's
 * packages. No public specification; the layout is as found in vendors' files and described by
 * platomav/BIOSUtilities.
 */
#include "wrap/internal.h"

#define ATTRIBUTE_SFAM 1 /* signed flash address map: a signature follows the data */

/* Signature: two words, the modulus, the exponent, the signature itself. */
#define SIGNATURE_2K (8 + 256 + 4 + 256)
#define SIGNATURE_3K (8 + 384 + 4 + 384)

struct header {
	uint8_t marker[20]; /* versions and platform; the same in all blocks of a package */
	uint32_t attributes;
	uint32_t script_version;
	uint32_t script_size;
	uint32_t data_size;
	uint32_t bios_svn;
	uint32_t ec_svn;
	uint32_t vendor;
};

static enum igdrom_status decode_header(struct cur *c, struct header *h)
{
	cur_bytes(c, h->marker, sizeof(h->marker));
	h->attributes = cur_u32le(c);
	h->script_version = cur_u32le(c);
	h->script_size = cur_u32le(c);
	h->data_size = cur_u32le(c);
	h->bios_svn = cur_u32le(c);
	h->ec_svn = cur_u32le(c);
	h->vendor = cur_u32le(c);
	return c->err;
}

/* 1: RSA with 2048 bits; 2 and 3: with 3072. Others are told by where the next block starts. */
static size_t signature_size(struct cur rest, const struct header *h)
{
	struct cur c = rest;
	uint32_t type = cur_u32le(&c);
	size_t size = SIGNATURE_3K;

	if (type == 1 || (type != 2 && type != 3 &&
			  wrap_has(rest, SIGNATURE_2K, (const char *)h->marker, sizeof(h->marker))))
		size = SIGNATURE_2K;
	return size < rest.left ? size : rest.left;
}

enum igdrom_status bios_guard_decode(struct cur file, struct bios_guard_block *out)
{
	struct cur c = file;
	struct header h;

	if (decode_header(&c, &h) != IGDROM_OK)
		return c.err;
	memcpy(out->platform, h.marker + 4, sizeof(out->platform));
	out->attributes = h.attributes;
	out->script_size = h.script_size;
	out->data_size = h.data_size;
	out->script_offset = file.left - c.left;
	cur_skip(&c, h.script_size);
	out->data_offset = file.left - c.left;
	cur_skip(&c, h.data_size);
	if (h.attributes & ATTRIBUTE_SFAM && c.err == IGDROM_OK)
		cur_skip(&c, signature_size(c, &h));
	out->end = file.left - c.left;
	return c.err;
}
