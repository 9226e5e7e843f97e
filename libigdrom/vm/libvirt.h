/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Domain XML: libvirt's (https://libvirt.org/formatdomain.html) and unraid's dialect of it. The
 * reader and the merging writer need libxml2 (IGDROM_LIBXML); a fragment is written without.
 */
#ifndef IGDROM_VM_LIBVIRT_H
#define IGDROM_VM_LIBVIRT_H

#include "core/builder.h"
#include "vm/config.h"

/* As libvirt counts its versions: 8.2.0 is 8002000. */
#define VM_LIBVIRT(major, minor, release) ((major)*1000000u + (minor)*1000u + (release))
/* First with qemu:override (docs/drvqemu.rst), and the one that crashes on it (issue 321). */
#define VM_LIBVIRT_OVERRIDE         VM_LIBVIRT(8, 2, 0)
#define VM_LIBVIRT_OVERRIDE_CRASHES VM_LIBVIRT(8, 4, 0)
/* First with <maxphysaddr limit=>. */
#define VM_LIBVIRT_PHYS_LIMIT VM_LIBVIRT(9, 3, 0)

/* Alias of a device that properties are given to; a user's alias starts with "ua-". */
#define VM_LIBVIRT_ALIAS "ua-igd"

/* vm_reader and vm_writer (formats.h), for both dialects. */
enum igdrom_status vm_read_libvirt(const char *text, size_t size, struct igdrom_report *report,
				   struct igdrom_vm_config *config) IGDROM_MUST_CHECK;
enum igdrom_status vm_write_libvirt(const struct igdrom_vm_config *wanted, const void *existing,
				    size_t size, struct igdrom_report *report,
				    struct build *out) IGDROM_MUST_CHECK;
enum igdrom_status vm_write_unraid(const struct igdrom_vm_config *wanted, const void *existing,
				   size_t size, struct igdrom_report *report,
				   struct build *out) IGDROM_MUST_CHECK;

/* A domain of its own that holds what is wanted and nothing else (libvirt_fragment.c). */
void vm_libvirt_fragment(const struct igdrom_vm_config *wanted, bool unraid, struct build *out);

/* The whole of existing with the change in it (libvirt_merge.c). */
enum igdrom_status vm_libvirt_merge(const struct igdrom_vm_config *wanted, bool unraid,
				    const char *existing, size_t size, struct igdrom_report *report,
				    struct build *out) IGDROM_MUST_CHECK;

/*
 * What is wrong with a domain as such. needs_properties: the device lacks properties that it needs,
 * so an editor that drops qemu:override is named when its traces are there.
 */
void vm_check_libvirt(const struct igdrom_vm_config *config, bool needs_properties,
		      struct igdrom_report *report);

#endif
