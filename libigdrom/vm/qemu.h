/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's command line: read, written, and as an annex to configurations of other formats. */
#ifndef IGDROM_VM_QEMU_H
#define IGDROM_VM_QEMU_H

#include "core/builder.h"
#include "vm/config.h"
#include "vm/words.h"

/*
 * Reads a command line: a script, what `ps` or `qm showcmd --pretty` print, the log of libvirt, or
 * /proc/PID/cmdline. Of several commands the one with most to say about a machine is taken. Without
 * the name of a program it is a fragment, for which QEMU's defaults are not filled in.
 */
enum igdrom_status vm_read_qemu(const char *text, size_t size, struct igdrom_report *report,
				struct igdrom_vm_config *config) IGDROM_MUST_CHECK;

/*
 * Applies arguments that QEMU gets behind those which config stands for: PVE's "args", libvirt's
 * qemu:commandline. json: the devices in config reach QEMU as JSON, where -set finds none.
 */
enum igdrom_status vm_qemu_apply(struct igdrom_vm_config *config, const struct words *words,
				 bool json, struct igdrom_report *report) IGDROM_MUST_CHECK;

/*
 * The arguments of a QEMU that runs what `wanted` says, without its name: each ends with a NUL. What
 * the plan leaves open gets a value that lets the machine start.
 */
void vm_qemu_args(const struct igdrom_vm_config *wanted, struct build *out);

/*
 * Writes a command line, or merges what `wanted` needs into an existing one; see vm_writer in
 * "vm/formats.h".
 */
enum igdrom_status vm_write_qemu(const struct igdrom_vm_config *wanted, const void *existing,
				 size_t size, struct igdrom_report *report,
				 struct build *out) IGDROM_MUST_CHECK;

/* How QEMU takes the value of this property of vfio-pci. */
enum vm_value_type vm_qemu_property_type(const char *name);

#endif
