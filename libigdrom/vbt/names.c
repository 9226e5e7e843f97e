/* SPDX-License-Identifier: BSD-2-Clause */
/* Connectors by the names that drivers of a device have for its ports. */
#include "vbt/internal.h"

#include <igdrom/device.h>

#include <stdio.h>
#include <stdlib.h>

#define NAME_BYTES 32

/* The name at a place of a list ("A TC1 TC2"); its size, 0 when the list ends before. */
static size_t name_at(const char **list, size_t index)
{
	for (; index; index--) {
		*list += strcspn(*list, " ");
		*list += strspn(*list, " ");
	}
	return strcspn(*list, " ");
}

enum igdrom_status igdrom_vbt_port_name_on(const struct igdrom_vbt_port *port, uint16_t device_id,
					   char **out)
{
	const struct igdrom_device *device;
	const char *names;
	char name[NAME_BYTES];
	size_t size;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!port)
		return IGDROM_E_INVAL;
	if (igdrom_device_lookup(device_id, &device) != IGDROM_OK)
		return IGDROM_E_NOT_FOUND;
	names = igdrom_device_ddi_names(device);
	if (names && port->ddi) {
		size = name_at(&names, (size_t)(port->ddi[0] - 'A'));
		if (size == 0)
			return IGDROM_E_NOT_FOUND;
		snprintf(name, sizeof(name), "%s on DDI %.*s", port->type, (int)size, names);
	} else {
		snprintf(name, sizeof(name), "%s", port->name);
	}
	*out = malloc(strlen(name) + 1);
	if (!*out)
		return IGDROM_E_NOMEM;
	memcpy(*out, name, strlen(name) + 1);
	return IGDROM_OK;
}
