/* SPDX-License-Identifier: BSD-2-Clause */
/* A captured machine: the tree that a text file describes, created in a temporary directory. */
#include "unit/unit.h"

#include <igdrom/host.h>

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct machine {
	char root[64];
	struct igdrom_host *host;
};

static void make_file(const char *root, const char *name, const char *content)
{
	char path[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	for (char *p = path + strlen(root) + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(path, 0755);
		*p = '/';
	}
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void make_tree(const char *root, const char *recipe)
{
	char line[512];
	FILE *file = fopen(recipe, "r");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		char *equals = strstr(line, " = ");

		if (line[0] == '#')
			continue;
		assert_non_null(equals);
		*equals = '\0';
		make_file(root, line, equals + 3);
	}
	fclose(file);
}

static int setup(void **state)
{
	struct machine *machine = calloc(1, sizeof(*machine));

	assert_non_null(machine);
	strcpy(machine->root, "/tmp/igdrom-test-XXXXXX");
	assert_non_null(mkdtemp(machine->root));
	make_tree(machine->root, SYSFS_RECIPE);
	assert_int_equal(igdrom_host_open(machine->root, &machine->host), IGDROM_OK);
	*state = machine;
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	struct machine *machine = *state;

	igdrom_host_close(machine->host);
	nftw(machine->root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(machine);
	return 0;
}

static enum igdrom_status ask(struct machine *machine, const char *text,
			      struct igdrom_report *report, struct igdrom_pci_id *id)
{
	struct igdrom_pci_address address;

	assert_int_equal(igdrom_pci_address_parse(text, &address), IGDROM_OK);
	return igdrom_host_pci_id(machine->host, &address, report, id);
}

static void reads_the_ids_of_a_function_with_and_without_domain(void **state)
{
	struct igdrom_pci_id id;

	assert_int_equal(ask(*state, "00:02.0", NULL, &id), IGDROM_OK);
	assert_int_equal(id.vendor_id, 0x8086);
	assert_int_equal(id.device_id, 0x4680);
	assert_int_equal(id.class_code, 0x030000);
	assert_int_equal(ask(*state, "0000:00:1F.0", NULL, &id), IGDROM_OK);
	assert_int_equal(id.device_id, 0x7a84);
	assert_int_equal(id.class_code, 0x060100);
	assert_int_equal(ask(*state, "10000:e1:00.0", NULL, &id), IGDROM_OK);
	assert_int_equal(id.vendor_id, 0x144d);
	assert_int_equal(id.device_id, 0xa80a);
	assert_int_equal(id.class_code, 0x010802);
}

static void says_that_nothing_is_there(void **state)
{
	struct igdrom_report *report;
	struct igdrom_pci_id id = {.device_id = 1};

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(ask(*state, "00:05.0", report, &id), IGDROM_E_NOT_FOUND);
	assert_int_equal(id.device_id, 0);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)), "pci-device-missing");
	assert_string_equal(igdrom_finding_text(igdrom_report_at(report, 0)),
			    "There is no PCI device at 0000:00:05.0.");
	igdrom_report_free(report);
}

static void survives_what_makes_libpci_exit(void **state)
{
	struct igdrom_report *report;
	struct igdrom_pci_id id = {.vendor_id = 1};

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(ask(*state, "00:03.0", report, &id), IGDROM_E_IO);
	assert_int_equal(id.vendor_id, 0);
	assert_int_equal(igdrom_report_count(report), 1);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)),
			    "pci-device-unreadable");
	/* libpci's own words say which file it is. */
	assert_non_null(strstr(igdrom_finding_text(igdrom_report_at(report, 0)), "03.0/device"));
	assert_int_equal(ask(*state, "00:02.0", report, &id), IGDROM_OK);
	igdrom_report_free(report);
}

static void refuses_what_is_no_address(void **state)
{
	static const char *const bad[] = {
		"",         "4680",        "00:02",    "00:02.8",          "00:20.0",
		"0:0:02.0", "000:00:02.0", "00:02.0 ", " 00:02.0",         "00:02.00",
		"00:g2.0",  "0000:00:02",  ":02.0",    "8086:4680.0",      "0:0:0:02.0",
		"000:02.0", "00.02:0",     "-1:02.0",  "123456789:00:02.0"};
	struct igdrom_pci_address address;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(igdrom_pci_address_parse(bad[i], &address), IGDROM_E_INVAL);
	assert_int_equal(igdrom_pci_address_parse("ffff:FF:1f.7", &address), IGDROM_OK);
	assert_int_equal(address.domain, 0xffff);
	assert_int_equal(address.bus, 0xff);
	assert_int_equal(address.device, 0x1f);
	assert_int_equal(address.function, 7);
	assert_int_equal(igdrom_pci_address_parse("0:2.0", &address), IGDROM_OK);
	assert_int_equal(address.device, 2);
	assert_int_equal(igdrom_pci_address_parse(NULL, &address), IGDROM_E_INVAL);
	assert_int_equal(igdrom_pci_address_parse("00:02.0", NULL), IGDROM_E_INVAL);
}

static void misuse_is_refused(void **state)
{
	struct machine *machine = *state;
	struct igdrom_pci_address address = {.device = 32};
	struct igdrom_pci_id id;

	assert_int_equal(igdrom_host_pci_id(machine->host, &address, NULL, &id), IGDROM_E_INVAL);
	assert_int_equal(igdrom_host_pci_id(NULL, &address, NULL, &id), IGDROM_E_INVAL);
	assert_int_equal(igdrom_host_pci_id(machine->host, NULL, NULL, &id), IGDROM_E_INVAL);
	assert_int_equal(igdrom_host_pci_id(machine->host, &address, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_host_open("/", NULL), IGDROM_E_INVAL);
	igdrom_host_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_ids_of_a_function_with_and_without_domain),
		cmocka_unit_test(says_that_nothing_is_there),
		cmocka_unit_test(survives_what_makes_libpci_exit),
		cmocka_unit_test(refuses_what_is_no_address),
		cmocka_unit_test(misuse_is_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
