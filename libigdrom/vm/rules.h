/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one engine that planner and checker ask. A case is a request, or a configuration that was
 * read, reduced to the conditions of tables/vm-conditions.tsv; rows of tables/vm-rules.tsv hold for
 * it or do not. No code names a platform or a release: those are columns.
 */
#ifndef IGDROM_VM_RULES_H
#define IGDROM_VM_RULES_H

#include "vm/request.h"

#include "vm/conditions.inc"

#define VM_MAX_NEEDS 16

struct vm_case {
	uint8_t is[VM_CONDITION_COUNT]; /* VM_IS_...; for VM_IF_QEMU the number of the release */
	uint16_t device_id;
	bool qemu_newer; /* than every release that the tables know */
	bool gms_known;
	uint8_t gms; /* host value */
	uint16_t lpc_id;
};

enum vm_effect {
	VM_PLACE,
	VM_MODE,
	VM_NEED,
	VM_SET,
	VM_ASK,
	VM_REFUSE,
	VM_OPTIONAL,
	VM_USELESS,
	VM_FATAL,
};

struct vm_rule {
	const char *name;
	enum vm_effect effect;
	const char *subject; /* property, or what is set or asked for */
	const char *value;
	uint64_t when[VM_CONDITION_COUNT]; /* values that fit; 0: any */
	const char *text;
	const char *source;
};

enum vm_type {
	VM_TYPE_BOOL,
	VM_TYPE_SWITCH,
	VM_TYPE_UINT,
	VM_TYPE_STRING,
};

struct vm_known_property {
	const char *name;
	enum vm_type type;
	uint64_t releases;
	struct {
		const char *value;
		uint64_t releases;
	} defaults[2];
	const char *source;
};

/* What to make of a property that is set. */
enum vm_verdict {
	VM_JUDGED_OPTIONAL,        /* works, not needed */
	VM_JUDGED_NEEDED,          /* needed, with the value of the judgement: maybe another one */
	VM_JUDGED_USELESS,         /* without effect, or the default */
	VM_JUDGED_FATAL,           /* QEMU does not start, or what is wanted does not come */
	VM_JUDGED_UNKNOWN_TO_QEMU, /* this release stops: "Property ... not found" */
	VM_JUDGED_NOT_OURS,        /* no property that the tables know */
	VM_JUDGED_BAD_VALUE,       /* the property does not take it */
};

struct vm_judgement {
	enum vm_verdict verdict;
	const char *value; /* VM_JUDGED_NEEDED: as the rule has it, see vm_rules_value() */
	const struct vm_rule
		*rule; /* NULL: none speaks of it (the default, the tables of properties) */
};

/*
 * What the needs of a case are: rules with effect VM_NEED (properties) or VM_SET (the rest); the
 * number written, at most VM_MAX_NEEDS.
 */
size_t vm_rules_needs(const struct vm_case *it, enum vm_effect effect, const struct vm_rule **out);

/* Judges a property of vfio-pci that is set to value, which is as QEMU's command line has it. */
struct vm_judgement vm_rules_judge(const struct vm_case *it, const char *property,
				   const char *value);

/* NULL: possible. Otherwise the rule that refuses. */
const struct vm_rule *vm_rules_refusal(const struct vm_case *it);
/* NULL: all is known that decides. Otherwise the rule whose subject must be said first. */
const struct vm_rule *vm_rules_ask(const struct vm_case *it);

/* Works out what rules decide themselves: place (only when asked to), legacy mode, properties. */
void vm_rules_settle(struct vm_case *it, bool place);

const struct vm_known_property *vm_rules_property(const char *name);
/* NULL out of range. */
const struct vm_known_property *vm_rules_property_at(size_t index);
/* Whether both texts mean the same value of the property: "on" and "true", "0x2" and "2". */
bool vm_rules_same(const struct vm_known_property *property, const char *a, const char *b);

/* The rule with this name; NULL when there is none. */
const struct vm_rule *vm_rules_named(const char *name);
size_t vm_rules_count(void);
const struct vm_rule *vm_rules_at(size_t index);

/* {device}, {qemu}, {gms}, {lpc_id} in a text or value; owned, NULL when memory ran out. */
char *vm_rules_expand(const struct vm_case *it, const char *text);

/* The value that a need asks for ("on", "0x2"); owned, NULL when memory ran out. */
char *vm_rules_value(const struct vm_case *it, const struct vm_rule *rule);

/* ---- cases (case.c) */

/*
 * What a request says; conditions that follow from others are worked out. A machine that is not
 * said or "any" is VM_IS_MACHINE_UNKNOWN.
 */
void vm_case_from_request(const struct igdrom_vm_request *request, struct vm_case *out);

/* The same, then what the configuration says of its device `index`, which wins. */
void vm_case_from_config(const struct igdrom_vm_config *config, size_t index,
			 const struct igdrom_vm_request *request, struct vm_case *out);

/* Takes another release and what follows from it: the generation. */
void vm_case_set_qemu(struct vm_case *it, unsigned release);

/* The release that a version belongs to; *newer: later than all known ones, whose last it gives. */
unsigned vm_release_of(const struct vm_version *version, bool *newer);
unsigned vm_release_count(void);
const char *vm_release_name(unsigned release);
/* The release of a PVE; false when it is not known (too old; newer ones count as the last). */
bool vm_pve_qemu(const struct vm_version *pve, unsigned *release, bool *newer);
/* The first PVE with this release or a later one; NULL when there is none. */
const char *vm_pve_with(unsigned release, unsigned *its_release);

/* A build of QEMU that is broken as such. */
struct vm_bad_build {
	unsigned build; /* enum vm_if_build */
	unsigned part[3];
	unsigned package;
	const char *version;
	const char *fixed;
};
const struct vm_bad_build *vm_bad_build(const struct vm_version *version);

/* Name of a condition's value ("boot-picture"); static. */
const char *vm_condition_value(enum vm_condition condition, unsigned value);
const char *vm_condition_name(enum vm_condition condition);

/* What a release sets a property to by itself; NULL: not known. */
const char *vm_rules_default(const struct vm_known_property *property, unsigned release);

#endif
