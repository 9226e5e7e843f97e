/* SPDX-License-Identifier: BSD-2-Clause */
#include "changes/changes.h"

#include "changes/diff.h"
#include "core/text.h"
#include "vm/words.h"

#include <stdlib.h>
#include <string.h>

#define LINE_COLUMNS   78
#define MAX_DIFF_BYTES (256u << 20)
#define SHOWN_BYTES    (1u << 20)

const char *igdrom_change_kind_name(enum igdrom_change_kind kind)
{
	switch (kind) {
	case IGDROM_CHANGE_FILE:
		return "file";
	case IGDROM_CHANGE_COMMAND:
		return "command";
	case IGDROM_CHANGE_ADVICE:
		return "advice";
	}
	return "unknown";
}

bool igdrom_changes_captured(const struct igdrom_changes *changes)
{
	return changes && changes->captured;
}

size_t igdrom_changes_count(const struct igdrom_changes *changes)
{
	return changes ? changes->count : 0;
}

static const struct change *step_at(const struct igdrom_changes *changes, size_t index)
{
	return changes && index < changes->count ? &changes->steps[index] : NULL;
}

enum igdrom_change_kind igdrom_changes_kind(const struct igdrom_changes *changes, size_t index)
{
	const struct change *step = step_at(changes, index);

	return step ? step->kind : (enum igdrom_change_kind)0;
}

const char *igdrom_changes_path(const struct igdrom_changes *changes, size_t index)
{
	const struct change *step = step_at(changes, index);

	return step ? step->path : NULL;
}

bool igdrom_changes_removes(const struct igdrom_changes *changes, size_t index)
{
	const struct change *step = step_at(changes, index);

	return step && step->kind == IGDROM_CHANGE_FILE && !step->after.there;
}

static size_t count_words(char *const *words)
{
	size_t count = 0;

	while (words && words[count])
		count++;
	return count;
}

size_t igdrom_changes_word_count(const struct igdrom_changes *changes, size_t index)
{
	const struct change *step = step_at(changes, index);

	return step ? count_words(step->argv) : 0;
}

const char *igdrom_changes_word(const struct igdrom_changes *changes, size_t index, size_t word)
{
	return word < igdrom_changes_word_count(changes, index) ? changes->steps[index].argv[word]
								: NULL;
}

size_t igdrom_changes_inverse_count(const struct igdrom_changes *changes, size_t index)
{
	const struct change *step = step_at(changes, index);

	return step ? count_words(step->inverse) : 0;
}

const char *igdrom_changes_inverse(const struct igdrom_changes *changes, size_t index, size_t word)
{
	return word < igdrom_changes_inverse_count(changes, index)
		       ? changes->steps[index].inverse[word]
		       : NULL;
}

const char *igdrom_changes_text(const struct igdrom_changes *changes, size_t index)
{
	const struct change *step = step_at(changes, index);

	return step ? step->text : NULL;
}

const char *igdrom_changes_why(const struct igdrom_changes *changes, size_t index)
{
	const struct change *step = step_at(changes, index);

	return step ? step->why : NULL;
}

bool changes_is_done(const struct igdrom_changes *changes, size_t index)
{
	const struct change *step = &changes->steps[index];

	if (step->done || !step->refresh)
		return step->done;
	for (size_t i = 0; i < index; i++) {
		if (changes->steps[i].kind == IGDROM_CHANGE_FILE && !changes->steps[i].done)
			return false;
	}
	return true;
}

bool igdrom_changes_done(const struct igdrom_changes *changes, size_t index)
{
	return step_at(changes, index) && changes_is_done(changes, index);
}

size_t igdrom_changes_pending(const struct igdrom_changes *changes)
{
	size_t pending = 0;

	for (size_t i = 0; changes && i < changes->count; i++) {
		enum igdrom_change_kind kind = changes->steps[i].kind;

		if (kind == IGDROM_CHANGE_FILE ||
		    (kind == IGDROM_CHANGE_COMMAND && !changes->captured))
			pending += !changes_is_done(changes, i);
	}
	return pending;
}

char *words_shown(char *const *words)
{
	struct build text = build_new(SHOWN_BYTES);
	struct igdrom_bytes bytes;
	char *clean;

	for (size_t i = 0; words && words[i]; i++) {
		build_fill(&text, i > 0, ' ');
		words_quote(&text, words[i], strlen(words[i]));
	}
	if (build_finish(&text, &bytes) != IGDROM_OK)
		return NULL;
	clean = text_clean((const char *)bytes.data, bytes.size, bytes.size);
	igdrom_bytes_free(&bytes);
	return clean;
}

static void put(struct build *out, const char *text)
{
	build_bytes(out, text, strlen(text));
}

static void put_lines(struct build *out, const char *text)
{
	while (text[strspn(text, "\n")]) {
		size_t size;
		char *clean;

		text += strspn(text, "\n");
		size = strcspn(text, "\n");
		clean = text_clean(text, size, size);
		put(out, "#     ");
		put(out, clean ? clean : "");
		put(out, "\n");
		if (!clean && out->err == IGDROM_OK)
			out->err = IGDROM_E_NOMEM;
		free(clean);
		text += size;
	}
}

/* Words in lines that fit a terminal: "# first: text", those after the first indented. Lines of a
 * configuration, which follow the first line of a text, stay as they are. */
static void put_wrapped(struct build *out, const char *first, const char *text)
{
	size_t words = strcspn(text, "\n");
	char *clean = text_clean(text, words, words);
	size_t column = strlen(first) + 2;
	char *next = clean;

	put(out, "# ");
	put(out, first);
	while (next && *next) {
		size_t size = strcspn(next, " ");

		if (column + 1 + size > LINE_COLUMNS && column > 4) {
			put(out, "\n#  ");
			column = 3;
		}
		put(out, " ");
		build_bytes(out, next, size);
		column += size + 1;
		next += size;
		next += strspn(next, " ");
	}
	put(out, "\n");
	if (!clean && out->err == IGDROM_OK)
		out->err = IGDROM_E_NOMEM;
	free(clean);
	put_lines(out, text + words);
}

static void put_words(struct build *out, const char *first, char *const *words)
{
	char *shown = words_shown(words);

	put(out, "# ");
	put(out, first);
	put(out, " ");
	put(out, shown ? shown : "");
	put(out, "\n");
	if (!shown && out->err == IGDROM_OK)
		out->err = IGDROM_E_NOMEM;
	free(shown);
}

/* What a password is replaced with where domain XML is shown. */
static bool hide_passwords(const struct igdrom_bytes *bytes, struct igdrom_bytes *out)
{
	static const char key[] = "passwd=";
	uint8_t *copy = malloc(bytes->size ? bytes->size : 1);
	size_t size = sizeof(key) - 1;

	*out = (struct igdrom_bytes){copy, bytes->size};
	if (copy && bytes->size)
		memcpy(copy, bytes->data, bytes->size);
	for (size_t i = 0; copy && i + size < bytes->size; i++) {
		uint8_t quote = copy[i + size];

		if (memcmp(copy + i, key, size) != 0 || (quote != '\'' && quote != '"'))
			continue;
		for (i += size + 1; i < bytes->size && copy[i] != quote; i++)
			copy[i] = '*';
	}
	return copy != NULL;
}

/* The attached files that a command is given, as they differ from what they replace. */
static void put_attached(struct build *out, const struct igdrom_changes *changes,
			 const struct change *step)
{
	struct igdrom_bytes old, now;
	char path[160] = "/";

	for (size_t i = 0; i < changes->attached_count; i++) {
		const struct attached *file = &changes->attached[i];

		for (size_t n = 0; step->argv[n]; n++) {
			if (step->argv[n][0] != '@' || strcmp(step->argv[n] + 1, file->name) != 0 ||
			    !file->old.data)
				continue;
			if (hide_passwords(&file->old, &old)) {
				if (hide_passwords(&file->content, &now)) {
					strncpy(path + 1, file->name, sizeof(path) - 2);
					diff_files(out, path, "# ", &old, &now);
					igdrom_bytes_free(&now);
				}
				igdrom_bytes_free(&old);
			}
		}
	}
}

static void put_step(struct build *out, const struct igdrom_changes *changes, size_t index)
{
	const struct change *step = &changes->steps[index];

	if (step->kind == IGDROM_CHANGE_ADVICE) {
		put_wrapped(out, "advice:", step->text);
		return;
	}
	if (changes_is_done(changes, index))
		return;
	if (step->why)
		put_wrapped(out, "why:", step->why);
	if (step->kind == IGDROM_CHANGE_FILE) {
		diff_files(out, step->real, "", step->before.there ? &step->before.content : NULL,
			   step->after.there ? &step->after.content : NULL);
		return;
	}
	put_words(out, changes->captured ? "run on the machine itself:" : "run:", step->argv);
	if (!step->inverse)
		put(out, "#   cannot be undone\n");
	else if (!step->refresh)
		put_words(out, "  undone by:", step->inverse);
	put_attached(out, changes, step);
}

enum igdrom_status igdrom_changes_diff(const struct igdrom_changes *changes,
				       struct igdrom_bytes *out)
{
	struct build text = build_new(MAX_DIFF_BYTES);

	if (!out)
		return IGDROM_E_INVAL;
	*out = (struct igdrom_bytes){0};
	if (!changes)
		return IGDROM_E_INVAL;
	for (size_t i = 0; i < changes->count; i++)
		put_step(&text, changes, i);
	return build_finish(&text, out);
}
