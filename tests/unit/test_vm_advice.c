/* SPDX-License-Identifier: BSD-2-Clause */
/* What a plan says besides its properties: reasons, findings, where the ROM goes, what is in it. */
#include "unit.h"

#include "kit_rig.h"
#include "vm_rig.h"

#include <igdrom/igdrom.h>

struct answer {
	struct igdrom_vm_request *request;
	struct igdrom_report *report;
	struct igdrom_vm_plan *plan;
	const struct igdrom_vm_config *config;
};

static struct answer plan_of(const char *say)
{
	struct answer answer = {.request = vm_rig_request(say)};

	assert_int_equal(igdrom_report_new(&answer.report), IGDROM_OK);
	assert_int_equal(igdrom_vm_plan_new(answer.request, answer.report, &answer.plan),
			 IGDROM_OK);
	answer.config = igdrom_vm_plan_config(answer.plan);
	return answer;
}

static void plan_free(struct answer *answer)
{
	igdrom_vm_plan_free(answer->plan);
	igdrom_report_free(answer->report);
	igdrom_vm_request_free(answer->request);
}

#define PVE "hypervisor=pve device=4680 qemu=11.0 firmware=ovmf"

static const struct {
	const char *say, *code;
	bool said;
} advice[] = {
	{PVE, "vm-memory-unknown", true},
	{PVE " memory=4096", "vm-memory-unknown", false},
	{PVE " memory=4096", "vm-memory-small", false},
	{PVE " memory=4095", "vm-memory-small", true},
	{PVE, "vm-audio-there", true},
	{PVE " audio=none", "vm-audio-there", false},
	{PVE " audio=00:1f.3", "vm-audio-group", true},
	{PVE " audio=00:1f.3", "vm-audio-link", true},
	{PVE " audio=00:1f.3 device=5912", "vm-audio-link", false},
	{PVE, "vm-way-in", true},
	{PVE " guest=windows", "vm-way-in-windows", true},
	{PVE " want=headless", "vm-way-in", false},
	{PVE, "vm-way-back-pve", false},
	{PVE, "vm-way-back-pve-args", true},
	{PVE " device=3185 machine=q35", "vm-way-back-pve-args", true},
	{PVE " device=5912", "vm-way-back-pve", true},
	{PVE " device=5912", "vm-way-back-pve-args", false},
	{PVE " hypervisor=libvirt", "vm-way-back-libvirt", true},
	{PVE " hypervisor=unraid", "vm-way-back-unraid", true},
	{PVE " hypervisor=qemu", "vm-way-back-qemu", true},
	{PVE, "vm-rom-assumed", true},
	{PVE " rom=a.rom", "vm-rom-assumed", true},
	{PVE " device=5912 firmware=seabios", "vm-rom-assumed-vbios", true},
	{PVE, "vm-rom-place-pve", true},
	{PVE " hypervisor=libvirt", "vm-rom-place-libvirt", true},
	{PVE " hypervisor=unraid", "vm-rom-place-unraid", true},
	{PVE " hypervisor=unraid", "vm-unraid-form", true},
	{PVE " hypervisor=unraid device=5912", "vm-unraid-form", false},
	{PVE " hypervisor=qemu", "vm-rom-place-qemu", true},
	{PVE, "vm-pve-root", true},
	{PVE " function=vf machine=i440fx", "vm-pve-root", false},
	{PVE " device=5912 qemu=9.2", "vm-gms-unknown", true},
	{PVE " device=5912 qemu=9.2 gms=2", "vm-gms-unknown", false},
	{PVE " device=3E92 qemu=9.2", "vm-gms-unknown", false},
	{PVE " device=5912 qemu=9.1", "vm-gms-assumed", true},
	{PVE " device=5912 qemu=9.1 gms=2", "vm-gms-assumed", false},
	{PVE " device=5912 qemu=9.1 gms=11", "vm-gms-differs", true},
	{PVE " device=5912 qemu=9.1 gms=6", "vm-gms-differs", false},
	{PVE " device=5912 qemu=10.1 gms=11", "vm-gms-differs", false},
	{PVE " device=5912 qemu=10.1", "vm-gms-assumed", false},
	{PVE " device=3185 machine=q35", "vm-q35-picture", true},
	{PVE " want=output machine=q35", "vm-no-boot-picture", true},
	{PVE, "vm-no-boot-picture", false},
	{PVE " address_width=39", "vm-address-width", true},
	{PVE " address_width=39 device=5912 firmware=seabios", "vm-address-width", false},
	{PVE " device=5912 function=mdev mdev=i915-GVTg_V5_4", "vm-mdev-display", true},
};

static void gives_advice_where_it_is_due(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++) {
		struct answer answer = plan_of(advice[i].say);

		assert_true(igdrom_vm_plan_possible(answer.plan));
		if ((find_in(answer.report, advice[i].code) != NULL) != advice[i].said)
			fail_msg("%s: %s is %ssaid", advice[i].say, advice[i].code,
				 advice[i].said ? "not " : "");
		assert_true(igdrom_report_worst(answer.report) <= IGDROM_SEVERITY_WARNING);
		plan_free(&answer);
	}
}

static void the_way_back_is_a_command_for_this_machine(void **state)
{
	struct answer answer = plan_of(PVE " vm=123 index=2");
	const struct igdrom_finding *finding = find_in(answer.report, "vm-way-back-pve-args");

	(void)state;
	assert_non_null(finding);
	assert_non_null(
		strstr(igdrom_finding_fix(finding), "qm set 123 --delete hostpci2,args --vga std"));
	assert_string_equal(igdrom_vm_config_name(answer.config), "123");
	assert_string_equal(igdrom_vm_config_device_id(answer.config, 0), "hostpci2");
	plan_free(&answer);
}

/* "vm" may be a name, which no command of Proxmox VE takes; nor numbers that it does not give. */
static void commands_have_a_vmid_or_a_place_for_one(void **state)
{
	static const char *const rows[][2] = {
		{PVE " vm=100", "qm set 100 "},   {PVE " vm=999999999", "qm set 999999999 "},
		{PVE " vm=99", "qm set VMID "},   {PVE " vm=1000000000", "qm set VMID "},
		{PVE " vm=0100", "qm set VMID "}, {PVE " vm=media; reboot", "qm set VMID "},
		{PVE " vm=12a4", "qm set VMID "}, {PVE, "qm set VMID "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer answer = plan_of(rows[i][0]);
		const struct igdrom_finding *finding =
			find_in(answer.report, "vm-way-back-pve-args");
		struct igdrom_bytes out = {0};

		assert_non_null(strstr(igdrom_finding_fix(finding), rows[i][1]));
		assert_int_equal(
			igdrom_vm_write(answer.plan, IGDROM_VM_FORMAT_QM, NULL, 0, NULL, &out),
			IGDROM_OK);
		assert_true(out.size > strlen(rows[i][1]));
		assert_memory_equal(out.data, rows[i][1], strlen(rows[i][1]));
		igdrom_bytes_free(&out);
		plan_free(&answer);
	}
}

/* hostpci15 is the last one. */
static void audio_gets_a_number_that_there_is(void **state)
{
	static const char *const rows[][2] = {{PVE " audio=00:1f.3 index=14", "hostpci15"},
					      {PVE " audio=00:1f.3 index=15", "hostpci14"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer answer = plan_of(rows[i][0]);

		assert_string_equal(igdrom_vm_config_device_id(answer.config, 1), rows[i][1]);
		plan_free(&answer);
	}
}

static void says_why_it_cannot_be_written(void **state)
{
	static const struct {
		const char *say, *code;
		enum igdrom_vm_format format;
	} rows[] = {
		{PVE " rom=a,x-vga=1.rom", "vm-pve-rom-name", IGDROM_VM_FORMAT_PVE},
		{PVE " rom=/usr/share/kvm/a;b.rom", "vm-pve-rom-name", IGDROM_VM_FORMAT_QM},
		{PVE " device=5912 function=mdev mdev=c2177883-f1bb-47f0-914d-32a22e3a8804",
		 "vm-pve-mdev", IGDROM_VM_FORMAT_PVE},
		{PVE " device=5912 function=mdev mdev=i915.GVTg", "vm-pve-mdev",
		 IGDROM_VM_FORMAT_PVE},
		{PVE " hypervisor=qemu device=5912 function=mdev mdev=i915-GVTg_V5_4",
		 "vm-qemu-mdev", IGDROM_VM_FORMAT_QEMU},
		{PVE " hypervisor=libvirt device=5912 function=mdev mdev=i915-GVTg_V5_4",
		 "vm-libvirt-mdev", IGDROM_VM_FORMAT_LIBVIRT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer answer = plan_of(rows[i].say);
		struct igdrom_bytes out = {0};

		assert_int_equal(
			igdrom_vm_write(answer.plan, rows[i].format, NULL, 0, answer.report, &out),
			IGDROM_E_REFUSED);
		assert_null(out.data);
		if (!find_in(answer.report, rows[i].code))
			fail_msg("%s: no %s", rows[i].say, rows[i].code);
		plan_free(&answer);
	}
}

static void each_hypervisor_has_its_place_for_the_rom(void **state)
{
	static const char *const rows[][2] = {
		{PVE, "igdrom-4680.rom"},
		{PVE " rom=my.rom", "my.rom"},
		{PVE " rom=/root/my.rom", "my.rom"},
		{PVE " rom=out/my.rom", "my.rom"},
		{PVE " hypervisor=qemu", "igdrom-4680.rom"},
		{PVE " hypervisor=qemu rom=out/my.rom", "out/my.rom"},
		{PVE " hypervisor=libvirt", "/usr/share/vgabios/igdrom-4680.rom"},
		{PVE " hypervisor=libvirt rom=out/my.rom", "/usr/share/vgabios/my.rom"},
		{PVE " hypervisor=libvirt rom=/srv/my.rom", "/srv/my.rom"},
		{PVE " hypervisor=unraid rom=my.rom", "/mnt/user/isos/my.rom"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer answer = plan_of(rows[i][0]);

		assert_string_equal(igdrom_vm_config_device_rom_file(answer.config, 0), rows[i][1]);
		plan_free(&answer);
	}
}

/* Whatever is asked of the configuration has a reason that names it, and a source. */
static void everything_set_has_a_reason(void **state)
{
	static const struct {
		const char *say, *subjects[8];
	} rows[] = {
		{PVE " machine=i440fx", {"guest-address", "x-igd-lpc=on", "display", "rom"}},
		{PVE " machine=i440fx memory=4096 gms=2 stolen_base=7b800000 audio=00:1f.3 "
		     "debug_console=yes",
		 {"guest-address", "x-igd-lpc=on", "display", "rom", "opt/igdrom/stolen-base",
		  "audio", "debug-console"}},
		{PVE, {"machine"}},
		{PVE " device=5912 disable_vga=yes qemu=10.0",
		 {"x-igd-legacy-mode=off", "x-igd-opregion=on", "x-igd-lpc=on"}},
		{PVE " function=vf machine=q35", {"pcie"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer answer = plan_of(rows[i].say);

		for (size_t k = 0; k < 8 && rows[i].subjects[k]; k++) {
			size_t r = 0;

			while (r < igdrom_vm_plan_reason_count(answer.plan) &&
			       strcmp(igdrom_vm_plan_reason_subject(answer.plan, r),
				      rows[i].subjects[k]) != 0)
				r++;
			if (r == igdrom_vm_plan_reason_count(answer.plan))
				fail_msg("%s: no reason for %s", rows[i].say, rows[i].subjects[k]);
			assert_true(strlen(igdrom_vm_plan_reason_rule(answer.plan, r)) > 2);
			assert_true(strlen(igdrom_vm_plan_reason_text(answer.plan, r)) > 20);
			assert_null(strchr(igdrom_vm_plan_reason_text(answer.plan, r), '{'));
			assert_true(strlen(igdrom_vm_plan_reason_source(answer.plan, r)) > 5);
		}
		plan_free(&answer);
	}
}

static void the_configuration_says_what_was_asked(void **state)
{
	struct answer answer = plan_of(PVE " machine=i440fx memory=8G audio=00:1f.3 "
					   "debug_console=/tmp/x.log vm=100");

	(void)state;
	assert_int_equal(igdrom_vm_config_format(answer.config), IGDROM_VM_FORMAT_PVE);
	assert_string_equal(igdrom_vm_config_machine(answer.config), "i440fx");
	assert_string_equal(igdrom_vm_config_firmware(answer.config), "ovmf");
	assert_string_equal(igdrom_vm_config_display(answer.config), "none");
	assert_int_equal(igdrom_vm_config_memory_mib(answer.config), 8192);
	assert_string_equal(igdrom_vm_config_debug_file(answer.config), "/tmp/x.log");
	assert_int_equal(igdrom_vm_config_device_count(answer.config), 2);
	assert_string_equal(igdrom_vm_config_device_host(answer.config, 0), "0000:00:02.0");
	assert_string_equal(igdrom_vm_config_device_guest(answer.config, 0), "0000:00:02.0");
	assert_string_equal(igdrom_vm_config_device_bus(answer.config, 0), "pci.0");
	assert_string_equal(igdrom_vm_config_device_id(answer.config, 1), "hostpci1");
	assert_string_equal(igdrom_vm_config_device_host(answer.config, 1), "0000:00:1f.3");
	assert_null(igdrom_vm_config_device_guest(answer.config, 1));
	assert_null(igdrom_vm_config_device_rom_file(answer.config, 1));
	assert_null(igdrom_vm_config_device_host(answer.config, 2));
	assert_null(igdrom_vm_config_property_name(answer.config, 0, 1));
	assert_null(igdrom_vm_config_fw_cfg_name(answer.config, 0));
	assert_string_equal(igdrom_vm_plan_want(answer.plan), "boot-picture");
	plan_free(&answer);
	answer = plan_of(PVE " function=vf");
	assert_string_equal(igdrom_vm_config_device_host(answer.config, 0), "0000:00:02.1");
	assert_null(igdrom_vm_config_display(answer.config));
	plan_free(&answer);
}

static void take_rom(struct igdrom_vm_request *request, const struct file *file)
{
	struct igdrom_rom *rom = NULL;

	assert_int_equal(igdrom_rom_parse(file->data, file->size, NULL, NULL, &rom), IGDROM_OK);
	assert_int_equal(igdrom_vm_request_set_rom(request, rom, NULL), IGDROM_OK);
	igdrom_rom_free(rom);
}

static void looks_into_the_rom(void **state)
{
	struct igdrom_vm_request *request = vm_rig_request(
		"hypervisor=qemu device=4680 qemu=11.0 firmware=ovmf machine=i440fx");
	struct file rom = {.size = 0};
	char got[VM_LINE_ROOM];

	(void)state;
	build_rom(&rom, &gop_desktop);
	take_rom(request, &rom);
	assert_string_equal(vm_rig_answer(request, got), "i440fx 02.0 picture x-igd-lpc=on");
	vm_rig_say(request, "device=46A6");
	assert_string_equal(vm_rig_answer(request, got), "refused rom-no-gop");
	vm_rig_say(request, "device=5912 firmware=seabios");
	assert_string_equal(vm_rig_answer(request, got), "refused rom-no-vbios");

	rom.size = 0;
	build_rom(&rom, NULL);
	vm_rig_say(request, "device=4680 firmware=ovmf");
	take_rom(request, &rom);
	assert_string_equal(vm_rig_answer(request, got), "refused rom-no-gop");
	vm_rig_say(request, "want=output");
	assert_string_equal(vm_rig_answer(request, got), "i440fx 02.0 dark");

	rom.size = 0;
	add_legacy_image(&rom, 4096, 0x5912, true);
	take_rom(request, &rom);
	assert_string_equal(vm_rig_answer(request, got), "refused rom-no-driver");
	vm_rig_say(request, "device=5912 firmware=seabios want=boot-picture");
	assert_string_equal(vm_rig_answer(request, got), "i440fx 02.0 picture");

	rom.size = 0;
	build_rom(&rom, &gop_unreadable);
	take_rom(request, &rom);
	vm_rig_say(request, "device=4680 firmware=ovmf");
	assert_string_equal(vm_rig_answer(request, got), "i440fx 02.0 picture x-igd-lpc=on");
	/* Taken back: what is in it is not known again. */
	assert_int_equal(igdrom_vm_request_set_rom(request, NULL, NULL), IGDROM_OK);
	vm_rig_say(request, "device=46A6");
	assert_string_equal(vm_rig_answer(request, got), "i440fx 02.0 picture x-igd-lpc=on");
	assert_int_equal(igdrom_vm_request_set_rom(NULL, NULL, NULL), IGDROM_E_INVAL);
	igdrom_vm_request_free(request);
}

static void getters_take_null(void **state)
{
	(void)state;
	assert_false(igdrom_vm_plan_possible(NULL));
	assert_false(igdrom_vm_plan_boot_picture(NULL));
	assert_null(igdrom_vm_plan_refusal(NULL));
	assert_null(igdrom_vm_plan_refusal_rule(NULL));
	assert_null(igdrom_vm_plan_refusal_source(NULL));
	assert_null(igdrom_vm_plan_qemu(NULL));
	assert_null(igdrom_vm_plan_want(NULL));
	assert_null(igdrom_vm_plan_config(NULL));
	assert_int_equal(igdrom_vm_plan_reason_count(NULL), 0);
	assert_null(igdrom_vm_plan_reason_text(NULL, 0));
	assert_null(igdrom_vm_config_machine(NULL));
	assert_null(igdrom_vm_config_firmware(NULL));
	assert_null(igdrom_vm_config_cpu(NULL));
	assert_int_equal(igdrom_vm_config_address_width(NULL), 0);
	assert_int_equal(igdrom_vm_config_format(NULL), IGDROM_VM_FORMAT_UNKNOWN);
	assert_string_equal(igdrom_vm_format_name(IGDROM_VM_FORMAT_QM), "qm");
	assert_string_equal(igdrom_vm_format_name((enum igdrom_vm_format)99), "unknown");
	igdrom_vm_plan_free(NULL);
	igdrom_vm_config_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_advice_where_it_is_due),
		cmocka_unit_test(the_way_back_is_a_command_for_this_machine),
		cmocka_unit_test(commands_have_a_vmid_or_a_place_for_one),
		cmocka_unit_test(audio_gets_a_number_that_there_is),
		cmocka_unit_test(says_why_it_cannot_be_written),
		cmocka_unit_test(each_hypervisor_has_its_place_for_the_rom),
		cmocka_unit_test(everything_set_has_a_reason),
		cmocka_unit_test(the_configuration_says_what_was_asked),
		cmocka_unit_test(looks_into_the_rom),
		cmocka_unit_test(getters_take_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
