/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes into the ROM: a GOP driver and a VBT, or a legacy VBIOS, out of the machine's firmware. */
#include "setup/internal.h"

#include <igdrom/open.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Firmware that is looked into. */
struct source {
	struct igdrom_bytes bytes;
	const char *name; /* as recorded in the ROM */
	struct igdrom_contents *contents;
	struct igdrom_dump *dump; /* the bytes belong to it, when they were read from the machine */
};

static void free_source(struct source *source)
{
	igdrom_contents_free(source->contents);
	igdrom_dump_free(source->dump);
}

static bool is_legacy(const struct igdrom_setup *setup)
{
	const char *firmware = igdrom_vm_request_get(setup->request, "firmware");

	return firmware && !strcmp(firmware, "seabios");
}

static bool wants_boot_picture(const struct igdrom_setup *setup)
{
	return !strcmp(igdrom_vm_plan_want(setup->plan), "boot-picture");
}

/* The ROM of an earlier run, or one that a person put there. */
static bool take_rom_in_place(struct igdrom_setup *setup)
{
	struct igdrom_bytes rom;

	if (igdrom_changes_content(setup->changes, setup->rom_path, NULL, &rom) != IGDROM_OK)
		return false;
	if (!setup_rom_is_good(setup, &rom)) {
		igdrom_bytes_free(&rom);
		return false;
	}
	setup->image = rom;
	return true;
}

/*
 * What the machine itself has. That there is nothing is no failure: a file can be asked for. Of a
 * captured machine nobody expects that its chips were captured too.
 */
static enum igdrom_status dump_source(struct igdrom_setup *setup, struct source *source)
{
	struct igdrom_report *report =
		igdrom_changes_captured(setup->changes) ? NULL : setup->report;
	enum igdrom_status status = IGDROM_E_NOT_FOUND;

	if (!is_legacy(setup) && !wants_boot_picture(setup))
		return IGDROM_OK;
	if (is_legacy(setup))
		status = igdrom_host_dump_rom(setup->host, NULL, NULL, &source->dump);
	if (status != IGDROM_OK)
		status = igdrom_host_dump_flash(setup->host, setup->limits, report, &source->dump);
	if (status == IGDROM_E_CANCELED || status == IGDROM_E_NOMEM)
		return status;
	if (status == IGDROM_OK) {
		source->bytes = igdrom_dump_bytes(source->dump);
		source->name = igdrom_dump_source(source->dump);
	}
	return IGDROM_OK;
}

static enum igdrom_status open_source(struct igdrom_setup *setup, struct source *source)
{
	enum igdrom_status status;

	if (setup->bios.given) {
		source->bytes = setup->bios.bytes;
		source->name = setup->bios.name;
	} else {
		status = dump_source(setup, source);
		if (status != IGDROM_OK)
			return status;
	}
	if (!source->bytes.data)
		return IGDROM_OK;
	/* Oddities of vendors' firmware are of no interest here. */
	igdrom_report_set_file(setup->report, source->name);
	status = igdrom_contents_open(source->bytes.data, source->bytes.size, setup->limits, NULL,
				      &source->contents);
	if (status != IGDROM_OK && status != IGDROM_E_CANCELED && status != IGDROM_E_NOMEM)
		status = igdrom_contents_open(source->bytes.data, source->bytes.size, setup->limits,
					      setup->report, &source->contents);
	igdrom_report_set_file(setup->report, NULL);
	return status;
}

/* The table that the machine uses now, which knows its panel. */
static enum igdrom_status add_running_vbt(struct igdrom_setup *setup, char from[SETUP_FROM])
{
	struct igdrom_dump *dump;
	struct igdrom_bytes bytes;
	enum igdrom_status status;

	status = igdrom_host_dump_vbt(setup->host, NULL, &dump);
	if (status != IGDROM_OK)
		return status == IGDROM_E_NOMEM ? status : IGDROM_OK;
	bytes = igdrom_dump_bytes(dump);
	status = igdrom_rom_builder_add_vbt(setup->builder, bytes.data, bytes.size,
					    igdrom_dump_source(dump), NULL, setup->report);
	if (status == IGDROM_OK)
		snprintf(from, SETUP_FROM, "the VBT is from %s", igdrom_dump_source(dump));
	igdrom_dump_free(dump);
	return status == IGDROM_E_NOT_RECOGNIZED ? IGDROM_OK : status;
}

/* The table of the firmware, for guests that are given no OpRegion. */
static enum igdrom_status add_vbt(struct igdrom_setup *setup, const struct source *source,
				  char from[SETUP_FROM])
{
	if (igdrom_contents_vbt_count(source->contents) == 0)
		return IGDROM_OK;
	snprintf(from, SETUP_FROM, "the VBT is from there as well");
	return igdrom_rom_builder_add_vbt(setup->builder, source->bytes.data, source->bytes.size,
					  source->name, NULL, setup->report);
}

static enum igdrom_status refuse_without_gop(struct igdrom_setup *setup, enum igdrom_status status)
{
	if (status != IGDROM_E_NOT_RECOGNIZED && status != IGDROM_E_REFUSED)
		return status;
	SAY(setup->report, "setup-without-gop",
	    SAY_TEXT(setup->bios.given && setup->bios.name ? setup->bios.name : "The firmware"));
	return IGDROM_E_REFUSED;
}

static enum igdrom_status take_efi(struct igdrom_setup *setup, const struct source *source)
{
	const char *name = source->name ? source->name : "The firmware";
	enum igdrom_status status;
	char vbt[SETUP_FROM] = "";
	bool gop = false;

	status = igdrom_rom_builder_add_guest_driver(setup->builder);
	if (status == IGDROM_OK && source->contents &&
	    (wants_boot_picture(setup) || igdrom_contents_gop_count(source->contents))) {
		status = igdrom_rom_builder_add_gop(
			setup->builder, source->bytes.data, source->bytes.size, source->name, NULL,
			wants_boot_picture(setup) ? setup->report : NULL);
		gop = status == IGDROM_OK;
		if (!gop && wants_boot_picture(setup))
			return refuse_without_gop(setup, status);
		status = IGDROM_OK;
	}
	if (status == IGDROM_OK)
		status = add_running_vbt(setup, vbt);
	if (status == IGDROM_OK && source->contents && !*vbt)
		status = add_vbt(setup, source, vbt);
	if (status != IGDROM_OK)
		return status;
	if (!source->contents)
		setup_say(setup, IGDROM_SETUP_FIRMWARE, IGDROM_SETUP_SKIPPED,
			  "No GOP driver is needed: the picture comes with the driver of the "
			  "guest%s%s.",
			  *vbt ? "; " : "", vbt);
	else if (gop)
		setup_say(setup, IGDROM_SETUP_FIRMWARE, IGDROM_SETUP_DONE,
			  "The GOP driver for device %04X is from %s; %s.", setup->device_id, name,
			  *vbt ? vbt : "there is no VBT");
	else
		setup_say(setup, IGDROM_SETUP_FIRMWARE, IGDROM_SETUP_DONE,
			  "%s has no GOP driver for the device, and none is needed; %s.", name,
			  *vbt ? vbt : "there is no VBT either");
	return IGDROM_OK;
}

static enum igdrom_status take_vbios(struct igdrom_setup *setup, const struct source *source)
{
	struct igdrom_bytes vbios;
	enum igdrom_status status;

	if (igdrom_contents_vbios_count(source->contents) == 0) {
		SAY(setup->report, "setup-no-vbios",
		    SAY_TEXT(source->name ? source->name : "The firmware"));
		return IGDROM_E_REFUSED;
	}
	status = igdrom_found_bytes(igdrom_contents_vbios_found(source->contents, 0),
				    IGDROM_FORM_BARE, &vbios);
	if (status == IGDROM_OK)
		status = igdrom_rom_builder_add_legacy(setup->builder, vbios.data, vbios.size,
						       source->name, setup->report);
	if (status == IGDROM_OK)
		setup_say(setup, IGDROM_SETUP_FIRMWARE, IGDROM_SETUP_DONE,
			  "%s gives a legacy VBIOS, which SeaBIOS starts.",
			  source->name ? source->name : "The firmware");
	return status;
}

static enum igdrom_status start_rom(struct igdrom_setup *setup)
{
	const char *lpc = igdrom_vm_request_get(setup->request, "lpc_id");
	enum igdrom_status status = igdrom_rom_builder_new(&setup->builder);

	if (status == IGDROM_OK)
		status = igdrom_rom_builder_set_target(setup->builder, setup->device_id);
	/* For q35, where the GOP driver asks for the bridge of the host. */
	if (status == IGDROM_OK && lpc && !is_legacy(setup))
		status = igdrom_rom_builder_set_lpc_id(setup->builder,
						       (uint16_t)strtoul(lpc, NULL, 16));
	return status;
}

static enum igdrom_status take_source(struct igdrom_setup *setup, struct source *source)
{
	enum igdrom_status status = open_source(setup, source);

	if (status == IGDROM_OK && !source->bytes.data &&
	    (is_legacy(setup) || wants_boot_picture(setup))) {
		SAY(setup->report, "vm-ask-bios",
		    SAY_TEXT(is_legacy(setup) ? "VBIOS" : "GOP driver"),
		    SAY_NUMBER(setup->device_id));
		return IGDROM_E_INVAL;
	}
	if (status == IGDROM_OK)
		status = start_rom(setup);
	if (status != IGDROM_OK)
		return status;
	return is_legacy(setup) ? take_vbios(setup, source) : take_efi(setup, source);
}

enum igdrom_status setup_firmware(struct igdrom_setup *setup)
{
	struct source source = {0};
	enum igdrom_status status;

	if (!igdrom_vm_plan_possible(setup->plan)) {
		setup_say(setup, IGDROM_SETUP_FIRMWARE, IGDROM_SETUP_SKIPPED,
			  "Not looked at: no ROM makes the plan possible.");
	} else if (!setup->needs_rom) {
		setup_say(setup, IGDROM_SETUP_FIRMWARE, IGDROM_SETUP_SKIPPED,
			  "Not needed: the virtual machine takes no ROM (%s).",
			  igdrom_vm_plan_want(setup->plan));
	} else if (setup->rom.given) {
		setup_say(setup, IGDROM_SETUP_FIRMWARE, IGDROM_SETUP_SKIPPED,
			  "Not needed: the ROM was given.");
	} else if (!setup->bios.given && take_rom_in_place(setup)) {
		setup_say(setup, IGDROM_SETUP_FIRMWARE, IGDROM_SETUP_SKIPPED,
			  "Not needed: %s is there and good.", setup->rom_path);
	} else {
		status = take_source(setup, &source);
		free_source(&source);
		return status;
	}
	return IGDROM_OK;
}
