/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stolen memory at the address that it has on the host. Host firmware leaves pointers into it that
 * the guest can read and not change; the guest driver of the ROM takes the address from fw_cfg and
 * reserves that very memory, if the guest has RAM there that is free.
 */
#include "vm/plan.h"

#include "core/report.h"
#include "igd/igd.h"

#include <inttypes.h>
#include <stdio.h>

#define MIB          0x100000ull
#define NAME         "opt/igdrom/stolen-base"
#define GTT_MOST_MIB 8 /* largest value of GGMS */
#define ROOM         24

/*
 * Guest memory below 4 GiB that OVMF leaves free, as measured with a driver in an option ROM that
 * asked for pages at each address (OVMF 2022.11, steps of 64 MiB).
 */
struct window {
	uint8_t machine;
	uint64_t least_mib; /* memory of the guest */
	uint64_t first;
	uint64_t end;
};

static const struct window windows[] = {
	{VM_IS_MACHINE_I440FX, 3072, 0x40000000, 0xb8000000},
	{VM_IS_MACHINE_I440FX, 2048, 0x40000000, 0x78000000},
	{VM_IS_MACHINE_Q35, 2048, 0x40000000, 0x78000000},
};

/* The largest window of a machine for a guest with this much memory; NULL when there is none. */
static const struct window *window_of(uint8_t machine, uint64_t memory_mib)
{
	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
		if (windows[i].machine == machine && memory_mib >= windows[i].least_mib)
			return &windows[i];
	}
	return NULL;
}

/* What the guest will reserve: DSM at the base, the GTT's share below it where BDSM has 64 bits. */
static bool size_up(const struct vm_case *it, const struct igdrom_vm_request *request,
		    uint64_t *stolen, uint64_t *gtt)
{
	bool narrow = it->is[VM_IF_STOLEN] == VM_IS_STOLEN_GEN6 ||
		      it->is[VM_IF_STOLEN] == VM_IS_STOLEN_CHV;
	static const enum igd_stolen families[] = {
		[VM_IS_STOLEN_UNKNOWN] = IGD_STOLEN_UNKNOWN, [VM_IS_STOLEN_NONE] = IGD_STOLEN_NONE,
		[VM_IS_STOLEN_GEN6] = IGD_STOLEN_GEN6,       [VM_IS_STOLEN_GEN8] = IGD_STOLEN_GEN8,
		[VM_IS_STOLEN_CHV] = IGD_STOLEN_CHV,         [VM_IS_STOLEN_GEN9] = IGD_STOLEN_GEN9,
	};
	uint64_t mib = GTT_MOST_MIB;
	uint64_t ggc;

	if (vm_request_text(request, VM_KEY_GGMS))
		(void)vm_request_number(request, VM_KEY_GGMS, &mib);
	else if (vm_request_number(request, VM_KEY_GGC, &ggc))
		mib = igd_gtt_size((uint16_t)ggc) / MIB;
	*gtt = it->is[VM_IF_BDSM] == VM_IS_BDSM_64 ? mib * MIB : 0;
	return it->gms_known && it->gms &&
	       igd_stolen_size(families[it->is[VM_IF_STOLEN]],
			       (uint16_t)(it->gms << (narrow ? 3 : 8)), stolen);
}

static bool fits(const struct window *window, uint64_t base, uint64_t stolen, uint64_t gtt)
{
	return window && base >= window->first && base - window->first >= gtt &&
	       base < window->end && window->end - base >= stolen;
}

static void give(struct igdrom_vm_plan *plan, uint64_t base)
{
	char text[ROOM];

	snprintf(text, sizeof(text), "0x%" PRIx64, base);
	vm_config_add_fw_cfg(plan->config, NAME, text, IGDROM_NO_OFFSET);
	vm_plan_reason(plan, "stolen-base", NAME,
		       "Registers that the guest cannot write point into the stolen memory of the "
		       "host: the guest gets it at the same address.",
		       "lf-edge/eve pull requests 6407, 6432");
}

void vm_plan_stolen_base(struct igdrom_vm_plan *plan, const struct igdrom_vm_request *request,
			 struct igdrom_report *report)
{
	const struct vm_case *it = &plan->it;
	uint8_t machine = it->is[VM_IF_MACHINE];
	const struct window *most = window_of(machine, UINT64_MAX);
	const struct window *window = most;
	uint64_t memory;
	uint64_t base;
	uint64_t stolen = 0;
	uint64_t gtt = 0;

	if (!vm_request_number(request, VM_KEY_STOLEN_BASE, &base) ||
	    it->is[VM_IF_WANT] == VM_IS_WANT_HEADLESS ||
	    it->is[VM_IF_FUNCTION] != VM_IS_FUNCTION_WHOLE)
		return;
	base &= ~(MIB - 1); /* the register has a lock bit at its end */
	if (vm_request_number(request, VM_KEY_MEMORY, &memory))
		window = window_of(machine, memory);
	if (it->is[VM_IF_BDSM] != VM_IS_BDSM_32 && it->is[VM_IF_BDSM] != VM_IS_BDSM_64)
		report_add(report, FINDING_VM_STOLEN_NO_BASE, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
	else if (it->is[VM_IF_FIRMWARE] != VM_IS_FIRMWARE_OVMF ||
		 it->is[VM_IF_ADDRESS] != VM_IS_ADDRESS_IGD)
		report_add(report, FINDING_VM_STOLEN_NOT_OURS, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
	else if (!size_up(it, request, &stolen, &gtt))
		report_add(report, FINDING_VM_STOLEN_SIZE, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
	else if (fits(window, base, stolen, gtt))
		give(plan, base);
	else if (fits(most, base, stolen, gtt))
		report_add(report, FINDING_VM_STOLEN_MEMORY, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(base - gtt), ARG_U(base + stolen),
				       ARG_U(most->least_mib)));
	else
		report_add(report, FINDING_VM_STOLEN_OUTSIDE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(base - gtt), ARG_U(base + stolen),
				       ARG_U(most ? most->first : 0), ARG_U(most ? most->end : 0)));
}
