/* SPDX-License-Identifier: BSD-2-Clause */
/* "host show": the integrated GPU first, then what is around it, the system, and who uses it. */
#include "host.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LINE 1024

static void add(char *line, const char *separator, const char *text)
{
	size_t size = strlen(line);

	if (text && *text)
		snprintf(line + size, LINE - size, "%s%s", size ? separator : "", text);
}

static const struct igdrom_device *row_of(const struct igdrom_pci_function *function)
{
	struct igdrom_pci_id id = igdrom_pci_function_id(function);
	const struct igdrom_device *row;

	if (id.vendor_id != IGDROM_VENDOR_INTEL ||
	    igdrom_device_lookup(id.device_id, &row) != IGDROM_OK)
		return NULL;
	return row;
}

static void show_platform(const struct style *style, const struct igdrom_device *row)
{
	const char *version = igdrom_device_graphics_version(row);
	const char *generation = igdrom_device_cpu_generation(row);
	const char *form = igdrom_device_form(row);
	char line[LINE] = "";

	add(line, "", igdrom_device_codename(row));
	add(line, ", ", generation);
	if (form && !(generation && strstr(generation, form)))
		add(line, ", ", form);
	if (version) {
		add(line, ", ", "graphics");
		add(line, " ", version);
	}
	if (!row)
		add(line, "", "in no table of this igdrom: what depends on it is not known");
	print_field(style, "Platform", line);
}

static void show_class(const struct style *style, const struct igdrom_pci_function *igd)
{
	uint32_t code = igdrom_pci_function_id(igd).class_code >> 8;
	enum igdrom_tristate boot = igdrom_pci_function_boot_vga(igd);
	char line[LINE];

	snprintf(line, sizeof(line), "%04" PRIX32 ", ", code);
	if (code == 0x0300)
		add(line, "",
		    boot == IGDROM_NO ? "VGA controller, but not the boot display"
				      : "VGA controller: firmware set it up as a display");
	else
		add(line, "",
		    "no VGA controller: firmware made another display the primary one. Its "
		    "OpRegion needs Linux 6.15 and QEMU 10.2; set the IGD as primary in the "
		    "firmware's setup for a boot picture");
	print_field(style, "Class", line);
}

static void show_driver(const struct style *style, const struct igdrom_pci_function *igd)
{
	const char *override = igdrom_pci_function_driver_override(igd);
	const char *driver = igdrom_pci_function_driver(igd);
	const char *power = igdrom_pci_function_power(igd);
	char line[LINE] = "";

	if (driver)
		add(line, "", driver);
	else
		add(line, "", igdrom_pci_function_bound(igd) == IGDROM_NO ? "none" : "not known");
	if (driver && !strcmp(driver, "vfio-pci"))
		add(line, ", ", "ready for a virtual machine");
	if (override) {
		add(line, ", ", "driver_override");
		add(line, " ", override);
	}
	if (power) {
		add(line, ", ", "power state");
		add(line, " ", power);
	}
	print_field(style, "Driver", line);
}

static void show_memory(const struct style *style, const struct igdrom_host *host,
			const struct igdrom_device *row)
{
	struct igdrom_igd_memory memory;
	char line[LINE] = "", part[128];

	(void)igdrom_host_igd_memory(host, &memory);
	if (memory.gms_known) {
		snprintf(part, sizeof(part), "%" PRIu32 " MiB", memory.gms_mib);
		add(line, "", part);
	}
	if (memory.bdsm_known) {
		snprintf(part, sizeof(part), "at %08" PRIX64 "h (BDSM)", memory.bdsm);
		add(line, " ", part);
	}
	if (memory.ggms_known) {
		snprintf(part, sizeof(part), "%" PRIu32 " MiB for the GTT", memory.ggms_mib);
		add(line, ", ", part);
	}
	if (igdrom_device_stolen_family(row) == IGDROM_STOLEN_NONE)
		add(line, "", "behind BAR 2 (LMEMBAR); size and place are not in configuration space");
	if (memory.ggc_known) {
		snprintf(part, sizeof(part), "GGC %04Xh", memory.ggc);
		add(line, "; ", part);
		if (memory.vga_disabled)
			add(line, ", ", "VGA off (IVD)");
	}
	if (!*line)
		add(line, "", "not known");
	print_field(style, "Stolen memory", line);
	if (!memory.asls_known)
		snprintf(line, sizeof(line), "not known");
	else if (memory.asls && memory.asls != UINT32_MAX)
		snprintf(line, sizeof(line), "at %08" PRIX32 "h (ASLS)", memory.asls);
	else
		snprintf(line, sizeof(line),
			 "firmware has made none (ASLS is %08" PRIX32
			 "h): put a VBT into the ROM instead",
			 memory.asls);
	print_field(style, "OpRegion", line);
}

static void show_sources(const struct style *style, const struct igdrom_host *host)
{
	const char *vbt = igdrom_host_vbt_file(host), *region = igdrom_host_opregion_file(host);

	if (vbt && region)
		print_field(style, "", region);
	print_field(style, "VBT", vbt);
	if (!vbt && igdrom_host_source(host) == IGDROM_HOST_RUNNING)
		print_field(style, "VBT",
			    "no file of the graphics driver is to be seen in /sys/kernel/debug "
			    "(that takes root, and i915 or xe bound)");
}

/* Why the GPU has no IOMMU group. */
static const char *groupless_text(const struct igdrom_host *host)
{
	if (igdrom_host_iommu(host) == IGDROM_NO)
		return "none: the IOMMU is off";
	if (igdrom_host_iommu(host) == IGDROM_UNKNOWN ||
	    igdrom_host_source(host) == IGDROM_HOST_LSPCI)
		return "not known";
	return "none, although the IOMMU is on: the kernel leaves this GPU out of it "
	       "(intel_iommu=igfx_off does that)";
}

static void show_group(const struct style *style, const struct igdrom_host *host,
		       const struct igdrom_pci_function *igd)
{
	int group = igdrom_pci_function_iommu_group(igd);
	char line[LINE];

	if (group < 0) {
		print_field(style, "IOMMU group", groupless_text(host));
		return;
	}
	snprintf(line, sizeof(line), "%d%s", group,
		 group_size(host, group) == 1 ? ", alone in it" : ", with others");
	print_field(style, "IOMMU group", line);
}

static void show_bars(const struct style *style, const struct igdrom_pci_function *igd)
{
	const char *label = "BARs";
	struct igdrom_pci_bar bar;
	char line[LINE], size[32];

	for (unsigned i = 0; i < 6; i++) {
		if (!igdrom_pci_function_bar(igd, i, &bar))
			continue;
		if (bar.is_io)
			snprintf(line, sizeof(line), "%u: ports at %04" PRIX64 "h", i, bar.address);
		else
			snprintf(line, sizeof(line), "%u: %s%sat %" PRIX64 "h%s%s", i,
				 bar.size ? size_text(bar.size, size) : "", bar.size ? " " : "",
				 bar.address, bar.is_64bit ? ", 64 bits" : "",
				 bar.is_prefetchable ? ", prefetchable" : "");
		print_field(style, label, line);
		label = "";
	}
}

static void show_rom(const struct style *style, const struct igdrom_host *host,
		     const struct igdrom_pci_function *igd, const struct igdrom_device *row)
{
	switch (igdrom_pci_function_rom(igd)) {
	case IGDROM_PCI_ROM_NONE:
		print_field(style, "ROM", "the host has none to offer");
		return;
	case IGDROM_PCI_ROM_BAR:
		print_field(style, "ROM", "an expansion ROM BAR");
		return;
	case IGDROM_PCI_ROM_SHADOW:
		break;
	case IGDROM_PCI_ROM_UNKNOWN:
		return;
	}
	if (igdrom_device_legacy_vbios(row) == IGDROM_NO)
		print_field(style, "ROM",
			    "the kernel offers the memory at C0000h, but this generation has no "
			    "VBIOS: it holds nothing to dump");
	else if (igdrom_host_efi(host) == IGDROM_YES)
		print_field(style, "ROM",
			    "the kernel offers the memory at C0000h; started by UEFI, most likely "
			    "no VBIOS lies there");
	else
		print_field(style, "ROM",
			    "the kernel offers the memory at C0000h, where a legacy BIOS puts the "
			    "VBIOS");
}

static void show_sriov(const struct style *style, const struct igdrom_pci_function *igd)
{
	int total = igdrom_pci_function_vf_total(igd), count = igdrom_pci_function_vf_count(igd);
	char line[LINE];

	if (total < 0)
		return;
	if (total == 0)
		snprintf(line, sizeof(line), "the device has none, or its driver offers none");
	else if (count > 0)
		snprintf(line, sizeof(line),
			 "%d of %d virtual functions are there: the GPU as a whole must not be "
			 "given away meanwhile",
			 count, total);
	else
		snprintf(line, sizeof(line), "%d virtual functions possible, none is there", total);
	print_field(style, "SR-IOV", line);
}

static void show_other(const struct style *style, const char *label,
		       const struct igdrom_pci_function *function, const char *absent)
{
	struct igdrom_pci_id id = igdrom_pci_function_id(function);
	char line[LINE], address[24];

	if (!function) {
		print_field(style, label, absent);
		return;
	}
	snprintf(line, sizeof(line), "%04X:%04X at %s", id.vendor_id, id.device_id,
		 address_text(function, address));
	add(line, ", driver ", igdrom_pci_function_driver(function));
	print_field(style, label, line);
}

static void show_igd(const struct style *style, const struct igdrom_host *host,
		     const struct igdrom_pci_function *igd)
{
	struct igdrom_pci_id id = igdrom_pci_function_id(igd);
	const struct igdrom_device *row = row_of(igd);
	const char *name = igdrom_device_name(row);
	char address[24];

	print_title(style, "%s  %04X:%04X  %s", address_text(igd, address), id.vendor_id,
		    id.device_id, name ? name : "Intel graphics");
	show_platform(style, row);
	show_class(style, igd);
	show_driver(style, igd);
	show_memory(style, host, row);
	show_sources(style, host);
	show_group(style, host, igd);
	show_bars(style, igd);
	show_rom(style, host, igd, row);
	show_sriov(style, igd);
	show_other(style, "Host bridge", igdrom_host_bridge(host), NULL);
	show_other(style, "LPC bridge", igdrom_host_lpc(host),
		   "none at 00:1f.0: QEMU has no ids to give to the guest's");
	show_other(style, "Sound", igdrom_host_audio(host), "no function for it was found");
}

static void show_displays(const struct style *style, const struct igdrom_host *host)
{
	bool any = false;

	for (size_t i = 0; i < igdrom_host_function_count(host); i++) {
		const struct igdrom_pci_function *function = igdrom_host_function_at(host, i);
		const struct igdrom_pci_function *physical = igdrom_pci_function_physical(function);

		if (!igdrom_pci_function_is_display(function) || function == igdrom_host_igd(host))
			continue;
		if (!any)
			print_section(style, "Other displays");
		any = true;
		list_function(style, "  ", function,
			      physical ? "virtual function"
			      : igdrom_pci_function_boot_vga(function) == IGDROM_YES
				      ? "boot display"
				      : NULL);
	}
}

static void show_system(const struct style *style, const struct igdrom_host *host)
{
	enum igdrom_tristate iommu = igdrom_host_iommu(host), efi = igdrom_host_efi(host);
	const char *pve = igdrom_host_pve(host);
	char line[LINE] = "", part[64];

	if (igdrom_host_source(host) == IGDROM_HOST_LSPCI)
		return;
	print_section(style, "System");
	print_field(style, "CPU", igdrom_host_cpu(host));
	print_field(style, "Board", igdrom_host_board(host));
	add(line, "", igdrom_host_firmware(host));
	if (efi != IGDROM_UNKNOWN)
		add(line, ", ",
		    efi == IGDROM_YES ? "started by UEFI"
				      : "started without UEFI (legacy BIOS, CSM)");
	print_field(style, "Firmware", line);
	line[0] = '\0';
	add(line, "", igdrom_host_system(host));
	if (pve) {
		add(line, ", ", "Proxmox VE");
		add(line, " ", pve);
	}
	print_field(style, "System", line);
	line[0] = '\0';
	add(line, "", igdrom_host_kernel(host));
	if (igdrom_host_lockdown(host) && strcmp(igdrom_host_lockdown(host), "none") != 0) {
		add(line, ", ", "locked down:");
		add(line, " ", igdrom_host_lockdown(host));
	}
	print_field(style, "Kernel", line);
	print_field(style, "Command line", igdrom_host_command_line(host));
	line[0] = '\0';
	if (iommu != IGDROM_UNKNOWN)
		add(line, "",
		    iommu == IGDROM_YES ? "on" : "off: nothing can be given to a virtual machine");
	if (igdrom_host_iommu_width(host)) {
		snprintf(part, sizeof(part), "addresses of %u bits", igdrom_host_iommu_width(host));
		add(line, ", ", part);
	}
	if (igdrom_host_disable_vga(host) == IGDROM_YES)
		add(line, "; ", "vfio-pci has disable_vga=1");
	print_field(style, "IOMMU", line);
	print_field(style, "QEMU", igdrom_host_qemu(host));
	print_field(style, "libvirt", igdrom_host_libvirt(host));
}

static void show_vms(const struct style *style, const struct igdrom_host *host)
{
	size_t used = 0;
	char line[LINE];

	for (size_t i = 0; i < igdrom_host_vm_count(host); i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(host, i);
		const char *machine = igdrom_vm_config_machine_type(igdrom_host_vm_config(vm));
		bool whole = igdrom_host_vm_uses_igd(vm);

		if (!whole && !igdrom_host_vm_uses_vf(vm))
			continue;
		if (used++ == 0)
			print_section(style, "Virtual machines with the GPU");
		snprintf(line, sizeof(line),
			 "%s: ", whole ? "the whole GPU" : "a virtual function");
		add(line, "", igdrom_host_vm_path(vm));
		add(line, ", ", machine);
		add(line, ", ", igdrom_vm_config_firmware(igdrom_host_vm_config(vm)));
		print_field(style, igdrom_host_vm_name(vm), line);
	}
	if (!used && igdrom_host_vm_count(host))
		print_section(style, "No virtual machine has the GPU");
}

static void show_host(const struct style *style, const struct igdrom_host *host)
{
	const struct igdrom_pci_function *igd = igdrom_host_igd(host);

	if (igd)
		show_igd(style, host, igd);
	else if (igdrom_host_function_count(host))
		print_title(style, "No integrated Intel GPU: at 00:02.0 is no Intel display");
	else
		print_title(style, "No PCI function is to be seen");
	if (igd)
		draw_groups(style, host);
	show_displays(style, host);
	show_system(style, host);
	show_vms(style, host);
}

int run_host_show(struct call *call)
{
	struct igdrom_host *host;
	enum igdrom_status status;
	char *json = NULL;
	int code = open_host(call, &host);

	if (code != EXIT_YES)
		return code;
	code = igdrom_host_igd(host) ? EXIT_YES : EXIT_NO;
	if (call->json) {
		status = igdrom_host_to_json(host, call->report, &json);
		if (print_json(call, status, json) != EXIT_YES)
			code = exit_of(status);
	} else {
		show_host(&call->style, host);
		show_findings(call);
	}
	igdrom_host_close(host);
	return code;
}
