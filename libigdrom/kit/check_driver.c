/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is there a driver in the driver? An optimiser that is told too little about UEFI drops what the
 * firmware calls, and the result still links, loads and returns success (lf-edge/eve pull request
 * 5686: gcc 14 with LTO). What can be told from the bytes is said; a driver that lost only a part
 * cannot be told from a small one.
 */
#include "kit/check.h"

#include <string.h>

#define ENTRY_WINDOW    64 /* bytes of the entry point that are looked at */
#define ENTRY_MAX_STEPS 16

/* An x64 instruction that computes nothing but a constant in rax, or only moves the stack. */
struct pattern {
	uint8_t bytes[4];
	uint8_t size;    /* of bytes */
	uint8_t operand; /* bytes that follow, of any value */
};

/* Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2. */
static const struct pattern idle[] = {
	{{0xf3, 0x0f, 0x1e, 0xfa}, 4, 0}, /* endbr64 */
	{{0x90}, 1, 0},                   /* nop */
	{{0x55}, 1, 0},                   /* push rbp */
	{{0x5d}, 1, 0},                   /* pop rbp */
	{{0xc9}, 1, 0},                   /* leave */
	{{0x48, 0x89, 0xe5}, 3, 0},       /* mov rbp, rsp */
	{{0x48, 0x8b, 0xec}, 3, 0},
	{{0x48, 0x83, 0xec}, 3, 1}, /* sub rsp, imm8 */
	{{0x48, 0x83, 0xc4}, 3, 1}, /* add rsp, imm8 */
	{{0x31, 0xc0}, 2, 0},       /* xor eax, eax */
	{{0x33, 0xc0}, 2, 0},
	{{0x48, 0x31, 0xc0}, 3, 0}, /* xor rax, rax */
	{{0x48, 0x33, 0xc0}, 3, 0},
	{{0xb8}, 1, 4},                   /* mov eax, imm32 */
	{{0x48, 0xb8}, 2, 8},             /* mov rax, imm64 */
	{{0x48, 0xc7, 0xc0}, 3, 4},       /* mov rax, imm32 */
	{{0x48, 0x83, 0xc8}, 3, 1},       /* or rax, imm8 */
	{{0x48, 0x0f, 0xba, 0xe8}, 4, 1}, /* bts rax, imm8: the error bit */
	{{0x6a}, 1, 1},                   /* push imm8 */
	{{0x58}, 1, 0},                   /* pop rax */
};

/* ... and how such a function ends. */
static const struct pattern ends[] = {
	{{0xc3}, 1, 0},       /* ret */
	{{0xc2}, 1, 2},       /* ret imm16 */
	{{0xcc}, 1, 0},       /* int3 */
	{{0x0f, 0x0b}, 2, 0}, /* ud2 */
};

/* Bytes of the instruction at p if it is one of the list; 0 otherwise. */
static size_t match(const struct pattern *list, size_t count, const uint8_t *p, size_t left)
{
	for (size_t i = 0; i < count; i++) {
		size_t size = (size_t)list[i].size + list[i].operand;

		if (size <= left && !memcmp(p, list[i].bytes, list[i].size))
			return size;
	}
	return 0;
}

/* Target of a direct jump at rva, which has `size` bytes of code there; false for anything else. */
static bool jump_target(const uint8_t *p, size_t size, uint32_t rva, uint32_t *target)
{
	if (size >= 2 && p[0] == 0xeb) {
		*target = rva + 2 + (uint32_t)(int32_t)(int8_t)p[1];
		return true;
	}
	if (size >= 5 && p[0] == 0xe9) {
		*target = rva + 5 +
			  ((uint32_t)p[1] | (uint32_t)p[2] << 8 | (uint32_t)p[3] << 16 |
			   (uint32_t)p[4] << 24);
		return true;
	}
	return false;
}

/* File bytes of the code at rva, at most ENTRY_WINDOW; NULL when there are none. */
static const uint8_t *code_at(const uint8_t *data, const struct pe_image *pe, uint32_t rva,
			      size_t *size)
{
	for (size_t i = 0; i < pe->section_count; i++) {
		const struct pe_section *section = &pe->sections[i];

		if (rva < section->rva || rva - section->rva >= section->raw_size)
			continue;
		if (!(section->characteristics & (PE_SECTION_CODE | PE_SECTION_EXECUTE)))
			continue;
		*size = section->raw_size - (rva - section->rva);
		*size = *size > ENTRY_WINDOW ? ENTRY_WINDOW : *size;
		return data + section->raw_offset + (rva - section->rva);
	}
	return NULL;
}

static bool entry_is_empty(const uint8_t *data, const struct pe_image *pe)
{
	uint32_t rva = pe->entry_rva;

	for (int step = 0; step < ENTRY_MAX_STEPS; step++) {
		size_t left = 0;
		const uint8_t *p = code_at(data, pe, rva, &left);
		size_t size;

		if (!p)
			return false;
		if (match(ends, sizeof(ends) / sizeof(ends[0]), p, left))
			return true;
		if (jump_target(p, left, rva, &rva))
			continue;
		size = match(idle, sizeof(idle) / sizeof(idle[0]), p, left);
		if (size == 0)
			return false;
		rva += (uint32_t)size;
	}
	return false;
}

/*
 * Everything a UEFI driver does goes through pointers in tables: call or jmp r/m64 (FF /2, FF /4).
 * Bytes that only look like one make the answer "yes", which is the safe side.
 */
static bool calls_pointers(const uint8_t *code, size_t size)
{
	for (size_t i = 0; i + 1 < size; i++) {
		uint8_t field = code[i + 1] >> 3 & 7;

		if (code[i] == 0xff && (field == 2 || field == 4))
			return true;
	}
	return false;
}

static enum driver_state look_at_code(const uint8_t *data, const struct pe_image *pe)
{
	bool calls = false;
	size_t left;

	if (!code_at(data, pe, pe->entry_rva, &left))
		return DRIVER_NO_CODE;
	if (pe->machine != PE_MACHINE_X64)
		return DRIVER_OK;
	if (entry_is_empty(data, pe))
		return DRIVER_EMPTY;
	for (size_t i = 0; i < pe->section_count && !calls; i++) {
		const struct pe_section *section = &pe->sections[i];

		if (section->characteristics & (PE_SECTION_CODE | PE_SECTION_EXECUTE))
			calls = calls_pointers(data + section->raw_offset, section->raw_size);
	}
	return calls ? DRIVER_OK : DRIVER_NO_CALLS;
}

enum driver_state check_driver_state(const uint8_t *data, size_t size)
{
	struct pe_image pe;

	/* What is no PE, or not all of one, was said by the check of the structure. */
	if (pe_parse(data, size, &pe) != IGDROM_OK || pe.clipped)
		return DRIVER_UNREADABLE;
	return look_at_code(data, &pe);
}

static void check_driver(struct kit_check *check, const struct check_image *image)
{
	static const enum finding_code findings[] = {
		[DRIVER_NO_CODE] = FINDING_CHECK_DRIVER_NO_CODE,
		[DRIVER_EMPTY] = FINDING_CHECK_DRIVER_EMPTY,
		[DRIVER_NO_CALLS] = FINDING_CHECK_DRIVER_NO_CALLS,
	};
	enum driver_state state = check_driver_state(image->payload.data, image->payload.size);

	if (state != DRIVER_OK && state != DRIVER_UNREADABLE)
		check_say(check, findings[state], image->at, REPORT_ARGS(ARG_U(image->index)));
}

void check_drivers(struct kit_check *check, const struct check_images *images)
{
	for (size_t i = 0; i < images->count; i++) {
		if (images->list[i].efi && images->list[i].payload.size)
			check_driver(check, &images->list[i]);
	}
}
