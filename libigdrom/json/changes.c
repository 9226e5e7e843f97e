/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/changes.h"

#include <stdlib.h>
#include <string.h>

typedef const char *word_at(const struct igdrom_changes *changes, size_t index, size_t word);

/* NULL without words. */
static void add_words(struct json *json, cJSON *object, const char *key,
		      const struct igdrom_changes *changes, size_t index, size_t count,
		      word_at *word)
{
	cJSON *array;

	if (!count) {
		json_null(json, object, key);
		return;
	}
	array = json_array(json, object, key);
	for (size_t i = 0; i < count; i++)
		json_text(json, array, NULL, word(changes, index, i));
}

static void add_step(struct json *json, cJSON *object, const struct igdrom_changes *changes,
		     size_t i)
{
	enum igdrom_change_kind kind = igdrom_changes_kind(changes, i);

	json_text(json, object, "kind", igdrom_change_kind_name(kind));
	json_text(json, object, "path", igdrom_changes_path(changes, i));
	json_bool(json, object, "removes", igdrom_changes_removes(changes, i));
	add_words(json, object, "argv", changes, i, igdrom_changes_word_count(changes, i),
		  igdrom_changes_word);
	add_words(json, object, "inverse", changes, i, igdrom_changes_inverse_count(changes, i),
		  igdrom_changes_inverse);
	json_text(json, object, "text", igdrom_changes_text(changes, i));
	json_text(json, object, "why", igdrom_changes_why(changes, i));
	if (kind == IGDROM_CHANGE_ADVICE)
		json_null(json, object, "done");
	else
		json_bool(json, object, "done", igdrom_changes_done(changes, i));
}

static void add_diff(struct json *json, cJSON *object, const struct igdrom_changes *changes)
{
	struct igdrom_bytes diff;
	char *text = NULL;

	if (igdrom_changes_diff(changes, &diff) == IGDROM_OK) {
		text = malloc(diff.size + 1);
		if (text && diff.size)
			memcpy(text, diff.data, diff.size);
		if (text)
			text[diff.size] = '\0';
		igdrom_bytes_free(&diff);
	}
	if (text)
		json_lines(json, object, "diff", text);
	else
		json->failed = true;
	free(text);
}

void json_changes(struct json *json, cJSON *object, const struct igdrom_changes *changes)
{
	cJSON *array;

	json_bool(json, object, "captured", igdrom_changes_captured(changes));
	json_number(json, object, "pending", igdrom_changes_pending(changes));
	array = json_array(json, object, "steps");
	for (size_t i = 0; i < igdrom_changes_count(changes); i++)
		add_step(json, json_object(json, array, NULL), changes, i);
	add_diff(json, object, changes);
}

enum igdrom_status igdrom_changes_to_json(const struct igdrom_changes *changes,
					  const struct igdrom_report *report, char **out)
{
	struct json json;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!changes)
		return IGDROM_E_INVAL;
	json_start(&json);
	json_changes(&json, json.root, changes);
	return json_finish(&json, report, out);
}

enum igdrom_status igdrom_journals_to_json(const struct igdrom_journals *journals,
					   const struct igdrom_report *report, char **out)
{
	struct json json;
	cJSON *array, *object, *steps;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!journals)
		return IGDROM_E_INVAL;
	json_start(&json);
	array = json_array(&json, json.root, "journals");
	for (size_t i = 0; i < igdrom_journals_count(journals); i++) {
		object = json_object(&json, array, NULL);
		json_number(&json, object, "number", igdrom_journals_number(journals, i));
		json_number(&json, object, "time", igdrom_journals_time(journals, i));
		json_text(&json, object, "state",
			  igdrom_journal_state_name(igdrom_journals_state(journals, i)));
		steps = json_array(&json, object, "steps");
		for (size_t n = 0; n < igdrom_journals_step_count(journals, i); n++)
			json_text(&json, steps, NULL, igdrom_journals_step(journals, i, n));
	}
	return json_finish(&json, report, out);
}
