/* SPDX-License-Identifier: BSD-2-Clause */
/* The choice between Tiano and EFI 1.1, which a section does not name. */
#include "unit/unit.h"

#include "compress/uefi.h"
#include "firmware/codec.h"

#define SEEDS    600
#define MAX_SIZE 6000
#define RAW      0x19 /* EFI_SECTION_RAW */

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * UINT32_C(1664525) + UINT32_C(1013904223);
	return *seed >> 20;
}

/* One section of raw data: noise, few symbols, or repeated pieces. */
static size_t make_section(uint32_t number, uint8_t data[MAX_SIZE])
{
	uint32_t seed = number * UINT32_C(2654435761);
	size_t size = 200 + number * 7 % (MAX_SIZE - 200);

	memset(data, 0, 4);
	data[0] = (uint8_t)size;
	data[1] = (uint8_t)(size >> 8);
	data[3] = RAW;
	for (size_t i = 4; i < size; i++) {
		uint32_t random = next_random(&seed);

		data[i] = (uint8_t)random;
		if (number % 3 == 0)
			data[i] = random & 0xf;
		else if (number % 3 == 1 && i > 50 && random & 7)
			data[i] = data[i - random % 40 - 1];
	}
	return size;
}

/* The status that decoding as the other variant gives decides nothing: each of them happens. */
static void is_told(enum uefi_variant variant, enum uefi_variant other, const char *expected)
{
	unsigned truncated = 0, corrupt = 0, decoded = 0;

	for (uint32_t i = 0; i < SEEDS; i++) {
		uint8_t data[MAX_SIZE];
		size_t size = make_section(i, data);
		struct igdrom_bytes packed, out;
		enum igdrom_status status;
		const char *name = "";

		assert_int_equal(uefi_compress(variant, data, size, &packed), IGDROM_OK);
		status = uefi_decompress(other, packed.data, packed.size, MAX_SIZE, NULL, &out);
		truncated += status == IGDROM_E_TRUNCATED;
		corrupt += status == IGDROM_E_CORRUPT;
		decoded += status == IGDROM_OK;
		if (status == IGDROM_OK)
			igdrom_bytes_free(&out);
		assert_int_equal(fw_decode_uefi(packed.data, packed.size, MAX_SIZE, &out, &name),
				 IGDROM_OK);
		assert_string_equal(name, expected);
		assert_int_equal(out.size, size);
		assert_memory_equal(out.data, data, size);
		igdrom_bytes_free(&out);
		igdrom_bytes_free(&packed);
	}
	assert_true(truncated + corrupt > 0);
	if (variant == UEFI_EFI11)
		assert_true(truncated > 0 && corrupt > 0 && decoded > 0);
}

static void efi_1_1_is_told_from_tiano(void **state)
{
	(void)state;
	is_told(UEFI_EFI11, UEFI_TIANO, "EFI 1.1");
}

static void tiano_is_told_from_efi_1_1(void **state)
{
	(void)state;
	is_told(UEFI_TIANO, UEFI_EFI11, "Tiano");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(efi_1_1_is_told_from_tiano),
		cmocka_unit_test(tiano_is_told_from_efi_1_1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
