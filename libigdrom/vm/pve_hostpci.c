/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/pve_hostpci.h"

#include <string.h>

const char *const pve_id_properties[4] = {"x-pci-vendor-id", "x-pci-device-id",
					  "x-pci-sub-vendor-id", "x-pci-sub-device-id"};

#define ADDRESS_ROOM 24

/* Proxmox VE takes lower-case digits only. */
static bool read_address(struct pve_span span, struct vm_address *out, bool *slot_only)
{
	char text[ADDRESS_ROOM] = "";

	if (!span.size || span.size >= sizeof(text))
		return false;
	for (size_t i = 0; i < span.size; i++) {
		if (!span.s[i] || !strchr("0123456789abcdef:.", span.s[i]))
			return false;
		text[i] = span.s[i];
	}
	return vm_address_parse(text, out, slot_only);
}

bool pve_next_host(struct pve_span host, size_t *i, struct vm_address *out, bool *slot_only)
{
	struct pve_span one;
	const char *end;

	if (*i >= host.size)
		return false;
	one.s = host.s + *i;
	end = memchr(one.s, ';', host.size - *i);
	one.size = end ? (size_t)(end - one.s) : host.size - *i;
	*i += one.size + (end != NULL);
	if (!read_address(one, out, slot_only))
		*out = (struct vm_address){.known = false};
	return true;
}

static bool take_host(struct pve_span value, struct pve_hostpci *out)
{
	struct vm_address address;
	bool slot_only;

	for (size_t i = 0; pve_next_host(value, &i, &address, &slot_only);) {
		if (!address.known)
			return false;
	}
	out->host = value;
	return value.s[value.size - 1] != ';';
}

static bool take_mapping(struct pve_span value, struct pve_hostpci *out)
{
	out->mapping = value;
	return true;
}

static bool take_mdev(struct pve_span value, struct pve_hostpci *out)
{
	out->mdev = value;
	return !memchr(value.s, '/', value.size) && !memchr(value.s, '.', value.size) &&
	       !memchr(value.s, ':', value.size);
}

static bool take_romfile(struct pve_span value, struct pve_hostpci *out)
{
	out->romfile = value;
	return !memchr(value.s, ';', value.size);
}

static bool take_rombar(struct pve_span value, struct pve_hostpci *out)
{
	return pve_boolean(value, &out->rombar);
}

static bool take_pcie(struct pve_span value, struct pve_hostpci *out)
{
	return pve_boolean(value, &out->pcie);
}

static bool take_x_vga(struct pve_span value, struct pve_hostpci *out)
{
	return pve_boolean(value, &out->x_vga);
}

static bool take_legacy_igd(struct pve_span value, struct pve_hostpci *out)
{
	return pve_boolean(value, &out->legacy_igd);
}

/* 0x and four digits. */
static bool take_id(struct pve_span value, struct pve_span *out)
{
	*out = value;
	if (value.size != 6 || !pve_begins(value, "0x"))
		return false;
	for (size_t i = 2; i < value.size; i++) {
		if (!value.s[i] || !strchr("0123456789abcdefABCDEF", value.s[i]))
			return false;
	}
	return true;
}

static bool take_vendor_id(struct pve_span value, struct pve_hostpci *out)
{
	return take_id(value, &out->ids[0]);
}

static bool take_device_id(struct pve_span value, struct pve_hostpci *out)
{
	return take_id(value, &out->ids[1]);
}

static bool take_sub_vendor_id(struct pve_span value, struct pve_hostpci *out)
{
	return take_id(value, &out->ids[2]);
}

static bool take_sub_device_id(struct pve_span value, struct pve_hostpci *out)
{
	return take_id(value, &out->ids[3]);
}

static bool take_driver(struct pve_span value, struct pve_hostpci *out)
{
	(void)out;
	return pve_is(value, "vfio") || pve_is(value, "keep");
}

static const struct {
	const char *name;
	bool (*take)(struct pve_span value, struct pve_hostpci *out);
} keys[] = {
	{"host", take_host}, /* the default key */
	{"mapping", take_mapping},
	{"mdev", take_mdev},
	{"romfile", take_romfile},
	{"rombar", take_rombar},
	{"pcie", take_pcie},
	{"x-vga", take_x_vga},
	{"legacy-igd", take_legacy_igd},
	{"vendor-id", take_vendor_id},
	{"device-id", take_device_id},
	{"sub-vendor-id", take_sub_vendor_id},
	{"sub-device-id", take_sub_device_id},
	{"driver", take_driver},
};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

static enum pve_fault take(const struct pve_part *part, uint32_t *seen, struct pve_hostpci *out)
{
	size_t i = 0;

	if (part->key.size) {
		while (i < KEY_COUNT && !pve_is(part->key, keys[i].name))
			i++;
	}
	if (i == KEY_COUNT || !part->value.size)
		return PVE_FAULT_KEY;
	if (*seen & 1u << i)
		return PVE_FAULT_TWICE;
	*seen |= 1u << i;
	return keys[i].take(part->value, out) ? PVE_FAULT_NONE : PVE_FAULT_VALUE;
}

enum pve_fault pve_hostpci_read(struct pve_span value, struct pve_hostpci *out,
				struct pve_part *part)
{
	uint32_t seen = 0;

	*out = (struct pve_hostpci){.rombar = true};
	*part = (struct pve_part){.whole = value};
	for (size_t i = 0; pve_next_part(value, &i, part);) {
		enum pve_fault fault = take(part, &seen, out);

		if (fault != PVE_FAULT_NONE)
			return fault;
	}
	return !out->host.size == !out->mapping.size ? PVE_FAULT_DEVICE : PVE_FAULT_NONE;
}
