/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header is written here, as EDK2 wants the true size in it and no end marker, and liblzma makes
 * the raw stream behind it.
 */
#include "compress/lzma.h"
#include "core/builder.h"
#include "core/cursor.h"

#include <lzma.h>
#include <stdlib.h>

#define PROPERTIES_COUNT (9 * 5 * 5) /* lc 0 to 8, lp 0 to 4, pb 0 to 4 */
#define HEADER_SIZE      13
#define PRESET           9 /* what EDK2's encoder works like, but for the settings in the header */
#define AT_ONCE          (64u << 10)

/* Settings of a stream that is there, for one that takes its place. */
static enum igdrom_status take_settings(const void *like, size_t like_size, uint8_t *properties,
					lzma_options_lzma *options)
{
	struct cur c = cur_from(like, like_size, 0);
	uint32_t dictionary;

	*properties = cur_u8(&c);
	dictionary = cur_u32le(&c);
	if (c.err != IGDROM_OK)
		return c.err;
	if (*properties >= PROPERTIES_COUNT || lzma_lzma_preset(options, PRESET))
		return IGDROM_E_CORRUPT;
	options->lc = *properties % 9;
	options->lp = *properties / 9 % 5;
	options->pb = *properties / 9 / 5;
	options->dict_size = dictionary;
	options->ext_flags = 0;
	if (options->lc + options->lp > LZMA_LCLP_MAX || dictionary < LZMA_DICT_SIZE_MIN ||
	    dictionary > (UINT32_C(1) << 30))
		return IGDROM_E_UNSUPPORTED;
	return IGDROM_OK;
}

static enum igdrom_status encode(lzma_stream *s, struct build *b)
{
	lzma_ret ret = LZMA_OK;

	while (ret == LZMA_OK && b->err == IGDROM_OK) {
		size_t at = build_reserve(b, AT_ONCE);

		if (b->err != IGDROM_OK)
			break;
		s->next_out = b->data + at;
		s->avail_out = AT_ONCE;
		ret = lzma_code(s, LZMA_FINISH);
		b->size -= s->avail_out;
	}
	if (ret == LZMA_MEM_ERROR)
		return IGDROM_E_NOMEM;
	return b->err == IGDROM_OK && ret != LZMA_STREAM_END ? IGDROM_E_INTERNAL : b->err;
}

static enum igdrom_status compress(const void *data, size_t size, const void *like,
				   size_t like_size, bool x86, struct igdrom_bytes *out)
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
	enum igdrom_status status = take_settings(like, like_size, &properties, &options);
	lzma_ret ret;

	*out = (struct igdrom_bytes){0};
	if (status != IGDROM_OK)
		return status;
	build_u8(&b, properties);
	build_u32le(&b, options.dict_size);
	build_u64le(&b, size);
	lzma_set_ext_size(options, size);
	/* No match reaches farther back than the first byte. */
	if (options.dict_size > size && size >= LZMA_DICT_SIZE_MIN)
		options.dict_size = (uint32_t)size;
	ret = lzma_raw_encoder(&s, filters + !x86);
	s.next_in = data;
	s.avail_in = size;
	if (ret == LZMA_OK)
		status = encode(&s, &b);
	else
		status = ret == LZMA_MEM_ERROR ? IGDROM_E_NOMEM : IGDROM_E_UNSUPPORTED;
	lzma_end(&s);
	if (status == IGDROM_OK)
		status = build_finish(&b, out);
	build_free(&b);
	return status;
}

enum igdrom_status lzma_alone_compress(const void *data, size_t size, const void *like,
				       size_t like_size, struct igdrom_bytes *out)
{
	return compress(data, size, like, like_size, false, out);
}

enum igdrom_status lzma_x86_compress(const void *data, size_t size, const void *like,
				     size_t like_size, struct igdrom_bytes *out)
{
	return compress(data, size, like, like_size, true, out);
}
