/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests from one line of text, and plans as one line of text. */
#ifndef IGDROM_TESTS_VM_RIG_H
#define IGDROM_TESTS_VM_RIG_H

#include <igdrom/vm.h>

#define VM_LINE_ROOM 1024

/* Sets what a text like "device=4680 qemu=10.1" says; a value reaches to the next " word=". */
void vm_rig_say(struct igdrom_vm_request *request, const char *text);

/* "device=4680 qemu=10.1": a request that holds it, and nothing else. */
struct igdrom_vm_request *vm_rig_request(const char *text);

/*
 * What the planner makes of it: "i440fx 02.0 picture x-igd-lpc=on" (machine; guest slot or "any";
 * "picture" or "dark"; properties and fw_cfg files), or "refused RULE", or "asks CODE".
 */
const char *vm_rig_answer(const struct igdrom_vm_request *request, char out[VM_LINE_ROOM]);
const char *vm_rig_plan(const char *text, char out[VM_LINE_ROOM]);

#endif
