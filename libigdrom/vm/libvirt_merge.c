/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A change merged into a domain. Where is known from the tree, what is known from the plan; the
 * text is changed at those places and nowhere else.
 */
#include "vm/libvirt_merge.h"

#include "core/report.h"
#include "vm/libvirt.h"

#include <stdio.h>
#include <string.h>

struct vm_xml_element *vm_merge_element_at(const struct vm_merge *m, uint64_t at)
{
	size_t low = 0;
	size_t high = m->doc->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (m->doc->elements[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < m->doc->count && m->doc->elements[low].at == at ? &m->doc->elements[low]
								     : NULL;
}

bool vm_merge_is_qemu(const struct vm_merge *m, const struct vm_xml_element *e, const char *name)
{
	if (!e || strcmp(e->name, name) != 0)
		return false;
	return e->ns == VM_XML_NS_QEMU || (e->ns == VM_XML_NS_UNBOUND && !m->doc->qemu_prefix &&
					   strcmp(e->prefix, m->prefix) == 0);
}

void vm_merge_refuse(struct vm_merge *m, enum finding_code code, uint64_t at,
		     const struct igdrom_finding_arg *args, size_t arg_count)
{
	report_add(m->report, code, at, args, arg_count);
	m->refused = true;
}

static const char *machine_name(enum vm_machine machine)
{
	return machine == VM_MACHINE_Q35      ? "q35"
	       : machine == VM_MACHINE_I440FX ? "i440fx"
					      : "something else";
}

static const char *firmware_name(enum vm_firmware firmware)
{
	return firmware == VM_FIRMWARE_OVMF ? "OVMF" : "SeaBIOS";
}

/* An installed guest does not survive another chipset or firmware: that is for its owner to do. */
static void compare_machine(struct vm_merge *m)
{
	const struct igdrom_vm_config *is = m->found;
	const struct igdrom_vm_config *wanted = m->wanted;

	if (wanted->machine != VM_MACHINE_UNKNOWN && is->machine != wanted->machine)
		vm_merge_refuse(m, FINDING_VM_LIBVIRT_MACHINE, is->machine_at,
				REPORT_ARGS(ARG_S(machine_name(is->machine)),
					    ARG_S(machine_name(wanted->machine))));
	if (wanted->firmware != VM_FIRMWARE_UNKNOWN && is->firmware != VM_FIRMWARE_UNKNOWN &&
	    is->firmware != wanted->firmware)
		vm_merge_refuse(m, FINDING_VM_LIBVIRT_FIRMWARE, is->firmware_at,
				REPORT_ARGS(ARG_S(firmware_name(is->firmware)),
					    ARG_S(firmware_name(wanted->firmware))));
}

static bool wants_properties(const struct igdrom_vm_config *wanted)
{
	for (size_t i = 0; i < wanted->device_count; i++) {
		if (wanted->devices[i].property_count)
			return true;
	}
	return false;
}

/*
 * unraid puts a line of its own in place of the whole line that has "<domain type='kvm'" in it when
 * the text has <qemu:override> or <qemu:commandline> (domain_define() of its libvirt.php).
 */
static void check_first_line(struct vm_merge *m)
{
	const char *text = m->doc->text;
	size_t end = m->domain->open_end;
	bool alone = !memchr(text + m->domain->at, '\n', end - m->domain->at);

	for (; alone && end < m->doc->size && text[end] != '\n'; end++)
		alone = text[end] == ' ' || text[end] == '\t' || text[end] == '\r';
	if (!alone)
		vm_merge_refuse(m, FINDING_VM_UNRAID_LINE, m->domain->at, REPORT_NO_ARGS);
}

static void bind_namespace(struct vm_merge *m)
{
	size_t from;
	size_t to;

	m->prefix = m->doc->qemu_prefix ? m->doc->qemu_prefix : "qemu";
	if (!wants_properties(m->wanted))
		return;
	if (m->unraid)
		check_first_line(m);
	if (m->doc->qemu_prefix)
		return;
	if (vm_xml_attr_place(m->doc, m->domain, "xmlns:qemu", &from, &to))
		vm_merge_refuse(m, FINDING_VM_LIBVIRT_NAMESPACE, from,
				REPORT_ARGS(ARG_S("qemu"), ARG_S("override")));
	else
		vm_edit_add_attr(&m->edits, m->domain, " xmlns:qemu='" VM_XML_QEMU_URI "'");
}

/* Everything of a display goes but comments; what is left says that there is none. */
static void empty_video(struct vm_merge *m, const struct vm_xml_element *video)
{
	const struct vm_xml_element *model = vm_xml_child(video, "model");
	char indent[VM_MERGE_INDENT];
	struct build lines = build_new(VM_XML_MAX_BYTES);
	struct vm_xml_out out = vm_edit_style(m->doc, video, &lines, indent, sizeof(indent));

	vm_xml_line(&out, 0, "<model type='none'/>");
	for (const struct vm_xml_element *e = video->first; e; e = e->next) {
		if (e == model)
			vm_edit_swap(&m->edits, e, &lines);
		else
			vm_edit_drop(&m->edits, e);
	}
	if (!model)
		vm_edit_append(&m->edits, video, &lines);
	build_free(&lines);
}

/*
 * <video> of type none is what keeps libvirt from adding one of its own for <graphics>, which may
 * stay: Spice carries USB devices, sound and the clipboard as well.
 */
static void merge_video(struct vm_merge *m)
{
	struct vm_xml_element *video = vm_xml_child(m->devices, "video");
	struct vm_xml_element *graphics = vm_xml_child(m->devices, "graphics");
	char indent[VM_MERGE_INDENT];
	struct vm_xml_out out =
		vm_edit_style(m->doc, m->devices, &m->new_devices, indent, sizeof(indent));

	if (!m->wanted->display || strcmp(m->wanted->display, "none") != 0)
		return;
	for (const struct vm_xml_element *e = vm_xml_next(video, "video"); e;
	     e = vm_xml_next(e, "video"))
		vm_edit_drop(&m->edits, e);
	if (video ? vm_xml_attr_is(vm_xml_child(video, "model"), "type", "none") : !graphics)
		return;
	if (video)
		empty_video(m, video);
	else
		vm_libvirt_put_video_none(&out, 0);
	report_add(m->report, FINDING_VM_LIBVIRT_VIDEO, video ? video->at : graphics->at,
		   REPORT_NO_ARGS);
}

static void merge_debug(struct vm_merge *m)
{
	char indent[VM_MERGE_INDENT];
	struct vm_xml_out out =
		vm_edit_style(m->doc, m->devices, &m->new_devices, indent, sizeof(indent));

	if (m->wanted->debug_console && !m->found->debug_console)
		vm_libvirt_put_debug(&out, 0, m->wanted);
}

/* libvirt before 9.3 has no limit, and it is for the host's own processor model only. */
static void merge_phys_limit(struct vm_merge *m)
{
	struct vm_xml_element *cpu = vm_xml_child(m->domain, "cpu");
	struct vm_xml_element *width = vm_xml_child(cpu, "maxphysaddr");
	struct build lines = build_new(VM_XML_MAX_BYTES);
	char indent[VM_MERGE_INDENT];
	struct vm_xml_out out =
		vm_edit_style(m->doc, cpu ? cpu : m->domain, &lines, indent, sizeof(indent));
	unsigned bits = m->wanted->address_width;

	if (!bits || m->found->address_width == bits)
		goto out;
	if (m->wanted->libvirt < VM_LIBVIRT_PHYS_LIMIT ||
	    !vm_xml_attr_is(cpu, "mode", "host-passthrough")) {
		report_add(m->report, FINDING_VM_LIBVIRT_PHYS_BITS, cpu ? cpu->at : m->domain->at,
			   REPORT_ARGS(ARG_U(bits)));
		goto out;
	}
	vm_libvirt_put_phys_limit(&out, 0, bits);
	if (width)
		vm_edit_swap(&m->edits, width, &lines);
	else
		vm_edit_append(&m->edits, cpu, &lines);
out:
	build_free(&lines);
}

/* Files that plans write; a stale one gives a guest a wrong address. */
static bool is_planned_file(const char *name)
{
	return strcmp(name, "opt/igdrom/stolen-base") == 0 ||
	       strcmp(name, "opt/igdrom/lpc-id") == 0;
}

static void merge_entry(struct vm_merge *m, const struct vm_xml_element *entry,
			bool done[VM_MAX_FW_CFG])
{
	const char *name = vm_xml_attr(entry, "name");
	const struct vm_fw_cfg *wanted = name ? vm_config_fw_cfg(m->wanted, name) : NULL;
	struct build lines = build_new(VM_XML_MAX_BYTES);
	char indent[VM_MERGE_INDENT];
	struct vm_xml_out out =
		vm_edit_style(m->doc, entry->parent, &lines, indent, sizeof(indent));

	if (wanted) {
		done[wanted - m->wanted->fw_cfg] = true;
		vm_libvirt_put_fw_cfg(&out, 0, wanted);
		if (vm_xml_attr(entry, "file") || strcmp(entry->text, wanted->string) != 0)
			vm_edit_swap(&m->edits, entry, &lines);
	} else if (name && is_planned_file(name)) {
		report_add(m->report, FINDING_VM_LIBVIRT_PROPERTY_DROPPED, entry->at,
			   REPORT_ARGS(ARG_S(name)));
		vm_edit_drop(&m->edits, entry);
	}
	build_free(&lines);
}

/* <sysinfo type='fwcfg'>, of which the first one takes what is new. */
static void merge_fw_cfg(struct vm_merge *m)
{
	struct vm_xml_element *first = NULL;
	struct build lines = build_new(VM_XML_MAX_BYTES);
	bool done[VM_MAX_FW_CFG] = {false};
	char indent[VM_MERGE_INDENT];
	struct vm_xml_out out;
	struct vm_xml_element *info = vm_xml_child(m->domain, "sysinfo");

	for (; info; info = vm_xml_next(info, "sysinfo")) {
		if (!vm_xml_attr_is(info, "type", "fwcfg"))
			continue;
		if (!first)
			first = info;
		for (struct vm_xml_element *e = vm_xml_child(info, "entry"); e;
		     e = vm_xml_next(e, "entry"))
			merge_entry(m, e, done);
	}
	out = vm_edit_style(m->doc, first ? first : m->domain, &lines, indent, sizeof(indent));
	for (size_t i = 0; i < m->wanted->fw_cfg_count; i++) {
		if (done[i])
			continue;
		if (!first && !lines.size)
			vm_xml_line(&out, 0, "<sysinfo type='fwcfg'>");
		vm_libvirt_put_fw_cfg(&out, first ? 0 : 1, &m->wanted->fw_cfg[i]);
	}
	if (!first && lines.size)
		vm_xml_line(&out, 0, "</sysinfo>");
	if (lines.err != IGDROM_OK)
		m->edits.err = lines.err;
	else if (lines.size)
		vm_edit_append(&m->edits, first ? first : m->domain, &lines);
	build_free(&lines);
}

static enum igdrom_status merge_all(struct vm_merge *m, struct build *out)
{
	enum igdrom_status status;

	compare_machine(m);
	bind_namespace(m);
	vm_merge_free_slots(m);
	vm_merge_hostdevs(m);
	merge_video(m);
	merge_debug(m);
	merge_phys_limit(m);
	merge_fw_cfg(m);
	vm_merge_override(m);
	if (m->new_devices.size)
		vm_edit_append(&m->edits, m->devices, &m->new_devices);
	status = m->new_devices.err != IGDROM_OK ? m->new_devices.err : m->new_override.err;
	if (status == IGDROM_OK && m->refused)
		status = IGDROM_E_REFUSED;
	return status == IGDROM_OK ? vm_edits_apply(&m->edits, out) : status;
}

enum igdrom_status vm_libvirt_merge(const struct igdrom_vm_config *wanted, bool unraid,
				    const char *existing, size_t size, struct igdrom_report *report,
				    struct build *out)
{
	struct igdrom_vm_config *found = vm_config_new(IGDROM_VM_FORMAT_LIBVIRT);
	struct vm_xml_doc doc = {.text = NULL};
	struct vm_merge m = {.wanted = wanted, .found = found, .unraid = unraid, .report = report};
	enum igdrom_status status =
		found ? vm_read_libvirt(existing, size, report, found) : IGDROM_E_NOMEM;

	if (status == IGDROM_OK)
		status = vm_xml_parse(existing, size, NULL, &doc);
	if (status != IGDROM_OK) {
		vm_config_free(found);
		return status;
	}
	m.doc = &doc;
	m.domain = &doc.elements[0];
	m.devices = vm_xml_child(m.domain, "devices");
	m.edits = vm_edits_new(&doc);
	m.new_devices = build_new(VM_XML_MAX_BYTES);
	m.new_override = build_new(VM_XML_MAX_BYTES);
	if (m.devices) {
		status = merge_all(&m, out);
	} else {
		report_add(report, FINDING_VM_LIBVIRT_NO_DEVICES, m.domain->at, REPORT_NO_ARGS);
		status = IGDROM_E_REFUSED;
	}
	vm_edits_free(&m.edits);
	build_free(&m.new_devices);
	build_free(&m.new_override);
	vm_xml_free(&doc);
	vm_config_free(found);
	return status;
}
