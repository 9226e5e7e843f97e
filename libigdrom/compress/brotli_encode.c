/* SPDX-License-Identifier: BSD-2-Clause */
#include "compress/brotli.h"
#include "core/builder.h"
#include "core/cursor.h"

#include <brotli/encode.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdlib.h>

#define HEADER_SIZE     16
#define SCRATCH_SIZE_AT 8
#define OUTPUT_STEP     (64u << 10)
#define MOST_HINT       (1u << 30)

/* tianocore/edk2:BaseTools/Source/C/BrotliCompress: the quality, and what a decoder is given beyond
 * what it takes. */
#define QUALITY     9
#define MARGIN      ((2u << 19) + 0x1000)
#define MOST_MARGIN (1u << 30)

/* Takes some twenty times as long, and on bad data longer still. */
#define BEST_QUALITY      11
#define MOST_BEST_QUALITY ((size_t)32 << 20)

/* The window of a stream (RFC 7932, 9.1); 0: larger than the standard has. */
static unsigned window_of(uint8_t first)
{
	unsigned high = first >> 1 & 7, low = first >> 4 & 7;

	if (!(first & 1))
		return 16;
	if (high)
		return 17 + high;
	if (low == 0)
		return 17;
	return low == 1 ? 0 : 8 + low;
}

/*
 * Where memory runs out, libbrotlienc ends the process, unless it was built in another way than
 * everybody does. So a failed allocation never returns to it, and what it holds is in a list.
 */
struct block {
	struct block *next, **link;
	max_align_t data[];
};

struct memory {
	struct block *first;
	jmp_buf ran_out;
};

static void *allocate(void *opaque, size_t size)
{
	struct memory *memory = opaque;
	struct block *block =
		size < SIZE_MAX - sizeof(*block) ? malloc(sizeof(*block) + size) : NULL;

	if (!block)
		longjmp(memory->ran_out, 1);
	block->next = memory->first;
	block->link = &memory->first;
	if (block->next)
		block->next->link = &block->next;
	memory->first = block;
	return block->data;
}

static void release(void *opaque, void *data)
{
	struct block *block;

	(void)opaque;
	if (!data)
		return;
	block = (struct block *)(void *)((uint8_t *)data - offsetof(struct block, data));
	*block->link = block->next;
	if (block->next)
		block->next->link = block->link;
	free(block);
}

static void release_all(struct memory *memory)
{
	while (memory->first)
		release(memory, memory->first->data);
}

static enum igdrom_status run(BrotliEncoderState *state, struct igdrom_bytes data,
			      const struct pace *pace, struct build *b)
{
	const uint8_t *next = data.data;
	size_t left = data.size, some = 0;

	while (!BrotliEncoderIsFinished(state)) {
		size_t at = build_reserve(b, OUTPUT_STEP), room = OUTPUT_STEP;
		uint8_t *out;

		if (b->err != IGDROM_OK)
			return b->err;
		if (!some) {
			if (!pace_go_on(pace, data.size - left))
				return IGDROM_E_CANCELED;
			some = left < PACE_BYTES ? left : PACE_BYTES;
			left -= some;
		}
		out = b->data + at;
		if (!BrotliEncoderCompressStream(
			    state, left ? BROTLI_OPERATION_PROCESS : BROTLI_OPERATION_FINISH, &some,
			    &next, &room, &out, NULL))
			return IGDROM_E_INTERNAL;
		b->size -= room;
	}
	return IGDROM_OK;
}

static enum igdrom_status encode_in(struct memory *memory, struct igdrom_bytes data,
				    uint32_t quality, uint32_t window, const struct pace *pace,
				    struct build *b)
{
	uint32_t hint = data.size < MOST_HINT ? (uint32_t)data.size : MOST_HINT;
	BrotliEncoderState *state;

	if (setjmp(memory->ran_out))
		return IGDROM_E_NOMEM;
	state = BrotliEncoderCreateInstance(allocate, release, memory);
	if (!state || !BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, quality) ||
	    !BrotliEncoderSetParameter(state, BROTLI_PARAM_LGWIN, window) ||
	    !BrotliEncoderSetParameter(state, BROTLI_PARAM_SIZE_HINT, hint))
		return IGDROM_E_INTERNAL;
	build_reserve(b, HEADER_SIZE);
	return run(state, data, pace, b);
}

/* Header and stream; the sizes in the header are set by the caller. */
static enum igdrom_status encode(struct igdrom_bytes data, uint32_t quality, uint32_t window,
				 const struct pace *pace, struct build *b)
{
	struct memory memory = {0};
	enum igdrom_status status = encode_in(&memory, data, quality, window, pace, b);

	release_all(&memory);
	return status;
}

/* Whether a new stream packs less than the old one did. */
static bool is_worse(size_t packed, size_t size, const struct brotli_measures *old)
{
	return (double)packed * (double)old->decoded > (double)old->size * (double)size;
}

/* Of all that is packed for one image, so that many streams do not take many times as long. */
static bool may_be_slow(size_t size, const struct pace *pace)
{
	return size <= MOST_BEST_QUALITY && (!pace || pace->total <= MOST_BEST_QUALITY);
}

static enum igdrom_status encode_best(struct igdrom_bytes data, uint32_t window,
				      const struct pace *pace, struct build *b)
{
	struct build best = build_new(UINT32_MAX);
	enum igdrom_status status = encode(data, BEST_QUALITY, window, pace, &best);

	if (status == IGDROM_OK && best.size < b->size) {
		build_free(b);
		*b = best;
		return IGDROM_OK;
	}
	build_free(&best);
	return status;
}

enum igdrom_status brotli_edk2_compress(struct igdrom_bytes data, struct igdrom_bytes like,
					const struct pace *pace, struct igdrom_bytes *out)
{
	struct cur c = cur_from(like.data, like.size, 0);
	struct build b = build_new(UINT32_MAX);
	struct brotli_measures old, new;
	struct igdrom_bytes stream;
	enum igdrom_status status;
	uint64_t scratch;
	unsigned window;

	*out = (struct igdrom_bytes){0};
	cur_skip(&c, SCRATCH_SIZE_AT);
	scratch = cur_u64le(&c);
	if (c.err != IGDROM_OK || c.left == 0)
		return IGDROM_E_TRUNCATED;
	window = window_of(c.p[0]);
	if (window == 0)
		return IGDROM_E_UNSUPPORTED;
	stream = (struct igdrom_bytes){c.p, c.left};
	status = brotli_measure(stream, &old);
	if (status == IGDROM_OK)
		status = encode(data, QUALITY, window, pace, &b);
	if (status == IGDROM_OK && may_be_slow(data.size, pace) &&
	    is_worse(b.size - HEADER_SIZE, data.size, &old))
		status = encode_best(data, window, pace, &b);
	if (status == IGDROM_OK) {
		stream = (struct igdrom_bytes){b.data + HEADER_SIZE, b.size - HEADER_SIZE};
		status = brotli_measure(stream, &new);
	}
	if (status == IGDROM_OK) {
		if (scratch > old.memory && scratch - old.memory <= MOST_MARGIN)
			scratch -= old.memory;
		else
			scratch = MARGIN;
		build_patch_u32le(&b, 0, (uint32_t)data.size);
		build_patch_u32le(&b, SCRATCH_SIZE_AT, (uint32_t)(new.memory + scratch));
		status = build_finish(&b, out);
	}
	build_free(&b);
	return status;
}
