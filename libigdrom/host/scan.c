/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/host.h"

#include "changes/file.h"
#include "host/below.h"

#include <stdlib.h>
#include <unistd.h>

static void forget_system(struct host_system *system)
{
	free(system->cpu);
	free(system->board);
	free(system->firmware);
	free(system->kernel);
	free(system->command_line);
	free(system->lockdown);
	free(system->distribution);
	free(system->name);
	free(system->pve);
	free(system->qemu);
	free(system->libvirt);
	free(system->vbt_file);
	free(system->opregion_file);
	*system = (struct host_system){
		.iommu = IGDROM_UNKNOWN, .efi = IGDROM_UNKNOWN, .disable_vga = IGDROM_UNKNOWN};
}

static void forget_vm(struct igdrom_host_vm *vm)
{
	free(vm->path);
	free(vm->name);
	igdrom_vm_config_free(vm->config);
}

void host_forget(struct igdrom_host *host)
{
	for (size_t i = 0; i < host->function_count; i++)
		host_function_clear(&host->functions[i]);
	free(host->functions);
	host->functions = NULL;
	host->function_count = 0;
	forget_system(&host->system);
	for (size_t i = 0; i < host->vm_count; i++)
		forget_vm(&host->vms[i]);
	free(host->vms);
	host->vms = NULL;
	host->vm_count = 0;
}

enum igdrom_host_source igdrom_host_source(const struct igdrom_host *host)
{
	if (!host)
		return (enum igdrom_host_source)0;
	if (!host->root)
		return IGDROM_HOST_LSPCI;
	return *host->root ? IGDROM_HOST_CAPTURED : IGDROM_HOST_RUNNING;
}

const char *igdrom_host_root(const struct igdrom_host *host)
{
	return host ? host->root : NULL;
}

enum igdrom_status igdrom_host_scan(struct igdrom_host *host, struct igdrom_report *report)
{
	struct scan scan = {.host = host, .report = report};
	bool bus;
	int error;

	if (!host)
		return IGDROM_E_INVAL;
	if (!host->root)
		return IGDROM_OK;
	host_forget(host);
	error = below_root(host, &scan.root);
	if (error)
		return file_failed(report, "host-no-root", *host->root ? host->root : "/", error);
	bus = host_scan_functions(&scan);
	host_judge_config(host, report);
	host_scan_system(&scan);
	host_scan_debugfs(&scan);
	host_scan_vms(&scan);
	close(scan.root);
	if (scan.no_memory) {
		host_forget(host);
		return IGDROM_E_NOMEM;
	}
	return bus ? IGDROM_OK : IGDROM_E_IO;
}
