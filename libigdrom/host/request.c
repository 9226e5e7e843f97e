/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/host.h"

enum igdrom_status igdrom_host_fill_request(const struct igdrom_host *host,
					    struct igdrom_vm_request *request,
					    struct igdrom_report *report)
{
	(void)report;
	return host && request ? IGDROM_OK : IGDROM_E_INVAL;
}
