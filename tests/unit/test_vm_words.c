/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit.h"

#include "vm/words.h"

#include <stdlib.h>

/* Splits text and compares with the words wanted, which end with NULL. */
static void expect(enum words_syntax syntax, const char *text, const char *const *wanted)
{
	struct words words;
	size_t i = 0;

	assert_int_equal(words_split(text, strlen(text), 100, syntax, &words), IGDROM_OK);
	for (; wanted[i]; i++) {
		assert_in_range(i, 0, words.count - 1);
		assert_string_equal(words.list[i].text, wanted[i]);
		assert_int_equal(words.list[i].length, strlen(wanted[i]));
	}
	assert_int_equal(words.count, i);
	words_free(&words);
}

#define EXPECT(syntax, text, ...) expect(syntax, text, (const char *const[]){__VA_ARGS__, NULL})
#define EXPECT_NONE(syntax, text) expect(syntax, text, (const char *const[]){NULL})

static void reads_quotes_and_backslashes_as_a_shell_does(void **state)
{
	(void)state;
	EXPECT(WORDS_SHELL, "a  b\tc", "a", "b", "c");
	EXPECT(WORDS_SHELL, "'a b'c\"d e\"\\ f", "a bcd e f");
	EXPECT(WORDS_SHELL, "'a\\' b", "a\\", "b");
	EXPECT(WORDS_SHELL, "\"a\\n\\\\\\\"\\`\\$\"", "a\\n\\\"`$");
	EXPECT(WORDS_SHELL, "'' \"\"", "", "");
	EXPECT(WORDS_SHELL, "a\\", "a\\");
	EXPECT_NONE(WORDS_SHELL, " \n\t\r\n");
}

static void reads_quotes_and_backslashes_as_perl_does(void **state)
{
	(void)state;
	EXPECT(WORDS_PERL, "  -set device.hostpci0.x-igd-lpc=on\n", "-set",
	       "device.hostpci0.x-igd-lpc=on");
	EXPECT(WORDS_PERL, "\"a\\n\\\"\"'b c'", "an\"b c");
	EXPECT(WORDS_PERL, "'a\\'b' c", "a\\'b", "c");
	EXPECT(WORDS_PERL, "a#b;c $d", "a#b;c", "$d");
	EXPECT(WORDS_PERL, "'' a\\ b", "", "a b");
	EXPECT(WORDS_PERL, "a\\\nb", "a\nb");
}

static void joins_continued_lines_and_passes_comments_over(void **state)
{
	(void)state;
	EXPECT(WORDS_SHELL, "kvm \\\n  -id 100 \\\r\n  -m 4\\\n096\n", "kvm", "-id", "100", "-m",
	       "4096");
	EXPECT(WORDS_SHELL, "#!/bin/sh\n# don't\nkvm a#b # it's\n", "kvm", "a#b");
}

static void numbers_the_commands_of_a_script(void **state)
{
	static const char text[] = "cd /vm && kvm -m 1 2>/dev/null >&2 -M q35 | tee log\na=(\nx\n)";
	static const char *const wanted[] = {"cd",  "/vm", "kvm", "-m", "1", "-M",
					     "q35", "tee", "log", "a=", "x"};
	static const unsigned command[] = {0, 0, 2, 2, 2, 2, 2, 3, 3, 4, 5};
	struct words words;

	(void)state;
	assert_int_equal(words_split(text, sizeof(text) - 1, 0, WORDS_SHELL, &words), IGDROM_OK);
	assert_int_equal(words.count, 11);
	for (size_t i = 0; i < words.count; i++) {
		assert_string_equal(words.list[i].text, wanted[i]);
		assert_int_equal(words.list[i].command, command[i]);
	}
	words_free(&words);
}

static void takes_json_without_quotes_as_it_stands(void **state)
{
	(void)state;
	EXPECT(WORDS_SHELL, "-device {\"driver\":\"vfio-pci\",\"romfile\":\"a b\\\" c\"} -S",
	       "-device", "{\"driver\":\"vfio-pci\",\"romfile\":\"a b\\\" c\"}", "-S");
	EXPECT(WORDS_SHELL, "'{\"a\":1}' {\\\"b", "{\"a\":1}", "{\"b");
}

static void says_what_a_shell_would_replace(void **state)
{
	static const char text[] = "$A \"x`y`\" '$A' \\$A b";
	static const bool wanted[] = {true, true, false, false, false};
	struct words words;

	(void)state;
	assert_int_equal(words_split(text, sizeof(text) - 1, 0, WORDS_SHELL, &words), IGDROM_OK);
	assert_int_equal(words.count, 5);
	for (size_t i = 0; i < words.count; i++)
		assert_int_equal(words.list[i].expands, wanted[i]);
	words_free(&words);
}

static void knows_the_bytes_of_each_word(void **state)
{
	static const char text[] = " 'a b' c\\\nd;";
	struct words words;

	(void)state;
	assert_int_equal(words_split(text, sizeof(text) - 1, 1000, WORDS_SHELL, &words), IGDROM_OK);
	assert_int_equal(words.count, 2);
	assert_int_equal(words.list[0].at, 1001);
	assert_int_equal(words.list[0].span, 5);
	assert_int_equal(words.list[1].at, 1007);
	assert_int_equal(words.list[1].span, 4);
	words_free(&words);
}

static void splits_the_command_line_of_a_process(void **state)
{
	static const char text[] = "/usr/bin/kvm\0-name\0a 'b\0\0-S";
	static const char *const wanted[] = {"/usr/bin/kvm", "-name", "a 'b", "", "-S"};
	struct words words;

	(void)state;
	assert_int_equal(words_split(text, sizeof(text) - 1, 0, WORDS_NUL, &words), IGDROM_OK);
	assert_int_equal(words.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(words.list[i].text, wanted[i]);
	assert_int_equal(words.list[2].at, 19);
	assert_int_equal(words.list[2].span, 4);
	words_free(&words);
}

static void names_the_quote_that_nothing_closes(void **state)
{
	static const struct {
		enum words_syntax syntax;
		const char *text;
		size_t size;
		uint64_t at;
	} cases[] = {
		{WORDS_SHELL, "a 'b", 4, 12}, {WORDS_SHELL, "a b\"c\\", 6, 13},
		{WORDS_PERL, "a \"b", 4, 12}, {WORDS_PERL, "'a\\'", 4, 10},
		{WORDS_PERL, "a\\", 2, 11},   {WORDS_PERL, "a \"\\", 4, 13},
		{WORDS_SHELL, "{\"a", 3, 10}, {WORDS_SHELL, "a\0b", 3, 11},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct words words;

		assert_int_equal(
			words_split(cases[i].text, cases[i].size, 10, cases[i].syntax, &words),
			IGDROM_E_CORRUPT);
		assert_int_equal(words.bad_at, cases[i].at);
		assert_int_equal(words.count, 0);
		assert_null(words.list);
		words_free(&words);
	}
}

static void stops_at_its_caps(void **state)
{
	size_t size = (size_t)WORDS_MAX * 2;
	char *text = malloc(size);
	struct words words;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < size; i += 2) {
		text[i] = 'a';
		text[i + 1] = ' ';
	}
	assert_int_equal(words_split(text, size, 0, WORDS_PERL, &words), IGDROM_OK);
	assert_int_equal(words.count, WORDS_MAX);
	words_free(&words);
	free(text);
	text = malloc(size + 1);
	assert_non_null(text);
	for (size_t i = 0; i <= size; i++)
		text[i] = i % 2 ? ' ' : 'a';
	assert_int_equal(words_split(text, size + 1, 0, WORDS_SHELL, &words), IGDROM_E_LIMIT);
	free(text);
}

static void expect_quoted(const char *text, const char *wanted)
{
	struct build out = build_new(1000);
	struct igdrom_bytes bytes;
	struct words words;

	words_quote(&out, text, strlen(text));
	assert_int_equal(build_finish(&out, &bytes), IGDROM_OK);
	assert_int_equal(bytes.size, strlen(wanted));
	assert_memory_equal(bytes.data, wanted, bytes.size);
	for (int syntax = WORDS_PERL; syntax <= WORDS_SHELL; syntax++) {
		assert_int_equal(words_split((const char *)bytes.data, bytes.size, 0,
					     (enum words_syntax)syntax, &words),
				 IGDROM_OK);
		assert_int_equal(words.count, 1);
		assert_string_equal(words.list[0].text, text);
		words_free(&words);
	}
	igdrom_bytes_free(&bytes);
}

static void quotes_what_a_shell_and_perl_read_alike(void **state)
{
	(void)state;
	expect_quoted("vfio-pci,host=0000:00:02.0", "vfio-pci,host=0000:00:02.0");
	expect_quoted("", "''");
	expect_quoted("a b", "'a b'");
	expect_quoted("{\"a\":1}", "'{\"a\":1}'");
	expect_quoted("$HOME;`x`", "'$HOME;`x`'");
	expect_quoted("it's", "\"it's\"");
	expect_quoted("a\\b'c\"$`", "\"a\\\\b'c\\\"\\$\\`\"");
	expect_quoted("~/igd.rom", "'~/igd.rom'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_quotes_and_backslashes_as_a_shell_does),
		cmocka_unit_test(reads_quotes_and_backslashes_as_perl_does),
		cmocka_unit_test(joins_continued_lines_and_passes_comments_over),
		cmocka_unit_test(numbers_the_commands_of_a_script),
		cmocka_unit_test(takes_json_without_quotes_as_it_stands),
		cmocka_unit_test(says_what_a_shell_would_replace),
		cmocka_unit_test(knows_the_bytes_of_each_word),
		cmocka_unit_test(splits_the_command_line_of_a_process),
		cmocka_unit_test(names_the_quote_that_nothing_closes),
		cmocka_unit_test(stops_at_its_caps),
		cmocka_unit_test(quotes_what_a_shell_and_perl_read_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
