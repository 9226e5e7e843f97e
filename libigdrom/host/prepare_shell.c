/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/prepare_shell.h"

#include <stdlib.h>
#include <string.h>

struct script {
	struct shell *shell;
	const char *const *names;
	struct shell_assignments *out;
	size_t brackets;
	size_t depth;  /* of compound commands and brackets */
	bool chained;  /* the command before decides whether this one runs */
	bool starting; /* a command may begin here */
	bool lasting;  /* "export": assignments that follow it stay */
	bool called;   /* there is a command: assignments before it are its own */
	size_t first;  /* assignment of this command */
};

void shell_free(struct shell_assignments *assignments)
{
	for (size_t i = 0; i < assignments->count; i++)
		free(assignments->list[i].word.value.list);
	free(assignments->list);
	*assignments = (struct shell_assignments){0};
}

static void keep(struct script *script, size_t name, struct shell_word *word, bool sure)
{
	struct shell_assignments *out = script->out;

	if (out->count == out->room) {
		size_t room = out->room ? 2 * out->room : 8;
		struct shell_assignment *grown = realloc(out->list, room * sizeof(*grown));

		if (!grown) {
			out->failed = true;
			return;
		}
		out->list = grown;
		out->room = room;
	}
	out->list[out->count++] = (struct shell_assignment){
		.name = name, .word = *word, .at = word->from, .sure = sure};
	word->value = (struct prep_letters){0};
}

/* The command that ends here: what it assigned may not last. */
static void end_command(struct script *script, bool apart)
{
	for (size_t i = script->first; i < script->out->count; i++) {
		if (apart || (script->called && !script->lasting))
			script->out->list[i].sure = false;
	}
	script->first = script->out->count;
	script->starting = true;
	script->called = false;
	script->lasting = false;
}

static char peek(const struct script *script, size_t ahead)
{
	const struct shell *shell = script->shell;

	return ahead < shell->text.size - shell->at ? (char)shell->text.data[shell->at + ahead]
						    : '\0';
}

static bool give_up(struct script *script, const char *what)
{
	script->shell->bad = what;
	script->shell->bad_at = script->shell->at;
	return false;
}

static bool bracket(struct script *script, char c)
{
	end_command(script, false);
	if (c == '(') {
		script->depth++;
		script->brackets++;
	} else if (script->brackets) {
		script->depth--;
		script->brackets--;
	} else if (!script->depth) { /* the end of a pattern of "case" */
		return give_up(script, "a bracket closes nothing");
	}
	script->shell->at++;
	return true;
}

/* ; & | < > ( ) and the end of a line. */
static bool operate(struct script *script, char c)
{
	bool twice = peek(script, 1) == c;

	switch (c) {
	case '\n':
	case ';':
		end_command(script, false);
		script->chained = false;
		break;
	case '&':
		end_command(script, !twice);
		script->chained = twice;
		break;
	case '|':
		end_command(script, !twice);
		script->chained = true;
		break;
	case '<':
		if (twice)
			return give_up(script, "there is a here-document");
		break;
	case '>':
		break;
	default:
		return bracket(script, c);
	}
	script->shell->at += twice && c != '\n' ? 2 : 1;
	return true;
}

static bool is_one_of(const struct script *script, const struct shell_word *word,
		      const char *const *list)
{
	for (size_t i = 0; list[i]; i++) {
		if (shell_is_name(script->shell, word->from, word->to, list[i]))
			return true;
	}
	return false;
}

/* Whether a word begins or ends what is not always run; afterwards a command may begin. */
static bool reserved(struct script *script, const struct shell_word *word)
{
	static const char *const opens[] = {"if", "while", "until", "{", NULL};
	static const char *const heads[] = {"for", "case", "select", "function", NULL};
	static const char *const parts[] = {"then", "else", "elif", "do", "!", NULL};
	static const char *const closes[] = {"fi", "done", "esac", "}", NULL};

	if (is_one_of(script, word, opens)) {
		script->depth++;
		return true;
	}
	if (is_one_of(script, word, closes)) {
		script->depth -= script->depth > 0;
		return true;
	}
	if (is_one_of(script, word, heads)) {
		script->depth++;
		script->starting = false;
		script->called = true;
		return true;
	}
	return is_one_of(script, word, parts);
}

/* "unset NAME", "read NAME": it is another one afterwards, and nobody knows which. */
static void touch(struct script *script, struct shell_word *word)
{
	for (size_t i = 0; script->names[i]; i++) {
		if (shell_is_name(script->shell, word->from, word->to, script->names[i]))
			keep(script, i, word, false);
	}
}

static void take_word(struct script *script, struct shell_word *word)
{
	static const char *const lasting[] = {"export", "readonly", NULL};

	if (word->name_to && (script->starting || script->lasting)) {
		for (size_t i = 0; script->names[i]; i++) {
			if (shell_is_name(script->shell, word->from, word->name_to,
					  script->names[i])) {
				keep(script, i, word, !script->depth && !script->chained);
				return;
			}
		}
		return;
	}
	if (script->starting && reserved(script, word))
		return;
	if (script->starting) {
		script->starting = false;
		script->called = true;
		script->lasting = is_one_of(script, word, lasting);
		return;
	}
	if (!script->lasting)
		touch(script, word);
}

static bool skip_comment(struct script *script)
{
	struct shell *shell = script->shell;

	while (shell->at < shell->text.size && shell->text.data[shell->at] != '\n')
		shell->at++;
	return true;
}

static bool step(struct script *script)
{
	struct shell *shell = script->shell;
	char c = (char)shell->text.data[shell->at];
	struct shell_word word;
	bool going;

	if (c == ' ' || c == '\t') {
		shell->at++;
		return true;
	}
	if (c == '\\' && peek(script, 1) == '\n') {
		shell->at += 2;
		return true;
	}
	if (c == '#')
		return skip_comment(script);
	if (strchr("\n;&|<>()", c) && c)
		return operate(script, c);
	going = shell_word(shell, script->names, &word);
	script->out->failed |= word.value.failed;
	if (going)
		take_word(script, &word);
	/* What nobody keeps. */
	free(word.value.list);
	return going;
}

void shell_read(struct shell *shell, const char *const *names, struct shell_assignments *out)
{
	struct script script = {.shell = shell, .names = names, .out = out, .starting = true};

	while (shell->at < shell->text.size && !out->failed && step(&script))
		;
	if (!shell->bad && script.depth)
		(void)give_up(&script, "a command in it is not ended");
	end_command(&script, false);
}
