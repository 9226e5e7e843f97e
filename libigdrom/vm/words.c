/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/words.h"

#include <stdlib.h>
#include <string.h>

struct split {
	const char *s;
	size_t size;
	size_t i; /* next byte */
	uint64_t at;
	enum words_syntax syntax;
	struct words *out;
	size_t room;
	char *end;      /* where the text of the next word goes */
	bool in_word;   /* list[count] is being made */
	bool drop;      /* the next word is the target of a redirection */
	unsigned depth; /* parentheses: within them a newline ends nothing */
	unsigned command;
	enum igdrom_status err;
};

static bool is_blank(const struct split *w, char c)
{
	if (c == ' ' || c == '\t' || c == '\r')
		return true;
	return w->syntax == WORDS_PERL && (c == '\n' || c == '\v' || c == '\f');
}

static void bad(struct split *w, size_t i)
{
	w->err = IGDROM_E_CORRUPT;
	w->out->bad_at = w->at + i;
}

/* Begins a word at byte i unless one is being made. */
static struct word *begin(struct split *w, size_t i)
{
	struct words *out = w->out;

	if (w->in_word)
		return &out->list[out->count];
	if (out->count == WORDS_MAX) {
		w->err = IGDROM_E_LIMIT;
		return NULL;
	}
	if (out->count == w->room) {
		size_t room = w->room ? w->room * 2 : 64;
		struct word *list = realloc(out->list, room * sizeof(*list));

		if (!list) {
			w->err = IGDROM_E_NOMEM;
			return NULL;
		}
		out->list = list;
		w->room = room;
	}
	w->in_word = true;
	out->list[out->count] =
		(struct word){.text = w->end, .at = w->at + i, .command = w->command};
	return &out->list[out->count];
}

static void put(struct split *w, struct word *word, char c)
{
	*w->end++ = c;
	word->length++;
}

/* Ends the word that is being made, if there is one, before byte i. */
static void end(struct split *w, size_t i)
{
	struct word *word;

	if (!w->in_word)
		return;
	word = &w->out->list[w->out->count];
	word->span = (size_t)(w->at + i - word->at);
	*w->end++ = '\0';
	w->in_word = false;
	if (w->drop)
		w->end -= word->length + 1;
	else
		w->out->count++;
	w->drop = false;
}

/* A single-quoted part; w->i is behind its opening quote. */
static void single_quoted(struct split *w, struct word *word)
{
	size_t open = w->i - 1;

	while (w->i < w->size && w->s[w->i] != '\'') {
		/* Perl takes a backslash and what follows as a pair, and keeps both. */
		if (w->syntax == WORDS_PERL && w->s[w->i] == '\\' && w->size - w->i > 1)
			put(w, word, w->s[w->i++]);
		put(w, word, w->s[w->i++]);
	}
	if (w->i == w->size)
		bad(w, open);
	else
		w->i++;
}

static bool is_newline(const struct split *w, size_t i)
{
	return i < w->size &&
	       (w->s[i] == '\n' || (w->s[i] == '\r' && w->size - i > 1 && w->s[i + 1] == '\n'));
}

/* What a backslash at w->i - 1 stands for; quoted: within double quotes. */
static void escaped(struct split *w, struct word *word, bool quoted)
{
	if (w->i == w->size) {
		if (w->syntax == WORDS_PERL)
			bad(w, w->i - 1);
		else if (!quoted)
			put(w, word, '\\');
		return;
	}
	if (w->syntax == WORDS_SHELL && quoted && !is_newline(w, w->i) &&
	    !strchr("$`\"\\", w->s[w->i]))
		put(w, word, '\\');
	if (w->syntax == WORDS_SHELL && is_newline(w, w->i)) {
		w->i += w->s[w->i] == '\r' ? 2 : 1;
		return;
	}
	put(w, word, w->s[w->i++]);
}

static bool expands(const struct split *w, char c)
{
	return w->syntax == WORDS_SHELL && (c == '$' || c == '`');
}

static void double_quoted(struct split *w, struct word *word)
{
	size_t open = w->i - 1;

	while (w->i < w->size && w->s[w->i] != '"') {
		char c = w->s[w->i++];

		word->expands |= expands(w, c);
		if (c == '\\')
			escaped(w, word, true);
		else
			put(w, word, c);
	}
	if (w->err != IGDROM_OK)
		return;
	if (w->i == w->size)
		bad(w, open);
	else
		w->i++;
}

/* An argument in JSON as `ps` shows it: up to the next blank outside its strings. */
static void bare_json(struct split *w, struct word *word)
{
	size_t open = w->i;
	bool in_string = false;

	for (; w->i < w->size; w->i++) {
		char c = w->s[w->i];

		if (!in_string && (is_blank(w, c) || c == '\n'))
			break;
		if (c == '"')
			in_string = !in_string;
		put(w, word, c);
		if (in_string && c == '\\' && w->size - w->i > 1)
			put(w, word, w->s[++w->i]);
	}
	if (in_string)
		bad(w, open);
}

static void redirection(struct split *w)
{
	/* The number of a descriptor belongs to the operator. */
	if (w->in_word) {
		const struct word *word = &w->out->list[w->out->count];

		*w->end = '\0';
		w->drop |= strspn(word->text, "0123456789") == word->length;
	}
	end(w, w->i);
	while (w->i < w->size && strchr("<>&|", w->s[w->i]))
		w->i++;
	w->drop = true;
}

/* An operator or a newline of the shell at w->i; false: it is something else. */
static bool operator(struct split *w)
{
	char c = w->s[w->i];

	if (c == '<' || c == '>') {
		redirection(w);
		return true;
	}
	if (c != '\n' && c != ';' && c != '&' && c != '|' && c != '(' && c != ')')
		return false;
	end(w, w->i);
	w->drop = false;
	w->i++;
	if (c == '(')
		w->depth++;
	if (c == ')' && w->depth > 0)
		w->depth--;
	if (c != '\n' || w->depth == 0)
		w->command++;
	return true;
}

/* One step of WORDS_SHELL outside a word's quotes that is no part of a word; false: it is. */
static bool shell_syntax(struct split *w)
{
	if (operator(w))
		return true;
	if (w->in_word)
		return false;
	if (w->s[w->i] == '\\' && is_newline(w, w->i + 1)) {
		w->i += w->s[w->i + 1] == '\r' ? 3 : 2;
		return true;
	}
	if (w->s[w->i] != '#')
		return false;
	while (w->i < w->size && w->s[w->i] != '\n')
		w->i++;
	return true;
}

static void step(struct split *w)
{
	size_t i = w->i;
	char c = w->s[i];
	struct word *word;

	if (w->syntax == WORDS_SHELL && shell_syntax(w))
		return;
	w->i++;
	if (is_blank(w, c)) {
		end(w, i);
		return;
	}
	if (c == '\0') {
		bad(w, i);
		return;
	}
	if (w->syntax == WORDS_SHELL && !w->in_word && c == '{' && w->i < w->size &&
	    w->s[w->i] == '"') {
		word = begin(w, i);
		w->i = i;
		if (word)
			bare_json(w, word);
		return;
	}
	word = begin(w, i);
	if (!word)
		return;
	word->expands |= expands(w, c);
	if (c == '\'')
		single_quoted(w, word);
	else if (c == '"')
		double_quoted(w, word);
	else if (c == '\\')
		escaped(w, word, false);
	else
		put(w, word, c);
}

static void split_nul(struct split *w)
{
	while (w->i < w->size && w->err == IGDROM_OK) {
		struct word *word = begin(w, w->i);

		if (!word)
			return;
		while (w->i < w->size && w->s[w->i])
			put(w, word, w->s[w->i++]);
		end(w, w->i);
		w->i++;
	}
}

enum igdrom_status words_split(const char *text, size_t size, uint64_t at, enum words_syntax syntax,
			       struct words *out)
{
	struct split w = {.s = text, .size = size, .at = at, .syntax = syntax, .out = out};
	const char *nul = syntax == WORDS_NUL || size == 0 ? NULL : memchr(text, 0, size);

	*out = (struct words){.bad_at = IGDROM_NO_OFFSET};
	if (size > WORDS_MAX_BYTES)
		return IGDROM_E_LIMIT;
	if (nul) {
		out->bad_at = at + (uint64_t)(nul - text);
		return IGDROM_E_CORRUPT;
	}
	/* A word is never longer than what it was made from, and a byte or more lies between two. */
	out->text = malloc(size + 1);
	if (!out->text)
		return IGDROM_E_NOMEM;
	w.end = out->text;
	if (syntax == WORDS_NUL)
		split_nul(&w);
	else
		while (w.i < size && w.err == IGDROM_OK)
			step(&w);
	if (w.err == IGDROM_OK) {
		end(&w, size);
	} else {
		uint64_t bad_at = out->bad_at;

		words_free(out);
		out->bad_at = bad_at;
	}
	return w.err;
}

void words_free(struct words *words)
{
	free(words->list);
	free(words->text);
	*words = (struct words){.bad_at = IGDROM_NO_OFFSET};
}

void words_quote(struct build *out, const char *text, size_t size)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    "_@%+=:,./-";
	bool all_plain = size > 0;
	bool single = true;

	for (size_t i = 0; i < size; i++) {
		all_plain &= memchr(plain, text[i], sizeof(plain) - 1) != NULL;
		single &= text[i] != '\'' && text[i] != '\\';
	}
	if (all_plain) {
		build_bytes(out, text, size);
		return;
	}
	/* Only in double quotes do a shell and Perl agree about backslashes and quotes. */
	build_u8(out, single ? '\'' : '"');
	for (size_t i = 0; i < size; i++) {
		if (!single && memchr("$`\"\\", text[i], 4))
			build_u8(out, '\\');
		build_u8(out, (uint8_t)text[i]);
	}
	build_u8(out, single ? '\'' : '"');
}
