/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_TESTS_FINDINGS_H
#define IGDROM_TESTS_FINDINGS_H

#include <igdrom/report.h>

#include <string.h>

/* The first finding with this code, or NULL. */
static inline const struct igdrom_finding *find_in(const struct igdrom_report *report,
						   const char *code)
{
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		if (!strcmp(igdrom_finding_code(finding), code))
			return finding;
	}
	return NULL;
}

#endif
