/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"
#include "unit/kit_rig.h"

static void several_gops_are_refused_when_nobody_chooses(void **state)
{
	struct kit kit = kit_new();
	const struct igdrom_finding *finding;
	struct igdrom_bytes bytes;

	(void)state;
	assert_int_equal(igdrom_rom_builder_set_force(kit.builder, true), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "first.efi"), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_mobile, "second.efi"), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, kit.report, &bytes),
			 IGDROM_E_REFUSED);
	finding = finding_of(&kit, "build-second-gop");
	assert_int_equal(igdrom_finding_severity(finding), IGDROM_SEVERITY_ERROR);
	assert_non_null(strstr(igdrom_finding_text(finding), "second.efi (version 21.0.1056)"));
	assert_non_null(strstr(igdrom_finding_text(finding), "first.efi (version 17.0.1077)"));
	kit_free(&kit);
}

/* The devices of each stand in its own image and in the manifest. */
static void several_gops_are_carried_for_the_guest_driver(void **state)
{
	struct kit kit = kit_new();
	const struct igdrom_rom_image *image;
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;
	struct file gop;

	(void)state;
	assert_int_equal(add_gop(&kit, &gop_desktop, "first.efi"), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_mobile, "second.efi"), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(igdrom_rom_image_count(rom), 4);
	make_gop(&gop, &gop_mobile);
	assert_payload(rom, 2, gop.data, gop.size);
	for (size_t i = 1; i < 3; i++) {
		image = igdrom_rom_image_at(rom, i);
		assert_int_equal(igdrom_rom_image_code_type(image), IGDROM_CODE_TYPE_DATA);
		assert_int_equal(igdrom_rom_image_kind(rom, i), IGDROM_IMAGE_GOP);
		assert_int_equal(igdrom_rom_image_device_id(image), i == 1 ? 0x4680 : 0x46a6);
	}
	release(rom, &bytes);
	kit_free(&kit);
}

static void without_the_choice_firmware_starts_every_gop(void **state)
{
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_set_select(NULL, false), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_set_select(kit.builder, false), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "first.efi"), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_mobile, "second.efi"), IGDROM_OK);
	rom = finish(&kit, &bytes);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(igdrom_rom_image_code_type(igdrom_rom_image_at(rom, i)),
				 IGDROM_CODE_TYPE_EFI);
	release(rom, &bytes);
	kit_free(&kit);
}

static void the_same_driver_twice_is_taken_once(void **state)
{
	const struct driver_spec plain = {0};
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_E_STATE);
	assert_int_equal(add_gop(&kit, &gop_desktop, "a.efi"), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "b.efi"), IGDROM_OK);
	assert_int_equal(severity_of(&kit, "build-duplicate"), IGDROM_SEVERITY_HARMLESS);
	assert_int_equal(add_efi(&kit, &plain, "x.efi"), IGDROM_OK);
	assert_int_equal(add_efi(&kit, &plain, "y.efi"), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(igdrom_rom_image_count(rom), 4);
	release(rom, &bytes);
	kit_free(&kit);
}

static void the_guest_driver_given_as_a_file_is_known(void **state)
{
	const struct igdrom_bytes guest = igdrom_guest_driver();
	const struct igdrom_manifest_entry *entry;
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_add_efi(kit.builder, guest.data, guest.size, "g.efi",
						    kit.report),
			 IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(igdrom_rom_image_count(rom), 2);
	entry = igdrom_manifest_at(igdrom_rom_manifest(rom), 0);
	assert_int_equal(igdrom_manifest_entry_kind(entry), IGDROM_MANIFEST_GUEST_DRIVER);
	assert_string_equal(igdrom_manifest_entry_version(entry), igdrom_version());
	release(rom, &bytes);
	kit_free(&kit);
}

static void of_a_rom_of_ours_all_but_the_guest_driver_is_taken(void **state)
{
	const struct driver_spec plain = {0};
	struct kit kit = kit_new();
	struct igdrom_bytes first, second;
	struct igdrom_rom *rom;
	struct file gop;

	(void)state;
	make_gop(&gop, &gop_desktop);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
	rom = finish(&kit, &first);
	igdrom_rom_free(rom);
	kit_free(&kit);
	kit = kit_new();
	assert_int_equal(igdrom_rom_builder_add_efi(kit.builder, first.data, first.size, "old.rom",
						    kit.report),
			 IGDROM_OK);
	assert_int_equal(severity_of(&kit, "build-guest-driver-left"), IGDROM_SEVERITY_INFO);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_efi(&kit, &plain, "x.efi"), IGDROM_OK);
	rom = finish(&kit, &second);
	assert_int_equal(igdrom_rom_image_count(rom), 4);
	assert_payload(rom, 1, gop.data, gop.size);
	igdrom_bytes_free(&first);
	release(rom, &second);
	kit_free(&kit);
}

static void a_gop_that_does_not_list_the_target_is_refused(void **state)
{
	struct kit kit = kit_new();
	const struct igdrom_finding *finding;

	(void)state;
	assert_int_equal(igdrom_rom_builder_set_target(kit.builder, 0x46a6), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_E_REFUSED);
	finding = finding_of(&kit, "build-gop-device");
	assert_int_equal(igdrom_finding_severity(finding), IGDROM_SEVERITY_ERROR);
	assert_non_null(strstr(igdrom_finding_text(finding), "4680 4690 CAFE A780"));
	/* facts: 46A6 is Alder Lake-P, whose GOP drivers are of the family with version 21. */
	assert_non_null(strstr(igdrom_finding_fix(finding), "gop21-adlp-adln"));
	assert_int_equal(igdrom_rom_builder_set_target(kit.builder, 0xa780), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
	kit_free(&kit);
}

static void force_turns_the_refusal_of_the_target_into_a_warning(void **state)
{
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_set_target(kit.builder, 0x46a6), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_force(kit.builder, true), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(severity_of(&kit, "build-gop-device"), IGDROM_SEVERITY_WARNING);
	assert_int_equal(igdrom_report_worst(kit.report), IGDROM_SEVERITY_WARNING);
	assert_int_equal(igdrom_rom_image_device_id(igdrom_rom_image_at(rom, 1)), 0x46a6);
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_gop_without_a_readable_table_is_taken_with_a_warning(void **state)
{
	struct gop_spec unreadable = gop_desktop;
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	unreadable.no_walk = true;
	assert_int_equal(igdrom_rom_builder_set_target(kit.builder, 0x4680), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &unreadable, "gop.efi"), IGDROM_OK);
	assert_int_equal(severity_of(&kit, "build-gop-unreadable"), IGDROM_SEVERITY_WARNING);
	rom = finish(&kit, &bytes);
	release(rom, &bytes);
	kit_free(&kit);
}

static void what_firmware_skips_is_refused_unless_forced(void **state)
{
	const struct driver_spec application = {.subsystem = 10};
	const struct driver_spec arm = {.machine = 0xaa64};
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(add_efi(&kit, &application, "shell.efi"), IGDROM_E_REFUSED);
	assert_int_equal(severity_of(&kit, "build-efi-subsystem"), IGDROM_SEVERITY_ERROR);
	assert_int_equal(add_efi(&kit, &arm, "arm.efi"), IGDROM_E_REFUSED);
	assert_int_equal(severity_of(&kit, "build-efi-machine"), IGDROM_SEVERITY_ERROR);
	igdrom_report_free(kit.report);
	assert_int_equal(igdrom_report_new(&kit.report), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_force(kit.builder, true), IGDROM_OK);
	assert_int_equal(add_efi(&kit, &application, "shell.efi"), IGDROM_OK);
	assert_int_equal(add_efi(&kit, &arm, "arm.efi"), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(igdrom_report_worst(kit.report), IGDROM_SEVERITY_WARNING);
	assert_int_equal(igdrom_rom_image_subsystem(igdrom_rom_image_at(rom, 0)), 10);
	assert_int_equal(igdrom_rom_image_machine(igdrom_rom_image_at(rom, 1)), 0xaa64);
	release(rom, &bytes);
	kit_free(&kit);
}

static void an_efi_file_that_is_a_gop_is_treated_as_one(void **state)
{
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;
	struct file gop;

	(void)state;
	make_gop(&gop, &gop_desktop);
	assert_int_equal(
		igdrom_rom_builder_add_efi(kit.builder, gop.data, gop.size, "g.efi", kit.report),
		IGDROM_OK);
	assert_int_equal(severity_of(&kit, "build-efi-is-gop"), IGDROM_SEVERITY_INFO);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(
		igdrom_manifest_entry_kind(igdrom_manifest_at(igdrom_rom_manifest(rom), 1)),
		IGDROM_MANIFEST_GOP);
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_gop_is_taken_out_of_an_option_rom(void **state)
{
	const struct driver_spec plain = {0};
	struct kit kit = kit_new();
	struct file rom_file = {.size = 0};
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;
	struct file gop, efi;

	(void)state;
	make_driver(&efi, &plain);
	make_gop(&gop, &gop_desktop);
	add_efi_image(&rom_file, &efi, 11, false);
	add_efi_image(&rom_file, &gop, 11, true);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_gop(kit.builder, rom_file.data, rom_file.size,
						    "igd.rom", NULL, kit.report),
			 IGDROM_OK);
	assert_int_equal(severity_of(&kit, "build-gop-taken"), IGDROM_SEVERITY_INFO);
	rom = finish(&kit, &bytes);
	assert_int_equal(igdrom_rom_image_count(rom), 3);
	assert_payload(rom, 1, gop.data, gop.size);
	assert_non_null(strstr(
		igdrom_manifest_entry_origin(igdrom_manifest_at(igdrom_rom_manifest(rom), 1)),
		"image 1"));
	release(rom, &bytes);
	kit_free(&kit);
}

static void of_several_gops_in_one_file_the_target_chooses(void **state)
{
	struct kit kit = kit_new();
	struct file rom_file = {.size = 0};
	struct file gop, other;
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	make_gop(&gop, &gop_desktop);
	make_gop(&other, &gop_mobile);
	add_efi_image(&rom_file, &gop, 11, false);
	add_efi_image(&rom_file, &other, 11, true);
	assert_int_equal(igdrom_rom_builder_add_gop(kit.builder, rom_file.data, rom_file.size,
						    "two.rom", NULL, kit.report),
			 IGDROM_E_REFUSED);
	assert_int_equal(severity_of(&kit, "build-gop-choice"), IGDROM_SEVERITY_ERROR);
	assert_int_equal(igdrom_rom_builder_set_target(kit.builder, 0x46d1), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_gop(kit.builder, rom_file.data, rom_file.size,
						    "two.rom", NULL, kit.report),
			 IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_payload(rom, 1, other.data, other.size);
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_file_without_a_gop_is_not_recognized(void **state)
{
	const struct driver_spec plain = {0};
	struct kit kit = kit_new();
	struct file file;

	(void)state;
	make_driver(&file, &plain);
	assert_int_equal(igdrom_rom_builder_add_gop(kit.builder, file.data, file.size, "x.efi",
						    NULL, kit.report),
			 IGDROM_E_NOT_RECOGNIZED);
	assert_int_equal(severity_of(&kit, "build-gop-none"), IGDROM_SEVERITY_ERROR);
	assert_int_equal(igdrom_rom_builder_add_gop(kit.builder, "no driver", 9, NULL, NULL, NULL),
			 IGDROM_E_NOT_RECOGNIZED);
	kit_free(&kit);
}

static void efi_images_of_a_rom_are_taken_and_the_rest_is_named(void **state)
{
	const struct driver_spec first = {0};
	const struct driver_spec second = {.data = "second", .data_size = 7};
	struct kit kit = kit_new();
	struct file rom_file = {.size = 0};
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;
	struct file a, b;

	(void)state;
	make_driver(&a, &first);
	make_driver(&b, &second);
	add_legacy_image(&rom_file, 1024, 0x4680, false);
	add_efi_image(&rom_file, &a, 11, false);
	add_efi_image(&rom_file, &b, 11, false);
	add_other_image(&rom_file, 1, true);
	assert_int_equal(igdrom_rom_builder_add_efi(kit.builder, rom_file.data, rom_file.size,
						    "card.rom", kit.report),
			 IGDROM_OK);
	assert_int_equal(severity_of(&kit, "build-not-taken"), IGDROM_SEVERITY_INFO);
	rom = finish(&kit, &bytes);
	assert_int_equal(igdrom_rom_image_count(rom), 2);
	assert_payload(rom, 0, a.data, a.size);
	assert_payload(rom, 1, b.data, b.size);
	assert_null(igdrom_rom_manifest(rom));
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_refused_image_takes_the_others_of_its_rom_back(void **state)
{
	const struct driver_spec good = {0};
	const struct driver_spec application = {.subsystem = 10};
	struct kit kit = kit_new();
	struct file rom_file = {.size = 0};
	struct igdrom_bytes bytes;
	struct file a, b;

	(void)state;
	make_driver(&a, &good);
	make_driver(&b, &application);
	add_efi_image(&rom_file, &a, 11, false);
	add_efi_image(&rom_file, &b, 11, true);
	assert_int_equal(igdrom_rom_builder_add_efi(kit.builder, rom_file.data, rom_file.size, NULL,
						    kit.report),
			 IGDROM_E_REFUSED);
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, NULL, &bytes), IGDROM_E_STATE);
	kit_free(&kit);
}

static void a_rom_without_the_wanted_images_is_not_recognized(void **state)
{
	struct kit kit = kit_new();
	struct file legacy = {.size = 0};
	struct file other = {.size = 0};

	(void)state;
	add_legacy_image(&legacy, 4096, 0x4680, true);
	assert_int_equal(
		igdrom_rom_builder_add_efi(kit.builder, legacy.data, legacy.size, NULL, kit.report),
		IGDROM_E_NOT_RECOGNIZED);
	assert_int_equal(severity_of(&kit, "build-nothing-taken"), IGDROM_SEVERITY_ERROR);
	add_other_image(&other, 1, true);
	assert_int_equal(igdrom_rom_builder_add_legacy(kit.builder, other.data, other.size, NULL,
						       kit.report),
			 IGDROM_E_NOT_RECOGNIZED);
	kit_free(&kit);
}

static void bytes_behind_the_end_of_a_driver_are_left_out(void **state)
{
	const struct driver_spec plain = {.data = "data", .data_size = 4};
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;
	struct file file;

	(void)state;
	make_driver(&file, &plain);
	memcpy(file.data + file.size, "an FFS section", 14);
	assert_int_equal(
		igdrom_rom_builder_add_efi(kit.builder, file.data, file.size + 14, "x", kit.report),
		IGDROM_OK);
	assert_int_equal(severity_of(&kit, "build-trailing-left"), IGDROM_SEVERITY_INFO);
	rom = finish(&kit, &bytes);
	assert_payload(rom, 0, file.data, file.size);
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_driver_that_was_cut_off_is_refused(void **state)
{
	const struct driver_spec plain = {0};
	struct kit kit = kit_new();
	struct file file;

	(void)state;
	make_driver(&file, &plain);
	assert_int_equal(
		igdrom_rom_builder_add_efi(kit.builder, file.data, file.size - 1, "x", kit.report),
		IGDROM_E_TRUNCATED);
	assert_int_equal(severity_of(&kit, "build-pe-cut-off"), IGDROM_SEVERITY_ERROR);
	kit_free(&kit);
}

static void a_driver_whose_headers_cannot_be_read_is_named(void **state)
{
	const struct driver_spec plain = {0};
	static struct file file;
	struct kit kit = kit_new();
	size_t magic;

	(void)state;
	make_driver(&file, &plain);
	magic = (size_t)file.data[0x3c] + 4 + 20; /* behind signature and COFF header */
	assert_int_equal(
		igdrom_rom_builder_add_efi(kit.builder, file.data, magic + 8, "a.efi", kit.report),
		IGDROM_E_TRUNCATED);
	assert_int_equal(igdrom_finding_offset(finding_of(&kit, "pe-truncated")), magic + 8);
	file.data[magic] = 0x07; /* that of a ROM image: no firmware loads it */
	file.data[magic + 1] = 0x01;
	assert_int_equal(
		igdrom_rom_builder_add_efi(kit.builder, file.data, file.size, "a.efi", kit.report),
		IGDROM_E_CORRUPT);
	assert_int_equal(igdrom_finding_offset(finding_of(&kit, "pe-corrupt")), 0);
	kit_free(&kit);
}

static void legacy_images_are_taken_whole_and_only_last_changes(void **state)
{
	struct kit kit = kit_new();
	struct file file = {.size = 0};
	const struct driver_spec plain = {0};
	struct igdrom_bytes bytes, image;
	struct igdrom_rom *rom;
	struct file efi;

	(void)state;
	make_driver(&efi, &plain);
	add_legacy_image(&file, 2048, 0x4680, false);
	add_efi_image(&file, &efi, 11, false);
	add_legacy_image(&file, 1024, 0x4690, true);
	assert_int_equal(igdrom_rom_builder_add_legacy(kit.builder, file.data, file.size, "v.rom",
						       kit.report),
			 IGDROM_OK);
	assert_int_equal(severity_of(&kit, "build-not-taken"), IGDROM_SEVERITY_INFO);
	rom = finish(&kit, &bytes);
	assert_int_equal(igdrom_rom_image_count(rom), 2);
	image = igdrom_rom_image_bytes(igdrom_rom_image_at(rom, 0));
	assert_int_equal(image.size, 2048);
	assert_memory_equal(image.data, file.data, 2048);
	image = igdrom_rom_image_bytes(igdrom_rom_image_at(rom, 1));
	assert_memory_equal(image.data, file.data + file.size - 1024, 1024);
	assert_null(igdrom_rom_manifest(rom));
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_wrong_checksum_of_a_legacy_image_is_repaired_and_named(void **state)
{
	struct kit kit = kit_new();
	struct file file = {.size = 0};
	struct igdrom_bytes bytes, image;
	struct igdrom_rom *rom;
	size_t changed = 0;
	uint8_t sum = 0;

	(void)state;
	add_legacy_image(&file, 4096, 0x4680, true);
	file.data[4095] ^= 0x55;
	assert_int_equal(igdrom_rom_builder_add_legacy(kit.builder, file.data, file.size, "v.rom",
						       kit.report),
			 IGDROM_OK);
	(void)finding_of(&kit, "rom-fixed-checksum");
	rom = finish(&kit, &bytes);
	image = igdrom_rom_image_bytes(igdrom_rom_image_at(rom, 0));
	for (size_t i = 0; i < image.size; i++) {
		sum = (uint8_t)(sum + image.data[i]);
		changed += image.data[i] != file.data[i];
	}
	assert_int_equal(sum, 0);
	assert_int_equal(changed, 1);
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_legacy_image_that_was_cut_off_is_refused(void **state)
{
	struct kit kit = kit_new();
	struct file file = {.size = 0};

	(void)state;
	add_legacy_image(&file, 8192, 0x4680, true);
	assert_int_equal(
		igdrom_rom_builder_add_legacy(kit.builder, file.data, 6000, "v.rom", kit.report),
		IGDROM_E_TRUNCATED);
	assert_int_equal(igdrom_report_worst(kit.report), IGDROM_SEVERITY_ERROR);
	kit_free(&kit);
}

static void a_legacy_image_that_was_cut_off_takes_the_others_back(void **state)
{
	struct kit kit = kit_new();
	struct file file = {.size = 0};
	struct igdrom_bytes bytes;

	(void)state;
	add_legacy_image(&file, 1024, 0x4680, false);
	add_legacy_image(&file, 8192, 0x4690, true);
	assert_int_equal(
		igdrom_rom_builder_add_legacy(kit.builder, file.data, 6000, "v.rom", kit.report),
		IGDROM_E_TRUNCATED);
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, NULL, &bytes), IGDROM_E_STATE);
	kit_free(&kit);
}

/* Every prefix of a good input fails cleanly or is taken; with a sanitizer, nothing is misread. */
static void every_prefix_of_an_input_is_survived(void **state)
{
	struct file inputs[3] = {{.size = 0}};

	(void)state;
	make_gop(&inputs[0], &gop_desktop);
	add_legacy_image(&inputs[1], 1024, 0x4680, false);
	add_efi_image(&inputs[1], &inputs[0], 11, true);
	add_legacy_image(&inputs[2], 2048, 0x4680, true);
	for (size_t i = 0; i < 3; i++) {
		for (size_t size = 0; size <= inputs[i].size; size += size < 0x480 ? 1 : 61) {
			uint8_t *copy = malloc(size ? size : 1);
			struct kit kit = kit_new();
			struct igdrom_bytes bytes;

			memcpy(copy, inputs[i].data, size);
			(void)!igdrom_rom_builder_add_gop(kit.builder, copy, size, "g", NULL,
							  kit.report);
			(void)!igdrom_rom_builder_add_efi(kit.builder, copy, size, "e", kit.report);
			(void)!igdrom_rom_builder_add_legacy(kit.builder, copy, size, "l",
							     kit.report);
			if (igdrom_rom_builder_finish(kit.builder, kit.report, &bytes) == IGDROM_OK)
				igdrom_bytes_free(&bytes);
			kit_free(&kit);
			free(copy);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(several_gops_are_refused_when_nobody_chooses),
		cmocka_unit_test(several_gops_are_carried_for_the_guest_driver),
		cmocka_unit_test(without_the_choice_firmware_starts_every_gop),
		cmocka_unit_test(the_same_driver_twice_is_taken_once),
		cmocka_unit_test(the_guest_driver_given_as_a_file_is_known),
		cmocka_unit_test(of_a_rom_of_ours_all_but_the_guest_driver_is_taken),
		cmocka_unit_test(a_gop_that_does_not_list_the_target_is_refused),
		cmocka_unit_test(force_turns_the_refusal_of_the_target_into_a_warning),
		cmocka_unit_test(a_gop_without_a_readable_table_is_taken_with_a_warning),
		cmocka_unit_test(what_firmware_skips_is_refused_unless_forced),
		cmocka_unit_test(an_efi_file_that_is_a_gop_is_treated_as_one),
		cmocka_unit_test(a_gop_is_taken_out_of_an_option_rom),
		cmocka_unit_test(of_several_gops_in_one_file_the_target_chooses),
		cmocka_unit_test(a_file_without_a_gop_is_not_recognized),
		cmocka_unit_test(efi_images_of_a_rom_are_taken_and_the_rest_is_named),
		cmocka_unit_test(a_refused_image_takes_the_others_of_its_rom_back),
		cmocka_unit_test(a_rom_without_the_wanted_images_is_not_recognized),
		cmocka_unit_test(bytes_behind_the_end_of_a_driver_are_left_out),
		cmocka_unit_test(a_driver_that_was_cut_off_is_refused),
		cmocka_unit_test(a_driver_whose_headers_cannot_be_read_is_named),
		cmocka_unit_test(legacy_images_are_taken_whole_and_only_last_changes),
		cmocka_unit_test(a_wrong_checksum_of_a_legacy_image_is_repaired_and_named),
		cmocka_unit_test(a_legacy_image_that_was_cut_off_is_refused),
		cmocka_unit_test(a_legacy_image_that_was_cut_off_takes_the_others_back),
		cmocka_unit_test(every_prefix_of_an_input_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
