/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/libvirt_xml.h"

#include <string.h>

bool vm_xml_is(const struct vm_xml_element *e, enum vm_xml_ns ns, const char *name)
{
	return e && e->ns == ns && strcmp(e->name, name) == 0;
}

static struct vm_xml_element *first_of(struct vm_xml_element *e, const char *name)
{
	while (e && !vm_xml_is(e, VM_XML_NS_NONE, name))
		e = e->next;
	return e;
}

struct vm_xml_element *vm_xml_child(const struct vm_xml_element *e, const char *name)
{
	return e ? first_of(e->first, name) : NULL;
}

struct vm_xml_element *vm_xml_next(const struct vm_xml_element *e, const char *name)
{
	return e ? first_of(e->next, name) : NULL;
}

const char *vm_xml_attr(const struct vm_xml_element *e, const char *name)
{
	for (size_t i = 0; e && i < e->attr_count; i++) {
		if (strcmp(e->attrs[i].name, name) == 0)
			return e->attrs[i].value;
	}
	return NULL;
}

bool vm_xml_attr_is(const struct vm_xml_element *e, const char *name, const char *value)
{
	const char *found = vm_xml_attr(e, name);

	return found && strcmp(found, value) == 0;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool vm_xml_attr_place(const struct vm_xml_doc *doc, const struct vm_xml_element *e,
		       const char *name, size_t *from, size_t *to)
{
	const char *text = doc->text;
	size_t length = strlen(name);
	size_t at = e->at;

	/* Well-formed, so a name is followed by '=' and a value in quotes. */
	while (at < e->open_end && !is_space(text[at]))
		at++;
	while (at < e->open_end) {
		size_t start;
		const char *end;

		while (at < e->open_end && is_space(text[at]))
			at++;
		start = at;
		while (at < e->open_end && text[at] != '=' && !is_space(text[at]))
			at++;
		end = text + at;
		while (at < e->open_end && text[at] != '"' && text[at] != '\'')
			at++;
		if (at >= e->open_end)
			break;
		*from = at + 1;
		*to = *from;
		while (*to < e->open_end && text[*to] != text[at])
			++*to;
		if ((size_t)(end - text) - start == length &&
		    memcmp(text + start, name, length) == 0)
			return true;
		at = *to + 1;
	}
	return false;
}
