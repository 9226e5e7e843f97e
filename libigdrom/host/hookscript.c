/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A hookscript of Proxmox VE: run with the VMID and the phase as arguments; when it fails before the
 * start, the virtual machine is not started (pve-guest-common, exec_hookscript()). What it does is
 * in hookscript.sh; here are the few lines that say for which devices.
 */
#include "core/builder.h"
#include "host/host.h"

#include "changes/file.h"

#include <stdio.h>
#include <string.h>

#define MAX_SCRIPT  65536
#define MAX_DEVICES 64

static const unsigned char body[] = {
#include "host/hookscript.inc"
};

struct devices {
	const struct igdrom_host *host;
	struct igdrom_report *report;
	struct igdrom_pci_address addresses[MAX_DEVICES];
	size_t count;
};

static void put_address(struct build *out, struct igdrom_pci_address at)
{
	char text[32];

	snprintf(text, sizeof(text), "%04x:%02x:%02x.%x", at.domain, at.bus, at.device & 0x1fu,
		 at.function & 7u);
	build_bytes(out, text, strlen(text));
}

static void put_text(struct build *out, const char *text)
{
	build_bytes(out, text, strlen(text));
}

static void add(struct devices *devices, struct igdrom_pci_address at)
{
	for (size_t i = 0; i < devices->count; i++) {
		if (!host_compare_addresses(&devices->addresses[i], &at))
			return;
	}
	if (devices->count < MAX_DEVICES)
		devices->addresses[devices->count++] = at;
}

/* "0000:00:02" is all functions that are there; virtual ones are not meant. */
static bool add_slot(struct devices *devices, const char *text)
{
	struct igdrom_pci_address at;
	char whole[64];
	size_t before = devices->count;

	if (snprintf(whole, sizeof(whole), "%s.0", text) >= (int)sizeof(whole) ||
	    igdrom_pci_address_parse(whole, &at) != IGDROM_OK)
		return false;
	for (size_t i = 0; i < igdrom_host_function_count(devices->host); i++) {
		const struct igdrom_pci_function *function =
			igdrom_host_function_at(devices->host, i);
		struct igdrom_pci_address other = igdrom_pci_function_address(function);

		if (other.domain == at.domain && other.bus == at.bus && other.device == at.device &&
		    !igdrom_pci_function_physical(function))
			add(devices, other);
	}
	return devices->count > before;
}

static enum igdrom_status find_devices(struct devices *devices,
				       const struct igdrom_vm_config *config)
{
	for (size_t i = 0; i < igdrom_vm_config_device_count(config); i++) {
		const char *text = igdrom_vm_config_device_host(config, i);
		const char *id = igdrom_vm_config_device_id(config, i);
		struct igdrom_pci_address at;

		/* The driver that makes a mediated device keeps the GPU. */
		if (igdrom_vm_config_device_mdev(config, i))
			continue;
		if (text && igdrom_pci_address_parse(text, &at) == IGDROM_OK) {
			add(devices, at);
		} else if (!text || !add_slot(devices, text)) {
			SAY(devices->report, "hookscript-no-address", SAY_TEXT(id ? id : "?"));
			return IGDROM_E_REFUSED;
		}
	}
	if (devices->count)
		return IGDROM_OK;
	igdrom_report_add(devices->report, "hookscript-nothing", IGDROM_NO_OFFSET, NULL, 0);
	return IGDROM_E_REFUSED;
}

/* Address, ids and, of a virtual function, the physical one; one that is not there yet is like it. */
static enum igdrom_status put_device(const struct devices *devices, struct igdrom_pci_address at,
				     struct build *out)
{
	const struct igdrom_pci_function *function = igdrom_host_function_find(devices->host, &at);
	const struct igdrom_pci_function *physical = host_physical_of(devices->host, &at);
	struct igdrom_pci_id id;
	char text[32];

	if (!function && !physical) {
		struct build name = build_new(64);

		put_address(&name, at);
		build_u8(&name, 0);
		SAY(devices->report, "pci-device-missing",
		    SAY_TEXT(name.err == IGDROM_OK ? (const char *)name.data : "?"));
		build_free(&name);
		return IGDROM_E_NOT_FOUND;
	}
	id = igdrom_pci_function_id(function ? function : physical);
	put_address(out, at);
	snprintf(text, sizeof(text), " 0x%04x 0x%04x ", id.vendor_id, id.device_id);
	put_text(out, text);
	if (physical)
		put_address(out, igdrom_pci_function_address(physical));
	else
		put_text(out, "-");
	return IGDROM_OK;
}

static bool is_vmid(const char *vmid)
{
	size_t size = strspn(vmid, "0123456789");

	return size > 0 && size < 10 && !vmid[size];
}

static enum igdrom_status write_script(const struct devices *devices, const char *vmid,
				       struct igdrom_bytes *out)
{
	struct build text = build_new(MAX_SCRIPT);
	enum igdrom_status status = IGDROM_OK;

	put_text(&text,
		 "#!/bin/sh\n# Hookscript of Proxmox VE, written by \"igdrom host hookscript\".\n"
		 "# Before the start vfio-pci gets the devices below, after the stop the drivers "
		 "that had them.\n# No other device is touched.\n");
	put_text(&text, vmid ? "own_vm=" : "own_vm='' # any\n");
	if (vmid) {
		put_text(&text, vmid);
		put_text(&text, "\n");
	}
	put_text(&text,
		 "# address, vendor, device, physical function (of a virtual one)\ndevices='");
	for (size_t i = 0; i < devices->count && status == IGDROM_OK; i++) {
		put_text(&text, i ? "\n" : "");
		status = put_device(devices, devices->addresses[i], &text);
	}
	put_text(&text, "'\n");
	build_bytes(&text, body, sizeof(body));
	if (status == IGDROM_OK)
		return build_finish(&text, out);
	build_free(&text);
	return status;
}

enum igdrom_status igdrom_host_hookscript(const struct igdrom_host *host,
					  const struct igdrom_vm_config *config, const char *vmid,
					  struct igdrom_report *report, struct igdrom_bytes *out)
{
	struct devices devices = {.host = host, .report = report};
	enum igdrom_status status;

	if (!out)
		return IGDROM_E_INVAL;
	*out = (struct igdrom_bytes){0};
	if (!host || !config || (vmid && !is_vmid(vmid)))
		return IGDROM_E_INVAL;
	status = find_devices(&devices, config);
	return status == IGDROM_OK ? write_script(&devices, vmid, out) : status;
}
