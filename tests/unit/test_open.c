/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include <igdrom/open.h>

#include "oprom/oprom.h"
#include "unit/gop_forge.h"
#include "unit/pe_writer.h"

#include <stdio.h>

#define ROM_ROOM    (4 * FORGE_ROOM)
#define HEADER_SIZE 0x38 /* header, PCIR of 1Ch bytes, alignment */

static uint8_t rom[ROM_ROOM];
static uint8_t pe[FORGE_ROOM];

/* The one finding with this code, or NULL. */
static const struct igdrom_finding *find(const struct igdrom_report *report, const char *code)
{
	const struct igdrom_finding *found = NULL;

	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		if (strcmp(igdrom_finding_code(finding), code) != 0)
			continue;
		assert_null(found);
		found = finding;
	}
	return found;
}

/* Opens a copy that is freed at once: what comes back must live without it. */
static enum igdrom_status open_copy(const void *data, size_t size, struct igdrom_report *report,
				    struct igdrom_contents **out)
{
	uint8_t *copy = malloc(size ? size : 1);
	enum igdrom_status status;

	assert_non_null(copy);
	if (size)
		memcpy(copy, data, size);
	status = igdrom_contents_open(copy, size, NULL, report, out);
	memset(copy, 0xee, size);
	free(copy);
	return status;
}

/* Writes an EFI image after PCI Firmware 3.x 5.1 and UEFI 14.4.2; its size. */
static size_t put_image(uint8_t *at, uint8_t code_type, bool last, const uint8_t *payload,
			size_t size)
{
	size_t units = (HEADER_SIZE + size + 511) / 512;

	memset(at, 0xff, units * 512);
	memset(at, 0, HEADER_SIZE);
	put_u16(at, 0xaa55);
	put_u16(at + 0x02, (uint16_t)units);
	put_u32(at + 0x04, 0x0ef1);
	put_u16(at + 0x08, 11);
	put_u16(at + 0x0a, 0x8664);
	put_u16(at + 0x16, HEADER_SIZE);
	put_u16(at + 0x18, 0x1c);
	memcpy(at + 0x1c, "PCIR", 4);
	put_u16(at + 0x20, 0x8086);
	put_u16(at + 0x22, 0x4680);
	put_u16(at + 0x26, 0x1c);
	at[0x28] = 3;
	at[0x2b] = 3;
	put_u16(at + 0x2c, (uint16_t)units);
	at[0x30] = code_type;
	at[0x31] = last ? 0x80 : 0;
	memcpy(at + HEADER_SIZE, payload, size);
	return units * 512;
}

static size_t write_other_driver(uint8_t *out)
{
	static const uint8_t code[64] = {0x31, 0xc0, 0xc3};
	struct pe_writer writer = pe_writer_new();

	writer.sections[0] =
		(struct pe_writer_section){".text", 0x1000, 64, code, 64, 0x400, 0x60000020};
	writer.section_count = 1;
	return pe_writer_write(&writer, out, 0x1000);
}

static void assert_is_forged(const struct igdrom_contents *contents, size_t index,
			     const struct forge *forge, const uint8_t *bytes)
{
	const struct igdrom_gop *gop = igdrom_contents_gop_at(contents, index);
	struct igdrom_bytes found = igdrom_contents_gop_bytes(contents, index);

	assert_string_equal(igdrom_gop_version(gop), "17.0.1077");
	assert_int_equal(igdrom_gop_confidence(gop), IGDROM_CONFIDENCE_HIGH);
	assert_int_equal(igdrom_gop_device_count(gop), forge->id_count);
	assert_int_equal(igdrom_gop_device_table_offset(gop), forge->table_offset);
	assert_int_equal(found.size, forge->size);
	assert_memory_equal(found.data, bytes, forge->size);
}

static void a_bare_driver_is_found_at_no_place(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_contents *contents;

	(void)state;
	forge_write(&forge, pe);
	assert_int_equal(open_copy(pe, forge.size, NULL, &contents), IGDROM_OK);
	assert_int_equal(igdrom_contents_kind(contents), IGDROM_FILE_PE);
	assert_int_equal(igdrom_contents_gop_count(contents), 1);
	assert_is_forged(contents, 0, &forge, pe);
	assert_string_equal(igdrom_contents_gop_where(contents, 0), "");
	assert_null(igdrom_contents_gop_at(contents, 1));
	assert_null(igdrom_contents_gop_where(contents, 1));
	assert_null(igdrom_contents_gop_bytes(contents, 1).data);
	igdrom_contents_free(contents);
}

static void another_driver_opens_with_nothing_in_it(void **state)
{
	struct igdrom_contents *contents;
	struct igdrom_report *report;
	size_t size = write_other_driver(pe), best;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(open_copy(pe, size, report, &contents), IGDROM_OK);
	assert_int_equal(igdrom_contents_kind(contents), IGDROM_FILE_PE);
	assert_int_equal(igdrom_contents_gop_count(contents), 0);
	/* Who looks for one is told so, not who looks for something else. */
	assert_int_equal(igdrom_report_count(report), 0);
	assert_int_equal(igdrom_contents_choose_gop(contents, 0, report, &best),
			 IGDROM_E_NOT_FOUND);
	assert_string_equal(igdrom_finding_text(find(report, "open-no-gop")),
			    "There is no Intel GOP driver in this PE image.");
	assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_INFO);
	igdrom_contents_free(contents);
	igdrom_report_free(report);
}

static void a_driver_in_a_rom_is_found_where_it_lies(void **state)
{
	static uint8_t other[0x1000];
	size_t other_size = write_other_driver(other);
	struct forge forge = forge_new();
	struct igdrom_contents *contents;
	struct igdrom_report *report;
	const struct igdrom_finding *finding;
	size_t first, size;
	char where[32];

	(void)state;
	forge_write(&forge, pe);
	first = put_image(rom, 3, false, other, other_size);
	size = first + put_image(rom + first, 3, true, pe, forge.size);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(open_copy(rom, size, report, &contents), IGDROM_OK);
	assert_int_equal(igdrom_contents_kind(contents), IGDROM_FILE_OPTION_ROM);
	assert_int_equal(igdrom_contents_gop_count(contents), 1);
	assert_is_forged(contents, 0, &forge, pe);
	snprintf(where, sizeof(where), "image 1 at 0x%zx", first);
	assert_string_equal(igdrom_contents_gop_where(contents, 0), where);
	/* Offsets of findings are those in the file that was given. */
	finding = find(report, "gop-ids-not-igd");
	assert_int_equal(igdrom_finding_offset(finding), first + HEADER_SIZE + forge.table_offset);
	assert_memory_equal(rom + igdrom_finding_offset(finding), "\x80\x46\x82\x46", 4);
	igdrom_contents_free(contents);
	igdrom_report_free(report);
}

static void a_driver_in_a_data_image_is_found(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_contents *contents;
	size_t size;

	(void)state;
	forge_write(&forge, pe);
	size = put_image(rom, 0xf0, true, pe, forge.size);
	assert_int_equal(open_copy(rom, size, NULL, &contents), IGDROM_OK);
	assert_int_equal(igdrom_contents_gop_count(contents), 1);
	assert_is_forged(contents, 0, &forge, pe);
	igdrom_contents_free(contents);
}

static void a_compressed_driver_is_unpacked(void **state)
{
	static const uint16_t ids[] = {0x4680};
	struct forge forge = forge_new();
	struct igdrom_contents *contents;
	struct oprom_image_spec spec = {
		.vendor_id = 0x8086,
		.device_ids = ids,
		.device_id_count = 1,
		.class_code = 0x030000,
		.pcir_revision = 3,
		.code_type = IGDROM_CODE_TYPE_EFI,
		.machine = 0x8664,
		.subsystem = 11,
		.payload = pe,
		.compress = true,
	};
	struct igdrom_report *report;
	struct igdrom_bytes image;

	(void)state;
	forge_write(&forge, pe);
	spec.payload_size = forge.size;
	assert_int_equal(oprom_build_image(&spec, &image), IGDROM_OK);
	assert_true(image.size < forge.size);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(open_copy(image.data, image.size, report, &contents), IGDROM_OK);
	assert_int_equal(igdrom_contents_gop_count(contents), 1);
	assert_is_forged(contents, 0, &forge, pe);
	assert_string_equal(igdrom_contents_gop_where(contents, 0), "image 0 at 0x0");
	assert_int_equal(igdrom_finding_offset(find(report, "gop-ids-not-igd")), 0);
	igdrom_contents_free(contents);
	igdrom_report_free(report);
	igdrom_bytes_free(&image);
}

static void a_payload_that_cannot_be_unpacked_is_told(void **state)
{
	struct igdrom_contents *contents;
	struct igdrom_report *report;
	uint8_t noise[64];
	size_t size;

	(void)state;
	memset(noise, 0xff, sizeof(noise));
	size = put_image(rom, 3, true, noise, sizeof(noise));
	put_u16(rom + 0x0c, 1);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(open_copy(rom, size, report, &contents), IGDROM_OK);
	assert_int_equal(igdrom_contents_gop_count(contents), 0);
	assert_non_null(find(report, "open-payload-unreadable"));
	igdrom_contents_free(contents);
	igdrom_report_free(report);
}

#define START(text) (text), sizeof(text) - 1

static void usual_mistakes_are_named(void **state)
{
	static const struct {
		size_t at;
		const char *start;
		size_t size;
		const char *code;
	} cases[] = {
		{16, START("\x5a\xa5\xf0\x0f"), "open-unknown"},
		{40, START("_FVH"), "open-unknown"},
		{0, START("VZ\x64\x86"), "open-te-image"},
		{0, START("version https://git-lfs.github.com/spec/v1\n"), "open-lfs-pointer"},
		{0, START("<!DOCTYPE html>"), "open-web-page"},
		{3, START("\n<HTML lang"), "open-web-page"},
		{0, START("MZ\x90"), "open-dos-program"},
		{7, START("Intel"), "open-unknown"},
		{0, START(""), "open-blank"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct igdrom_contents *contents = (struct igdrom_contents *)rom;
		const struct igdrom_finding *finding;
		struct igdrom_report *report;
		uint8_t file[512] = {0};

		memcpy(file + cases[i].at, cases[i].start, cases[i].size);
		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		assert_int_equal(open_copy(file, sizeof(file), report, &contents),
				 IGDROM_E_NOT_RECOGNIZED);
		assert_null(contents);
		finding = find(report, cases[i].code);
		if (!finding)
			fail_msg("%s not found", cases[i].code);
		assert_int_equal(igdrom_report_count(report), 1);
		assert_int_equal(igdrom_finding_severity(finding), IGDROM_SEVERITY_ERROR);
		assert_true(strlen(igdrom_finding_fix(finding)) > 10);
		igdrom_report_free(report);
	}
}

static void what_was_said_of_a_package_is_not_said_again(void **state)
{
	/* A 7-Zip archive that is no more than its start is said to be one by what was built in. */
	static const uint8_t packed[][64] = {"BZh91AY&SY", "7z\xbc\xaf\x27\x1c"};
	struct igdrom_contents *contents;
	struct igdrom_report *report;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		assert_int_equal(open_copy(packed[i], sizeof(packed[i]), report, &contents),
				 IGDROM_E_NOT_RECOGNIZED);
		assert_int_equal(igdrom_report_count(report), 1);
		assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_ERROR);
		assert_false(i == 0 && find(report, "open-archive"));
		igdrom_report_free(report);
	}
}

static void only_a_video_bios_of_intel_is_kept(void **state)
{
	static const struct {
		uint16_t vendor;
		uint8_t base_class;
		size_t count;
	} cases[] = {{0x8086, 3, 1}, {0x1002, 3, 0}, {0x8086, 2, 0}};
	static const uint8_t code[400];
	struct igdrom_contents *contents;
	size_t size;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size = put_image(rom, 0, true, code, sizeof(code));
		rom[2] = (uint8_t)(size / 512);
		put_u16(rom + 0x20, cases[i].vendor);
		rom[0x2b] = cases[i].base_class;
		assert_int_equal(open_copy(rom, size, NULL, &contents), IGDROM_OK);
		assert_int_equal(igdrom_contents_vbios_count(contents), cases[i].count);
		igdrom_contents_free(contents);
	}
}

static void empty_and_tiny_files_are_named(void **state)
{
	struct igdrom_contents *contents;
	struct igdrom_report *report;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(open_copy("", 0, report, &contents), IGDROM_E_NOT_RECOGNIZED);
	assert_non_null(find(report, "input-empty"));
	assert_int_equal(open_copy("U", 1, report, &contents), IGDROM_E_NOT_RECOGNIZED);
	assert_non_null(find(report, "open-unknown"));
	assert_int_equal(open_copy("MZ", 2, report, &contents), IGDROM_E_TRUNCATED);
	assert_non_null(find(report, "pe-truncated"));
	igdrom_report_free(report);
}

static void a_driver_or_rom_further_back_is_found(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_contents *contents;
	size_t size;

	(void)state;
	memset(rom, 0x11, 28);
	forge_write(&forge, pe);
	memcpy(rom + 28, pe, forge.size);
	assert_int_equal(open_copy(rom, 28 + forge.size, NULL, &contents), IGDROM_OK);
	assert_int_equal(igdrom_contents_kind(contents), IGDROM_FILE_OTHER);
	assert_int_equal(igdrom_contents_gop_count(contents), 1);
	assert_is_forged(contents, 0, &forge, pe);
	assert_string_equal(igdrom_contents_gop_where(contents, 0), "at 0x1c");
	igdrom_contents_free(contents);
	memset(rom, 0, 8192);
	rom[5] = 7;
	size = 8192 + put_image(rom + 8192, 3, true, pe, forge.size);
	assert_int_equal(open_copy(rom, size, NULL, &contents), IGDROM_OK);
	assert_int_equal(igdrom_contents_kind(contents), IGDROM_FILE_FIRMWARE);
	assert_int_equal(igdrom_contents_gop_count(contents), 1);
	assert_is_forged(contents, 0, &forge, pe);
	assert_string_equal(igdrom_contents_gop_where(contents, 0),
			    "option-rom at 0x2000/image 0 at 0x0");
	igdrom_contents_free(contents);
}

static void another_driver_further_back_is_pointed_to(void **state)
{
	struct igdrom_contents *contents;
	struct igdrom_report *report;
	size_t size = write_other_driver(pe);

	(void)state;
	memset(rom, 0x11, 28);
	memcpy(rom + 28, pe, size);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(open_copy(rom, 28 + size, report, &contents), IGDROM_E_NOT_RECOGNIZED);
	assert_int_equal(igdrom_finding_offset(find(report, "open-wrapped-pe")), 28);
	igdrom_report_free(report);
}

static void a_windows_program_is_told_from_a_driver(void **state)
{
	struct igdrom_contents *contents;
	struct igdrom_report *report;
	size_t size = write_other_driver(pe);

	(void)state;
	put_u16(pe + 0x80 + 24 + 68, 3);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(open_copy(pe, size, report, &contents), IGDROM_OK);
	assert_non_null(find(report, "open-windows-program"));
	igdrom_contents_free(contents);
	igdrom_report_free(report);
}

static void limits_and_misuse_are_refused(void **state)
{
	struct igdrom_contents *contents;
	struct igdrom_limits *limits;
	struct igdrom_report *report;

	(void)state;
	assert_int_equal(igdrom_contents_open(pe, 10, NULL, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_contents_open(NULL, 10, NULL, NULL, &contents), IGDROM_E_INVAL);
	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_INPUT_BYTES, 100), IGDROM_OK);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_contents_open(pe, 101, limits, report, &contents), IGDROM_E_LIMIT);
	assert_null(contents);
	assert_non_null(find(report, "input-too-large"));
	igdrom_report_free(report);
	igdrom_limits_free(limits);
}

static void kinds_have_names_and_nothing_has_nothing(void **state)
{
	(void)state;
	assert_string_equal(igdrom_file_kind_name(IGDROM_FILE_PE), "PE image");
	assert_string_equal(igdrom_file_kind_name(IGDROM_FILE_OPTION_ROM), "PCI option ROM");
	assert_string_equal(igdrom_file_kind_name(IGDROM_FILE_UNKNOWN), "unknown");
	assert_string_equal(igdrom_file_kind_name((enum igdrom_file_kind)77), "unknown");
	assert_int_equal(igdrom_contents_kind(NULL), IGDROM_FILE_UNKNOWN);
	assert_int_equal(igdrom_contents_gop_count(NULL), 0);
	assert_null(igdrom_contents_gop_at(NULL, 0));
	igdrom_contents_free(NULL);
}

static void every_prefix_opens_or_is_refused_cleanly(void **state)
{
	struct forge forge = forge_new();
	size_t size;

	(void)state;
	forge_write(&forge, pe);
	size = put_image(rom, 3, true, pe, forge.size);
	for (size_t length = 0; length < size; length++) {
		struct igdrom_contents *contents;
		enum igdrom_status status = open_copy(rom, length, NULL, &contents);

		assert_true((status == IGDROM_OK) == (contents != NULL));
		igdrom_contents_free(contents);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bare_driver_is_found_at_no_place),
		cmocka_unit_test(another_driver_opens_with_nothing_in_it),
		cmocka_unit_test(a_driver_in_a_rom_is_found_where_it_lies),
		cmocka_unit_test(a_driver_in_a_data_image_is_found),
		cmocka_unit_test(a_compressed_driver_is_unpacked),
		cmocka_unit_test(a_payload_that_cannot_be_unpacked_is_told),
		cmocka_unit_test(usual_mistakes_are_named),
		cmocka_unit_test(what_was_said_of_a_package_is_not_said_again),
		cmocka_unit_test(only_a_video_bios_of_intel_is_kept),
		cmocka_unit_test(empty_and_tiny_files_are_named),
		cmocka_unit_test(a_driver_or_rom_further_back_is_found),
		cmocka_unit_test(another_driver_further_back_is_pointed_to),
		cmocka_unit_test(a_windows_program_is_told_from_a_driver),
		cmocka_unit_test(limits_and_misuse_are_refused),
		cmocka_unit_test(kinds_have_names_and_nothing_has_nothing),
		cmocka_unit_test(every_prefix_opens_or_is_refused_cleanly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
