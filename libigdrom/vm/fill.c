/* SPDX-License-Identifier: BSD-2-Clause */
/* What an existing configuration says itself need not be said again. */
#include "vm/check.h"

#include "vm/pve.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 24

/* Says something where the request is silent. What the key does not take is not known then. */
static enum igdrom_status say(struct igdrom_vm_request *request, const char *key, const char *value)
{
	enum igdrom_status status = IGDROM_OK;

	if (value && !igdrom_vm_request_get(request, key))
		status = igdrom_vm_request_set(request, key, value, NULL);
	return status == IGDROM_E_INVAL ? IGDROM_OK : status;
}

/* "100" of "/etc/pve/qemu-server/100.conf": the name in the file is no VMID. */
static bool read_vmid(const char *file, char out[ROOM])
{
	const char *slash = file ? strrchr(file, '/') : NULL;
	const char *name = slash ? slash + 1 : file;
	size_t digits = name ? strspn(name, "0123456789") : 0;

	if (digits == 0 || digits >= ROOM || strcmp(name + digits, ".conf") != 0)
		return false;
	memcpy(out, name, digits);
	out[digits] = '\0';
	return true;
}

static enum igdrom_status say_name(struct igdrom_vm_request *request,
				   const struct igdrom_vm_config *config, const char *file)
{
	char vmid[ROOM];

	if (config->format != IGDROM_VM_FORMAT_PVE)
		return say(request, "vm", igdrom_vm_config_name(config));
	return read_vmid(file, vmid) ? say(request, "vm", vmid) : IGDROM_OK;
}

static enum igdrom_status say_memory(struct igdrom_vm_request *request,
				     const struct igdrom_vm_config *config)
{
	uint64_t memory = igdrom_vm_config_memory_mib(config);
	char digits[ROOM];

	snprintf(digits, sizeof(digits), "%" PRIu64, memory);
	return say(request, "memory", digits);
}

/* One that is given a part of the GPU keeps it, unless an address that was said is another. */
static enum igdrom_status say_part(struct igdrom_vm_request *request,
				   const struct igdrom_vm_config *config, size_t index)
{
	const struct vm_device *device = &config->devices[index];
	const char *host = igdrom_vm_config_device_host(config, index);
	const char *said = vm_request_text(request, VM_KEY_HOST_ADDRESS);
	const char *uuid = vm_mdev_uuid(device->mdev);
	enum igdrom_status status;
	struct vm_case it;

	if (vm_request_text(request, VM_KEY_FUNCTION))
		return IGDROM_OK;
	vm_case_from_config(config, index, request, &it);
	if (it.is[VM_IF_FUNCTION] == VM_IS_FUNCTION_MDEV) {
		status = say(request, "function", "mdev");
		return status == IGDROM_OK ? say(request, "mdev", uuid ? uuid : device->mdev)
					   : status;
	}
	if (it.is[VM_IF_FUNCTION] != VM_IS_FUNCTION_VF || (said && strcmp(said, host) != 0))
		return IGDROM_OK;
	status = say(request, "function", "vf");
	return status == IGDROM_OK ? say(request, "host_address", host) : status;
}

/* The ROM that the GPU has is not replaced by one that nobody named. */
static enum igdrom_status say_rom(struct igdrom_vm_request *request,
				  const struct igdrom_vm_config *config, size_t index)
{
	const char *want = vm_request_text(request, VM_KEY_WANT);
	const char *rom = igdrom_vm_config_device_rom_file(config, index);
	bool bare = rom && config->format == IGDROM_VM_FORMAT_PVE && !strchr(rom, '/');
	size_t room = sizeof(VM_PVE_ROMS) + (rom ? strlen(rom) : 0);
	enum igdrom_status status;
	char *path;

	if (!rom || (want && strcmp(want, "headless") == 0))
		return IGDROM_OK;
	path = malloc(room);
	if (!path)
		return IGDROM_E_NOMEM;
	snprintf(path, room, "%s%s", bare ? VM_PVE_ROMS : "", rom);
	status = say(request, "rom", path);
	free(path);
	return status;
}

/*
 * Another machine type moves every device of the guest: where none was named, that of the
 * configuration stays if what is wanted works with it.
 */
static enum igdrom_status say_machine(struct igdrom_vm_request *request,
				      const struct igdrom_vm_config *config)
{
	struct igdrom_vm_plan *plan = NULL;
	enum igdrom_status status;
	bool works;

	if (vm_request_text(request, VM_KEY_MACHINE))
		return IGDROM_OK;
	status = say(request, "machine", igdrom_vm_config_machine(config));
	if (!vm_request_text(request, VM_KEY_MACHINE))
		return status;
	status = igdrom_vm_plan_new(request, NULL, &plan);
	works = status == IGDROM_OK && igdrom_vm_plan_possible(plan);
	igdrom_vm_plan_free(plan);
	if (!works && igdrom_vm_request_set(request, "machine", NULL, NULL) != IGDROM_OK)
		return IGDROM_E_INTERNAL;
	return status == IGDROM_E_NOMEM ? status : IGDROM_OK;
}

enum igdrom_status igdrom_vm_request_fill(struct igdrom_vm_request *request,
					  const struct igdrom_vm_config *config, const char *file)
{
	enum igdrom_status status;
	size_t gpu;

	if (!request || !config)
		return IGDROM_E_INVAL;
	gpu = vm_check_gpu(config, request);
	status = say(request, "hypervisor", igdrom_vm_format_name(config->format));
	if (status == IGDROM_OK)
		status = say_name(request, config, file);
	if (status == IGDROM_OK)
		status = say(request, "firmware", igdrom_vm_config_firmware(config));
	if (status == IGDROM_OK)
		status = say_memory(request, config);
	if (status == IGDROM_OK && gpu != SIZE_MAX)
		status = say_part(request, config, gpu);
	if (status == IGDROM_OK && gpu != SIZE_MAX)
		status = say_rom(request, config, gpu);
	return status == IGDROM_OK ? say_machine(request, config) : status;
}
