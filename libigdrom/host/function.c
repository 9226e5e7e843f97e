/* SPDX-License-Identifier: BSD-2-Clause */
/* A PCI function as an object, and the list of them. */
#include "host/host.h"

#include "changes/file.h"

#include <igdrom/device.h>

#include <stdlib.h>
#include <string.h>

#define CLASS_DISPLAY 0x03
#define MAX_VFS       256

void host_function_init(struct igdrom_pci_function *function)
{
	*function = (struct igdrom_pci_function){
		.revision = -1,
		.bound = IGDROM_UNKNOWN,
		.group = -1,
		.boot_vga = IGDROM_UNKNOWN,
		.enabled = IGDROM_UNKNOWN,
		.vf_total = -1,
		.vf_count = -1,
	};
}

void host_function_clear(struct igdrom_pci_function *function)
{
	free(function->driver);
	free(function->driver_override);
	free(function->power);
	igdrom_bytes_free(&function->config);
	host_function_init(function);
}

bool host_add_function(struct igdrom_host *host, struct igdrom_pci_function *function)
{
	size_t count = host->function_count;
	struct igdrom_pci_function *bigger = host->functions;

	/* The room is the next power of two. */
	if ((count & (count - 1)) == 0)
		bigger = realloc(bigger, (count ? count * 2 : 1) * sizeof(*bigger));
	if (!bigger) {
		host_function_clear(function);
		return false;
	}
	host->functions = bigger;
	bigger[count] = *function;
	host->function_count++;
	host_function_init(function);
	return true;
}

int host_compare_addresses(const struct igdrom_pci_address *a, const struct igdrom_pci_address *b)
{
	if (a->domain != b->domain)
		return a->domain < b->domain ? -1 : 1;
	if (a->bus != b->bus)
		return a->bus < b->bus ? -1 : 1;
	if (a->device != b->device)
		return a->device < b->device ? -1 : 1;
	return (a->function > b->function) - (a->function < b->function);
}

static int by_address(const void *a, const void *b)
{
	const struct igdrom_pci_function *left = a, *right = b;

	return host_compare_addresses(&left->address, &right->address);
}

void host_sort_functions(struct igdrom_host *host)
{
	struct igdrom_pci_function *functions = host->functions;
	size_t kept = 0;

	if (!host->function_count)
		return;
	qsort(functions, host->function_count, sizeof(*functions), by_address);
	for (size_t i = 0; i < host->function_count; i++) {
		if (kept && by_address(&functions[kept - 1], &functions[i]) == 0)
			host_function_clear(&functions[i]);
		else
			functions[kept++] = functions[i];
	}
	host->function_count = kept;
	for (size_t i = 0; i < kept; i++) {
		if (functions[i].is_virtual)
			functions[i].physical =
				igdrom_host_function_find(host, &functions[i].physical_address);
	}
}

const struct igdrom_pci_function *host_physical_of(const struct igdrom_host *host,
						   const struct igdrom_pci_address *address)
{
	const struct igdrom_pci_function *function = igdrom_host_function_find(host, address);
	struct igdrom_pci_address base = *address;

	if (function)
		return function->physical;
	base.function = 0;
	function = igdrom_host_function_find(host, &base);
	return function && function->vf_total > 0 ? function : NULL;
}

/* Their addresses count on from the physical one's: bus in bits 15:8, device 7:3, function 2:0. */
static void tie(struct igdrom_host *host, const struct igdrom_pci_function *physical)
{
	uint32_t id = (uint32_t)physical->address.bus << 8 |
		      (uint32_t)physical->address.device << 3 | physical->address.function;

	id += physical->vf_offset;
	for (int i = 0; i < physical->vf_count && i < MAX_VFS && id <= UINT16_MAX; i++) {
		struct igdrom_pci_function key = {.address = physical->address}, *found;

		key.address.bus = (uint8_t)(id >> 8);
		key.address.device = (uint8_t)(id >> 3 & 0x1f);
		key.address.function = (uint8_t)(id & 7);
		found = bsearch(&key, host->functions, host->function_count, sizeof(key),
				by_address);
		if (found && found != physical) {
			found->is_virtual = true;
			found->physical = physical;
		}
		id += physical->vf_stride;
	}
}

void host_tie_virtual_functions(struct igdrom_host *host)
{
	for (size_t i = 0; i < host->function_count; i++) {
		if (host->functions[i].vf_offset && host->functions[i].vf_count > 0)
			tie(host, &host->functions[i]);
	}
}

size_t igdrom_host_function_count(const struct igdrom_host *host)
{
	return host ? host->function_count : 0;
}

const struct igdrom_pci_function *igdrom_host_function_at(const struct igdrom_host *host,
							  size_t index)
{
	return host && index < host->function_count ? &host->functions[index] : NULL;
}

const struct igdrom_pci_function *
igdrom_host_function_find(const struct igdrom_host *host, const struct igdrom_pci_address *address)
{
	struct igdrom_pci_function key;

	if (!host || !address || !host->function_count)
		return NULL;
	key.address = *address;
	return bsearch(&key, host->functions, host->function_count, sizeof(key), by_address);
}

enum igdrom_status host_known_id(const struct igdrom_host *host,
				 const struct igdrom_pci_address *address, const char *name,
				 struct igdrom_report *report, struct igdrom_pci_id *out)
{
	const struct igdrom_pci_function *function = igdrom_host_function_find(host, address);

	if (!function) {
		SAY(report, "pci-device-missing", SAY_TEXT(name));
		return IGDROM_E_NOT_FOUND;
	}
	*out = function->id;
	return IGDROM_OK;
}

struct igdrom_pci_address igdrom_pci_function_address(const struct igdrom_pci_function *function)
{
	return function ? function->address : (struct igdrom_pci_address){0};
}

struct igdrom_pci_id igdrom_pci_function_id(const struct igdrom_pci_function *function)
{
	return function ? function->id : (struct igdrom_pci_id){0};
}

bool igdrom_pci_function_is_display(const struct igdrom_pci_function *function)
{
	return function && function->id.class_code >> 16 == CLASS_DISPLAY;
}

uint32_t igdrom_pci_function_subsystem(const struct igdrom_pci_function *function)
{
	return function ? function->subsystem : 0;
}

int igdrom_pci_function_revision(const struct igdrom_pci_function *function)
{
	return function ? function->revision : -1;
}

const char *igdrom_pci_function_driver(const struct igdrom_pci_function *function)
{
	return function ? function->driver : NULL;
}

enum igdrom_tristate igdrom_pci_function_bound(const struct igdrom_pci_function *function)
{
	return function ? function->bound : IGDROM_UNKNOWN;
}

const char *igdrom_pci_function_driver_override(const struct igdrom_pci_function *function)
{
	return function ? function->driver_override : NULL;
}

int igdrom_pci_function_iommu_group(const struct igdrom_pci_function *function)
{
	return function ? function->group : -1;
}

enum igdrom_tristate igdrom_pci_function_boot_vga(const struct igdrom_pci_function *function)
{
	return function ? function->boot_vga : IGDROM_UNKNOWN;
}

enum igdrom_tristate igdrom_pci_function_enabled(const struct igdrom_pci_function *function)
{
	return function ? function->enabled : IGDROM_UNKNOWN;
}

const char *igdrom_pci_function_power(const struct igdrom_pci_function *function)
{
	return function ? function->power : NULL;
}

struct igdrom_bytes igdrom_pci_function_config(const struct igdrom_pci_function *function)
{
	return function ? function->config : (struct igdrom_bytes){0};
}

bool igdrom_pci_function_bar(const struct igdrom_pci_function *function, unsigned index,
			     struct igdrom_pci_bar *out)
{
	if (!out)
		return false;
	*out = (struct igdrom_pci_bar){0};
	if (!function || index >= HOST_BARS || !function->has_bar[index])
		return false;
	*out = function->bars[index];
	return true;
}

enum igdrom_pci_rom igdrom_pci_function_rom(const struct igdrom_pci_function *function)
{
	return function ? function->rom : IGDROM_PCI_ROM_UNKNOWN;
}

int igdrom_pci_function_vf_total(const struct igdrom_pci_function *function)
{
	return function ? function->vf_total : -1;
}

int igdrom_pci_function_vf_count(const struct igdrom_pci_function *function)
{
	return function ? function->vf_count : -1;
}

const struct igdrom_pci_function *
igdrom_pci_function_physical(const struct igdrom_pci_function *function)
{
	return function ? function->physical : NULL;
}
