/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XML as configuration files use it: a tree whose elements know which bytes of the text they are,
 * so that a text can be changed in places and stay as it is everywhere else.
 *
 * Two readers have to agree. Ours is a linear pass that finds where elements start and end, and
 * that refuses what no configuration has before libxml2 sees it: document type declarations (so
 * there are no entities to expand and nothing to fetch), encodings that are no superset of ASCII,
 * deep nesting. libxml2 then says whether the text is well-formed, resolves namespaces and decodes
 * names, attributes and text.
 */
#ifndef IGDROM_VM_LIBVIRT_XML_H
#define IGDROM_VM_LIBVIRT_XML_H

#include <igdrom/report.h>

#include <stdbool.h>

/* libvirt itself takes no longer strings over its protocol (REMOTE_STRING_MAX). */
#define VM_XML_MAX_BYTES    (4u << 20)
#define VM_XML_MAX_ELEMENTS 65536
#define VM_XML_MAX_DEPTH    64
/* Of one element; domains have far fewer, and libxml2 takes the square of the number in time. */
#define VM_XML_MAX_ATTRIBUTES 256

#define VM_XML_QEMU_URI "http://libvirt.org/schemas/domain/qemu/1.0"

enum vm_xml_ns {
	VM_XML_NS_NONE,    /* what libvirt itself defines */
	VM_XML_NS_QEMU,    /* VM_XML_QEMU_URI, whatever its prefix */
	VM_XML_NS_UNBOUND, /* a prefix that no declaration explains: libvirt passes over it */
	VM_XML_NS_OTHER,
};

struct vm_xml_attr {
	const char *name;
	const char *value;
};

struct vm_xml_element {
	const char *name; /* without prefix */
	enum vm_xml_ns ns;
	const char *prefix; /* NULL: none */
	const char *uri;    /* of its namespace; NULL: none */
	struct vm_xml_element *parent;
	struct vm_xml_element *first;
	struct vm_xml_element *last;
	struct vm_xml_element *next;
	const struct vm_xml_attr *attrs; /* those without a prefix */
	size_t attr_count;
	const char *text; /* of an element without elements in it; else "" */
	size_t at;        /* the '<' of its start tag */
	size_t open_end;  /* behind the '>' of its start tag */
	size_t close_at;  /* the '<' of its end tag; open_end when it has none ("<x/>") */
	size_t end;       /* behind all of it */
};

struct vm_xml_doc {
	const char *text; /* borrowed */
	size_t size;
	bool ascii_only; /* an encoding other than UTF-8: what is added must be ASCII */
	struct vm_xml_element *elements; /* in the order of their start tags; [0] is the root */
	size_t count;
	struct vm_xml_attr *attrs;
	size_t attr_count;
	const char *qemu_prefix; /* that the root binds to VM_XML_QEMU_URI; NULL: none */
	char *strings;
};

/*
 * Reads text, which has to stay. IGDROM_E_CORRUPT, IGDROM_E_LIMIT, IGDROM_E_UNSUPPORTED,
 * IGDROM_E_NOT_BUILT (with a finding each), IGDROM_E_NOMEM, IGDROM_E_NOT_RECOGNIZED (no element
 * at all); out is then empty.
 */
enum igdrom_status vm_xml_parse(const char *text, size_t size, struct igdrom_report *report,
				struct vm_xml_doc *out) IGDROM_MUST_CHECK;
void vm_xml_free(struct vm_xml_doc *doc);

/* Where elements lie (libvirt_scan.c): fills elements and count, all but what libxml2 decodes. */
enum igdrom_status vm_xml_scan(struct vm_xml_doc *doc,
			       struct igdrom_report *report) IGDROM_MUST_CHECK;

/* Elements of libvirt's own (VM_XML_NS_NONE) by name; NULL when there is none. e may be NULL. */
struct vm_xml_element *vm_xml_child(const struct vm_xml_element *e, const char *name);
struct vm_xml_element *vm_xml_next(const struct vm_xml_element *e, const char *name);
bool vm_xml_is(const struct vm_xml_element *e, enum vm_xml_ns ns, const char *name);

/* Value of an attribute; NULL when e is NULL or has no such one. */
const char *vm_xml_attr(const struct vm_xml_element *e, const char *name);
bool vm_xml_attr_is(const struct vm_xml_element *e, const char *name, const char *value);

/* The bytes of an attribute's value, without its quotes. */
bool vm_xml_attr_place(const struct vm_xml_doc *doc, const struct vm_xml_element *e,
		       const char *name, size_t *from, size_t *to);

#endif
