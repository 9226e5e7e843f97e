/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"
#include "unit/kit_rig.h"
#include "unit/pe_writer.h"

static void a_rom_of_ours_has_nothing_to_complain_about(void **state)
{
	static const char *const expected[] = {"check-guest-driver", "check-manifest-matches",
					       "check-gop-found", "check-gop-lists-device"};
	struct igdrom_report *report;
	struct file rom;

	(void)state;
	build_rom(&rom, &gop_desktop);
	report = check_rom(&rom, 0x4680);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_non_null(find_in(report, expected[i]));
	assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_INFO);
	igdrom_report_free(report);
}

static void a_universal_rom_is_told_to_have_no_gop(void **state)
{
	struct igdrom_report *report;
	struct file rom;

	(void)state;
	build_rom(&rom, NULL);
	report = check_rom(&rom, 0xa780);
	assert_non_null(find_in(report, "check-gop-none"));
	assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_INFO);
	igdrom_report_free(report);
}

static void a_bare_pe_is_named_and_a_bare_gop_by_its_version(void **state)
{
	const struct driver_spec plain = {0};
	const struct igdrom_finding *finding;
	struct igdrom_report *report;
	struct file file;

	(void)state;
	make_driver(&file, &plain);
	report = check_rom(&file, 0);
	assert_non_null(find_in(report, "rom-bare-pe"));
	assert_null(find_in(report, "check-bare-gop"));
	assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_ERROR);
	igdrom_report_free(report);
	make_gop(&file, &gop_desktop);
	report = check_rom(&file, 0);
	assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_ERROR);
	finding = find_in(report, "check-bare-gop");
	assert_non_null(finding);
	assert_non_null(strstr(igdrom_finding_text(finding), "17.0.1077"));
	igdrom_report_free(report);
}

static void anything_else_is_checked_and_found_wrong(void **state)
{
	struct file file = {.data = "hello", .size = 5};
	struct igdrom_report *report = check_rom(&file, 0);

	(void)state;
	assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_ERROR);
	igdrom_report_free(report);
	file.size = 0;
	report = check_rom(&file, 0);
	assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_ERROR);
	igdrom_report_free(report);
}

static void a_gop_without_a_policy_is_an_error(void **state)
{
	struct file rom = {.size = 0};
	struct file good = {.size = 0};

	(void)state;
	append_gop(&rom, &gop_desktop, true);
	pad_rom(&rom);
	assert_int_equal(severity_in(&rom, 0, "check-gop-policy-missing"), IGDROM_SEVERITY_ERROR);
	assert_int_equal(severity_in(&rom, 0, "check-assignment-missing"), IGDROM_SEVERITY_WARNING);
	append_policy(&good, false);
	append_gop(&good, &gop_desktop, true);
	pad_rom(&good);
	assert_int_equal(severity_in(&good, 0, "check-gop-policy-missing"), -1);
	assert_int_equal(severity_in(&good, 0, "check-assignment-missing"), -1);
	assert_int_equal(severity_in(&good, 0, "check-gop-policy-late"), -1);
}

static void a_policy_behind_the_gop_is_a_warning(void **state)
{
	struct file rom = {.size = 0};

	(void)state;
	append_gop(&rom, &gop_desktop, false);
	append_policy(&rom, true);
	pad_rom(&rom);
	assert_int_equal(severity_in(&rom, 0, "check-gop-policy-late"), IGDROM_SEVERITY_WARNING);
	assert_int_equal(severity_in(&rom, 0, "check-gop-policy-missing"), -1);
}

static void two_gops_for_one_device_fight(void **state)
{
	struct file rom = {.size = 0};
	struct igdrom_report *report;

	(void)state;
	append_policy(&rom, false);
	append_gop(&rom, &gop_desktop, false);
	append_gop(&rom, &gop_overlapping, true);
	report = check_rom(&rom, 0);
	assert_int_equal(igdrom_finding_severity(find_in(report, "check-gop-several")),
			 IGDROM_SEVERITY_WARNING);
	assert_non_null(strstr(igdrom_finding_text(find_in(report, "check-gop-several")), "4690"));
	igdrom_report_free(report);
	assert_int_equal(severity_in(&rom, 0x4690, "check-gop-several"), IGDROM_SEVERITY_ERROR);
	assert_int_equal(severity_in(&rom, 0x4680, "check-gop-several"), -1);
}

static void gops_for_different_devices_do_not_fight(void **state)
{
	struct file rom = {.size = 0};

	(void)state;
	append_policy(&rom, false);
	append_gop(&rom, &gop_desktop, false);
	append_gop(&rom, &gop_mobile, true);
	assert_int_equal(severity_in(&rom, 0, "check-gop-several"), -1);
	assert_int_equal(severity_in(&rom, 0x46d1, "check-gop-several"), -1);
	assert_int_equal(severity_in(&rom, 0x46d1, "check-gop-device"), -1);
	assert_int_equal(severity_in(&rom, 0x46d1, "check-gop-lists-device"), IGDROM_SEVERITY_INFO);
}

static void a_gop_that_cannot_be_read_may_fight_with_another(void **state)
{
	struct file rom = {.size = 0};

	(void)state;
	append_policy(&rom, false);
	append_gop(&rom, &gop_mobile, false);
	assert_int_equal(severity_in(&rom, 0, "check-gop-several-unknown"), -1);
	append_gop(&rom, &gop_unreadable, true);
	assert_int_equal(severity_in(&rom, 0, "gop-table-unreadable"), IGDROM_SEVERITY_WARNING);
	assert_int_equal(severity_in(&rom, 0, "check-gop-several-unknown"),
			 IGDROM_SEVERITY_WARNING);
	/* Neither is known to list it, and one may. */
	assert_int_equal(severity_in(&rom, 0x4680, "check-gop-device"), -1);
	assert_int_equal(severity_in(&rom, 0x4680, "check-gop-several-unknown"), -1);
}

static void a_gop_that_does_not_list_the_device_is_an_error(void **state)
{
	struct file rom;

	(void)state;
	build_rom(&rom, &gop_desktop);
	assert_int_equal(severity_in(&rom, 0x46a6, "check-gop-device"), IGDROM_SEVERITY_ERROR);
	assert_int_equal(severity_in(&rom, 0, "check-gop-device"), -1);
	assert_int_equal(severity_in(&rom, 0xa780, "check-gop-device"), -1);
}

static void ids_in_the_headers_that_miss_the_device_are_a_warning(void **state)
{
	struct file rom = {.size = 0};

	(void)state;
	append_policy(&rom, true);
	pad_rom(&rom);
	assert_int_equal(severity_in(&rom, 0xa780, "check-device-list"), IGDROM_SEVERITY_WARNING);
	assert_int_equal(severity_in(&rom, 0x4680, "check-device-list"), -1);
	assert_int_equal(severity_in(&rom, 0, "check-device-list"), -1);
	rom.data[0x1c + 4] = 0xf4; /* vendor */
	assert_int_equal(severity_in(&rom, 0x4680, "check-device-list"), IGDROM_SEVERITY_WARNING);
}

static void a_discrete_and_an_unknown_device_are_named(void **state)
{
	struct file rom;

	(void)state;
	build_rom(&rom, NULL);
	assert_int_equal(severity_in(&rom, 0x56a0, "device-discrete"), IGDROM_SEVERITY_ERROR);
	assert_int_equal(severity_in(&rom, 0x0001, "device-unknown"), IGDROM_SEVERITY_WARNING);
	assert_int_equal(severity_in(&rom, 0x4680, "device-discrete"), -1);
	assert_int_equal(severity_in(&rom, 0x4680, "device-unknown"), -1);
}

static void a_gated_gop_tells_which_bridges_it_knows(void **state)
{
	const struct igdrom_finding *finding;
	struct igdrom_report *report;
	struct file rom;

	(void)state;
	build_rom(&rom, &gop_desktop);
	report = check_rom(&rom, 0);
	/* Our driver is aboard, and answers. */
	finding = find_in(report, "check-gop-lpc-answered");
	assert_non_null(finding);
	assert_null(find_in(report, "check-gop-lpc"));
	/* facts: what 17.0 takes at 00:1f.0 */
	assert_non_null(strstr(igdrom_finding_text(finding), "7A80-7A9F"));
	igdrom_report_free(report);
}

static void a_legacy_rom_works_without_uefi_only(void **state)
{
	struct file rom = {.size = 0};

	(void)state;
	add_legacy_image(&rom, 4096, 0x4680, true);
	assert_int_equal(severity_in(&rom, 0x4680, "check-gop-none-legacy"), IGDROM_SEVERITY_INFO);
	assert_int_equal(severity_in(&rom, 0x4680, "check-assignment-missing"), -1);
}

static void a_rom_of_another_kind_of_device_is_left_alone(void **state)
{
	struct file rom = {.size = 0};

	(void)state;
	add_legacy_image(&rom, 4096, 0x100e, true);
	rom.data[0x1c + 0x0f] = 2; /* network */
	assert_int_equal(severity_in(&rom, 0, "check-not-display"), IGDROM_SEVERITY_INFO);
	assert_int_equal(severity_in(&rom, 0, "check-gop-none-legacy"), -1);
	assert_int_equal(severity_in(&rom, 0x4680, "check-not-display"), -1);
	assert_int_equal(severity_in(&rom, 0x4680, "check-gop-none-legacy"), IGDROM_SEVERITY_INFO);
}

static void decimal_ids_are_explained(void **state)
{
	struct file rom = {.size = 0};

	(void)state;
	append_policy(&rom, true);
	pad_rom(&rom);
	assert_int_equal(severity_in(&rom, 0, "check-ids-decimal"), -1);
	put_u16(rom.data + 0x1c + 4, 0x1f96); /* 8086 in decimal */
	assert_int_equal(severity_in(&rom, 0, "check-ids-decimal"), IGDROM_SEVERITY_WARNING);
}

static void a_helper_of_somebody_else_is_named(void **state)
{
	const struct igdrom_finding *finding;
	struct igdrom_report *report;
	struct file rom = {.size = 0};

	(void)state;
	append_policy(&rom, true);
	pad_rom(&rom);
	report = check_rom(&rom, 0);
	finding = find_in(report, "check-helper-found");
	assert_non_null(finding);
	assert_non_null(strstr(igdrom_finding_text(finding), "OpRegion and GOP policy"));
	assert_null(find_in(report, "check-guest-driver"));
	igdrom_report_free(report);
}

static void a_driver_without_an_assignment_is_noted(void **state)
{
	const struct driver_spec plain = {0};
	struct file rom = {.size = 0};

	(void)state;
	append_driver(&rom, &plain, true);
	pad_rom(&rom);
	assert_int_equal(severity_in(&rom, 0, "check-assignment-missing"), IGDROM_SEVERITY_INFO);
}

static void every_prefix_of_a_rom_can_be_checked(void **state)
{
	struct file rom;

	(void)state;
	build_rom(&rom, &gop_desktop);
	for (size_t size = 0; size <= rom.size; size += 13) {
		uint8_t *copy = malloc(size ? size : 1);
		struct igdrom_report *report;

		memcpy(copy, rom.data, size);
		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		assert_int_equal(igdrom_rom_check(copy, size, 0x4680, NULL, report), IGDROM_OK);
		if (size < rom.size - 512)
			assert_true(igdrom_report_worst(report) >= IGDROM_SEVERITY_WARNING);
		igdrom_report_free(report);
		free(copy);
	}
}

static void misuse_and_limits_are_refused(void **state)
{
	struct igdrom_limits *limits;
	struct igdrom_report *report;
	struct file rom;

	(void)state;
	build_rom(&rom, NULL);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_rom_check(rom.data, rom.size, 0, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_check(NULL, 1, 0, NULL, report), IGDROM_E_INVAL);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_INPUT_BYTES, 1024), IGDROM_OK);
	assert_int_equal(igdrom_rom_check(rom.data, rom.size, 0, limits, report), IGDROM_E_LIMIT);
	igdrom_limits_free(limits);
	igdrom_report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rom_of_ours_has_nothing_to_complain_about),
		cmocka_unit_test(a_universal_rom_is_told_to_have_no_gop),
		cmocka_unit_test(a_bare_pe_is_named_and_a_bare_gop_by_its_version),
		cmocka_unit_test(anything_else_is_checked_and_found_wrong),
		cmocka_unit_test(a_gop_without_a_policy_is_an_error),
		cmocka_unit_test(a_policy_behind_the_gop_is_a_warning),
		cmocka_unit_test(two_gops_for_one_device_fight),
		cmocka_unit_test(gops_for_different_devices_do_not_fight),
		cmocka_unit_test(a_gop_that_cannot_be_read_may_fight_with_another),
		cmocka_unit_test(a_gop_that_does_not_list_the_device_is_an_error),
		cmocka_unit_test(ids_in_the_headers_that_miss_the_device_are_a_warning),
		cmocka_unit_test(a_discrete_and_an_unknown_device_are_named),
		cmocka_unit_test(a_gated_gop_tells_which_bridges_it_knows),
		cmocka_unit_test(a_legacy_rom_works_without_uefi_only),
		cmocka_unit_test(a_rom_of_another_kind_of_device_is_left_alone),
		cmocka_unit_test(decimal_ids_are_explained),
		cmocka_unit_test(a_helper_of_somebody_else_is_named),
		cmocka_unit_test(a_driver_without_an_assignment_is_noted),
		cmocka_unit_test(every_prefix_of_a_rom_can_be_checked),
		cmocka_unit_test(misuse_and_limits_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
