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

/* The kinds of things that are looked for. */
enum thing_kind { THING_GOP, THING_VBT, THING_VBIOS, THING_KINDS };

/* One of them. */
struct thing {
	const struct igdrom_found *found;
	enum thing_kind kind;
	size_t number; /* of its kind, from 1 */
	bool chosen;   /* the one for the device that was named */
};

struct things {
	struct igdrom_contents *contents;
	struct thing *list;
	size_t count;
	size_t count_of[THING_KINDS];
	uint16_t device_id; /* 0: none was named */
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

/* firmware_things.c */
/* Opens the operand and lists what is in it, with the choice for the device of --device. */
int find_things(struct call *call, struct things *out);
void free_things(struct things *things);
/* "GOP 1"; without a number when it is the only one of its kind. */
void thing_label(const struct things *things, const struct thing *thing, char *out, size_t room);
/* "17.0.1077", "SKYLAKE": what tells it from others of its kind; may be "". */
void thing_mark(const struct things *things, const struct thing *thing, char *out, size_t room);
/* All that one line says of it. */
void thing_words(const struct things *things, const struct thing *thing, char *out, size_t room);
/* "2 GOP drivers and 3 VBTs" */
void count_words(const struct things *things, char *out, size_t room);
/* Why the chosen ones are, or why there is none: what the library said. */
void show_choice(struct call *call, const struct things *things);
/* Whether there are GOP drivers, and none is for the device that was named. */
bool is_driver_missing(const struct things *things);

/* firmware_map.c */
/* Bars of the file and of what is unpacked from it, and a line for each of their segments. false when
 * memory ran out. */
bool draw_image_map(const struct style *style, const struct igdrom_firmware *firmware,
		    const struct marks *marks);

/* firmware_virtual.c */
/* What there is to say of the firmware of virtual machines besides what was found in it. */
void show_virtual(const struct call *call, const struct igdrom_firmware *firmware);
/* Whether our driver is in it. */
bool has_guest_driver(const struct igdrom_firmware *firmware);
/* Marks our driver wherever it is, and says how often; marks NULL: the number alone. */
size_t mark_ours(const struct igdrom_firmware *firmware, struct mark *marks);
/* Whether our driver could be put in. */
bool takes_guest_driver(const struct igdrom_firmware *firmware);

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
