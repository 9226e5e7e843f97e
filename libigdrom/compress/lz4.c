/* SPDX-License-Identifier: BSD-2-Clause */
#include "compress/lz4.h"
#include "compress/output.h"
#include "core/cursor.h"

#include <limits.h>
#include <lz4.h>
#include <lz4frame.h>
#include <stdlib.h>
#include <string.h>

#define LZ4_RATIO 255 /* each byte of a length adds as much, and no byte more */
/* Where the room ends, liblz4 insists on how a block should end. */
#define BLOCK_SLACK   16
#define LENGTH_LONG   15
#define MATCH_MIN     4
#define FRAME_MAGIC   0x184d2204
#define GUESSED_RATIO 4

static size_t block_length(struct cur *c, unsigned nibble)
{
	size_t length = nibble;
	uint8_t byte = 255;

	if (nibble < LENGTH_LONG)
		return length;
	while (byte == 255) {
		byte = cur_u8(c);
		length += byte;
	}
	return length;
}

/* Why a block was not decoded: liblz4 does not tell. */
static enum igdrom_status block_error(struct cur c, size_t max_out)
{
	size_t at = 0;

	for (;;) {
		uint8_t token = cur_u8(&c);
		size_t literals = block_length(&c, token >> 4), distance, match;

		cur_skip(&c, literals);
		if (c.err == IGDROM_OK && literals > max_out - at)
			return IGDROM_E_LIMIT;
		at += literals;
		if (c.err == IGDROM_OK && c.left == 0)
			return IGDROM_E_CORRUPT; /* well-formed, but liblz4 knows better */
		distance = cur_u16le(&c);
		match = block_length(&c, token & 0xf) + MATCH_MIN;
		if (c.err != IGDROM_OK)
			return c.err;
		if (distance == 0 || distance > at)
			return IGDROM_E_CORRUPT;
		if (match > max_out - at)
			return IGDROM_E_LIMIT;
		at += match;
	}
}

enum igdrom_status lz4_block_decompress(const void *data, size_t size, size_t max_out, size_t *used,
					struct igdrom_bytes *out)
{
	size_t room = output_bound(size, LZ4_RATIO);
	uint8_t *to;
	int made;

	*out = (struct igdrom_bytes){0};
	if (used)
		*used = 0;
	if (size == 0)
		return IGDROM_E_TRUNCATED;
	if (size > INT_MAX)
		return IGDROM_E_LIMIT;
	if (max_out < room && room - max_out > BLOCK_SLACK)
		room = max_out + BLOCK_SLACK;
	room = room < INT_MAX ? room : INT_MAX;
	to = malloc(room);
	if (!to)
		return IGDROM_E_NOMEM;
	made = LZ4_decompress_safe(data, (char *)to, (int)size, (int)room);
	if (made < 0 || (size_t)made > max_out) {
		free(to);
		return made < 0 ? block_error(cur_from(data, size, 0), max_out) : IGDROM_E_LIMIT;
	}
	if (used)
		*used = size;
	return output_hand_out(to, (size_t)made, room, out);
}

struct frame {
	LZ4F_dctx *context;
	struct cur in;
};

static enum igdrom_status frame_status(size_t code)
{
	if (!LZ4F_isError(code))
		return IGDROM_OK;
	if (strcmp(LZ4F_getErrorName(code), "ERROR_allocation_failed") == 0)
		return IGDROM_E_NOMEM;
	return IGDROM_E_CORRUPT;
}

static enum igdrom_status step(void *state, struct output *o, bool *end)
{
	struct frame *f = state;
	size_t made, taken, code;

	do {
		made = o->room - o->size;
		taken = f->in.left;
		code = LZ4F_decompress(f->context, o->data + o->size, &made, f->in.p, &taken, NULL);
		if (LZ4F_isError(code))
			return frame_status(code);
		cur_skip(&f->in, taken);
		o->size += made;
		*end = code == 0;
	} while (!*end && (made || taken));
	return IGDROM_OK;
}

/* How many bytes a frame will make: what it says, as far as that is possible, or a guess. */
static size_t frame_expected(struct frame *f)
{
	size_t taken = f->in.left, most = output_bound(f->in.left, LZ4_RATIO);
	LZ4F_frameInfo_t info = {0};

	if (LZ4F_isError(LZ4F_getFrameInfo(f->context, &info, f->in.p, &taken))) {
		LZ4F_resetDecompressionContext(f->context); /* decoding finds out what is wrong */
		return 0;
	}
	cur_skip(&f->in, taken);
	if (info.contentSize == 0)
		return output_bound(f->in.left, GUESSED_RATIO);
	return info.contentSize < most ? (size_t)info.contentSize : most;
}

enum igdrom_status lz4_frame_decompress(const void *data, size_t size, size_t max_out, size_t *used,
					struct igdrom_bytes *out)
{
	struct frame f = {.in = cur_from(data, size, 0)};
	struct cur magic = f.in;
	enum igdrom_status err;

	*out = (struct igdrom_bytes){0};
	if (used)
		*used = 0;
	if (cur_u32le(&magic) != FRAME_MAGIC)
		return magic.err == IGDROM_OK ? IGDROM_E_CORRUPT : magic.err;
	if (LZ4F_isError(LZ4F_createDecompressionContext(&f.context, LZ4F_VERSION)))
		return IGDROM_E_NOMEM;
	err = output_run(step, &f, frame_expected(&f), max_out, out);
	if (err == IGDROM_OK && used)
		*used = (size_t)f.in.at;
	LZ4F_freeDecompressionContext(f.context);
	return err;
}
