/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <string.h>

int load(struct call *call, const char *path, struct igdrom_bytes *out)
{
	enum igdrom_status status;

	for (size_t i = 0; i < call->input_count; i++) {
		if (!strcmp(path, "-") && !strcmp(call->inputs[i], "-"))
			return usage_error(call, "Standard input (-) can be read only once.");
	}
	call->inputs[call->input_count++] = path;
	igdrom_report_set_file(call->report, NULL);
	status = igdrom_file_read(path, NULL, call->report, out);
	igdrom_report_set_file(call->report, path);
	if (status == IGDROM_OK)
		return EXIT_YES;
	/* A file that is too large is bad content; one that is not there is no answer "no". */
	return status == IGDROM_E_LIMIT ? fail(call, status, path)
					: fail_environment(call, status, path);
}

int store(struct call *call, const char *path, struct igdrom_bytes bytes, unsigned flags)
{
	enum igdrom_status status;

	igdrom_report_set_file(call->report, NULL);
	status = igdrom_file_write(path, bytes.data, bytes.size, call->inputs, call->input_count,
				   flags, call->report);
	if (status == IGDROM_OK)
		return EXIT_YES;
	return status == IGDROM_E_REFUSED ? fail(call, status, path)
					  : fail_environment(call, status, path);
}

const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int device_at(struct call *call, const struct igdrom_pci_address *address, const char *text,
		     uint16_t *device_id)
{
	struct igdrom_host *host = NULL;
	struct igdrom_pci_id id;
	enum igdrom_status status;

	status = igdrom_host_open(option_value(call, OPTION_ROOT), &host);
	if (status == IGDROM_OK)
		status = igdrom_host_pci_id(host, address, call->report, &id);
	igdrom_host_close(host);
	if (status == IGDROM_E_NOT_BUILT)
		return fail_with(call, EXIT_ENVIRONMENT, status, NULL,
				 "This build cannot look at PCI devices (it is without libpci); "
				 "give the device id instead of %s.",
				 text);
	if (status != IGDROM_OK)
		return fail_environment(call, status, NULL);
	if (id.vendor_id != IGDROM_VENDOR_INTEL)
		return fail_with(call, EXIT_NO, IGDROM_E_UNSUPPORTED, NULL,
				 "%s is %04X:%04X, which is not from Intel (8086).", text,
				 id.vendor_id, id.device_id);
	if (id.class_code >> 16 != 0x03)
		return fail_with(call, EXIT_NO, IGDROM_E_UNSUPPORTED, NULL,
				 "%s is %04X:%04X of class %06X, which is not a display "
				 "controller (03xxxx).",
				 text, id.vendor_id, id.device_id, id.class_code);
	*device_id = id.device_id;
	return EXIT_YES;
}

int resolve_device(struct call *call, const char *text, uint16_t *device_id)
{
	struct igdrom_pci_address address;
	enum igdrom_status status = igdrom_device_parse_id(text, device_id);

	if (status == IGDROM_OK)
		return EXIT_YES;
	if (status == IGDROM_E_UNSUPPORTED)
		return fail_with(call, EXIT_NO, status, NULL,
				 "%s is not from Intel: the tables know vendor 8086 only.", text);
	if (igdrom_pci_address_parse(text, &address) == IGDROM_OK)
		return device_at(call, &address, text, device_id);
	return usage_error(call,
			   "\"%s\" is no device: give an id (4680, 8086:4680) or the address of "
			   "a PCI device of this machine (00:02.0).",
			   text);
}
