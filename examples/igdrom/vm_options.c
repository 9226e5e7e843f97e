/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys of a request as options: those that the library knows, so that a new one is an option. */
#include "cli.h"

#include <string.h>

#define KEYS_MAX   64
#define NAME_ROOM  32
#define TEXT_ROOM  256
#define WORDS_ROOM 96

/* What the library does not say: how an option looks. Keys that are not here take a VALUE. */
static const struct {
	const char *key;
	const char *value;
	enum value_kind kind;
	char letter;
} looks[] = {
	{"device", "ID", VALUE_WORD, 'd'},
	{"display_class", "CLASS", VALUE_WORD, 0},
	{"hypervisor", "NAME", VALUE_WORD, 0},
	{"qemu", "VERSION", VALUE_WORD, 0},
	{"pve", "VERSION", VALUE_WORD, 0},
	{"libvirt", "VERSION", VALUE_WORD, 0},
	{"kernel", "VERSION", VALUE_WORD, 0},
	{"firmware", "NAME", VALUE_WORD, 0},
	{"machine", "NAME", VALUE_WORD, 0},
	{"guest", "NAME", VALUE_WORD, 0},
	{"want", "WHAT", VALUE_WORD, 0},
	{"function", "WHAT", VALUE_WORD, 0},
	{"mdev", "TYPE", VALUE_WORD, 0},
	{"host_address", "ADDRESS", VALUE_WORD, 0},
	{"audio", "ADDRESS", VALUE_WORD, 0},
	{"stolen_base", "HEX", VALUE_WORD, 0},
	{"ggc", "HEX", VALUE_WORD, 0},
	{"gms", "HEX", VALUE_WORD, 0},
	{"ggms", "MIB", VALUE_WORD, 0},
	{"lpc_id", "ID", VALUE_WORD, 0},
	{"address_width", "BITS", VALUE_WORD, 0},
	{"disable_vga", "YES", VALUE_WORD, 0},
	{"memory", "MIB", VALUE_WORD, 0},
	{"rom", "FILE", VALUE_FILE, 0},
	{"vm", "ID", VALUE_WORD, 0},
	{"index", "N", VALUE_WORD, 0},
	{"debug_console", "FILE", VALUE_FILE, 0},
};

static struct option options[KEYS_MAX + 1];
static char names[KEYS_MAX][NAME_ROOM];
static char texts[KEYS_MAX][TEXT_ROOM];
static char words[KEYS_MAX][WORDS_ROOM];

static void dress(struct option *option, const char *key)
{
	option->value = "VALUE";
	option->kind = VALUE_WORD;
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		if (strcmp(looks[i].key, key) != 0)
			continue;
		option->value = looks[i].value;
		option->kind = looks[i].kind;
		option->letter = looks[i].letter;
	}
}

/* "a | b" as "a b"; "" when the values are no list of words. */
static void list_words(const char *values, char *out)
{
	size_t used = 0;

	*out = '\0';
	if (!strstr(values, " | ") || strlen(values) >= WORDS_ROOM)
		return;
	for (; *values; values++) {
		if (*values != '|' && (*values != ' ' || (used && out[used - 1] != ' ')))
			out[used++] = *values;
	}
	out[used] = '\0';
}

/* "firmware of the virtual machine: ovmf | seabios"; of "version, as 9.0" only the example. */
static void describe(char *out, const char *help, const char *values)
{
	const char *example = strstr(values, ", as ");

	snprintf(out, TEXT_ROOM, "%s%s%s", help, example ? ", " : ": ",
		 example ? example + strlen(", ") : values);
	if (strstr(help, ", as "))
		snprintf(out, TEXT_ROOM, "%s", help);
}

static void make(size_t index)
{
	const char *key = igdrom_vm_request_key_at(index);
	const char *values = igdrom_vm_request_key_values(index);

	snprintf(names[index], NAME_ROOM, "%s", key);
	for (char *c = names[index]; *c; c++)
		*c = *c == '_' ? '-' : *c;
	describe(texts[index], igdrom_vm_request_key_help(index), values);
	list_words(values, words[index]);
	options[index] = (struct option){
		.id = OPTION_KEY,
		.name = names[index],
		.text = texts[index],
	};
	dress(&options[index], key);
}

const struct option *key_options(void)
{
	size_t count = igdrom_vm_request_key_count();

	if (options[0].id == OPTION_KEY)
		return options;
	for (size_t i = 0; i < count && i < KEYS_MAX; i++)
		make(i);
	return options;
}

const char *key_words(const struct option *key)
{
	const char *found = key->id == OPTION_KEY ? words[key - options] : "";

	return *found ? found : NULL;
}

bool takes_key(const struct command *command, const struct option *key)
{
	size_t size = strlen(key->name);
	const char *at = command->keys;

	if (!at || !strcmp(at, "*"))
		return at != NULL;
	while ((at = strstr(at, key->name))) {
		bool starts = at == command->keys || at[-1] == ' ';

		if (starts && (at[size] == ' ' || at[size] == '\0'))
			return true;
		at += size;
	}
	return false;
}
