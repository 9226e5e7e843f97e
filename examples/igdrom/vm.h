/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands "vm ..." share. */
#ifndef IGDROM_CLI_VM_H
#define IGDROM_CLI_VM_H

#include "cli.h"

#include <igdrom/setup.h>

/* Where Proxmox VE looks for a ROM that is named without a path. */
#define PVE_ROMS "/usr/share/kvm/"

/* vm_request.c */
/*
 * What the command line says: facts files first, then options. EXIT_YES, or the exit code after the
 * failure was told; *out is to be freed either way.
 */
int make_request(struct call *call, struct igdrom_vm_request **out);
/* The same for a request that is there, and without a look into its ROM. */
int say_options(struct call *call, struct igdrom_vm_request *request);
/* Says something unless it was said already. */
int say_if_silent(struct call *call, struct igdrom_vm_request *request, const char *key,
		  const char *value);
/* Plans, or asks for all that is missing in one message. */
int make_plan(struct call *call, const struct igdrom_vm_request *request,
	      struct igdrom_vm_plan **out);
/* "Proxmox VE". */
const char *hypervisor_words(enum igdrom_vm_format format);

/* As make_plan() does: what a report asks for, in one message. False: it asks for nothing. */
bool ask_for_missing(struct call *call, int *code);

/* The file of a ROM as it is named, or where Proxmox VE looks for it; NULL: it is not here. */
const char *find_rom(const char *name);

/* vm_host.c */
/*
 * Finds out on the machine itself, or on the captured one that --root names, what was not said:
 * when something is missing that has to be known, or the GPU was named by its address. A machine
 * without that GPU is not asked.
 */
int ask_machine(struct call *call, struct igdrom_vm_request *request, bool hypervisor);

/* vm_apply.c */
/* The file that --into names; NULL: a domain that only libvirt knows. */
const char *target_file(struct call *call, enum igdrom_vm_format format, char *room, size_t size);
/* Shows what would change with a plan in the machine that --into names, or with --apply does it. */
int change_vm(struct call *call, const struct igdrom_vm_request *request,
	      const struct igdrom_vm_plan *plan, enum igdrom_vm_format format);

/* progress.c: runs the stages, with a line of progress on a terminal when it takes long. */
enum igdrom_status run_setup(const struct call *call, struct igdrom_setup *setup);

/* vm_findings.c */
/*
 * Findings from index first on as a list on standard output, the worst first; with the text that
 * they are about, each names its line.
 */
void list_findings(const struct style *style, const struct igdrom_report *report, size_t first,
		   const struct igdrom_bytes *text);
/* Keys of a request in a sentence, as "(gms, ggc)", become the options "(--gms, --ggc)". */
void with_options(const char *text, char *out, size_t room);
/* One of them. */
void show_finding(const struct style *style, const struct igdrom_finding *finding,
		  const struct igdrom_bytes *text);
/* "1 error, 2 warnings"; "" when there is neither. */
const char *worst_words(const struct igdrom_report *report, char *out, size_t room);

/* vm_plan.c */
int tell_refusal(struct call *call, const struct igdrom_vm_plan *plan,
		 const struct igdrom_vm_request *request);

#endif
