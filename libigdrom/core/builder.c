/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/builder.h"

#include <stdlib.h>
#include <string.h>

#define BUILD_FIRST_ROOM 512

struct build build_new(size_t max)
{
	return (struct build){.max = max, .err = IGDROM_OK};
}

void build_free(struct build *b)
{
	free(b->data);
	b->data = NULL;
	b->size = 0;
	b->room = 0;
}

static void fail(struct build *b, enum igdrom_status err)
{
	if (b->err == IGDROM_OK)
		b->err = err;
}

/* Room for n more bytes; where they go, or NULL. */
static uint8_t *grow(struct build *b, size_t n)
{
	size_t room = b->room ? b->room : BUILD_FIRST_ROOM;
	uint8_t *data;

	if (b->err != IGDROM_OK)
		return NULL;
	if (n > b->max || b->size > b->max - n) {
		fail(b, IGDROM_E_LIMIT);
		return NULL;
	}
	if (n > b->room - b->size) {
		while (room < b->size + n)
			room = room > SIZE_MAX / 2 ? b->size + n : room * 2;
		data = realloc(b->data, room);
		if (!data) {
			fail(b, IGDROM_E_NOMEM);
			return NULL;
		}
		b->data = data;
		b->room = room;
	}
	data = b->data + b->size;
	b->size += n;
	return data;
}

void build_bytes(struct build *b, const void *data, size_t size)
{
	uint8_t *p = size ? grow(b, size) : NULL;

	if (p)
		memcpy(p, data, size);
}

void build_fill(struct build *b, size_t count, uint8_t value)
{
	uint8_t *p = count ? grow(b, count) : NULL;

	if (p)
		memset(p, value, count);
}

static void put_le(struct build *b, uint64_t v, size_t n)
{
	uint8_t *p = grow(b, n);

	for (size_t i = 0; p && i < n; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

void build_u8(struct build *b, uint8_t v)
{
	put_le(b, v, 1);
}

void build_u16le(struct build *b, uint16_t v)
{
	put_le(b, v, 2);
}

void build_u24le(struct build *b, uint32_t v)
{
	if (v > 0xffffff)
		fail(b, IGDROM_E_LIMIT);
	put_le(b, v, 3);
}

void build_u32le(struct build *b, uint32_t v)
{
	put_le(b, v, 4);
}

void build_u64le(struct build *b, uint64_t v)
{
	put_le(b, v, 8);
}

void build_pad_to(struct build *b, size_t align, uint8_t value)
{
	if (b->size % align)
		build_fill(b, align - b->size % align, value);
}

size_t build_reserve(struct build *b, size_t count)
{
	size_t at = b->size;

	build_fill(b, count, 0);
	return at;
}

static void patch_le(struct build *b, size_t at, uint64_t v, size_t n)
{
	if (b->err != IGDROM_OK)
		return;
	if (at > b->size || n > b->size - at) {
		fail(b, IGDROM_E_INTERNAL);
		return;
	}
	for (size_t i = 0; i < n; i++)
		b->data[at + i] = (uint8_t)(v >> 8 * i);
}

void build_patch_u8(struct build *b, size_t at, uint8_t v)
{
	patch_le(b, at, v, 1);
}

void build_patch_u16le(struct build *b, size_t at, uint16_t v)
{
	patch_le(b, at, v, 2);
}

void build_patch_u32le(struct build *b, size_t at, uint32_t v)
{
	patch_le(b, at, v, 4);
}

void build_patch_units16(struct build *b, size_t at, size_t size, size_t unit)
{
	if (size % unit || size / unit > UINT16_MAX)
		fail(b, IGDROM_E_LIMIT);
	else
		patch_le(b, at, size / unit, 2);
}

void build_checksum8(struct build *b, size_t from, size_t to, size_t at)
{
	uint8_t sum = 0;

	if (b->err != IGDROM_OK)
		return;
	if (from > to || to > b->size || at < from || at >= to) {
		fail(b, IGDROM_E_INTERNAL);
		return;
	}
	b->data[at] = 0;
	for (size_t i = from; i < to; i++)
		sum = (uint8_t)(sum + b->data[i]);
	b->data[at] = (uint8_t)-sum;
}

enum igdrom_status build_finish(struct build *b, struct igdrom_bytes *out)
{
	enum igdrom_status err = b->err;

	*out = (struct igdrom_bytes){0};
	if (err == IGDROM_OK) {
		out->data = b->data;
		out->size = b->size;
		b->data = NULL;
	}
	build_free(b);
	return err;
}
