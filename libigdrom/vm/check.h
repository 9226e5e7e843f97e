/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the checker share. */
#ifndef IGDROM_VM_CHECK_H
#define IGDROM_VM_CHECK_H

#include "vm/rules.h"

struct vm_check {
	const struct igdrom_vm_config *config;
	const struct igdrom_vm_request *request;
	struct igdrom_report *report;
	bool *no_memory;                /* set when something could not be said */
	const struct vm_device *device; /* the GPU */
	size_t index;                   /* of it in config */
	struct vm_case it;
	bool want_said;      /* else the checker is content with less */
	bool impossible;     /* then what is missing would not help */
	bool never_pictured; /* before an upgrade there was no boot picture to lose */
	bool picture_meant;  /* a boot picture is asked for, or evidently what it is for */
};

/* igdrom_vm_check() with what was before. */
enum igdrom_status vm_check_run(const struct igdrom_vm_config *config,
				const struct igdrom_vm_request *request, bool never_pictured,
				struct igdrom_report *report);

/* The text of a rule, owned; NULL when memory ran out, which is noted. */
char *vm_check_expand(const struct vm_check *check, const char *text);
char *vm_check_value(const struct vm_check *check, const struct vm_rule *rule);

/* Of a fault that costs the boot picture, and nothing else. */
enum igdrom_severity vm_check_picture_severity(const struct vm_check *check);

/* The device of a configuration that is the GPU; SIZE_MAX: none. */
size_t vm_check_gpu(const struct igdrom_vm_config *config, const struct igdrom_vm_request *request);

/* The case of that device, and what is wanted of it: said, or what the configuration looks like. */
void vm_check_case(struct vm_check *check);

bool vm_check_display_known(const struct igdrom_vm_config *config);

/* Properties that are missing, without effect, fatal, or unknown to this QEMU. */
void vm_check_properties(const struct vm_check *check);
/* Guest address, neighbours, emulated display, ROM. */
void vm_check_places(const struct vm_check *check);
/* Memory, processor, fw_cfg files, sound. */
void vm_check_rest(const struct vm_check *check);

#endif
