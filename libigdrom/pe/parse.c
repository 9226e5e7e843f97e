/* SPDX-License-Identifier: BSD-2-Clause */
/* Section numbers are those of "PE Format" (Microsoft, revision 11). */
#include "pe/pe.h"

#define DOS_MAGIC             0x5a4d     /* "MZ" */
#define PE_SIGNATURE          0x00004550 /* "PE\0\0" */
#define E_LFANEW              0x3c
#define MAGIC_PE32            0x10b
#define MAGIC_PE32_PLUS       0x20b
#define SECTION_HEADER_BYTES  40
#define DIRECTORY_CERTIFICATE 4
#define DIRECTORY_RELOC       5

struct coff_header {
	uint16_t machine;
	uint16_t number_of_sections;
	uint32_t timestamp;
	uint16_t size_of_optional_header;
};

/* 2.3 COFF file header */
static enum igdrom_status decode_coff(struct cur *c, struct coff_header *out)
{
	out->machine = cur_u16le(c);
	out->number_of_sections = cur_u16le(c);
	out->timestamp = cur_u32le(c);
	cur_skip(c, 4 + 4); /* symbol table: pointer, count */
	out->size_of_optional_header = cur_u16le(c);
	cur_skip(c, 2); /* characteristics */
	return c->err;
}

/* 2.4 Optional header, after its magic and up to the data directories */
static enum igdrom_status decode_optional(struct cur *c, struct pe_image *out,
					  uint32_t *directories)
{
	bool plus = out->magic == MAGIC_PE32_PLUS;
	size_t word = plus ? 8 : 4;

	cur_skip(c, 2 + 4 + 4 + 4); /* linker version; sizes of code and data */
	out->entry_rva = cur_u32le(c);
	cur_skip(c, plus ? 4 : 8); /* bases of code and, in PE32, of data */
	out->image_base = plus ? cur_u64le(c) : cur_u32le(c);
	out->section_alignment = cur_u32le(c);
	out->file_alignment = cur_u32le(c);
	cur_skip(c, 4 + 4 + 4 + 4); /* versions of OS, image, subsystem; reserved */
	out->size_of_image = cur_u32le(c);
	out->size_of_headers = cur_u32le(c);
	cur_skip(c, 4); /* checksum */
	out->subsystem = cur_u16le(c);
	cur_skip(c, 2 + 4 * word + 4); /* DLL characteristics; stack and heap; loader flags */
	*directories = cur_u32le(c);
	return c->err;
}

/* 2.4.3 Data directories; false for one that is not there */
static bool decode_directory(const struct cur *table, uint32_t count, uint32_t index,
			     uint32_t *address, uint32_t *size)
{
	struct cur c = cur_sub(table, (uint64_t)index * 8, 8);

	if (index >= count)
		return false;
	*address = cur_u32le(&c);
	*size = cur_u32le(&c);
	return c.err == IGDROM_OK;
}

/* 3. Section table */
static enum igdrom_status decode_section(struct cur *c, struct pe_section *out)
{
	cur_bytes(c, out->name, 8);
	out->name[8] = '\0';
	out->virtual_size = cur_u32le(c);
	out->rva = cur_u32le(c);
	out->raw_size = cur_u32le(c);
	out->raw_offset = cur_u32le(c);
	cur_skip(c, 4 + 4 + 2 + 2); /* relocations and line numbers of object files */
	out->characteristics = cur_u32le(c);
	return c->err;
}

/* Bytes of [offset, offset + length) that the input holds; tells when that is not all of them. */
static uint32_t clip(struct pe_image *pe, size_t size, uint32_t offset, uint32_t length)
{
	if (length == 0)
		return 0;
	if (offset > size || length > size - offset)
		pe->clipped = true;
	if (offset >= size)
		return 0;
	return length > size - offset ? (uint32_t)(size - offset) : length;
}

static void extend_to(struct pe_image *pe, size_t end)
{
	if (end > pe->file_size)
		pe->file_size = end;
}

static enum igdrom_status read_optional(const struct cur *file, uint32_t at,
					const struct coff_header *coff, struct pe_image *out)
{
	struct cur c = cur_sub(file, at, coff->size_of_optional_header);
	uint32_t count = 0;

	if (c.err != IGDROM_OK)
		return c.err;
	out->magic = cur_u16le(&c);
	if (c.err == IGDROM_OK && out->magic != MAGIC_PE32 && out->magic != MAGIC_PE32_PLUS)
		return IGDROM_E_UNSUPPORTED;
	/* The file goes on; it is SizeOfOptionalHeader that leaves no room for the fields. */
	if (decode_optional(&c, out, &count) != IGDROM_OK)
		return IGDROM_E_CORRUPT;
	decode_directory(&c, count, DIRECTORY_CERTIFICATE, &out->certificate_offset,
			 &out->certificate_size);
	decode_directory(&c, count, DIRECTORY_RELOC, &out->reloc_rva, &out->reloc_size);
	return IGDROM_OK;
}

static enum igdrom_status read_sections(const struct cur *file, uint64_t at, size_t count,
					struct pe_image *out)
{
	struct cur table = cur_sub(file, at, count * SECTION_HEADER_BYTES);

	for (size_t i = 0; i < count; i++) {
		struct pe_section *section = &out->sections[i];

		if (decode_section(&table, section) != IGDROM_OK)
			return table.err;
		section->raw_size = clip(out, file->left, section->raw_offset, section->raw_size);
		if (section->raw_size)
			extend_to(out, (size_t)section->raw_offset + section->raw_size);
	}
	out->section_count = count;
	extend_to(out, (size_t)(at + count * SECTION_HEADER_BYTES));
	return table.err;
}

static enum igdrom_status read_headers(const struct cur *file, struct pe_image *out)
{
	struct cur dos = *file;
	struct cur at_lfanew = cur_tail(file, E_LFANEW);
	struct coff_header coff;
	enum igdrom_status status;
	uint32_t lfanew;
	struct cur c;

	if (cur_u16le(&dos) != DOS_MAGIC || dos.err != IGDROM_OK)
		return IGDROM_E_NOT_RECOGNIZED;
	lfanew = cur_u32le(&at_lfanew);
	if (at_lfanew.err != IGDROM_OK)
		return at_lfanew.err;
	c = cur_tail(file, lfanew);
	if (cur_u32le(&c) != PE_SIGNATURE && c.err == IGDROM_OK)
		return IGDROM_E_NOT_RECOGNIZED;
	if (decode_coff(&c, &coff) != IGDROM_OK)
		return c.err;
	if (coff.number_of_sections > PE_MAX_SECTIONS)
		return IGDROM_E_CORRUPT;
	out->machine = coff.machine;
	out->timestamp = coff.timestamp;
	status = read_optional(file, (uint32_t)c.at, &coff, out);
	if (status != IGDROM_OK)
		return status;
	return read_sections(file, c.at + coff.size_of_optional_header, coff.number_of_sections,
			     out);
}

enum igdrom_status pe_parse(const void *data, size_t size, struct pe_image *out)
{
	struct cur file = cur_from(data, size, 0);
	enum igdrom_status status;

	memset(out, 0, sizeof(*out));
	status = read_headers(&file, out);
	if (status != IGDROM_OK) {
		memset(out, 0, sizeof(*out));
		return status;
	}
	out->certificate_size = clip(out, size, out->certificate_offset, out->certificate_size);
	if (out->certificate_size == 0)
		out->certificate_offset = 0;
	extend_to(out, (size_t)out->certificate_offset + out->certificate_size);
	return IGDROM_OK;
}
