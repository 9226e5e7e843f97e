/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a log: every finding lies at the start of a line, what is told is bounded, and a log
 * without its last line says nothing that the whole does not say. */
#include "fuzz/fuzz.h"

#include <igdrom/vm.h>

#include <string.h>

static bool starts_line(const uint8_t *data, uint64_t at)
{
	if (at == 0 || data[at - 1] == '\n' || data[at - 1] == '\r')
		return true;
	if (at == 2 && data[0] == 0xff && data[1] == 0xfe)
		return true;
	return at >= 2 && data[at - 1] == 0 && (data[at - 2] == '\n' || data[at - 2] == '\r');
}

static void check(const uint8_t *data, size_t size, const struct igdrom_report *report)
{
	uint64_t last = 0;

	FUZZ_CHECK(igdrom_report_count(report) > 0);
	FUZZ_CHECK(igdrom_report_dropped(report) == 0);
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);
		uint64_t at = igdrom_finding_offset(finding);

		FUZZ_CHECK(!strncmp(igdrom_finding_code(finding), "log-", 4));
		FUZZ_CHECK(igdrom_finding_text(finding)[0]);
		if (at == IGDROM_NO_OFFSET) {
			FUZZ_CHECK(i + 1 == igdrom_report_count(report));
			continue;
		}
		FUZZ_CHECK(at < size && at >= last && starts_line(data, at));
		last = at;
	}
}

static void explain(const uint8_t *data, size_t size, const struct igdrom_vm_request *request)
{
	struct igdrom_report *report;
	enum igdrom_status status;

	if (igdrom_report_new(&report) != IGDROM_OK)
		return;
	status = igdrom_vm_explain(data, size, request, NULL, report);
	FUZZ_CHECK(status == IGDROM_OK || status == IGDROM_E_NOMEM);
	if (status == IGDROM_OK)
		check(data, size, report);
	igdrom_report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_vm_request *request;

	explain(data, size, NULL);
	if (igdrom_vm_request_new(&request) != IGDROM_OK)
		return 0;
	if (igdrom_vm_request_set(request, "qemu", "9.2", NULL) == IGDROM_OK)
		explain(data, size, request);
	igdrom_vm_request_free(request);
	return 0;
}
