/* SPDX-License-Identifier: BSD-2-Clause */
/* Which virtual machine it is about, and what its configuration tells. */
#include "setup/internal.h"

#include "host/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PVE_CONFS "/etc/pve/qemu-server/"
#define LIST_ROOM 512

static enum igdrom_status say(struct igdrom_setup *setup, const char *key, const char *value)
{
	return igdrom_vm_request_set(setup->request, key, value, NULL);
}

static enum igdrom_status say_if_silent(struct igdrom_setup *setup, const char *key,
					const char *value)
{
	if (!value || igdrom_vm_request_get(setup->request, key))
		return IGDROM_OK;
	return say(setup, key, value);
}

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

static void take(struct igdrom_setup *setup, const struct igdrom_host_vm *vm)
{
	const struct igdrom_vm_config *config = igdrom_host_vm_config(vm);

	snprintf(setup->vm_path, sizeof(setup->vm_path), "%s", igdrom_host_vm_path(vm));
	snprintf(setup->vm_name, sizeof(setup->vm_name), "%s", igdrom_host_vm_name(vm));
	if (config)
		setup->format = igdrom_vm_config_format(config);
}

static bool uses_gpu(const struct igdrom_host_vm *vm)
{
	return igdrom_host_vm_uses_igd(vm) || igdrom_host_vm_uses_vf(vm);
}

/* Names of virtual machines, those that use the GPU only, or all. */
static size_t list_vms(const struct igdrom_host *host, bool all, char *out)
{
	size_t count = 0, used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < igdrom_host_vm_count(host); i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(host, i);
		int size;

		if (!all && !uses_gpu(vm))
			continue;
		size = snprintf(out + used, LIST_ROOM - used, "%s%s", count ? ", " : "",
				igdrom_host_vm_name(vm));
		count++;
		if (size < 0 || (size_t)size >= LIST_ROOM - used) {
			out[used] = '\0';
			break;
		}
		used += (size_t)size;
	}
	return count;
}

/* Without a name: the only one that has the GPU; none when the machine has none at all. */
static enum igdrom_status find_unnamed(struct igdrom_setup *setup)
{
	size_t total = igdrom_host_vm_count(setup->host);
	char list[LIST_ROOM];
	size_t users = list_vms(setup->host, false, list);

	if (total == 0)
		return IGDROM_OK;
	for (size_t i = 0; users == 1 && i < total; i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(setup->host, i);

		if (uses_gpu(vm))
			take(setup, vm);
	}
	if (users == 1)
		return IGDROM_OK;
	if (users == 0)
		list_vms(setup->host, true, list);
	SAY(setup->report, "vm-ask-vm", SAY_TEXT(list));
	return IGDROM_E_INVAL;
}

static enum igdrom_status missing(struct igdrom_setup *setup)
{
	SAY(setup->report, "changes-vm-missing", SAY_TEXT(setup->vm));
	return IGDROM_E_NOT_FOUND;
}

static const struct igdrom_host_vm *find_known(const struct igdrom_setup *setup)
{
	for (size_t i = 0; i < igdrom_host_vm_count(setup->host); i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(setup->host, i);

		if (!strcmp(igdrom_host_vm_name(vm), setup->vm) ||
		    !strcmp(igdrom_host_vm_path(vm), setup->vm))
			return vm;
	}
	return NULL;
}

/* One that is named, and that the scan has not found. */
static enum igdrom_status find_other(struct igdrom_setup *setup)
{
	const char *system = igdrom_host_distribution(setup->host);

	if (setup->vm[0] == '/') {
		if (strlen(setup->vm) >= sizeof(setup->vm_path))
			return missing(setup);
		snprintf(setup->vm_path, sizeof(setup->vm_path), "%s", setup->vm);
		return IGDROM_OK;
	}
	if (is_number(setup->vm) && strlen(setup->vm) < 10) {
		snprintf(setup->vm_path, sizeof(setup->vm_path), PVE_CONFS "%s.conf", setup->vm);
		return IGDROM_OK;
	}
	if (igdrom_changes_captured(setup->changes) || setup->vm[0] == '-' ||
	    strlen(setup->vm) >= sizeof(setup->vm_name))
		return missing(setup);
	snprintf(setup->vm_name, sizeof(setup->vm_name), "%s", setup->vm);
	setup->format = system && !strcmp(system, "unraid") ? IGDROM_VM_FORMAT_UNRAID
							    : IGDROM_VM_FORMAT_LIBVIRT;
	return IGDROM_OK;
}

/* What it is called, and written as. */
static void take_name(struct igdrom_setup *setup, const struct igdrom_vm_config *config)
{
	bool pve = igdrom_vm_config_format(config) == IGDROM_VM_FORMAT_PVE;
	const char *name =
		pve ? igdrom_vm_request_get(setup->request, "vm") : igdrom_vm_config_name(config);

	if (name && (!pve || !*setup->vm_name))
		snprintf(setup->vm_name, sizeof(setup->vm_name), "%s", name);
}

/* One that is given a virtual function keeps it. */
static enum igdrom_status take_function(struct igdrom_setup *setup,
					const struct igdrom_vm_config *config)
{
	const struct igdrom_pci_function *igd = igdrom_host_igd(setup->host);

	for (size_t i = 0; igd && i < igdrom_vm_config_device_count(config); i++) {
		const char *text = igdrom_vm_config_device_host(config, i);
		struct igdrom_pci_address address;
		enum igdrom_status status;

		if (!text || igdrom_pci_address_parse(text, &address) != IGDROM_OK)
			continue;
		if (host_physical_of(setup->host, &address) != igd ||
		    igdrom_vm_request_get(setup->request, "function"))
			continue;
		status = say(setup, "function", "vf");
		return status == IGDROM_OK ? say_if_silent(setup, "host_address", text) : status;
	}
	return IGDROM_OK;
}

/*
 * What the file says goes before what the host has for all of its machines; the question which
 * machine type works comes behind the facts of the host.
 */
static enum igdrom_status take_config(struct igdrom_setup *setup,
				      const struct igdrom_vm_config *config)
{
	bool named = igdrom_vm_request_get(setup->request, "rom") != NULL;
	enum igdrom_status status;

	setup->format = igdrom_vm_config_format(config);
	status = say_if_silent(setup, "hypervisor", igdrom_vm_format_name(setup->format));
	if (status == IGDROM_OK)
		status = take_function(setup, config);
	if (status == IGDROM_OK)
		status = setup_fill_request(setup);
	if (status == IGDROM_OK)
		status = igdrom_vm_request_fill(setup->request, config, setup->vm_path);
	/* The ROM is a new one. */
	if (status == IGDROM_OK && !named)
		status = say(setup, "rom", NULL);
	take_name(setup, config);
	return status;
}

static enum igdrom_status read_config(struct igdrom_setup *setup)
{
	struct igdrom_vm_config *config = NULL;
	struct igdrom_bytes text;
	enum igdrom_status status;

	status = igdrom_changes_content(setup->changes, setup->vm_path, setup->report, &text);
	if (status == IGDROM_E_NOT_FOUND) {
		SAY(setup->report, "changes-vm-missing", SAY_TEXT(setup->vm_path));
		return status;
	}
	if (status != IGDROM_OK)
		return status;
	igdrom_report_set_file(setup->report, setup->vm_path);
	status = igdrom_vm_config_read(text.data, text.size, setup->format, setup->report, &config);
	igdrom_report_set_file(setup->report, NULL);
	igdrom_bytes_free(&text);
	if (status == IGDROM_OK)
		status = take_config(setup, config);
	igdrom_vm_config_free(config);
	return status;
}

enum igdrom_status setup_choose_vm(struct igdrom_setup *setup)
{
	const struct igdrom_host_vm *known = setup->vm ? find_known(setup) : NULL;
	enum igdrom_status status = IGDROM_OK;

	if (known)
		take(setup, known);
	else
		status = setup->vm ? find_other(setup) : find_unnamed(setup);
	if (status == IGDROM_OK && *setup->vm_path)
		status = read_config(setup);
	return status;
}
