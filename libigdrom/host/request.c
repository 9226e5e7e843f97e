/* SPDX-License-Identifier: BSD-2-Clause */
/* What a machine can say in a request. */
#include "host/host.h"

#include "changes/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM 32

struct filler {
	const struct igdrom_host *host;
	struct igdrom_vm_request *request;
	struct igdrom_report *report;
	enum igdrom_status status;
};

/* Says something where the request is silent. What the key does not take is not known then. */
static void say(struct filler *filler, const char *key, const char *value)
{
	enum igdrom_status status;

	if (!value || filler->status != IGDROM_OK || igdrom_vm_request_get(filler->request, key))
		return;
	status = igdrom_vm_request_set(filler->request, key, value, NULL);
	if (status == IGDROM_E_NOMEM)
		filler->status = status;
}

static void say_number(struct filler *filler, const char *key, const char *format, uint64_t number)
{
	char text[ROOM];

	snprintf(text, sizeof(text), format, number);
	say(filler, key, text);
}

static void say_address(struct filler *filler, const char *key,
			const struct igdrom_pci_function *function)
{
	const struct igdrom_pci_address *at = &function->address;
	char text[ROOM];

	if (at->domain > UINT16_MAX)
		return;
	snprintf(text, sizeof(text), "%04" PRIx32 ":%02x:%02x.%x", at->domain, at->bus, at->device,
		 at->function);
	say(filler, key, text);
}

/* Whether VFIO takes a group although a driver holds this member (drivers/vfio/vfio_main.c). */
static bool stands_aside(const struct igdrom_pci_function *function)
{
	static const char *const harmless[] = {"vfio-pci", "pci-stub", "pcieport"};

	for (size_t i = 0; function->driver && i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		if (!strcmp(function->driver, harmless[i]))
			return true;
	}
	return function->bound == IGDROM_NO;
}

/*
 * Sound goes along when its group can: on most boards it shares one with functions that the host
 * keeps, and a virtual machine that wants it does not start then.
 */
static void say_audio(struct filler *filler)
{
	const struct igdrom_pci_function *audio = igdrom_host_audio(filler->host);
	const struct igdrom_host *host = filler->host;

	if (!audio || audio->group < 0 || igdrom_vm_request_get(filler->request, "audio"))
		return;
	for (size_t i = 0; i < host->function_count; i++) {
		const struct igdrom_pci_function *other = &host->functions[i];

		if (other == audio || other == igdrom_host_igd(host) ||
		    other->group != audio->group || stands_aside(other))
			continue;
		SAY(filler->report, "host-audio-shared",
		    SAY_TEXT(other->driver ? other->driver : "?"),
		    SAY_NUMBER((uint64_t)audio->group));
		return;
	}
	say_address(filler, "audio", audio);
}

static void say_igd(struct filler *filler, const struct igdrom_pci_function *igd)
{
	struct igdrom_igd_memory memory;
	const struct igdrom_pci_function *lpc = igdrom_host_lpc(filler->host);

	say(filler, "display_class", igd->id.class_code >> 8 == 0x0300 ? "0300" : "0380");
	(void)igdrom_host_igd_memory(filler->host, &memory);
	/* GMS and GGMS are fields of GGC: one that was said is right, and the other is not asked. */
	if (memory.ggc_known && !igdrom_vm_request_get(filler->request, "gms"))
		say_number(filler, "ggc", "0x%" PRIx64, memory.ggc);
	if (memory.bdsm_known && memory.bdsm)
		say_number(filler, "stolen_base", "0x%" PRIx64, memory.bdsm);
	if (lpc)
		say_number(filler, "lpc_id", "%04" PRIX64, lpc->id.device_id);
	say_audio(filler);
}

/*
 * The function that the request is about: the one at the address it names, or else the IGD. In the
 * place of a virtual one that is not there yet, the one that makes it, which has the same ids.
 */
static const struct igdrom_pci_function *wanted(const struct filler *filler, bool *part)
{
	const char *text = igdrom_vm_request_get(filler->request, "host_address");
	const char *device = igdrom_vm_request_get(filler->request, "device");
	const struct igdrom_pci_function *function = igdrom_host_igd(filler->host), *physical;
	struct igdrom_pci_address address;

	*part = false;
	if (text && igdrom_pci_address_parse(text, &address) == IGDROM_OK) {
		function = igdrom_host_function_find(filler->host, &address);
		physical = host_physical_of(filler->host, &address);
		*part = physical && physical == igdrom_host_igd(filler->host);
		if (!function)
			function = physical;
	}
	if (function && device && strtoul(device, NULL, 16) != function->id.device_id) {
		SAY(filler->report, "host-other-device", SAY_NUMBER(strtoul(device, NULL, 16)),
		    SAY_NUMBER(function->id.device_id));
		return NULL;
	}
	return function;
}

static void say_function(struct filler *filler)
{
	const struct igdrom_pci_function *igd = igdrom_host_igd(filler->host);
	const struct igdrom_pci_function *function;
	bool part;

	function = wanted(filler, &part);
	if (!function)
		return;
	say_number(filler, "device", "%04" PRIX64, function->id.device_id);
	say_address(filler, "host_address", function);
	if (part)
		say(filler, "function", "vf");
	else if (function == igd)
		say_igd(filler, igd);
}

static const char *hypervisor_of(const struct igdrom_host *host)
{
	const struct host_system *system = &host->system;

	if (system->distribution && !strcmp(system->distribution, "pve"))
		return "pve";
	if (system->distribution && !strcmp(system->distribution, "unraid"))
		return "unraid";
	if (system->libvirt)
		return "libvirt";
	return system->qemu ? "qemu" : NULL;
}

static void say_system(struct filler *filler)
{
	const struct host_system *system = &filler->host->system;
	bool versions = !igdrom_vm_request_get(filler->request, "qemu") &&
			!igdrom_vm_request_get(filler->request, "pve");

	say(filler, "hypervisor", hypervisor_of(filler->host));
	/* One of the two tells the other: what was said is not mixed with what is installed. */
	if (versions) {
		say(filler, "qemu", system->qemu);
		say(filler, "pve", system->pve);
	}
	say(filler, "libvirt", system->libvirt);
	say(filler, "kernel", system->kernel);
	if (system->iommu_width >= 32)
		say_number(filler, "address_width", "%" PRIu64, system->iommu_width);
	if (system->disable_vga != IGDROM_UNKNOWN)
		say(filler, "disable_vga", system->disable_vga == IGDROM_YES ? "yes" : "no");
}

enum igdrom_status igdrom_host_fill_request(const struct igdrom_host *host,
					    struct igdrom_vm_request *request,
					    struct igdrom_report *report)
{
	struct filler filler = {.host = host, .request = request, .report = report};

	if (!host || !request)
		return IGDROM_E_INVAL;
	say_function(&filler);
	say_system(&filler);
	return filler.status;
}
