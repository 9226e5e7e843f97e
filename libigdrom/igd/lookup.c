/* SPDX-License-Identifier: BSD-2-Clause */
#include "igd/igd.h"

/* Ids of equal traits stand together; a group ends before ids[end]. */
struct group {
	uint16_t end;
	struct igd_traits traits;
};

#include "igd/devices.inc"

bool igd_lookup(uint16_t device_id, struct igd_traits *out)
{
	size_t at = 0;

	for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
		for (; at < groups[g].end; at++) {
			if (ids[at] == device_id) {
				*out = groups[g].traits;
				return true;
			}
		}
	}
	return false;
}
