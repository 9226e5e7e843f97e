/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The header is read here and liblzma gets the raw stream: so the memory for the dictionary is what
 * the output needs and not what the header claims, and the x86 filter can stand behind it.
 */
#include "compress/lzma.h"
#include "compress/output.h"
#include "core/cursor.h"
#include "core/large.h"

#include <lzma.h>
#include <stdlib.h>

#define PROPERTIES_COUNT (9 * 5 * 5) /* lc 0 to 8, lp 0 to 4, pb 0 to 4 */
#define SIZE_UNKNOWN     UINT64_MAX
/*
 * A match of 273 bytes takes 14 bits, each of which costs log2(2048 / 2017) bits at least: 7089
 * bytes from one.
 */
#define LZMA_RATIO    7100
#define GUESSED_RATIO 4

/* liblzma asks for a decoder and for a dictionary, which is as large as the output at most. */
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

static enum igdrom_status lzma_status(lzma_ret ret)
{
	switch (ret) {
	case LZMA_OK:
	case LZMA_STREAM_END:
	case LZMA_BUF_ERROR: /* no progress: output_run() sees why */
		return IGDROM_OK;
	case LZMA_MEM_ERROR:
		return IGDROM_E_NOMEM;
	case LZMA_OPTIONS_ERROR:
		return IGDROM_E_UNSUPPORTED;
	case LZMA_DATA_ERROR:
		return IGDROM_E_CORRUPT;
	default:
		return IGDROM_E_INTERNAL;
	}
}

static enum igdrom_status step(void *state, struct output *o, bool *end)
{
	lzma_stream *s = state;
	lzma_ret ret = LZMA_OK;

	s->next_out = o->data + o->size;
	s->avail_out = o->room - o->size;
	while (ret == LZMA_OK && s->avail_out)
		ret = lzma_code(s, LZMA_RUN);
	o->size = o->room - s->avail_out;
	*end = ret == LZMA_STREAM_END;
	return lzma_status(ret);
}

/* The header: fills in the options, says how large the output is. */
static enum igdrom_status read_header(struct cur *c, lzma_options_lzma *options, uint64_t *size)
{
	uint8_t properties = cur_u8(c);

	options->dict_size = cur_u32le(c);
	*size = cur_u64le(c);
	if (c->err != IGDROM_OK)
		return c->err;
	if (properties >= PROPERTIES_COUNT)
		return IGDROM_E_CORRUPT;
	options->lc = properties % 9;
	options->lp = properties / 9 % 5;
	options->pb = properties / 9 / 5;
	options->ext_flags = LZMA_LZMA1EXT_ALLOW_EOPM;
	lzma_set_ext_size(*options, *size);
	if (options->lc + options->lp > LZMA_LCLP_MAX)
		return IGDROM_E_UNSUPPORTED;
	return IGDROM_OK;
}

static enum igdrom_status decode(struct cur c, const lzma_filter *filters, size_t expected,
				 size_t max_out, size_t *used, struct igdrom_bytes *out)
{
	lzma_stream s = LZMA_STREAM_INIT;
	enum igdrom_status err;

	s.allocator = &allocator;
	err = lzma_status(lzma_raw_decoder(&s, filters));
	s.next_in = c.p;
	s.avail_in = c.left;
	if (err == IGDROM_OK)
		err = output_run(step, &s, expected, max_out, out);
	if (err == IGDROM_OK)
		*used = c.left - s.avail_in;
	lzma_end(&s);
	return err;
}

static enum igdrom_status decompress(const void *data, size_t size, size_t max_out, bool x86,
				     size_t *used, struct igdrom_bytes *out)
{
	struct cur c = cur_from(data, size, 0);
	lzma_options_lzma options = {0};
	const lzma_filter filters[] = {
		{.id = LZMA_FILTER_X86},
		{.id = LZMA_FILTER_LZMA1EXT, .options = &options},
		{.id = LZMA_VLI_UNKNOWN},
	};
	size_t most, expected, body = 0;
	uint64_t declared;
	enum igdrom_status err = read_header(&c, &options, &declared);

	*out = (struct igdrom_bytes){0};
	if (used)
		*used = 0;
	if (err != IGDROM_OK)
		return err;
	if (declared != SIZE_UNKNOWN && declared > max_out)
		return IGDROM_E_LIMIT;
	most = output_bound(c.left, LZMA_RATIO);
	most = max_out < most ? max_out : most;
	expected = output_bound(c.left, GUESSED_RATIO);
	if (declared != SIZE_UNKNOWN)
		expected = declared < most ? (size_t)declared : most;
	most = declared != SIZE_UNKNOWN ? expected : most;
	if (options.dict_size > most)
		options.dict_size = (uint32_t)most;
	err = decode(c, filters + !x86, expected, max_out, &body, out);
	if (err == IGDROM_OK && used)
		*used = size - c.left + body;
	return err;
}

enum igdrom_status lzma_alone_decompress(const void *data, size_t size, size_t max_out,
					 size_t *used, struct igdrom_bytes *out)
{
	return decompress(data, size, max_out, false, used, out);
}

enum igdrom_status lzma_x86_decompress(const void *data, size_t size, size_t max_out, size_t *used,
				       struct igdrom_bytes *out)
{
	return decompress(data, size, max_out, true, used, out);
}
