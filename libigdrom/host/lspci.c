/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/host.h"

enum igdrom_status igdrom_host_from_lspci(const void *text, size_t size,
					  struct igdrom_report *report, struct igdrom_host **out)
{
	(void)text;
	(void)size;
	(void)report;
	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	return IGDROM_E_NOT_RECOGNIZED;
}
