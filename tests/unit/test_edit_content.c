/* SPDX-License-Identifier: BSD-2-Clause */
/* Content of files, and files by their size, sum and machine. */
#include "unit/unit.h"

#include "unit/place_rig.h"

/* A driver: DEPEX, PE32 of this version, UI, VERSION, and what is not known here. */
static void put_driver(struct blob *out, uint8_t id, uint16_t machine, uint8_t version)
{
	struct blob body = {0};

	put_section_text(&body, 0x13, "\x06\x08");
	put_pe_section(&body, machine, version);
	put_ui(&body, "Driver");
	put_section_text(&body, 0x14, "\x01");
	put_section_text(&body, 0x30, "of a vendor");
	put_file(out, id, 7, &body);
}

static void content_changes_and_all_else_of_the_file_stays(void **state)
{
	struct blob files = {0}, pe = {0};
	struct rig rig;

	(void)state;
	put_driver(&files, 0x0a, 0x8664, 1);
	put_raw_file(&files, 0x0b, 7, 30);
	rig = files_rig(&files, 0);
	put_pe(&pe, 0x8664, 2);
	assert_int_equal(igdrom_edit_replace_content(rig.edit, file_at(&rig, 0), pe.data, pe.size,
						     rig.report),
			 IGDROM_OK);
	assert_string_equal(igdrom_edit_verb(rig.edit, 0), "replace");
	put_driver(&files, 0x0a, 0x8664, 2);
	put_raw_file(&files, 0x0b, 7, 30);
	expect_files(&rig, &files);
	blob_free(&pe);
}

static void any_section_can_be_named(void **state)
{
	struct blob files = {0}, body = {0};
	const struct igdrom_firmware_node *section;
	struct rig rig;

	(void)state;
	put_section_text(&body, 0x19, "first");
	put_section_text(&body, 0x13, "\x06\x08");
	put_section_text(&body, 0x19, "third");
	put_file(&files, 0x0a, 2, &body);
	rig = files_rig(&files, 0);
	/* Two could be meant. */
	assert_int_equal(
		igdrom_edit_replace_content(rig.edit, file_at(&rig, 0), "x", 1, rig.report),
		IGDROM_E_REFUSED);
	assert_string_equal(last_code(&rig), "edit-content");
	section = igdrom_firmware_node_first_child(file_at(&rig, 0));
	section = igdrom_firmware_node_next(section);
	assert_int_equal(igdrom_edit_replace_content(rig.edit, section, "\x03\x08", 2, rig.report),
			 IGDROM_E_CORRUPT);
	section = igdrom_firmware_node_next(section);
	assert_int_equal(igdrom_edit_replace_content(rig.edit, section, "and longer", 10, NULL),
			 IGDROM_OK);
	put_section_text(&body, 0x19, "first");
	put_section_text(&body, 0x13, "\x06\x08");
	put_section_text(&body, 0x19, "and longer");
	put_file(&files, 0x0a, 2, &body);
	expect_files(&rig, &files);
}

static void put_packed_driver(struct blob *out, uint8_t version)
{
	struct blob inner = {0}, middle = {0}, body = {0};

	put_section_text(&inner, 0x13, "\x06\x08");
	put_pe_section(&inner, 0x8664, version);
	put_section_text(&inner, 0x19, "data behind it");
	put_crc32(&middle, &inner);
	put_section_text(&middle, 0x19, "and more");
	put_tiano(&body, &middle);
	put_ui(&body, "Packed");
	put_file(out, 0x0a, 7, &body);
}

static void content_changes_inside_of_packed_sections_too(void **state)
{
	struct blob files = {0}, pe = {0};
	struct rig rig;

	(void)state;
	put_packed_driver(&files, 1);
	put_raw_file(&files, 0x0b, 7, 30);
	rig = files_rig(&files, 0);
	put_pe(&pe, 0x8664, 2);
	assert_int_equal(igdrom_edit_replace_content(rig.edit, file_at(&rig, 0), pe.data, pe.size,
						     rig.report),
			 IGDROM_OK);
	put_packed_driver(&files, 2);
	put_raw_file(&files, 0x0b, 7, 30);
	expect_files(&rig, &files);
	blob_free(&pe);
}

/* RAW files have no sections: all behind the header is what they hold. */
static void files_without_sections_hold_content_too(void **state)
{
	struct blob files = {0}, body = {0};
	struct rig rig;

	(void)state;
	blob_fill(&body, 64, 0x55);
	put_file(&files, 0x0a, 1, &body);
	rig = files_rig(&files, 0);
	assert_int_equal(
		igdrom_edit_replace_content(rig.edit, file_at(&rig, 0), "a table", 7, rig.report),
		IGDROM_OK);
	blob_text(&body, "a table");
	put_file(&files, 0x0a, 1, &body);
	expect_files(&rig, &files);
}

static void te_images_take_the_place_of_te_images(void **state)
{
	struct blob files = {0}, body = {0}, te = {0}, pe = {0}, alien = {0};
	struct rig rig;

	(void)state;
	put_te(&te, 0x8664, 20);
	put_section_text(&body, 0x1b, "\x06\x08");
	put_section(&body, 0x12, &te);
	put_ui(&body, "Module");
	put_file(&files, 0x0a, 6, &body);
	rig = files_rig(&files, 0);
	put_te(&te, 0x8664, 50);
	put_te(&alien, 0x014c, 50);
	put_pe(&pe, 0x8664, 1);
	assert_int_equal(igdrom_edit_replace_content(rig.edit, file_at(&rig, 0), pe.data, pe.size,
						     rig.report),
			 IGDROM_E_REFUSED);
	assert_string_equal(last_code(&rig), "edit-content");
	assert_int_equal(igdrom_edit_replace_content(rig.edit, file_at(&rig, 0), alien.data,
						     alien.size, rig.report),
			 IGDROM_E_REFUSED);
	assert_string_equal(last_code(&rig), "edit-machine");
	assert_int_equal(igdrom_edit_replace_content(rig.edit, file_at(&rig, 0), te.data, te.size,
						     rig.report),
			 IGDROM_OK);
	/* Code of PEI runs where it lies. */
	assert_string_equal(last_code(&rig), "edit-not-rebased");
	put_section_text(&body, 0x1b, "\x06\x08");
	put_section(&body, 0x12, &te);
	put_ui(&body, "Module");
	put_file(&files, 0x0a, 6, &body);
	expect_files(&rig, &files);
	blob_free(&alien);
	blob_free(&pe);
}

static void content_tells_what_it_is(void **state)
{
	struct blob pe = {0}, te = {0};

	(void)state;
	put_pe(&pe, 0x8664, 1);
	put_te(&te, 0x8664, 4);
	assert_int_equal(igdrom_content_section_type(pe.data, pe.size), IGDROM_SECTION_PE32);
	assert_int_equal(igdrom_content_file_type(pe.data, pe.size), IGDROM_FILE_TYPE_DRIVER);
	assert_int_equal(igdrom_content_section_type(te.data, te.size), IGDROM_SECTION_TE);
	/* Of subsystem 0 it is none. */
	assert_int_equal(igdrom_content_file_type(te.data, te.size), 0);
	for (uint8_t subsystem = 10; subsystem < 13; subsystem++) {
		te.data[5] = subsystem;
		assert_int_equal(igdrom_content_file_type(te.data, te.size),
				 subsystem == 10 ? IGDROM_FILE_TYPE_APPLICATION
						 : IGDROM_FILE_TYPE_DRIVER);
	}
	/* Its header has 40 bytes. */
	assert_int_equal(igdrom_content_section_type(te.data, 40), IGDROM_SECTION_TE);
	for (size_t size = 0; size < 40; size++)
		assert_int_equal(igdrom_content_section_type(te.data, size), IGDROM_SECTION_RAW);
	assert_int_equal(igdrom_content_file_type("text", 4), 0);
	assert_int_equal(igdrom_content_file_type(NULL, 4), 0);
	assert_int_equal(igdrom_content_section_type(NULL, 0), IGDROM_SECTION_RAW);
	blob_free(&pe);
	blob_free(&te);
}

/* Attribute 40h: the data has a sum of its own. */
static void put_summed(struct blob *out, uint8_t id, size_t size)
{
	struct blob file = {0};
	uint8_t sum = 0;

	put_raw_file(&file, id, 7, size);
	put_number(&file, 19, 0x40, 1);
	file.data[16] = (uint8_t)(file.data[16] - 0x40);
	for (size_t i = 24; i < file.size; i++)
		sum = (uint8_t)(sum + file.data[i]);
	file.data[17] = (uint8_t)-sum;
	blob_align(out, 8, 0xff);
	blob_put(out, file.data, file.size);
	blob_free(&file);
}

static void sums_of_data_are_checked_and_kept_right(void **state)
{
	struct blob files = {0}, file = {0};
	struct rig rig;

	(void)state;
	put_summed(&files, 0x0a, 50);
	rig = files_rig(&files, 0);
	put_summed(&file, 0x0b, 30);
	file.data[40] ^= 1;
	assert_int_equal(igdrom_edit_insert(rig.edit, rig.volume, file.data, file.size, rig.report),
			 IGDROM_E_CORRUPT);
	assert_string_equal(last_code(&rig), "edit-file-damaged");
	file.data[40] ^= 1;
	assert_int_equal(igdrom_edit_insert(rig.edit, rig.volume, file.data, file.size, rig.report),
			 IGDROM_OK);
	assert_int_equal(igdrom_edit_replace_content(rig.edit, file_at(&rig, 0),
						     "\x0a\x0a\x0a\x0a\x0a\x0a\x0a", 7, rig.report),
			 IGDROM_OK);
	put_summed(&files, 0x0a, 7);
	put_summed(&files, 0x0b, 30);
	expect_files(&rig, &files);
	blob_free(&file);
}

/* A file whose header is of 32 bytes (PI 1.8 volume 3, 3.2.3.1): attribute 01h, no size of 24 bits, one
 * of 64. */
static void put_large_file(struct blob *out, uint8_t id, uint8_t type, struct blob *body)
{
	struct blob file = {0};
	uint8_t sum = 0;

	blob_fill(&file, 16, id);
	blob_number(&file, 0, 2);
	blob_number(&file, type, 1);
	blob_number(&file, 1, 1);
	blob_number(&file, 0, 4);
	blob_number(&file, 32 + body->size, 8);
	for (size_t i = 0; i < file.size; i++)
		sum = (uint8_t)(sum + file.data[i]);
	file.data[16] = (uint8_t)-sum;
	file.data[17] = 0xaa;
	file.data[23] = 0xf8;
	blob_align(out, 8, 0xff);
	blob_put(out, file.data, file.size);
	blob_put(out, body->data, body->size);
	blob_free(&file);
	blob_free(body);
}

/* A section of 16 MiB and more: FFFFFFh, and 32 bits (3.2.4.1). */
static void put_large_section(struct blob *out, uint8_t type, uint8_t fill, size_t size)
{
	blob_align(out, 4, 0);
	blob_number(out, 0xffffff, 3);
	blob_number(out, type, 1);
	blob_number(out, 8 + size, 4);
	blob_fill(out, size, fill);
}

#define MIB (1u << 20)

static struct igdrom_bytes ffs_of(uint8_t id, unsigned type, unsigned section, const void *data,
				  size_t size)
{
	char guid[37];
	struct igdrom_bytes out;
	struct igdrom_ffs *ffs;

	for (size_t i = 0; i < 36; i++)
		guid[i] = "0123456789ABCDEF"[id & 15];
	guid[8] = guid[13] = guid[18] = guid[23] = '-';
	guid[36] = '\0';
	assert_int_equal(igdrom_ffs_new(type, guid, &ffs), IGDROM_OK);
	assert_int_equal(igdrom_ffs_add_section(ffs, section, data, size), IGDROM_OK);
	assert_int_equal(igdrom_ffs_finish(ffs, &out), IGDROM_OK);
	igdrom_ffs_free(ffs);
	return out;
}

static void files_of_16_mib_are_for_ffs3(void **state)
{
	struct blob files = {0}, image = {0}, body = {0}, expected = {0}, data = {0};
	struct igdrom_bytes file, out;
	struct rig rig;

	(void)state;
	blob_fill(&data, 16 * MIB, 0x33);
	file = ffs_of(0x33, 2, 0x19, data.data, data.size);
	put_raw_file(&files, 0x0a, 7, 20);
	put_volume(&image, writer_ffs3, 20 * MIB, &files);
	rig_open(&rig, &image, 0);
	assert_int_equal(igdrom_edit_insert(rig.edit, rig.volume, file.data, file.size, rig.report),
			 IGDROM_OK);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_OK);
	put_raw_file(&files, 0x0a, 7, 20);
	put_large_section(&body, 0x19, 0x33, 16 * MIB);
	put_large_file(&files, 0x33, 2, &body);
	put_volume(&expected, writer_ffs3, 20 * MIB, &files);
	assert_int_equal(out.size, expected.size);
	assert_memory_equal(out.data, expected.data, out.size);
	igdrom_bytes_free(&out);
	blob_free(&expected);
	rig_close(&rig);
	/* The same volume, but of FFS2. */
	put_raw_file(&files, 0x0a, 7, 20);
	put_volume(&image, writer_ffs2, 20 * MIB, &files);
	rig_open(&rig, &image, 0);
	assert_int_equal(igdrom_edit_insert(rig.edit, rig.volume, file.data, file.size, rig.report),
			 IGDROM_E_REFUSED);
	assert_string_equal(last_code(&rig), "edit-file-large");
	rig_close(&rig);
	igdrom_bytes_free(&file);
	blob_free(&data);
}

/* The last size that 24 bits can say, and the first that they cannot: a file of 24 + 4 + size bytes. */
static void the_header_is_as_wide_as_the_size_needs(void **state)
{
	static const struct {
		size_t size;
		bool section, file; /* wide */
	} cases[] = {
		{0xffffff - 28, false, false},
		{0xffffff - 28 + 1, false, true},
		{0xffffff - 5, false, true},
		{0xffffff - 4, true, true},
	};
	uint8_t *data = calloc(1, 16 * MIB);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct igdrom_bytes file = ffs_of(0x33, 2, 0x19, data, cases[i].size);
		size_t head = cases[i].file ? 32 : 24;

		assert_int_equal(file.data[19], cases[i].file ? 1 : 0);
		assert_int_equal(file.size, head + (cases[i].section ? 8 : 4) + cases[i].size);
		assert_int_equal(file.data[head + 2] == 0xff && file.data[head + 1] == 0xff &&
					 file.data[head] == 0xff,
				 cases[i].section);
		assert_int_equal(file.data[head + 3], 0x19);
		igdrom_bytes_free(&file);
	}
	free(data);
}

/* Grows over 16 MiB and shrinks again: there and back it is what it was. */
static void content_grows_over_16_mib_and_back(void **state)
{
	struct blob files = {0}, image = {0}, body = {0}, expected = {0}, small = {0}, large = {0};
	struct igdrom_bytes out;
	struct rig rig;

	(void)state;
	blob_fill(&small, 100, 0x44);
	blob_fill(&large, 16 * MIB, 0x44);
	put_raw_file(&files, 0x44, 7, 100);
	put_raw_file(&files, 0x0b, 7, 20);
	put_volume(&image, writer_ffs3, 20 * MIB, &files);
	rig_open(&rig, &image, 0);
	assert_int_equal(igdrom_edit_replace_content(rig.edit, file_at(&rig, 0), large.data,
						     large.size, rig.report),
			 IGDROM_OK);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_OK);
	put_large_section(&body, 0x19, 0x44, 16 * MIB);
	put_large_file(&files, 0x44, 7, &body);
	put_raw_file(&files, 0x0b, 7, 20);
	put_volume(&expected, writer_ffs3, 20 * MIB, &files);
	assert_memory_equal(out.data, expected.data, expected.size);
	igdrom_bytes_free(&out);
	rig_close(&rig);
	rig_open(&rig, &expected, 0);
	assert_int_equal(igdrom_edit_replace_content(rig.edit, file_at(&rig, 0), small.data,
						     small.size, rig.report),
			 IGDROM_OK);
	put_raw_file(&files, 0x44, 7, 100);
	assert_int_equal(igdrom_edit_file(rig.edit, 0).size, files.size);
	assert_memory_equal(igdrom_edit_file(rig.edit, 0).data, files.data, files.size);
	blob_free(&files);
	rig_close(&rig);
	/* FFS2 has no such files. */
	put_raw_file(&files, 0x44, 7, 100);
	put_volume(&image, writer_ffs2, 20 * MIB, &files);
	rig_open(&rig, &image, 0);
	assert_int_equal(igdrom_edit_replace_content(rig.edit, file_at(&rig, 0), large.data,
						     large.size, rig.report),
			 IGDROM_E_REFUSED);
	assert_string_equal(last_code(&rig), "edit-file-large");
	rig_close(&rig);
	blob_free(&small);
	blob_free(&large);
}

/* FFFFFFh stands for a size of 32 bits, so that a section of just that size needs one too. */
static void the_section_around_content_is_as_wide_as_the_size_needs(void **state)
{
	uint8_t *data = calloc(1, 16 * MIB);

	(void)state;
	for (size_t size = 0xffffff - 4 - 1; size <= 0xffffff - 4; size++) {
		struct blob files = {0}, image = {0}, body = {0}, expected = {0};
		struct igdrom_bytes file;
		struct rig rig;

		put_raw_file(&files, 0x44, 7, 100);
		put_volume(&image, writer_ffs3, 20 * MIB, &files);
		rig_open(&rig, &image, 0);
		assert_int_equal(igdrom_edit_replace_content(rig.edit, file_at(&rig, 0), data, size,
							     rig.report),
				 IGDROM_OK);
		if (size == 0xffffff - 4) {
			put_large_section(&body, 0x19, 0, size);
		} else {
			struct blob content = {0};

			blob_fill(&content, size, 0);
			put_section(&body, 0x19, &content);
		}
		put_large_file(&expected, 0x44, 7, &body);
		file = igdrom_edit_file(rig.edit, 0);
		assert_int_equal(file.size, expected.size);
		assert_memory_equal(file.data, expected.data, file.size);
		blob_free(&expected);
		rig_close(&rig);
	}
	free(data);
}

/* A section of a GUID and data behind it (PI 1.8 volume 3, 3.2.5.8). */
static void data_of_a_named_section_changes_and_its_name_stays(void **state)
{
	struct blob files = {0}, body = {0};
	struct rig rig;

	(void)state;
	put_section_text(&body, 0x18, "0123456789abcdefdata of it");
	put_file(&files, 0x0a, 2, &body);
	rig = files_rig(&files, 0);
	assert_int_equal(
		igdrom_edit_replace_content(rig.edit, file_at(&rig, 0), "other", 5, rig.report),
		IGDROM_OK);
	put_section_text(&body, 0x18, "0123456789abcdefother");
	put_file(&files, 0x0a, 2, &body);
	expect_files(&rig, &files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(content_changes_and_all_else_of_the_file_stays),
		cmocka_unit_test(any_section_can_be_named),
		cmocka_unit_test(content_changes_inside_of_packed_sections_too),
		cmocka_unit_test(files_without_sections_hold_content_too),
		cmocka_unit_test(te_images_take_the_place_of_te_images),
		cmocka_unit_test(content_tells_what_it_is),
		cmocka_unit_test(sums_of_data_are_checked_and_kept_right),
		cmocka_unit_test(files_of_16_mib_are_for_ffs3),
		cmocka_unit_test(the_header_is_as_wide_as_the_size_needs),
		cmocka_unit_test(content_grows_over_16_mib_and_back),
		cmocka_unit_test(the_section_around_content_is_as_wide_as_the_size_needs),
		cmocka_unit_test(data_of_a_named_section_changes_and_its_name_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
