/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs of the test stand for QEMU; PATH leads to them. */
#include "unit/changes_rig.h"

#include <igdrom/host.h>

#include <stdio.h>
#include <sys/stat.h>

static void put_program(struct rig *rig, const char *name, const char *script)
{
	rig_put(rig, name, script);
	assert_int_equal(chmod(rig_at(rig, name), 0755), 0);
}

static enum igdrom_status ask(struct rig *rig, const char *root, const char *binary, char **out)
{
	struct igdrom_host *host;
	enum igdrom_status status;

	assert_int_equal(igdrom_host_open(root, &host), IGDROM_OK);
	status = igdrom_host_qemu_version(host, binary, rig->report, out);
	igdrom_host_close(host);
	return status;
}

static void the_first_line_of_what_it_prints_is_handed_out(void **state)
{
	struct igdrom_vm_request *request;
	struct rig *rig = *state;
	char path[256], *version;

	snprintf(path, sizeof(path), "%s/bin:/usr/bin:/bin", rig->root);
	assert_int_equal(setenv("PATH", path, 1), 0);
	put_program(rig, "/bin/qemu-system-x86_64",
		    "#!/bin/sh\n[ \"$*\" = --version ] || exit 1\n"
		    "echo 'QEMU emulator version 10.1.2 (pve-qemu-kvm_10.1.2-1)'\n"
		    "echo 'Copyright (c) 2003-2025 Fabrice Bellard'\n");
	assert_int_equal(ask(rig, NULL, "qemu-system-x86_64", &version), IGDROM_OK);
	assert_string_equal(version, "QEMU emulator version 10.1.2 (pve-qemu-kvm_10.1.2-1)");
	assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
	assert_int_equal(igdrom_vm_request_set(request, "qemu", version, NULL), IGDROM_OK);
	igdrom_vm_request_free(request);
	igdrom_string_free(version);
	/* kvm comes first when it is there. */
	put_program(rig, "/bin/kvm", "#!/bin/sh\necho 'QEMU emulator version 9.2.0'\n");
	assert_int_equal(ask(rig, "/", NULL, &version), IGDROM_OK);
	assert_string_equal(version, "QEMU emulator version 9.2.0");
	igdrom_string_free(version);
}

static void what_fails_says_why(void **state)
{
	struct rig *rig = *state;
	char *version;

	put_program(rig, "/bad", "#!/bin/sh\nexit 3\n");
	put_program(rig, "/mute", "#!/bin/sh\n");
	assert_int_equal(ask(rig, NULL, rig_at(rig, "/bad"), &version), IGDROM_E_IO);
	assert_null(version);
	assert_string_equal(rig_error(rig), "host-qemu-failed");
	assert_int_equal(ask(rig, NULL, rig_at(rig, "/mute"), &version), IGDROM_E_IO);
	rig_put(rig, "/plain", "x");
	assert_int_equal(ask(rig, NULL, rig_at(rig, "/plain"), &version), IGDROM_E_ACCESS);
	assert_int_equal(ask(rig, NULL, "igdrom-no-such-qemu", &version), IGDROM_E_NOT_FOUND);
	assert_string_equal(rig_error(rig), "host-qemu-missing");
	assert_int_equal(ask(rig, NULL, "", &version), IGDROM_E_INVAL);
}

static void a_captured_machine_is_not_asked(void **state)
{
	struct rig *rig = *state;
	char *version;

	put_program(rig, "/usr/bin/kvm", "#!/bin/sh\necho QEMU\n");
	assert_int_equal(ask(rig, rig->root, "/usr/bin/kvm", &version), IGDROM_E_NOT_FOUND);
	assert_true(rig_found(rig, "host-qemu-captured"));
	assert_null(version);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_first_line_of_what_it_prints_is_handed_out),
		TEST(what_fails_says_why),
		TEST(a_captured_machine_is_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
