/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether what is in the builder is for the device that the ROM is for. */
#include "kit/internal.h"

static enum igdrom_severity refusal(const struct igdrom_rom_builder *builder)
{
	return builder->force ? IGDROM_SEVERITY_WARNING : IGDROM_SEVERITY_ERROR;
}

enum igdrom_status kit_check_target(const struct igdrom_rom_builder *builder,
				    const struct kit_image *image, struct igdrom_report *report)
{
	uint16_t target = builder->target;
	const char *name = kit_or(image->name, "The GOP driver");
	char drivers[KIT_LIST_BYTES];
	char ids[KIT_LIST_BYTES];

	if (target == 0 || !image->gop)
		return IGDROM_OK;
	switch (igdrom_gop_supports(image->gop, target)) {
	case IGDROM_YES:
		return IGDROM_OK;
	case IGDROM_UNKNOWN:
		report_add(report, FINDING_BUILD_GOP_UNREADABLE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(name), ARG_U(target)));
		return IGDROM_OK;
	case IGDROM_NO:
		break;
	}
	kit_list_ids(image->gop, ids);
	kit_drivers_for(target, drivers);
	report_add_as(report, refusal(builder), FINDING_BUILD_GOP_DEVICE,
		      igdrom_gop_device_table_offset(image->gop),
		      REPORT_ARGS(ARG_S(name), ARG_S(kit_or(image->version, "not readable")),
				  ARG_U(target), ARG_S(ids), ARG_S(drivers)));
	return builder->force ? IGDROM_OK : IGDROM_E_REFUSED;
}

enum igdrom_status kit_check_target_device(const struct igdrom_rom_builder *builder,
					   struct igdrom_report *report)
{
	const struct igdrom_device *device;

	if (builder->target == 0)
		return IGDROM_OK;
	if (igdrom_device_lookup(builder->target, &device) != IGDROM_OK) {
		report_add(report, FINDING_DEVICE_UNKNOWN, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(builder->target)));
		return IGDROM_OK;
	}
	if (igdrom_device_kind(device) == IGDROM_DEVICE_IGD)
		return IGDROM_OK;
	report_add_as(report, refusal(builder), FINDING_DEVICE_DISCRETE, IGDROM_NO_OFFSET,
		      REPORT_ARGS(ARG_U(builder->target),
				  ARG_S(kit_or(igdrom_device_codename(device), "no codename"))));
	return builder->force ? IGDROM_OK : IGDROM_E_REFUSED;
}
