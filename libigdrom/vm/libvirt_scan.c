/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the elements of an XML text start and end (XML 1.0, 5th edition, 2.4 - 2.7 and 3.1). */
#include "vm/libvirt_xml.h"

#include "core/report.h"

#include <stdlib.h>
#include <string.h>

struct scan {
	struct vm_xml_doc *doc;
	size_t room;
	size_t at;
	struct vm_xml_element *open; /* innermost element that is not closed yet */
	unsigned depth;
	struct igdrom_report *report;
};

static bool starts_with(const struct scan *s, const char *token)
{
	size_t length = strlen(token);

	return s->doc->size - s->at >= length && memcmp(s->doc->text + s->at, token, length) == 0;
}

/* Moves behind the next `token`; false: there is none. */
static bool pass(struct scan *s, const char *token)
{
	size_t length = strlen(token);

	while (s->at < s->doc->size) {
		const char *found = memchr(s->doc->text + s->at, token[0], s->doc->size - s->at);

		if (!found)
			break;
		s->at = (size_t)(found - s->doc->text);
		if (starts_with(s, token)) {
			s->at += length;
			return true;
		}
		s->at++;
	}
	s->at = s->doc->size;
	return false;
}

/* Moves behind the '>' that ends a tag; those in quotes do not. Counts the attributes on the way. */
static bool pass_tag(struct scan *s, size_t *attributes)
{
	char quote = 0;

	*attributes = 0;
	for (; s->at < s->doc->size; s->at++) {
		char c = s->doc->text[s->at];

		if (quote) {
			if (c == quote)
				quote = 0;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '=') {
			++*attributes;
		} else if (c == '>') {
			s->at++;
			return true;
		}
	}
	return false;
}

static enum igdrom_status limit(struct scan *s, const char *what, uint64_t most)
{
	report_add(s->report, FINDING_VM_XML_LIMIT, s->at, REPORT_ARGS(ARG_S(what), ARG_U(most)));
	return IGDROM_E_LIMIT;
}

static enum igdrom_status start_tag(struct scan *s)
{
	struct vm_xml_doc *doc = s->doc;
	struct vm_xml_element *e;
	size_t attributes;

	if (doc->count == s->room)
		return limit(s, "elements", VM_XML_MAX_ELEMENTS);
	if (s->depth == VM_XML_MAX_DEPTH)
		return limit(s, "elements in one another", VM_XML_MAX_DEPTH);
	e = &doc->elements[doc->count++];
	*e = (struct vm_xml_element){.text = "", .parent = s->open, .at = s->at};
	if (s->open && s->open->last)
		s->open->last->next = e;
	else if (s->open)
		s->open->first = e;
	if (s->open)
		s->open->last = e;
	if (!pass_tag(s, &attributes)) {
		e->open_end = e->close_at = e->end = s->at;
		return IGDROM_OK;
	}
	e->open_end = e->close_at = e->end = s->at;
	/* The library compares each attribute of an element with all others. */
	if (attributes > VM_XML_MAX_ATTRIBUTES) {
		s->at = e->at;
		return limit(s, "attributes in one element", VM_XML_MAX_ATTRIBUTES);
	}
	if (doc->text[s->at - 2] != '/') {
		s->open = e;
		s->depth++;
	}
	return IGDROM_OK;
}

static void end_tag(struct scan *s)
{
	struct vm_xml_element *e = s->open;
	size_t at = s->at;
	size_t attributes;

	(void)pass_tag(s, &attributes);
	if (!e)
		return;
	e->close_at = at;
	e->end = s->at;
	s->open = e->parent;
	s->depth--;
}

static enum igdrom_status markup(struct scan *s)
{
	if (starts_with(s, "<!--")) {
		s->at += 4;
		(void)pass(s, "-->");
	} else if (starts_with(s, "<![CDATA[")) {
		(void)pass(s, "]]>");
	} else if (starts_with(s, "<!")) {
		report_add(s->report, FINDING_VM_XML_DOCTYPE, s->at, REPORT_NO_ARGS);
		return IGDROM_E_UNSUPPORTED;
	} else if (starts_with(s, "<?")) {
		(void)pass(s, "?>");
	} else if (starts_with(s, "</")) {
		end_tag(s);
	} else {
		return start_tag(s);
	}
	return IGDROM_OK;
}

/* Encodings in which every byte below 80h is the ASCII character, wherever it stands. */
static bool encoding_known(const char *name, size_t size, bool *utf8)
{
	static const char *const known[] = {"utf-8", "us-ascii", "ascii", "iso-8859-"};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t length = strlen(known[i]);
		size_t same = 0;

		while (same < length && same < size &&
		       (char)(name[same] >= 'A' && name[same] <= 'Z'
				      ? name[same] | 0x20
				      : name[same]) == known[i][same])
			same++;
		if (same == length && (size == length || i == 3)) {
			*utf8 = i == 0;
			return true;
		}
	}
	return false;
}

/* The value of encoding="..." in an XML declaration; NULL: there is none. */
static const char *declared_encoding(const char *text, size_t size, size_t *length)
{
	static const char key[] = "encoding";
	size_t end = 0;
	size_t i = 0;

	if (size < 6 || memcmp(text, "<?xml", 5) != 0)
		return NULL;
	while (end < size && text[end] != '>')
		end++;
	while (i < end && (end - i < sizeof(key) || memcmp(text + i, key, sizeof(key) - 1) != 0))
		i++;
	while (i < end && text[i] != '"' && text[i] != '\'')
		i++;
	if (i >= end)
		return NULL;
	*length = 0;
	while (i + 1 + *length < end && text[i + 1 + *length] != text[i])
		++*length;
	return text + i + 1;
}

static enum igdrom_status check_encoding(struct scan *s)
{
	struct vm_xml_doc *doc = s->doc;
	char shown[32] = "UTF-16";
	size_t length = 0;
	const char *name;
	bool utf8 = true;

	if (starts_with(s, "\xef\xbb\xbf"))
		s->at = 3;
	name = declared_encoding(doc->text + s->at, doc->size - s->at, &length);
	if (!memchr(doc->text, '\0', doc->size)) {
		if (!name || encoding_known(name, length, &utf8)) {
			doc->ascii_only = !utf8;
			return IGDROM_OK;
		}
		if (length >= sizeof(shown))
			length = sizeof(shown) - 1;
		memcpy(shown, name, length);
		shown[length] = '\0';
	}
	report_add(s->report, FINDING_VM_XML_ENCODING, 0, REPORT_ARGS(ARG_S(shown)));
	return IGDROM_E_UNSUPPORTED;
}

/* How many start tags there may be at most. */
static size_t count_tags(const char *text, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i + 1 < size && count < VM_XML_MAX_ELEMENTS; i++)
		count += text[i] == '<' && !strchr("!?/", text[i + 1]);
	return count;
}

enum igdrom_status vm_xml_scan(struct vm_xml_doc *doc, struct igdrom_report *report)
{
	struct scan s = {.doc = doc, .report = report};
	enum igdrom_status status = check_encoding(&s);

	if (status != IGDROM_OK)
		return status;
	s.room = count_tags(doc->text, doc->size);
	doc->elements = calloc(s.room ? s.room : 1, sizeof(*doc->elements));
	if (!doc->elements)
		return IGDROM_E_NOMEM;
	while (status == IGDROM_OK && s.at < doc->size) {
		const char *next = memchr(doc->text + s.at, '<', doc->size - s.at);

		if (!next)
			break;
		s.at = (size_t)(next - doc->text);
		status = markup(&s);
	}
	return status;
}
