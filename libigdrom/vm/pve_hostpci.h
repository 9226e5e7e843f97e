/* SPDX-License-Identifier: BSD-2-Clause */
/* The value of "hostpciN" (src/PVE/QemuServer/PCI.pm), and where what it names sits in the guest. */
#ifndef IGDROM_VM_PVE_HOSTPCI_H
#define IGDROM_VM_PVE_HOSTPCI_H

#include "vm/config.h"
#include "vm/pve_conf.h"

/* Spans lie in the value; one without bytes: not there. */
struct pve_hostpci {
	struct pve_span host; /* addresses, joined by ';' */
	struct pve_span mapping;
	struct pve_span mdev;
	struct pve_span romfile;
	struct pve_span ids[4]; /* as in pve_id_properties */
	bool rombar;
	bool pcie;
	bool x_vga;
	bool legacy_igd;
};

/* The properties of vfio-pci that vendor-id, device-id, sub-vendor-id and sub-device-id become. */
extern const char *const pve_id_properties[4];

enum pve_fault {
	PVE_FAULT_NONE,
	PVE_FAULT_KEY,    /* a key that Proxmox VE does not know, or one without a value */
	PVE_FAULT_VALUE,  /* a key does not take this value */
	PVE_FAULT_TWICE,  /* a key stands there twice */
	PVE_FAULT_DEVICE, /* neither address nor mapping, or both */
};

/*
 * Reads a value as Proxmox VE does, which takes all of it or nothing; *part is what it stumbles
 * over.
 */
enum pve_fault pve_hostpci_read(struct pve_span value, struct pve_hostpci *out,
				struct pve_part *part);

/*
 * The address at host[*i], which moves on behind it; out->known is false when Proxmox VE does not
 * take it. false: there is none any more.
 */
bool pve_next_host(struct pve_span host, size_t *i, struct vm_address *out, bool *slot_only);

/* Where device `index` of a machine goes in the guest, by the address map of Proxmox VE. */
struct pve_place {
	unsigned index;
	bool pcie;
	bool legacy_igd;
	bool windows_7; /* sits on the root bus, not behind a root port */
};
void pve_place(struct igdrom_vm_config *config, const struct pve_place *place,
	       struct vm_address *out);

/* What else Proxmox VE puts onto the root bus. legacy_igd: some device has that key. */
void pve_place_others(struct igdrom_vm_config *config, const struct pve_conf *conf,
		      bool legacy_igd);

/* Whether a virtual machine has an emulated display. */
bool pve_has_display(const struct igdrom_vm_config *config);

#endif
