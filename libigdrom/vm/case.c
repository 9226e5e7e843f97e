/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests and configurations reduced to the conditions of the rules. */
#include "vm/rules.h"

#include <igdrom/device.h>

#include "vm/rom_facts.h"

#include <string.h>

struct condition {
	const char *name;
	const char *const *values;
};

#define VM_MAX_RELEASES 64

struct generation {
	uint16_t mask;
	uint16_t value;
	uint8_t seen[VM_MAX_RELEASES]; /* by release */
};

struct pve_release {
	const char *name;
	unsigned major;
	unsigned minor;
	unsigned qemu;
};

struct release_number {
	unsigned major;
	unsigned minor;
};

#include "vm/cases.inc"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

_Static_assert(RELEASE_COUNT <= VM_MAX_RELEASES, "releases fit into a mask");

const char *vm_condition_name(enum vm_condition condition)
{
	return conditions[condition].name;
}

const char *vm_condition_value(enum vm_condition condition, unsigned value)
{
	return conditions[condition].values[value];
}

/* Sets a condition to a value by its name; what no such value is leaves it as it is. */
static void set_named(struct vm_case *it, enum vm_condition condition, const char *name)
{
	for (uint8_t i = 0; name && conditions[condition].values[i]; i++) {
		if (strcmp(conditions[condition].values[i], name) == 0)
			it->is[condition] = i;
	}
}

unsigned vm_release_count(void)
{
	return RELEASE_COUNT;
}

const char *vm_release_name(unsigned release)
{
	return release < RELEASE_COUNT ? values_qemu[release] : NULL;
}

unsigned vm_release_of(const struct vm_version *version, bool *newer)
{
	const struct release_number *last = &release_numbers[RELEASE_COUNT - 1];
	unsigned found = 0;

	for (unsigned i = 0; i < RELEASE_COUNT; i++) {
		const struct release_number *number = &release_numbers[i];

		if (number->major < version->part[0] ||
		    (number->major == version->part[0] && number->minor <= version->part[1]))
			found = i;
	}
	*newer = version->part[0] > last->major ||
		 (version->part[0] == last->major && version->part[1] > last->minor);
	return found;
}

bool vm_pve_qemu(const struct vm_version *pve, unsigned *release, bool *newer)
{
	const struct pve_release *last = &pve_releases[COUNT(pve_releases) - 1];
	bool found = false;

	for (size_t i = 0; i < COUNT(pve_releases); i++) {
		const struct pve_release *row = &pve_releases[i];

		if (row->major < pve->part[0] ||
		    (row->major == pve->part[0] && row->minor <= pve->part[1])) {
			*release = row->qemu;
			found = true;
		}
	}
	*newer = pve->part[0] > last->major ||
		 (pve->part[0] == last->major && pve->part[1] > last->minor);
	return found;
}

const char *vm_pve_with(unsigned release, unsigned *its_release)
{
	for (size_t i = 0; i < COUNT(pve_releases); i++) {
		if (pve_releases[i].qemu >= release) {
			*its_release = pve_releases[i].qemu;
			return pve_releases[i].name;
		}
	}
	return NULL;
}

const struct vm_bad_build *vm_bad_build(const struct vm_version *version)
{
	for (size_t i = 0; i < COUNT(bad_builds); i++) {
		const struct vm_bad_build *bad = &bad_builds[i];

		if ((bad->build == VM_IS_BUILD_PVE) == version->pve_build &&
		    memcmp(bad->part, version->part, sizeof(bad->part)) == 0 &&
		    bad->package == version->package)
			return bad;
	}
	return NULL;
}

void vm_case_set_qemu(struct vm_case *it, unsigned release)
{
	it->is[VM_IF_QEMU] = (uint8_t)release;
	for (size_t i = 0; i < COUNT(generations); i++) {
		if ((it->device_id & generations[i].mask) == generations[i].value) {
			it->is[VM_IF_GENERATION] = generations[i].seen[release];
			return;
		}
	}
}

static uint8_t choose(enum igdrom_tristate answer, uint8_t yes, uint8_t no, uint8_t unknown)
{
	return answer == IGDROM_YES ? yes : answer == IGDROM_NO ? no : unknown;
}

static void take_device(const struct igdrom_vm_request *request, struct vm_case *it)
{
	static const uint8_t bdsm[] = {
		[IGDROM_BDSM_UNKNOWN] = VM_IS_BDSM_UNKNOWN,
		[IGDROM_BDSM_NONE] = VM_IS_BDSM_NONE,
		[IGDROM_BDSM_32_5C] = VM_IS_BDSM_32,
		[IGDROM_BDSM_64_C0] = VM_IS_BDSM_64,
	};
	const struct igdrom_device *device = NULL;

	if (!vm_request_text(request, VM_KEY_DEVICE) ||
	    igdrom_device_parse_id(vm_request_text(request, VM_KEY_DEVICE), &it->device_id) !=
		    IGDROM_OK ||
	    igdrom_device_lookup(it->device_id, &device) != IGDROM_OK)
		return;
	it->is[VM_IF_DEVICE] = igdrom_device_kind(device) == IGDROM_DEVICE_IGD
				       ? VM_IS_DEVICE_IGD
				       : VM_IS_DEVICE_DISCRETE;
	it->is[VM_IF_BDSM] = bdsm[igdrom_device_bdsm_kind(device)];
	it->is[VM_IF_VBIOS] = choose(igdrom_device_legacy_vbios(device), VM_IS_VBIOS_YES,
				     VM_IS_VBIOS_NO, VM_IS_VBIOS_UNKNOWN);
	it->is[VM_IF_GVT] =
		choose(igdrom_device_gvt(device), VM_IS_GVT_YES, VM_IS_GVT_NO, VM_IS_GVT_UNKNOWN);
	it->is[VM_IF_GATE] = choose(igdrom_device_needs_lpc(device), VM_IS_GATE_CLOSED,
				    VM_IS_GATE_OPEN, VM_IS_GATE_UNKNOWN);
	set_named(it, VM_IF_STOLEN, igdrom_device_stolen_family_name(device));
}

/* "qemu" wins over "pve"; Proxmox VE builds its own. */
static void take_qemu(const struct igdrom_vm_request *request, struct vm_case *it)
{
	struct vm_version version;
	unsigned release = vm_release_count() - 1;

	if (vm_request_version(request, VM_KEY_QEMU, &version))
		release = vm_release_of(&version, &it->qemu_newer);
	else if (vm_request_version(request, VM_KEY_PVE, &version) &&
		 !vm_pve_qemu(&version, &release, &it->qemu_newer))
		release = 0;
	if (version.pve_build || it->is[VM_IF_HYPERVISOR] == VM_IS_HYPERVISOR_PVE)
		it->is[VM_IF_BUILD] = VM_IS_BUILD_PVE;
	vm_case_set_qemu(it, release);
}

static bool before(const struct vm_version *version, unsigned major, unsigned minor)
{
	return version->part[0] < major || (version->part[0] == major && version->part[1] < minor);
}

static void take_versions(const struct igdrom_vm_request *request, struct vm_case *it)
{
	struct vm_version version;

	if (vm_request_version(request, VM_KEY_KERNEL, &version))
		it->is[VM_IF_KERNEL] = before(&version, 4, 6)    ? VM_IS_KERNEL_OLD
				       : before(&version, 6, 15) ? VM_IS_KERNEL_MIDDLE
								 : VM_IS_KERNEL_NEW;
	if (vm_request_version(request, VM_KEY_LIBVIRT, &version))
		it->is[VM_IF_LIBVIRT] =
			before(&version, 8, 2) ? VM_IS_LIBVIRT_OLD : VM_IS_LIBVIRT_NEW;
}

/* GMS from itself, or from the register that holds it. */
static void take_gms(const struct igdrom_vm_request *request, struct vm_case *it)
{
	uint64_t gms = 0;
	uint64_t ggc = 0;

	it->gms_known = vm_request_number(request, VM_KEY_GMS, &gms);
	if (!it->gms_known && vm_request_number(request, VM_KEY_GGC, &ggc) &&
	    it->is[VM_IF_STOLEN] > VM_IS_STOLEN_NONE) {
		bool narrow = it->is[VM_IF_STOLEN] == VM_IS_STOLEN_GEN6 ||
			      it->is[VM_IF_STOLEN] == VM_IS_STOLEN_CHV;

		it->gms_known = true;
		gms = narrow ? ggc >> 3 & 0x1f : ggc >> 8;
	}
	it->gms = (uint8_t)gms;
	if (it->gms_known)
		it->is[VM_IF_GMS] = gms == 0      ? VM_IS_GMS_ZERO
				    : gms <= 0x10 ? VM_IS_GMS_SMALL
				    : gms <= 0x40 ? VM_IS_GMS_MIDDLE
				    : gms < 0xf0  ? VM_IS_GMS_LARGE
						  : VM_IS_GMS_STEPS;
}

static void take_rom(const struct vm_rom_facts *rom, struct vm_case *it)
{
	const struct vm_rom_gop *gop = vm_rom_facts_gop(rom, it->device_id);

	if (!rom->known)
		return;
	it->is[VM_IF_ROM_VBIOS] = rom->legacy ? VM_IS_ROM_VBIOS_YES : VM_IS_ROM_VBIOS_NO;
	it->is[VM_IF_ROM] = !rom->opregion  ? VM_IS_ROM_OTHER
			    : !gop          ? VM_IS_ROM_DRIVER
			    : gop->answered ? VM_IS_ROM_GATE
					    : VM_IS_ROM_GOP;
	if (gop && gop->gate != IGDROM_GATE_UNKNOWN)
		it->is[VM_IF_GATE] =
			gop->gate == IGDROM_GATE_FATAL ? VM_IS_GATE_CLOSED : VM_IS_GATE_OPEN;
}

static uint8_t host_of(const struct vm_address *host)
{
	if (host->domain != 0 || host->bus != 0 || host->slot != 2)
		return VM_IS_HOST_OTHER;
	return host->function == 0 ? VM_IS_HOST_IGD : VM_IS_HOST_PART;
}

void vm_case_from_request(const struct igdrom_vm_request *request, struct vm_case *out)
{
	static const struct {
		enum vm_key key;
		enum vm_condition condition;
	} words[] = {
		{VM_KEY_DISPLAY_CLASS, VM_IF_CLASS}, {VM_KEY_HYPERVISOR, VM_IF_HYPERVISOR},
		{VM_KEY_FIRMWARE, VM_IF_FIRMWARE},   {VM_KEY_MACHINE, VM_IF_MACHINE},
		{VM_KEY_GUEST, VM_IF_GUEST},         {VM_KEY_FUNCTION, VM_IF_FUNCTION},
		{VM_KEY_WANT, VM_IF_WANT},           {VM_KEY_DISABLE_VGA, VM_IF_DISABLE_VGA},
	};
	const char *host = vm_request_text(request, VM_KEY_HOST_ADDRESS);
	const char *lpc = vm_request_text(request, VM_KEY_LPC_ID);
	struct vm_address address;
	bool slot_only;

	*out = (struct vm_case){.device_id = 0};
	for (size_t i = 0; i < COUNT(words); i++)
		set_named(out, words[i].condition, vm_request_text(request, words[i].key));
	take_device(request, out);
	take_qemu(request, out);
	take_versions(request, out);
	take_gms(request, out);
	if (vm_request_text(request, VM_KEY_MDEV))
		out->is[VM_IF_MDEV] = VM_IS_MDEV_KNOWN;
	if (host && vm_address_parse(host, &address, &slot_only))
		out->is[VM_IF_HOST] = host_of(&address);
	else if (out->is[VM_IF_FUNCTION] == VM_IS_FUNCTION_VF)
		out->is[VM_IF_HOST] = VM_IS_HOST_PART;
	if (lpc && igdrom_device_parse_id(lpc, &out->lpc_id) == IGDROM_OK)
		out->is[VM_IF_LPC_ID] = VM_IS_LPC_ID_KNOWN;
	if (request)
		take_rom(&request->rom, out);
}

static bool on_slot(const struct vm_address *guest, unsigned slot)
{
	return guest->known && guest->on_root && guest->slot == slot && guest->function == 0;
}

/* What QEMU sees besides the GPU. */
static bool lpc_slot_taken(const struct igdrom_vm_config *config)
{
	for (size_t i = 0; i < config->slot_count; i++) {
		if (on_slot(&config->slots[i].guest, 0x1f))
			return true;
	}
	return false;
}

static void take_device_of_config(const struct vm_device *device, struct vm_case *it)
{
	const struct vm_property *legacy = vm_device_property(device, "x-igd-legacy-mode");

	it->is[VM_IF_ADDRESS] =
		on_slot(&device->guest, 2) ? VM_IS_ADDRESS_IGD : VM_IS_ADDRESS_OTHER;
	if (device->host.known)
		it->is[VM_IF_HOST] = host_of(&device->host);
	if (device->mdev) {
		it->is[VM_IF_FUNCTION] = VM_IS_FUNCTION_MDEV;
		it->is[VM_IF_MDEV] = VM_IS_MDEV_KNOWN;
	} else if (device->host.known && it->is[VM_IF_HOST] == VM_IS_HOST_PART) {
		it->is[VM_IF_FUNCTION] = VM_IS_FUNCTION_VF;
	}
	if (!device->rom_file || !device->rom_bar) {
		it->is[VM_IF_ROM] = VM_IS_ROM_NONE;
		it->is[VM_IF_ROM_VBIOS] = VM_IS_ROM_VBIOS_NO;
	}
	if (legacy && legacy->value)
		set_named(it, VM_IF_LEGACY, legacy->value);
}

void vm_case_from_config(const struct igdrom_vm_config *config, size_t index,
			 const struct igdrom_vm_request *request, struct vm_case *out)
{
	static const uint8_t machines[] = {
		[VM_MACHINE_UNKNOWN] = VM_IS_MACHINE_UNKNOWN,
		[VM_MACHINE_I440FX] = VM_IS_MACHINE_I440FX,
		[VM_MACHINE_Q35] = VM_IS_MACHINE_Q35,
		[VM_MACHINE_OTHER] = VM_IS_MACHINE_OTHER,
	};
	static const uint8_t firmwares[] = {
		[VM_FIRMWARE_UNKNOWN] = VM_IS_FIRMWARE_UNKNOWN,
		[VM_FIRMWARE_SEABIOS] = VM_IS_FIRMWARE_SEABIOS,
		[VM_FIRMWARE_OVMF] = VM_IS_FIRMWARE_OVMF,
	};
	static const char *const hypervisors[] = {
		[IGDROM_VM_FORMAT_UNKNOWN] = NULL,      [IGDROM_VM_FORMAT_PVE] = "pve",
		[IGDROM_VM_FORMAT_QM] = "pve",          [IGDROM_VM_FORMAT_QEMU] = "qemu",
		[IGDROM_VM_FORMAT_LIBVIRT] = "libvirt", [IGDROM_VM_FORMAT_UNRAID] = "unraid",
	};

	vm_case_from_request(request, out);
	set_named(out, VM_IF_HYPERVISOR, hypervisors[config->format]);
	take_qemu(request, out);
	if (config->machine != VM_MACHINE_UNKNOWN)
		out->is[VM_IF_MACHINE] = machines[config->machine];
	if (config->firmware != VM_FIRMWARE_UNKNOWN)
		out->is[VM_IF_FIRMWARE] = firmwares[config->firmware];
	if (lpc_slot_taken(config))
		out->is[VM_IF_LPC_SLOT] = VM_IS_LPC_SLOT_TAKEN;
	take_device_of_config(&config->devices[index], out);
	vm_rules_settle(out, false);
}
