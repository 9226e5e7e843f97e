/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include <igdrom/file.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned syncs;

int __real_fsync(int fd);
int __wrap_fsync(int fd);

int __wrap_fsync(int fd)
{
	syncs++;
	return __real_fsync(fd);
}

static int setup(void **state)
{
	char *directory = strdup("/tmp/igdrom-test-XXXXXX");

	assert_non_null(mkdtemp(directory));
	assert_int_equal(chdir(directory), 0);
	*state = directory;
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
	assert_int_equal(chdir("/"), 0);
	nftw(*state, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(*state);
	return 0;
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void assert_holds(const char *path, const char *text)
{
	char found[64] = "";
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_true(fread(found, 1, sizeof(found) - 1, file) < sizeof(found) - 1);
	fclose(file);
	assert_string_equal(found, text);
}

/* Entries of the current directory, "." and ".." left out: temporary files would show. */
static size_t entries(void)
{
	DIR *directory = opendir(".");
	size_t n = 0;

	assert_non_null(directory);
	while (readdir(directory))
		n++;
	closedir(directory);
	return n - 2;
}

static enum igdrom_status store(const char *path, const char *text)
{
	return igdrom_file_write(path, text, strlen(text), NULL, 0, 0, NULL);
}

static void reads_a_file_whole(void **state)
{
	struct igdrom_bytes bytes;
	char *big = malloc(300001);

	(void)state;
	memset(big, 'x', 300000);
	big[300000] = '\0';
	put("big", big);
	assert_int_equal(igdrom_file_read("big", NULL, NULL, &bytes), IGDROM_OK);
	assert_int_equal(bytes.size, 300000);
	assert_memory_equal(bytes.data, big, 300000);
	igdrom_bytes_free(&bytes);
	put("empty", "");
	assert_int_equal(igdrom_file_read("empty", NULL, NULL, &bytes), IGDROM_OK);
	assert_int_equal(bytes.size, 0);
	assert_null(bytes.data);
	free(big);
}

static void reads_up_to_the_limit_and_not_more(void **state)
{
	struct igdrom_limits *limits;
	struct igdrom_report *report;
	struct igdrom_bytes bytes;

	(void)state;
	put("five", "12345");
	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_INPUT_BYTES, 5), IGDROM_OK);
	assert_int_equal(igdrom_file_read("five", limits, report, &bytes), IGDROM_OK);
	assert_int_equal(bytes.size, 5);
	igdrom_bytes_free(&bytes);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_INPUT_BYTES, 4), IGDROM_OK);
	assert_int_equal(igdrom_file_read("five", limits, report, &bytes), IGDROM_E_LIMIT);
	assert_null(bytes.data);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)), "file-too-large");
	/* An endless file ends at the limit, too. */
	assert_int_equal(igdrom_file_read("/dev/zero", limits, NULL, &bytes), IGDROM_E_LIMIT);
	igdrom_report_free(report);
	igdrom_limits_free(limits);
}

static void says_why_a_file_cannot_be_read(void **state)
{
	struct igdrom_report *report;
	struct igdrom_bytes bytes;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_file_read("none", NULL, report, &bytes), IGDROM_E_NOT_FOUND);
	assert_string_equal(igdrom_finding_text(igdrom_report_at(report, 0)),
			    "none cannot be read: No such file or directory.");
	assert_int_equal(igdrom_file_read(".", NULL, report, &bytes), IGDROM_E_IO);
	assert_string_equal(igdrom_finding_text(igdrom_report_at(report, 1)),
			    ". cannot be read: Is a directory.");
	assert_int_equal(igdrom_file_read("", NULL, report, &bytes), IGDROM_E_INVAL);
	igdrom_report_free(report);
}

static void writes_a_new_file_and_replaces_an_old_one(void **state)
{
	size_t before = entries();
	struct stat st;

	(void)state;
	umask(022);
	assert_int_equal(store("new", "one"), IGDROM_OK);
	assert_holds("new", "one");
	assert_int_equal(stat("new", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(store("new", "two"), IGDROM_OK);
	assert_holds("new", "two");
	assert_int_equal(store("new", ""), IGDROM_OK);
	assert_holds("new", "");
	assert_int_equal(entries(), before + 1);
}

static void keeps_the_permissions_of_the_old_file(void **state)
{
	struct stat st;

	(void)state;
	put("mode", "old");
	assert_int_equal(chmod("mode", 0640), 0);
	assert_int_equal(store("mode", "new"), IGDROM_OK);
	assert_int_equal(stat("mode", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
}

static void a_symbolic_link_stays_one(void **state)
{
	struct stat st;

	(void)state;
	put("target", "old");
	assert_int_equal(symlink("target", "link"), 0);
	assert_int_equal(store("link", "new"), IGDROM_OK);
	assert_int_equal(lstat("link", &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_holds("target", "new");
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_int_equal(store("dangling", "new"), IGDROM_E_NOT_FOUND);
	assert_int_equal(access("nowhere", F_OK), -1);
}

static void never_replaces_an_input_under_any_name(void **state)
{
	static const char *const inputs[] = {"absent", "input"};
	static const char *const names[] = {"input", "./input", "hard", "soft"};
	struct igdrom_report *report;
	size_t before;

	(void)state;
	put("input", "mine");
	assert_int_equal(link("input", "hard"), 0);
	assert_int_equal(symlink("input", "soft"), 0);
	before = entries();
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(igdrom_file_write(names[i], "x", 1, inputs, 2, 0, report),
				 IGDROM_E_REFUSED);
		assert_holds("input", "mine");
		assert_string_equal(igdrom_finding_code(igdrom_report_at(report, i)),
				    "file-output-is-input");
	}
	assert_int_equal(igdrom_file_write("other", "x", 1, inputs, 2, 0, report), IGDROM_OK);
	assert_int_equal(entries(), before + 1);
	igdrom_report_free(report);
}

static void standard_input_is_an_input_too(void **state)
{
	static const char *const inputs[] = {"-"};
	int saved = dup(STDIN_FILENO);

	(void)state;
	put("stdin", "mine");
	assert_non_null(freopen("stdin", "r", stdin));
	assert_int_equal(igdrom_file_write("stdin", "x", 1, inputs, 1, 0, NULL), IGDROM_E_REFUSED);
	assert_holds("stdin", "mine");
	dup2(saved, STDIN_FILENO);
	close(saved);
}

static void an_existing_file_is_kept_when_asked(void **state)
{
	struct igdrom_report *report;
	size_t before;

	(void)state;
	put("kept", "old");
	before = entries();
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(
		igdrom_file_write("kept", "x", 1, NULL, 0, IGDROM_FILE_KEEP_EXISTING, report),
		IGDROM_E_EXISTS);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)), "file-exists");
	assert_holds("kept", "old");
	assert_int_equal(
		igdrom_file_write("fresh", "x", 1, NULL, 0, IGDROM_FILE_KEEP_EXISTING, report),
		IGDROM_OK);
	assert_holds("fresh", "x");
	assert_int_equal(entries(), before + 1);
	igdrom_report_free(report);
}

static void the_disk_is_waited_for_unless_that_is_not_wanted(void **state)
{
	(void)state;
	syncs = 0;
	assert_int_equal(igdrom_file_write("loose", "x", 1, NULL, 0, IGDROM_FILE_NO_SYNC, NULL),
			 IGDROM_OK);
	assert_holds("loose", "x");
	assert_int_equal(syncs, 0);
	assert_int_equal(igdrom_file_write("loose", "y", 1, NULL, 0, 0, NULL), IGDROM_OK);
	assert_holds("loose", "y");
	assert_int_equal(syncs, 2); /* the file, its name */
}

static void a_write_that_fails_midway_leaves_everything_as_it_was(void **state)
{
	struct rlimit old, small;
	char *big = calloc(1, 100000);
	struct igdrom_report *report;
	size_t before;

	(void)state;
	put("precious", "old");
	before = entries();
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 4096;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	assert_int_equal(igdrom_file_write("precious", big, 100000, NULL, 0, 0, report),
			 IGDROM_E_IO);
	assert_int_equal(igdrom_file_write("absent", big, 100000, NULL, 0, 0, report), IGDROM_E_IO);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_string_equal(igdrom_finding_text(igdrom_report_at(report, 0)),
			    "precious cannot be written: File too large.");
	assert_holds("precious", "old");
	assert_int_equal(access("absent", F_OK), -1);
	assert_int_equal(entries(), before);
	igdrom_report_free(report);
	free(big);
}

static void says_why_a_file_cannot_be_written(void **state)
{
	(void)state;
	assert_int_equal(mkdir("folder", 0755), 0);
	assert_int_equal(store("folder", "x"), IGDROM_E_IO);
	assert_int_equal(store("no/such/place", "x"), IGDROM_E_NOT_FOUND);
	assert_int_equal(store("/dev/full", "x"), IGDROM_E_IO);
	assert_int_equal(store("/dev/null", "x"), IGDROM_OK);
	assert_int_equal(store("", "x"), IGDROM_E_INVAL);
	assert_int_equal(igdrom_file_write("x", NULL, 1, NULL, 0, 0, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_file_write("x", "x", 1, NULL, 1, 0, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_file_write("x", "x", 1, NULL, 0, 64, NULL), IGDROM_E_INVAL);
}

/* store() by a user who is not root; the status negated, as an exit code. */
static int store_as_nobody(const char *path)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		if (geteuid() == 0 && setuid(65534) != 0)
			_exit(255);
		_exit(-(int)store(path, "x"));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void what_is_protected_from_writing_stays(void **state)
{
	assert_int_equal(chmod(*state, 0777), 0);
	put("protected", "old");
	assert_int_equal(chmod("protected", 0444), 0);
	assert_int_equal(store_as_nobody("protected"), -IGDROM_E_ACCESS);
	assert_holds("protected", "old");
	assert_int_equal(mkdir("closed", 0755), 0);
	assert_int_equal(chmod("closed", 0555), 0);
	assert_int_equal(store_as_nobody("closed/file"), -IGDROM_E_ACCESS);
	assert_int_equal(store_as_nobody("by-nobody"), 0);
	assert_holds("by-nobody", "x");
}

static void the_longest_file_name_can_be_written(void **state)
{
	char name[256];

	(void)state;
	memset(name, 'n', 255);
	name[255] = '\0';
	assert_int_equal(store(name, "one"), IGDROM_OK);
	assert_int_equal(store(name, "two"), IGDROM_OK);
	assert_holds(name, "two");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_file_whole),
		cmocka_unit_test(reads_up_to_the_limit_and_not_more),
		cmocka_unit_test(says_why_a_file_cannot_be_read),
		cmocka_unit_test(writes_a_new_file_and_replaces_an_old_one),
		cmocka_unit_test(keeps_the_permissions_of_the_old_file),
		cmocka_unit_test(a_symbolic_link_stays_one),
		cmocka_unit_test(never_replaces_an_input_under_any_name),
		cmocka_unit_test(standard_input_is_an_input_too),
		cmocka_unit_test(an_existing_file_is_kept_when_asked),
		cmocka_unit_test(the_disk_is_waited_for_unless_that_is_not_wanted),
		cmocka_unit_test(a_write_that_fails_midway_leaves_everything_as_it_was),
		cmocka_unit_test(says_why_a_file_cannot_be_written),
		cmocka_unit_test(what_is_protected_from_writing_stays),
		cmocka_unit_test(the_longest_file_name_can_be_written),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
