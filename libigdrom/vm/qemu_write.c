/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/qemu_writer.h"

#include "core/report.h"
#include "vm/pve.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Where Debian and Ubuntu have OVMF; a plan knows the kind of firmware, not the file. */
#define OVMF_FILE "/usr/share/OVMF/OVMF_CODE_4M.fd"
/* Enough for a desktop, and small enough for most hosts. */
#define MEMORY_MIB 4096
#define DEBUG_FILE "igdrom-debug.log"

static void put(struct build *out, const char *text)
{
	build_bytes(out, text, strlen(text));
}

/* A value between commas. */
static void put_value(struct build *out, const char *text)
{
	for (; *text; text++) {
		if (*text == ',')
			build_u8(out, ',');
		build_u8(out, (uint8_t)*text);
	}
}

static void put_pair(struct build *out, const char *key, const char *value)
{
	build_u8(out, ',');
	put(out, key);
	build_u8(out, '=');
	put_value(out, value);
}

static void put_number(struct build *out, const char *format, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), format, number);
	put(out, text);
}

static void end_argument(struct build *out)
{
	build_u8(out, '\0');
}

static void put_argument(struct build *out, const char *text)
{
	put(out, text);
	end_argument(out);
}

bool qemu_is_planned(const char *key)
{
	static const char *const keys[] = {"driver", "host",  "sysfsdev",
					   "bus",    "addr",  "romfile",
					   "rombar", "x-vga", "x-pci-class-code"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(key, keys[i]) == 0)
			return true;
	}
	return strncmp(key, "x-igd-", 6) == 0;
}

static void put_host(struct build *out, const struct vm_device *device)
{
	char text[32];

	if (device->mdev) {
		put(out, ",sysfsdev=");
		if (!strchr(device->mdev, '/'))
			put(out, "/sys/bus/mdev/devices/");
		put_value(out, device->mdev);
		return;
	}
	snprintf(text, sizeof(text), "%04x:%02x:%02x.%x", device->host.domain, device->host.bus,
		 device->host.slot, device->host.function);
	put_pair(out, "host", text);
}

static void put_place(struct build *out, const struct igdrom_vm_config *wanted,
		      const struct vm_device *device)
{
	const char *bus = device->guest.bus_name;

	if (!device->guest.known)
		return;
	if (!bus && device->guest.on_root)
		bus = wanted->machine == VM_MACHINE_Q35 ? "pcie.0" : "pci.0";
	if (bus)
		put_pair(out, "bus", bus);
	put(out, ",addr=");
	put_number(out, "0x%" PRIx64, device->guest.slot);
	if (device->guest.function)
		put_number(out, ".%" PRIx64, device->guest.function);
}

/* Where Proxmox VE takes a bare name from: QEMU alone would look into folders of its own. */
static const char *rom_folder(const struct igdrom_vm_config *wanted, const char *rom)
{
	return wanted->format == IGDROM_VM_FORMAT_PVE && !strchr(rom, '/') ? VM_PVE_ROMS : "";
}

bool qemu_is_rom(const struct igdrom_vm_config *wanted, const struct vm_device *device,
		 const char *path)
{
	const char *rom = device->rom_file;
	const char *folder = rom ? rom_folder(wanted, rom) : NULL;

	if (!rom || !path)
		return !rom && !path;
	return strncmp(path, folder, strlen(folder)) == 0 &&
	       strcmp(path + strlen(folder), rom) == 0;
}

void qemu_put_device(struct build *out, const struct igdrom_vm_config *wanted, size_t index,
		     const struct qemu_opts *kept)
{
	const struct vm_device *device = &wanted->devices[index];
	const char *id = kept ? qemu_opts_value(kept, "id") : device->id;
	const char *driver = kept ? qemu_opts_value(kept, "driver") : NULL;
	char name[32];

	put(out, driver ? driver : "vfio-pci");
	put_host(out, device);
	snprintf(name, sizeof(name), "hostpci%zu", index);
	if (id || !kept)
		put_pair(out, "id", id ? id : name);
	put_place(out, wanted, device);
	if (device->rom_file) {
		put_pair(out, "romfile", rom_folder(wanted, device->rom_file));
		put_value(out, device->rom_file);
	}
	if (!device->rom_bar)
		put(out, ",rombar=0");
	for (size_t i = 0; i < device->property_count; i++)
		put_pair(out, device->properties[i].name, device->properties[i].value);
	for (size_t i = 0; kept && i < kept->count; i++) {
		const struct qemu_opt *opt = &kept->list[i];

		if (!qemu_is_planned(opt->key) && strcmp(opt->key, "id") != 0)
			put_pair(out, opt->key, opt->value);
	}
}

void qemu_put_fw_cfg(struct build *out, const struct vm_fw_cfg *entry)
{
	put(out, "name=");
	put_value(out, entry->name);
	put_pair(out, "string", entry->string ? entry->string : "");
}

void qemu_put_cpu(struct build *out, const struct igdrom_vm_config *wanted,
		  const struct qemu_opts *have)
{
	const char *model = have ? qemu_opts_value(have, "model") : wanted->cpu;

	put_value(out, model ? model : "host");
	for (size_t i = 0; have && i < have->count; i++) {
		const char *key = have->list[i].key;

		if (strcmp(key, "model") != 0 && strcmp(key, "host-phys-bits-limit") != 0)
			put_pair(out, key, have->list[i].value);
	}
	if (wanted->address_width) {
		put(out, ",host-phys-bits-limit=");
		put_number(out, "%" PRIu64, wanted->address_width);
	}
}

void qemu_put_debug_console(struct build *out, const struct igdrom_vm_config *wanted)
{
	put_argument(out, "-debugcon");
	put(out, "file:");
	put_argument(out, wanted->debug_file ? wanted->debug_file : DEBUG_FILE);
	put_argument(out, "-global");
	put_argument(out, "isa-debugcon.iobase=0x402");
}

static void put_machine(struct build *out, const struct igdrom_vm_config *wanted)
{
	const char *type = wanted->machine == VM_MACHINE_Q35 ? "q35" : "pc";

	put_argument(out, "-machine");
	put_value(out, wanted->machine_type ? wanted->machine_type : type);
	put_argument(out, ",accel=kvm");
	put_argument(out, "-cpu");
	qemu_put_cpu(out, wanted, NULL);
	end_argument(out);
	put_argument(out, "-m");
	put_number(out, "%" PRIu64, wanted->memory_mib ? wanted->memory_mib : MEMORY_MIB);
	end_argument(out);
	if (wanted->firmware == VM_FIRMWARE_OVMF) {
		put_argument(out, "-drive");
		put(out, "if=pflash,unit=0,format=raw,readonly=on");
		put_pair(out, "file", wanted->firmware_file ? wanted->firmware_file : OVMF_FILE);
		end_argument(out);
	}
}

void vm_qemu_args(const struct igdrom_vm_config *wanted, struct build *out)
{
	put_machine(out, wanted);
	put_argument(out, "-nodefaults");
	put_argument(out, "-vga");
	put_argument(out, wanted->display ? wanted->display : "none");
	for (size_t i = 0; i < wanted->device_count; i++) {
		put_argument(out, "-device");
		qemu_put_device(out, wanted, i, NULL);
		end_argument(out);
	}
	for (size_t i = 0; i < wanted->fw_cfg_count; i++) {
		put_argument(out, "-fw_cfg");
		qemu_put_fw_cfg(out, &wanted->fw_cfg[i]);
		end_argument(out);
	}
	if (wanted->debug_console)
		qemu_put_debug_console(out, wanted);
}

/* A line for each option. */
static void put_command(const struct build *args, struct build *out)
{
	const char *argument = (const char *)args->data;
	size_t left = args->size;

	put(out, "qemu-system-x86_64");
	while (left > 0) {
		size_t size = strlen(argument);

		put(out, argument[0] == '-' ? " \\\n  " : " ");
		words_quote(out, argument, size);
		argument += size + 1;
		left -= size + 1;
	}
	put(out, "\n");
}

enum igdrom_status vm_write_qemu(const struct igdrom_vm_config *wanted, const void *existing,
				 size_t size, struct igdrom_report *report, struct build *out)
{
	struct build args = build_new(WORDS_MAX_BYTES);
	enum igdrom_status status;

	for (size_t i = 0; i < wanted->device_count; i++) {
		const char *mdev = wanted->devices[i].mdev;

		if (!mdev || vm_mdev_uuid(mdev))
			continue;
		report_add(report, FINDING_VM_QEMU_MDEV, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(mdev)));
		return IGDROM_E_REFUSED;
	}
	if (existing)
		return qemu_merge(wanted, existing, size, report, out);
	vm_qemu_args(wanted, &args);
	status = args.err;
	if (status == IGDROM_OK)
		put_command(&args, out);
	build_free(&args);
	return status == IGDROM_OK ? out->err : status;
}
