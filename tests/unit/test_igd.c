/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include "igd/igd.h"

/* Sizes worked out by hand from the steps that torvalds/linux:arch/x86/kernel/early-quirks.c names. */
struct gms_case {
	enum igd_stolen family;
	uint16_t ggc;
	unsigned mib;
};

static void decodes_gms_of_every_family(void **state)
{
	static const struct gms_case cases[] = {
		/* Bits 7:3 in units of 32 MiB; the other bits do not count. */
		{IGD_STOLEN_GEN6, 0x0000, 0},
		{IGD_STOLEN_GEN6, 0x0008, 32},
		{IGD_STOLEN_GEN6, 0x0210, 64},
		{IGD_STOLEN_GEN6, 0x0080, 512},
		{IGD_STOLEN_GEN6, 0xff07, 0},
		/* Bits 15:8 in units of 32 MiB. */
		{IGD_STOLEN_GEN8, 0x0000, 0},
		{IGD_STOLEN_GEN8, 0x0100, 32},
		{IGD_STOLEN_GEN8, 0x02c1, 64},
		{IGD_STOLEN_GEN8, 0x1000, 512},
		{IGD_STOLEN_GEN8, 0x4000, 2048},
		/* Bits 7:3: units of 32 MiB, then 8, 12 .. 28 MiB, then 36, 40 .. 60 MiB. */
		{IGD_STOLEN_CHV, 0x0008, 32},
		{IGD_STOLEN_CHV, 0x0080, 512},
		{IGD_STOLEN_CHV, 0x0088, 8},
		{IGD_STOLEN_CHV, 0x0090, 12},
		{IGD_STOLEN_CHV, 0x00b0, 28},
		{IGD_STOLEN_CHV, 0x00b8, 36},
		{IGD_STOLEN_CHV, 0x00c0, 40},
		{IGD_STOLEN_CHV, 0x00e8, 60},
		/* Bits 15:8: units of 32 MiB, F0h .. FEh are 4, 8 .. 60 MiB. */
		{IGD_STOLEN_GEN9, 0x0000, 0},
		{IGD_STOLEN_GEN9, 0x02c0, 64},
		{IGD_STOLEN_GEN9, 0x2000, 1024},
		{IGD_STOLEN_GEN9, 0x4000, 2048},
		{IGD_STOLEN_GEN9, 0xf000, 4},
		{IGD_STOLEN_GEN9, 0xf100, 8},
		{IGD_STOLEN_GEN9, 0xf800, 36},
		{IGD_STOLEN_GEN9, 0xfe00, 60},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t size = 1;

		assert_true(igd_stolen_size(cases[i].family, cases[i].ggc, &size));
		assert_int_equal(size, (uint64_t)cases[i].mib * 1024 * 1024);
	}
}

static void refuses_reserved_gms_encodings(void **state)
{
	static const struct gms_case cases[] = {
		{IGD_STOLEN_GEN6, 0x0088, 0},    {IGD_STOLEN_GEN6, 0x00f8, 0},
		{IGD_STOLEN_GEN8, 0x4100, 0},    {IGD_STOLEN_GEN8, 0xf000, 0},
		{IGD_STOLEN_CHV, 0x00f0, 0},     {IGD_STOLEN_CHV, 0x00f8, 0},
		{IGD_STOLEN_GEN9, 0x4100, 0},    {IGD_STOLEN_GEN9, 0xef00, 0},
		{IGD_STOLEN_GEN9, 0xff00, 0},    {IGD_STOLEN_NONE, 0x0200, 0},
		{IGD_STOLEN_UNKNOWN, 0x0200, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t size = 1;

		assert_false(igd_stolen_size(cases[i].family, cases[i].ggc, &size));
		assert_int_equal(size, 0);
	}
}

static void the_small_steps_of_gen9_grow_by_four_mib(void **state)
{
	(void)state;
	for (unsigned gms = 0xf0; gms <= 0xfe; gms++) {
		uint64_t size = 0;

		assert_true(igd_stolen_size(IGD_STOLEN_GEN9, (uint16_t)(gms << 8), &size));
		assert_int_equal(size, (gms - 0xef) * UINT64_C(0x400000));
	}
}

static void knows_the_traits_of_each_generation(void **state)
{
	static const struct {
		uint16_t id;
		uint8_t stolen, bdsm;
	} cases[] = {
		{0x0102, IGD_STOLEN_GEN6, IGD_BDSM_32_5C},
		{0x0412, IGD_STOLEN_GEN6, IGD_BDSM_32_5C},
		{0x0f31, IGD_STOLEN_GEN6, IGD_BDSM_32_5C},
		{0x1616, IGD_STOLEN_GEN8, IGD_BDSM_32_5C},
		{0x22b1, IGD_STOLEN_CHV, IGD_BDSM_32_5C},
		{0x1912, IGD_STOLEN_GEN9, IGD_BDSM_32_5C},
		{0x5a84, IGD_STOLEN_GEN9, IGD_BDSM_32_5C},
		{0x87c0, IGD_STOLEN_GEN9, IGD_BDSM_32_5C},
		{0x9bc5, IGD_STOLEN_GEN9, IGD_BDSM_32_5C},
		{0x8a52, IGD_STOLEN_GEN9, IGD_BDSM_64_C0},
		{0x4e61, IGD_STOLEN_GEN9, IGD_BDSM_64_C0},
		{0x4680, IGD_STOLEN_GEN9, IGD_BDSM_64_C0},
		{0x46d1, IGD_STOLEN_GEN9, IGD_BDSM_64_C0},
		{0xa780, IGD_STOLEN_GEN9, IGD_BDSM_64_C0},
		{0x7d55, IGD_STOLEN_NONE, IGD_BDSM_NONE},
		{0xd754, IGD_STOLEN_NONE, IGD_BDSM_NONE},
		{0x0046, IGD_STOLEN_UNKNOWN, IGD_BDSM_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct igd_traits traits = {0xff, 0xff};

		assert_true(igd_lookup(cases[i].id, &traits));
		assert_int_equal(traits.stolen, cases[i].stolen);
		assert_int_equal(traits.bdsm, cases[i].bdsm);
	}
}

static void knows_no_discrete_and_no_foreign_id(void **state)
{
	/* DG2, Battlemage, and ids that GOP drivers list although no such device exists. */
	static const uint16_t foreign[] = {0x56a0, 0xe20b, 0x9940, 0xcafe, 0xff20, 0x0000, 0xffff};
	struct igd_traits traits;

	(void)state;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		assert_false(igd_lookup(foreign[i], &traits));
}

static void the_gtt_takes_two_four_or_eight_mib(void **state)
{
	(void)state;
	assert_int_equal(igd_gtt_size(0x0200), 0);
	assert_int_equal(igd_gtt_size(0x0240), 2 << 20);
	assert_int_equal(igd_gtt_size(0xff80), 4 << 20);
	assert_int_equal(igd_gtt_size(0x02c3), 8 << 20);
}

static void reads_addresses_as_people_write_them(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = {
		{"0x7b800000", 0x7b800000},
		{"7B800000", 0x7b800000},
		{"0X1\r\n", 1},
		{"0", 0},
		{"0x0", 0},
		{"FFFFFFFFFFFFFFFF", UINT64_MAX},
		{"7b8 \n", 0x7b8},
	};
	static const char *const bad[] = {
		"", "0x", "x1", " 1", "7b8h", "1 2", "-1", "0x1g", "10000000000000000", "0x0x1"};
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(igd_read_hex(good[i].text, strlen(good[i].text), &value));
		assert_true(value == good[i].value);
	}
	assert_true(igd_read_hex("12\0\0", 4, &value));
	assert_int_equal(value, 0x12);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(igd_read_hex(bad[i], strlen(bad[i]), &value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_gtt_takes_two_four_or_eight_mib),
		cmocka_unit_test(reads_addresses_as_people_write_them),
		cmocka_unit_test(decodes_gms_of_every_family),
		cmocka_unit_test(refuses_reserved_gms_encodings),
		cmocka_unit_test(the_small_steps_of_gen9_grow_by_four_mib),
		cmocka_unit_test(knows_the_traits_of_each_generation),
		cmocka_unit_test(knows_no_discrete_and_no_foreign_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
