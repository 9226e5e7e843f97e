/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a stream of every foreign codec; what comes out is encoded in the place of them. */
#include "fuzz/fuzz.h"

#include "compress/brotli.h"
#include "compress/lz4.h"
#include "compress/lzma.h"
#include "compress/zlib.h"

#include <string.h>

#define MAX_OUT   ((size_t)256 << 10)
#define MAX_AGAIN ((size_t)4 << 10)

struct codec {
	decompressor *decompress;
	compressor *compress; /* or NULL */
};

static void check_same(decompressor *decompress, const uint8_t *data, size_t used,
		       struct igdrom_bytes expected)
{
	struct igdrom_bytes out;

	/* The stream alone, and with no more room than it needs, decodes to the same. */
	FUZZ_CHECK(decompress(data, used, expected.size, NULL, &out) == IGDROM_OK);
	FUZZ_CHECK(out.size == expected.size);
	FUZZ_CHECK(out.size == 0 || memcmp(out.data, expected.data, out.size) == 0);
	igdrom_bytes_free(&out);
	if (expected.size)
		FUZZ_CHECK(decompress(data, used, expected.size - 1, NULL, &out) == IGDROM_E_LIMIT);
}

/* Settings of a stream that could be decoded are known. */
static void encode(const struct codec *codec, const uint8_t *data, size_t size,
		   struct igdrom_bytes plain)
{
	struct igdrom_bytes like = {data, size}, out, again;
	enum igdrom_status err;
	size_t used;

	err = codec->compress(plain, like, NULL, &out);
	if (err == IGDROM_E_NOT_BUILT)
		return;
	FUZZ_CHECK(err == IGDROM_OK && out.size);
	FUZZ_CHECK(codec->decompress(out.data, out.size, plain.size, &used, &again) == IGDROM_OK);
	FUZZ_CHECK(used == out.size && again.size == plain.size);
	FUZZ_CHECK(plain.size == 0 || memcmp(again.data, plain.data, plain.size) == 0);
	igdrom_bytes_free(&out);
	igdrom_bytes_free(&again);
}

static void decode(const struct codec *codec, const uint8_t *data, size_t size)
{
	decompressor *decompress = codec->decompress;
	struct igdrom_bytes out;
	size_t used;
	enum igdrom_status err = decompress(data, size, MAX_OUT, &used, &out);

	if (err == IGDROM_OK) {
		FUZZ_CHECK(out.size <= MAX_OUT && used <= size);
		FUZZ_CHECK((out.data != NULL) == (out.size != 0));
		check_same(decompress, data, used, out);
		if (codec->compress && out.size <= MAX_AGAIN)
			encode(codec, data, size, out);
	} else {
		FUZZ_CHECK(!out.data && out.size <= MAX_OUT + 1 && used == 0);
		FUZZ_CHECK(err == IGDROM_E_TRUNCATED || err == IGDROM_E_CORRUPT ||
			   err == IGDROM_E_LIMIT || err == IGDROM_E_UNSUPPORTED ||
			   err == IGDROM_E_NOT_BUILT);
	}
	igdrom_bytes_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct codec all[] = {
		{lzma_alone_decompress, lzma_alone_compress},
		{lzma_x86_decompress, lzma_x86_compress},
		{zlib_decompress, zlib_compress},
		{gzip_decompress, gzip_compress},
		{brotli_decompress, NULL},
		{brotli_edk2_decompress, brotli_edk2_compress},
		{lz4_block_decompress, NULL},
		{lz4_frame_decompress, NULL},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		decode(&all[i], data, size);
	return 0;
}
