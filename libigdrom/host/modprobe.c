/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What modules are told: modprobe.d(5), and lists of modules that are loaded at boot
 * (modules-load.d(5), etc/modules).
 */
#include "host/prepare.h"

#include <string.h>

bool prep_next_directive(struct igdrom_bytes text, struct prep_directive *directive)
{
	while (prep_next_line(text, true, &directive->line)) {
		directive->verb = (struct prep_token){.to = directive->line.from};
		if (!prep_next_token(text, directive->line, &directive->verb) ||
		    text.data[directive->verb.from] == '#')
			continue;
		directive->module = directive->verb;
		(void)prep_next_token(text, directive->line, &directive->module);
		directive->end = prep_line_end(text, directive->line);
		return true;
	}
	return false;
}

bool prep_is_directive(struct igdrom_bytes text, struct prep_token verb)
{
	static const char *const verbs[] = {"alias",   "blacklist", "config",  "include", "install",
					    "options", "remove",    "softdep", "weakdep"};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (prep_token_is(text, verb, verbs[i]))
			return true;
	}
	return false;
}

bool prep_does_nothing(const char *command, size_t size)
{
	static const char *const nothing[] = {
		"/bin/false", "/bin/true", "/usr/bin/false", "/usr/bin/true", "true", "false", ":"};

	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
		if (strlen(nothing[i]) == size && !memcmp(command, nothing[i], size))
			return true;
	}
	return false;
}

/* "install i915 /bin/false" keeps a module out as well as "blacklist i915" does. */
static bool keeps_out(struct igdrom_bytes text, const struct prep_directive *directive)
{
	struct prep_token command = directive->module;

	if (prep_token_is(text, directive->verb, "blacklist"))
		return true;
	return prep_token_is(text, directive->verb, "install") &&
	       prep_next_token(text, directive->line, &command) &&
	       prep_does_nothing((const char *)text.data + command.from, command.to - command.from);
}

/* As modules are called by the kernel: '-' is '_'. */
static bool module_name(struct igdrom_bytes text, struct prep_token token, char out[PREP_MAX_VALUE])
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

static void add(const struct prep_files *files, size_t file, const struct prep_directive *directive,
		struct prep_pieces *out)
{
	struct igdrom_bytes text = files->list[file].text;
	bool options = prep_token_is(text, directive->verb, "options");
	char name[PREP_MAX_VALUE];
	struct prep_piece *piece;

	if (!module_name(text, directive->module, name) ||
	    (!options && !keeps_out(text, directive)))
		return;
	piece = prep_line_piece(file, directive->line, out);
	if (!piece)
		return;
	piece->line_from = directive->line.from;
	piece->line_to = directive->line.next;
	memcpy(options ? piece->module : piece->blacklists, name, sizeof(name));
	if (options)
		prep_spell(text, directive->module.to, directive->end, true, &piece->letters);
}

static void find_modprobe(const struct prep_files *files, struct prep_pieces *out,
			  struct prep_problem *problem)
{
	for (size_t file = 0; file < files->count; file++) {
		struct prep_directive directive = {.end = 0};

		if (prep_has_nul(files, file, problem))
			return;
		while (prep_next_directive(files->list[file].text, &directive) && !out->failed)
			add(files, file, &directive, out);
	}
}

const struct prep_syntax prep_modprobe = {.find = find_modprobe};

bool prep_loads(struct igdrom_bytes text, const char *module)
{
	struct prep_line line = {0};
	char name[PREP_MAX_VALUE];

	while (prep_next_line(text, false, &line)) {
		struct prep_token word = {.to = line.from};

		if (prep_next_token(text, line, &word) && module_name(text, word, name) &&
		    !strcmp(name, module))
			return true;
	}
	return false;
}
