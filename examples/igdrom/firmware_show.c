/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware.h"

#include <stdlib.h>
#include <string.h>

#define LABEL_ROOM 32
#define LINE_ROOM  512
#define STORE_TYPE "NVRAM" /* of a volume that holds variables and no files */

/* What the image is made of, for the sentence when nothing was found. */
struct census {
	size_t volumes, drivers, stores;
};

static struct census count_parts(const struct igdrom_firmware *firmware)
{
	struct item sum = {.node = NULL};
	struct census census = {0};

	for (const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware); node;
	     node = igdrom_firmware_node_walk(node)) {
		if (igdrom_firmware_node_kind(node) == IGDROM_NODE_VOLUME) {
			census.volumes++;
			census.stores += !strcmp(igdrom_firmware_node_type(node), STORE_TYPE);
		}
		count_folded(&sum, node);
	}
	census.drivers = sum.drivers;
	return census;
}

static void show_head(const struct style *style, const char *file,
		      const struct igdrom_firmware *firmware)
{
	uint64_t size = igdrom_firmware_node_bytes(igdrom_firmware_root(firmware)).size;
	uint64_t decoded = igdrom_firmware_decoded_size(firmware);
	char line[LINE_ROOM], text[32], more[32];
	int used;

	print_title(style, "%s", shown_name(file));
	used = snprintf(line, sizeof(line), "%s (%llu bytes), %zu parts", size_text(size, text),
			(unsigned long long)size, igdrom_firmware_node_count(firmware));
	if (decoded)
		snprintf(line + used, sizeof(line) - (size_t)used, ", %s unpacked",
			 size_text(decoded, more));
	print_field(style, "Firmware", line);
}

static void show_nothing(const struct call *call, const struct igdrom_firmware *firmware)
{
	const struct style *style = &call->style;
	struct census census = count_parts(firmware);
	bool cut_short = igdrom_report_worst(call->report) >= IGDROM_SEVERITY_WARNING;
	char line[LINE_ROOM];

	if (igdrom_firmware_is_virtual(firmware)) {
		snprintf(line, sizeof(line),
			 "no Intel GOP driver and no VBT among %zu drivers in %zu volumes, as is "
			 "usual for a virtual machine.",
			 census.drivers, census.volumes);
		print_field(style, "Found", line);
		return;
	}
	if (census.volumes && census.stores == census.volumes) {
		print_field(style, "Found",
			    "the variables of a firmware (boot entries, Secure Boot keys), and no "
			    "driver. The firmware itself is in another file: of OVMF_VARS.fd the "
			    "other half is OVMF_CODE.fd.");
		return;
	}
	if (census.volumes == 0 && cut_short) {
		print_field(style, "Found",
			    "no GOP driver, no VBT and no firmware volume, but a part of the file "
			    "could not be read: see the warnings.");
	} else if (census.volumes == 0) {
		print_field(style, "Found",
			    "no GOP driver, no VBT, and no firmware volume either: the file is "
			    "encrypted, of a format that is not known, or not the BIOS (other "
			    "parts of an update look like that).");
	} else if (cut_short) {
		snprintf(line, sizeof(line),
			 "no Intel GOP driver and no VBT among %zu drivers in %zu volumes, but a "
			 "part of the image could not be read: see the warnings.",
			 census.drivers, census.volumes);
		print_field(style, "Found", line);
	} else {
		snprintf(line, sizeof(line),
			 "no Intel GOP driver and no VBT among %zu drivers in %zu volumes: the "
			 "board has no Intel graphics or only a legacy VBIOS, or this is a part of "
			 "its firmware.",
			 census.drivers, census.volumes);
		print_field(style, "Found", line);
	}
	print_field(style, "Try",
		    "the complete BIOS file from the vendor of the board, of another version if "
		    "need be, or an image of its whole flash chip.");
}

/* A word as a shell takes it. */
static void print_word(const struct style *style, const char *word)
{
	bool plain = word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				       "0123456789._/+-,:@%=")] == '\0';

	if (plain) {
		print_text(style, stdout, word);
		return;
	}
	putchar('\'');
	for (size_t size; *word; word += size) {
		size = strcspn(word, "'");
		print_part(style, stdout, word, size);
		if (word[size] == '\'') {
			fputs("'\\''", stdout);
			size++;
		}
	}
	putchar('\'');
}

/* "  igdrom VERB FILE" */
static void print_step(const struct call *call, const char *verb)
{
	printf("  igdrom %s ", verb);
	print_word(&call->style, call->operands[0]);
}

static void show_next(const struct call *call, const struct things *things,
		      const struct igdrom_firmware *firmware)
{
	const char *device = option_value(call, OPTION_DEVICE);
	bool insert = takes_guest_driver(firmware);

	if (things->count == 0 && !insert)
		return;
	puts("\nNext:");
	if (things->count) {
		print_step(call, "firmware extract");
		puts(" -o DIR");
	}
	if (things->count_of[THING_GOP] && !is_driver_missing(things)) {
		print_step(call, "rom build --bios");
		fputs(" --device ", stdout);
		print_word(&call->style, device ? device : "ID");
		puts(" -o igd.rom");
	}
	if (!insert)
		return;
	print_step(call, "firmware insert");
	if (things->count_of[THING_GOP] == 0) {
		fputs(" --bios BIOS --device ", stdout);
		print_word(&call->style, device ? device : "ID");
	}
	puts(" -o OUT.fd");
}

static void add_mark(const struct things *things, const struct thing *thing, size_t place,
		     struct mark *mark)
{
	char label[LABEL_ROOM];

	thing_label(things, thing, label, sizeof(label));
	mark->node = igdrom_found_node(thing->found, place);
	thing_mark(things, thing, mark->text, sizeof(mark->text));
	if (*mark->text) {
		char text[sizeof(mark->text)];

		snprintf(text, sizeof(text), "%s", mark->text);
		snprintf(mark->text, sizeof(mark->text), "%s: %.64s", label, text);
	} else {
		snprintf(mark->text, sizeof(mark->text), "%s", label);
	}
	if (thing->chosen)
		add_words(mark->text, sizeof(mark->text), ", ", "chosen");
}

static bool make_marks(const struct things *things, const struct igdrom_firmware *firmware,
		       struct marks *marks)
{
	size_t count = mark_ours(firmware, NULL);

	for (size_t i = 0; i < things->count; i++)
		count += igdrom_found_place_count(things->list[i].found);
	marks->list = calloc(count + 1, sizeof(*marks->list));
	if (!marks->list)
		return false;
	marks->count = mark_ours(firmware, marks->list);
	if (takes_guest_driver(firmware))
		marks->list[marks->count++] = (struct mark){
			.node = igdrom_edit_driver_volume(firmware), .text = "drivers go here"};
	for (size_t i = 0; i < things->count; i++) {
		const struct thing *thing = &things->list[i];

		for (size_t k = 0; k < igdrom_found_place_count(thing->found); k++)
			add_mark(things, thing, k, &marks->list[marks->count++]);
	}
	return true;
}

static void show_things(const struct style *style, const struct things *things)
{
	char label[LABEL_ROOM], line[LINE_ROOM];

	for (size_t i = 0; i < things->count; i++) {
		thing_label(things, &things->list[i], label, sizeof(label));
		thing_words(things, &things->list[i], line, sizeof(line));
		print_field(style, label, line);
	}
}

static int show(struct call *call, const struct things *things,
		const struct igdrom_firmware *firmware)
{
	struct marks marks = {0};
	bool done = make_marks(things, firmware, &marks);

	if (done) {
		show_head(&call->style, call->operands[0], firmware);
		show_things(&call->style, things);
		show_choice(call, things);
		if (things->count == 0)
			show_nothing(call, firmware);
		show_virtual(call, firmware);
		putchar('\n');
		if (option_given(call, OPTION_MAP))
			done = draw_image_map(&call->style, firmware, &marks);
		else
			done = draw_tree(&call->style, firmware, &marks,
					 option_given(call, OPTION_ALL));
		show_next(call, things, firmware);
	}
	free(marks.list);
	return done ? EXIT_YES : fail(call, IGDROM_E_NOMEM, NULL);
}

static int show_document(struct call *call, const struct things *things)
{
	char *json = NULL;
	enum igdrom_status status = igdrom_contents_firmware_to_json(
		things->contents, things->device_id, call->report, &json);

	return print_json(call, status, json);
}

static int write_picture(struct call *call, const struct things *things)
{
	const char *path = option_value(call, OPTION_SVG);
	struct igdrom_bytes bytes = {0};
	char *svg = NULL;
	enum igdrom_status status = igdrom_contents_to_svg(
		things->contents, base_name(shown_name(call->operands[0])), &svg);
	int code;

	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	bytes = (struct igdrom_bytes){(const uint8_t *)svg, strlen(svg)};
	code = store(call, path, bytes, 0);
	igdrom_string_free(svg);
	return code;
}

static int show_or_draw(struct call *call, const struct things *things,
			const struct igdrom_firmware *firmware)
{
	const char *picture = option_value(call, OPTION_SVG);
	int code = picture ? write_picture(call, things) : EXIT_YES;

	if (code != EXIT_YES || (picture && !strcmp(picture, "-")))
		return code;
	return call->json ? show_document(call, things) : show(call, things, firmware);
}

static int check_picture(struct call *call)
{
	const char *path = option_value(call, OPTION_SVG);

	if (path && !*path)
		return usage_error(call, "--svg needs the name of a file.");
	if (path && !strcmp(path, "-") && call->json)
		return usage_error(call, "Standard output cannot take both the picture (--svg -) "
					 "and the document (--json).");
	return EXIT_YES;
}

static int show_contents(struct call *call, const struct things *things)
{
	const struct igdrom_firmware *firmware = igdrom_contents_firmware(things->contents);
	const char *kind = igdrom_file_kind_name(igdrom_contents_kind(things->contents));
	int code;

	if (!firmware)
		return fail_with(
			call, EXIT_NO, IGDROM_E_UNSUPPORTED, call->operands[0],
			"This is no firmware image (%s): \"igdrom gop show\", \"igdrom vbt "
			"show\" and \"igdrom rom show\" look into other files.",
			kind);
	code = show_or_draw(call, things, firmware);
	if (code == EXIT_YES &&
	    ((things->count == 0 && !has_guest_driver(firmware)) || is_driver_missing(things)))
		code = EXIT_NO;
	return code;
}

int run_firmware_show(struct call *call)
{
	struct things things = {0};
	int code = check_picture(call);

	if (code == EXIT_YES)
		code = find_things(call, &things);
	if (code == EXIT_YES)
		code = show_contents(call, &things);
	free_things(&things);
	return code == EXIT_YES ? verdict_of(call) : code;
}
