/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/changes_rig.h"

#include "unit/json_reader.h"

static const cJSON *at(const cJSON *array, int index)
{
	const cJSON *item = cJSON_GetArrayItem(array, index);

	assert_non_null(item);
	return item;
}

static void add_all(struct rig *rig)
{
	const char *argv[] = {"virsh", "define", "a b", NULL};
	const char *inverse[] = {"virsh", "undefine", NULL};

	rig_put(rig, "/etc/a", "1\n");
	rig_put(rig, "/etc/same", "1\n");
	assert_int_equal(
		igdrom_changes_add_file(rig->changes, "/etc/a", "2\n", 2, 0, "a reason", NULL),
		IGDROM_OK);
	assert_int_equal(igdrom_changes_add_removal(rig->changes, "/etc/none", NULL, NULL),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_add_command(rig->changes, argv, inverse, NULL, NULL),
			 IGDROM_OK);
	assert_int_equal(igdrom_changes_add_advice(rig->changes, "Think."), IGDROM_OK);
}

static void all_steps_are_in_the_document(void **state)
{
	static const char *const argv[] = {"virsh", "define", "a b"};
	static const char *const inverse[] = {"virsh", "undefine"};
	struct rig *rig = *state;
	const cJSON *steps;
	cJSON *json;
	char *text;

	add_all(rig);
	assert_int_equal(igdrom_changes_to_json(rig->changes, rig->report, &text), IGDROM_OK);
	json = parse(text);
	igdrom_string_free(text);
	assert_true(cJSON_IsTrue(need(json, "captured")));
	assert_number(json, "pending", 1);
	steps = need(json, "steps");
	assert_int_equal(cJSON_GetArraySize(steps), 4);
	assert_text(at(steps, 0), "kind", "file");
	assert_text(at(steps, 0), "path", "/etc/a");
	assert_text(at(steps, 0), "why", "a reason");
	assert_true(cJSON_IsFalse(need(at(steps, 0), "done")));
	assert_true(cJSON_IsFalse(need(at(steps, 0), "removes")));
	assert_true(cJSON_IsNull(need(at(steps, 0), "argv")));
	assert_true(cJSON_IsTrue(need(at(steps, 1), "removes")));
	assert_true(cJSON_IsTrue(need(at(steps, 1), "done")));
	assert_texts(at(steps, 2), "argv", argv, 3);
	assert_texts(at(steps, 2), "inverse", inverse, 2);
	assert_text(at(steps, 3), "text", "Think.");
	assert_true(cJSON_IsNull(need(at(steps, 3), "done")));
	assert_non_null(strstr(need(json, "diff")->valuestring, "\n-1\n+2\n"));
	cJSON_Delete(json);
}

static void journals_are_in_the_document(void **state)
{
	struct rig *rig = *state;
	struct igdrom_journals *journals;
	cJSON *json;
	char *text;

	add_all(rig);
	assert_int_equal(rig_apply(rig), IGDROM_OK);
	assert_int_equal(igdrom_journals_read(rig->root, NULL, NULL, &journals), IGDROM_OK);
	assert_int_equal(igdrom_journals_to_json(journals, NULL, &text), IGDROM_OK);
	igdrom_journals_free(journals);
	json = parse(text);
	igdrom_string_free(text);
	assert_number(at(need(json, "journals"), 0), "number", 1);
	assert_text(at(need(json, "journals"), 0), "state", "applied");
	assert_texts(at(need(json, "journals"), 0), "steps", (const char *const[]){"/etc/a"}, 1);
	assert_true(cJSON_IsNumber(need(at(need(json, "journals"), 0), "time")));
	cJSON_Delete(json);
	assert_int_equal(igdrom_changes_to_json(NULL, NULL, &text), IGDROM_E_INVAL);
	assert_int_equal(igdrom_journals_to_json(NULL, NULL, &text), IGDROM_E_INVAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_steps_are_in_the_document),
		TEST(journals_are_in_the_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
