/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/qemu_opts.h"

#include <stdlib.h>
#include <string.h>

#define JSON_MAX_DEPTH 16
#define JSON_MAX_KEY   64 /* with all that it is in; longer ones are none that anybody looks for */

/* Offset in the text of byte i of a word. Quotes within it hide that: then where the word begins. */
static uint64_t offset_of(const struct word *word, size_t i)
{
	if (word->span == word->length)
		return word->at + i;
	if (word->span == word->length + 2)
		return word->at + 1 + i;
	return word->at;
}

static enum igdrom_status make_room(const struct word *word, size_t key_room, struct qemu_opts *out)
{
	size_t most = 1; /* a pair has a comma before it, or a colon in it */

	*out = (struct qemu_opts){0};
	for (size_t i = 0; i < word->length; i++)
		most += word->text[i] == ',' || word->text[i] == ':';
	out->list = calloc(most, sizeof(*out->list));
	out->text = malloc(word->length + 2 + most * key_room);
	if (out->list && out->text)
		return IGDROM_OK;
	qemu_opts_free(out);
	return IGDROM_E_NOMEM;
}

/* Copies up to a single comma (two stand for one) or the end; the bytes passed over. */
static size_t copy_value(const char *from, size_t left, char **end)
{
	size_t i = 0;

	for (; i < left; i++) {
		if (from[i] == ',' && (left - i < 2 || from[i + 1] != ','))
			break;
		if (from[i] == ',')
			i++;
		*(*end)++ = from[i];
	}
	*(*end)++ = '\0';
	return i;
}

static void parse_pairs(const struct word *word, const char *implied, struct qemu_opts *out)
{
	char *end = out->text;
	size_t i = 0;

	while (i < word->length) {
		struct qemu_opt *opt = &out->list[out->count];
		const char *p = word->text + i;
		size_t left = word->length - i;
		size_t key = strcspn(p, "=,");

		opt->at = offset_of(word, i);
		if (i == 0 && implied && p[key] != '=') {
			opt->key = implied;
			key = 0;
		} else {
			opt->key = end;
			memcpy(end, p, key);
			end[key] = '\0';
			end += key + 1;
			key += p[key] == '=';
		}
		opt->value = "on";
		if (opt->key == implied || (key > 0 && p[key - 1] == '=')) {
			opt->value = end;
			key += copy_value(p + key, left - key, &end);
		}
		out->count++;
		i += key + 1;
	}
}

struct json {
	const struct word *word;
	size_t i;
	struct qemu_opts *out;
	char *end;
	char path[JSON_MAX_KEY]; /* "file." while in the object of that name */
	size_t path_size;        /* JSON_MAX_KEY: too long to be of interest */
	size_t outer[JSON_MAX_DEPTH];
	size_t depth;
	const char *key; /* whose value comes next; within the text of out */
	uint64_t key_at;
};

static unsigned hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *digit = c ? strchr(digits, c) : NULL;

	return digit ? (unsigned)(digit - digits) % 16 : 16;
}

/* What \uXXXX stands for; only ASCII is looked for, the rest becomes '?'. */
static char unicode_escape(struct json *j)
{
	unsigned value = 0;

	for (int n = 0; n < 4; n++) {
		unsigned digit = j->i < j->word->length ? hex_digit(j->word->text[j->i]) : 16;

		if (digit == 16)
			return '?';
		value = value << 4 | digit;
		j->i++;
	}
	return value > 0 && value < 0x80 ? (char)value : '?';
}

/* Copies a string whose opening quote is passed; false: it has no end. */
static bool json_string(struct json *j)
{
	const struct word *word = j->word;

	while (j->i < word->length && word->text[j->i] != '"') {
		static const char escapes[] = "bfnrt";
		static const char meaning[] = "\b\f\n\r\t";
		char c = word->text[j->i++];

		if (c == '\\' && j->i < word->length) {
			const char *escape = strchr(escapes, word->text[j->i]);

			c = word->text[j->i++];
			if (escape)
				c = meaning[escape - escapes];
			else if (c == 'u')
				c = unicode_escape(j);
		}
		*j->end++ = c;
	}
	*j->end++ = '\0';
	return j->i++ < word->length;
}

static void skip_blanks(struct json *j)
{
	while (j->i < j->word->length && strchr(" \t\r\n", j->word->text[j->i]))
		j->i++;
}

/* Puts the path in front of the key that was just read to text. */
static void take_key(struct json *j, char *text)
{
	size_t size = strlen(text) + 1;

	j->key = NULL;
	if (j->path_size >= JSON_MAX_KEY || size > JSON_MAX_KEY - j->path_size) {
		j->end = text;
		return;
	}
	memmove(text + j->path_size, text, size);
	memcpy(text, j->path, j->path_size);
	j->end = text + j->path_size + size;
	j->key = text;
}

static void take_value(struct json *j, const char *text, bool number)
{
	if (!j->key)
		return;
	j->out->list[j->out->count++] =
		(struct qemu_opt){.key = j->key, .value = text, .at = j->key_at, .number = number};
	j->key = NULL;
}

static bool json_open(struct json *j)
{
	size_t size = j->key ? strlen(j->key) : 0;

	if (j->depth == JSON_MAX_DEPTH)
		return false;
	j->outer[j->depth++] = j->path_size;
	if (size + 1 >= JSON_MAX_KEY || j->path_size >= JSON_MAX_KEY) {
		j->path_size = JSON_MAX_KEY;
	} else if (size > 0) {
		memcpy(j->path, j->key, size);
		j->path[size] = '.';
		j->path_size = size + 1;
	}
	j->key = NULL;
	return true;
}

static bool json_text(struct json *j)
{
	size_t at = j->i - 1;
	char *text = j->end;

	if (!json_string(j))
		return false;
	skip_blanks(j);
	if (j->i < j->word->length && j->word->text[j->i] == ':') {
		j->i++;
		j->key_at = offset_of(j->word, at);
		take_key(j, text);
	} else {
		take_value(j, text, false);
	}
	return true;
}

static bool json_literal(struct json *j)
{
	const char *p = j->word->text + j->i;
	size_t size = strcspn(p, ",]} \t\r\n{[\":");
	char *text = j->end;

	if (size == 0)
		return false;
	j->i += size;
	memcpy(text, p, size);
	text[size] = '\0';
	j->end += size + 1;
	if (strcmp(text, "true") == 0)
		take_value(j, "on", false);
	else if (strcmp(text, "false") == 0)
		take_value(j, "off", false);
	else
		take_value(j, text, true);
	return true;
}

static bool json_token(struct json *j)
{
	switch (j->word->text[j->i]) {
	case '{':
	case '[':
		j->i++;
		return json_open(j);
	case '}':
	case ']':
		j->i++;
		if (j->depth == 0)
			return false;
		j->path_size = j->outer[--j->depth];
		j->key = NULL;
		return true;
	case ',':
		j->i++;
		j->key = NULL;
		return j->depth > 0;
	case '"':
		j->i++;
		return j->depth > 0 && json_text(j);
	default:
		return j->depth > 0 && json_literal(j);
	}
}

static bool parse_json(const struct word *word, struct qemu_opts *out)
{
	struct json j = {.word = word, .out = out, .end = out->text};

	out->json = true;
	for (skip_blanks(&j); j.i < word->length; skip_blanks(&j)) {
		if (!json_token(&j))
			return false;
	}
	return j.depth == 0;
}

enum igdrom_status qemu_opts_parse(const struct word *word, const char *implied,
				   struct qemu_opts *out)
{
	bool json = word->text[0] == '{';
	enum igdrom_status status = make_room(word, json ? JSON_MAX_KEY : 0, out);

	if (status != IGDROM_OK)
		return status;
	if (!json) {
		parse_pairs(word, implied, out);
		return IGDROM_OK;
	}
	if (parse_json(word, out))
		return IGDROM_OK;
	qemu_opts_free(out);
	return IGDROM_E_CORRUPT;
}

void qemu_opts_free(struct qemu_opts *opts)
{
	free(opts->list);
	free(opts->text);
	*opts = (struct qemu_opts){0};
}

const struct qemu_opt *qemu_opts_find(const struct qemu_opts *opts, const char *key)
{
	for (size_t i = opts->count; i-- > 0;) {
		if (strcmp(opts->list[i].key, key) == 0)
			return &opts->list[i];
	}
	return NULL;
}

const char *qemu_opts_value(const struct qemu_opts *opts, const char *key)
{
	const struct qemu_opt *opt = qemu_opts_find(opts, key);

	return opt ? opt->value : NULL;
}

bool qemu_is_on(const char *value)
{
	return value && (strcmp(value, "on") == 0 || strcmp(value, "true") == 0 ||
			 strcmp(value, "yes") == 0 || strcmp(value, "y") == 0);
}
