/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of setup.c and bundle.c in a build without cJSON. */
#include "json/not_built.h"

#include <igdrom/setup.h>

enum igdrom_status igdrom_setup_to_json(const struct igdrom_setup *setup,
					const struct igdrom_report *report, char **out)
{
	(void)setup;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_host_bundle(const struct igdrom_host *host,
				      const struct igdrom_report *report, char **out)
{
	(void)host;
	(void)report;
	return not_built(out);
}
