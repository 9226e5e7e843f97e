/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/pe_writer.h"

#include <stdlib.h>
#include <string.h>

void put_u16(uint8_t *at, uint16_t v)
{
	at[0] = (uint8_t)v;
	at[1] = (uint8_t)(v >> 8);
}

void put_u32(uint8_t *at, uint32_t v)
{
	put_u16(at, (uint16_t)v);
	put_u16(at + 2, (uint16_t)(v >> 16));
}

void put_u64(uint8_t *at, uint64_t v)
{
	put_u32(at, (uint32_t)v);
	put_u32(at + 4, (uint32_t)(v >> 32));
}

struct pe_writer pe_writer_new(void)
{
	return (struct pe_writer){
		.machine = 0x8664,
		.subsystem = 11,
		.magic = 0x20b,
		.lfanew = 0x80,
	};
}

static void write_optional(const struct pe_writer *pe, uint8_t *at)
{
	size_t directories = pe->magic == 0x20b ? 112 : 96;

	put_u16(at, pe->magic);
	put_u32(at + 16, pe->entry);
	if (pe->magic == 0x20b)
		put_u64(at + 24, pe->image_base);
	else
		put_u32(at + 28, (uint32_t)pe->image_base);
	put_u32(at + 32, 0x20);
	put_u32(at + 36, 0x20);
	put_u32(at + 56, 0x9000);
	put_u32(at + 60, 0x400);
	put_u16(at + 68, pe->subsystem);
	put_u32(at + directories - 4, 16);
	put_u32(at + directories + 4 * 8, pe->certificate_offset);
	put_u32(at + directories + 4 * 8 + 4, pe->certificate_size);
	put_u32(at + directories + 5 * 8, pe->reloc_rva);
	put_u32(at + directories + 5 * 8 + 4, pe->reloc_size);
}

size_t pe_writer_write(const struct pe_writer *pe, uint8_t *out, size_t room)
{
	size_t optional = pe->magic == 0x20b ? 240 : 224;
	uint8_t *coff = out + pe->lfanew + 4;
	size_t end = pe->lfanew + 24 + optional + 40 * pe->section_count;

	if (end > room)
		abort();
	memset(out, 0, room);
	put_u16(out, 0x5a4d);
	put_u32(out + 0x3c, pe->lfanew);
	memcpy(out + pe->lfanew, "PE\0", 4);
	put_u16(coff, pe->machine);
	put_u16(coff + 2, (uint16_t)pe->section_count);
	put_u32(coff + 4, 0x5eed);
	put_u16(coff + 16, (uint16_t)optional);
	write_optional(pe, coff + 20);
	for (size_t i = 0; i < pe->section_count; i++) {
		const struct pe_writer_section *section = &pe->sections[i];
		uint8_t *at = coff + 20 + optional + 40 * i;

		strncpy((char *)at, section->name, 8);
		put_u32(at + 8, section->virtual_size);
		put_u32(at + 12, section->rva);
		put_u32(at + 16, section->size);
		put_u32(at + 20, section->raw_offset);
		put_u32(at + 36, section->flags);
		if ((size_t)section->raw_offset + section->size > room)
			abort();
		if (section->size)
			memcpy(out + section->raw_offset, section->data, section->size);
		if (section->size && (size_t)section->raw_offset + section->size > end)
			end = (size_t)section->raw_offset + section->size;
	}
	if ((size_t)pe->certificate_offset + pe->certificate_size > end)
		end = (size_t)pe->certificate_offset + pe->certificate_size;
	return end;
}
