/* SPDX-License-Identifier: BSD-2-Clause */
#include "setup/internal.h"

#include <stdlib.h>
#include <string.h>

const char *igdrom_setup_stage_name(enum igdrom_setup_stage stage)
{
	static const char *const names[] = {
		[IGDROM_SETUP_FACTS] = "facts",     [IGDROM_SETUP_FIRMWARE] = "firmware",
		[IGDROM_SETUP_ROM] = "rom",         [IGDROM_SETUP_PLAN] = "plan",
		[IGDROM_SETUP_PREPARE] = "prepare", [IGDROM_SETUP_VM] = "vm",
	};

	return (unsigned)stage < IGDROM_SETUP_STAGES ? names[stage] : "unknown";
}

const char *igdrom_setup_state_name(enum igdrom_setup_state state)
{
	static const char *const names[] = {
		[IGDROM_SETUP_NOT_RUN] = "not-run",
		[IGDROM_SETUP_DONE] = "done",
		[IGDROM_SETUP_SKIPPED] = "skipped",
		[IGDROM_SETUP_REFUSED] = "refused",
	};

	return (unsigned)state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

char *setup_copy_text(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);

	if (copy)
		memcpy(copy, text, size);
	return copy;
}

static enum igdrom_status begin(struct igdrom_setup *setup, const char *root,
				struct igdrom_report *report)
{
	enum igdrom_status status;

	setup->root = setup_copy_text(root ? root : "");
	if (!setup->root)
		return IGDROM_E_NOMEM;
	/* It is made anew by each run; here it tells whether the root can be used. */
	status = igdrom_changes_new(root, report, &setup->changes);
	if (status == IGDROM_OK)
		status = igdrom_host_open(root, &setup->host);
	if (status == IGDROM_OK)
		status = igdrom_vm_request_new(&setup->request);
	return status;
}

enum igdrom_status igdrom_setup_new(const char *root, struct igdrom_report *report,
				    struct igdrom_setup **out)
{
	struct igdrom_setup *setup;
	enum igdrom_status status;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	setup = calloc(1, sizeof(*setup));
	if (!setup)
		return IGDROM_E_NOMEM;
	status = begin(setup, root, report);
	if (status == IGDROM_OK)
		*out = setup;
	else
		igdrom_setup_free(setup);
	return status;
}

static void clear_file(struct setup_file *file)
{
	igdrom_bytes_free(&file->bytes);
	free(file->name);
	*file = (struct setup_file){0};
}

void igdrom_setup_free(struct igdrom_setup *setup)
{
	if (!setup)
		return;
	clear_file(&setup->bios);
	clear_file(&setup->rom);
	igdrom_vm_plan_free(setup->plan);
	igdrom_rom_builder_free(setup->builder);
	igdrom_bytes_free(&setup->image);
	igdrom_changes_free(setup->changes);
	igdrom_vm_request_free(setup->request);
	igdrom_host_close(setup->host);
	free(setup->vm);
	free(setup->root);
	free(setup);
}

struct igdrom_vm_request *igdrom_setup_request(struct igdrom_setup *setup)
{
	return setup ? setup->request : NULL;
}

static enum igdrom_status set_file(struct setup_file *file, const void *data, size_t size,
				   const char *name)
{
	struct setup_file copy = {.given = true};
	uint8_t *bytes;

	if (!data) {
		clear_file(file);
		return size ? IGDROM_E_INVAL : IGDROM_OK;
	}
	bytes = malloc(size ? size : 1);
	copy.name = name ? setup_copy_text(name) : NULL;
	if (!bytes || (name && !copy.name)) {
		free(bytes);
		free(copy.name);
		return IGDROM_E_NOMEM;
	}
	if (size)
		memcpy(bytes, data, size);
	copy.bytes = (struct igdrom_bytes){bytes, size};
	clear_file(file);
	*file = copy;
	return IGDROM_OK;
}

enum igdrom_status igdrom_setup_set_bios(struct igdrom_setup *setup, const void *data, size_t size,
					 const char *name)
{
	return setup ? set_file(&setup->bios, data, size, name) : IGDROM_E_INVAL;
}

enum igdrom_status igdrom_setup_set_rom(struct igdrom_setup *setup, const void *data, size_t size,
					const char *name)
{
	return setup ? set_file(&setup->rom, data, size, name) : IGDROM_E_INVAL;
}

enum igdrom_status igdrom_setup_set_vm(struct igdrom_setup *setup, const char *name)
{
	char *copy = NULL;

	if (!setup || (name && !*name))
		return IGDROM_E_INVAL;
	if (name) {
		copy = setup_copy_text(name);
		if (!copy)
			return IGDROM_E_NOMEM;
	}
	free(setup->vm);
	setup->vm = copy;
	return IGDROM_OK;
}

enum igdrom_status igdrom_setup_status(const struct igdrom_setup *setup)
{
	return setup && setup->ran ? setup->status : IGDROM_E_STATE;
}

enum igdrom_setup_state igdrom_setup_state(const struct igdrom_setup *setup,
					   enum igdrom_setup_stage stage)
{
	return setup && (unsigned)stage < IGDROM_SETUP_STAGES ? setup->stages[stage].state
							      : IGDROM_SETUP_NOT_RUN;
}

const char *igdrom_setup_text(const struct igdrom_setup *setup, enum igdrom_setup_stage stage)
{
	return igdrom_setup_state(setup, stage) != IGDROM_SETUP_NOT_RUN ? setup->stages[stage].text
									: NULL;
}

const struct igdrom_host *igdrom_setup_host(const struct igdrom_setup *setup)
{
	return setup && setup->ran ? setup->host : NULL;
}

struct igdrom_bytes igdrom_setup_rom(const struct igdrom_setup *setup)
{
	return setup ? setup->image : (struct igdrom_bytes){0};
}

const char *igdrom_setup_rom_path(const struct igdrom_setup *setup)
{
	return setup && setup->needs_rom && *setup->rom_path ? setup->rom_path : NULL;
}

const struct igdrom_vm_plan *igdrom_setup_plan(const struct igdrom_setup *setup)
{
	return setup ? setup->plan : NULL;
}

enum igdrom_vm_format igdrom_setup_format(const struct igdrom_setup *setup)
{
	return setup ? setup->format : IGDROM_VM_FORMAT_UNKNOWN;
}

const char *igdrom_setup_vm(const struct igdrom_setup *setup)
{
	if (!setup)
		return NULL;
	if (*setup->vm_name)
		return setup->vm_name;
	return *setup->vm_path ? setup->vm_path : NULL;
}

const struct igdrom_changes *igdrom_setup_changes(const struct igdrom_setup *setup)
{
	return setup && setup->ran && setup->status == IGDROM_OK ? setup->changes : NULL;
}

size_t igdrom_setup_next_count(const struct igdrom_setup *setup)
{
	return setup ? setup->next_count : 0;
}

const char *igdrom_setup_next_at(const struct igdrom_setup *setup, size_t index)
{
	return setup && index < setup->next_count ? setup->next[index] : NULL;
}
