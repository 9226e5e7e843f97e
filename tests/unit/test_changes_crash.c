/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A change that ends at each of its system calls in turn, by a crash or by an error. Afterwards the
 * machine is as it was, once the journal is undone, and never in between without a journal.
 */
#include "unit/changes_rig.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CRASHED 99
#define SPARED  98 /* the call did not come */

static unsigned countdown; /* 0: nothing happens */
static bool crash, memory; /* memory: allocations are counted, not system calls */
static int failure;

/* Whether the call is to fail; a crash does not come back. */
static bool strikes(bool allocation)
{
	if (countdown == 0 || allocation != memory || --countdown > 0)
		return false;
	if (crash)
		_exit(CRASHED);
	errno = failure;
	return true;
}

#define WRAP(type, bad, allocation, name, params, args)                  \
	type __real_##name params;                                       \
	type __wrap_##name params;                                       \
	type __wrap_##name params                                        \
	{                                                                \
		return strikes(allocation) ? (bad) : __real_##name args; \
	}

WRAP(ssize_t, -1, false, write, (int fd, const void *data, size_t size), (fd, data, size))
WRAP(int, -1, false, mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode))
WRAP(int, -1, false, unlinkat, (int fd, const char *path, int flags), (fd, path, flags))
WRAP(int, -1, false, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
WRAP(int, -1, false, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(void *, NULL, true, malloc, (size_t size), (size))
WRAP(void *, NULL, true, calloc, (size_t count, size_t size), (count, size))
WRAP(void *, NULL, true, realloc, (void *old, size_t size), (old, size))
WRAP(int, ENOMEM, false, posix_spawnp,
     (pid_t * child, const char *file, const posix_spawn_file_actions_t *actions,
      const posix_spawnattr_t *attributes, char *const argv[], char *const env[]),
     (child, file, actions, attributes, argv, env))

int __wrap_fsync(int fd);

/* A process that ends takes nothing with it that was not synced. */
int __wrap_fsync(int fd)
{
	(void)fd;
	return strikes(false) ? -1 : 0;
}

static void add_all(struct rig *rig)
{
	char on[512], off[512];
	const char *argv[] = {"sh", "-c", on, NULL};
	const char *inverse[] = {"sh", "-c", off, NULL};
	const char *cat[] = {"cat", NULL, NULL};
	char service[256];

	snprintf(service, sizeof(service), "%s/etc/service", rig->root);
	cat[1] = service;
	snprintf(on, sizeof(on), "echo on >%s", service);
	snprintf(off, sizeof(off), "echo off >%s", service);
	rig_add(rig, rig_at(rig, "/etc/a"), "a2");
	rig_add(rig, rig_at(rig, "/usr/share/kvm/b"), "b2");
	assert_int_equal(igdrom_changes_add_command(rig->changes, argv, inverse, NULL, NULL),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_watch(rig->changes, cat, NULL), IGDROM_OK);
	assert_int_equal(
		igdrom_changes_add_removal(rig->changes, rig_at(rig, "/etc/c"), NULL, NULL),
		IGDROM_OK);
	snprintf(on, sizeof(on), "cat %s/etc/a >%s/etc/built", rig->root, rig->root);
	assert_int_equal(igdrom_changes_add_refresh(rig->changes, argv, NULL, NULL), IGDROM_OK);
}

static void prepare(struct rig *rig)
{
	crash = false;
	rig_put(rig, "/etc/a", "a1");
	rig_put(rig, "/etc/c", "c1");
	rig_put(rig, "/etc/service", "off\n");
	rig_put(rig, "/etc/built", "a1");
	assert_int_equal(chmod(rig_at(rig, "/etc/c"), 0640), 0);
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
		result = undo ? igdrom_changes_undo(NULL, rig->journals, 0, false, NULL)
			      : igdrom_changes_apply(rig->changes, rig->journals, NULL);
		_exit(result != IGDROM_OK ? 1 : countdown ? SPARED : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void assert_tree(const struct rig *rig, const char *wanted, unsigned at)
{
	char *tree = rig_tree(rig->root, NULL);

	if (strcmp(tree, wanted) != 0)
		print_message("differs at call %u:\n%s", at, tree);
	assert_string_equal(tree, wanted);
	free(tree);
}

static char *changed_tree(struct rig *rig)
{
	char *tree;

	rig_again(rig, NULL);
	add_all(rig);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	tree = rig_tree(rig->root, NULL);
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	return tree;
}

static void a_crash_at_any_call_is_undone(void **state)
{
	struct rig *rig = *state;
	char *before, *changed;
	unsigned at = 0;
	int code;

	prepare(rig);
	before = rig_tree(rig->root, NULL);
	changed = changed_tree(rig);
	crash = true;
	do {
		enum igdrom_status status;

		assert_tree(rig, before, at);
		rig_again(rig, NULL);
		rig_forget(rig);
		add_all(rig);
		code = in_child(rig, ++at, false);
		assert_true(code == CRASHED || code == SPARED);
		if (code == SPARED)
			break;
		status = rig_undo(rig, 0, false);
		/* Without a journal nothing was done. */
		assert_true(status == IGDROM_OK || status == IGDROM_E_NOT_FOUND);
	} while (true);
	assert_tree(rig, changed, at);
	assert_true(at > 40);
	free(before);
	free(changed);
}

static void a_crash_at_any_call_of_an_undo_is_undone_again(void **state)
{
	struct rig *rig = *state;
	char *before;
	unsigned at = 0;
	int code;

	prepare(rig);
	before = rig_tree(rig->root, NULL);
	crash = true;
	do {
		rig_again(rig, NULL);
		rig_forget(rig);
		add_all(rig);
		assert_int_equal(rig_apply(rig), IGDROM_OK);
		code = in_child(rig, ++at, true);
		assert_true(code == CRASHED || code == SPARED);
		if (code == CRASHED && rig_undo(rig, 0, false) == IGDROM_E_NOT_FOUND)
			assert_true(rig_found(rig, "changes-nothing-to-undo"));
		assert_tree(rig, before, at);
	} while (code == CRASHED);
	assert_true(at > 25);
	free(before);
}

static void fail_everywhere(struct rig *rig, int error)
{
	char *before, *changed;
	unsigned at = 0;
	int code;

	prepare(rig);
	before = rig_tree(rig->root, NULL);
	changed = changed_tree(rig);
	crash = false;
	failure = error;
	do {
		rig_again(rig, NULL);
		rig_forget(rig);
		add_all(rig);
		code = in_child(rig, ++at, false);
		if (code == 0 || code == SPARED) {
			/* Errors that do not matter, and the one that never came. */
			assert_tree(rig, changed, at);
			assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
		}
		assert_tree(rig, before, at);
	} while (code != SPARED);
	memory = false;
	assert_true(at > 15);
	free(before);
	free(changed);
}

static void an_error_of_any_call_takes_all_back(void **state)
{
	fail_everywhere(*state, EIO);
}

static void a_full_disk_at_any_call_takes_all_back(void **state)
{
	fail_everywhere(*state, ENOSPC);
}

static void memory_that_runs_out_at_any_time_takes_all_back(void **state)
{
	memory = true;
	fail_everywhere(*state, ENOMEM);
}

static void an_interrupted_change_has_to_be_undone_first(void **state)
{
	struct rig *rig = *state;
	char *before;
	unsigned at = 0;

	prepare(rig);
	before = rig_tree(rig->root, NULL);
	crash = true;
	/* The call after which the first file has its new content. */
	do {
		rig_again(rig, NULL);
		(void)rig_undo(rig, 0, false);
		rig_again(rig, NULL);
		add_all(rig);
		assert_int_equal(in_child(rig, ++at, false), CRASHED);
	} while (rig_holds(rig, "/etc/a", "a1"));
	rig_again(rig, NULL);
	rig_add(rig, rig_at(rig, "/etc/other"), "x");
	assert_int_equal(rig_apply(rig), IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "changes-interrupted");
	assert_true(rig_holds(rig, "/etc/other", NULL));
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_tree(rig, before, at);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	free(before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_crash_at_any_call_is_undone),
		TEST(a_crash_at_any_call_of_an_undo_is_undone_again),
		TEST(an_error_of_any_call_takes_all_back),
		TEST(a_full_disk_at_any_call_takes_all_back),
		TEST(memory_that_runs_out_at_any_time_takes_all_back),
		TEST(an_interrupted_change_has_to_be_undone_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
