/* SPDX-License-Identifier: BSD-2-Clause */
/* VBTs in firmware, in OpRegions and by themselves, and the choice among them. */
#include "unit/unit.h"

#include "unit/open_rig.h"

static void tables_are_found_wherever_they_lie(void **state)
{
	struct blob files = {0}, body = {0}, image = {0};
	const struct igdrom_found *found;
	struct rig_run run;

	(void)state;
	rig_put_table(&body, "HASWELL", 1);
	blob_fill(&body, 28, 0);
	put_file(&files, 1, RIG_TYPE_RAW, &body);
	blob_text(&body, "head");
	rig_put_table(&body, "HASWELL", 2);
	rig_put_module(&files, 2, RIG_SECTION_RAW, &body, NULL);
	blob_put(&body, rig_pe, rig_forge("1077"));
	rig_put_table(&body, "HASWELL", 3);
	rig_put_module(&files, 3, RIG_SECTION_PE32, &body, NULL);
	rig_put_table(&body, "HASWELL", 1); /* once more */
	rig_put_module(&files, 4, RIG_SECTION_RAW, &body, NULL);
	rig_put_table(&image, "HASWELL", 4); /* not at the start of the file: that would be a VBT */
	image.data[0] = 'x';
	rig_put_table(&image, "HASWELL", 5);
	put_volume(&image, writer_ffs2, RIG_VOLUME, &files);
	run = rig_look(&image);
	assert_int_equal(run.status, IGDROM_OK);
	assert_int_equal(igdrom_contents_vbt_count(run.contents), 4);
	found = igdrom_contents_vbt_found(run.contents, 0);
	assert_int_equal(igdrom_found_origin(found), IGDROM_ORIGIN_INSIDE);
	assert_null(igdrom_found_guid(found, 0));
	assert_int_equal(rig_bytes(found, IGDROM_FORM_BARE).data[RIG_TABLE - 1], 5);
	found = igdrom_contents_vbt_found(run.contents, 1);
	assert_int_equal(igdrom_found_place_count(found), 2);
	assert_int_equal(igdrom_found_origin(found), IGDROM_ORIGIN_ALONE);
	assert_int_equal(rig_bytes(found, IGDROM_FORM_BARE).size, RIG_TABLE);
	assert_int_equal(rig_bytes(found, IGDROM_FORM_STORED).size, RIG_TABLE + 28);
	assert_string_equal(igdrom_vbt_signature(igdrom_contents_vbt_at(run.contents, 1)),
			    "$VBT HASWELL");
	rig_assert_name(found, IGDROM_FORM_BARE, "vbt-HASWELL-100-2.vbt");
	assert_int_equal(igdrom_found_origin(igdrom_contents_vbt_found(run.contents, 2)),
			 IGDROM_ORIGIN_INSIDE);
	assert_int_equal(igdrom_found_origin(igdrom_contents_vbt_found(run.contents, 3)),
			 IGDROM_ORIGIN_DRIVER);
	rig_end(&run);
}

static void the_best_place_of_a_table_comes_first(void **state)
{
	struct blob files = {0}, body = {0};
	const struct igdrom_found *found;
	struct rig_run run;

	(void)state;
	blob_text(&body, "head");
	rig_put_table(&body, "HASWELL", 1);
	rig_put_module(&files, 1, RIG_SECTION_RAW, &body, NULL);
	rig_put_table_file(&files, 2, "HASWELL", 1);
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_vbt_count(run.contents), 1);
	found = igdrom_contents_vbt_found(run.contents, 0);
	assert_int_equal(igdrom_found_origin(found), IGDROM_ORIGIN_ALONE);
	assert_string_equal(igdrom_found_guid(found, 0), "02020202-0202-0202-0202-020202020202");
	assert_string_equal(igdrom_found_guid(found, 1), "01010101-0101-0101-0101-010101010101");
	rig_end(&run);
}

static void what_only_starts_like_a_table_is_none(void **state)
{
	struct blob files = {0}, body = {0};
	struct rig_run run;

	(void)state;
	blob_text(&body, "$VBT SKYLAKE and nothing behind it, long enough to hold a header ....");
	rig_put_module(&files, 1, RIG_SECTION_RAW, &body, NULL);
	rig_put_table(&body, "SKYLAKE", 1);
	body.data[48] = 'X'; /* of BIOS_DATA_BLOCK */
	rig_put_module(&files, 2, RIG_SECTION_RAW, &body, NULL);
	rig_put_table(&body, "SKYLAKE", 1);
	body.data[25] = 0xf0; /* longer than what is there */
	rig_put_module(&files, 3, RIG_SECTION_RAW, &body, NULL);
	rig_put_table(&body, "\x01\x02", 1);
	rig_put_module(&files, 4, RIG_SECTION_RAW, &body, NULL);
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_vbt_count(run.contents), 0);
	rig_end(&run);
}

/* The GUID of the file is sixteen times id; 878AC2CC-... is put in its place. */
static void make_default(struct blob *files, uint8_t id)
{
	static const uint8_t guid[] = {0xcc, 0xc2, 0x8a, 0x87, 0x43, 0x53, 0xf2, 0x46,
				       0xb5, 0x63, 0x51, 0xf8, 0x9d, 0xaf, 0x56, 0xba};
	uint8_t old[16];

	memset(old, id, sizeof(old));
	for (size_t at = 0; at + 16 <= files->size; at++) {
		if (!memcmp(files->data + at, old, sizeof(old))) {
			memcpy(files->data + at, guid, sizeof(guid));
			return;
		}
	}
	fail_msg("no file %u", id);
}

static void assert_choice(const struct rig_run *run, uint16_t device, size_t expected,
			  const char *code)
{
	struct rig_run fresh = {.contents = run->contents};
	size_t best;

	assert_int_equal(igdrom_report_new(&fresh.report), IGDROM_OK);
	assert_int_equal(igdrom_contents_choose_vbt(run->contents, device, fresh.report, &best),
			 IGDROM_OK);
	assert_int_equal(best, expected);
	if (!rig_finding(&fresh, code))
		fail_msg("%s expected, not %s", code,
			 igdrom_finding_code(igdrom_report_at(fresh.report, 0)));
	assert_int_equal(igdrom_contents_judge_vbt(run->contents, device, best), IGDROM_VBT_BEST);
	igdrom_report_free(fresh.report);
}

static void the_table_is_chosen_by_device_then_file_then_place(void **state)
{
	struct blob files = {0}, body = {0};
	struct rig_run run;

	(void)state;
	blob_text(&body, "head");
	rig_put_table(&body, "SKYLAKE", 1); /* 0: inside */
	rig_put_module(&files, 1, RIG_SECTION_RAW, &body, NULL);
	rig_put_table_file(&files, 2, "SKYLAKE", 2); /* 1 */
	rig_put_table_file(&files, 3, "HASWELL", 3); /* 2: the default file */
	make_default(&files, 3);
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_vbt_count(run.contents), 3);
	assert_choice(&run, 0, 2, "choice-vbt-default");
	assert_choice(&run, 0x0412, 2, "choice-vbt-device");
	assert_choice(&run, 0x1912, 1, "choice-vbt-alone");
	assert_int_equal(igdrom_contents_judge_vbt(run.contents, 0x1912, 0), IGDROM_VBT_COPY);
	assert_int_equal(igdrom_contents_judge_vbt(run.contents, 0x1912, 2),
			 IGDROM_VBT_OTHER_PLATFORM);
	assert_int_equal(igdrom_contents_judge_vbt(run.contents, 0, 1), IGDROM_VBT_NOT_DEFAULT);
	assert_choice(&run, 0x0162, 2, "choice-vbt-other"); /* fits none */
	rig_end(&run);
}

static void with_two_drivers_the_table_is_named_like_the_one_for_the_device(void **state)
{
	struct blob files = {0}, body = {0};
	struct rig_run run;

	(void)state;
	blob_put(&body, rig_pe, rig_forge("1077"));
	rig_put_module(&files, 1, RIG_SECTION_PE32, &body, "IntelOneGopDriver");
	rig_put_table(&body, "TIGERLAKE", 1);
	rig_put_module(&files, 2, RIG_SECTION_RAW, &body, "IntelGopVbt");
	make_default(&files, 2);
	rig_put_table(&body, "TIGERLAKE", 2);
	rig_put_module(&files, 3, RIG_SECTION_RAW, &body, "IntelTwoGopVbt");
	run = rig_look_in_volume(&files);
	assert_choice(&run, 0x4680, 0, "choice-vbt-default");
	rig_end(&run);
	blob_put(&body, rig_pe, rig_forge("1077"));
	rig_put_module(&files, 1, RIG_SECTION_PE32, &body, "IntelOneGopDriver");
	rig_put_table(&body, "TIGERLAKE", 1);
	rig_put_module(&files, 2, RIG_SECTION_RAW, &body, "IntelGopVbt");
	make_default(&files, 2);
	rig_put_table(&body, "TIGERLAKE", 2);
	rig_put_module(&files, 3, RIG_SECTION_RAW, &body, "IntelTwoGopVbt");
	blob_put(&body, rig_pe, rig_forge("1087")); /* newer, so the one for the device */
	rig_put_module(&files, 4, RIG_SECTION_PE32, &body, "IntelTwoGopDriver");
	run = rig_look_in_volume(&files);
	assert_choice(&run, 0x4680, 1, "choice-vbt-driver");
	assert_int_equal(igdrom_contents_judge_vbt(run.contents, 0x4680, 0),
			 IGDROM_VBT_OTHER_DRIVER);
	assert_choice(&run, 0, 0, "choice-vbt-default");
	rig_end(&run);
}

static void a_choice_that_only_the_order_decides_is_a_warning(void **state)
{
	struct blob files = {0};
	struct rig_run run;
	size_t best;

	(void)state;
	rig_put_table_file(&files, 1, "HASWELL", 1);
	run = rig_look_in_volume(&files);
	assert_choice(&run, 0, 0, "choice-vbt-only");
	rig_end(&run);
	rig_put_table_file(&files, 1, "HASWELL", 1);
	rig_put_table_file(&files, 2, "HASWELL", 2);
	rig_put_table_file(&files, 3, "SKYLAKE", 3);
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_choose_vbt(run.contents, 0x0412, run.report, &best),
			 IGDROM_OK);
	assert_int_equal(best, 0);
	assert_int_equal(igdrom_finding_severity(rig_finding(&run, "choice-vbt-first")),
			 IGDROM_SEVERITY_WARNING);
	assert_non_null(strstr(igdrom_finding_text(rig_finding(&run, "choice-vbt-first")),
			       "Of 3 VBTs 2 are equally good"));
	assert_int_equal(igdrom_contents_judge_vbt(run.contents, 0x0412, 1), IGDROM_VBT_EQUAL);
	rig_end(&run);
	rig_put_driver(&files, 1, "1077");
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_choose_vbt(run.contents, 0, run.report, &best),
			 IGDROM_E_NOT_FOUND);
	assert_non_null(rig_finding(&run, "open-no-vbt"));
	rig_end(&run);
}

static void names_take_only_letters_and_digits_from_the_file(void **state)
{
	struct blob files = {0};
	struct rig_run run;

	(void)state;
	rig_put_table_file(&files, 1, "../..;$(x) A&B", 1);
	rig_put_table_file(&files, 2, "../..;$(X) a&b", 1); /* one name where case does not count */
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_vbt_count(run.contents), 2);
	rig_assert_name(igdrom_contents_vbt_found(run.contents, 0), IGDROM_FORM_BARE,
			"vbt-x-A-B-100.vbt");
	rig_assert_name(igdrom_contents_vbt_found(run.contents, 1), IGDROM_FORM_BARE,
			"vbt-X-a-b-100-2.vbt");
	rig_end(&run);
}

static void a_table_or_an_opregion_by_itself_is_opened(void **state)
{
	struct blob file = {0};
	struct rig_run run;

	(void)state;
	rig_put_table(&file, "SKYLAKE", 1);
	blob_fill(&file, 412, 0);
	run = rig_look(&file);
	assert_int_equal(run.status, IGDROM_OK);
	assert_int_equal(igdrom_contents_kind(run.contents), IGDROM_FILE_VBT);
	assert_string_equal(igdrom_found_path(igdrom_contents_vbt_found(run.contents, 0), 0), "");
	rig_end(&run);
	rig_put_table(&file, "SKYLAKE", 1);
	file.size = RIG_TABLE - 1;
	run = rig_look(&file);
	assert_int_equal(run.status, IGDROM_E_TRUNCATED);
	assert_non_null(rig_finding(&run, "vbt-truncated"));
	rig_end(&run);
	blob_text(&file, "IntelGraphicsMem");
	blob_fill(&file, 0x400 - 16, 0);
	rig_put_table(&file, "SKYLAKE", 1);
	blob_fill(&file, 0x2000 - file.size, 0);
	run = rig_look(&file);
	assert_int_equal(run.status, IGDROM_OK);
	assert_int_equal(igdrom_contents_kind(run.contents), IGDROM_FILE_OPREGION);
	assert_int_equal(igdrom_contents_vbt_count(run.contents), 1);
	assert_string_equal(igdrom_found_path(igdrom_contents_vbt_found(run.contents, 0), 0),
			    "at 0x400");
	rig_end(&run);
}

static void more_tables_than_any_firmware_has_are_left_out(void **state)
{
	struct blob files = {0}, body = {0};
	struct rig_run run;

	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		rig_put_table(&body, "SKYLAKE", (uint8_t)i);
		body.data[body.size - 2] = (uint8_t)(i >> 8);
	}
	rig_put_module(&files, 1, RIG_SECTION_RAW, &body, NULL);
	for (unsigned i = 0; i < 100; i++) /* places of one table */
		rig_put_table(&body, "HASWELL", 1);
	rig_put_module(&files, 2, RIG_SECTION_RAW, &body, NULL);
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_vbt_count(run.contents), 256);
	assert_non_null(rig_finding(&run, "open-limit-found"));
	rig_end(&run);
	for (unsigned i = 0; i < 100; i++)
		rig_put_table(&body, "HASWELL", 1);
	rig_put_module(&files, 2, RIG_SECTION_RAW, &body, NULL);
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_vbt_count(run.contents), 1);
	assert_int_equal(igdrom_found_place_count(igdrom_contents_vbt_found(run.contents, 0)), 64);
	rig_end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_found_wherever_they_lie),
		cmocka_unit_test(the_best_place_of_a_table_comes_first),
		cmocka_unit_test(what_only_starts_like_a_table_is_none),
		cmocka_unit_test(the_table_is_chosen_by_device_then_file_then_place),
		cmocka_unit_test(with_two_drivers_the_table_is_named_like_the_one_for_the_device),
		cmocka_unit_test(a_choice_that_only_the_order_decides_is_a_warning),
		cmocka_unit_test(names_take_only_letters_and_digits_from_the_file),
		cmocka_unit_test(a_table_or_an_opregion_by_itself_is_opened),
		cmocka_unit_test(more_tables_than_any_firmware_has_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
