/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions about what goes along when a function is handed over: its whole IOMMU group. */
#include "host/doctor.h"

#include "host/below.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#define CLASS_STORAGE 0x01
#define CLASS_NETWORK 0x02
#define CLASS_BRIDGE  0x06
#define NAMES_MAX     4096

enum kind { DISK, NETWORK, OTHER };

static const char *const folders[] = {[DISK] = "/sys/block", [NETWORK] = "/sys/class/net"};
static const unsigned classes[] = {[DISK] = CLASS_STORAGE, [NETWORK] = CLASS_NETWORK};

static unsigned class_of(const struct igdrom_pci_function *function)
{
	return igdrom_pci_function_id(function).class_code >> 16;
}

static void write_address(const struct igdrom_pci_function *function, char out[24])
{
	struct igdrom_pci_address at = igdrom_pci_function_address(function);

	snprintf(out, 24, "%04" PRIx32 ":%02x:%02x.%x", at.domain & 0xffff, at.bus, at.device,
		 at.function);
}

/* The names of disks or network ports whose link goes through the function. */
static void list_names(const struct doctor *doctor, enum kind kind, const char *address, char *out,
		       size_t room)
{
	struct below_names names;
	char target[PATH_MAX], part[32];
	int directory;

	snprintf(part, sizeof(part), "/%s/", address);
	if (doctor_noted(doctor, below_directory(doctor->root, folders[kind], &directory)) != 0)
		return;
	if (doctor_noted(doctor, below_list(doctor->root, folders[kind], NAMES_MAX, &names)) == 0) {
		for (size_t i = 0; i < names.count; i++) {
			ssize_t size =
				readlinkat(directory, names.names[i], target, sizeof(target) - 1);

			target[size > 0 ? size : 0] = '\0';
			if (strstr(target, part))
				doctor_list(out, room, names.names[i]);
		}
		below_names_free(&names);
	}
	close(directory);
}

/* Whether the function has disks or network ports, and which; without links its class tells. */
static bool has(const struct doctor *doctor, const struct igdrom_pci_function *function,
		enum kind kind, char *out, size_t room)
{
	char address[24];

	*out = '\0';
	write_address(function, address);
	if (doctor->root >= 0 && below_exists(doctor->root, folders[kind])) {
		list_names(doctor, kind, address, out, room);
		return *out;
	}
	return class_of(function) == classes[kind];
}

static enum kind kind_of(const struct doctor *doctor, const struct igdrom_pci_function *function,
			 char *names, size_t room)
{
	if (has(doctor, function, DISK, names, room))
		return DISK;
	return has(doctor, function, NETWORK, names, room) ? NETWORK : OTHER;
}

/* The other functions of a group that are of a kind; bridges stay with the host. */
static size_t list_members(const struct doctor *doctor, const struct igdrom_pci_function *of,
			   enum kind kind, char out[DOCTOR_WORDS])
{
	int group = igdrom_pci_function_iommu_group(of);
	char names[128], text[192], address[24];
	size_t count = 0;

	*out = '\0';
	for (size_t i = 0; group >= 0 && i < igdrom_host_function_count(doctor->host); i++) {
		const struct igdrom_pci_function *member = igdrom_host_function_at(doctor->host, i);

		if (member == of || igdrom_pci_function_iommu_group(member) != group ||
		    class_of(member) == CLASS_BRIDGE ||
		    kind_of(doctor, member, names, sizeof(names)) != kind)
			continue;
		write_address(member, address);
		snprintf(text, sizeof(text), "%s%s%s%s", address, *names ? " (" : "", names,
			 *names ? ")" : "");
		doctor_list(out, DOCTOR_WORDS, text);
		count++;
	}
	return count;
}

static enum doctor_answer tell(const struct doctor *doctor, enum kind kind,
			       struct doctor_words *words)
{
	char list[DOCTOR_WORDS];

	if (!list_members(doctor, doctor->igd, kind, list))
		return DOCTOR_SILENT;
	doctor_number(words, (uint64_t)igdrom_pci_function_iommu_group(doctor->igd));
	doctor_text(words, "%s", list);
	return DOCTOR_BAD;
}

DOCTOR_ASK(doctor_group_disk)
{
	return tell(doctor, DISK, words);
}

DOCTOR_ASK(doctor_group_network)
{
	return tell(doctor, NETWORK, words);
}

DOCTOR_ASK(doctor_group)
{
	int group = igdrom_pci_function_iommu_group(doctor->igd);
	char list[DOCTOR_WORDS];

	if (group < 0)
		return DOCTOR_SILENT;
	if (tell(doctor, OTHER, words) == DOCTOR_BAD)
		return DOCTOR_BAD;
	if (list_members(doctor, doctor->igd, DISK, list) ||
	    list_members(doctor, doctor->igd, NETWORK, list))
		return DOCTOR_SILENT;
	doctor_number(words, (uint64_t)group);
	return DOCTOR_FINE;
}

/* Whether the sound function is to go along. */
static bool wants_sound(const struct doctor *doctor, const char *address)
{
	const char *wish = doctor->wish ? igdrom_vm_request_get(doctor->wish, "audio") : NULL;

	if (wish)
		return !strcmp(wish, address);
	for (size_t i = 0; i < igdrom_host_vm_count(doctor->host); i++) {
		const struct igdrom_host_vm *vm = igdrom_host_vm_at(doctor->host, i);
		const struct igdrom_vm_config *config = igdrom_host_vm_config(vm);

		if (!igdrom_host_vm_uses_igd(vm))
			continue;
		for (size_t k = 0; k < igdrom_vm_config_device_count(config); k++) {
			const char *host = igdrom_vm_config_device_host(config, k);

			if (host && !strcmp(host, address))
				return true;
		}
	}
	return false;
}

/* On many boards the network port of the chipset is in the group of its sound function. */
DOCTOR_ASK(doctor_sound_group)
{
	char disks[DOCTOR_WORDS], ports[DOCTOR_WORDS], address[24];

	if (!doctor->audio)
		return DOCTOR_SILENT;
	write_address(doctor->audio, address);
	if (!wants_sound(doctor, address))
		return DOCTOR_SILENT;
	list_members(doctor, doctor->audio, DISK, disks);
	list_members(doctor, doctor->audio, NETWORK, ports);
	if (!*disks && !*ports)
		return DOCTOR_SILENT;
	doctor_text(words, "%s", address);
	doctor_text(words, "%s%s%s", disks, *disks && *ports ? ", " : "", ports);
	return DOCTOR_BAD;
}
