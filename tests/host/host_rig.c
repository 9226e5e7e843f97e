/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/host_rig.h"

#include <stdio.h>

void rig_make(struct rig *rig, const char *name)
{
	char recipe[512];

	snprintf(recipe, sizeof(recipe), MACHINES "/%s.txt", name);
	assert_true(machine_make_temporary(recipe, rig->root));
	assert_int_equal(igdrom_host_open(rig->root, &rig->host), IGDROM_OK);
	rig->report = NULL;
}

enum igdrom_status rig_scan(struct rig *rig)
{
	igdrom_report_free(rig->report);
	assert_int_equal(igdrom_report_new(&rig->report), IGDROM_OK);
	return igdrom_host_scan(rig->host, rig->report);
}

void rig_end(struct rig *rig)
{
	igdrom_host_close(rig->host);
	igdrom_report_free(rig->report);
	machine_remove(rig->root);
}

size_t rig_count(const struct rig *rig, const char *code)
{
	size_t count = 0;

	for (size_t i = 0; i < igdrom_report_count(rig->report); i++) {
		if (!strcmp(igdrom_finding_code(igdrom_report_at(rig->report, i)), code))
			count++;
	}
	return count;
}

const char *rig_path(const struct rig *rig, const char *path)
{
	static char full[1024];

	snprintf(full, sizeof(full), "%s/%s", rig->root, path);
	return full;
}

/* Reads each byte, so that a sanitizer sees what it must not. */
static size_t touch(const char *text)
{
	return text ? strlen(text) : 0;
}

static void ask_function(const struct igdrom_pci_function *function)
{
	struct igdrom_bytes config = igdrom_pci_function_config(function);
	struct igdrom_pci_bar bar;
	uint8_t sum = 0;

	for (size_t i = 0; i < config.size; i++)
		sum = (uint8_t)(sum + config.data[i]);
	for (unsigned i = 0; i < 8; i++)
		assert_true(igdrom_pci_function_bar(function, i, &bar) || !bar.size);
	assert_true(config.size == 0 || config.size == 64 || config.size == 256 ||
		    config.size == 4096);
	assert_true(touch(igdrom_pci_function_driver(function)) < 4096u + sum);
	assert_true(touch(igdrom_pci_function_driver_override(function)) < 4096);
	assert_true(touch(igdrom_pci_function_power(function)) < 4096);
	assert_true(igdrom_pci_function_iommu_group(function) >= -1);
	assert_true(igdrom_pci_function_revision(function) >= -1);
	assert_true(igdrom_pci_function_vf_total(function) >= -1);
	assert_true(igdrom_pci_function_vf_count(function) >= -1);
	assert_true(igdrom_pci_function_bound(function) >= IGDROM_UNKNOWN);
	assert_true(igdrom_pci_function_boot_vga(function) >= IGDROM_UNKNOWN);
	assert_true(igdrom_pci_function_enabled(function) >= IGDROM_UNKNOWN);
	assert_true(igdrom_pci_function_rom(function) >= IGDROM_PCI_ROM_UNKNOWN);
	(void)igdrom_pci_function_subsystem(function);
	(void)igdrom_pci_function_physical(function);
}

static void ask_functions(const struct igdrom_host *host)
{
	for (size_t i = 0; i < igdrom_host_function_count(host); i++) {
		const struct igdrom_pci_function *function = igdrom_host_function_at(host, i);
		struct igdrom_pci_address address = igdrom_pci_function_address(function);

		assert_int_not_equal(igdrom_pci_function_id(function).vendor_id, 0);
		assert_ptr_equal(igdrom_host_function_find(host, &address), function);
		ask_function(function);
	}
}

static void ask_vms(const struct igdrom_host *host)
{
	for (size_t i = 0; i < igdrom_host_vm_count(host); i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(host, i);

		assert_true(touch(igdrom_host_vm_path(vm)) > 0);
		assert_true(touch(igdrom_host_vm_name(vm)) > 0);
		(void)igdrom_vm_config_device_count(igdrom_host_vm_config(vm));
		(void)igdrom_host_vm_uses_igd(vm);
		(void)igdrom_host_vm_uses_vf(vm);
	}
}

static void ask_views(const struct igdrom_host *host)
{
	struct igdrom_vm_request *request;
	struct igdrom_igd_memory memory;
	enum igdrom_status status;
	char *json;

	(void)igdrom_host_igd_memory(host, &memory);
	assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
	assert_int_equal(igdrom_host_fill_request(host, request, NULL), IGDROM_OK);
	igdrom_vm_request_free(request);
	status = igdrom_host_to_json(host, NULL, &json);
	assert_true(status == IGDROM_OK || status == IGDROM_E_NOT_BUILT);
	igdrom_string_free(json);
}

void ask_all(const struct igdrom_host *host)
{
	static const char *(*const texts[])(const struct igdrom_host *) = {
		igdrom_host_cpu,    igdrom_host_board,         igdrom_host_firmware,
		igdrom_host_kernel, igdrom_host_command_line,  igdrom_host_lockdown,
		igdrom_host_system, igdrom_host_distribution,  igdrom_host_pve,
		igdrom_host_qemu,   igdrom_host_libvirt,       igdrom_host_vbt_file,
		igdrom_host_root,   igdrom_host_opregion_file,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_true(touch(texts[i](host)) <= 4096);
	assert_true(igdrom_host_iommu_width(host) <= 64);
	(void)igdrom_host_iommu(host);
	(void)igdrom_host_efi(host);
	(void)igdrom_host_disable_vga(host);
	ask_functions(host);
	ask_vms(host);
	ask_views(host);
}
