/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that read domain XML share. */
#ifndef IGDROM_VM_LIBVIRT_READ_H
#define IGDROM_VM_LIBVIRT_READ_H

#include "vm/config.h"
#include "vm/libvirt_xml.h"

/* The domain in a document; NULL and a finding when it is something else. */
struct vm_xml_element *vm_libvirt_domain(const struct vm_xml_doc *doc,
					 struct igdrom_report *report);

/* libvirt's numbers: decimal, or hexadecimal after 0x; false when it is none or above most. */
bool vm_libvirt_number(const char *text, uint64_t most, uint64_t *out);

/* "pc-i440fx-9.2", "q35"; NULL is libvirt's default for x86. */
enum vm_machine vm_libvirt_machine(const char *type);

/* <address type='pci'> in e, and the address in <source> of a hostdev; parts that are left out
 * are 0. Not known when there is none. */
struct vm_address vm_libvirt_guest(const struct vm_xml_element *e, enum vm_machine machine);
struct vm_address vm_libvirt_host(const struct vm_xml_element *hostdev);

/* How an element of <devices> is called in findings: "controller pci 1 (pcie-root-port)". */
void vm_libvirt_label(const struct vm_xml_element *e, char *out, size_t room);

/* Everything in <devices> (libvirt_devices.c). */
void vm_libvirt_read_devices(const struct vm_xml_element *domain, struct igdrom_vm_config *config);

/* qemu:override and qemu:commandline (libvirt_qemu.c). */
void vm_libvirt_read_qemu(const struct vm_xml_doc *doc, const struct vm_xml_element *domain,
			  struct igdrom_report *report, struct igdrom_vm_config *config);

#endif
