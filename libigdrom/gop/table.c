/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The id table has no terminator and other runs of ids lie near it (look-up tables of platform
 * kinds), so only the loop in Supported() that walks it says where it is and how long:
 *
 *   [movzx eax, cl] ; lea r8, [rip+table] ; [movzx eax, cl] ; cmp dx, [r8+rax*2] ; je found ;
 *   inc cl ; cmp cl, COUNT ; jb back to the start
 *
 * One of the two places has the movzx (after the lea up to 10.0, before it from 13.0 on). One match
 * in each of the 37 drivers, none in some 180 other EFI images.
 */
#include "gop/internal.h"

#define CHECKS_WINDOW 0x60 /* the tests end 7 bytes before the loop and take 45 */

static const uint8_t movzx_eax_cl[] = {0x0f, 0xb6, 0xc1};
static const uint8_t lea_r8[] = {0x4c, 0x8d, 0x05};
static const uint8_t cmp_dx[] = {0x66, 0x41, 0x3b, 0x14, 0x40};
static const uint8_t inc_cl[] = {0xfe, 0xc1};
static const uint8_t cmp_cl[] = {0x80, 0xf9};

struct walk {
	uint8_t count;
	uint32_t table; /* RVA */
};

static bool take_bytes(struct cur *c, const uint8_t *bytes, size_t size)
{
	struct cur ahead = *c;
	const uint8_t *p = cur_take(&ahead, size);

	if (!p || memcmp(p, bytes, size) != 0)
		return false;
	*c = ahead;
	return true;
}

/* The loop when it starts at `at`. */
static bool match_walk(const struct gop_image *image, size_t at, size_t end, struct walk *out)
{
	struct cur c = cur_sub(&image->file, at, end - at);
	bool before = take_bytes(&c, movzx_eax_cl, sizeof(movzx_eax_cl));
	uint8_t back;
	size_t lea_end;
	uint8_t je;

	if (!take_bytes(&c, lea_r8, sizeof(lea_r8)))
		return false;
	cur_skip(&c, 4);
	lea_end = (size_t)c.at;
	if (take_bytes(&c, movzx_eax_cl, sizeof(movzx_eax_cl)) == before)
		return false;
	if (!take_bytes(&c, cmp_dx, sizeof(cmp_dx)))
		return false;
	je = cur_u8(&c);
	cur_skip(&c, 1);
	if (je != 0x74 || !take_bytes(&c, inc_cl, sizeof(inc_cl)) ||
	    !take_bytes(&c, cmp_cl, sizeof(cmp_cl)))
		return false;
	out->count = cur_u8(&c);
	if (cur_u8(&c) != 0x72)
		return false;
	back = cur_u8(&c);
	if (c.err != IGDROM_OK || (uint8_t)(c.at + back) != (uint8_t)at || back < 0x80)
		return false;
	return gop_rip_target(image, lea_end - 4, lea_end, &out->table);
}

/* cmp byte [rsp+d8], value: how often in the window, for a given d8 or for any (d8 < 0). */
static bool has_compare(const struct cur *window, int d8, uint8_t value, uint8_t *found_d8)
{
	for (size_t i = 0; window->left >= 5 && i <= window->left - 5; i++) {
		struct cur c = cur_sub(window, i, 5);
		uint32_t head = cur_u24le(&c);
		uint8_t slot = cur_u8(&c);

		if (head != 0x247c80 || cur_u8(&c) != value || (d8 >= 0 && slot != (uint8_t)d8))
			continue;
		*found_d8 = slot;
		return true;
	}
	return false;
}

/*
 * Before the loop Supported() compares the 64 bytes it read from configuration space: vendor id
 * 8086 (an immediate), class 03 at 0Bh, subclass 00 at 0Ah, interface 00 at 09h.
 */
static bool has_checks(const struct gop_image *image, size_t from, size_t walk)
{
	static const uint8_t intel[] = {0x86, 0x80};
	size_t room = walk - from < CHECKS_WINDOW ? walk - from : CHECKS_WINDOW;
	struct cur window = cur_sub(&image->file, walk - room, room);
	uint8_t class_at, d8;
	bool vendor = false;

	for (size_t i = 0; !vendor && i < room; i++)
		vendor =
			gop_bytes_at(image, walk - room + i, intel, sizeof(intel)) && i + 2 <= room;
	return vendor && has_compare(&window, -1, 3, &class_at) && class_at >= 2 &&
	       has_compare(&window, class_at - 1, 0, &d8) &&
	       has_compare(&window, class_at - 2, 0, &d8);
}

static void note_match(const struct gop_image *image, size_t from, size_t at,
		       const struct walk *walk, struct gop_table *out)
{
	if (out->matches++)
		return;
	out->walk_offset = at;
	out->count = walk->count;
	out->readable = walk->count &&
			pe_rva_to_offset(&image->pe, walk->table, 2u * walk->count, &out->offset);
	out->checks = has_checks(image, from, at);
}

struct gop_table gop_find_table(const struct gop_image *image)
{
	struct gop_table out = {.matches = 0};

	for (size_t r = 0; r < image->code_count; r++) {
		const struct pe_range *range = &image->code[r];

		for (size_t at = range->from; at < range->to; at++) {
			uint8_t first = gop_byte(image, at);
			struct walk walk;

			if ((first == movzx_eax_cl[0] || first == lea_r8[0]) &&
			    match_walk(image, at, range->to, &walk))
				note_match(image, range->from, at, &walk, &out);
		}
	}
	return out;
}
