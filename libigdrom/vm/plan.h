/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_VM_PLAN_H
#define IGDROM_VM_PLAN_H

#include "core/report.h"
#include "vm/rules.h"

#define VM_MAX_REASONS 32
#define VM_MAX_WAYS    8

struct vm_reason {
	const char *rule;    /* static */
	const char *subject; /* belongs to the plan's configuration, as does text */
	const char *text;
	const char *source; /* static */
};

/* A change of a case: the value that a condition would have to have. */
struct vm_change {
	enum vm_condition condition;
	uint8_t value;
};

#define VM_MAX_CHANGES 3

/* One way out of a refusal: one change, or several that are needed together. */
struct vm_way {
	struct vm_change changes[VM_MAX_CHANGES];
	size_t change_count;
	bool gives_up; /* less than what is wanted */
};

struct igdrom_vm_plan {
	bool boot_picture;
	struct vm_case it;               /* machine and place chosen */
	struct igdrom_vm_config *config; /* NULL: refused */
	const struct vm_rule *refusing;
	char *refusal;
	struct vm_way ways[VM_MAX_WAYS]; /* out of the refusal, nearest first */
	size_t way_count;
	struct vm_reason reasons[VM_MAX_REASONS];
	size_t reason_count;
};

/* Adds a reason; what goes wrong sticks in the configuration. */
void vm_plan_because(struct igdrom_vm_plan *plan, const struct vm_rule *rule, const char *subject);
void vm_plan_reason(struct igdrom_vm_plan *plan, const char *rule, const char *subject,
		    const char *text, const char *source);

/*
 * Chooses the machine when it is open, and settles the rest; the rule that refuses, NULL when it is
 * possible. *ask: the rule that needs to know more first.
 */
const struct vm_rule *vm_choose(struct vm_case *it, const struct vm_rule **ask);

/* What asks for the key that such a rule needs (ask.c). */
enum finding_code vm_ask_finding(const struct vm_rule *ask);
/* Findings about what no answer can be given without, or about; false: there is one. */
bool vm_ask(const struct igdrom_vm_request *request, struct igdrom_report *report);
/* Where the GPU sits on the host: what was said, or where it always is. */
const char *vm_gpu_address(const struct igdrom_vm_request *request);

/* Whether a picture comes before the guest's driver runs. */
bool vm_shows_boot_picture(const struct vm_case *it);

/* Ways out of a refusal, found by trying (nearest.c); the number written, at most VM_MAX_WAYS. */
size_t vm_nearest(const struct vm_case *refused, struct vm_way *out);
/* "It needs QEMU 10.0 or newer; or give up ..."; owned, NULL when memory ran out. */
char *vm_nearest_text(const struct vm_case *refused, const struct vm_way *ways, size_t count);

/* fw_cfg file with the host's stolen memory base, or a finding that says why not (stolen.c). */
void vm_plan_stolen_base(struct igdrom_vm_plan *plan, const struct igdrom_vm_request *request,
			 struct igdrom_report *report);

/* Findings about what the plan asks for (advice.c). */
void vm_advise(const struct igdrom_vm_plan *plan, const struct igdrom_vm_request *request,
	       struct igdrom_report *report);
/* The same, about what was said: whether the plan is possible or not. */
void vm_advise_versions(const struct vm_case *it, const struct igdrom_vm_request *request,
			struct igdrom_report *report);

#endif
