/* SPDX-License-Identifier: BSD-2-Clause */
/* What sits where the GPU has to be moves to another slot of the root bus. */
#include "vm/libvirt_merge.h"

#include "core/report.h"

#include <stdio.h>
#include <string.h>

#define SLOTS 32

struct slots {
	bool used[SLOTS];
	uint8_t moved_to[SLOTS]; /* 0: stays */
};

static bool on_root(const struct vm_address *address)
{
	return address->known && address->on_root && address->slot < SLOTS;
}

/*
 * Slots that hold something, or that libvirt and QEMU give to a device of a kind by themselves:
 * host bridge 0; i440fx: PIIX3 1, the LPC bridge of a passed-through GPU 1fh; q35: primary video 1,
 * USB 1ah and 1dh, sound 1bh, DMI bridge 1eh, LPC and SATA 1fh.
 */
static void fill_used(const struct vm_merge *m, struct slots *slots)
{
	static const uint8_t i440fx[] = {0, 1, 0x1f};
	static const uint8_t q35[] = {0, 1, 0x1a, 0x1b, 0x1d, 0x1e, 0x1f};
	bool is_q35 = m->found->machine == VM_MACHINE_Q35;
	const uint8_t *fixed = is_q35 ? q35 : i440fx;
	size_t count = is_q35 ? sizeof(q35) : sizeof(i440fx);

	for (size_t i = 0; i < count; i++)
		slots->used[fixed[i]] = true;
	for (size_t i = 0; i < m->found->slot_count; i++) {
		if (on_root(&m->found->slots[i].guest))
			slots->used[m->found->slots[i].guest.slot] = true;
	}
	for (size_t i = 0; i < m->found->device_count; i++) {
		if (on_root(&m->found->devices[i].guest))
			slots->used[m->found->devices[i].guest.slot] = true;
	}
	for (size_t i = 0; i < m->wanted->device_count; i++) {
		if (on_root(&m->wanted->devices[i].guest))
			slots->used[m->wanted->devices[i].guest.slot] = true;
	}
}

/* Whether a wanted device needs the slot to itself. */
static bool must_be_free(const struct vm_merge *m, uint8_t slot)
{
	for (size_t i = 0; i < m->wanted->device_count; i++) {
		const struct vm_address *guest = &m->wanted->devices[i].guest;

		if (!on_root(guest))
			continue;
		/* QEMU puts a copy of the host's LPC bridge there for a GPU at 00:02.0. */
		if (guest->slot == slot ||
		    (slot == 0x1f && guest->slot == 2 && m->found->machine == VM_MACHINE_I440FX))
			return true;
	}
	return false;
}

static bool is_wanted(const struct vm_merge *m, const struct vm_device *found)
{
	for (size_t i = 0; i < m->wanted->device_count; i++) {
		if (vm_merge_found(m, &m->wanted->devices[i]) == found &&
		    m->wanted->devices[i].guest.known)
			return true;
	}
	return false;
}

/* Whether a place that qemu:commandline gives was said there and not left to QEMU. */
static bool is_said(const struct vm_merge *m, uint64_t at)
{
	for (size_t i = 0; i < m->doc->count; i++) {
		const struct vm_xml_element *e = &m->doc->elements[i];
		const char *value = vm_xml_attr(e, "value");

		if (e->at <= at && at < e->end && vm_merge_is_qemu(m, e, "arg"))
			return value && strstr(value, "addr");
	}
	return false;
}

static uint8_t free_slot(struct slots *slots)
{
	for (uint8_t i = 3; i < SLOTS; i++) {
		if (!slots->used[i]) {
			slots->used[i] = true;
			return i;
		}
	}
	return 0;
}

/* All functions of a slot move together, so what was one device with functions stays one. */
static void move(struct vm_merge *m, struct slots *slots, const char *what,
		 const struct vm_address *guest, uint64_t at)
{
	const struct vm_xml_element *e = vm_merge_element_at(m, at);
	const struct vm_xml_element *address = vm_xml_child(e, "address");
	struct igdrom_finding_arg args[3];
	char from[16];
	char to[16];
	char slot[8];

	if (!must_be_free(m, guest->slot))
		return;
	if (address && m->wanted->display && strcmp(m->wanted->display, "none") == 0 &&
	    vm_xml_is(e, VM_XML_NS_NONE, "video"))
		return; /* goes */
	snprintf(from, sizeof(from), "00:%02x.%x", guest->slot, guest->function);
	args[0].text = what;
	args[1].text = from;
	if (!address) {
		if (is_said(m, at))
			vm_merge_refuse(m, FINDING_VM_LIBVIRT_SLOT_TAKEN, at, args, 2);
		return;
	}
	if (!slots->moved_to[guest->slot])
		slots->moved_to[guest->slot] = free_slot(slots);
	if (!slots->moved_to[guest->slot]) {
		vm_merge_refuse(m, FINDING_VM_LIBVIRT_NO_SLOT, at, args, 2);
		return;
	}
	snprintf(slot, sizeof(slot), "0x%02x", slots->moved_to[guest->slot]);
	vm_edit_attr(&m->edits, address, "slot", slot);
	snprintf(to, sizeof(to), "00:%02x.%x", slots->moved_to[guest->slot], guest->function);
	args[2].text = to;
	report_add(m->report, FINDING_VM_LIBVIRT_MOVED, address->at, args, 3);
}

void vm_merge_free_slots(struct vm_merge *m)
{
	struct slots slots = {.moved_to = {0}};

	fill_used(m, &slots);
	for (size_t i = 0; i < m->found->slot_count; i++) {
		const struct vm_slot *slot = &m->found->slots[i];

		if (on_root(&slot->guest))
			move(m, &slots, slot->what, &slot->guest, slot->at);
	}
	for (size_t i = 0; i < m->found->device_count; i++) {
		const struct vm_device *device = &m->found->devices[i];

		if (on_root(&device->guest) && !is_wanted(m, device))
			move(m, &slots, device->id ? device->id : "hostdev", &device->guest,
			     device->at);
	}
}
