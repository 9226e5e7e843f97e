/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"
#include "unit/json_reader.h"

#include "core/report.h"

#include <igdrom/json.h>

static void findings_carry_all_that_a_tool_needs(void **state)
{
	struct igdrom_report *report;
	const cJSON *finding;
	cJSON *root;
	char *text;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	report_add(report, FINDING_INPUT_TOO_LARGE, 0x1234, REPORT_ARGS(ARG_U(7), ARG_U(5)));
	assert_int_equal(igdrom_report_set_file(report, "a.rom"), IGDROM_OK);
	report_add(report, FINDING_INPUT_EMPTY, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
	assert_int_equal(igdrom_report_to_json(report, &text), IGDROM_OK);
	root = parse(text);
	igdrom_string_free(text);
	assert_text(root, "worst", "error");
	assert_int_equal(need(root, "findings_dropped")->valueint, 0);
	assert_int_equal(cJSON_GetArraySize(need(root, "findings")), 2);
	finding = cJSON_GetArrayItem(need(root, "findings"), 0);
	assert_text(finding, "severity", "error");
	assert_text(finding, "code", "input-too-large");
	assert_int_equal(need(finding, "offset")->valueint, 0x1234);
	assert_true(cJSON_IsNull(need(finding, "file")));
	assert_text(finding, "text", "The file has 7 bytes; at most 5 are read.");
	assert_text(finding, "fix", "Check that this is the right file, or raise the limit.");
	assert_int_equal(need(need(finding, "args"), "limit")->valueint, 5);
	finding = cJSON_GetArrayItem(need(root, "findings"), 1);
	assert_true(cJSON_IsNull(need(finding, "offset")));
	assert_text(finding, "file", "a.rom");
	assert_int_equal(cJSON_GetArraySize(need(finding, "args")), 0);
	cJSON_Delete(root);
	igdrom_report_free(report);
}

static void an_integer_of_64_bits_is_written_exactly(void **state)
{
	char *text;

	(void)state;
	assert_int_equal(igdrom_error_to_json(IGDROM_E_IO, "x", NULL, UINT64_MAX - 1, NULL, &text),
			 IGDROM_OK);
	assert_non_null(strstr(text, "18446744073709551614"));
	igdrom_string_free(text);
}

static void an_error_names_code_file_and_offset(void **state)
{
	const cJSON *error;
	cJSON *root;
	char *text;

	(void)state;
	assert_int_equal(
		igdrom_error_to_json(IGDROM_E_TRUNCATED, "It ends.", "a.rom", 512, NULL, &text),
		IGDROM_OK);
	root = parse(text);
	igdrom_string_free(text);
	error = need(root, "error");
	assert_text(error, "code", "IGDROM_E_TRUNCATED");
	assert_text(error, "text", "It ends.");
	assert_text(error, "file", "a.rom");
	assert_int_equal(need(error, "offset")->valueint, 512);
	cJSON_Delete(root);
	assert_int_equal(
		igdrom_error_to_json(IGDROM_E_INVAL, "No.", NULL, IGDROM_NO_OFFSET, NULL, &text),
		IGDROM_OK);
	root = parse(text);
	igdrom_string_free(text);
	assert_true(cJSON_IsNull(need(need(root, "error"), "file")));
	assert_true(cJSON_IsNull(need(need(root, "error"), "offset")));
	cJSON_Delete(root);
}

static void text_that_is_no_utf8_is_made_so(void **state)
{
	cJSON *root;
	char *text;

	(void)state;
	assert_int_equal(igdrom_error_to_json(IGDROM_E_IO, "a\"b\\c", "\xe4\xb8\xad\xff\n.rom", 0,
					      NULL, &text),
			 IGDROM_OK);
	root = parse(text);
	igdrom_string_free(text);
	assert_text(need(root, "error"), "file", "\xe4\xb8\xad??.rom");
	assert_text(need(root, "error"), "text", "a\"b\\c");
	cJSON_Delete(root);
}

/* The keys that scripts rely on, and what they may hold. */
static void a_device_has_every_key_in_its_type(void **state)
{
	static const char *const texts[] = {"platform",       "codename",        "name",
					    "cpu_generation", "display_version", "gop_family",
					    "bdsm",           "stolen_family",   "min_qemu"};

	(void)state;
	for (size_t i = 0; i < igdrom_device_count(); i++) {
		const struct igdrom_device *device = igdrom_device_at(i);
		const cJSON *item;
		cJSON *root;
		char *text;

		assert_int_equal(igdrom_device_to_json(device, NULL, &text), IGDROM_OK);
		root = parse(text);
		igdrom_string_free(text);
		assert_text(root, "vendor_id", "8086");
		item = need(root, "device_id");
		assert_true(cJSON_IsString(item) && strlen(item->valuestring) == 4);
		assert_int_equal(strtoul(item->valuestring, NULL, 16), igdrom_device_id(device));
		for (size_t j = 0; j < sizeof(texts) / sizeof(texts[0]); j++) {
			item = need(root, texts[j]);
			assert_true(cJSON_IsNull(item) ||
				    (cJSON_IsString(item) && item->valuestring[0]));
		}
		assert_false(cJSON_IsNull(need(root, "platform")));
		item = need(root, "needs_lpc");
		assert_true(cJSON_IsNull(item) || cJSON_IsBool(item));
		item = need(root, "legacy_vbios");
		assert_true(cJSON_IsNull(item) || cJSON_IsBool(item));
		item = need(root, "qemu_ranges");
		assert_true(cJSON_IsNull(item) || cJSON_IsArray(item));
		cJSON_Delete(root);
	}
}

static void a_list_of_devices_keeps_their_order(void **state)
{
	const struct igdrom_device *devices[2];
	const cJSON *array;
	cJSON *root;
	char *text;

	(void)state;
	assert_int_equal(igdrom_device_lookup(0x591d, &devices[0]), IGDROM_OK);
	assert_int_equal(igdrom_device_lookup(0x4680, &devices[1]), IGDROM_OK);
	assert_int_equal(igdrom_devices_to_json(devices, 2, NULL, &text), IGDROM_OK);
	root = parse(text);
	igdrom_string_free(text);
	array = need(root, "devices");
	assert_int_equal(cJSON_GetArraySize(array), 2);
	assert_text(cJSON_GetArrayItem(array, 0), "device_id", "591D");
	assert_text(cJSON_GetArrayItem(array, 1), "device_id", "4680");
	/* QEMU 5.0 is a hole: facts of its git history. */
	assert_string_equal(cJSON_GetArrayItem(need(cJSON_GetArrayItem(array, 0), "qemu_ranges"), 0)
				    ->valuestring,
			    "2.7-4.2");
	cJSON_Delete(root);
	assert_int_equal(igdrom_devices_to_json(NULL, 0, NULL, &text), IGDROM_OK);
	root = parse(text);
	igdrom_string_free(text);
	assert_int_equal(cJSON_GetArraySize(need(root, "devices")), 0);
	cJSON_Delete(root);
	devices[1] = NULL;
	assert_int_equal(igdrom_devices_to_json(devices, 2, NULL, &text), IGDROM_E_INVAL);
	assert_null(text);
}

static void misuse_is_refused_and_leaves_null(void **state)
{
	char *text = (char *)1;

	(void)state;
	assert_int_equal(igdrom_report_to_json(NULL, &text), IGDROM_E_INVAL);
	assert_null(text);
	text = (char *)1;
	assert_int_equal(igdrom_device_to_json(NULL, NULL, &text), IGDROM_E_INVAL);
	assert_null(text);
	text = (char *)1;
	assert_int_equal(igdrom_error_to_json(IGDROM_E_IO, NULL, NULL, 0, NULL, &text),
			 IGDROM_E_INVAL);
	assert_null(text);
	assert_int_equal(igdrom_error_to_json(IGDROM_E_IO, "x", NULL, 0, NULL, NULL),
			 IGDROM_E_INVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(findings_carry_all_that_a_tool_needs),
		cmocka_unit_test(an_integer_of_64_bits_is_written_exactly),
		cmocka_unit_test(an_error_names_code_file_and_offset),
		cmocka_unit_test(text_that_is_no_utf8_is_made_so),
		cmocka_unit_test(a_device_has_every_key_in_its_type),
		cmocka_unit_test(a_list_of_devices_keeps_their_order),
		cmocka_unit_test(misuse_is_refused_and_leaves_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
