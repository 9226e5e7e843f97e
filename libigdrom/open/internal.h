/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_OPEN_INTERNAL_H
#define IGDROM_OPEN_INTERNAL_H

#include "core/digest.h"
#include "firmware/internal.h"
#include "firmware/section.h"
#include "gop/gop.h"
#include "vbt/vbt.h"

#include <igdrom/open.h>
#include <igdrom/rom.h>

/* Most things of one kind, and most places of one thing, that are kept of a file. */
#define OPEN_MAX_FOUND  256
#define OPEN_MAX_PLACES 64
#define OPEN_STEP_BYTES 80

enum open_kind {
	OPEN_GOP,
	OPEN_VBT,
	OPEN_VBIOS,
	OPEN_KIND_COUNT,
};

struct open_place {
	const struct igdrom_firmware_node *node; /* NULL: in no tree */
	enum igdrom_origin origin;
	char *path; /* owned */
};

struct igdrom_found {
	enum open_kind kind;
	struct igdrom_bytes bytes;      /* borrowed from the contents */
	char sha256[DIGEST_SHA256_HEX]; /* of what knows none itself */
	struct open_place *places;
	size_t place_count;
	char *where;            /* owned */
	char *file_name;        /* owned; without what tells the form */
	struct igdrom_gop *gop; /* of a GOP driver */
	struct igdrom_vbt *vbt; /* of a VBT */
	uint16_t device_id;     /* of a video BIOS, as its option ROM says */
};

struct open_list {
	struct igdrom_found **items;
	size_t count;
};

struct igdrom_contents {
	enum igdrom_file_kind kind;
	uint8_t *data; /* the file */
	size_t size;
	struct igdrom_firmware *firmware;
	struct igdrom_opregion *opregion;
	struct igdrom_rom **roms; /* that own what was found in them */
	size_t rom_count;
	struct open_list found[OPEN_KIND_COUNT];
};

/* A search through one file. */
struct open_search {
	struct igdrom_contents *contents;
	const struct igdrom_limits *limits;
	struct igdrom_report *report;
	uint64_t expanded; /* bytes that payloads of option ROMs were decompressed to */
	bool full_said;
};

/*
 * A walk through the bytes of one stream along the nodes of the tree that lie in it. Without a
 * tree there are no nodes, and the stream is all of one gap.
 */
struct open_walk {
	const struct fw_stream *stream;         /* NULL: no tree */
	const struct igdrom_firmware_node *top; /* that all nodes of the stream lie below */
	const struct igdrom_firmware_node *node;
	const struct igdrom_firmware_node *before; /* the last child of node that was passed */
	const uint8_t *data;
	size_t size;
	size_t from, to; /* bytes of node around the last place in which no child lies */
	bool settled;    /* there was a last place */
};

struct open_walk open_walk_file(const struct igdrom_contents *contents);
/* Of what a node decodes to. */
struct open_walk open_walk_stream(const struct igdrom_firmware_node *origin);
/* Goes on to the deepest node that has the byte at `at`, which may not be before the last. */
void open_walk_to(struct open_walk *walk, size_t at);
/* Whether a byte of the node that was gone to is the first of something with an end of its own: a
 * section, a file, what was decoded, the whole input. */
bool open_begins(const struct open_walk *walk, size_t at);
/* The step that leads on from the node to the byte; "" when it is the first. */
void open_step(const struct open_walk *walk, size_t at, char out[OPEN_STEP_BYTES]);

struct open_where {
	const struct igdrom_firmware_node *node; /* NULL: in no tree */
	enum igdrom_origin origin;
	const char *step; /* leads on from the node, or from the file; NULL or "": nothing does */
};

/* found.c: takes bytes, which have to stay, as a thing of that kind. *out: when it is a new one. */
enum igdrom_status open_add(struct open_search *search, enum open_kind kind,
			    struct igdrom_bytes bytes, const struct open_where *where,
			    struct igdrom_found **out) IGDROM_MUST_CHECK;
/* ... if they are a GOP driver; other bytes are no fault. */
enum igdrom_status open_add_gop(struct open_search *search, struct igdrom_bytes bytes,
				struct place place,
				const struct open_where *where) IGDROM_MUST_CHECK;
void open_found_free(struct igdrom_found *found);
/* How many things of all kinds were found. */
size_t open_count(const struct igdrom_contents *contents);
/* The node itself or the nearest one above it of that kind; NULL when there is none. */
const struct igdrom_firmware_node *open_node_of(const struct igdrom_firmware_node *node,
						enum igdrom_node_kind kind);
/* names.c: gives each thing that was found the name of a file. */
enum igdrom_status open_name_files(struct igdrom_contents *contents) IGDROM_MUST_CHECK;

/* find_gop.c: drivers in plain PE images of one stream. */
enum igdrom_status open_find_gops(struct open_search *search,
				  struct open_walk walk) IGDROM_MUST_CHECK;
/* find_vbt.c: VBTs in one stream; origin: of all of them, or 0 to go by the node of each. */
enum igdrom_status open_find_vbts(struct open_search *search, struct open_walk walk,
				  enum igdrom_origin origin) IGDROM_MUST_CHECK;
/* A VBT of the file that was read before, and what there is to say was said. */
enum igdrom_status open_add_vbt(struct open_search *search, size_t at,
				size_t size) IGDROM_MUST_CHECK;
/* find.c: what is in an option ROM, which the contents take over, whatever is returned. */
enum igdrom_status open_find_in_rom(struct open_search *search, struct igdrom_rom *rom,
				    const struct igdrom_firmware_node *node) IGDROM_MUST_CHECK;
/* Everything in the tree. */
enum igdrom_status open_find_in_tree(struct open_search *search) IGDROM_MUST_CHECK;

/* Adds the finding that says what a file is of which nothing is known. */
void open_explain(const struct igdrom_contents *contents, struct igdrom_report *report);

#endif
