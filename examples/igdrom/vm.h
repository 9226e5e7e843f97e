/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands "vm ..." share. */
#ifndef IGDROM_CLI_VM_H
#define IGDROM_CLI_VM_H

#include "cli.h"

/* vm_request.c */
/*
 * What the command line says: facts files first, then options. EXIT_YES, or the exit code after the
 * failure was told; *out is to be freed either way.
 */
int make_request(struct call *call, struct igdrom_vm_request **out);
/* Says something unless it was said already. */
int say_if_silent(struct call *call, struct igdrom_vm_request *request, const char *key,
		  const char *value);
/* Plans, or asks for all that is missing in one message. */
int make_plan(struct call *call, const struct igdrom_vm_request *request,
	      struct igdrom_vm_plan **out);
/* "Proxmox VE". */
const char *hypervisor_words(enum igdrom_vm_format format);

/* vm_plan.c */
/* Findings as a list on standard output, those of the highest severity first. */
void list_findings(struct call *call, const char *title);
int tell_refusal(struct call *call, const struct igdrom_vm_plan *plan,
		 const struct igdrom_vm_request *request);

#endif
