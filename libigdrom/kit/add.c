/* SPDX-License-Identifier: BSD-2-Clause */
/* How drivers and legacy images come into the builder. */
#include "kit/internal.h"

#include <igdrom/open.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GUEST_DRIVER_NAME "igdrom guest driver"

/* A PE image on its way in; everything is borrowed. */
struct driver {
	const uint8_t *data;
	size_t size;
	const char *name;
	const char *origin;
};

static bool same_driver(const struct kit_image *image, const struct driver *driver, size_t size)
{
	return image->kind != IGDROM_MANIFEST_LEGACY && image->size == size &&
	       !memcmp(image->data, driver->data, size);
}

static const struct kit_image *find_same(const struct igdrom_rom_builder *builder,
					 const struct driver *driver, size_t size)
{
	for (size_t i = 0; i < builder->count; i++) {
		if (same_driver(&builder->images[i], driver, size))
			return &builder->images[i];
	}
	return NULL;
}

static const struct kit_image *find_kind(const struct igdrom_rom_builder *builder,
					 enum igdrom_manifest_kind kind)
{
	for (size_t i = 0; i < builder->count; i++) {
		if (builder->images[i].kind == kind)
			return &builder->images[i];
	}
	return NULL;
}

/*
 * What OVMF passes over: the machine and the subsystem of the EFI header (EDK2:
 * MdeModulePkg/Bus/Pci/PciBusDxe/PciOptionRomSupport.c), which this builder copies from the PE.
 */
static enum igdrom_status check_firmware_takes_it(const struct igdrom_rom_builder *builder,
						  struct kit_image *image,
						  struct igdrom_report *report)
{
	enum igdrom_severity severity =
		builder->force ? IGDROM_SEVERITY_WARNING : IGDROM_SEVERITY_ERROR;
	const char *name = kit_or(image->name, "The EFI image");
	bool driver = image->subsystem == PE_SUBSYSTEM_EFI_BOOT_DRIVER ||
		      image->subsystem == PE_SUBSYSTEM_EFI_RUNTIME_DRIVER;

	if (image->machine != PE_MACHINE_X64)
		report_add_as(report, severity, FINDING_BUILD_EFI_MACHINE, IGDROM_NO_OFFSET,
			      REPORT_ARGS(ARG_S(name), ARG_U(image->machine)));
	if (!driver)
		report_add_as(report, severity, FINDING_BUILD_EFI_SUBSYSTEM, IGDROM_NO_OFFSET,
			      REPORT_ARGS(ARG_S(name), ARG_U(image->subsystem)));
	if (driver && image->machine == PE_MACHINE_X64)
		return IGDROM_OK;
	image->forced = builder->force;
	return builder->force ? IGDROM_OK : IGDROM_E_REFUSED;
}

static enum igdrom_status check_gop(const struct igdrom_rom_builder *builder,
				    const struct kit_image *image, struct igdrom_report *report)
{
	return image->gop ? kit_check_target(builder, image, report) : IGDROM_OK;
}

/* The guest driver has the version of the library, also when it comes as a file. */
static const char *version_of(const struct driver *driver, const struct igdrom_gop *gop)
{
	struct igdrom_bytes guest = igdrom_guest_driver();

	if (driver->size == guest.size && !memcmp(driver->data, guest.data, guest.size))
		return igdrom_version();
	return gop ? igdrom_gop_version(gop) : NULL;
}

static enum igdrom_status copy_ids(struct kit_image *image)
{
	size_t count = igdrom_gop_device_count(image->gop);

	image->gop_ids = malloc((count + 1) * sizeof(*image->gop_ids));
	if (!image->gop_ids)
		return IGDROM_E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		if (igdrom_gop_device_is_igd(image->gop, i))
			image->gop_ids[image->gop_id_count++] = igdrom_gop_device_at(image->gop, i);
	}
	return IGDROM_OK;
}

static enum igdrom_status copy_driver(const struct driver *driver, size_t size,
				      struct kit_image *image)
{
	image->data = malloc(size);
	image->name = kit_text(driver->name);
	image->version = kit_text(version_of(driver, image->gop));
	image->origin = kit_text(driver->origin);
	if (!image->data || !image->name || !image->version || !image->origin)
		return IGDROM_E_NOMEM;
	memcpy(image->data, driver->data, size);
	image->size = size;
	return image->gop ? copy_ids(image) : IGDROM_OK;
}

/* Reads the PE headers and takes the bytes up to where the PE ends. */
static enum igdrom_status read_driver(const struct driver *driver, struct kit_image *image,
				      struct igdrom_report *report)
{
	const char *name = kit_or(driver->name, "the file");
	enum igdrom_status status;
	struct pe_image pe;

	status = pe_parse(driver->data, driver->size, &pe);
	if (status != IGDROM_OK)
		return status == IGDROM_E_UNSUPPORTED ? IGDROM_E_CORRUPT : status;
	if (pe.clipped) {
		report_add(report, FINDING_BUILD_PE_CUT_OFF, driver->size,
			   REPORT_ARGS(ARG_S(name), ARG_U(driver->size)));
		return IGDROM_E_TRUNCATED;
	}
	if (pe.file_size < driver->size)
		report_add(report, FINDING_BUILD_TRAILING_LEFT, pe.file_size,
			   REPORT_ARGS(ARG_S(name), ARG_U(driver->size - pe.file_size)));
	image->machine = pe.machine;
	image->subsystem = pe.subsystem;
	status = igdrom_gop_identify(driver->data, pe.file_size, NULL, &image->gop);
	if (status != IGDROM_OK && status != IGDROM_E_NOT_RECOGNIZED)
		return status;
	image->kind = image->gop ? IGDROM_MANIFEST_GOP : IGDROM_MANIFEST_EFI;
	return copy_driver(driver, pe.file_size, image);
}

static enum igdrom_status add_driver(struct igdrom_rom_builder *builder,
				     const struct driver *driver, bool want_gop,
				     struct igdrom_report *report)
{
	struct kit_image image = {0};
	const struct kit_image *same;
	enum igdrom_status status;

	status = read_driver(driver, &image, report);
	if (status != IGDROM_OK)
		goto out;
	same = find_same(builder, driver, image.size);
	if (same) {
		report_add(report, FINDING_BUILD_DUPLICATE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(kit_or(image.name, "The driver")),
				       ARG_S(kit_or(same->name, "one before"))));
		goto out;
	}
	if (image.gop && !want_gop)
		report_add(report, FINDING_BUILD_EFI_IS_GOP, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(kit_or(image.name, "The EFI image")),
				       ARG_S(kit_or(image.version, "not readable"))));
	status = check_firmware_takes_it(builder, &image, report);
	if (status == IGDROM_OK)
		status = check_gop(builder, &image, report);
	if (status == IGDROM_OK)
		status = kit_append(builder, &image);
out:
	kit_image_clear(&image);
	return status;
}

/* The driver may have come in as a file already. */
static bool promote(struct igdrom_rom_builder *builder, const struct driver *driver)
{
	for (size_t i = 0; i < builder->count; i++) {
		if (!same_driver(&builder->images[i], driver, driver->size))
			continue;
		builder->images[i].kind = IGDROM_MANIFEST_GUEST_DRIVER;
		return true;
	}
	return false;
}

enum igdrom_status igdrom_rom_builder_add_guest_driver(struct igdrom_rom_builder *builder)
{
	struct igdrom_bytes pe = igdrom_guest_driver();
	const struct driver driver = {pe.data, pe.size, GUEST_DRIVER_NAME, NULL};
	struct kit_image image = {0};
	enum igdrom_status status;

	if (!builder)
		return IGDROM_E_INVAL;
	if (builder->finished || find_kind(builder, IGDROM_MANIFEST_GUEST_DRIVER))
		return IGDROM_E_STATE;
	if (promote(builder, &driver))
		return IGDROM_OK;
	status = read_driver(&driver, &image, NULL);
	if (status != IGDROM_OK) {
		kit_image_clear(&image);
		return status == IGDROM_E_NOMEM ? status : IGDROM_E_INTERNAL;
	}
	image.kind = IGDROM_MANIFEST_GUEST_DRIVER;
	return kit_append(builder, &image);
}

/* The versions of all drivers in a file. */
static void list_versions(const struct igdrom_contents *contents, char out[KIT_LIST_BYTES])
{
	out[0] = '\0';
	for (size_t i = 0; i < igdrom_contents_gop_count(contents); i++) {
		const struct igdrom_gop *gop = igdrom_contents_gop_at(contents, i);

		if (!kit_list_add(out, kit_or(igdrom_gop_version(gop), "unknown")))
			return;
	}
}

static void say_none_listed(const struct igdrom_rom_builder *builder,
			    const struct igdrom_contents *contents, const char *name,
			    struct igdrom_report *report)
{
	char versions[KIT_LIST_BYTES];
	char drivers[KIT_LIST_BYTES];

	list_versions(contents, versions);
	kit_drivers_for(builder->target, drivers);
	report_add(report, FINDING_BUILD_GOP_NONE_LISTS, IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_U(igdrom_contents_gop_count(contents)),
			       ARG_S(kit_or(name, "the file")), ARG_S(versions),
			       ARG_U(builder->target), ARG_S(drivers)));
}

/* Which of the drivers in a file is meant; E_REFUSED when that cannot be told. */
static enum igdrom_status choose_gop(const struct igdrom_rom_builder *builder,
				     const struct igdrom_contents *contents, const char *name,
				     struct igdrom_report *report, size_t *index)
{
	size_t count = igdrom_contents_gop_count(contents);

	*index = 0;
	if (count == 0) {
		report_add(
			report, FINDING_BUILD_GOP_NONE, IGDROM_NO_OFFSET,
			REPORT_ARGS(ARG_S(kit_or(name, "The file")),
				    ARG_S(igdrom_file_kind_name(igdrom_contents_kind(contents)))));
		return IGDROM_E_NOT_RECOGNIZED;
	}
	/* One that is not for the target is refused later, with its ids, or forced. */
	if (count == 1 ||
	    igdrom_contents_choose_gop(contents, builder->target, NULL, index) == IGDROM_OK)
		return IGDROM_OK;
	if (builder->target)
		say_none_listed(builder, contents, name, report);
	else
		report_add(report, FINDING_BUILD_GOP_CHOICE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(kit_or(name, "The file")), ARG_U(count)));
	return IGDROM_E_REFUSED;
}

static enum igdrom_status add_gop_of(struct igdrom_rom_builder *builder,
				     const struct igdrom_contents *contents,
				     struct igdrom_bytes file, const char *name, const char *origin,
				     struct igdrom_report *report)
{
	struct driver driver = {.name = name};
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	const char *where;
	char *text;
	size_t index;

	status = choose_gop(builder, contents, name, report, &index);
	if (status != IGDROM_OK)
		return status;
	where = igdrom_contents_gop_where(contents, index);
	if (*where)
		report_add(report, FINDING_BUILD_GOP_TAKEN, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(kit_or(igdrom_gop_version(igdrom_contents_gop_at(
							    contents, index)),
						    "not readable")),
				       ARG_S(kit_or(name, "the file")), ARG_S(where)));
	text = kit_origin(origin, where, file);
	if (!text)
		return IGDROM_E_NOMEM;
	bytes = igdrom_contents_gop_bytes(contents, index);
	driver.data = bytes.data;
	driver.size = bytes.size;
	driver.origin = text;
	status = add_driver(builder, &driver, true, report);
	free(text);
	return status;
}

/* Of firmware in which a driver is found, what else there is to say is not of interest here. */
static enum igdrom_status open_file(const void *data, size_t size, struct igdrom_report *report,
				    struct igdrom_contents **out)
{
	enum igdrom_status status = igdrom_contents_open(data, size, NULL, NULL, out);

	if (status == IGDROM_E_NOMEM ||
	    (igdrom_contents_firmware(*out) && igdrom_contents_gop_count(*out)))
		return status;
	igdrom_contents_free(*out);
	return igdrom_contents_open(data, size, NULL, report, out);
}

enum igdrom_status igdrom_rom_builder_add_gop(struct igdrom_rom_builder *builder, const void *data,
					      size_t size, const char *name, const char *origin,
					      struct igdrom_report *report)
{
	struct igdrom_contents *contents;
	enum igdrom_status status;

	if (!builder || (size && !data))
		return IGDROM_E_INVAL;
	if (builder->finished)
		return IGDROM_E_STATE;
	status = open_file(data, size, report, &contents);
	if (status != IGDROM_OK)
		return status;
	status = add_gop_of(builder, contents, (struct igdrom_bytes){data, size}, name, origin,
			    report);
	igdrom_contents_free(contents);
	return status;
}

static enum igdrom_status add_efi_image(struct igdrom_rom_builder *builder,
					const struct igdrom_rom_image *image, size_t index,
					const char *name, struct igdrom_report *report)
{
	struct igdrom_bytes payload;
	struct driver driver = {.name = name};
	enum igdrom_status status;
	char where[64];

	status = igdrom_rom_image_payload(image, &payload);
	if (status == IGDROM_OK) {
		snprintf(where, sizeof(where), "image %zu at 0x%llx", index,
			 (unsigned long long)igdrom_rom_image_offset(image));
		driver.data = payload.data;
		driver.size = payload.size;
		driver.origin = where;
		status = add_driver(builder, &driver, false, report);
	}
	if (status == IGDROM_E_NOT_RECOGNIZED || status == IGDROM_E_CORRUPT ||
	    status == IGDROM_E_UNSUPPORTED) {
		report_add(report, FINDING_BUILD_EFI_UNREADABLE, igdrom_rom_image_offset(image),
			   REPORT_ARGS(ARG_U(index), ARG_S(kit_or(name, "the file"))));
		status = IGDROM_E_CORRUPT;
	}
	return status;
}

static enum igdrom_status add_efi_images(struct igdrom_rom_builder *builder,
					 const struct igdrom_rom *rom, const char *name,
					 struct igdrom_report *report)
{
	size_t count = igdrom_rom_image_count(rom);
	size_t taken = 0;

	for (size_t i = 0; i < count; i++) {
		const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, i);
		enum igdrom_status status;

		if (igdrom_rom_image_code_type(image) != IGDROM_CODE_TYPE_EFI &&
		    igdrom_rom_image_kind(rom, i) != IGDROM_IMAGE_GOP) {
			kit_say_not_taken(image, i, name, report);
			continue;
		}
		taken++;
		if (kit_is_recorded(rom, i, IGDROM_MANIFEST_GUEST_DRIVER)) {
			report_add(report, FINDING_BUILD_GUEST_DRIVER_LEFT,
				   igdrom_rom_image_offset(image),
				   REPORT_ARGS(ARG_U(i), ARG_S(kit_or(name, "the file"))));
			continue;
		}
		status = add_efi_image(builder, image, i, name, report);
		if (status != IGDROM_OK)
			return status;
	}
	if (taken)
		return IGDROM_OK;
	kit_say_nothing_taken(IGDROM_CODE_TYPE_EFI, name, report);
	return IGDROM_E_NOT_RECOGNIZED;
}

/* Headers that start as those of a PE image but cannot be read. */
static void say_why_no_pe(const void *data, size_t size, struct igdrom_report *report)
{
	struct pe_image pe;
	enum igdrom_status status = pe_parse(data, size, &pe);

	if (status == IGDROM_E_TRUNCATED)
		report_add(report, FINDING_PE_TRUNCATED, size, REPORT_ARGS(ARG_U(size)));
	else if (status != IGDROM_OK && status != IGDROM_E_NOT_RECOGNIZED)
		report_add(report, FINDING_PE_CORRUPT, 0, REPORT_NO_ARGS);
}

enum igdrom_status igdrom_rom_builder_add_efi(struct igdrom_rom_builder *builder, const void *data,
					      size_t size, const char *name,
					      struct igdrom_report *report)
{
	const struct driver driver = {.data = data, .size = size, .name = name};
	size_t before = builder ? builder->count : 0;
	enum igdrom_status status;
	struct igdrom_rom *rom;

	if (!builder || (size && !data))
		return IGDROM_E_INVAL;
	if (builder->finished)
		return IGDROM_E_STATE;
	status = add_driver(builder, &driver, false, report);
	say_why_no_pe(data, size, report);
	if (status != IGDROM_E_NOT_RECOGNIZED)
		return status;
	status = igdrom_rom_parse(data, size, NULL, report, &rom);
	if (status != IGDROM_OK)
		return status;
	status = add_efi_images(builder, rom, name, report);
	if (status != IGDROM_OK)
		kit_cut(builder, before);
	igdrom_rom_free(rom);
	return status;
}
