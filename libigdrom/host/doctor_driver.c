/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions about who holds the GPU, now and after the next start. */
#include "host/doctor.h"

#include "host/below.h"
#include "host/host.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define IOMEM_READ (1u << 20)

static bool is_yes(const char *value)
{
	return strchr("1yY", *value) && *value;
}

/* Who says disable_vga=1: files, the command line, or only the module that is loaded. */
DOCTOR_ASK(doctor_disable_vga)
{
	const struct doctor_directive *told, *last = NULL;
	char places[DOCTOR_WORDS] = "";
	const char *value;

	for (size_t n = 0; (value = doctor_option(doctor, "vfio-pci", "disable_vga", n, &told));
	     n++) {
		if (is_yes(value) && told != last)
			doctor_list(places, sizeof(places), told->file);
		last = told;
	}
	if (!*places && igdrom_host_disable_vga(doctor->host) == IGDROM_YES)
		doctor_list(places, sizeof(places),
			    "the module that is loaded, and no file any more: restart");
	if (*places) {
		doctor_text(words, "%s", places);
		/* It breaks what uses VGA: legacy mode, a VBIOS. */
		if (igdrom_device_legacy_vbios(doctor->device) == IGDROM_YES)
			words->code = "doctor-disable-vga-legacy";
		return DOCTOR_BAD;
	}
	return igdrom_host_disable_vga(doctor->host) == IGDROM_UNKNOWN &&
			       !doctor->files.modprobe_known
		       ? DOCTOR_UNKNOWN
		       : DOCTOR_FINE;
}

/* A driver of the host is taken away by these when a virtual machine starts. */
static bool is_taken_away(const struct doctor *doctor)
{
	return doctor_is(doctor, "pve") || doctor_is(doctor, "unraid") ||
	       igdrom_host_libvirt(doctor->host);
}

DOCTOR_ASK(doctor_bound)
{
	const char *driver = igdrom_pci_function_driver(doctor->igd);

	if (!driver && igdrom_pci_function_bound(doctor->igd) == IGDROM_UNKNOWN)
		return DOCTOR_UNKNOWN;
	if (!driver)
		words->code = "doctor-ok-bound-none";
	if (!driver || !strcmp(driver, "vfio-pci"))
		return DOCTOR_FINE;
	doctor_text(words, "%s", driver);
	if (is_taken_away(doctor))
		words->code = "doctor-bound-managed";
	return DOCTOR_BAD;
}

DOCTOR_ASK(doctor_part_driver)
{
	const char *driver = igdrom_pci_function_driver(doctor->igd);

	if (!driver && igdrom_pci_function_bound(doctor->igd) == IGDROM_UNKNOWN)
		return DOCTOR_UNKNOWN;
	doctor_text(words, "%s", driver ? driver : "none");
	return doctor_has_driver(doctor) ? DOCTOR_FINE : DOCTOR_BAD;
}

/* Virtual functions are gone after each restart of the host. */
DOCTOR_ASK(doctor_vf_missing)
{
	for (size_t i = 0; i < igdrom_host_vm_count(doctor->host); i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(doctor->host, i);
		const struct igdrom_vm_config *config = igdrom_host_vm_config(vm);

		for (size_t k = 0; k < igdrom_vm_config_device_count(config); k++) {
			const char *host = igdrom_vm_config_device_host(config, k);
			struct igdrom_pci_address at;

			if (!host || igdrom_pci_address_parse(host, &at) != IGDROM_OK ||
			    igdrom_host_function_find(doctor->host, &at) ||
			    host_physical_of(doctor->host, &at) != doctor->igd)
				continue;
			doctor_text(words, "%s", igdrom_host_vm_name(vm));
			doctor_text(words, "%s", host);
			return DOCTOR_BAD;
		}
	}
	return DOCTOR_SILENT;
}

/* Files keep the driver away from the GPU, and it has it nevertheless. */
DOCTOR_ASK(doctor_not_taken)
{
	const char *driver = igdrom_pci_function_driver(doctor->igd);
	const struct doctor_directive *told;

	if (!doctor_has_driver(doctor))
		return DOCTOR_SILENT;
	told = doctor_blacklists(doctor, driver);
	if (!told) {
		told = doctor_takes(doctor, igdrom_pci_function_id(doctor->igd));
		if (!told || !doctor_before(doctor, driver))
			return DOCTOR_SILENT;
	}
	doctor_text(words, "%s", told->file);
	doctor_text(words, "%s", driver);
	doctor_text(words, "%s", doctor_rebuild(doctor));
	return DOCTOR_BAD;
}

/* vfio-pci shall take the GPU, but is loaded after its driver. */
DOCTOR_ASK(doctor_order)
{
	const char *driver = igdrom_pci_function_driver(doctor->igd);
	const struct doctor_directive *told =
		doctor_takes(doctor, igdrom_pci_function_id(doctor->igd));

	if (!told || !doctor_has_driver(doctor) || doctor_before(doctor, driver))
		return DOCTOR_SILENT;
	doctor_text(words, "%s", told->file);
	doctor_text(words, "%s", driver);
	return DOCTOR_BAD;
}

/* xe takes GPUs of generation 12 and later when i915 is kept away, from Linux 6.8 on. */
DOCTOR_ASK(doctor_half_blacklist)
{
	const char *version = igdrom_device_graphics_version(doctor->device);
	const struct doctor_directive *i915 = doctor_blacklists(doctor, "i915");
	const struct doctor_directive *xe = doctor_blacklists(doctor, "xe");
	const struct doctor_directive *told = i915 ? i915 : xe;
	const char *driver = igdrom_pci_function_driver(doctor->igd);

	if (!told || (i915 && xe) || !version || strtoul(version, NULL, 10) < 12 ||
	    doctor_kernel_is(doctor, "6.8") <= 0 || (driver && !strcmp(driver, "vfio-pci")))
		return DOCTOR_SILENT;
	doctor_text(words, "%s", told->file);
	doctor_text(words, "%s", i915 ? "i915" : "xe");
	doctor_text(words, "%s", i915 ? "xe" : "i915");
	return DOCTOR_BAD;
}

DOCTOR_ASK(doctor_sound)
{
	const char *driver = igdrom_pci_function_driver(doctor->audio);
	struct igdrom_pci_address at = igdrom_pci_function_address(doctor->audio);

	if (!driver || !strcmp(driver, "vfio-pci"))
		return DOCTOR_SILENT;
	doctor_text(words, "%02x:%02x.%x", at.bus, at.device, at.function);
	doctor_text(words, "%s", driver);
	return DOCTOR_BAD;
}

static bool is_frame(struct part name)
{
	static const char *const names[] = {"BOOTFB",   "efifb",
					    "simplefb", "simple-framebuffer.0",
					    "vesafb",   "efi-framebuffer.0",
					    "simpledrm"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (part_is(name, names[i]))
			return true;
	}
	return false;
}

static bool is_of_gpu(const struct doctor *doctor, uint64_t address)
{
	struct igdrom_pci_bar bar;

	for (unsigned i = 0; i < 6; i++) {
		if (igdrom_pci_function_bar(doctor->igd, i, &bar) && !bar.is_io && bar.size &&
		    address >= bar.address && address - bar.address < bar.size)
			return true;
	}
	return false;
}

/* "  4000000000-40007e8fff : BOOTFB". Without privilege all addresses are 0. */
static enum doctor_answer read_iomem(const struct doctor *doctor, struct part rest,
				     struct doctor_words *words)
{
	struct part line;
	bool known = false;

	while (part_line(&rest, &line)) {
		struct part range = part_trim(part_until(&line, ':'));
		uint64_t first = 0;
		char text[40];

		snprintf(text, sizeof(text), "%.*s", (int)(range.size > 39 ? 39 : range.size),
			 range.size ? range.p : "");
		if (sscanf(text, "%16" SCNx64, &first) == 1 && first)
			known = true;
		line = part_trim(line);
		if (!first || !is_frame(line) || !is_of_gpu(doctor, first))
			continue;
		doctor_text(words, "%.*s", (int)line.size, line.p);
		return DOCTOR_BAD;
	}
	return known ? DOCTOR_FINE : DOCTOR_UNKNOWN;
}

/* From Linux 6.0 on vfio-pci takes the memory away from the console of the firmware itself. */
DOCTOR_ASK(doctor_frame)
{
	enum doctor_answer said;
	struct igdrom_bytes bytes;

	if (doctor_has_driver(doctor) || doctor_kernel_is(doctor, "6.0") > 0)
		return DOCTOR_SILENT;
	if (doctor->root < 0 ||
	    doctor_noted(doctor, below_head(doctor->root, "/proc/iomem", IOMEM_READ, &bytes)) != 0)
		return DOCTOR_UNKNOWN;
	said = read_iomem(doctor, part_of(bytes), words);
	igdrom_bytes_free(&bytes);
	return said;
}
