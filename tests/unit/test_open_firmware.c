/* SPDX-License-Identifier: BSD-2-Clause */
/* GOP drivers in firmware: which are found, and what is none. */
#include "unit/unit.h"

#include "unit/open_rig.h"
#include "unit/pe_writer.h"

static void a_driver_in_a_volume_is_cut_at_its_end(void **state)
{
	struct blob files = {0}, body = {0};
	const struct igdrom_found *found;
	size_t size = rig_forge("1077");
	struct rig_run run;

	(void)state;
	blob_put(&body, rig_pe, size);
	blob_fill(&body, 24, 0xff);
	rig_put_module(&files, 7, RIG_SECTION_PE32, &body, "IntelGopDriver");
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_gop_count(run.contents), 1);
	found = igdrom_contents_gop_found(run.contents, 0);
	assert_int_equal(rig_bytes(found, IGDROM_FORM_BARE).size, size);
	assert_memory_equal(rig_bytes(found, IGDROM_FORM_BARE).data, rig_pe, size);
	assert_int_equal(rig_bytes(found, IGDROM_FORM_STORED).size, size + 24);
	assert_int_equal(rig_bytes(found, IGDROM_FORM_FFS).data[16 + 2], RIG_TYPE_DRIVER);
	assert_int_equal(igdrom_found_origin(found), IGDROM_ORIGIN_ALONE);
	assert_string_equal(igdrom_found_guid(found, 0), "07070707-0707-0707-0707-070707070707");
	assert_string_equal(igdrom_found_name(found, 0), "IntelGopDriver");
	assert_string_equal(igdrom_contents_gop_where(run.contents, 0),
			    "07070707-0707-0707-0707-070707070707 IntelGopDriver");
	assert_non_null(strstr(igdrom_found_path(found, 0), "IntelGopDriver/PE32"));
	assert_int_equal(igdrom_firmware_node_kind(igdrom_found_node(found, 0)),
			 IGDROM_NODE_SECTION);
	rig_assert_name(found, IGDROM_FORM_BARE, "IntelGopDriver-17.0.1077.efi");
	rig_assert_name(found, IGDROM_FORM_FFS, "IntelGopDriver-17.0.1077.ffs");
	rig_assert_name(found, IGDROM_FORM_STORED, "IntelGopDriver-17.0.1077.bin");
	assert_null(rig_finding(&run, "pe-trailing"));
	rig_end(&run);
}

static void bytes_behind_a_driver_that_are_no_padding_stay(void **state)
{
	struct blob files = {0}, body = {0};
	size_t size = rig_forge("1077");
	struct rig_run run;

	(void)state;
	blob_put(&body, rig_pe, size);
	blob_text(&body, "certificate");
	rig_put_module(&files, 7, RIG_SECTION_PE32, &body, NULL);
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_gop_bytes(run.contents, 0).size, size + 11);
	assert_non_null(rig_finding(&run, "pe-trailing"));
	rig_end(&run);
}

static void the_same_driver_twice_is_one_with_two_places(void **state)
{
	struct blob files = {0};
	const struct igdrom_found *found;
	struct rig_run run;

	(void)state;
	rig_put_driver(&files, 3, "1077");
	rig_put_driver(&files, 4, "1075");
	rig_put_driver(&files, 5, "1077");
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_gop_count(run.contents), 2);
	found = igdrom_contents_gop_found(run.contents, 0);
	assert_int_equal(igdrom_found_place_count(found), 2);
	assert_string_equal(igdrom_found_guid(found, 0), "03030303-0303-0303-0303-030303030303");
	assert_string_equal(igdrom_found_guid(found, 1), "05050505-0505-0505-0505-050505050505");
	assert_null(igdrom_found_guid(found, 2));
	assert_null(igdrom_found_path(found, 2));
	assert_int_equal(igdrom_found_place_count(igdrom_contents_gop_found(run.contents, 1)), 1);
	rig_end(&run);
}

static void drivers_of_one_version_get_names_of_their_own(void **state)
{
	static const uint16_t ids[] = {0x46a6};
	struct blob files = {0}, body = {0};
	struct forge forge = forge_new();
	struct rig_run run;

	(void)state;
	rig_put_driver(&files, 3, "1077");
	forge.ids = ids;
	forge.id_count = 1;
	forge_write(&forge, rig_pe);
	blob_put(&body, rig_pe, forge.size);
	rig_put_module(&files, 4, RIG_SECTION_PE32, &body, NULL);
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_gop_count(run.contents), 2);
	rig_assert_name(igdrom_contents_gop_found(run.contents, 0), IGDROM_FORM_BARE,
			"IntelGopDriver-17.0.1077.efi");
	rig_assert_name(igdrom_contents_gop_found(run.contents, 1), IGDROM_FORM_BARE,
			"IntelGopDriver-17.0.1077-2.efi");
	rig_end(&run);
}

/* What tools extract "as is" is opened again. */
static void a_file_or_a_section_by_itself_is_opened(void **state)
{
	struct blob files = {0}, body = {0}, inner = {0}, lone = {0};
	const struct igdrom_found *found;
	struct igdrom_bytes bytes;
	struct rig_run run, again;

	(void)state;
	blob_put(&body, rig_pe, rig_forge("1077"));
	put_section(&inner, RIG_SECTION_PE32, &body);
	put_compressed(&lone, 0, (uint32_t)inner.size, &inner);
	put_ui(&lone, "IntelGopDriver");
	put_file(&files, 7, RIG_TYPE_DRIVER, &lone);
	run = rig_look_in_volume(&files);
	found = igdrom_contents_gop_found(run.contents, 0);
	for (int what = 0; what < 2; what++) {
		const struct igdrom_firmware_node *node = igdrom_found_node(found, 0);

		bytes = what ? igdrom_firmware_node_bytes(node) : rig_bytes(found, IGDROM_FORM_FFS);
		blob_put(&lone, bytes.data, bytes.size);
		again = rig_look(&lone);
		assert_int_equal(again.status, IGDROM_OK);
		assert_int_equal(igdrom_contents_kind(again.contents), IGDROM_FILE_FIRMWARE);
		assert_int_equal(igdrom_contents_gop_count(again.contents), 1);
		assert_string_equal(
			igdrom_found_sha256(igdrom_contents_gop_found(again.contents, 0)),
			igdrom_found_sha256(found));
		assert_string_equal(igdrom_contents_gop_where(again.contents, 0),
				    what ? "PE32"
					 : "07070707-0707-0707-0707-070707070707 IntelGopDriver");
		rig_end(&again);
	}
	bytes = rig_bytes(found, IGDROM_FORM_FFS);
	blob_put(&lone, bytes.data, bytes.size);
	lone.data[3] ^= 1; /* the checksum of the header is wrong: bytes of no known structure */
	again = rig_look(&lone);
	assert_int_equal(igdrom_contents_kind(again.contents), IGDROM_FILE_OTHER);
	assert_int_equal(igdrom_contents_gop_count(again.contents), 1);
	rig_end(&again);
	rig_end(&run);
}

/* AMI's Setup has the name in its texts, policy drivers have the GUID; a TE image is no driver. */
static void what_has_a_mark_is_not_yet_a_driver(void **state)
{
	struct blob files = {0}, body = {0};
	struct forge forge = forge_new();
	struct rig_run run;

	(void)state;
	for (int mark = 0; mark < 3; mark++) {
		forge.no_name = mark == 1;
		forge.no_policy = mark == 0;
		forge.walks = mark == 2;
		forge.no_name |= mark == 2;
		forge.no_policy |= mark == 2;
		forge_write(&forge, rig_pe);
		blob_put(&body, rig_pe, forge.size);
		rig_put_module(&files, (uint8_t)(mark + 1), RIG_SECTION_PE32, &body,
			       "IntelGopDriver");
	}
	forge = forge_new();
	forge_write(&forge, rig_pe);
	blob_text(&body, "VZ and a driver that it carries");
	blob_put(&body, rig_pe, forge.size);
	rig_put_module(&files, 9, RIG_SECTION_TE, &body, "IntelGopDriver");
	blob_put(&body, rig_pe + 0x400, forge.size - 0x400); /* the marks without headers */
	rig_put_module(&files, 10, RIG_SECTION_RAW, &body, "IntelGopDriver");
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_gop_count(run.contents), 0);
	rig_end(&run);
}

static void drivers_in_raw_data_and_padding_are_found(void **state)
{
	struct blob image = {0}, files = {0}, body = {0};
	const struct igdrom_found *found;
	size_t size = rig_forge("1077");
	struct rig_run run;

	(void)state;
	blob_text(&body, "header of a vendor");
	blob_put(&body, rig_pe, size);
	blob_text(&body, "and more");
	put_file(&files, 5, RIG_TYPE_RAW, &body);
	blob_put(&image, rig_pe, rig_forge("1075")); /* a program for nothing: subsystem 0 */
	put_u16(image.data + 0x80 + 24 + 68, 0);
	blob_fill(&image, 0x400, 0x11);
	put_volume(&image, writer_ffs2, RIG_VOLUME, &files);
	run = rig_look(&image);
	assert_int_equal(run.status, IGDROM_OK);
	assert_int_equal(igdrom_contents_gop_count(run.contents), 2);
	assert_string_equal(igdrom_gop_version(igdrom_contents_gop_at(run.contents, 0)),
			    "17.0.1075");
	found = igdrom_contents_gop_found(run.contents, 1);
	assert_int_equal(igdrom_contents_gop_bytes(run.contents, 1).size, size);
	assert_int_equal(igdrom_found_origin(found), IGDROM_ORIGIN_INSIDE);
	assert_string_equal(igdrom_contents_gop_where(run.contents, 1),
			    "05050505-0505-0505-0505-050505050505, at 0x12");
	rig_end(&run);
}

static void the_driver_for_a_device_is_chosen_with_a_reason(void **state)
{
	static const uint16_t ids[] = {0x46a6};
	struct blob files = {0}, body = {0};
	struct forge forge = forge_new();
	struct rig_run run;
	size_t best;

	(void)state;
	rig_put_driver(&files, 3, "1075");
	rig_put_driver(&files, 4, "1077");
	forge.ids = ids;
	forge.id_count = 1;
	forge.major = "21";
	forge_write(&forge, rig_pe);
	blob_put(&body, rig_pe, forge.size);
	rig_put_module(&files, 5, RIG_SECTION_PE32, &body, NULL);
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_choose_gop(run.contents, 0x4680, run.report, &best),
			 IGDROM_OK);
	assert_int_equal(best, 1);
	assert_non_null(strstr(igdrom_finding_text(rig_finding(&run, "choice-gop-newest")),
			       "the newest of 2"));
	assert_int_equal(igdrom_contents_choose_gop(run.contents, 0x46a6, run.report, &best),
			 IGDROM_OK);
	assert_int_equal(best, 2);
	assert_non_null(rig_finding(&run, "choice-gop-listed"));
	assert_int_equal(igdrom_contents_choose_gop(run.contents, 0x0412, run.report, &best),
			 IGDROM_E_NOT_FOUND);
	assert_non_null(rig_finding(&run, "choice-gop-none"));
	assert_int_equal(igdrom_contents_choose_gop(run.contents, 0, run.report, &best),
			 IGDROM_E_NOT_FOUND);
	assert_non_null(rig_finding(&run, "choice-gop-several"));
	rig_end(&run);
	rig_put_driver(&files, 3, "1075");
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_contents_choose_gop(run.contents, 0x4680, run.report, &best),
			 IGDROM_OK);
	assert_non_null(rig_finding(&run, "choice-gop-sole"));
	assert_int_equal(igdrom_contents_choose_gop(run.contents, 0, run.report, &best), IGDROM_OK);
	assert_non_null(rig_finding(&run, "choice-gop-only"));
	rig_end(&run);
}

static void put_everything(struct blob *image)
{
	struct blob files = {0}, body = {0};

	rig_put_table_file(&files, 1, "SKYLAKE", 1);
	blob_text(&body, "raw");
	blob_put(&body, rig_pe, rig_forge("1077"));
	put_file(&files, 2, RIG_TYPE_RAW, &body);
	rig_put_driver(&files, 3, "1075");
	put_volume(image, writer_ffs2, 0x8000, &files);
}

/* In a buffer of exactly that size; every getter is called. */
static void look_at_hostile(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct igdrom_contents *contents;
	enum igdrom_status status;
	struct igdrom_bytes bytes;
	char *name;

	assert_non_null(copy);
	memcpy(copy, data, size);
	status = igdrom_contents_open(copy, size, NULL, NULL, &contents);
	free(copy);
	assert_true((status == IGDROM_OK) == (contents != NULL));
	for (size_t i = 0; i < igdrom_contents_gop_count(contents); i++) {
		const struct igdrom_found *found = igdrom_contents_gop_found(contents, i);

		assert_int_equal(igdrom_found_file_name(found, IGDROM_FORM_BARE, &name), IGDROM_OK);
		igdrom_string_free(name);
		bytes = rig_bytes(found, IGDROM_FORM_BARE);
		assert_int_equal(bytes.size, igdrom_gop_size(igdrom_contents_gop_at(contents, i)));
		(void)!igdrom_found_bytes(found, IGDROM_FORM_STORED, &bytes);
		(void)!igdrom_found_bytes(found, IGDROM_FORM_FFS, &bytes);
	}
	igdrom_contents_free(contents);
}

static void every_prefix_and_every_changed_header_is_survived(void **state)
{
	struct blob image = {0};

	(void)state;
	put_everything(&image);
	for (size_t size = 0; size < 0x1000; size++)
		look_at_hostile(image.data, size);
	for (size_t size = 0x1000; size < image.size; size += 61)
		look_at_hostile(image.data, size);
	for (size_t at = 0; at < 0x400; at++) {
		for (unsigned change = 1; change < 0x100; change = change << 3 | change) {
			image.data[at] ^= (uint8_t)change;
			look_at_hostile(image.data, image.size);
			image.data[at] ^= (uint8_t)change;
		}
	}
	blob_free(&image);
}

static void nothing_is_answered_for_nothing(void **state)
{
	struct igdrom_bytes bytes;
	struct blob files = {0};
	struct rig_run run;
	char *name;
	size_t best;

	(void)state;
	assert_int_equal(igdrom_found_bytes(NULL, IGDROM_FORM_BARE, &bytes), IGDROM_E_INVAL);
	assert_int_equal(igdrom_found_file_name(NULL, IGDROM_FORM_BARE, &name), IGDROM_E_INVAL);
	assert_int_equal(igdrom_contents_choose_vbt(NULL, 0, NULL, &best), IGDROM_E_INVAL);
	assert_int_equal(igdrom_contents_choose_gop(NULL, 0, NULL, &best), IGDROM_E_INVAL);
	assert_int_equal(igdrom_contents_choose_gop(NULL, 0, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_contents_vbt_count(NULL) + igdrom_contents_vbios_count(NULL) +
				 igdrom_found_place_count(NULL),
			 0);
	assert_null(igdrom_contents_firmware(NULL));
	assert_null(igdrom_found_sha256(NULL));
	rig_put_driver(&files, 1, "1077");
	run = rig_look_in_volume(&files);
	assert_int_equal(igdrom_found_bytes(igdrom_contents_gop_found(run.contents, 0),
					    (enum igdrom_form)9, &bytes),
			 IGDROM_E_INVAL);
	assert_null(igdrom_contents_vbt_at(run.contents, 0));
	assert_null(igdrom_contents_vbt_found(run.contents, 0));
	assert_null(igdrom_contents_vbios_found(run.contents, 0));
	assert_string_equal(igdrom_origin_name((enum igdrom_origin)77), "unknown");
	assert_string_equal(igdrom_vbt_verdict_name((enum igdrom_vbt_verdict)77), "unknown");
	rig_end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_driver_in_a_volume_is_cut_at_its_end),
		cmocka_unit_test(bytes_behind_a_driver_that_are_no_padding_stay),
		cmocka_unit_test(the_same_driver_twice_is_one_with_two_places),
		cmocka_unit_test(drivers_of_one_version_get_names_of_their_own),
		cmocka_unit_test(a_file_or_a_section_by_itself_is_opened),
		cmocka_unit_test(what_has_a_mark_is_not_yet_a_driver),
		cmocka_unit_test(drivers_in_raw_data_and_padding_are_found),
		cmocka_unit_test(the_driver_for_a_device_is_chosen_with_a_reason),
		cmocka_unit_test(every_prefix_and_every_changed_header_is_survived),
		cmocka_unit_test(nothing_is_answered_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
