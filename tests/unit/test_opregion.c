/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include "igd/opregion.h"

#define MAX (OPREGION_BODY_BYTES + 0x3000)

static void put(uint8_t *at, uint64_t value, unsigned bytes)
{
	while (bytes--) {
		*at++ = (uint8_t)value;
		value >>= 8;
	}
}

/* Header of 48 bytes, BDB header of 22 bytes behind it, the rest filler. */
static void put_vbt(uint8_t *at, uint16_t size)
{
	memset(at, 0x5a, size);
	memset(at, 0, 70);
	memcpy(at, "$VBT UNITTEST       ", 20);
	put(at + 20, 100, 2);
	put(at + 22, 48, 2);
	put(at + 24, size, 2);
	put(at + 28, 48, 4);
	memcpy(at + 48, "BIOS_DATA_BLOCK ", 16);
	put(at + 64, 243, 2);
	put(at + 66, 22, 2);
	put(at + 68, size - 48u, 2);
}

static void put_opregion(uint8_t *at, uint16_t version, uint32_t mailboxes)
{
	memset(at, 0, MAX);
	memcpy(at, "IntelGraphicsMem", 16);
	put(at + 0x10, 8, 4);
	put(at + 0x16, version, 2);
	put(at + 0x58, mailboxes, 4);
}

static void put_extended(uint8_t *at, uint64_t rvda, uint32_t rvds)
{
	put(at + 0x3ba, rvda, 8);
	put(at + 0x3c2, rvds, 4);
}

static void an_opregion_needs_its_signature_body_and_cap(void **state)
{
	static uint8_t data[OPREGION_MAX_BYTES + 1];

	(void)state;
	put_opregion(data, 0x0200, 0x1d);
	assert_true(opregion_is_valid(data, 0x2000));
	assert_true(opregion_is_valid(data, 0x100000));
	assert_false(opregion_is_valid(data, 0x1fff));
	assert_false(opregion_is_valid(data, 0x100001));
	assert_false(opregion_is_valid(data, 0));
	assert_int_equal(opregion_version(data), 0x0200);
	data[15] = 'n';
	assert_false(opregion_is_valid(data, 0x2000));
}

static void finds_the_vbt_in_mailbox_4(void **state)
{
	static uint8_t data[MAX];
	struct opregion_vbt vbt;

	(void)state;
	put_opregion(data, 0x0200, 0x1d);
	put_vbt(data + 0x400, 4300);
	assert_int_equal(opregion_find_vbt(data, 0x2000, &vbt), OPREGION_OK);
	assert_int_equal(vbt.offset, 0x400);
	assert_int_equal(vbt.size, 4300);
	assert_false(vbt.extended);
	assert_int_equal(vbt.extended_flaw, OPREGION_OK);
}

static void mailbox_4_reaches_into_mailbox_5_only_when_that_is_not_used(void **state)
{
	static uint8_t data[MAX];
	struct opregion_vbt vbt;

	(void)state;
	put_opregion(data, 0x0200, 0x1d);
	put_vbt(data + 0x400, 6144);
	assert_int_equal(opregion_find_vbt(data, 0x2000, &vbt), OPREGION_OK);
	put_vbt(data + 0x400, 6145);
	assert_int_equal(opregion_find_vbt(data, 0x2000, &vbt), OPREGION_VBT_DAMAGED);
	put_opregion(data, 0x0200, 0x0d);
	put_vbt(data + 0x400, 7168);
	assert_int_equal(opregion_find_vbt(data, 0x2000, &vbt), OPREGION_OK);
	assert_int_equal(vbt.size, 7168);
	put_vbt(data + 0x400, 7169);
	assert_int_equal(opregion_find_vbt(data, 0x2000, &vbt), OPREGION_VBT_DAMAGED);
}

static void takes_the_extended_vbt_from_version_2_1_on(void **state)
{
	static const uint16_t versions[] = {0x0201, 0x0202, 0x0300};
	static uint8_t data[MAX];
	struct opregion_vbt vbt;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		put_opregion(data, versions[i], 0x1d);
		put_vbt(data + 0x400, 100);
		put_extended(data, 0x2000, 0x2200);
		put_vbt(data + 0x2000, 8666);
		assert_int_equal(opregion_find_vbt(data, 0x4200, &vbt), OPREGION_OK);
		assert_int_equal(vbt.offset, 0x2000);
		assert_int_equal(vbt.size, 8666);
		assert_true(vbt.extended);
	}
}

static void ignores_rvda_before_version_2(void **state)
{
	static uint8_t data[MAX];
	struct opregion_vbt vbt;

	(void)state;
	put_opregion(data, 0x0100, 0x1d);
	put_vbt(data + 0x400, 100);
	put_extended(data, 0x2000, 0x2200);
	put_vbt(data + 0x2000, 8666);
	assert_int_equal(opregion_find_vbt(data, 0x4200, &vbt), OPREGION_OK);
	assert_int_equal(vbt.offset, 0x400);
	assert_int_equal(vbt.extended_flaw, OPREGION_OK);
}

static void refuses_the_host_address_of_version_2_0(void **state)
{
	static uint8_t data[MAX];
	struct opregion_vbt vbt;

	(void)state;
	put_opregion(data, 0x0200, 0x1d);
	put_extended(data, 0x7b5f0000, 0x2200);
	assert_int_equal(opregion_find_vbt(data, 0x4200, &vbt), OPREGION_VBT_ABSOLUTE);
	put_vbt(data + 0x400, 100);
	assert_int_equal(opregion_find_vbt(data, 0x4200, &vbt), OPREGION_OK);
	assert_int_equal(vbt.offset, 0x400);
	assert_int_equal(vbt.extended_flaw, OPREGION_VBT_ABSOLUTE);
}

static void refuses_an_extended_vbt_outside_its_place(void **state)
{
	static const struct {
		uint64_t rvda;
		uint32_t rvds;
	} bad[] = {
		{0x1fff, 0x1000},
		{0x400, 0x1000},
		{0x4200, 1},
		{0x4201, 0x10},
		{0x2000, 0x2201},
		{0x2000, UINT32_MAX},
		{UINT64_MAX, 1},
		{UINT64_MAX, UINT32_MAX},
		{1ull << 32, 0x2200},
		{0x100002000, 0x100},
		{0x8000000000000000, 0x100},
	};
	static uint8_t data[MAX];
	struct opregion_vbt vbt;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_opregion(data, 0x0201, 0x1d);
		put_vbt(data + 0x2000, 8666);
		put_extended(data, bad[i].rvda, bad[i].rvds);
		assert_int_equal(opregion_find_vbt(data, 0x4200, &vbt), OPREGION_VBT_OUTSIDE);
		put_vbt(data + 0x400, 4300);
		assert_int_equal(opregion_find_vbt(data, 0x4200, &vbt), OPREGION_OK);
		assert_int_equal(vbt.extended_flaw, OPREGION_VBT_OUTSIDE);
	}
}

static void a_vbt_must_fit_where_it_is(void **state)
{
	static const struct {
		size_t at;
		uint64_t value;
		unsigned bytes;
		enum opregion_flaw flaw;
	} bad[] = {
		{0, 0x20, 1, OPREGION_VBT_ABSENT},
		{24, 6145, 2, OPREGION_VBT_DAMAGED},
		{24, 0xffff, 2, OPREGION_VBT_DAMAGED},
		{24, 69, 2, OPREGION_VBT_DAMAGED},
		{24, 0, 2, OPREGION_VBT_DAMAGED},
		{22, 47, 2, OPREGION_VBT_DAMAGED},
		{22, 49, 2, OPREGION_VBT_DAMAGED},
		{28, 47, 4, OPREGION_VBT_DAMAGED},
		{28, 4279, 4, OPREGION_VBT_DAMAGED},
		{28, 0xffffffff, 4, OPREGION_VBT_DAMAGED},
		{28, 0x80000000, 4, OPREGION_VBT_DAMAGED},
		{48, 'b', 1, OPREGION_VBT_DAMAGED},
		{68, 4253, 2, OPREGION_VBT_DAMAGED},
		{68, 0xffff, 2, OPREGION_VBT_DAMAGED},
	};
	static uint8_t data[MAX];
	struct opregion_vbt vbt;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_opregion(data, 0x0200, 0x1d);
		put_vbt(data + 0x400, 4300);
		put(data + 0x400 + bad[i].at, bad[i].value, bad[i].bytes);
		assert_int_equal(opregion_find_vbt(data, 0x2000, &vbt), bad[i].flaw);
	}
}

static void stays_inside_whatever_the_size(void **state)
{
	static uint8_t good[MAX];
	struct opregion_vbt vbt;

	(void)state;
	put_opregion(good, 0x0201, 0x1d);
	put_extended(good, 0x2000, 0x21da);
	put_vbt(good + 0x2000, 8666);
	for (size_t size = 0x2000; size <= 0x2000 + 8666; size++) {
		uint8_t *copy = malloc(size); /* the sanitizer watches its end */

		assert_non_null(copy);
		memcpy(copy, good, size);
		assert_int_equal(opregion_find_vbt(copy, size, &vbt) == OPREGION_OK,
				 size == 0x2000 + 8666);
		put(copy + 0x3c2, size - 0x2000, 4);
		assert_int_equal(opregion_find_vbt(copy, size, &vbt) == OPREGION_OK,
				 size == 0x2000 + 8666);
		free(copy);
	}
}

static void makes_the_checksum_right(void **state)
{
	uint8_t vbt[100];
	unsigned sum = 0;

	(void)state;
	put_vbt(vbt, sizeof(vbt));
	vbt[26] = 0x11;
	assert_true(vbt_fix_checksum(vbt, sizeof(vbt)));
	for (size_t i = 0; i < sizeof(vbt); i++)
		sum += vbt[i];
	assert_int_equal(sum % 256, 0);
	assert_false(vbt_fix_checksum(vbt, sizeof(vbt)));
}

/* What is composed is read back by the finder that is tested above. */
static void a_composed_opregion_has_the_vbt_in_it(void **state)
{
	static const size_t sizes[] = {70, 4300, 6144, 6145, 8666, 65535};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t size = opregion_composed_size(sizes[i]);
		uint8_t *out = calloc(1, size);
		uint8_t *vbt = calloc(1, sizes[i]);
		struct opregion_vbt found;

		memcpy(vbt, "$VBT TEST           ", 20);
		vbt[22] = 48;
		vbt[24] = (uint8_t)sizes[i];
		vbt[25] = (uint8_t)(sizes[i] >> 8);
		vbt[28] = 48;
		memcpy(vbt + 48, "BIOS_DATA_BLOCK ", 16);
		assert_true(vbt_is_whole(vbt, sizes[i]));
		opregion_compose(vbt, sizes[i], out);
		assert_int_equal(size, sizes[i] > 6144 ? 0x2000 + sizes[i] : 0x2000);
		assert_true(opregion_is_valid(out, size));
		assert_int_equal(opregion_version(out), 0x0201);
		assert_int_equal(opregion_find_vbt(out, size, &found), OPREGION_OK);
		assert_int_equal(found.size, sizes[i]);
		assert_int_equal(found.extended, sizes[i] > 6144);
		assert_memory_equal(out + found.offset, vbt, sizes[i]);
		free(vbt);
		free(out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_composed_opregion_has_the_vbt_in_it),
		cmocka_unit_test(an_opregion_needs_its_signature_body_and_cap),
		cmocka_unit_test(finds_the_vbt_in_mailbox_4),
		cmocka_unit_test(mailbox_4_reaches_into_mailbox_5_only_when_that_is_not_used),
		cmocka_unit_test(takes_the_extended_vbt_from_version_2_1_on),
		cmocka_unit_test(ignores_rvda_before_version_2),
		cmocka_unit_test(refuses_the_host_address_of_version_2_0),
		cmocka_unit_test(refuses_an_extended_vbt_outside_its_place),
		cmocka_unit_test(a_vbt_must_fit_where_it_is),
		cmocka_unit_test(stays_inside_whatever_the_size),
		cmocka_unit_test(makes_the_checksum_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
