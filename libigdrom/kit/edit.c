/* SPDX-License-Identifier: BSD-2-Clause */
/* Drivers, and a ROM, as files of a firmware volume. */
#include "kit/internal.h"

#include "core/report.h"
#include "firmware/internal.h"
#include "pe/pe.h"

#include <igdrom/edit.h>
#include <igdrom/rom.h>

#define GUEST_NAME "IgdRomDxe"
#define ROM_NAME   "IgdRomData"

static enum igdrom_status make_file(unsigned type, const char *guid, const char *name,
				    unsigned section, struct igdrom_bytes content,
				    struct igdrom_bytes *out)
{
	struct igdrom_ffs *ffs = NULL;
	enum igdrom_status status = igdrom_ffs_new(type, guid, &ffs);

	if (status == IGDROM_OK)
		status = igdrom_ffs_add_section(ffs, section, content.data, content.size);
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
	struct igdrom_bytes file = {0};
	enum igdrom_status status;
	struct pe_image pe;

	if (!edit || !where || !data)
		return IGDROM_E_INVAL;
	status = pe_parse(data, size, &pe);
	if (status == IGDROM_OK && pe.clipped)
		status = IGDROM_E_TRUNCATED;
	if (status != IGDROM_OK) {
		report_add(report, FINDING_EDIT_NO_DRIVER, 0, REPORT_NO_ARGS);
		return status;
	}
	status = make_file(
		pe.subsystem == PE_SUBSYSTEM_EFI_APPLICATION ? IGDROM_FILE_TYPE_APPLICATION
							     : IGDROM_FILE_TYPE_DRIVER,
		guid, name, IGDROM_SECTION_PE32, (struct igdrom_bytes){data, pe.file_size}, &file);
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

	return igdrom_edit_add_driver(edit, where, driver.data, driver.size, KIT_GUEST_GUID,
				      GUEST_NAME, report);
}

/* In a volume PCI firmware sees nothing of it: what our driver does not start stays where it is. */
static enum igdrom_status check_images(const struct igdrom_rom *rom, struct igdrom_report *report)
{
	for (size_t i = 0; i < igdrom_rom_image_count(rom); i++) {
		const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, i);
		struct igdrom_bytes payload;
		const char *kind;

		if (igdrom_rom_image_payload(image, &payload) == IGDROM_E_NOMEM)
			return IGDROM_E_NOMEM;
		if (kit_is_guest_driver(rom, i) ||
		    igdrom_rom_image_code_type(image) == IGDROM_CODE_TYPE_DATA)
			continue;
		kind = igdrom_image_kind_name(igdrom_rom_image_kind(rom, i));
		report_add(report, FINDING_EDIT_ROM_IMAGE, igdrom_rom_image_offset(image),
			   REPORT_ARGS(ARG_U(i), ARG_S(kind)));
		return IGDROM_E_REFUSED;
	}
	return IGDROM_OK;
}

static enum igdrom_status check_rom(const void *data, size_t size, struct igdrom_report *report)
{
	struct igdrom_rom *rom = NULL;
	enum igdrom_status status = igdrom_rom_parse(data, size, NULL, NULL, &rom);

	if (status == IGDROM_E_NOMEM)
		return status;
	if (status == IGDROM_OK && igdrom_rom_manifest(rom)) {
		status = check_images(rom, report);
	} else {
		report_add(report, FINDING_EDIT_NO_ROM, 0, REPORT_NO_ARGS);
		status = IGDROM_E_NOT_RECOGNIZED;
	}
	igdrom_rom_free(rom);
	return status;
}

enum igdrom_status igdrom_edit_add_rom(struct igdrom_edit *edit,
				       const struct igdrom_firmware_node *where, const void *rom,
				       size_t size, struct igdrom_report *report)
{
	struct igdrom_bytes file = {0};
	enum igdrom_status status;

	if (!edit || !where || !rom)
		return IGDROM_E_INVAL;
	status = check_rom(rom, size, report);
	if (status == IGDROM_OK)
		status = make_file(IGDROM_FILE_TYPE_FREEFORM, KIT_ROM_GUID, ROM_NAME,
				   IGDROM_SECTION_RAW, (struct igdrom_bytes){rom, size}, &file);
	if (status == IGDROM_OK)
		status = igdrom_edit_insert(edit, where, file.data, file.size, report);
	igdrom_bytes_free(&file);
	return status;
}
