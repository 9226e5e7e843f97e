/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header is written here, as EDK2 wants the true size in it and no end marker, and liblzma makes
 * the raw stream behind it.
 */
#include "compress/lzma.h"
#include "core/builder.h"
#include "core/cursor.h"
#include "core/large.h"

#include <lzma.h>
#include <stdlib.h>

#define PROPERTIES_COUNT (9 * 5 * 5) /* lc 0 to 8, lp 0 to 4, pb 0 to 4 */
#define PRESET           9 /* what EDK2's encoder works like, but for the settings in the header */
#define OUTPUT_STEP      (64u << 10)
/* What matches reach back to, whatever the header allows: the encoder needs eleven times that. */
#define MOST_WINDOW (32u << 20)

/* The tables of the match finder are read all over: large pages save up to a tenth of the time. */
static void *allocate(void *opaque, size_t count, size_t size)
{
	(void)opaque;
	return count > SIZE_MAX / size ? NULL : large_alloc(count * size);
}

static void release(void *opaque, void *data)
{
	(void)opaque;
	free(data);
}

static const lzma_allocator allocator = {allocate, release, NULL};

/* Settings of a stream that is there, for one that takes its place. */
static enum igdrom_status take_settings(struct igdrom_bytes like, uint8_t *properties,
					lzma_options_lzma *options)
{
	struct cur c = cur_from(like.data, like.size, 0);

	*properties = cur_u8(&c);
	if (lzma_lzma_preset(options, PRESET))
		return IGDROM_E_INTERNAL;
	options->dict_size = cur_u32le(&c);
	if (c.err != IGDROM_OK)
		return c.err;
	if (*properties >= PROPERTIES_COUNT)
		return IGDROM_E_CORRUPT;
	options->lc = *properties % 9;
	options->lp = *properties / 9 % 5;
	options->pb = *properties / 9 / 5;
	options->ext_flags = 0;
	return options->lc + options->lp > LZMA_LCLP_MAX ? IGDROM_E_UNSUPPORTED : IGDROM_OK;
}

/* No match reaches farther back than the first byte. */
static uint32_t window_of(uint32_t dictionary, size_t size)
{
	size_t window = dictionary < MOST_WINDOW ? dictionary : MOST_WINDOW;

	window = size < window ? size : window;
	return window < LZMA_DICT_SIZE_MIN ? LZMA_DICT_SIZE_MIN : (uint32_t)window;
}

static enum igdrom_status encode(lzma_stream *s, struct igdrom_bytes data, const struct pace *pace,
				 struct build *b)
{
	lzma_ret ret = LZMA_OK;
	size_t left = data.size;

	s->next_in = data.data;
	while (ret == LZMA_OK) {
		size_t at = build_reserve(b, OUTPUT_STEP);

		if (b->err != IGDROM_OK)
			return b->err;
		if (!s->avail_in) {
			if (!pace_go_on(pace, data.size - left))
				return IGDROM_E_CANCELED;
			s->avail_in = left < PACE_BYTES ? left : PACE_BYTES;
			left -= s->avail_in;
		}
		s->next_out = b->data + at;
		s->avail_out = OUTPUT_STEP;
		ret = lzma_code(s, left ? LZMA_RUN : LZMA_FINISH);
		b->size -= s->avail_out;
	}
	if (ret == LZMA_MEM_ERROR)
		return IGDROM_E_NOMEM;
	return ret == LZMA_STREAM_END ? IGDROM_OK : IGDROM_E_INTERNAL;
}

static enum igdrom_status compress(struct igdrom_bytes data, struct igdrom_bytes like, bool x86,
				   const struct pace *pace, struct igdrom_bytes *out)
{
	lzma_options_lzma options;
	const lzma_filter filters[] = {
		{.id = LZMA_FILTER_X86},
		{.id = LZMA_FILTER_LZMA1EXT, .options = &options},
		{.id = LZMA_VLI_UNKNOWN},
	};
	struct build b = build_new(UINT32_MAX);
	lzma_stream s = LZMA_STREAM_INIT;
	uint8_t properties;
	enum igdrom_status status = take_settings(like, &properties, &options);
	lzma_ret ret;

	*out = (struct igdrom_bytes){0};
	if (status != IGDROM_OK)
		return status;
	build_u8(&b, properties);
	build_u32le(&b, options.dict_size);
	build_u64le(&b, data.size);
	lzma_set_ext_size(options, data.size);
	options.dict_size = window_of(options.dict_size, data.size);
	s.allocator = &allocator;
	ret = lzma_raw_encoder(&s, filters + !x86);
	if (ret == LZMA_OK)
		status = encode(&s, data, pace, &b);
	else
		status = ret == LZMA_MEM_ERROR ? IGDROM_E_NOMEM : IGDROM_E_UNSUPPORTED;
	lzma_end(&s);
	if (status == IGDROM_OK)
		status = build_finish(&b, out);
	build_free(&b);
	return status;
}

enum igdrom_status lzma_alone_compress(struct igdrom_bytes data, struct igdrom_bytes like,
				       const struct pace *pace, struct igdrom_bytes *out)
{
	return compress(data, like, false, pace, out);
}

enum igdrom_status lzma_x86_compress(struct igdrom_bytes data, struct igdrom_bytes like,
				     const struct pace *pace, struct igdrom_bytes *out)
{
	return compress(data, like, true, pace, out);
}
