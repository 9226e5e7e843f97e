/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json.h"

#include <igdrom/host.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define BARS 7

static const char *source_word(enum igdrom_host_source source)
{
	switch (source) {
	case IGDROM_HOST_RUNNING:
		return "running";
	case IGDROM_HOST_CAPTURED:
		return "captured";
	case IGDROM_HOST_LSPCI:
		break;
	}
	return "lspci";
}

static const char *rom_word(enum igdrom_pci_rom rom)
{
	switch (rom) {
	case IGDROM_PCI_ROM_NONE:
		return "none";
	case IGDROM_PCI_ROM_BAR:
		return "bar";
	case IGDROM_PCI_ROM_SHADOW:
		return "shadow";
	case IGDROM_PCI_ROM_UNKNOWN:
		break;
	}
	return NULL;
}

static void add_address(struct json *json, cJSON *object, const char *key,
			const struct igdrom_pci_function *function)
{
	struct igdrom_pci_address address = igdrom_pci_function_address(function);
	char text[24];

	snprintf(text, sizeof(text), "%04" PRIx32 ":%02x:%02x.%x", address.domain, address.bus,
		 address.device, address.function);
	json_text(json, object, key, function ? text : NULL);
}

/* -1 writes null. */
static void add_count(struct json *json, cJSON *object, const char *key, int count)
{
	if (count < 0)
		json_null(json, object, key);
	else
		json_number(json, object, key, (uint64_t)count);
}

static void add_known(struct json *json, cJSON *object, const char *key, bool known,
		      uint64_t number)
{
	if (known)
		json_number(json, object, key, number);
	else
		json_null(json, object, key);
}

/* What identifies a function. */
static void add_ids(struct json *json, cJSON *object, const struct igdrom_pci_function *function)
{
	struct igdrom_pci_id id = igdrom_pci_function_id(function);

	add_address(json, object, "address", function);
	json_id(json, object, "vendor_id", id.vendor_id);
	json_id(json, object, "device_id", id.device_id);
	json_hex(json, object, "class_code", id.class_code, 6);
	json_text(json, object, "driver", igdrom_pci_function_driver(function));
	add_count(json, object, "iommu_group", igdrom_pci_function_iommu_group(function));
}

static void add_brief(struct json *json, cJSON *parent, const char *key,
		      const struct igdrom_pci_function *function)
{
	if (function)
		add_ids(json, json_object(json, parent, key), function);
	else
		json_null(json, parent, key);
}

static void add_bars(struct json *json, cJSON *object, const struct igdrom_pci_function *function)
{
	cJSON *array = json_array(json, object, "bars"), *entry;
	struct igdrom_pci_bar bar;

	for (unsigned i = 0; i < BARS; i++) {
		if (!igdrom_pci_function_bar(function, i, &bar))
			continue;
		entry = json_object(json, array, NULL);
		json_number(json, entry, "index", i);
		json_number(json, entry, "address", bar.address);
		add_known(json, entry, "size", bar.size != 0, bar.size);
		json_bool(json, entry, "io", bar.is_io);
		json_bool(json, entry, "is_64bit", bar.is_64bit);
		json_bool(json, entry, "prefetchable", bar.is_prefetchable);
	}
}

static void add_subsystem(struct json *json, cJSON *object,
			  const struct igdrom_pci_function *function)
{
	uint32_t subsystem = igdrom_pci_function_subsystem(function);

	if (subsystem) {
		json_id(json, object, "subsystem_vendor_id", (uint16_t)subsystem);
		json_id(json, object, "subsystem_device_id", (uint16_t)(subsystem >> 16));
	} else {
		json_null(json, object, "subsystem_vendor_id");
		json_null(json, object, "subsystem_device_id");
	}
}

static void add_function(struct json *json, cJSON *object,
			 const struct igdrom_pci_function *function)
{
	struct igdrom_pci_id id = igdrom_pci_function_id(function);
	const struct igdrom_device *row = NULL;

	add_ids(json, object, function);
	if (id.vendor_id != IGDROM_VENDOR_INTEL ||
	    igdrom_device_lookup(id.device_id, &row) != IGDROM_OK)
		row = NULL;
	json_text(json, object, "name", igdrom_device_name(row));
	json_text(json, object, "platform", igdrom_device_platform(row));
	json_text(json, object, "codename", igdrom_device_codename(row));
	add_subsystem(json, object, function);
	add_count(json, object, "revision", igdrom_pci_function_revision(function));
	json_tristate(json, object, "bound", igdrom_pci_function_bound(function));
	json_text(json, object, "driver_override", igdrom_pci_function_driver_override(function));
	json_tristate(json, object, "boot_vga", igdrom_pci_function_boot_vga(function));
	json_tristate(json, object, "enabled", igdrom_pci_function_enabled(function));
	json_text(json, object, "power", igdrom_pci_function_power(function));
	json_number(json, object, "config_bytes", igdrom_pci_function_config(function).size);
	add_bars(json, object, function);
	json_text(json, object, "rom", rom_word(igdrom_pci_function_rom(function)));
	add_count(json, object, "vf_total", igdrom_pci_function_vf_total(function));
	add_count(json, object, "vf_count", igdrom_pci_function_vf_count(function));
	add_address(json, object, "physical_function", igdrom_pci_function_physical(function));
}

static void add_memory(struct json *json, cJSON *object, const struct igdrom_host *host)
{
	struct igdrom_igd_memory memory;
	cJSON *inner = json_object(json, object, "memory");

	(void)igdrom_host_igd_memory(host, &memory);
	if (memory.ggc_known) {
		json_id(json, inner, "ggc", memory.ggc);
		json_bool(json, inner, "vga_disabled", memory.vga_disabled);
	} else {
		json_null(json, inner, "ggc");
		json_null(json, inner, "vga_disabled");
	}
	add_known(json, inner, "gms_mib", memory.gms_known, memory.gms_mib);
	add_known(json, inner, "ggms_mib", memory.ggms_known, memory.ggms_mib);
	add_known(json, inner, "bdsm", memory.bdsm_known, memory.bdsm);
	add_known(json, inner, "asls", memory.asls_known, memory.asls);
}

/* The functions that share its group, or belong to it as virtual ones. */
static void add_neighbours(struct json *json, cJSON *object, const struct igdrom_host *host,
			   const struct igdrom_pci_function *igd)
{
	int group = igdrom_pci_function_iommu_group(igd);
	cJSON *members = group < 0 ? NULL : json_array(json, object, "iommu_group_members");
	cJSON *virtuals = json_array(json, object, "virtual_functions");

	if (group < 0)
		json_null(json, object, "iommu_group_members");
	for (size_t i = 0; i < igdrom_host_function_count(host); i++) {
		const struct igdrom_pci_function *function = igdrom_host_function_at(host, i);

		if (group >= 0 && igdrom_pci_function_iommu_group(function) == group)
			add_address(json, members, NULL, function);
		if (igdrom_pci_function_physical(function) == igd)
			add_address(json, virtuals, NULL, function);
	}
}

static void add_igd(struct json *json, const struct igdrom_host *host)
{
	const struct igdrom_pci_function *igd = igdrom_host_igd(host);
	cJSON *object;

	if (!igd) {
		json_null(json, json->root, "igd");
		return;
	}
	object = json_object(json, json->root, "igd");
	add_function(json, object, igd);
	add_neighbours(json, object, host, igd);
	add_memory(json, object, host);
	json_text(json, object, "vbt_file", igdrom_host_vbt_file(host));
	json_text(json, object, "opregion_file", igdrom_host_opregion_file(host));
	add_brief(json, object, "lpc", igdrom_host_lpc(host));
	add_brief(json, object, "host_bridge", igdrom_host_bridge(host));
	add_brief(json, object, "audio", igdrom_host_audio(host));
}

static void add_functions(struct json *json, const struct igdrom_host *host)
{
	cJSON *displays = json_array(json, json->root, "displays");
	cJSON *functions = json_array(json, json->root, "functions");

	for (size_t i = 0; i < igdrom_host_function_count(host); i++) {
		const struct igdrom_pci_function *function = igdrom_host_function_at(host, i);

		if (igdrom_pci_function_is_display(function) && function != igdrom_host_igd(host))
			add_function(json, json_object(json, displays, NULL), function);
		add_ids(json, json_object(json, functions, NULL), function);
	}
}

static void add_system(struct json *json, const struct igdrom_host *host)
{
	cJSON *object = json_object(json, json->root, "system");
	unsigned width = igdrom_host_iommu_width(host);

	json_text(json, object, "cpu", igdrom_host_cpu(host));
	json_text(json, object, "board", igdrom_host_board(host));
	json_text(json, object, "firmware", igdrom_host_firmware(host));
	json_tristate(json, object, "efi", igdrom_host_efi(host));
	json_text(json, object, "distribution", igdrom_host_distribution(host));
	json_text(json, object, "system", igdrom_host_system(host));
	json_text(json, object, "kernel", igdrom_host_kernel(host));
	json_text(json, object, "command_line", igdrom_host_command_line(host));
	json_text(json, object, "lockdown", igdrom_host_lockdown(host));
	json_tristate(json, object, "iommu", igdrom_host_iommu(host));
	add_known(json, object, "iommu_width", width != 0, width);
	json_tristate(json, object, "disable_vga", igdrom_host_disable_vga(host));
	json_text(json, object, "pve", igdrom_host_pve(host));
	json_text(json, object, "qemu", igdrom_host_qemu(host));
	json_text(json, object, "libvirt", igdrom_host_libvirt(host));
}

static void add_vms(struct json *json, const struct igdrom_host *host)
{
	cJSON *array = json_array(json, json->root, "vms"), *object;

	for (size_t i = 0; i < igdrom_host_vm_count(host); i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(host, i);
		const struct igdrom_vm_config *config = igdrom_host_vm_config(vm);

		object = json_object(json, array, NULL);
		json_text(json, object, "name", igdrom_host_vm_name(vm));
		json_text(json, object, "path", igdrom_host_vm_path(vm));
		json_text(json, object, "format",
			  config ? igdrom_vm_format_name(igdrom_vm_config_format(config)) : NULL);
		json_text(json, object, "machine_type", igdrom_vm_config_machine_type(config));
		json_text(json, object, "firmware", igdrom_vm_config_firmware(config));
		json_bool(json, object, "uses_igd", igdrom_host_vm_uses_igd(vm));
		json_bool(json, object, "uses_vf", igdrom_host_vm_uses_vf(vm));
	}
}

enum igdrom_status igdrom_host_to_json(const struct igdrom_host *host,
				       const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!host)
		return IGDROM_E_INVAL;
	json_start(&json);
	json_text(&json, json.root, "source", source_word(igdrom_host_source(host)));
	add_igd(&json, host);
	add_functions(&json, host);
	add_system(&json, host);
	add_vms(&json, host);
	return json_finish(&json, report, out);
}
