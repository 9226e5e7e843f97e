/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files that write for Proxmox VE share. A plan becomes edits of lines first; the file, a
 * fragment of it and the command "qm set" are three ways to write those down.
 */
#ifndef IGDROM_VM_PVE_WRITER_H
#define IGDROM_VM_PVE_WRITER_H

#include "core/builder.h"
#include "core/report.h"
#include "vm/pve_hostpci.h"

#define PVE_MAX_EDITS 24

struct pve_edit {
	char key[PVE_KEY_ROOM];
	struct igdrom_bytes value; /* no data: the line goes */
};

struct pve_merge {
	const struct igdrom_vm_config *wanted;
	const struct pve_conf *conf;         /* no lines: a fragment is written */
	const struct igdrom_vm_config *have; /* conf as it is read */
	struct igdrom_report *report;
	bool legacy_igd;                 /* the GPU goes to 00:02.0 of an i440fx */
	bool moved;                      /* the GPU goes to 00:02.0 of a q35, by args */
	unsigned index[PVE_MAX_HOSTPCI]; /* N of the hostpciN that each wanted device gets */
	struct pve_edit edits[PVE_MAX_EDITS];
	size_t edit_count;
	enum igdrom_status err;
};

/* Works out the edits, sorted by key; m->err. The caller frees them, whatever is returned. */
enum igdrom_status pve_merge_edits(struct pve_merge *m) IGDROM_MUST_CHECK;
void pve_merge_free(struct pve_merge *m);

/* Sets the error, unless there is one. */
void pve_merge_fail(struct pve_merge *m, enum igdrom_status err);
/* The same with a finding. */
void pve_merge_refuse(struct pve_merge *m, enum finding_code code, uint64_t at,
		      const struct igdrom_finding_arg *args, size_t count);

/* The name of the file without its folder: Proxmox VE has one folder for all ROMs. */
const char *pve_rom_name(const struct vm_device *device);

/* The value of args that has what is wanted, from what is there; no bytes: none is needed. */
void pve_merge_args(struct pve_merge *m, struct build *out);

#endif
