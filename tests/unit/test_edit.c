/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes to images: what comes out is compared with what the writer of the tests makes. */
#include "unit/unit.h"

#include "unit/edit_rig.h"

#include <stdio.h>

static struct igdrom_bytes raw_file(uint8_t id, uint8_t type, size_t size)
{
	struct blob file = {0};

	put_raw_file(&file, id, type, size);
	return (struct igdrom_bytes){file.data, file.size};
}

static void insert(struct rig *rig, const struct igdrom_firmware_node *where, uint8_t id,
		   size_t size)
{
	struct igdrom_bytes file = raw_file(id, 7, size);

	assert_int_equal(igdrom_edit_insert(rig->edit, where, file.data, file.size, rig->report),
			 IGDROM_OK);
	igdrom_bytes_free(&file);
}

static void replace(struct rig *rig, size_t n, uint8_t id, size_t size)
{
	struct igdrom_bytes file = raw_file(id, 7, size);

	assert_int_equal(
		igdrom_edit_replace(rig->edit, file_at(rig, n), file.data, file.size, rig->report),
		IGDROM_OK);
	igdrom_bytes_free(&file);
}

static void expect_image(struct rig *rig, struct blob *expected)
{
	struct igdrom_bytes out;

	assert_int_equal(igdrom_edit_save(rig->edit, NULL, rig->report, &out), IGDROM_OK);
	assert_int_equal(out.size, expected->size);
	assert_memory_equal(out.data, expected->data, out.size);
	igdrom_bytes_free(&out);
	blob_free(expected);
	rig_close(rig);
}

static void expect_refused(struct rig *rig, const char *code)
{
	struct igdrom_bytes out;

	assert_int_equal(igdrom_edit_save(rig->edit, NULL, rig->report, &out), IGDROM_E_REFUSED);
	assert_null(out.data);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(rig->report, 0)), code);
	rig_close(rig);
}

static struct rig volume_rig(const char *text)
{
	struct blob image = volume_of(text);
	struct rig rig;

	rig_open(&rig, &image, 0);
	return rig;
}

static void files_are_put_together_as_the_specification_says(void **state)
{
	struct blob body = {0}, file = {0};
	struct igdrom_ffs *ffs;
	struct igdrom_bytes out;

	(void)state;
	put_section_text(&body, 0x13, "\x06\x08");
	put_section_text(&body, 0x10, "MZ and more");
	put_ui(&body, "Driver");
	put_file(&file, 0x0d, 7, &body);
	assert_int_equal(igdrom_ffs_new(IGDROM_FILE_TYPE_DRIVER, edit_name_0d, &ffs), IGDROM_OK);
	assert_int_equal(igdrom_ffs_add_section(ffs, IGDROM_SECTION_DXE_DEPEX, "\x06\x08", 2),
			 IGDROM_OK);
	assert_int_equal(igdrom_ffs_add_section(ffs, IGDROM_SECTION_PE32, "MZ and more", 11),
			 IGDROM_OK);
	assert_int_equal(igdrom_ffs_add_name(ffs, "Driver"), IGDROM_OK);
	assert_int_equal(igdrom_ffs_finish(ffs, &out), IGDROM_OK);
	assert_int_equal(out.size, file.size);
	assert_memory_equal(out.data, file.data, file.size);
	assert_int_equal(igdrom_ffs_add_name(ffs, "Again"), IGDROM_E_STATE);
	igdrom_bytes_free(&out);
	assert_int_equal(igdrom_ffs_finish(ffs, &out), IGDROM_E_STATE);
	igdrom_ffs_free(ffs);
	blob_free(&file);
}

static void names_are_ucs2(void **state)
{
	/* Umlaut, euro sign, Chinese: U+00C4, U+20AC, U+663E. */
	static const uint8_t expected[] = {0x0c, 0, 0, 0x15, 0xc4, 0, 0xac, 0x20, 0x3e, 0x66, 0, 0};
	static const char *const bad[] = {"",
					  "\x80",
					  "\xc3",
					  "\xc0\x80",
					  "\xe0\x80\x80",
					  "\xed\xa0\x80",
					  "\xf0\x9f\x96\xa5",
					  "a\xffz"};
	struct igdrom_ffs *ffs;
	struct igdrom_bytes out;

	(void)state;
	assert_int_equal(igdrom_ffs_new(7, NULL, &ffs), IGDROM_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(igdrom_ffs_add_name(ffs, bad[i]), IGDROM_E_INVAL);
	assert_int_equal(igdrom_ffs_add_name(ffs, "\xc3\x84\xe2\x82\xac\xe6\x98\xbe"), IGDROM_OK);
	assert_int_equal(igdrom_ffs_finish(ffs, &out), IGDROM_OK);
	assert_int_equal(out.size, 24 + sizeof(expected));
	assert_memory_equal(out.data + 24, expected, sizeof(expected));
	igdrom_bytes_free(&out);
	igdrom_ffs_free(ffs);
}

static void a_name_is_derived_from_what_is_in_it(void **state)
{
	struct igdrom_bytes files[3];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct igdrom_ffs *ffs;

		assert_int_equal(igdrom_ffs_new(7, NULL, &ffs), IGDROM_OK);
		assert_int_equal(igdrom_ffs_add_section(ffs, 0x19, i == 2 ? "b" : "a", 1),
				 IGDROM_OK);
		assert_int_equal(igdrom_ffs_finish(ffs, &files[i]), IGDROM_OK);
		igdrom_ffs_free(ffs);
	}
	assert_memory_equal(files[0].data, files[1].data, files[0].size);
	assert_memory_not_equal(files[0].data, files[2].data, 16);
	assert_int_equal(files[0].data[7] >> 4, 8); /* RFC 9562: version 8, variant 10b */
	assert_int_equal(files[0].data[8] >> 6, 2);
	for (size_t i = 0; i < 3; i++)
		igdrom_bytes_free(&files[i]);
}

static void files_refuse_what_they_cannot_be(void **state)
{
	struct igdrom_ffs *ffs;
	struct igdrom_bytes out;

	(void)state;
	assert_int_equal(igdrom_ffs_new(0, NULL, &ffs), IGDROM_E_INVAL);
	assert_int_equal(igdrom_ffs_new(0x100, NULL, &ffs), IGDROM_E_INVAL);
	assert_int_equal(igdrom_ffs_new(7, "0D0D0D0D-0D0D-0D0D-0D0D-0D0D0D0D0D0", &ffs),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_ffs_new(7, "0D0D0D0D-0D0D-0D0D-0D0D-0D0D0D0D0D0D0", &ffs),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_ffs_new(7, "0D0D0D0D00D0D-0D0D-0D0D-0D0D0D0D0D0D", &ffs),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_ffs_new(7, NULL, &ffs), IGDROM_OK);
	assert_int_equal(igdrom_ffs_finish(ffs, &out), IGDROM_E_STATE);
	assert_int_equal(igdrom_ffs_add_section(ffs, 0x02, "", 0), IGDROM_E_INVAL);
	assert_int_equal(igdrom_ffs_add_section(ffs, 0x19, "", UINT32_MAX - 7), IGDROM_E_LIMIT);
	igdrom_ffs_free(ffs);
	igdrom_ffs_free(NULL);
}

static void without_changes_the_image_is_the_same(void **state)
{
	struct rig rig = volume_rig("0a:100 pad:64 0b:31");
	struct blob expected = volume_of("0a:100 pad:64 0b:31");

	(void)state;
	expect_image(&rig, &expected);
}

static void a_file_is_put_at_the_end(void **state)
{
	struct rig rig = volume_rig("0a:101 0b:30");
	struct blob expected = volume_of("0a:101 0b:30 0c:77 0d:5");

	(void)state;
	assert_int_equal(igdrom_edit_room(rig.volume), ROOM - 72 - 136 - 64);
	insert(&rig, rig.volume, 0x0c, 77);
	insert(&rig, rig.volume, 0x0d, 5);
	expect_image(&rig, &expected);
}

static void a_file_is_put_behind_another_and_moves_drivers_only(void **state)
{
	struct rig rig = volume_rig("0a:101 0b:30 0e:4");
	struct blob expected = volume_of("0a:101 0c:77 0b:30 0e:4");

	(void)state;
	insert(&rig, file_at(&rig, 0), 0x0c, 77);
	expect_image(&rig, &expected);
	rig = volume_rig("0a:101 0b*:30");
	insert(&rig, file_at(&rig, 0), 0x0c, 77);
	expect_refused(&rig, "edit-fixed");
	/* Behind code that must stay, what follows may move. */
	rig = volume_rig("0a*:101 0b:30");
	expected = volume_of("0a*:101 0c:77 0b:30");
	insert(&rig, file_at(&rig, 0), 0x0c, 77);
	expect_image(&rig, &expected);
}

static void the_room_of_pad_files_is_taken(void **state)
{
	/* Fills it: nothing moves. */
	struct rig rig = volume_rig("0a:20 pad:96 0b*:30");
	struct blob expected = volume_of("0a:20 0c:68 0b*:30");

	(void)state;
	insert(&rig, file_at(&rig, 0), 0x0c, 68);
	expect_image(&rig, &expected);
	/* Leaves room for a smaller one. */
	rig = volume_rig("0a:20 pad:96 0b*:30");
	expected = volume_of("0a:20 0c:36 pad:32 0b*:30");
	insert(&rig, file_at(&rig, 0), 0x0c, 36);
	expect_image(&rig, &expected);
	/* Leaves too little for one, of which a header alone takes 24 bytes. */
	rig = volume_rig("0a:20 pad:96 0b*:30");
	insert(&rig, file_at(&rig, 0), 0x0c, 52);
	expect_refused(&rig, "edit-fixed");
}

static void what_is_taken_out_leaves_the_others_where_they_are(void **state)
{
	struct rig rig = volume_rig("0a:20 0b:36 0c:40");
	struct blob expected = volume_of("0a:20 pad:64 0c:40");

	(void)state;
	assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 1), rig.report), IGDROM_OK);
	expect_image(&rig, &expected);
	/* At the end it becomes free space; a pad file in front of it goes along. */
	rig = volume_rig("0a:20 0b:36");
	expected = volume_of("0a:20");
	assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 1), rig.report), IGDROM_OK);
	expect_image(&rig, &expected);
	/* Beside room that was free already both become one. */
	rig = volume_rig("0a:20 pad:64 0b:36 0c*:4");
	expected = volume_of("0a:20 pad:128 0c*:4");
	assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 2), rig.report), IGDROM_OK);
	expect_image(&rig, &expected);
}

static void a_file_takes_the_place_of_another(void **state)
{
	struct rig rig = volume_rig("0a:20 0b:100 0c*:40");
	struct blob expected = volume_of("0a:20 0b:36 pad:64 0c*:40");

	(void)state;
	replace(&rig, 1, 0x0b, 36);
	expect_image(&rig, &expected);
	rig = volume_rig("0a:20 0b:100 0c:40");
	expected = volume_of("0a:20 0d:200 0c:40");
	replace(&rig, 1, 0x0d, 200);
	expect_image(&rig, &expected);
	rig = volume_rig("0a:20 0b:100 0c*:40");
	replace(&rig, 1, 0x0b, 200);
	expect_refused(&rig, "edit-fixed");
}

static void says_how_much_room_is_missing(void **state)
{
	struct rig rig = volume_rig("0a:20");
	const struct igdrom_finding *finding;
	struct igdrom_bytes out;
	char text[64];

	(void)state;
	/* 72 header, 48 file; 28 more of headers. */
	insert(&rig, rig.volume, 0x0b, ROOM - 72 - 48 - 28 + 1);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_E_REFUSED);
	finding = igdrom_report_at(rig.report, 0);
	assert_string_equal(igdrom_finding_code(finding), "edit-no-room");
	snprintf(text, sizeof(text), "%d bytes are needed, %d are free", ROOM - 72 - 48 + 8,
		 ROOM - 72 - 48);
	assert_non_null(strstr(igdrom_finding_text(finding), text));
	rig_close(&rig);
	/* The last byte may be used. */
	rig = volume_rig("0a:20");
	insert(&rig, rig.volume, 0x0b, ROOM - 72 - 48 - 28);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_OK);
	assert_int_equal(out.data[out.size - 1], 0x0b);
	igdrom_bytes_free(&out);
	rig_close(&rig);
}

static void volumes_in_packed_sections_are_changed(void **state)
{
	struct blob image = nested("0a:20 0b:30", 6), expected = volume_of("0a:20 0b:30 0c:40");
	struct igdrom_firmware *again;
	const struct igdrom_firmware_node *n, *volume = NULL;
	struct igdrom_report *report;
	struct igdrom_bytes out;
	struct rig rig;

	(void)state;
	/* The code behind it must stay: there is no room for what is packed to grow. */
	rig_open(&rig, &image, 0);
	insert(&rig, rig.volume, 0x0c, 40);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_E_REFUSED);
	rig_close(&rig);

	image = nested("0a:20 0b:30 pad:64", 7);
	rig_open(&rig, &image, 0);
	assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 1), rig.report), IGDROM_OK);
	insert(&rig, file_at(&rig, 0), 0x0b, 30);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_OK);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_firmware_open(out.data, out.size, NULL, report, &again), IGDROM_OK);
	assert_int_equal(igdrom_report_count(report), 0);
	for (n = igdrom_firmware_root(again); n; n = igdrom_firmware_node_walk(n)) {
		if (igdrom_firmware_node_kind(n) == IGDROM_NODE_VOLUME)
			volume = n;
	}
	blob_free(&expected);
	expected = volume_of("0a:20 0b:30 pad:64");
	assert_memory_equal(igdrom_firmware_node_bytes(volume).data, expected.data, ROOM);
	blob_free(&expected);
	igdrom_firmware_free(again);
	igdrom_report_free(report);
	igdrom_bytes_free(&out);
	rig_close(&rig);
}

static void changes_that_contradict_are_not_taken(void **state)
{
	struct rig rig = volume_rig("0a:20 0b:30"), other = volume_rig("0a:20");
	struct igdrom_bytes same = raw_file(0x0b, 7, 4), file = raw_file(0x0c, 7, 4);
	struct igdrom_edit *edit = rig.edit;
	const struct igdrom_firmware_node *second = file_at(&rig, 1);
	uint8_t bad[64];

	(void)state;
	assert_int_equal(igdrom_edit_insert(edit, rig.volume, same.data, same.size, rig.report),
			 IGDROM_E_EXISTS);
	assert_int_equal(igdrom_edit_insert(edit, other.volume, file.data, file.size, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_edit_insert(edit, igdrom_firmware_node_first_child(second),
					    file.data, file.size, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_edit_replace(edit, rig.volume, file.data, file.size, NULL),
			 IGDROM_E_INVAL);
	for (size_t i = 0; i < file.size; i++) {
		memcpy(bad, file.data, file.size);
		assert_int_equal(igdrom_edit_insert(edit, rig.volume, bad, i, NULL),
				 IGDROM_E_CORRUPT);
		if (i >= 23)
			continue; /* the header has a checksum, and covers not the state */
		bad[i] ^= 0x55;
		if (i != 17)
			assert_int_equal(igdrom_edit_insert(edit, rig.volume, bad, file.size, NULL),
					 IGDROM_E_CORRUPT);
	}
	assert_int_equal(igdrom_edit_remove(edit, second, NULL), IGDROM_OK);
	assert_int_equal(igdrom_edit_remove(edit, second, NULL), IGDROM_E_EXISTS);
	assert_int_equal(igdrom_edit_replace(edit, second, same.data, same.size, NULL),
			 IGDROM_E_EXISTS);
	/* What is taken out gives its name free. */
	assert_int_equal(igdrom_edit_insert(edit, rig.volume, same.data, same.size, NULL),
			 IGDROM_OK);
	igdrom_bytes_free(&same);
	igdrom_bytes_free(&file);
	rig_close(&rig);
	rig_close(&other);
}

static void arguments_are_checked(void **state)
{
	struct rig rig = volume_rig("0a:20");
	struct igdrom_edit *edit;
	struct igdrom_bytes out;

	(void)state;
	assert_int_equal(igdrom_edit_new(NULL, 0, &edit), IGDROM_E_INVAL);
	assert_int_equal(igdrom_edit_new(rig.firmware, 2, &edit), IGDROM_E_INVAL);
	assert_int_equal(igdrom_edit_new(rig.firmware, 0, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_edit_save(NULL, NULL, NULL, &out), IGDROM_E_INVAL);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_edit_insert(rig.edit, NULL, "", 0, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_edit_remove(rig.edit, NULL, NULL), IGDROM_E_INVAL);
	assert_null(igdrom_edit_verb(rig.edit, 0));
	assert_null(igdrom_edit_volume(rig.edit, 0));
	assert_null(igdrom_edit_target(rig.edit, 0));
	assert_null(igdrom_edit_file(rig.edit, 0).data);
	assert_int_equal(igdrom_edit_count(NULL), 0);
	assert_int_equal(igdrom_edit_room(NULL), 0);
	assert_int_equal(igdrom_edit_room(file_at(&rig, 0)), 0);
	assert_null(igdrom_edit_driver_volume(rig.firmware));
	assert_null(igdrom_edit_driver_volume(NULL));
	igdrom_edit_free(NULL);
	rig_close(&rig);
}

static void the_volume_for_drivers_is_that_of_the_dxe_core(void **state)
{
	struct blob files = {0}, image = {0};
	struct rig rig;

	(void)state;
	put_raw_file(&files, 0x0a, 5, 20);
	put_volume(&image, writer_ffs2, ROOM, &files);
	rig_open(&rig, &image, 0);
	assert_ptr_equal(igdrom_edit_driver_volume(rig.firmware), rig.volume);
	image = rig.image;
	rig.image = (struct blob){0};
	rig_close(&rig);
	/* Of two nobody knows which. */
	put_raw_file(&files, 0x0a, 5, 20);
	put_volume(&image, writer_ffs2, ROOM, &files);
	rig_open(&rig, &image, 0);
	assert_null(igdrom_edit_driver_volume(rig.firmware));
	rig_close(&rig);
}

/* A firmware interface table, as boards have it: 40h bytes below 4 GiB stands where it is. */
static void firmware_of_a_board_is_left_alone_unless_forced(void **state)
{
	struct igdrom_bytes file = raw_file(0x0c, 7, 4);
	struct rig rig;

	(void)state;
	for (unsigned flags = 0; flags <= IGDROM_EDIT_VENDOR; flags++) {
		struct blob image = volume_of("0a:20");
		size_t at = image.size;

		blob_text(&image, "_FIT_   ");
		blob_fill(&image, 0x78, 0);
		blob_fill(&image, 0x40, 0);
		for (size_t i = 0; i < 4; i++)
			image.data[image.size - 0x40 + i] =
				(uint8_t)((UINT64_C(0x100000000) - (image.size - at)) >> 8 * i);
		rig_open(&rig, &image, flags);
		assert_int_equal(
			igdrom_edit_insert(rig.edit, rig.volume, file.data, file.size, rig.report),
			flags ? IGDROM_OK : IGDROM_E_REFUSED);
		if (!flags)
			assert_string_equal(igdrom_finding_code(igdrom_report_at(rig.report, 0)),
					    "edit-vendor");
		rig_close(&rig);
	}
	igdrom_bytes_free(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_put_together_as_the_specification_says),
		cmocka_unit_test(names_are_ucs2),
		cmocka_unit_test(a_name_is_derived_from_what_is_in_it),
		cmocka_unit_test(files_refuse_what_they_cannot_be),
		cmocka_unit_test(without_changes_the_image_is_the_same),
		cmocka_unit_test(a_file_is_put_at_the_end),
		cmocka_unit_test(a_file_is_put_behind_another_and_moves_drivers_only),
		cmocka_unit_test(the_room_of_pad_files_is_taken),
		cmocka_unit_test(what_is_taken_out_leaves_the_others_where_they_are),
		cmocka_unit_test(a_file_takes_the_place_of_another),
		cmocka_unit_test(says_how_much_room_is_missing),
		cmocka_unit_test(volumes_in_packed_sections_are_changed),
		cmocka_unit_test(changes_that_contradict_are_not_taken),
		cmocka_unit_test(arguments_are_checked),
		cmocka_unit_test(the_volume_for_drivers_is_that_of_the_dxe_core),
		cmocka_unit_test(firmware_of_a_board_is_left_alone_unless_forced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
