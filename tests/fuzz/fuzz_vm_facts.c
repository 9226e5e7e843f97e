/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts in a document: read, planned by, written as a document, read again to the same. */
#include "fuzz/fuzz.h"

#include <igdrom/json.h>

#include <string.h>

static void plan(const struct igdrom_vm_request *request, struct igdrom_report *report)
{
	struct igdrom_vm_plan *made = NULL;
	char *text = NULL;

	if (igdrom_vm_plan_new(request, report, &made) == IGDROM_OK) {
		FUZZ_CHECK(igdrom_vm_plan_to_json(made, request, report, &text) == IGDROM_OK);
		igdrom_string_free(text);
	}
	igdrom_vm_plan_free(made);
}

static void read_back(const struct igdrom_vm_request *request, struct igdrom_report *report)
{
	struct igdrom_vm_request *again = NULL;
	char *text = NULL;

	FUZZ_CHECK(igdrom_vm_request_new(&again) == IGDROM_OK);
	FUZZ_CHECK(igdrom_vm_request_to_json(request, report, &text) == IGDROM_OK);
	FUZZ_CHECK(igdrom_vm_request_read_json(again, text, strlen(text), NULL) == IGDROM_OK);
	for (size_t i = 0; i < igdrom_vm_request_key_count(); i++) {
		const char *key = igdrom_vm_request_key_at(i);
		const char *a = igdrom_vm_request_get(request, key);
		const char *b = igdrom_vm_request_get(again, key);

		FUZZ_CHECK(a && b ? !strcmp(a, b) : a == b);
	}
	igdrom_string_free(text);
	igdrom_vm_request_free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_vm_request *request = NULL;
	struct igdrom_report *report = NULL;
	enum igdrom_status status;

	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	FUZZ_CHECK(igdrom_vm_request_new(&request) == IGDROM_OK);
	status = igdrom_vm_request_read_json(request, data, size, report);
	/* A build without cJSON has nothing to try. */
	if (status != IGDROM_E_NOT_BUILT) {
		FUZZ_CHECK(status == IGDROM_OK || igdrom_report_count(report) > 0);
		read_back(request, report);
		plan(request, report);
	}
	igdrom_vm_request_free(request);
	igdrom_report_free(report);
	return 0;
}
