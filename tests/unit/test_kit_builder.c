/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"
#include "unit/kit_rig.h"

#include <sys/types.h>
#include <sha2.h>

static void assert_codes(const struct igdrom_rom *rom, const uint8_t *types, size_t count)
{
	assert_int_equal(igdrom_rom_image_count(rom), count);
	for (size_t i = 0; i < count; i++) {
		const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, i);

		assert_int_equal(igdrom_rom_image_code_type(image), types[i]);
		assert_int_equal(igdrom_rom_image_last(image), i + 1 == count);
	}
}

static void a_universal_rom_is_small_and_names_all_devices(void **state)
{
	static const uint8_t types[] = {IGDROM_CODE_TYPE_EFI, IGDROM_CODE_TYPE_DATA};
	const struct igdrom_bytes guest = igdrom_guest_driver();
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	const struct igdrom_rom_image *image;
	struct igdrom_rom *rom;
	bool found = false;

	(void)state;
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(igdrom_report_count(kit.report), 0);
	assert_true(bytes.size <= 16384);
	assert_true(bytes.size >= IGDROM_ROM_MIN_BYTES);
	print_message("universal ROM: %zu bytes\n", bytes.size);
	assert_codes(rom, types, 2);
	assert_payload(rom, 0, guest.data, guest.size);
	image = igdrom_rom_image_at(rom, 0);
	assert_int_equal(igdrom_rom_image_vendor_id(image), 0x8086);
	assert_int_equal(igdrom_rom_image_class_code(image), 0x030000);
	/* Sandy Bridge 0102 is the lowest id from Sandy Bridge on; 7121 (i810) is older. */
	assert_int_equal(igdrom_rom_image_device_id(image), 0x0102);
	for (size_t i = 0; i < igdrom_rom_image_device_list_count(image); i++) {
		uint16_t id = igdrom_rom_image_device_list_at(image, i);

		assert_int_not_equal(id, 0x7121);
		assert_int_not_equal(id, 0x56a0); /* Arc A770, a card */
		found = found || id == 0x4680;
	}
	assert_true(found);
	release(rom, &bytes);
	kit_free(&kit);
}

static void images_are_ordered_whatever_the_order_of_the_calls(void **state)
{
	static const uint8_t types[] = {IGDROM_CODE_TYPE_LEGACY, IGDROM_CODE_TYPE_EFI,
					IGDROM_CODE_TYPE_DATA, IGDROM_CODE_TYPE_EFI,
					IGDROM_CODE_TYPE_DATA};
	const struct igdrom_bytes guest = igdrom_guest_driver();
	const struct driver_spec plain = {0};
	struct kit kit = kit_new();
	struct file legacy = {.size = 0};
	struct file gop, efi;
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	add_legacy_image(&legacy, 2048, 0x4680, true);
	make_gop(&gop, &gop_desktop);
	make_driver(&efi, &plain);
	assert_int_equal(add_efi(&kit, &plain, "x.efi"), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_legacy(kit.builder, legacy.data, legacy.size,
						       "vbios.bin", kit.report),
			 IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_codes(rom, types, 5);
	assert_payload(rom, 1, guest.data, guest.size);
	assert_payload(rom, 2, gop.data, gop.size);
	assert_payload(rom, 3, efi.data, efi.size);
	release(rom, &bytes);
	kit_free(&kit);
}

static void the_same_input_gives_the_same_bytes(void **state)
{
	struct igdrom_bytes bytes[2];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct kit kit = kit_new();
		struct igdrom_rom *rom;

		assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
		assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
		rom = finish(&kit, &bytes[i]);
		igdrom_rom_free(rom);
		kit_free(&kit);
	}
	assert_int_equal(bytes[0].size, bytes[1].size);
	assert_memory_equal(bytes[0].data, bytes[1].data, bytes[0].size);
	igdrom_bytes_free(&bytes[0]);
	igdrom_bytes_free(&bytes[1]);
}

static void plain_and_compressed_roms_carry_the_same(void **state)
{
	struct igdrom_bytes bytes[2];
	struct igdrom_rom *rom[2];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct kit kit = kit_new();

		assert_int_equal(igdrom_rom_builder_set_compress(kit.builder, i == 1), IGDROM_OK);
		assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
		assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
		rom[i] = finish(&kit, &bytes[i]);
		kit_free(&kit);
	}
	assert_true(bytes[1].size < bytes[0].size);
	assert_int_equal(igdrom_rom_image_count(rom[0]), igdrom_rom_image_count(rom[1]));
	for (size_t i = 0; i < igdrom_rom_image_count(rom[0]); i++) {
		const struct igdrom_rom_image *plain = igdrom_rom_image_at(rom[0], i);
		const struct igdrom_rom_image *packed = igdrom_rom_image_at(rom[1], i);
		bool driver = igdrom_rom_image_kind(rom[0], i) != IGDROM_IMAGE_MANIFEST;

		assert_false(igdrom_rom_image_compressed(plain));
		assert_int_equal(igdrom_rom_image_compressed(packed), driver);
		assert_string_equal(igdrom_rom_image_payload_sha256(plain),
				    igdrom_rom_image_payload_sha256(packed));
	}
	release(rom[0], &bytes[0]);
	release(rom[1], &bytes[1]);
}

static void a_gop_image_names_the_integrated_devices_of_its_table(void **state)
{
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
	rom = finish(&kit, &bytes);
	for (size_t i = 0; i < 2; i++) {
		const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, i);

		/* CAFE is in the driver's table and no device. */
		assert_int_equal(igdrom_rom_image_device_id(image), 0x4680);
		assert_int_equal(igdrom_rom_image_device_list_count(image), 3);
		assert_int_equal(igdrom_rom_image_device_list_at(image, 0), 0x4680);
		assert_int_equal(igdrom_rom_image_device_list_at(image, 1), 0x4690);
		assert_int_equal(igdrom_rom_image_device_list_at(image, 2), 0xa780);
	}
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_target_is_the_only_device_and_given_ids_win(void **state)
{
	static const uint16_t given[] = {0x1111, 0x2222};
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_set_target(kit.builder, 0xa780), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_device_ids(kit.builder, given, 2), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_vendor_id(kit.builder, 0x1af4), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_class_code(kit.builder, 0x038000), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_code_revision(kit.builder, 0x1234), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(igdrom_rom_image_device_id(igdrom_rom_image_at(rom, 0)), 0xa780);
	assert_int_equal(igdrom_rom_image_device_list_count(igdrom_rom_image_at(rom, 0)), 0);
	assert_int_equal(igdrom_rom_image_vendor_id(igdrom_rom_image_at(rom, 0)), 0x8086);
	assert_int_equal(igdrom_rom_image_device_id(igdrom_rom_image_at(rom, 1)), 0x1111);
	assert_int_equal(igdrom_rom_image_device_list_at(igdrom_rom_image_at(rom, 1), 1), 0x2222);
	assert_int_equal(igdrom_rom_image_vendor_id(igdrom_rom_image_at(rom, 1)), 0x1af4);
	assert_int_equal(igdrom_rom_image_class_code(igdrom_rom_image_at(rom, 1)), 0x038000);
	assert_int_equal(igdrom_rom_image_code_revision(igdrom_rom_image_at(rom, 1)), 0x1234);
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_pci_2_3_structure_names_one_device_and_says_so(void **state)
{
	static const uint16_t two[] = {0x4680, 0x4690};
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_set_pcir_revision(kit.builder, 0), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_device_ids(kit.builder, two, 2), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(severity_of(&kit, "build-device-list-left"), IGDROM_SEVERITY_INFO);
	assert_int_equal(igdrom_rom_image_pcir_revision(igdrom_rom_image_at(rom, 0)), 0);
	assert_int_equal(igdrom_rom_image_device_list_count(igdrom_rom_image_at(rom, 1)), 0);
	release(rom, &bytes);
	kit_free(&kit);
}

static void settings_out_of_range_are_refused(void **state)
{
	const uint16_t with_end[] = {0x4680, 0, 0x4690};
	struct kit kit = kit_new();
	uint16_t ids[513];

	(void)state;
	for (size_t i = 0; i < 513; i++)
		ids[i] = (uint16_t)(i + 1);
	assert_int_equal(igdrom_rom_builder_set_device_ids(kit.builder, with_end, 3),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_set_pcir_revision(kit.builder, 1), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_set_class_code(kit.builder, 0x1000000), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_set_device_ids(kit.builder, ids, 513), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_set_device_ids(kit.builder, NULL, 1), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_set_device_ids(kit.builder, ids, 2), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_pcir_revision(kit.builder, 0), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_set_device_ids(kit.builder, NULL, 0), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_pcir_revision(kit.builder, 0), IGDROM_OK);
	kit_free(&kit);
}

static void a_target_set_after_the_gop_is_compared_when_the_rom_is_finished(void **state)
{
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_target(kit.builder, 0x46a6), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, kit.report, &bytes),
			 IGDROM_E_REFUSED);
	assert_null(bytes.data);
	assert_int_equal(severity_of(&kit, "build-gop-device"), IGDROM_SEVERITY_ERROR);
	assert_int_equal(igdrom_rom_builder_set_target(kit.builder, 0x4690), IGDROM_OK);
	rom = finish(&kit, &bytes);
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_discrete_target_is_refused_and_an_unknown_one_is_named(void **state)
{
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_target(kit.builder, 0x56a0), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, kit.report, &bytes),
			 IGDROM_E_REFUSED);
	assert_int_equal(severity_of(&kit, "device-discrete"), IGDROM_SEVERITY_ERROR);
	assert_int_equal(igdrom_rom_builder_set_target(kit.builder, 0x0001), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(severity_of(&kit, "device-unknown"), IGDROM_SEVERITY_WARNING);
	release(rom, &bytes);
	kit_free(&kit);
}

static void small_roms_are_padded_behind_the_last_image(void **state)
{
	const struct driver_spec plain = {0};
	struct kit kit = kit_new();
	struct igdrom_bytes bytes, rest;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(add_efi(&kit, &plain, "x.efi"), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(bytes.size, 4096);
	rest = igdrom_rom_trailing(rom);
	assert_int_equal(rest.size, 4096 - igdrom_rom_image_size(igdrom_rom_image_at(rom, 0)));
	for (size_t i = 0; i < rest.size; i++)
		assert_int_equal(rest.data[i], 0xff);
	release(rom, &bytes);
	kit_free(&kit);
}

static void an_open_ended_rom_has_neither_a_last_image_nor_padding(void **state)
{
	const struct driver_spec plain = {0};
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_set_open_ended(kit.builder, true), IGDROM_OK);
	assert_int_equal(add_efi(&kit, &plain, "x.efi"), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(igdrom_rom_image_count(rom), 1);
	assert_false(igdrom_rom_image_last(igdrom_rom_image_at(rom, 0)));
	assert_int_equal(bytes.size, igdrom_rom_image_size(igdrom_rom_image_at(rom, 0)));
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_gop_without_a_policy_is_refused_unless_forced(void **state)
{
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, kit.report, &bytes),
			 IGDROM_E_REFUSED);
	assert_null(bytes.data);
	assert_int_equal(severity_of(&kit, "check-gop-policy-missing"), IGDROM_SEVERITY_ERROR);
	igdrom_report_free(kit.report);
	assert_int_equal(igdrom_report_new(&kit.report), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_force(kit.builder, true), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(severity_of(&kit, "check-gop-policy-missing"), IGDROM_SEVERITY_WARNING);
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_gutted_driver_is_refused(void **state)
{
	static const uint8_t ret[] = {0x31, 0xc0, 0xc3};
	const struct driver_spec gutted = {.code = ret, .code_size = sizeof(ret)};
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;

	(void)state;
	assert_int_equal(add_efi(&kit, &gutted, "x.efi"), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, kit.report, &bytes),
			 IGDROM_E_REFUSED);
	assert_int_equal(severity_of(&kit, "check-driver-empty"), IGDROM_SEVERITY_ERROR);
	kit_free(&kit);
}

static void assert_entry(const struct igdrom_rom *rom, size_t index, enum igdrom_manifest_kind kind,
			 const char *name, const char *version, const char *sha256)
{
	const struct igdrom_manifest_entry *entry =
		igdrom_manifest_at(igdrom_rom_manifest(rom), index);

	assert_non_null(entry);
	assert_int_equal(igdrom_manifest_entry_kind(entry), kind);
	assert_int_equal(igdrom_manifest_entry_image(entry), index);
	assert_string_equal(igdrom_manifest_entry_name(entry), name);
	assert_string_equal(igdrom_manifest_entry_version(entry), version);
	assert_string_equal(igdrom_manifest_entry_sha256(entry), sha256);
}

static void the_manifest_says_what_went_in(void **state)
{
	const struct driver_spec plain = {0};
	char sha256[4][SHA256_DIGEST_STRING_LENGTH];
	const struct igdrom_bytes guest = igdrom_guest_driver();
	struct kit kit = kit_new();
	struct file legacy = {.size = 0};
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;
	struct file gop, efi;
	const struct igdrom_manifest_entry *entry;

	(void)state;
	add_legacy_image(&legacy, 1024, 0x4680, false);
	make_gop(&gop, &gop_desktop);
	make_driver(&efi, &plain);
	SHA256Data(legacy.data, legacy.size, sha256[0]);
	SHA256Data(guest.data, guest.size, sha256[1]);
	SHA256Data(gop.data, gop.size, sha256[2]);
	SHA256Data(efi.data, efi.size, sha256[3]);
	assert_int_equal(igdrom_rom_builder_add_legacy(kit.builder, legacy.data, legacy.size,
						       "vbios", kit.report),
			 IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop\n.efi\xff"), IGDROM_OK);
	assert_int_equal(add_efi(&kit, &plain, NULL), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(igdrom_manifest_count(igdrom_rom_manifest(rom)), 4);
	assert_string_equal(igdrom_manifest_tool(igdrom_rom_manifest(rom)), "libigdrom 0.1.0");
	assert_entry(rom, 0, IGDROM_MANIFEST_LEGACY, "vbios", "", sha256[0]);
	assert_entry(rom, 1, IGDROM_MANIFEST_GUEST_DRIVER, "igdrom guest driver", igdrom_version(),
		     sha256[1]);
	assert_entry(rom, 2, IGDROM_MANIFEST_GOP, "gop?.efi?", "17.0.1077", sha256[2]);
	assert_entry(rom, 3, IGDROM_MANIFEST_EFI, "", "", sha256[3]);
	entry = igdrom_manifest_at(igdrom_rom_manifest(rom), 2);
	assert_string_equal(igdrom_manifest_entry_origin(entry), "a BIOS");
	assert_int_equal(igdrom_manifest_entry_device_count(entry), 4);
	assert_int_equal(igdrom_manifest_entry_device_at(entry, 2), 0xcafe);
	release(rom, &bytes);
	kit_free(&kit);
}

static void a_long_name_is_cut_at_255_bytes(void **state)
{
	char name[1000];
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, name), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(
		strlen(igdrom_manifest_entry_name(igdrom_manifest_at(igdrom_rom_manifest(rom), 1))),
		255);
	release(rom, &bytes);
	kit_free(&kit);
}

/* 240 records with a name of 255 bytes each: 240 * (48 + 256) bytes are more than 65535. */
static void a_manifest_that_would_be_too_large_is_named(void **state)
{
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	char name[256];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	for (uint8_t i = 0; i < 240; i++) {
		const struct driver_spec spec = {.data = &i, .data_size = sizeof(i)};

		assert_int_equal(add_efi(&kit, &spec, name), IGDROM_OK);
	}
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, kit.report, &bytes),
			 IGDROM_E_LIMIT);
	assert_non_null(finding_of(&kit, "build-manifest-too-large"));
	assert_null(find_in(kit.report, "build-too-large"));
	kit_free(&kit);
}

/* Legacy images of 5 MiB; 16 MiB is what the ROM BAR of a PCI device can show. */
static void a_rom_of_more_than_16_mib_is_refused(void **state)
{
	static const uint8_t pcir[] = {'P', 'C', 'I', 'R', 0x86, 0x80, 0x80, 0x46, 0, 0, 0x18, 0,
				       0,   0,   0,   3,   0,    0x28, 0,    0,    0, 0, 0,    0};
	const size_t size = 5u << 20;
	uint8_t *image = calloc(1, size);
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;

	(void)state;
	assert_non_null(image);
	memcpy(image, "\x55\xaa\xff", 3);
	image[0x18] = 0x1c;
	memcpy(image + 0x1c, pcir, sizeof(pcir));
	image[0x1c + 0x15] = 0x80;
	for (int i = 0; i < 4; i++)
		assert_int_equal(
			igdrom_rom_builder_add_legacy(kit.builder, image, size, NULL, kit.report),
			IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, kit.report, &bytes),
			 IGDROM_E_LIMIT);
	assert_null(bytes.data);
	assert_non_null(find_in(kit.report, "build-too-large"));
	kit_free(&kit);
	free(image);
}

static void a_builder_is_finished_once_and_never_empty(void **state)
{
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, NULL, &bytes), IGDROM_E_STATE);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	rom = finish(&kit, &bytes);
	release(rom, &bytes);
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, NULL, &bytes), IGDROM_E_STATE);
	assert_int_equal(add_gop(&kit, &gop_desktop, "x"), IGDROM_E_STATE);
	assert_int_equal(igdrom_rom_builder_add_efi(kit.builder, "x", 1, "x", NULL),
			 IGDROM_E_STATE);
	assert_int_equal(igdrom_rom_builder_add_legacy(kit.builder, "x", 1, "x", NULL),
			 IGDROM_E_STATE);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_E_STATE);
	kit_free(&kit);
}

static void misuse_is_refused(void **state)
{
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;

	(void)state;
	assert_int_equal(igdrom_rom_builder_new(NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_add_gop(NULL, "x", 1, NULL, NULL, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_add_gop(kit.builder, NULL, 1, NULL, NULL, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_add_efi(kit.builder, NULL, 1, NULL, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_add_legacy(kit.builder, NULL, 1, NULL, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_finish(NULL, NULL, &bytes), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, NULL, NULL), IGDROM_E_INVAL);
	igdrom_rom_builder_free(NULL);
	kit_free(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_universal_rom_is_small_and_names_all_devices),
		cmocka_unit_test(images_are_ordered_whatever_the_order_of_the_calls),
		cmocka_unit_test(the_same_input_gives_the_same_bytes),
		cmocka_unit_test(plain_and_compressed_roms_carry_the_same),
		cmocka_unit_test(a_gop_image_names_the_integrated_devices_of_its_table),
		cmocka_unit_test(a_target_is_the_only_device_and_given_ids_win),
		cmocka_unit_test(a_pci_2_3_structure_names_one_device_and_says_so),
		cmocka_unit_test(settings_out_of_range_are_refused),
		cmocka_unit_test(a_target_set_after_the_gop_is_compared_when_the_rom_is_finished),
		cmocka_unit_test(a_discrete_target_is_refused_and_an_unknown_one_is_named),
		cmocka_unit_test(small_roms_are_padded_behind_the_last_image),
		cmocka_unit_test(an_open_ended_rom_has_neither_a_last_image_nor_padding),
		cmocka_unit_test(a_gop_without_a_policy_is_refused_unless_forced),
		cmocka_unit_test(a_gutted_driver_is_refused),
		cmocka_unit_test(the_manifest_says_what_went_in),
		cmocka_unit_test(a_long_name_is_cut_at_255_bytes),
		cmocka_unit_test(a_manifest_that_would_be_too_large_is_named),
		cmocka_unit_test(a_rom_of_more_than_16_mib_is_refused),
		cmocka_unit_test(a_builder_is_finished_once_and_never_empty),
		cmocka_unit_test(misuse_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
