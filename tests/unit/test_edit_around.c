/* SPDX-License-Identifier: BSD-2-Clause */
/* What a volume lies in decides whether it may be changed (PI 1.8 volume 3, 3.2). */
#include "unit/unit.h"

#include "unit/edit_rig.h"

#define STATE_AT 23

static const uint8_t unknown[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

static void inner_volume(struct blob *out)
{
	struct blob files = {0};

	put_raw_file(&files, 0x1a, 7, 20);
	put_volume(out, writer_ffs2, 0x200, &files);
}

/* A volume around a file with these sections. */
static void open_sections(struct rig *rig, struct blob *sections, unsigned flags)
{
	struct blob files = {0}, image = {0};

	put_file(&files, 0x0b, 0x0b, sections);
	put_volume(&image, writer_ffs2, ROOM, &files);
	rig_open(rig, &image, flags);
}

/* Puts a file into the innermost volume; NULL: it can be done. */
static void expect(struct rig *rig, const char *code)
{
	struct blob file = {0};
	struct igdrom_bytes out;
	enum igdrom_status status;

	put_raw_file(&file, 0x0c, 7, 20);
	status = igdrom_edit_insert(rig->edit, rig->volume, file.data, file.size, rig->report);
	blob_free(&file);
	if (!code) {
		assert_int_equal(status, IGDROM_OK);
		assert_int_equal(igdrom_edit_save(rig->edit, NULL, rig->report, &out), IGDROM_OK);
		for (size_t i = 0; i < igdrom_report_count(rig->report); i++)
			assert_true(igdrom_finding_severity(igdrom_report_at(rig->report, i)) <
				    IGDROM_SEVERITY_ERROR);
		igdrom_bytes_free(&out);
	} else {
		assert_int_equal(status, IGDROM_E_REFUSED);
		assert_string_equal(igdrom_finding_code(igdrom_report_at(rig->report, 0)), code);
	}
	rig_close(rig);
}

/* OvmfPkg/Virtio10Dxe, as it lies in files. */
static const uint8_t virtio[] = {0x0c, 0xf6, 0x70, 0x01, 0x40, 0x1d, 0x51, 0x46,
				 0x95, 0x6d, 0xf0, 0xbd, 0x98, 0x79, 0xd5, 0x27};

static void what_starts_a_machine_is_a_board_unless_it_is_known_to_be_virtual(void **state)
{
	static const struct {
		uint8_t type;
		bool is_virtual;
		unsigned flags;
		const char *code;
	} rows[] = {
		{7, false, 0, NULL},          {3, false, 0, "edit-vendor"},
		{4, false, 0, "edit-vendor"}, {4, false, IGDROM_EDIT_VENDOR, NULL},
		{3, true, 0, NULL},           {4, true, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct blob files = {0}, image = {0};
		uint8_t sum = 0;
		struct rig rig;

		put_raw_file(&files, 0x0a, 7, 20);
		memcpy(files.data, rows[i].is_virtual ? virtio : unknown, 16);
		for (size_t n = 0; n < STATE_AT; n++)
			sum = (uint8_t)(sum + (n == 16 || n == 17 ? 0 : files.data[n]));
		files.data[16] = (uint8_t)-sum;
		put_raw_file(&files, 0x0b, rows[i].type, 20);
		put_raw_file(&files, 0x0d, 5, 20);
		put_volume(&image, writer_ffs2, ROOM, &files);
		rig_open(&rig, &image, rows[i].flags);
		expect(&rig, rows[i].code);
	}
}

/* Intel's Firmware Interface Table BIOS Specification 1.4: entries of 16 bytes, the first of which is
 * the table itself; type 0Ch is the boot policy manifest of Boot Guard. */
static void put_table(struct blob *image, const uint8_t types[3])
{
	size_t at = image->size, size = at + 4 * 16 + 16 + 0x40;
	uint64_t base = UINT64_C(0x100000000) - size;

	blob_text(image, "_FIT_   ");
	blob_number(image, 4, 3);
	blob_fill(image, 5, 0);
	for (size_t i = 0; i < 3; i++) {
		blob_number(image, base + at + 64, 8);
		blob_fill(image, 6, 0);
		blob_number(image, types[i], 1);
		blob_fill(image, 1, 0);
	}
	blob_text(image, "__ACBP__");
	blob_fill(image, 8, 0);
	blob_number(image, base + at, 4);
	blob_fill(image, 0x3c, 0);
	assert_int_equal(image->size, size);
}

static void a_boot_policy_is_found_wherever_it_stands_in_the_table(void **state)
{
	static const struct {
		uint8_t types[3];
		const char *code;
	} rows[] = {
		{{0x0c, 1, 1}, "edit-boot-guard"},
		{{1, 0x0c, 1}, "edit-boot-guard"},
		{{1, 7, 0x8c}, "edit-boot-guard"}, /* the uppermost bit says that it has a sum */
		{{1, 7, 0x0b}, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct blob image = volume_of("0a:20");
		struct rig rig;

		put_table(&image, rows[i].types);
		rig_open(&rig, &image, IGDROM_EDIT_VENDOR);
		expect(&rig, rows[i].code);
	}
}

static void a_volume_around_it_that_was_cut_off_is_not_written_again(void **state)
{
	struct blob volume = {0}, sections = {0}, files = {0}, image = {0};
	struct rig rig;

	(void)state;
	inner_volume(&volume);
	put_section(&sections, 0x17, &volume);
	put_file(&files, 0x0b, 0x0b, &sections);
	put_volume(&image, writer_ffs2, ROOM, &files);
	image.size = ROOM - 8;
	rig_open(&rig, &image, 0);
	expect(&rig, "edit-volume-cut");
}

/* 3.2.3.1: the most significant bit that is set tells; bits are inverted here. */
static void a_file_around_it_that_is_not_valid_is_not_written_again(void **state)
{
	static const struct {
		uint8_t state;
		const char *code;
	} rows[] = {
		{0xf8, NULL},           /* data valid */
		{0xfb, NULL},           /* of which lesser bits say nothing */
		{0xf0, NULL},           /* marked for update: valid until it is */
		{0xfc, "edit-deleted"}, /* header valid, data not written */
		{0xfe, "edit-deleted"}, /* header under construction */
		{0xff, "edit-deleted"}, /* nothing said */
		{0xe8, "edit-deleted"}, /* deleted */
		{0xe0, "edit-deleted"}, {0xd8, "edit-deleted"}, /* header invalid */
		{0xde, "edit-deleted"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct blob volume = {0}, sections = {0}, files = {0}, image = {0};
		struct rig rig;

		inner_volume(&volume);
		put_section(&sections, 0x17, &volume);
		put_file(&files, 0x0b, 0x0b, &sections);
		files.data[STATE_AT] = rows[i].state;
		put_volume(&image, writer_ffs2, ROOM, &files);
		rig_open(&rig, &image, 0);
		expect(&rig, rows[i].code);
	}
}

/* Attributes: 1 says that the contents are to be processed, 2 that something attests them. */
static void contents_of_a_section_of_an_unknown_method_stay(void **state)
{
	(void)state;
	for (uint16_t attributes = 0; attributes < 4; attributes++) {
		struct blob volume = {0}, body = {0}, sections = {0};
		struct rig rig;

		inner_volume(&volume);
		put_section(&body, 0x17, &volume);
		put_guided(&sections, unknown, attributes, NULL, &body);
		open_sections(&rig, &sections, 0);
		assert_int_equal(igdrom_firmware_node_bytes(rig.volume).size, 0x200);
		expect(&rig, attributes ? "edit-opaque" : NULL);
	}
}

static void contents_of_a_section_that_did_not_decode_stay(void **state)
{
	(void)state;
	for (uint8_t method = 0; method < 4; method++) {
		struct blob body = {0}, sections = {0};
		struct rig rig;

		if (method == 0) {
			struct blob volume = {0};

			inner_volume(&volume);
			put_section(&body, 0x17, &volume);
		} else {
			blob_text(&body, "this is no stream ");
			inner_volume(&body);
		}
		put_compressed(&sections, method, (uint32_t)body.size, &body);
		open_sections(&rig, &sections, 0);
		assert_int_equal(igdrom_firmware_node_bytes(rig.volume).size, 0x200);
		expect(&rig, method ? "edit-opaque" : NULL);
	}
}

static uint32_t crc32(const uint8_t *data, size_t size)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < size; i++) {
		crc ^= data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return ~crc;
}

/* 3.2.5.5: the checksum stands behind the header of the GUIDed section. */
static void a_checksum_over_contents_follows_them(void **state)
{
	struct blob volume = {0}, body = {0}, head = {0}, sections = {0}, file = {0};
	struct igdrom_bytes out;
	const uint8_t *section;
	struct rig rig;

	(void)state;
	inner_volume(&volume);
	put_section(&body, 0x17, &volume);
	blob_number(&head, crc32(body.data, body.size), 4);
	put_guided(&sections, writer_crc32, 2, &head, &body);
	open_sections(&rig, &sections, 0);
	put_raw_file(&file, 0x0c, 7, 20);
	assert_int_equal(igdrom_edit_insert(rig.edit, rig.volume, file.data, file.size, rig.report),
			 IGDROM_OK);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_OK);
	section = out.data + 72 + 24;
	assert_memory_equal(section + 28 + 4 + 72 + 48, file.data, file.size);
	blob_number(&head, crc32(section + 28, 4 + 0x200), 4);
	assert_memory_equal(section + 24, head.data, 4);
	blob_free(&head);
	blob_free(&file);
	igdrom_bytes_free(&out);
	rig_close(&rig);
	/* A header without room for it. */
	inner_volume(&volume);
	put_section(&body, 0x17, &volume);
	put_guided(&sections, writer_crc32, 2, NULL, &body);
	open_sections(&rig, &sections, 0);
	expect(&rig, "edit-opaque");
}

/* The data offset of a GUIDed section points behind its end, or into its header. */
static void a_data_offset_that_lies_is_not_believed(void **state)
{
	static const uint16_t offsets[] = {0, 4, 23, 0x7fff, 0xffff};

	(void)state;
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		struct blob volume = {0}, body = {0}, sections = {0};
		struct rig rig;

		inner_volume(&volume);
		put_section(&body, 0x17, &volume);
		put_guided(&sections, writer_crc32, 0, NULL, &body);
		sections.data[20] = (uint8_t)offsets[i];
		sections.data[21] = (uint8_t)(offsets[i] >> 8);
		open_sections(&rig, &sections, 0);
		assert_int_equal(igdrom_firmware_node_bytes(rig.volume).size, 0x200);
		expect(&rig, "edit-opaque");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_starts_a_machine_is_a_board_unless_it_is_known_to_be_virtual),
		cmocka_unit_test(a_boot_policy_is_found_wherever_it_stands_in_the_table),
		cmocka_unit_test(a_volume_around_it_that_was_cut_off_is_not_written_again),
		cmocka_unit_test(a_file_around_it_that_is_not_valid_is_not_written_again),
		cmocka_unit_test(contents_of_a_section_of_an_unknown_method_stay),
		cmocka_unit_test(contents_of_a_section_that_did_not_decode_stay),
		cmocka_unit_test(a_checksum_over_contents_follows_them),
		cmocka_unit_test(a_data_offset_that_lies_is_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
