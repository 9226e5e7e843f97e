/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include <igdrom/limits.h>

#include "core/builder.h"
#include "core/cursor.h"
#include "core/digest.h"
#include "core/report.h"
#include "core/text.h"

/* Half of a number is no number. */
static void a_number_that_is_cut_off_is_zero(void **state)
{
	static const uint8_t bytes[7] = {1, 2, 3, 4, 5, 6, 7};
	struct cur c;

	(void)state;
	c = cur_from(bytes, sizeof(bytes), 0);
	assert_true(cur_u64le(&c) == 0);
	assert_int_equal(c.err, IGDROM_E_TRUNCATED);
	c = cur_from(bytes, sizeof(bytes), 0);
	assert_true(cur_u64be(&c) == 0);
	c = cur_from(bytes, 3, 0);
	assert_true(cur_u32be(&c) == 0);
}

static void cursor_reads_little_endian_in_order(void **state)
{
	const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
	struct cur c = cur_from(bytes, sizeof(bytes), 0x100);

	(void)state;
	assert_int_equal(cur_u8(&c), 0x01);
	assert_int_equal(cur_u16le(&c), 0x0302);
	assert_int_equal(cur_u24le(&c), 0x060504);
	assert_int_equal(cur_u32le(&c), 0x0a090807);
	assert_true(cur_u64le(&c) == UINT64_C(0x1211100f0e0d0c0b));
	assert_int_equal(c.err, IGDROM_OK);
	assert_int_equal(c.left, 0);
	assert_true(c.at == 0x100 + sizeof(bytes));
}

static void cursor_error_sticks_and_does_not_move(void **state)
{
	const uint8_t bytes[] = {1, 2, 3};
	struct cur c = cur_from(bytes, sizeof(bytes), 0);

	(void)state;
	assert_int_equal(cur_u32le(&c), 0);
	assert_int_equal(c.err, IGDROM_E_TRUNCATED);
	assert_int_equal(cur_u8(&c), 0);
	assert_true(c.at == 0);
}

static void cursor_sub_refuses_what_would_wrap(void **state)
{
	const uint8_t bytes[16] = {0};
	struct cur c = cur_from(bytes, sizeof(bytes), 0);

	(void)state;
	assert_int_equal(cur_sub(&c, 8, 8).err, IGDROM_OK);
	assert_int_equal(cur_sub(&c, 16, 0).err, IGDROM_OK);
	assert_int_equal(cur_sub(&c, 8, 9).err, IGDROM_E_TRUNCATED);
	assert_int_equal(cur_sub(&c, UINT64_MAX, 2).err, IGDROM_E_TRUNCATED);
	assert_int_equal(cur_sub(&c, 2, UINT64_MAX).err, IGDROM_E_TRUNCATED);
	assert_int_equal(cur_tail(&c, 17).err, IGDROM_E_TRUNCATED);
	assert_int_equal(cur_tail(&c, 15).left, 1);
	assert_int_equal(c.err, IGDROM_OK);
}

static void builder_patches_pads_and_sums(void **state)
{
	struct build b = build_new(64);
	struct igdrom_bytes out;
	size_t at;
	uint8_t sum = 0;

	(void)state;
	build_u16le(&b, 0xaa55);
	at = build_reserve(&b, 2);
	build_u8(&b, 0);
	build_pad_to(&b, 16, 0xff);
	build_patch_units16(&b, at, 512 * 3, 512);
	build_checksum8(&b, 0, 16, 4);
	assert_int_equal(build_finish(&b, &out), IGDROM_OK);
	assert_int_equal(out.size, 16);
	assert_int_equal(out.data[0], 0x55);
	assert_int_equal(out.data[2], 3);
	assert_int_equal(out.data[15], 0xff);
	for (size_t i = 0; i < out.size; i++)
		sum = (uint8_t)(sum + out.data[i]);
	assert_int_equal(sum, 0);
	igdrom_bytes_free(&out);
	assert_null(out.data);
}

static void builder_refuses_more_than_its_limit(void **state)
{
	struct build b = build_new(8);
	struct igdrom_bytes out;

	(void)state;
	build_fill(&b, 9, 0);
	build_u8(&b, 1);
	assert_int_equal(build_finish(&b, &out), IGDROM_E_LIMIT);
	assert_null(out.data);
}

static void builder_refuses_a_size_that_does_not_fit_sixteen_bits_of_units(void **state)
{
	struct build b = build_new(64);
	struct igdrom_bytes out;

	(void)state;
	build_fill(&b, 2, 0);
	build_patch_units16(&b, 0, 512 * 65536u, 512);
	assert_int_equal(build_finish(&b, &out), IGDROM_E_LIMIT);
}

static void builder_names_a_patch_outside_as_our_bug(void **state)
{
	struct build b = build_new(64);
	struct igdrom_bytes out;

	(void)state;
	build_u8(&b, 0);
	build_patch_u16le(&b, 0, 1);
	assert_int_equal(build_finish(&b, &out), IGDROM_E_INTERNAL);
}

static void report_expands_its_catalogue(void **state)
{
	struct igdrom_report *report;
	const struct igdrom_finding *finding;
	uint64_t number = 0;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_INFO);
	report_add(report, FINDING_INPUT_TOO_LARGE, 7, REPORT_ARGS(ARG_U(300), ARG_U(256)));
	assert_int_equal(igdrom_report_count(report), 1);
	finding = igdrom_report_at(report, 0);
	assert_string_equal(igdrom_finding_code(finding), "input-too-large");
	assert_string_equal(igdrom_finding_text(finding),
			    "The file has 300 bytes; at most 256 are read.");
	assert_int_equal(igdrom_finding_severity(finding), IGDROM_SEVERITY_ERROR);
	assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_ERROR);
	assert_true(igdrom_finding_offset(finding) == 7);
	assert_int_equal(igdrom_finding_arg_count(finding), 2);
	assert_string_equal(igdrom_finding_arg_name(finding, 0), "size");
	assert_true(igdrom_finding_arg_number(finding, 0, &number));
	assert_int_equal(number, 300);
	assert_null(igdrom_finding_arg_text(finding, 0));
	assert_null(igdrom_finding_arg_name(finding, 2));
	assert_null(igdrom_report_at(report, 1));
	igdrom_report_free(report);
}

static void report_counts_what_it_cannot_keep(void **state)
{
	struct igdrom_report *report;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	for (size_t i = 0; i < IGDROM_REPORT_MAX_FINDINGS + 5; i++)
		report_add(report, FINDING_INPUT_EMPTY, 0, REPORT_NO_ARGS);
	assert_int_equal(igdrom_report_count(report), IGDROM_REPORT_MAX_FINDINGS);
	assert_int_equal(igdrom_report_dropped(report), 5);
	igdrom_report_free(report);
	report_add(NULL, FINDING_INPUT_EMPTY, 0, REPORT_NO_ARGS);
}

static void findings_are_added_by_their_code(void **state)
{
	const struct igdrom_finding_arg args[] = {{.number = 7}, {.number = 5}, {.text = "x"}};
	struct igdrom_report *report;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_report_add(report, "input-too-large", 3, args, 2), IGDROM_OK);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)), "input-too-large");
	assert_string_equal(igdrom_finding_text(igdrom_report_at(report, 0)),
			    "The file has 7 bytes; at most 5 are read.");
	assert_int_equal(igdrom_finding_offset(igdrom_report_at(report, 0)), 3);
	assert_int_equal(igdrom_report_add(report, "no-such-code", 0, NULL, 0), IGDROM_E_NOT_FOUND);
	assert_int_equal(igdrom_report_add(report, "input-too-large", 0, args, 1), IGDROM_E_INVAL);
	assert_int_equal(igdrom_report_add(report, "input-too-large", 0, NULL, 2), IGDROM_E_INVAL);
	/* Text where the catalogue has a number. */
	assert_int_equal(igdrom_report_add(report, "input-too-large", 0, args + 1, 2),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_report_add(report, NULL, 0, NULL, 0), IGDROM_E_INVAL);
	assert_int_equal(igdrom_report_count(report), 1);
	assert_int_equal(igdrom_report_add(NULL, "input-too-large", 0, args, 2), IGDROM_OK);
	igdrom_report_free(report);
}

static void a_finding_names_the_file_that_was_read_then(void **state)
{
	struct igdrom_report *report;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	report_add(report, FINDING_INPUT_EMPTY, 0, REPORT_NO_ARGS);
	assert_int_equal(igdrom_report_set_file(report, "a\n.rom"), IGDROM_OK);
	report_add(report, FINDING_INPUT_EMPTY, 0, REPORT_NO_ARGS);
	assert_int_equal(igdrom_report_set_file(report, "b.rom"), IGDROM_OK);
	report_add(report, FINDING_INPUT_EMPTY, 0, REPORT_NO_ARGS);
	assert_int_equal(igdrom_report_set_file(report, NULL), IGDROM_OK);
	report_add(report, FINDING_INPUT_EMPTY, 0, REPORT_NO_ARGS);
	assert_null(igdrom_finding_file(igdrom_report_at(report, 0)));
	assert_string_equal(igdrom_finding_file(igdrom_report_at(report, 1)), "a?.rom");
	assert_string_equal(igdrom_finding_file(igdrom_report_at(report, 2)), "b.rom");
	assert_null(igdrom_finding_file(igdrom_report_at(report, 3)));
	assert_int_equal(igdrom_report_set_file(NULL, "x"), IGDROM_OK);
	igdrom_report_free(report);
}

static void limits_have_defaults_and_can_be_set(void **state)
{
	struct igdrom_limits *limits;

	(void)state;
	assert_true(igdrom_limits_get(NULL, IGDROM_LIMIT_INPUT_BYTES) == UINT64_C(256) << 20);
	assert_int_equal(igdrom_limits_get(NULL, IGDROM_LIMIT_THREADS), 4);
	assert_int_equal(igdrom_limits_get(NULL, IGDROM_LIMIT_EXPANSION_RATIO), 1024);
	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_DEPTH, 3), IGDROM_OK);
	assert_int_equal(igdrom_limits_get(limits, IGDROM_LIMIT_DEPTH), 3);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_DEPTH, 0), IGDROM_E_INVAL);
	assert_int_equal(igdrom_limits_set(limits, (enum igdrom_limit)99, 1), IGDROM_E_INVAL);
	assert_int_equal(igdrom_limits_get(limits, IGDROM_LIMIT_DEPTH), 3);
	igdrom_limits_free(limits);
}

static void every_status_has_a_sentence_and_a_symbol(void **state)
{
	(void)state;
#define IGDROM_STATUS(name, number, group, sentence)                                  \
	assert_string_equal(igdrom_strerror((enum igdrom_status)(number)), sentence); \
	assert_string_equal(igdrom_status_name((enum igdrom_status)(number)), "IGDROM_" #name);
#include <igdrom/status.def>
#undef IGDROM_STATUS
	assert_string_equal(igdrom_strerror((enum igdrom_status)12345), "unknown status");
}

static void sha256_matches_the_standard(void **state)
{
	char hex[DIGEST_SHA256_HEX];

	(void)state;
	/* FIPS 180-4 example "abc". */
	digest_sha256_hex("abc", 3, hex);
	assert_string_equal(hex,
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_sha256_hex(NULL, 0, hex);
	assert_string_equal(hex,
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void text_is_made_valid_utf8(void **state)
{
	static const struct {
		const char *in;
		size_t size, most;
		const char *out;
	} cases[] = {
		{"abc", 3, 10, "abc"},
		{"a\nb\x7f", 4, 10, "a?b?"},
		{"\xe4\xb8\xad\xe6\x96\x87", 6, 10, "\xe4\xb8\xad\xe6\x96\x87"},
		{"\xe4\xb8\xad\xe6\x96\x87", 6, 5, "\xe4\xb8\xad"},
		{"\xc0\xaf", 2, 10, "??"},
		{"\xed\xa0\x80", 3, 10, "???"},
		{"\xf4\x90\x80\x80", 4, 10, "????"},
		{"\xe4\xb8", 2, 10, "??"},
		{"", 0, 10, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text = text_clean(cases[i].in, cases[i].size, cases[i].most);

		assert_string_equal(text, cases[i].out);
		free(text);
	}
}

/* RFC 2781, RFC 3629. */
static void text_is_made_from_utf16(void **state)
{
	static const struct {
		const char *in;
		size_t size, room;
		const char *out;
	} cases[] = {
		{"a\0\xe9\0-N\0\0b\0", 10, 40, "a\xc3\xa9\xe4\xb8\xad"},
		{"\x3d\xd8\x00\xde!\0", 6, 40, "\xf0\x9f\x98\x80!"},
		{"\x3d\xd8!\0", 4, 40, "?!"},
		{"!\0\x00\xde", 4, 40, "!?"},
		{"a\0b", 3, 40, "a"},
		{"a\0b\0c\0", 6, 5, "ab"},
		{"", 0, 40, ""},
	};
	char text[40];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t size = text_from_utf16((const uint8_t *)cases[i].in, cases[i].size, text,
					      cases[i].room);

		assert_int_equal(size, strlen(cases[i].out));
		assert_memory_equal(text, cases[i].out, size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_that_is_cut_off_is_zero),
		cmocka_unit_test(cursor_reads_little_endian_in_order),
		cmocka_unit_test(cursor_error_sticks_and_does_not_move),
		cmocka_unit_test(cursor_sub_refuses_what_would_wrap),
		cmocka_unit_test(builder_patches_pads_and_sums),
		cmocka_unit_test(builder_refuses_more_than_its_limit),
		cmocka_unit_test(builder_refuses_a_size_that_does_not_fit_sixteen_bits_of_units),
		cmocka_unit_test(builder_names_a_patch_outside_as_our_bug),
		cmocka_unit_test(report_expands_its_catalogue),
		cmocka_unit_test(report_counts_what_it_cannot_keep),
		cmocka_unit_test(findings_are_added_by_their_code),
		cmocka_unit_test(a_finding_names_the_file_that_was_read_then),
		cmocka_unit_test(limits_have_defaults_and_can_be_set),
		cmocka_unit_test(every_status_has_a_sentence_and_a_symbol),
		cmocka_unit_test(sha256_matches_the_standard),
		cmocka_unit_test(text_is_made_valid_utf8),
		cmocka_unit_test(text_is_made_from_utf16),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
