/* SPDX-License-Identifier: BSD-2-Clause */
#include "releases.h"

#include <string.h>

size_t release_index(const char *name, size_t length)
{
	size_t i = 0;

	while (i < RELEASE_COUNT &&
	       (strlen(releases[i]) != length || strncmp(releases[i], name, length) != 0))
		i++;
	return i;
}

bool release_in(const char *list, size_t release)
{
	while (*list) {
		size_t length = strcspn(list, ",");
		size_t first = strcspn(list, ",-");
		size_t low = release_index(list, first);
		size_t high =
			first < length ? release_index(list + first + 1, length - first - 1) : low;

		if (low <= release && release <= high)
			return true;
		list += length + (list[length] == ',');
	}
	return false;
}
