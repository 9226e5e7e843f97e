/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/libvirt_edit.h"

#include <stdlib.h>
#include <string.h>

struct vm_edit {
	size_t from;
	size_t to;
	size_t order;
	size_t text_at;
	size_t text_size;
};

struct vm_edits vm_edits_new(const struct vm_xml_doc *doc)
{
	return (struct vm_edits){.doc = doc, .text = build_new(2 * (size_t)VM_XML_MAX_BYTES)};
}

void vm_edits_free(struct vm_edits *edits)
{
	free(edits->list);
	build_free(&edits->text);
	edits->list = NULL;
}

void vm_edit_replace(struct vm_edits *edits, size_t from, size_t to, const void *text, size_t size)
{
	if (edits->count == edits->room) {
		size_t room = edits->room ? 2 * edits->room : 32;
		struct vm_edit *list = realloc(edits->list, room * sizeof(*list));

		if (!list) {
			edits->err = IGDROM_E_NOMEM;
			return;
		}
		edits->list = list;
		edits->room = room;
	}
	edits->list[edits->count] = (struct vm_edit){
		.from = from,
		.to = to,
		.order = edits->count,
		.text_at = edits->text.size,
		.text_size = size,
	};
	edits->count++;
	build_bytes(&edits->text, text, size);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void vm_edit_attr(struct vm_edits *edits, const struct vm_xml_element *e, const char *name,
		  const char *value)
{
	struct build escaped = build_new(VM_XML_MAX_BYTES);
	size_t from;
	size_t to;

	if (!vm_xml_attr_is(e, name, value) && vm_xml_attr_place(edits->doc, e, name, &from, &to)) {
		vm_xml_put_escaped(&escaped, value, edits->doc->ascii_only);
		if (escaped.err != IGDROM_OK)
			edits->err = escaped.err;
		vm_edit_replace(edits, from, to, escaped.data, escaped.size);
	}
	build_free(&escaped);
}

void vm_edit_drop_attr(struct vm_edits *edits, const struct vm_xml_element *e, const char *name)
{
	size_t from;
	size_t to;

	if (!vm_xml_attr_place(edits->doc, e, name, &from, &to))
		return;
	while (from > e->at && edits->doc->text[from - 1] != '=')
		from--;
	from -= from > e->at;
	while (from > e->at && is_space(edits->doc->text[from - 1]))
		from--;
	from -= strlen(name);
	while (from > e->at && is_space(edits->doc->text[from - 1]))
		from--;
	vm_edit_replace(edits, from, to + 1, "", 0);
}

void vm_edit_add_attr(struct vm_edits *edits, const struct vm_xml_element *e, const char *text)
{
	const char *source = edits->doc->text;
	size_t at = e->open_end - 1;

	if (source[at - 1] == '/')
		at--;
	while (at > e->at && is_space(source[at - 1]))
		at--;
	vm_edit_replace(edits, at, at, text, strlen(text));
}

void vm_edit_set_attr(struct vm_edits *edits, const struct vm_xml_element *e, const char *name,
		      const char *value)
{
	struct build text = build_new(VM_XML_MAX_BYTES);

	if (vm_xml_attr(e, name)) {
		vm_edit_attr(edits, e, name, value);
		return;
	}
	build_u8(&text, ' ');
	build_bytes(&text, name, strlen(name));
	build_bytes(&text, "='", 2);
	vm_xml_put_escaped(&text, value, edits->doc->ascii_only);
	build_bytes(&text, "'", 2);
	if (text.err == IGDROM_OK)
		vm_edit_add_attr(edits, e, (const char *)text.data);
	else
		edits->err = text.err;
	build_free(&text);
}

/* Where the line of a place starts; false: something other than blanks is before it. */
static bool line_start(const struct vm_xml_doc *doc, size_t at, size_t *start)
{
	while (at > 0 && (doc->text[at - 1] == ' ' || doc->text[at - 1] == '\t'))
		at--;
	*start = at;
	return at == 0 || doc->text[at - 1] == '\n';
}

void vm_edit_drop(struct vm_edits *edits, const struct vm_xml_element *e)
{
	const struct vm_xml_doc *doc = edits->doc;
	size_t from;
	size_t to = e->end;

	if (line_start(doc, e->at, &from)) {
		while (to < doc->size && is_space(doc->text[to]) && doc->text[to] != '\n')
			to++;
		if (to < doc->size && doc->text[to] == '\n') {
			vm_edit_replace(edits, from, to + 1, "", 0);
			return;
		}
	}
	vm_edit_replace(edits, e->at, e->end, "", 0);
}

static const char *newline_of(const struct vm_xml_doc *doc)
{
	const char *newline = memchr(doc->text, '\n', doc->size);

	return newline && newline > doc->text && newline[-1] == '\r' ? "\r\n" : "\n";
}

/* The blanks before an element that is first on its line; "" for another. */
static const char *indent_of(const struct vm_xml_doc *doc, const struct vm_xml_element *e,
			     size_t *size)
{
	size_t start;

	*size = e && line_start(doc, e->at, &start) ? e->at - start : 0;
	return *size ? doc->text + start : "";
}

struct vm_xml_out vm_edit_style(const struct vm_xml_doc *doc, const struct vm_xml_element *parent,
				struct build *text, char *indent, size_t room)
{
	const struct vm_xml_element *root = &doc->elements[0];
	struct vm_xml_out out = {.text = text,
				 .newline = newline_of(doc),
				 .ascii_only = doc->ascii_only,
				 .unit = "  ",
				 .unit_size = 2,
				 .indent = indent};
	size_t size;
	const char *own = indent_of(doc, parent, &size);
	size_t step;
	const char *first = indent_of(doc, root->first, &step);

	if (step && step <= 8) {
		out.unit = first;
		out.unit_size = step;
	}
	if (size > room - out.unit_size)
		size = room - out.unit_size;
	memcpy(indent, own, size);
	memcpy(indent + size, out.unit, out.unit_size);
	out.indent_size = size + out.unit_size;
	first = indent_of(doc, parent->first, &step);
	if (step > size && step <= room) {
		memcpy(indent, first, step);
		out.indent_size = step;
	}
	return out;
}

/* Lines that could not be made are no reason to go on without them. */
static void take_error(struct vm_edits *edits, const struct build *lines)
{
	if (edits->err == IGDROM_OK)
		edits->err = lines->err;
}

void vm_edit_append(struct vm_edits *edits, const struct vm_xml_element *parent,
		    const struct build *lines)
{
	const struct vm_xml_doc *doc = edits->doc;
	const char *newline = newline_of(doc);
	bool empty = parent->end == parent->open_end;
	struct build text = build_new(2 * (size_t)VM_XML_MAX_BYTES);
	const char *own;
	size_t size;
	size_t start;

	take_error(edits, lines);
	if (!empty && line_start(doc, parent->close_at, &start)) {
		vm_edit_replace(edits, start, start, lines->data, lines->size);
		return;
	}
	own = indent_of(doc, parent, &size);
	if (empty)
		build_u8(&text, '>');
	build_bytes(&text, newline, strlen(newline));
	build_bytes(&text, lines->data, lines->size);
	build_bytes(&text, own, size);
	if (empty) {
		size_t length = 1;

		/* "</" and the name as it stands in the start tag */
		while (!is_space(doc->text[parent->at + length]) &&
		       doc->text[parent->at + length] != '/')
			length++;
		build_bytes(&text, "</", 2);
		build_bytes(&text, doc->text + parent->at + 1, length - 1);
		build_u8(&text, '>');
	}
	if (text.err != IGDROM_OK)
		edits->err = text.err;
	vm_edit_replace(edits, empty ? parent->open_end - 2 : parent->close_at,
			empty ? parent->open_end : parent->close_at, text.data, text.size);
	build_free(&text);
}

void vm_edit_swap(struct vm_edits *edits, const struct vm_xml_element *e, const struct build *lines)
{
	const char *text = (const char *)lines->data;
	size_t size = lines->size;

	take_error(edits, lines);
	/* Blanks before the first line and the end of the last one are there already. */
	while (size && is_space(*text)) {
		text++;
		size--;
	}
	while (size && is_space(text[size - 1]))
		size--;
	vm_edit_replace(edits, e->at, e->end, text, size);
}

static int by_place(const void *a, const void *b)
{
	const struct vm_edit *x = a;
	const struct vm_edit *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

enum igdrom_status vm_edits_apply(struct vm_edits *edits, struct build *out)
{
	const struct vm_xml_doc *doc = edits->doc;
	size_t at = 0;

	if (edits->err == IGDROM_OK)
		edits->err = edits->text.err;
	if (edits->err != IGDROM_OK)
		return edits->err;
	if (edits->count)
		qsort(edits->list, edits->count, sizeof(*edits->list), by_place);
	for (size_t i = 0; i < edits->count; i++) {
		const struct vm_edit *edit = &edits->list[i];

		/* Inside something that goes as a whole. */
		if (edit->from < at)
			continue;
		build_bytes(out, doc->text + at, edit->from - at);
		if (edit->text_size)
			build_bytes(out, edits->text.data + edit->text_at, edit->text_size);
		at = edit->to;
	}
	build_bytes(out, doc->text + at, doc->size - at);
	return out->err;
}
