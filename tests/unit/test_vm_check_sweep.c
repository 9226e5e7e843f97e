/* SPDX-License-Identifier: BSD-2-Clause */
/* What the planner writes, written as a command line and read back, gives the checker no cause. */
#include "unit.h"

#include <igdrom/device.h>
#include <igdrom/vm.h>

#include <stdio.h>

static const char *const releases[] = {"2.7", "2.12", "4.2",  "5.1",  "7.2", "9.1",
				       "9.2", "10.0", "10.1", "10.2", "11.1"};
static const char *const firmwares[] = {"ovmf", "seabios"};
static const char *const machines[] = {"i440fx", "q35", "any"};
static const char *const wants[] = {"boot-picture", "output", "headless"};
static const char *const guests[] = {"windows", "linux"};
static const char *const extras[][2] = {
	{NULL, NULL},
	{"disable_vga", "yes"},
	{"stolen_base", "0x7b800001"},
	{"display_class", "0380"},
	{"audio", "0000:00:1f.3"},
	{"lpc_id", "0x7a84"},
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void say(struct igdrom_vm_request *request, const char *key, const char *value)
{
	assert_int_equal(igdrom_vm_request_set(request, key, value, NULL), IGDROM_OK);
}

static void expect_nothing(const struct igdrom_report *report, const char *what,
			   struct igdrom_bytes text)
{
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(report, i);

		if (igdrom_finding_severity(finding) >= IGDROM_SEVERITY_HARMLESS)
			fail_msg("%s: %s: %s\n%.*s", what, igdrom_finding_code(finding),
				 igdrom_finding_text(finding), (int)text.size,
				 (const char *)text.data);
	}
}

/* 1 when there is a plan; then its command line is checked. */
static int check_plan(const struct igdrom_vm_request *request, const char *what)
{
	struct igdrom_vm_plan *plan = NULL;
	struct igdrom_vm_config *config = NULL;
	enum igdrom_vm_format format;
	enum igdrom_status status;
	struct igdrom_bytes text;
	struct igdrom_report *report;

	if (igdrom_vm_plan_new(request, NULL, &plan) != IGDROM_OK)
		return 0;
	if (!igdrom_vm_plan_possible(plan)) {
		igdrom_vm_plan_free(plan);
		return 0;
	}
	format = igdrom_vm_config_format(igdrom_vm_plan_config(plan));
	status = igdrom_vm_write(plan, format, NULL, 0, NULL, &text);
	if (status == IGDROM_E_NOT_BUILT) {
		igdrom_vm_plan_free(plan);
		return 0;
	}
	assert_int_equal(status, IGDROM_OK);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_vm_config_read(text.data, text.size, IGDROM_VM_FORMAT_UNKNOWN,
					       report, &config),
			 IGDROM_OK);
	assert_string_equal(igdrom_vm_config_machine(config),
			    igdrom_vm_config_machine(igdrom_vm_plan_config(plan)));
	assert_string_equal(igdrom_vm_config_firmware(config),
			    igdrom_vm_config_firmware(igdrom_vm_plan_config(plan)));
	assert_int_equal(igdrom_vm_check(config, request, report), IGDROM_OK);
	expect_nothing(report, what, text);
	igdrom_vm_config_free(config);
	igdrom_bytes_free(&text);
	igdrom_report_free(report);
	igdrom_vm_plan_free(plan);
	return 1;
}

static int check_wishes(struct igdrom_vm_request *request, const char *what)
{
	int planned = 0;

	for (size_t n = 0; n < COUNT(machines) * COUNT(wants) * COUNT(guests) * COUNT(extras);
	     n++) {
		const char *machine = machines[n % COUNT(machines)];
		const char *want = wants[n / COUNT(machines) % COUNT(wants)];
		const char *guest = guests[n / COUNT(machines) / COUNT(wants) % COUNT(guests)];
		const char *const *extra =
			extras[n / COUNT(machines) / COUNT(wants) / COUNT(guests)];
		char name[200];

		snprintf(name, sizeof(name), "%s, %s, %s, %s, %s %s", what, machine, want, guest,
			 extra[0] ? extra[0] : "", extra[1] ? extra[1] : "");
		say(request, "machine", machine);
		say(request, "want", want);
		say(request, "guest", guest);
		if (extra[0])
			say(request, extra[0], extra[1]);
		planned += check_plan(request, name);
		if (extra[0])
			say(request, extra[0], NULL);
	}
	return planned;
}

/* All wishes for a hypervisor; the number of plans. */
static int check_hypervisor(const char *hypervisor)
{
	/* One id of each kind that QEMU tells apart. */
	static const char *const devices[] = {"0102", "0412", "1616", "1912", "5A85", "3E92",
					      "3185", "9BC5", "4571", "8A52", "9A49", "4680",
					      "A780", "7D55", "6420", "87C0"};
	int planned = 0;

	for (size_t n = 0; n < COUNT(devices) * COUNT(releases) * COUNT(firmwares); n++) {
		const char *device = devices[n / COUNT(firmwares) / COUNT(releases)];
		const char *qemu = releases[n / COUNT(firmwares) % COUNT(releases)];
		const char *firmware = firmwares[n % COUNT(firmwares)];
		struct igdrom_vm_request *request;
		char what[100];

		assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
		say(request, "hypervisor", hypervisor);
		say(request, "kernel", "6.17");
		say(request, "libvirt", "10.0.0");
		say(request, "gms", "0x2");
		say(request, "memory", "8192");
		say(request, "device", device);
		say(request, "qemu", qemu);
		say(request, "firmware", firmware);
		snprintf(what, sizeof(what), "%s, %s, QEMU %s, %s", hypervisor, device, qemu,
			 firmware);
		planned += check_wishes(request, what);
		igdrom_vm_request_free(request);
	}
	return planned;
}

/* Many of the 38,016 wishes are impossible; rules that refuse all would give no cause either. */
#define LEAST 10000
#define ALL   38016

static void a_command_line_of_the_planner_gives_no_cause(void **state)
{
	(void)state;
	assert_in_range(check_hypervisor("qemu"), LEAST, ALL);
}

#ifdef IGDROM_LIBXML
static void a_domain_of_the_planner_gives_no_cause(void **state)
{
	(void)state;
	assert_in_range(check_hypervisor("libvirt"), LEAST, ALL);
	assert_in_range(check_hypervisor("unraid"), LEAST, ALL);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_line_of_the_planner_gives_no_cause),
#ifdef IGDROM_LIBXML
		cmocka_unit_test(a_domain_of_the_planner_gives_no_cause),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
