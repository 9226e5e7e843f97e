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

/* What is more than information must be exactly what is expected, in any order. */
static void compare_findings(const char *name, const struct igdrom_report *report,
			     const struct fixture_finding *expected, size_t count)
{
	size_t said = 0, met = 0;

	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);
		size_t k = 0;

		if (igdrom_finding_severity(finding) == IGDROM_SEVERITY_INFO)
			continue;
		said++;
		while (k < count && (strcmp(expected[k].code, igdrom_finding_code(finding)) != 0 ||
				     expected[k].at != igdrom_finding_offset(finding)))
			k++;
		if (k < count)
			met++;
		else
			print_error("%s: unexpected: %s at 0x%llx\n", name,
				    igdrom_finding_code(finding),
				    (unsigned long long)igdrom_finding_offset(finding));
	}
	if (said != count || met != count)
		fail_msg("%s: %zu findings, %zu of the %zu expected", name, said, met, count);
}

static void compare_write(const char *name, const struct igdrom_rom *rom, const uint8_t *data,
			  size_t size)
{
	struct igdrom_bytes out;

	assert_int_equal(igdrom_rom_write(rom, &out), IGDROM_OK);
	if (out.size != size || memcmp(out.data, data, size) != 0)
		fail_msg("%s: written bytes differ", name);
	igdrom_bytes_free(&out);
}

static void check_expectations(const struct fixture *fixture, void *arg)
{
	struct igdrom_report *report = new_report();
	struct igdrom_rom *rom;
	enum igdrom_status status = parse_and_check(fixture->data, fixture->size, report, &rom);

	(void)arg;
	if (strcmp(igdrom_status_name(status), fixture->status) != 0)
		fail_msg("%s: %s instead of %s", fixture->name, igdrom_status_name(status),
			 fixture->status);
	compare_findings(fixture->name, report, fixture->findings, fixture->finding_count);
	if (status == IGDROM_OK)
		compare_write(fixture->name, rom, fixture->data, fixture->size);
	else
		assert_null(rom);
	igdrom_rom_free(rom);
	igdrom_report_free(report);
}

static void every_good_fixture_reads_without_findings_and_writes_the_same(void **state)
{
	(void)state;
	assert_true(fixture_each(GOOD, ".rom.txt", check_expectations, NULL) >= 8);
}

static void every_bad_fixture_is_told_apart_with_its_offset(void **state)
{
	(void)state;
	assert_true(fixture_each(BAD, ".rom.txt", check_expectations, NULL) >= 1);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_good_fixture_reads_without_findings_and_writes_the_same),
		cmocka_unit_test(every_bad_fixture_is_told_apart_with_its_offset),
		cmocka_unit_test(builds_images_laid_out_as_efirom_does),
		cmocka_unit_test(reads_what_the_headers_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
