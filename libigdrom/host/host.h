/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_HOST_HOST_H
#define IGDROM_HOST_HOST_H

#include <igdrom/host.h>

struct igdrom_host {
	char *root; /* without a slash at its end; "" is this machine */
};

#endif
