/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of changes.c, doctor.c and host.c in a build without cJSON. */
#include "json/not_built.h"

#include <igdrom/changes.h>
#include <igdrom/host.h>

enum igdrom_status igdrom_changes_to_json(const struct igdrom_changes *changes,
					  const struct igdrom_report *report, char **out)
{
	(void)changes;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_journals_to_json(const struct igdrom_journals *journals,
					   const struct igdrom_report *report, char **out)
{
	(void)journals;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_host_to_json(const struct igdrom_host *host,
				       const struct igdrom_report *report, char **out)
{
	(void)host;
	(void)report;
	return not_built(out);
}

enum igdrom_status igdrom_host_doctor_to_json(const struct igdrom_report *report, char **out)
{
	(void)report;
	return not_built(out);
}
