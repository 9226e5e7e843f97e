/* SPDX-License-Identifier: BSD-2-Clause */
#include "pe/pe.h"

/* File bytes that the loader maps: what lies behind VirtualSize stays in the file. */
static uint32_t mapped_size(const struct pe_section *section)
{
	if (section->virtual_size && section->virtual_size < section->raw_size)
		return section->virtual_size;
	return section->raw_size;
}

bool pe_rva_to_offset(const struct pe_image *pe, uint32_t rva, uint32_t length, size_t *offset)
{
	for (size_t i = 0; i < pe->section_count; i++) {
		const struct pe_section *section = &pe->sections[i];
		uint32_t size = mapped_size(section);

		if (rva < section->rva || rva - section->rva >= size)
			continue;
		if (length > size - (rva - section->rva))
			continue;
		*offset = (size_t)section->raw_offset + (rva - section->rva);
		return true;
	}
	return false;
}

bool pe_offset_to_rva(const struct pe_image *pe, size_t offset, uint32_t *rva)
{
	for (size_t i = 0; i < pe->section_count; i++) {
		const struct pe_section *section = &pe->sections[i];

		if (offset < section->raw_offset ||
		    offset - section->raw_offset >= mapped_size(section))
			continue;
		if (offset - section->raw_offset > UINT32_MAX - section->rva)
			continue;
		*rva = section->rva + (uint32_t)(offset - section->raw_offset);
		return true;
	}
	return false;
}

/* Puts a range into the ascending list; touching and overlapping ones become one. */
static size_t insert_range(struct pe_range *list, size_t count, struct pe_range range)
{
	size_t first = 0;
	size_t last;

	while (first < count && list[first].to < range.from)
		first++;
	for (last = first; last < count && list[last].from <= range.to; last++) {
		if (list[last].from < range.from)
			range.from = list[last].from;
		if (list[last].to > range.to)
			range.to = list[last].to;
	}
	memmove(&list[first + 1], &list[last], (count - last) * sizeof(*list));
	list[first] = range;
	return count - (last - first) + 1;
}

size_t pe_ranges(const struct pe_image *pe, uint32_t flags, struct pe_range out[PE_MAX_SECTIONS])
{
	size_t count = 0;

	for (size_t i = 0; i < pe->section_count; i++) {
		const struct pe_section *section = &pe->sections[i];
		struct pe_range range = {
			.from = section->raw_offset,
			.to = (size_t)section->raw_offset + mapped_size(section),
		};

		if (range.from == range.to || (flags && !(section->characteristics & flags)))
			continue;
		count = insert_range(out, count, range);
	}
	return count;
}

struct pe_relocs pe_relocs_of(const struct pe_image *pe, const void *data)
{
	struct cur file = cur_from(data, pe->file_size, 0);
	struct pe_relocs relocs = {.page = 0};
	size_t offset;

	if (pe->reloc_size && pe_rva_to_offset(pe, pe->reloc_rva, pe->reloc_size, &offset))
		relocs.all = cur_sub(&file, offset, pe->reloc_size);
	return relocs;
}

/* 5.6: blocks of {page RVA, size of the block, entries of 4 bits type and 12 bits offset}. */
static bool next_block(struct pe_relocs *relocs)
{
	uint32_t size;

	relocs->page = cur_u32le(&relocs->all);
	size = cur_u32le(&relocs->all);
	if (relocs->all.err != IGDROM_OK || size < 8)
		return false;
	relocs->block = cur_sub(&relocs->all, 0, size - 8);
	cur_skip(&relocs->all, size - 8);
	return relocs->all.err == IGDROM_OK;
}

bool pe_relocs_next(struct pe_relocs *relocs, uint32_t *rva, unsigned *type)
{
	for (;;) {
		uint16_t entry = cur_u16le(&relocs->block);

		if (relocs->block.err != IGDROM_OK || relocs->block.p == NULL) {
			if (!next_block(relocs))
				return false;
			continue;
		}
		*type = entry >> 12;
		*rva = relocs->page + (entry & 0xfff);
		if (*type != PE_RELOC_ABSOLUTE)
			return true;
	}
}
