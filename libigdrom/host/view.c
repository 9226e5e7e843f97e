/* SPDX-License-Identifier: BSD-2-Clause */
/* What was read of a system and its virtual machines, handed out. */
#include "host/host.h"

const char *igdrom_host_cpu(const struct igdrom_host *host)
{
	return host ? host->system.cpu : NULL;
}

const char *igdrom_host_board(const struct igdrom_host *host)
{
	return host ? host->system.board : NULL;
}

const char *igdrom_host_firmware(const struct igdrom_host *host)
{
	return host ? host->system.firmware : NULL;
}

const char *igdrom_host_kernel(const struct igdrom_host *host)
{
	return host ? host->system.kernel : NULL;
}

const char *igdrom_host_command_line(const struct igdrom_host *host)
{
	return host ? host->system.command_line : NULL;
}

const char *igdrom_host_lockdown(const struct igdrom_host *host)
{
	return host ? host->system.lockdown : NULL;
}

const char *igdrom_host_distribution(const struct igdrom_host *host)
{
	return host ? host->system.distribution : NULL;
}

const char *igdrom_host_system(const struct igdrom_host *host)
{
	return host ? host->system.name : NULL;
}

const char *igdrom_host_pve(const struct igdrom_host *host)
{
	return host ? host->system.pve : NULL;
}

const char *igdrom_host_qemu(const struct igdrom_host *host)
{
	return host ? host->system.qemu : NULL;
}

const char *igdrom_host_libvirt(const struct igdrom_host *host)
{
	return host ? host->system.libvirt : NULL;
}

const char *igdrom_host_opregion_file(const struct igdrom_host *host)
{
	return host ? host->system.opregion_file : NULL;
}

const char *igdrom_host_vbt_file(const struct igdrom_host *host)
{
	return host ? host->system.vbt_file : NULL;
}

enum igdrom_tristate igdrom_host_iommu(const struct igdrom_host *host)
{
	return host ? host->system.iommu : IGDROM_UNKNOWN;
}

enum igdrom_tristate igdrom_host_efi(const struct igdrom_host *host)
{
	return host ? host->system.efi : IGDROM_UNKNOWN;
}

enum igdrom_tristate igdrom_host_disable_vga(const struct igdrom_host *host)
{
	return host ? host->system.disable_vga : IGDROM_UNKNOWN;
}

unsigned igdrom_host_iommu_width(const struct igdrom_host *host)
{
	return host ? host->system.iommu_width : 0;
}

size_t igdrom_host_vm_count(const struct igdrom_host *host)
{
	return host ? host->vm_count : 0;
}

const struct igdrom_host_vm *igdrom_host_vm_at(const struct igdrom_host *host, size_t index)
{
	return host && index < host->vm_count ? &host->vms[index] : NULL;
}

const char *igdrom_host_vm_path(const struct igdrom_host_vm *vm)
{
	return vm ? vm->path : NULL;
}

const char *igdrom_host_vm_name(const struct igdrom_host_vm *vm)
{
	return vm ? vm->name : NULL;
}

const struct igdrom_vm_config *igdrom_host_vm_config(const struct igdrom_host_vm *vm)
{
	return vm ? vm->config : NULL;
}

bool igdrom_host_vm_uses_igd(const struct igdrom_host_vm *vm)
{
	return vm && vm->uses_igd;
}

bool igdrom_host_vm_uses_vf(const struct igdrom_host_vm *vm)
{
	return vm && vm->uses_vf;
}
