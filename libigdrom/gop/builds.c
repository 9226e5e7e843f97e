/* SPDX-License-Identifier: BSD-2-Clause */
#include "gop/internal.h"

#include "gop/builds.inc"

const struct gop_build *gop_find_build(const struct gop_version *version)
{
	const struct gop_build *any = NULL;

	if (!version->known)
		return NULL;
	for (size_t i = 0; i < gop_build_count(); i++) {
		const struct gop_build *row = &builds[i];

		if (row->major != version->major || row->minor != version->minor)
			continue;
		if (row->any_build)
			any = row;
		else if (row->build == version->build)
			return row;
	}
	return any;
}

size_t gop_build_count(void)
{
	return sizeof(builds) / sizeof(builds[0]);
}

const struct gop_build *gop_build_at(size_t index)
{
	return index < gop_build_count() ? &builds[index] : NULL;
}

struct igdrom_id_range gop_hanging_vbts(const struct igdrom_gop *gop)
{
	if (!gop || !gop->build)
		return (struct igdrom_id_range){0, 0};
	return (struct igdrom_id_range){gop->build->hangs_first, gop->build->hangs_last};
}
