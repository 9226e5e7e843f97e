/* SPDX-License-Identifier: BSD-2-Clause */
#include "gop/internal.h"

#define DIGITS_MAX 5
#define TEXT_MAX   64

bool gop_rip_target(const struct gop_image *image, size_t disp_at, size_t end, uint32_t *rva)
{
	struct cur c = cur_sub(&image->file, disp_at, 4);
	uint32_t displacement = cur_u32le(&c);
	uint32_t next;

	/* The last byte of the instruction has an RVA; what follows may be outside. */
	if (c.err != IGDROM_OK || !pe_offset_to_rva(&image->pe, end - 1, &next))
		return false;
	*rva = next + 1 + displacement; /* 32-bit arithmetic, as in an image below 2 GiB */
	return true;
}

bool gop_bytes_at(const struct gop_image *image, size_t at, const void *bytes, size_t size)
{
	struct cur c = cur_sub(&image->file, at, size);
	const uint8_t *p = cur_take(&c, size);

	return p && !memcmp(p, bytes, size);
}

bool gop_digits_at(const struct gop_image *image, uint32_t rva, unsigned *value)
{
	struct cur c;
	unsigned number = 0;
	size_t offset;

	if (!pe_rva_to_offset(&image->pe, rva, 4, &offset))
		return false;
	c = cur_tail(&image->file, offset);
	for (size_t i = 0; i <= DIGITS_MAX; i++) {
		uint16_t unit = cur_u16le(&c);

		if (c.err != IGDROM_OK)
			return false;
		if (unit == 0) {
			*value = number;
			return i > 0 && number <= UINT16_MAX;
		}
		if (unit < '0' || unit > '9')
			return false;
		number = number * 10 + (unit - '0');
	}
	return false;
}

bool gop_text_at(const struct gop_image *image, uint32_t rva)
{
	struct cur c;
	size_t offset;

	if (!pe_rva_to_offset(&image->pe, rva, 2, &offset))
		return false;
	c = cur_tail(&image->file, offset);
	for (size_t i = 0; i < TEXT_MAX; i++) {
		uint16_t unit = cur_u16le(&c);

		if (unit == 0)
			return i > 0 && c.err == IGDROM_OK;
		if (unit < ' ' || unit > '~')
			return false;
	}
	return false;
}

bool gop_lea_at(const struct gop_image *image, size_t at, uint32_t *rva)
{
	struct cur c = cur_sub(&image->file, at, 7);
	uint8_t rex = cur_u8(&c);
	uint8_t opcode = cur_u8(&c);
	uint8_t modrm = cur_u8(&c);

	/* REX.W or REX.WR, 8D /r, mod 00 rm 101 */
	if (c.err != IGDROM_OK || (rex & 0xfb) != 0x48 || opcode != 0x8d || (modrm & 0xc7) != 0x05)
		return false;
	return gop_rip_target(image, at + 3, at + 7, rva);
}

bool gop_is_code(const struct gop_image *image, uint32_t rva)
{
	size_t offset;

	if (!pe_rva_to_offset(&image->pe, rva, 1, &offset))
		return false;
	for (size_t i = 0; i < image->code_count; i++) {
		if (offset >= image->code[i].from && offset < image->code[i].to)
			return true;
	}
	return false;
}
