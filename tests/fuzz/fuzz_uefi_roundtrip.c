/* SPDX-License-Identifier: BSD-2-Clause */
/* What is encoded decodes to itself, in both variants. */
#include "fuzz/fuzz.h"

#include "compress/uefi.h"

#include <string.h>

static void round_trip(enum uefi_variant variant, const uint8_t *data, size_t size)
{
	struct igdrom_bytes packed, out;
	size_t used;

	FUZZ_CHECK(uefi_compress(variant, data, size, &packed) == IGDROM_OK);
	FUZZ_CHECK(uefi_decompress(variant, packed.data, packed.size, size, &used, &out) ==
		   IGDROM_OK);
	FUZZ_CHECK(used == packed.size && out.size == size);
	FUZZ_CHECK(size == 0 || memcmp(out.data, data, size) == 0);
	igdrom_bytes_free(&packed);
	igdrom_bytes_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	round_trip(UEFI_EFI11, data, size);
	round_trip(UEFI_TIANO, data, size);
	return 0;
}
