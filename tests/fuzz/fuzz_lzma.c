/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as an LZMA stream, by this library and by liblzma: both decode it to the same bytes, out
 * of the same number of bytes, or both do not. The same with the x86 branch filter.
 */
#include "fuzz/fuzz.h"

#include "compress/lzma.h"

#include <lzma.h>
#include <string.h>

#define MAX_OUT     ((size_t)128 << 10)
#define HEADER_SIZE 13

static uint64_t number(const uint8_t *data, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)data[i] << 8 * i;
	return value;
}

/* Bytes of output, or SIZE_MAX; *used: of input. */
static size_t by_liblzma(bool x86, const uint8_t *data, size_t size, uint8_t *out, size_t *used)
{
	lzma_options_lzma options = {.dict_size = MAX_OUT, .ext_flags = LZMA_LZMA1EXT_ALLOW_EOPM};
	const lzma_filter filters[] = {{.id = LZMA_FILTER_X86},
				       {.id = LZMA_FILTER_LZMA1EXT, .options = &options},
				       {.id = LZMA_VLI_UNKNOWN}};
	lzma_stream s = LZMA_STREAM_INIT;
	uint64_t declared;
	lzma_ret ret;

	if (size < HEADER_SIZE || data[0] >= 225)
		return SIZE_MAX;
	options.lc = data[0] % 9;
	options.lp = data[0] / 9 % 5;
	options.pb = data[0] / 45;
	declared = number(data + 5, 8);
	lzma_set_ext_size(options, declared);
	if (options.lc + options.lp > LZMA_LCLP_MAX ||
	    (declared > MAX_OUT && declared != UINT64_MAX))
		return SIZE_MAX;
	if (lzma_raw_decoder(&s, filters + !x86) != LZMA_OK)
		return SIZE_MAX;
	s.next_in = data + HEADER_SIZE;
	s.avail_in = size - HEADER_SIZE;
	s.next_out = out;
	s.avail_out = MAX_OUT + 1;
	do {
		ret = lzma_code(&s, LZMA_RUN);
	} while (ret == LZMA_OK && s.avail_out);
	*used = size - s.avail_in;
	lzma_end(&s);
	return ret == LZMA_STREAM_END && s.total_out <= MAX_OUT ? (size_t)s.total_out : SIZE_MAX;
}

static void compare(bool x86, const uint8_t *data, size_t size)
{
	static uint8_t expected[MAX_OUT + 1];
	decompressor *decompress = x86 ? lzma_x86_decompress : lzma_alone_decompress;
	size_t expected_used = 0, used;
	size_t expected_size = by_liblzma(x86, data, size, expected, &expected_used);
	struct igdrom_bytes out;

	if (decompress(data, size, MAX_OUT, &used, &out) == IGDROM_OK) {
		FUZZ_CHECK(out.size == expected_size && used == expected_used);
		FUZZ_CHECK(out.size == 0 || memcmp(out.data, expected, out.size) == 0);
	} else {
		FUZZ_CHECK(expected_size == SIZE_MAX);
	}
	igdrom_bytes_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	compare(false, data, size);
	compare(true, data, size);
	return 0;
}
