/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/pve_conf.h"

#include "core/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum section {
	SECTION_HEAD,
	SECTION_PENDING,
	SECTION_OTHER,
};

struct parse {
	struct pve_conf *conf;
	enum section section;
	size_t bad;    /* lines of the head that say nothing to Proxmox VE */
	size_t bad_at; /* the first of them */
	enum igdrom_status err;
};

/* Perl's \s, of ASCII. */
static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static struct pve_span trim(const char *s, size_t size)
{
	while (size && is_blank(s[size - 1]))
		size--;
	while (size && is_blank(*s)) {
		s++;
		size--;
	}
	return (struct pve_span){s, size};
}

/* [a-z][a-z_-]*[0-9]*, and a colon behind it; 0: it is none. */
static size_t key_size(struct pve_span line)
{
	size_t i = 0;

	if (!line.size || !is_lower(line.s[0]))
		return 0;
	while (i < line.size && (is_lower(line.s[i]) || line.s[i] == '_' || line.s[i] == '-'))
		i++;
	while (i < line.size && is_digit(line.s[i]))
		i++;
	return i < line.size && line.s[i] == ':' ? i : 0;
}

static void add_line(struct parse *p, const struct pve_line *line)
{
	struct pve_conf *conf = p->conf;

	if (conf->count == PVE_MAX_LINES) {
		p->err = IGDROM_E_LIMIT;
		return;
	}
	if ((conf->count & (conf->count - 1)) == 0) {
		size_t room = conf->count ? conf->count * 2 : 1;
		struct pve_line *lines = realloc(conf->lines, room * sizeof(*lines));

		if (!lines) {
			p->err = IGDROM_E_NOMEM;
			return;
		}
		conf->lines = lines;
	}
	conf->lines[conf->count++] = *line;
	conf->head_count += p->section == SECTION_HEAD;
}

/* "[name]"; false: the line is something else. */
static bool read_section(struct parse *p, struct pve_span line, size_t at)
{
	struct pve_span name = {line.s + 1, line.size - 2};

	if (line.size < 2 || line.s[0] != '[' || line.s[line.size - 1] != ']' ||
	    memchr(name.s, ']', name.size))
		return false;
	p->section = SECTION_OTHER;
	if (name.size == 7) {
		char lower[8] = "";

		for (size_t i = 0; i < name.size; i++)
			lower[i] = to_lower(name.s[i]);
		if (strcmp(lower, "pending") == 0) {
			p->section = SECTION_PENDING;
			p->conf->pending_at = at;
			return true;
		}
	}
	/* "special:cloudinit" is none. */
	p->conf->snapshots +=
		name.size > 1 && is_lower(to_lower(name.s[0])) && !memchr(name.s, ':', name.size);
	return true;
}

static void read_line(struct parse *p, size_t at, size_t size, size_t end)
{
	const char *s = p->conf->text + at;
	struct pve_span whole = trim(s, size);
	struct pve_line line = {.at = at, .end = end};
	size_t key;

	if (!whole.size)
		return;
	if (whole.s == s && read_section(p, whole, at))
		return;
	if (s[0] == '#' || p->section == SECTION_OTHER)
		return;
	key = whole.s == s ? key_size(whole) : 0;
	if (key) {
		line.key = (struct pve_span){s, key};
		line.value = trim(s + key + 1, size - key - 1);
		line.value_at = (size_t)(line.value.s - p->conf->text);
	}
	if (line.value.size) {
		add_line(p, &line);
	} else if (p->section == SECTION_HEAD) {
		if (!p->bad)
			p->bad_at = at;
		p->bad++;
	}
}

enum igdrom_status pve_conf_parse(const char *text, size_t size, struct igdrom_report *report,
				  struct pve_conf *out)
{
	struct parse p = {.conf = out};

	*out = (struct pve_conf){.text = text, .size = size, .pending_at = size};
	for (size_t at = 0; at < size && p.err == IGDROM_OK;) {
		const char *newline = memchr(text + at, '\n', size - at);
		size_t length = newline ? (size_t)(newline - text) - at : size - at;
		size_t end = at + length + (newline != NULL);

		read_line(&p, at, length, end);
		at = end;
	}
	if (p.err != IGDROM_OK)
		return p.err;
	if (!out->head_count) {
		report_add(report, FINDING_VM_PVE_NO_LINE, IGDROM_NO_OFFSET, REPORT_NO_ARGS);
		return IGDROM_E_NOT_RECOGNIZED;
	}
	if (p.bad)
		report_add(report, FINDING_VM_PVE_LINE, p.bad_at, REPORT_ARGS(ARG_U(p.bad)));
	return IGDROM_OK;
}

void pve_conf_free(struct pve_conf *conf)
{
	free(conf->lines);
	conf->lines = NULL;
	conf->count = 0;
	conf->head_count = 0;
}

const struct pve_line *pve_conf_find(const struct pve_conf *conf, const char *key)
{
	for (size_t i = conf->head_count; i-- > 0;) {
		if (pve_is(conf->lines[i].key, key))
			return &conf->lines[i];
	}
	return NULL;
}

const struct pve_line *pve_conf_find_numbered(const struct pve_conf *conf, const char *key,
					      unsigned number)
{
	char name[PVE_KEY_ROOM + 16];

	snprintf(name, sizeof(name), "%s%u", key, number);
	return pve_conf_find(conf, name);
}

bool pve_next_part(struct pve_span value, size_t *i, struct pve_part *out)
{
	while (*i < value.size) {
		const char *s = value.s + *i;
		size_t left = value.size - *i;
		const char *comma = memchr(s, ',', left);
		size_t size = comma ? (size_t)(comma - s) : left;
		const char *equal = memchr(s, '=', size);

		*i += size + (comma != NULL);
		if (!trim(s, size).size)
			continue;
		*out = (struct pve_part){.value = {s, size}, .whole = {s, size}};
		if (equal) {
			out->key = (struct pve_span){s, (size_t)(equal - s)};
			out->value.s = equal + 1;
			out->value.size = out->key.size ? size - out->key.size - 1 : 0;
		}
		return true;
	}
	return false;
}

struct pve_span pve_property(struct pve_span value, const char *key, const char *default_key)
{
	struct pve_part part;

	for (size_t i = 0; pve_next_part(value, &i, &part);) {
		bool is_default = !part.key.size && default_key && strcmp(key, default_key) == 0;

		if (is_default || pve_is(part.key, key))
			return part.value;
	}
	return (struct pve_span){NULL, 0};
}

bool pve_is(struct pve_span span, const char *text)
{
	return span.size == strlen(text) && (!span.size || memcmp(span.s, text, span.size) == 0);
}

bool pve_begins(struct pve_span span, const char *text)
{
	size_t size = strlen(text);

	return span.size >= size && (!size || memcmp(span.s, text, size) == 0);
}

bool pve_boolean(struct pve_span span, bool *value)
{
	static const char *const words[] = {"0", "off", "no", "false", "1", "on", "yes", "true"};
	char lower[8] = "";

	if (span.size >= sizeof(lower))
		return false;
	for (size_t i = 0; i < span.size; i++)
		lower[i] = to_lower(span.s[i]);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(lower, words[i]) == 0) {
			*value = i >= 4;
			return true;
		}
	}
	return false;
}

bool pve_property_on(struct pve_span value, const char *key, const char *default_key, bool absent)
{
	struct pve_span property = pve_property(value, key, default_key);
	bool on = absent;

	return property.size && pve_boolean(property, &on) ? on : absent;
}
