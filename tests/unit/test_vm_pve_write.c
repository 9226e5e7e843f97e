/* SPDX-License-Identifier: BSD-2-Clause */
/* Plans written for Proxmox VE: a few lines, into a file that is there, and as "qm set". */
#include "unit.h"

#include "findings.h"
#include "vm_files.h"
#include "vm_pve_rig.h"

#include <stdio.h>

static void writes_the_lines_that_a_plan_needs(void **state)
{
	struct igdrom_vm_config *config = pve_i440fx();

	(void)state;
	pve_expect_text(config, false, NULL,
			"args: " LPC "\n"
			"bios: ovmf\n"
			"hostpci0: 0000:00:02.0,legacy-igd=1,romfile=igd.rom\n"
			"machine: pc\n"
			"vga: none\n");
	vm_config_add_fw_cfg(config, "opt/igdrom/stolen-base", "0x7b800000", 0);
	config->debug_console = true;
	config->debug_file = "/root/my log";
	config->devices[0].rom_file = "/usr/share/vgabios/other.rom";
	pve_expect_text(config, false, NULL,
			"args: " LPC " -fw_cfg name=opt/igdrom/stolen-base,string=0x7b800000"
			" -debugcon 'file:/root/my log' -global isa-debugcon.iobase=0x402\n"
			"bios: ovmf\n"
			"hostpci0: 0000:00:02.0,legacy-igd=1,romfile=other.rom\n"
			"machine: pc\n"
			"vga: none\n");
	vm_config_free(config);
	config = pve_q35();
	pve_expect_text(config, false, NULL,
			"args: -set device.hostpci0.bus=pcie.0 -set device.hostpci0.addr=0x2\n"
			"bios: ovmf\n"
			"hostpci0: 0000:00:02.0,romfile=igd.rom\n"
			"machine: q35\n"
			"vga: none\n");
	vm_config_free(config);
	config = pve_vf();
	pve_expect_text(config, false, NULL,
			"bios: ovmf\n"
			"hostpci0: 0000:00:02.3,pcie=1\n"
			"machine: q35\n");
	vm_config_free(config);
}

static void writes_sound_and_a_mediated_device(void **state)
{
	struct igdrom_vm_config *config = pve_i440fx();
	struct vm_device *audio = vm_config_add_device(config, 0);

	(void)state;
	audio->id = "hostpci1";
	audio->host = (struct vm_address){.known = true, .slot = 0x1f, .function = 3};
	pve_expect_text(config, false, NULL,
			"args: " LPC "\n"
			"bios: ovmf\n"
			"hostpci0: 0000:00:02.0,legacy-igd=1,romfile=igd.rom\n"
			"hostpci1: 0000:00:1f.3\n"
			"machine: pc\n"
			"vga: none\n");
	vm_config_free(config);
	config = pve_vf();
	config->firmware = VM_FIRMWARE_SEABIOS;
	config->machine = VM_MACHINE_I440FX;
	config->devices[0].host.function = 0;
	config->devices[0].pcie = false;
	config->devices[0].mdev = "i915-GVTg_V5_4";
	vm_device_set(config, &config->devices[0], "x-igd-opregion", "on", VM_VALUE_BOOL, 0);
	pve_expect_text(config, false, NULL,
			"args: -set device.hostpci0.x-igd-opregion=on\n"
			"bios: seabios\n"
			"hostpci0: 0000:00:02.0,mdev=i915-GVTg_V5_4\n"
			"machine: pc\n");
	vm_config_free(config);
}

/* The ROM of the whole GPU would run on the mediated one; a ROM that was meant for that one stays. */
static void a_rom_of_the_whole_gpu_does_not_stay_on_a_mediated_one(void **state)
{
	(void)state;
	for (int meant = 0; meant < 2; meant++) {
		struct igdrom_vm_config *config = pve_vf();

		config->machine = VM_MACHINE_I440FX;
		config->devices[0].host.function = 0;
		config->devices[0].pcie = false;
		config->devices[0].mdev = "i915-GVTg_V5_4";
		pve_expect_merged(
			config,
			meant ? "bios: ovmf\n"
				"hostpci0: 00:02.0,mdev=i915-GVTg_V5_8,romfile=a.rom\nname: "
				"a\nvga: std\n"
			      : "bios: ovmf\nhostpci0: 00:02.0,legacy-igd=1,romfile=a.rom\n"
				"name: a\nvga: none\n",
			meant ? "bios: ovmf\n"
				"hostpci0: 00:02.0,mdev=i915-GVTg_V5_4,romfile=a.rom\nname: "
				"a\nvga: std\n"
			      : "bios: ovmf\nhostpci0: 00:02.0,mdev=i915-GVTg_V5_4\nname: a\nvga: "
				"none\n");
	}
}

static void writes_one_command_for_a_shell(void **state)
{
	struct igdrom_vm_config *config = pve_i440fx();

	(void)state;
	pve_expect_text(config, true, NULL,
			"qm set 100 \\\n"
			"  --args '" LPC "' \\\n"
			"  --bios ovmf \\\n"
			"  --hostpci0 0000:00:02.0,legacy-igd=1,romfile=igd.rom \\\n"
			"  --machine pc \\\n"
			"  --vga none\n");
	config->name = NULL;
	config->devices[0].property_count = 0;
	pve_expect_text(config, true,
			"args: -set device.hostpci0.x-igd-gms=2\nbios: ovmf\n"
			"hostpci0: 00:02.0,legacy-igd=1,romfile=igd.rom\nname: a\nvga: std\n",
			"qm set VMID \\\n"
			"  --vga none \\\n"
			"  --delete args\n");
	vm_config_free(config);
}

/* Lines go where Proxmox VE would sort them; sections, comments and odd spaces stay. */
static void merges_line_by_line(void **state)
{
	(void)state;
	pve_expect_merged(pve_i440fx(),
			  "#my machine\n"
			  "bios:  ovmf \n"
			  "cores: 4\n"
			  "\n"
			  "name: a\n"
			  "unknown_key: 1\n"
			  "this is no line\n"
			  "vga: qxl,memory=32\n"
			  "\n"
			  "[PENDING]\n"
			  "cores: 5\n"
			  "\n"
			  "[before]\n"
			  "args: -set device.hostpci0.x-igd-gms=1\n"
			  "hostpci0: 00:02.0\n"
			  "vga: std\n",
			  "#my machine\n"
			  "args: " LPC "\n"
			  "bios:  ovmf \n"
			  "cores: 4\n"
			  "\n"
			  "hostpci0: 0000:00:02.0,legacy-igd=1,romfile=igd.rom\n"
			  "name: a\n"
			  "unknown_key: 1\n"
			  "this is no line\n"
			  "vga: none\n"
			  "\n"
			  "[PENDING]\n"
			  "cores: 5\n"
			  "\n"
			  "[before]\n"
			  "args: -set device.hostpci0.x-igd-gms=1\n"
			  "hostpci0: 00:02.0\n"
			  "vga: std\n");
}

static void keeps_line_ends_and_a_missing_last_one(void **state)
{
	(void)state;
	pve_expect_merged(pve_i440fx(), "bios: ovmf\r\nname: a\r\nvga: std\r\n",
			  "args: " LPC "\r\nbios: ovmf\r\n"
			  "hostpci0: 0000:00:02.0,legacy-igd=1,romfile=igd.rom\r\n"
			  "name: a\r\nvga: none\r\n");
	pve_expect_merged(pve_q35(), "bios: ovmf\nmachine: q35\nargs: -S",
			  "bios: ovmf\nhostpci0: 0000:00:02.0,romfile=igd.rom\nmachine: q35\n"
			  "args: -S -set device.hostpci0.bus=pcie.0 -set device.hostpci0.addr=0x2\n"
			  "vga: none");
	pve_expect_merged(pve_i440fx(), "vga: none\nbios: ovmf\nmemory: 8192",
			  "args: " LPC "\n"
			  "hostpci0: 0000:00:02.0,legacy-igd=1,romfile=igd.rom\n"
			  "vga: none\nbios: ovmf\nmemory: 8192");
	/* Of two lines the last one counts. */
	pve_expect_merged(pve_i440fx(), "bios: ovmf\nname: a\nvga: std\nvga: qxl\n",
			  "args: " LPC "\nbios: ovmf\n"
			  "hostpci0: 0000:00:02.0,legacy-igd=1,romfile=igd.rom\n"
			  "name: a\nvga: std\nvga: none\n");
}

static void takes_the_line_that_passes_the_gpu_already(void **state)
{
	static const struct {
		const char *line;
		const char *merged;
	} cases[] = {
		/* A short address and switches in words are the same. */
		{"00:02.0,legacy-igd=on,romfile=igd.rom", "00:02.0,legacy-igd=on,romfile=igd.rom"},
		{"host=00:02.0,romfile=old.rom", "host=00:02.0,legacy-igd=1,romfile=igd.rom"},
		/* All functions would be more than the GPU as soon as there are virtual ones. */
		{"00:02,x-vga=1", "0000:00:02.0,legacy-igd=1,romfile=igd.rom"},
		{"0000:00:02.0,device-id=0x4680,rombar=0,driver=keep",
		 "0000:00:02.0,device-id=0x4680,legacy-igd=1,driver=keep,romfile=igd.rom"},
		{"0000:00:02.0,mdev=i915-GVTg_V5_4,romfile=igd.rom",
		 "0000:00:02.0,legacy-igd=1,romfile=igd.rom"},
		{"romfile=x.rom,host=0000:00:02.0,legacy-igd=0",
		 "romfile=igd.rom,host=0000:00:02.0,legacy-igd=1"},
		/* What Proxmox VE does not take was meant for the GPU, too. */
		{"0000:00:02.0,x-igd-lpc=on", "0000:00:02.0,legacy-igd=1,romfile=igd.rom"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char existing[256];
		char merged[256];

		snprintf(existing, sizeof(existing), HEAD "hostpci3: %s\n", cases[i].line);
		snprintf(merged, sizeof(merged),
			 "args: -set device.hostpci3.x-igd-lpc=on\n" HEAD "hostpci3: %s\n",
			 cases[i].merged);
		pve_expect_merged(pve_i440fx(), existing, merged);
	}
}

static void gives_a_new_device_the_first_free_number(void **state)
{
	struct igdrom_vm_config *config = pve_i440fx();
	struct vm_device *audio = vm_config_add_device(config, 0);

	(void)state;
	audio->id = "hostpci1";
	audio->host = (struct vm_address){.known = true, .slot = 0x1f, .function = 3};
	pve_expect_merged(config,
			  "bios: ovmf\nhostpci0: 01:00.0\nhostpci1: 02:00\nname: a\nvga: none\n",
			  "args: -set device.hostpci2.x-igd-lpc=on\nbios: ovmf\n"
			  "hostpci0: 01:00.0\nhostpci1: 02:00\n"
			  "hostpci2: 0000:00:02.0,legacy-igd=1,romfile=igd.rom\n"
			  "hostpci3: 0000:00:1f.3\nname: a\nvga: none\n");
	/* Sound that is passed already, alone or with its neighbours. */
	config = pve_i440fx();
	audio = vm_config_add_device(config, 0);
	audio->id = "hostpci1";
	audio->host = (struct vm_address){.known = true, .slot = 0x1f, .function = 3};
	pve_expect_merged(
		config, "bios: ovmf\nhostpci0: 00:1f,romfile=a.rom\nname: a\nvga: none\n",
		"args: -set device.hostpci1.x-igd-lpc=on\nbios: ovmf\n"
		"hostpci0: 00:1f,romfile=a.rom\n"
		"hostpci1: 0000:00:02.0,legacy-igd=1,romfile=igd.rom\nname: a\nvga: none\n");
}

static void changes_the_machine_and_keeps_its_version(void **state)
{
	static const struct {
		bool to_q35;
		const char *have;
		const char *now;
	} cases[] = {
		{false, "pc-q35-9.2+pve1", "pc-i440fx-9.2+pve1"},
		{false, "q35,viommu=virtio,enable-s3=1", "pc,viommu=virtio,enable-s3=1"},
		{false, "pc-i440fx-8.0", "pc-i440fx-8.0"},
		{false, "i440fx", "pc"},
		{true, "pc-i440fx-9.2+pve1,enable-s4=1", "pc-q35-9.2+pve1,enable-s4=1"},
		{true, "pc", "q35"},
		{true, "type=pc-q35-8.1,viommu=intel", "type=pc-q35-8.1,viommu=intel"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool changes = strcmp(cases[i].have, cases[i].now) != 0;
		char existing[256];
		char merged[256];
		const char *args = "-set device.hostpci0.bus=pcie.0 -set device.hostpci0.addr=0x2";
		const char *device = "0000:00:02.0,romfile=igd.rom";
		struct igdrom_vm_config *config = cases[i].to_q35 ? pve_q35() : pve_i440fx();

		if (!cases[i].to_q35) {
			args = LPC;
			device = "0000:00:02.0,legacy-igd=1,romfile=igd.rom";
		}
		snprintf(existing, sizeof(existing),
			 "bios: ovmf\nmachine: %s\nname: a\nvga: none\n", cases[i].have);
		snprintf(merged, sizeof(merged),
			 "args: %s\nbios: ovmf\nhostpci0: %s\nmachine: %s\nname: a\nvga: none\n",
			 args, device, cases[i].now);
		pve_expect_text(config, false, existing, merged);
		assert_int_equal(find_in(pve_report, "vm-pve-merge-machine") != NULL,
				 changes && strcmp(cases[i].have, "i440fx") != 0);
		pve_expect_merged(config, merged, merged);
	}
}

static void leaves_what_a_virtual_function_does_not_need(void **state)
{
	(void)state;
	pve_expect_merged(
		pve_vf(),
		"bios: ovmf\nhostpci0: 00:02.3,romfile=vf.rom,rombar=0,x-vga=1\nmachine: q35\n"
		"name: a\n",
		"bios: ovmf\n"
		"hostpci0: 00:02.3,pcie=1,romfile=vf.rom,rombar=0,x-vga=1\nmachine: q35\n"
		"name: a\n");
}

static void keeps_a_serial_terminal_where_it_may(void **state)
{
	(void)state;
	pve_expect_merged(pve_q35(), "bios: ovmf\nmachine: q35\nvga: serial0\n",
			  "args: -set device.hostpci0.bus=pcie.0 -set device.hostpci0.addr=0x2\n"
			  "bios: ovmf\nhostpci0: 0000:00:02.0,romfile=igd.rom\nmachine: q35\n"
			  "vga: serial0\n");
	pve_expect_merged(
		pve_i440fx(), "bios: ovmf\n" LINE "name: a\nserial0: socket\nvga: serial0\n",
		"args: " LPC "\nbios: ovmf\n" LINE "name: a\nserial0: socket\nvga: none\n");
}

static void refuses_what_cannot_be_merged(void **state)
{
	static const struct {
		const char *text;
		const char *code;
		const char *at; /* NULL: no place */
	} cases[] = {
		{"bios: seabios\nname: a\n", "vm-pve-merge-firmware", "seabios"},
		{"name: a\n", "vm-pve-merge-firmware", NULL},
		{HEAD "machine: q35,viommu=intel\n", "vm-pve-merge-viommu", "q35"},
		{HEAD "machine: virt\n", "vm-pve-merge-other-machine", "virt"},
		{HEAD "hostpci1: 0000:01:00.0,pcie=1\n", "vm-pve-merge-pcie", "0000:01"},
		{HEAD "machine: q35\nhostpci1: 0000:01:00.0,pcie=1\n", "vm-pve-merge-pcie",
		 "0000:01"},
		{HEAD "hostpci1: 0000:03:02.0,legacy-igd=1\n", "vm-pve-merge-legacy", "0000:03"},
		{HEAD "hostpci1: mapping=gpu,legacy-igd=1\n", "vm-pve-merge-legacy", "mapping"},
		{HEAD "hostpci1: 00:02.0;00:1f.3\n", "vm-pve-merge-functions", "00:02"},
		{"args: -cpu 'host\n" HEAD, "vm-pve-args-quote", "'"},
		{"args: -device vfio-pci,host=00:02.0,id=gpu\n" HEAD, "vm-pve-merge-args", "vfio"},
		{"args: -vga std\n" HEAD, "vm-pve-merge-display", "std"},
		{HEAD "hostpci0: 1:0\nhostpci1: 1:0\nhostpci2: 1:0\nhostpci3: 1:0\nhostpci4: 1:0\n"
		      "hostpci5: 1:0\nhostpci6: 1:0\nhostpci7: 1:0\nhostpci8: 1:0\nhostpci9: 1:0\n"
		      "hostpci10: 1\nhostpci11: 1\nhostpci12: 1\nhostpci13: 1\nhostpci14: 1\n"
		      "hostpci15: 1\n",
		 "vm-pve-merge-full", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct igdrom_vm_config *config = pve_i440fx();
		const struct igdrom_finding *finding;

		free(pve_write(config, false, cases[i].text, IGDROM_E_REFUSED));
		finding = find_in(pve_report, cases[i].code);
		assert_non_null(finding);
		assert_int_equal(igdrom_finding_severity(finding), IGDROM_SEVERITY_ERROR);
		assert_int_equal(
			igdrom_finding_offset(finding),
			cases[i].at ? (uint64_t)(strstr(cases[i].text, cases[i].at) - cases[i].text)
				    : IGDROM_NO_OFFSET);
		free(pve_write(config, true, cases[i].text, IGDROM_E_REFUSED));
		vm_config_free(config);
	}
}

static void refuses_a_plan_that_proxmox_would_refuse(void **state)
{
	struct igdrom_vm_config *config = pve_i440fx();

	(void)state;
	config->devices[0].host.slot = 3;
	free(pve_write(config, false, NULL, IGDROM_E_REFUSED));
	assert_non_null(find_in(pve_report, "vm-pve-igd-host"));
	vm_config_free(config);
}

static void does_not_write_into_other_texts(void **state)
{
	static const char *const texts[] = {"", "\n", "<domain/>", "[one]\nvga: none\n"};
	struct igdrom_vm_config *config = pve_i440fx();

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		free(pve_write(config, false, texts[i], IGDROM_E_NOT_RECOGNIZED));
	vm_config_free(config);
}

static void warns_of_what_waits_and_of_a_mapping(void **state)
{
	struct igdrom_vm_config *config = pve_i440fx();

	(void)state;
	free(pve_write(config, false, HEAD "hostpci0: mapping=gpu\n[PENDING]\ndelete: hostpci1\n",
		       IGDROM_OK));
	assert_non_null(find_in(pve_report, "vm-pve-pending"));
	assert_non_null(find_in(pve_report, "vm-pve-merge-mapping"));
	vm_config_free(config);
}

/* The line that the merge touches are the only ones that differ. */
static void changes_only_a_few_lines_of_a_real_machine(void **state)
{
	static const char *const ours[] = {"args:", "hostpci1:", "vga:"};
	struct igdrom_vm_config *config = pve_i440fx();
	char *text = vm_file_read(FIXTURES, "windows-11-snapshots.conf");
	char *merged = pve_write(config, false, text, IGDROM_OK);
	const char *a = text;
	const char *b = merged;
	size_t changed = 0;

	(void)state;
	while (*a && *b) {
		size_t left = strcspn(a, "\n") + 1;
		size_t right = strcspn(b, "\n") + 1;

		if (left != right || memcmp(a, b, left) != 0) {
			assert_true(changed < 3);
			assert_memory_equal(a, ours[changed], strlen(ours[changed]));
			assert_memory_equal(b, ours[changed], strlen(ours[changed]));
			changed++;
		}
		a += left;
		b += right;
	}
	assert_int_equal(changed, 3);
	assert_true(*a == '\0' && *b == '\0');
	assert_non_null(strstr(merged, "\nhostpci1: 0000:00:02.0,legacy-igd=1,romfile=igd.rom\n"));
	assert_non_null(strstr(merged, "\nargs: -boot 'splash-time=3000' -smbios type=2,"
				       "product=\"My Board\" "
				       "-set device.hostpci1.x-igd-lpc=on\n"));
	assert_non_null(find_in(pve_report, "vm-pve-pending"));
	free(merged);
	free(text);
	vm_config_free(config);
}

/* Whatever is taken is read again as planned, and merged again the same. */
static void merges_every_prefix_twice_the_same(void **state)
{
	static const char *const names[] = {"windows-10-args.conf", "windows-11-snapshots.conf"};
	struct igdrom_vm_config *config = pve_i440fx();
	size_t merged = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *text = vm_file_read(FIXTURES, names[i]);

		for (size_t n = strlen(text); n > 0; n--) {
			struct build once = build_new(1 << 20);
			struct build twice = build_new(1 << 20);

			if (vm_write_pve(config, text, n, NULL, &once) == IGDROM_OK) {
				assert_int_equal(
					vm_write_pve(config, once.data, once.size, NULL, &twice),
					IGDROM_OK);
				assert_int_equal(once.size, twice.size);
				assert_memory_equal(once.data, twice.data, once.size);
				merged++;
			}
			build_free(&once);
			build_free(&twice);
		}
		free(text);
	}
	assert_true(merged > 1000);
	vm_config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_lines_that_a_plan_needs),
		cmocka_unit_test(writes_sound_and_a_mediated_device),
		cmocka_unit_test(a_rom_of_the_whole_gpu_does_not_stay_on_a_mediated_one),
		cmocka_unit_test(writes_one_command_for_a_shell),
		cmocka_unit_test(merges_line_by_line),
		cmocka_unit_test(keeps_line_ends_and_a_missing_last_one),
		cmocka_unit_test(takes_the_line_that_passes_the_gpu_already),
		cmocka_unit_test(gives_a_new_device_the_first_free_number),
		cmocka_unit_test(changes_the_machine_and_keeps_its_version),
		cmocka_unit_test(leaves_what_a_virtual_function_does_not_need),
		cmocka_unit_test(keeps_a_serial_terminal_where_it_may),
		cmocka_unit_test(refuses_what_cannot_be_merged),
		cmocka_unit_test(refuses_a_plan_that_proxmox_would_refuse),
		cmocka_unit_test(does_not_write_into_other_texts),
		cmocka_unit_test(warns_of_what_waits_and_of_a_mapping),
		cmocka_unit_test(changes_only_a_few_lines_of_a_real_machine),
		cmocka_unit_test(merges_every_prefix_twice_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, pve_rig_free);
}
