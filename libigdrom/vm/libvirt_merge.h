/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that change a domain share. */
#ifndef IGDROM_VM_LIBVIRT_MERGE_H
#define IGDROM_VM_LIBVIRT_MERGE_H

#include "core/report.h"
#include "vm/libvirt_edit.h"
#include "vm/libvirt_read.h"

#define VM_MERGE_INDENT 256

struct vm_merge {
	const struct igdrom_vm_config *wanted;
	const struct igdrom_vm_config *found; /* what vm_read_libvirt() makes of the text */
	bool unraid;
	const struct vm_xml_doc *doc;
	struct vm_xml_element *domain;
	struct vm_xml_element *devices;
	struct igdrom_report *report;
	struct vm_edits edits;
	struct build new_devices;  /* lines for the end of <devices> */
	struct build new_override; /* lines for the end of qemu:override */
	const char *prefix;        /* of libvirt's QEMU namespace in this text */
	bool refused;
};

/* The element that starts at an offset; NULL: none does. */
struct vm_xml_element *vm_merge_element_at(const struct vm_merge *m, uint64_t at);

/* An element of libvirt's QEMU namespace, or one that becomes one when its prefix is bound. */
bool vm_merge_is_qemu(const struct vm_merge *m, const struct vm_xml_element *e, const char *name);

void vm_merge_refuse(struct vm_merge *m, enum finding_code code, uint64_t at,
		     const struct igdrom_finding_arg *args, size_t arg_count);

/* Frees the slot of the root bus that a device is to have (libvirt_slots.c). */
void vm_merge_free_slots(struct vm_merge *m);

/* The device in found that is the wanted one; NULL: there is none yet (libvirt_hostdev.c). */
const struct vm_device *vm_merge_found(const struct vm_merge *m, const struct vm_device *wanted);
/* The alias that a wanted device gets or keeps; NULL when it needs none. */
const char *vm_merge_alias(const struct vm_merge *m, const struct vm_device *wanted, char *room,
			   size_t size);
void vm_merge_hostdevs(struct vm_merge *m);

/* Properties in qemu:override, and what qemu:commandline says of the same (libvirt_override.c). */
void vm_merge_override(struct vm_merge *m);

#endif
