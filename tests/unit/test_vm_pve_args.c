/* SPDX-License-Identifier: BSD-2-Clause */
/* "args" of Proxmox VE, merged word by word. */
#include "unit.h"

#include "findings.h"
#include "vm_pve_rig.h"

#include <stdio.h>

static void merges_args_word_by_word(void **state)
{
	static const struct {
		const char *args;
		const char *merged;
	} cases[] = {
		{"-S", "-S " LPC},
		{LPC, LPC},
		{"-set device.hostpci0.x-igd-lpc=true  -S",
		 "-set device.hostpci0.x-igd-lpc=true  -S"},
		/* What is there for the same device and no part of the plan goes. */
		{"-set device.hostpci0.x-igd-gms=0x2  -S -set device.hostpci0.x-igd-lpc=off",
		 "-S -set device.hostpci0.x-igd-lpc=on"},
		{LPC " " LPC " -set device.hostpci0.x-igd-legacy-mode=off", LPC},
		{"-global vfio-pci.x-igd-opregion=on -set device.hostpci0.x-vga=on", LPC},
		/* What is about something else stays, with its quotes. */
		{"-smbios \"type=2,product=My Board\"  -set device.net0.x=1"
		 " -set device.hostpci1.x-igd-gms=1 -set device.hostpci0.x-no-mmap=on",
		 "-smbios \"type=2,product=My Board\"  -set device.net0.x=1"
		 " -set device.hostpci1.x-igd-gms=1 -set device.hostpci0.x-no-mmap=on " LPC},
		/* The place that legacy-igd means. */
		{"-set device.hostpci0.addr=02.0 -set device.hostpci0.bus=pci.0",
		 "-set device.hostpci0.addr=02.0 -set device.hostpci0.bus=pci.0 " LPC},
		{"-set device.hostpci0.addr=0x3 -set device.hostpci0.bus=pcie.0", LPC},
		{"-set device.hostpci0.romfile=/root/old.rom -set device.hostpci0.rombar=0", LPC},
		/* Files of ours that the plan does not have. */
		{"-fw_cfg opt/igdrom/lpc-id,string=0x7a86 -fw_cfg name=opt/other,string=1",
		 "-fw_cfg name=opt/other,string=1 " LPC},
		{"-debugcon file:/root/log -global isa-debugcon.iobase=0x402",
		 "-debugcon file:/root/log -global isa-debugcon.iobase=0x402 " LPC},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char existing[512];
		char merged[512];

		snprintf(existing, sizeof(existing), "args: %s\n" HEAD LINE "hostpci1: 01:00.0\n",
			 cases[i].args);
		snprintf(merged, sizeof(merged), "args: %s\n" HEAD LINE "hostpci1: 01:00.0\n",
			 cases[i].merged);
		pve_expect_merged(pve_i440fx(), existing, merged);
	}
}

static void leaves_no_half_of_a_place(void **state)
{
	static const char at_igd[] =
		"args: -S -set device.hostpci0.bus=pcie.0 -set device.hostpci0.addr=%s\n"
		"bios: ovmf\nhostpci0: 0000:00:02.0,romfile=igd.rom\nmachine: q35\nvga: none\n";
	static const char *const slots[] = {"0x2", "2", "02.0"};
	static const char elsewhere[] =
		"args: -set device.hostpci0.bus=pcie.0 -set device.hostpci0.addr=0x9\n"
		"bios: ovmf\nhostpci0: 0000:00:02.0,romfile=igd.rom\nmachine: q35\nvga: none\n";
	struct igdrom_vm_config *config;

	(void)state;
	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		char existing[512];

		snprintf(existing, sizeof(existing), at_igd, slots[i]);
		config = pve_q35();
		config->devices[0].guest = (struct vm_address){.known = false};
		/* pcie.0 alone would be 00:00.0, where the host bridge is. */
		pve_expect_merged(config, existing,
				  "args: -S\nbios: ovmf\nhostpci0: 0000:00:02.0,romfile=igd.rom\n"
				  "machine: q35\nvga: none\n");
	}
	config = pve_q35();
	config->devices[0].guest = (struct vm_address){.known = false};
	pve_expect_merged(config, elsewhere, elsewhere);
}

static void says_what_it_took_out_of_args(void **state)
{
	static const char existing[] = "args: -S -set device.hostpci0.x-igd-gms=0x2\n" HEAD LINE;
	struct igdrom_vm_config *config = pve_i440fx();
	const struct igdrom_finding *finding;

	(void)state;
	free(pve_write(config, false, existing, IGDROM_OK));
	finding = find_in(pve_report, "vm-pve-merge-removed");
	assert_non_null(finding);
	assert_int_equal(igdrom_finding_offset(finding), strstr(existing, "device.") - existing);
	assert_non_null(strstr(igdrom_finding_text(finding), "device.hostpci0.x-igd-gms=0x2"));
	vm_config_free(config);
}

static void replaces_files_of_fw_cfg_and_adds_what_a_debug_console_lacks(void **state)
{
	struct igdrom_vm_config *config = pve_i440fx();

	(void)state;
	vm_config_add_fw_cfg(config, "opt/igdrom/stolen-base", "0x7b800000", 0);
	config->debug_console = true;
	config->debug_file = "/root/log";
	pve_expect_merged(
		config,
		"args: -fw_cfg opt/igdrom/stolen-base,string=0x10000000 -debugcon stdio "
		"-fw_cfg name=opt/igdrom/stolen-base,string=0x20000000\n" HEAD LINE,
		"args: -fw_cfg name=opt/igdrom/stolen-base,string=0x7b800000 -debugcon stdio " LPC
		" -global isa-debugcon.iobase=0x402\n" HEAD LINE);
}

static void takes_the_args_line_out_when_nothing_is_left(void **state)
{
	struct igdrom_vm_config *config = pve_i440fx();

	(void)state;
	config->devices[0].property_count = 0;
	pve_expect_merged(config, "args: -set device.hostpci0.x-igd-opregion=on\n" HEAD LINE,
			  HEAD LINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(merges_args_word_by_word),
		cmocka_unit_test(leaves_no_half_of_a_place),
		cmocka_unit_test(says_what_it_took_out_of_args),
		cmocka_unit_test(replaces_files_of_fw_cfg_and_adds_what_a_debug_console_lacks),
		cmocka_unit_test(takes_the_args_line_out_when_nothing_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, pve_rig_free);
}
