/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static const struct option *find_long(const struct option *options, const char *name, size_t size)
{
	for (; options && options->id != OPTION_END; options++) {
		if (strlen(options->name) == size && !memcmp(options->name, name, size))
			return options;
	}
	return NULL;
}

static const struct option *find_letter(const struct option *options, char letter)
{
	for (; options && options->id != OPTION_END; options++) {
		if (options->letter && options->letter == letter)
			return options;
	}
	return NULL;
}

static const struct option *find_key(const struct command *command, const char *name, size_t size)
{
	const struct option *option = command->keys ? find_long(key_options(), name, size) : NULL;

	return option && takes_key(command, option) ? option : NULL;
}

/* The option that an argument names; *value is what stands in the same argument, or NULL. */
static const struct option *find_option(const struct command *command, const char *argument,
					const char **value)
{
	const struct option *option;
	const char *name = argument + 2;
	size_t size;

	*value = NULL;
	if (argument[1] != '-') {
		option = find_letter(command->options, argument[1]);
		if (!option && command->keys)
			option = find_letter(key_options(), argument[1]);
		if (option && option->id == OPTION_KEY && !takes_key(command, option))
			option = NULL;
		if (!option)
			option = find_letter(common_options, argument[1]);
		if (argument[2])
			*value = argument + 2;
		return option;
	}
	size = strcspn(name, "=");
	if (name[size] == '=')
		*value = name + size + 1;
	option = find_long(command->options, name, size);
	if (!option)
		option = find_key(command, name, size);
	return option ? option : find_long(common_options, name, size);
}

static bool take_value(struct call *call, const struct option *option, const char **value,
		       const char *next, bool *used_next, int *code)
{
	*used_next = false;
	if (!option->value) {
		if (!*value)
			return true;
		*code = usage_error(call, "--%s takes no value.", option->name);
		return false;
	}
	if (*value)
		return true;
	/* A forgotten value must not swallow the next option. */
	if (!next || (next[0] == '-' && next[1] == '-')) {
		*code = usage_error(call, "--%s needs a value: %s.", option->name, option->value);
		return false;
	}
	*value = next;
	*used_next = true;
	return true;
}

static bool is_given(const struct call *call, const struct option *option)
{
	for (size_t i = 0; i < call->given_count; i++) {
		if (call->given[i].option == option)
			return true;
	}
	return false;
}

static bool parse_one(struct call *call, char **argv, int *at, int *code)
{
	const struct option *option;
	const char *value;
	bool used_next;

	option = find_option(call->command, argv[*at], &value);
	if (!option) {
		*code = usage_error(call, "There is no option %s.", argv[*at]);
		return false;
	}
	if (!option->many && is_given(call, option)) {
		*code = usage_error(call, "--%s is given twice.", option->name);
		return false;
	}
	if (!take_value(call, option, &value, argv[*at + 1], &used_next, code))
		return false;
	call->given[call->given_count++] = (struct given){.option = option, .value = value};
	*at += used_next ? 2 : 1;
	return true;
}

/* argv: what follows noun and verb, ended by NULL. */
bool options_parse(struct call *call, char **argv, int *code)
{
	bool only_operands = false;

	for (int i = 0; argv[i];) {
		bool dash = argv[i][0] == '-' && argv[i][1] != '\0';

		if (dash && !only_operands && !strcmp(argv[i], "--")) {
			only_operands = true;
			i++;
		} else if (dash && !only_operands) {
			if (!parse_one(call, argv, &i, code))
				return false;
		} else {
			call->operands[call->operand_count++] = argv[i++];
		}
	}
	if (option_given(call, OPTION_HELP))
		return true;
	if (call->operand_count < call->command->least) {
		*code = usage_error(call, "%s.",
				    call->operand_count ? "Too few arguments"
							: "Nothing to work on");
		return false;
	}
	if (call->operand_count > call->command->most) {
		*code = usage_error(call, "Too many arguments: %s.",
				    call->operands[call->command->most]);
		return false;
	}
	return true;
}

bool option_given(const struct call *call, enum option_id id)
{
	for (size_t i = 0; i < call->given_count; i++) {
		if (call->given[i].option->id == id)
			return true;
	}
	return false;
}

const char *option_value(const struct call *call, enum option_id id)
{
	for (size_t i = 0; i < call->given_count; i++) {
		if (call->given[i].option->id == id)
			return call->given[i].value;
	}
	return NULL;
}

bool parse_hex(const char *text, size_t most_digits, uint32_t *out)
{
	size_t size;

	*out = 0;
	if (text[0] == '0' && (text[1] | 0x20) == 'x')
		text += 2;
	size = strlen(text);
	if (size == 0 || size > most_digits || strspn(text, "0123456789abcdefABCDEF") != size)
		return false;
	*out = (uint32_t)strtoul(text, NULL, 16);
	return true;
}
