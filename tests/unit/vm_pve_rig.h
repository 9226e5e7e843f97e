/* SPDX-License-Identifier: BSD-2-Clause */
/* Plans as a planner would make them for Proxmox VE, and what is written for them. */
#ifndef IGDROM_TESTS_VM_PVE_RIG_H
#define IGDROM_TESTS_VM_PVE_RIG_H

#include "vm/pve.h"

/* What the last call had to say; freed by pve_rig_free(), as a group's teardown. */
extern struct igdrom_report *pve_report;
int pve_rig_free(void **state);

/* i440fx and OVMF, the GPU at 00:02.0 with x-igd-lpc=on. */
struct igdrom_vm_config *pve_i440fx(void);
/* The same on q35, whose GPU is moved to 00:02.0 by args; no property. */
struct igdrom_vm_config *pve_q35(void);
/* A virtual function, which asks for nothing. */
struct igdrom_vm_config *pve_vf(void);

/* The text, or an empty one when the status is expected to be an error; to be freed. */
char *pve_write(const struct igdrom_vm_config *config, bool command, const char *existing,
		enum igdrom_status expected);
void pve_expect_text(const struct igdrom_vm_config *config, bool command, const char *existing,
		     const char *text);
/* What existing becomes; that it stays so then, and that no command is left to give. Frees config. */
void pve_expect_merged(struct igdrom_vm_config *config, const char *existing, const char *merged);

#define LPC "-set device.hostpci0.x-igd-lpc=on"
/* Without and with the line of the GPU. */
#define HEAD "bios: ovmf\nname: a\nvga: none\n"
#define LINE "hostpci0: 00:02.0,legacy-igd=1,romfile=igd.rom\n"

#endif
