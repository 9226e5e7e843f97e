/* SPDX-License-Identifier: BSD-2-Clause */
#include "compress/brotli.h"
#include "compress/output.h"
#include "core/cursor.h"

#include <brotli/decode.h>
#include <stdlib.h>

#define GUESSED_RATIO 4
/* What a declared size is believed up to; beyond it, the output grows as it comes. */
#define BELIEVED_RATIO 256

struct input {
	BrotliDecoderState *decoder;
	const uint8_t *p;
	size_t left;
};

static enum igdrom_status error_status(BrotliDecoderErrorCode code)
{
	if (code <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES &&
	    code >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES)
		return IGDROM_E_NOMEM;
	return IGDROM_E_CORRUPT;
}

static enum igdrom_status step(void *state, struct output *o, bool *end)
{
	struct input *in = state;
	uint8_t *next = o->data + o->size;
	size_t avail = o->room - o->size;
	BrotliDecoderResult result =
		BrotliDecoderDecompressStream(in->decoder, &in->left, &in->p, &avail, &next, NULL);

	o->size = o->room - avail;
	*end = result == BROTLI_DECODER_RESULT_SUCCESS;
	if (result == BROTLI_DECODER_RESULT_ERROR)
		return error_status(BrotliDecoderGetErrorCode(in->decoder));
	return IGDROM_OK;
}

static enum igdrom_status decompress(struct cur c, size_t expected, size_t max_out, size_t *used,
				     struct igdrom_bytes *out)
{
	struct input in = {.p = c.p, .left = c.left};
	enum igdrom_status err;

	in.decoder = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	if (!in.decoder)
		return IGDROM_E_NOMEM;
	err = output_run(step, &in, expected, max_out, out);
	if (err == IGDROM_OK && used)
		*used = (size_t)c.at + (c.left - in.left);
	BrotliDecoderDestroyInstance(in.decoder);
	return err;
}

enum igdrom_status brotli_decompress(const void *data, size_t size, size_t max_out, size_t *used,
				     struct igdrom_bytes *out)
{
	*out = (struct igdrom_bytes){0};
	if (used)
		*used = 0;
	return decompress(cur_from(data, size, 0), output_bound(size, GUESSED_RATIO), max_out, used,
			  out);
}

enum igdrom_status brotli_edk2_decompress(const void *data, size_t size, size_t max_out,
					  size_t *used, struct igdrom_bytes *out)
{
	struct cur c = cur_from(data, size, 0);
	uint64_t declared = cur_u64le(&c);
	size_t most;

	cur_skip(&c, 8); /* size of the scratch memory */
	*out = (struct igdrom_bytes){0};
	if (used)
		*used = 0;
	if (c.err != IGDROM_OK)
		return c.err;
	most = output_bound(c.left, BELIEVED_RATIO);
	return decompress(c, declared < most ? (size_t)declared : most, max_out, used, out);
}

static void *allocate_counted(void *sum, size_t size)
{
	*(uint64_t *)sum += size;
	return malloc(size);
}

static void release(void *sum, void *data)
{
	(void)sum;
	free(data);
}

enum igdrom_status brotli_measure(struct igdrom_bytes stream, struct brotli_measures *out)
{
	BrotliDecoderState *decoder;
	BrotliDecoderResult result;
	const uint8_t *next = stream.data;
	size_t left = stream.size;
	enum igdrom_status status = IGDROM_OK;

	*out = (struct brotli_measures){0};
	decoder = BrotliDecoderCreateInstance(allocate_counted, release, &out->memory);
	if (!decoder)
		return IGDROM_E_NOMEM;
	do {
		size_t none = 0, got = 0;

		result = BrotliDecoderDecompressStream(decoder, &left, &next, &none, NULL, NULL);
		BrotliDecoderTakeOutput(decoder, &got);
		out->decoded += got;
	} while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT);
	out->size = stream.size - left;
	if (result == BROTLI_DECODER_RESULT_ERROR)
		status = error_status(BrotliDecoderGetErrorCode(decoder));
	else if (result != BROTLI_DECODER_RESULT_SUCCESS)
		status = IGDROM_E_TRUNCATED;
	BrotliDecoderDestroyInstance(decoder);
	return status;
}
