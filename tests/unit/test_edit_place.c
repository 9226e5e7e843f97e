/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes where, and what is refused or said. */
#include "unit/unit.h"

#include "unit/place_rig.h"

#define GUID16 "\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11\x11"

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

/* FC510EE7-FFDC-11D4-BD41-0080C73C8881 and 1B45CC0A-156A-428A-AF62-49864DA0E6E6 (PI 1.8 volume 2,
 * 10.3; volume 1, 5.2), each a list of GUIDs in a RAW section. */
static const uint8_t apriori[2][16] = {
	{0xe7, 0x0e, 0x51, 0xfc, 0xdc, 0xff, 0xd4, 0x11, 0xbd, 0x41, 0x00, 0x80, 0xc7, 0x3c, 0x88,
	 0x81},
	{0x0a, 0xcc, 0x45, 0x1b, 0x6a, 0x15, 0x8a, 0x42, 0xaf, 0x62, 0x49, 0x86, 0x4d, 0xa0, 0xe6,
	 0xe6},
};

static void put_apriori(struct blob *out, const uint8_t guid[16], uint8_t first, uint8_t second)
{
	struct blob list = {0}, body = {0}, file = {0};
	uint8_t sum = 0;

	blob_fill(&list, 16, first);
	blob_fill(&list, 16, second);
	put_section(&body, 0x19, &list);
	put_file(&file, 0, 2, &body);
	memcpy(file.data, guid, 16);
	file.data[16] = 0;
	for (size_t i = 0; i < 23; i++)
		sum = (uint8_t)(sum + (i == 17 ? 0 : file.data[i]));
	file.data[16] = (uint8_t)-sum;
	blob_align(out, 8, 0xff);
	blob_put(out, file.data, file.size);
	blob_free(&file);
}

static void what_an_apriori_list_names_goes_with_a_warning(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct blob files = {0};
		struct rig rig;

		put_apriori(&files, apriori[i], 0x0c, 0x0b);
		put_raw_file(&files, 0x0a, 7, 20);
		put_raw_file(&files, 0x0b, 7, 20);
		put_raw_file(&files, 0x0c, 7, 20);
		rig = files_rig(&files, 0);
		assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 1), rig.report),
				 IGDROM_OK);
		assert_int_equal(igdrom_report_count(rig.report), 0);
		assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 2), rig.report),
				 IGDROM_OK);
		assert_string_equal(last_code(&rig), "edit-apriori");
		assert_int_equal(igdrom_report_worst(rig.report), IGDROM_SEVERITY_WARNING);
		/* Of the same name is what the list means. */
		assert_int_equal(
			igdrom_edit_replace_content(rig.edit, file_at(&rig, 3), "x", 1, rig.report),
			IGDROM_OK);
		assert_int_equal(igdrom_report_count(rig.report), 1);
		rig_close(&rig);
	}
}

/* Volume in a packed section of a file of a volume, so many times; sizes grow outwards. */
static struct blob nested_volume(const uint8_t file_system[16], size_t depth, const char *text)
{
	struct blob files = {0}, image = {0};
	size_t size = 2 * ROOM;

	if (depth == 0) {
		put_raw_file(&files, 0x0a, 7, 20);
		if (text)
			put_raw_file(&files, 0x0b, 7, strlen(text));
		put_raw_file(&files, 0x0c, 7, 20);
	} else {
		struct blob inner = nested_volume(file_system, depth - 1, text), sections = {0},
			    body = {0};

		put_section(&sections, 0x17, &inner);
		if (depth % 2)
			put_tiano(&body, &sections);
		else
			put_crc32(&body, &sections);
		put_section_text(&body, 0x19, "behind");
		put_file(&files, (uint8_t)(0x70 + depth), 0x0b, &body);
		put_raw_file(&files, 0x0b, 7, 10);
		size = ROOM * (2 + 2 * depth);
	}
	put_volume(&image, file_system, size, &files);
	return image;
}

static void files_go_into_volumes_at_any_depth(void **state)
{
	(void)state;
	for (size_t depth = 0; depth < 6; depth++) {
		struct blob image = nested_volume(writer_ffs2, depth, NULL);
		struct blob expected = nested_volume(writer_ffs2, depth, "1234567"), file = {0};
		struct igdrom_bytes out;
		struct rig rig;

		rig_open(&rig, &image, 0);
		put_raw_file(&file, 0x0b, 7, 7);
		assert_int_equal(igdrom_edit_insert(rig.edit, file_at(&rig, 0), file.data,
						    file.size, rig.report),
				 IGDROM_OK);
		assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_OK);
		assert_int_equal(out.size, expected.size);
		assert_memory_equal(out.data, expected.data, out.size);
		igdrom_bytes_free(&out);
		rig_close(&rig);
		blob_free(&expected);
		blob_free(&file);
	}
}

/* What is changed inside of a file would be lost when another takes the place of the file. */
static void changes_inside_of_what_goes_are_not_taken(void **state)
{
	struct blob image = nested_volume(writer_ffs2, 1, NULL), file = {0};
	const struct igdrom_firmware_node *outer;
	struct rig rig;

	(void)state;
	put_raw_file(&file, 0x0d, 7, 7);
	rig_open(&rig, &image, 0);
	outer = igdrom_firmware_node_first_child(igdrom_firmware_root(rig.firmware));
	outer = igdrom_firmware_node_first_child(outer);
	assert_int_equal(igdrom_edit_insert(rig.edit, rig.volume, file.data, file.size, rig.report),
			 IGDROM_OK);
	assert_int_equal(igdrom_edit_remove(rig.edit, outer, NULL), IGDROM_E_EXISTS);
	assert_int_equal(igdrom_edit_replace(rig.edit, outer, file.data, file.size, NULL),
			 IGDROM_E_EXISTS);
	assert_int_equal(igdrom_edit_insert(rig.edit, outer, file.data, file.size, NULL),
			 IGDROM_OK);
	image = rig.image;
	rig.image = (struct blob){0};
	rig_close(&rig);
	rig_open(&rig, &image, 0);
	outer = igdrom_firmware_node_first_child(igdrom_firmware_root(rig.firmware));
	outer = igdrom_firmware_node_first_child(outer);
	assert_int_equal(igdrom_edit_remove(rig.edit, outer, NULL), IGDROM_OK);
	assert_int_equal(igdrom_edit_insert(rig.edit, rig.volume, file.data, file.size, NULL),
			 IGDROM_E_EXISTS);
	assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 0), NULL), IGDROM_E_EXISTS);
	rig_close(&rig);
	blob_free(&file);
}

static void code_for_another_machine_does_not_go_in(void **state)
{
	static const struct {
		uint16_t machine;
		uint8_t type;
		enum igdrom_status status;
	} cases[] = {
		{0x8664, 7, IGDROM_OK},        {0xaa64, 7, IGDROM_E_REFUSED},
		{0x014c, 9, IGDROM_E_REFUSED}, {0x0ebc, 7, IGDROM_OK}, /* EBC */
		{0xaa64, 2, IGDROM_OK},                                /* data */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct blob files = {0}, body = {0}, file = {0};
		struct rig rig;

		put_pe_section(&body, 0x8664, 1);
		put_file(&files, 0x0a, 5, &body);
		rig = files_rig(&files, IGDROM_EDIT_VENDOR);
		put_section_text(&body, 0x13, "\x06\x08");
		put_pe_section(&body, cases[i].machine, 1);
		put_file(&file, 0x0b, cases[i].type, &body);
		assert_int_equal(
			igdrom_edit_insert(rig.edit, rig.volume, file.data, file.size, rig.report),
			cases[i].status);
		if (cases[i].status)
			assert_string_equal(last_code(&rig), "edit-machine");
		blob_free(&file);
		rig_close(&rig);
	}
}

static void what_has_to_move_counts_as_well(void **state)
{
	struct blob files = {0}, file = {0};
	const struct igdrom_finding *finding;
	struct igdrom_bytes out;
	uint64_t number;
	struct rig rig;

	(void)state;
	/* 72 + 1028 + 2028, each to 8: 3136; 960 are free; 48 come in front and 1003 behind. */
	put_raw_file(&files, 0x0a, 7, 1000);
	put_raw_file(&files, 0x0b, 7, 2000);
	rig = files_rig(&files, 0);
	put_raw_file(&file, 0x0c, 7, 20);
	assert_int_equal(
		igdrom_edit_insert(rig.edit, file_at(&rig, 0), file.data, file.size, rig.report),
		IGDROM_OK);
	blob_free(&file);
	put_raw_file(&file, 0x0d, 7, 975);
	assert_int_equal(igdrom_edit_insert(rig.edit, rig.volume, file.data, file.size, rig.report),
			 IGDROM_OK);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_E_REFUSED);
	finding = igdrom_report_at(rig.report, 0);
	assert_string_equal(igdrom_finding_code(finding), "edit-no-room");
	assert_true(igdrom_finding_arg_number(finding, 1, &number));
	assert_int_equal(number, 48 + 1008);
	assert_true(igdrom_finding_arg_number(finding, 2, &number));
	assert_int_equal(number, 960);
	assert_int_equal(number, igdrom_edit_room(rig.volume));
	blob_free(&file);
	rig_close(&rig);
}

#define KIB 1024

/* Attribute 02h adds 128 KiB to what the code of 3 bits says (PI 1.8 volume 3, 3.2.3.1); the volume
 * itself is at a multiple of 16 bytes. */
static void large_alignments_are_kept_and_what_the_volume_cannot_promise_is_said(void **state)
{
	static const struct {
		uint8_t attributes;
		size_t data; /* where it comes to lie */
		bool warned;
	} cases[] = {
		{0x08, 144, false}, /* 16 bytes */
		{0x10, 256, true},  /* 128 bytes */
		{0x02, 128 * KIB, true},
		{0x0a, 256 * KIB, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct blob files = {0}, file = {0}, image = {0};
		struct igdrom_bytes out;
		struct rig rig;

		put_raw_file(&files, 0x0a, 7, 20);
		put_volume(&image, writer_ffs3, 512 * KIB, &files);
		rig_open(&rig, &image, 0);
		put_raw_file(&file, 0x0b, 7, 20);
		put_number(&file, 19, cases[i].attributes, 1);
		file.data[16] = (uint8_t)(file.data[16] - cases[i].attributes);
		assert_int_equal(
			igdrom_edit_insert(rig.edit, rig.volume, file.data, file.size, rig.report),
			IGDROM_OK);
		assert_string_equal(last_code(&rig), cases[i].warned ? "edit-alignment" : "");
		assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_OK);
		assert_memory_equal(out.data + cases[i].data - 24, file.data, file.size);
		igdrom_bytes_free(&out);
		blob_free(&file);
		rig_close(&rig);
	}
}

static void each_image_that_was_made_is_measured_anew(void **state)
{
	struct blob files = {0};
	struct igdrom_bytes out;
	struct rig rig;

	(void)state;
	put_raw_file(&files, 0x0a, 7, 20);
	rig = files_rig(&files, 0);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_OK);
	assert_int_equal(igdrom_report_count(rig.report), 0);
	igdrom_bytes_free(&out);
	assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 0), rig.report), IGDROM_OK);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out), IGDROM_OK);
	assert_int_equal(igdrom_report_count(rig.report), 1);
	assert_string_equal(last_code(&rig), "edit-measured");
	assert_int_equal(igdrom_report_worst(rig.report), IGDROM_SEVERITY_INFO);
	igdrom_bytes_free(&out);
	rig_close(&rig);
}

/* PI 1.8 volume 3, 2.1.4.1: 03h to 05h are the cores of SEC, PEI and DXE. */
static void what_firmware_cannot_start_without_is_replaced_and_not_taken_out(void **state)
{
	(void)state;
	for (uint8_t type = 2; type <= 9; type++) {
		bool core = type >= 3 && type <= 5;
		struct blob files = {0}, file = {0};
		struct rig rig;

		put_raw_file(&files, 0x0a, type, 20);
		put_raw_file(&file, 0x0a, type, 20);
		rig = files_rig(&files, IGDROM_EDIT_VENDOR);
		assert_int_equal(igdrom_edit_remove(rig.edit, file_at(&rig, 0), rig.report),
				 core ? IGDROM_E_REFUSED : IGDROM_OK);
		if (core) {
			assert_string_equal(last_code(&rig), "edit-core");
			assert_int_equal(igdrom_edit_replace(rig.edit, file_at(&rig, 0), file.data,
							     file.size, rig.report),
					 IGDROM_OK);
		}
		assert_int_equal(igdrom_edit_count(rig.edit), 1);
		blob_free(&file);
		rig_close(&rig);
	}
}

#define FROM_TOP(image, at) (UINT64_C(0x100000000) - ((image)->size - (at)))

/* A volume and a firmware interface table (Intel, FIT BIOS Specification 1.4) whose second entry has
 * this type; with what it points at. */
static struct blob board(uint8_t type, const char *signature)
{
	struct blob image = volume_of("0a:20");
	size_t table = image.size, manifest;

	blob_text(&image, "_FIT_   ");
	blob_number(&image, 2, 3);
	blob_fill(&image, 5 + 16, 0);
	manifest = image.size;
	blob_text(&image, signature);
	blob_fill(&image, 0x80, 0);
	put_number(&image, image.size - 0x40, FROM_TOP(&image, table), 4);
	put_number(&image, table + 16, FROM_TOP(&image, manifest), 8);
	put_number(&image, table + 16 + 14, type, 1);
	return image;
}

static void boards_are_warned_of_and_boot_guard_is_refused(void **state)
{
	static const struct {
		uint8_t type;
		const char *signature;
		unsigned flags;
		const char *code;
	} cases[] = {
		{0x0c, "__ACBP__", 0, "edit-boot-guard"},
		{0x0c, "__ACBP__", IGDROM_EDIT_VENDOR, "edit-boot-guard"},
		{0x8c, "__ACBP__", IGDROM_EDIT_VENDOR, "edit-boot-guard"}, /* checksum valid */
		{0x0b, "__KEYM__", 0, "edit-vendor"},
		{0x0b, "__KEYM__", IGDROM_EDIT_VENDOR, "edit-measured"},
		{0x0c, "nothing ", IGDROM_EDIT_VENDOR, "edit-measured"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct blob image = board(cases[i].type, cases[i].signature);
		struct igdrom_bytes out = {0};
		struct rig rig;

		rig_open(&rig, &image, cases[i].flags);
		if (igdrom_edit_remove(rig.edit, file_at(&rig, 0), rig.report) == IGDROM_OK)
			assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &out),
					 IGDROM_OK);
		assert_string_equal(last_code(&rig), cases[i].code);
		if (strcmp(cases[i].code, "edit-boot-guard") == 0)
			assert_int_equal(igdrom_finding_offset(igdrom_report_at(rig.report, 0)),
					 ROOM + 32);
		if (out.size)
			assert_string_equal(igdrom_finding_code(igdrom_report_at(rig.report, 0)),
					    "edit-vendor-forced");
		igdrom_bytes_free(&out);
		rig_close(&rig);
	}
}

/* A7717414-C616-4977-9420-844712A735BF: RSA-2048 with SHA-256; 0F9D89E8-9259-4F76-A5AF-0C89E34023DF. */
static void what_is_signed_is_not_changed_and_named(void **state)
{
	static const uint8_t guids[2][16] = {
		{0x14, 0x74, 0x71, 0xa7, 0x16, 0xc6, 0x77, 0x49, 0x94, 0x20, 0x84, 0x47, 0x12, 0xa7,
		 0x35, 0xbf},
		{0xe8, 0x89, 0x9d, 0x0f, 0x59, 0x92, 0x76, 0x4f, 0xa5, 0xaf, 0x0c, 0x89, 0xe3, 0x40,
		 0x23, 0xdf},
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct blob files = {0}, body = {0}, sections = {0}, head = {0},
			    inner = volume_of("0b:9");
		const struct igdrom_firmware_node *target;
		struct rig rig;

		blob_fill(&head, 528, 0x5a);
		if (i / 2)
			put_section(&sections, 0x17, &inner);
		else
			put_section_text(&sections, 0x19, "content");
		put_guided(&body, guids[i % 2], 1, &head, &sections);
		put_file(&files, 0x0a, i / 2 ? 0x0b : 2, &body);
		{
			struct blob image = {0};

			put_volume(&image, writer_ffs2, 2 * ROOM, &files);
			rig_open(&rig, &image, IGDROM_EDIT_VENDOR);
		}
		target = file_at(&rig, 0);
		if (i / 2)
			assert_int_equal(igdrom_edit_remove(rig.edit, target, rig.report),
					 IGDROM_E_REFUSED);
		else
			assert_int_equal(
				igdrom_edit_replace_content(rig.edit, target, "x", 1, rig.report),
				IGDROM_E_REFUSED);
		assert_string_equal(last_code(&rig), "edit-signed");
		/* The file starts at 72, its section at 96. */
		assert_int_equal(igdrom_finding_offset(igdrom_report_at(rig.report, 0)), 96);
		blob_free(&inner);
		rig_close(&rig);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dependency_expressions_are_understood),
		cmocka_unit_test(other_bytes_are_no_dependency_expressions),
		cmocka_unit_test(what_an_apriori_list_names_goes_with_a_warning),
		cmocka_unit_test(files_go_into_volumes_at_any_depth),
		cmocka_unit_test(changes_inside_of_what_goes_are_not_taken),
		cmocka_unit_test(code_for_another_machine_does_not_go_in),
		cmocka_unit_test(what_has_to_move_counts_as_well),
		cmocka_unit_test(
			large_alignments_are_kept_and_what_the_volume_cannot_promise_is_said),
		cmocka_unit_test(each_image_that_was_made_is_measured_anew),
		cmocka_unit_test(what_firmware_cannot_start_without_is_replaced_and_not_taken_out),
		cmocka_unit_test(boards_are_warned_of_and_boot_guard_is_refused),
		cmocka_unit_test(what_is_signed_is_not_changed_and_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
