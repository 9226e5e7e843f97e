/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/edit_compare.h"

#include <stdlib.h>
#include <string.h>

#define GUID_SIZE     16
#define TYPE_AT       18
#define FILE_HEADER   24
#define TYPE_PAD      0xf0
#define ATTRIBUTES_AT 44 /* of a volume */
#define LENGTH_AT     48 /* of its header */

typedef const struct igdrom_firmware_node node;

struct comparison {
	const struct igdrom_edit *edit;
	bool *used; /* files that were put in and have been met */
};

static const char *compare(struct comparison *c, node *a, node *b);

static bool same(struct igdrom_bytes a, struct igdrom_bytes b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static bool is_filled(struct igdrom_bytes bytes, uint8_t value)
{
	for (size_t i = 0; i < bytes.size; i++) {
		if (bytes.data[i] != value)
			return false;
	}
	return true;
}

/* Whether a change is to a volume that is this node or lies in it; without a list of changes each may
 * have been packed anew. */
static bool is_changed(const struct comparison *c, node *n)
{
	if (!c->edit)
		return igdrom_firmware_node_first_child(n) != NULL;
	for (size_t i = 0; i < igdrom_edit_count(c->edit); i++) {
		node *up = igdrom_edit_volume(c->edit, i);

		while (up && up != n)
			up = igdrom_firmware_node_parent(up);
		if (up)
			return true;
	}
	return false;
}

static bool is_empty_pad(node *file)
{
	struct igdrom_bytes volume = igdrom_firmware_node_bytes(igdrom_firmware_node_parent(file));
	uint8_t erased = volume.data[ATTRIBUTES_AT + 1] & 8 ? 0xff : 0;

	return igdrom_firmware_node_type_number(file) == TYPE_PAD &&
	       is_filled(igdrom_firmware_node_body(file), erased);
}

/* The change to a file; count: none. */
static size_t change_of(const struct comparison *c, node *file)
{
	size_t i = 0, count = igdrom_edit_count(c->edit);

	while (i < count && igdrom_edit_target(c->edit, i) != file)
		i++;
	return i;
}

/* The next file with something in it or with a change, or other thing that is no free space. */
static node *skip(const struct comparison *c, node *n)
{
	for (; n; n = igdrom_firmware_node_next(n)) {
		enum igdrom_node_kind kind = igdrom_firmware_node_kind(n);

		if (kind == IGDROM_NODE_FREE_SPACE)
			continue;
		if (kind != IGDROM_NODE_FILE || !is_empty_pad(n) ||
		    change_of(c, n) < igdrom_edit_count(c->edit))
			break;
	}
	return n;
}

/* What a file is, without what its header says of its place: sums, size, state. */
static bool is_file(struct igdrom_bytes wanted, node *file)
{
	struct igdrom_bytes bytes = igdrom_firmware_node_bytes(file);
	size_t header = igdrom_firmware_node_body(file).size;

	header = bytes.size - header;
	return igdrom_firmware_node_kind(file) == IGDROM_NODE_FILE && bytes.size == wanted.size &&
	       memcmp(bytes.data, wanted.data, GUID_SIZE) == 0 &&
	       bytes.data[TYPE_AT] == wanted.data[TYPE_AT] &&
	       bytes.data[TYPE_AT + 1] == wanted.data[TYPE_AT + 1] &&
	       memcmp(bytes.data + header, wanted.data + header, bytes.size - header) == 0;
}

static bool was_put_in(struct comparison *c, node *volume, node *file)
{
	for (size_t i = 0; i < igdrom_edit_count(c->edit); i++) {
		if (!c->used[i] && igdrom_edit_volume(c->edit, i) == volume &&
		    !igdrom_edit_target(c->edit, i) &&
		    is_file(igdrom_edit_file(c->edit, i), file)) {
			c->used[i] = true;
			return true;
		}
	}
	return false;
}

/* Whether b is what has become of a. */
static const char *compare_file(struct comparison *c, node *a, node *b)
{
	size_t change = change_of(c, a);

	if (change == igdrom_edit_count(c->edit))
		return compare(c, a, b);
	c->used[change] = is_file(igdrom_edit_file(c->edit, change), b);
	return c->used[change] ? NULL : "a file that was replaced is not the new one";
}

static bool is_taken_out(const struct comparison *c, node *file)
{
	size_t change = change_of(c, file);

	return change < igdrom_edit_count(c->edit) && igdrom_edit_file(c->edit, change).size == 0;
}

static bool is_kind(node *n, enum igdrom_node_kind kind)
{
	return igdrom_firmware_node_kind(n) == kind;
}

/* What is behind the files and is none; where it begins depends on what is erased in front of it. */
static const char *compare_rest(struct igdrom_bytes old, struct igdrom_bytes new, node *a, node *b)
{
	size_t at;

	if (!a || !b)
		return a || b ? "what is no file is missing or new in a volume" : NULL;
	at = (size_t)(igdrom_firmware_node_bytes(a).data - old.data);
	return memcmp(old.data + at, new.data + at, old.size - at) == 0
		       ? NULL
		       : "what is no file is another in a volume";
}

/* But for a sum over the volume, as some have it in the zero vector, and the header's own. */
static bool same_header(const uint8_t *a, const uint8_t *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		bool sum = (i >= 8 && i < 12) || i == 50 || i == 51;

		if (a[i] != b[i] && !sum)
			return false;
	}
	return true;
}

static const char *compare_volume(struct comparison *c, node *a, node *b)
{
	struct igdrom_bytes old = igdrom_firmware_node_bytes(a),
			    new = igdrom_firmware_node_bytes(b);
	size_t header = old.data[LENGTH_AT] | (size_t)old.data[LENGTH_AT + 1] << 8;
	node *x = skip(c, igdrom_firmware_node_first_child(a));
	node *y = skip(c, igdrom_firmware_node_first_child(b));

	if (old.size != new.size || header > old.size || !same_header(old.data, new.data, header))
		return "the header of a volume or its size is another";
	for (;;) {
		const char *difference = NULL;

		while (x && is_taken_out(c, x)) {
			c->used[change_of(c, x)] = true;
			x = skip(c, igdrom_firmware_node_next(x));
		}
		if ((!x || !is_kind(x, IGDROM_NODE_FILE)) && (!y || !is_kind(y, IGDROM_NODE_FILE)))
			return compare_rest(old, new, x, y);
		if (!y)
			return "something is missing in a volume";
		difference = x ? compare_file(c, x, y) : "something was added to a volume";
		if (!difference)
			x = skip(c, igdrom_firmware_node_next(x));
		else if (!was_put_in(c, a, y))
			return difference;
		y = skip(c, igdrom_firmware_node_next(y));
	}
}

static const char *compare_children(struct comparison *c, node *a, node *b)
{
	node *x = igdrom_firmware_node_first_child(a), *y = igdrom_firmware_node_first_child(b);

	for (; x && y; x = igdrom_firmware_node_next(x), y = igdrom_firmware_node_next(y)) {
		const char *difference = compare(c, x, y);

		if (difference)
			return difference;
	}
	return x || y ? "parts are missing or new" : NULL;
}

/* What stands between the parts of what keeps its size. */
static const char *compare_between(node *a, node *b)
{
	struct igdrom_bytes old = igdrom_firmware_node_bytes(a),
			    new = igdrom_firmware_node_bytes(b);
	node *n = igdrom_firmware_node_first_child(a);
	size_t at = 0;

	if (old.size != new.size)
		return "the size of what cannot change it is another";
	for (; n; n = igdrom_firmware_node_next(n)) {
		struct igdrom_bytes part = igdrom_firmware_node_bytes(n);
		size_t begins = (size_t)(part.data - old.data);

		if (memcmp(old.data + at, new.data + at, begins - at) != 0)
			return "bytes between parts are others";
		at = begins + part.size;
	}
	return at < old.size && memcmp(old.data + at, new.data + at, old.size - at) != 0
		       ? "bytes behind the last part are others"
		       : NULL;
}

static const char *compare(struct comparison *c, node *a, node *b)
{
	struct igdrom_bytes old = igdrom_firmware_node_bytes(a),
			    new = igdrom_firmware_node_bytes(b);
	enum igdrom_node_kind kind = igdrom_firmware_node_kind(a);
	const char *difference;

	if (kind != igdrom_firmware_node_kind(b) ||
	    igdrom_firmware_node_type_number(a) != igdrom_firmware_node_type_number(b))
		return "a part is of another kind";
	if (!is_changed(c, a))
		return same(old, new) ? NULL : "bytes of what was not changed are others";
	switch (kind) {
	case IGDROM_NODE_VOLUME:
		if (strncmp(igdrom_firmware_node_type(a), "FFS", 3) == 0)
			return compare_volume(c, a, b);
		break;
	case IGDROM_NODE_FILE:
		if (memcmp(old.data, new.data, GUID_SIZE) != 0)
			return "a file has another name";
		return compare_children(c, a, b);
	case IGDROM_NODE_SECTION:
		return compare_children(c, a, b);
	default:
		break;
	}
	difference = compare_children(c, a, b);
	/* Files and sections by themselves have no size that stays. */
	if (difference || is_kind(igdrom_firmware_node_first_child(a), IGDROM_NODE_FILE) ||
	    is_kind(igdrom_firmware_node_first_child(a), IGDROM_NODE_SECTION))
		return difference;
	return compare_between(a, b);
}

const char *edit_difference(const struct igdrom_firmware *was, const struct igdrom_firmware *now,
			    const struct igdrom_edit *edit)
{
	struct comparison c = {.edit = edit, .used = calloc(igdrom_edit_count(edit) + 1, 1)};
	const char *difference = "there is no memory";

	if (c.used)
		difference = compare(&c, igdrom_firmware_root(was), igdrom_firmware_root(now));
	for (size_t i = 0; i < igdrom_edit_count(edit) && !difference; i++) {
		if (!c.used[i])
			difference = "a change was not made";
	}
	free(c.used);
	return difference;
}
