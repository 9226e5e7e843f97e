/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of dump.c in a build without cJSON. */
#include "json/not_built.h"

#include <igdrom/host.h>

enum igdrom_status igdrom_dump_to_json(const struct igdrom_dump *dump,
				       const struct igdrom_contents *contents, const char *file,
				       const struct igdrom_report *report, char **out)
{
	(void)dump;
	(void)contents;
	(void)file;
	(void)report;
	return not_built(out);
}
