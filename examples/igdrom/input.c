/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <string.h>

int load(struct call *call, const char *path, struct igdrom_bytes *out)
{
	enum igdrom_status status;

	if (!*path)
		return usage_error(call, "The name of a file is empty.");
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

static int look_at(struct call *call, const char *text, struct place *at)
{
	struct igdrom_host *host = NULL;
	enum igdrom_status status;

	status = igdrom_host_open(option_value(call, OPTION_ROOT), &host);
	if (status == IGDROM_OK)
		status = igdrom_host_pci_id(host, &at->address, call->report, &at->id);
	igdrom_host_close(host);
	if (status == IGDROM_E_NOT_BUILT)
		return fail_with(call, EXIT_ENVIRONMENT, status, NULL,
				 "This build cannot look at PCI devices (it is without libpci); "
				 "give the device id instead of %s.",
				 text);
	if (status != IGDROM_OK)
		return fail_environment(call, status, NULL);
	if (at->id.vendor_id != IGDROM_VENDOR_INTEL)
		return fail_with(call, EXIT_NO, IGDROM_E_UNSUPPORTED, NULL,
				 "%s is %04X:%04X, which is not from Intel (8086).", text,
				 at->id.vendor_id, at->id.device_id);
	if (at->id.class_code >> 16 != 0x03)
		return fail_with(call, EXIT_NO, IGDROM_E_UNSUPPORTED, NULL,
				 "%s is %04X:%04X of class %06X, which is not a display "
				 "controller (03xxxx).",
				 text, at->id.vendor_id, at->id.device_id, at->id.class_code);
	at->found = true;
	return EXIT_YES;
}

int resolve_function(struct call *call, const char *text, uint16_t *device_id, struct place *at)
{
	enum igdrom_status status = igdrom_device_parse_id(text, device_id);
	int code;

	at->found = false;
	if (status == IGDROM_OK)
		return EXIT_YES;
	if (status == IGDROM_E_UNSUPPORTED)
		return fail_with(call, EXIT_NO, status, NULL,
				 "%s is not from Intel: the tables know vendor 8086 only.", text);
	if (igdrom_pci_address_parse(text, &at->address) != IGDROM_OK)
		return usage_error(
			call,
			"\"%s\" is no device: give an id (4680, 8086:4680) or the address of "
			"a PCI device of this machine (00:02.0).",
			text);
	code = look_at(call, text, at);
	*device_id = at->id.device_id;
	return code;
}

int resolve_device(struct call *call, const char *text, uint16_t *device_id)
{
	struct place at;

	return resolve_function(call, text, device_id, &at);
}
