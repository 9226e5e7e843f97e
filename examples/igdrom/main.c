/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const struct command *find_command(const char *noun, const char *verb)
{
	const struct command *command;

	for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
		if (!strcmp(command->noun, noun) && !strcmp(command->verb, verb))
			break;
	}
	return command;
}

static bool is_noun(const char *word)
{
	const struct command *command;

	for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
		if (!strcmp(command->noun, word))
			return true;
	}
	return false;
}

static bool is_help(const char *word)
{
	return !strcmp(word, "--help") || !strcmp(word, "-h") || !strcmp(word, "help");
}

/* Whether the answer is expected as JSON, also when the rest cannot be understood. */
static bool wants_json(char **argv)
{
	for (size_t i = 1; argv[i] && strcmp(argv[i], "--") != 0; i++) {
		if (!strcmp(argv[i], "--json"))
			return true;
	}
	return false;
}

static void list_nouns(char *out, size_t room)
{
	size_t used = 0;

	*out = '\0';
	for (size_t i = 0; nouns[i] && used < room; i++)
		used += (size_t)snprintf(out + used, room - used, "%s%s", i ? ", " : "", nouns[i]);
}

/* Without a command: help, version, or what is wrong. */
static int run_without_command(struct call *call, int argc, char **argv)
{
	char words[256];

	if (argc >= 2 && is_help(argv[1])) {
		help_global(stdout);
		return EXIT_YES;
	}
	if (argc == 2 && !strcmp(argv[1], "--version")) {
		printf("igdrom %s\n", igdrom_version());
		return EXIT_YES;
	}
	if (argc >= 3 && is_noun(argv[1]) && is_help(argv[2])) {
		help_noun(stdout, argv[1]);
		return EXIT_YES;
	}
	if (argc < 2) {
		help_global(stderr);
		return EXIT_USAGE;
	}
	if (!is_noun(argv[1])) {
		list_nouns(words, sizeof(words));
		return usage_error(call, "There is no \"%s\"; there are: %s.", argv[1], words);
	}
	if (argc < 3) {
		help_noun(stderr, argv[1]);
		return usage_error(call, "What is to be done with the %s is missing.", argv[1]);
	}
	return usage_error(call, "There is no \"%s\" for %s.", argv[2], argv[1]);
}

static int run(struct call *call, char **argv)
{
	int code;

	if (!options_parse(call, argv, &code))
		return code;
	if (option_given(call, OPTION_HELP)) {
		help_command(stdout, call->command);
		return EXIT_YES;
	}
	code = call->command->run(call);
	show_findings(call);
	return code;
}

static bool make_call(struct call *call, int argc)
{
	size_t room = (size_t)argc + 1;

	call->given = calloc(room, sizeof(*call->given));
	call->operands = calloc(room, sizeof(*call->operands));
	call->inputs = calloc(room, sizeof(*call->inputs));
	return call->given && call->operands && call->inputs &&
	       igdrom_report_new(&call->report) == IGDROM_OK;
}

static void free_call(struct call *call)
{
	free(call->given);
	free(call->operands);
	free(call->inputs);
	igdrom_report_free(call->report);
}

int main(int argc, char **argv)
{
	struct call call = {0};
	int code, words = 3;

	/* The characters only: messages and numbers do not change with the locale. */
	setlocale(LC_CTYPE, "");
	call.style = style_of_stdout();
	call.json = wants_json(argv);
	if (!make_call(&call, argc)) {
		fputs("igdrom: Not enough memory.\n", stderr);
		free_call(&call);
		return EXIT_ENVIRONMENT;
	}
	if (argc >= 3)
		call.command = find_command(argv[1], argv[2]);
	if (!call.command && argc >= 2) {
		call.command = find_command(argv[1], "");
		words = 2;
	}
	code = call.command ? run(&call, argv + words) : run_without_command(&call, argc, argv);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "igdrom: Standard output cannot be written: %s.\n",
			strerror(errno));
		code = EXIT_ENVIRONMENT;
	}
	free_call(&call);
	return code;
}
