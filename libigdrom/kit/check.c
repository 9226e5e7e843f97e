/* SPDX-License-Identifier: BSD-2-Clause */
/* Will this ROM do its job? Structure is checked by oprom/; here is what the drivers in it need. */
#include "kit/check.h"

#include "gop/gop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLASS_DISPLAY 0x03
#define DECIMAL_8086  0x1f96

void check_say_as(struct kit_check *check, enum igdrom_severity severity, enum finding_code code,
		  uint64_t at, const struct igdrom_finding_arg *args, size_t arg_count)
{
	if (check->forgive && severity == IGDROM_SEVERITY_ERROR)
		severity = IGDROM_SEVERITY_WARNING;
	if (check->quiet && severity < IGDROM_SEVERITY_WARNING)
		return;
	if (severity > check->worst)
		check->worst = severity;
	report_add_as(check->report, severity, code, at, args, arg_count);
}

void check_say(struct kit_check *check, enum finding_code code, uint64_t at,
	       const struct igdrom_finding_arg *args, size_t arg_count)
{
	check_say_as(check, report_severity(code), code, at, args, arg_count);
}

bool kit_is_recorded(const struct igdrom_rom *rom, size_t index, enum igdrom_manifest_kind kind)
{
	const struct igdrom_manifest *manifest = igdrom_rom_manifest(rom);
	const char *sha256 = igdrom_rom_image_payload_sha256(igdrom_rom_image_at(rom, index));

	for (size_t i = 0; manifest && sha256 && i < igdrom_manifest_count(manifest); i++) {
		const struct igdrom_manifest_entry *entry = igdrom_manifest_at(manifest, i);

		if (igdrom_manifest_entry_kind(entry) == kind &&
		    igdrom_manifest_entry_image(entry) == index &&
		    !strcmp(igdrom_manifest_entry_sha256(entry), sha256))
			return true;
	}
	return false;
}

/*
 * Facts of a GOP driver, with what is odd about it. When a ROM is finished that was said before, when
 * the driver came in.
 */
static enum igdrom_status read_gop(const struct kit_check *check, struct check_image *image)
{
	struct igdrom_bytes all = igdrom_rom_image_bytes(image->image);
	struct place place = {.at = image->at};

	if (!igdrom_rom_image_compressed(image->image)) {
		place.at += (uint64_t)(image->payload.data - all.data);
		place.exact = true;
	}
	return gop_read(image->payload.data, image->payload.size, place,
			check->quiet ? NULL : check->report, &image->gop);
}

static enum igdrom_status classify(const struct kit_check *check, struct check_image *image)
{
	enum igdrom_status status;
	unsigned provides;

	image->at = igdrom_rom_image_offset(image->image);
	image->efi = igdrom_rom_image_code_type(image->image) == IGDROM_CODE_TYPE_EFI;
	if (igdrom_rom_image_payload(image->image, &image->payload) != IGDROM_OK)
		image->payload = (struct igdrom_bytes){0};
	image->carried = igdrom_rom_image_code_type(image->image) == IGDROM_CODE_TYPE_DATA;
	if ((!image->efi && !image->carried) || image->payload.size == 0)
		return IGDROM_OK;
	status = read_gop(check, image);
	if (status == IGDROM_E_NOMEM)
		return status;
	image->carried = image->carried && image->gop;
	if (!image->efi)
		return IGDROM_OK;
	image->ours = kit_is_guest_driver(check->rom, image->index);
	if (image->gop)
		return IGDROM_OK;
	provides = kit_provides(image->payload);
	image->policy = provides & IGDROM_PROVIDES_GOP_POLICY;
	image->assigns = provides & IGDROM_PROVIDES_OPREGION;
	return IGDROM_OK;
}

/* Who hands OpRegion and policy over: our driver, or one of somebody else that mentions them. */
static void check_helper(struct kit_check *check, const struct check_image *image)
{
	const char *what = image->assigns ? "the OpRegion" : "the GOP policy";

	if (image->ours)
		check_say(check, FINDING_CHECK_GUEST_DRIVER, image->at,
			  REPORT_ARGS(ARG_U(image->index)));
	else if (image->assigns || image->policy)
		check_say(check, FINDING_CHECK_HELPER_FOUND, image->at,
			  REPORT_ARGS(ARG_U(image->index), ARG_S(image->assigns && image->policy
									 ? "OpRegion and GOP policy"
									 : what)));
}

static void check_helpers(struct kit_check *check, const struct check_images *images)
{
	enum igdrom_severity severity = IGDROM_SEVERITY_INFO;
	bool assigned = false;
	size_t efi = 0;

	for (size_t i = 0; i < images->count; i++) {
		const struct check_image *image = &images->list[i];

		check_helper(check, image);
		efi += image->efi;
		assigned = assigned || image->ours || image->assigns;
		if (image->gop)
			severity = IGDROM_SEVERITY_WARNING;
	}
	if (efi && !assigned)
		check_say_as(check, severity, FINDING_CHECK_ASSIGNMENT_MISSING, IGDROM_NO_OFFSET,
			     REPORT_NO_ARGS);
}

static bool is_driver(const struct check_image *image)
{
	uint8_t type = igdrom_rom_image_code_type(image->image);

	return type == IGDROM_CODE_TYPE_EFI || type == IGDROM_CODE_TYPE_LEGACY;
}

static bool names_device(const struct igdrom_rom_image *image, uint16_t device_id)
{
	if (igdrom_rom_image_vendor_id(image) != IGDROM_VENDOR_INTEL)
		return false;
	if (igdrom_rom_image_device_id(image) == device_id)
		return true;
	for (size_t i = 0; i < igdrom_rom_image_device_list_count(image); i++) {
		if (igdrom_rom_image_device_list_at(image, i) == device_id)
			return true;
	}
	return false;
}

/* OVMF compares no ids; SeaBIOS and the firmware of real machines do. */
static void check_device_ids(struct kit_check *check, const struct check_images *images)
{
	const struct check_image *first = NULL;
	char list[KIT_LIST_BYTES] = "";
	char number[24];

	for (size_t i = 0; i < images->count; i++) {
		const struct check_image *image = &images->list[i];

		if (!is_driver(image) || names_device(image->image, check->device_id))
			continue;
		first = first ? first : image;
		snprintf(number, sizeof(number), "%zu", i);
		if (!kit_list_add(list, number))
			break;
	}
	if (first)
		check_say(check, FINDING_CHECK_DEVICE_LIST, first->at,
			  REPORT_ARGS(ARG_S(list), ARG_U(check->device_id),
				      ARG_U(igdrom_rom_image_vendor_id(first->image)),
				      ARG_U(igdrom_rom_image_device_id(first->image))));
}

/* 8086 as a decimal number. */
static void check_decimal(struct kit_check *check, const struct check_images *images)
{
	for (size_t i = 0; i < images->count; i++) {
		const struct check_image *image = &images->list[i];

		if (igdrom_rom_image_vendor_id(image->image) != DECIMAL_8086)
			continue;
		check_say(check, FINDING_CHECK_IDS_DECIMAL, image->at,
			  REPORT_ARGS(ARG_U(i), ARG_U(DECIMAL_8086),
				      ARG_U(igdrom_rom_image_device_id(image->image))));
		return;
	}
}

/*
 * A ROM of a network card and the like: what an IGD needs is not looked for. Class 0 is what EfiRom
 * writes when nobody says otherwise.
 */
static bool is_for_display(const struct kit_check *check, const struct check_images *images)
{
	if (check->device_id)
		return true;
	for (size_t i = 0; i < images->count; i++) {
		const struct check_image *image = &images->list[i];
		uint32_t class_code = igdrom_rom_image_class_code(image->image);

		if (image->gop || image->ours || image->assigns || image->policy ||
		    class_code >> 16 == CLASS_DISPLAY || class_code == 0)
			return true;
	}
	return false;
}

static void check_device(struct kit_check *check)
{
	const struct igdrom_device *device;

	if (igdrom_device_lookup(check->device_id, &device) != IGDROM_OK)
		check_say(check, FINDING_DEVICE_UNKNOWN, IGDROM_NO_OFFSET,
			  REPORT_ARGS(ARG_U(check->device_id)));
	else if (igdrom_device_kind(device) == IGDROM_DEVICE_DISCRETE)
		check_say(
			check, FINDING_DEVICE_DISCRETE, IGDROM_NO_OFFSET,
			REPORT_ARGS(ARG_U(check->device_id),
				    ARG_S(kit_or(igdrom_device_codename(device), "no codename"))));
}

static enum igdrom_status check_purpose(struct kit_check *check, const struct check_images *images)
{
	const struct igdrom_rom_image *first = images->list[0].image;

	if (is_for_display(check, images)) {
		check_helpers(check, images);
		return check_gops(check, images);
	}
	check_say(check, FINDING_CHECK_NOT_DISPLAY, 0,
		  REPORT_ARGS(ARG_U(0), ARG_U(igdrom_rom_image_class_code(first))));
	return IGDROM_OK;
}

enum igdrom_status kit_check_contents(struct kit_check *check)
{
	struct check_images *images = calloc(1, sizeof(*images));
	enum igdrom_status status = IGDROM_OK;

	if (!images)
		return IGDROM_E_NOMEM;
	images->count = igdrom_rom_image_count(check->rom);
	for (size_t i = 0; i < images->count && status == IGDROM_OK; i++) {
		images->list[i].image = igdrom_rom_image_at(check->rom, i);
		images->list[i].index = i;
		status = classify(check, &images->list[i]);
	}
	if (status == IGDROM_OK) {
		check_drivers(check, images);
		check_decimal(check, images);
		check_manifest(check, images);
		status = check_purpose(check, images);
	}
	if (status == IGDROM_OK && check->device_id) {
		check_device(check);
		check_device_ids(check, images);
	}
	for (size_t i = 0; i < images->count; i++)
		igdrom_gop_free(images->list[i].gop);
	free(images);
	return status;
}

/* A file that is no ROM: what it is was said by the parser; which GOP driver it is, here. */
static enum igdrom_status explain_no_rom(const void *data, size_t size, enum igdrom_status status,
					 struct igdrom_report *report)
{
	struct igdrom_gop *gop;
	enum igdrom_status found = igdrom_gop_identify(data, size, NULL, &gop);

	if (found == IGDROM_E_NOMEM)
		return found;
	if (found == IGDROM_OK) {
		report_add(report, FINDING_CHECK_BARE_GOP, 0,
			   REPORT_ARGS(ARG_S(kit_or(igdrom_gop_version(gop), "not readable"))));
		igdrom_gop_free(gop);
	}
	if (igdrom_report_worst(report) < IGDROM_SEVERITY_ERROR)
		report_add(report, FINDING_CHECK_UNREADABLE, 0,
			   REPORT_ARGS(ARG_S(igdrom_strerror(status))));
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_check(const void *data, size_t size, uint16_t device_id,
				    const struct igdrom_limits *limits,
				    struct igdrom_report *report)
{
	struct kit_check check = {.report = report, .device_id = device_id};
	struct igdrom_rom *rom;
	enum igdrom_status status;

	if (!report || (size && !data))
		return IGDROM_E_INVAL;
	status = igdrom_rom_parse(data, size, limits, report, &rom);
	if (status == IGDROM_E_LIMIT || status == IGDROM_E_NOMEM || status == IGDROM_E_INVAL)
		return status;
	if (status != IGDROM_OK)
		return explain_no_rom(data, size, status, report);
	check.rom = rom;
	oprom_check_structure(rom, report);
	status = kit_check_contents(&check);
	igdrom_rom_free(rom);
	return status;
}
