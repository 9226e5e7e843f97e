/* SPDX-License-Identifier: BSD-2-Clause */
/* What machine the code of a file is for. */
#include "edit/edit.h"

#include "firmware/section.h"
#include "pe/pe.h"

#define TE_SIGNATURE  0x5a56 /* "VZ" (PI 1.8 volume 1, 15.2) */
#define TE_HEADER     40
#define SECTION_ALIGN 4

#define ALIGN4(n) (((n) + SECTION_ALIGN - 1) & ~(size_t)(SECTION_ALIGN - 1))

struct edit_code edit_code_of(const void *data, size_t size)
{
	struct cur c = cur_from(data, size, 0);
	struct edit_code te = {.form = EDIT_CODE_TE};
	uint16_t signature = cur_u16le(&c);
	struct pe_image pe;

	if (pe_parse(data, size, &pe) == IGDROM_OK)
		return (struct edit_code){EDIT_CODE_PE, pe.machine, pe.subsystem};
	te.machine = cur_u16le(&c);
	(void)cur_u8(&c); /* number of sections */
	te.subsystem = cur_u8(&c);
	cur_skip(&c, TE_HEADER - 6);
	return signature == TE_SIGNATURE && c.err == IGDROM_OK ? te : (struct edit_code){0};
}

unsigned igdrom_content_section_type(const void *data, size_t size)
{
	static const unsigned types[] = {
		[EDIT_CODE_NONE] = IGDROM_SECTION_RAW,
		[EDIT_CODE_PE] = IGDROM_SECTION_PE32,
		[EDIT_CODE_TE] = IGDROM_SECTION_TE,
	};

	return types[data ? edit_code_of(data, size).form : EDIT_CODE_NONE];
}

unsigned igdrom_content_file_type(const void *data, size_t size)
{
	switch (data ? edit_code_of(data, size).subsystem : 0) {
	case PE_SUBSYSTEM_EFI_APPLICATION:
		return IGDROM_FILE_TYPE_APPLICATION;
	case PE_SUBSYSTEM_EFI_BOOT_DRIVER:
	case PE_SUBSYSTEM_EFI_RUNTIME_DRIVER:
		return IGDROM_FILE_TYPE_DRIVER;
	default:
		return 0;
	}
}

/* The machine of the DXE core of a volume; 0: not known. */
static uint16_t machine_of_volume(const struct igdrom_firmware_node *volume)
{
	uint16_t machine = 0;

	for (const struct igdrom_firmware_node *file = volume->first; file; file = file->next) {
		if (file->kind != IGDROM_NODE_FILE || file->type_number != EDIT_TYPE_DXE_CORE)
			continue;
		for (const struct igdrom_firmware_node *n = file->first; n && !machine;
		     n = n->next) {
			struct igdrom_bytes body = igdrom_firmware_node_body(n);

			if (n->type_number == FW_SECTION_PE32)
				machine = edit_code_of(body.data, body.size).machine;
		}
		break;
	}
	return machine;
}

/* Types that the DXE core starts. */
static bool is_for_dxe(uint8_t type)
{
	return type == IGDROM_FILE_TYPE_DRIVER || type == IGDROM_FILE_TYPE_APPLICATION;
}

/* The machine of the first code among the sections of a file; 0: none, or not known. */
static uint16_t machine_of_file(const void *file, size_t size)
{
	struct cur all = cur_from(file, size, 0);
	size_t at = fw_file_header_size(all);
	uint16_t machine = 0;

	while (at < size && !machine) {
		struct fw_section_header header;
		struct cur c = cur_tail(&all, at);

		if (fw_decode_section_header(&c, &header) != IGDROM_OK ||
		    header.size < header.header_size || header.size > size - at)
			break;
		if (header.type == FW_SECTION_PE32 || header.type == FW_SECTION_TE)
			machine =
				edit_code_of(c.p, (size_t)header.size - header.header_size).machine;
		at += (size_t)header.size;
		at = ALIGN4(at);
	}
	return machine;
}

bool edit_machine_fits(const struct igdrom_firmware_node *volume, uint16_t machine,
		       struct igdrom_report *report)
{
	uint16_t wanted = machine ? machine_of_volume(volume) : 0;

	/* EBC is byte code: each firmware may have an interpreter for it. */
	if (!wanted || machine == wanted || machine == PE_MACHINE_EBC)
		return true;
	report_add(report, FINDING_EDIT_MACHINE, IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_U(machine), ARG_U(wanted)));
	return false;
}

bool edit_code_fits(const struct igdrom_firmware_node *volume, const void *file, size_t size,
		    struct igdrom_report *report)
{
	const uint8_t *bytes = file;

	return size <= EDIT_TYPE_AT || !is_for_dxe(bytes[EDIT_TYPE_AT]) ||
	       edit_machine_fits(volume, machine_of_file(file, size), report);
}
