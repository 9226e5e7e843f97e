/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Texts of lines: etc/kernel/cmdline, modprobe.d (modprobe.d(5)), syslinux.cfg.
 */
#include "host/prepare.h"

#include <string.h>

/* Bytes [from, to) of a text that are a logical line; next is where the next one starts. */
struct line {
	size_t from, to, next;
};

static bool next_line(struct igdrom_bytes text, bool continued, struct line *line)
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

/* The letters of [from, to); an escaped end of a line is none. */
static void spell(struct igdrom_bytes text, size_t from, size_t to, bool continued,
		  struct prep_letters *out)
{
	for (size_t i = from; i < to; i++) {
		if (continued && text.data[i] == '\\' && i + 1 < to && text.data[i + 1] == '\n')
			i++;
		else
			prep_put(out, (char)text.data[i], false, i, i + 1);
	}
}

static bool has_nul(const struct prep_files *files, size_t file, struct prep_problem *problem)
{
	struct igdrom_bytes text = files->list[file].text;
	const uint8_t *nul = text.size ? memchr(text.data, 0, text.size) : NULL;

	if (nul)
		*problem = (struct prep_problem){file,
						 prep_line_number(text, (size_t)(nul - text.data)),
						 "there is a zero byte in it"};
	return nul != NULL;
}

/* A new piece of a line, from its letters on. */
static struct prep_piece *add(const struct prep_files *files, size_t file, struct line line,
			      struct prep_pieces *out)
{
	struct prep_piece *piece = prep_add_piece(out);

	if (!piece)
		return NULL;
	piece->file = file;
	piece->line = prep_line_number(files->list[file].text, line.from);
	piece->sure = true;
	return piece;
}

static bool is_blank(struct igdrom_bytes text, struct line line)
{
	for (size_t i = line.from; i < line.to; i++) {
		if (!prep_is_space((char)text.data[i]))
			return false;
	}
	return true;
}

/* Behind the last character that is no white space; line.from when all are. */
static size_t line_end(struct igdrom_bytes text, struct line line)
{
	size_t end = line.to;

	while (end > line.from && prep_is_space((char)text.data[end - 1]))
		end--;
	return end;
}

/* proxmox-boot-tool(8) puts the file into a boot entry as it is: one line is all there may be. */
static void find_line(const struct prep_files *files, struct prep_pieces *out,
		      struct prep_problem *problem)
{
	for (size_t file = 0; file < files->count; file++) {
		struct igdrom_bytes text = files->list[file].text;
		struct line line = {0};
		struct prep_piece *piece = NULL;

		if (has_nul(files, file, problem))
			return;
		while (next_line(text, false, &line)) {
			if (is_blank(text, line))
				continue;
			if (piece) {
				*problem = (struct prep_problem){
					file, prep_line_number(text, line.from),
					"it is a second line, and there may be only one"};
				return;
			}
			piece = add(files, file, line, out);
			if (!piece)
				return;
			piece->home = true;
			piece->insert_at = line_end(text, line);
			spell(text, line.from, piece->insert_at, false, &piece->letters);
		}
		if (!piece)
			*problem = (struct prep_problem){file, 1, "it is empty"};
	}
}

const struct prep_syntax prep_line = {.find = find_line, .each = true};

/* The next word of a line, in lower-case letters where syntax says so; false when none is left. */
struct token {
	size_t from, to;
};

static bool next_token(struct igdrom_bytes text, struct line line, struct token *token)
{
	size_t at = token->to;

	while (at < line.to &&
	       (prep_is_space((char)text.data[at]) ||
		(text.data[at] == '\\' && at + 1 < line.to && text.data[at + 1] == '\n')))
		at++;
	token->from = at;
	while (at < line.to && !prep_is_space((char)text.data[at]))
		at++;
	token->to = at;
	return token->from < token->to;
}

static bool token_is(struct igdrom_bytes text, struct token token, const char *word)
{
	size_t size = token.to - token.from;

	return size == strlen(word) && !memcmp(text.data + token.from, word, size);
}

/* As modules are called by the kernel: '-' is '_'. */
static bool module_name(struct igdrom_bytes text, struct token token, char out[PREP_MAX_VALUE])
{
	size_t size = token.to - token.from;

	if (!size || size >= PREP_MAX_VALUE)
		return false;
	for (size_t i = 0; i < size; i++) {
		char c = (char)text.data[token.from + i];

		out[i] = (char)(c == '-' ? '_' : c);
	}
	out[size] = '\0';
	return true;
}

/* "install i915 /bin/false" keeps a module out as well as "blacklist i915" does. */
static bool keeps_out(struct igdrom_bytes text, struct line line, struct token directive,
		      struct token module)
{
	static const char *const nothing[] = {
		"/bin/false", "/bin/true", "/usr/bin/false", "/usr/bin/true", "true", "false", ":"};
	struct token command = module;

	if (token_is(text, directive, "blacklist"))
		return true;
	if (!token_is(text, directive, "install") || !next_token(text, line, &command))
		return false;
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
		if (token_is(text, command, nothing[i]))
			return true;
	}
	return false;
}

static void find_modprobe_line(const struct prep_files *files, size_t file, struct line line,
			       struct prep_pieces *out)
{
	struct igdrom_bytes text = files->list[file].text;
	struct token directive = {.to = line.from}, module;
	char name[PREP_MAX_VALUE];
	struct prep_piece *piece;
	bool options;

	if (!next_token(text, line, &directive) || text.data[directive.from] == '#')
		return;
	module = directive;
	options = token_is(text, directive, "options");
	if (!next_token(text, line, &module) || !module_name(text, module, name) ||
	    (!options && !keeps_out(text, line, directive, module)))
		return;
	piece = add(files, file, line, out);
	if (!piece)
		return;
	piece->line_from = line.from;
	piece->line_to = line.next;
	memcpy(options ? piece->module : piece->blacklists, name, sizeof(name));
	if (options)
		spell(text, module.to, line_end(text, line), true, &piece->letters);
}

static void find_modprobe(const struct prep_files *files, struct prep_pieces *out,
			  struct prep_problem *problem)
{
	for (size_t file = 0; file < files->count; file++) {
		struct line line = {0};

		if (has_nul(files, file, problem))
			return;
		while (next_line(files->list[file].text, true, &line) && !out->failed)
			find_modprobe_line(files, file, line, out);
	}
}

const struct prep_syntax prep_modprobe = {.find = find_modprobe};

/* Keywords of syslinux.cfg are written in either case. */
static bool keyword_is(struct igdrom_bytes text, struct token token, const char *word)
{
	size_t size = token.to - token.from;

	if (size != strlen(word))
		return false;
	for (size_t i = 0; i < size; i++) {
		if ((text.data[token.from + i] | 0x20) != word[i])
			return false;
	}
	return true;
}

/*
 * The lines "append" of entries that start the system. An entry in safe mode stays as it is: it is
 * the way back. One without initrd= is a memory test.
 */
static void find_syslinux(const struct prep_files *files, struct prep_pieces *out,
			  struct prep_problem *problem)
{
	for (size_t file = 0; file < files->count; file++) {
		struct igdrom_bytes text = files->list[file].text;
		struct line line = {0};

		if (has_nul(files, file, problem))
			return;
		while (next_line(text, false, &line)) {
			struct token word = {.to = line.from};
			struct prep_piece *piece;

			if (!next_token(text, line, &word) || !keyword_is(text, word, "append") ||
			    !prep_contains(text, word.to, line.to, "initrd=") ||
			    prep_contains(text, word.to, line.to, "safemode"))
				continue;
			piece = add(files, file, line, out);
			if (!piece)
				return;
			(void)next_token(text, line, &word);
			piece->home = true;
			piece->wrap = PREP_AHEAD;
			piece->insert_at = word.from;
			spell(text, word.from, line_end(text, line), false, &piece->letters);
		}
		if (!out->count)
			*problem = (struct prep_problem){file, 1, "it has no line \"append\""};
	}
}

const struct prep_syntax prep_syslinux = {.find = find_syslinux, .each = true};
