/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include "pe/pe.h"
#include "unit/pe_writer.h"

#define ROOM        0x1000
#define TEXT_RVA    0x1000
#define DATA_RVA    0x2000
#define TEXT_OFFSET 0x400
#define DATA_OFFSET 0x600
#define COFF        0x84
#define OPTIONAL    0x98
#define SECTIONS    (OPTIONAL + 240)

static uint8_t text[0x100];
static uint8_t data[0x80];

/* Two sections: 100h bytes of code, 80h bytes of data. */
static struct pe_writer two_sections(void)
{
	struct pe_writer pe = pe_writer_new();

	pe.entry = TEXT_RVA + 0x10;
	pe.sections[0] = (struct pe_writer_section){
		".text", TEXT_RVA, 0x100, text, sizeof(text), TEXT_OFFSET, 0x60000020,
	};
	pe.sections[1] = (struct pe_writer_section){
		".data", DATA_RVA, 0x400, data, sizeof(data), DATA_OFFSET, 0xc0000040,
	};
	pe.section_count = 2;
	return pe;
}

static void reads_headers_of_pe32_plus(void **state)
{
	struct pe_writer writer = two_sections();
	uint8_t file[ROOM];
	size_t size = pe_writer_write(&writer, file, sizeof(file));
	struct pe_image pe;

	(void)state;
	assert_int_equal(pe_parse(file, size, &pe), IGDROM_OK);
	assert_int_equal(pe.machine, PE_MACHINE_X64);
	assert_int_equal(pe.subsystem, PE_SUBSYSTEM_EFI_BOOT_DRIVER);
	assert_int_equal(pe.magic, 0x20b);
	assert_int_equal(pe.timestamp, 0x5eed);
	assert_int_equal(pe.entry_rva, TEXT_RVA + 0x10);
	assert_int_equal(pe.size_of_image, 0x9000);
	assert_int_equal(pe.size_of_headers, 0x400);
	assert_int_equal(pe.section_alignment, 0x20);
	assert_int_equal(pe.file_alignment, 0x20);
	assert_int_equal(pe.section_count, 2);
	assert_string_equal(pe.sections[0].name, ".text");
	assert_int_equal(pe.sections[1].rva, DATA_RVA);
	assert_int_equal(pe.sections[1].virtual_size, 0x400);
	assert_int_equal(pe.sections[1].raw_size, 0x80);
	assert_int_equal(pe.sections[1].raw_offset, DATA_OFFSET);
	assert_int_equal(pe.file_size, DATA_OFFSET + 0x80);
	assert_false(pe.clipped);
}

static void reads_headers_of_pe32(void **state)
{
	struct pe_writer writer = two_sections();
	uint8_t file[ROOM];
	struct pe_image pe;
	size_t size;

	(void)state;
	writer.magic = 0x10b;
	writer.machine = PE_MACHINE_I386;
	writer.image_base = 0x10000;
	writer.reloc_rva = DATA_RVA;
	writer.reloc_size = 12;
	size = pe_writer_write(&writer, file, sizeof(file));
	assert_int_equal(pe_parse(file, size, &pe), IGDROM_OK);
	assert_int_equal(pe.magic, 0x10b);
	assert_int_equal(pe.machine, PE_MACHINE_I386);
	assert_int_equal(pe.image_base, 0x10000);
	assert_int_equal(pe.subsystem, 11);
	assert_int_equal(pe.reloc_rva, DATA_RVA);
	assert_int_equal(pe.reloc_size, 12);
	assert_int_equal(pe.section_count, 2);
}

static void pe_ends_before_trailing_bytes(void **state)
{
	struct pe_writer writer = two_sections();
	uint8_t file[ROOM];
	struct pe_image pe;

	(void)state;
	pe_writer_write(&writer, file, sizeof(file));
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_OK);
	assert_int_equal(pe.file_size, DATA_OFFSET + 0x80);
	assert_false(pe.clipped);
}

static void certificates_belong_to_the_file(void **state)
{
	struct pe_writer writer = two_sections();
	uint8_t file[ROOM];
	struct pe_image pe;
	size_t size;

	(void)state;
	writer.certificate_offset = 0x800;
	writer.certificate_size = 0x40;
	size = pe_writer_write(&writer, file, sizeof(file));
	assert_int_equal(size, 0x840);
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_OK);
	assert_int_equal(pe.certificate_offset, 0x800);
	assert_int_equal(pe.certificate_size, 0x40);
	assert_int_equal(pe.file_size, 0x840);
}

static void what_runs_past_the_end_is_clipped_and_told(void **state)
{
	struct pe_writer writer = two_sections();
	uint8_t file[ROOM];
	struct pe_image pe;

	(void)state;
	pe_writer_write(&writer, file, sizeof(file));
	assert_int_equal(pe_parse(file, DATA_OFFSET + 5, &pe), IGDROM_OK);
	assert_true(pe.clipped);
	assert_int_equal(pe.sections[1].raw_size, 5);
	assert_int_equal(pe.file_size, DATA_OFFSET + 5);
	put_u32(file + SECTIONS + 40 + 20, 0xfffffff0);
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_OK);
	assert_true(pe.clipped);
	assert_int_equal(pe.sections[1].raw_size, 0);
	assert_int_equal(pe.file_size, TEXT_OFFSET + 0x100);
}

static void tells_other_formats_from_cut_and_damaged_ones(void **state)
{
	struct pe_writer writer = two_sections();
	uint8_t good[ROOM], file[ROOM];
	struct pe_image pe;

	(void)state;
	pe_writer_write(&writer, good, sizeof(good));
	assert_int_equal(pe_parse(NULL, 0, &pe), IGDROM_E_NOT_RECOGNIZED);
	assert_int_equal(pe_parse("VZ", 2, &pe), IGDROM_E_NOT_RECOGNIZED);
	assert_int_equal(pe_parse("M", 1, &pe), IGDROM_E_NOT_RECOGNIZED);
	assert_int_equal(pe_parse(good, 0x3f, &pe), IGDROM_E_TRUNCATED);
	assert_int_equal(pe_parse(good, SECTIONS + 79, &pe), IGDROM_E_TRUNCATED);
	memcpy(file, good, sizeof(file));
	put_u32(file + 0x3c, 0xfffffffe);
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_E_TRUNCATED);
	put_u32(file + 0x3c, 0x90);
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_E_NOT_RECOGNIZED);
	memcpy(file, good, sizeof(file));
	put_u16(file + COFF + 2, PE_MAX_SECTIONS + 1);
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_E_CORRUPT);
	memcpy(file, good, sizeof(file));
	put_u16(file + COFF + 16, 100);
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_E_CORRUPT);
	put_u16(file + COFF + 16, 0xffff);
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_E_TRUNCATED);
	memcpy(file, good, sizeof(file));
	put_u16(file + OPTIONAL, 0x107);
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_E_UNSUPPORTED);
	assert_int_equal(pe.section_count, 0);
}

static void directories_that_are_not_there_read_as_none(void **state)
{
	struct pe_writer writer = two_sections();
	uint8_t file[ROOM];
	struct pe_image pe;

	(void)state;
	writer.reloc_rva = DATA_RVA;
	writer.reloc_size = 12;
	pe_writer_write(&writer, file, sizeof(file));
	put_u32(file + OPTIONAL + 108, 5); /* NumberOfRvaAndSizes: relocations are the sixth */
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_OK);
	assert_int_equal(pe.reloc_size, 0);
	put_u32(file + OPTIONAL + 108, 0xffffffff);
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_OK);
	assert_int_equal(pe.reloc_size, 12);
}

static void rva_and_offset_convert_only_inside_file_bytes(void **state)
{
	struct pe_writer writer = two_sections();
	uint8_t file[ROOM];
	struct pe_image pe;
	size_t offset = 0;
	uint32_t rva = 0;

	(void)state;
	pe_writer_write(&writer, file, sizeof(file));
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_OK);
	assert_true(pe_rva_to_offset(&pe, DATA_RVA + 0x7e, 2, &offset));
	assert_int_equal(offset, DATA_OFFSET + 0x7e);
	assert_false(pe_rva_to_offset(&pe, DATA_RVA + 0x7f, 2, &offset));
	assert_false(pe_rva_to_offset(&pe, DATA_RVA + 0x80, 0, &offset));
	assert_false(pe_rva_to_offset(&pe, DATA_RVA, UINT32_MAX, &offset));
	assert_false(pe_rva_to_offset(&pe, TEXT_RVA - 1, 2, &offset));
	assert_true(pe_offset_to_rva(&pe, TEXT_OFFSET + 0xff, &rva));
	assert_int_equal(rva, TEXT_RVA + 0xff);
	assert_false(pe_offset_to_rva(&pe, TEXT_OFFSET + 0x100, &rva));
	assert_false(pe_offset_to_rva(&pe, 0, &rva));
}

static void bytes_behind_virtual_size_are_not_mapped(void **state)
{
	struct pe_writer writer = two_sections();
	uint8_t file[ROOM];
	struct pe_image pe;
	size_t offset;

	(void)state;
	writer.sections[0].virtual_size = 0xf0;
	pe_writer_write(&writer, file, sizeof(file));
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_OK);
	assert_true(pe_rva_to_offset(&pe, TEXT_RVA + 0xec, 4, &offset));
	assert_false(pe_rva_to_offset(&pe, TEXT_RVA + 0xed, 4, &offset));
}

static void ranges_are_ascending_and_name_each_byte_once(void **state)
{
	struct pe_writer writer = two_sections();
	struct pe_range ranges[PE_MAX_SECTIONS];
	uint8_t file[ROOM];
	struct pe_image pe;

	(void)state;
	/* 600h-680h, 400h-500h, 480h-500h (inside), 4F0h-600h (joins all) */
	writer.sections[2] = writer.sections[0];
	writer.sections[0] = writer.sections[1];
	writer.sections[1] = writer.sections[2];
	writer.sections[2].raw_offset = 0x480;
	writer.sections[2].size = 0x80;
	writer.section_count = 3;
	pe_writer_write(&writer, file, sizeof(file));
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_OK);
	assert_int_equal(pe_ranges(&pe, 0, ranges), 2);
	assert_int_equal(ranges[0].from, 0x400);
	assert_int_equal(ranges[0].to, 0x500);
	assert_int_equal(ranges[1].from, 0x600);
	assert_int_equal(ranges[1].to, 0x680);
	assert_int_equal(pe_ranges(&pe, PE_SECTION_WRITE, ranges), 1);
	assert_int_equal(ranges[0].from, 0x600);
	writer.sections[3] = writer.sections[2];
	writer.sections[3].raw_offset = 0x4f0;
	writer.sections[3].size = 0x100;
	writer.sections[3].virtual_size = 0;
	put_u32(file + COFF + 2, 4);
	writer.section_count = 4;
	writer.sections[3].size = sizeof(text);
	pe_writer_write(&writer, file, sizeof(file));
	put_u32(file + SECTIONS + 3 * 40 + 16, 0x110);
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_OK);
	assert_int_equal(pe_ranges(&pe, 0, ranges), 1);
	assert_int_equal(ranges[0].from, 0x400);
	assert_int_equal(ranges[0].to, 0x680);
}

static void relocations_are_walked_across_blocks(void **state)
{
	struct pe_writer writer = two_sections();
	uint8_t relocs[0x20] = {0}, file[ROOM];
	struct pe_relocs walk;
	struct pe_image pe;
	unsigned type = 0;
	uint32_t rva = 0;

	(void)state;
	put_u32(relocs, 0x2000);
	put_u32(relocs + 4, 12);
	put_u16(relocs + 8, 0xa010);
	put_u16(relocs + 10, 0x0000); /* padding */
	put_u32(relocs + 12, 0x3000);
	put_u32(relocs + 16, 10);
	put_u16(relocs + 20, 0x3ffc);
	put_u32(relocs + 22, 0x4000);
	put_u32(relocs + 26, 4); /* too small for its own header */
	writer.sections[1].data = relocs;
	writer.sections[1].size = sizeof(relocs);
	writer.reloc_rva = DATA_RVA;
	writer.reloc_size = sizeof(relocs);
	pe_writer_write(&writer, file, sizeof(file));
	assert_int_equal(pe_parse(file, sizeof(file), &pe), IGDROM_OK);
	walk = pe_relocs_of(&pe, file);
	assert_true(pe_relocs_next(&walk, &rva, &type));
	assert_int_equal(rva, 0x2010);
	assert_int_equal(type, PE_RELOC_DIR64);
	assert_true(pe_relocs_next(&walk, &rva, &type));
	assert_int_equal(rva, 0x3ffc);
	assert_int_equal(type, PE_RELOC_HIGHLOW);
	assert_false(pe_relocs_next(&walk, &rva, &type));
	assert_false(pe_relocs_next(&walk, &rva, &type));
}

static void every_prefix_parses_or_fails_cleanly(void **state)
{
	struct pe_writer writer = two_sections();
	uint8_t file[ROOM];
	struct pe_image pe;
	size_t size;

	(void)state;
	writer.reloc_rva = DATA_RVA;
	writer.reloc_size = 0x40;
	size = pe_writer_write(&writer, file, sizeof(file));
	for (size_t length = 0; length < size; length++) {
		uint8_t *prefix = malloc(length ? length : 1);
		enum igdrom_status status;

		assert_non_null(prefix);
		memcpy(prefix, file, length);
		status = pe_parse(prefix, length, &pe);
		if (length < SECTIONS + 80)
			assert_true(status == IGDROM_E_TRUNCATED ||
				    (length < 2 && status == IGDROM_E_NOT_RECOGNIZED));
		else
			assert_true(status == IGDROM_OK && pe.clipped);
		free(prefix);
	}
	assert_int_equal(pe_parse(file, size, &pe), IGDROM_OK);
	assert_false(pe.clipped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_headers_of_pe32_plus),
		cmocka_unit_test(reads_headers_of_pe32),
		cmocka_unit_test(pe_ends_before_trailing_bytes),
		cmocka_unit_test(certificates_belong_to_the_file),
		cmocka_unit_test(what_runs_past_the_end_is_clipped_and_told),
		cmocka_unit_test(tells_other_formats_from_cut_and_damaged_ones),
		cmocka_unit_test(directories_that_are_not_there_read_as_none),
		cmocka_unit_test(rva_and_offset_convert_only_inside_file_bytes),
		cmocka_unit_test(bytes_behind_virtual_size_are_not_mapped),
		cmocka_unit_test(ranges_are_ascending_and_name_each_byte_once),
		cmocka_unit_test(relocations_are_walked_across_blocks),
		cmocka_unit_test(every_prefix_parses_or_fails_cleanly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
