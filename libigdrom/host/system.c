/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/host.h"

void host_scan_system(struct scan *scan)
{
	(void)scan;
}
