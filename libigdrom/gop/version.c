/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The version stands in no string. The driver appends " [", major, ".", minor, ".", build, "]" to
 * its name, each a UTF-16 string of its own, and computes EFI_DRIVER_BINDING_PROTOCOL.Version =
 * major << 24 | minor << 16 | build from the same texts before it installs the protocol (UEFI
 * 2.10, 11.1). These are two places in the code, which must say the same.
 */
#include "gop/internal.h"

#define NAME_WINDOW      0x100   /* " [" to the build number: 52h to 6Fh in real drivers */
#define STORE_WINDOW     0x100   /* major number to the store: 50h to 70h */
#define SUPPORTED_WINDOW 0x400   /* start of Supported() to the table walk: 149h */
#define MAX_RELOC_BYTES  0x10000 /* of the base relocations: 44h to 310h in real drivers */
#define LEA              0x8d
#define STORE            0x89
#define STORE_CONSTANT   0xc7
#define BINDING_START    8 /* EFI_DRIVER_BINDING_PROTOCOL: Supported, Start, Stop, */
#define BINDING_STOP     16
#define BINDING_VERSION  24 /* Version, */
#define BINDING_HANDLES  32 /* ImageHandle, DriverBindingHandle */

struct name_walk {
	size_t started; /* offset of the lea of " [" */
	bool stage;     /* the number between minor and build is still to come */
	unsigned got;   /* numbers read; 3 = idle */
	unsigned number[3];
	bool conflict;
	struct gop_version result;
};

static const uint8_t opening[] = {' ', 0, '[', 0, 0, 0};
static const uint8_t dot[] = {'.', 0, 0, 0};

static bool text_is(const struct gop_image *image, uint32_t rva, const uint8_t *text, size_t size)
{
	size_t offset;

	return pe_rva_to_offset(&image->pe, rva, (uint32_t)size, &offset) &&
	       gop_bytes_at(image, offset, text, size);
}

static bool same(const struct gop_version *a, const struct gop_version *b)
{
	return a->major == b->major && a->minor == b->minor && a->build == b->build;
}

static void name_done(struct name_walk *walk)
{
	struct gop_version version = {
		.known = true,
		.major = walk->number[0],
		.minor = walk->number[1],
		.build = walk->number[2],
	};

	if (walk->result.known && !same(&walk->result, &version))
		walk->conflict = true;
	walk->result = version;
}

/* Drivers 2.0 and 3.0 of 2011 call themselves "[3.0.13.1013]", "3.0" being one text: what vendors
 * and tools know as 3.0.1013. */
static bool start_with_stage(const struct gop_image *image, uint32_t rva, struct name_walk *walk)
{
	size_t offset;
	struct cur c;
	uint16_t major, minor;

	if (walk->got || !pe_rva_to_offset(&image->pe, rva, 8, &offset))
		return false;
	c = cur_sub(&image->file, offset, 8);
	major = cur_u16le(&c);
	if (cur_u16le(&c) != '.')
		return false;
	minor = cur_u16le(&c);
	if (cur_u16le(&c) != 0 || major < '0' || major > '9' || minor < '0' || minor > '9')
		return false;
	walk->number[0] = major - '0';
	walk->number[1] = minor - '0';
	walk->got = 2;
	walk->stage = true;
	return true;
}

static void name_step(const struct gop_image *image, size_t at, uint32_t rva,
		      struct name_walk *walk)
{
	unsigned value;

	if (text_is(image, rva, opening, sizeof(opening))) {
		walk->started = at;
		walk->got = 0;
		walk->stage = false;
	} else if (walk->got == 3 || text_is(image, rva, dot, sizeof(dot)) ||
		   start_with_stage(image, rva, walk)) {
		return;
	} else if (gop_digits_at(image, rva, &value) && walk->stage) {
		walk->stage = false;
	} else if (gop_digits_at(image, rva, &value)) {
		walk->number[walk->got++] = value;
		if (walk->got == 3)
			name_done(walk);
	} else if (gop_text_at(image, rva)) {
		walk->got = 3;
	}
}

static struct gop_version result_of(const struct name_walk *walk)
{
	return walk->conflict ? (struct gop_version){.known = false} : walk->result;
}

struct gop_version gop_version_of_name(const struct gop_image *image)
{
	struct name_walk walk = {.got = 3};

	for (size_t r = 0; r < image->code_count; r++) {
		const struct pe_range *range = &image->code[r];

		walk.got = 3;
		for (size_t at = range->from; at < range->to; at++) {
			uint32_t rva;

			if (walk.got < 3 && at - walk.started > NAME_WINDOW)
				walk.got = 3;
			if (gop_byte(image, at + 1) == LEA && gop_lea_at(image, at, &rva))
				name_step(image, at, rva, &walk);
		}
	}
	return result_of(&walk);
}

/* Code for IA-32 names the texts by their addresses, each of which has a base relocation. */
struct gop_version gop_version_of_addresses(const struct gop_image *image)
{
	struct pe_relocs relocs = pe_relocs_of(&image->pe, image->file.p);
	struct name_walk walk = {.got = 3};
	uint32_t rva;
	unsigned type;
	size_t at;

	if (image->pe.reloc_size > MAX_RELOC_BYTES)
		return walk.result;
	while (pe_relocs_next(&relocs, &rva, &type)) {
		struct cur c;

		if (type != PE_RELOC_HIGHLOW || !gop_is_code(image, rva) ||
		    !pe_rva_to_offset(&image->pe, rva, 4, &at))
			continue;
		if (walk.got < 3 && (at < walk.started || at - walk.started > NAME_WINDOW))
			walk.got = 3;
		c = cur_sub(&image->file, at, 4);
		name_step(image, at, cur_u32le(&c) - (uint32_t)image->pe.image_base, &walk);
	}
	return result_of(&walk);
}

/* A 64-bit pointer in the image as RVA, as linked. */
static bool pointer_at(const struct gop_image *image, uint32_t rva, uint32_t *target)
{
	size_t offset;
	uint64_t value;
	struct cur c;

	if (!pe_rva_to_offset(&image->pe, rva, 8, &offset))
		return false;
	c = cur_sub(&image->file, offset, 8);
	value = cur_u64le(&c);
	if (c.err != IGDROM_OK || value < image->pe.image_base ||
	    value - image->pe.image_base > UINT32_MAX)
		return false;
	*target = (uint32_t)(value - image->pe.image_base);
	return true;
}

/* Nothing is in the handle slots before the driver runs. */
static bool handles_are_zero(const struct gop_image *image, uint32_t rva)
{
	static const uint8_t zero[16];
	size_t offset;

	return pe_rva_to_offset(&image->pe, rva, sizeof(zero), &offset) &&
	       gop_bytes_at(image, offset, zero, sizeof(zero));
}

static bool is_binding(const struct gop_image *image, uint32_t rva, uint32_t walk,
		       uint32_t *supported)
{
	uint32_t start, stop;

	return pointer_at(image, rva, supported) && *supported <= walk &&
	       walk - *supported < SUPPORTED_WINDOW && gop_is_code(image, *supported) &&
	       pointer_at(image, rva + BINDING_START, &start) && gop_is_code(image, start) &&
	       pointer_at(image, rva + BINDING_STOP, &stop) && gop_is_code(image, stop) &&
	       handles_are_zero(image, rva + BINDING_HANDLES);
}

/*
 * EFI_DRIVER_BINDING_PROTOCOL in the driver's data: three relocated code pointers in a row, the
 * first at most SUPPORTED_WINDOW before the table walk, and handles that are still 0. Of several
 * the one whose first function begins last; false when two are equally good.
 */
static bool find_binding(const struct gop_image *image, uint32_t walk, uint32_t *out)
{
	struct pe_relocs relocs = pe_relocs_of(&image->pe, image->file.p);
	uint32_t before = 0, rva, supported, best = 0;
	unsigned type, row = 0, equal = 0;

	if (image->pe.reloc_size > MAX_RELOC_BYTES)
		return false;
	while (pe_relocs_next(&relocs, &rva, &type)) {
		if (type != PE_RELOC_DIR64)
			continue;
		row = row && rva - before == 8 ? row + 1 : 1;
		before = rva;
		if (row < 3 || !is_binding(image, rva - BINDING_STOP, walk, &supported))
			continue;
		if (equal && supported < best)
			continue;
		equal = equal && supported == best ? equal + 1 : 1;
		best = supported;
		*out = rva - BINDING_STOP;
	}
	return equal == 1;
}

/* A 32-bit store to a RIP-relative address: 89 /r or C7 /0; `constant` is for the latter. */
static bool store_at(const struct gop_image *image, size_t at, uint32_t *target, bool *constant)
{
	struct cur c = cur_tail(&image->file, at);
	uint8_t opcode = cur_u8(&c);
	uint8_t modrm = cur_u8(&c);

	*constant = opcode == STORE_CONSTANT && modrm == 0x05;
	if (c.err != IGDROM_OK || (!*constant && (opcode != STORE || (modrm & 0xc7) != 0x05)))
		return false;
	return gop_rip_target(image, at + 2, at + (*constant ? 10 : 6), target);
}

static struct gop_version from_word(uint32_t word)
{
	return (struct gop_version){
		.known = true,
		.major = word >> 24,
		.minor = word >> 16 & 0xff,
		.build = word & 0xffff,
	};
}

/* The last three numbers whose texts are loaded before a store. */
static struct gop_version numbers_before(const struct gop_image *image, size_t from, size_t store)
{
	size_t at = store - from < STORE_WINDOW ? from : store - STORE_WINDOW;
	struct gop_version out = {.known = false};
	unsigned count = 0;

	for (; at < store; at++) {
		unsigned value;
		uint32_t rva;

		if (!gop_lea_at(image, at, &rva))
			continue;
		if (gop_digits_at(image, rva, &value)) {
			out = (struct gop_version){
				.known = ++count >= 3,
				.major = out.minor,
				.minor = out.build,
				.build = value,
			};
		} else if (gop_text_at(image, rva)) {
			out.known = false;
			count = 0;
		}
	}
	return out;
}

static struct gop_version read_store(const struct gop_image *image, size_t from, size_t at)
{
	uint32_t target;
	bool constant;
	struct cur c;

	if (!store_at(image, at, &target, &constant) || !constant)
		return numbers_before(image, from, at);
	c = cur_sub(&image->file, at + 6, 4);
	return from_word(cur_u32le(&c));
}

struct gop_version gop_version_of_binding(const struct gop_image *image, uint32_t walk)
{
	struct gop_version version = {.known = false};
	uint32_t binding = 0, target, word = 0;
	size_t stores = 0, offset;
	struct cur c;
	bool constant;

	if (!find_binding(image, walk, &binding))
		return version;
	for (size_t r = 0; r < image->code_count; r++) {
		const struct pe_range *range = &image->code[r];

		for (size_t at = range->from; at < range->to; at++) {
			uint8_t opcode = gop_byte(image, at);

			if ((opcode != STORE && opcode != STORE_CONSTANT) ||
			    !store_at(image, at, &target, &constant) ||
			    target != binding + BINDING_VERSION)
				continue;
			if (stores++ == 0)
				version = read_store(image, range->from, at);
		}
	}
	if (stores == 1)
		return version;
	if (stores == 0 && pe_rva_to_offset(&image->pe, binding + BINDING_VERSION, 4, &offset)) {
		c = cur_sub(&image->file, offset, 4);
		word = cur_u32le(&c);
	}
	return word ? from_word(word) : (struct gop_version){.known = false};
}
