/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "findings.h"
#include "vm/rules.h"
#include "vm_rig.h"

static const struct {
	const char *key, *value, *normal;
} normal_forms[] = {
	{"device", "0x4680", "4680"},
	{"device", "8086:a7a0", "A7A0"},
	{"display_class", "0380", "0380"},
	{"display-class", "0300", "0300"},
	{"hypervisor", "unraid", "unraid"},
	{"qemu", "10.1", "10.1"},
	{"qemu", "10.1.2", "10.1.2"},
	{"qemu", "10.1.0", "10.1"},
	{"qemu", "QEMU emulator version 7.2.19 (Debian 1:7.2+dfsg-7+deb12u15)", "7.2.19"},
	{"qemu", "QEMU emulator version 9.2.0 (pve-qemu-kvm_9.2.0-5)\nCopyright (c) 2003-2024",
	 "9.2 (pve-qemu-kvm_9.2.0-5)"},
	{"qemu", "9.2 (pve-qemu-kvm_9.2.0-5)", "9.2 (pve-qemu-kvm_9.2.0-5)"},
	{"qemu", "pve-qemu-kvm_10.1.0-1", "10.1 (pve-qemu-kvm_10.1.0-1)"},
	{"qemu", "QEMU emulator version 10.0.50 (v10.0.0-1234-gabcdef)", "10.0.50"},
	{"qemu", "11.0.0-rc1", "11.0"},
	{"pve", "9.0", "9.0"},
	{"pve", "8.4.1", "8.4.1"},
	{"libvirt", "10.0.0", "10.0"},
	{"kernel", "6.14.8-2-pve", "6.14.8"},
	{"kernel", "6.1.0-26-amd64", "6.1"},
	{"host_address", "00:02.0", "0000:00:02.0"},
	{"host_address", "0000:00:1F.3", "0000:00:1f.3"},
	{"audio", "00:1f.3", "0000:00:1f.3"},
	{"audio", "none", "none"},
	{"stolen_base", "7B800000", "0x7b800000"},
	{"stolen-base", "0x7B800001", "0x7b800001"},
	{"ggc", "0x02c0", "0x2c0"},
	{"gms", "f0", "0xf0"},
	{"ggms", "8", "8"},
	{"lpc_id", "0x7a84", "7A84"},
	{"address_width", "39", "39"},
	{"disable_vga", "yes", "yes"},
	{"memory", "8192", "8192"},
	{"memory", "8G", "8192"},
	{"memory", "512MiB", "512"},
	{"mdev", "i915-GVTg_V5_4", "i915-GVTg_V5_4"},
	{"rom", "/a path/with, comma & \xc3\xa4.rom", "/a path/with, comma & \xc3\xa4.rom"},
	{"vm", "100", "100"},
	{"index", "15", "15"},
	{"debug_console", "/tmp/x.log", "/tmp/x.log"},
};

static void keeps_values_in_their_normal_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(normal_forms) / sizeof(normal_forms[0]); i++) {
		struct igdrom_vm_request *request = vm_rig_request("");
		const char *got;

		assert_int_equal(igdrom_vm_request_set(request, normal_forms[i].key,
						       normal_forms[i].value, NULL),
				 IGDROM_OK);
		got = igdrom_vm_request_get(request, normal_forms[i].key);
		assert_string_equal(got, normal_forms[i].normal);
		/* What it hands out it takes. */
		assert_int_equal(igdrom_vm_request_set(request, normal_forms[i].key, got, NULL),
				 IGDROM_OK);
		assert_string_equal(igdrom_vm_request_get(request, normal_forms[i].key),
				    normal_forms[i].normal);
		igdrom_vm_request_free(request);
	}
}

static const char *const bad_values[][2] = {
	{"device", "46800"},
	{"device", "10de:1234"},
	{"device", ""},
	{"display_class", "0301"},
	{"display_class", "0300 "},
	{"hypervisor", "kvm"},
	{"hypervisor", " | "},
	{"hypervisor", "pve | "},
	{"qemu", "10"},
	{"qemu", "ten.one"},
	{"qemu", "10.1x"},
	{"qemu", "-1.0"},
	{"qemu", "10.1234567"},
	{"firmware", "bios"},
	{"firmware", "OVMF"},
	{"machine", "pc"},
	{"guest", "bsd"},
	{"want", "picture"},
	{"function", "pf"},
	{"mdev", "a b"},
	{"mdev", "a\nb"},
	{"host_address", "00:02"},
	{"host_address", "2"},
	{"audio", "yes"},
	{"kernel", "six"},
	{"stolen_base", "0x"},
	{"stolen_base", "g"},
	{"stolen_base", "10000000000000000"},
	{"gms", "100"},
	{"ggc", "10000"},
	{"ggms", "65"},
	{"ggms", "0x8"},
	{"lpc_id", "12345"},
	{"address_width", "31"},
	{"address_width", "65"},
	{"disable_vga", "1"},
	{"memory", "0"},
	{"memory", "8T"},
	{"memory", "-1"},
	{"memory", "99999999999"},
	{"rom", ""},
	{"rom", "a\nb"},
	{"rom", "/usr/share/kvm/"},
	{"rom", "roms/.."},
	{"rom", "\xff"},
	{"vm", "a\tb"},
	{"index", "16"},
	{"debug_console", ""},
	{"pve", "9"},
};

static void refuses_values_that_a_key_does_not_take(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_values) / sizeof(bad_values[0]); i++) {
		struct igdrom_vm_request *request = vm_rig_request("");
		struct igdrom_report *report = NULL;

		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		if (igdrom_vm_request_set(request, bad_values[i][0], bad_values[i][1], report) !=
		    IGDROM_E_INVAL)
			fail_msg("%s took \"%s\"", bad_values[i][0], bad_values[i][1]);
		assert_non_null(find_in(report, "vm-value-bad"));
		assert_null(igdrom_vm_request_get(request, bad_values[i][0]));
		igdrom_report_free(report);
		igdrom_vm_request_free(request);
	}
}

static void a_value_that_is_refused_leaves_the_one_before(void **state)
{
	struct igdrom_vm_request *request = vm_rig_request("firmware=ovmf");

	(void)state;
	assert_int_equal(igdrom_vm_request_set(request, "firmware", "efi", NULL), IGDROM_E_INVAL);
	assert_string_equal(igdrom_vm_request_get(request, "firmware"), "ovmf");
	assert_int_equal(igdrom_vm_request_set(request, "firmware", NULL, NULL), IGDROM_OK);
	assert_null(igdrom_vm_request_get(request, "firmware"));
	igdrom_vm_request_free(request);
}

static void knows_its_keys_and_no_others(void **state)
{
	struct igdrom_vm_request *request = vm_rig_request("");
	struct igdrom_report *report = NULL;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	for (size_t i = 0; i < igdrom_vm_request_key_count(); i++) {
		assert_non_null(igdrom_vm_request_key_at(i));
		assert_true(strlen(igdrom_vm_request_key_help(i)) > 10);
		assert_true(strlen(igdrom_vm_request_key_values(i)) > 3);
		assert_int_equal(
			igdrom_vm_request_set(request, igdrom_vm_request_key_at(i), NULL, NULL),
			IGDROM_OK);
	}
	assert_null(igdrom_vm_request_key_at(igdrom_vm_request_key_count()));
	assert_null(igdrom_vm_request_key_help(igdrom_vm_request_key_count()));
	assert_null(igdrom_vm_request_key_values(igdrom_vm_request_key_count()));
	assert_int_equal(igdrom_vm_request_set(request, "colour", "red", report),
			 IGDROM_E_NOT_FOUND);
	assert_non_null(find_in(report, "vm-key-unknown"));
	assert_int_equal(igdrom_vm_request_set(request, "dev", "4680", NULL), IGDROM_E_NOT_FOUND);
	assert_null(igdrom_vm_request_get(request, "colour"));
	assert_int_equal(igdrom_vm_request_set(NULL, "vm", "1", NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vm_request_set(request, NULL, "1", NULL), IGDROM_E_INVAL);
	igdrom_report_free(report);
	igdrom_vm_request_free(request);
	igdrom_vm_request_free(NULL);
}

static void asks_for_all_that_is_missing_at_once(void **state)
{
	struct igdrom_vm_request *request = vm_rig_request("memory=8192");
	struct igdrom_report *report = NULL;
	struct igdrom_vm_plan *plan = NULL;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_vm_plan_new(request, report, &plan), IGDROM_E_INVAL);
	assert_null(plan);
	assert_int_equal(igdrom_report_count(report), 4);
	assert_non_null(find_in(report, "vm-ask-device"));
	assert_non_null(find_in(report, "vm-ask-hypervisor"));
	assert_non_null(find_in(report, "vm-ask-qemu"));
	assert_non_null(find_in(report, "vm-ask-firmware"));
	igdrom_report_free(report);
	igdrom_vm_request_free(request);
}

/* The table of Proxmox VE's changelog, by hand. */
static void knows_the_qemu_of_a_pve_release(void **state)
{
	static const char *const rows[][2] = {
		{"7.0", "6.0"},  {"7.1", "6.1"},  {"7.2", "6.2"},   {"7.3", "7.1"},
		{"7.4", "7.2"},  {"8.0", "8.0"},  {"8.1", "8.1"},   {"8.2", "8.1"},
		{"8.3", "9.0"},  {"8.4", "9.2"},  {"9.0", "10.0"},  {"9.1", "10.1"},
		{"9.2", "11.0"}, {"9.3", "11.0"}, {"8.4.5", "9.2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct igdrom_vm_request *request =
			vm_rig_request("device=4680 hypervisor=pve firmware=ovmf");
		struct vm_case it;

		assert_int_equal(igdrom_vm_request_set(request, "pve", rows[i][0], NULL),
				 IGDROM_OK);
		vm_case_from_request(request, &it);
		assert_string_equal(vm_release_name(it.is[VM_IF_QEMU]), rows[i][1]);
		assert_int_equal(it.is[VM_IF_BUILD], VM_IS_BUILD_PVE);
		igdrom_vm_request_free(request);
	}
}

static void asks_for_the_qemu_of_a_pve_that_it_does_not_know(void **state)
{
	char got[VM_LINE_ROOM];

	(void)state;
	assert_string_equal(vm_rig_plan("device=4680 hypervisor=pve pve=6.2 firmware=ovmf", got),
			    "asks qemu");
	assert_string_equal(
		vm_rig_plan("device=5912 hypervisor=pve pve=6.2 qemu=5.0 firmware=ovmf", got),
		"i440fx 02.0 picture x-igd-gms=0x2");
}

static void a_version_that_is_said_wins_over_the_one_of_pve(void **state)
{
	struct igdrom_vm_request *request =
		vm_rig_request("device=4680 hypervisor=pve firmware=ovmf pve=8.4 qemu=10.1");
	struct igdrom_report *report = NULL;
	struct igdrom_vm_plan *plan = NULL;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_vm_plan_new(request, report, &plan), IGDROM_OK);
	assert_string_equal(igdrom_vm_plan_qemu(plan), "10.1");
	assert_non_null(find_in(report, "vm-qemu-not-pve"));
	igdrom_vm_plan_free(plan);
	igdrom_report_free(report);
	igdrom_vm_request_free(request);
}

static void says_when_qemu_is_newer_than_its_tables_or_broken(void **state)
{
	static const struct {
		const char *qemu, *release, *code;
	} rows[] = {
		{"11.0", "11.0", NULL},
		{"11.0.3", "11.0", NULL},
		{"11.1.3", "11.1", NULL},
		{"11.2", "11.1", "vm-qemu-newer"},
		{"42.0", "11.1", "vm-qemu-newer"},
		{"10.1.0 (pve-qemu-kvm_10.1.0-1)", "10.1", "vm-qemu-broken"},
		{"10.1.2 (pve-qemu-kvm_10.1.2-1)", "10.1", NULL},
		{"10.1.0", "10.1", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct igdrom_vm_request *request =
			vm_rig_request("device=4680 hypervisor=qemu firmware=ovmf");
		struct igdrom_report *report = NULL;
		struct igdrom_vm_plan *plan = NULL;

		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		assert_int_equal(igdrom_vm_request_set(request, "qemu", rows[i].qemu, NULL),
				 IGDROM_OK);
		assert_int_equal(igdrom_vm_plan_new(request, report, &plan), IGDROM_OK);
		assert_string_equal(igdrom_vm_plan_qemu(plan), rows[i].release);
		assert_int_equal(find_in(report, "vm-qemu-newer") != NULL,
				 rows[i].code && !strcmp(rows[i].code, "vm-qemu-newer"));
		assert_int_equal(find_in(report, "vm-qemu-broken") != NULL,
				 rows[i].code && !strcmp(rows[i].code, "vm-qemu-broken"));
		igdrom_vm_plan_free(plan);
		igdrom_report_free(report);
		igdrom_vm_request_free(request);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_values_in_their_normal_form),
		cmocka_unit_test(refuses_values_that_a_key_does_not_take),
		cmocka_unit_test(a_value_that_is_refused_leaves_the_one_before),
		cmocka_unit_test(knows_its_keys_and_no_others),
		cmocka_unit_test(asks_for_all_that_is_missing_at_once),
		cmocka_unit_test(knows_the_qemu_of_a_pve_release),
		cmocka_unit_test(asks_for_the_qemu_of_a_pve_that_it_does_not_know),
		cmocka_unit_test(a_version_that_is_said_wins_over_the_one_of_pve),
		cmocka_unit_test(says_when_qemu_is_newer_than_its_tables_or_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
