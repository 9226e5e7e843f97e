/* SPDX-License-Identifier: BSD-2-Clause */
/* What a plan cannot set itself, said as findings. */
#include "vm/plan.h"

#include <igdrom/device.h>

#include "core/report.h"
#include "vm/pve.h"

#include <stdlib.h>
#include <string.h>

#define MEMORY_WISE_MIB 4096

struct advice {
	const struct igdrom_vm_plan *plan;
	const struct vm_case *it;
	const struct igdrom_vm_request *request;
	struct igdrom_report *report;
};

static void say(const struct advice *about, enum finding_code code)
{
	report_add(about->report, code, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
}

static void say_text(const struct advice *about, enum finding_code code, const char *text)
{
	report_add(about->report, code, IGDROM_NO_OFFSET, REPORT_ARGS(ARG_S(text)));
}

static bool wants_display(const struct vm_case *it)
{
	return it->is[VM_IF_WANT] != VM_IS_WANT_HEADLESS &&
	       it->is[VM_IF_FUNCTION] == VM_IS_FUNCTION_WHOLE;
}

void vm_advise_versions(const struct vm_case *it, const struct igdrom_vm_request *request,
			struct igdrom_report *report)
{
	const char *used = vm_release_name(it->is[VM_IF_QEMU]);
	const struct vm_bad_build *bad;
	struct vm_version version;
	struct vm_version pve;
	unsigned release = 0;
	bool newer = false;

	if (it->qemu_newer)
		report_add(report, FINDING_VM_QEMU_NEWER, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(used)));
	if (!vm_request_version(request, VM_KEY_QEMU, &version))
		return;
	bad = vm_bad_build(&version);
	if (bad)
		report_add(
			report, FINDING_VM_QEMU_BROKEN, IGDROM_NO_OFFSET,
			REPORT_ARGS(ARG_S(bad->version), ARG_U(bad->package), ARG_S(bad->fixed)));
	if (vm_request_version(request, VM_KEY_PVE, &pve) && vm_pve_qemu(&pve, &release, &newer) &&
	    release != it->is[VM_IF_QEMU])
		report_add(report, FINDING_VM_QEMU_NOT_PVE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(vm_release_name(release)), ARG_S(used)));
}

static void advise_rom(const struct advice *about)
{
	static const enum finding_code places[] = {
		[VM_IS_HYPERVISOR_QEMU] = FINDING_VM_ROM_PLACE_QEMU,
		[VM_IS_HYPERVISOR_PVE] = FINDING_VM_ROM_PLACE_PVE,
		[VM_IS_HYPERVISOR_LIBVIRT] = FINDING_VM_ROM_PLACE_LIBVIRT,
		[VM_IS_HYPERVISOR_UNRAID] = FINDING_VM_ROM_PLACE_UNRAID,
	};
	const struct vm_device *device = &about->plan->config->devices[0];

	if (!device->rom_file)
		return;
	if (!vm_request_text(about->request, VM_KEY_ROM) || !about->request->rom.known)
		say_text(about,
			 about->it->is[VM_IF_FIRMWARE] == VM_IS_FIRMWARE_SEABIOS
				 ? FINDING_VM_ROM_ASSUMED_VBIOS
				 : FINDING_VM_ROM_ASSUMED,
			 device->rom_file);
	say_text(about, places[about->it->is[VM_IF_HYPERVISOR]], device->rom_file);
}

static void advise_memory(const struct advice *about)
{
	const struct igdrom_vm_config *config = about->plan->config;

	if (!config->memory_known)
		say(about, FINDING_VM_MEMORY_UNKNOWN);
	else if (config->memory_mib < MEMORY_WISE_MIB)
		report_add(about->report, FINDING_VM_MEMORY_SMALL, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(config->memory_mib), ARG_U(MEMORY_WISE_MIB)));
}

static void advise_audio(const struct advice *about)
{
	const char *audio = vm_request_text(about->request, VM_KEY_AUDIO);
	const struct igdrom_device *device = NULL;
	const char *usual = NULL;

	if (igdrom_device_lookup(about->it->device_id, &device) == IGDROM_OK)
		usual = igdrom_device_audio_function(device);
	if (!audio && usual)
		say_text(about, FINDING_VM_AUDIO_THERE, usual);
	if (!audio || strcmp(audio, "none") == 0)
		return;
	say_text(about, FINDING_VM_AUDIO_GROUP, audio);
	if (about->it->is[VM_IF_BDSM] != VM_IS_BDSM_32)
		say(about, FINDING_VM_AUDIO_LINK);
}

/* A virtual machine without an emulated display needs another way in, and a way to take it back. */
static void advise_way_back(const struct advice *about)
{
	static const enum finding_code codes[] = {
		[VM_IS_HYPERVISOR_QEMU] = FINDING_VM_WAY_BACK_QEMU,
		[VM_IS_HYPERVISOR_PVE] = FINDING_VM_WAY_BACK_PVE,
		[VM_IS_HYPERVISOR_LIBVIRT] = FINDING_VM_WAY_BACK_LIBVIRT,
		[VM_IS_HYPERVISOR_UNRAID] = FINDING_VM_WAY_BACK_UNRAID,
	};
	const struct igdrom_vm_config *config = about->plan->config;
	uint8_t hypervisor = about->it->is[VM_IF_HYPERVISOR];
	bool set = config->devices[0].property_count > 0 ||
		   about->it->is[VM_IF_MACHINE] == VM_IS_MACHINE_Q35;

	if (!config->display || strcmp(config->display, "none") != 0)
		return;
	say(about, about->it->is[VM_IF_GUEST] == VM_IS_GUEST_WINDOWS ? FINDING_VM_WAY_IN_WINDOWS
								     : FINDING_VM_WAY_IN);
	if (hypervisor == VM_IS_HYPERVISOR_PVE)
		report_add(about->report, set ? FINDING_VM_WAY_BACK_PVE_ARGS : codes[hypervisor],
			   IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(vm_pve_id(config)), ARG_S(config->devices[0].id)));
	else
		say(about, codes[hypervisor]);
}

static void advise_gms(const struct advice *about)
{
	const struct vm_property *gms =
		vm_device_property(&about->plan->config->devices[0], "x-igd-gms");
	const struct vm_rule *rule = vm_rules_named("gms-9.2");
	struct vm_case copy = *about->it;
	uint64_t guest = gms ? strtoull(gms->value, NULL, 0) : 0;

	if (about->it->gms_known && gms && guest != about->it->gms)
		report_add(about->report, FINDING_VM_GMS_DIFFERS, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(guest), ARG_U(about->it->gms)));
	if (about->it->gms_known)
		return;
	copy.is[VM_IF_GMS] = VM_IS_GMS_MIDDLE;
	if (rule && vm_rules_refusal(&copy) == rule)
		say(about, FINDING_VM_GMS_UNKNOWN);
	if (gms)
		say(about, FINDING_VM_GMS_ASSUMED);
}

static void advise_hypervisor(const struct advice *about)
{
	const struct igdrom_vm_config *config = about->plan->config;
	uint8_t hypervisor = about->it->is[VM_IF_HYPERVISOR];
	bool more = config->devices[0].property_count || config->fw_cfg_count;
	bool moved = config->machine == VM_MACHINE_Q35 && config->devices[0].guest.known;

	if (hypervisor == VM_IS_HYPERVISOR_PVE &&
	    (more || moved || config->debug_console || config->devices[0].rom_file))
		say(about, FINDING_VM_PVE_ROOT);
	if (hypervisor == VM_IS_HYPERVISOR_UNRAID && more)
		say(about, FINDING_VM_UNRAID_FORM);
}

void vm_advise(const struct igdrom_vm_plan *plan, const struct igdrom_vm_request *request,
	       struct igdrom_report *report)
{
	struct advice about = {plan, &plan->it, request, report};
	uint64_t width;

	if (plan->config->device_count == 0)
		return;
	advise_hypervisor(&about);
	if (plan->it.is[VM_IF_FUNCTION] == VM_IS_FUNCTION_MDEV)
		say(&about, FINDING_VM_MDEV_DISPLAY);
	if (!wants_display(&plan->it))
		return;
	advise_rom(&about);
	advise_memory(&about);
	advise_audio(&about);
	advise_way_back(&about);
	advise_gms(&about);
	if (plan->boot_picture && plan->it.is[VM_IF_MACHINE] == VM_IS_MACHINE_Q35)
		say(&about, FINDING_VM_Q35_PICTURE);
	if (!plan->boot_picture)
		say(&about, FINDING_VM_NO_BOOT_PICTURE);
	if (vm_request_number(request, VM_KEY_ADDRESS_WIDTH, &width) &&
	    plan->it.is[VM_IF_FIRMWARE] == VM_IS_FIRMWARE_OVMF)
		report_add(report, FINDING_VM_ADDRESS_WIDTH, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(width)));
}
