/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the files of a volume go (PI 1.8 volume 3, 3.2.1 and 3.2.3), and what stays. */
#include "unit/unit.h"

#include "unit/edit_rig.h"

#define FILE_HEADER 24
#define MIB         ((size_t)1 << 20)

/* Changes bytes of the header of the file at `at`, and its sum with them. */
static void set_header(struct blob *b, size_t at, size_t offset, const void *bytes, size_t size)
{
	uint8_t sum = 0;

	memcpy(b->data + at + offset, bytes, size);
	for (size_t i = 0; i < FILE_HEADER; i++)
		sum = (uint8_t)(sum + (i == 16 || i == 17 || i == 23 ? 0 : b->data[at + i]));
	b->data[at + 16] = (uint8_t)-sum;
}

static void put_attributes(struct blob *out, uint8_t id, uint8_t type, uint8_t attributes,
			   size_t size)
{
	size_t at = (out->size + 7) / 8 * 8;

	put_raw_file(out, id, type, size);
	set_header(out, at, 19, &attributes, 1);
}

static void put_empty(struct blob *out, size_t size)
{
	struct blob body = {0};

	blob_fill(&body, size - FILE_HEADER, 0xff);
	put_file(out, 0xff, 0xf0, &body);
}

static void open_files(struct rig *rig, size_t size, struct blob *files)
{
	struct blob image = {0};

	put_volume(&image, writer_ffs2, size, files);
	rig_open(rig, &image, 0);
}

static void replace(struct rig *rig, size_t n, struct blob *file)
{
	assert_int_equal(igdrom_edit_replace(rig->edit, file_at(rig, n), file->data, file->size,
					     rig->report),
			 IGDROM_OK);
	blob_free(file);
}

static void insert(struct rig *rig, const struct igdrom_firmware_node *where, uint8_t id,
		   size_t size)
{
	struct blob file = {0};

	put_raw_file(&file, id, 7, size);
	assert_int_equal(igdrom_edit_insert(rig->edit, where, file.data, file.size, rig->report),
			 IGDROM_OK);
	blob_free(&file);
}

static void expect_files(struct rig *rig, size_t size, struct blob *files)
{
	struct blob expected = {0};
	struct igdrom_bytes out;

	put_volume(&expected, writer_ffs2, size, files);
	assert_int_equal(igdrom_edit_save(rig->edit, NULL, rig->report, &out), IGDROM_OK);
	assert_int_equal(out.size, expected.size);
	for (size_t i = 0; i < out.size; i++) {
		if (out.data[i] != expected.data[i])
			fail_msg("byte 0x%zx is %02x, not %02x", i, out.data[i], expected.data[i]);
	}
	igdrom_bytes_free(&out);
	blob_free(&expected);
	rig_close(rig);
}

static void expect_refused(struct rig *rig, const char *code)
{
	struct igdrom_bytes out;

	assert_int_equal(igdrom_edit_save(rig->edit, NULL, rig->report, &out), IGDROM_E_REFUSED);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(
				    rig->report, igdrom_report_count(rig->report) - 1)),
			    code);
	rig_close(rig);
}

static void pad_files_that_nothing_is_put_into_stay(void **state)
{
	struct blob files = {0}, file = {0};
	struct rig rig;

	(void)state;
	for (int run = 0; run < 2; run++) {
		put_raw_file(&files, 0x0a, 7, 20);
		put_empty(&files, 64);
		put_empty(&files, 40);
		put_raw_file(&files, run ? 0x0d : 0x0b, 7, 36);
		put_empty(&files, 128);
		put_empty(&files, 24);
		if (run)
			break;
		open_files(&rig, ROOM, &files);
	}
	put_raw_file(&file, 0x0d, 7, 36);
	replace(&rig, 3, &file);
	expect_files(&rig, ROOM, &files);
}

static void bytes_between_files_stay(void **state)
{
	struct blob files = {0}, file = {0};
	struct rig rig;

	(void)state;
	for (int run = 0; run < 2; run++) {
		put_raw_file(&files, 0x0a, 7, 1);
		blob_fill(&files, 3, 0x5a);
		put_raw_file(&files, run ? 0x0d : 0x0b, 7, 3);
		blob_fill(&files, 1, 0xa5);
		put_raw_file(&files, 0x0c, 7, 5);
		blob_text(&files, "end");
		if (run)
			break;
		open_files(&rig, ROOM, &files);
	}
	put_raw_file(&file, 0x0d, 7, 3);
	replace(&rig, 1, &file);
	expect_files(&rig, ROOM, &files);
}

/* The data of a file, not its header, is aligned, and relative to the start of the volume. */
static void what_takes_the_place_of_a_file_is_aligned_as_it_asks(void **state)
{
	struct blob files = {0}, file = {0};
	struct rig rig;

	(void)state;
	put_raw_file(&files, 0x0a, 7, 20);  /* 48h to 78h */
	put_raw_file(&files, 0x0b, 7, 100); /* 78h to F8h */
	put_raw_file(&files, 0x0c, 7, 4);
	open_files(&rig, ROOM, &files);
	put_attributes(&file, 0x0d, 7, 0x10, 4); /* data alignment 2: 128 bytes */
	replace(&rig, 1, &file);
	put_raw_file(&files, 0x0a, 7, 20);
	put_empty(&files, 0xe8 - 0x78); /* so that the data is at 100h */
	put_attributes(&files, 0x0d, 7, 0x10, 4);
	put_raw_file(&files, 0x0c, 7, 4);
	expect_files(&rig, ROOM, &files);
}

static void what_must_stay_does_not_give_its_place_to_what_wants_another_alignment(void **state)
{
	struct blob files = {0}, file = {0};
	struct rig rig;

	(void)state;
	put_raw_file(&files, 0x0a, 6, 20);
	open_files(&rig, ROOM, &files);
	put_attributes(&file, 0x0a, 6, 0x10, 20);
	replace(&rig, 0, &file);
	expect_refused(&rig, "edit-fixed");
}

/* The size of a file has 24 bits. */
static void room_of_16_mib_and_more_becomes_several_pad_files(void **state)
{
	static const size_t rest[] = {64, 16, 0};

	(void)state;
	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++) {
		/* Both together: FFFFF8h bytes and the rest. */
		size_t first = 8 * MIB, second = 0xfffff8 - 8 * MIB + rest[i], size = 17 * MIB;
		struct blob files = {0};
		struct rig rig;

		put_raw_file(&files, 0x0a, 7, first - 28);
		put_raw_file(&files, 0x0b, 7, second - 28);
		put_raw_file(&files, 0x0c, 6, 100);
		open_files(&rig, size, &files);
		assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 0), NULL), IGDROM_OK);
		assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 1), NULL), IGDROM_OK);
		/* A pad file cannot be smaller than its header. */
		put_empty(&files, rest[i] == 16 ? 0xfffff8 - 24 : 0xfffff8);
		if (rest[i])
			put_empty(&files, rest[i] == 16 ? 40 : 64);
		put_raw_file(&files, 0x0c, 6, 100);
		expect_files(&rig, size, &files);
	}
}

/* A file, perhaps a pad file, and one that ends where the volume does: there the processor begins. */
static void put_top(struct blob *files, size_t front, size_t top)
{
	static const uint8_t name[] = {0x2e, 0x06, 0xa0, 0x1b, 0x79, 0xc7, 0x82, 0x45,
				       0x85, 0x66, 0x33, 0x6a, 0xe8, 0xf7, 0x8f, 0x09};
	size_t at = ROOM - 72 - 28 - top;

	put_raw_file(files, 0x0a, 7, front);
	if (files->size < at)
		put_empty(files, at - files->size);
	put_raw_file(files, 0x0b, 1, top);
	set_header(files, at, 0, name, sizeof(name));
	assert_int_equal(files->size, ROOM - 72);
}

static void what_takes_the_place_of_the_volume_top_file_ends_where_it_did(void **state)
{
	static const struct {
		size_t front, top;
		bool possible;
	} rows[] = {
		{20, 76, true},   {20, 116, true},   {20, 99, false},   {3868, 116, false},
		{3868, 76, true}, {3868, 92, false}, {3828, 116, true}, {3828, 124, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct blob files = {0}, file = {0};
		struct rig rig;

		put_top(&files, rows[i].front, 100);
		open_files(&rig, ROOM, &files);
		put_raw_file(&file, 0x0c, 1, rows[i].top);
		replace(&rig, rows[i].front == 3868 ? 1 : 2, &file);
		if (!rows[i].possible) {
			expect_refused(&rig, "edit-fixed");
			continue;
		}
		put_top(&files, rows[i].front, rows[i].top);
		memset(files.data + files.size - 28 - rows[i].top, 0x0c, 16);
		set_header(&files, files.size - 28 - rows[i].top, 0, "", 0);
		memset(files.data + files.size - rows[i].top, 0x0c, rows[i].top);
		expect_files(&rig, ROOM, &files);
	}
}

static void the_volume_top_file_is_not_taken_out(void **state)
{
	struct blob files = {0};
	struct rig rig;

	(void)state;
	put_top(&files, 20, 100);
	open_files(&rig, ROOM, &files);
	assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 2), rig.report),
			 IGDROM_E_REFUSED);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(rig.report, 0)), "edit-core");
	assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 0), rig.report), IGDROM_OK);
	rig_close(&rig);
}

/* Where not all files of a volume are known, what seems to be free is not. */
static void files_that_were_not_read_are_not_written_over(void **state)
{
	struct igdrom_limits *limits;
	struct blob image = volume_of("0a:20 0b:20 0c:20 0d:20");
	struct blob file = {0};
	struct igdrom_bytes out;
	struct rig rig;

	(void)state;
	rig_open(&rig, &image, 0);
	igdrom_edit_free(rig.edit);
	igdrom_firmware_free(rig.firmware);
	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_NODES, 4), IGDROM_OK);
	assert_int_equal(
		igdrom_firmware_open(rig.image.data, rig.image.size, limits, NULL, &rig.firmware),
		IGDROM_OK);
	rig.volume = igdrom_firmware_node_first_child(igdrom_firmware_root(rig.firmware));
	assert_int_equal(igdrom_edit_new(rig.firmware, 0, &rig.edit), IGDROM_OK);
	/* In its own place a file can be changed. */
	put_raw_file(&file, 0x1a, 7, 20);
	replace(&rig, 0, &file);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, NULL, &out), IGDROM_OK);
	assert_memory_equal(out.data + 72 + 48, rig.image.data + 72 + 48, ROOM - 72 - 48);
	igdrom_bytes_free(&out);
	insert(&rig, rig.volume, 0x0e, 20);
	expect_refused(&rig, "edit-no-room");
	igdrom_limits_free(limits);
}

/* Bytes that are no file stay where they are, and nothing may be taken for the header of a file in
 * front of them: files end where 24 erased bytes are. */
static void files_end_in_front_of_what_is_no_file(void **state)
{
	static const struct {
		size_t size;
		const char *code;
	} rows[] = {{100, NULL}, {108, "edit-no-room"}, {76, NULL}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct blob files = {0};
		struct rig rig;

		for (int run = 0; run < 2; run++) {
			put_raw_file(&files, 0x0a, 7, 20);
			if (run)
				put_raw_file(&files, 0x0b, 7, rows[i].size);
			/* 152 bytes are free, of which 128 can be used. */
			blob_fill(&files, 48 + 152 - files.size, 0xff);
			blob_fill(&files, 64, 0x55);
			if (!run)
				open_files(&rig, ROOM, &files);
		}
		insert(&rig, rig.volume, 0x0b, rows[i].size);
		if (!rows[i].code) {
			expect_files(&rig, ROOM, &files);
			continue;
		}
		expect_refused(&rig, rows[i].code);
		blob_free(&files);
	}
}

static void a_file_in_front_of_what_is_no_file_leaves_room_for_an_erased_header(void **state)
{
	static const struct {
		size_t size;
		const char *code;
	} rows[] = {{100, NULL},
		    {92, "edit-fixed"},
		    {84, "edit-fixed"},
		    {76, NULL},
		    {108, "edit-no-room"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct blob files = {0}, file = {0};
		struct rig rig;

		for (int run = 0; run < 2; run++) {
			put_raw_file(&files, run ? 0x0b : 0x0a, 7, run ? rows[i].size : 100);
			if (files.size < 128)
				blob_fill(&files, 128 - files.size, 0xff);
			blob_fill(&files, 64, 0x55);
			if (!run)
				open_files(&rig, ROOM, &files);
		}
		put_raw_file(&file, 0x0b, 7, rows[i].size);
		replace(&rig, 0, &file);
		if (!rows[i].code) {
			expect_files(&rig, ROOM, &files);
			continue;
		}
		expect_refused(&rig, rows[i].code);
		blob_free(&files);
	}
}

/* 3.2.3: raw files, code that runs where it lies, and files that say so (FFS_ATTRIB_FIXED). */
static void what_must_stay_where_it_is_does(void **state)
{
	static const struct {
		uint8_t type, attributes;
		bool stays;
	} rows[] = {
		{1, 0, true},  {2, 0, false}, {3, 0, true},   {4, 0, true},
		{5, 0, false}, {6, 0, true},  {7, 0, false},  {7, 4, true},
		{8, 0, true},  {9, 0, false}, {10, 0, false}, {11, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct blob files = {0}, image = {0};
		struct rig rig;

		for (int run = 0; run < 2; run++) {
			put_raw_file(&files, 0x0a, 7, 20);
			if (run)
				put_raw_file(&files, 0x0c, 7, 20);
			put_attributes(&files, 0x0b, rows[i].type, rows[i].attributes, 20);
			if (run)
				break;
			put_volume(&image, writer_ffs2, ROOM, &files);
			rig_open(&rig, &image, IGDROM_EDIT_VENDOR);
		}
		insert(&rig, file_at(&rig, 0), 0x0c, 20);
		if (!rows[i].stays) {
			expect_files(&rig, ROOM, &files);
			continue;
		}
		expect_refused(&rig, "edit-fixed");
		blob_free(&files);
	}
}

/* A file that fills its volume to the end, and a pad file that holds something. */
static void what_ends_the_volume_or_hides_in_padding_stays(void **state)
{
	struct blob files = {0}, body = {0};
	struct rig rig;

	(void)state;
	put_raw_file(&files, 0x0a, 7, 20);
	put_raw_file(&files, 0x0b, 7, ROOM - 72 - 48 - 28);
	open_files(&rig, ROOM, &files);
	insert(&rig, file_at(&rig, 0), 0x0c, 20);
	expect_refused(&rig, "edit-fixed");
	put_raw_file(&files, 0x0a, 7, 20);
	blob_text(&body, "hidden");
	put_file(&files, 0xff, 0xf0, &body);
	open_files(&rig, ROOM, &files);
	insert(&rig, file_at(&rig, 0), 0x0c, 20);
	expect_refused(&rig, "edit-fixed");
}

/* A volume that is not packed holds code for its place: what it comes in must not move. */
static void a_volume_with_code_that_runs_where_it_lies_does_not_move(void **state)
{
	(void)state;
	for (uint8_t type = 6; type <= 7; type++) {
		struct blob inner = {0}, volume = {0}, body = {0}, files = {0};
		struct rig rig;

		put_raw_file(&inner, 0x19, 7, 4);
		put_raw_file(&inner, 0x1a, type, 20);
		put_volume(&volume, writer_ffs2, 0x200, &inner);
		put_section(&body, 0x17, &volume);
		put_raw_file(&files, 0x0a, 7, 20);
		put_file(&files, 0x0b, 0x0b, &body);
		open_files(&rig, ROOM, &files);
		rig.volume = igdrom_firmware_node_first_child(igdrom_firmware_root(rig.firmware));
		insert(&rig, file_at(&rig, 0), 0x0c, 20);
		if (type == 6) {
			expect_refused(&rig, "edit-fixed");
			continue;
		}
		put_raw_file(&inner, 0x19, 7, 4);
		put_raw_file(&inner, 0x1a, type, 20);
		put_volume(&volume, writer_ffs2, 0x200, &inner);
		put_section(&body, 0x17, &volume);
		put_raw_file(&files, 0x0a, 7, 20);
		put_raw_file(&files, 0x0c, 7, 20);
		put_file(&files, 0x0b, 0x0b, &body);
		expect_files(&rig, ROOM, &files);
	}
}

/* Where erased bytes are 0, free room is 0 and the bits of the state are not inverted. */
static void erased_bytes_and_states_follow_the_polarity(void **state)
{
	struct blob image = volume_of(""), file = {0};
	struct igdrom_bytes out;
	struct rig rig;
	uint16_t sum = 0;

	(void)state;
	memset(image.data + 72, 0, ROOM - 72);
	image.data[45] &= 0xf7; /* EFI_FVB2_ERASE_POLARITY is 800h */
	image.data[50] = image.data[51] = 0;
	for (size_t i = 0; i < 72; i += 2)
		sum = (uint16_t)(sum + image.data[i] + image.data[i + 1] * 256);
	image.data[50] = (uint8_t)-sum;
	image.data[51] = (uint8_t)((uint16_t)-sum >> 8);
	rig_open(&rig, &image, 0);
	insert(&rig, rig.volume, 0x0c, 20);
	put_raw_file(&file, 0x0c, 7, 20);
	file.data[23] = 0x07;
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_OK);
	assert_memory_equal(out.data, rig.image.data, 72);
	assert_memory_equal(out.data + 72, file.data, file.size);
	for (size_t i = 72 + file.size; i < ROOM; i++)
		assert_int_equal(out.data[i], 0);
	igdrom_bytes_free(&out);
	blob_free(&file);
	rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pad_files_that_nothing_is_put_into_stay),
		cmocka_unit_test(bytes_between_files_stay),
		cmocka_unit_test(what_takes_the_place_of_a_file_is_aligned_as_it_asks),
		cmocka_unit_test(
			what_must_stay_does_not_give_its_place_to_what_wants_another_alignment),
		cmocka_unit_test(room_of_16_mib_and_more_becomes_several_pad_files),
		cmocka_unit_test(what_takes_the_place_of_the_volume_top_file_ends_where_it_did),
		cmocka_unit_test(the_volume_top_file_is_not_taken_out),
		cmocka_unit_test(files_that_were_not_read_are_not_written_over),
		cmocka_unit_test(files_end_in_front_of_what_is_no_file),
		cmocka_unit_test(
			a_file_in_front_of_what_is_no_file_leaves_room_for_an_erased_header),
		cmocka_unit_test(what_must_stay_where_it_is_does),
		cmocka_unit_test(what_ends_the_volume_or_hides_in_padding_stays),
		cmocka_unit_test(a_volume_with_code_that_runs_where_it_lies_does_not_move),
		cmocka_unit_test(erased_bytes_and_states_follow_the_polarity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
