/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/pve.h"
#include "vm/pve_hostpci.h"
#include "vm/qemu.h"

#include "core/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRMWARE_FOLDER "/usr/share/pve-edk2-firmware/"
/* What a virtual machine has whose configuration does not say (confdesc in QemuServer.pm). */
#define DEFAULT_MEMORY_MIB 512
#define DEFAULT_CPU        "kvm64"

struct pve_reader {
	const struct pve_conf *conf;
	struct igdrom_vm_config *config;
	struct igdrom_report *report;
	bool complete; /* more than lines about the GPU: what is not there has its default */
	bool legacy_igd;
};

static const char *copy(struct pve_reader *r, struct pve_span span)
{
	return span.size ? vm_config_text(r->config, span.s, span.size) : NULL;
}

static struct pve_span value_of(const struct pve_reader *r, const char *key)
{
	const struct pve_line *line = pve_conf_find(r->conf, key);

	return line ? line->value : (struct pve_span){NULL, 0};
}

/* Whether there is a line that writing a plan alone would not leave. */
static bool is_complete(const struct pve_conf *conf)
{
	static const char *const ours[] = {"args", "bios", "machine", "vga"};

	for (size_t i = 0; i < conf->head_count; i++) {
		struct pve_span key = conf->lines[i].key;
		size_t k = 0;

		while (k < sizeof(ours) / sizeof(ours[0]) && !pve_is(key, ours[k]))
			k++;
		if (k == sizeof(ours) / sizeof(ours[0]) && !pve_begins(key, "hostpci"))
			return true;
	}
	return false;
}

static size_t digits(struct pve_span span, size_t from)
{
	size_t i = from;

	while (i < span.size && span.s[i] >= '0' && span.s[i] <= '9')
		i++;
	return i - from;
}

/* X.Y, and maybe more numbers and a "+pve" with its own (Machine.pm). */
static bool is_machine_version(struct pve_span span, size_t at)
{
	size_t count = 0;

	for (;; count++) {
		size_t size = digits(span, at);

		if (!size)
			return false;
		at += size;
		if (at == span.size || span.s[at] != '.' || !digits(span, at + 1))
			break;
		at++;
	}
	if (span.size - at > 4 && memcmp(span.s + at, "+pve", 4) == 0 && digits(span, at + 4))
		at += 4 + digits(span, at + 4);
	if (span.size - at == 4 && memcmp(span.s + at, ".pxe", 4) == 0)
		at += 4;
	return count > 0 && at == span.size;
}

static enum vm_machine machine_of(struct pve_span type)
{
	if (pve_is(type, "pc") ||
	    (pve_begins(type, "pc-i440fx-") && is_machine_version(type, 10)) ||
	    (pve_begins(type, "pc-") && is_machine_version(type, 3)))
		return VM_MACHINE_I440FX;
	if (pve_is(type, "q35") || (pve_begins(type, "pc-q35-") && is_machine_version(type, 7)))
		return VM_MACHINE_Q35;
	if (pve_is(type, "virt") || (pve_begins(type, "virt-") && is_machine_version(type, 5)))
		return VM_MACHINE_OTHER;
	return VM_MACHINE_UNKNOWN;
}

static void read_machine(struct pve_reader *r)
{
	const struct pve_line *line = pve_conf_find(r->conf, "machine");
	struct pve_span type = {NULL, 0};

	if (line) {
		type = pve_property(line->value, "type", "type");
		r->config->machine_at = line->value_at;
	}
	if (type.size) {
		r->config->machine = machine_of(type);
		if (r->config->machine == VM_MACHINE_UNKNOWN)
			report_add(r->report, FINDING_VM_PVE_MACHINE, line->value_at,
				   REPORT_ARGS(ARG_S(copy(r, type))));
		else
			r->config->machine_type = copy(r, type);
	}
	/* A value that Proxmox VE does not take is as good as none. */
	if (r->config->machine == VM_MACHINE_UNKNOWN && (line || r->complete))
		r->config->machine = VM_MACHINE_I440FX;
}

static void read_firmware(struct pve_reader *r)
{
	const struct pve_line *bios = pve_conf_find(r->conf, "bios");
	const struct pve_line *disk = pve_conf_find(r->conf, "efidisk0");
	struct igdrom_vm_config *config = r->config;
	bool four = disk && pve_is(pve_property(disk->value, "efitype", NULL), "4m");

	if (bios)
		config->firmware_at = bios->value_at;
	if (bios && pve_is(bios->value, "ovmf"))
		config->firmware = VM_FIRMWARE_OVMF;
	else if (bios || r->complete)
		config->firmware = VM_FIRMWARE_SEABIOS;
	if (config->firmware != VM_FIRMWARE_OVMF)
		return;
	config->pve.efi_disk = disk || !r->complete;
	if (disk) {
		config->pve.efi_disk_at = disk->value_at;
		config->pve.secure_boot =
			four && pve_property_on(disk->value, "pre-enrolled-keys", NULL, false);
		config->firmware_file = !four ? FIRMWARE_FOLDER "OVMF_CODE.fd"
					: config->machine == VM_MACHINE_Q35
						? FIRMWARE_FOLDER "OVMF_CODE_4M.secboot.fd"
						: FIRMWARE_FOLDER "OVMF_CODE_4M.fd";
	}
}

static void read_display(struct pve_reader *r)
{
	const struct pve_line *line = pve_conf_find(r->conf, "vga");
	struct pve_span type = {NULL, 0};

	if (!line)
		return;
	type = pve_property(line->value, "type", "type");
	r->config->pve.vga = copy(r, line->value);
	r->config->display_at = line->value_at;
	/* A serial terminal is no display that would stand beside the GPU. */
	r->config->display = pve_begins(type, "serial") ? "none" : copy(r, type);
}

/* Decimal digits; what does not fit is as large as can be. */
static uint64_t number(struct pve_span span)
{
	uint64_t value = 0;

	for (size_t i = 0; i < span.size && span.s[i] >= '0' && span.s[i] <= '9'; i++) {
		if (value > UINT32_MAX)
			return UINT32_MAX;
		value = value * 10 + (uint64_t)(span.s[i] - '0');
	}
	return value;
}

static void read_rest(struct pve_reader *r)
{
	struct igdrom_vm_config *config = r->config;
	struct pve_span memory = pve_property(value_of(r, "memory"), "current", "current");
	const char *cpu = copy(r, pve_property(value_of(r, "cpu"), "cputype", "cputype"));

	config->memory_known = memory.size || r->complete;
	if (config->memory_known)
		config->memory_mib = memory.size ? number(memory) : DEFAULT_MEMORY_MIB;
	config->cpu = cpu || !r->complete ? cpu : DEFAULT_CPU;
	config->name = copy(r, value_of(r, "name"));
	config->os_type = copy(r, value_of(r, "ostype"));
	config->guest_agent = pve_property_on(value_of(r, "agent"), "enabled", "enabled", false);
	for (unsigned i = 0; i < 4; i++)
		config->serial |= pve_conf_find_numbered(r->conf, "serial", i) != NULL;
	config->pve.snapshots = r->conf->snapshots;
}

/* Properties that stand in the line itself. */
static void set_properties(struct pve_reader *r, const struct pve_hostpci *entry,
			   struct vm_device *device, uint64_t at)
{
	if (entry->x_vga && r->config->firmware != VM_FIRMWARE_OVMF)
		vm_device_set(r->config, device, "x-vga", "on", VM_VALUE_BOOL, at);
	for (size_t i = 0; i < sizeof(entry->ids) / sizeof(entry->ids[0]); i++) {
		if (entry->ids[i].size)
			vm_device_set(r->config, device, pve_id_properties[i],
				      copy(r, entry->ids[i]), VM_VALUE_UINT, at);
	}
}

struct function {
	unsigned index;  /* N of hostpciN */
	unsigned number; /* of the function in the guest */
	bool several;
	struct vm_address host;
	bool slot_only;
};

static void add_function(struct pve_reader *r, const struct pve_hostpci *entry,
			 const struct function *function, uint64_t at)
{
	struct vm_device *device = vm_config_add_device(r->config, at);
	struct pve_span ostype = value_of(r, "ostype");
	const struct pve_place place = {
		.index = function->index,
		.pcie = entry->pcie,
		.legacy_igd = entry->legacy_igd,
		.windows_7 = pve_is(ostype, "win7") || pve_is(ostype, "w2k8"),
	};
	char id[PVE_KEY_ROOM + 16];

	if (!device)
		return;
	snprintf(id, sizeof(id), function->several ? "hostpci%u.%u" : "hostpci%u", function->index,
		 function->number);
	device->id = vm_config_string(r->config, id);
	device->host = function->host;
	device->all_functions = function->slot_only;
	device->mdev = copy(r, entry->mdev);
	device->mapping = copy(r, entry->mapping);
	pve_place(r->config, &place, &device->guest);
	device->guest.function = (uint8_t)(function->number & 7);
	device->legacy_igd = entry->legacy_igd;
	device->pcie = entry->pcie;
	device->x_vga = entry->x_vga;
	device->multifunction = function->several;
	if (function->number)
		return;
	device->rom_file = copy(r, entry->romfile);
	device->rom_bar = entry->rombar;
	set_properties(r, entry, device, at);
}

static void add_functions(struct pve_reader *r, const struct pve_hostpci *entry, unsigned index,
			  uint64_t at)
{
	struct function function = {.index = index};

	if (!entry->host.size) {
		add_function(r, entry, &function, at);
		return;
	}
	function.several = memchr(entry->host.s, ';', entry->host.size) != NULL;
	for (size_t i = 0; pve_next_host(entry->host, &i, &function.host, &function.slot_only);) {
		add_function(r, entry, &function, at);
		function.number++;
		/* Of a mediated device Proxmox VE takes the first address only. */
		if (entry->mdev.size || r->config->err != IGDROM_OK)
			return;
	}
}

static void read_hostpci(struct pve_reader *r, unsigned index)
{
	const struct pve_line *line = pve_conf_find_numbered(r->conf, "hostpci", index);
	struct pve_hostpci entry;
	struct pve_part part;
	enum pve_fault fault;
	const char *id;
	uint64_t at;

	if (!line)
		return;
	fault = pve_hostpci_read(line->value, &entry, &part);
	id = copy(r, line->key);
	at = (uint64_t)(part.whole.s - r->conf->text);
	if (fault == PVE_FAULT_KEY)
		report_add(r->report, FINDING_VM_PVE_HOSTPCI_KEY, at,
			   REPORT_ARGS(ARG_S(id),
				       ARG_S(copy(r, part.key.size ? part.key : part.whole))));
	else if (fault == PVE_FAULT_VALUE)
		report_add(r->report, FINDING_VM_PVE_HOSTPCI_VALUE, at,
			   REPORT_ARGS(ARG_S(id), ARG_S(copy(r, part.value))));
	else if (fault == PVE_FAULT_TWICE)
		report_add(r->report, FINDING_VM_PVE_HOSTPCI_TWICE, at,
			   REPORT_ARGS(ARG_S(id), ARG_S(copy(r, part.whole))));
	else if (fault == PVE_FAULT_DEVICE)
		report_add(r->report, FINDING_VM_PVE_HOSTPCI_DEVICE, line->value_at,
			   REPORT_ARGS(ARG_S(id)));
	else
		add_functions(r, &entry, index, line->value_at);
	if (fault == PVE_FAULT_NONE && pve_begins(entry.romfile, "/"))
		report_add(r->report, FINDING_VM_PVE_ROM_PATH,
			   (uint64_t)(entry.romfile.s - r->conf->text),
			   REPORT_ARGS(ARG_S(id), ARG_S(copy(r, entry.romfile))));
	r->legacy_igd |= fault == PVE_FAULT_NONE && entry.legacy_igd;
}

/* hostpci16 and hostpci01 are keys that Proxmox VE does not know. */
static void check_numbers(struct pve_reader *r)
{
	static const char name[] = "hostpci";

	for (size_t i = 0; i < r->conf->head_count; i++) {
		const struct pve_line *line = &r->conf->lines[i];
		struct pve_span rest = {line->key.s + strlen(name), 0};

		if (!pve_begins(line->key, name))
			continue;
		rest.size = line->key.size - strlen(name);
		if (!rest.size || digits(rest, 0) != rest.size || number(rest) >= PVE_MAX_HOSTPCI ||
		    (rest.size > 1 && rest.s[0] == '0'))
			report_add(r->report, FINDING_VM_PVE_HOSTPCI_NUMBER, line->at,
				   REPORT_ARGS(ARG_S(copy(r, line->key))));
	}
}

/* An emulated display goes when it is not asked for and a passed-through card is. */
static void settle_display(struct pve_reader *r)
{
	for (size_t i = 0; i < r->config->device_count; i++) {
		if (r->config->devices[i].x_vga && !r->config->pve.vga)
			r->config->display = "none";
	}
}

/* Whether Proxmox VE makes devices with such ids for lines that are of no interest here. */
static bool is_made_elsewhere(const char *id)
{
	static const char *const names[] = {
		"net",    "scsi",   "virtio", "sata",   "ide",     "ahci",    "usb",
		"xhci",   "ehci",   "uhci",   "vga",    "spice",   "balloon", "qga",
		"audio",  "rng",    "tpm",    "pci.",   "cpu",     "ich9",    "iscsi",
		"tablet", "keyboa", "pcidmi", "watchd", "ivshmem",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strncmp(id, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

/* Notes which hostpciN gets a property. */
static void note_setting(struct pve_reader *r, const char *id)
{
	char *end;
	unsigned long index;

	if (strncmp(id, "hostpci", 7) != 0)
		return;
	index = strtoul(id + 7, &end, 10);
	if (end != id + 7 && index < PVE_MAX_HOSTPCI)
		r->config->pve.set_devices |= 1u << index;
}

/* Takes out of the words what gives properties to those. */
static void drop_other_settings(struct pve_reader *r, struct words *words)
{
	size_t kept = 0;

	for (size_t i = 0; i < words->count; i++) {
		const char *id = i + 1 < words->count ? words->list[i + 1].text : "";

		if (strcmp(words->list[i].text, "-set") == 0 && strncmp(id, "device.", 7) == 0) {
			note_setting(r, id + 7);
			if (is_made_elsewhere(id + 7)) {
				i++;
				continue;
			}
		}
		words->list[kept++] = words->list[i];
	}
	words->count = kept;
}

static void read_args(struct pve_reader *r)
{
	const struct pve_line *line = pve_conf_find(r->conf, "args");
	struct words words = {0};
	enum igdrom_status status;

	r->config->pve.args_at = line ? line->value_at : IGDROM_NO_OFFSET;
	if (!line)
		return;
	status = words_split(line->value.s, line->value.size, line->value_at, WORDS_PERL, &words);
	if (status == IGDROM_E_CORRUPT) {
		report_add(r->report, FINDING_VM_PVE_ARGS_QUOTE, words.bad_at, REPORT_NO_ARGS);
		status = IGDROM_OK;
	} else if (status == IGDROM_OK) {
		drop_other_settings(r, &words);
		status = vm_qemu_apply(r->config, &words, false, r->report);
	}
	vm_config_fail(r->config, status);
	words_free(&words);
}

/* Keys in [PENDING] that change what is read here, as soon as the machine stops. */
static void read_pending(struct pve_reader *r)
{
	static const char *const keys[] = {"args", "bios", "machine", "vga", "hostpci", "efidisk"};
	char list[256] = "";
	size_t size = 0;

	for (size_t i = r->conf->head_count; i < r->conf->count; i++) {
		const struct pve_line *line = &r->conf->lines[i];
		bool deletes = pve_is(line->key, "delete");
		struct pve_span said = deletes ? line->value : line->key;
		bool matters = false;

		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
			struct pve_span rest = said;

			for (; rest.size && !matters && (deletes || rest.s == said.s);
			     rest.s++, rest.size--)
				matters = pve_begins(rest, keys[k]);
		}
		if (matters && said.size + 2 < sizeof(list) - size)
			size += (size_t)snprintf(list + size, sizeof(list) - size, "%s%.*s",
						 size ? ", " : "", (int)said.size, said.s);
	}
	if (size) {
		r->config->pve.pending = vm_config_text(r->config, list, size);
		r->config->pve.pending_at = r->conf->pending_at;
	}
}

enum igdrom_status vm_read_pve(const char *text, size_t size, struct igdrom_report *report,
			       struct igdrom_vm_config *config)
{
	struct pve_conf conf;
	struct pve_reader r = {.conf = &conf, .config = config, .report = report};
	enum igdrom_status status = pve_conf_parse(text, size, report, &conf);

	if (status == IGDROM_OK) {
		config->pve.read = true;
		r.complete = is_complete(&conf);
		read_machine(&r);
		read_firmware(&r);
		read_display(&r);
		read_rest(&r);
		for (unsigned i = 0; i < PVE_MAX_HOSTPCI; i++)
			read_hostpci(&r, i);
		check_numbers(&r);
		settle_display(&r);
		pve_place_others(config, &conf, r.legacy_igd);
		read_args(&r);
		read_pending(&r);
	}
	pve_conf_free(&conf);
	return vm_config_fail(config, status);
}
