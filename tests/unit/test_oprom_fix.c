/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include <igdrom/rom.h>

#include "fixtures/fixture.h"

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

static size_t count_code(const struct igdrom_report *report, const char *code)
{
	size_t count = 0;

	for (size_t i = 0; i < igdrom_report_count(report); i++)
		count += strcmp(igdrom_finding_code(igdrom_report_at(report, i)), code) == 0;
	return count;
}

static bool same_bytes(const struct igdrom_bytes *a, const uint8_t *data, size_t size)
{
	return a->size == size && memcmp(a->data, data, size) == 0;
}

/* How many images carry exactly the driver of the fixtures. */
static size_t count_drivers(const void *data, size_t size)
{
	struct igdrom_rom *rom;
	size_t count = 0;

	assert_int_equal(igdrom_rom_parse(data, size, NULL, NULL, &rom), IGDROM_OK);
	for (size_t i = 0; i < igdrom_rom_image_count(rom); i++) {
		const char *sha256 = igdrom_rom_image_payload_sha256(igdrom_rom_image_at(rom, i));

		count += sha256 && strcmp(sha256, DRIVER_SHA256) == 0;
	}
	igdrom_rom_free(rom);
	return count;
}

static void repair_good(const struct fixture *fixture, void *arg)
{
	struct igdrom_report *report = new_report();
	struct igdrom_bytes out;

	(void)arg;
	assert_int_equal(igdrom_rom_fix(fixture->data, fixture->size, NULL, report, &out),
			 IGDROM_OK);
	assert_true(same_bytes(&out, fixture->data, fixture->size));
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const char *code = igdrom_finding_code(igdrom_report_at(report, i));

		assert_int_not_equal(strncmp(code, "rom-fixed-", 10), 0);
	}
	igdrom_bytes_free(&out);
	igdrom_report_free(report);
}

static void leaves_good_roms_as_they_are(void **state)
{
	(void)state;
	assert_true(fixture_each(GOOD, ".rom.txt", repair_good, NULL) >= 9);
}

static unsigned repaired_wrong(const struct fixture *fixture, const struct igdrom_bytes *out)
{
	struct igdrom_report *again_report = new_report();
	struct igdrom_bytes again;
	unsigned wrong = 0;

	assert_int_equal(igdrom_rom_fix(out->data, out->size, NULL, again_report, &again),
			 IGDROM_OK);
	if (!same_bytes(&again, out->data, out->size)) {
		print_error("%s: a second repair changes it again\n", fixture->name);
		wrong++;
	}
	if (count_drivers(fixture->data, fixture->size) > count_drivers(out->data, out->size)) {
		print_error("%s: a driver got lost\n", fixture->name);
		wrong++;
	}
	igdrom_bytes_free(&again);
	igdrom_report_free(again_report);
	return wrong;
}

static void repair_bad(const struct fixture *fixture, void *arg)
{
	struct igdrom_report *report = new_report();
	unsigned *wrong = arg;
	struct igdrom_bytes out;
	enum igdrom_status status =
		igdrom_rom_fix(fixture->data, fixture->size, NULL, report, &out);

	if (strcmp(igdrom_status_name(status), fixture->status) != 0) {
		print_error("%s: %s\n", fixture->name, igdrom_status_name(status));
		++*wrong;
	}
	if (status == IGDROM_OK) {
		*wrong += !fixture_findings_match(fixture->name, report, fixture->left,
						  fixture->left_count);
		*wrong += repaired_wrong(fixture, &out);
	} else {
		*wrong += !fixture_findings_match(fixture->name, report, fixture->findings,
						  fixture->finding_count);
		assert_null(out.data);
	}
	igdrom_bytes_free(&out);
	igdrom_report_free(report);
}

static void repairs_what_is_clear_and_names_what_is_left(void **state)
{
	unsigned wrong = 0;

	(void)state;
	assert_true(fixture_each(BAD, ".rom.txt", repair_bad, &wrong) >= 50);
	assert_int_equal(wrong, 0);
}

static void compare_with_good(const char *bad, const char *good, const char *said)
{
	struct igdrom_report *report = new_report();
	struct fixture broken, whole;
	struct igdrom_bytes out;

	assert_int_equal(fixture_load(BAD, bad, &broken), 0);
	assert_int_equal(fixture_load(GOOD, good, &whole), 0);
	assert_int_equal(igdrom_rom_fix(broken.data, broken.size, NULL, report, &out), IGDROM_OK);
	assert_int_equal(out.size, whole.size);
	assert_memory_equal(out.data, whole.data, whole.size);
	assert_true(count_code(report, said) > 0);
	fixture_free(&broken);
	fixture_free(&whole);
	igdrom_bytes_free(&out);
	igdrom_report_free(report);
}

static void a_repair_gives_back_the_rom_that_was_broken(void **state)
{
	(void)state;
	compare_with_good("last-early.rom.txt", "efirom-two.rom.txt", "rom-fixed-last-cleared");
	compare_with_good("last-missing.rom.txt", "efirom-two.rom.txt", "rom-fixed-last-set");
	compare_with_good("length-zero.rom.txt", "efirom-plain.rom.txt", "rom-fixed-length");
	compare_with_good("length-wrong.rom.txt", "vgabios.rom.txt", "rom-fixed-length");
	compare_with_good("init-size-long.rom.txt", "efirom-plain.rom.txt", "rom-fixed-init-size");
	compare_with_good("too-small.rom.txt", "efirom-plain.rom.txt", "rom-fixed-end");
	compare_with_good("padding-truncated.rom.txt", "efirom-compressed.rom.txt",
			  "rom-fixed-end");
	compare_with_good("hidden-image.rom.txt", "ipxe.rom.txt", "rom-fixed-length");
}

static void a_changed_mark_keeps_the_legacy_checksum_right(void **state)
{
	struct fixture fixture;
	struct igdrom_bytes out;
	uint8_t sum = 0;

	(void)state;
	/* The indicator of the legacy image, as its neighbour was cut off. */
	assert_int_equal(fixture_load(GOOD, "ipxe.rom.txt", &fixture), 0);
	assert_int_equal(igdrom_rom_fix(fixture.data, 0x800, NULL, NULL, &out), IGDROM_OK);
	assert_int_equal(out.size, 4096);
	assert_int_equal(out.data[0x31], 0x80);
	for (size_t i = 0; i < 0x800; i++)
		sum = (uint8_t)(sum + out.data[i]);
	assert_int_equal(sum, 0);
	igdrom_bytes_free(&out);
	fixture_free(&fixture);
}

static void refuses_misuse(void **state)
{
	struct igdrom_bytes out;

	(void)state;
	assert_int_equal(igdrom_rom_fix(NULL, 1, NULL, NULL, &out), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_fix("", 0, NULL, NULL, NULL), IGDROM_E_INVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_good_roms_as_they_are),
		cmocka_unit_test(repairs_what_is_clear_and_names_what_is_left),
		cmocka_unit_test(a_repair_gives_back_the_rom_that_was_broken),
		cmocka_unit_test(a_changed_mark_keeps_the_legacy_checksum_right),
		cmocka_unit_test(refuses_misuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
