/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/check.h"

#include "core/report.h"

#include <stdlib.h>
#include <string.h>

#define LPC_SLOT 0x1f

static bool is_whole_display(const struct vm_case *it)
{
	return it->is[VM_IF_FUNCTION] == VM_IS_FUNCTION_WHOLE &&
	       it->is[VM_IF_WANT] != VM_IS_WANT_HEADLESS;
}

/* The GPU at 00:02.0 where the rules want it there, and away from it where they do not. */
static void check_address(const struct vm_check *check)
{
	const struct vm_rule *places[VM_MAX_NEEDS];
	const char *now = check->it.is[VM_IF_ADDRESS] == VM_IS_ADDRESS_IGD ? "igd" : "other";
	const struct vm_address *guest = &check->device->guest;

	if (!is_whole_display(&check->it) || !vm_rules_needs(&check->it, VM_PLACE, places) ||
	    strcmp(places[0]->value, now) == 0)
		return;
	if (!guest->known)
		report_add(check->report, FINDING_VM_CHECK_ADDRESS_UNKNOWN, check->device->at,
			   REPORT_ARGS(ARG_S(places[0]->text)));
	else
		report_add(check->report,
			   strcmp(now, "igd") == 0 ? FINDING_VM_CHECK_ADDRESS_IGD
						   : FINDING_VM_CHECK_ADDRESS,
			   check->device->at,
			   REPORT_ARGS(ARG_U(guest->slot), ARG_U(guest->function),
				       ARG_S(guest->bus_name ? guest->bus_name : "the root bus"),
				       ARG_S(places[0]->text)));
}

static bool same_place(const struct vm_address *a, const struct vm_address *b)
{
	return a->known && b->known && a->on_root && b->on_root && a->slot == b->slot &&
	       a->function == b->function;
}

static void check_neighbours(const struct vm_check *check)
{
	const struct igdrom_vm_config *config = check->config;
	const struct vm_address *guest = &check->device->guest;
	bool lpc = check->it.is[VM_IF_MACHINE] == VM_IS_MACHINE_I440FX &&
		   check->it.is[VM_IF_WANT] == VM_IS_WANT_BOOT_PICTURE;

	for (size_t i = 0; i < config->slot_count; i++) {
		const struct vm_slot *slot = &config->slots[i];
		bool at_lpc = slot->guest.on_root && slot->guest.slot == LPC_SLOT &&
			      slot->guest.function == 0;

		if (same_place(&slot->guest, guest))
			report_add(check->report, FINDING_VM_CHECK_SLOT_TAKEN, slot->at,
				   REPORT_ARGS(ARG_S(slot->what), ARG_U(guest->slot)));
		if (lpc && at_lpc)
			report_add_as(check->report, vm_check_picture_severity(check),
				      FINDING_VM_CHECK_LPC_SLOT, slot->at,
				      REPORT_ARGS(ARG_S(slot->what)));
	}
}

/* Other passed-through devices that cannot live beside the GPU. */
static void check_others(const struct vm_check *check)
{
	for (size_t i = 0; i < check->config->device_count; i++) {
		const struct vm_device *other = &check->config->devices[i];
		const struct vm_address *host = &other->host;
		const struct vm_property *vga = vm_device_property(other, "x-vga");
		const char *id = other->id ? other->id : "another device";
		bool same_gpu = host->known && check->device->host.known && !other->mdev &&
				host->domain == check->device->host.domain &&
				host->bus == check->device->host.bus &&
				host->slot == check->device->host.slot;

		if (i == check->index)
			continue;
		if (same_place(&other->guest, &check->device->guest))
			report_add(check->report, FINDING_VM_CHECK_SLOT_TAKEN, other->at,
				   REPORT_ARGS(ARG_S(id), ARG_U(other->guest.slot)));
		if (same_gpu && !check->device->mdev &&
		    (host->function == check->device->host.function || host->function == 0 ||
		     check->device->host.function == 0))
			report_add(check->report,
				   host->function == check->device->host.function
					   ? FINDING_VM_CHECK_TWICE
					   : FINDING_VM_CHECK_PF_AND_VF,
				   other->at, REPORT_ARGS(ARG_S(id)));
		if (other->x_vga || (vga && vga->value && strcmp(vga->value, "off") != 0))
			report_add(check->report, FINDING_VM_CHECK_OTHER_VGA, other->at,
				   REPORT_ARGS(ARG_S(id)));
	}
}

/* What a plan would set besides properties of the device. */
static void check_set(const struct vm_check *check)
{
	const struct igdrom_vm_config *config = check->config;
	const struct vm_rule *needs[VM_MAX_NEEDS];
	size_t count = vm_rules_needs(&check->it, VM_SET, needs);

	for (size_t i = 0; i < count; i++) {
		const char *subject = needs[i]->subject;

		if (strcmp(subject, "display") == 0 && vm_check_display_known(config) &&
		    (!config->display || strcmp(config->display, needs[i]->value) != 0))
			report_add(check->report, FINDING_VM_CHECK_DISPLAY, config->display_at,
				   REPORT_ARGS(ARG_S(config->display ? config->display
								     : "the default one"),
					       ARG_S(needs[i]->text)));
		if (strcmp(subject, "rom") == 0 && !check->device->rom_file && !check->impossible)
			report_add(check->report, FINDING_VM_CHECK_ROM_MISSING, check->device->at,
				   REPORT_ARGS(ARG_S(needs[i]->text)));
		if (strcmp(subject, "pcie") == 0 && !check->device->pcie)
			report_add(check->report, FINDING_VM_CHECK_PCIE, check->device->at,
				   REPORT_ARGS(ARG_S(needs[i]->text)));
	}
}

void vm_check_places(const struct vm_check *check)
{
	check_address(check);
	check_neighbours(check);
	check_others(check);
	check_set(check);
}
