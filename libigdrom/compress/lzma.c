/* SPDX-License-Identifier: BSD-2-Clause */
#include "compress/lzma.h"
#include "compress/lzma_decode.h"
#include "compress/x86.h"
#include "core/cursor.h"

/*
 * A match of 273 bytes takes 14 bits, each of which costs log2(2048 / 2017) bits at least: 7089
 * bytes from one.
 */
#define LZMA_RATIO    7100
#define GUESSED_RATIO 4

enum igdrom_status lzma_alone_decompress(const void *data, size_t size, size_t max_out,
					 size_t *used, struct igdrom_bytes *out)
{
	struct cur c = cur_from(data, size, 0);
	uint8_t properties = cur_u8(&c);
	struct lzma_decoder *decoder;
	uint64_t declared;
	size_t most;
	enum igdrom_status err;

	cur_skip(&c, 4); /* size of the dictionary */
	declared = cur_u64le(&c);
	*out = (struct igdrom_bytes){0};
	if (used)
		*used = 0;
	if (c.err != IGDROM_OK)
		return c.err;
	if (declared != LZMA_SIZE_UNKNOWN && declared > max_out)
		return IGDROM_E_LIMIT;
	most = output_bound(c.left, declared == LZMA_SIZE_UNKNOWN ? GUESSED_RATIO : LZMA_RATIO);
	err = lzma_decoder_new(properties, declared, c.p, c.left, &decoder);
	if (err != IGDROM_OK)
		return err;
	err = output_run(lzma_decoder_step, decoder, declared < most ? (size_t)declared : most,
			 max_out, out);
	if (err == IGDROM_OK && used)
		*used = size - c.left + lzma_decoder_used(decoder);
	lzma_decoder_free(decoder);
	return err;
}

enum igdrom_status lzma_x86_decompress(const void *data, size_t size, size_t max_out, size_t *used,
				       struct igdrom_bytes *out)
{
	enum igdrom_status err = lzma_alone_decompress(data, size, max_out, used, out);

	if (err == IGDROM_OK && out->size)
		x86_unfilter((uint8_t *)out->data, out->size);
	return err;
}
