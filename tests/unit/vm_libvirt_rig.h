/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of the writer of domain XML share. */
#ifndef TESTS_UNIT_VM_LIBVIRT_RIG_H
#define TESTS_UNIT_VM_LIBVIRT_RIG_H

#include <igdrom/report.h>
#include <igdrom/vm.h>

#define QEMU_NS "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'"
#define GPU                                                                 \
	"<hostdev type='pci'><source><address domain='0' bus='0' slot='2' " \
	"function='0'/></source>"
#define HEAD "<domain type='kvm'><os firmware='efi'><type machine='pc'>hvm</type></os>"

struct result {
	enum igdrom_status status;
	char *text; /* NULL when refused */
	struct igdrom_report *report;
};

/* What the writer makes of a text (NULL: a fragment) for the words of vm_wanted.h. */
struct result vm_rig_write(const char *existing, bool unraid, const char *const *words);
void vm_rig_free(struct result *result);

/* What becomes of a text, to the byte; and that it stays so when it is done again. */
void vm_rig_becomes(const char *before, const char *const *words, const char *after);

/* That it is refused, with a finding of this code. */
void vm_rig_refused(const char *before, bool unraid, const char *const *words, const char *code);

struct igdrom_vm_config *vm_rig_read(const char *text);

#endif
