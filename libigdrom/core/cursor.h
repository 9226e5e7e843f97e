/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one way to read bytes. A cursor is {pointer, bytes left, offset in the whole file, error}.
 * Every reader goes through cur_take(); the first failure sticks, later reads give 0 and do not
 * move, so a record is read straight through and the caller asks once, through c->err.
 *
 * Rules: one decode function for each wire record, fields in spec order, no decision on a value
 * before c->err was asked. Nobody casts file bytes to a struct.
 */
#ifndef IGDROM_CORE_CURSOR_H
#define IGDROM_CORE_CURSOR_H

#include <igdrom/status.h>

#include <string.h>

struct cur {
	const uint8_t *p; /* next byte */
	size_t left;      /* bytes from p to the end */
	uint64_t at;      /* offset of p in the whole file, for messages */
	enum igdrom_status err;
};

static inline struct cur cur_from(const void *data, size_t size, uint64_t at)
{
	return (struct cur){.p = data, .left = size, .at = at, .err = IGDROM_OK};
}

/* The gate: n bytes, or NULL and a sticky IGDROM_E_TRUNCATED. */
static inline const uint8_t *cur_take(struct cur *c, size_t n)
{
	const uint8_t *p = c->p;

	if (c->err != IGDROM_OK)
		return NULL;
	if (n > c->left) {
		c->err = IGDROM_E_TRUNCATED;
		return NULL;
	}
	if (n == 0)
		return p;
	c->p += n;
	c->left -= n;
	c->at += n;
	return p;
}

static inline uint8_t cur_u8(struct cur *c)
{
	const uint8_t *p = cur_take(c, 1);

	return p ? p[0] : 0;
}

static inline uint16_t cur_u16le(struct cur *c)
{
	const uint8_t *p = cur_take(c, 2);

	return p ? (uint16_t)(p[0] | p[1] << 8) : 0;
}

static inline uint32_t cur_u24le(struct cur *c)
{
	const uint8_t *p = cur_take(c, 3);

	return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 : 0;
}

static inline uint32_t cur_u32le(struct cur *c)
{
	const uint8_t *p = cur_take(c, 4);

	return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
			       (uint32_t)p[3] << 24
		 : 0;
}

static inline uint64_t cur_u64le(struct cur *c)
{
	uint64_t low = cur_u32le(c);
	uint64_t high = cur_u32le(c);

	return c->err == IGDROM_OK ? low | high << 32 : 0;
}

static inline uint16_t cur_u16be(struct cur *c)
{
	const uint8_t *p = cur_take(c, 2);

	return p ? (uint16_t)(p[0] << 8 | p[1]) : 0;
}

static inline uint32_t cur_u32be(struct cur *c)
{
	uint32_t high = cur_u16be(c);
	uint32_t low = cur_u16be(c);

	return c->err == IGDROM_OK ? high << 16 | low : 0;
}

static inline uint64_t cur_u64be(struct cur *c)
{
	uint64_t high = cur_u32be(c);
	uint64_t low = cur_u32be(c);

	return c->err == IGDROM_OK ? high << 32 | low : 0;
}

/* Copies n bytes; on failure dst is zeroed. */
static inline void cur_bytes(struct cur *c, void *dst, size_t n)
{
	const uint8_t *p = cur_take(c, n);

	if (n == 0)
		return;
	if (p)
		memcpy(dst, p, n);
	else
		memset(dst, 0, n);
}

static inline void cur_skip(struct cur *c, size_t n)
{
	(void)cur_take(c, n);
}

/*
 * A cursor over [off, off + n) of what is left, without moving c. Outside: an empty cursor whose
 * error is set (c itself stays usable). No additions, so nothing can wrap.
 */
static inline struct cur cur_sub(const struct cur *c, uint64_t off, uint64_t n)
{
	if (c->err != IGDROM_OK)
		return (struct cur){.at = c->at, .err = c->err};
	if (off > c->left || n > c->left - off)
		return (struct cur){.at = c->at, .err = IGDROM_E_TRUNCATED};
	return (struct cur){
		.p = c->left ? c->p + (size_t)off : c->p,
		.left = (size_t)n,
		.at = c->at + off,
		.err = IGDROM_OK,
	};
}

/* A cursor over everything from off to the end. */
static inline struct cur cur_tail(const struct cur *c, uint64_t off)
{
	return cur_sub(c, off, off > c->left ? UINT64_MAX : c->left - off);
}

#endif
