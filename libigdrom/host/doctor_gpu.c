/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions about the GPU itself, and what firmware made of it. */
#include "host/doctor.h"

#include "host/below.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLASS_VGA        0x0300
#define SMALL_STOLEN_MIB 32 /* one picture of 3840 x 2160 takes 32 MiB */
#define NAMES_MAX        512

static bool is_primary(const struct doctor *doctor)
{
	return igdrom_pci_function_id(doctor->igd).class_code >> 8 == CLASS_VGA;
}

static const char *name_of(const struct doctor *doctor)
{
	const char *name = igdrom_device_name(doctor->device);

	if (!name)
		name = igdrom_device_codename(doctor->device);
	return name ? name : "Intel GPU";
}

DOCTOR_ASK(doctor_igd)
{
	if (!igdrom_host_function_count(doctor->host))
		return DOCTOR_UNKNOWN;
	if (!doctor->igd)
		return DOCTOR_BAD;
	doctor_text(words, "%s", name_of(doctor));
	doctor_number(words, igdrom_pci_function_id(doctor->igd).device_id);
	return DOCTOR_FINE;
}

DOCTOR_ASK(doctor_row)
{
	if (doctor->device)
		return DOCTOR_SILENT;
	doctor_number(words, igdrom_pci_function_id(doctor->igd).device_id);
	return DOCTOR_BAD;
}

DOCTOR_ASK(doctor_class_kernel)
{
	int kernel = doctor_kernel_is(doctor, "6.15");

	if (is_primary(doctor))
		return DOCTOR_SILENT;
	if (!kernel)
		return DOCTOR_UNKNOWN;
	if (kernel > 0)
		return DOCTOR_SILENT;
	doctor_text(words, "%s", igdrom_host_kernel(doctor->host));
	return DOCTOR_BAD;
}

DOCTOR_ASK(doctor_class_qemu)
{
	int qemu = doctor_qemu_is(doctor, "10.2");

	if (is_primary(doctor))
		return DOCTOR_SILENT;
	if (!qemu)
		return DOCTOR_UNKNOWN;
	if (qemu > 0)
		return DOCTOR_SILENT;
	doctor_text(words, "%s", doctor_qemu_text(doctor));
	return DOCTOR_BAD;
}

DOCTOR_ASK(doctor_class)
{
	(void)words;
	if (is_primary(doctor))
		return DOCTOR_FINE;
	/* With an older kernel or QEMU it is an error, told by those. */
	if (doctor_kernel_is(doctor, "6.15") < 0 || doctor_qemu_is(doctor, "10.2") < 0)
		return DOCTOR_SILENT;
	return DOCTOR_BAD;
}

DOCTOR_ASK(doctor_opregion)
{
	struct igdrom_igd_memory memory;

	if (!igdrom_host_igd_memory(doctor->host, &memory) || !memory.asls_known)
		return DOCTOR_UNKNOWN;
	if (memory.asls == 0 || memory.asls == UINT32_MAX)
		return DOCTOR_BAD;
	doctor_number(words, memory.asls);
	return DOCTOR_FINE;
}

DOCTOR_ASK(doctor_stolen)
{
	struct igdrom_igd_memory memory;

	if (igdrom_device_stolen_family(doctor->device) == IGDROM_STOLEN_NONE || !doctor->device)
		return DOCTOR_SILENT;
	if (!igdrom_host_igd_memory(doctor->host, &memory) || !memory.gms_known)
		return DOCTOR_UNKNOWN;
	doctor_number(words, memory.gms_mib);
	if (memory.gms_mib >= SMALL_STOLEN_MIB)
		return DOCTOR_FINE;
	if (!memory.gms_mib) {
		words->code = "doctor-stolen-none";
		words->count = 0;
	}
	return DOCTOR_BAD;
}

/* What was asked for against what firmware set aside. */
DOCTOR_ASK(doctor_stolen_wish)
{
	const char *text = doctor->wish ? igdrom_vm_request_get(doctor->wish, "gms") : NULL;
	struct igdrom_igd_memory memory;
	unsigned long gms = text ? strtoul(text, NULL, 16) : 0;
	uint64_t size;

	if (!text || !igdrom_host_igd_memory(doctor->host, &memory) || !memory.gms_known)
		return DOCTOR_SILENT;
	/* The field as it would stand in GGC: bits 7:3 up to generation 7, else 15:8. */
	gms <<= igdrom_device_stolen_family(doctor->device) == IGDROM_STOLEN_GEN6 ||
				igdrom_device_stolen_family(doctor->device) == IGDROM_STOLEN_CHV
			? 3
			: 8;
	if (igdrom_device_stolen_size(doctor->device, (uint16_t)gms, &size) != IGDROM_OK ||
	    size >> 20 == memory.gms_mib)
		return DOCTOR_SILENT;
	doctor_number(words, size >> 20);
	doctor_number(words, memory.gms_mib);
	return DOCTOR_BAD;
}

/* Bit IVD of GGC: legacy VGA is off, so QEMU does not enter legacy mode. */
DOCTOR_ASK(doctor_ivd)
{
	struct igdrom_igd_memory memory;

	(void)words;
	if (!is_primary(doctor) || igdrom_device_legacy_vbios(doctor->device) != IGDROM_YES ||
	    !igdrom_host_igd_memory(doctor->host, &memory) || !memory.ggc_known ||
	    !memory.vga_disabled)
		return DOCTOR_SILENT;
	return DOCTOR_BAD;
}

DOCTOR_ASK(doctor_vfs)
{
	int count = igdrom_pci_function_vf_count(doctor->igd);

	if (count <= 0)
		return DOCTOR_SILENT;
	doctor_number(words, (uint64_t)count);
	return DOCTOR_BAD;
}

/* Started by a legacy BIOS or a CSM: what that means for a ROM. */
DOCTOR_ASK(doctor_legacy)
{
	(void)words;
	if (igdrom_host_efi(doctor->host) != IGDROM_NO)
		return DOCTOR_SILENT;
	return igdrom_device_legacy_vbios(doctor->device) == IGDROM_NO ? DOCTOR_BAD : DOCTOR_FINE;
}

/* Started by UEFI: there is no VBIOS in memory, also where boards have one. */
DOCTOR_ASK(doctor_uefi)
{
	(void)words;
	switch (igdrom_host_efi(doctor->host)) {
	case IGDROM_UNKNOWN:
		return DOCTOR_UNKNOWN;
	case IGDROM_NO:
		return DOCTOR_SILENT;
	case IGDROM_YES:
		break;
	}
	return igdrom_device_legacy_vbios(doctor->device) == IGDROM_NO ? DOCTOR_FINE : DOCTOR_BAD;
}

static bool is_connected(const struct doctor *doctor, const char *connector)
{
	char path[400];
	char *line = NULL;
	bool connected;

	snprintf(path, sizeof(path), "/sys/class/drm/%s/status", connector);
	if (doctor_noted(doctor, below_line(doctor->root, path, 64, &line)) != 0)
		return false;
	connected = !strcmp(line, "connected");
	free(line);
	return connected;
}

/* "card0" of "card0-HDMI-A-1": whether it is the GPU's. */
static bool is_of_gpu(const struct doctor *doctor, const char *connector)
{
	struct igdrom_pci_address at = igdrom_pci_function_address(doctor->igd);
	char path[400], address[32];
	char *device = NULL;
	int directory;
	bool same;

	snprintf(address, sizeof(address), "%04" PRIx32 ":%02x:%02x.%x", at.domain, at.bus,
		 at.device, at.function);
	snprintf(path, sizeof(path), "/sys/class/drm/%.*s", (int)strcspn(connector, "-"),
		 connector);
	if (doctor_noted(doctor, below_directory(doctor->root, path, &directory)) != 0)
		return false;
	same = doctor_noted(doctor, below_link_at(directory, "device", &device)) == 0 &&
	       !strcmp(device, address);
	close(directory);
	free(device);
	return same;
}

/* Only a driver that is bound knows what is plugged in. */
DOCTOR_ASK(doctor_monitor)
{
	struct below_names names;
	size_t ports = 0, connected = 0;

	if (!doctor_has_driver(doctor) || doctor->root < 0 ||
	    doctor_noted(doctor, below_list(doctor->root, "/sys/class/drm", NAMES_MAX, &names)) !=
		    0)
		return DOCTOR_SILENT;
	for (size_t i = 0; i < names.count; i++) {
		if (!strchr(names.names[i], '-') || !is_of_gpu(doctor, names.names[i]))
			continue;
		ports++;
		if (!is_connected(doctor, names.names[i]))
			continue;
		if (!connected++)
			doctor_text(words, "%s", strchr(names.names[i], '-') + 1);
	}
	below_names_free(&names);
	if (!ports)
		return DOCTOR_SILENT;
	return connected ? DOCTOR_FINE : DOCTOR_BAD;
}
