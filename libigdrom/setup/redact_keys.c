/* SPDX-License-Identifier: BSD-2-Clause */
#include "setup/redact_keys.h"

#include <string.h>

#define KEY_BYTES 24 /* the longest, and more */

static const struct {
	const char *name; /* lower case */
	enum redact_kind kind;
} keys[] = {
	{"apikey", REDACT_SECRET},      {"asset", REDACT_SECRET},
	{"cipassword", REDACT_SECRET},  {"ciuser", REDACT_USER},
	{"comment", REDACT_SECRET},     {"contact", REDACT_SECRET},
	{"description", REDACT_SECRET}, {"eui", REDACT_DISK},
	{"fqdn", REDACT_HOST},          {"hostname", REDACT_HOST},
	{"label", REDACT_DISK},         {"location", REDACT_SECRET},
	{"login", REDACT_USER},         {"nameserver", REDACT_IP},
	{"nguid", REDACT_DISK},         {"osk", REDACT_SECRET},
	{"partlabel", REDACT_DISK},     {"partuuid", REDACT_DISK},
	{"pass", REDACT_SECRET},        {"passphrase", REDACT_SECRET},
	{"passwd", REDACT_SECRET},      {"password", REDACT_SECRET},
	{"psk", REDACT_SECRET},         {"searchdomain", REDACT_HOST},
	{"secret", REDACT_SECRET},      {"serial", REDACT_SECRET},
	{"serialno", REDACT_SECRET},    {"serialnumber", REDACT_SECRET},
	{"smbios1", REDACT_SECRET},     {"sshkey", REDACT_SECRET},
	{"sshkeys", REDACT_SECRET},     {"ssid", REDACT_SECRET},
	{"title", REDACT_SECRET},       {"token", REDACT_SECRET},
	{"user", REDACT_USER},          {"username", REDACT_USER},
	{"uuid", REDACT_UUID},          {"vmgenid", REDACT_UUID},
	{"wwid", REDACT_DISK},          {"wwn", REDACT_DISK},
};

static char at_or_nul(const struct span *text, size_t at)
{
	return at < text->size ? text->text[at] : '\0';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* The key that starts here, and its size; 0: none. */
static size_t find_key(const struct span *text, size_t at, enum redact_kind *kind)
{
	char word[KEY_BYTES + 1];
	size_t size = 0;

	while (size < KEY_BYTES && match_is_alnum(at_or_nul(text, at + size))) {
		word[size] = lower(text->text[at + size]);
		size++;
	}
	word[size] = '\0';
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i].name, word) != 0)
			continue;
		*kind = keys[i].kind;
		return size;
	}
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t skip_blanks(const struct span *text, size_t at)
{
	while (is_blank(at_or_nul(text, at)))
		at++;
	return at;
}

/* "Serial Number", "asset_tag" */
static size_t skip_second_word(const struct span *text, size_t at)
{
	static const char *const words[] = {"number", "tag", "no"};

	if (!is_blank(at_or_nul(text, at)) && at_or_nul(text, at) != '_')
		return at;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t size = 0;

		while (words[i][size] && lower(at_or_nul(text, at + 1 + size)) == words[i][size])
			size++;
		if (!words[i][size] && !match_is_alnum(at_or_nul(text, at + 1 + size)))
			return at + 1 + size;
	}
	return at;
}

/* Up to one of the letters, or the end. */
static size_t find_end(const struct span *text, size_t at, const char *letters)
{
	while (at < text->size && (text->text[at] == '\0' || !strchr(letters, text->text[at])))
		at++;
	return at;
}

static bool starts_line(const struct span *text, size_t at)
{
	return at == 0 || text->text[at - 1] == '\n';
}

/* Where a value ends that is in no quotes of its own. */
static size_t end_of_bare(const struct span *text, size_t key, size_t at, char separator,
			  char quote)
{
	bool blank = is_blank(text->text[at - 1]);
	char letters[] = "\n\r,<;&}\"' \t";

	/* "key: value" of a configuration, or in the log of the kernel. */
	if (separator == ':' && starts_line(text, key))
		return find_end(text, at, "\n\r");
	if (separator == ':' && blank)
		return find_end(text, at, "\n\r,<");
	if (quote)
		letters[strlen(letters) - 2] = '\0';
	return find_end(text, at, letters);
}

bool redact_find_value(const struct span *text, size_t at, char quote, struct redact_value *out)
{
	size_t key = find_key(text, at, &out->kind), end;
	char before = at ? text->text[at - 1] : '\0', separator, own;

	if (!key)
		return false;
	end = skip_second_word(text, at + key);
	if (at_or_nul(text, end) == '"' || at_or_nul(text, end) == '\'') {
		quote = at_or_nul(text, end) == quote ? 0 : quote;
		end++;
	}
	/* The text of an element of XML. */
	if (at_or_nul(text, end) == '>' && (before == '<' || before == '\'' || before == '"')) {
		out->at = end + 1;
		out->size = find_end(text, out->at, "<") - out->at;
		return out->size > 0;
	}
	end = skip_blanks(text, end);
	separator = at_or_nul(text, end);
	if (separator != '=' && separator != ':')
		return false;
	out->at = skip_blanks(text, end + 1);
	own = at_or_nul(text, out->at);
	if (own == '"' || (own == '\'' && quote != '\'')) {
		out->at++;
		out->size = find_end(text, out->at, own == '"' ? "\"\n" : "'\n") - out->at;
	} else {
		out->size = end_of_bare(text, at, out->at, separator, quote) - out->at;
	}
	return out->size > 0;
}
