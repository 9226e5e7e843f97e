/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/changes_rig.h"

#include "unit/findings.h"

#include <signal.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define STORE "/var/lib/igdrom/changes"

static mode_t mode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void a_file_is_edited_made_and_removed_and_all_comes_back(void **state)
{
	struct rig *rig = *state;
	char *before, *after;

	rig_put(rig, "/etc/edited", "old\n");
	rig_put(rig, "/etc/removed", "gone\n");
	rig_put(rig, "/var/lib/igdrom/keep", "");
	assert_int_equal(chmod(rig_at(rig, "/etc/edited"), 0604), 0);
	assert_int_equal(chmod(rig_at(rig, "/etc/removed"), 0600), 0);
	before = rig_tree(rig->root, rig_at(rig, STORE));
	rig_add(rig, "/etc/edited", "new\n");
	rig_add(rig, "/usr/share/kvm/made.rom", "rom");
	assert_int_equal(igdrom_changes_add_removal(rig->changes, "/etc/removed", "because", NULL),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_pending(rig->changes), 3);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_holds(rig, "/etc/edited", "new\n"));
	assert_int_equal(mode_of(rig_at(rig, "/etc/edited")), 0604);
	assert_true(rig_holds(rig, "/usr/share/kvm/made.rom", "rom"));
	assert_int_equal(mode_of(rig_at(rig, "/usr/share/kvm/made.rom")), 0644);
	assert_int_equal(mode_of(rig_at(rig, "/usr/share/kvm")), 0755);
	assert_true(rig_holds(rig, "/etc/removed", NULL));
	assert_int_equal(mode_of(rig_at(rig, STORE)), 0700);
	assert_int_equal(mode_of(rig_at(rig, STORE "/0001")), 0700);
	assert_int_equal(mode_of(rig_at(rig, STORE "/0001/before-1")), 0600);
	assert_int_equal(igdrom_changes_pending(rig->changes), 0);
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	after = rig_tree(rig->root, rig_at(rig, STORE));
	assert_string_equal(after, before);
	free(before);
	free(after);
}

static void the_second_time_nothing_is_changed(void **state)
{
	struct rig *rig = *state;
	char *once, *twice;

	rig_put(rig, "/etc/a", "1");
	rig_add(rig, "/etc/a", "2");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	once = rig_tree(rig->root, NULL);
	rig_again(rig, rig->root);
	rig_add(rig, "/etc/a", "2");
	assert_true(igdrom_changes_done(rig->changes, 0));
	assert_int_equal(igdrom_changes_pending(rig->changes), 0);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_found(rig, "changes-nothing-to-do"));
	twice = rig_tree(rig->root, NULL);
	assert_string_equal(twice, once);
	free(once);
	free(twice);
}

static void undoing_twice_does_nothing(void **state)
{
	struct rig *rig = *state;
	char *once, *twice;

	assert_int_equal(rig_undo(rig, 0, false), IGDROM_E_NOT_FOUND);
	assert_true(rig_found(rig, "changes-nothing-to-undo"));
	rig_put(rig, "/etc/a", "1");
	rig_add(rig, "/etc/a", "2");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_int_equal(rig_undo(rig, 1, false), IGDROM_OK);
	once = rig_tree(rig->root, NULL);
	assert_int_equal(rig_undo(rig, 1, false), IGDROM_OK);
	assert_true(rig_found(rig, "changes-undone-already"));
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_E_NOT_FOUND);
	assert_int_equal(rig_undo(rig, 2, false), IGDROM_E_NOT_FOUND);
	twice = rig_tree(rig->root, NULL);
	assert_string_equal(twice, once);
	free(once);
	free(twice);
}

static void journals_are_undone_newest_first_and_listed(void **state)
{
	struct rig *rig = *state;
	struct igdrom_journals *journals;

	for (unsigned i = 1; i <= 3; i++) {
		char text[2] = {(char)('0' + i), '\0'};

		rig_again(rig, rig->root);
		rig_add(rig, "/etc/a", text);
		assert_int_equal(rig_apply(rig), IGDROM_OK);
	}
	assert_int_equal(rig_undo(rig, 2, false), IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "changes-undo-changed");
	assert_true(rig_holds(rig, "/etc/a", "3"));
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/etc/a", "2"));
	assert_int_equal(rig_undo(rig, 2, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/etc/a", "1"));
	assert_int_equal(igdrom_journals_read(rig->root, NULL, NULL, &journals), IGDROM_OK);
	assert_int_equal(igdrom_journals_count(journals), 3);
	assert_int_equal(igdrom_journals_number(journals, 2), 3);
	assert_int_equal(igdrom_journals_state(journals, 0), IGDROM_JOURNAL_APPLIED);
	assert_int_equal(igdrom_journals_state(journals, 1), IGDROM_JOURNAL_UNDONE);
	assert_int_equal(igdrom_journals_step_count(journals, 0), 1);
	assert_string_equal(igdrom_journals_step(journals, 0, 0), "/etc/a");
	assert_true(igdrom_journals_time(journals, 0) > 1600000000);
	igdrom_journals_free(journals);
}

static void what_somebody_changed_after_planning_is_left_alone(void **state)
{
	struct rig *rig = *state;

	rig_put(rig, "/etc/a", "1");
	rig_put(rig, "/etc/b", "1");
	rig_add(rig, "/etc/a", "2");
	rig_add(rig, "/etc/b", "2");
	rig_add(rig, "/etc/c", "2");
	rig_put(rig, "/etc/b", "theirs");
	rig_put(rig, "/etc/c", "theirs too");
	assert_int_equal(rig_apply(rig), IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "changes-changed-since");
	assert_non_null(strstr(igdrom_finding_text(find_in(rig->report, "changes-changed-since")),
			       "/etc/b"));
	assert_true(rig_holds(rig, "/etc/a", "1"));
	assert_true(rig_holds(rig, "/etc/b", "theirs"));
	assert_true(rig_holds(rig, "/etc/c", "theirs too"));
	assert_int_equal(access(rig_at(rig, STORE), F_OK), -1);
}

static void permissions_changed_since_count_as_well(void **state)
{
	struct rig *rig = *state;

	rig_put(rig, "/etc/secret", "1");
	rig_add(rig, "/etc/secret", "2");
	assert_int_equal(chmod(rig_at(rig, "/etc/secret"), 0600), 0);
	assert_int_equal(rig_apply(rig), IGDROM_E_REFUSED);
	assert_true(rig_holds(rig, "/etc/secret", "1"));
}

static void an_undo_keeps_what_somebody_changed_since_unless_forced(void **state)
{
	struct rig *rig = *state;

	rig_put(rig, "/etc/a", "1");
	rig_put(rig, "/etc/b", "1");
	rig_add(rig, "/etc/a", "2");
	rig_add(rig, "/etc/b", "2");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	rig_put(rig, "/etc/a", "theirs");
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "changes-undo-changed");
	assert_true(rig_holds(rig, "/etc/a", "theirs"));
	assert_true(rig_holds(rig, "/etc/b", "2"));
	assert_int_equal(rig_undo(rig, 0, true), IGDROM_OK);
	assert_true(rig_holds(rig, "/etc/a", "1"));
	assert_true(rig_holds(rig, "/etc/b", "1"));
	assert_true(rig_found(rig, "changes-kept"));
	assert_true(rig_holds(rig, STORE "/0001/present-1-1", "theirs"));
}

static void a_file_that_is_back_already_needs_no_undo(void **state)
{
	struct rig *rig = *state;

	rig_put(rig, "/etc/a", "1");
	rig_add(rig, "/etc/a", "2");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	rig_put(rig, "/etc/a", "1");
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/etc/a", "1"));
}

static void directories_that_got_other_files_stay(void **state)
{
	struct rig *rig = *state;

	rig_put(rig, "/usr/x", "");
	rig_add(rig, "/usr/share/kvm/deep/a.rom", "rom");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	rig_put(rig, "/usr/share/kvm/theirs", "theirs");
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_int_equal(access(rig_at(rig, "/usr/share/kvm/deep"), F_OK), -1);
	assert_true(rig_holds(rig, "/usr/share/kvm/theirs", "theirs"));
}

static void a_second_edit_of_a_file_amends_the_first(void **state)
{
	struct rig *rig = *state;
	struct igdrom_bytes content;

	rig_put(rig, "/etc/real", "1");
	assert_int_equal(symlink("real", rig_at(rig, "/etc/link")), 0);
	rig_add(rig, "/etc/real", "12");
	assert_int_equal(igdrom_changes_content(rig->changes, "/etc/link", NULL, &content),
			 IGDROM_OK);
	assert_int_equal(content.size, 2);
	assert_memory_equal(content.data, "12", 2);
	igdrom_bytes_free(&content);
	rig_add(rig, "/etc/../etc/link", "123");
	assert_int_equal(igdrom_changes_count(rig->changes), 1);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_holds(rig, "/etc/real", "123"));
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/etc/real", "1"));
	assert_int_equal(igdrom_changes_content(rig->changes, "/etc/none", NULL, &content),
			 IGDROM_E_NOT_FOUND);
}

static void a_link_is_followed_and_stays_a_link(void **state)
{
	struct rig *rig = *state;
	struct stat st;

	rig_put(rig, "/opt/target", "1");
	rig_put(rig, "/etc/x", "");
	assert_int_equal(symlink("/opt/target", rig_at(rig, "/etc/link")), 0);
	rig_add(rig, "/etc/link", "2");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_int_equal(lstat(rig_at(rig, "/etc/link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_true(rig_holds(rig, "/opt/target", "2"));
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/opt/target", "1"));
}

/* Outside of root there is /tmp/.../outside, and a file that links lead to. */
static void no_link_leads_out_of_a_captured_machine(void **state)
{
	static const char *const targets[] = {"../../outside/secret",
					      "../../../../../../../../../..", NULL};
	struct rig *rig = *state;
	char outside[128], target[256], *before, *after;

	snprintf(outside, sizeof(outside), "%s/outside", rig->dir);
	assert_int_equal(mkdir(outside, 0755), 0);
	rig_put(rig, "/../outside/secret", "secret");
	rig_put(rig, "/etc/x", "");
	before = rig_tree(outside, NULL);
	assert_int_equal(symlink(targets[0], rig_at(rig, "/etc/up")), 0);
	assert_int_equal(symlink(outside, rig_at(rig, "/etc/dir")), 0);
	snprintf(target, sizeof(target), "%s%s/secret", targets[1], outside);
	assert_int_equal(symlink(target, rig_at(rig, "/etc/absolute")), 0);
	rig_add(rig, "/etc/up", "1");
	rig_add(rig, "/etc/dir/secret", "2");
	rig_add(rig, "/etc/absolute", "3");
	rig_add(rig, "/../../../outside/secret", "4");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	after = rig_tree(outside, NULL);
	assert_string_equal(after, before);
	/* They lead to where they would lead on the machine itself. */
	assert_true(rig_holds(rig, "/outside/secret", "4"));
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	free(before);
	free(after);
}

static void a_directory_that_became_a_link_is_noticed(void **state)
{
	struct rig *rig = *state;

	rig_put(rig, "/etc/dir/a", "1");
	rig_put(rig, "/etc/other/a", "1");
	rig_add(rig, "/etc/dir/a", "2");
	assert_int_equal(rename(rig_at(rig, "/etc/dir"), rig_at(rig, "/etc/was")), 0);
	assert_int_equal(symlink("other", rig_at(rig, "/etc/dir")), 0);
	assert_int_equal(rig_apply(rig), IGDROM_E_REFUSED);
	assert_true(rig_holds(rig, "/etc/other/a", "1"));
	assert_true(rig_holds(rig, "/etc/was/a", "1"));
}

static void links_in_a_circle_end(void **state)
{
	struct rig *rig = *state;

	rig_put(rig, "/etc/x", "");
	assert_int_equal(symlink("b", rig_at(rig, "/etc/a")), 0);
	assert_int_equal(symlink("a", rig_at(rig, "/etc/b")), 0);
	assert_int_equal(igdrom_changes_add_file(rig->changes, "/etc/a", "1", 1, 0, NULL, NULL),
			 IGDROM_E_IO);
	assert_int_equal(igdrom_changes_add_file(rig->changes, "/etc/a/b", "1", 1, 0, NULL, NULL),
			 IGDROM_E_IO);
}

static void what_is_no_file_is_refused(void **state)
{
	struct rig *rig = *state;

	rig_put(rig, "/etc/dir/x", "");
	assert_int_equal(mkfifo(rig_at(rig, "/etc/pipe"), 0600), 0);
	assert_int_equal(
		igdrom_changes_add_file(rig->changes, "/etc/pipe", "1", 1, 0, NULL, rig->report),
		IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "changes-no-file");
	assert_int_equal(igdrom_changes_add_removal(rig->changes, "/etc/dir", NULL, NULL),
			 IGDROM_E_REFUSED);
	assert_int_equal(igdrom_changes_add_file(rig->changes, "/etc/dir/", "1", 1, 0, NULL, NULL),
			 IGDROM_E_REFUSED);
	assert_int_equal(igdrom_changes_add_file(rig->changes, "/", "1", 1, 0, NULL, NULL),
			 IGDROM_E_REFUSED);
	assert_int_equal(igdrom_changes_add_file(rig->changes, "etc/a", "1", 1, 0, NULL, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(
		igdrom_changes_add_file(rig->changes, "/etc/dir/x/y", "1", 1, 0, NULL, NULL),
		IGDROM_E_NOT_FOUND);
	assert_int_equal(igdrom_changes_count(rig->changes), 0);
}

static void a_full_disk_changes_nothing(void **state)
{
	struct rig *rig = *state;
	struct rlimit small, old;
	char *big = malloc(60001), *before, *after;
	enum igdrom_status status;

	memset(big, 'x', 60000);
	big[60000] = '\0';
	rig_put(rig, "/etc/a", "1");
	rig_put(rig, "/etc/b", "1");
	rig_put(rig, "/var/lib/igdrom/x", "1");
	before = rig_tree(rig->root, rig_at(rig, STORE));
	rig_add(rig, "/etc/a", "2");
	rig_add(rig, "/etc/b", big);
	rig_add(rig, "/srv/new/c", "3");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 50000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	status = rig_apply(rig);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(status, IGDROM_E_IO);
	assert_true(rig_found(rig, "file-unwritable"));
	assert_true(rig_found(rig, "changes-rolled-back"));
	after = rig_tree(rig->root, rig_at(rig, STORE));
	assert_string_equal(after, before);
	/* It can be tried again. */
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_holds(rig, "/etc/b", big));
	free(big);
	free(before);
	free(after);
}

static void a_file_protected_from_writing_stays(void **state)
{
	struct rig *rig = *state;

	if (geteuid() == 0) /* root may write everything */
		return;
	rig_put(rig, "/etc/a", "1");
	rig_put(rig, "/etc/b", "1");
	assert_int_equal(chmod(rig_at(rig, "/etc/b"), 0444), 0);
	rig_add(rig, "/etc/a", "2");
	rig_add(rig, "/etc/b", "2");
	assert_int_equal(rig_apply(rig), IGDROM_E_ACCESS);
	assert_true(rig_holds(rig, "/etc/a", "1"));
}

static void only_one_changes_a_machine_at_a_time(void **state)
{
	struct rig *rig = *state;
	FILE *file;

	rig_put(rig, STORE "/x", "");
	assert_int_equal(chmod(rig_at(rig, STORE), 0700), 0);
	rig_add(rig, "/etc/a", "2");
	file = fopen(rig_at(rig, STORE), "r");
	assert_non_null(file);
	assert_int_equal(flock(fileno(file), LOCK_EX), 0);
	assert_int_equal(rig_apply(rig), IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "changes-busy");
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_E_REFUSED);
	fclose(file);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
}

static void journals_that_others_may_write_are_not_trusted(void **state)
{
	struct rig *rig = *state;

	rig_put(rig, STORE "/x", "");
	assert_int_equal(chmod(rig_at(rig, STORE), 0777), 0);
	rig_add(rig, "/etc/a", "2");
	assert_int_equal(rig_apply(rig), IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "changes-directory-open");
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_E_REFUSED);
	assert_true(rig_holds(rig, "/etc/a", NULL));
}

static void a_damaged_backup_is_not_put_back(void **state)
{
	struct rig *rig = *state;

	rig_put(rig, "/etc/a", "1");
	rig_put(rig, "/etc/b", "1");
	rig_add(rig, "/etc/a", "2");
	rig_add(rig, "/etc/b", "2");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	rig_put(rig, STORE "/0001/before-1", "X");
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_E_CORRUPT);
	assert_string_equal(rig_error(rig), "changes-journal-damaged");
	assert_int_equal(rig_undo(rig, 0, true), IGDROM_E_CORRUPT);
	assert_true(rig_holds(rig, "/etc/a", "2"));
	assert_true(rig_holds(rig, "/etc/b", "2"));
}

static void a_journal_of_another_machine_is_refused(void **state)
{
	struct rig *rig = *state;
	char store[256];

	rig_add(rig, "/etc/a", "2");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	snprintf(store, sizeof(store), "%s", rig_at(rig, STORE));
	assert_int_equal(igdrom_changes_undo(NULL, store, 1, true, rig->report), IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "changes-other-machine");
	assert_true(rig_holds(rig, "/etc/a", "2"));
}

static void a_list_that_was_done_takes_no_more_steps(void **state)
{
	struct rig *rig = *state;

	rig_add(rig, "/etc/a", "2");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_int_equal(igdrom_changes_add_file(rig->changes, "/etc/a", "1", 1, 0, NULL, NULL),
			 IGDROM_E_STATE);
	assert_int_equal(igdrom_changes_add_file(rig->changes, "/etc/b", "1", 1, 0, NULL, NULL),
			 IGDROM_E_STATE);
	assert_int_equal(igdrom_changes_add_advice(rig->changes, "x"), IGDROM_E_STATE);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
}

static void misuse_is_an_error(void **state)
{
	struct rig *rig = *state;
	struct igdrom_changes *changes;
	struct igdrom_bytes bytes;

	assert_int_equal(igdrom_changes_new("", NULL, &changes), IGDROM_E_INVAL);
	assert_int_equal(igdrom_changes_new("/none/such", rig->report, &changes),
			 IGDROM_E_NOT_FOUND);
	assert_null(changes);
	assert_int_equal(igdrom_changes_new(NULL, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_changes_add_file(rig->changes, "/a", NULL, 1, 0, NULL, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_changes_add_file(rig->changes, "/a", "", 0, 010000, NULL, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_changes_apply(NULL, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_changes_diff(NULL, &bytes), IGDROM_E_INVAL);
	igdrom_changes_free(NULL);
	igdrom_journals_free(NULL);
	assert_int_equal(igdrom_changes_count(NULL), 0);
	assert_null(igdrom_changes_path(rig->changes, 7));
	assert_null(igdrom_changes_word(rig->changes, 7, 0));
	assert_int_equal(igdrom_changes_kind(rig->changes, 7), 0);
	assert_string_equal(igdrom_change_kind_name(IGDROM_CHANGE_ADVICE), "advice");
	assert_string_equal(igdrom_journal_state_name((enum igdrom_journal_state)9), "unknown");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_edited_made_and_removed_and_all_comes_back),
		TEST(the_second_time_nothing_is_changed),
		TEST(undoing_twice_does_nothing),
		TEST(journals_are_undone_newest_first_and_listed),
		TEST(what_somebody_changed_after_planning_is_left_alone),
		TEST(permissions_changed_since_count_as_well),
		TEST(an_undo_keeps_what_somebody_changed_since_unless_forced),
		TEST(a_file_that_is_back_already_needs_no_undo),
		TEST(directories_that_got_other_files_stay),
		TEST(a_second_edit_of_a_file_amends_the_first),
		TEST(a_link_is_followed_and_stays_a_link),
		TEST(no_link_leads_out_of_a_captured_machine),
		TEST(a_directory_that_became_a_link_is_noticed),
		TEST(links_in_a_circle_end),
		TEST(what_is_no_file_is_refused),
		TEST(a_full_disk_changes_nothing),
		TEST(a_file_protected_from_writing_stays),
		TEST(only_one_changes_a_machine_at_a_time),
		TEST(journals_that_others_may_write_are_not_trusted),
		TEST(a_damaged_backup_is_not_put_back),
		TEST(a_journal_of_another_machine_is_refused),
		TEST(a_list_that_was_done_takes_no_more_steps),
		TEST(misuse_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
