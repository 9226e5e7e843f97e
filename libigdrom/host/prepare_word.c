/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/prepare_shell.h"

#include <string.h>

enum context { IN_WORD, IN_DOUBLE, IN_PAREN, IN_BRACE, IN_TICK };

struct lexer {
	struct shell *shell;
	struct shell_word *word;
	struct prep_letters *out; /* NULL: nobody asks */
	const char *name;         /* of the variable that is assigned */
	enum context stack[SHELL_MAX_DEPTH];
	size_t depth;
	size_t opened[SHELL_MAX_DEPTH];
};

static bool is_meta(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == ';' || c == '&' || c == '|' || c == '<' ||
	       c == '>' || c == '(' || c == ')';
}

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_name_part(char c)
{
	return is_name_start(c) || (c >= '0' && c <= '9');
}

static char char_at(const struct shell *shell, size_t at)
{
	return at < shell->text.size ? (char)shell->text.data[at] : '\0';
}

bool shell_is_name(const struct shell *shell, size_t from, size_t to, const char *name)
{
	return to - from == strlen(name) && !memcmp(shell->text.data + from, name, to - from);
}

static bool bad(struct shell *shell, size_t at, const char *what)
{
	shell->bad = what;
	shell->bad_at = at;
	return false;
}

/* Whether characters stand for themselves here, not in an expansion. */
static bool is_literal(const struct lexer *x)
{
	return x->depth == 0 || (x->depth == 1 && x->stack[1] == IN_DOUBLE);
}

static void put(struct lexer *x, char c, bool opaque, size_t from, size_t to)
{
	if (x->out && is_literal(x))
		prep_put(x->out, c, opaque, from, to);
}

static bool push(struct lexer *x, enum context context, size_t width)
{
	struct shell *shell = x->shell;

	if (x->depth + 1 == SHELL_MAX_DEPTH)
		return bad(shell, shell->at, "it is nested too deeply");
	x->depth++;
	x->stack[x->depth] = context;
	x->opened[x->depth] = shell->at;
	shell->at += width;
	return true;
}

/* A backslash: outside of quotes it protects anything, inside of double quotes four characters. */
static void escape(struct lexer *x)
{
	struct shell *shell = x->shell;
	char next = char_at(shell, shell->at + 1);
	bool pair = shell->at + 1 < shell->text.size;

	x->word->bare = false;
	if (pair && next == '\n') {
		shell->at += 2;
		return;
	}
	if (!pair || (x->stack[x->depth] == IN_DOUBLE && !strchr("$`\"\\", next))) {
		put(x, '\\', false, shell->at, shell->at + 1);
		shell->at++;
		return;
	}
	put(x, next, false, shell->at, shell->at + 2);
	shell->at += 2;
}

static bool single(struct lexer *x)
{
	struct shell *shell = x->shell;
	size_t from = shell->at++;

	x->word->bare = false;
	for (; shell->at < shell->text.size && shell->text.data[shell->at] != '\''; shell->at++)
		put(x, char_at(shell, shell->at), false, shell->at, shell->at + 1);
	if (shell->at == shell->text.size)
		return bad(shell, from, "a quote is not closed");
	if (x->depth == 0)
		x->word->quote_at = shell->at;
	shell->at++;
	return true;
}

static void expand_name(struct lexer *x, size_t from)
{
	struct shell *shell = x->shell;
	size_t to = from;

	while (is_name_part(char_at(shell, to)))
		to++;
	if (x->name && is_literal(x) && shell_is_name(shell, from, to, x->name))
		x->word->self = true;
}

static bool dollar(struct lexer *x)
{
	struct shell *shell = x->shell;
	char next = char_at(shell, shell->at + 1);

	x->word->bare = false;
	if (next == '(' || next == '{' || is_name_start(next) ||
	    (next && strchr("?!#*@$-0123456789", next))) {
		put(x, '$', true, shell->at, shell->at + 1);
		expand_name(x, shell->at + (next == '{' ? 2 : 1));
	} else {
		put(x, '$', false, shell->at, shell->at + 1);
	}
	if (next == '(')
		return push(x, IN_PAREN, 2);
	if (next == '{')
		return push(x, IN_BRACE, 2);
	shell->at++;
	if (is_name_start(next)) {
		while (is_name_part(char_at(shell, shell->at)))
			shell->at++;
	} else if (next && strchr("?!#*@$-0123456789", next)) {
		shell->at++;
	}
	return true;
}

/* A quote, or a bracket of an expansion, that opens or closes. */
static bool turn(struct lexer *x, char c)
{
	static const char closing[] = {
		[IN_DOUBLE] = '"', [IN_PAREN] = ')', [IN_BRACE] = '}', [IN_TICK] = '`'};
	struct shell *shell = x->shell;
	enum context context = x->stack[x->depth];

	x->word->bare = false;
	if (context != IN_WORD && c == closing[context]) {
		if (x->depth == 1 && context == IN_DOUBLE)
			x->word->quote_at = shell->at;
		x->depth--;
		shell->at++;
		return true;
	}
	if (c == '`')
		put(x, c, true, shell->at, shell->at + 1);
	return push(x, c == '"' ? IN_DOUBLE : c == '`' ? IN_TICK : IN_PAREN, 1);
}

static bool turns(const struct lexer *x, char c)
{
	enum context context = x->stack[x->depth];

	return c == '"' || c == '`' || (context == IN_PAREN && (c == '(' || c == ')')) ||
	       (context == IN_BRACE && c == '}');
}

static bool lex(struct lexer *x)
{
	struct shell *shell = x->shell;

	while (shell->at < shell->text.size) {
		char c = char_at(shell, shell->at);
		bool going = true;

		if (x->depth == 0 && is_meta(c))
			return true;
		if (c == '\\') {
			escape(x);
		} else if (c == '\'' && x->stack[x->depth] != IN_DOUBLE) {
			going = single(x);
		} else if (c == '$') {
			going = dollar(x);
		} else if (turns(x, c)) {
			going = turn(x, c);
		} else {
			put(x, c, false, shell->at, shell->at + 1);
			shell->at++;
		}
		if (!going)
			return false;
	}
	if (x->depth)
		return bad(shell, x->opened[x->depth], "a quote or bracket is not closed");
	return true;
}

/* NAME= or NAME+= in front. */
static void find_name(const struct shell *shell, struct shell_word *word)
{
	size_t at = word->from;

	if (!is_name_start(char_at(shell, at)))
		return;
	while (is_name_part(char_at(shell, at)))
		at++;
	word->appends = char_at(shell, at) == '+' && char_at(shell, at + 1) == '=';
	if (char_at(shell, at) != '=' && !word->appends)
		return;
	word->name_to = at;
	word->value_from = at + (word->appends ? 2 : 1);
}

bool shell_word(struct shell *shell, const char *const *names, struct shell_word *word)
{
	struct lexer x = {.shell = shell, .word = word};

	*word = (struct shell_word){.from = shell->at, .bare = true};
	find_name(shell, word);
	if (word->name_to) {
		for (size_t i = 0; names[i] && !x.name; i++) {
			if (shell_is_name(shell, word->from, word->name_to, names[i]))
				x.name = names[i];
		}
		if (x.name)
			x.out = &word->value;
		shell->at = word->value_from;
	}
	if (!lex(&x))
		return false;
	word->to = shell->at;
	word->end = word->to;
	/* The CR of a line of DOS is white space to the kernel. */
	if (word->end > word->from && char_at(shell, word->end - 1) == '\r' &&
	    (word->to == shell->text.size || char_at(shell, word->to) == '\n')) {
		word->end--;
		word->value.count -= word->value.count > 0;
	}
	if (word->quote_at && word->quote_at + 1 != word->end)
		word->quote_at = 0;
	return true;
}
