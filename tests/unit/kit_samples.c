/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes ROMs, and what went into them, into a directory: check_kit_layout.py reads them with a
 * reader of its own.
 */
#include "unit/unit.h"
#include "unit/kit_rig.h"

#include <stdio.h>

static const char *directory;

static void save(const char *name, const void *data, size_t size)
{
	char path[4096];
	FILE *file;

	assert_true(snprintf(path, sizeof(path), "%s/%s", directory, name) < (int)sizeof(path));
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void save_rom(struct kit *kit, const char *name)
{
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom = finish(kit, &bytes);

	save(name, bytes.data, bytes.size);
	release(rom, &bytes);
	kit_free(kit);
}

static struct kit with_guest_driver(bool compress)
{
	struct kit kit = kit_new();

	assert_int_equal(igdrom_rom_builder_set_compress(kit.builder, compress), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	return kit;
}

static void inputs_are_written(void **state)
{
	const struct driver_spec plain = {0};
	const struct igdrom_bytes guest = igdrom_guest_driver();
	struct file gop, driver;
	struct file legacy = {.size = 0};

	(void)state;
	make_gop(&gop, &gop_desktop);
	make_driver(&driver, &plain);
	add_legacy_image(&legacy, 2048, 0x4680, true);
	save("guest.efi", guest.data, guest.size);
	save("gop.efi", gop.data, gop.size);
	save("driver.efi", driver.data, driver.size);
	save("legacy.bin", legacy.data, legacy.size);
}

static void simple_roms_are_written(void **state)
{
	static const char *const names[] = {"gop-plain.rom", "gop.rom"};
	struct kit kit = with_guest_driver(true);

	(void)state;
	save_rom(&kit, "universal.rom");
	for (size_t i = 0; i < 2; i++) {
		kit = with_guest_driver(i == 1);
		assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
		save_rom(&kit, names[i]);
	}
}

static void a_rom_with_everything_is_written(void **state)
{
	const struct driver_spec plain = {0};
	struct kit kit = with_guest_driver(true);
	struct file legacy = {.size = 0};

	(void)state;
	add_legacy_image(&legacy, 2048, 0x4680, true);
	assert_int_equal(igdrom_rom_builder_set_target(kit.builder, 0xa780), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_code_revision(kit.builder, 0x0102), IGDROM_OK);
	assert_int_equal(add_efi(&kit, &plain, "driver.efi"), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_legacy(kit.builder, legacy.data, legacy.size,
						       "legacy.bin", kit.report),
			 IGDROM_OK);
	save_rom(&kit, "all.rom");
}

static void odd_roms_are_written(void **state)
{
	static const uint16_t one = 0x1234;
	struct kit kit = kit_new();

	(void)state;
	assert_int_equal(igdrom_rom_builder_set_pcir_revision(kit.builder, 0), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_device_ids(kit.builder, &one, 1), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_vendor_id(kit.builder, 0x1af4), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_class_code(kit.builder, 0x038000), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	save_rom(&kit, "pci23.rom");
	kit = with_guest_driver(true);
	assert_int_equal(igdrom_rom_builder_set_open_ended(kit.builder, true), IGDROM_OK);
	save_rom(&kit, "open.rom");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inputs_are_written),
		cmocka_unit_test(simple_roms_are_written),
		cmocka_unit_test(a_rom_with_everything_is_written),
		cmocka_unit_test(odd_roms_are_written),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: kit_samples DIRECTORY\n");
		return 2;
	}
	directory = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
