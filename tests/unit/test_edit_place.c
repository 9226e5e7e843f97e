/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes where, and what is refused: dependency expressions, content of one section, large files. */
#include "unit/unit.h"

#include "unit/edit_rig.h"
#include "unit/pe_writer.h"

#define GUID16 "\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11"

static const char *last_code(const struct rig *rig)
{
	size_t count = igdrom_report_count(rig->report);

	return count ? igdrom_finding_code(igdrom_report_at(rig->report, count - 1)) : "";
}

static struct rig files_rig(struct blob *files, unsigned flags)
{
	struct blob image = {0};
	struct rig rig;

	put_volume(&image, writer_ffs2, ROOM, files);
	rig_open(&rig, &image, flags);
	return rig;
}

static void expect_files(struct rig *rig, struct blob *files)
{
	struct blob expected = {0};
	struct igdrom_bytes out;

	put_volume(&expected, writer_ffs2, ROOM, files);
	assert_int_equal(igdrom_edit_save(rig->edit, NULL, rig->report, &out), IGDROM_OK);
	assert_int_equal(out.size, expected.size);
	assert_memory_equal(out.data, expected.data, out.size);
	igdrom_bytes_free(&out);
	blob_free(&expected);
	rig_close(rig);
}

/* Opcodes of PI 1.8 volume 2, table 10.7: 00 BEFORE, 01 AFTER, 02 PUSH, 03 AND, 04 OR, 05 NOT, 06 TRUE,
 * 07 FALSE, 08 END, 09 SOR. */
static void dependency_expressions_are_understood(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		unsigned type;
	} good[] = {
		{"\x06\x08", 2, 0x13},
		{"\x07\x05\x08", 3, 0x13},
		{"\x02" GUID16 "\x08", 18, 0x13},
		{"\x02" GUID16 "\x02" GUID16 "\x03\x06\x04\x08", 38, 0x13},
		{"\x00" GUID16 "\x08", 18, 0x13},
		{"\x01" GUID16 "\x08", 18, 0x1c},
		{"\x09\x06\x08", 3, 0x13},
		{"\x02" GUID16 "\x06\x03\x08", 20, 0x1b},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(
			igdrom_depex_check(good[i].type, good[i].bytes, good[i].size, NULL),
			IGDROM_OK);
		/* Each of its prefixes lacks at least the end. */
		for (size_t size = 0; size < good[i].size; size++)
			assert_int_equal(
				igdrom_depex_check(good[i].type, good[i].bytes, size, NULL),
				IGDROM_E_CORRUPT);
	}
}

static void other_bytes_are_no_dependency_expressions(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		unsigned type;
		uint64_t at;
		const char *text;
	} bad[] = {
		{"", 0, 0x13, 0, "END is missing"},
		{"\x08", 1, 0x13, 0, "there is no value"},
		{"\x09\x08", 2, 0x13, 1, "there is no value"},
		{"\x06\x06\x08", 3, 0x13, 2, "more than one value"},
		{"\x06\x08\x00", 3, 0x13, 1, "something follows END"},
		{"\x03\x08", 2, 0x13, 0, "an operand is missing"},
		{"\x06\x04\x08", 3, 0x13, 1, "an operand is missing"},
		{"\x05\x08", 2, 0x13, 0, "an operand is missing"},
		{"\x0a\x08", 2, 0x13, 0, "no such opcode"},
		{"\x06\x09\x08", 3, 0x13, 1, "come first"},
		{"\x06\x00" GUID16 "\x08", 19, 0x13, 1, "come first"},
		{"\x00" GUID16 "\x06\x08", 19, 0x13, 17, "nothing but END"},
		{"\x02" GUID16, 17, 0x13, 17, "END is missing"},
		{"\x02\x11\x11\x08", 4, 0x13, 0, "cut off"},
		{"\x09\x06\x08", 3, 0x1b, 0, "none of a PEI module"},
		{"MZ\x90", 3, 0x13, 0, "no such opcode"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct igdrom_report *report;
		struct igdrom_ffs *ffs;

		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		assert_int_equal(igdrom_depex_check(bad[i].type, bad[i].bytes, bad[i].size, report),
				 IGDROM_E_CORRUPT);
		assert_int_equal(igdrom_report_count(report), 1);
		assert_int_equal(igdrom_finding_offset(igdrom_report_at(report, 0)), bad[i].at);
		assert_non_null(
			strstr(igdrom_finding_text(igdrom_report_at(report, 0)), bad[i].text));
		igdrom_report_free(report);
		assert_int_equal(igdrom_ffs_new(7, NULL, &ffs), IGDROM_OK);
		assert_int_equal(
			igdrom_ffs_add_section(ffs, bad[i].type, bad[i].bytes, bad[i].size),
			IGDROM_E_CORRUPT);
		igdrom_ffs_free(ffs);
	}
	assert_int_equal(igdrom_depex_check(0x13, NULL, 1, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_depex_check(0x10, "\x06\x08", 2, NULL), IGDROM_E_INVAL);
}

/* A PE image for a machine; version tells one from another. */
static void put_pe(struct blob *out, uint16_t machine, uint8_t version)
{
	struct pe_writer pe = pe_writer_new();
	uint8_t bytes[1024];
	uint8_t code[48];

	memset(code, version, sizeof(code));
	pe.machine = machine;
	pe.sections[0] = (struct pe_writer_section){
		.name = ".text",
		.rva = 0x1000,
		.virtual_size = sizeof(code),
		.data = code,
		.size = sizeof(code),
		.raw_offset = 0x200,
		.flags = 0x60000020,
	};
	pe.section_count = 1;
	blob_put(out, bytes, pe_writer_write(&pe, bytes, sizeof(bytes)));
}

static void put_pe_section(struct blob *out, uint16_t machine, uint8_t version)
{
	struct blob pe = {0};

	put_pe(&pe, machine, version);
	put_section(out, 0x10, &pe);
}

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dependency_expressions_are_understood),
		cmocka_unit_test(other_bytes_are_no_dependency_expressions),
		cmocka_unit_test(content_changes_and_all_else_of_the_file_stays),
		cmocka_unit_test(any_section_can_be_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
