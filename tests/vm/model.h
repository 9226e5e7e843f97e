/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's handling of an Intel GPU once more, as code that was written by hand from its sources and
 * documents: what the tables of rules say is held against it, for any combination of conditions.
 */
#ifndef IGDROM_TESTS_VM_MODEL_H
#define IGDROM_TESTS_VM_MODEL_H

#include "vm/rules.h"

/* What igd_gen() of a release makes of a device id: VM_IS_GENERATION_... */
unsigned model_generation(uint16_t id, unsigned release);

/* Whether the GPU belongs at 00:02.0 of the guest. */
bool model_at_igd_place(const struct vm_case *it);
bool model_legacy_mode(const struct vm_case *it);
bool model_refuses(const struct vm_case *it);
/* The key that must be known first; NULL: none. */
const char *model_asks(const struct vm_case *it);

/* The value that a property (or what else is set) must have, NULL: it need not be there. */
const char *model_need(const struct vm_case *it, const char *property);
const char *model_set(const struct vm_case *it, const char *subject);

enum vm_verdict model_judge(const struct vm_case *it, const char *property, const char *value);

#endif
