/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where Proxmox VE puts devices in the guest: src/PVE/QemuServer/PCI.pm get_pci_addr_map(),
 * get_pcie_addr_map(), print_pcie_root_port(); src/usr/pve-q35-4.0.cfg.
 */
#include "vm/pve_hostpci.h"

#include <stdio.h>
#include <string.h>

#define BRIDGE_SLOT 0x1f
#define IGD_SLOT    0x02

/* Slots of hostpci0 to hostpci3 on pci.0; the others follow each other on pci.2. */
static const uint8_t slots_pci_0[] = {0x10, 0x11, 0x1b, 0x1c};
#define FIRST_SLOT_PCI_2 0x0d

/* Slots on pcie.0 for Windows 7, which does not find devices behind root ports. */
static const uint8_t slots_windows_7[PVE_MAX_HOSTPCI] = {0x10, 0x11, 0x12, 0x13, 0x09, 0x0a,
							 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x15,
							 0x16, 0x17, 0x18, 0x19};

void pve_place(struct igdrom_vm_config *config, const struct pve_place *place,
	       struct vm_address *out)
{
	bool i440fx = config->machine != VM_MACHINE_Q35; /* the default */
	char port[32];

	*out = (struct vm_address){.known = true};
	if (place->pcie && place->windows_7) {
		out->slot = slots_windows_7[place->index];
		out->bus_name = "pcie.0";
		out->on_root = !i440fx;
	} else if (place->pcie) {
		snprintf(port, sizeof(port), "ich9-pcie-port-%u", place->index + 1);
		out->bus_name = vm_config_string(config, port);
	} else if (place->legacy_igd || place->index < sizeof(slots_pci_0)) {
		out->slot = place->legacy_igd ? IGD_SLOT : slots_pci_0[place->index];
		out->bus_name = "pci.0";
		/* On q35 this is a bridge behind another one. */
		out->on_root = i440fx;
	} else {
		out->slot = (uint8_t)(FIRST_SLOT_PCI_2 + place->index - sizeof(slots_pci_0));
		out->bus_name = "pci.2";
	}
}

static void add(struct igdrom_vm_config *config, const char *what, uint8_t slot, uint64_t at)
{
	struct vm_address place = {.known = true, .on_root = true, .slot = slot};

	place.bus_name = config->machine == VM_MACHINE_Q35 ? "pcie.0" : "pci.0";
	vm_config_add_slot(config, what, &place, at);
}

/* Adds what a line of this key asks for. */
static void add_for(struct igdrom_vm_config *config, const struct pve_conf *conf, const char *key,
		    uint8_t slot)
{
	const struct pve_line *line = pve_conf_find(conf, key);

	if (line)
		add(config, key, slot, line->at);
}

/* "net0" at the first slot, "net1" at the next one, ... */
static void add_row(struct igdrom_vm_config *config, const struct pve_conf *conf, const char *key,
		    unsigned count, uint8_t first)
{
	char name[PVE_KEY_ROOM];

	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "%s%u", key, i);
		add_for(config, conf, name, (uint8_t)(first + i));
	}
}

static const struct pve_line *first_of(const struct pve_conf *conf, const char *key, unsigned from,
				       unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		const struct pve_line *line = pve_conf_find_numbered(conf, key, i);

		if (line)
			return line;
	}
	return NULL;
}

/* Controllers of disks. */
static void add_storage(struct igdrom_vm_config *config, const struct pve_conf *conf)
{
	const struct pve_line *hardware = pve_conf_find(conf, "scsihw");
	const struct pve_line *disk = first_of(conf, "scsi", 0, 31);
	const struct pve_line *sata = first_of(conf, "sata", 0, 6);
	bool virtio = hardware && pve_begins(hardware->value, "virtio-scsi");

	if (hardware && pve_is(hardware->value, "virtio-scsi-single")) {
		add(config, "the bridge pci.3", 0x05, hardware->at);
	} else {
		/* A virtio controller takes 256 disks, the others 7. */
		if (virtio ? disk : first_of(conf, "scsi", 0, 7))
			add(config, "scsihw0", 0x05, disk->at);
		disk = virtio ? NULL : first_of(conf, "scsi", 7, 14);
		if (disk)
			add(config, "scsihw1", 0x06, disk->at);
	}
	if (sata)
		add(config, "ahci0", 0x07, sata->at);
	add_row(config, conf, "virtio", 6, 0x0a);
}

bool pve_has_display(const struct igdrom_vm_config *config)
{
	return !config->display ||
	       (strcmp(config->display, "none") != 0 && strncmp(config->display, "serial", 6) != 0);
}

static void add_i440fx(struct igdrom_vm_config *config, const struct pve_conf *conf,
		       bool legacy_igd)
{
	const struct pve_line *balloon = pve_conf_find(conf, "balloon");
	const struct pve_line *agent = pve_conf_find(conf, "agent");

	if (pve_has_display(config))
		add(config, "the emulated display (vga)", IGD_SLOT, config->display_at);
	if (!balloon || !pve_is(balloon->value, "0"))
		add(config, "balloon0", 0x03, balloon ? balloon->at : IGDROM_NO_OFFSET);
	add_for(config, conf, "watchdog", 0x04);
	add_storage(config, conf);
	if (config->guest_agent && !pve_is(pve_property(agent->value, "type", NULL), "isa"))
		add(config, "qga0", 0x08, agent->at);
	add_row(config, conf, "net", 6, 0x12);
	add(config, "the bridge pci.1", 0x1e, IGDROM_NO_OFFSET);
	/* legacy-igd puts it behind pci.1. */
	if (!legacy_igd)
		add(config, "the bridge pci.2", BRIDGE_SLOT, IGDROM_NO_OFFSET);
}

static void add_q35(struct igdrom_vm_config *config, const struct pve_conf *conf)
{
	static const struct {
		const char *what;
		uint8_t slot;
	} fixed[] = {
		{"ehci-2", 0x1a}, {"audio0", 0x1b}, {"ich9-pcie-port-1", 0x1c},
		{"ehci", 0x1d},   {"pcidmi", 0x1e},
	};

	if (pve_has_display(config))
		add(config, "the emulated display (vga)", 0x01, config->display_at);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		add(config, fixed[i].what, fixed[i].slot, IGDROM_NO_OFFSET);
	add_for(config, conf, "ivshmem", 0x14);
}

void pve_place_others(struct igdrom_vm_config *config, const struct pve_conf *conf, bool legacy_igd)
{
	if (config->machine == VM_MACHINE_I440FX)
		add_i440fx(config, conf, legacy_igd);
	else if (config->machine == VM_MACHINE_Q35)
		add_q35(config, conf);
}
