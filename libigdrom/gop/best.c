/* SPDX-License-Identifier: BSD-2-Clause */
#include "gop/internal.h"

static bool is_newer(const struct gop_version *a, const struct gop_version *b)
{
	if (a->major != b->major)
		return a->major > b->major;
	if (a->minor != b->minor)
		return a->minor > b->minor;
	return a->build > b->build;
}

enum igdrom_status igdrom_gop_best(const struct igdrom_gop *const *gops, size_t count,
				   uint16_t device_id, size_t *best)
{
	const struct igdrom_gop *found = NULL;

	if (!best)
		return IGDROM_E_INVAL;
	*best = 0;
	if (!gops && count)
		return IGDROM_E_INVAL;
	for (size_t i = 0; i < count; i++) {
		if (!gops[i] || igdrom_gop_supports(gops[i], device_id) != IGDROM_YES)
			continue;
		if (found && !is_newer(&gops[i]->version, &found->version))
			continue;
		found = gops[i];
		*best = i;
	}
	return found ? IGDROM_OK : IGDROM_E_NOT_FOUND;
}

enum igdrom_gop_verdict igdrom_gop_judge(const struct igdrom_gop *gop,
					 const struct igdrom_gop *best, uint16_t device_id)
{
	if (!gop)
		return IGDROM_GOP_ABSENT;
	if (gop == best)
		return IGDROM_GOP_BEST;
	switch (igdrom_gop_supports(gop, device_id)) {
	case IGDROM_NO:
		return IGDROM_GOP_NOT_LISTED;
	case IGDROM_UNKNOWN:
		return IGDROM_GOP_UNREADABLE;
	case IGDROM_YES:
		break;
	}
	return best && is_newer(&best->version, &gop->version) ? IGDROM_GOP_OLDER
							       : IGDROM_GOP_SAME_VERSION;
}

const char *igdrom_gop_verdict_name(enum igdrom_gop_verdict verdict)
{
	switch (verdict) {
	case IGDROM_GOP_BEST:
		return "best";
	case IGDROM_GOP_SAME_VERSION:
		return "same-version";
	case IGDROM_GOP_OLDER:
		return "older";
	case IGDROM_GOP_NOT_LISTED:
		return "not-listed";
	case IGDROM_GOP_UNREADABLE:
		return "unreadable";
	case IGDROM_GOP_ABSENT:
		return "absent";
	}
	return "unknown";
}
