/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Proxmox VE: /etc/pve/qemu-server/VMID.conf, and the command "qm set". What Proxmox VE makes of a
 * line is taken from proxmox/qemu-server 9.2.6.
 */
#ifndef IGDROM_VM_PVE_H
#define IGDROM_VM_PVE_H

#include "core/builder.h"
#include "vm/config.h"

/* Where Proxmox VE looks for a ROM that is named without a path (src/PVE/QemuServer/PCI.pm). */
#define VM_PVE_ROMS "/usr/share/kvm/"

/* vm_reader and vm_writer (formats.h). */
enum igdrom_status vm_read_pve(const char *text, size_t size, struct igdrom_report *report,
			       struct igdrom_vm_config *config) IGDROM_MUST_CHECK;
enum igdrom_status vm_write_pve(const struct igdrom_vm_config *wanted, const void *existing,
				size_t size, struct igdrom_report *report,
				struct build *out) IGDROM_MUST_CHECK;

/*
 * The command that makes the same change; with an existing configuration only what is different in
 * it, and nothing when it is right already.
 */
enum igdrom_status vm_write_qm(const struct igdrom_vm_config *wanted, const void *existing,
			       size_t size, struct igdrom_report *report,
			       struct build *out) IGDROM_MUST_CHECK;

/* What commands call the virtual machine: its number, or "VMID" where only a name is known. */
const char *vm_pve_id(const struct igdrom_vm_config *config);

/* What Proxmox VE itself has to say against a configuration that vm_read_pve() read. */
void vm_check_pve(const struct igdrom_vm_config *config, struct igdrom_report *report);

#endif
