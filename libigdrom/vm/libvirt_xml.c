/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/libvirt_xml.h"

#include "core/library.h"
#include "core/report.h"

#include <libxml/parser.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define LIBXML_FUNCTIONS(F)     \
	F(CreatePushParserCtxt) \
	F(CtxtUseOptions)       \
	F(FreeDoc)              \
	F(FreeParserCtxt)       \
	F(ParseChunk)

/* Its functions, without their prefix. */
static struct libxml {
#define LIBXML_MEMBER(name) __typeof__(&xml##name) name;
	LIBXML_FUNCTIONS(LIBXML_MEMBER)
#undef LIBXML_MEMBER
} libxml;

static const struct library_function functions[] = {
#define LIBXML_ROW(name) {"xml" #name, offsetof(struct libxml, name)},
	LIBXML_FUNCTIONS(LIBXML_ROW)
#undef LIBXML_ROW
};

LIBRARY_NOTE("domain-xml", "Domain XML of libvirt and unraid", LIBXML_SONAME);

/* What libxml2 calls back with. */
struct reading {
	struct vm_xml_doc *doc;
	size_t seen; /* start tags so far */
	struct vm_xml_element *now;
	size_t attr_room;
	size_t string_at;
	size_t string_room;
	bool disagree; /* libxml2 sees other elements than we do */
	bool no_memory;
	int line;
	int column;
	char message[160];
};

static const char *keep(struct reading *r, const void *text, size_t size)
{
	char *copy = r->doc->strings + r->string_at;

	if (size >= r->string_room - r->string_at) {
		r->disagree = true;
		return "";
	}
	memcpy(copy, text, size);
	copy[size] = '\0';
	r->string_at += size + 1;
	return copy;
}

static const char *keep_string(struct reading *r, const xmlChar *text)
{
	return text ? keep(r, text, strlen((const char *)text)) : NULL;
}

static void keep_attrs(struct reading *r, struct vm_xml_element *e, int count,
		       const xmlChar *const *attrs)
{
	struct vm_xml_doc *doc = r->doc;

	e->attrs = doc->attrs + doc->attr_count;
	for (int i = 0; i < count; i++, attrs += 5) {
		struct vm_xml_attr *attr = &doc->attrs[doc->attr_count];

		/* localname, prefix, URI, value, end of value */
		if (attrs[1])
			continue;
		if (doc->attr_count == r->attr_room) {
			r->disagree = true;
			return;
		}
		attr->name = keep_string(r, attrs[0]);
		attr->value = keep(r, attrs[3], (size_t)(attrs[4] - attrs[3]));
		e->attr_count++;
		doc->attr_count++;
	}
}

/* Whether the start tag at e has this name; names with other than ASCII characters are not compared. */
static bool same_name(const struct vm_xml_doc *doc, const struct vm_xml_element *e,
		      const xmlChar *prefix, const xmlChar *name)
{
	const xmlChar *parts[2] = {prefix, name};
	size_t at = e->at + 1;

	for (int i = 0; i < 2; i++) {
		for (const xmlChar *c = parts[i]; c && *c; c++) {
			if (*c >= 0x80)
				return true;
			if (at >= e->open_end || doc->text[at++] != (char)*c)
				return false;
		}
		if (i == 0 && prefix && (at >= e->open_end || doc->text[at++] != ':'))
			return false;
	}
	return true;
}

static enum vm_xml_ns namespace_of(const xmlChar *prefix, const xmlChar *uri)
{
	if (!uri)
		return prefix ? VM_XML_NS_UNBOUND : VM_XML_NS_NONE;
	return strcmp((const char *)uri, VM_XML_QEMU_URI) == 0 ? VM_XML_NS_QEMU : VM_XML_NS_OTHER;
}

static void on_start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
		     int namespace_count, const xmlChar **namespaces, int attr_count,
		     int defaulted_count, const xmlChar **attrs)
{
	struct reading *r = user;
	struct vm_xml_element *e = &r->doc->elements[r->seen];

	(void)defaulted_count;
	if (r->disagree || r->seen >= r->doc->count || e->parent != r->now ||
	    !same_name(r->doc, e, prefix, name)) {
		r->disagree = true;
		return;
	}
	for (int i = 0; r->seen == 0 && i < namespace_count; i++) {
		const xmlChar *bound = namespaces[2 * i];

		/* libxml2 only warns of a prefix with a colon in it, which no name can have. */
		if (bound && !strchr((const char *)bound, ':') && namespaces[2 * i + 1] &&
		    strcmp((const char *)namespaces[2 * i + 1], VM_XML_QEMU_URI) == 0)
			r->doc->qemu_prefix = keep_string(r, bound);
	}
	r->seen++;
	r->now = e;
	e->name = keep_string(r, name);
	e->prefix = keep_string(r, prefix);
	e->ns = namespace_of(prefix, uri);
	/* A namespace may be long and hold for many elements; only metadata is told apart by it. */
	e->uri = e->ns == VM_XML_NS_OTHER && strlen((const char *)uri) < 64 ? keep_string(r, uri)
									    : NULL;
	keep_attrs(r, e, attr_count, attrs);
}

static void on_end(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct reading *r = user;

	(void)name;
	(void)prefix;
	(void)uri;
	if (r->now)
		r->now = r->now->parent;
}

/* Text comes in pieces. Nothing else is kept while an element without elements in it is open. */
static void on_text(void *user, const xmlChar *text, int size)
{
	struct reading *r = user;
	struct vm_xml_element *e = r->now;

	if (r->disagree || !e || e->first || size <= 0)
		return;
	if (*e->text)
		r->string_at--; /* over the NUL of the piece before */
	if (*e->text)
		(void)keep(r, text, (size_t)size);
	else
		e->text = keep(r, text, (size_t)size);
}

#if LIBXML_VERSION >= 21200
static void on_error(void *user, const xmlError *error)
#else
static void on_error(void *user, xmlError *error)
#endif
{
	struct reading *r = user;
	const char *message = error->message ? error->message : "";
	size_t length = strcspn(message, "\r\n");

	if (error->code == XML_ERR_NO_MEMORY)
		r->no_memory = true;
	if (r->line || error->domain == XML_FROM_NAMESPACE || error->level < XML_ERR_ERROR)
		return;
	if (length >= sizeof(r->message))
		length = sizeof(r->message) - 1;
	memcpy(r->message, message, length);
	r->message[length] = '\0';
	r->line = error->line > 0 ? error->line : 1;
	r->column = error->int2 > 0 ? error->int2 : 1;
}

/* Offset of a line and a column in it, both from 1; the end of the text at most. */
static uint64_t place_of(const struct vm_xml_doc *doc, int line, int column)
{
	const char *text = doc->text;
	const char *end = text + doc->size;
	const char *newline;

	if (column < 1)
		column = 1;
	for (int i = 1; i < line; i++) {
		newline = memchr(text, '\n', (size_t)(end - text));
		if (!newline)
			break;
		text = newline + 1;
	}
	newline = memchr(text, '\n', (size_t)(end - text));
	if (!newline)
		newline = end;
	return (uint64_t)(text - doc->text) +
	       (uint64_t)(column - 1 < newline - text ? column - 1 : newline - text);
}

static enum igdrom_status run_parser(struct reading *r)
{
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.cdataBlock = on_text,
		.serror = on_error,
	};
	struct vm_xml_doc *doc = r->doc;
	xmlParserCtxt *parser = libxml.CreatePushParserCtxt(&sax, r, NULL, 0, NULL);
	bool well_formed;

	if (!parser)
		return IGDROM_E_NOMEM;
	/* There is no document type, so no entity but the five of XML itself is replaced. */
	libxml.CtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOENT);
	libxml.ParseChunk(parser, doc->text, (int)doc->size, 1);
	well_formed = parser->wellFormed == 1;
	if (parser->myDoc)
		libxml.FreeDoc(parser->myDoc);
	libxml.FreeParserCtxt(parser);
	return r->no_memory ? IGDROM_E_NOMEM : well_formed ? IGDROM_OK : IGDROM_E_CORRUPT;
}

static bool load_libxml(struct igdrom_report *report)
{
	static struct library library = {
		.soname = LIBXML_SONAME,
		.functions = functions,
		.count = sizeof(functions) / sizeof(functions[0]),
		.table = &libxml,
	};

	if (library_load(&library))
		return true;
	report_add(report, FINDING_VM_XML_LIBRARY_MISSING, IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_S(LIBXML_SONAME)));
	return false;
}

static enum igdrom_status decode(struct vm_xml_doc *doc, struct igdrom_report *report)
{
	struct reading r = {.doc = doc};
	enum igdrom_status status;

	for (size_t i = 0; i < doc->size; i++)
		r.attr_room += doc->text[i] == '=';
	/* Decoding at most trebles bytes (one of ISO 8859 as UTF-8); namespaces are told above. */
	r.string_room = 3 * doc->size + doc->count * 68 + 128;
	doc->attrs = calloc(r.attr_room ? r.attr_room : 1, sizeof(*doc->attrs));
	doc->strings = malloc(r.string_room);
	if (!doc->attrs || !doc->strings)
		return IGDROM_E_NOMEM;
	status = run_parser(&r);
	if (status == IGDROM_OK && (r.disagree || r.seen != doc->count)) {
		status = IGDROM_E_CORRUPT;
		r.line = 0;
	}
	if (status == IGDROM_E_CORRUPT)
		report_add(report, FINDING_VM_XML_SYNTAX, place_of(doc, r.line, r.column),
			   REPORT_ARGS(ARG_U((uint64_t)r.line),
				       ARG_S(*r.message ? r.message : "not well-formed")));
	return status;
}

enum igdrom_status vm_xml_parse(const char *text, size_t size, struct igdrom_report *report,
				struct vm_xml_doc *out)
{
	enum igdrom_status status;

	*out = (struct vm_xml_doc){.text = text, .size = size};
	if (size > VM_XML_MAX_BYTES) {
		report_add(report, FINDING_VM_XML_LIMIT, VM_XML_MAX_BYTES,
			   REPORT_ARGS(ARG_S("bytes"), ARG_U(VM_XML_MAX_BYTES)));
		return IGDROM_E_LIMIT;
	}
	if (size == 0)
		return IGDROM_E_NOT_RECOGNIZED;
	status = vm_xml_scan(out, report);
	if (status == IGDROM_OK && out->count == 0)
		status = IGDROM_E_NOT_RECOGNIZED;
	if (status == IGDROM_OK && !load_libxml(report))
		status = IGDROM_E_NOT_BUILT;
	if (status == IGDROM_OK)
		status = decode(out, report);
	if (status != IGDROM_OK)
		vm_xml_free(out);
	return status;
}

void vm_xml_free(struct vm_xml_doc *doc)
{
	free(doc->elements);
	free(doc->attrs);
	free(doc->strings);
	*doc = (struct vm_xml_doc){0};
}
