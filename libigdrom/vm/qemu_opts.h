/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One argument of QEMU's command line as pairs of key and value: "vfio-pci,host=02.0,x-vga=on" or
 * JSON, {"driver":"vfio-pci","host":"02.0","x-vga":true} (docs/devel/style of QAPI: keyval and
 * qobject-input). Keys of objects in objects are joined by a dot, as QEMU joins them.
 */
#ifndef IGDROM_VM_QEMU_OPTS_H
#define IGDROM_VM_QEMU_OPTS_H

#include "vm/words.h"

struct qemu_opt {
	const char *key;
	const char *value;
	uint64_t at; /* offset of the pair in the text */
	bool number; /* JSON: the value stands there as a number */
};

struct qemu_opts {
	struct qemu_opt *list;
	size_t count;
	bool json;
	char *text;
};

/*
 * Takes a word apart. implied: the key of a first value without one ("driver"), or NULL.
 * IGDROM_E_CORRUPT: not what it should be (JSON only: the other form has no errors).
 */
enum igdrom_status qemu_opts_parse(const struct word *word, const char *implied,
				   struct qemu_opts *out) IGDROM_MUST_CHECK;
void qemu_opts_free(struct qemu_opts *opts);

/* The last pair with this key, as in QEMU the last one holds; NULL: none. */
const struct qemu_opt *qemu_opts_find(const struct qemu_opts *opts, const char *key);
const char *qemu_opts_value(const struct qemu_opts *opts, const char *key);

/* "on", "true", "yes", "1" against everything else. */
bool qemu_is_on(const char *value);

#endif
