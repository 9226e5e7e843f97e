/* SPDX-License-Identifier: BSD-2-Clause */
/* The hostdev of a GPU: changed where it is there, added where it is not. */
#include "vm/libvirt_merge.h"

#include "core/report.h"
#include "vm/libvirt.h"

#include <stdio.h>
#include <string.h>

const struct vm_device *vm_merge_found(const struct vm_merge *m, const struct vm_device *wanted)
{
	const char *uuid = vm_mdev_uuid(wanted->mdev);

	for (size_t i = 0; i < m->found->device_count; i++) {
		const struct vm_device *device = &m->found->devices[i];

		if (uuid ? device->mdev && strcmp(device->mdev, uuid) == 0
			 : vm_address_equal(&device->host, &wanted->host))
			return device;
	}
	return NULL;
}

/* Whether another element than `own` has this alias. */
static bool alias_taken(const struct vm_merge *m, const char *alias,
			const struct vm_xml_element *own)
{
	for (const struct vm_xml_element *e = m->devices->first; e; e = e->next) {
		if (e != own && vm_xml_attr_is(vm_xml_child(e, "alias"), "name", alias))
			return true;
	}
	return false;
}

const char *vm_merge_alias(const struct vm_merge *m, const struct vm_device *wanted, char *room,
			   size_t size)
{
	const struct vm_device *found = vm_merge_found(m, wanted);
	const struct vm_xml_element *own = found ? vm_merge_element_at(m, found->at) : NULL;
	const char *name = vm_libvirt_is_user_alias(wanted->id) ? wanted->id : VM_LIBVIRT_ALIAS;

	if (found && vm_libvirt_is_user_alias(found->id)) {
		snprintf(room, size, "%s", found->id);
		return room;
	}
	if (!wanted->property_count)
		return NULL;
	snprintf(room, size, "%s", name);
	for (unsigned i = 2; alias_taken(m, room, own); i++)
		snprintf(room, size, "%s-%u", name, i);
	return room;
}

static void set_rom(struct vm_merge *m, const struct vm_xml_element *e,
		    const struct vm_device *wanted, const struct vm_xml_out *out)
{
	const struct vm_xml_element *rom = vm_xml_child(e, "rom");

	if (!wanted->rom_file)
		return;
	if (!rom) {
		vm_xml_line(out, 0, "<rom file='%s'/>", wanted->rom_file);
		return;
	}
	vm_edit_set_attr(&m->edits, rom, "file", wanted->rom_file);
	vm_edit_attr(&m->edits, rom, "bar", "on");
	vm_edit_drop_attr(&m->edits, rom, "enabled");
}

static void set_alias(struct vm_merge *m, const struct vm_xml_element *e, const char *alias,
		      const struct vm_xml_out *out)
{
	const struct vm_xml_element *found = vm_xml_child(e, "alias");

	if (!alias)
		return;
	if (found)
		vm_edit_set_attr(&m->edits, found, "name", alias);
	else
		vm_xml_line(out, 0, "<alias name='%s'/>", alias);
}

static void set_guest(struct vm_merge *m, const struct vm_xml_element *e,
		      const struct vm_device *wanted, const struct vm_address *is,
		      const struct vm_xml_out *out)
{
	const struct vm_xml_element *address = vm_xml_child(e, "address");
	struct build lines = build_new(VM_XML_MAX_BYTES);
	struct vm_xml_out swap = *out;

	if (!wanted->guest.known || vm_address_equal(is, &wanted->guest))
		return;
	if (!address) {
		vm_libvirt_put_guest(out, 0, &wanted->guest);
		return;
	}
	swap.text = &lines;
	vm_libvirt_put_guest(&swap, 0, &wanted->guest);
	if (lines.err == IGDROM_OK)
		vm_edit_swap(&m->edits, address, &lines);
	else
		m->edits.err = lines.err;
	build_free(&lines);
}

/* A hostdev that is there: only what is wanted otherwise changes. */
static void change(struct vm_merge *m, const struct vm_xml_element *e,
		   const struct vm_device *wanted, const struct vm_device *found)
{
	struct build lines = build_new(VM_XML_MAX_BYTES);
	char indent[VM_MERGE_INDENT];
	char room[96];
	struct vm_xml_out out = vm_edit_style(m->doc, e, &lines, indent, sizeof(indent));

	set_alias(m, e, vm_merge_alias(m, wanted, room, sizeof(room)), &out);
	set_rom(m, e, wanted, &out);
	set_guest(m, e, wanted, &found->guest, &out);
	if (found->x_vga && !vm_device_property(wanted, "x-vga")) {
		report_add(m->report, FINDING_VM_LIBVIRT_XVGA, e->at, REPORT_NO_ARGS);
		vm_edit_drop_attr(&m->edits, e, "xvga");
	}
	if (lines.err != IGDROM_OK)
		m->edits.err = lines.err;
	else if (lines.size)
		vm_edit_append(&m->edits, e, &lines);
	build_free(&lines);
}

static void merge_one(struct vm_merge *m, const struct vm_device *wanted)
{
	const struct vm_device *found = vm_merge_found(m, wanted);
	const struct vm_xml_element *e = found ? vm_merge_element_at(m, found->at) : NULL;
	char indent[VM_MERGE_INDENT];
	char room[96];
	struct vm_xml_out out =
		vm_edit_style(m->doc, m->devices, &m->new_devices, indent, sizeof(indent));

	if (wanted->mdev && !vm_mdev_uuid(wanted->mdev))
		vm_merge_refuse(m, FINDING_VM_LIBVIRT_MDEV, IGDROM_NO_OFFSET,
				REPORT_ARGS(ARG_S(wanted->mdev)));
	else if (found && !vm_xml_is(e, VM_XML_NS_NONE, "hostdev"))
		vm_merge_refuse(m, FINDING_VM_LIBVIRT_COMMANDLINE_DEVICE, found->at,
				REPORT_NO_ARGS);
	else if (e)
		change(m, e, wanted, found);
	else
		vm_libvirt_put_hostdev(&out, 0, wanted,
				       vm_merge_alias(m, wanted, room, sizeof(room)));
}

void vm_merge_hostdevs(struct vm_merge *m)
{
	for (size_t i = 0; i < m->wanted->device_count; i++)
		merge_one(m, &m->wanted->devices[i]);
}
