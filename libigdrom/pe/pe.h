/* SPDX-License-Identifier: BSD-2-Clause */
/* PE32 and PE32+ headers (Microsoft PE/COFF specification), as far as the other rooms need them. */
#ifndef IGDROM_PE_PE_H
#define IGDROM_PE_PE_H

#include <igdrom/status.h>

#include "core/cursor.h"

#define PE_MACHINE_I386                 0x014c
#define PE_MACHINE_X64                  0x8664
#define PE_MACHINE_ARM64                0xaa64
#define PE_MACHINE_EBC                  0x0ebc
#define PE_SUBSYSTEM_EFI_APPLICATION    10
#define PE_SUBSYSTEM_EFI_BOOT_DRIVER    11
#define PE_SUBSYSTEM_EFI_RUNTIME_DRIVER 12
#define PE_MAX_SECTIONS                 96 /* what the Windows loader takes */

#define PE_SECTION_CODE    0x00000020u
#define PE_SECTION_EXECUTE 0x20000000u
#define PE_SECTION_WRITE   0x80000000u

struct pe_section {
	char name[9];
	uint32_t virtual_size;
	uint32_t rva;
	uint32_t raw_size;   /* bytes in the file, clipped to what is there */
	uint32_t raw_offset; /* file offset */
	uint32_t characteristics;
};

struct pe_image {
	uint16_t machine;
	uint16_t subsystem;
	uint16_t magic; /* 10Bh PE32, 20Bh PE32+ */
	uint32_t timestamp;
	uint32_t entry_rva;
	uint64_t image_base;
	uint32_t size_of_image;
	uint32_t size_of_headers;
	uint32_t section_alignment;
	uint32_t file_alignment;
	uint32_t reloc_rva; /* base relocation directory */
	uint32_t reloc_size;
	uint32_t certificate_offset; /* certificate table, a file offset; 0 = none */
	uint32_t certificate_size;
	size_t section_count;
	struct pe_section sections[PE_MAX_SECTIONS];
	size_t file_size; /* end of the last raw section or of the certificates: where the PE ends
			   */
	bool clipped;     /* headers, a section or the certificates run past the end of the input */
};

/* IGDROM_E_NOT_RECOGNIZED (no MZ/PE), IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT, IGDROM_E_UNSUPPORTED.
 */
enum igdrom_status pe_parse(const void *data, size_t size, struct pe_image *out) IGDROM_MUST_CHECK;

/* File offset of rva .. rva + length - 1 when all of it is backed by one section's file bytes. */
bool pe_rva_to_offset(const struct pe_image *pe, uint32_t rva, uint32_t length, size_t *offset);
/* The other way round, for a file offset inside a section. */
bool pe_offset_to_rva(const struct pe_image *pe, size_t offset, uint32_t *rva);

/* A run of file bytes. */
struct pe_range {
	size_t from;
	size_t to; /* first byte behind it */
};

/*
 * The file bytes of all sections that have one of the flags (0: of all sections), ascending and
 * without overlaps, so that a scan over them looks at each byte once whatever the headers say.
 */
size_t pe_ranges(const struct pe_image *pe, uint32_t flags, struct pe_range out[PE_MAX_SECTIONS]);

#define PE_RELOC_ABSOLUTE 0 /* padding */
#define PE_RELOC_HIGHLOW  3
#define PE_RELOC_DIR64    10

/* A walk over the base relocations, in the order of the file. */
struct pe_relocs {
	struct cur all;
	struct cur block;
	uint32_t page;
};

/* data: the bytes that pe was parsed from. */
struct pe_relocs pe_relocs_of(const struct pe_image *pe, const void *data);
/* The next one that is not padding; false at the end or where the directory makes no sense. */
bool pe_relocs_next(struct pe_relocs *relocs, uint32_t *rva, unsigned *type);

#endif
