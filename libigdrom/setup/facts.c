/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine, the virtual machine, and whether what is wanted can be had at all. */
#include "setup/internal.h"

#include "vm/pve.h"

#include <stdio.h>
#include <string.h>

/* Where hypervisors can read a ROM; see the rules vm-rom-place-*. AppArmor lets QEMU under libvirt
 * read here; of unraid's folders this one outlives a restart. */
#define LIBVIRT_ROMS "/usr/share/vgabios/"
#define UNRAID_ROMS  "/mnt/user/isos/"
#define OTHER_ROMS   "/var/lib/igdrom/"

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Whether a name can stand in every format, and is no other place than its directory. */
static bool is_plain(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";
	size_t size = strlen(name);

	return size > 0 && size < 128 && name[0] != '.' && name[0] != '-' &&
	       strspn(name, letters) == size;
}

static void rom_directory(const struct igdrom_setup *setup, char out[PATH_MAX])
{
	const char *hypervisor = igdrom_vm_request_get(setup->request, "hypervisor");

	if (hypervisor && !strcmp(hypervisor, "pve")) {
		snprintf(out, PATH_MAX, VM_PVE_ROMS);
	} else if (hypervisor && !strcmp(hypervisor, "libvirt")) {
		snprintf(out, PATH_MAX, LIBVIRT_ROMS);
	} else if (hypervisor && !strcmp(hypervisor, "unraid")) {
		snprintf(out, PATH_MAX, UNRAID_ROMS);
	} else if (setup->format == IGDROM_VM_FORMAT_QEMU && *setup->vm_path) {
		/* Beside the script that starts QEMU. */
		snprintf(out, PATH_MAX, "%s", setup->vm_path);
		*(strrchr(out, '/') + 1) = '\0';
	} else {
		snprintf(out, PATH_MAX, OTHER_ROMS);
	}
}

/* Proxmox VE names ROMs in its own folder without a path. */
static enum igdrom_status find_place(struct igdrom_setup *setup)
{
	const char *said = igdrom_vm_request_get(setup->request, "rom");
	const char *given = setup->rom.name ? base_name(setup->rom.name) : NULL;
	char directory[PATH_MAX], name[160];
	const char *key;

	rom_directory(setup, directory);
	if (given && is_plain(given))
		snprintf(name, sizeof(name), "%s", given);
	else
		snprintf(name, sizeof(name), "igdrom-%04x.rom", setup->device_id);
	if (said && said[0] == '/')
		snprintf(setup->rom_path, sizeof(setup->rom_path), "%s", said);
	else if (snprintf(setup->rom_path, sizeof(setup->rom_path), "%s%s", directory,
			  said ? said : name) >= (int)sizeof(setup->rom_path))
		return IGDROM_E_LIMIT;
	if (said)
		return IGDROM_OK;
	setup->place_is_ours = true;
	key = strcmp(directory, VM_PVE_ROMS) ? setup->rom_path : name;
	return igdrom_vm_request_set(setup->request, "rom", key, setup->report);
}

/* What is not known must be said: all of it is asked for at once. */
static enum igdrom_status ask(struct igdrom_setup *setup)
{
	struct igdrom_vm_plan *plan = NULL;
	enum igdrom_status status;

	status = igdrom_vm_plan_new(setup->request, setup->report, &plan);
	igdrom_vm_plan_free(plan);
	return status == IGDROM_OK ? IGDROM_E_INTERNAL : status;
}

static const char *hypervisor_words(const char *name)
{
	return !strcmp(name, "pve") ? "Proxmox VE" : !strcmp(name, "qemu") ? "plain QEMU" : name;
}

static void say_facts(struct igdrom_setup *setup)
{
	const struct igdrom_device *device = NULL;
	const char *name = NULL, *vm = igdrom_setup_vm(setup);
	const char *qemu = igdrom_vm_plan_qemu(setup->plan);

	if (igdrom_device_lookup(setup->device_id, &device) == IGDROM_OK)
		name = igdrom_device_name(device) ? igdrom_device_name(device)
						  : igdrom_device_codename(device);
	setup_say(setup, IGDROM_SETUP_FACTS, IGDROM_SETUP_DONE,
		  "8086:%04X %s; %s, QEMU %s; %s%s, machine %s, firmware %s.", setup->device_id,
		  name ? name : "(in no table of this version)",
		  hypervisor_words(igdrom_vm_request_get(setup->request, "hypervisor")), qemu,
		  vm ? "virtual machine " : "no virtual machine yet", vm ? vm : "",
		  igdrom_vm_request_get(setup->request, "machine")
			  ? igdrom_vm_request_get(setup->request, "machine")
			  : "as the plan says",
		  igdrom_vm_request_get(setup->request, "firmware"));
}

/* A plan with the ROM that would be built: what it refuses, no ROM makes possible. */
static enum igdrom_status try_plan(struct igdrom_setup *setup)
{
	enum igdrom_status status;
	const char *rom;

	status = igdrom_vm_request_set_rom(setup->request, NULL, NULL);
	if (status == IGDROM_OK)
		status = igdrom_vm_plan_new(setup->request, NULL, &setup->plan);
	if (status == IGDROM_E_INVAL)
		return ask(setup);
	if (status != IGDROM_OK)
		return status;
	rom = igdrom_vm_config_device_rom_file(igdrom_vm_plan_config(setup->plan), 0);
	setup->needs_rom = rom && *rom;
	say_facts(setup);
	return IGDROM_OK;
}

static enum igdrom_status complete(struct igdrom_setup *setup)
{
	enum igdrom_status status = setup_fill_request(setup);
	const char *id = igdrom_vm_request_get(setup->request, "device");

	/* GOP drivers need UEFI; who makes a new virtual machine can follow. */
	if (status == IGDROM_OK && !igdrom_setup_vm(setup) &&
	    !igdrom_vm_request_get(setup->request, "firmware"))
		status = igdrom_vm_request_set(setup->request, "firmware", "ovmf", NULL);
	if (status != IGDROM_OK || !id)
		return status;
	return igdrom_device_parse_id(id, &setup->device_id);
}

enum igdrom_status setup_fill_request(struct igdrom_setup *setup)
{
	enum igdrom_status status = IGDROM_OK;

	/* The stage "prepare" takes the option away. */
	if (igdrom_host_disable_vga(setup->host) == IGDROM_YES &&
	    !igdrom_vm_request_get(setup->request, "disable_vga"))
		status = igdrom_vm_request_set(setup->request, "disable_vga", "no", NULL);
	if (status == IGDROM_OK)
		status = igdrom_host_fill_request(setup->host, setup->request, NULL);
	return status;
}

/* A machine that was looked at and has none, with nobody who says otherwise. */
static bool has_no_gpu(const struct igdrom_setup *setup)
{
	return igdrom_host_function_count(setup->host) && !igdrom_host_igd(setup->host) &&
	       !igdrom_vm_request_get(setup->request, "device");
}

enum igdrom_status setup_facts(struct igdrom_setup *setup)
{
	enum igdrom_status status = igdrom_host_scan(setup->host, setup->report);
	bool asked;

	/* Without a PCI bus the facts can still be given by hand. */
	if (status != IGDROM_OK && status != IGDROM_E_IO)
		return status;
	if (has_no_gpu(setup)) {
		igdrom_report_add(setup->report, "setup-no-gpu", IGDROM_NO_OFFSET, NULL, 0);
		return IGDROM_E_REFUSED;
	}
	status = setup_choose_vm(setup);
	asked = status == IGDROM_E_INVAL;
	if (status != IGDROM_OK && !asked)
		return status;
	status = complete(setup);
	if (status == IGDROM_OK)
		status = find_place(setup);
	if (status != IGDROM_OK)
		return status;
	if (!asked)
		return try_plan(setup);
	status = ask(setup);
	return status == IGDROM_E_INTERNAL ? IGDROM_E_INVAL : status;
}
