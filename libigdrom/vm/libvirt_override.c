/* SPDX-License-Identifier: BSD-2-Clause */
/* Properties of a GPU in qemu:override, and the older ways to say the same that it replaces. */
#include "vm/libvirt_merge.h"

#include "core/report.h"

#include <stdio.h>
#include <string.h>

struct target {
	const struct vm_device *wanted;
	const char *alias;     /* what the device is called from now on; NULL: no name is needed */
	const char *old_alias; /* what it was called; NULL: it is new */
	bool seen[VM_MAX_PROPERTIES];
	struct vm_xml_element *first; /* of the elements about it */
	size_t kept;
};

/* Properties that a plan has the say in; others are the user's. */
static bool is_ours(const char *name)
{
	static const char *const names[] = {"x-vga", "romfile", "rombar",
					    "addr",  "bus",     "multifunction"};

	if (strncmp(name, "x-igd-", 6) == 0 || strncmp(name, "x-pci-", 6) == 0)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

static bool is_about(const struct target *t, const char *alias)
{
	return alias && ((t->alias && strcmp(alias, t->alias) == 0) ||
			 (t->old_alias && strcmp(alias, t->old_alias) == 0));
}

static size_t wanted_index(const struct target *t, const char *name)
{
	size_t i = 0;

	while (i < t->wanted->property_count && strcmp(t->wanted->properties[i].name, name) != 0)
		i++;
	return i;
}

static void drop_property(struct vm_merge *m, const struct vm_xml_element *p, const char *name)
{
	report_add(m->report, FINDING_VM_LIBVIRT_PROPERTY_DROPPED, p->at, REPORT_ARGS(ARG_S(name)));
	vm_edit_drop(&m->edits, p);
}

static void change_property(struct vm_merge *m, const struct vm_xml_element *p,
			    const struct vm_property *wanted)
{
	struct build lines = build_new(VM_XML_MAX_BYTES);
	char indent[VM_MERGE_INDENT];
	struct vm_xml_out out = vm_edit_style(m->doc, p->parent, &lines, indent, sizeof(indent));
	const char *type = vm_libvirt_property_type(wanted);
	char number[VM_LIBVIRT_NUMBER];

	if (vm_xml_attr(p, "type") && vm_xml_attr(p, "value")) {
		vm_edit_attr(&m->edits, p, "type", type);
		vm_edit_attr(&m->edits, p, "value", vm_libvirt_property_value(wanted, number));
	} else {
		vm_libvirt_put_property(&out, 0, p->prefix ? p->prefix : m->prefix, wanted);
		vm_edit_swap(&m->edits, p, &lines);
	}
	build_free(&lines);
}

static void merge_property(struct vm_merge *m, struct target *t, const struct vm_xml_element *p)
{
	const char *name = vm_xml_attr(p, "name");
	size_t index = name ? wanted_index(t, name) : 0;

	if (!name || !vm_merge_is_qemu(m, p, "property")) {
		t->kept++;
	} else if (index < t->wanted->property_count && !t->seen[index]) {
		t->seen[index] = true;
		t->kept++;
		change_property(m, p, &t->wanted->properties[index]);
	} else if (index < t->wanted->property_count) {
		vm_edit_drop(&m->edits, p); /* said twice */
	} else if (is_ours(name)) {
		drop_property(m, p, name);
	} else {
		t->kept++;
	}
}

/* Lines for the wanted properties that no element has yet. */
static void put_missing(const struct target *t, const struct vm_xml_out *out, const char *prefix)
{
	for (size_t i = 0; i < t->wanted->property_count; i++) {
		if (!t->seen[i])
			vm_libvirt_put_property(out, 0, prefix, &t->wanted->properties[i]);
	}
}

static size_t missing(const struct target *t)
{
	size_t count = 0;

	for (size_t i = 0; i < t->wanted->property_count; i++)
		count += !t->seen[i];
	return count;
}

static struct vm_xml_element *frontend_of(const struct vm_merge *m, const struct vm_xml_element *e)
{
	struct vm_xml_element *f = e->first;

	while (f && !vm_merge_is_qemu(m, f, "frontend"))
		f = f->next;
	return f;
}

/* What is missing goes into the first element about the device. */
static void complete(struct vm_merge *m, struct target *t)
{
	const struct vm_xml_element *frontend = frontend_of(m, t->first);
	const char *prefix = t->first->prefix ? t->first->prefix : m->prefix;
	struct build lines = build_new(VM_XML_MAX_BYTES);
	char indent[VM_MERGE_INDENT];
	struct vm_xml_out out = vm_edit_style(m->doc, frontend ? frontend : t->first, &lines,
					      indent, sizeof(indent));

	if (frontend) {
		put_missing(t, &out, prefix);
		vm_edit_append(&m->edits, frontend, &lines);
	} else {
		vm_xml_line(&out, 0, "<%s:frontend>", prefix);
		for (size_t i = 0; i < t->wanted->property_count; i++)
			vm_libvirt_put_property(&out, 1, prefix, &t->wanted->properties[i]);
		vm_xml_line(&out, 0, "</%s:frontend>", prefix);
		vm_edit_append(&m->edits, t->first, &lines);
	}
	build_free(&lines);
}

/* Every qemu:device in qemu:override that is about the target. */
static void merge_device(struct vm_merge *m, struct target *t, struct vm_xml_element *e)
{
	size_t before = t->kept;

	for (struct vm_xml_element *f = e->first; f; f = f->next) {
		for (struct vm_xml_element *p = f->first; p; p = p->next)
			merge_property(m, t, p);
		t->kept += !vm_merge_is_qemu(m, f, "frontend");
	}
	if (t->kept == before && (t->first || t->wanted->property_count == 0)) {
		vm_edit_drop(&m->edits, e);
		return;
	}
	if (t->alias)
		vm_edit_attr(&m->edits, e, "alias", t->alias);
	if (!t->first)
		t->first = e;
}

static struct vm_xml_element *next_part(const struct vm_merge *m, struct vm_xml_element *e,
					const char *name)
{
	while (e && !vm_merge_is_qemu(m, e, name))
		e = e->next;
	return e;
}

static void merge_target(struct vm_merge *m, struct target *t)
{
	char indent[VM_MERGE_INDENT];
	struct vm_xml_element *override = next_part(m, m->domain->first, "override");
	struct vm_xml_out out;

	for (struct vm_xml_element *o = override; o; o = next_part(m, o->next, "override")) {
		struct vm_xml_element *e = next_part(m, o->first, "device");

		for (; e; e = next_part(m, e->next, "device")) {
			if (is_about(t, vm_xml_attr(e, "alias")))
				merge_device(m, t, e);
		}
	}
	if (t->first) {
		if (missing(t))
			complete(m, t);
		return;
	}
	if (t->wanted->property_count == 0)
		return;
	out = vm_edit_style(m->doc, override ? override : m->domain, &m->new_override, indent,
			    sizeof(indent));
	vm_libvirt_put_override_device(&out, override ? 0 : 1, m->prefix, t->wanted, t->alias);
}

/* "-set device.ALIAS.PROPERTY=..." of a property that a plan has the say in. */
static bool sets_ours(const struct target *t, const char *value)
{
	const char *names[2] = {t->alias, t->old_alias};

	if (strncmp(value, "device.", 7) != 0)
		return false;
	for (int i = 0; i < 2; i++) {
		size_t length = names[i] ? strlen(names[i]) : 0;

		if (length && strncmp(value + 7, names[i], length) == 0 && value[7 + length] == '.')
			return strncmp(value + 8 + length, "x-igd-", 6) == 0 ||
			       strncmp(value + 8 + length, "x-pci-", 6) == 0 ||
			       strncmp(value + 8 + length, "x-vga=", 6) == 0 ||
			       strncmp(value + 8 + length, "romfile=", 8) == 0 ||
			       strncmp(value + 8 + length, "addr=", 5) == 0 ||
			       strncmp(value + 8 + length, "bus=", 4) == 0;
	}
	return false;
}

/* "-fw_cfg name=NAME,..." of a file that the domain gets by <sysinfo>. */
static bool gives_ours(const struct vm_merge *m, const char *value)
{
	if (strncmp(value, "name=", 5) == 0)
		value += 5;
	for (size_t i = 0; i < m->wanted->fw_cfg_count; i++) {
		size_t length = strlen(m->wanted->fw_cfg[i].name);

		if (strncmp(value, m->wanted->fw_cfg[i].name, length) == 0 &&
		    (value[length] == ',' || value[length] == '\0'))
			return true;
	}
	return false;
}

static bool replaced(const struct vm_merge *m, const struct target *targets, size_t count,
		     const char *option, const char *value)
{
	if (strcmp(option, "-fw_cfg") == 0)
		return gives_ours(m, value);
	for (size_t i = 0; i < count && strcmp(option, "-set") == 0; i++) {
		if (sets_ours(&targets[i], value))
			return true;
	}
	return false;
}

/* Takes arguments out that would contradict or double what the domain says itself. */
static void clean_commandline(struct vm_merge *m, const struct vm_xml_element *commandline,
			      const struct target *targets, size_t count)
{
	size_t left = 0;
	size_t dropped = 0;

	for (struct vm_xml_element *e = commandline->first; e; e = e->next) {
		const char *option = vm_xml_attr(e, "value");
		const char *value = vm_xml_attr(e->next, "value");

		if (!option || !value || !vm_merge_is_qemu(m, e, "arg") ||
		    !vm_merge_is_qemu(m, e->next, "arg") ||
		    !replaced(m, targets, count, option, value)) {
			left++;
			continue;
		}
		report_add(m->report, FINDING_VM_LIBVIRT_ARG_DROPPED, e->at,
			   REPORT_ARGS(ARG_S(option), ARG_S(value)));
		vm_edit_drop(&m->edits, e);
		e = e->next;
		vm_edit_drop(&m->edits, e);
		dropped++;
	}
	if (!left && dropped)
		vm_edit_drop(&m->edits, commandline);
}

/* Takes a qemu:override out of which nothing is left. */
static void drop_empty(struct vm_merge *m, const struct target *targets, size_t count)
{
	struct vm_xml_element *o = next_part(m, m->domain->first, "override");

	for (; o; o = next_part(m, o->next, "override")) {
		bool left = false;

		for (const struct vm_xml_element *e = o->first; e && !left; e = e->next) {
			size_t i = 0;

			while (i < count && !is_about(&targets[i], vm_xml_attr(e, "alias")))
				i++;
			left = i == count || targets[i].first || targets[i].kept ||
			       !vm_merge_is_qemu(m, e, "device");
		}
		if (o->first && !left)
			vm_edit_drop(&m->edits, o);
	}
}

static void flush(struct vm_merge *m)
{
	struct vm_xml_element *override = next_part(m, m->domain->first, "override");
	struct build lines = build_new(VM_XML_MAX_BYTES);
	char indent[VM_MERGE_INDENT];
	struct vm_xml_out out = vm_edit_style(m->doc, m->domain, &lines, indent, sizeof(indent));

	if (override) {
		vm_edit_append(&m->edits, override, &m->new_override);
	} else {
		vm_xml_line(&out, 0, "<%s:override>", m->prefix);
		build_bytes(&lines, m->new_override.data, m->new_override.size);
		vm_xml_line(&out, 0, "</%s:override>", m->prefix);
		vm_edit_append(&m->edits, m->domain, &lines);
	}
	if (lines.err != IGDROM_OK)
		m->edits.err = lines.err;
	build_free(&lines);
}

void vm_merge_override(struct vm_merge *m)
{
	static const struct target none;
	struct target targets[VM_MAX_DEVICES];
	char aliases[VM_MAX_DEVICES][96];
	struct vm_xml_element *commandline = next_part(m, m->domain->first, "commandline");

	for (size_t i = 0; i < m->wanted->device_count; i++) {
		const struct vm_device *wanted = &m->wanted->devices[i];
		const struct vm_device *found = vm_merge_found(m, wanted);

		targets[i] = none;
		targets[i].wanted = wanted;
		targets[i].alias = vm_merge_alias(m, wanted, aliases[i], sizeof(aliases[i]));
		targets[i].old_alias = found ? found->id : NULL;
		merge_target(m, &targets[i]);
	}
	if (m->new_override.size)
		flush(m);
	else
		drop_empty(m, targets, m->wanted->device_count);
	for (; commandline; commandline = next_part(m, commandline->next, "commandline"))
		clean_commandline(m, commandline, targets, m->wanted->device_count);
}
