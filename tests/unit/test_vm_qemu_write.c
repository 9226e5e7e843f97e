/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "findings.h"
#include "vm/qemu.h"

/* i440fx and OVMF, the GPU at 00:02.0 with x-igd-lpc=on, the stolen base of the host. */
static struct igdrom_vm_config *wanted(void)
{
	struct igdrom_vm_config *config = vm_config_new(IGDROM_VM_FORMAT_QEMU);
	struct vm_device *device = vm_config_add_device(config, 0);

	assert_non_null(device);
	config->machine = VM_MACHINE_I440FX;
	config->firmware = VM_FIRMWARE_OVMF;
	config->display = "none";
	device->id = "hostpci0";
	device->host = (struct vm_address){.known = true, .slot = 2};
	device->guest = (struct vm_address){.known = true, .on_root = true, .slot = 2};
	device->rom_file = "/vm/my igd,1.rom";
	vm_device_set(config, device, "x-igd-lpc", "on", VM_VALUE_BOOL, 0);
	vm_config_add_fw_cfg(config, "opt/igdrom/stolen-base", "0x7b800000", 0);
	config->address_width = 39;
	assert_int_equal(config->err, IGDROM_OK);
	return config;
}

static char *write_config(const struct igdrom_vm_config *config, const char *existing,
			  enum igdrom_status status, struct igdrom_report *report)
{
	struct build out = build_new(1 << 20);
	struct igdrom_bytes bytes = {0};
	char *text = calloc(1, 1);

	assert_int_equal(
		vm_write_qemu(config, existing, existing ? strlen(existing) : 0, report, &out),
		status);
	if (status == IGDROM_OK) {
		assert_int_equal(build_finish(&out, &bytes), IGDROM_OK);
		text = realloc(text, bytes.size + 1);
		assert_non_null(text);
		memcpy(text, bytes.data, bytes.size);
		text[bytes.size] = '\0';
	}
	build_free(&out);
	igdrom_bytes_free(&bytes);
	return text;
}

static void writes_a_command_line_that_reads_back_the_same(void **state)
{
	struct igdrom_vm_config *config = wanted();
	struct igdrom_vm_config *back = vm_config_new(IGDROM_VM_FORMAT_QEMU);
	struct igdrom_report *report;
	char *text;

	(void)state;
	config->debug_console = true;
	config->debug_file = "/var/log/vm.log";
	text = write_config(config, NULL, IGDROM_OK, NULL);
	assert_string_equal(text,
			    "qemu-system-x86_64 \\\n"
			    "  -machine pc,accel=kvm \\\n"
			    "  -cpu host,host-phys-bits-limit=39 \\\n"
			    "  -m 4096 \\\n"
			    "  -drive if=pflash,unit=0,format=raw,readonly=on,"
			    "file=/usr/share/OVMF/OVMF_CODE_4M.fd \\\n"
			    "  -nodefaults \\\n"
			    "  -vga none \\\n"
			    "  -device 'vfio-pci,host=0000:00:02.0,id=hostpci0,bus=pci.0,addr=0x2,"
			    "romfile=/vm/my igd,,1.rom,x-igd-lpc=on' \\\n"
			    "  -fw_cfg name=opt/igdrom/stolen-base,string=0x7b800000 \\\n"
			    "  -debugcon file:/var/log/vm.log \\\n"
			    "  -global isa-debugcon.iobase=0x402\n");
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(vm_read_qemu(text, strlen(text), report, back), IGDROM_OK);
	assert_int_equal(igdrom_report_count(report), 0);
	assert_int_equal(back->machine, VM_MACHINE_I440FX);
	assert_int_equal(back->firmware, VM_FIRMWARE_OVMF);
	assert_string_equal(back->display, "none");
	assert_int_equal(back->address_width, 39);
	assert_int_equal(back->device_count, 1);
	assert_string_equal(back->devices[0].rom_file, "/vm/my igd,1.rom");
	assert_int_equal(back->devices[0].guest.slot, 2);
	assert_true(back->devices[0].guest.on_root);
	assert_int_equal(back->devices[0].property_count, 1);
	assert_int_equal(back->slot_count, 0);
	assert_true(back->debug_console);
	assert_string_equal(back->fw_cfg[0].string, "0x7b800000");
	igdrom_report_free(report);
	vm_config_free(back);
	vm_config_free(config);
	free(text);
}

#define OVMF "-drive if=pflash,format=raw,readonly=on,file=/ovmf.fd"

/* What existing becomes, and that it stays so. */
static void expect_merged(const char *existing, const char *merged)
{
	struct igdrom_vm_config *config = wanted();
	char *once;
	char *twice;

	config->devices[0].rom_file = "/vm/igd.rom";
	once = write_config(config, existing, IGDROM_OK, NULL);
	assert_string_equal(once, merged);
	twice = write_config(config, once, IGDROM_OK, NULL);
	assert_string_equal(twice, merged);
	free(once);
	free(twice);
	vm_config_free(config);
}

static void merges_into_a_script_and_keeps_its_bytes(void **state)
{
	(void)state;
	expect_merged("#!/bin/sh\n# Don't touch\n"
		      "kvm -M pc -cpu 'host,kvm=off'  \\\n\t" OVMF " \\\n"
		      "\t-nodefaults \\\n\t-vga std -net nic,addr=5 2>log &\necho done\n",
		      "#!/bin/sh\n# Don't touch\n"
		      "kvm -M pc -cpu host,kvm=off,host-phys-bits-limit=39  \\\n\t" OVMF " \\\n"
		      "\t-nodefaults \\\n\t-vga none -net nic,addr=5 \\\n"
		      "\t-device vfio-pci,host=0000:00:02.0,id=hostpci0,bus=pci.0,addr=0x2,"
		      "romfile=/vm/igd.rom,x-igd-lpc=on \\\n"
		      "\t-fw_cfg name=opt/igdrom/stolen-base,string=0x7b800000 2>log &\n"
		      "echo done\n");
	expect_merged("args=(\n  -M pc # old\n  -nodefaults\n  " OVMF "\n)\nkvm \"${args[@]}\"\n",
		      "args=(\n  -M pc # old\n  -nodefaults\n  " OVMF "\n"
		      "  -device vfio-pci,host=0000:00:02.0,id=hostpci0,bus=pci.0,addr=0x2,"
		      "romfile=/vm/igd.rom,x-igd-lpc=on\n"
		      "  -cpu host,host-phys-bits-limit=39\n"
		      "  -fw_cfg name=opt/igdrom/stolen-base,string=0x7b800000\n"
		      ")\nkvm \"${args[@]}\"\n");
}

static void replaces_what_an_earlier_plan_wrote(void **state)
{
	(void)state;
	expect_merged("kvm -nodefaults " OVMF " -cpu host,host-phys-bits-limit=36"
		      " -device vfio-pci,id=gpu,host=00:02.0,addr=3,x-igd-gms=0x2,x-no-mmap=on"
		      " -set device.gpu.x-igd-opregion=on -set device.gpu.x-req=off"
		      " -global vfio-pci.x-vga=on"
		      " -fw_cfg opt/igdrom/stolen-base,string=0x8"
		      " -fw_cfg opt/igdrom/lpc-id,string=0x1 -S",
		      "kvm -nodefaults " OVMF " -cpu host,host-phys-bits-limit=39"
		      " -device vfio-pci,host=0000:00:02.0,id=gpu,bus=pci.0,addr=0x2,"
		      "romfile=/vm/igd.rom,x-igd-lpc=on,x-no-mmap=on"
		      " -set device.gpu.x-req=off"
		      " -fw_cfg name=opt/igdrom/stolen-base,string=0x7b800000 -S");
}

static void takes_out_a_setting_of_two_devices_once(void **state)
{
	static const char text[] =
		"kvm -nodefaults " OVMF " -global vfio-pci.x-vga=on"
		" -device vfio-pci,host=00:02.0,id=a -device vfio-pci,host=00:1f.3";
	struct igdrom_vm_config *config = wanted();
	struct vm_device *audio = vm_config_add_device(config, 0);
	char *once;

	(void)state;
	assert_non_null(audio);
	config->devices[0].rom_file = "/vm/igd.rom";
	audio->host = (struct vm_address){.known = true, .slot = 0x1f, .function = 3};
	once = write_config(config, text, IGDROM_OK, NULL);
	assert_null(strstr(once, "-global"));
	assert_non_null(
		strstr(once, "-nodefaults " OVMF " -device vfio-pci,host=0000:00:02.0,id=a,"));
	assert_non_null(strstr(once, " -device vfio-pci,host=0000:00:1f.3 -cpu"));
	free(once);
	vm_config_free(config);
}

static void leaves_a_command_line_that_is_right_already(void **state)
{
	static const char text[] =
		"kvm  -nodefaults " OVMF " -cpu \"host\",host-phys-bits-limit=39 "
		"-device vfio-pci,addr=02.0,romfile=/vm/igd.rom,host=00:02.0,id=a,bootindex=1"
		" -set device.a.x-igd-lpc=on -fw_cfg opt/igdrom/stolen-base,string=0x7b800000";

	(void)state;
	expect_merged(text, text);
}

static void refuses_what_it_cannot_merge(void **state)
{
	static const struct {
		const char *text;
		const char *code;
	} cases[] = {
		{"kvm -M q35 -nodefaults " OVMF, "vm-qemu-merge-machine"},
		{"kvm -nodefaults -m 4G", "vm-qemu-merge-firmware"},
		{"kvm " OVMF, "vm-qemu-merge-slot"},
		{"kvm -nodefaults " OVMF " -device virtio-scsi-pci", "vm-qemu-merge-slot"},
		{"kvm -nodefaults " OVMF " -device vfio-pci,host=01:00.0,addr=2",
		 "vm-qemu-merge-slot"},
		{"kvm -nodefaults " OVMF " -device qxl-vga,addr=7", "vm-qemu-merge-display"},
		{"kvm -nodefaults " OVMF
		 " -device '{\"driver\":\"vfio-pci\",\"host\":\"00:02.0\"}'",
		 "vm-qemu-merge-word"},
		{"kvm -nodefaults " OVMF " -device vfio-pci,host=00:02.0,romfile=$ROM",
		 "vm-qemu-merge-word"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct igdrom_vm_config *config = wanted();
		struct igdrom_report *report;

		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		free(write_config(config, cases[i].text, IGDROM_E_REFUSED, report));
		assert_int_equal(igdrom_report_count(report), 1);
		assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)),
				    cases[i].code);
		igdrom_report_free(report);
		vm_config_free(config);
	}
}

static void refuses_the_command_line_of_a_process(void **state)
{
	static const char text[] = "/usr/bin/kvm\0-m\0001G";
	struct igdrom_vm_config *config = wanted();
	struct build out = build_new(1000);

	(void)state;
	assert_int_equal(vm_write_qemu(config, text, sizeof(text), NULL, &out), IGDROM_E_REFUSED);
	build_free(&out);
	free(write_config(config, "just words", IGDROM_E_NOT_RECOGNIZED, NULL));
	free(write_config(config, "kvm 'a", IGDROM_E_CORRUPT, NULL));
	vm_config_free(config);
}

static void survives_every_prefix_of_a_script(void **state)
{
	static const char text[] =
		"#!/bin/sh\nexec kvm -nodefaults -vga std " OVMF " -cpu host,kvm=off \\\n"
		"  -device vfio-pci,host=00:02.0,x-igd-gms=2,id=a -set device.a.x-vga=on \\\n"
		"  -fw_cfg name=opt/igdrom/stolen-base,string='0x8' 2>log\n";
	struct igdrom_vm_config *config = wanted();

	(void)state;
	for (size_t size = 0; size < sizeof(text); size++) {
		struct build out = build_new(1 << 20);
		struct build again = build_new(1 << 20);
		char *copy = malloc(size ? size : 1);

		assert_non_null(copy);
		memcpy(copy, text, size);
		if (vm_write_qemu(config, copy, size, NULL, &out) == IGDROM_OK) {
			assert_int_equal(vm_write_qemu(config, out.data, out.size, NULL, &again),
					 IGDROM_OK);
			assert_int_equal(again.size, out.size);
			assert_memory_equal(again.data, out.data, out.size);
		}
		build_free(&out);
		build_free(&again);
		free(copy);
	}
	vm_config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_a_command_line_that_reads_back_the_same),
		cmocka_unit_test(merges_into_a_script_and_keeps_its_bytes),
		cmocka_unit_test(replaces_what_an_earlier_plan_wrote),
		cmocka_unit_test(takes_out_a_setting_of_two_devices_once),
		cmocka_unit_test(leaves_a_command_line_that_is_right_already),
		cmocka_unit_test(refuses_what_it_cannot_merge),
		cmocka_unit_test(refuses_the_command_line_of_a_process),
		cmocka_unit_test(survives_every_prefix_of_a_script),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
