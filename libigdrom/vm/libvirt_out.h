/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of a domain as text: each line indented, each value escaped. */
#ifndef IGDROM_VM_LIBVIRT_OUT_H
#define IGDROM_VM_LIBVIRT_OUT_H

#include "core/builder.h"
#include "vm/config.h"

#define VM_LIBVIRT_NUMBER 24

struct vm_xml_out {
	struct build *text;
	const char *indent; /* before every line; indent_size bytes of it */
	size_t indent_size;
	const char *unit; /* once more for every level below; unit_size bytes of it */
	size_t unit_size;
	const char *newline;
	bool ascii_only; /* other characters as references */
};

/* Text with the characters escaped that may not stand in a value, whatever its quotes. */
void vm_xml_put_escaped(struct build *text, const char *value, bool ascii_only);

/* A line, `level` levels below the indentation; each %s in format takes a value and escapes it. */
void vm_xml_line(const struct vm_xml_out *out, unsigned level, const char *format, ...);

/* Type and value of a qemu:property: libvirt takes true and false, and numbers in decimal. */
const char *vm_libvirt_property_type(const struct vm_property *property);
const char *vm_libvirt_property_value(const struct vm_property *property,
				      char number[VM_LIBVIRT_NUMBER]);

/* What an alias starts with that a user may give. */
bool vm_libvirt_is_user_alias(const char *alias);
/* The number in "%02x" and "0x%04x" style attributes of an address on a bus. */
void vm_libvirt_address(const struct vm_address *address, char *out, size_t room);

/* Elements; alias NULL: none. */
void vm_libvirt_put_hostdev(const struct vm_xml_out *out, unsigned level,
			    const struct vm_device *device, const char *alias);
void vm_libvirt_put_guest(const struct vm_xml_out *out, unsigned level,
			  const struct vm_address *guest);
void vm_libvirt_put_video_none(const struct vm_xml_out *out, unsigned level);
void vm_libvirt_put_debug(const struct vm_xml_out *out, unsigned level,
			  const struct igdrom_vm_config *wanted);
void vm_libvirt_put_phys_limit(const struct vm_xml_out *out, unsigned level, unsigned bits);
void vm_libvirt_put_fw_cfg(const struct vm_xml_out *out, unsigned level,
			   const struct vm_fw_cfg *entry);
void vm_libvirt_put_property(const struct vm_xml_out *out, unsigned level, const char *prefix,
			     const struct vm_property *property);
void vm_libvirt_put_override_device(const struct vm_xml_out *out, unsigned level,
				    const char *prefix, const struct vm_device *device,
				    const char *alias);

#endif
