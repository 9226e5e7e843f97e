/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands are run for real: small programs of coreutils and the shell, in a directory of the test. */
#include "unit/changes_rig.h"

#include "unit/findings.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WORDS(...)                              \
	(const char *const[])                   \
	{                                       \
		__VA_ARGS__, (const char *)NULL \
	}

static struct rig *this_machine(void **state)
{
	struct rig *rig = *state;

	rig_again(rig, NULL);
	return rig;
}

/* A step whose command and inverse each add a word to a file of the test. */
static void add_words(struct rig *rig, const char *word)
{
	char script[512], inverse[512];

	snprintf(script, sizeof(script), "printf '%s ' >>%s/said", word, rig->dir);
	snprintf(inverse, sizeof(inverse), "printf 'not-%s ' >>%s/said", word, rig->dir);
	assert_int_equal(igdrom_changes_add_command(rig->changes, WORDS("sh", "-c", script),
						    WORDS("sh", "-c", inverse), NULL, rig->report),
			 IGDROM_OK);
}

static void commands_are_run_in_order_and_undone_in_reverse(void **state)
{
	struct rig *rig = this_machine(state);

	add_words(rig, "one");
	add_words(rig, "two");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_holds(rig, "/../said", "one two "));
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/../said", "one two not-two not-one "));
	assert_int_equal(rig_undo(rig, 1, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/../said", "one two not-two not-one "));
}

static void words_are_no_shell(void **state)
{
	struct rig *rig = this_machine(state);
	char file[160];
	struct stat st;

	snprintf(file, sizeof(file), "%s/$(id); * ' \"", rig->dir);
	assert_int_equal(igdrom_changes_add_command(rig->changes, WORDS("touch", file),
						    WORDS("rm", file), NULL, NULL),
			 IGDROM_OK);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_int_equal(stat(file, &st), -1);
}

static void a_failing_command_takes_all_back_and_says_why(void **state)
{
	struct rig *rig = this_machine(state);
	const struct igdrom_finding *finding;
	char path[160];

	rig_put(rig, "/a", "1");
	snprintf(path, sizeof(path), "%s/a", rig->root);
	rig_add(rig, path, "2");
	add_words(rig, "one");
	assert_int_equal(
		igdrom_changes_add_command(
			rig->changes, WORDS("sh", "-c", "echo out; echo no such thing >&2; exit 7"),
			WORDS("touch", rig_at(rig, "/inverse-of-what-failed")), NULL, NULL),
		IGDROM_OK);
	add_words(rig, "never");
	assert_int_equal(rig_apply(rig), IGDROM_E_IO);
	finding = find_in(rig->report, "changes-command-failed");
	assert_non_null(finding);
	assert_non_null(strstr(igdrom_finding_text(finding),
			       "it ended with exit code 7: out no such thing"));
	assert_true(rig_found(rig, "changes-rolled-back"));
	assert_true(rig_holds(rig, "/a", "1"));
	assert_true(rig_holds(rig, "/../said", "one not-one "));
	assert_true(rig_holds(rig, "/inverse-of-what-failed", NULL));
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_E_NOT_FOUND);
}

static void a_missing_program_takes_all_back(void **state)
{
	struct rig *rig = this_machine(state);

	add_words(rig, "one");
	assert_int_equal(igdrom_changes_add_command(rig->changes, WORDS("igdrom-no-such-program"),
						    NULL, NULL, rig->report),
			 IGDROM_OK);
	assert_true(rig_found(rig, "changes-no-inverse"));
	assert_int_equal(rig_apply(rig), IGDROM_E_NOT_FOUND);
	assert_true(rig_holds(rig, "/../said", "one not-one "));
}

static void a_command_ended_by_a_signal_is_undone_too(void **state)
{
	struct rig *rig = this_machine(state);
	const struct igdrom_finding *finding;
	char script[256];

	snprintf(script, sizeof(script), "touch %s/half; kill -9 $$", rig->dir);
	assert_int_equal(igdrom_changes_add_command(rig->changes, WORDS("sh", "-c", script),
						    WORDS("rm", rig_at(rig, "/../half")), NULL,
						    NULL),
			 IGDROM_OK);
	assert_int_equal(rig_apply(rig), IGDROM_E_IO);
	finding = find_in(rig->report, "changes-command-failed");
	assert_non_null(strstr(igdrom_finding_text(finding), "it was ended by signal 9"));
	assert_true(rig_holds(rig, "/../half", NULL));
}

static void what_cannot_be_undone_is_said_and_the_rest_is_undone(void **state)
{
	struct rig *rig = this_machine(state);
	char path[160];

	rig_put(rig, "/a", "1");
	snprintf(path, sizeof(path), "%s/a", rig->root);
	rig_add(rig, path, "2");
	assert_int_equal(igdrom_changes_add_command(rig->changes, WORDS("true"), NULL, NULL, NULL),
			 IGDROM_OK);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_true(rig_found(rig, "changes-not-undone"));
	assert_true(rig_holds(rig, "/a", "1"));
}

static void a_refresh_sees_the_files_as_they_are_after_undo_too(void **state)
{
	struct rig *rig = this_machine(state);
	char path[160], script[512];

	rig_put(rig, "/a", "1 ");
	snprintf(path, sizeof(path), "%s/a", rig->root);
	snprintf(script, sizeof(script), "cat %s >>%s/seen", path, rig->dir);
	rig_add(rig, path, "2 ");
	assert_int_equal(
		igdrom_changes_add_refresh(rig->changes, WORDS("sh", "-c", script), NULL, NULL),
		IGDROM_OK);
	assert_int_equal(igdrom_changes_pending(rig->changes), 2);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_holds(rig, "/../seen", "2 "));
	rig_again(rig, NULL);
	rig_add(rig, path, "2 ");
	assert_int_equal(
		igdrom_changes_add_refresh(rig->changes, WORDS("sh", "-c", script), NULL, NULL),
		IGDROM_OK);
	assert_true(igdrom_changes_done(rig->changes, 1));
	assert_int_equal(igdrom_changes_pending(rig->changes), 0);
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/../seen", "2 1 "));
}

static void a_refresh_that_failed_is_run_again_when_the_files_are_back(void **state)
{
	struct rig *rig = this_machine(state);
	char path[160], script[512];

	rig_put(rig, "/a", "1 ");
	snprintf(path, sizeof(path), "%s/a", rig->root);
	snprintf(script, sizeof(script), "cat %s >>%s/seen; grep -q 1 %s", path, rig->dir, path);
	rig_add(rig, path, "2 ");
	assert_int_equal(
		igdrom_changes_add_refresh(rig->changes, WORDS("sh", "-c", script), NULL, NULL),
		IGDROM_OK);
	assert_int_equal(rig_apply(rig), IGDROM_E_IO);
	assert_true(rig_holds(rig, "/a", "1 "));
	assert_true(rig_holds(rig, "/../seen", "2 1 "));
	assert_true(rig_found(rig, "changes-rolled-back"));
}

static void a_question_says_whether_there_is_anything_to_do(void **state)
{
	struct rig *rig = this_machine(state);

	assert_int_equal(igdrom_changes_done_if(rig->changes, WORDS("true"), NULL), IGDROM_E_STATE);
	add_words(rig, "one");
	assert_int_equal(igdrom_changes_done_if(rig->changes, WORDS("true"), NULL), IGDROM_OK);
	assert_true(igdrom_changes_done(rig->changes, 0));
	add_words(rig, "two");
	assert_int_equal(igdrom_changes_done_if(rig->changes, WORDS("false"), NULL), IGDROM_OK);
	assert_false(igdrom_changes_done(rig->changes, 1));
	assert_int_equal(igdrom_changes_done_if(rig->changes, WORDS("igdrom-no-such"), rig->report),
			 IGDROM_E_NOT_FOUND);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_holds(rig, "/../said", "two "));
}

/* A "service" whose state is a file. */
static void add_service(struct rig *rig)
{
	char on[256], off[256];

	snprintf(on, sizeof(on), "echo on >%s/service", rig->root);
	snprintf(off, sizeof(off), "echo off >%s/service", rig->root);
	assert_int_equal(igdrom_changes_add_command(rig->changes, WORDS("sh", "-c", on),
						    WORDS("sh", "-c", off), NULL, NULL),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_watch(rig->changes, WORDS("cat", rig_at(rig, "/service")),
					      rig->report),
			 IGDROM_OK);
}

static void what_is_watched_is_not_overwritten_when_it_changed(void **state)
{
	struct rig *rig = this_machine(state);

	rig_put(rig, "/service", "off\n");
	add_service(rig);
	rig_put(rig, "/service", "theirs\n");
	assert_int_equal(rig_apply(rig), IGDROM_E_REFUSED);
	assert_string_equal(rig_error(rig), "changes-state-changed");
	rig_put(rig, "/service", "off\n");
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_holds(rig, "/service", "on\n"));
	rig_put(rig, "/service", "theirs\n");
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_E_REFUSED);
	assert_true(rig_holds(rig, "/service", "theirs\n"));
	assert_int_equal(rig_undo(rig, 0, true), IGDROM_OK);
	assert_true(rig_holds(rig, "/service", "off\n"));
}

static void what_cannot_be_watched_is_no_step_to_take(void **state)
{
	struct rig *rig = this_machine(state);

	add_words(rig, "one");
	assert_int_equal(igdrom_changes_watch(rig->changes, WORDS("false"), rig->report),
			 IGDROM_E_IO);
	assert_int_equal(igdrom_changes_watch(rig->changes, WORDS("igdrom-no-such"), rig->report),
			 IGDROM_E_NOT_FOUND);
}

static void attached_files_are_given_to_commands(void **state)
{
	struct rig *rig = this_machine(state);
	char copy[160];

	snprintf(copy, sizeof(copy), "%s/copy", rig->dir);
	assert_int_equal(igdrom_changes_attach(rig->changes, "new.xml", "new", 3, "old", 3),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_attach(rig->changes, "old.xml", "old", 3, NULL, 0),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_attach(rig->changes, "old.xml", "", 0, NULL, 0),
			 IGDROM_E_EXISTS);
	assert_int_equal(igdrom_changes_attach(rig->changes, "../x", "", 0, NULL, 0),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_changes_attach(rig->changes, ".x", "", 0, NULL, 0), IGDROM_E_INVAL);
	assert_int_equal(igdrom_changes_add_command(rig->changes, WORDS("cp", "@new.xml", copy),
						    WORDS("cp", "@old.xml", copy), NULL, NULL),
			 IGDROM_OK);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_holds(rig, "/../copy", "new"));
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/../copy", "old"));
}

static void a_captured_machine_runs_nothing(void **state)
{
	struct rig *rig = *state;
	struct igdrom_bytes diff;
	char *text;

	rig_put(rig, "/etc/a", "1");
	rig_add(rig, "/etc/a", "2");
	add_words(rig, "one");
	assert_int_equal(igdrom_changes_done_if(rig->changes, WORDS("igdrom-no-such"), rig->report),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_watch(rig->changes, WORDS("igdrom-no-such"), rig->report),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_pending(rig->changes), 1);
	assert_int_equal(igdrom_changes_diff(rig->changes, &diff), IGDROM_OK);
	text = strndup((const char *)diff.data, diff.size);
	assert_non_null(strstr(text, "# run on the machine itself: sh -c "));
	free(text);
	igdrom_bytes_free(&diff);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_holds(rig, "/etc/a", "2"));
	assert_true(rig_holds(rig, "/../said", NULL));
	assert_int_equal(rig_undo(rig, 0, false), IGDROM_OK);
	assert_true(rig_holds(rig, "/../said", NULL));
}

/* A program that leaves one in the background holding its output does not hold us up. */
static void what_runs_on_in_the_background_is_not_waited_for(void **state)
{
	struct rig *rig = this_machine(state);
	time_t before = time(NULL);

	assert_int_equal(igdrom_changes_add_command(rig->changes, WORDS("sh", "-c", "sleep 20 &"),
						    NULL, NULL, NULL),
			 IGDROM_OK);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(time(NULL) - before < 10);
}

static void an_embedder_that_ignores_signals_changes_nothing(void **state)
{
	struct rig *rig = this_machine(state);
	char script[256];

	signal(SIGPIPE, SIG_IGN);
	snprintf(script, sizeof(script), "yes | head -c 1 >%s/one", rig->root);
	assert_int_equal(igdrom_changes_add_command(rig->changes, WORDS("sh", "-c", script), NULL,
						    NULL, NULL),
			 IGDROM_OK);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_true(rig_holds(rig, "/one", "y"));
	signal(SIGPIPE, SIG_DFL);
}

static void a_hundred_megabytes_of_output_are_no_harm(void **state)
{
	struct rig *rig = this_machine(state);
	const struct igdrom_finding *finding;

	assert_int_equal(igdrom_changes_add_command(
				 rig->changes,
				 WORDS("sh", "-c",
				       "head -c 100000000 /dev/zero; echo; echo the end; exit 3"),
				 NULL, NULL, NULL),
			 IGDROM_OK);
	assert_int_equal(rig_apply(rig), IGDROM_E_IO);
	finding = find_in(rig->report, "changes-command-failed");
	assert_non_null(finding);
}

static void misuse_of_commands_is_an_error(void **state)
{
	struct rig *rig = this_machine(state);

	assert_int_equal(igdrom_changes_add_command(rig->changes, NULL, NULL, NULL, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_changes_add_command(rig->changes, WORDS(""), NULL, NULL, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_changes_add_refresh(NULL, WORDS("true"), NULL, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_changes_add_advice(rig->changes, ""), IGDROM_E_INVAL);
	for (unsigned i = 0; i < 256; i++)
		assert_int_equal(igdrom_changes_add_advice(rig->changes, "x"), IGDROM_OK);
	assert_int_equal(igdrom_changes_add_advice(rig->changes, "x"), IGDROM_E_LIMIT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(commands_are_run_in_order_and_undone_in_reverse),
		TEST(words_are_no_shell),
		TEST(a_failing_command_takes_all_back_and_says_why),
		TEST(a_missing_program_takes_all_back),
		TEST(a_command_ended_by_a_signal_is_undone_too),
		TEST(what_cannot_be_undone_is_said_and_the_rest_is_undone),
		TEST(a_refresh_sees_the_files_as_they_are_after_undo_too),
		TEST(a_refresh_that_failed_is_run_again_when_the_files_are_back),
		TEST(a_question_says_whether_there_is_anything_to_do),
		TEST(what_is_watched_is_not_overwritten_when_it_changed),
		TEST(what_cannot_be_watched_is_no_step_to_take),
		TEST(attached_files_are_given_to_commands),
		TEST(a_captured_machine_runs_nothing),
		TEST(what_runs_on_in_the_background_is_not_waited_for),
		TEST(an_embedder_that_ignores_signals_changes_nothing),
		TEST(a_hundred_megabytes_of_output_are_no_harm),
		TEST(misuse_of_commands_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
