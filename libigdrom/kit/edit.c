/* SPDX-License-Identifier: BSD-2-Clause */
/* Drivers as files of a firmware volume. */
#include "core/report.h"
#include "firmware/internal.h"
#include "pe/pe.h"

#include <igdrom/edit.h>
#include <igdrom/rom.h>

#define GUEST_GUID    "888636A4-09F7-4B67-B03C-8C87CA6B00B9" /* ours, drawn at random */
#define GUEST_NAME    "IgdRomDxe"
#define TYPE_DXE_CORE 0x05
#define TYPE_PE32     0x10

/* The machine that the DXE core of a volume is for; 0: not known. */
static uint16_t machine_of(const struct igdrom_firmware_node *volume)
{
	for (const struct igdrom_firmware_node *file = volume->first; file; file = file->next) {
		if (file->kind != IGDROM_NODE_FILE || file->type_number != TYPE_DXE_CORE)
			continue;
		for (const struct igdrom_firmware_node *n = file->first; n; n = n->next) {
			struct igdrom_bytes body = igdrom_firmware_node_body(n);
			struct pe_image pe;

			if (n->type_number == TYPE_PE32 &&
			    pe_parse(body.data, body.size, &pe) == IGDROM_OK)
				return pe.machine;
		}
	}
	return 0;
}

static enum igdrom_status make_file(unsigned type, const char *guid, const char *name,
				    const void *pe, size_t size, struct igdrom_bytes *out)
{
	struct igdrom_ffs *ffs = NULL;
	enum igdrom_status status = igdrom_ffs_new(type, guid, &ffs);

	if (status == IGDROM_OK)
		status = igdrom_ffs_add_section(ffs, IGDROM_SECTION_PE32, pe, size);
	if (status == IGDROM_OK && name && *name)
		status = igdrom_ffs_add_name(ffs, name);
	if (status == IGDROM_OK)
		status = igdrom_ffs_finish(ffs, out);
	igdrom_ffs_free(ffs);
	return status;
}

enum igdrom_status igdrom_edit_add_driver(struct igdrom_edit *edit,
					  const struct igdrom_firmware_node *where,
					  const void *data, size_t size, const char *guid,
					  const char *name, struct igdrom_report *report)
{
	const struct igdrom_firmware_node *volume = where;
	struct igdrom_bytes file = {0};
	enum igdrom_status status;
	struct pe_image pe;
	uint16_t machine;

	if (!edit || !where || !data)
		return IGDROM_E_INVAL;
	if (volume->kind != IGDROM_NODE_VOLUME)
		volume = volume->parent;
	if (!volume || volume->kind != IGDROM_NODE_VOLUME)
		return IGDROM_E_INVAL;
	status = pe_parse(data, size, &pe);
	if (status == IGDROM_OK && pe.clipped)
		status = IGDROM_E_TRUNCATED;
	if (status != IGDROM_OK) {
		report_add(report, FINDING_EDIT_NO_DRIVER, 0, REPORT_NO_ARGS);
		return status;
	}
	machine = machine_of(volume);
	if (machine && pe.machine != machine) {
		report_add(report, FINDING_EDIT_MACHINE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(pe.machine), ARG_U(machine)));
		return IGDROM_E_REFUSED;
	}
	status = make_file(pe.subsystem == PE_SUBSYSTEM_EFI_APPLICATION
				   ? IGDROM_FILE_TYPE_APPLICATION
				   : IGDROM_FILE_TYPE_DRIVER,
			   guid, name, data, pe.file_size, &file);
	if (status == IGDROM_OK)
		status = igdrom_edit_insert(edit, where, file.data, file.size, report);
	igdrom_bytes_free(&file);
	return status;
}

enum igdrom_status igdrom_edit_add_guest_driver(struct igdrom_edit *edit,
						const struct igdrom_firmware_node *where,
						struct igdrom_report *report)
{
	struct igdrom_bytes driver = igdrom_guest_driver();

	return igdrom_edit_add_driver(edit, where, driver.data, driver.size, GUEST_GUID, GUEST_NAME,
				      report);
}
