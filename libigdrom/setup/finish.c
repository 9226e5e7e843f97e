/* SPDX-License-Identifier: BSD-2-Clause */
/* The plan with the ROM as it is, and all that is to be done. */
#include "setup/internal.h"

#include <stdio.h>
#include <string.h>

#define DOMAINS "/var/lib/igdrom/domains/"

/* The plan was made before with a ROM that was only supposed. */
static enum igdrom_status plan_with_rom(struct igdrom_setup *setup)
{
	struct igdrom_rom *rom = NULL;
	enum igdrom_status status = IGDROM_OK;

	igdrom_vm_plan_free(setup->plan);
	setup->plan = NULL;
	if (setup->image.size)
		status = igdrom_rom_parse(setup->image.data, setup->image.size, setup->limits, NULL,
					  &rom);
	if (status == IGDROM_OK && rom)
		status = igdrom_vm_request_set_rom(setup->request, rom, setup->report);
	igdrom_rom_free(rom);
	if (status == IGDROM_OK)
		status = igdrom_vm_plan_new(setup->request, setup->report, &setup->plan);
	return status;
}

enum igdrom_status setup_plan(struct igdrom_setup *setup)
{
	const struct igdrom_vm_config *config;
	enum igdrom_status status = IGDROM_OK;

	if (igdrom_vm_plan_possible(setup->plan))
		status = plan_with_rom(setup);
	if (status != IGDROM_OK)
		return status;
	if (!igdrom_vm_plan_possible(setup->plan)) {
		setup_say(setup, IGDROM_SETUP_PLAN, IGDROM_SETUP_REFUSED, "%s",
			  igdrom_vm_plan_refusal(setup->plan));
		return IGDROM_E_REFUSED;
	}
	config = igdrom_vm_plan_config(setup->plan);
	setup_say(setup, IGDROM_SETUP_PLAN, IGDROM_SETUP_DONE, "%s, firmware %s; %s.",
		  igdrom_vm_config_machine(config), igdrom_vm_config_firmware(config),
		  igdrom_vm_plan_boot_picture(setup->plan)
			  ? "a picture from power-on"
			  : (strcmp(igdrom_vm_plan_want(setup->plan), "headless")
				     ? "a picture once the guest's driver runs"
				     : "no picture"));
	return IGDROM_OK;
}

/* Steps that are not done, also commands, which nobody runs on a captured machine. */
static size_t count_to_do(const struct igdrom_changes *changes)
{
	size_t count = 0;

	for (size_t i = 0; i < igdrom_changes_count(changes); i++)
		count += igdrom_changes_kind(changes, i) != IGDROM_CHANGE_ADVICE &&
			 !igdrom_changes_done(changes, i);
	return count;
}

enum igdrom_status setup_prepare(struct igdrom_setup *setup)
{
	/* A GPU that is not here is told by the stage, and is no error. */
	struct igdrom_report *report = igdrom_host_igd(setup->host) ? setup->report : NULL;
	enum igdrom_status status;

	status = igdrom_changes_add_prepare(setup->changes, setup->host, setup->request, 0, report);
	if (status == IGDROM_E_NOT_FOUND) {
		setup_say(setup, IGDROM_SETUP_PREPARE, IGDROM_SETUP_SKIPPED,
			  "The GPU is not in this machine: run igdrom host prepare where it is.");
		return IGDROM_OK;
	}
	if (status != IGDROM_OK)
		return status;
	setup->prepared = count_to_do(setup->changes);
	if (setup->prepared)
		setup_say(setup, IGDROM_SETUP_PREPARE, IGDROM_SETUP_DONE,
			  "%zu step%s for this machine, which then has to be restarted.",
			  setup->prepared, setup->prepared == 1 ? "" : "s");
	else
		setup_say(setup, IGDROM_SETUP_PREPARE, IGDROM_SETUP_DONE,
			  "This machine is ready: nothing has to be changed.");
	return IGDROM_OK;
}

/* Nothing runs on a captured machine that could define a domain: it is written to a file. */
static enum igdrom_status carry_domain(struct igdrom_setup *setup)
{
	struct igdrom_bytes before, text;
	const char *slash = strrchr(setup->vm_path, '/');
	char path[PATH_MAX], advice[PATH_MAX + 64];
	enum igdrom_status status;

	if (snprintf(path, sizeof(path), DOMAINS "%s", slash + 1) >= (int)sizeof(path))
		return IGDROM_E_LIMIT;
	status = igdrom_changes_content(setup->changes, setup->vm_path, setup->report, &before);
	if (status != IGDROM_OK)
		return status;
	igdrom_report_set_file(setup->report, setup->vm_path);
	status = igdrom_vm_write(setup->plan, setup->format, before.data, before.size,
				 setup->report, &text);
	igdrom_report_set_file(setup->report, NULL);
	igdrom_bytes_free(&before);
	if (status != IGDROM_OK)
		return status;
	status = igdrom_changes_add_file(setup->changes, path, text.data, text.size, 0600,
					 "the domain, to be defined on the machine itself",
					 setup->report);
	igdrom_bytes_free(&text);
	setup->carried = true;
	snprintf(setup->vm_path, sizeof(setup->vm_path), "%s", path);
	snprintf(advice, sizeof(advice), "Define the domain with: virsh define %s", path);
	return status == IGDROM_OK ? igdrom_changes_add_advice(setup->changes, advice) : status;
}

static bool is_libvirts_own(const struct igdrom_setup *setup)
{
	return (setup->format == IGDROM_VM_FORMAT_LIBVIRT ||
		setup->format == IGDROM_VM_FORMAT_UNRAID) &&
	       (!*setup->vm_path || !strncmp(setup->vm_path, "/etc/libvirt/", 13) ||
		!strncmp(setup->vm_path, "/run/libvirt/", 13));
}

static enum igdrom_status add_rom_alone(struct igdrom_setup *setup)
{
	if (!setup->needs_rom)
		return IGDROM_OK;
	return igdrom_changes_add_file(setup->changes, setup->rom_path, setup->image.data,
				       setup->image.size, 0644,
				       "the ROM, where the hypervisor looks for it", setup->report);
}

/* Without a virtual machine its lines are for the person who makes one. */
static enum igdrom_status advise_lines(struct igdrom_setup *setup)
{
	enum igdrom_vm_format format = igdrom_vm_config_format(igdrom_vm_plan_config(setup->plan));
	struct igdrom_bytes text;
	enum igdrom_status status;
	char advice[4000];

	setup->format = format;
	status = igdrom_vm_write(setup->plan, format, NULL, 0, setup->report, &text);
	if (status != IGDROM_OK)
		return status;
	snprintf(advice, sizeof(advice),
		 "Put this into the configuration of the virtual machine:\n%.*s",
		 (int)(text.size < 3800 ? text.size : 3800), (const char *)text.data);
	igdrom_bytes_free(&text);
	return igdrom_changes_add_advice(setup->changes, advice);
}

static enum igdrom_status add_vm(struct igdrom_setup *setup)
{
	const char *into = is_libvirts_own(setup) ? setup->vm_name : setup->vm_path;
	const void *rom = setup->needs_rom ? setup->image.data : NULL;

	if (is_libvirts_own(setup) && igdrom_changes_captured(setup->changes)) {
		enum igdrom_status status = add_rom_alone(setup);

		return status == IGDROM_OK ? carry_domain(setup) : status;
	}
	return igdrom_changes_add_vm(setup->changes, setup->plan, setup->format, into, rom,
				     rom ? setup->image.size : 0, setup->report);
}

enum igdrom_status setup_vm(struct igdrom_setup *setup)
{
	const char *name = igdrom_setup_vm(setup);
	size_t pending = igdrom_changes_pending(setup->changes);
	enum igdrom_status status;

	if (!name) {
		status = add_rom_alone(setup);
		if (status == IGDROM_OK)
			status = advise_lines(setup);
		if (status == IGDROM_OK)
			setup_say(setup, IGDROM_SETUP_VM, IGDROM_SETUP_SKIPPED,
				  "There is no virtual machine on this host yet; the lines for "
				  "one are among the steps.");
		return status;
	}
	status = add_vm(setup);
	if (status != IGDROM_OK)
		return status;
	pending = igdrom_changes_pending(setup->changes) - pending;
	if (pending)
		setup_say(setup, IGDROM_SETUP_VM, IGDROM_SETUP_DONE,
			  "%zu change%s for virtual machine %s.", pending, pending == 1 ? "" : "s",
			  name);
	else
		setup_say(setup, IGDROM_SETUP_VM, IGDROM_SETUP_DONE,
			  "Virtual machine %s is as it shall be already.", name);
	return IGDROM_OK;
}
