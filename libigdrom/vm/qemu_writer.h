/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that write a command line share. Every argument ends with a NUL. */
#ifndef IGDROM_VM_QEMU_WRITER_H
#define IGDROM_VM_QEMU_WRITER_H

#include "vm/qemu.h"
#include "vm/qemu_opts.h"

/* The value of -device for a passed-through function; kept: pairs of an existing one that stay. */
void qemu_put_device(struct build *out, const struct igdrom_vm_config *wanted, size_t index,
		     const struct qemu_opts *kept);
/* Whether a path is that of the ROM of a planned device; both may be none. */
bool qemu_is_rom(const struct igdrom_vm_config *wanted, const struct vm_device *device,
		 const char *path);
/* The value of -fw_cfg. */
void qemu_put_fw_cfg(struct build *out, const struct vm_fw_cfg *entry);
/* The value of -cpu; have: an existing one, or NULL. */
void qemu_put_cpu(struct build *out, const struct igdrom_vm_config *wanted,
		  const struct qemu_opts *have);
/* -debugcon and what goes with it, each argument with its NUL. */
void qemu_put_debug_console(struct build *out, const struct igdrom_vm_config *wanted);
/* Whether the plan alone decides about this key of -device. */
bool qemu_is_planned(const char *key);

/* vm_write_qemu() with an existing text. */
enum igdrom_status qemu_merge(const struct igdrom_vm_config *wanted, const char *text, size_t size,
			      struct igdrom_report *report, struct build *out);

#endif
