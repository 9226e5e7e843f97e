/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VBT in an OpRegion. The input is what matters of one, so that mutations do not get lost in
 * 8 KiB: version, mailboxes, RVDA, RVDS, then the bytes of mailbox 4 and those behind the body.
 */
#include "fuzz/fuzz.h"

#include "core/cursor.h"
#include "igd/opregion.h"

#define MAILBOX4 0x400

static uint8_t *make_opregion(struct cur c, size_t *size)
{
	uint16_t in_mailbox;
	const uint8_t *version = cur_take(&c, 2);
	const uint8_t *mailboxes = cur_take(&c, 4);
	const uint8_t *extended = cur_take(&c, 12);
	uint8_t *out;

	in_mailbox = cur_u16le(&c);
	if (c.err != IGDROM_OK)
		return NULL;
	if (in_mailbox > c.left)
		in_mailbox = (uint16_t)c.left;
	if (in_mailbox > OPREGION_BODY_BYTES - MAILBOX4)
		in_mailbox = OPREGION_BODY_BYTES - MAILBOX4;
	*size = OPREGION_BODY_BYTES + c.left - in_mailbox;
	out = calloc(1, *size);
	FUZZ_CHECK(out);
	memcpy(out, "IntelGraphicsMem", 16);
	memcpy(out + 0x16, version, 2);
	memcpy(out + 0x58, mailboxes, 4);
	memcpy(out + 0x3ba, extended, 12);
	cur_bytes(&c, out + MAILBOX4, in_mailbox);
	cur_bytes(&c, out + OPREGION_BODY_BYTES, c.left);
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct opregion_vbt vbt;
	uint8_t *opregion = make_opregion(cur_from(data, size, 0), &size);

	if (!opregion)
		return 0;
	FUZZ_CHECK(opregion_is_valid(opregion, size) == (size <= OPREGION_MAX_BYTES));
	if (opregion_find_vbt(opregion, size, &vbt) == OPREGION_OK) {
		FUZZ_CHECK(vbt.offset <= size && vbt.size <= size - vbt.offset);
		FUZZ_CHECK(vbt.extended ? vbt.offset >= OPREGION_BODY_BYTES
					: vbt.offset == MAILBOX4 &&
						  vbt.size <= OPREGION_BODY_BYTES - MAILBOX4);
		FUZZ_CHECK(memcmp(opregion + vbt.offset, "$VBT", 4) == 0);
		(void)vbt_fix_checksum(opregion + vbt.offset, vbt.size);
		FUZZ_CHECK(!vbt_fix_checksum(opregion + vbt.offset, vbt.size));
	}
	free(opregion);
	return 0;
}
