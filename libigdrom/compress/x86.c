/* SPDX-License-Identifier: BSD-2-Clause */
#include "compress/x86.h"

#include <stdbool.h>

#define INSTRUCTION 5 /* opcode and operand */

/* The highest byte of a target worth converting: near, forwards or backwards. */
static bool is_sign(uint32_t byte)
{
	return (byte & 0xff) == 0 || (byte & 0xff) == 0xff;
}

/*
 * `seen` says which of the last three bytes were opcodes that were not converted (bit 0: the byte
 * before). With one of them, the operand of this opcode may overlap it: `overlap` bytes of it then
 * were looked at twice by the filter.
 */
static uint32_t relative(uint32_t target, uint32_t next, unsigned overlap)
{
	for (;;) {
		uint32_t distance = target - next;

		if (overlap == 0 || !is_sign(distance >> (24 - 8 * overlap)))
			return distance;
		target = distance ^ ((UINT32_C(1) << (32 - 8 * overlap)) - 1);
	}
}

/* Converts the instruction at `at`, if the filter did. */
static bool convert(uint8_t *data, size_t at, unsigned seen)
{
	static const uint8_t overlap_of[] = {0, 1, 2, 0, 3}; /* with at most one seen */
	uint8_t *operand = data + at + 1;
	unsigned overlap;
	uint32_t value;

	if (seen & (seen - 1))
		return false;
	overlap = overlap_of[seen];
	if (!is_sign(operand[3]) || (overlap && is_sign(operand[3 - overlap])))
		return false;
	value = (uint32_t)operand[0] | (uint32_t)operand[1] << 8 | (uint32_t)operand[2] << 16 |
		(uint32_t)operand[3] << 24;
	value = relative(value, (uint32_t)(at + INSTRUCTION), overlap);
	for (unsigned i = 0; i < 3; i++)
		operand[i] = (uint8_t)(value >> 8 * i);
	operand[3] = value >> 24 & 1 ? 0xff : 0;
	return true;
}

void x86_unfilter(uint8_t *data, size_t size)
{
	unsigned seen = 0;
	size_t at = 0;

	while (size - at >= INSTRUCTION) {
		bool opcode = (data[at] & 0xfe) == 0xe8; /* E8h CALL, E9h JMP */

		if (opcode && convert(data, at, seen)) {
			seen = 0;
			at += INSTRUCTION;
			continue;
		}
		seen = (seen << 1 & 7) | opcode;
		at++;
	}
}
