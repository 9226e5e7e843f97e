/* SPDX-License-Identifier: BSD-2-Clause */
#include "igd/opregion.h"

#define AT_SIZE      0x10 /* of the body, KiB */
#define AT_VERSION   0x16 /* minor, major */
#define AT_MAILBOXES 0x58
#define AT_RVDA      0x3ba /* mailbox 3: address of the extended VBT */
#define AT_RVDS      0x3c2 /* its size */
#define AT_MAILBOX4  0x400
#define AT_MAILBOX5  0x1c00

#define MAILBOX3_PRESENT 0x04u
#define MAILBOX4_PRESENT 0x08u
#define MAILBOX5_PRESENT 0x10u
#define MAILBOX4_BYTES   (AT_MAILBOX5 - AT_MAILBOX4)

#define VBT_HEADER_SIZE 22
#define VBT_SIZE        24
#define VBT_CHECKSUM    26
#define VBT_BDB_OFFSET  28
#define BDB_HEADER_MIN  22
#define BDB_VERSION     16
#define BDB_SIZE        20

static uint16_t u16_at(const uint8_t *p, size_t at)
{
	return (uint16_t)(p[at] | p[at + 1] << 8);
}

static uint32_t u32_at(const uint8_t *p, size_t at)
{
	return u16_at(p, at) | (uint32_t)u16_at(p, at + 2) << 16;
}

static uint64_t u64_at(const uint8_t *p, size_t at)
{
	return u32_at(p, at) | (uint64_t)u32_at(p, at + 4) << 32;
}

static bool equal(const uint8_t *p, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (p[i] != (uint8_t)text[i])
			return false;
	}
	return true;
}

bool opregion_is_valid(const uint8_t *data, size_t size)
{
	return size >= OPREGION_BODY_BYTES && size <= OPREGION_MAX_BYTES &&
	       equal(data, "IntelGraphicsMem", 16);
}

uint16_t opregion_version(const uint8_t *data)
{
	return u16_at(data, AT_VERSION);
}

/* Looks at the VBT that starts at p and may use up to room bytes. */
static enum opregion_flaw measure_vbt(const uint8_t *p, size_t room, size_t *size)
{
	uint32_t bdb;
	uint16_t vbt_size;

	if (room < VBT_HEADER_BYTES + BDB_HEADER_MIN)
		return OPREGION_VBT_DAMAGED;
	if (!equal(p, "$VBT", 4))
		return OPREGION_VBT_ABSENT;
	vbt_size = u16_at(p, VBT_SIZE);
	bdb = u32_at(p, VBT_BDB_OFFSET);
	if (vbt_size > room || vbt_size < VBT_HEADER_BYTES + BDB_HEADER_MIN)
		return OPREGION_VBT_DAMAGED;
	if (u16_at(p, VBT_HEADER_SIZE) < VBT_HEADER_BYTES || bdb < u16_at(p, VBT_HEADER_SIZE))
		return OPREGION_VBT_DAMAGED;
	if (bdb > (uint32_t)vbt_size - BDB_HEADER_MIN || !equal(p + bdb, "BIOS_DATA_BLOCK ", 16))
		return OPREGION_VBT_DAMAGED;
	if (u16_at(p, bdb + BDB_SIZE) > vbt_size - bdb)
		return OPREGION_VBT_DAMAGED;
	*size = vbt_size;
	return OPREGION_OK;
}

static enum opregion_flaw find_extended(const uint8_t *data, size_t size, struct opregion_vbt *out)
{
	uint64_t rvda = u64_at(data, AT_RVDA);
	uint32_t rvds = u32_at(data, AT_RVDS);
	enum opregion_flaw flaw;

	if (opregion_version(data) == 0x0200)
		return OPREGION_VBT_ABSOLUTE;
	if (rvda < OPREGION_BODY_BYTES || rvda > size || rvds > size - rvda)
		return OPREGION_VBT_OUTSIDE;
	flaw = measure_vbt(data + rvda, rvds, &out->size);
	if (flaw != OPREGION_OK)
		return OPREGION_VBT_DAMAGED;
	out->offset = (size_t)rvda;
	out->extended = true;
	return OPREGION_OK;
}

enum opregion_flaw opregion_find_vbt(const uint8_t *data, size_t size, struct opregion_vbt *out)
{
	/* Where mailbox 5 is not in use, VBTs of some boards run on into it (intel_opregion.c). */
	size_t end =
		u32_at(data, AT_MAILBOXES) & MAILBOX5_PRESENT ? AT_MAILBOX5 : OPREGION_BODY_BYTES;
	enum opregion_flaw extended = OPREGION_OK;
	enum opregion_flaw flaw;

	*out = (struct opregion_vbt){0};
	if (opregion_version(data) >= 0x0200 && u64_at(data, AT_RVDA) && u32_at(data, AT_RVDS)) {
		extended = find_extended(data, size, out);
		if (extended == OPREGION_OK)
			return OPREGION_OK;
	}
	out->offset = AT_MAILBOX4;
	out->extended_flaw = extended;
	flaw = measure_vbt(data + AT_MAILBOX4, end - AT_MAILBOX4, &out->size);
	return flaw != OPREGION_OK && extended != OPREGION_OK ? extended : flaw;
}

static void put_u32(uint8_t *p, size_t at, uint32_t value)
{
	for (size_t i = 0; i < 4; i++)
		p[at + i] = (uint8_t)(value >> 8 * i);
}

static void put(uint8_t *to, const uint8_t *from, size_t size)
{
	for (size_t i = 0; i < size; i++)
		to[i] = from[i];
}

size_t opregion_composed_size(size_t vbt_size)
{
	return vbt_size > MAILBOX4_BYTES ? OPREGION_BODY_BYTES + vbt_size : OPREGION_BODY_BYTES;
}

void opregion_compose(const uint8_t *vbt, size_t vbt_size, uint8_t *out)
{
	bool extended = vbt_size > MAILBOX4_BYTES;

	put(out, (const uint8_t *)"IntelGraphicsMem", 16);
	put_u32(out, AT_SIZE, OPREGION_BODY_BYTES / 1024);
	out[AT_VERSION] = 1;
	out[AT_VERSION + 1] = 2;
	/* RVDA is a field of mailbox 3. */
	put_u32(out, AT_MAILBOXES,
		extended ? MAILBOX3_PRESENT | MAILBOX4_PRESENT : MAILBOX4_PRESENT);
	if (extended) {
		put_u32(out, AT_RVDA, OPREGION_BODY_BYTES);
		put_u32(out, AT_RVDS, (uint32_t)vbt_size);
	}
	put(out + (extended ? OPREGION_BODY_BYTES : AT_MAILBOX4), vbt, vbt_size);
}

bool vbt_is_whole(const uint8_t *vbt, size_t size)
{
	size_t measured;

	return measure_vbt(vbt, size, &measured) == OPREGION_OK && measured == size;
}

uint16_t vbt_bdb_version(const uint8_t *vbt)
{
	return u16_at(vbt, u32_at(vbt, VBT_BDB_OFFSET) + BDB_VERSION);
}

bool vbt_fix_checksum(uint8_t *vbt, size_t size)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + vbt[i]);
	vbt[VBT_CHECKSUM] = (uint8_t)(vbt[VBT_CHECKSUM] - sum);
	return sum != 0;
}
