/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more in a list that doubles; false when memory ran out. */
static bool grow(void **list, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room ? 2 * *room : 16;
	void *grown;

	if (count < *room)
		return true;
	grown = realloc(*list, wanted * size);
	if (!grown)
		return false;
	*list = grown;
	*room = wanted;
	return true;
}

void prep_put(struct prep_letters *letters, char c, bool opaque, size_t from, size_t to)
{
	void *list = letters->list;

	if (letters->failed ||
	    !grow(&list, letters->count, &letters->room, sizeof(*letters->list))) {
		letters->failed = true;
		return;
	}
	letters->list = list;
	letters->list[letters->count++] =
		(struct prep_letter){.c = c, .opaque = opaque, .from = from, .to = to};
}

struct prep_piece *prep_add_piece(struct prep_pieces *pieces)
{
	void *list = pieces->list;

	if (pieces->failed || !grow(&list, pieces->count, &pieces->room, sizeof(*pieces->list))) {
		pieces->failed = true;
		return NULL;
	}
	pieces->list = list;
	pieces->list[pieces->count] = (struct prep_piece){0};
	return &pieces->list[pieces->count++];
}

void prep_free_pieces(struct prep_pieces *pieces)
{
	for (size_t i = 0; i < pieces->count; i++)
		free(pieces->list[i].letters.list);
	free(pieces->list);
	*pieces = (struct prep_pieces){0};
}

unsigned prep_line_number(struct igdrom_bytes text, size_t at)
{
	unsigned line = 1;

	for (size_t i = 0; i < at && i < text.size; i++)
		line += text.data[i] == '\n';
	return line;
}

void prep_edit(struct prep_edits *edits, size_t from, size_t to, const char *text)
{
	void *list = edits->list;

	if (edits->failed || !grow(&list, edits->count, &edits->room, sizeof(*edits->list))) {
		edits->failed = true;
		return;
	}
	edits->list = list;
	edits->list[edits->count] = (struct prep_edit){.from = from, .to = to};
	snprintf(edits->list[edits->count].text, sizeof(edits->list->text), "%s", text);
	edits->count++;
}

void prep_free_edits(struct prep_edits *edits)
{
	free(edits->list);
	*edits = (struct prep_edits){0};
}

static enum igdrom_status replace_all(struct igdrom_bytes *text, const struct prep_edits *edits)
{
	struct build out = build_new(2 * PREP_MAX_TEXT);
	/* A file that is made new has no bytes. */
	const uint8_t *data = text->data ? text->data : (const uint8_t *)"";
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	size_t at = 0;

	if (edits->failed)
		return IGDROM_E_NOMEM;
	for (size_t i = 0; i < edits->count; i++) {
		const struct prep_edit *edit = &edits->list[i];

		if (edit->from < at || edit->to < edit->from || edit->to > text->size) {
			build_free(&out);
			return IGDROM_E_INTERNAL;
		}
		build_bytes(&out, data + at, edit->from - at);
		build_bytes(&out, edit->text, strlen(edit->text));
		at = edit->to;
	}
	build_bytes(&out, data + at, text->size - at);
	status = build_finish(&out, &bytes);
	if (status != IGDROM_OK)
		return status;
	igdrom_bytes_free(text);
	*text = bytes;
	return IGDROM_OK;
}

enum igdrom_status prep_rewrite(struct igdrom_bytes *text, struct prep_edits *edits)
{
	enum igdrom_status status = replace_all(text, edits);

	prep_free_edits(edits);
	return status;
}

bool prep_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool prep_contains(struct igdrom_bytes text, size_t from, size_t to, const char *word)
{
	size_t size = strlen(word);

	for (size_t i = from; i < to && to - i >= size; i++) {
		if (!memcmp(text.data + i, word, size))
			return true;
	}
	return false;
}

bool prep_next_line(struct igdrom_bytes text, bool continued, struct prep_line *line)
{
	size_t at = line->next;

	if (at >= text.size)
		return false;
	line->from = at;
	while (at < text.size && text.data[at] != '\n') {
		bool joins = continued && text.data[at] == '\\' && at + 1 < text.size &&
			     text.data[at + 1] == '\n';

		at += joins ? 2 : 1;
	}
	line->to = at;
	line->next = at < text.size ? at + 1 : at;
	return true;
}

void prep_spell(struct igdrom_bytes text, size_t from, size_t to, bool continued,
		struct prep_letters *out)
{
	for (size_t i = from; i < to; i++) {
		if (continued && text.data[i] == '\\' && i + 1 < to && text.data[i + 1] == '\n')
			i++;
		else
			prep_put(out, (char)text.data[i], false, i, i + 1);
	}
}

bool prep_has_nul(const struct prep_files *files, size_t file, struct prep_problem *problem)
{
	struct igdrom_bytes text = files->list[file].text;
	const uint8_t *nul = text.size ? memchr(text.data, 0, text.size) : NULL;

	if (nul)
		*problem = (struct prep_problem){file,
						 prep_line_number(text, (size_t)(nul - text.data)),
						 "there is a zero byte in it"};
	return nul != NULL;
}

size_t prep_line_end(struct igdrom_bytes text, struct prep_line line)
{
	size_t end = line.to;

	while (end > line.from && prep_is_space((char)text.data[end - 1]))
		end--;
	return end;
}

static bool is_joint(struct igdrom_bytes text, struct prep_line line, size_t at)
{
	return text.data[at] == '\\' && at + 1 < line.to && text.data[at + 1] == '\n';
}

bool prep_next_token(struct igdrom_bytes text, struct prep_line line, struct prep_token *token)
{
	size_t at = token->to;

	while (at < line.to && (prep_is_space((char)text.data[at]) || is_joint(text, line, at)))
		at++;
	token->from = at;
	/* A word that goes on behind a joint has it within, and is none that anybody looks for. */
	while (at < line.to && !prep_is_space((char)text.data[at]) &&
	       !(is_joint(text, line, at) &&
		 (at + 2 == line.to || prep_is_space((char)text.data[at + 2]))))
		at++;
	token->to = at;
	return token->from < token->to;
}

bool prep_token_is(struct igdrom_bytes text, struct prep_token token, const char *word)
{
	size_t size = token.to - token.from;

	return size == strlen(word) && !memcmp(text.data + token.from, word, size);
}

struct prep_piece *prep_line_piece(size_t file, struct prep_line line, struct prep_pieces *out)
{
	struct prep_piece *piece = prep_add_piece(out);

	if (!piece)
		return NULL;
	piece->file = file;
	piece->at = line.from;
	piece->sure = true;
	return piece;
}
