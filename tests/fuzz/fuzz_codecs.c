/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a stream of every foreign codec. */
#include "fuzz/fuzz.h"

#include "compress/brotli.h"
#include "compress/lz4.h"
#include "compress/lzma.h"
#include "compress/zlib.h"

#include <string.h>

#define MAX_OUT ((size_t)256 << 10)

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

static void decode(decompressor *decompress, const uint8_t *data, size_t size)
{
	struct igdrom_bytes out;
	size_t used;
	enum igdrom_status err = decompress(data, size, MAX_OUT, &used, &out);

	if (err == IGDROM_OK) {
		FUZZ_CHECK(out.size <= MAX_OUT && used <= size);
		FUZZ_CHECK((out.data != NULL) == (out.size != 0));
		check_same(decompress, data, used, out);
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
	static decompressor *const all[] = {
		lzma_alone_decompress, lzma_x86_decompress,  zlib_decompress,
		gzip_decompress,       brotli_decompress,    brotli_edk2_decompress,
		lz4_block_decompress,  lz4_frame_decompress,
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		decode(all[i], data, size);
	return 0;
}
