/* SPDX-License-Identifier: BSD-2-Clause */
/* What nobody said of the machine with the GPU, found out on it. */
#include "vm.h"

#include <string.h>

#define KEYS_MAX 64

/* Whether --device is the address of a GPU of the machine, not an id. */
static bool names_function(const struct call *call)
{
	for (size_t i = 0; i < call->given_count; i++) {
		uint16_t id;

		if (!strcmp(call->given[i].option->name, "device") &&
		    igdrom_device_parse_id(call->given[i].value, &id) != IGDROM_OK)
			return true;
	}
	return false;
}

static bool is_needed(const struct igdrom_vm_request *request, bool hypervisor)
{
	return !igdrom_vm_request_get(request, "device") ||
	       (!igdrom_vm_request_get(request, "qemu") &&
		!igdrom_vm_request_get(request, "pve")) ||
	       (hypervisor && !igdrom_vm_request_get(request, "hypervisor"));
}

/* Another machine may be meant than the one on which the command runs. */
static bool has_the_gpu(const struct igdrom_host *host, const struct igdrom_vm_request *request)
{
	const struct igdrom_pci_function *igd = igdrom_host_igd(host);
	const char *said = igdrom_vm_request_get(request, "device");
	uint16_t id;

	if (!igd)
		return false;
	return !said || (igdrom_device_parse_id(said, &id) == IGDROM_OK &&
			 igdrom_pci_function_id(igd).device_id == id);
}

static int fill(struct call *call, struct igdrom_host *host, struct igdrom_vm_request *request)
{
	char found[2048] = "";
	struct igdrom_finding_arg arg = {.text = found};
	bool said[KEYS_MAX] = {false};
	enum igdrom_status status;
	size_t used = 0;

	for (size_t i = 0; i < igdrom_vm_request_key_count() && i < KEYS_MAX; i++)
		said[i] = igdrom_vm_request_get(request, igdrom_vm_request_key_at(i)) != NULL;
	igdrom_report_set_file(call->report, NULL);
	status = igdrom_host_fill_request(host, request, call->report);
	for (size_t i = 0; i < igdrom_vm_request_key_count() && i < KEYS_MAX; i++) {
		const char *key = igdrom_vm_request_key_at(i);
		const char *value = igdrom_vm_request_get(request, key);

		if (value && !said[i] && used < sizeof(found))
			used += (size_t)snprintf(found + used, sizeof(found) - used, "%s%s %s",
						 used ? ", " : "", key, value);
	}
	if (status == IGDROM_OK && used)
		status = igdrom_report_add(call->report, "vm-from-host", IGDROM_NO_OFFSET, &arg, 1);
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, NULL);
}

int ask_machine(struct call *call, struct igdrom_vm_request *request, bool hypervisor)
{
	const char *root = option_value(call, OPTION_ROOT);
	struct igdrom_host *host = NULL;
	enum igdrom_status status;
	int code = EXIT_YES;

	if (!root && !names_function(call) && !is_needed(request, hypervisor))
		return EXIT_YES;
	status = igdrom_host_open(root, &host);
	/* Of a machine that tells nothing all is asked for in one message; a root has to be there. */
	if (status == IGDROM_OK)
		status = igdrom_host_scan(host, NULL);
	igdrom_report_set_file(call->report, NULL);
	if (status == IGDROM_E_NOT_FOUND)
		status = igdrom_host_scan(host, call->report);
	if (status == IGDROM_OK && (root || has_the_gpu(host, request)))
		code = fill(call, host, request);
	else if (status == IGDROM_E_NOMEM || status == IGDROM_E_NOT_FOUND)
		code = fail_environment(call, status, root);
	igdrom_host_close(host);
	return code;
}
