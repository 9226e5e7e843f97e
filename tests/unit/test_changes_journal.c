/* SPDX-License-Identifier: BSD-2-Clause */
/* Journals written by hand, and damaged ones: an undo believes neither more nor less than they say. */
#include "unit/changes_rig.h"

#include "changes/journal.h"
#include "unit/findings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STORE "/var/lib/igdrom/changes"
/* printf 1 | sha256sum, and so on. */
#define SHA_1 "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b"
#define SHA_2 "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35"
#define SHA_0 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

#define HEAD "igdrom-changes 1\nmachine captured\ntool igdrom%20by%20hand\ntime 1700000000\n"
#define THIS "igdrom-changes 1\nmachine this\n"
#define STEP_1                                           \
	"step 1 file\nwhy a%20reason\npath /etc/a%20b\n" \
	"before file 640 0 0 1 " SHA_1 "\n"              \
	"after file 640 0 0 1 " SHA_2 "\n"
#define STEP_2                                                                        \
	"step 2 file\npath /new/dir/c\nbefore none\nafter file 644 0 0 0 " SHA_0 "\n" \
	"made /new\nmade /new/dir\n"

/* By sha256sum, not by us. */
static void put_journal(struct rig *rig, const char *body)
{
	char command[256], line[80] = "", *text = calloc(1, strlen(body) + 128);
	FILE *pipe;

	rig_put(rig, STORE "/0001/body", body);
	snprintf(command, sizeof(command), "sha256sum <%s" STORE "/0001/body", rig->root);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_non_null(fgets(line, sizeof(line), pipe));
	pclose(pipe);
	sprintf(text, "%send %.64s\n", body, line);
	rig_put(rig, STORE "/0001/journal", text);
	free(text);
	assert_int_equal(unlink(rig_at(rig, STORE "/0001/body")), 0);
	assert_int_equal(chmod(rig_at(rig, STORE), 0700), 0);
}

static void put_machine(struct rig *rig)
{
	rig_put(rig, "/etc/a b", "2");
	rig_put(rig, "/new/dir/c", "");
	rig_put(rig, STORE "/0001/before-1", "1");
	rig_put(rig, STORE "/0001/log", "start 1\nstart 2\napplied\n");
}

static void a_journal_written_by_hand_is_undone(void **state)
{
	struct rig *rig = *state;
	struct igdrom_journals *journals;
	struct stat st;

	put_machine(rig);
	put_journal(rig, HEAD STEP_1 STEP_2);
	assert_int_equal(igdrom_journals_read(rig->root, NULL, NULL, &journals), IGDROM_OK);
	assert_int_equal(igdrom_journals_count(journals), 1);
	assert_int_equal(igdrom_journals_time(journals, 0), 1700000000);
	assert_string_equal(igdrom_journals_step(journals, 0, 0), "/etc/a b");
	assert_int_equal(igdrom_journals_state(journals, 0), IGDROM_JOURNAL_APPLIED);
	igdrom_journals_free(journals);
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/etc/a b", "1"));
	assert_int_equal(stat(rig_at(rig, "/etc/a b"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(access(rig_at(rig, "/new"), F_OK), -1);
	assert_true(rig_holds(rig, STORE "/0001/log",
			      "start 1\nstart 2\napplied\nundone 2\nundone 1\nundone\n"));
}

static void what_is_written_is_what_the_format_says(void **state)
{
	struct rig *rig = *state;
	struct build out = build_new(65536);
	const char *argv[] = {"sh", "-c", "a  b\n", "", NULL};
	char wanted[1024];

	rig_put(rig, "/etc/a b", "1");
	assert_int_equal(chmod(rig_at(rig, "/etc/a b"), 0640), 0);
	assert_int_equal(
		igdrom_changes_add_file(rig->changes, "/etc/a b", "2", 1, 0, "a reason", NULL),
		IGDROM_OK);
	rig_add(rig, "/new/dir/c", "");
	assert_int_equal(igdrom_changes_add_command(rig->changes, argv, NULL, NULL, NULL),
			 IGDROM_OK);
	assert_int_equal(journal_write(rig->changes, 1700000000, &out), IGDROM_OK);
	snprintf(wanted, sizeof(wanted),
		 "igdrom-changes 1\nmachine captured\ntool libigdrom %s\ntime 1700000000\n"
		 "step 1 file\nwhy a%%20reason\npath /etc/a%%20b\n"
		 "before file 640 %u %u 1 " SHA_1 "\nafter file 640 %u %u 1 " SHA_2 "\n"
		 "step 2 file\npath /new/dir/c\nbefore none\nafter file 644 %u %u 0 " SHA_0 "\n"
		 "made /new\nmade /new/dir\n"
		 "step 3 command\nargv sh -c a%%20%%20b%%0A %%\n",
		 igdrom_version(), getuid(), getgid(), getuid(), getgid(), getuid(), getgid());
	assert_int_equal(out.size, strlen(wanted) + 4 + 64 + 1);
	assert_memory_equal(out.data, wanted, strlen(wanted));
	build_free(&out);
}

static size_t read_whole(const char *path, char *out, size_t room)
{
	FILE *file = fopen(path, "r");
	size_t size;

	assert_non_null(file);
	size = fread(out, 1, room, file);
	fclose(file);
	return size;
}

static void write_whole(const char *path, const char *data, size_t size)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static void a_journal_cut_off_or_changed_anywhere_is_refused(void **state)
{
	struct rig *rig = *state;
	char whole[2048], damaged[2048], path[256], *before, *after;
	size_t size;

	put_machine(rig);
	put_journal(rig, HEAD STEP_1 STEP_2);
	snprintf(path, sizeof(path), "%s", rig_at(rig, STORE "/0001/journal"));
	size = read_whole(path, whole, sizeof(whole));
	before = rig_tree(rig->root, rig_at(rig, STORE));
	for (size_t i = 0; i < 2 * size; i++) {
		enum igdrom_status status;

		memcpy(damaged, whole, size);
		damaged[i % size] ^= (char)(1 << i % 7);
		write_whole(path, i < size ? whole : damaged, i < size ? i : size);
		status = rig_undo(rig, 0, true);
		assert_true(status == IGDROM_E_CORRUPT || status == IGDROM_E_UNSUPPORTED);
	}
	after = rig_tree(rig->root, rig_at(rig, STORE));
	assert_string_equal(after, before);
	free(before);
	free(after);
}

static void what_no_journal_says_is_refused_though_the_digest_is_right(void **state)
{
	static const char *const bodies[] = {
		HEAD,
		HEAD "step 2 file\npath /a\nbefore none\nafter file 644 0 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath a\nbefore none\nafter file 644 0 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath /../a\nbefore none\nafter file 644 0 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath /a/./b\nbefore none\nafter file 644 0 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath /a//b\nbefore none\nafter file 644 0 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath /a/\nbefore none\nafter file 644 0 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath /a%00b\nbefore none\nafter file 644 0 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath /a%2\nbefore none\nafter file 644 0 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath /a%2g\nbefore none\nafter file 644 0 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath /a\npath /b\nbefore none\nafter file 644 0 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath /a\nbefore none\nafter none\n",
		HEAD "step 1 file\npath /a\nbefore none\nafter file 20644 0 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath /a\nbefore none\nafter file 648 0 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath /a\nbefore none\nafter file 644 0 0 99999999999 " SHA_0
		     "\n",
		HEAD "step 1 file\npath /a\nbefore none\nafter file 644 4294967296 0 0 " SHA_0 "\n",
		HEAD "step 1 file\npath /a\nbefore none\nafter file 644 0 0 0 abc\n",
		HEAD "step 1 file\npath /a/b\nbefore none\nafter file 644 0 0 0 " SHA_0
		     "\nmade /etc\n",
		HEAD "step 1 file\npath /a/b\nbefore none\nafter file 644 0 0 0 " SHA_0
		     "\nmade /a/b\n",
		HEAD "step 1 file\npath /a/b/c\nbefore none\nafter file 644 0 0 0 " SHA_0
		     "\nmade /a/b\nmade /a\n",
		HEAD "step 1 file\npath /a\nargv rm\nbefore none\nafter file 644 0 0 0 " SHA_0 "\n",
		THIS "step 1 command\n",
		THIS "step 1 command\nargv %\n",
		THIS "step 1 command\nargv true\nwatched " SHA_0 "\n",
		THIS "step 1 refresh\nargv true\ninverse false\n",
		THIS "step 1 other\nargv true\n",
		THIS "attached ../x 0 " SHA_0 "\nstep 1 command\nargv true\n",
		THIS "attached x 0 " SHA_0 "\nattached x 0 " SHA_0 "\nstep 1 command\nargv true\n",
		THIS "unknown\nstep 1 command\nargv true\n",
		THIS "step 1 command\nargv  true\n",
		HEAD "step 1 command\nargv true\n",
		"igdrom-changes 1\nmachine other\nstep 1 command\nargv true\n",
	};
	struct rig *rig = *state;

	put_machine(rig);
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		put_journal(rig, bodies[i]);
		if (rig_undo(rig, 0, true) != IGDROM_E_CORRUPT) {
			print_message("taken: %s\n", bodies[i]);
			fail();
		}
	}
	put_journal(rig, "igdrom-changes 2\nsomething else\n");
	assert_int_equal(rig_undo(rig, 0, true), IGDROM_E_UNSUPPORTED);
	assert_string_equal(rig_error(rig), "changes-journal-newer");
	assert_true(rig_holds(rig, "/etc/a b", "2"));
}

static void a_log_that_was_cut_off_is_read_up_to_there(void **state)
{
	struct rig *rig = *state;

	put_machine(rig);
	put_journal(rig, HEAD STEP_1 STEP_2);
	rig_put(rig, STORE "/0001/log", "start 1\nstar");
	/* Step 2 was never begun: what is there is not ours. */
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/etc/a b", "1"));
	assert_true(rig_holds(rig, "/new/dir/c", ""));
	assert_true(rig_holds(rig, STORE "/0001/log", "start 1\nundone 1\nundone\n"));
}

static void a_log_that_says_something_else_is_damaged(void **state)
{
	static const char *const logs[] = {"start 3\n", "start 0\n", "begin 1\n", "start 1 2 3\n",
					   "start\n",   "\n",        "done 1 x\n"};
	struct rig *rig = *state;

	put_machine(rig);
	put_journal(rig, HEAD STEP_1 STEP_2);
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		rig_put(rig, STORE "/0001/log", logs[i]);
		assert_int_equal(rig_undo(rig, 0, false), IGDROM_E_CORRUPT);
	}
	assert_true(rig_holds(rig, "/etc/a b", "2"));
}

static void a_journal_that_is_a_link_is_not_followed(void **state)
{
	struct rig *rig = *state;

	put_machine(rig);
	put_journal(rig, HEAD STEP_1 STEP_2);
	assert_int_equal(rename(rig_at(rig, STORE "/0001"), rig_at(rig, "/elsewhere")), 0);
	assert_int_equal(symlink("/elsewhere", rig_at(rig, STORE "/0001")), 0);
	assert_int_not_equal(rig_undo(rig, 0, true), IGDROM_OK);
	assert_true(rig_holds(rig, "/etc/a b", "2"));
}

static void a_directory_without_a_journal_is_passed_over(void **state)
{
	struct rig *rig = *state;
	struct igdrom_journals *journals;

	rig_put(rig, STORE "/0001/before-1", "1");
	assert_int_equal(chmod(rig_at(rig, STORE), 0700), 0);
	assert_int_equal(igdrom_journals_read(rig->root, NULL, NULL, &journals), IGDROM_OK);
	assert_int_equal(igdrom_journals_count(journals), 0);
	igdrom_journals_free(journals);
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_E_NOT_FOUND);
	rig_add(rig, "/etc/a", "1");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_int_equal(igdrom_journals_read(rig->root, NULL, NULL, &journals), IGDROM_OK);
	assert_int_equal(igdrom_journals_number(journals, 0), 2);
	igdrom_journals_free(journals);
}

int __wrap_nanosleep(const struct timespec *time, struct timespec *left);
static unsigned naps;

int __wrap_nanosleep(const struct timespec *time, struct timespec *left)
{
	(void)time;
	(void)left;
	naps++;
	return 0;
}

/* /var/lock is a link on Debian, and the lock file the one of PVE::QemuConfig. */
static void proxmox_locks_are_taken_and_waited_for(void **state)
{
	static const char *const paths[] = {"/etc/pve/qemu-server/100.conf",
					    "/etc/pve/nodes/one/qemu-server/100.conf"};
	struct rig *rig = *state;
	int root = open(rig->root, O_RDONLY | O_DIRECTORY), lock, theirs;

	assert_int_equal(pve_lock(root, paths[0], rig->report, &lock), IGDROM_OK);
	assert_int_equal(lock, -1);
	rig_put(rig, "/run/lock/qemu-server/x", "");
	rig_put(rig, "/var/x", "");
	assert_int_equal(symlink("/run/lock", rig_at(rig, "/var/lock")), 0);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(pve_lock(root, paths[i], rig->report, &lock), IGDROM_OK);
		theirs = open(rig_at(rig, "/run/lock/qemu-server/lock-100.conf"), O_RDONLY);
		assert_true(theirs >= 0);
		assert_int_equal(flock(theirs, LOCK_EX | LOCK_NB), -1);
		close(lock);
		assert_int_equal(flock(theirs, LOCK_EX | LOCK_NB), 0);
		naps = 0;
		assert_int_equal(pve_lock(root, paths[i], rig->report, &lock), IGDROM_E_REFUSED);
		assert_string_equal(rig_error(rig), "changes-pve-busy");
		assert_int_equal(naps, 100);
		close(theirs);
	}
	assert_int_equal(pve_lock(root, "/etc/pve/storage.cfg", rig->report, &lock), IGDROM_OK);
	assert_int_equal(lock, -1);
	assert_int_equal(pve_lock(root, "/etc/pve/lxc/100.conf", rig->report, &lock), IGDROM_OK);
	assert_int_equal(lock, -1);
	close(root);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_journal_written_by_hand_is_undone),
		TEST(what_is_written_is_what_the_format_says),
		TEST(a_journal_cut_off_or_changed_anywhere_is_refused),
		TEST(what_no_journal_says_is_refused_though_the_digest_is_right),
		TEST(a_log_that_was_cut_off_is_read_up_to_there),
		TEST(a_log_that_says_something_else_is_damaged),
		TEST(a_journal_that_is_a_link_is_not_followed),
		TEST(a_directory_without_a_journal_is_passed_over),
		TEST(proxmox_locks_are_taken_and_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
