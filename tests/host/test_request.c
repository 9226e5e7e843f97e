/* SPDX-License-Identifier: BSD-2-Clause */
/* What a machine says in a request. The values are those of the recipes, by hand. */
#include "host/host_rig.h"

#include <stdio.h>

struct fact {
	const char *machine;
	const char *key;
	const char *value; /* NULL: nothing */
};

static const struct fact facts[] = {
	{"desktop-pve", "device", "4680"},
	{"desktop-pve", "host_address", "0000:00:02.0"},
	{"desktop-pve", "display_class", "0300"},
	{"desktop-pve", "hypervisor", "pve"},
	{"desktop-pve", "qemu", "10.0.2 (pve-qemu-kvm_10.0.2-4)"},
	{"desktop-pve", "pve", "9.0.6"},
	{"desktop-pve", "kernel", "6.14.8"},
	{"desktop-pve", "ggc", "0x2c1"},
	{"desktop-pve", "stolen_base", "0x6c800000"},
	{"desktop-pve", "lpc_id", "7A84"},
	{"desktop-pve", "address_width", "39"},
	{"desktop-pve", "disable_vga", "no"},
	{"desktop-pve", "function", NULL},
	{"desktop-pve", "libvirt", NULL},
	{"desktop-pve", "firmware", NULL},
	{"desktop-pve", "audio", NULL}, /* its group has drivers of the host */
	{"beside-discrete", "display_class", "0380"},
	{"beside-discrete", "qemu", NULL},
	{"beside-discrete", "hypervisor", NULL},
	{"laptop-csm", "qemu", "7.2"},
	{"laptop-csm", "libvirt", "9.0"},
	{"laptop-csm", "hypervisor", "libvirt"},
	{"laptop-csm", "disable_vga", "yes"},
	{"laptop-csm", "stolen_base", "0x7c000000"},
	{"meteor-lake", "stolen_base", NULL},
	{"meteor-lake", "address_width", NULL},
	{"meteor-lake", "qemu", "8.2.2"},
	{"meteor-lake", "libvirt", NULL}, /* was removed */
	{"sriov", "device", "A780"},
	{"unraid", "hypervisor", "unraid"},
	{"unraid", "qemu", "9.2.3"},
	{"unraid", "libvirt", "11.2"},
	{"no-igd", "device", NULL},
	{"no-igd", "qemu", "10.0.2"},
	{"nothing", "kernel", "6.8.12"},
};

static struct igdrom_vm_request *new_request(void)
{
	struct igdrom_vm_request *request;

	assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
	return request;
}

static void say(struct igdrom_vm_request *request, const char *key, const char *value)
{
	assert_int_equal(igdrom_vm_request_set(request, key, value, NULL), IGDROM_OK);
}

static void check(const struct igdrom_vm_request *request, const char *key, const char *value)
{
	const char *found = igdrom_vm_request_get(request, key);

	if (!value)
		assert_null(found);
	else
		assert_string_equal(found ? found : "nothing", value);
}

static void says_what_is_known(void **state)
{
	const char *open = "";
	struct igdrom_vm_request *request = NULL;
	struct rig rig;

	(void)state;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		if (strcmp(open, facts[i].machine) != 0) {
			if (*open)
				rig_end(&rig);
			igdrom_vm_request_free(request);
			request = new_request();
			rig_make(&rig, facts[i].machine);
			(void)!rig_scan(&rig);
			assert_int_equal(igdrom_host_fill_request(rig.host, request, rig.report),
					 IGDROM_OK);
			open = facts[i].machine;
		}
		check(request, facts[i].key, facts[i].value);
	}
	rig_end(&rig);
	igdrom_vm_request_free(request);
}

static void leaves_what_was_said(void **state)
{
	struct igdrom_vm_request *request = new_request();
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	say(request, "qemu", "11.0");
	say(request, "gms", "4");
	say(request, "lpc_id", "7A04");
	say(request, "hypervisor", "qemu");
	assert_int_equal(igdrom_host_fill_request(rig.host, request, NULL), IGDROM_OK);
	check(request, "qemu", "11.0");
	check(request, "pve", NULL);
	check(request, "ggc", NULL);
	check(request, "gms", "0x4");
	check(request, "lpc_id", "7A04");
	check(request, "hypervisor", "qemu");
	check(request, "kernel", "6.14.8");
	rig_end(&rig);
	igdrom_vm_request_free(request);
}

static void tells_nothing_of_another_gpu(void **state)
{
	struct igdrom_vm_request *request = new_request();
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	say(request, "device", "46D1");
	assert_int_equal(igdrom_host_fill_request(rig.host, request, rig.report), IGDROM_OK);
	assert_int_equal(rig_count(&rig, "host-other-device"), 1);
	check(request, "host_address", NULL);
	check(request, "stolen_base", NULL);
	check(request, "lpc_id", NULL);
	check(request, "qemu", "10.0.2 (pve-qemu-kvm_10.0.2-4)");
	rig_end(&rig);
	igdrom_vm_request_free(request);
}

static void knows_a_virtual_function_by_its_address(void **state)
{
	struct igdrom_vm_request *request = new_request();
	struct rig rig;

	(void)state;
	rig_make(&rig, "sriov");
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	say(request, "host_address", "00:02.3");
	assert_int_equal(igdrom_host_fill_request(rig.host, request, NULL), IGDROM_OK);
	check(request, "function", "vf");
	check(request, "device", "A780");
	check(request, "stolen_base", NULL);
	check(request, "display_class", NULL);
	rig_end(&rig);
	igdrom_vm_request_free(request);
}

/* They are made when a driver of the GPU starts, or by a hookscript. */
static void knows_a_virtual_function_that_is_not_made_yet(void **state)
{
	struct igdrom_vm_request *request = new_request();
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	say(request, "host_address", "00:02.1");
	assert_int_equal(igdrom_host_fill_request(rig.host, request, NULL), IGDROM_OK);
	check(request, "function", "vf");
	check(request, "device", "4680");
	check(request, "host_address", "0000:00:02.1");
	check(request, "stolen_base", NULL);
	rig_end(&rig);
	igdrom_vm_request_free(request);
}

/* The group of the sound is free as soon as nobody but vfio-pci holds its members. */
static void gives_sound_along_when_its_group_is_free(void **state)
{
	static const char *const held[] = {"1f.4", "1f.5"};
	struct igdrom_vm_request *request = new_request();
	char path[128];
	struct rig rig;

	(void)state;
	rig_make(&rig, "mini-n100");
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_int_equal(igdrom_host_fill_request(rig.host, request, rig.report), IGDROM_OK);
	check(request, "audio", NULL);
	assert_int_equal(rig_count(&rig, "host-audio-shared"), 1);
	for (size_t i = 0; i < 2; i++) {
		strcpy(path, "sys/devices/pci0000:00/0000:00:");
		strcat(strcat(path, held[i]), "/driver");
		assert_int_equal(remove(rig_path(&rig, path)), 0);
	}
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_int_equal(igdrom_host_fill_request(rig.host, request, rig.report), IGDROM_OK);
	check(request, "audio", "0000:00:1f.3");
	assert_int_equal(igdrom_report_count(rig.report), 0);
	rig_end(&rig);
	igdrom_vm_request_free(request);
}

/* What is asked of people is little then. */
static void is_all_that_a_plan_needs_but_wishes(void **state)
{
	struct igdrom_vm_request *request = new_request();
	struct igdrom_vm_plan *plan;
	struct rig rig;

	(void)state;
	rig_make(&rig, "desktop-pve");
	assert_int_equal(rig_scan(&rig), IGDROM_OK);
	assert_int_equal(igdrom_host_fill_request(rig.host, request, NULL), IGDROM_OK);
	say(request, "firmware", "ovmf");
	assert_int_equal(igdrom_vm_plan_new(request, rig.report, &plan), IGDROM_OK);
	assert_true(igdrom_vm_plan_possible(plan));
	igdrom_vm_plan_free(plan);
	rig_end(&rig);
	igdrom_vm_request_free(request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_known),
		cmocka_unit_test(leaves_what_was_said),
		cmocka_unit_test(tells_nothing_of_another_gpu),
		cmocka_unit_test(knows_a_virtual_function_by_its_address),
		cmocka_unit_test(knows_a_virtual_function_that_is_not_made_yet),
		cmocka_unit_test(gives_sound_along_when_its_group_is_free),
		cmocka_unit_test(is_all_that_a_plan_needs_but_wishes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
