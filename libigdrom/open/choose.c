/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of several is the one to use. The choice is always said, with its reason. */
#include "open/internal.h"

#include "core/report.h"

#include <stdlib.h>

static const char *version_of(const struct igdrom_gop *gop)
{
	const char *version = igdrom_gop_version(gop);

	return version ? version : "not readable";
}

static enum igdrom_status without_device(const struct open_list *gops, struct igdrom_report *report)
{
	if (gops->count > 1) {
		report_add(report, FINDING_CHOICE_GOP_SEVERAL, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(gops->count)));
		return IGDROM_E_NOT_FOUND;
	}
	report_add(report, FINDING_CHOICE_GOP_ONLY, IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_S(version_of(gops->items[0]->gop))));
	return IGDROM_OK;
}

static const char *where_of(const struct igdrom_found *found)
{
	return found->where[0] ? found->where : "the file itself";
}

static size_t count_listing(const struct open_list *gops, uint16_t device_id)
{
	size_t count = 0;

	for (size_t i = 0; i < gops->count; i++)
		count += igdrom_gop_supports(gops->items[i]->gop, device_id) == IGDROM_YES;
	return count;
}

static void say_best(const struct open_list *gops, size_t best, uint16_t device_id,
		     struct igdrom_report *report)
{
	const struct igdrom_found *found = gops->items[best];
	size_t listing = count_listing(gops, device_id);

	if (listing > 1)
		report_add(report, FINDING_CHOICE_GOP_NEWEST, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(version_of(found->gop)), ARG_S(where_of(found)),
				       ARG_U(device_id), ARG_U(listing)));
	else if (gops->count == 1)
		report_add(report, FINDING_CHOICE_GOP_SOLE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(version_of(found->gop)), ARG_S(where_of(found)),
				       ARG_U(device_id)));
	else
		report_add(report, FINDING_CHOICE_GOP_LISTED, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(version_of(found->gop)), ARG_S(where_of(found)),
				       ARG_U(device_id), ARG_U(gops->count)));
}

enum igdrom_status igdrom_contents_choose_gop(const struct igdrom_contents *contents,
					      uint16_t device_id, struct igdrom_report *report,
					      size_t *best)
{
	const struct igdrom_gop *gops[OPEN_MAX_FOUND];
	const struct open_list *list;

	if (!best)
		return IGDROM_E_INVAL;
	*best = 0;
	if (!contents)
		return IGDROM_E_INVAL;
	list = &contents->found[OPEN_GOP];
	if (list->count == 0) {
		report_add(report, FINDING_OPEN_NO_GOP, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(igdrom_file_kind_name(contents->kind))));
		return IGDROM_E_NOT_FOUND;
	}
	if (device_id == 0)
		return without_device(list, report);
	for (size_t i = 0; i < list->count; i++)
		gops[i] = list->items[i]->gop;
	if (igdrom_gop_best(gops, list->count, device_id, best) != IGDROM_OK) {
		report_add(report, FINDING_CHOICE_GOP_NONE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(list->count), ARG_U(device_id)));
		return IGDROM_E_NOT_FOUND;
	}
	say_best(list, *best, device_id, report);
	return IGDROM_OK;
}
