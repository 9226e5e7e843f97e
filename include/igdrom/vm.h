/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: virtual machines. What a QEMU release, a firmware and a machine type ask of the
 * configuration that gives an Intel GPU to a guest.
 */
#ifndef IGDROM_VM_H
#define IGDROM_VM_H

#include <igdrom/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A virtual machine as a text describes it, as far as a passed-through Intel GPU cares. */
struct igdrom_vm_config;

/** A way to write a virtual machine down. */
enum igdrom_vm_format {
	IGDROM_VM_FORMAT_UNKNOWN = 0, /**< to be found out from the text */
	IGDROM_VM_FORMAT_PVE = 1,     /**< Proxmox VE: /etc/pve/qemu-server/VMID.conf */
	IGDROM_VM_FORMAT_QM = 2,      /**< Proxmox VE: commands "qm set", written only */
	IGDROM_VM_FORMAT_QEMU = 3,    /**< QEMU's command line, quoted for a shell */
	IGDROM_VM_FORMAT_LIBVIRT = 4, /**< libvirt's domain XML */
	IGDROM_VM_FORMAT_UNRAID = 5,  /**< domain XML in unraid's dialect */
};

#ifdef __cplusplus
}
#endif

#endif
