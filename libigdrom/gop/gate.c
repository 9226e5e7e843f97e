/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where Start() reads the id of the LPC bridge (configuration offset 02h of 00:1f.0). Run over 210
 * PE images, 37 of them GOP drivers, form A was found once in each of the 25 drivers that have it
 * and in nothing else.
 */
#include "gop/internal.h"

#define PORT_WINDOW  0x60 /* start of the CF8/CFC reader to "mov dx, 0CF8h" */
#define INPUT_WINDOW 0x70 /* start of the reader to "in ax, dx" */
#define LEA_WINDOW   24   /* lea rax, [rip+target] to mov r8d, 1F0002h */
#define STORE_WINDOW 16   /* mov r8d, 1F0002h to mov [rsp+20h], rax */
#define CALL_WINDOW  48   /* mov r8d, 1F0002h to call [rax+38h] */
#define NO_OFFSET    SIZE_MAX

/* First place of `bytes` that starts in [from, from + room), or NO_OFFSET. */
static size_t find_near(const struct gop_image *image, size_t from, size_t room,
			const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < room; i++) {
		if (gop_bytes_at(image, from + i, bytes, size))
			return from + i;
	}
	return NO_OFFSET;
}

/* A function that reads a word of configuration space through ports CF8h and CFCh. */
static bool is_port_reader(const struct gop_image *image, uint32_t rva)
{
	static const uint8_t port[] = {0xf8, 0x0c};
	static const uint8_t in_ax_dx[] = {0x66, 0xed};
	size_t start;

	return gop_is_code(image, rva) && pe_rva_to_offset(&image->pe, rva, 1, &start) &&
	       find_near(image, start, PORT_WINDOW, port, sizeof(port)) != NO_OFFSET &&
	       find_near(image, start, INPUT_WINDOW, in_ax_dx, sizeof(in_ax_dx)) != NO_OFFSET;
}

static bool same_section(const struct gop_image *image, uint32_t a, uint32_t b)
{
	for (size_t i = 0; i < image->pe.section_count; i++) {
		const struct pe_section *section = &image->pe.sections[i];

		if (a >= section->rva && a - section->rva < section->raw_size &&
		    b >= section->rva && b - section->rva < section->raw_size)
			return true;
	}
	return false;
}

/* Whether a base relocation changes one of the bytes. */
static bool is_relocated(const struct gop_image *image, uint32_t rva, uint32_t size)
{
	struct pe_relocs relocs = pe_relocs_of(&image->pe, image->file.p);
	unsigned type;
	uint32_t at;

	while (pe_relocs_next(&relocs, &at, &type)) {
		uint32_t width = type == PE_RELOC_DIR64 ? 8 : 4;

		if (at < rva + size && rva < at + width)
			return true;
	}
	return false;
}

/*
 * Form A (9.0, 17.0, 18.0, 21.x, 22.x): mov ecx, 000F8002h ; [a byte move between registers] ;
 * call reader ; [mov ecx, imm32] ; mov [rip+...], ax. The offset is that of the call.
 */
static bool match_port(const struct gop_image *image, size_t at, size_t *site)
{
	static const uint8_t mov_ecx[] = {0xb9, 0x02, 0x80, 0x0f, 0x00};
	static const uint8_t store_ax[] = {0x66, 0x89, 0x05};
	size_t call = at + sizeof(mov_ecx);
	uint32_t rva, target;
	size_t next;

	if (!gop_bytes_at(image, at, mov_ecx, sizeof(mov_ecx)))
		return false;
	if ((gop_byte(image, call) & 0xf0) == 0x40 && gop_byte(image, call + 1) == 0x8a &&
	    gop_byte(image, call + 2) >= 0xc0)
		call += 3;
	if (gop_byte(image, call) != 0xe8 || !gop_rip_target(image, call + 1, call + 5, &target) ||
	    !pe_offset_to_rva(&image->pe, call, &rva))
		return false;
	next = call + 5;
	if (gop_byte(image, next) == 0xb9)
		next += 5;
	*site = call;
	return gop_bytes_at(image, next, store_ax, sizeof(store_ax)) &&
	       same_section(image, rva, target) && is_port_reader(image, target);
}

/*
 * Length of an instruction that cannot change rax: a move or xor between registers into another
 * one, or a load of rcx or rdx from the stack; 0 for anything else.
 */
static size_t leaves_rax(const struct gop_image *image, size_t at)
{
	uint8_t rex = gop_byte(image, at);
	size_t prefix = (rex & 0xf0) == 0x40 ? 1 : 0;
	uint8_t opcode = gop_byte(image, at + prefix);
	uint8_t modrm = gop_byte(image, at + prefix + 1);
	bool into_rax = (modrm & 0x38) == 0 && !(prefix && (rex & 4));

	if ((opcode != 0x8b && opcode != 0x33) || into_rax)
		return 0;
	if (modrm >= 0xc0)
		return prefix + 2;
	if (opcode == 0x8b && (modrm & 0xc7) == 0x44 && gop_byte(image, at + prefix + 2) == 0x24)
		return prefix + 4;
	return 0;
}

/* Whether a `lea rax, [rip+target]` stands before `at` and rax lives until there. */
static bool has_target_in_rax(const struct gop_image *image, size_t at)
{
	static const uint8_t lea_rax[] = {0x48, 0x8d, 0x05};

	for (size_t back = 7; back <= LEA_WINDOW && back <= at; back++) {
		size_t next = at - back + 7;
		size_t length = 1;
		uint32_t target;

		if (!gop_bytes_at(image, at - back, lea_rax, sizeof(lea_rax)))
			continue;
		for (; next < at && length; next += length)
			length = leaves_rax(image, next);
		return next == at && length && gop_lea_at(image, at - back, &target);
	}
	return false;
}

/*
 * Form B (5.5): PciRootBridgeIo.Pci.Read with the address 00:1f.0 + 2. lea rax, target ; .. ; mov
 * r8d, 1F0002h ; .. ; mov [rsp+20h], rax ; .. ; call [rax+38h]. The offset is that of mov r8d.
 */
static bool match_bridge(const struct gop_image *image, size_t at, size_t *site)
{
	static const uint8_t mov_r8d[] = {0x41, 0xb8, 0x02, 0x00, 0x1f, 0x00};
	static const uint8_t store_rax[] = {0x48, 0x89, 0x44, 0x24, 0x20};
	static const uint8_t call_read[] = {0xff, 0x50, 0x38};
	size_t next = at + sizeof(mov_r8d);

	*site = at;
	return gop_bytes_at(image, at, mov_r8d, sizeof(mov_r8d)) && has_target_in_rax(image, at) &&
	       find_near(image, next, STORE_WINDOW, store_rax, sizeof(store_rax)) != NO_OFFSET &&
	       find_near(image, next, CALL_WINDOW, call_read, sizeof(call_read)) != NO_OFFSET;
}

struct gop_site gop_find_site(const struct gop_image *image, enum gop_site_form form)
{
	uint8_t first = form == GOP_SITE_PORT ? 0xb9 : 0x41;
	uint32_t size = form == GOP_SITE_PORT ? 5 : 6;
	struct gop_site out = {.matches = 0};
	uint32_t rva;

	for (size_t r = 0; r < image->code_count; r++) {
		const struct pe_range *range = &image->code[r];

		for (size_t at = range->from; at < range->to; at++) {
			bool port = form == GOP_SITE_PORT;
			size_t site;

			if (gop_byte(image, at) != first ||
			    !(port ? match_port(image, at, &site) : match_bridge(image, at, &site)))
				continue;
			if (out.matches++ == 0)
				out.offset = site;
		}
	}
	if (out.matches == 1 && pe_offset_to_rva(&image->pe, out.offset, &rva) &&
	    is_relocated(image, rva, size))
		out.matches = 0;
	return out;
}
