/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual machines that are defined on a machine: /etc/pve/qemu-server/VMID.conf (pve-docs, chapter
 * "Proxmox Cluster File System"), /etc/libvirt/qemu/NAME.xml.
 */
#include "host/host.h"

#include "changes/file.h"
#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PVE         "/etc/pve"
#define PVE_NODES   PVE "/nodes"
#define MAPPINGS    PVE "/mapping/pci.cfg"
#define LIBVIRT     "/etc/libvirt/qemu"
#define PATH_ROOM   600
#define MAPPING_MAX (1u << 20)

/* A scan of virtual machines: what the mappings of a cluster are made of. */
struct vms {
	struct scan *scan;
	struct igdrom_bytes mappings;
	char *node; /* name of this machine in the cluster */
};

static struct igdrom_host_vm *add_vm(struct scan *scan, const char *path, struct part name)
{
	struct igdrom_host *host = scan->host;
	size_t count = host->vm_count;
	struct igdrom_host_vm *vm = host->vms;

	if ((count & (count - 1)) == 0)
		vm = realloc(vm, (count ? count * 2 : 1) * sizeof(*vm));
	if (!vm) {
		scan->no_memory = true;
		return NULL;
	}
	host->vms = vm;
	vm += count;
	host->vm_count++;
	*vm = (struct igdrom_host_vm){
		.path = text_clean(path, strlen(path), strlen(path)),
		.name = text_clean(name.p, name.size, name.size),
	};
	if (!vm->path || !vm->name)
		scan->no_memory = true;
	return vm;
}

static void uses(struct vms *vms, struct igdrom_host_vm *vm, const char *address)
{
	const struct igdrom_pci_function *igd = igdrom_host_igd(vms->scan->host);
	struct igdrom_pci_address at;

	if (!igd || !address || igdrom_pci_address_parse(address, &at) != IGDROM_OK)
		return;
	if (igdrom_host_function_find(vms->scan->host, &at) == igd)
		vm->uses_igd = true;
	else if (host_physical_of(vms->scan->host, &at) == igd)
		vm->uses_vf = true;
}

/* "id=8086:4680,node=pve1,path=0000:00:02.0": paths are separated by ';', slots stand for all. */
static void use_map(struct vms *vms, struct igdrom_host_vm *vm, struct part map)
{
	struct part path = {NULL, 0};
	char address[32];

	while (map.size) {
		struct part word = part_trim(part_until(&map, ','));

		if (part_starts(&word, "node=") && vms->node && !part_is(word, vms->node))
			return;
		if (part_starts(&word, "path="))
			path = word;
	}
	while (path.size) {
		struct part one = part_until(&path, ';');
		bool slot = one.size && !memchr(one.p, '.', one.size);

		if (one.size > 20)
			continue;
		snprintf(address, sizeof(address), "%.*s%s", (int)one.size, one.p,
			 slot ? ".0" : "");
		uses(vms, vm, address);
	}
}

/* A section of the file of mappings: its name, then indented lines. */
static void use_mapping(struct vms *vms, struct igdrom_host_vm *vm, struct part name)
{
	struct part rest = part_of(vms->mappings), line, word;
	bool inside = false;

	while (part_line(&rest, &line)) {
		bool indented = line.size && (line.p[0] == ' ' || line.p[0] == '\t');

		word = part_word(&line);
		if (!word.size)
			continue;
		if (!indented)
			inside = word.size == name.size && !memcmp(word.p, name.p, name.size);
		else if (inside && part_is(word, "map"))
			use_map(vms, vm, part_trim(line));
	}
}

/* Devices that a configuration names by a mapping. */
static void use_mappings(struct vms *vms, struct igdrom_host_vm *vm, struct igdrom_bytes text)
{
	struct part rest = part_of(text), line, word;

	/* What is in sections are snapshots. */
	while (vms->mappings.size && part_line(&rest, &line) && !part_starts(&line, "[")) {
		if (!part_starts(&line, "hostpci"))
			continue;
		part_until(&line, ':');
		while (line.size) {
			word = part_trim(part_until(&line, ','));
			if (part_starts(&word, "mapping="))
				use_mapping(vms, vm, word);
		}
	}
}

/* A domain has a name of its own; that of its file is the same as long as libvirt writes it. */
static void rename_vm(struct scan *scan, struct igdrom_host_vm *vm, const char *name)
{
	char *copy = name && *name ? text_clean(name, strlen(name), strlen(name)) : NULL;

	if (!copy) {
		scan->no_memory = scan->no_memory || (name && *name);
		return;
	}
	free(vm->name);
	vm->name = copy;
}

static void read_vm(struct vms *vms, const char *path, struct part name,
		    enum igdrom_vm_format format)
{
	struct scan *scan = vms->scan;
	struct igdrom_host_vm *vm;
	struct igdrom_bytes text;
	enum igdrom_status status;

	if (!host_file(scan, path, IGDROM_VM_MAX_TEXT_BYTES, &text))
		return;
	vm = add_vm(scan, path, name);
	if (!vm) {
		igdrom_bytes_free(&text);
		return;
	}
	status = igdrom_vm_config_read(text.data, text.size, format, NULL, &vm->config);
	if (status == IGDROM_E_NOMEM)
		scan->no_memory = true;
	else if (status != IGDROM_OK)
		SAY(scan->report, "host-vm-unreadable", SAY_TEXT(path),
		    SAY_TEXT(igdrom_strerror(status)));
	if (format != IGDROM_VM_FORMAT_PVE)
		rename_vm(scan, vm, igdrom_vm_config_name(vm->config));
	for (size_t i = 0; i < igdrom_vm_config_device_count(vm->config); i++)
		uses(vms, vm, igdrom_vm_config_device_host(vm->config, i));
	if (format == IGDROM_VM_FORMAT_PVE)
		use_mappings(vms, vm, text);
	igdrom_bytes_free(&text);
}

static bool is_number(struct part text)
{
	for (size_t i = 0; i < text.size; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
	}
	return text.size > 0;
}

static void read_vms(struct vms *vms, const char *directory, const char *ending,
		     enum igdrom_vm_format format)
{
	struct below_names names;
	char path[PATH_ROOM];

	if (!host_names(vms->scan, directory, &names))
		return;
	for (size_t i = 0; i < names.count; i++) {
		size_t size = strlen(names.names[i]), end = strlen(ending);
		struct part name = {names.names[i], size > end ? size - end : 0};

		if (!name.size || strcmp(name.p + name.size, ending) != 0 ||
		    (format == IGDROM_VM_FORMAT_PVE && !is_number(name)))
			continue;
		if (vms->scan->host->vm_count == HOST_MAX_VMS) {
			SAY(vms->scan->report, "host-too-many", SAY_TEXT(directory),
			    SAY_NUMBER(HOST_MAX_VMS));
			break;
		}
		snprintf(path, sizeof(path), "%s/%s", directory, names.names[i]);
		read_vm(vms, path, name, format);
	}
	below_names_free(&names);
}

/* A capture may have left the link to this node's own directory out. */
static void read_nodes(struct vms *vms)
{
	struct below_names names;
	char path[PATH_ROOM];

	if (!host_names(vms->scan, PVE_NODES, &names))
		return;
	for (size_t i = 0; i < names.count; i++) {
		if (vms->node && strcmp(vms->node, names.names[i]) != 0)
			continue;
		snprintf(path, sizeof(path), PVE_NODES "/%s/qemu-server", names.names[i]);
		read_vms(vms, path, ".conf", IGDROM_VM_FORMAT_PVE);
	}
	below_names_free(&names);
}

static int by_path(const void *a, const void *b)
{
	const struct igdrom_host_vm *left = a, *right = b;

	return strcmp(left->path, right->path);
}

void host_scan_vms(struct scan *scan)
{
	struct vms vms = {.scan = scan};
	struct igdrom_host *host = scan->host;
	int directory, error = below_directory(scan->root, PVE, &directory);

	scan->no_memory |= error == ENOMEM;
	if (!error) {
		if (below_link_at(directory, "local", &vms.node) == ENOMEM)
			scan->no_memory = true;
		close(directory);
	}
	if (!host_file(scan, MAPPINGS, MAPPING_MAX, &vms.mappings))
		vms.mappings = (struct igdrom_bytes){0};
	if (below_exists(scan->root, PVE "/qemu-server"))
		read_vms(&vms, PVE "/qemu-server", ".conf", IGDROM_VM_FORMAT_PVE);
	else
		read_nodes(&vms);
	read_vms(&vms, LIBVIRT, ".xml", IGDROM_VM_FORMAT_UNKNOWN);
	igdrom_bytes_free(&vms.mappings);
	free(vms.node);
	if (host->vm_count && !scan->no_memory)
		qsort(host->vms, host->vm_count, sizeof(*host->vms), by_path);
}
