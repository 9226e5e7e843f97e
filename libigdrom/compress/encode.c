/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The encoder. The data is taken in segments, to bound memory; each goes through a rough parse,
 * which shows where blocks should begin and what symbols cost in them, and two exact ones: the first
 * under those costs, the second under the code lengths that came out of the first.
 */
#include "compress/parse.h"
#include "compress/split.h"

#include <stdlib.h>
#include <string.h>

#define SEGMENT_SIZE ((size_t)256 << 10)
/* In a segment; beyond it shorter ones have to do. */
#define LONG_MATCHES (2 * SEGMENT_SIZE)

struct encoder {
	enum uefi_variant variant;
	struct log2 log2;
	struct finder *finder;
	struct matches matches;
	struct parser parser;
	struct span *span;
	size_t spans;
	struct put put;
};

static void encoder_free(struct encoder *e)
{
	finder_free(e->finder);
	free(e->matches.nearest);
	free(e->matches.longer);
	free(e->parser.token);
	free(e->span);
}

static enum igdrom_status encoder_init(struct encoder *e, enum uefi_variant variant,
				       const uint8_t *data, size_t size)
{
	size_t places = size < SEGMENT_SIZE ? size : SEGMENT_SIZE;

	*e = (struct encoder){.variant = variant};
	log2_init(&e->log2);
	e->finder = finder_new(data, size, window_size(variant));
	e->matches.longer_room = places < SEGMENT_SIZE ? 2 * places : LONG_MATCHES;
	e->matches.nearest = malloc(places * sizeof(*e->matches.nearest));
	e->matches.longer = malloc(e->matches.longer_room * sizeof(*e->matches.longer));
	e->parser.matches = &e->matches;
	e->parser.token = malloc(places * sizeof(*e->parser.token));
	e->matches.longest = e->parser.token;
	e->span = malloc(split_spans_max(places) * sizeof(*e->span));
	if (e->finder && e->matches.nearest && e->matches.longer && e->parser.token && e->span)
		return IGDROM_OK;
	encoder_free(e);
	return IGDROM_E_NOMEM;
}

/* One exact parse; afterwards the spans say what is in them now. */
static void parse_exactly(struct encoder *e, bool by_codes)
{
	struct parser *p = &e->parser;
	size_t count = 0, at = 0;

	parse_begin(p);
	for (size_t i = e->spans; i-- > 0;) {
		struct span *span = &e->span[i];
		struct block block;
		struct cost cost;

		if (by_codes) {
			block_plan(&block, e->variant, &span->h);
			cost_from_block(&cost, &e->log2, &span->h, &block);
		} else {
			cost_from_histogram(&cost, &e->log2, &span->h);
		}
		parse_span(p, i ? e->span[i - 1].end : 0, span->end, &cost);
	}
	for (size_t i = 0; i < e->spans; i++) {
		struct span *span = &e->span[i];
		size_t before = count;

		memset(&span->h, 0, sizeof(span->h));
		parse_collect(p, &at, span->end, &count, &span->h);
		span->tokens = count - before;
	}
}

static void write_block(struct encoder *e, const struct histogram *h, const uint32_t *token,
			size_t count)
{
	struct block block;

	block_plan(&block, e->variant, h);
	block_write(&block, e->variant, token, count, &e->put);
}

/* A span may have got more tokens than a block can have. */
static void write_large(struct encoder *e, const uint32_t *token, size_t count)
{
	while (count) {
		size_t n = count < BLOCK_SYMBOLS_MAX ? count : BLOCK_SYMBOLS_MAX;
		struct histogram h = {0};

		histogram_add(&h, token, n);
		write_block(e, &h, token, n);
		token += n;
		count -= n;
	}
}

static void write_spans(struct encoder *e)
{
	const uint32_t *token = e->parser.token;

	for (size_t i = 0; i < e->spans; i++) {
		const struct span *span = &e->span[i];

		if (span->tokens > BLOCK_SYMBOLS_MAX)
			write_large(e, token, span->tokens);
		else if (span->tokens)
			write_block(e, &span->h, token, span->tokens);
		token += span->tokens;
	}
}

static enum igdrom_status encode_segment(struct encoder *e, const uint8_t *data, size_t from,
					 size_t to)
{
	enum igdrom_status err;
	size_t count;

	finder_run(e->finder, from, to, &e->matches);
	e->parser.data = data + from;
	e->parser.size = to - from;
	count = parse_roughly(&e->parser);
	err = split_tokens(&e->log2, e->parser.token, count, e->span, &e->spans);
	if (err != IGDROM_OK)
		return err;
	parse_exactly(e, false);
	parse_exactly(e, true);
	write_spans(e);
	return IGDROM_OK;
}

enum igdrom_status uefi_compress(enum uefi_variant variant, const void *data, size_t size,
				 struct igdrom_bytes *out)
{
	return uefi_compress_paced(variant, data, size, NULL, out);
}

enum igdrom_status uefi_compress_paced(enum uefi_variant variant, const void *data, size_t size,
				       const struct pace *pace, struct igdrom_bytes *out)
{
	struct build b = build_new(UINT32_MAX);
	struct encoder e;
	enum igdrom_status err = IGDROM_OK;

	*out = (struct igdrom_bytes){0};
	if (size > UINT32_MAX)
		return IGDROM_E_LIMIT;
	build_u32le(&b, 0);
	build_u32le(&b, (uint32_t)size);
	if (size) {
		err = encoder_init(&e, variant, data, size);
		if (err != IGDROM_OK)
			goto out;
		e.put.to = &b;
		for (size_t at = 0, end; at < size && err == IGDROM_OK; at = end) {
			end = size - at < SEGMENT_SIZE ? size : at + SEGMENT_SIZE;
			err = pace_go_on(pace, at) ? encode_segment(&e, data, at, end)
						   : IGDROM_E_CANCELED;
		}
		put_end(&e.put);
		encoder_free(&e);
	}
	build_patch_u32le(&b, 0, (uint32_t)(b.size - STREAM_HEADER_SIZE));
out:
	if (err == IGDROM_OK)
		return build_finish(&b, out);
	build_free(&b);
	return err;
}
