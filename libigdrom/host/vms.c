/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/host.h"

void host_scan_vms(struct scan *scan)
{
	(void)scan;
}
