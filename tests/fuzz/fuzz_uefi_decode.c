/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a stream of both variants; what decodes is encoded and must come back. */
#include "fuzz/fuzz.h"

#include "compress/uefi.h"

#include <string.h>

#define MAX_OUT ((size_t)1 << 20)

static void decode(enum uefi_variant variant, const uint8_t *data, size_t size)
{
	struct igdrom_bytes out;
	uint32_t original;
	size_t used;
	enum igdrom_status err = uefi_decompress(variant, data, size, MAX_OUT, &used, &out);

	if (err == IGDROM_OK) {
		FUZZ_CHECK(uefi_original_size(data, size, &original) == IGDROM_OK);
		FUZZ_CHECK(out.size == original && out.size <= MAX_OUT);
		FUZZ_CHECK(used >= 8 && used <= size);
		for (size_t i = 0; i < out.size; i += 4096) /* readable, all of it */
			FUZZ_CHECK(memchr(out.data + i, out.data[i], 1));
	} else {
		FUZZ_CHECK(!out.data && out.size <= MAX_OUT && used == 0);
		FUZZ_CHECK(err == IGDROM_E_TRUNCATED || err == IGDROM_E_CORRUPT ||
			   err == IGDROM_E_LIMIT);
	}
	igdrom_bytes_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	decode(UEFI_EFI11, data, size);
	decode(UEFI_TIANO, data, size);
	return 0;
}
