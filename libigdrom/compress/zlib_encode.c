/* SPDX-License-Identifier: BSD-2-Clause */
/* Streams in the place of others: what their headers say stays. */
#include "compress/zlib.h"
#include "core/builder.h"
#include "core/cursor.h"

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

#define OUTPUT_STEP  (64u << 10)
#define MEMORY_LEVEL 8 /* what everybody has who does not ask for another */

/* RFC 1950, 2.2 */
#define METHOD_MASK    0x0f
#define METHOD_DEFLATE 8
#define WINDOW_SHIFT   4
#define WINDOW_MOST    15
#define WINDOW_LEAST   9 /* zlib writes no smaller one */
#define DICTIONARY     0x20
#define LEVEL_SHIFT    6
#define CHECK_MODULUS  31

/* RFC 1952, 2.3.1 */
#define GZIP_MAGIC     0x8b1f
#define GZIP_HCRC      0x02
#define GZIP_EXTRA     0x04
#define GZIP_NAME      0x08
#define GZIP_COMMENT   0x10
#define GZIP_RESERVED  0xe0
#define GZIP_SLOWEST   2
#define GZIP_FASTEST   4
#define GZIP_TIME_SIZE 4

#define LEVEL_FASTEST 1
#define LEVEL_DEFAULT 6
#define LEVEL_SLOWEST 9

static void *allocate(void *opaque, uInt count, uInt size)
{
	(void)opaque;
	return calloc(count, size);
}

static void release(void *opaque, void *data)
{
	(void)opaque;
	free(data);
}

static enum igdrom_status run(z_stream *z, struct igdrom_bytes data, const struct pace *pace,
			      struct build *b)
{
	size_t left = data.size;
	int ret = Z_OK;

	z->next_in = data.data;
	while (ret == Z_OK) {
		size_t at = build_reserve(b, OUTPUT_STEP);

		if (b->err != IGDROM_OK)
			return b->err;
		if (!z->avail_in) {
			if (!pace_go_on(pace, data.size - left))
				return IGDROM_E_CANCELED;
			z->avail_in = (uInt)(left < PACE_BYTES ? left : PACE_BYTES);
			left -= z->avail_in;
		}
		z->next_out = b->data + at;
		z->avail_out = OUTPUT_STEP;
		ret = deflate(z, left ? Z_NO_FLUSH : Z_FINISH);
		b->size -= z->avail_out;
	}
	return ret == Z_STREAM_END ? IGDROM_OK : IGDROM_E_INTERNAL;
}

/* window: as deflateInit2() takes it, negative for a stream without header and checksum. */
static enum igdrom_status encode(struct igdrom_bytes data, int level, int window,
				 const struct pace *pace, struct build *b)
{
	z_stream z = {.zalloc = allocate, .zfree = release};
	enum igdrom_status status;
	int ret = deflateInit2(&z, level, Z_DEFLATED, window, MEMORY_LEVEL, Z_DEFAULT_STRATEGY);

	if (ret != Z_OK)
		return ret == Z_MEM_ERROR ? IGDROM_E_NOMEM : IGDROM_E_INTERNAL;
	status = run(&z, data, pace, b);
	deflateEnd(&z);
	return status;
}

enum igdrom_status zlib_compress(struct igdrom_bytes data, struct igdrom_bytes like,
				 const struct pace *pace, struct igdrom_bytes *out)
{
	/* The slowest one of those that each value stands for: 0 and 1, 2 to 5, 6, 7 to 9. */
	static const int levels[] = {LEVEL_FASTEST, 5, LEVEL_DEFAULT, LEVEL_SLOWEST};
	struct build b = build_new(UINT32_MAX);
	struct cur c = cur_from(like.data, like.size, 0);
	uint8_t method = cur_u8(&c), flags = cur_u8(&c);
	int window = (method >> WINDOW_SHIFT) + 8;
	enum igdrom_status status;

	*out = (struct igdrom_bytes){0};
	if (c.err != IGDROM_OK)
		return c.err;
	if ((method & METHOD_MASK) != METHOD_DEFLATE || window > WINDOW_MOST ||
	    (method << 8 | flags) % CHECK_MODULUS)
		return IGDROM_E_CORRUPT;
	if (flags & DICTIONARY)
		return IGDROM_E_UNSUPPORTED;
	status = encode(data, levels[flags >> LEVEL_SHIFT],
			window < WINDOW_LEAST ? WINDOW_LEAST : window, pace, &b);
	if (status == IGDROM_OK)
		status = build_finish(&b, out);
	build_free(&b);
	return status;
}

static void skip_text(struct cur *c)
{
	while (cur_u8(c) != 0 && c->err == IGDROM_OK)
		;
}

/* The size of a member's header, and the level that it tells of. */
static enum igdrom_status read_gzip_header(struct igdrom_bytes like, size_t *size, int *level)
{
	struct cur c = cur_from(like.data, like.size, 0);
	uint16_t magic = cur_u16le(&c);
	uint8_t method = cur_u8(&c), flags = cur_u8(&c), extra;

	cur_skip(&c, GZIP_TIME_SIZE);
	extra = cur_u8(&c);
	cur_u8(&c); /* operating system */
	if (c.err != IGDROM_OK)
		return c.err;
	if (magic != GZIP_MAGIC || method != METHOD_DEFLATE)
		return IGDROM_E_CORRUPT;
	if (flags & GZIP_RESERVED)
		return IGDROM_E_UNSUPPORTED;
	if (flags & GZIP_EXTRA)
		cur_skip(&c, cur_u16le(&c));
	if (flags & GZIP_NAME)
		skip_text(&c);
	if (flags & GZIP_COMMENT)
		skip_text(&c);
	if (flags & GZIP_HCRC)
		cur_u16le(&c);
	*size = like.size - c.left;
	*level = extra == GZIP_SLOWEST   ? LEVEL_SLOWEST
		 : extra == GZIP_FASTEST ? LEVEL_FASTEST
					 : LEVEL_DEFAULT;
	return c.err;
}

enum igdrom_status gzip_compress(struct igdrom_bytes data, struct igdrom_bytes like,
				 const struct pace *pace, struct igdrom_bytes *out)
{
	struct build b = build_new(UINT32_MAX);
	enum igdrom_status status;
	size_t header;
	int level;

	*out = (struct igdrom_bytes){0};
	status = read_gzip_header(like, &header, &level);
	if (status != IGDROM_OK)
		return status;
	build_bytes(&b, like.data, header);
	status = encode(data, level, -WINDOW_MOST, pace, &b);
	build_u32le(&b, (uint32_t)crc32_z(0, data.data, data.size));
	build_u32le(&b, (uint32_t)data.size);
	if (status == IGDROM_OK)
		status = build_finish(&b, out);
	build_free(&b);
	return status;
}
