/* SPDX-License-Identifier: BSD-2-Clause */
/* The encoder. */
#include "compress/block.h"

#include <stdlib.h>
#include <string.h>

#define HASH_BITS 15

static size_t match_length(const uint8_t *a, const uint8_t *b, size_t max)
{
	size_t n = 0;

	while (n < max && a[n] == b[n])
		n++;
	return n;
}

static uint32_t hash3(const uint8_t *p)
{
	uint32_t v = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;

	return v * UINT32_C(2654435761) >> (32 - HASH_BITS);
}

/* Takes the latest match wherever there is one. Returns the number of tokens. */
static size_t parse(const uint8_t *data, size_t size, uint32_t window, uint32_t *token)
{
	uint32_t last[1 << HASH_BITS] = {0};
	size_t count = 0, length;

	for (size_t at = 0; at < size; at += length) {
		size_t max = size - at < MATCH_MAX ? size - at : MATCH_MAX;
		uint32_t *slot = max < MATCH_MIN ? NULL : &last[hash3(data + at)];
		size_t distance = slot && *slot ? at + 1 - *slot : 0;

		length = distance && distance <= window
				 ? match_length(data + at, data + at - distance, max)
				 : 0;
		if (slot)
			*slot = (uint32_t)at + 1;
		if (length >= MATCH_MIN) {
			token[count++] = (uint32_t)(length - MATCH_MIN + FIRST_LENGTH) |
					 (uint32_t)(distance - 1) << TOKEN_POSITION;
		} else {
			token[count++] = data[at];
			length = 1;
		}
	}
	return count;
}

static void write_blocks(enum uefi_variant variant, const uint32_t *token, size_t count,
			 struct build *b)
{
	struct put put = {.to = b};

	while (count) {
		size_t n = count < BLOCK_SYMBOLS_MAX ? count : BLOCK_SYMBOLS_MAX;
		struct histogram h = {0};
		struct block block;

		histogram_add(&h, token, n);
		block_plan(&block, variant, &h);
		block_write(&block, variant, token, n, &put);
		token += n;
		count -= n;
	}
	put_end(&put);
}

enum igdrom_status uefi_compress(enum uefi_variant variant, const void *data, size_t size,
				 struct igdrom_bytes *out)
{
	struct build b = build_new(UINT32_MAX);
	uint32_t *token;

	*out = (struct igdrom_bytes){0};
	if (size >= UINT32_MAX)
		return IGDROM_E_LIMIT;
	token = malloc((size ? size : 1) * sizeof(*token));
	if (!token)
		return IGDROM_E_NOMEM;
	build_u32le(&b, 0);
	build_u32le(&b, (uint32_t)size);
	write_blocks(variant, token, parse(data, size, window_size(variant), token), &b);
	free(token);
	build_patch_u32le(&b, 0, (uint32_t)(b.size - STREAM_HEADER_SIZE));
	return build_finish(&b, out);
}
