/* SPDX-License-Identifier: BSD-2-Clause */
/* What `firmware show` and `firmware extract` share. */
#ifndef IGDROM_CLI_FIRMWARE_H
#define IGDROM_CLI_FIRMWARE_H

#include "cli.h"

/* A node that is pointed at in the drawing, and what is said about it. */
struct mark {
	const struct igdrom_firmware_node *node;
	char text[128];
};

struct marks {
	struct mark *list;
	size_t count;
};

struct found_gop {
	struct igdrom_gop *gop; /* owned */
	const struct igdrom_firmware_node *node;
};

/* A firmware image and what is worth pointing at in it. */
struct found {
	struct igdrom_firmware *firmware;
	struct found_gop *gops;
	size_t gop_count;
};

/* One node of the tree, as the drawing sees it. Parents come before their children. */
struct item {
	const struct igdrom_firmware_node *node;
	size_t parent; /* index of an item */
	size_t line;   /* the line that tells of it */
	size_t shown_children;
	const struct mark *first_mark; /* the first of mark_count; NULL: none */
	size_t mark_count;
	/* What is below it and not shown. */
	size_t drivers, modules, files, entries, parts;
	uint64_t part_bytes, free_bytes;
	bool shown;
	bool merged; /* told in the line of its parent */
};

/* found.c */
int find_in_firmware(struct call *call, const char *path, struct found *out);
void found_free(struct found *found);

/* firmware_text.c */
/* Adds text, with the separator when it is not the first; text NULL or "": nothing. */
void add_words(char *out, size_t room, const char *separator, const char *text);
/* What a node is, in a few words; at_length: with all that is known. */
void node_words(const struct item *item, bool at_length, char *out, size_t room);
/* What an encoded part of a line adds to it; "" for what need not be said. */
void section_words(const struct item *item, bool last, char *out, size_t room);
/* "213 drivers, 41 other files": what a line does not show below it; "" for nothing. */
void folded_words(const struct item *item, char *out, size_t room);
/* Counts a node that is not shown at its parent. */
void count_folded(struct item *parent, const struct igdrom_firmware_node *node);

/* firmware_tree.c */
/* false when memory ran out. */
bool draw_tree(const struct style *style, const struct igdrom_firmware *firmware,
	       const struct marks *marks, bool all);

#endif
