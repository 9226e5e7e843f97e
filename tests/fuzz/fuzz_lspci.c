/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the text of lspci: functions are sorted, found by their address and have ids; nothing
 * that is handed out is unbounded. */
#include "fuzz/fuzz.h"

#include <igdrom/host.h>

#include <string.h>

static int compare(struct igdrom_pci_address a, struct igdrom_pci_address b)
{
	uint64_t left = (uint64_t)a.domain << 24 | (uint64_t)a.bus << 16 | (uint64_t)a.device << 8 |
			a.function;
	uint64_t right = (uint64_t)b.domain << 24 | (uint64_t)b.bus << 16 |
			 (uint64_t)b.device << 8 | b.function;

	return (left > right) - (left < right);
}

static void check_function(const struct igdrom_host *host, size_t i)
{
	const struct igdrom_pci_function *function = igdrom_host_function_at(host, i);
	struct igdrom_pci_address address = igdrom_pci_function_address(function);
	struct igdrom_bytes config = igdrom_pci_function_config(function);
	const char *driver = igdrom_pci_function_driver(function);
	struct igdrom_pci_bar bar;

	FUZZ_CHECK(igdrom_pci_function_id(function).vendor_id != 0);
	FUZZ_CHECK(igdrom_pci_function_id(function).class_code <= 0xffffff);
	FUZZ_CHECK(address.device < 32 && address.function < 8);
	FUZZ_CHECK(igdrom_host_function_find(host, &address) == function);
	if (i)
		FUZZ_CHECK(
			compare(igdrom_pci_function_address(igdrom_host_function_at(host, i - 1)),
				address) < 0);
	FUZZ_CHECK(config.size == 0 || config.size == 64 || config.size == 256 ||
		   config.size == 4096);
	FUZZ_CHECK(!driver || strlen(driver) <= 64);
	FUZZ_CHECK(!driver || igdrom_pci_function_bound(function) == IGDROM_YES);
	FUZZ_CHECK(igdrom_pci_function_iommu_group(function) >= -1);
	FUZZ_CHECK(igdrom_pci_function_physical(function) != function);
	for (unsigned n = 0; n < 7; n++) {
		if (!igdrom_pci_function_bar(function, n, &bar))
			FUZZ_CHECK(!bar.address && !bar.size);
	}
}

static void check(const struct igdrom_host *host)
{
	struct igdrom_igd_memory memory;
	struct igdrom_vm_request *request;
	char *json = NULL;

	for (size_t i = 0; i < igdrom_host_function_count(host); i++)
		check_function(host, i);
	if (igdrom_host_igd_memory(host, &memory))
		FUZZ_CHECK(igdrom_host_igd(host) && (memory.bdsm & 0xfffff) == 0);
	if (igdrom_vm_request_new(&request) == IGDROM_OK) {
		FUZZ_CHECK(igdrom_host_fill_request(host, request, NULL) != IGDROM_E_INVAL);
		igdrom_vm_request_free(request);
	}
	FUZZ_CHECK(igdrom_host_to_json(host, NULL, &json) != IGDROM_E_INVAL);
	igdrom_string_free(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_report *report;
	struct igdrom_host *host;
	enum igdrom_status status;

	if (igdrom_report_new(&report) != IGDROM_OK)
		return 0;
	status = igdrom_host_from_lspci(data, size, report, &host);
	FUZZ_CHECK(status == IGDROM_OK || status == IGDROM_E_NOT_RECOGNIZED ||
		   status == IGDROM_E_NOMEM);
	FUZZ_CHECK((status == IGDROM_OK) == (host != NULL));
	if (host) {
		FUZZ_CHECK(igdrom_host_function_count(host) > 0);
		check(host);
	}
	igdrom_host_close(host);
	igdrom_report_free(report);
	return 0;
}
