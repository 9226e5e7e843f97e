/* SPDX-License-Identifier: BSD-2-Clause */
/* Which image goes where, and for which devices. */
#include "kit/internal.h"

/*
 * A legacy BIOS takes the first image if it is one of its own; OVMF starts EFI images in the order
 * of the ROM, so that whoever provides something stands before who needs it.
 */
static const enum igdrom_manifest_kind order[] = {
	IGDROM_MANIFEST_LEGACY, IGDROM_MANIFEST_GUEST_DRIVER, IGDROM_MANIFEST_GOP,
	IGDROM_MANIFEST_VBT,    IGDROM_MANIFEST_EFI,
};

static void order_images(const struct igdrom_rom_builder *builder, struct kit_plan *plan)
{
	plan->count = 0;
	for (size_t k = 0; k < sizeof(order) / sizeof(order[0]); k++) {
		for (size_t i = 0; i < builder->count; i++) {
			if (builder->images[i].kind == order[k])
				plan->images[plan->count++] = &builder->images[i];
		}
	}
}

static bool share_id(struct kit_plan *plan, uint16_t device_id)
{
	for (size_t i = 0; i < plan->shared_count; i++) {
		if (plan->shared_ids[i] == device_id)
			return true;
	}
	if (plan->shared_count == OPROM_MAX_DEVICE_IDS)
		return false;
	plan->shared_ids[plan->shared_count++] = device_id;
	return true;
}

static bool share_gop_ids(struct kit_plan *plan, const struct kit_image *image)
{
	for (size_t i = 0; i < image->gop_id_count; i++) {
		if (!share_id(plan, image->gop_ids[i]))
			return false;
	}
	return true;
}

/* Every integrated device that something is known about which a driver needs: not those of old. */
static bool share_all_ids(struct kit_plan *plan)
{
	for (size_t i = 0; i < igdrom_device_count(); i++) {
		const struct igdrom_device *device = igdrom_device_at(i);
		bool known = igdrom_device_gop_family(device) ||
			     igdrom_device_stolen_family(device) != IGDROM_STOLEN_UNKNOWN;

		if (igdrom_device_kind(device) == IGDROM_DEVICE_IGD && known &&
		    !share_id(plan, igdrom_device_id(device)))
			return false;
	}
	return true;
}

static bool share_ids(const struct igdrom_rom_builder *builder, struct kit_plan *plan)
{
	plan->shared_count = 0;
	plan->targeted = builder->target != 0;
	if (plan->targeted)
		return share_id(plan, builder->target);
	for (size_t i = 0; i < plan->count; i++) {
		if (!share_gop_ids(plan, plan->images[i]))
			return false;
	}
	return plan->shared_count ? true : share_all_ids(plan);
}

bool kit_plan_is_payload(const struct kit_plan *plan, const struct kit_image *image)
{
	return (plan->select && image->kind == IGDROM_MANIFEST_GOP) ||
	       image->kind == IGDROM_MANIFEST_VBT;
}

const uint16_t *kit_plan_ids(const struct kit_plan *plan, const struct kit_image *image,
			     size_t *count)
{
	const struct kit_settings *settings = &image->settings;
	const uint16_t *ids = plan->shared_ids;

	*count = plan->shared_count;
	if (kit_plan_is_payload(plan, image) && image->gop_id_count && !plan->targeted) {
		ids = image->gop_ids;
		*count = image->gop_id_count;
	}
	if (settings->device_ids) {
		ids = settings->device_ids;
		*count = settings->device_id_count;
	}
	if (settings->pcir_revision == 0 && *count > 1)
		*count = 1;
	return ids;
}

/* The ids of a GOP driver that cannot be read cannot be chosen by: firmware starts it, as it is. */
static enum igdrom_status plan_gops(const struct igdrom_rom_builder *builder, struct kit_plan *plan,
				    struct igdrom_report *report)
{
	const struct kit_image *first = NULL;
	const struct kit_image *second = NULL;
	bool driver = false;
	bool readable = true;
	bool vbt = false;

	for (size_t i = 0; i < plan->count; i++) {
		const struct kit_image *image = plan->images[i];

		driver = driver || image->kind == IGDROM_MANIFEST_GUEST_DRIVER;
		vbt = vbt || image->kind == IGDROM_MANIFEST_VBT;
		if (image->kind != IGDROM_MANIFEST_GOP)
			continue;
		readable = readable && image->gop && igdrom_gop_device_count(image->gop) > 0;
		second = second ? second : first ? image : NULL;
		first = first ? first : image;
	}
	plan->select = driver && readable && !builder->no_select;
	if (vbt && !driver) {
		report_add(report, FINDING_BUILD_VBT_ALONE, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
		return IGDROM_E_REFUSED;
	}
	if (!second || plan->select || builder->no_select)
		return IGDROM_OK;
	report_add(report, driver ? FINDING_BUILD_SECOND_GOP_UNREADABLE : FINDING_BUILD_SECOND_GOP,
		   IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_S(kit_or(second->name, "The GOP driver")),
			       ARG_S(kit_or(second->version, "not readable")),
			       ARG_S(kit_or(first->name, "the one before")),
			       ARG_S(kit_or(first->version, "not readable"))));
	return IGDROM_E_REFUSED;
}

enum igdrom_status kit_plan(const struct igdrom_rom_builder *builder, struct kit_plan *plan,
			    struct igdrom_report *report)
{
	enum igdrom_status status;

	order_images(builder, plan);
	status = plan_gops(builder, plan, report);
	if (status != IGDROM_OK)
		return status;
	/* The table of devices is ours: more than a list can hold is a bug. */
	if (!share_ids(builder, plan))
		return IGDROM_E_INTERNAL;
	for (size_t i = 0; i < plan->count; i++) {
		const struct kit_image *image = plan->images[i];

		if (image->kind != IGDROM_MANIFEST_LEGACY && !image->settings.device_ids &&
		    image->settings.pcir_revision == 0 && plan->shared_count > 1)
			report_add(report, FINDING_BUILD_DEVICE_LIST_LEFT, IGDROM_NO_OFFSET,
				   REPORT_ARGS(ARG_U(i), ARG_U(plan->shared_ids[0]),
					       ARG_U(plan->shared_count - 1)));
	}
	return IGDROM_OK;
}
