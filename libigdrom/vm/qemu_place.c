/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where QEMU puts the devices whose command line does not say: the first slot of the root bus whose
 * function 0 is free, in the order of the command line, after the emulated display and the network
 * cards of the machine itself (do_pci_register_device(), seen with 7.2, 10.0 and 11.1).
 */
#include "vm/qemu_reader.h"

#include "core/report.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS     32
#define FUNCTIONS 8

struct root {
	const char *bus;     /* NULL: either name */
	uint8_t used[SLOTS]; /* bit n: function n */
};

/* Whether a -device goes onto a PCI bus, by its name. */
static bool is_pci(const char *driver)
{
	static const char *const prefixes[] = {
		"virtio-",   "vhost-",   "vfio-pci", "pci-",        "pcie-",     "ich9-",
		"e1000",     "i825",     "i82801",   "nec-usb-",    "qemu-xhci", "usb-ehci",
		"piix3-",    "piix4-",   "lsi",      "megasas",     "mptsas",    "pvscsi",
		"sdhci-pci", "ne2k_pci", "pcnet",    "rocker",      "rtl8139",   "tulip",
		"vmxnet3",   "ati-vga",  "bochs-",   "cirrus-vga",  "qxl",       "secondary-vga",
		"VGA",       "vmware-",  "AC97",     "ES1370",      "intel-hda", "ivshmem-",
		"i6300esb",  "ioh3420",  "pxb",      "pvpanic-pci", "am53c974",  "dc390",
		"igb",
	};

	if (strcmp(driver, "nvme") == 0 || strcmp(driver, "edu") == 0)
		return true;
	if (strstr(driver, "-device"))
		return false;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (strncmp(driver, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	}
	return false;
}

/* addr= as QEMU's parser takes it: hexadecimal slot, maybe a dot and the function. */
static bool read_addr(const struct qemu_item *item, uint8_t *slot, uint8_t *function)
{
	char *end;
	unsigned long value;
	unsigned long part = 0;

	if (item->addr_number) {
		value = strtoul(item->addr, &end, 10);
		*slot = (uint8_t)(value / FUNCTIONS);
		*function = (uint8_t)(value % FUNCTIONS);
		return *end == '\0' && value < SLOTS * FUNCTIONS;
	}
	value = strtoul(item->addr, &end, 16);
	if (end != item->addr && *end == '.')
		part = strtoul(end + 1, &end, 16);
	if (end == item->addr || *end != '\0' || value >= SLOTS || part >= FUNCTIONS)
		return false;
	*slot = (uint8_t)value;
	*function = (uint8_t)part;
	return true;
}

static bool is_root(const struct root *root, const char *bus)
{
	if (!bus || (root->bus && strcmp(bus, root->bus) == 0))
		return true;
	return !root->bus && (strcmp(bus, "pci.0") == 0 || strcmp(bus, "pcie.0") == 0);
}

/* The first free slot; false: the bus is full. */
static bool choose(struct root *root, uint8_t *slot)
{
	for (uint8_t i = 0; i < SLOTS; i++) {
		if (!(root->used[i] & 1)) {
			*slot = i;
			root->used[i] |= 1;
			return true;
		}
	}
	return false;
}

static void add_own(struct qemu_reader *r, struct root *root, const char *what, uint64_t at)
{
	struct vm_address place = {.known = true, .on_root = true, .bus_name = root->bus};

	if (choose(root, &place.slot))
		vm_config_add_slot(r->config, what, &place, at);
}

/* Emulated displays of -device that keep QEMU from adding its own. */
static bool replaces_vga(const char *driver)
{
	static const char *const names[] = {
		"VGA",           "cirrus-vga", "vmware-svga", "qxl-vga",        "virtio-vga",
		"virtio-vga-gl", "ati-vga",    "isa-vga",     "isa-cirrus-vga", "vhost-user-vga"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(driver, names[i]) == 0)
			return true;
	}
	return false;
}

/* What the machine puts onto its root bus before it looks at any -device. */
static void place_own(struct qemu_reader *r, struct root *root)
{
	bool vga = r->vga ? strcmp(r->vga, "none") != 0 : !r->nodefaults;
	size_t cards = r->network ? r->cards : !r->nodefaults;

	root->used[0] = 1;
	if (r->config->machine == VM_MACHINE_I440FX)
		root->used[1] = 0xff;
	if (r->config->machine == VM_MACHINE_Q35)
		root->used[31] = 0xff;
	for (size_t i = 0; i < r->item_count && !r->vga; i++)
		vga &= !replaces_vga(r->items[i].driver);
	if (vga)
		add_own(r, root, "VGA (-vga)", r->vga ? r->vga_at : IGDROM_NO_OFFSET);
	for (size_t i = 0; i < cards && i < SLOTS; i++)
		add_own(r, root,
			r->network ? "the network card of -nic or -net"
				   : "QEMU's default network card",
			IGDROM_NO_OFFSET);
}

/* Says when a device asks for the root bus of the other machine type. */
static void check_bus(struct qemu_reader *r, const struct qemu_item *item)
{
	enum vm_machine machine = r->config->machine;
	const char *other = machine == VM_MACHINE_I440FX ? "pcie.0" : "pci.0";

	if (r->annex || !item->bus || strcmp(item->bus, other) != 0 ||
	    (machine != VM_MACHINE_I440FX && machine != VM_MACHINE_Q35))
		return;
	for (size_t i = 0; i < r->item_count; i++) {
		if (r->items[i].id && strcmp(r->items[i].id, other) == 0)
			return;
	}
	report_add(r->report, FINDING_VM_QEMU_BUS, item->at,
		   REPORT_ARGS(ARG_S(item->driver), ARG_S(item->bus),
			       ARG_S(machine == VM_MACHINE_Q35 ? "q35" : "i440fx")));
}

static void place_item(struct qemu_reader *r, struct root *root, const struct qemu_item *item,
		       bool complete)
{
	struct vm_device *device =
		item->device < r->config->device_count ? &r->config->devices[item->device] : NULL;
	struct vm_address place = {0};

	check_bus(r, item);
	if (device)
		place = device->guest;
	if (item->bus || !place.known) {
		place.on_root = is_root(root, item->bus);
		place.bus_name = item->bus;
	}
	if (item->addr) {
		place.known = read_addr(item, &place.slot, &place.function);
		if (!place.known)
			report_add(r->report, FINDING_VM_QEMU_ADDR, item->at,
				   REPORT_ARGS(ARG_S(item->driver), ARG_S(item->addr)));
	} else if (!place.known && place.on_root && complete) {
		place.known = choose(root, &place.slot);
	} else if (!place.known) {
		place.known = !place.on_root && !r->annex;
	}
	if (place.known && place.on_root)
		root->used[place.slot] |= (uint8_t)(1u << place.function);
	if (device)
		device->guest = place;
	else if (place.known && place.on_root)
		vm_config_add_slot(r->config, item->driver, &place, item->at);
}

void qemu_place_devices(struct qemu_reader *r)
{
	struct root root = {0};
	bool complete = !r->annex && (!r->fragment || r->nodefaults);

	if (r->config->machine == VM_MACHINE_I440FX)
		root.bus = "pci.0";
	if (r->config->machine == VM_MACHINE_Q35)
		root.bus = "pcie.0";
	if (complete)
		place_own(r, &root);
	for (size_t i = 0; i < r->item_count; i++) {
		const struct qemu_item *item = &r->items[i];

		if (is_pci(item->driver) && !item->placed)
			place_item(r, &root, item, complete);
	}
}
