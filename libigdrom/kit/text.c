/* SPDX-License-Identifier: BSD-2-Clause */
#include "kit/internal.h"

#include <igdrom/device.h>

#include <stdio.h>
#include <string.h>

#define LIST_END " ..."

bool kit_list_add(char out[KIT_LIST_BYTES], const char *item)
{
	size_t at = strlen(out);
	bool fits = strlen(item) + 1 + sizeof(LIST_END) <= KIT_LIST_BYTES - at;

	snprintf(out + at, KIT_LIST_BYTES - at, "%s%s", at && fits ? " " : "",
		 fits ? item : LIST_END);
	return fits;
}

void kit_list_ids(const struct igdrom_gop *gop, char out[KIT_LIST_BYTES])
{
	size_t count = igdrom_gop_device_count(gop);
	char item[8];

	out[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		snprintf(item, sizeof(item), "%04X", igdrom_gop_device_at(gop, i));
		if (!kit_list_add(out, item))
			return;
	}
}

void kit_list_lpc(const struct igdrom_gop *gop, char out[KIT_LIST_BYTES])
{
	size_t count = igdrom_gop_lpc_count(gop);
	char item[16];

	snprintf(out, KIT_LIST_BYTES, "%s", count ? "" : "not known for this build");
	for (size_t i = 0; i < count; i++) {
		struct igdrom_id_range range = igdrom_gop_lpc_at(gop, i);

		if (range.first == range.last)
			snprintf(item, sizeof(item), "%04X", range.first);
		else
			snprintf(item, sizeof(item), "%04X-%04X", range.first, range.last);
		if (!kit_list_add(out, item))
			return;
	}
}

const char *kit_or(const char *text, const char *instead)
{
	return text && *text ? text : instead;
}

void kit_say_not_taken(const struct igdrom_rom_image *image, size_t index, const char *name,
		       struct igdrom_report *report)
{
	report_add(report, FINDING_BUILD_NOT_TAKEN, igdrom_rom_image_offset(image),
		   REPORT_ARGS(ARG_U(index), ARG_S(kit_or(name, "the file")),
			       ARG_S(igdrom_code_type_name(igdrom_rom_image_code_type(image)))));
}

void kit_say_nothing_taken(uint8_t code_type, const char *name, struct igdrom_report *report)
{
	report_add(report, FINDING_BUILD_NOTHING_TAKEN, IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_S(kit_or(name, "The file")),
			       ARG_S(igdrom_code_type_name(code_type))));
}

/* The table joins versions by ",". */
static void put_versions(const char *versions, char out[KIT_LIST_BYTES])
{
	size_t at = strlen(out);

	for (; *versions && at < KIT_LIST_BYTES - sizeof(", )"); versions++) {
		out[at++] = *versions;
		if (*versions == ',')
			out[at++] = ' ';
	}
	snprintf(out + at, KIT_LIST_BYTES - at, ")");
}

void kit_drivers_for(uint16_t device_id, char out[KIT_LIST_BYTES])
{
	const struct igdrom_device *device;
	const char *family = NULL;
	const char *versions = NULL;

	if (igdrom_device_lookup(device_id, &device) == IGDROM_OK) {
		family = igdrom_device_gop_family(device);
		versions = igdrom_device_gop_versions(device);
	}
	snprintf(out, KIT_LIST_BYTES, "%s%s%s", family && !versions ? "perhaps " : "",
		 kit_or(family, "none"), versions ? " (" : "");
	if (versions)
		put_versions(versions, out);
}
