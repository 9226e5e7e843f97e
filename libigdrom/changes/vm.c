/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/changes.h"

#include "changes/file.h"
#include "changes/place.h"
#include "changes/run.h"
#include "vm/pve.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PVE_NODES "/etc/pve/nodes"

static enum igdrom_status missing(struct igdrom_report *report, const char *name)
{
	SAY(report, "changes-vm-missing", SAY_TEXT(name));
	return IGDROM_E_NOT_FOUND;
}

/* The configuration with the plan merged in, as a step that edits a file. */
static enum igdrom_status edit(struct igdrom_changes *changes, const struct igdrom_vm_plan *plan,
			       enum igdrom_vm_format format, const char *path,
			       const struct igdrom_bytes *existing, struct igdrom_report *report)
{
	struct igdrom_bytes text;
	enum igdrom_status status;
	char why[128];

	status = igdrom_vm_write(plan, format, existing->data, existing->size, report, &text);
	if (status != IGDROM_OK)
		return status;
	snprintf(why, sizeof(why), "the graphics of the virtual machine, by the rules of QEMU %s",
		 igdrom_vm_plan_qemu(plan));
	status = igdrom_changes_add_file(changes, path, text.data, text.size, 0, why, report);
	igdrom_bytes_free(&text);
	return status;
}

/* The value of a key in the head of a PVE configuration. */
static bool find_key(const struct igdrom_bytes *text, const char *key, char *value, size_t room)
{
	const char *line = (const char *)text->data;
	size_t left = text->size, length = strlen(key);

	while (left && line[0] != '[') {
		const char *newline = memchr(line, '\n', left);
		size_t size = newline ? (size_t)(newline - line) : left;

		if (size > length + 1 && !memcmp(line, key, length) && line[length] == ':') {
			snprintf(value, room, "%.*s", (int)(size - length - 1), line + length + 1);
			return true;
		}
		left -= newline ? size + 1 : size;
		line += newline ? size + 1 : size;
	}
	return false;
}

static bool has_pending(const struct igdrom_bytes *text)
{
	static const char head[] = "\n[PENDING]";

	for (size_t i = 0; i + sizeof(head) - 1 <= text->size; i++) {
		if (!memcmp(text->data + i, head, sizeof(head) - 1))
			return true;
	}
	return false;
}

/* Adds a name to a list with a comma between. */
static void append_name(char *list, size_t room, const char *name)
{
	size_t used = strlen(list);

	snprintf(list + used, room - used, "%s%s", used ? ", " : "", name);
}

/* The nodes of a PVE cluster without the one whose configuration this is. */
static void other_nodes(const struct igdrom_changes *changes, const char *real, char *list,
			size_t room)
{
	const char *own =
		strncmp(real, PVE_NODES "/", sizeof(PVE_NODES)) ? "" : real + sizeof(PVE_NODES);
	size_t own_size = strcspn(own, "/");
	struct dirent *entry;
	struct place place;
	DIR *dir = NULL;
	int fd = -1;

	list[0] = '\0';
	if (!own_size || place_find(changes->root_fd, PVE_NODES "/x", 0, &place) != 0)
		return;
	if (place.dir >= 0)
		fd = openat(place.dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	place_free(&place);
	if (fd >= 0)
		dir = fdopendir(fd);
	if (fd >= 0 && !dir)
		close(fd);
	while (dir && (entry = readdir(dir))) {
		size_t size = strlen(entry->d_name);

		if (entry->d_name[0] != '.' &&
		    (size != own_size || memcmp(entry->d_name, own, size) != 0))
			append_name(list, room, entry->d_name);
	}
	if (dir)
		closedir(dir);
}

/* Where the ROM has to lie; false when the plan has none, or names no place. */
static bool rom_path(const struct igdrom_vm_plan *plan, enum igdrom_vm_format format,
		     char path[PATH_MAX])
{
	const char *name = igdrom_vm_config_device_rom_file(igdrom_vm_plan_config(plan), 0);
	int size;

	if (!name || !*name)
		return false;
	if (name[0] == '/')
		size = snprintf(path, PATH_MAX, "%s", name);
	else if (format == IGDROM_VM_FORMAT_PVE)
		size = snprintf(path, PATH_MAX, "%s%s", VM_PVE_ROMS, name);
	else
		return false;
	return size > 0 && size < PATH_MAX;
}

static enum igdrom_status add_rom(struct igdrom_changes *changes, const struct igdrom_vm_plan *plan,
				  enum igdrom_vm_format format, const void *rom, size_t rom_size,
				  struct igdrom_report *report)
{
	char path[PATH_MAX];

	if (!rom)
		return IGDROM_OK;
	if (!rom_path(plan, format, path)) {
		igdrom_report_add(report, "changes-rom-nowhere", IGDROM_NO_OFFSET, NULL, 0);
		return IGDROM_E_INVAL;
	}
	return igdrom_changes_add_file(changes, path, rom, rom_size, 0644,
				       "the ROM, where the hypervisor looks for it", report);
}

static enum igdrom_status advise_nodes(struct igdrom_changes *changes,
				       const struct igdrom_vm_plan *plan, const char *real)
{
	char path[PATH_MAX], nodes[512], text[PATH_MAX + 1024];

	other_nodes(changes, real, nodes, sizeof(nodes));
	if (!nodes[0] || !rom_path(plan, IGDROM_VM_FORMAT_PVE, path))
		return IGDROM_OK;
	snprintf(
		text, sizeof(text),
		"The ROM is not shared in the cluster: copy %s to the other nodes too (%s), if the "
		"virtual machine may ever run there.",
		path, nodes);
	return igdrom_changes_add_advice(changes, text);
}

/* The real path of a file, which tells its node; "" when it cannot be told. */
static void real_of(const struct igdrom_changes *changes, const char *path, char real[PATH_MAX])
{
	struct place place;

	real[0] = '\0';
	if (place_find(changes->root_fd, path, 0, &place) != 0)
		return;
	snprintf(real, PATH_MAX, "%s", place.real);
	place_free(&place);
}

static enum igdrom_status add_pve(struct igdrom_changes *changes, const struct igdrom_vm_plan *plan,
				  const char *into, struct igdrom_report *report)
{
	char path[PATH_MAX], real[PATH_MAX], lock[64];
	struct igdrom_bytes existing;
	enum igdrom_status status;

	if (into[0] != '/')
		snprintf(path, sizeof(path), "/etc/pve/qemu-server/%.20s.conf", into);
	else
		snprintf(path, sizeof(path), "%s", into);
	status = igdrom_changes_content(changes, path, report, &existing);
	if (status == IGDROM_E_NOT_FOUND)
		return missing(report, path);
	if (status != IGDROM_OK)
		return status;
	if (find_key(&existing, "lock", lock, sizeof(lock))) {
		SAY(report, "changes-vm-locked", SAY_TEXT(path),
		    SAY_TEXT(lock + strspn(lock, " ")));
		status = IGDROM_E_REFUSED;
	}
	if (status == IGDROM_OK)
		status = edit(changes, plan, IGDROM_VM_FORMAT_PVE, path, &existing, report);
	if (status == IGDROM_OK && has_pending(&existing))
		SAY(report, "changes-vm-pending", SAY_TEXT(path));
	igdrom_bytes_free(&existing);
	real_of(changes, path, real);
	return status == IGDROM_OK ? advise_nodes(changes, plan, real) : status;
}

/* A file that is edited as it is: a script, or a domain that is defined by hand. */
static enum igdrom_status add_plain(struct igdrom_changes *changes,
				    const struct igdrom_vm_plan *plan, enum igdrom_vm_format format,
				    const char *into, struct igdrom_report *report)
{
	char real[PATH_MAX], text[PATH_MAX + 128];
	struct igdrom_bytes existing;
	enum igdrom_status status;

	real_of(changes, into, real);
	if (format != IGDROM_VM_FORMAT_QEMU &&
	    (!strncmp(real, "/etc/libvirt/", 13) || !strncmp(real, "/run/libvirt/", 13))) {
		SAY(report, "changes-libvirt-own", SAY_TEXT(into));
		return IGDROM_E_REFUSED;
	}
	status = igdrom_changes_content(changes, into, report, &existing);
	if (status == IGDROM_E_NOT_FOUND)
		return missing(report, into);
	if (status != IGDROM_OK)
		return status;
	status = edit(changes, plan, format, into, &existing, report);
	igdrom_bytes_free(&existing);
	if (status != IGDROM_OK || format == IGDROM_VM_FORMAT_QEMU)
		return status;
	snprintf(text, sizeof(text), "Define the domain with: virsh define %s", into);
	return igdrom_changes_add_advice(changes, text);
}

/* Words of virsh about a domain; the last two are the domain and NULL. */
static enum igdrom_status add_define(struct igdrom_changes *changes,
				     const struct igdrom_bytes *existing,
				     const struct igdrom_bytes *text, const char *const *dump,
				     const char *qemu, struct igdrom_report *report)
{
	char now[64], before[64], why[128];
	const char *argv[] = {"virsh", "define", now, NULL};
	const char *inverse[] = {"virsh", "define", before, NULL};
	enum igdrom_status status;
	struct change *step;

	snprintf(now, sizeof(now), "@domain-%zu.xml", changes->attached_count);
	snprintf(before, sizeof(before), "@domain-%zu-before.xml", changes->attached_count);
	snprintf(why, sizeof(why), "the graphics of the virtual machine, by the rules of QEMU %s",
		 qemu);
	status = igdrom_changes_attach(changes, now + 1, text->data, text->size, existing->data,
				       existing->size);
	if (status == IGDROM_OK)
		status = igdrom_changes_attach(changes, before + 1, existing->data, existing->size,
					       NULL, 0);
	if (status == IGDROM_OK)
		status = igdrom_changes_add_command(changes, argv, inverse, why, report);
	if (status != IGDROM_OK)
		return status;
	step = &changes->steps[changes->count - 1];
	step->done =
		existing->size == text->size && !memcmp(existing->data, text->data, text->size);
	step->watch = changes_copy_words(dump);
	digest_sha256_hex(existing->data, existing->size, step->watched);
	return step->watch ? IGDROM_OK : IGDROM_E_NOMEM;
}

/* A domain of the libvirt that runs here: asked for, and defined, by its own program. */
static enum igdrom_status add_domain(struct igdrom_changes *changes,
				     const struct igdrom_vm_plan *plan,
				     enum igdrom_vm_format format, const char *name,
				     struct igdrom_report *report)
{
	/* Without --security-info its passwords would be lost with the new definition. */
	const char *dump[] = {"virsh",    "dumpxml", "--inactive", "--security-info",
			      "--domain", name,      NULL};
	struct igdrom_bytes existing, text;
	enum igdrom_status status;
	char **words;

	if (name[0] == '-')
		return IGDROM_E_INVAL;
	if (changes->captured) {
		SAY(report, "changes-domain-captured", SAY_TEXT(name));
		return IGDROM_E_NOT_FOUND;
	}
	words = changes_copy_words(dump);
	if (!words)
		return IGDROM_E_NOMEM;
	status = state_watch(words, report, NULL, &existing);
	changes_free_words(words);
	if (status != IGDROM_OK)
		return status == IGDROM_E_IO ? missing(report, name) : status;
	status = igdrom_vm_write(plan, format, existing.data, existing.size, report, &text);
	if (status == IGDROM_OK) {
		status = add_define(changes, &existing, &text, dump, igdrom_vm_plan_qemu(plan),
				    report);
		igdrom_bytes_free(&text);
	}
	igdrom_bytes_free(&existing);
	return status;
}

static enum igdrom_status add_machine(struct igdrom_changes *changes,
				      const struct igdrom_vm_plan *plan,
				      enum igdrom_vm_format format, const char *into,
				      struct igdrom_report *report)
{
	bool path = into[0] == '/';

	switch (format) {
	case IGDROM_VM_FORMAT_PVE:
		if (!path && strspn(into, "0123456789") != strlen(into))
			return IGDROM_E_INVAL;
		return add_pve(changes, plan, into, report);
	case IGDROM_VM_FORMAT_LIBVIRT:
	case IGDROM_VM_FORMAT_UNRAID:
		return path ? add_plain(changes, plan, format, into, report)
			    : add_domain(changes, plan, format, into, report);
	case IGDROM_VM_FORMAT_QEMU:
		return path ? add_plain(changes, plan, format, into, report) : IGDROM_E_INVAL;
	default:
		return IGDROM_E_INVAL;
	}
}

enum igdrom_status igdrom_changes_add_vm(struct igdrom_changes *changes,
					 const struct igdrom_vm_plan *plan,
					 enum igdrom_vm_format format, const char *into,
					 const void *rom, size_t rom_size,
					 struct igdrom_report *report)
{
	enum igdrom_status status;
	size_t count, attached;

	if (!changes || !plan || !into || !*into || strlen(into) >= MAX_TEXT || (!rom && rom_size))
		return IGDROM_E_INVAL;
	if (!igdrom_vm_plan_possible(plan))
		return IGDROM_E_STATE;
	count = changes->count;
	attached = changes->attached_count;
	/* The ROM first: a configuration never names one that is not there. */
	status = add_rom(changes, plan, format, rom, rom_size, report);
	if (status == IGDROM_OK)
		status = add_machine(changes, plan, format, into, report);
	if (status != IGDROM_OK)
		changes_shrink(changes, count, attached);
	return status;
}
