/* SPDX-License-Identifier: BSD-2-Clause */
/* What is true of a ROM that was read, or could not be: one sentence, and what to do. */
#include "host/dump_rom.h"

#include "changes/file.h"
#include "core/cursor.h"

#include <igdrom/device.h>
#include <igdrom/rom.h>

#include <errno.h>
#include <string.h>

#define IGD_SLOT        "0000:00:02.0"
#define CLASS_DISPLAY   0x03
#define LEGACY_UNITS_AT 2 /* of a legacy image: what is loaded, Plug and Play BIOS 1.0A 3.1 */
#define LEGACY_UNIT     512u

static bool is_igd(const struct dump_function *function)
{
	return function->vendor == IGDROM_VENDOR_INTEL &&
	       function->class_code >> 16 == CLASS_DISPLAY && !strcmp(function->address, IGD_SLOT);
}

/* There is no ROM, and that is how it is: why, and what there is instead. */
static enum igdrom_status say_none(const struct rom_reading *reading, struct igdrom_report *report)
{
	const struct dump_function *function = reading->function;
	const struct igdrom_device *device = NULL;
	bool absent = reading->error == ENOENT || reading->error == ENOTDIR;
	bool known = igdrom_device_lookup((uint16_t)function->device, &device) == IGDROM_OK &&
		     igdrom_device_legacy_vbios(device) == IGDROM_NO;

	if (reading->machine->captured && absent && !(is_igd(function) && known)) {
		SAY(report, "dump-not-captured", SAY_TEXT(reading->path));
		return IGDROM_E_NOT_FOUND;
	}
	if (!is_igd(function)) {
		SAY(report, reading->shadow ? "dump-rom-shadow-empty" : "dump-rom-none",
		    SAY_TEXT(function->address));
		return IGDROM_E_NOT_FOUND;
	}
	if (known)
		SAY(report, "dump-rom-no-vbios", SAY_TEXT(function->address),
		    SAY_TEXT(igdrom_device_codename(device)));
	else
		SAY(report, "dump-rom-uefi", SAY_TEXT(function->address));
	return IGDROM_E_NOT_FOUND;
}

static bool is_asleep(const struct rom_reading *reading)
{
	return reading->power[0] && strcmp(reading->power, "D0") != 0 &&
	       strcmp(reading->power, "unknown") != 0;
}

static enum igdrom_status say_asleep(const struct rom_reading *reading,
				     struct igdrom_report *report)
{
	SAY(report, "dump-rom-asleep", SAY_TEXT(reading->function->address),
	    SAY_TEXT(reading->power));
	return IGDROM_E_IO;
}

/* The kernel answers EIO when what is there does not start with 55 AA, or cannot be mapped. */
static enum igdrom_status say_failed(const struct rom_reading *reading,
				     struct igdrom_report *report)
{
	const char *address = reading->function->address;

	switch (reading->error) {
	case ENOENT:
	case ENOTDIR:
		return say_none(reading, report);
	case EINVAL:
		SAY(report, "dump-rom-disabled", SAY_TEXT(address));
		return IGDROM_E_IO;
	case EFBIG:
		SAY(report, "file-too-large", SAY_TEXT(reading->path),
		    SAY_NUMBER(IGDROM_ROM_MAX_BYTES));
		return IGDROM_E_LIMIT;
	case EIO:
		if (reading->shadow)
			return say_none(reading, report);
		if (is_asleep(reading))
			return say_asleep(reading, report);
		SAY(report, "dump-rom-invalid", SAY_TEXT(address));
		return IGDROM_E_NOT_FOUND;
	default:
		return dump_say_unreadable(report, reading->path, reading->error);
	}
}

static enum igdrom_status judge_blank(const struct rom_reading *reading,
				      struct igdrom_report *report)
{
	if (reading->shadow || reading->bytes.size == 0 || reading->bytes.data[0] == 0)
		return say_none(reading, report);
	if (is_asleep(reading))
		return say_asleep(reading, report);
	if (is_igd(reading->function))
		return say_none(reading, report);
	SAY(report, "dump-rom-blank", SAY_TEXT(reading->function->address));
	return IGDROM_E_NOT_FOUND;
}

static bool names_device(const struct igdrom_rom *rom, const struct dump_function *function)
{
	for (size_t i = 0; i < igdrom_rom_image_count(rom); i++) {
		const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, i);

		if (igdrom_rom_image_vendor_id(image) != function->vendor)
			continue;
		if (igdrom_rom_image_device_id(image) == function->device)
			return true;
		for (size_t k = 0; k < igdrom_rom_image_device_list_count(image); k++) {
			if (igdrom_rom_image_device_list_at(image, k) == function->device)
				return true;
		}
	}
	return false;
}

/*
 * A ROM of the device's own is its own whatever it says. The copy in memory is one for the whole
 * machine: it may be that of the card that is the primary display.
 */
static enum igdrom_status judge_ids(const struct rom_reading *reading, const struct igdrom_rom *rom,
				    struct igdrom_report *report)
{
	const struct igdrom_rom_image *first = igdrom_rom_image_at(rom, 0);
	const struct dump_function *function = reading->function;
	uint16_t vendor = igdrom_rom_image_vendor_id(first);
	uint16_t device = igdrom_rom_image_device_id(first);

	if (names_device(rom, function))
		return IGDROM_OK;
	if (reading->shadow && vendor != function->vendor) {
		SAY(report, "dump-rom-other", SAY_TEXT(function->address), SAY_NUMBER(vendor),
		    SAY_NUMBER(device));
		return IGDROM_E_NOT_FOUND;
	}
	SAY(report, "dump-rom-device", SAY_TEXT(function->address), SAY_NUMBER(function->vendor),
	    SAY_NUMBER(function->device), SAY_NUMBER(vendor), SAY_NUMBER(device));
	return IGDROM_OK;
}

static void judge_checksums(const struct igdrom_rom *rom, struct igdrom_report *report)
{
	for (size_t i = 0; i < igdrom_rom_image_count(rom); i++) {
		const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, i);
		struct igdrom_bytes bytes = igdrom_rom_image_bytes(image);
		struct cur c = cur_from(bytes.data, bytes.size, 0);
		const uint8_t *loaded;
		uint8_t sum = 0;
		size_t size;

		cur_skip(&c, LEGACY_UNITS_AT);
		size = cur_u8(&c) * LEGACY_UNIT;
		c = cur_from(bytes.data, bytes.size, 0);
		loaded = cur_take(&c, size);
		if (igdrom_rom_image_code_type(image) != IGDROM_CODE_TYPE_LEGACY || c.err)
			continue;
		for (size_t k = 0; k < size; k++)
			sum = (uint8_t)(sum + loaded[k]);
		if (sum)
			SAY(report, "dump-rom-checksum", SAY_NUMBER(i), SAY_NUMBER(sum));
	}
}

enum igdrom_status dump_rom_judge(const struct rom_reading *reading, struct igdrom_report *report)
{
	struct igdrom_rom *rom = NULL;
	enum igdrom_status status;

	if (reading->error)
		return say_failed(reading, report);
	if (dump_is_blank(reading->bytes.data, reading->bytes.size))
		return judge_blank(reading, report);
	status = igdrom_rom_parse(reading->bytes.data, reading->bytes.size, NULL, NULL, &rom);
	if (status == IGDROM_E_NOMEM)
		return status;
	if (status == IGDROM_E_NOT_RECOGNIZED && reading->shadow)
		return say_none(reading, report);
	if (status != IGDROM_OK) {
		SAY(report, "dump-rom-invalid", SAY_TEXT(reading->function->address));
		return IGDROM_E_NOT_FOUND;
	}
	igdrom_rom_free(rom);
	status = igdrom_rom_parse(reading->bytes.data, reading->bytes.size, NULL, report, &rom);
	if (status == IGDROM_OK)
		status = judge_ids(reading, rom, report);
	if (status == IGDROM_OK) {
		judge_checksums(rom, report);
		if (reading->shadow)
			SAY(report, "dump-rom-shadow", SAY_TEXT(reading->function->address));
	}
	igdrom_rom_free(rom);
	return status;
}
