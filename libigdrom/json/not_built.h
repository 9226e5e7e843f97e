/* SPDX-License-Identifier: BSD-2-Clause */
/* What every JSON view is in a build without cJSON. */
#ifndef IGDROM_JSON_NOT_BUILT_H
#define IGDROM_JSON_NOT_BUILT_H

#include <igdrom/status.h>

#include <stddef.h>

static inline enum igdrom_status not_built(char **out)
{
	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	return IGDROM_E_NOT_BUILT;
}

#endif
