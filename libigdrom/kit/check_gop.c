/* SPDX-License-Identifier: BSD-2-Clause */
/* What GOP drivers need around them. */
#include "kit/check.h"

#include "gop/gop.h"
#include "igd/choose.h"
#include "igd/opregion.h"

#include <stdlib.h>

static const char *version_of(const struct check_image *image)
{
	return kit_or(igdrom_gop_version(image->gop), "not readable");
}

static const struct check_image *next_gop(const struct check_images *images, size_t from)
{
	for (size_t i = from; i < images->count; i++) {
		if (images->list[i].gop)
			return &images->list[i];
	}
	return NULL;
}

static bool may_start(const struct kit_check *check, const struct check_image *image)
{
	return !check->device_id || igdrom_gop_supports(image->gop, check->device_id) != IGDROM_NO;
}

/* Two of which one cannot be read: they may clash. */
static void check_unknown_pair(struct kit_check *check, const struct check_images *images)
{
	const struct check_image *first = NULL;
	const struct check_image *gop;
	bool unknown = false;

	for (gop = next_gop(images, 0); gop; gop = next_gop(images, gop->index + 1)) {
		if (gop->carried || !may_start(check, gop))
			continue;
		unknown = unknown || igdrom_gop_device_count(gop->gop) == 0;
		if (first && unknown) {
			check_say(check, FINDING_CHECK_GOP_SEVERAL_UNKNOWN, gop->at,
				  REPORT_ARGS(ARG_U(first->index), ARG_U(gop->index)));
			return;
		}
		first = first ? first : gop;
	}
}

/*
 * Firmware starts every driver of code type 3, and our driver one of those that it carries; one
 * attaches to the device when its own table lists it. Two that do fight
 * over the ports (AICodo/intel6-14rom, README section 4.4). owners: for each device id the
 * index, plus one, of the first image that lists it.
 */
static bool check_pairs_of(struct kit_check *check, const struct check_images *images,
			   const struct check_image *gop, uint16_t *owners)
{
	enum igdrom_severity severity =
		check->device_id ? IGDROM_SEVERITY_ERROR : IGDROM_SEVERITY_WARNING;

	for (size_t i = 0; i < igdrom_gop_device_count(gop->gop); i++) {
		uint16_t id = igdrom_gop_device_at(gop->gop, i);
		const struct check_image *other;

		if (check->device_id ? id != check->device_id
				     : !igdrom_gop_device_is_igd(gop->gop, i))
			continue;
		if (owners[id] == 0)
			owners[id] = (uint16_t)(gop->index + 1);
		if (owners[id] == gop->index + 1)
			continue;
		other = &images->list[owners[id] - 1];
		if (other->carried && gop->carried)
			continue;
		check_say_as(check, severity, FINDING_CHECK_GOP_SEVERAL, gop->at,
			     REPORT_ARGS(ARG_U(other->index), ARG_S(version_of(other)),
					 ARG_U(gop->index), ARG_S(version_of(gop)), ARG_U(id)));
		return true;
	}
	return false;
}

/* One finding is enough: the first pair that clashes. */
static enum igdrom_status check_several(struct kit_check *check, const struct check_images *images)
{
	uint16_t *owners = calloc(UINT16_MAX + 1, sizeof(*owners));
	const struct check_image *gop;
	bool found = false;

	if (!owners)
		return IGDROM_E_NOMEM;
	for (gop = next_gop(images, 0); gop && !found; gop = next_gop(images, gop->index + 1))
		found = check_pairs_of(check, images, gop, owners);
	free(owners);
	if (!found)
		check_unknown_pair(check, images);
	return IGDROM_OK;
}

/* Which of the drivers that list the device our driver starts; else the first that firmware does. */
static bool is_better(const struct check_image *gop, const struct check_image *than)
{
	if (!than)
		return true;
	return gop->carried && than->carried &&
	       gop_version_compare(version_of(gop), version_of(than)) > 0;
}

static void check_lists_device(struct kit_check *check, const struct check_images *images)
{
	const struct check_image *best = NULL;
	char drivers[KIT_LIST_BYTES];
	bool unknown = false;
	const struct check_image *gop;

	for (gop = next_gop(images, 0); gop; gop = next_gop(images, gop->index + 1)) {
		enum igdrom_tristate lists = igdrom_gop_supports(gop->gop, check->device_id);

		if (lists == IGDROM_YES && is_better(gop, best))
			best = gop;
		unknown = unknown || lists == IGDROM_UNKNOWN;
	}
	if (best) {
		check_say(check, FINDING_CHECK_GOP_LISTS_DEVICE, best->at,
			  REPORT_ARGS(ARG_U(best->index), ARG_S(version_of(best)),
				      ARG_U(check->device_id)));
		return;
	}
	if (unknown)
		return;
	kit_drivers_for(check->device_id, drivers);
	check_say(check, FINDING_CHECK_GOP_DEVICE, next_gop(images, 0)->at,
		  REPORT_ARGS(ARG_U(check->device_id), ARG_S(drivers)));
}

/* Start() of every GOP ends with an error when LocateProtocol() finds no PlatformGopPolicy. */
static void check_policy(struct kit_check *check, const struct check_images *images)
{
	const struct check_image *gop = next_gop(images, 0);
	const struct check_image *policy = NULL;

	for (size_t i = 0; i < images->count && !policy; i++) {
		if (images->list[i].ours || images->list[i].policy)
			policy = &images->list[i];
	}
	if (!policy)
		check_say(check, FINDING_CHECK_GOP_POLICY_MISSING, gop->at,
			  REPORT_ARGS(ARG_U(gop->index), ARG_S(version_of(gop))));
	else if (policy->index > gop->index)
		check_say(check, FINDING_CHECK_GOP_POLICY_LATE, gop->at,
			  REPORT_ARGS(ARG_U(gop->index), ARG_U(policy->index)));
}

/* Firmware passes over what is carried: it is of use when our driver is there and knows of it. */
static void check_carried(struct kit_check *check, const struct check_images *images,
			  const struct check_image *gop)
{
	for (size_t i = 0; i < images->count && gop->carried; i++) {
		if (images->list[i].ours &&
		    kit_is_recorded(check->rom, gop->index, IGDROM_MANIFEST_GOP))
			return;
	}
	if (gop->carried)
		check_say(check, FINDING_CHECK_GOP_NOT_STARTED, gop->at,
			  REPORT_ARGS(ARG_U(gop->index), ARG_S(version_of(gop))));
}

/* Our driver answers the check of a driver that it starts, when the manifest says how. */
static bool answers_lpc(const struct kit_check *check, const struct check_image *image)
{
	const struct igdrom_manifest *manifest = igdrom_rom_manifest(check->rom);

	for (size_t i = 0; image->carried && i < igdrom_manifest_count(manifest); i++) {
		const struct igdrom_manifest_entry *entry = igdrom_manifest_at(manifest, i);

		if (igdrom_manifest_entry_image(entry) == image->index)
			return igdrom_manifest_entry_answers_lpc(entry);
	}
	return false;
}

static void check_one(struct kit_check *check, const struct check_image *image)
{
	enum finding_code code =
		answers_lpc(check, image) ? FINDING_CHECK_GOP_LPC_ANSWERED : FINDING_CHECK_GOP_LPC;
	char lpc[KIT_LIST_BYTES];

	check_say(check, FINDING_CHECK_GOP_FOUND, image->at,
		  REPORT_ARGS(ARG_U(image->index), ARG_S(version_of(image)),
			      ARG_U(igdrom_gop_device_count(image->gop))));
	if (igdrom_gop_gate(image->gop) != IGDROM_GATE_FATAL)
		return;
	kit_list_lpc(image->gop, lpc);
	check_say(check, code, image->at,
		  REPORT_ARGS(ARG_U(image->index), ARG_S(version_of(image)), ARG_S(lpc)));
}

/* A VBT in the ROM on which the driver would stop the boot. */
static void check_hang(struct kit_check *check, const struct check_images *images,
		       const struct check_image *gop)
{
	struct igdrom_id_range range = gop_hanging_vbts(gop->gop);

	for (size_t i = 0; i < images->count && range.first; i++) {
		const struct check_image *image = &images->list[i];
		unsigned bdb;

		if (igdrom_rom_image_code_type(image->image) != IGDROM_CODE_TYPE_DATA ||
		    !vbt_is_whole(image->payload.data, image->payload.size))
			continue;
		bdb = vbt_bdb_version(image->payload.data);
		if (bdb < range.first || bdb > range.last)
			continue;
		check_say(check, FINDING_CHECK_GOP_VBT_HANG, gop->at,
			  REPORT_ARGS(ARG_U(gop->index), ARG_S(version_of(gop)), ARG_U(bdb),
				      ARG_U(i)));
		return;
	}
}

static bool has_legacy(const struct check_images *images)
{
	for (size_t i = 0; i < images->count; i++) {
		if (igdrom_rom_image_code_type(images->list[i].image) == IGDROM_CODE_TYPE_LEGACY)
			return true;
	}
	return false;
}

enum igdrom_status check_gops(struct kit_check *check, const struct check_images *images)
{
	const struct check_image *gop = next_gop(images, 0);

	if (!gop) {
		check_say(check,
			  has_legacy(images) ? FINDING_CHECK_GOP_NONE_LEGACY
					     : FINDING_CHECK_GOP_NONE,
			  IGDROM_NO_OFFSET, REPORT_NO_ARGS);
		return IGDROM_OK;
	}
	for (; gop; gop = next_gop(images, gop->index + 1)) {
		if (!gop->carried || may_start(check, gop))
			check_one(check, gop);
		check_carried(check, images, gop);
		if (may_start(check, gop))
			check_hang(check, images, gop);
	}
	check_policy(check, images);
	if (check->device_id)
		check_lists_device(check, images);
	return check_several(check, images);
}
