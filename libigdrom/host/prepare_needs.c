/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What has to be changed before a GPU can be handed over, and why; what works by itself is left
 * alone.
 */
#include "host/prepare.h"

#include "changes/changes.h"
#include "changes/file.h"
#include "host/host.h"

#include <igdrom/device.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char why_off[] = "it switches the IOMMU off, for the GPU at least";
static const char why_iommu[] = "without the IOMMU no device can be handed to a virtual machine";
static const char why_vga[] =
	"disable_vga=1 takes the VGA ranges of the GPU away, which pass-through "
	"of an Intel GPU may need";
static const char why_ids[] = "vfio-pci takes the GPU at boot, before a graphics driver does";
static const char why_ids_away[] =
	"the host keeps the GPU itself, as its parts come from the driver; "
	"they have the same device id";
static const char why_blacklist[] = "the driver of the GPU makes the parts that are handed over";
static const char why_frame[] = "the console of the firmware holds the memory of the GPU, and "
				"before Linux 6.0 vfio-pci does not take it over";
static const char why_gvt[] = "mediated devices (GVT-g) are off by default";
static const char why_guc[] = "virtual functions need the GuC, with submission and its firmware";
static const char why_vfs[] = "how many virtual functions the driver makes possible";
static const char why_xe[] = "i915 makes the virtual functions, so xe must not take the GPU";

static struct prep_rule *rule(struct prep_needs *needs, const char *key, const char *value,
			      const char *why)
{
	struct prep_rule *made = &needs->rules.list[needs->rules.count++];

	assert(needs->rules.count <= PREP_MAX_RULES);
	*made = (struct prep_rule){.key = key, .why = why};
	snprintf(made->value, sizeof(made->value), "%s", value);
	return made;
}

static void take(struct prep_needs *needs, bool list, const char *key, const char *value,
		 const char *why)
{
	struct prep_rule *made = rule(needs, key, value, why);

	made->take = true;
	made->list = list;
}

static void say_word(struct prep_needs *needs, const char *key, const char *value, const char *why)
{
	rule(needs, key, value, why)->last = true;
}

static void say_item(struct prep_needs *needs, const char *key, const char *value, const char *why)
{
	rule(needs, key, value, why)->list = true;
}

static void lack(struct igdrom_report *report, struct prep_needs *needs, const char *code)
{
	needs->lacking = true;
	igdrom_report_add(report, code, IGDROM_NO_OFFSET, NULL, 0);
}

static bool distribution_is(const struct igdrom_host *host, const char *name)
{
	const char *distribution = igdrom_host_distribution(host);

	return distribution && !strcmp(distribution, name);
}

/*
 * Proxmox VE's kernels switch the IOMMU on by themselves from 6.8 on. Debian's do so for everything
 * but the GPU (INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF): it is in no group then.
 */
static void need_iommu(const struct igdrom_changes *changes, const struct igdrom_host *host,
		       struct igdrom_report *report, struct prep_needs *needs)
{
	static const char *const off[] = {"off", "igfx_off", "intgpu_off"};
	bool by_default = distribution_is(host, "pve") &&
			  host_version_is(igdrom_host_kernel(host), "6.8") > 0;

	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++)
		take(needs, true, "intel_iommu", off[i], why_off);
	take(needs, true, "iommu", "off", why_off);
	if (igdrom_pci_function_iommu_group(needs->gpu) >= 0)
		return;
	if (prep_is_there(changes, "/sys/firmware/acpi/tables") &&
	    !prep_is_there(changes, "/sys/firmware/acpi/tables/DMAR"))
		lack(report, needs, "prepare-vtd-off");
	else if (by_default && igdrom_host_iommu(host) == IGDROM_NO)
		lack(report, needs, "prepare-iommu-off");
	if (!by_default || igdrom_host_iommu(host) == IGDROM_YES)
		say_item(needs, "intel_iommu", "on", why_iommu);
}

/* The graphics drivers of Linux that know the GPU. */
static bool is_xe_device(const struct prep_needs *needs)
{
	const struct igdrom_device *device;
	struct igdrom_pci_id id = igdrom_pci_function_id(needs->gpu);
	const char *version;

	if (igdrom_device_lookup(id.device_id, &device) != IGDROM_OK)
		return true;
	version = igdrom_device_graphics_version(device);
	return !version || strtoul(version, NULL, 10) >= 12;
}

/* The module of the driver that is bound to a sound function. */
static void name_sound(const struct igdrom_pci_function *audio, char out[PREP_MAX_VALUE])
{
	static const char sof[] = "sof-audio-pci-intel-";
	const char *driver = igdrom_pci_function_driver(audio);

	if (driver && !strncmp(driver, sof, sizeof(sof) - 1))
		snprintf(out, PREP_MAX_VALUE, "snd_sof_pci_intel_%.32s", driver + sizeof(sof) - 1);
	else
		snprintf(out, PREP_MAX_VALUE, "snd_hda_intel");
}

static void add_id(struct prep_needs *needs, const struct igdrom_pci_function *function)
{
	struct igdrom_pci_id id = igdrom_pci_function_id(function);
	char text[16];

	snprintf(text, sizeof(text), "%04x:%04x", id.vendor_id, id.device_id);
	say_item(needs, "vfio-pci.ids", text, why_ids);
	needs->rules.list[needs->rules.count - 1].last = true;
	needs->rules.list[needs->rules.count - 1].mend = true;
}

static void need_whole(const struct igdrom_host *host, struct prep_needs *needs)
{
	bool unbound = igdrom_pci_function_bound(needs->gpu) == IGDROM_NO;

	take(needs, false, "vfio-pci.disable_vga", "", why_vga);
	if (host_version_is(igdrom_host_kernel(host), "6.0") < 0 && (needs->early || unbound) &&
	    igdrom_pci_function_boot_vga(needs->gpu) == IGDROM_YES)
		say_item(needs, "initcall_blacklist", "sysfb_init", why_frame);
	if (!needs->early)
		return;
	add_id(needs, needs->gpu);
	snprintf(needs->modules[0], PREP_MAX_VALUE, "i915");
	if (is_xe_device(needs))
		snprintf(needs->modules[1], PREP_MAX_VALUE, "xe");
	if (needs->audio) {
		add_id(needs, needs->audio);
		name_sound(needs->audio, needs->modules[2]);
	}
}

/* A part of the GPU is handed over: the host keeps the rest, and its driver. */
static void need_driver(const struct igdrom_host *host, struct prep_needs *needs,
			const char *driver)
{
	struct igdrom_pci_id id = igdrom_pci_function_id(needs->gpu);
	char text[16];

	(void)host;
	snprintf(text, sizeof(text), "%04x:%04x", id.vendor_id, id.device_id);
	take(needs, true, "vfio-pci.ids", text, why_ids_away);
	take(needs, true, "module_blacklist", driver, why_blacklist);
	take(needs, true, "modprobe.blacklist", driver, why_blacklist);
}

/* i915-sriov-dkms, with which i915 makes virtual functions: its sources, or that dpkg knows it. */
static bool has_sriov_module(const struct igdrom_changes *changes)
{
	return prep_is_there(changes, "/var/lib/dkms/i915-sriov-dkms") ||
	       prep_is_there(changes, "/usr/share/doc/i915-sriov-dkms");
}

static void need_virtual(const struct igdrom_changes *changes, const struct igdrom_host *host,
			 struct igdrom_report *report, struct prep_needs *needs)
{
	const char *driver = igdrom_pci_function_driver(needs->gpu);
	bool xe = driver && !strcmp(driver, "xe");

	/* That of the device is no promise of i915, which in Linux itself has no SR-IOV; a driver
	 * that has it and cannot sets it to 0 (torvalds/linux:drivers/pci/iov.c). */
	if (igdrom_pci_function_vf_count(needs->gpu) > 0 ||
	    (xe && igdrom_pci_function_vf_total(needs->gpu) > 0)) {
		need_driver(host, needs, xe ? "xe" : "i915");
		return;
	}
	need_driver(host, needs, "i915");
	if (!has_sriov_module(changes)) {
		lack(report, needs, "prepare-sriov-driver");
		return;
	}
	say_word(needs, "i915.enable_guc", "3", why_guc);
	say_word(needs, "i915.max_vfs", "7", why_vfs);
	say_item(needs, "module_blacklist", "xe", why_xe);
}

static void need_gvt(struct igdrom_report *report, const struct igdrom_host *host,
		     struct prep_needs *needs)
{
	struct igdrom_pci_id id = igdrom_pci_function_id(needs->gpu);
	const struct igdrom_device *device;

	need_driver(host, needs, "i915");
	if (igdrom_device_lookup(id.device_id, &device) == IGDROM_OK &&
	    igdrom_device_gvt(device) == IGDROM_NO) {
		needs->lacking = true;
		SAY(report, "prepare-no-gvt", SAY_NUMBER(id.device_id));
		return;
	}
	needs->kvmgt = true;
	say_word(needs, "i915.enable_gvt", "1", why_gvt);
}

/* What is wished for, or else what the virtual machines of the host have. */
static const char *function_of(const struct igdrom_host *host, const struct igdrom_vm_request *wish,
			       const struct prep_needs *needs)
{
	const char *said = igdrom_vm_request_get(wish, "function");
	bool whole = false, part = needs->part;

	for (size_t i = 0; i < igdrom_host_vm_count(host); i++) {
		whole |= igdrom_host_vm_uses_igd(igdrom_host_vm_at(host, i));
		part |= igdrom_host_vm_uses_vf(igdrom_host_vm_at(host, i));
	}
	return said ? said : part && (needs->part || !whole) ? "vf" : "whole";
}

/* The function at an address that was wished for, or the one that makes it; NULL in *out: none was. */
static enum igdrom_status find_function(const struct igdrom_host *host, const char *text,
					struct igdrom_report *report,
					const struct igdrom_pci_function **out, bool *part)
{
	struct igdrom_pci_address address;

	*out = NULL;
	*part = false;
	if (!text || !strcmp(text, "none"))
		return IGDROM_OK;
	if (igdrom_pci_address_parse(text, &address) == IGDROM_OK) {
		*out = host_physical_of(host, &address);
		*part = *out != NULL;
		if (!*out)
			*out = igdrom_host_function_find(host, &address);
	}
	if (*out)
		return IGDROM_OK;
	SAY(report, "pci-device-missing", SAY_TEXT(text));
	return IGDROM_E_NOT_FOUND;
}

static enum igdrom_status find_functions(const struct igdrom_host *host,
					 const struct igdrom_vm_request *wish,
					 struct igdrom_report *report, struct prep_needs *needs)
{
	enum igdrom_status status = find_function(host, igdrom_vm_request_get(wish, "host_address"),
						  report, &needs->gpu, &needs->part);
	bool part;

	if (status == IGDROM_OK)
		status = find_function(host, igdrom_vm_request_get(wish, "audio"), report,
				       &needs->audio, &part);
	if (status != IGDROM_OK)
		return status;
	if (!needs->gpu)
		needs->gpu = igdrom_host_igd(host);
	if (needs->gpu)
		return IGDROM_OK;
	igdrom_report_add(report, "prepare-no-gpu", IGDROM_NO_OFFSET, NULL, 0);
	return IGDROM_E_NOT_FOUND;
}

/* Proxmox VE, libvirt and unraid bind vfio-pci themselves when a virtual machine starts. */
static bool binds_itself(const struct igdrom_changes *changes, const struct igdrom_host *host,
			 const struct igdrom_vm_request *wish)
{
	const char *said = igdrom_vm_request_get(wish, "hypervisor");

	if (said)
		return strcmp(said, "qemu") != 0;
	return !igdrom_host_distribution(host) || distribution_is(host, "pve") ||
	       distribution_is(host, "unraid") || igdrom_host_libvirt(host) ||
	       prep_is_there(changes, "/etc/libvirt");
}

enum igdrom_status prep_find_needs(const struct igdrom_changes *changes,
				   const struct igdrom_host *host,
				   const struct igdrom_vm_request *wish, unsigned flags,
				   struct igdrom_report *report, struct prep_needs *out)
{
	enum igdrom_status status = find_functions(host, wish, report, out);
	const char *function;

	if (status != IGDROM_OK)
		return status;
	need_iommu(changes, host, report, out);
	function = function_of(host, wish, out);
	if (!strcmp(function, "vf")) {
		need_virtual(changes, host, report, out);
	} else if (!strcmp(function, "mdev")) {
		need_gvt(report, host, out);
	} else {
		out->early = (flags & IGDROM_PREPARE_EARLY) || !binds_itself(changes, host, wish);
		need_whole(host, out);
	}
	return IGDROM_OK;
}
