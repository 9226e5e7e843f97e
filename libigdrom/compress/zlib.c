/* SPDX-License-Identifier: BSD-2-Clause */
#include "compress/zlib.h"
#include "compress/output.h"

#include <limits.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#define WINDOW_ZLIB   15
#define WINDOW_GZIP   (15 + 16)
#define GUESSED_RATIO 4

struct inflate {
	z_stream z;
	const uint8_t *p;
	size_t left;
	bool members; /* another one may follow */
};

/* RFC 1952, 2.3.1: ID1, ID2 and the only compression method there is. */
static bool is_member(const struct inflate *in)
{
	static const uint8_t start[] = {0x1f, 0x8b, 8};

	return in->left >= sizeof(start) && memcmp(in->p, start, sizeof(start)) == 0;
}

/* As much as zlib's counters hold at a time. */
static int inflate_some(struct inflate *in, struct output *o)
{
	uInt avail_in = in->left < UINT_MAX ? (uInt)in->left : UINT_MAX;
	size_t room = o->room - o->size;
	uInt avail_out = room < UINT_MAX ? (uInt)room : UINT_MAX;
	int ret;

	in->z.next_in = in->p;
	in->z.avail_in = avail_in;
	in->z.next_out = o->data + o->size;
	in->z.avail_out = avail_out;
	ret = inflate(&in->z, Z_FINISH);
	in->p += avail_in - in->z.avail_in;
	in->left -= avail_in - in->z.avail_in;
	o->size += avail_out - in->z.avail_out;
	if (ret == Z_BUF_ERROR && (avail_in != in->z.avail_in || avail_out != in->z.avail_out))
		return Z_OK;
	return ret;
}

static enum igdrom_status step(void *state, struct output *o, bool *end)
{
	struct inflate *in = state;

	for (;;) {
		switch (inflate_some(in, o)) {
		case Z_OK:
			break;
		case Z_BUF_ERROR:
			return IGDROM_OK;
		case Z_STREAM_END:
			*end = !in->members || !is_member(in);
			if (*end)
				return IGDROM_OK;
			if (inflateReset(&in->z) != Z_OK)
				return IGDROM_E_INTERNAL;
			break;
		case Z_MEM_ERROR:
			return IGDROM_E_NOMEM;
		case Z_NEED_DICT:
			return IGDROM_E_UNSUPPORTED;
		default:
			return IGDROM_E_CORRUPT;
		}
	}
}

static enum igdrom_status decompress(int window, const void *data, size_t size, size_t max_out,
				     size_t *used, struct igdrom_bytes *out)
{
	struct inflate in = {.p = data, .left = size, .members = window == WINDOW_GZIP};
	enum igdrom_status err;

	*out = (struct igdrom_bytes){0};
	if (used)
		*used = 0;
	if (inflateInit2(&in.z, window) != Z_OK)
		return IGDROM_E_NOMEM;
	err = output_run(step, &in, output_bound(size, GUESSED_RATIO), max_out, out);
	if (err == IGDROM_OK && used)
		*used = size - in.left;
	inflateEnd(&in.z);
	return err;
}

enum igdrom_status zlib_decompress(const void *data, size_t size, size_t max_out, size_t *used,
				   struct igdrom_bytes *out)
{
	return decompress(WINDOW_ZLIB, data, size, max_out, used, out);
}

enum igdrom_status gzip_decompress(const void *data, size_t size, size_t max_out, size_t *used,
				   struct igdrom_bytes *out)
{
	return decompress(WINDOW_GZIP, data, size, max_out, used, out);
}
