/* SPDX-License-Identifier: BSD-2-Clause */
/* What a plan wants as a domain of its own: each part stands where it goes in a whole one. */
#include "vm/libvirt.h"
#include "vm/libvirt_out.h"

#include <stdio.h>
#include <string.h>

/* Where unraid's own form finds its OVMF (emhttp/plugins/dynamix.vm.manager/include/libvirt.php). */
#define UNRAID_OVMF "/usr/share/qemu/ovmf-x64/OVMF_CODE-pure-efi.fd"

static void put_machine(const struct vm_xml_out *out, const struct igdrom_vm_config *wanted,
			bool unraid)
{
	const char *machine = wanted->machine_type;

	if (!machine && wanted->machine != VM_MACHINE_I440FX && wanted->machine != VM_MACHINE_Q35)
		return;
	if (!machine)
		machine = wanted->machine == VM_MACHINE_Q35 ? "q35" : "pc";
	vm_xml_line(out, 1, "<!-- The chipset and the firmware that the rest is for. -->");
	if (wanted->firmware == VM_FIRMWARE_OVMF && !unraid)
		vm_xml_line(out, 1, "<os firmware='efi'>");
	else
		vm_xml_line(out, 1, "<os>");
	vm_xml_line(out, 2, "<type arch='x86_64' machine='%s'>hvm</type>", machine);
	if (wanted->firmware == VM_FIRMWARE_OVMF && unraid)
		vm_xml_line(out, 2,
			    "<loader readonly='yes' type='pflash'>" UNRAID_OVMF "</loader>");
	vm_xml_line(out, 1, "</os>");
}

static void put_cpu(const struct vm_xml_out *out, const struct igdrom_vm_config *wanted)
{
	if (!wanted->address_width || wanted->libvirt < VM_LIBVIRT_PHYS_LIMIT)
		return;
	vm_xml_line(out, 1, "<cpu mode='host-passthrough'>");
	vm_libvirt_put_phys_limit(out, 2, wanted->address_width);
	vm_xml_line(out, 1, "</cpu>");
}

static void put_fw_cfg(const struct vm_xml_out *out, const struct igdrom_vm_config *wanted)
{
	if (!wanted->fw_cfg_count)
		return;
	vm_xml_line(out, 1, "<sysinfo type='fwcfg'>");
	for (size_t i = 0; i < wanted->fw_cfg_count; i++)
		vm_libvirt_put_fw_cfg(out, 2, &wanted->fw_cfg[i]);
	vm_xml_line(out, 1, "</sysinfo>");
}

/* Properties need a name to be given to; without any libvirt's own will do. */
static const char *alias_of(const struct vm_device *device)
{
	if (!device->property_count)
		return NULL;
	return vm_libvirt_is_user_alias(device->id) ? device->id : VM_LIBVIRT_ALIAS;
}

static void put_devices(const struct vm_xml_out *out, const struct igdrom_vm_config *wanted)
{
	vm_xml_line(out, 1, "<devices>");
	for (size_t i = 0; i < wanted->device_count; i++) {
		const struct vm_device *device = &wanted->devices[i];
		char line[96];

		if (device->guest.known) {
			snprintf(line, sizeof(line),
				 "<!-- Nothing else may be in slot 0x%02x of bus 0x00. -->",
				 device->guest.slot);
			vm_xml_line(out, 2, line);
		}
		vm_libvirt_put_hostdev(out, 2, device, alias_of(device));
	}
	if (wanted->display && strcmp(wanted->display, "none") == 0) {
		vm_xml_line(out, 2, "<!-- In place of every other video element. -->");
		vm_libvirt_put_video_none(out, 2);
	}
	if (wanted->debug_console)
		vm_libvirt_put_debug(out, 2, wanted);
	vm_xml_line(out, 1, "</devices>");
}

static void put_override(const struct vm_xml_out *out, const struct igdrom_vm_config *wanted)
{
	vm_xml_line(out, 1, "<qemu:override>");
	for (size_t i = 0; i < wanted->device_count; i++) {
		const struct vm_device *device = &wanted->devices[i];

		if (device->property_count)
			vm_libvirt_put_override_device(out, 2, "qemu", device, alias_of(device));
	}
	vm_xml_line(out, 1, "</qemu:override>");
}

void vm_libvirt_fragment(const struct igdrom_vm_config *wanted, bool unraid, struct build *out)
{
	struct vm_xml_out lines = {
		.text = out, .indent = "", .unit = "  ", .unit_size = 2, .newline = "\n"};
	bool properties = false;

	for (size_t i = 0; i < wanted->device_count; i++)
		properties |= wanted->devices[i].property_count != 0;
	vm_xml_line(&lines, 0,
		    "<!-- Not a whole domain: only what the GPU needs, each part where "
		    "it goes. -->");
	if (properties) {
		vm_xml_line(&lines, 0,
			    "<!-- Without xmlns:qemu in its first line libvirt drops "
			    "qemu:override. -->");
		vm_xml_line(&lines, 0,
			    "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/"
			    "domain/qemu/1.0'>");
	} else {
		vm_xml_line(&lines, 0, "<domain type='kvm'>");
	}
	put_machine(&lines, wanted, unraid);
	put_cpu(&lines, wanted);
	put_fw_cfg(&lines, wanted);
	put_devices(&lines, wanted);
	if (properties)
		put_override(&lines, wanted);
	vm_xml_line(&lines, 0, "</domain>");
}
