/* SPDX-License-Identifier: BSD-2-Clause */
/* What QEMU itself does with these command lines was seen with 7.2, 10.0 and 11.1. */
#include "unit.h"

#include "findings.h"
#include "vm/qemu.h"

struct read {
	struct igdrom_vm_config *config;
	struct igdrom_report *report;
};

static struct read read_text(const char *text, size_t size, enum igdrom_status wanted)
{
	struct read r = {.config = vm_config_new(IGDROM_VM_FORMAT_QEMU)};

	assert_non_null(r.config);
	assert_int_equal(igdrom_report_new(&r.report), IGDROM_OK);
	assert_int_equal(vm_read_qemu(text, size, r.report, r.config), wanted);
	return r;
}

static struct read read_line(const char *text)
{
	return read_text(text, strlen(text), IGDROM_OK);
}

static void done(struct read r)
{
	vm_config_free(r.config);
	igdrom_report_free(r.report);
}

static const char *property(const struct read *r, const char *name)
{
	const struct vm_property *found = vm_device_property(&r->config->devices[0], name);

	return found ? found->value : NULL;
}

static void reads_what_qm_showcmd_prints(void **state)
{
	static const char text[] =
		"/usr/bin/kvm \\\n"
		"  -id 100 \\\n"
		"  -name 'win11,debug-threads=on' \\\n"
		"  -drive 'if=pflash,unit=0,format=raw,readonly=on,"
		"file=/usr/share/pve-edk2-firmware//OVMF_CODE_4M.fd' \\\n"
		"  -drive 'if=pflash,unit=1,id=drive-efidisk0,format=raw,"
		"file=/dev/pve/vm-100-disk-0,size=540672' \\\n"
		"  -smp '4,sockets=1,cores=4,maxcpus=4' \\\n"
		"  -nodefaults \\\n"
		"  -vga none \\\n"
		"  -nographic \\\n"
		"  -cpu 'host,kvm=off,host-phys-bits-limit=39' \\\n"
		"  -m 8192 \\\n"
		"  -device 'pci-bridge,id=pci.1,chassis_nr=1,bus=pci.0,addr=0x1e' \\\n"
		"  -device 'pci-bridge,id=pci.2-igd,chassis_nr=2,bus=pci.1,addr=0x1e' \\\n"
		"  -device 'vfio-pci,host=0000:00:02.0,id=hostpci0,bus=pci.0,addr=0x2,"
		"romfile=/usr/share/kvm/igd.rom' \\\n"
		"  -device 'vfio-pci,host=0000:00:1f.3,id=hostpci1,bus=pci.0,addr=0x11' \\\n"
		"  -device 'virtserialport,chardev=qga0,name=org.qemu.guest_agent.0' \\\n"
		"  -machine 'type=pc-i440fx-9.2+pve1' \\\n"
		"  -set 'device.hostpci0.x-igd-lpc=on' \\\n"
		"  -set 'device.hostpci0.x-igd-gms=0x2' \\\n"
		"  -fw_cfg 'name=opt/igdrom/stolen-base,string=0x7b800000' \\\n"
		"  -debugcon file:/tmp/ovmf.log -global isa-debugcon.iobase=0x402\n";
	struct read r = read_line(text);
	const struct igdrom_vm_config *config = r.config;

	(void)state;
	assert_int_equal(igdrom_report_count(r.report), 0);
	assert_int_equal(config->machine, VM_MACHINE_I440FX);
	assert_string_equal(config->machine_type, "pc-i440fx-9.2+pve1");
	assert_int_equal(config->firmware, VM_FIRMWARE_OVMF);
	assert_string_equal(config->firmware_file, "/usr/share/pve-edk2-firmware//OVMF_CODE_4M.fd");
	assert_string_equal(config->name, "win11");
	assert_int_equal(config->memory_mib, 8192);
	assert_string_equal(config->cpu, "host");
	assert_int_equal(config->address_width, 39);
	assert_string_equal(config->display, "none");
	assert_true(config->guest_agent);
	assert_true(config->debug_console);
	assert_string_equal(config->debug_file, "/tmp/ovmf.log");
	assert_int_equal(config->device_count, 2);
	assert_string_equal(config->devices[0].id, "hostpci0");
	assert_int_equal(config->devices[0].host.slot, 2);
	assert_true(config->devices[0].guest.on_root);
	assert_int_equal(config->devices[0].guest.slot, 2);
	assert_string_equal(config->devices[0].rom_file, "/usr/share/kvm/igd.rom");
	assert_string_equal(property(&r, "x-igd-lpc"), "on");
	assert_string_equal(property(&r, "x-igd-gms"), "0x2");
	assert_int_equal(config->devices[1].guest.slot, 0x11);
	assert_int_equal(config->slot_count, 1);
	assert_int_equal(config->slots[0].guest.slot, 0x1e);
	assert_int_equal(config->fw_cfg_count, 1);
	assert_string_equal(config->fw_cfg[0].name, "opt/igdrom/stolen-base");
	assert_string_equal(config->fw_cfg[0].string, "0x7b800000");
	assert_int_equal(config->fw_cfg[0].at, strstr(text, "'name=opt") - text);
	done(r);
}

static void reads_what_libvirt_logs(void **state)
{
	static const char text[] =
		"LC_ALL=C \\\nPATH=/usr/bin \\\n/usr/bin/qemu-system-x86_64 \\\n"
		"-name guest=desk,debug-threads=on \\\n"
		"-blockdev '{\"driver\":\"file\",\"filename\":\"/usr/share/OVMF/OVMF_CODE_4M.fd\","
		"\"node-name\":\"libvirt-pflash0-storage\",\"auto-read-only\":true}' \\\n"
		"-blockdev '{\"node-name\":\"libvirt-pflash0-format\",\"read-only\":true,"
		"\"driver\":\"raw\",\"file\":\"libvirt-pflash0-storage\"}' \\\n"
		"-machine pc-q35-8.2,usb=off,pflash0=libvirt-pflash0-format \\\n"
		"-m size=4194304k \\\n-nodefaults \\\n"
		"-device '{\"driver\":\"pcie-root-port\",\"port\":16,\"bus\":\"pcie.0\","
		"\"multifunction\":true,\"addr\":\"0x2\"}' \\\n"
		"-device '{\"driver\":\"vfio-pci\",\"host\":\"0000:00:02.0\",\"id\":\"hostdev0\","
		"\"bus\":\"pcie.0\",\"addr\":16,\"rombar\":0,\"x-igd-opregion\":true}' \\\n"
		"-set device.hostdev0.x-igd-lpc=on\n";
	struct read r = read_line(text);
	const struct igdrom_finding *finding = find_in(r.report, "vm-qemu-set-json");

	(void)state;
	assert_int_equal(r.config->machine, VM_MACHINE_Q35);
	assert_int_equal(r.config->firmware, VM_FIRMWARE_OVMF);
	assert_string_equal(r.config->firmware_file, "/usr/share/OVMF/OVMF_CODE_4M.fd");
	assert_int_equal(r.config->memory_mib, 4096);
	assert_int_equal(r.config->device_count, 1);
	assert_int_equal(r.config->devices[0].guest.slot, 2);
	assert_false(r.config->devices[0].rom_bar);
	assert_string_equal(property(&r, "x-igd-opregion"), "on");
	assert_null(property(&r, "x-igd-lpc"));
	assert_non_null(finding);
	assert_int_equal(igdrom_finding_offset(finding), strstr(text, "device.hostdev0") - text);
	assert_int_equal(r.config->slot_count, 1);
	assert_string_equal(r.config->slots[0].what, "pcie-root-port");
	assert_int_equal(r.config->slots[0].guest.slot, 2);
	done(r);
}

static void reads_a_process_and_json_as_ps_shows_it(void **state)
{
	static const char cmdline[] =
		"/usr/bin/qemu-system-x86_64\0-M\0q35\0-bios\0OVMF.fd\0-device\0"
		"vfio-pci,host=00:02.0,addr=02.0\0-m\0001.5G";
	struct read r = read_text(cmdline, sizeof(cmdline), IGDROM_OK);

	(void)state;
	assert_int_equal(r.config->machine, VM_MACHINE_Q35);
	assert_int_equal(r.config->firmware, VM_FIRMWARE_OVMF);
	assert_int_equal(r.config->memory_mib, 1536);
	assert_int_equal(r.config->devices[0].guest.slot, 2);
	done(r);
	r = read_line("qemu  812 99.0 /usr/bin/qemu-system-x86_64 -device "
		      "{\"driver\":\"vfio-pci\",\"host\":\"0000:00:02.0\",\"addr\":\"0x2\"} -S");
	assert_int_equal(r.config->device_count, 1);
	assert_int_equal(r.config->devices[0].guest.slot, 2);
	done(r);
}

static void fills_in_the_defaults_of_qemu_but_not_for_a_fragment(void **state)
{
	struct read r = read_line("qemu-system-x86_64 -device vfio-pci,host=00:02.0,addr=2");

	(void)state;
	assert_int_equal(r.config->machine, VM_MACHINE_I440FX);
	assert_int_equal(r.config->firmware, VM_FIRMWARE_SEABIOS);
	assert_int_equal(r.config->memory_mib, 128);
	assert_null(r.config->display);
	done(r);
	r = read_line("-device vfio-pci,host=00:02.0,addr=2 -nodefaults -vga none");
	assert_int_equal(r.config->machine, VM_MACHINE_UNKNOWN);
	assert_int_equal(r.config->firmware, VM_FIRMWARE_UNKNOWN);
	assert_false(r.config->memory_known);
	assert_string_equal(r.config->display, "none");
	assert_int_equal(r.config->slot_count, 0);
	done(r);
}

/* QEMU 7.2: "PCI: slot 2 function 0 not available for vfio-pci, in use by X" in all of these. */
static void finds_who_sits_in_slot_2_as_qemu_places_devices(void **state)
{
	static const char ours[] = " -device vfio-pci,host=00:02.0,addr=0x2";
	static const struct {
		const char *options;
		const char *what;
	} cases[] = {
		{"-vga none", "QEMU's default network card"},
		{"-nodefaults -vga std", "VGA (-vga)"},
		{"", "VGA (-vga)"},
		{"-nodefaults -nic user", "the network card of -nic or -net"},
		{"-nodefaults -device virtio-scsi-pci", "virtio-scsi-pci"},
		{"-nodefaults -device VGA", "VGA"},
		{"-nodefaults -device nvme,addr=0x2.0,serial=a", "nvme"},
	};
	static const char *const free_cases[] = {
		"-nodefaults",
		"-nodefaults -device virtio-scsi-pci,addr=0x5",
		"-nodefaults -nic none",
		"-vga none -net none",
		"-nodefaults -device scsi-hd -device virtio-net-pci,bus=pci.1,addr=2 -usb",
		"-nodefaults -M q35 -vga std",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[200] = "qemu-system-x86_64 ";
		struct read r;

		strcat(strcat(text, cases[i].options), ours);
		r = read_line(text);
		assert_true(r.config->slot_count > 0);
		assert_string_equal(r.config->slots[0].what, cases[i].what);
		assert_int_equal(r.config->slots[0].guest.slot, 2);
		done(r);
	}
	for (size_t i = 0; i < sizeof(free_cases) / sizeof(free_cases[0]); i++) {
		char text[200] = "qemu-system-x86_64 ";
		struct read r;

		r = read_line(strcat(strcat(text, free_cases[i]), ours));
		for (size_t n = 0; n < r.config->slot_count; n++)
			assert_int_not_equal(r.config->slots[n].guest.slot, 2);
		assert_int_equal(r.config->devices[0].guest.slot, 2);
		done(r);
	}
}

static void takes_the_command_of_a_script_that_starts_a_machine(void **state)
{
	struct read r = read_line("#!/bin/sh\n# Don't run twice\nROM=/vm/igd.rom\n"
				  "echo -device\n"
				  "exec sudo qemu-system-x86_64 -M pc -m 4G \\\n"
				  "  -device vfio-pci,host=00:02.0,romfile=$ROM,addr=0x2 2>log\n");
	const struct igdrom_finding *finding = find_in(r.report, "vm-qemu-expansion");

	(void)state;
	assert_int_equal(r.config->memory_mib, 4096);
	assert_string_equal(r.config->devices[0].rom_file, "$ROM");
	assert_non_null(finding);
	done(r);
	r = read_line("args=(\n  -M q35\n  -device vfio-pci,host=00:02.0 # GPU\n)\n"
		      "qemu-system-x86_64 \"${args[@]}\"\n");
	assert_int_equal(r.config->machine, VM_MACHINE_Q35);
	assert_int_equal(r.config->device_count, 1);
	done(r);
	r = read_line("qemu-system-x86_64 -name kvm -m 1G -device vfio-pci,host=00:02.0");
	assert_int_equal(r.config->device_count, 1);
	assert_string_equal(r.config->name, "kvm");
	done(r);
}

static void lets_a_device_outweigh_a_global(void **state)
{
	struct read r = read_line("kvm -global vfio-pci.x-igd-gms=0x4 "
				  "-global driver=vfio-pci,property=x-igd-opregion,value=on "
				  "-global vfio-pci.x-vga=on "
				  "-device vfio-pci,host=00:02.0,x-igd-gms=2,x-igd-gms=0x3,,4");

	(void)state;
	assert_string_equal(property(&r, "x-igd-gms"), "0x3,4");
	assert_string_equal(property(&r, "x-igd-opregion"), "on");
	assert_string_equal(property(&r, "x-vga"), "on");
	assert_int_equal(vm_device_property(&r.config->devices[0], "x-vga")->type, VM_VALUE_BOOL);
	done(r);
}

static void says_what_qemu_will_stumble_over(void **state)
{
	static const struct {
		const char *text;
		const char *code;
		const char *at;
	} cases[] = {
		{"kvm -set device.a.x-vga=on -device vfio-pci,id=a", "vm-qemu-set-unknown",
		 "device.a"},
		{"kvm -device vfio-pci,id=a.0 -set device.a.0.x-vga=on", "vm-qemu-set-unknown",
		 "device.a"},
		{"kvm -M pc -device vfio-pci,bus=pcie.0,addr=0x2", "vm-qemu-bus", "vfio-pci"},
		{"kvm -M q35 -device vfio-pci,bus=pci.0,addr=0x2", "vm-qemu-bus", "vfio-pci"},
		{"kvm -device vfio-pci,addr=0x20", "vm-qemu-addr", "vfio-pci"},
		{"kvm -device vfio-pci,addr=2.8", "vm-qemu-addr", "vfio-pci"},
		{"kvm -readconfig /etc/vm.cfg -m 1", "vm-qemu-readconfig", "-readconfig"},
		{"kvm -debugcon stdio -m 1", "vm-qemu-debugcon-port", "-debugcon"},
		{"kvm -device '{\"driver\":\"vfio-pci\"'", "vm-qemu-json", "'{"},
		{"kvm -device '{\"driver\"}}'", "vm-qemu-json", "'{"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct read r = read_line(cases[i].text);
		const struct igdrom_finding *finding = find_in(r.report, cases[i].code);

		assert_non_null(finding);
		assert_int_equal(igdrom_finding_offset(finding),
				 strstr(cases[i].text, cases[i].at) - cases[i].text);
		done(r);
	}
	done(read_text("kvm 'a", 6, IGDROM_E_CORRUPT));
	done(read_text("hello world", 11, IGDROM_E_NOT_RECOGNIZED));
	done(read_text("", 0, IGDROM_E_NOT_RECOGNIZED));
}

static void knows_a_debug_console_by_its_port(void **state)
{
	struct read r = read_line("kvm -chardev file,id=c,path=/a "
				  "-device isa-debugcon,iobase=0x402,chardev=c");

	(void)state;
	assert_true(r.config->debug_console);
	assert_int_equal(igdrom_report_count(r.report), 0);
	done(r);
	r = read_line("kvm -device isa-debugcon,iobase=0xe9,chardev=c");
	assert_false(r.config->debug_console);
	assert_non_null(find_in(r.report, "vm-qemu-debugcon-port"));
	done(r);
}

static void tells_mediated_devices_from_whole_ones(void **state)
{
	struct read r = read_line("kvm -device vfio-pci-nohotplug,ramfb=on,display=on,"
				  "sysfsdev=/sys/bus/mdev/devices/0-1-2 "
				  "-device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:00:02.0");

	(void)state;
	assert_string_equal(r.config->devices[0].mdev, "0-1-2");
	assert_false(r.config->devices[0].host.known);
	assert_string_equal(property(&r, "display"), "on");
	assert_true(r.config->devices[1].host.known);
	assert_null(r.config->devices[1].mdev);
	done(r);
}

static void applies_arguments_behind_a_configuration(void **state)
{
	static const char text[] = "-set device.hostpci0.bus=pcie.0 -set device.hostpci0.addr=0x2 "
				   "-set device.hostpci0.x-igd-opregion=on -debugcon file:/a "
				   "-global isa-debugcon.iobase=0x402 -device ivshmem-plain,addr=9";
	struct igdrom_vm_config *config = vm_config_new(IGDROM_VM_FORMAT_PVE);
	struct vm_device *device = vm_config_add_device(config, 0);
	struct words words;

	(void)state;
	config->machine = VM_MACHINE_Q35;
	device->id = "hostpci0";
	device->guest = (struct vm_address){.known = true, .slot = 0x10, .bus_name = "pci.0"};
	assert_int_equal(words_split(text, strlen(text), 0, WORDS_PERL, &words), IGDROM_OK);
	assert_int_equal(vm_qemu_apply(config, &words, false, NULL), IGDROM_OK);
	assert_true(config->devices[0].guest.on_root);
	assert_int_equal(config->devices[0].guest.slot, 2);
	assert_string_equal(config->devices[0].guest.bus_name, "pcie.0");
	assert_string_equal(vm_device_property(&config->devices[0], "x-igd-opregion")->value, "on");
	assert_true(config->debug_console);
	assert_int_equal(config->slot_count, 1);
	assert_int_equal(config->machine, VM_MACHINE_Q35);
	assert_null(config->display);
	assert_false(config->memory_known);
	assert_int_equal(vm_qemu_apply(config, &words, true, NULL), IGDROM_OK);
	words_free(&words);
	vm_config_free(config);
}

static void survives_every_prefix(void **state)
{
	static const char text[] =
		"qemu-system-x86_64 -M pc,pflash0=a -blockdev "
		"'{\"node-name\":\"a\",\"file\":{\"filename\":\"/x\\u0041\\n\",\"b\":[1,2]}}' "
		"-device "
		"{\"driver\":\"vfio-pci\",\"host\":\"00:02.0\"} -device "
		"vfio-pci,host=00:02.0,addr=2.0"
		" -set device.a.b=c -global vfio-pci.x-vga=on -m 4G -fw_cfg name=a,string=b";

	(void)state;
	for (size_t size = 0; size < sizeof(text); size++) {
		char *copy = malloc(size ? size : 1);
		struct igdrom_vm_config *config = vm_config_new(IGDROM_VM_FORMAT_QEMU);
		enum igdrom_status status;

		assert_non_null(copy);
		memcpy(copy, text, size);
		status = vm_read_qemu(copy, size, NULL, config);
		assert_true(status == IGDROM_OK || status == IGDROM_E_CORRUPT ||
			    status == IGDROM_E_NOT_RECOGNIZED);
		vm_config_free(config);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_qm_showcmd_prints),
		cmocka_unit_test(reads_what_libvirt_logs),
		cmocka_unit_test(reads_a_process_and_json_as_ps_shows_it),
		cmocka_unit_test(fills_in_the_defaults_of_qemu_but_not_for_a_fragment),
		cmocka_unit_test(finds_who_sits_in_slot_2_as_qemu_places_devices),
		cmocka_unit_test(takes_the_command_of_a_script_that_starts_a_machine),
		cmocka_unit_test(lets_a_device_outweigh_a_global),
		cmocka_unit_test(says_what_qemu_will_stumble_over),
		cmocka_unit_test(knows_a_debug_console_by_its_port),
		cmocka_unit_test(tells_mediated_devices_from_whole_ones),
		cmocka_unit_test(applies_arguments_behind_a_configuration),
		cmocka_unit_test(survives_every_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
