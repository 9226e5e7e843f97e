/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes PE images for the tests, byte by byte after "PE Format"; shares no code with pe/. */
#ifndef IGDROM_TESTS_PE_WRITER_H
#define IGDROM_TESTS_PE_WRITER_H

#include <stddef.h>
#include <stdint.h>

struct pe_writer_section {
	const char *name;
	uint32_t rva;
	uint32_t virtual_size;
	const uint8_t *data;
	uint32_t size;
	uint32_t raw_offset; /* where the data goes in the file */
	uint32_t flags;
};

struct pe_writer {
	uint16_t machine;
	uint16_t subsystem;
	uint16_t magic; /* 10Bh or 20Bh */
	uint32_t lfanew;
	uint32_t entry;
	uint64_t image_base;
	uint32_t reloc_rva;
	uint32_t reloc_size;
	uint32_t certificate_offset;
	uint32_t certificate_size;
	struct pe_writer_section sections[4];
	size_t section_count;
};

/* Defaults: x64, boot service driver, PE32+, headers at 80h, no section. */
struct pe_writer pe_writer_new(void);
/* Writes into out (zeroed first); the size of the file. Aborts when room is too small. */
size_t pe_writer_write(const struct pe_writer *pe, uint8_t *out, size_t room);

void put_u16(uint8_t *at, uint16_t v);
void put_u32(uint8_t *at, uint32_t v);
void put_u64(uint8_t *at, uint64_t v);

#endif
