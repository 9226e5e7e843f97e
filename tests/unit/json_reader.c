/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"
#include "unit/json_reader.h"

cJSON *parse(const char *text)
{
	const char *end = NULL;
	cJSON *root = cJSON_ParseWithOpts(text, &end, true);

	assert_non_null(root);
	assert_int_equal(*end, '\0');
	assert_true(cJSON_IsNumber(cJSON_GetObjectItemCaseSensitive(root, "schema")));
	assert_int_equal(cJSON_GetObjectItemCaseSensitive(root, "schema")->valueint, 1);
	assert_true(cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(root, "findings")));
	return root;
}

const cJSON *need(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!item)
		fail_msg("key \"%s\" is absent", key);
	return item;
}

void assert_text(const cJSON *object, const char *key, const char *text)
{
	assert_true(cJSON_IsString(need(object, key)));
	assert_string_equal(need(object, key)->valuestring, text);
}

void assert_texts(const cJSON *object, const char *key, const char *const *texts, size_t count)
{
	const cJSON *array = need(object, key);

	assert_true(cJSON_IsArray(array));
	assert_int_equal(cJSON_GetArraySize(array), count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(cJSON_GetArrayItem(array, (int)i)->valuestring, texts[i]);
}

void assert_number(const cJSON *object, const char *key, uint64_t number)
{
	assert_true(cJSON_IsNumber(need(object, key)));
	assert_true(need(object, key)->valuedouble == (double)number);
}
