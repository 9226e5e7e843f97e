/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The LPC check answered. Run on 26 gated drivers with a posing device: with the true id of the
 * host they all get past it; with another accepted id Start() succeeds and finds no display.
 */
#include "gop/gop.h"
#include "gop/internal.h"

#include <string.h>

#define CALL_WINDOW 48 /* as in gate.c */

/* call reader -> mov eax, id: what follows stores AX and reads the id from memory again. */
static size_t answer_port(const struct igdrom_gop *gop, const uint8_t *data, size_t size,
			  struct gop_edit *edit)
{
	if (size - gop->gate_offset < 5)
		return 0;
	*edit = (struct gop_edit){
		.offset = (uint32_t)gop->gate_offset,
		.size = 5,
		.id_at = 1,
		.answer = {0xb8},
	};
	memcpy(edit->expected, data + gop->gate_offset, 5);
	return 1;
}

/* mov r8d, 1F0002h -> mov word [rax], id; nop. And call [rax+38h] -> xor eax, eax; nop. */
static size_t answer_bridge(const struct igdrom_gop *gop, const uint8_t *data, size_t size,
			    struct gop_edit edits[GOP_EDIT_COUNT])
{
	static const uint8_t call_read[] = {0xff, 0x50, 0x38};
	size_t at = gop->gate_offset + 6;

	edits[0] = (struct gop_edit){
		.offset = (uint32_t)gop->gate_offset,
		.size = 6,
		.id_at = 3,
		.expected = {0x41, 0xb8, 0x02, 0x00, 0x1f, 0x00},
		.answer = {0x66, 0xc7, 0x00, 0x00, 0x00, 0x90},
	};
	for (size_t i = 0; i < CALL_WINDOW && at <= size && size - at >= sizeof(call_read);
	     i++, at++) {
		if (memcmp(data + at, call_read, sizeof(call_read)) != 0)
			continue;
		edits[1] = (struct gop_edit){
			.offset = (uint32_t)at,
			.size = 3,
			.id_at = GOP_EDIT_NO_ID,
			.expected = {0xff, 0x50, 0x38},
			.answer = {0x31, 0xc0, 0x90},
		};
		return 2;
	}
	return 0;
}

size_t gop_lpc_answer(const struct igdrom_gop *gop, const uint8_t *data, size_t size,
		      struct gop_edit edits[GOP_EDIT_COUNT])
{
	if (gop->gate != IGDROM_GATE_FATAL || gop->gate_offset == 0 || gop->gate_offset >= size ||
	    !gop->build)
		return 0;
	if (gop->build->rule == GOP_RULE_PORT)
		return answer_port(gop, data, size, edits);
	if (gop->build->rule == GOP_RULE_BRIDGE)
		return answer_bridge(gop, data, size, edits);
	return 0;
}
