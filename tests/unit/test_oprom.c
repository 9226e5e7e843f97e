/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include <stdio.h>

#include <igdrom/rom.h>

#include "compress/uefi.h"
#include "fixtures/fixture.h"
#include "fixtures/recipe.h"
#include "oprom/oprom.h"

#define GOOD FIXTURES
#define BAD  FIXTURES "/bad"
/* sha256sum of parts/driver.txt as recipe.py writes it. */
#define DRIVER_SHA256 "bb2a5a930b1f85c6a8d1fa457223eb89f64449bb78ebe0fa093916ec6a364bfa"

static struct igdrom_report *new_report(void)
{
	struct igdrom_report *report;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	return report;
}

static enum igdrom_status parse_and_check(const void *data, size_t size,
					  struct igdrom_report *report, struct igdrom_rom **rom)
{
	enum igdrom_status status = igdrom_rom_parse(data, size, NULL, report, rom);

	if (status == IGDROM_OK)
		oprom_check_structure(*rom, report);
	return status;
}

static struct igdrom_rom *parse_fixture(const char *name, struct fixture *fixture)
{
	struct igdrom_rom *rom;

	assert_int_equal(fixture_load(GOOD, name, fixture), 0);
	assert_int_equal(igdrom_rom_parse(fixture->data, fixture->size, NULL, NULL, &rom),
			 IGDROM_OK);
	return rom;
}

static bool writes_the_same(const struct igdrom_rom *rom, const uint8_t *data, size_t size)
{
	struct igdrom_bytes out;
	bool same;

	assert_int_equal(igdrom_rom_write(rom, &out), IGDROM_OK);
	same = out.size == size && memcmp(out.data, data, size) == 0;
	igdrom_bytes_free(&out);
	return same;
}

/* Counts the fixtures that are not what their first lines say. */
static void check_expectations(const struct fixture *fixture, void *arg)
{
	struct igdrom_report *report = new_report();
	unsigned *wrong = arg;
	struct igdrom_rom *rom;
	enum igdrom_status status = parse_and_check(fixture->data, fixture->size, report, &rom);

	if (strcmp(igdrom_status_name(status), fixture->status) != 0) {
		print_error("%s: %s instead of %s\n", fixture->name, igdrom_status_name(status),
			    fixture->status);
		++*wrong;
	}
	*wrong += !fixture_findings_match(fixture->name, report, fixture->findings,
					  fixture->finding_count);
	if (status == IGDROM_OK && !writes_the_same(rom, fixture->data, fixture->size)) {
		print_error("%s: is written differently\n", fixture->name);
		++*wrong;
	}
	assert_int_equal(rom == NULL, status != IGDROM_OK);
	igdrom_rom_free(rom);
	igdrom_report_free(report);
}

static void every_good_fixture_reads_without_findings_and_writes_the_same(void **state)
{
	unsigned wrong = 0;

	(void)state;
	assert_true(fixture_each(GOOD, ".rom.txt", check_expectations, &wrong) >= 9);
	assert_int_equal(wrong, 0);
}

static void every_bad_fixture_is_told_apart_with_its_offset(void **state)
{
	unsigned wrong = 0;

	(void)state;
	assert_true(fixture_each(BAD, ".rom.txt", check_expectations, &wrong) >= 50);
	assert_int_equal(wrong, 0);
}

static void driver(uint8_t **data, size_t *size)
{
	assert_int_equal(recipe_load(FIXTURES "/parts/driver.txt", data, size), 0);
}

/* An image as EfiRom makes it from the same driver; the fixtures are its output, padded. */
static void compare_with_efirom(const char *name, const struct oprom_image_spec *spec, size_t most)
{
	struct igdrom_bytes image;
	struct fixture fixture;

	assert_int_equal(fixture_load(GOOD, name, &fixture), 0);
	assert_int_equal(oprom_build_image(spec, &image), IGDROM_OK);
	assert_int_equal(image.size, 512);
	assert_int_equal(oprom_set_last((uint8_t *)(uintptr_t)image.data, image.size, true),
			 IGDROM_OK);
	assert_memory_equal(image.data, fixture.data, most);
	igdrom_bytes_free(&image);
	fixture_free(&fixture);
}

static const uint16_t one_id[] = {0x4680};
static const uint16_t three_ids[] = {0x4680, 0x4682, 0x4690};

static struct oprom_image_spec spec_of(const uint8_t *payload, size_t size)
{
	return (struct oprom_image_spec){
		.vendor_id = 0x8086,
		.device_ids = one_id,
		.device_id_count = 1,
		.class_code = 0x030000,
		.pcir_revision = 3,
		.code_type = IGDROM_CODE_TYPE_EFI,
		.machine = 0x8664,
		.subsystem = 11,
		.payload = payload,
		.payload_size = size,
	};
}

static void builds_images_laid_out_as_efirom_does(void **state)
{
	struct oprom_image_spec spec;
	uint8_t zeros[4096] = {0}; /* the driver alone does not become shorter by 512 bytes */
	uint8_t *data;
	size_t size;

	(void)state;
	driver(&data, &size);
	spec = spec_of(data, size);
	compare_with_efirom("efirom-plain.rom.txt", &spec, 512);
	spec.compress = true;
	compare_with_efirom("efirom-plain.rom.txt", &spec, 512);
	spec.pcir_revision = 0;
	compare_with_efirom("efirom-pci23.rom.txt", &spec, 512);
	memcpy(zeros, data, size);
	spec = spec_of(zeros, sizeof(zeros));
	spec.device_ids = three_ids;
	spec.device_id_count = 3;
	spec.compress = true;
	compare_with_efirom("efirom-device-list.rom.txt", &spec, 0x40);
	free(data);
}

static void reads_what_the_headers_say(void **state)
{
	struct fixture fixture;
	struct igdrom_rom *rom = parse_fixture("ipxe.rom.txt", &fixture);
	const struct igdrom_rom_image *legacy = igdrom_rom_image_at(rom, 0);
	const struct igdrom_rom_image *efi = igdrom_rom_image_at(rom, 1);
	struct igdrom_bytes payload;

	(void)state;
	assert_int_equal(igdrom_rom_image_count(rom), 2);
	assert_null(igdrom_rom_image_at(rom, 2));
	assert_int_equal(igdrom_rom_size(rom), 0x1000);
	assert_int_equal(igdrom_rom_image_code_type(legacy), IGDROM_CODE_TYPE_LEGACY);
	assert_int_equal(igdrom_rom_image_size(legacy), 0x800);
	assert_int_equal(igdrom_rom_image_pcir_revision(legacy), 3);
	assert_int_equal(igdrom_rom_image_pcir_offset(legacy), 0x1c);
	assert_int_equal(igdrom_rom_image_device_list_count(legacy), 1);
	assert_int_equal(igdrom_rom_image_device_list_at(legacy, 0), 0x100e);
	assert_int_equal(igdrom_rom_image_device_list_at(legacy, 1), 0);
	assert_int_equal(igdrom_rom_image_code_revision(legacy), 1);
	assert_int_equal(igdrom_rom_image_machine(legacy), 0);
	assert_false(igdrom_rom_image_last(legacy));
	assert_int_equal(igdrom_rom_image_offset(efi), 0x800);
	assert_int_equal(igdrom_rom_image_vendor_id(efi), 0x8086);
	assert_int_equal(igdrom_rom_image_device_id(efi), 0x100e);
	assert_int_equal(igdrom_rom_image_class_code(efi), 0x030000);
	assert_int_equal(igdrom_rom_image_pcir_revision(efi), 0);
	assert_int_equal(igdrom_rom_image_machine(efi), 0x8664);
	assert_int_equal(igdrom_rom_image_subsystem(efi), 11);
	assert_false(igdrom_rom_image_compressed(efi));
	assert_true(igdrom_rom_image_last(efi));
	assert_int_equal(igdrom_rom_image_payload(legacy, &payload), IGDROM_OK);
	assert_int_equal(payload.size, 0x800);
	assert_string_equal(igdrom_rom_image_payload_sha256(efi), DRIVER_SHA256);
	igdrom_rom_free(rom);
	fixture_free(&fixture);
}

static void reads_what_the_builder_recorded(void **state)
{
	struct fixture fixture;
	struct igdrom_rom *rom = parse_fixture("igdrom.rom.txt", &fixture);
	const struct igdrom_manifest *manifest = igdrom_rom_manifest(rom);
	const struct igdrom_manifest_entry *guest = igdrom_manifest_at(manifest, 0);
	const struct igdrom_manifest_entry *gop = igdrom_manifest_at(manifest, 1);

	(void)state;
	assert_non_null(manifest);
	assert_int_equal(igdrom_manifest_version(manifest), 1);
	assert_string_equal(igdrom_manifest_tool(manifest), "libigdrom 0.1.0");
	assert_int_equal(igdrom_manifest_count(manifest), 2);
	assert_null(igdrom_manifest_at(manifest, 2));
	assert_int_equal(igdrom_manifest_entry_kind(guest), IGDROM_MANIFEST_GUEST_DRIVER);
	assert_string_equal(igdrom_manifest_entry_version(guest), "0.1.0");
	assert_string_equal(igdrom_manifest_entry_name(guest), "");
	assert_int_equal(igdrom_manifest_entry_kind(gop), IGDROM_MANIFEST_GOP);
	assert_int_equal(igdrom_manifest_entry_image(gop), 1);
	assert_string_equal(igdrom_manifest_entry_name(gop), "test.efi");
	assert_string_equal(igdrom_manifest_entry_version(gop), "17.0.1077");
	assert_string_equal(igdrom_manifest_entry_origin(gop), "vendor bios");
	assert_string_equal(igdrom_manifest_entry_sha256(gop), DRIVER_SHA256);
	assert_int_equal(igdrom_manifest_entry_device_count(gop), 3);
	assert_int_equal(igdrom_manifest_entry_device_at(gop, 2), 0x4690);
	assert_int_equal(igdrom_manifest_entry_device_at(gop, 3), 0);
	igdrom_rom_free(rom);
	fixture_free(&fixture);
}

static void a_driver_is_the_same_packed_or_plain(void **state)
{
	static const char *const names[] = {"efirom-plain.rom.txt", "efirom-pci23.rom.txt",
					    "efirom-compressed.rom.txt",
					    "efirom-device-list.rom.txt"};
	struct igdrom_bytes payload;
	struct fixture fixture;
	struct igdrom_rom *rom;
	uint8_t *data;
	size_t size;

	(void)state;
	driver(&data, &size);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		rom = parse_fixture(names[i], &fixture);
		assert_int_equal(igdrom_rom_image_payload(igdrom_rom_image_at(rom, 0), &payload),
				 IGDROM_OK);
		assert_int_equal(payload.size, size);
		assert_memory_equal(payload.data, data, size);
		igdrom_rom_free(rom);
		fixture_free(&fixture);
	}
	free(data);
}

static enum igdrom_status payload_status(const char *name)
{
	struct igdrom_bytes payload;
	enum igdrom_status status;
	struct fixture fixture;
	struct igdrom_rom *rom;

	assert_int_equal(fixture_load(BAD, name, &fixture), 0);
	assert_int_equal(igdrom_rom_parse(fixture.data, fixture.size, NULL, NULL, &rom), IGDROM_OK);
	status = igdrom_rom_image_payload(igdrom_rom_image_at(rom, 0), &payload);
	assert_int_equal(payload.data == NULL, status != IGDROM_OK);
	assert_int_equal(igdrom_rom_image_payload_sha256(igdrom_rom_image_at(rom, 0)) == NULL,
			 status != IGDROM_OK);
	igdrom_rom_free(rom);
	fixture_free(&fixture);
	return status;
}

static void says_why_a_payload_cannot_be_had(void **state)
{
	(void)state;
	assert_int_equal(payload_status("stream-corrupt.rom.txt"), IGDROM_E_CORRUPT);
	assert_int_equal(payload_status("stream-truncated.rom.txt"), IGDROM_E_CORRUPT);
	assert_int_equal(payload_status("stream-too-large.rom.txt"), IGDROM_E_LIMIT);
	assert_int_equal(payload_status("compression-unknown.rom.txt"), IGDROM_E_UNSUPPORTED);
	assert_int_equal(payload_status("image-offset.rom.txt"), IGDROM_E_CORRUPT);
	assert_int_equal(payload_status("efi-signature.rom.txt"), IGDROM_E_CORRUPT);
	assert_int_equal(payload_status("payload-not-pe.rom.txt"), IGDROM_OK);
}

static void bytes_behind_a_driver_stay_with_it_unless_they_are_padding(void **state)
{
	struct igdrom_bytes payload;
	struct fixture fixture;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(fixture_load(BAD, "payload-trailing.rom.txt", &fixture), 0);
	assert_int_equal(igdrom_rom_parse(fixture.data, fixture.size, NULL, NULL, &rom), IGDROM_OK);
	assert_int_equal(igdrom_rom_image_payload(igdrom_rom_image_at(rom, 0), &payload),
			 IGDROM_OK);
	assert_int_equal(payload.size, 0x400 - 0x100);
	igdrom_rom_free(rom);
	fixture_free(&fixture);
}

/* Every prefix is refused, or read and written back the same. */
static void sweep(const struct fixture *fixture, void *arg)
{
	size_t step = *(const size_t *)arg;

	for (size_t n = 0; n < fixture->size; n += step) {
		struct igdrom_report *report = new_report();
		struct igdrom_rom *rom;
		struct igdrom_bytes out;
		enum igdrom_status status = parse_and_check(fixture->data, n, report, &rom);

		assert_int_equal(rom == NULL, status != IGDROM_OK);
		assert_true(status == IGDROM_OK ||
			    igdrom_report_worst(report) == IGDROM_SEVERITY_ERROR);
		if (rom && !writes_the_same(rom, fixture->data, n))
			fail_msg("%s: %zu bytes are written differently", fixture->name, n);
		if (n % 64 == 0) {
			assert_int_equal(igdrom_rom_fix(fixture->data, n, NULL, NULL, &out),
					 status);
			igdrom_bytes_free(&out);
		}
		igdrom_rom_free(rom);
		igdrom_report_free(report);
	}
}

static void survives_every_prefix_of_every_good_fixture(void **state)
{
	size_t step = 1;

	(void)state;
	assert_true(fixture_each(GOOD, ".rom.txt", sweep, &step) >= 9);
	step = 61;
	assert_true(fixture_each(BAD, ".rom.txt", sweep, &step) >= 50);
}

/* count images of 512 bytes, each with nothing but a header and PCIR. */
static uint8_t *many_images(size_t count)
{
	uint8_t *data = calloc(count, OPROM_UNIT);

	assert_non_null(data);
	for (size_t i = 0; i < count; i++) {
		uint8_t *image = data + i * OPROM_UNIT;

		memcpy(image, "\x55\xaa", 2);
		image[0x18] = 0x1c;
		memcpy(image + 0x1c, "PCIR", 4);
		image[0x2c] = 1;
		image[0x30] = IGDROM_CODE_TYPE_OPEN_FIRMWARE;
	}
	return data;
}

static void caps_the_number_of_images(void **state)
{
	uint8_t *data = many_images(IGDROM_ROM_MAX_IMAGES + 1);
	struct igdrom_report *report = new_report();
	struct igdrom_limits *limits;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_parse(data, (size_t)IGDROM_ROM_MAX_IMAGES * OPROM_UNIT, NULL,
					  NULL, &rom),
			 IGDROM_OK);
	assert_int_equal(igdrom_rom_image_count(rom), IGDROM_ROM_MAX_IMAGES);
	igdrom_rom_free(rom);
	assert_int_equal(igdrom_rom_parse(data, (IGDROM_ROM_MAX_IMAGES + 1) * (size_t)OPROM_UNIT,
					  NULL, report, &rom),
			 IGDROM_E_LIMIT);
	assert_null(rom);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)),
			    "rom-too-many-images");
	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_NODES, 2), IGDROM_OK);
	assert_int_equal(igdrom_rom_parse(data, 3 * OPROM_UNIT, limits, NULL, &rom),
			 IGDROM_E_LIMIT);
	assert_int_equal(igdrom_rom_parse(data, 2 * OPROM_UNIT, limits, NULL, &rom), IGDROM_OK);
	igdrom_rom_free(rom);
	igdrom_limits_free(limits);
	igdrom_report_free(report);
	free(data);
}

static void caps_what_decompression_may_yield(void **state)
{
	struct igdrom_bytes payload;
	struct igdrom_limits *limits;
	struct fixture fixture;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(fixture_load(GOOD, "igdrom.rom.txt", &fixture), 0);
	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	/* Both drivers have 416 bytes: enough for one. */
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES, 831), IGDROM_OK);
	assert_int_equal(igdrom_rom_parse(fixture.data, fixture.size, limits, NULL, &rom),
			 IGDROM_OK);
	assert_int_equal(igdrom_rom_image_payload(igdrom_rom_image_at(rom, 0), &payload),
			 IGDROM_OK);
	assert_int_equal(igdrom_rom_image_payload(igdrom_rom_image_at(rom, 1), &payload),
			 IGDROM_E_LIMIT);
	igdrom_rom_free(rom);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_INPUT_BYTES, 100), IGDROM_OK);
	assert_int_equal(igdrom_rom_parse(fixture.data, fixture.size, limits, NULL, &rom),
			 IGDROM_E_LIMIT);
	igdrom_limits_free(limits);
	fixture_free(&fixture);
}

static void build_refuses_what_no_image_can_say(void **state)
{
	struct oprom_image_spec good = spec_of((const uint8_t *)"MZ", 2);
	struct oprom_image_spec spec = good;
	struct igdrom_bytes out;

	(void)state;
	spec.pcir_revision = 0;
	spec.device_ids = three_ids;
	spec.device_id_count = 3;
	assert_int_equal(oprom_build_image(&spec, &out), IGDROM_E_INVAL);
	spec = good;
	spec.pcir_revision = 1;
	assert_int_equal(oprom_build_image(&spec, &out), IGDROM_E_INVAL);
	spec = good;
	spec.class_code = 0x1000000;
	assert_int_equal(oprom_build_image(&spec, &out), IGDROM_E_INVAL);
	spec = good;
	spec.device_id_count = OPROM_MAX_DEVICE_IDS + 1;
	assert_int_equal(oprom_build_image(&spec, &out), IGDROM_E_INVAL);
	spec = good;
	spec.code_type = IGDROM_CODE_TYPE_LEGACY;
	assert_int_equal(oprom_build_image(&spec, &out), IGDROM_E_INVAL);
	spec = good;
	spec.payload_size = 0;
	assert_int_equal(oprom_build_image(&spec, &out), IGDROM_E_INVAL);
	assert_null(out.data);
}

/* Payloads of every size in a unit and a bit more: what is built is read back, data to the byte. */
static void builds_any_size_so_that_it_reads_back(void **state)
{
	uint8_t payload[600] = {0};
	struct oprom_image_spec spec = spec_of(payload, 0);
	struct igdrom_bytes image, found;
	struct igdrom_rom *rom;

	(void)state;
	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)(i * 7 + 1);
	spec.code_type = IGDROM_CODE_TYPE_DATA;
	for (size_t size = 1; size <= sizeof(payload); size++) {
		spec.payload_size = size;
		spec.device_ids = size % 2 ? one_id : three_ids;
		spec.device_id_count = size % 2 ? 1 : 3;
		spec.pcir_revision = size % 2 ? 0 : 3; /* headers of 34h and 40h bytes */
		assert_int_equal(oprom_build_image(&spec, &image), IGDROM_OK);
		assert_int_equal(image.size % OPROM_UNIT, 0);
		assert_int_equal(igdrom_rom_parse(image.data, image.size, NULL, NULL, &rom),
				 IGDROM_OK);
		assert_int_equal(igdrom_rom_image_payload(igdrom_rom_image_at(rom, 0), &found),
				 IGDROM_OK);
		assert_int_equal(found.size, size);
		assert_memory_equal(found.data, payload, size);
		igdrom_rom_free(rom);
		igdrom_bytes_free(&image);
	}
}

static void a_changed_mark_keeps_a_legacy_checksum_right(void **state)
{
	struct fixture fixture;
	uint8_t sum = 0;

	(void)state;
	assert_int_equal(fixture_load(GOOD, "vgabios.rom.txt", &fixture), 0);
	assert_int_equal(oprom_set_last(fixture.data, fixture.size, false), IGDROM_OK);
	assert_int_equal(fixture.data[0x11dc + 0x15], 0);
	for (size_t i = 0; i < fixture.size; i++)
		sum = (uint8_t)(sum + fixture.data[i]);
	assert_int_equal(sum, 0);
	assert_int_equal(oprom_set_last(fixture.data, 0x11dc, true), IGDROM_E_CORRUPT);
	fixture_free(&fixture);
}

static void accepts_null_where_there_is_nothing(void **state)
{
	struct igdrom_bytes out;
	struct igdrom_rom *rom;

	(void)state;
	igdrom_rom_free(NULL);
	assert_int_equal(igdrom_rom_image_count(NULL), 0);
	assert_null(igdrom_rom_image_at(NULL, 0));
	assert_null(igdrom_rom_manifest(NULL));
	assert_int_equal(igdrom_rom_trailing(NULL).size, 0);
	assert_int_equal(igdrom_rom_image_payload(NULL, &out), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_write(NULL, &out), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_parse("", 0, NULL, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_parse(NULL, 1, NULL, NULL, &rom), IGDROM_E_INVAL);
	assert_int_equal(igdrom_manifest_count(NULL), 0);
	assert_string_equal(igdrom_code_type_name(0x03), "EFI");
	assert_string_equal(igdrom_code_type_name(0xee), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_good_fixture_reads_without_findings_and_writes_the_same),
		cmocka_unit_test(every_bad_fixture_is_told_apart_with_its_offset),
		cmocka_unit_test(builds_images_laid_out_as_efirom_does),
		cmocka_unit_test(reads_what_the_headers_say),
		cmocka_unit_test(reads_what_the_builder_recorded),
		cmocka_unit_test(a_driver_is_the_same_packed_or_plain),
		cmocka_unit_test(says_why_a_payload_cannot_be_had),
		cmocka_unit_test(bytes_behind_a_driver_stay_with_it_unless_they_are_padding),
		cmocka_unit_test(survives_every_prefix_of_every_good_fixture),
		cmocka_unit_test(caps_the_number_of_images),
		cmocka_unit_test(caps_what_decompression_may_yield),
		cmocka_unit_test(build_refuses_what_no_image_can_say),
		cmocka_unit_test(builds_any_size_so_that_it_reads_back),
		cmocka_unit_test(a_changed_mark_keeps_a_legacy_checksum_right),
		cmocka_unit_test(accepts_null_where_there_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
