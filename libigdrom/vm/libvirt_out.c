/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/libvirt_out.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The character of valid UTF-8 that starts here, and how many bytes it has. */
static uint32_t decode(const char *text, size_t *length)
{
	const unsigned char *c = (const unsigned char *)text;
	uint32_t value;

	*length = c[0] >= 0xf0 ? 4 : c[0] >= 0xe0 ? 3 : 2;
	value = c[0] & (0x7fu >> *length);
	for (size_t i = 1; i < *length; i++) {
		if ((c[i] & 0xc0) != 0x80) {
			*length = i;
			return '?';
		}
		value = value << 6 | (c[i] & 0x3f);
	}
	return value;
}

static void put(struct build *text, const char *string)
{
	build_bytes(text, string, strlen(string));
}

void vm_xml_put_escaped(struct build *text, const char *value, bool ascii_only)
{
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&apos;", "&quot;"};
	static const char special[] = "&<>'\"";
	char reference[16];
	size_t length;

	for (; *value; value += length) {
		const char *found = strchr(special, *value);

		length = 1;
		if (found) {
			put(text, entities[found - special]);
		} else if (ascii_only && (unsigned char)*value >= 0x80) {
			uint32_t character = decode(value, &length);

			snprintf(reference, sizeof(reference), "&#x%x;", (unsigned)character);
			put(text, reference);
		} else {
			build_u8(text, (uint8_t)*value);
		}
	}
}

void vm_xml_line(const struct vm_xml_out *out, unsigned level, const char *format, ...)
{
	va_list values;

	build_bytes(out->text, out->indent, out->indent_size);
	for (unsigned i = 0; i < level; i++)
		build_bytes(out->text, out->unit, out->unit_size);
	va_start(values, format);
	for (; *format; format++) {
		if (format[0] != '%' || format[1] != 's') {
			build_u8(out->text, (uint8_t)*format);
			continue;
		}
		format++;
		vm_xml_put_escaped(out->text, va_arg(values, const char *), out->ascii_only);
	}
	va_end(values);
	put(out->text, out->newline);
}

const char *vm_libvirt_property_type(const struct vm_property *property)
{
	return property->type == VM_VALUE_BOOL   ? "bool"
	       : property->type == VM_VALUE_UINT ? "unsigned"
						 : "string";
}

const char *vm_libvirt_property_value(const struct vm_property *property,
				      char number[VM_LIBVIRT_NUMBER])
{
	const char *value = property->value ? property->value : "";

	if (property->type == VM_VALUE_BOOL)
		return strcmp(value, "on") == 0 ? "true" : "false";
	if (property->type != VM_VALUE_UINT)
		return value;
	snprintf(number, VM_LIBVIRT_NUMBER, "%llu", strtoull(value, NULL, 0));
	return number;
}

bool vm_libvirt_is_user_alias(const char *alias)
{
	return alias && strncmp(alias, "ua-", 3) == 0;
}

void vm_libvirt_address(const struct vm_address *address, char *out, size_t room)
{
	snprintf(out, room, "domain='0x%04x' bus='0x%02x' slot='0x%02x' function='0x%x'",
		 address->domain, address->bus, address->slot, address->function);
}

/* An <address> whose attributes are numbers and need no escaping. */
static void put_address(const struct vm_xml_out *out, unsigned level, const char *type,
			const struct vm_address *address)
{
	char line[112];
	char numbers[80];

	vm_libvirt_address(address, numbers, sizeof(numbers));
	snprintf(line, sizeof(line), "<address %s%s/>", type, numbers);
	vm_xml_line(out, level, line);
}

void vm_libvirt_put_guest(const struct vm_xml_out *out, unsigned level,
			  const struct vm_address *guest)
{
	put_address(out, level, "type='pci' ", guest);
}

void vm_libvirt_put_hostdev(const struct vm_xml_out *out, unsigned level,
			    const struct vm_device *device, const char *alias)
{
	const char *uuid = vm_mdev_uuid(device->mdev);

	if (uuid) {
		vm_xml_line(out, level,
			    "<hostdev mode='subsystem' type='mdev' managed='no' model='vfio-pci'>");
	} else {
		vm_xml_line(out, level, "<hostdev mode='subsystem' type='pci' managed='yes'>");
		vm_xml_line(out, level + 1, "<driver name='vfio'/>");
	}
	vm_xml_line(out, level + 1, "<source>");
	if (uuid)
		vm_xml_line(out, level + 2, "<address uuid='%s'/>", uuid);
	else
		put_address(out, level + 2, "", &device->host);
	vm_xml_line(out, level + 1, "</source>");
	if (alias)
		vm_xml_line(out, level + 1, "<alias name='%s'/>", alias);
	if (device->rom_file)
		vm_xml_line(out, level + 1, "<rom file='%s'/>", device->rom_file);
	else if (!device->rom_bar)
		vm_xml_line(out, level + 1, "<rom bar='off'/>");
	if (device->guest.known)
		vm_libvirt_put_guest(out, level + 1, &device->guest);
	vm_xml_line(out, level, "</hostdev>");
}

void vm_libvirt_put_video_none(const struct vm_xml_out *out, unsigned level)
{
	vm_xml_line(out, level, "<video>");
	vm_xml_line(out, level + 1, "<model type='none'/>");
	vm_xml_line(out, level, "</video>");
}

void vm_libvirt_put_debug(const struct vm_xml_out *out, unsigned level,
			  const struct igdrom_vm_config *wanted)
{
	vm_xml_line(out, level, "<serial type='file'>");
	vm_xml_line(out, level + 1, "<source path='%s'/>",
		    wanted->debug_file ? wanted->debug_file
				       : "/var/log/libvirt/qemu/igdrom-debug.log");
	vm_xml_line(out, level + 1, "<target type='isa-debug'>");
	vm_xml_line(out, level + 2, "<model name='isa-debugcon'/>");
	vm_xml_line(out, level + 1, "</target>");
	vm_xml_line(out, level + 1, "<address type='isa' iobase='0x402'/>");
	vm_xml_line(out, level, "</serial>");
}

void vm_libvirt_put_phys_limit(const struct vm_xml_out *out, unsigned level, unsigned bits)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", bits);
	vm_xml_line(out, level, "<maxphysaddr mode='passthrough' limit='%s'/>", number);
}

void vm_libvirt_put_fw_cfg(const struct vm_xml_out *out, unsigned level,
			   const struct vm_fw_cfg *entry)
{
	vm_xml_line(out, level, "<entry name='%s'>%s</entry>", entry->name,
		    entry->string ? entry->string : "");
}

void vm_libvirt_put_property(const struct vm_xml_out *out, unsigned level, const char *prefix,
			     const struct vm_property *property)
{
	char number[VM_LIBVIRT_NUMBER];

	vm_xml_line(out, level, "<%s:property name='%s' type='%s' value='%s'/>", prefix,
		    property->name, vm_libvirt_property_type(property),
		    vm_libvirt_property_value(property, number));
}

void vm_libvirt_put_override_device(const struct vm_xml_out *out, unsigned level,
				    const char *prefix, const struct vm_device *device,
				    const char *alias)
{
	vm_xml_line(out, level, "<%s:device alias='%s'>", prefix, alias);
	vm_xml_line(out, level + 1, "<%s:frontend>", prefix);
	for (size_t i = 0; i < device->property_count; i++)
		vm_libvirt_put_property(out, level + 2, prefix, &device->properties[i]);
	vm_xml_line(out, level + 1, "</%s:frontend>", prefix);
	vm_xml_line(out, level, "</%s:device>", prefix);
}
