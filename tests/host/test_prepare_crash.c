/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A preparation that ends at each of its system calls in turn, by a crash or by an error: each file
 * has its old content or its new one, and when what was done is undone all is as it was.
 */
#include "unit/changes_rig.h"

#include <igdrom/host.h>

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CRASHED 99
#define SPARED  98 /* the call did not come */
#define DEVICES "/sys/bus/pci/devices/0000:00:02.0/"

static unsigned countdown; /* 0: nothing happens */
static bool crash;

static bool strikes(void)
{
	if (countdown == 0 || --countdown > 0)
		return false;
	if (crash)
		_exit(CRASHED);
	errno = ENOSPC;
	return true;
}

#define WRAP(type, bad, name, params, args)                    \
	type __real_##name params;                             \
	type __wrap_##name params;                             \
	type __wrap_##name params                              \
	{                                                      \
		return strikes() ? (bad) : __real_##name args; \
	}

WRAP(ssize_t, -1, write, (int fd, const void *data, size_t size), (fd, data, size))
WRAP(int, -1, mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode))
WRAP(int, -1, unlinkat, (int fd, const char *path, int flags), (fd, path, flags))
WRAP(int, -1, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
WRAP(int, -1, fchmod, (int fd, mode_t mode), (fd, mode))

int __wrap_fsync(int fd);

int __wrap_fsync(int fd)
{
	(void)fd;
	return strikes() ? -1 : 0;
}

static const struct {
	const char *path, *before, *after;
} files[] = {
	{"/etc/default/grub", "X=1\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n",
	 "X=1\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n"},
	{"/etc/kernel/cmdline", "root=x vfio-pci.disable_vga=1", "root=x intel_iommu=on"},
	{"/etc/modprobe.d/vfio.conf", "options vfio-pci disable_vga=1\n# x\n", "# x\n"},
	{"/etc/modprobe.d/igdrom.conf", NULL,
	 "# Written by \"igdrom host prepare\", and taken back by \"igdrom host prepare --undo\".\n"
	 "# vfio-pci takes these devices at boot.\noptions vfio-pci ids=8086:4680\n"
	 "# It is there before the drivers that would take them.\nsoftdep i915 pre: vfio-pci\n"
	 "softdep xe pre: vfio-pci\n"},
};

#define FILES (sizeof(files) / sizeof(files[0]))

static void make_machine(const struct rig *rig)
{
	rig_put(rig, DEVICES "vendor", "0x8086\n");
	rig_put(rig, DEVICES "device", "0x4680\n");
	rig_put(rig, DEVICES "class", "0x030000\n");
	rig_put(rig, "/etc/os-release", "ID=debian\n");
	rig_put(rig, "/etc/kernel/proxmox-boot-uuids", "1A2B-3C4D\n");
	for (size_t i = 0; i < FILES; i++) {
		if (files[i].before)
			rig_put(rig, files[i].path, files[i].before);
	}
}

static void add(struct rig *rig)
{
	struct igdrom_host *host;

	rig_again(rig, rig->root);
	assert_int_equal(igdrom_host_open(rig->root, &host), IGDROM_OK);
	assert_int_equal(igdrom_host_scan(host, NULL), IGDROM_OK);
	assert_int_equal(igdrom_changes_add_prepare(rig->changes, host, NULL,
						    IGDROM_PREPARE_EARLY | IGDROM_PREPARE_TRIGGER,
						    rig->report),
			 IGDROM_OK);
	igdrom_host_close(host);
}

/* In a child: what cmocka holds stays whole. */
static int in_child(struct rig *rig, unsigned at, bool undo)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		enum igdrom_status result;

		countdown = at;
		result = undo ? igdrom_changes_undo(rig->root, NULL, 0, false, NULL)
			      : igdrom_changes_apply(rig->changes, NULL, NULL);
		_exit(result != IGDROM_OK ? 1 : countdown ? SPARED : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void assert_old(const struct rig *rig)
{
	for (size_t i = 0; i < FILES; i++)
		assert_true(rig_holds(rig, files[i].path, files[i].before));
	assert_true(rig_holds(rig, "/etc/apt/apt.conf.d/90igdrom", NULL));
	assert_true(rig_holds(rig, "/usr/local/lib/igdrom/qemu-changed", NULL));
}

static void assert_new(const struct rig *rig)
{
	for (size_t i = 0; i < FILES; i++)
		assert_true(rig_holds(rig, files[i].path, files[i].after));
	assert_int_equal(access(rig_at(rig, "/usr/local/lib/igdrom/qemu-changed"), X_OK), 0);
}

static void assert_never_half(const struct rig *rig)
{
	for (size_t i = 0; i < FILES; i++)
		assert_true(rig_holds(rig, files[i].path, files[i].before) ||
			    rig_holds(rig, files[i].path, files[i].after));
}

static void a_crash_at_any_write_leaves_old_or_new_and_is_undone(void **state)
{
	struct rig *rig = *state;
	unsigned at = 0;
	int code;

	make_machine(rig);
	crash = true;
	for (;;) {
		enum igdrom_status status;

		add(rig);
		code = in_child(rig, ++at, false);
		assert_never_half(rig);
		if (code == SPARED)
			break;
		assert_int_equal(code, CRASHED);
		status = rig_undo(rig, 0, false);
		assert_true(status == IGDROM_OK || status == IGDROM_E_NOT_FOUND);
		assert_old(rig);
	}
	assert_new(rig);
	assert_true(at > 60);
	print_message("%u calls\n", at - 1);
}

static void a_crash_at_any_write_of_the_undo_is_undone_again(void **state)
{
	struct rig *rig = *state;
	unsigned at = 0;
	int code;

	make_machine(rig);
	crash = true;
	do {
		add(rig);
		assert_int_equal(rig_apply(rig), IGDROM_OK);
		assert_new(rig);
		code = in_child(rig, ++at, true);
		assert_never_half(rig);
		if (code == CRASHED)
			(void)rig_undo(rig, 0, false);
		assert_old(rig);
	} while (code == CRASHED);
	assert_int_equal(code, SPARED);
	assert_true(at > 20);
	print_message("%u calls\n", at - 1);
}

static void a_full_disk_at_any_write_changes_nothing(void **state)
{
	struct rig *rig = *state;
	unsigned at = 0;
	int code;

	make_machine(rig);
	crash = false;
	do {
		add(rig);
		code = in_child(rig, ++at, false);
		if (code == 1) {
			assert_old(rig);
		} else {
			assert_new(rig);
			assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
			assert_old(rig);
		}
	} while (code != SPARED);
	assert_true(at > 60);
}

static void a_second_preparation_has_nothing_to_do(void **state)
{
	struct rig *rig = *state;

	make_machine(rig);
	add(rig);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_new(rig);
	add(rig);
	assert_int_equal(igdrom_changes_pending(rig->changes), 0);
}

static void a_host_that_is_another_machine_is_refused(void **state)
{
	struct rig *rig = *state;
	struct igdrom_host *host;

	make_machine(rig);
	assert_int_equal(igdrom_host_open(NULL, &host), IGDROM_OK);
	assert_int_equal(igdrom_changes_add_prepare(rig->changes, host, NULL, 0, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_changes_add_prepare(NULL, host, NULL, 0, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_changes_add_prepare(rig->changes, NULL, NULL, 0, NULL),
			 IGDROM_E_INVAL);
	igdrom_host_close(host);
	assert_int_equal(igdrom_host_open(rig->root, &host), IGDROM_OK);
	assert_int_equal(igdrom_host_scan(host, NULL), IGDROM_OK);
	assert_int_equal(igdrom_changes_add_prepare(rig->changes, host, NULL, 8, NULL),
			 IGDROM_E_INVAL);
	igdrom_host_close(host);
}

static enum igdrom_status script_of(const struct igdrom_host *host, const char *text,
				    const char *vmid, struct igdrom_report *report)
{
	struct igdrom_vm_config *config;
	struct igdrom_bytes out;
	enum igdrom_status status;

	assert_int_equal(
		igdrom_vm_config_read(text, strlen(text), IGDROM_VM_FORMAT_PVE, NULL, &config),
		IGDROM_OK);
	status = igdrom_host_hookscript(host, config, vmid, report, &out);
	assert_true((status == IGDROM_OK) == (out.size > 0));
	igdrom_bytes_free(&out);
	igdrom_vm_config_free(config);
	return status;
}

static void a_hookscript_is_for_devices_that_are_there(void **state)
{
	struct rig *rig = *state;
	struct igdrom_host *host;

	make_machine(rig);
	assert_int_equal(igdrom_host_open(rig->root, &host), IGDROM_OK);
	assert_int_equal(igdrom_host_scan(host, NULL), IGDROM_OK);
	assert_int_equal(script_of(host, "hostpci0: 00:02.0\n", "100", NULL), IGDROM_OK);
	assert_int_equal(script_of(host, "hostpci0: 00:02\n", NULL, NULL), IGDROM_OK);
	assert_int_equal(script_of(host, "hostpci0: 00:05.0\n", NULL, rig->report),
			 IGDROM_E_NOT_FOUND);
	assert_string_equal(rig_error(rig), "pci-device-missing");
	assert_int_equal(script_of(host, "hostpci0: mapping=gpu\n", NULL, rig->report),
			 IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "hookscript-no-address");
	assert_int_equal(script_of(host, "memory: 4096\n", NULL, rig->report), IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "hookscript-nothing");
	assert_int_equal(
		script_of(host, "hostpci0: 00:02.0,mdev=i915-GVTg_V5_4\n", NULL, rig->report),
		IGDROM_E_REFUSED);
	assert_int_equal(script_of(host, "hostpci0: 00:02.0\n", "1'; x", NULL), IGDROM_E_INVAL);
	assert_int_equal(script_of(host, "hostpci0: 00:02.0\n", "", NULL), IGDROM_E_INVAL);
	igdrom_host_close(host);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_crash_at_any_write_leaves_old_or_new_and_is_undone),
		TEST(a_crash_at_any_write_of_the_undo_is_undone_again),
		TEST(a_full_disk_at_any_write_changes_nothing),
		TEST(a_second_preparation_has_nothing_to_do),
		TEST(a_host_that_is_another_machine_is_refused),
		TEST(a_hookscript_is_for_devices_that_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
