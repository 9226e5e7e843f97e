/* SPDX-License-Identifier: BSD-2-Clause */
/* What the guest driver finds in a ROM, and which GOP driver it takes. */
#include "unit/unit.h"
#include "unit/kit_rig.h"

#include "igd/choose.h"
#include "igd/crc32.h"
#include "igd/rom.h"

static void versions_are_compared_as_numbers(void **state)
{
	static const char *const ascending[] = {
		"",         "2.0.13.1013", "2.0.1014",  "2.0.1014.1",    "2.0.1024",
		"9.0.1080", "9.0.1109",    "10.0.1036", "17.0.1060",     "17.0.1077",
		"17.1.1",   "21.0.1066",   "21.1.6",    "99999999999.0",
	};
	size_t count = sizeof(ascending) / sizeof(ascending[0]);

	(void)state;
	assert_int_equal(gop_version_compare("2.0.1014", "2.0.1014.0"), 0);
	assert_int_equal(gop_version_compare("17.0", "17.0.0"), 0);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			int order = gop_version_compare(ascending[i], ascending[j]);

			assert_true(i < j ? order < 0 : i > j ? order > 0 : order == 0);
		}
	}
}

/* desktop.efi is 17.0.1077 for 4680, 4690, A780; overlapping.efi is 17.0.1060 for 9A49, 4690. */
static struct igdrom_bytes build(void)
{
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_overlapping, "overlapping.efi"), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_mobile, "mobile.efi"), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "desktop.efi"), IGDROM_OK);
	rom = finish(&kit, &bytes);
	igdrom_rom_free(rom);
	kit_free(&kit);
	return bytes;
}

static struct manifest_view manifest_of(const struct igdrom_bytes *rom)
{
	struct rom_image image;
	struct manifest_view view;

	assert_true(rom_find(rom->data, rom->size, 4, &image));
	assert_int_equal(image.code_type, ROM_CODE_TYPE_DATA);
	assert_true(manifest_open(image.payload, image.payload_size, &view));
	return view;
}

static void the_highest_version_that_lists_the_device_is_taken(void **state)
{
	static const struct {
		uint16_t device_id;
		const char *wanted;
		const char *name; /* NULL: none */
	} cases[] = {
		{0x4690, NULL, "desktop.efi"},
		{0x9a49, NULL, "overlapping.efi"},
		{0x46d1, NULL, "mobile.efi"},
		{0x1912, NULL, NULL},
		{0x0046, NULL, NULL}, /* a byte of an id is not an id */
		{0x1912, "21.0.1056", "mobile.efi"},
		{0x1912, "overlapping.efi", "overlapping.efi"},
		{0x4690, "21.0", NULL},
		{0x4690, "igdrom guest driver", NULL},
	};
	struct igdrom_bytes rom = build();
	struct manifest_view view = manifest_of(&rom);
	struct manifest_entry_view entry;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct gop_wish wish = {.device_id = cases[i].device_id, .wanted = cases[i].wanted};
		bool found = gop_choose(&view, &wish, &entry);

		assert_int_equal(found, cases[i].name != NULL);
		if (found)
			assert_string_equal(entry.name, cases[i].name);
	}
	igdrom_bytes_free(&rom);
}

/* 17.0.1077 again, for other devices but 4690: of equals the first in the ROM, then the next. */
static void of_equal_versions_the_first_is_taken(void **state)
{
	static const uint16_t ids[] = {0x9a49, 0x4690};
	const struct gop_spec twin = {ids, 2, "17", "0", "1077", false};
	struct gop_wish wish = {.device_id = 0x4690};
	struct kit kit = kit_new();
	struct manifest_entry_view entry;
	struct manifest_view view;
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &twin, "twin.efi"), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_mobile, "mobile.efi"), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "desktop.efi"), IGDROM_OK);
	rom = finish(&kit, &bytes);
	view = manifest_of(&bytes);
	assert_true(gop_choose(&view, &wish, &entry));
	assert_string_equal(entry.name, "twin.efi");
	wish.tried[entry.image] = 1;
	assert_true(gop_choose(&view, &wish, &entry));
	assert_string_equal(entry.name, "desktop.efi");
	release(rom, &bytes);
	kit_free(&kit);
}

static void what_was_tried_is_passed_over(void **state)
{
	struct gop_wish wish = {.device_id = 0x4690};
	struct igdrom_bytes rom = build();
	struct manifest_view view = manifest_of(&rom);
	struct manifest_entry_view entry;

	(void)state;
	assert_true(gop_choose(&view, &wish, &entry));
	assert_int_equal(entry.image, 3);
	wish.tried[3] = 1;
	assert_true(gop_choose(&view, &wish, &entry));
	assert_string_equal(entry.name, "overlapping.efi");
	wish.tried[entry.image] = 1;
	assert_false(gop_choose(&view, &wish, &entry));
	igdrom_bytes_free(&rom);
}

static void what_is_recorded_leads_to_the_driver(void **state)
{
	struct igdrom_bytes rom = build();
	struct manifest_view view = manifest_of(&rom);
	struct manifest_entry_view entry;
	struct igdrom_rom *parsed;
	struct igdrom_bytes payload;
	unsigned gops = 0;

	(void)state;
	assert_int_equal(igdrom_rom_parse(rom.data, rom.size, NULL, NULL, &parsed), IGDROM_OK);
	while (manifest_next(&view, &entry)) {
		assert_int_equal(entry.has_load, entry.kind == MANIFEST_KIND_GOP);
		if (!entry.has_load)
			continue;
		gops++;
		assert_int_equal(igdrom_rom_image_payload(igdrom_rom_image_at(parsed, entry.image),
							  &payload),
				 IGDROM_OK);
		assert_int_equal(entry.load_size, payload.size);
		assert_int_equal(entry.load_crc32, igd_crc32(0, payload.data, payload.size));
	}
	assert_int_equal(gops, 3);
	igdrom_rom_free(parsed);
	igdrom_bytes_free(&rom);
}

static void every_prefix_of_a_rom_is_walked_to_its_last_whole_image(void **state)
{
	struct igdrom_bytes rom = build();
	struct igdrom_rom *parsed;
	struct rom_image image;
	size_t whole = 0;

	(void)state;
	assert_int_equal(igdrom_rom_parse(rom.data, rom.size, NULL, NULL, &parsed), IGDROM_OK);
	for (size_t size = 0; size <= rom.size; size++) {
		uint8_t *copy = malloc(size ? size : 1);
		struct rom_walk walk = rom_walk(copy, size);
		size_t count = 0;

		memcpy(copy, rom.data, size);
		while (rom_next(&walk, &image))
			count++;
		if (whole < igdrom_rom_image_count(parsed)) {
			const struct igdrom_rom_image *next = igdrom_rom_image_at(parsed, whole);

			whole +=
				size == igdrom_rom_image_offset(next) + igdrom_rom_image_size(next);
		}
		assert_int_equal(count, whole);
		free(copy);
	}
	igdrom_rom_free(parsed);
	igdrom_bytes_free(&rom);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_compared_as_numbers),
		cmocka_unit_test(the_highest_version_that_lists_the_device_is_taken),
		cmocka_unit_test(of_equal_versions_the_first_is_taken),
		cmocka_unit_test(what_was_tried_is_passed_over),
		cmocka_unit_test(what_is_recorded_leads_to_the_driver),
		cmocka_unit_test(every_prefix_of_a_rom_is_walked_to_its_last_whole_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
