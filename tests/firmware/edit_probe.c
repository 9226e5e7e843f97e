/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes firmware images that lie in files, for the tests in Python:
 *
 *	edit_probe same FILE
 *	        An image that is not changed stays as it is, byte for byte. A volume of which every file
 *	        is replaced by itself stays as it is, and so does each file and each section that is
 *	        put around what it holds already. Says what differs.
 *	edit_probe round FILE
 *	        Puts a file into each volume, takes it out again, puts it in the place of each file and
 *	        that one back; fails when anything else changes, or it is not as it was in the end.
 */
#include "edit/edit.h"
#include "load.h"
#include "unit/edit_compare.h"

#include <igdrom/open.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tally {
	size_t volumes, files, sections, differ, refused;
};

static void say(const struct igdrom_firmware_node *node, const char *what)
{
	printf("%s %s at 0x%" PRIx64 " (%s): %s\n", igdrom_node_kind_name(node->kind),
	       node->guid ? node->guid : "-", fw_at(node->stream, node->offset), node->type, what);
}

static void compare(const struct igdrom_firmware_node *node, enum igdrom_status status,
		    struct igdrom_bytes made, struct tally *tally)
{
	struct igdrom_bytes was = igdrom_firmware_node_bytes(node);
	char text[160];
	size_t at = 0;

	if (status != IGDROM_OK) {
		say(node, igdrom_status_name(status));
		tally->refused++;
	} else if (made.size != was.size || memcmp(made.data, was.data, was.size) != 0) {
		while (at < made.size && at < was.size && made.data[at] == was.data[at])
			at++;
		snprintf(text, sizeof(text), "%zu bytes become %zu, byte 0x%zx differs", was.size,
			 made.size, at);
		say(node, text);
		tally->differ++;
	}
}

/* As many of the files as changes there can be, beginning with one. */
static const struct igdrom_firmware_node *replace_by_same(const struct igdrom_firmware_node *volume,
							  const struct igdrom_firmware_node *from,
							  struct tally *tally)
{
	struct igdrom_edit edit = {.flags = IGDROM_EDIT_VENDOR};
	struct edit_work work = {.edit = &edit};
	struct igdrom_bytes made = {0};
	enum igdrom_status status;

	for (; from && edit.count < EDIT_MAX_CHANGES; from = from->next) {
		if (from->kind != IGDROM_NODE_FILE)
			continue;
		edit.changes[edit.count++] = (struct edit_change){
			.kind = EDIT_REPLACE,
			.volume = volume,
			.target = from,
			.file = igdrom_firmware_node_bytes(from),
		};
	}
	status = edit_lay_out(&work, volume, &made);
	compare(volume, status, made, tally);
	igdrom_bytes_free(&made);
	return from;
}

static void check_volume(const struct igdrom_firmware_node *volume, struct tally *tally)
{
	const struct igdrom_firmware_node *from = volume->first;

	tally->volumes++;
	do {
		from = replace_by_same(volume, from, tally);
	} while (from);
}

static void check_around(const struct igdrom_firmware_node *node, struct tally *tally)
{
	struct igdrom_edit edit = {.flags = IGDROM_EDIT_VENDOR};
	struct edit_work work = {.edit = &edit};
	struct igdrom_bytes made = {0};
	enum igdrom_status status = edit_enclose(&work, node, &made);

	if (node->kind == IGDROM_NODE_FILE)
		tally->files++;
	else
		tally->sections++;
	compare(node, status, made, tally);
	igdrom_bytes_free(&made);
}

static int same(const struct igdrom_firmware *firmware, struct igdrom_bytes image)
{
	const struct igdrom_firmware_node *n = igdrom_firmware_root(firmware);
	struct igdrom_edit *edit = NULL;
	struct igdrom_bytes made = {0};
	struct tally tally = {0};

	need(igdrom_edit_new(firmware, 0, &edit) == IGDROM_OK, "there is memory");
	need(igdrom_edit_save(edit, NULL, NULL, &made) == IGDROM_OK, "it can be saved");
	need(made.size == image.size && memcmp(made.data, image.data, image.size) == 0,
	     "without changes it stays as it is");
	igdrom_bytes_free(&made);
	igdrom_edit_free(edit);
	for (; n; n = igdrom_firmware_node_walk(n)) {
		if (n->kind == IGDROM_NODE_VOLUME && edit_has_files(n))
			check_volume(n, &tally);
		else if (n->first && !n->decoded &&
			 (n->kind == IGDROM_NODE_FILE || n->kind == IGDROM_NODE_SECTION))
			check_around(n, &tally);
	}
	printf("same\t%zu\t%zu\t%zu\t%zu\t%zu\n", tally.volumes, tally.files, tally.sections,
	       tally.differ, tally.refused);
	return 0;
}

/* One change, made by what a callback asks for. */
typedef enum igdrom_status asked(struct igdrom_edit *edit, const struct igdrom_firmware_node *node,
				 struct igdrom_bytes file);

static enum igdrom_status ask_insert(struct igdrom_edit *edit,
				     const struct igdrom_firmware_node *node,
				     struct igdrom_bytes file)
{
	return igdrom_edit_insert(edit, node, file.data, file.size, NULL);
}

static enum igdrom_status ask_remove(struct igdrom_edit *edit,
				     const struct igdrom_firmware_node *node,
				     struct igdrom_bytes file)
{
	(void)file;
	return igdrom_edit_remove(edit, node, NULL);
}

static enum igdrom_status ask_replace(struct igdrom_edit *edit,
				      const struct igdrom_firmware_node *node,
				      struct igdrom_bytes file)
{
	return igdrom_edit_replace(edit, node, file.data, file.size, NULL);
}

/* The image with a change, read again; NULL: it was refused. */
static struct igdrom_firmware *change(const struct igdrom_firmware *firmware, asked *ask,
				      const struct igdrom_firmware_node *node,
				      struct igdrom_bytes file)
{
	struct igdrom_firmware *now = NULL;
	struct igdrom_edit *edit = NULL;
	struct igdrom_bytes made = {0};
	const char *difference;

	need(igdrom_edit_new(firmware, IGDROM_EDIT_VENDOR, &edit) == IGDROM_OK, "there is memory");
	if (ask(edit, node, file) == IGDROM_OK &&
	    igdrom_edit_save(edit, NULL, NULL, &made) == IGDROM_OK) {
		need(igdrom_firmware_open(made.data, made.size, NULL, NULL, &now) == IGDROM_OK,
		     "what was made can be read");
		difference = edit_difference(firmware, now, edit);
		if (difference)
			say(node, difference);
		need(!difference, "nothing but the change changed");
	}
	igdrom_bytes_free(&made);
	igdrom_edit_free(edit);
	return now;
}

/* The node that is as many steps from the root. */
static const struct igdrom_firmware_node *node_like(const struct igdrom_firmware *firmware,
						    const struct igdrom_firmware_node *like)
{
	const struct igdrom_firmware_node *n;

	if (!like->parent)
		return igdrom_firmware_root(firmware);
	n = node_like(firmware, like->parent)->first;
	for (const struct igdrom_firmware_node *m = like->parent->first; n && m != like;
	     m = m->next)
		n = n->next;
	return n;
}

static const struct igdrom_firmware_node *named(const struct igdrom_firmware_node *volume,
						const char *guid)
{
	const struct igdrom_firmware_node *n = volume->first;

	while (n && !(n->kind == IGDROM_NODE_FILE && n->guid && strcmp(n->guid, guid) == 0))
		n = n->next;
	return n;
}

static bool is_packed(const struct igdrom_firmware_node *node)
{
	return !node->stream->exact;
}

static void need_same(const struct igdrom_firmware *was, const struct igdrom_firmware *now,
		      const struct igdrom_firmware_node *volume)
{
	struct igdrom_bytes old = igdrom_firmware_node_bytes(igdrom_firmware_root(was));
	struct igdrom_bytes new = igdrom_firmware_node_bytes(igdrom_firmware_root(now));
	const char *difference = edit_difference(was, now, NULL);

	if (difference)
		say(volume, difference);
	need(!difference, "in the end it is as it was");
	need(is_packed(volume) ||
		     (old.size == new.size &&memcmp(old.data, new.data, old.size) == 0),
	     "byte by byte where nothing was packed again");
}

#define NAME "6B7E2F04-31D5-4C5A-9E0B-7A6F5D4C3B2A"

static struct igdrom_bytes small_file(void)
{
	struct igdrom_bytes file = {0};
	struct igdrom_ffs *ffs = NULL;

	need(igdrom_ffs_new(IGDROM_FILE_TYPE_FREEFORM, NAME, &ffs) == IGDROM_OK &&
		     igdrom_ffs_add_section(ffs, IGDROM_SECTION_RAW, "VBT", 3) == IGDROM_OK &&
		     igdrom_ffs_finish(ffs, &file) == IGDROM_OK,
	     "a file can be made");
	igdrom_ffs_free(ffs);
	return file;
}

/* In and out again. */
static size_t go_round(const struct igdrom_firmware *firmware,
		       const struct igdrom_firmware_node *volume, struct igdrom_bytes file)
{
	struct igdrom_firmware *in = change(firmware, ask_insert, volume, file), *out;
	const struct igdrom_firmware_node *there;

	if (!in)
		return 0;
	there = named(node_like(in, volume), NAME);
	need(there != NULL, "the file is found");
	out = change(in, ask_remove, there, file);
	need(out != NULL, "what was put in can be taken out");
	need_same(firmware, out, volume);
	igdrom_firmware_free(out);
	igdrom_firmware_free(in);
	return 1;
}

/* In the place of another, and that one back. */
static size_t go_back(const struct igdrom_firmware *firmware,
		      const struct igdrom_firmware_node *target, struct igdrom_bytes file)
{
	struct igdrom_firmware *in = change(firmware, ask_replace, target, file), *out;
	const struct igdrom_firmware_node *there;

	if (!in)
		return 0;
	there = named(node_like(in, target->parent), NAME);
	need(there != NULL, "the file is found");
	out = change(in, ask_replace, there, igdrom_firmware_node_bytes(target));
	if (out)
		need_same(firmware, out, target->parent);
	igdrom_firmware_free(out);
	igdrom_firmware_free(in);
	return out != NULL;
}

static int round_trips(const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *n = igdrom_firmware_root(firmware);
	struct igdrom_bytes file = small_file();
	size_t volumes = 0, inserted = 0, files = 0, replaced = 0;

	for (; n; n = igdrom_firmware_node_walk(n)) {
		if (n->kind != IGDROM_NODE_VOLUME || !edit_has_files(n))
			continue;
		volumes++;
		inserted += go_round(firmware, n, file);
		for (const struct igdrom_firmware_node *f = n->first; f; f = f->next) {
			if (f->kind != IGDROM_NODE_FILE || !f->guid)
				continue;
			files++;
			replaced += go_back(firmware, f, file);
		}
	}
	igdrom_bytes_free(&file);
	printf("round\t%zu\t%zu\t%zu\t%zu\n", volumes, inserted, files, replaced);
	return 0;
}

int main(int argc, char **argv)
{
	struct igdrom_contents *contents = NULL;
	const struct igdrom_firmware *firmware;
	struct igdrom_bytes image;
	int code = 0;

	if (argc != 3 || (strcmp(argv[1], "same") != 0 && strcmp(argv[1], "round") != 0)) {
		fprintf(stderr, "usage: edit_probe same|round FILE\n");
		return 2;
	}
	image = load(argv[2]);
	if (igdrom_contents_open(image.data, image.size, NULL, NULL, &contents) != IGDROM_OK ||
	    !(firmware = igdrom_contents_firmware(contents)))
		printf("none\n");
	else
		code = argv[1][0] == 's' ? same(firmware, image) : round_trips(firmware);
	igdrom_contents_free(contents);
	igdrom_bytes_free(&image);
	return code;
}
