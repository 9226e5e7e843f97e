/* SPDX-License-Identifier: BSD-2-Clause */
/* explain_log: the log of stdin explained, one finding a line: OFFSET, CODE, SENTENCE; tabs between. */
#include <igdrom/vm.h>

#include <inttypes.h>
#include <stdio.h>

static char log_text[1 << 20];

int main(void)
{
	size_t size = fread(log_text, 1, sizeof(log_text), stdin);
	struct igdrom_report *report;

	if (igdrom_report_new(&report) != IGDROM_OK ||
	    igdrom_vm_explain(log_text, size, NULL, NULL, report) != IGDROM_OK)
		return 1;
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);
		uint64_t offset = igdrom_finding_offset(finding);

		printf("%" PRId64 "\t%s\t%s\n",
		       offset == IGDROM_NO_OFFSET ? INT64_C(-1) : (int64_t)offset,
		       igdrom_finding_code(finding), igdrom_finding_text(finding));
	}
	igdrom_report_free(report);
	return 0;
}
