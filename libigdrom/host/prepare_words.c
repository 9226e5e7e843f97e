/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words as the kernel takes its command line apart (lib/cmdline.c, next_arg()): between white space,
 * which double quotes protect. '-' and '_' are the same in names of parameters.
 */
#include "host/prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Letters [from, to) of a piece; key up to equals, the value behind it. */
struct span {
	size_t from, to;
};

struct words {
	const struct prep_piece *piece;
	struct span word; /* to: where the next one is looked for */
	size_t equals;    /* of the word; its end when there is none */
};

static bool next_word(struct words *w)
{
	const struct prep_letters *l = &w->piece->letters;
	bool quoted = false;
	size_t at = w->word.to;

	while (at < l->count && !l->list[at].opaque && prep_is_space(l->list[at].c))
		at++;
	w->word.from = at;
	w->equals = SIZE_MAX;
	for (; at < l->count; at++) {
		const struct prep_letter *letter = &l->list[at];

		if (!letter->opaque && letter->c == '"')
			quoted = !quoted;
		if (!letter->opaque && !quoted && prep_is_space(letter->c))
			break;
		if (!letter->opaque && letter->c == '=' && w->equals == SIZE_MAX)
			w->equals = at;
	}
	w->word.to = at;
	if (w->equals == SIZE_MAX)
		w->equals = at;
	return w->word.from < w->word.to;
}

static char plain(char c)
{
	return c == '-' ? '_' : c;
}

static bool key_is(const struct words *w, const char *key)
{
	const struct prep_letter *list = w->piece->letters.list;
	size_t size = strlen(w->piece->module), at = w->word.from;

	for (size_t i = 0; i < size; i++) {
		if (plain(key[i]) != plain(w->piece->module[i]))
			return false;
	}
	if (size && key[size] != '.')
		return false;
	for (key += size ? size + 1 : 0; *key && at < w->equals; key++, at++) {
		if (list[at].opaque || plain(list[at].c) != plain(*key))
			return false;
	}
	return !*key && at == w->equals;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* PCI ids are hexadecimal numbers, and may go on with those of the subsystem. */
static bool value_is(const struct words *w, struct span span, const struct prep_rule *rule)
{
	const char *ids = strrchr(rule->key, '.');
	bool hex = ids && !strcmp(ids, ".ids");
	size_t size = strlen(rule->value);

	if (span.to - span.from < size)
		return false;
	for (size_t i = 0; i < size; i++) {
		const struct prep_letter *letter = &w->piece->letters.list[span.from + i];

		if (letter->opaque)
			return false;
		if (hex ? lower(letter->c) != lower(rule->value[i]) : letter->c != rule->value[i])
			return false;
	}
	return span.to - span.from == size ||
	       (hex && w->piece->letters.list[span.from + size].c == ':');
}

/* The next item of a list of words; items end before to. */
static bool next_item(const struct words *w, struct span *item)
{
	size_t at = item->to;

	if (at >= w->word.to)
		return false;
	at++; /* the '=' or ',' before it */
	item->from = at;
	while (at < w->word.to && w->piece->letters.list[at].c != ',')
		at++;
	item->to = at;
	return true;
}

static bool is_no(const struct words *w)
{
	size_t size = w->word.to - w->equals;
	char c = size == 2 ? w->piece->letters.list[w->equals + 1].c : '\0';

	return c == '0' || c == 'n' || c == 'N';
}

/* Whether a word with the rule's key has the rule's value. */
static bool word_has(const struct words *w, const struct prep_rule *rule)
{
	struct span item = {.to = w->equals};

	if (!rule->list && !rule->value[0])
		return !is_no(w);
	if (!rule->list)
		return w->equals < w->word.to &&
		       value_is(w, (struct span){w->equals + 1, w->word.to}, rule);
	while (next_item(w, &item)) {
		if (value_is(w, item, rule))
			return true;
	}
	return false;
}

static bool is_opaque(const struct words *w)
{
	for (size_t i = w->word.from; i < w->word.to; i++) {
		if (w->piece->letters.list[i].opaque)
			return true;
	}
	return false;
}

/* What stands for letters in the text goes away, each by itself: quotes between them stay. */
static void cut(const struct prep_piece *piece, struct span span, struct prep_edits *edits)
{
	for (size_t i = span.from; i < span.to; i++) {
		const struct prep_letter *letter = &piece->letters.list[i];
		size_t done = edits->count ? edits->list[edits->count - 1].to : 0;

		/* The space between two words that both go is cut already. */
		if (letter->from >= done)
			prep_edit(edits, letter->from, letter->to, "");
	}
}

/* A word with the white space before it, or behind it when it is the first. */
static void cut_word(const struct words *w, struct prep_edits *edits)
{
	const struct prep_letters *l = &w->piece->letters;
	struct span span = w->word;

	if (span.from > 0)
		span.from--;
	else if (span.to < l->count)
		span.to++;
	cut(w->piece, span, edits);
}

static bool forbidden(const struct words *w, struct span item, const struct prep_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct prep_rule *rule = &rules->list[i];

		if (rule->take && rule->list && key_is(w, rule->key) && value_is(w, item, rule))
			return true;
	}
	return false;
}

static bool keeps_items(const struct words *w, const struct prep_rules *rules)
{
	struct span item = {.to = w->equals};

	while (next_item(w, &item)) {
		if (!forbidden(w, item, rules))
			return true;
	}
	return false;
}

/* The items that no rule forbids stay; without one the word goes. */
static void cut_items(const struct words *w, const struct prep_rules *rules,
		      struct prep_edits *edits)
{
	struct span item = {.to = w->equals};
	bool kept = false;

	if (!keeps_items(w, rules)) {
		cut_word(w, edits);
		return;
	}
	while (next_item(w, &item)) {
		if (!forbidden(w, item, rules))
			kept = true;
		else if (kept)
			cut(w->piece, (struct span){item.from - 1, item.to}, edits);
		else
			cut(w->piece, (struct span){item.from, item.to + 1}, edits);
	}
}

struct work {
	const struct prep_syntax *syntax;
	struct prep_files *files;
	const struct prep_rules *rules;
	struct prep_problem *problem;
	struct prep_pieces pieces;
	struct prep_edits *edits; /* one for each file */
};

static enum igdrom_status refuse(struct work *work, const struct prep_piece *piece,
				 const char *what)
{
	unsigned line = prep_line_number(work->files->list[piece->file].text, piece->at);

	*work->problem = (struct prep_problem){piece->file, line, what};
	return IGDROM_E_REFUSED;
}

static enum igdrom_status find(struct work *work)
{
	prep_free_pieces(&work->pieces);
	work->syntax->find(work->files, &work->pieces, work->problem);
	for (size_t i = 0; i < work->pieces.count; i++)
		work->pieces.failed |= work->pieces.list[i].letters.failed;
	if (work->pieces.failed)
		return IGDROM_E_NOMEM;
	return work->problem->what ? IGDROM_E_REFUSED : IGDROM_OK;
}

/* Edits of this round go into the texts, which are looked through again. */
static enum igdrom_status rewrite(struct work *work)
{
	enum igdrom_status status = IGDROM_OK;

	for (size_t i = 0; i < work->files->count && status == IGDROM_OK; i++) {
		struct prep_edits *edits = &work->edits[i];

		if (!edits->count && !edits->failed)
			continue;
		status = prep_rewrite(&work->files->list[i].text, edits);
		work->files->list[i].changed = true;
	}
	return status == IGDROM_OK ? find(work) : status;
}

/* The first rule that forbids a word, or part of it. */
static const struct prep_rule *forbids(const struct words *w, const struct prep_rules *rules,
				       bool *unclear)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct prep_rule *rule = &rules->list[i];

		if (!rule->take || !key_is(w, rule->key))
			continue;
		if (is_opaque(w))
			*unclear = true;
		else if (word_has(w, rule))
			return rule;
	}
	return NULL;
}

static void explain_taken(struct work *work, const struct words *w)
{
	for (size_t i = 0; i < work->rules->count; i++) {
		const struct prep_rule *rule = &work->rules->list[i];

		if (rule->take && key_is(w, rule->key) && word_has(w, rule))
			prep_because(&work->files->list[w->piece->file], rule->why);
	}
}

/* Whether every word of a line of modprobe.d goes: then the line goes as a whole. */
static bool is_emptied(const struct prep_piece *piece, const struct prep_rules *rules)
{
	struct words w = {.piece = piece};
	bool unclear = false, any = false;

	while (next_word(&w)) {
		const struct prep_rule *rule = forbids(&w, rules, &unclear);

		if (!rule || unclear || (rule->list && keeps_items(&w, rules)))
			return false;
		any = true;
	}
	return any && piece->line_to;
}

static enum igdrom_status take_words(struct work *work, const struct prep_piece *piece)
{
	struct prep_edits *edits = &work->edits[piece->file];
	bool whole = is_emptied(piece, work->rules), unclear = false;
	struct words w = {.piece = piece};

	while (next_word(&w)) {
		const struct prep_rule *rule = forbids(&w, work->rules, &unclear);

		if (unclear)
			return refuse(work, piece, "a value in it is only known when it runs");
		if (rule && !piece->sure)
			return refuse(work, piece, "it depends on something else");
		if (!rule)
			continue;
		explain_taken(work, &w);
		if (!whole && rule->list)
			cut_items(&w, work->rules, edits);
		else if (!whole)
			cut_word(&w, edits);
	}
	if (whole)
		prep_edit(edits, piece->line_from, piece->line_to, "");
	return IGDROM_OK;
}

static void take_blacklist(struct work *work, const struct prep_piece *piece)
{
	for (size_t i = 0; i < work->rules->count; i++) {
		const struct prep_rule *rule = &work->rules->list[i];

		if (!rule->take || strcmp(rule->key, "module_blacklist") != 0 ||
		    strcmp(rule->value, piece->blacklists) != 0)
			continue;
		prep_because(&work->files->list[piece->file], rule->why);
		prep_edit(&work->edits[piece->file], piece->line_from, piece->line_to, "");
		return;
	}
}

static enum igdrom_status take_all(struct work *work)
{
	enum igdrom_status status = IGDROM_OK;

	for (size_t i = 0; i < work->pieces.count && status == IGDROM_OK; i++) {
		const struct prep_piece *piece = &work->pieces.list[i];

		if (piece->blacklists[0])
			take_blacklist(work, piece);
		else
			status = take_words(work, piece);
	}
	return status == IGDROM_OK ? rewrite(work) : status;
}

/* A word without a value says nothing about one. */
static bool tells_value(const struct words *w, const struct prep_rule *rule)
{
	return w->equals < w->word.to || !rule->value[0];
}

/* Whether pieces tell what a rule asks for. */
static bool told(const struct prep_piece *pieces, size_t count, const struct prep_rule *rule)
{
	bool yes = false;

	for (size_t i = 0; i < count; i++) {
		struct words w = {.piece = &pieces[i]};

		while (next_word(&w)) {
			if (key_is(&w, rule->key) && tells_value(&w, rule))
				yes = (yes && !rule->last) ||
				      (pieces[i].sure && word_has(&w, rule));
		}
	}
	return yes;
}

/* The last word of pieces with the key of a rule. */
static bool last_with(const struct prep_piece *pieces, size_t count, const struct prep_rule *rule,
		      struct words *out)
{
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		struct words w = {.piece = &pieces[i]};

		while (next_word(&w)) {
			if (key_is(&w, rule->key) && w.equals < w.word.to) {
				*out = w;
				found = true;
			}
		}
	}
	return found;
}

/* A list gets another item, any other word another value. */
static enum igdrom_status mend_word(struct work *work, const struct words *w,
				    const struct prep_rule *rule)
{
	struct prep_edits *edits = &work->edits[w->piece->file];
	const struct prep_letter *end = &w->piece->letters.list[w->word.to - 1];
	bool empty = w->word.to == w->equals + 1;
	char text[PREP_MAX_VALUE + 2];

	if (is_opaque(w))
		return refuse(work, w->piece, "a value in it is only known when it runs");
	if (!w->piece->sure)
		return refuse(work, w->piece, "it depends on something else");
	if (!rule->list)
		cut(w->piece, (struct span){w->equals + 1, w->word.to}, edits);
	snprintf(text, sizeof(text), "%s%s", rule->list && !empty ? "," : "", rule->value);
	prep_edit(edits, end->to, end->to, text);
	prep_because(&work->files->list[w->piece->file], rule->why);
	return IGDROM_OK;
}

/* A space where the word before would touch the new one. */
static const char *gap(const struct prep_piece *piece)
{
	const struct prep_letters *l = &piece->letters;

	if (!l->count)
		return piece->appends ? " " : "";
	return !l->list[l->count - 1].opaque && prep_is_space(l->list[l->count - 1].c) ? "" : " ";
}

static enum igdrom_status add_word(struct work *work, const struct prep_piece *piece,
				   const struct prep_rule *rule)
{
	struct prep_edits *edits = &work->edits[piece->file];
	size_t at = piece->insert_at;
	char text[2 * PREP_MAX_VALUE + 8];

	if (!piece->sure)
		return refuse(work, piece, "it depends on something else");
	switch (piece->wrap) {
	case PREP_PLAIN:
		snprintf(text, sizeof(text), "%s%s=%s", gap(piece), rule->key, rule->value);
		break;
	case PREP_AHEAD:
		snprintf(text, sizeof(text), "%s=%s ", rule->key, rule->value);
		break;
	case PREP_QUOTE:
		prep_edit(edits, piece->value_from, piece->value_from, "\"");
		snprintf(text, sizeof(text), "%s%s=%s\"", gap(piece), rule->key, rule->value);
		break;
	case PREP_SEGMENT:
		snprintf(text, sizeof(text), "\"%s%s=%s\"", gap(piece), rule->key, rule->value);
		break;
	}
	prep_edit(edits, at, at, text);
	prep_because(&work->files->list[piece->file], rule->why);
	return IGDROM_OK;
}

/* One rule for pieces that are one command line. */
static enum igdrom_status say(struct work *work, const struct prep_piece *pieces, size_t count,
			      const struct prep_rule *rule)
{
	const struct prep_piece *home = NULL;
	struct words w;

	if (told(pieces, count, rule))
		return IGDROM_OK;
	if (last_with(pieces, count, rule, &w))
		return mend_word(work, &w, rule);
	for (size_t i = 0; i < count && !rule->mend; i++) {
		if (pieces[i].home)
			home = &pieces[i];
	}
	return home ? add_word(work, home, rule) : IGDROM_OK;
}

static enum igdrom_status say_all(struct work *work)
{
	enum igdrom_status status = IGDROM_OK;

	for (size_t i = 0; i < work->rules->count && status == IGDROM_OK; i++) {
		const struct prep_rule *rule = &work->rules->list[i];
		size_t step = work->syntax->each ? 1 : work->pieces.count;

		if (rule->take)
			continue;
		for (size_t k = 0; k < work->pieces.count && status == IGDROM_OK; k += step)
			status = say(work, &work->pieces.list[k], step, rule);
		if (status == IGDROM_OK)
			status = rewrite(work);
	}
	return status;
}

/* Whether every command line tells a rule. */
static bool all_told(const struct work *work, const struct prep_rule *rule)
{
	const struct prep_pieces *pieces = &work->pieces;

	if (!work->syntax->each)
		return told(pieces->list, pieces->count, rule);
	for (size_t i = 0; i < pieces->count; i++) {
		if (!told(&pieces->list[i], 1, rule))
			return false;
	}
	return pieces->count > 0;
}

/* What was written is read back: a text that is not as it should be is not given out. */
static enum igdrom_status verify(struct work *work, bool *said)
{
	bool homes = false, unclear = false;

	for (size_t i = 0; i < work->pieces.count; i++) {
		struct words w = {.piece = &work->pieces.list[i]};

		homes |= w.piece->home;
		while (next_word(&w)) {
			if (forbids(&w, work->rules, &unclear))
				return refuse(work, w.piece, "it cannot be followed");
		}
	}
	for (size_t i = 0; i < work->rules->count; i++) {
		said[i] = !work->rules->list[i].take && all_told(work, &work->rules->list[i]);
		if (!work->rules->list[i].take && !work->rules->list[i].mend && !said[i] && homes)
			return refuse(work, &work->pieces.list[0], "it cannot be followed");
	}
	return IGDROM_OK;
}

enum igdrom_status prep_obey(const struct prep_syntax *syntax, struct prep_files *files,
			     const struct prep_rules *rules, bool *said,
			     struct prep_problem *problem)
{
	struct work work = {.syntax = syntax, .files = files, .rules = rules, .problem = problem};
	enum igdrom_status status;

	*problem = (struct prep_problem){0};
	work.edits = calloc(files->count ? files->count : 1, sizeof(*work.edits));
	if (!work.edits)
		return IGDROM_E_NOMEM;
	status = find(&work);
	if (status == IGDROM_OK)
		status = take_all(&work);
	if (status == IGDROM_OK)
		status = say_all(&work);
	if (status == IGDROM_OK)
		status = verify(&work, said);
	for (size_t i = 0; i < files->count; i++)
		prep_free_edits(&work.edits[i]);
	free(work.edits);
	prep_free_pieces(&work.pieces);
	return status;
}

bool prep_tells(const char *command_line, const struct prep_rule *rule)
{
	struct prep_piece piece = {.sure = true};
	bool yes;

	for (size_t i = 0; command_line[i]; i++)
		prep_put(&piece.letters, command_line[i], false, i, i + 1);
	yes = !piece.letters.failed && told(&piece, 1, rule);
	free(piece.letters.list);
	return yes;
}

/* The word, and a blank before it unless it is the first. */
static void join_word(const struct words *w, struct build *out)
{
	build_bytes(out, " ", out->size > 0);
	for (size_t i = w->word.from; i < w->word.to; i++)
		build_u8(out, (uint8_t)w->piece->letters.list[i].c);
}

char *prep_join(const struct prep_pieces *pieces)
{
	struct build out = build_new(2 * PREP_MAX_TEXT);
	bool failed = pieces->failed;
	struct igdrom_bytes bytes;

	for (size_t i = 0; i < pieces->count; i++) {
		struct words w = {.piece = &pieces->list[i]};

		failed |= w.piece->letters.failed;
		while (w.piece->sure && next_word(&w)) {
			if (!is_opaque(&w))
				join_word(&w, &out);
		}
	}
	build_u8(&out, '\0');
	if (build_finish(&out, &bytes) != IGDROM_OK)
		return NULL;
	if (!failed)
		return (char *)bytes.data;
	igdrom_bytes_free(&bytes);
	return NULL;
}
