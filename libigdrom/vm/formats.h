/* SPDX-License-Identifier: BSD-2-Clause */
/* The formats of virtual machines: one reader and one writer each, behind one table. */
#ifndef IGDROM_VM_FORMATS_H
#define IGDROM_VM_FORMATS_H

#include "core/builder.h"
#include "vm/config.h"

/*
 * A reader fills a fresh configuration from a text of at most VM_MAX_TEXT_BYTES bytes (no NUL is
 * promised). IGDROM_E_NOT_RECOGNIZED: not of this format.
 */
typedef enum igdrom_status vm_reader(const char *text, size_t size, struct igdrom_report *report,
				     struct igdrom_vm_config *config);

/*
 * A writer writes what `wanted` says: a fragment when existing is NULL, else the whole of existing
 * with the change merged in, everything else byte by byte as it was; merged a second time it gives
 * the same bytes. IGDROM_E_REFUSED and a finding: it cannot be merged.
 */
typedef enum igdrom_status vm_writer(const struct igdrom_vm_config *wanted, const void *existing,
				     size_t size, struct igdrom_report *report, struct build *out);

struct vm_format {
	const char *name;
	vm_reader *read;  /* NULL: not read */
	vm_writer *write; /* NULL: not written */
};

/* What the text looks like; IGDROM_VM_FORMAT_UNKNOWN when nothing fits. */
enum igdrom_vm_format vm_format_of(const char *text, size_t size);

/*
 * Fills what getters hand out and readers do not: call once when a configuration is complete.
 */
void vm_config_complete(struct igdrom_vm_config *config);

#endif
