/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/place_rig.h"

#include "compress/uefi.h"
#include "unit/pe_writer.h"
#include "unit/unit.h"

const char *last_code(const struct rig *rig)
{
	size_t count = igdrom_report_count(rig->report);

	return count ? igdrom_finding_code(igdrom_report_at(rig->report, count - 1)) : "";
}

struct rig files_rig(struct blob *files, unsigned flags)
{
	struct blob image = {0};
	struct rig rig;

	put_volume(&image, writer_ffs2, ROOM, files);
	rig_open(&rig, &image, flags);
	return rig;
}

void expect_files(struct rig *rig, struct blob *files)
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

void put_number(struct blob *b, size_t at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		b->data[at + i] = (uint8_t)(value >> 8 * i);
}

void put_pe(struct blob *out, uint16_t machine, uint8_t version)
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

void put_pe_section(struct blob *out, uint16_t machine, uint8_t version)
{
	struct blob pe = {0};

	put_pe(&pe, machine, version);
	put_section(out, 0x10, &pe);
}

void put_te(struct blob *out, uint16_t machine, size_t code)
{
	blob_text(out, "VZ");
	blob_number(out, machine, 2);
	blob_fill(out, 36, 0);
	blob_fill(out, code, 0xcc);
}

void put_tiano(struct blob *out, struct blob *sections)
{
	struct blob encoded = {0};
	struct igdrom_bytes packed;

	assert_int_equal(uefi_compress(UEFI_TIANO, sections->data, sections->size, &packed),
			 IGDROM_OK);
	blob_put(&encoded, packed.data, packed.size);
	igdrom_bytes_free(&packed);
	blob_free(sections);
	put_guided(out, writer_tiano, 1, NULL, &encoded);
}

void put_crc32(struct blob *out, struct blob *sections)
{
	uint32_t crc = UINT32_MAX;
	struct blob head = {0};

	for (size_t i = 0; i < sections->size; i++) {
		crc ^= sections->data[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	blob_number(&head, ~crc, 4);
	put_guided(out, writer_crc32, 2, &head, sections);
}
