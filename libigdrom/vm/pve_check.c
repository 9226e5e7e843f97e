/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules of Proxmox VE itself (src/PVE/QemuServer/PCI.pm parse_hostpci_devices(), Machine.pm,
 * OVMF.pm): what keeps a virtual machine from starting before QEMU is asked.
 */
#include "vm/pve.h"
#include "vm/pve_hostpci.h"

#include "core/report.h"

#include <stdlib.h>
#include <string.h>

static void say(const struct vm_device *device, enum finding_code code,
		struct igdrom_report *report)
{
	report_add(report, code, device->at, REPORT_ARGS(ARG_S(device->id)));
}

/* What the key legacy-igd asks for. Host addresses of another bus and slot 02.0 get through. */
static void check_legacy(const struct igdrom_vm_config *config, const struct vm_device *device,
			 struct igdrom_report *report)
{
	const char *vga = config->pve.vga;

	if (!vga || strcmp(vga, "none") != 0)
		report_add(report, FINDING_VM_PVE_IGD_VGA,
			   vga ? config->display_at : IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(device->id), ARG_S(vga ? vga : "not set")));
	if (!device->rom_bar)
		say(device, FINDING_VM_PVE_IGD_ROMBAR, report);
	if (device->x_vga)
		say(device, FINDING_VM_PVE_IGD_X_VGA, report);
	if (device->mdev)
		say(device, FINDING_VM_PVE_IGD_MDEV, report);
	if (config->machine == VM_MACHINE_Q35)
		say(device, FINDING_VM_PVE_IGD_Q35, report);
	if (device->multifunction)
		say(device, FINDING_VM_PVE_IGD_FUNCTIONS, report);
	if (device->host.known && (device->host.slot != 2 || device->host.function != 0))
		say(device, FINDING_VM_PVE_IGD_HOST, report);
}

/* Whether args give it a property. */
static bool is_set(const struct igdrom_vm_config *config, const struct vm_device *device)
{
	unsigned long index = strtoul(device->id + strlen("hostpci"), NULL, 10);

	return index < PVE_MAX_HOSTPCI && (config->pve.set_devices >> index & 1);
}

static void check_device(const struct igdrom_vm_config *config, const struct vm_device *device,
			 struct igdrom_report *report)
{
	if (device->legacy_igd)
		check_legacy(config, device, report);
	if (device->pcie && config->machine != VM_MACHINE_Q35)
		say(device, FINDING_VM_PVE_PCIE, report);
	if (device->x_vga && config->firmware == VM_FIRMWARE_OVMF && !device->legacy_igd)
		say(device, FINDING_VM_PVE_X_VGA, report);
	if (device->mapping)
		report_add(report, FINDING_VM_PVE_MAPPING, device->at,
			   REPORT_ARGS(ARG_S(device->id), ARG_S(device->mapping)));
	if (device->mdev && device->multifunction)
		say(device, FINDING_VM_PVE_MDEV_FUNCTIONS, report);
	if (device->all_functions && !device->mdev &&
	    (device->legacy_igd || is_set(config, device)))
		say(device, FINDING_VM_PVE_ALL_FUNCTIONS, report);
}

/* Whether a device stands for a line of Proxmox VE: no other function of it, and none of args. */
static bool is_line(const struct vm_device *device)
{
	const char *dot = device->id ? strchr(device->id, '.') : NULL;

	return device->id && strncmp(device->id, "hostpci", 7) == 0 &&
	       (!dot || strcmp(dot, ".0") == 0);
}

static void check_devices(const struct igdrom_vm_config *config, struct igdrom_report *report)
{
	bool legacy = false;

	for (size_t i = 0; i < config->device_count; i++) {
		const struct vm_device *device = &config->devices[i];

		if (!is_line(device))
			continue;
		check_device(config, device, report);
		if (device->legacy_igd && legacy)
			say(device, FINDING_VM_PVE_IGD_TWICE, report);
		legacy |= device->legacy_igd;
	}
}

void vm_check_pve(const struct igdrom_vm_config *config, struct igdrom_report *report)
{
	const struct vm_pve *pve = &config->pve;

	if (!pve->read)
		return;
	check_devices(config, report);
	if (pve->args_at != IGDROM_NO_OFFSET)
		report_add(report, FINDING_VM_PVE_ROOT, pve->args_at, REPORT_NO_ARGS);
	if (config->firmware == VM_FIRMWARE_OVMF && !pve->efi_disk)
		report_add(report, FINDING_VM_PVE_EFI_DISK, config->firmware_at, REPORT_NO_ARGS);
	if (pve->secure_boot)
		report_add(report, FINDING_VM_PVE_SECURE_BOOT, pve->efi_disk_at, REPORT_NO_ARGS);
	if (pve->pending)
		report_add(report, FINDING_VM_PVE_PENDING, pve->pending_at,
			   REPORT_ARGS(ARG_S(pve->pending)));
	if (pve->snapshots)
		report_add(report, FINDING_VM_PVE_SNAPSHOTS, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(pve->snapshots)));
}
