/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "findings.h"
#include "vm/config.h"
#include "vm_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define QEMU_NS "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'"

static struct igdrom_vm_config *read_text(const char *text, struct igdrom_report *report)
{
	struct igdrom_vm_config *config;

	assert_int_equal(igdrom_vm_config_read(text, strlen(text), IGDROM_VM_FORMAT_UNKNOWN, report,
					       &config),
			 IGDROM_OK);
	return config;
}

static struct igdrom_vm_config *read_fixture(const char *name)
{
	char *text = vm_file_read(FIXTURES, name);
	struct igdrom_report *report;
	struct igdrom_vm_config *config;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	config = read_text(text, report);
	assert_int_equal(igdrom_report_count(report), 0);
	igdrom_report_free(report);
	free(text);
	return config;
}

static const struct vm_slot *slot_at(const struct igdrom_vm_config *config, unsigned slot,
				     unsigned function)
{
	for (size_t i = 0; i < config->slot_count; i++) {
		if (config->slots[i].guest.slot == slot &&
		    config->slots[i].guest.function == function)
			return &config->slots[i];
	}
	return NULL;
}

static void reads_what_virt_manager_writes(void **state)
{
	struct igdrom_vm_config *config = read_fixture("virt-manager-q35.xml");

	(void)state;
	assert_int_equal(config->format, IGDROM_VM_FORMAT_LIBVIRT);
	assert_string_equal(config->name, "win11");
	assert_int_equal(config->machine, VM_MACHINE_Q35);
	assert_string_equal(config->machine_type, "pc-q35-7.2");
	assert_int_equal(config->firmware, VM_FIRMWARE_OVMF);
	assert_true(config->memory_known);
	assert_int_equal(config->memory_mib, 8192);
	assert_string_equal(config->cpu, "host");
	assert_string_equal(config->display, "qxl");
	assert_string_equal(config->editor, "virt-manager");
	assert_string_equal(config->os_type, "http://microsoft.com/win/11");
	assert_true(config->serial);
	assert_true(config->guest_agent);
	assert_false(config->debug_console);
	assert_false(config->qemu_namespace);
	assert_int_equal(config->device_count, 0);
	vm_config_free(config);
}

static void lists_what_sits_on_the_root_bus(void **state)
{
	struct igdrom_vm_config *config = read_fixture("virt-manager-q35.xml");

	(void)state;
	/* Four ports at 02.0-3 and one at 03.0, SATA 1f.2, sound 1b.0, video 01.0. */
	assert_int_equal(config->slot_count, 8);
	assert_string_equal(slot_at(config, 2, 0)->what, "controller pci 1 (pcie-root-port)");
	assert_string_equal(slot_at(config, 2, 3)->what, "controller pci 4 (pcie-root-port)");
	assert_string_equal(slot_at(config, 0x1f, 2)->what, "controller sata 0");
	assert_string_equal(slot_at(config, 1, 0)->what, "video qxl");
	assert_string_equal(slot_at(config, 0x1b, 0)->what, "sound (ich9)");
	assert_string_equal(slot_at(config, 2, 0)->guest.bus_name, "pcie.0");
	vm_config_free(config);
}

static void reads_a_passed_through_device(void **state)
{
	struct igdrom_vm_config *config = read_fixture("i440fx-video.xml");
	const struct vm_device *device = &config->devices[0];

	(void)state;
	assert_int_equal(config->machine, VM_MACHINE_I440FX);
	assert_int_equal(config->firmware, VM_FIRMWARE_OVMF);
	assert_string_equal(config->firmware_file, "/usr/share/OVMF/OVMF_CODE_4M.fd");
	assert_int_equal(config->memory_mib, 6144);
	assert_string_equal(config->cpu, "Skylake-Client");
	assert_string_equal(config->display, "vga");
	assert_int_equal(config->device_count, 1);
	assert_string_equal(device->id, "hostdev0");
	assert_true(device->host.known);
	assert_int_equal(device->host.slot, 2);
	assert_true(device->guest.known);
	assert_true(device->guest.on_root);
	assert_int_equal(device->guest.slot, 5);
	assert_string_equal(device->guest.bus_name, "pci.0");
	assert_null(device->rom_file);
	assert_true(device->rom_bar);
	assert_string_equal(slot_at(config, 2, 0)->what, "video vga");
	vm_config_free(config);
}

static void reads_the_dialect_of_unraid(void **state)
{
	struct igdrom_vm_config *config = read_fixture("unraid-override.xml");
	const struct vm_device *device = &config->devices[0];

	(void)state;
	assert_int_equal(config->format, IGDROM_VM_FORMAT_UNRAID);
	assert_string_equal(config->editor, "unraid");
	assert_string_equal(config->os_type, "windowstpm");
	assert_string_equal(config->name, "Windows 11");
	assert_string_equal(config->display, "none");
	assert_true(config->qemu_namespace);
	assert_true(config->has_override);
	assert_true(config->has_commandline);
	assert_int_equal(config->fw_cfg_count, 1);
	assert_string_equal(config->fw_cfg[0].name, "opt/igdrom/log");
	assert_string_equal(config->fw_cfg[0].string, "1");
	assert_string_equal(device->id, "ua-igd");
	assert_string_equal(device->rom_file, "/mnt/user/isos/igd.rom");
	assert_int_equal(device->guest.slot, 2);
	assert_int_equal(device->property_count, 3);
	assert_string_equal(vm_device_property(device, "x-igd-opregion")->value, "on");
	assert_string_equal(vm_device_property(device, "x-igd-gms")->value, "0x2");
	assert_int_equal(vm_device_property(device, "x-igd-gms")->type, VM_VALUE_UINT);
	assert_string_equal(vm_device_property(device, "x-no-mmap")->value, "off");
	vm_config_free(config);
}

static void reads_all_units_of_memory(void **state)
{
	static const struct {
		const char *memory;
		uint64_t mib; /* 0: not known */
	} cases[] = {
		{"<memory>4194304</memory>", 4096},
		{"<memory unit='KiB'> 4194304 </memory>", 4096},
		{"<memory unit='k'>4194304</memory>", 4096},
		{"<memory unit='KB'>4194304</memory>", 4000},
		{"<memory unit='b'>4294967296</memory>", 4096},
		{"<memory unit='bytes'>4294967296</memory>", 4096},
		{"<memory unit='MiB'>4096</memory>", 4096},
		{"<memory unit='M'>4096</memory>", 4096},
		{"<memory unit='MB'>4096</memory>", 3906},
		{"<memory unit='G'>4</memory>", 4096},
		{"<memory unit='GB'>4</memory>", 3814},
		{"<memory unit='TiB'>1</memory>", 1048576},
		{"<memory unit='EiB'>16</memory>", 0},
		{"<memory unit='lots'>4</memory>", 0},
		{"<memory unit='KiBx'>4</memory>", 0},
		{"<memory>four</memory>", 0},
		{"<memory/>", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[128];
		struct igdrom_vm_config *config;

		snprintf(text, sizeof(text), "<domain type='kvm'>%s</domain>", cases[i].memory);
		config = read_text(text, NULL);
		assert_int_equal(config->memory_known, cases[i].mib != 0);
		assert_int_equal(config->memory_mib, cases[i].mib);
		vm_config_free(config);
	}
}

static void tells_machines_and_firmware(void **state)
{
	static const struct {
		const char *os;
		enum vm_machine machine;
		enum vm_firmware firmware;
	} cases[] = {
		{"<os><type>hvm</type></os>", VM_MACHINE_I440FX, VM_FIRMWARE_SEABIOS},
		{"<os><type machine='pc'>hvm</type></os>", VM_MACHINE_I440FX, VM_FIRMWARE_SEABIOS},
		{"<os><type machine='q35'>hvm</type></os>", VM_MACHINE_Q35, VM_FIRMWARE_SEABIOS},
		{"<os><type machine='pc-q35-9.2'>hvm</type><loader>/x/OVMF.fd</loader></os>",
		 VM_MACHINE_Q35, VM_FIRMWARE_OVMF},
		{"<os><type machine='microvm'>hvm</type></os>", VM_MACHINE_OTHER,
		 VM_FIRMWARE_SEABIOS},
		{"<os><type arch='aarch64' machine='pc'>hvm</type></os>", VM_MACHINE_OTHER,
		 VM_FIRMWARE_SEABIOS},
		{"<os firmware='bios'><type>hvm</type></os>", VM_MACHINE_I440FX,
		 VM_FIRMWARE_SEABIOS},
		{"<os firmware='efi'><type>hvm</type></os>", VM_MACHINE_I440FX, VM_FIRMWARE_OVMF},
		{"<os><type>hvm</type><loader type='rom'>/x/bios-256k.bin</loader></os>",
		 VM_MACHINE_I440FX, VM_FIRMWARE_SEABIOS},
		{"<os><type>hvm</type><loader type='rom'>/x/mine.bin</loader></os>",
		 VM_MACHINE_I440FX, VM_FIRMWARE_UNKNOWN},
		{"", VM_MACHINE_UNKNOWN, VM_FIRMWARE_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char text[256];
		struct igdrom_vm_config *config;

		snprintf(text, sizeof(text), "<domain type='kvm'>%s</domain>", cases[i].os);
		config = read_text(text, NULL);
		assert_int_equal(config->machine, cases[i].machine);
		assert_int_equal(config->firmware, cases[i].firmware);
		vm_config_free(config);
	}
}

static void tells_when_a_display_comes_by_itself(void **state)
{
	struct igdrom_vm_config *config =
		read_text("<domain type='kvm'><os><type>hvm</type></os><devices/></domain>", NULL);

	(void)state;
	assert_string_equal(config->display, "none");
	vm_config_free(config);
	config = read_text("<domain type='kvm'><os><type>hvm</type></os><devices>"
			   "<graphics type='vnc'/></devices></domain>",
			   NULL);
	assert_null(config->display);
	assert_non_null(slot_at(config, 2, 0));
	vm_config_free(config);
	config = read_text("<domain type='kvm'><os><type>hvm</type></os><devices>"
			   "<graphics type='vnc'/><video><model type='none'/></video></devices>"
			   "</domain>",
			   NULL);
	assert_string_equal(config->display, "none");
	assert_null(slot_at(config, 2, 0));
	vm_config_free(config);
}

static void reads_the_rest_of_a_device(void **state)
{
	struct igdrom_vm_config *config = read_text(
		"<domain type='qemu'><os><type machine='q35'>hvm</type></os>"
		"<cpu mode='host-passthrough'><maxphysaddr mode='passthrough' limit='39'/></cpu>"
		"<sysinfo type='fwcfg'><entry name='opt/igdrom/stolen-base'>0x78000000</entry>"
		"<entry name='opt/x' file='/x&amp;y'/></sysinfo><devices>"
		"<hostdev mode='subsystem' type='usb'/>"
		"<hostdev mode='subsystem' type='pci' xvga='yes'>"
		"<source><address domain='0' bus='0' slot='31' function='3'/></source>"
		"<rom bar='off'/><address type='pci' bus='0x05' slot='0x00'/></hostdev>"
		"<hostdev mode='subsystem' type='mdev' model='vfio-pci'>"
		"<source><address uuid='c2177883-f1bb-47f0-914d-32a22e3a8804'/></source>"
		"<address type='pci'/></hostdev>"
		"<serial type='file'><source path='/tmp/a.log'/><target type='isa-debug'/></serial>"
		"</devices></domain>",
		NULL);
	const struct vm_device *device = config->devices;

	(void)state;
	assert_int_equal(config->address_width, 39);
	assert_int_equal(config->fw_cfg_count, 2);
	assert_string_equal(config->fw_cfg[0].string, "0x78000000");
	assert_null(config->fw_cfg[1].string);
	assert_int_equal(config->device_count, 2);
	assert_string_equal(device[0].id, "hostdev1");
	assert_int_equal(device[0].host.slot, 31);
	assert_int_equal(device[0].host.function, 3);
	assert_false(device[0].rom_bar);
	assert_true(device[0].x_vga);
	assert_string_equal(vm_device_property(&device[0], "x-vga")->value, "on");
	assert_false(device[0].guest.on_root);
	assert_int_equal(device[0].guest.bus, 5);
	assert_string_equal(device[1].id, "hostdev2");
	assert_string_equal(device[1].mdev, "c2177883-f1bb-47f0-914d-32a22e3a8804");
	assert_false(device[1].guest.known);
	assert_true(config->debug_console);
	assert_string_equal(config->debug_file, "/tmp/a.log");
	assert_false(config->serial);
	vm_config_free(config);
}

static void says_what_libvirt_would_drop(void **state)
{
	static const struct {
		const char *text;
		const char *code;
		const char *where; /* text at the offset; NULL: none */
	} cases[] = {
		{"<domain type='kvm'><devices/><qemu:override/></domain>", "vm-libvirt-namespace",
		 "<qemu:override"},
		{"<domain type='kvm' xmlns:qemu='http://example.org/'><qemu:commandline/></domain>",
		 "vm-libvirt-namespace", "<qemu:commandline"},
		{"<domain type='kvm' " QEMU_NS "><qemu:override><qemu:device alias='ua-gpu'>"
		 "<qemu:frontend><qemu:property name='x-igd-lpc' type='bool' value='true'/>"
		 "</qemu:frontend></qemu:device></qemu:override></domain>",
		 "vm-libvirt-alias", "<qemu:device"},
		{"<domain type='kvm' id='3'/>", "vm-libvirt-live", "<domain"},
		{"<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT\n--><domain/>",
		 "vm-libvirt-own-file", "THIS IS"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct igdrom_report *report;
		const struct igdrom_finding *finding;

		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		vm_config_free(read_text(cases[i].text, report));
		assert_int_equal(igdrom_report_count(report), 1);
		finding = igdrom_report_at(report, 0);
		assert_string_equal(igdrom_finding_code(finding), cases[i].code);
		assert_int_equal(igdrom_finding_offset(finding),
				 strstr(cases[i].text, cases[i].where) - cases[i].text);
		igdrom_report_free(report);
	}
}

static void any_prefix_may_stand_for_the_namespace(void **state)
{
	struct igdrom_vm_config *config = read_text(
		"<domain type='kvm' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><devices>"
		"<hostdev type='pci'><source><address slot='2'/></source></hostdev></devices>"
		"<q:override><q:device alias='hostdev0'><q:frontend>"
		"<q:property name='x-igd-legacy-mode' type='string' value='off'/>"
		"</q:frontend></q:device></q:override></domain>",
		NULL);

	(void)state;
	assert_true(config->qemu_namespace);
	assert_string_equal(vm_device_property(&config->devices[0], "x-igd-legacy-mode")->value,
			    "off");
	vm_config_free(config);
}

static void refuses(const char *text, size_t size, enum igdrom_status status, const char *code,
		    uint64_t at)
{
	struct igdrom_report *report;
	struct igdrom_vm_config *config;
	uint64_t offset;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(
		igdrom_vm_config_read(text, size, IGDROM_VM_FORMAT_LIBVIRT, report, &config),
		status);
	assert_null(config);
	assert_int_equal(igdrom_report_count(report), 1);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)), code);
	offset = igdrom_finding_offset(igdrom_report_at(report, 0));
	/* Where in a line a mistake is seen is libxml2's business. */
	if (strcmp(code, "vm-xml-syntax") == 0)
		assert_true(offset >= at && offset <= at + strcspn(text + at, "\n"));
	else
		assert_int_equal(offset, at);
	igdrom_report_free(report);
}

static void refuses_what_is_no_domain(void **state)
{
	static const char wide[] = "\xff\xfe<\0d\0o\0m\0a\0i\0n\0/\0>";
	static const struct {
		const char *text;
		enum igdrom_status status;
		const char *code;
		uint64_t at;
	} cases[] = {
		{"<domainsnapshot><domain/></domainsnapshot>", IGDROM_E_NOT_RECOGNIZED,
		 "vm-xml-wrapped", 0},
		{"<domstatus state='running'><domain/></domstatus>", IGDROM_E_NOT_RECOGNIZED,
		 "vm-xml-wrapped", 0},
		{" <network/>", IGDROM_E_NOT_RECOGNIZED, "vm-xml-root", 1},
		{"<domain type='xen'/>", IGDROM_E_NOT_RECOGNIZED, "vm-xml-hypervisor", 0},
		{"<!DOCTYPE domain [<!ENTITY a 'aaaa'>]><domain>&a;</domain>", IGDROM_E_UNSUPPORTED,
		 "vm-xml-doctype", 0},
		{"<domain><!ENTITY a 'b'></domain>", IGDROM_E_UNSUPPORTED, "vm-xml-doctype", 8},
		{"<?xml version='1.0' encoding='UTF-7'?><domain/>", IGDROM_E_UNSUPPORTED,
		 "vm-xml-encoding", 0},
		{"<domain>\n <name>a</nam>\n</domain>", IGDROM_E_CORRUPT, "vm-xml-syntax", 9},
		{"<domain>&nbsp;</domain>", IGDROM_E_CORRUPT, "vm-xml-syntax", 0},
		{"<domain", IGDROM_E_CORRUPT, "vm-xml-syntax", 0},
		{"<domain/>\n<domain/>", IGDROM_E_CORRUPT, "vm-xml-syntax", 10},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		refuses(cases[i].text, strlen(cases[i].text), cases[i].status, cases[i].code,
			cases[i].at);
	refuses(wide, sizeof(wide) - 1, IGDROM_E_UNSUPPORTED, "vm-xml-encoding", 0);
}

static void stops_at_depth_and_count(void **state)
{
	static char text[70000 * 4 + 32];
	size_t at = 0;

	(void)state;
	for (int i = 0; i < 65; i++, at += 3)
		memcpy(text + at, "<a>", 3);
	refuses(text, at, IGDROM_E_LIMIT, "vm-xml-limit", 64 * 3);
	memcpy(text, "<domain>", 8);
	for (at = 8; at < 70000 * 4; at += 4)
		memcpy(text + at, "<a/>", 4);
	refuses(text, at, IGDROM_E_LIMIT, "vm-xml-limit", 8 + 65535 * 4);
	memcpy(text + 8, "<a", 2);
	for (at = 10; at < 10 + 257 * 8; at += 8)
		snprintf(text + at, 9, " a%03zu=''", (at - 10) / 8 % 1000);
	refuses(text, at, IGDROM_E_CORRUPT, "vm-xml-syntax", 10);
	memcpy(text + at, "/></domain>", 11);
	refuses(text, at + 11, IGDROM_E_LIMIT, "vm-xml-limit", 8);
}

static void every_prefix_is_refused_or_read(void **state)
{
	static const char *const names[] = {"virt-manager-q35.xml", "unraid-override.xml"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *text = vm_file_read(FIXTURES, names[i]);
		size_t size = strlen(text);

		/* All that may be missing is the newline behind the last tag. */
		for (size_t cut = 0; cut < size - 1; cut++) {
			struct igdrom_vm_config *config;
			char *exact = malloc(cut + 1);

			assert_non_null(exact);
			memcpy(exact, text, cut);
			assert_int_not_equal(igdrom_vm_config_read(exact, cut,
								   IGDROM_VM_FORMAT_LIBVIRT, NULL,
								   &config),
					     IGDROM_OK);
			assert_null(config);
			free(exact);
		}
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_virt_manager_writes),
		cmocka_unit_test(lists_what_sits_on_the_root_bus),
		cmocka_unit_test(reads_a_passed_through_device),
		cmocka_unit_test(reads_the_dialect_of_unraid),
		cmocka_unit_test(reads_all_units_of_memory),
		cmocka_unit_test(tells_machines_and_firmware),
		cmocka_unit_test(tells_when_a_display_comes_by_itself),
		cmocka_unit_test(reads_the_rest_of_a_device),
		cmocka_unit_test(says_what_libvirt_would_drop),
		cmocka_unit_test(any_prefix_may_stand_for_the_namespace),
		cmocka_unit_test(refuses_what_is_no_domain),
		cmocka_unit_test(stops_at_depth_and_count),
		cmocka_unit_test(every_prefix_is_refused_or_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
