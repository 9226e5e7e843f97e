/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"
#include "vm.h"

#include <string.h>

/* The virtual machine of that number; NULL: it has no device yet, or is not there. */
static const struct igdrom_vm_config *find_vm(const struct igdrom_host *host, const char *vmid)
{
	for (size_t i = 0; vmid && i < igdrom_host_vm_count(host); i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(host, i);
		const struct igdrom_vm_config *config = igdrom_host_vm_config(vm);

		if (!strcmp(igdrom_host_vm_name(vm), vmid) &&
		    igdrom_vm_config_device_count(config) > 0)
			return config;
	}
	return NULL;
}

/* Lines of a configuration for the devices that were named, or the integrated GPU. */
static enum igdrom_status make_config(const struct igdrom_host *host,
				      const struct igdrom_vm_request *request,
				      struct igdrom_vm_config **out)
{
	const char *gpu = igdrom_vm_request_get(request, "host_address");
	const char *audio = igdrom_vm_request_get(request, "audio");
	char text[128], address[24];

	if (!gpu && igdrom_host_igd(host))
		gpu = address_text(igdrom_host_igd(host), address);
	snprintf(text, sizeof(text), "hostpci0: %.32s\n%s%.32s%s", gpu ? gpu : "00:02.0",
		 audio ? "hostpci1: " : "", audio ? audio : "", audio ? "\n" : "");
	return igdrom_vm_config_read(text, strlen(text), IGDROM_VM_FORMAT_PVE, NULL, out);
}

static int give(struct call *call, struct igdrom_bytes bytes)
{
	const char *out = option_value(call, OPTION_OUTPUT);
	enum igdrom_status status;
	char *json = NULL;

	if (!call->json)
		return store(call, out ? out : "-", bytes, 0);
	if (out && store(call, out, bytes, 0) != EXIT_YES)
		return EXIT_ENVIRONMENT;
	status = igdrom_report_to_json(call->report, &json);
	return print_json(call, status, json);
}

static int write_script(struct call *call, const struct igdrom_host *host,
			const struct igdrom_vm_request *request)
{
	const char *vmid = option_value(call, OPTION_VMID);
	const struct igdrom_vm_config *config = find_vm(host, vmid);
	struct igdrom_vm_config *made = NULL;
	enum igdrom_status status = IGDROM_OK;
	struct igdrom_bytes bytes = {0};
	int code;

	if (!config)
		status = make_config(host, request, &made);
	if (status == IGDROM_OK)
		status = igdrom_host_hookscript(host, config ? config : made, vmid, call->report,
						&bytes);
	code = status == IGDROM_OK ? give(call, bytes) : fail(call, status, NULL);
	igdrom_bytes_free(&bytes);
	igdrom_vm_config_free(made);
	return code;
}

int run_host_hookscript(struct call *call)
{
	const char *vmid = option_value(call, OPTION_VMID);
	struct igdrom_vm_request *request = NULL;
	struct igdrom_host *host = NULL;
	int code;

	if (vmid && (!*vmid || strlen(vmid) > 9 || vmid[strspn(vmid, "0123456789")]))
		return usage_error(call, "--vmid takes the number of a virtual machine, as 100.");
	if (call->json && !option_given(call, OPTION_OUTPUT))
		return usage_error(call, "--json goes with -o here: standard output has the script "
					 "otherwise.");
	code = open_host(call, &host);
	if (code == EXIT_YES)
		code = make_request(call, &request);
	if (code == EXIT_YES)
		code = write_script(call, host, request);
	igdrom_vm_request_free(request);
	igdrom_host_close(host);
	return code == EXIT_YES ? verdict_of(call) : code;
}
