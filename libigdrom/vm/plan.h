/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_VM_PLAN_H
#define IGDROM_VM_PLAN_H

#include "vm/config.h"
#include "vm/request.h"

#define VM_MAX_REASONS 32

struct vm_reason {
	const char *rule;    /* static */
	const char *subject; /* belongs to the plan's configuration */
	const char *text;    /* belongs to the plan's configuration */
	const char *source;  /* static */
};

struct igdrom_vm_plan {
	bool boot_picture;
	const char *qemu;                /* static: release whose rules were used */
	const char *want;                /* static */
	struct igdrom_vm_config *config; /* NULL: refused */
	char *refusal;
	const char *refusal_rule;   /* static */
	const char *refusal_source; /* static */
	struct vm_reason reasons[VM_MAX_REASONS];
	size_t reason_count;
};

#endif
