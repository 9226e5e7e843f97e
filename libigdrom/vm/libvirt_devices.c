/* SPDX-License-Identifier: BSD-2-Clause */
/* Domain XML to a configuration: <devices>. */
#include "vm/libvirt_read.h"

#include <stdio.h>
#include <string.h>

#define GUEST_AGENT "org.qemu.guest_agent.0"

/* An <address> with PCI parts; those that are left out are 0, as libvirt takes them. */
static struct vm_address read_pci(const struct vm_xml_element *address)
{
	static const struct {
		const char *name;
		uint64_t most;
	} parts[] = {{"domain", 0xffff}, {"bus", 0xff}, {"slot", 0x1f}, {"function", 7}};
	uint64_t values[4] = {0};

	if (!address)
		return (struct vm_address){.known = false};
	for (size_t i = 0; i < 4; i++) {
		const char *value = vm_xml_attr(address, parts[i].name);

		if (value && !vm_libvirt_number(value, parts[i].most, &values[i]))
			return (struct vm_address){.known = false};
	}
	return (struct vm_address){
		.known = true,
		.domain = (uint16_t)values[0],
		.bus = (uint8_t)values[1],
		.slot = (uint8_t)values[2],
		.function = (uint8_t)values[3],
	};
}

struct vm_address vm_libvirt_guest(const struct vm_xml_element *e, enum vm_machine machine)
{
	const struct vm_xml_element *address = vm_xml_child(e, "address");
	struct vm_address guest = {.known = false};

	/* No slot: the address is asked for as such ("<address type='pci'/>") and left to libvirt. */
	if (vm_xml_attr_is(address, "type", "pci") && vm_xml_attr(address, "slot"))
		guest = read_pci(address);
	guest.on_root = guest.known && guest.domain == 0 && guest.bus == 0;
	if (guest.on_root)
		guest.bus_name = machine == VM_MACHINE_Q35 ? "pcie.0" : "pci.0";
	return guest;
}

struct vm_address vm_libvirt_host(const struct vm_xml_element *hostdev)
{
	return read_pci(vm_xml_child(vm_xml_child(hostdev, "source"), "address"));
}

void vm_libvirt_label(const struct vm_xml_element *e, char *out, size_t room)
{
	const struct vm_xml_element *model = vm_xml_child(e, "model");
	const char *type = vm_xml_attr(e, "type");
	const char *index = vm_xml_attr(e, "index");
	const char *kind = vm_xml_attr(e, "model");

	if (!type)
		type = vm_xml_attr(model, "type");
	snprintf(out, room, "%s%s%s%s%s%s%s%s", e->name, type ? " " : "", type ? type : "",
		 index ? " " : "", index ? index : "", kind ? " (" : "", kind ? kind : "",
		 kind ? ")" : "");
}

static void read_hostdev(const struct vm_xml_element *e, unsigned index,
			 struct igdrom_vm_config *config)
{
	const struct vm_xml_element *rom = vm_xml_child(e, "rom");
	const char *alias = vm_xml_attr(vm_xml_child(e, "alias"), "name");
	struct vm_device *device = vm_config_add_device(config, e->at);
	char automatic[24];

	if (!device)
		return;
	snprintf(automatic, sizeof(automatic), "hostdev%u", index);
	device->id = vm_config_string(config, alias ? alias : automatic);
	if (vm_xml_attr_is(e, "type", "mdev"))
		device->mdev = vm_config_string(
			config,
			vm_xml_attr(vm_xml_child(vm_xml_child(e, "source"), "address"), "uuid"));
	else
		device->host = vm_libvirt_host(e);
	device->guest = vm_libvirt_guest(e, config->machine);
	device->rom_file = vm_config_string(config, vm_xml_attr(rom, "file"));
	device->rom_bar =
		!vm_xml_attr_is(rom, "bar", "off") && !vm_xml_attr_is(rom, "enabled", "no");
	device->x_vga = vm_xml_attr_is(e, "xvga", "yes");
	device->multifunction = vm_xml_attr_is(vm_xml_child(e, "address"), "multifunction", "on");
	device->pcie =
		device->guest.known && !device->guest.on_root && config->machine == VM_MACHINE_Q35;
	if (device->x_vga)
		vm_device_set(config, device, "x-vga", "on", VM_VALUE_BOOL, e->at);
}

static void read_serial(const struct vm_xml_element *e, struct igdrom_vm_config *config)
{
	if (!vm_xml_attr_is(vm_xml_child(e, "target"), "type", "isa-debug")) {
		config->serial = true;
		return;
	}
	config->debug_console = true;
	config->debug_file =
		vm_config_string(config, vm_xml_attr(vm_xml_child(e, "source"), "path"));
}

/*
 * The emulated display. Without <video> libvirt adds one as soon as there is a <graphics>, and puts
 * it at 00:02.0 on i440fx when that is free (qemuDomainValidateDevicePCISlotsPIIX3()).
 */
static void read_display(const struct vm_xml_element *devices, struct igdrom_vm_config *config)
{
	const struct vm_xml_element *video = vm_xml_child(devices, "video");
	struct vm_address primary = {
		.known = true, .on_root = true, .bus_name = "pci.0", .slot = 2};
	const struct vm_xml_element *shown = video ? video : vm_xml_child(devices, "graphics");

	if (!shown) {
		config->display = vm_config_string(config, "none");
		return;
	}
	config->display_at = shown->at;
	if (video)
		config->display =
			vm_config_string(config, vm_xml_attr(vm_xml_child(video, "model"), "type"));
	if (config->machine != VM_MACHINE_I440FX || vm_xml_child(video, "address") ||
	    (config->display && strcmp(config->display, "none") == 0))
		return;
	for (size_t i = 0; i < config->device_count; i++) {
		if (config->devices[i].guest.on_root && config->devices[i].guest.slot == 2)
			return;
	}
	for (size_t i = 0; i < config->slot_count; i++) {
		if (config->slots[i].guest.slot == 2)
			return;
	}
	vm_config_add_slot(config, "video, where libvirt puts it", &primary, shown->at);
}

void vm_libvirt_read_devices(const struct vm_xml_element *domain, struct igdrom_vm_config *config)
{
	const struct vm_xml_element *devices = vm_xml_child(domain, "devices");
	unsigned hostdev_count = 0;

	for (const struct vm_xml_element *e = devices ? devices->first : NULL; e; e = e->next) {
		struct vm_address guest = vm_libvirt_guest(e, config->machine);
		bool hostdev = vm_xml_is(e, VM_XML_NS_NONE, "hostdev");
		char label[96];

		if (hostdev &&
		    (vm_xml_attr_is(e, "type", "pci") || vm_xml_attr_is(e, "type", "mdev")))
			read_hostdev(e, hostdev_count, config);
		else if (guest.on_root) {
			vm_libvirt_label(e, label, sizeof(label));
			vm_config_add_slot(config, label, &guest, e->at);
		}
		hostdev_count += hostdev;
		if (vm_xml_is(e, VM_XML_NS_NONE, "serial"))
			read_serial(e, config);
		if (vm_xml_is(e, VM_XML_NS_NONE, "channel") &&
		    vm_xml_attr_is(vm_xml_child(e, "target"), "name", GUEST_AGENT))
			config->guest_agent = true;
	}
	read_display(devices, config);
}
