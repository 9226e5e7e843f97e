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
