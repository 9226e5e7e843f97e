/* SPDX-License-Identifier: BSD-2-Clause */
#include <igdrom/status.h>

#include "core/version.h"

#include <stdlib.h>

const char *igdrom_strerror(enum igdrom_status status)
{
	switch (status) {
#define IGDROM_STATUS(name, number, group, sentence) \
	case IGDROM_##name:                          \
		return sentence;
#include <igdrom/status.def>
#undef IGDROM_STATUS
	}
	return "unknown status";
}

const char *igdrom_status_name(enum igdrom_status status)
{
	switch (status) {
#define IGDROM_STATUS(name, number, group, sentence) \
	case IGDROM_##name:                          \
		return "IGDROM_" #name;
#include <igdrom/status.def>
#undef IGDROM_STATUS
	}
	return "unknown";
}

void igdrom_bytes_free(struct igdrom_bytes *bytes)
{
	if (!bytes)
		return;
	/* Owned bytes were allocated by us as writable memory; the view is const for its readers.
	 */
	free((void *)(uintptr_t)bytes->data);
	bytes->data = NULL;
	bytes->size = 0;
}

void igdrom_string_free(char *text)
{
	free(text);
}

const char *igdrom_version(void)
{
	return IGDROM_VERSION;
}
