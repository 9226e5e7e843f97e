/* SPDX-License-Identifier: BSD-2-Clause */
/* patch(1) is the judge of a diff, and diff(1) of its length. */
#include "unit/changes_rig.h"

#include "changes/diff.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static struct igdrom_bytes bytes_of(const char *text)
{
	return (struct igdrom_bytes){(const uint8_t *)text, strlen(text)};
}

/* The diff of two texts, NULL for none; owned. */
static char *diff_of(const char *old, const char *now)
{
	struct igdrom_bytes a = bytes_of(old ? old : ""), b = bytes_of(now ? now : "");
	struct build out = build_new(1 << 24);
	struct igdrom_bytes bytes;
	char *text;

	diff_files(&out, "/etc/file", "", old ? &a : NULL, now ? &b : NULL);
	assert_int_equal(build_finish(&out, &bytes), IGDROM_OK);
	text = strndup(bytes.size ? (const char *)bytes.data : "", bytes.size);
	igdrom_bytes_free(&bytes);
	return text;
}

static void assert_diff(const char *old, const char *now, const char *wanted)
{
	char *text = diff_of(old, now);

	assert_string_equal(text, wanted);
	free(text);
}

/* As GNU diff 3.8 -u prints them, its header lines apart. */
static void a_diff_looks_as_everybody_knows_it(void **state)
{
	(void)state;
	assert_diff("a\n", "a\n", "");
	assert_diff("a\nb\nc\n", "a\nx\nc\n",
		    "--- a/etc/file\n+++ b/etc/file\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
	assert_diff(NULL, "a\nb\n", "--- /dev/null\n+++ b/etc/file\n@@ -0,0 +1,2 @@\n+a\n+b\n");
	assert_diff("a\n", NULL, "--- a/etc/file\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
	assert_diff("a", "a\n",
		    "--- a/etc/file\n+++ b/etc/file\n@@ -1 +1 @@\n-a\n\\ No newline at end of "
		    "file\n+a\n");
	assert_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\nx\n",
		    "--- a/etc/file\n+++ b/etc/file\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+x\n");
	/* Six equal lines in between join two hunks, seven do not. */
	assert_diff("a\n1\n2\n3\n4\n5\n6\nb\n", "1\n2\n3\n4\n5\n6\n",
		    "--- a/etc/file\n+++ b/etc/file\n@@ -1,8 +1,6 @@\n-a\n 1\n 2\n 3\n 4\n 5\n "
		    "6\n-b\n");
	assert_diff("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "1\n2\n3\n4\n5\n6\n7\n",
		    "--- a/etc/file\n+++ b/etc/file\n@@ -1,4 +1,3 @@\n-a\n 1\n 2\n 3\n"
		    "@@ -6,4 +5,3 @@\n 5\n 6\n 7\n-b\n");
}

static void what_is_no_text_is_told_by_size_and_digest(void **state)
{
	struct igdrom_bytes old = {(const uint8_t *)"a\0b", 3}, now = {(const uint8_t *)"abc", 3};
	struct build out = build_new(4096);

	(void)state;
	diff_files(&out, "/usr/share/kvm/igd.rom", "", &old, &now);
	build_u8(&out, 0);
	assert_int_equal(out.err, IGDROM_OK);
	/* sha256sum of "abc": FIPS 180-2, B.1. */
	assert_string_equal(
		(const char *)out.data,
		"# binary /usr/share/kvm/igd.rom: 3 bytes -> 3 bytes\n"
		"#   sha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
		"\n");
	build_free(&out);
	/* What a terminal would obey is no text either. */
	assert_false(diff_is_text((const uint8_t *)"\033[2J", 4));
	assert_true(diff_is_text((const uint8_t *)"\tx\r\n\xc3\xa9", 6));
}

static void names_that_patch_would_stumble_over_are_quoted(void **state)
{
	struct igdrom_bytes now = bytes_of("x\n");
	struct build out = build_new(4096);

	(void)state;
	diff_files(&out, "/etc/a b", "", NULL, &now);
	diff_files(&out, "/etc/a\"\n", "", NULL, &now);
	build_u8(&out, 0);
	assert_string_equal((const char *)out.data,
			    "--- /dev/null\n+++ b/etc/a b\t\n@@ -0,0 +1 @@\n+x\n"
			    "--- /dev/null\n+++ \"b/etc/a\\042\\012\"\n@@ -0,0 +1 @@\n+x\n");
	build_free(&out);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Few different lines, so that many are equal; now and then no newline at the end. */
static char *random_text(uint32_t *seed)
{
	size_t lines = next_random(seed) % 40;
	char *text = calloc(1, lines * 4 + 4);

	for (size_t i = 0; i < lines; i++)
		sprintf(text + strlen(text), "%c\n", (char)('a' + next_random(seed) % 6));
	if (lines && next_random(seed) % 4 == 0)
		text[strlen(text) - 1] = '\0';
	return text;
}

static size_t count_changes(const char *diff)
{
	size_t count = 0;

	for (const char *line = diff; (line = strchr(line, '\n')); line++)
		count += (line[1] == '+' && line[2] != '+') || (line[1] == '-' && line[2] != '-');
	return count;
}

static size_t changes_of_diff(const struct rig *rig)
{
	char command[512], *text = calloc(1, 65536);
	FILE *pipe;
	size_t count;

	snprintf(command, sizeof(command), "diff -u -d %s/old %s/new", rig->dir, rig->dir);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	assert_true(fread(text, 1, 65535, pipe) < 65535);
	pclose(pipe);
	count = count_changes(text);
	free(text);
	return count;
}

static void patch_makes_the_new_text_of_the_old_and_diff_finds_no_shorter_way(void **state)
{
	struct rig *rig = *state;
	char command[512];
	uint32_t seed = 1;

	if (system("patch --version >/dev/null 2>&1 && diff --version >/dev/null 2>&1") != 0) {
		print_message("patch or diff is not installed (apt-get install patch diffutils)\n");
		if (getenv("IGDROM_NO_SKIP"))
			fail();
		skip();
	}
	snprintf(command, sizeof(command), "patch -s -p1 -d %s <%s/diff", rig->root, rig->dir);
	for (unsigned i = 0; i < 120; i++) {
		char *old = i % 20 ? random_text(&seed) : NULL;
		char *now = random_text(&seed);
		char *diff = diff_of(old, now);

		rig_put(rig, "/../diff", diff);
		rig_put(rig, "/../old", old ? old : "");
		rig_put(rig, "/../new", now);
		rig_put(rig, "/etc/x", "");
		if (old)
			rig_put(rig, "/etc/file", old);
		else
			unlink(rig_at(rig, "/etc/file"));
		if (*now) { /* patch removes a file that becomes empty */
			assert_int_equal(system(command), 0);
			assert_true(rig_holds(rig, "/etc/file", now));
		}
		assert_int_equal(count_changes(diff), changes_of_diff(rig));
		free(old);
		free(now);
		free(diff);
	}
}

static void texts_that_differ_all_over_take_bounded_time(void **state)
{
	size_t lines = 200000;
	char *old = malloc(lines * 8 + 1), *now = malloc(lines * 8 + 1), *diff;

	(void)state;
	for (size_t i = 0; i < lines; i++) {
		sprintf(old + i * 8, "a%06zu\n", i);
		sprintf(now + i * 8, "%c%06zu\n", i % 2 ? 'a' : 'b', i);
	}
	diff = diff_of(old, now);
	assert_true(count_changes(diff) >= lines);
	free(old);
	free(now);
	free(diff);
}

static void all_steps_are_shown_and_fit_a_terminal(void **state)
{
	struct rig *rig = *state;
	const char *argv[] = {"virsh", "define", "it's $HOME.xml", NULL};
	struct igdrom_bytes bytes;
	char *text;

	rig_put(rig, "/etc/a", "1\n");
	rig_put(rig, "/etc/same", "1\n");
	rig_add(rig, "/etc/a", "2\n");
	rig_add(rig, "/etc/same", "1\n");
	assert_int_equal(igdrom_changes_add_command(rig->changes, argv, NULL, "a reason", NULL),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_add_advice(rig->changes,
						   "One two three four five six seven eight nine "
						   "ten eleven twelve thirteen \033[31m"
						   "fourteen."),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_diff(rig->changes, &bytes), IGDROM_OK);
	text = strndup((const char *)bytes.data, bytes.size);
	assert_string_equal(
		text,
		"--- a/etc/a\n+++ b/etc/a\n@@ -1 +1 @@\n-1\n+2\n"
		"# why: a reason\n# run on the machine itself: virsh define \"it's \\$HOME.xml\"\n"
		"#   cannot be undone\n"
		"# advice: One two three four five six seven eight nine ten eleven twelve\n"
		"#   thirteen ?[31mfourteen.\n");
	free(text);
	igdrom_bytes_free(&bytes);
}

static void lines_in_advice_stay_lines(void **state)
{
	struct rig *rig = *state;
	struct igdrom_bytes bytes;
	char *text;

	assert_int_equal(igdrom_changes_add_advice(rig->changes,
						   "Put this in:\n  bios: ovmf\n\nvga:\tnone\n"),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_diff(rig->changes, &bytes), IGDROM_OK);
	text = strndup((const char *)bytes.data, bytes.size);
	assert_string_equal(text, "# advice: Put this in:\n#       bios: ovmf\n#     vga:?none\n");
	free(text);
	igdrom_bytes_free(&bytes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_in_advice_stay_lines),
		TEST(a_diff_looks_as_everybody_knows_it),
		TEST(what_is_no_text_is_told_by_size_and_digest),
		TEST(names_that_patch_would_stumble_over_are_quoted),
		TEST(patch_makes_the_new_text_of_the_old_and_diff_finds_no_shorter_way),
		TEST(texts_that_differ_all_over_take_bounded_time),
		TEST(all_steps_are_shown_and_fit_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
