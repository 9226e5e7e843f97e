/* SPDX-License-Identifier: BSD-2-Clause */
/* Configurations of Proxmox VE, read. What it makes of a line: proxmox/qemu-server 9.2.6. */
#include "unit.h"

#include "findings.h"
#include "vm/pve.h"
#include "vm_files.h"

#include <stdio.h>

static struct igdrom_report *report;

static struct igdrom_vm_config *read_text(const char *text)
{
	struct igdrom_vm_config *config = vm_config_new(IGDROM_VM_FORMAT_PVE);

	igdrom_report_free(report);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_non_null(config);
	assert_int_equal(vm_read_pve(text, strlen(text), report, config), IGDROM_OK);
	return config;
}

static struct igdrom_vm_config *read_file(const char *name)
{
	char *text = vm_file_read(FIXTURES, name);
	struct igdrom_vm_config *config = read_text(text);

	free(text);
	return config;
}

static const char *property(const struct igdrom_vm_config *config, size_t device, const char *name)
{
	const struct vm_property *found = vm_device_property(&config->devices[device], name);

	return found ? found->value : NULL;
}

/* "pci.0 10.0 root": bus, slot and function in hexadecimal. */
static const char *place(const struct vm_device *device)
{
	static char text[64];

	if (!device->guest.known)
		return "unknown";
	snprintf(text, sizeof(text), "%s %02x.%x%s", device->guest.bus_name, device->guest.slot,
		 device->guest.function, device->guest.on_root ? " root" : "");
	return text;
}

static const struct vm_slot *slot_at(const struct igdrom_vm_config *config, unsigned slot)
{
	for (size_t i = 0; i < config->slot_count; i++) {
		if (config->slots[i].guest.on_root && config->slots[i].guest.slot == slot)
			return &config->slots[i];
	}
	return NULL;
}

static void assert_codes(const char *const *codes, size_t count)
{
	for (size_t i = 0; i < igdrom_report_count(report) && i < count; i++)
		assert_string_equal(igdrom_finding_code(igdrom_report_at(report, i)), codes[i]);
	assert_int_equal(igdrom_report_count(report), count);
}

static void reads_a_windows_machine_whose_args_move_and_set(void **state)
{
	struct igdrom_vm_config *config = read_file("windows-10-args.conf");
	const struct vm_device *gpu = &config->devices[0];

	(void)state;
	assert_int_equal(igdrom_report_count(report), 0);
	assert_int_equal(config->machine, VM_MACHINE_I440FX);
	assert_string_equal(config->machine_type, "pc-i440fx-8.0");
	assert_int_equal(config->firmware, VM_FIRMWARE_OVMF);
	assert_string_equal(config->firmware_file, "/usr/share/pve-edk2-firmware/OVMF_CODE_4M.fd");
	assert_int_equal(config->memory_mib, 8192);
	assert_string_equal(config->cpu, "host");
	assert_string_equal(config->display, "none");
	assert_string_equal(config->name, "parlour");
	assert_string_equal(config->os_type, "win10");
	assert_true(config->serial);
	assert_false(config->guest_agent);
	assert_true(config->debug_console);
	assert_string_equal(config->debug_file, "/var/log/vm-201.log");
	assert_int_equal(config->device_count, 2);
	assert_string_equal(gpu->id, "hostpci0");
	assert_string_equal(gpu->rom_file, "tgl.rom");
	assert_true(gpu->legacy_igd && gpu->rom_bar && !gpu->pcie && !gpu->all_functions);
	assert_int_equal(gpu->host.slot, 2);
	assert_string_equal(place(gpu), "pci.0 02.0 root");
	assert_int_equal(gpu->property_count, 2);
	assert_string_equal(property(config, 0, "x-igd-gms"), "0x2");
	assert_string_equal(property(config, 0, "x-igd-opregion"), "on");
	assert_string_equal(place(&config->devices[1]), "pci.0 11.0 root");
	assert_int_equal(config->devices[1].host.function, 3);
	assert_string_equal(config->devices[1].rom_file, "gop.rom");
	/* The emulated display is off, and legacy-igd moves the bridge out of the way. */
	assert_null(slot_at(config, 0x02));
	assert_null(slot_at(config, 0x1f));
	assert_string_equal(slot_at(config, 0x12)->what, "net0");
	assert_string_equal(slot_at(config, 0x05)->what, "the bridge pci.3");
	vm_config_free(config);
}

static void reads_short_addresses_and_whole_devices(void **state)
{
	struct igdrom_vm_config *config = read_file("linux-gemini-lake.conf");

	(void)state;
	assert_int_equal(igdrom_report_count(report), 0);
	assert_int_equal(config->machine, VM_MACHINE_I440FX);
	assert_null(config->machine_type);
	assert_string_equal(config->firmware_file, "/usr/share/pve-edk2-firmware/OVMF_CODE.fd");
	assert_int_equal(config->device_count, 3);
	assert_false(config->devices[0].all_functions);
	assert_true(config->devices[1].all_functions);
	assert_int_equal(config->devices[1].host.slot, 0x0e);
	assert_int_equal(config->devices[2].host.bus, 3);
	assert_string_equal(place(&config->devices[1]), "pci.0 11.0 root");
	assert_string_equal(place(&config->devices[2]), "pci.0 1b.0 root");
	assert_string_equal(property(config, 0, "x-igd-gms"), "1");
	assert_string_equal(slot_at(config, 0x07)->what, "ahci0");
	assert_null(slot_at(config, 0x05));
	vm_config_free(config);
}

static void reads_the_head_and_never_what_waits_or_was(void **state)
{
	struct igdrom_vm_config *config = read_file("windows-11-snapshots.conf");
	char *text = vm_file_read(FIXTURES, "windows-11-snapshots.conf");

	(void)state;
	assert_int_equal(igdrom_report_count(report), 0);
	assert_string_equal(config->machine_type, "pc-i440fx-9.2+pve1");
	assert_int_equal(config->memory_mib, 16384);
	assert_string_equal(config->cpu, "host");
	assert_string_equal(config->display, "qxl");
	assert_string_equal(config->pve.vga, "qxl,memory=32");
	assert_int_equal(config->display_at, strstr(text, "qxl,memory") - text);
	assert_int_equal(config->machine_at, strstr(text, "pc-i440fx") - text);
	assert_true(config->guest_agent);
	assert_true(config->pve.secure_boot);
	assert_int_equal(config->pve.snapshots, 2);
	assert_string_equal(config->pve.pending, "hostpci1, args,serial0");
	assert_int_equal(config->pve.pending_at, strstr(text, "[PENDING]") - text);
	assert_int_equal(config->device_count, 2);
	assert_int_equal(config->devices[0].host.bus, 2);
	assert_string_equal(config->devices[1].rom_file, "old.rom");
	assert_int_equal(config->devices[1].at, strstr(text, "0000:00:02.0,legacy") - text);
	assert_true(config->devices[1].x_vga);
	/* Proxmox VE passes x-vga on with SeaBIOS only. */
	assert_int_equal(config->devices[1].property_count, 0);
	assert_string_equal(place(&config->devices[0]), "pci.0 10.0 root");
	assert_string_equal(place(&config->devices[1]), "pci.0 02.0 root");
	assert_non_null(slot_at(config, 0x02));
	assert_null(slot_at(config, 0x03));
	vm_config_free(config);
	free(text);
}

static void reads_cards_behind_root_ports(void **state)
{
	struct igdrom_vm_config *config = read_file("linux-q35-card.conf");

	(void)state;
	assert_int_equal(config->machine, VM_MACHINE_Q35);
	assert_string_equal(config->machine_type, "q35");
	assert_string_equal(config->firmware_file,
			    "/usr/share/pve-edk2-firmware/OVMF_CODE_4M.secboot.fd");
	/* A serial terminal is no display. */
	assert_string_equal(config->display, "none");
	assert_true(config->serial && config->guest_agent);
	assert_false(config->pve.secure_boot);
	assert_string_equal(place(&config->devices[0]), "ich9-pcie-port-1 00.0");
	assert_true(config->devices[0].pcie);
	assert_string_equal(place(&config->devices[1]), "ich9-pcie-port-6 00.0");
	assert_string_equal(config->devices[1].mapping, "sound");
	assert_false(config->devices[1].host.known);
	assert_null(slot_at(config, 0x02));
	vm_config_free(config);
}

/* get_pci_addr_map() and get_pcie_addr_map(), retyped. */
static void puts_devices_where_proxmox_puts_them(void **state)
{
	static const struct {
		const char *text;
		const char *place;
	} cases[] = {
		{"hostpci0: 01:00.0\nname: a\n", "pci.0 10.0 root"},
		{"hostpci1: 01:00.0\nname: a\n", "pci.0 11.0 root"},
		{"hostpci2: 01:00.0\nname: a\n", "pci.0 1b.0 root"},
		{"hostpci3: 01:00.0\nname: a\n", "pci.0 1c.0 root"},
		{"hostpci4: 01:00.0\nname: a\n", "pci.2 0d.0"},
		{"hostpci15: 01:00.0\nname: a\n", "pci.2 18.0"},
		{"hostpci9: 00:02.0,legacy-igd=yes\nvga: none\n", "pci.0 02.0 root"},
		{"hostpci0: 01:00.0\nmachine: q35\n", "pci.0 10.0"},
		{"hostpci4: 01:00.0\nmachine: q35\n", "pci.2 0d.0"},
		{"hostpci15: 01:00.0,pcie=1\nmachine: q35\n", "ich9-pcie-port-16 00.0"},
		{"hostpci4: 01:00.0,pcie=1\nmachine: q35\nostype: win7\n", "pcie.0 09.0 root"},
		{"hostpci0: 00:02.0\nmachine: q35\nargs: -set device.hostpci0.bus=pcie.0 "
		 "-set device.hostpci0.addr=0x2\n",
		 "pcie.0 02.0 root"},
		{"hostpci0: 00:02.0\nargs: -set device.hostpci0.addr=02.0\nname: a\n",
		 "pci.0 02.0 root"},
		{"hostpci0: 00:02.0\nargs: -set device.hostpci0.addr=0x1f\nname: a\n",
		 "pci.0 1f.0 root"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct igdrom_vm_config *config = read_text(cases[i].text);

		assert_int_equal(config->device_count, 1);
		assert_string_equal(place(&config->devices[0]), cases[i].place);
		assert_int_equal(igdrom_report_count(report), 0);
		vm_config_free(config);
	}
}

static void reads_several_functions_as_several_devices(void **state)
{
	struct igdrom_vm_config *config =
		read_text("hostpci2: 0000:00:02.0;0000:00:1f.3,romfile=a.rom,sub-vendor-id=0x1043\n"
			  "args: -set device.hostpci2.x-igd-lpc=on\n");
	static const char *const codes[] = {"vm-qemu-set-unknown"};

	(void)state;
	assert_int_equal(config->device_count, 2);
	assert_string_equal(config->devices[0].id, "hostpci2.0");
	assert_string_equal(config->devices[1].id, "hostpci2.1");
	assert_string_equal(place(&config->devices[0]), "pci.0 1b.0 root");
	assert_string_equal(place(&config->devices[1]), "pci.0 1b.1 root");
	assert_true(config->devices[0].multifunction);
	/* ROM and ids are for the first one. */
	assert_string_equal(config->devices[0].rom_file, "a.rom");
	assert_null(config->devices[1].rom_file);
	assert_string_equal(property(config, 0, "x-pci-sub-vendor-id"), "0x1043");
	assert_int_equal(config->devices[1].property_count, 0);
	assert_codes(codes, 1);
	vm_config_free(config);
}

static void reads_devices_and_files_out_of_args(void **state)
{
	struct igdrom_vm_config *config = read_text(
		"name: a\nscsi0: local:1\nmemory: 2048\n"
		"args: -cpu host,host-phys-bits-limit=39 -set device.scsi0.rotation_rate=1"
		" -device 'vfio-pci,host=00:02.0,id=igd,bus=pci.0,addr=0x2'"
		" -set device.igd.x-igd-lpc=on -fw_cfg name=opt/igdrom/lpc-id,string=0x7a86\n");

	(void)state;
	assert_int_equal(igdrom_report_count(report), 0);
	assert_int_equal(config->device_count, 1);
	assert_string_equal(config->devices[0].id, "igd");
	assert_string_equal(place(&config->devices[0]), "pci.0 02.0 root");
	assert_string_equal(property(config, 0, "x-igd-lpc"), "on");
	assert_int_equal(config->address_width, 39);
	assert_string_equal(config->fw_cfg[0].string, "0x7a86");
	assert_int_equal(config->memory_mib, 2048);
	/* The display that nobody switched off, and the bridge at 1f.0. */
	assert_null(config->display);
	assert_non_null(slot_at(config, 0x02));
	assert_non_null(slot_at(config, 0x1f));
	vm_config_free(config);
}

static void fills_in_defaults_but_not_into_a_few_lines(void **state)
{
	struct igdrom_vm_config *config = read_text("name: a\n");

	(void)state;
	assert_int_equal(config->machine, VM_MACHINE_I440FX);
	assert_int_equal(config->firmware, VM_FIRMWARE_SEABIOS);
	assert_true(config->memory_known);
	assert_int_equal(config->memory_mib, 512);
	assert_string_equal(config->cpu, "kvm64");
	vm_config_free(config);
	config = read_text("hostpci0: 00:02.0\nvga: none\n");
	assert_int_equal(config->machine, VM_MACHINE_UNKNOWN);
	assert_int_equal(config->firmware, VM_FIRMWARE_UNKNOWN);
	assert_false(config->memory_known);
	assert_null(config->cpu);
	vm_config_free(config);
}

static void takes_windows_line_ends_and_no_last_one(void **state)
{
	struct igdrom_vm_config *config =
		read_text("# note\r\nbios:ovmf\r\nmachine:  q35  \r\n\r\nvga: none\t\r\nvga: std");

	(void)state;
	assert_int_equal(config->firmware, VM_FIRMWARE_OVMF);
	assert_int_equal(config->machine, VM_MACHINE_Q35);
	/* Of two lines the last one holds. */
	assert_string_equal(config->pve.vga, "std");
	vm_config_free(config);
}

static void knows_the_machine_types_of_proxmox(void **state)
{
	static const struct {
		const char *type;
		enum vm_machine machine;
		bool known;
	} cases[] = {
		{"pc", VM_MACHINE_I440FX, true},
		{"pc-i440fx-9.2+pve1", VM_MACHINE_I440FX, true},
		{"pc-i440fx-10.0.1", VM_MACHINE_I440FX, true},
		{"pc-1.3", VM_MACHINE_I440FX, true},
		{"pc-i440fx-2.6.pxe", VM_MACHINE_I440FX, true},
		{"q35,viommu=intel", VM_MACHINE_Q35, true},
		{"type=pc-q35-9.0", VM_MACHINE_Q35, true},
		{"virt-8.1", VM_MACHINE_OTHER, true},
		{"i440fx", VM_MACHINE_I440FX, false},
		{"pc-i440fx", VM_MACHINE_I440FX, false},
		{"pc-q35", VM_MACHINE_I440FX, false},
		{"pc-i440fx-9", VM_MACHINE_I440FX, false},
		{"pc-i440fx-9.2+pve", VM_MACHINE_I440FX, false},
		{"Q35", VM_MACHINE_I440FX, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[64];
		struct igdrom_vm_config *config;

		snprintf(text, sizeof(text), "machine: %s\n", cases[i].type);
		config = read_text(text);
		assert_int_equal(config->machine, cases[i].machine);
		assert_int_equal(!find_in(report, "vm-pve-machine"), cases[i].known);
		vm_config_free(config);
	}
}

/* One fault each, the offset of what is wrong, and what comes of it. */
static void says_what_proxmox_does_not_take(void **state)
{
	static const struct {
		const char *text;
		const char *code;
		const char *at; /* where in the text; NULL: nowhere */
		size_t devices;
	} cases[] = {
		{"hostpci0: 00:02.0,x-igd-lpc=on\n", "vm-pve-hostpci-key", "x-igd", 0},
		{"hostpci0: 00:02.0, rombar=0\n", "vm-pve-hostpci-key", " rombar", 0},
		{"hostpci0: 00:02.0,romfile=\n", "vm-pve-hostpci-key", "romfile", 0},
		{"hostpci0: 00:1F.3\n", "vm-pve-hostpci-value", "00:1F", 0},
		{"hostpci0: 00:02.0;\n", "vm-pve-hostpci-value", "00:02", 0},
		{"hostpci0: 00:02.0,pcie=maybe\n", "vm-pve-hostpci-value", "pcie", 0},
		{"hostpci0: 00:02.0,device-id=4680\n", "vm-pve-hostpci-value", "device", 0},
		{"hostpci0: 00:02.0,mdev=a/b\n", "vm-pve-hostpci-value", "mdev", 0},
		{"hostpci0: 00:02.0,driver=i915\n", "vm-pve-hostpci-value", "driver", 0},
		{"hostpci0: 00:02.0,host=00:02.0\n", "vm-pve-hostpci-twice", "host=", 0},
		{"hostpci0: rombar=1\n", "vm-pve-hostpci-device", "rombar", 0},
		{"hostpci0: 00:02.0,mapping=a\n", "vm-pve-hostpci-device", "00:02", 0},
		{"hostpci16: 00:02.0\n", "vm-pve-hostpci-number", "hostpci16", 0},
		{"hostpci01: 00:02.0\n", "vm-pve-hostpci-number", "hostpci01", 0},
		{"hostpci0: 00:02.0,romfile=/root/a.rom\n", "vm-pve-rom-path", "/root", 1},
		{"hostpci0: 00:02.0\nHostpci1: 00:03.0\n", "vm-pve-line", "Hostpci1", 1},
		{"hostpci0: 00:02.0\nvga:\n", "vm-pve-line", "vga", 1},
		{"hostpci0: 00:02.0\nargs: -cpu 'host\n", "vm-pve-args-quote", "'", 1},
		{"hostpci0: 00:02.0\nargs: -set device.hostpci1.x-igd-lpc=on\n",
		 "vm-qemu-set-unknown", "device.", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct igdrom_vm_config *config = read_text(cases[i].text);

		assert_codes(&cases[i].code, 1);
		assert_int_equal(igdrom_finding_offset(igdrom_report_at(report, 0)),
				 strstr(cases[i].text, cases[i].at) - cases[i].text);
		assert_int_equal(config->device_count, cases[i].devices);
		vm_config_free(config);
	}
}

static void does_not_take_other_texts(void **state)
{
	static const char *const texts[] = {"",
					    "\n\n",
					    "<domain/>",
					    "[PENDING]\nvga: none\n",
					    "# vga: none\n",
					    "qemu-system-x86_64 -vga none"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct igdrom_vm_config *config = vm_config_new(IGDROM_VM_FORMAT_PVE);

		assert_int_equal(vm_read_pve(texts[i], strlen(texts[i]), NULL, config),
				 IGDROM_E_NOT_RECOGNIZED);
		vm_config_free(config);
	}
}

static void has_a_limit_for_lines(void **state)
{
	enum { LINES = 8193 };
	char *text = malloc(LINES * 5 + 1);
	struct igdrom_vm_config *config = vm_config_new(IGDROM_VM_FORMAT_PVE);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < LINES; i++)
		memcpy(text + 5 * i, "a: b\n", 5);
	assert_int_equal(vm_read_pve(text, 5 * (LINES - 1), NULL, config), IGDROM_OK);
	vm_config_free(config);
	config = vm_config_new(IGDROM_VM_FORMAT_PVE);
	assert_int_equal(vm_read_pve(text, 5 * LINES, NULL, config), IGDROM_E_LIMIT);
	vm_config_free(config);
	free(text);
}

/* The checker finds this, with these words, and nothing else. */
static void expect_only(const char *text, const char *code, const char *words)
{
	struct igdrom_vm_config *config = read_text(text);
	const struct igdrom_finding *finding;
	size_t others = 0;

	assert_int_equal(igdrom_report_count(report), 0);
	vm_check_pve(config, report);
	finding = find_in(report, code);
	assert_non_null(finding);
	assert_non_null(strstr(igdrom_finding_text(finding), words));
	for (size_t k = 0; k < igdrom_report_count(report); k++) {
		const struct igdrom_finding *other = igdrom_report_at(report, k);

		others +=
			other != finding && strcmp(igdrom_finding_code(other), "vm-pve-root") != 0;
	}
	assert_int_equal(others, 0);
	vm_config_free(config);
}

/* Each refusal of parse_hostpci_devices(), with the words that Proxmox VE uses. */
static void quotes_what_proxmox_will_say(void **state)
{
#define IGD "hostpci0: 00:02.0,legacy-igd=1"
	static const struct {
		const char *text;
		const char *code;
		const char *words;
	} cases[] = {
		{IGD "\nvga: none\nmachine: q35\n", "vm-pve-igd-q35",
		 "legacy IGD assignment is not compatible with q35"},
		{IGD "\n", "vm-pve-igd-vga",
		 "legacy IGD assignment requires VGA mode to be 'none'"},
		{IGD "\nvga: serial0\n", "vm-pve-igd-vga", "vga is serial0"},
		{IGD "\nvga: none,memory=16\n", "vm-pve-igd-vga", "VGA mode"},
		{IGD ",rombar=0\nvga: none\n", "vm-pve-igd-rombar",
		 "legacy IGD assignment requires rombar to be enabled"},
		{IGD ",x-vga=1\nvga: none\n", "vm-pve-igd-x-vga",
		 "legacy IGD assignment is not compatible with x-vga"},
		{IGD ",mdev=i915-GVTg_V5_4\nvga: none\n", "vm-pve-igd-mdev",
		 "legacy IGD assignment is not compatible with mdev"},
		{"hostpci0: 00:02.0;00:02.1,legacy-igd=1\nvga: none\n", "vm-pve-igd-functions",
		 "legacy IGD assignment is not compatible with multifunction devices"},
		{"hostpci0: 00:02.0;00:02.1,mdev=i915-GVTg_V5_4\n", "vm-pve-mdev-functions",
		 "cannot use mediated device with multifunction device"},
		{"hostpci0: 00:02,legacy-igd=1\nvga: none\n", "vm-pve-all-functions",
		 "refuses it with legacy-igd"},
		{"hostpci0: 00:02.1,legacy-igd=1\nvga: none\n", "vm-pve-igd-host",
		 "legacy IGD assignment only works for devices on host bus 00:02.0"},
		{"hostpci0: 00:03.0,legacy-igd=1\nvga: none\n", "vm-pve-igd-host",
		 "only works for devices on host bus 00:02.0"},
		{IGD "\nvga: none\nhostpci3: 0000:00:02.0,legacy-igd=1\n", "vm-pve-igd-twice",
		 "only one device can be assigned in legacy-igd mode"},
		{"hostpci0: 01:00.0,pcie=1\nvga: none\n", "vm-pve-pcie",
		 "q35 machine model is not enabled"},
		{"hostpci0: mapping=gpu,legacy-igd=1\nvga: none\n", "vm-pve-mapping",
		 "is the mapping gpu"},
		{"hostpci0: 00:02.1,x-vga=1\nbios: ovmf\nmachine: q35\n", "vm-pve-x-vga",
		 "x-vga=1"},
		{"hostpci0: 00:02\nargs: -set device.hostpci0.x-igd-lpc=on\n",
		 "vm-pve-all-functions", "hostpci0.0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_only(cases[i].text, cases[i].code, cases[i].words);
}

static void says_what_stands_beside_the_lines_that_count(void **state)
{
	static const struct {
		const char *text;
		const char *code;
		const char *words;
	} cases[] = {
		{"bios: ovmf\nname: a\n", "vm-pve-efi-disk", "no EFI disk"},
		{"bios: ovmf\nefidisk0: a:b,efitype=4m,pre-enrolled-keys=1\n", "vm-pve-secure-boot",
		 "expected to run"},
		{"name: a\n[PENDING]\nvga: none\n", "vm-pve-pending", "(vga)"},
		{"name: a\n[one]\nvga: none\n", "vm-pve-snapshots", "(1)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_only(cases[i].text, cases[i].code, cases[i].words);
}

static void finds_nothing_in_what_works(void **state)
{
	static const char *const names[] = {"windows-10-args.conf", "linux-gemini-lake.conf",
					    "windows-vf.conf"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct igdrom_vm_config *config = read_file(names[i]);

		vm_check_pve(config, report);
		assert_true(igdrom_report_worst(report) < IGDROM_SEVERITY_WARNING);
		vm_config_free(config);
	}
}

static void survives_every_prefix_and_every_changed_byte(void **state)
{
	static const char *const names[] = {"windows-10-args.conf", "windows-11-snapshots.conf",
					    "linux-q35-card.conf"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *text = vm_file_read(FIXTURES, names[i]);
		size_t size = strlen(text);

		for (size_t n = 0; n <= size; n++) {
			struct igdrom_vm_config *config = vm_config_new(IGDROM_VM_FORMAT_PVE);
			char *copy = malloc(n ? n : 1);
			enum igdrom_status status;

			assert_non_null(copy);
			memcpy(copy, text, n);
			if (n)
				copy[n - 1] ^= (char)(1u << n % 8);
			status = vm_read_pve(copy, n, report, config);
			assert_int_equal(status, config->err);
			vm_config_free(config);
			free(copy);
		}
		free(text);
	}
}

static int free_report(void **state)
{
	(void)state;
	igdrom_report_free(report);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_windows_machine_whose_args_move_and_set),
		cmocka_unit_test(reads_short_addresses_and_whole_devices),
		cmocka_unit_test(reads_the_head_and_never_what_waits_or_was),
		cmocka_unit_test(reads_cards_behind_root_ports),
		cmocka_unit_test(puts_devices_where_proxmox_puts_them),
		cmocka_unit_test(reads_several_functions_as_several_devices),
		cmocka_unit_test(reads_devices_and_files_out_of_args),
		cmocka_unit_test(fills_in_defaults_but_not_into_a_few_lines),
		cmocka_unit_test(takes_windows_line_ends_and_no_last_one),
		cmocka_unit_test(knows_the_machine_types_of_proxmox),
		cmocka_unit_test(says_what_proxmox_does_not_take),
		cmocka_unit_test(does_not_take_other_texts),
		cmocka_unit_test(has_a_limit_for_lines),
		cmocka_unit_test(quotes_what_proxmox_will_say),
		cmocka_unit_test(says_what_stands_beside_the_lines_that_count),
		cmocka_unit_test(finds_nothing_in_what_works),
		cmocka_unit_test(survives_every_prefix_and_every_changed_byte),
	};

	return cmocka_run_group_tests(tests, NULL, free_report);
}
