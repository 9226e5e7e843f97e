/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include "fixtures/recipe.h"
#include "igd/crc32.h"
#include "igd/manifest.h"

#define ENTRY_1 0x14
#define ENTRY_2 0x44
#define STRINGS 0x7c /* where they may begin: behind the second entry */
#define SIZE    0xf2

static void load(uint8_t out[SIZE])
{
	uint8_t *data;
	size_t size;

	assert_int_equal(recipe_load(FIXTURES "/parts/manifest.txt", &data, &size), 0);
	assert_int_equal(size, SIZE);
	memcpy(out, data, size);
	free(data);
}

static void put_u16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)value;
	p[1] = (uint8_t)(value >> 8);
}

static bool opens_with_crc(uint8_t data[SIZE])
{
	struct manifest_view view;
	uint32_t crc;

	memset(data + 0x10, 0, 4);
	crc = igd_crc32(0, data, SIZE);
	for (size_t i = 0; i < 4; i++)
		data[0x10 + i] = (uint8_t)(crc >> 8 * i);
	return manifest_open(data, SIZE, &view);
}

/* Puts a word somewhere and makes the CRC right again. */
static bool opens_with(size_t at, uint16_t value)
{
	uint8_t data[SIZE];

	load(data);
	put_u16(data + at, value);
	return opens_with_crc(data);
}

static void reads_every_field(void **state)
{
	uint8_t bytes[SIZE + 1];
	uint8_t *data = bytes + 1; /* at an odd address */
	struct manifest_view view;
	struct manifest_entry_view entry;

	(void)state;
	load(data);
	assert_true(manifest_open(data, SIZE, &view));
	assert_int_equal(view.size, SIZE);
	assert_int_equal(view.entry_count, 2);
	assert_string_equal(view.tool, "libigdrom 0.1.0");
	assert_true(manifest_next(&view, &entry));
	assert_int_equal(entry.kind, 1);
	assert_int_equal(entry.image, 0);
	assert_int_equal(entry.device_count, 0);
	assert_string_equal(entry.name, "");
	assert_string_equal(entry.version, "0.1.0");
	assert_string_equal(entry.origin, "");
	assert_true(manifest_next(&view, &entry));
	assert_int_equal(entry.kind, 2);
	assert_int_equal(entry.image, 1);
	assert_int_equal(entry.device_count, 3);
	assert_memory_equal(entry.devices, "\x80\x46\x82\x46\x90\x46", 6);
	assert_memory_equal(entry.sha256, "\xbb\x2a\x5a\x93", 4);
	assert_string_equal(entry.name, "test.efi");
	assert_string_equal(entry.version, "17.0.1077");
	assert_string_equal(entry.origin, "vendor bios");
	assert_false(manifest_next(&view, &entry));
	assert_false(manifest_next(&view, &entry));
}

static void padding_behind_it_does_not_matter(void **state)
{
	uint8_t data[512];
	struct manifest_view view;

	(void)state;
	memset(data, 0xff, sizeof(data));
	load(data);
	assert_true(manifest_open(data, sizeof(data), &view));
	assert_int_equal(view.size, SIZE);
}

static void refuses_every_prefix_and_every_changed_bit(void **state)
{
	struct manifest_view view;
	uint8_t data[SIZE];

	(void)state;
	load(data);
	for (size_t n = 0; n < SIZE; n++) {
		uint8_t *exact = malloc(n ? n : 1);

		assert_non_null(exact);
		memcpy(exact, data, n);
		assert_false(manifest_open(exact, n, &view));
		free(exact);
	}
	for (size_t bit = 0; bit < 8 * SIZE; bit++) {
		data[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_false(manifest_open(data, sizeof(data), &view));
		data[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	assert_true(manifest_open(data, sizeof(data), &view));
	assert_false(manifest_open(NULL, 0, &view));
}

static void refuses_entries_and_strings_outside(void **state)
{
	(void)state;
	assert_true(opens_with(ENTRY_1 + 4, 0x8000));       /* a flag of later */
	assert_false(opens_with(6, 0x0200));                /* version 2 */
	assert_false(opens_with(8, SIZE + 1));              /* longer than it is */
	assert_false(opens_with(8, 0x13));                  /* shorter than its header */
	assert_false(opens_with(0x0c, 3));                  /* the third entry would be text */
	assert_false(opens_with(0x0c, 256));                /* more than there may be */
	assert_false(opens_with(0x0e, SIZE));               /* the tool behind the end */
	assert_false(opens_with(0x0e, ENTRY_1));            /* the tool inside an entry */
	assert_false(opens_with(ENTRY_1, 0x2c));            /* too short for an entry */
	assert_false(opens_with(ENTRY_2, 0x3a));            /* no multiple of 4 */
	assert_false(opens_with(ENTRY_1, 0xfffc));          /* behind the end */
	assert_false(opens_with(ENTRY_2 + 6, 5));           /* more ids than the entry has */
	assert_true(opens_with(ENTRY_2 + 6, 4));            /* as many as fit */
	assert_false(opens_with(ENTRY_1 + 8, STRINGS - 1)); /* a name inside an entry */
	assert_true(opens_with(ENTRY_1 + 8, STRINGS));      /* the first place for one */
	assert_false(opens_with(ENTRY_1 + 0x0a, SIZE));     /* a version behind the end */
	assert_true(opens_with(ENTRY_1 + 0x0a, SIZE - 1));  /* the last NUL */
	assert_false(opens_with(ENTRY_2 + 0x0c, 0xffff));   /* an origin far outside */
}

static void refuses_a_string_without_an_end(void **state)
{
	uint8_t data[SIZE];

	(void)state;
	load(data);
	put_u16(data + ENTRY_1 + 0x0a, SIZE - 1);
	assert_true(opens_with_crc(data));
	data[SIZE - 1] = 'A';
	assert_false(opens_with_crc(data));
}

static void needs_no_strings(void **state)
{
	static const uint8_t least[] = {'I', 'G', 'D', 'R', 'O', 'M', 0,    1,    0x14, 0,
					0,   0,   0,   0,   0,   0,   0x00, 0x00, 0x00, 0x00};
	struct manifest_entry_view entry;
	struct manifest_view view;
	uint8_t data[sizeof(least)];
	uint32_t crc = igd_crc32(0, least, sizeof(least));

	(void)state;
	memcpy(data, least, sizeof(least));
	for (size_t i = 0; i < 4; i++)
		data[0x10 + i] = (uint8_t)(crc >> 8 * i);
	assert_true(manifest_open(data, sizeof(data), &view));
	assert_string_equal(view.tool, "");
	assert_false(manifest_next(&view, &entry));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_field),
		cmocka_unit_test(padding_behind_it_does_not_matter),
		cmocka_unit_test(refuses_every_prefix_and_every_changed_bit),
		cmocka_unit_test(refuses_entries_and_strings_outside),
		cmocka_unit_test(refuses_a_string_without_an_end),
		cmocka_unit_test(needs_no_strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
