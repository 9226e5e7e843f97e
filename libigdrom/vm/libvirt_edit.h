/* SPDX-License-Identifier: BSD-2-Clause */
/* Changes to a text by its elements; what no change touches stays byte by byte. */
#ifndef IGDROM_VM_LIBVIRT_EDIT_H
#define IGDROM_VM_LIBVIRT_EDIT_H

#include "core/builder.h"
#include "vm/libvirt_out.h"
#include "vm/libvirt_xml.h"

struct vm_edit;

struct vm_edits {
	const struct vm_xml_doc *doc;
	struct vm_edit *list;
	size_t count;
	size_t room;
	struct build text; /* what is put in, one after the other */
	enum igdrom_status err;
};

struct vm_edits vm_edits_new(const struct vm_xml_doc *doc);
void vm_edits_free(struct vm_edits *edits);

/* Puts text in place of the bytes [from, to); at one place the first change comes first. */
void vm_edit_replace(struct vm_edits *edits, size_t from, size_t to, const void *text, size_t size);

/* Gives an attribute that is there another value; nothing happens when it is this one. */
void vm_edit_attr(struct vm_edits *edits, const struct vm_xml_element *e, const char *name,
		  const char *value);

/* As vm_edit_attr(), and adds the attribute when it is not there. */
void vm_edit_set_attr(struct vm_edits *edits, const struct vm_xml_element *e, const char *name,
		      const char *value);

/* Takes an attribute out, with the blanks before it. */
void vm_edit_drop_attr(struct vm_edits *edits, const struct vm_xml_element *e, const char *name);

/* Puts " text" behind the last attribute of a start tag. */
void vm_edit_add_attr(struct vm_edits *edits, const struct vm_xml_element *e, const char *text);

/* Takes an element out, with its line when nothing else is on it. */
void vm_edit_drop(struct vm_edits *edits, const struct vm_xml_element *e);

/* Puts whole lines (vm_edit_style() of the parent) behind everything in an element. */
void vm_edit_append(struct vm_edits *edits, const struct vm_xml_element *parent,
		    const struct build *lines);

/* Puts lines that were written in the style of e's parent in place of e. */
void vm_edit_swap(struct vm_edits *edits, const struct vm_xml_element *e,
		  const struct build *lines);

/* How lines inside parent are indented and ended in this text. */
struct vm_xml_out vm_edit_style(const struct vm_xml_doc *doc, const struct vm_xml_element *parent,
				struct build *text, char *indent, size_t room);

/* The text with all changes in it. */
enum igdrom_status vm_edits_apply(struct vm_edits *edits, struct build *out) IGDROM_MUST_CHECK;

#endif
