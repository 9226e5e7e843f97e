/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <string.h>

#define HELP_WIDTH 80

static void wrap(FILE *out, int at, int indent, const char *text)
{
	while (*text) {
		size_t size = strcspn(text, " ");

		if (at > indent && at + 1 + (int)size > HELP_WIDTH) {
			fprintf(out, "\n%*s", indent, "");
			at = indent;
		} else if (at > indent) {
			fputc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", (int)size, text);
		at += (int)size;
		text += size;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void list_verbs(FILE *out, const char *noun)
{
	const struct command *command;

	for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
		if (command->hidden || (noun && strcmp(command->noun, noun) != 0))
			continue;
		fprintf(out, "  igdrom %-8s %-7s  %s\n", command->noun, command->verb,
			command->summary);
	}
}

void help_global(FILE *out)
{
	fprintf(out,
		"igdrom %s: option ROMs for Intel integrated GPUs in virtual machines\n\n"
		"usage: igdrom NOUN VERB [OPTION]... [ARGUMENT]...\n\n",
		igdrom_version());
	list_verbs(out, NULL);
	fputs("\n"
	      "Each verb takes --help and --json. \"igdrom --version\" names the version.\n"
	      "A file named - is standard input or output.\n"
	      "\n"
	      "Ends with 0 (done, yes), 1 (no, bad content, findings of severity error),\n"
	      "2 (wrong command line), 3 (a file or the machine) or 4 (refused: the result\n"
	      "would not work).\n",
	      out);
}

void help_noun(FILE *out, const char *noun)
{
	fprintf(out, "usage: igdrom %s VERB [OPTION]... [ARGUMENT]...\n\n", noun);
	list_verbs(out, noun);
	fputs("\nEach verb takes --help.\n", out);
}

static void list_option(FILE *out, const struct option *option)
{
	char head[64];
	int size = snprintf(head, sizeof(head), "  %c%c%s --%s %s", option->letter ? '-' : ' ',
			    option->letter ? option->letter : ' ', option->letter ? "," : " ",
			    option->name, option->value ? option->value : "");

	fprintf(out, "%-24s", head);
	if (size > 23)
		fprintf(out, "\n%24s", "");
	wrap(out, 24, 24, option->text);
}

static void list_options(FILE *out, const struct option *options)
{
	for (; options->id != OPTION_END; options++)
		list_option(out, options);
}

static void list_keys(FILE *out, const struct command *command)
{
	fputs("\nWhat is wanted, and what is known of the host:\n", out);
	for (const struct option *key = key_options(); key->id != OPTION_END; key++) {
		if (takes_key(command, key))
			list_option(out, key);
	}
}

void help_command(FILE *out, const struct command *command)
{
	int size = fprintf(out, "usage: igdrom %s %s%s", command->noun, command->verb,
			   *command->verb ? " " : "");

	wrap(out, size, size, command->synopsis);
	fputc('\n', out);
	wrap(out, 0, 0, command->text);
	fputs("\nOptions:\n", out);
	list_options(out, command->options);
	list_options(out, common_options);
	if (command->keys)
		list_keys(out, command);
}

/* All options of a command, one list after the other. */
static const struct option *next_option(const struct command *command, const struct option *at)
{
	const struct option *lists[] = {command->options, command->keys ? key_options() : NULL,
					common_options};
	bool found = at == NULL;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		for (const struct option *one = lists[i]; one && one->id != OPTION_END; one++) {
			if (found && (one->id != OPTION_KEY || takes_key(command, one)))
				return one;
			found = found || one == at;
		}
	}
	return NULL;
}

/* Options with a value, by what the shell offers for it. */
static void complete_values(const struct command *command, enum value_kind kind)
{
	const struct option *option = NULL;
	bool first = true;

	while ((option = next_option(command, option))) {
		if (option->kind != kind)
			continue;
		printf("%s--%s", first ? "" : "|", option->name);
		if (option->letter)
			printf("|-%c", option->letter);
		first = false;
	}
}

/* Options whose values are a few words. */
static void complete_words(const struct command *command)
{
	const struct option *option = NULL;
	bool any = false;

	while ((option = next_option(command, option))) {
		if (!key_words(option))
			continue;
		if (!any)
			printf("\t\tcase $prev in\n");
		any = true;
		printf("\t\t--%s) words=\"%s\" ;;\n", option->name, key_words(option));
	}
	if (any)
		printf("\t\tesac\n");
}

static void complete_command(const struct command *command)
{
	const struct option *option = NULL;

	printf("\t\"%s%s%s\")\n\t\topts=\"", command->noun, *command->verb ? " " : "",
	       command->verb);
	while ((option = next_option(command, option)))
		printf(" --%s", option->name);
	printf("\"\n\t\tfiles=%d\n", command->kind == VALUE_FILE);
	if (command->words)
		printf("\t\toperands=\"%s\"\n", command->words);
	for (int kind = VALUE_FILE; kind <= VALUE_WORD; kind++) {
		static const char *const names[] = {
			[VALUE_FILE] = "file", [VALUE_DIRECTORY] = "dir", [VALUE_WORD] = "word"};

		printf("\t\t%s='@(", names[kind]);
		complete_values(command, (enum value_kind)kind);
		printf(")'\n");
	}
	complete_words(command);
	printf("\t\t;;\n");
}

static bool has_verbs(const char *noun)
{
	const struct command *command;

	for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
		if (!strcmp(command->noun, noun) && *command->verb)
			return true;
	}
	return false;
}

int run_completion(struct call *call)
{
	const struct command *command;

	(void)call;
	printf("# bash completion for igdrom; generated by \"igdrom completion bash\", do not "
	       "edit\n"
	       "_igdrom()\n{\n"
	       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	       "\tlocal opts= files=0 file= dir= word= words= operands= verbs=\n"
	       "\tCOMPREPLY=()\n"
	       "\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n"
	       "\t\tCOMPREPLY=($(compgen -W \"");
	for (size_t i = 0; nouns[i]; i++)
		printf("%s ", nouns[i]);
	printf("--help --version\" -- \"$cur\"))\n\t\treturn\n\tfi\n"
	       "\tcase ${COMP_WORDS[1]} in\n");
	for (size_t i = 0; nouns[i]; i++) {
		printf("\t%s) verbs=\"", nouns[i]);
		for (size_t j = 0; (command = command_at(j)) != NULL; j++) {
			if (!strcmp(command->noun, nouns[i]) && *command->verb)
				printf("%s ", command->verb);
		}
		printf("%s\" ;;\n", has_verbs(nouns[i]) ? "--help" : "");
	}
	printf("\tesac\n"
	       "\tif [ \"$COMP_CWORD\" -eq 2 ] && [ -n \"$verbs\" ]; then\n"
	       "\t\tCOMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\"))\n\t\treturn\n\tfi\n"
	       "\tcase \"${COMP_WORDS[1]}${verbs:+ ${COMP_WORDS[2]}}\" in\n");
	for (size_t i = 0; (command = command_at(i)) != NULL; i++) {
		if (!command->hidden)
			complete_command(command);
	}
	printf("\t*) return ;;\n\tesac\n"
	       "\tcase $prev in\n"
	       "\t$file) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n"
	       "\t$dir) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n"
	       "\t$word) COMPREPLY=($(compgen -W \"$words\" -- \"$cur\")); return ;;\n"
	       "\tesac\n"
	       "\tcase $cur in\n"
	       "\t-*) COMPREPLY=($(compgen -W \"$opts\" -- \"$cur\")) ;;\n"
	       "\t*)\n"
	       "\t\t[ \"$files\" = 1 ] && COMPREPLY=($(compgen -f -- \"$cur\"))\n"
	       "\t\t[ -n \"$operands\" ] && COMPREPLY=($(compgen -W \"$operands\" -- \"$cur\"))\n"
	       "\t\t;;\n"
	       "\tesac\n"
	       "}\n"
	       "complete -o filenames -F _igdrom igdrom\n");
	return EXIT_YES;
}
