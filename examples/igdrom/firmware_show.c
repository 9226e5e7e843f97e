/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware.h"

#include <stdlib.h>
#include <string.h>

#define LABEL_ROOM 32
#define LINE_ROOM  512

/* What the image is made of, for the sentence when nothing was found. */
struct census {
	size_t volumes, drivers;
};

static struct census count_parts(const struct igdrom_firmware *firmware)
{
	struct item sum = {.node = NULL};
	struct census census = {0};

	for (const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware); node;
	     node = igdrom_firmware_node_walk(node)) {
		census.volumes += igdrom_firmware_node_kind(node) == IGDROM_NODE_VOLUME;
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

	print_title(style, "%s", file);
	used = snprintf(line, sizeof(line), "%s (%llu bytes), %zu parts", size_text(size, text),
			(unsigned long long)size, igdrom_firmware_node_count(firmware));
	if (decoded)
		snprintf(line + used, sizeof(line) - (size_t)used, ", %s unpacked",
			 size_text(decoded, more));
	print_field(style, "Firmware", line);
}

static void show_nothing(const struct style *style, const struct igdrom_firmware *firmware)
{
	struct census census = count_parts(firmware);
	char line[LINE_ROOM];

	if (census.volumes == 0) {
		print_field(style, "Found",
			    "no GOP driver, no VBT, and no firmware volume either: the file is "
			    "encrypted, of a format that is not known, or not the BIOS (other "
			    "parts of an update look like that).");
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

static void show_next(const struct call *call, const struct found *found)
{
	const char *file = call->operands[0];
	const char *device = option_value(call, OPTION_DEVICE);

	if (found->gop_count == 0)
		return;
	puts("\nNext:");
	fputs("  igdrom firmware extract ", stdout);
	print_word(&call->style, file);
	fputs(" -o DIR\n  igdrom rom build --bios ", stdout);
	print_word(&call->style, file);
	fputs(" --device ", stdout);
	print_text(&call->style, stdout, device ? device : "ID");
	puts(" -o igd.rom");
}

static bool make_marks(const struct found *found, struct marks *marks)
{
	marks->list = calloc(found->gop_count + 1, sizeof(*marks->list));
	if (!marks->list)
		return false;
	for (size_t i = 0; i < found->gop_count; i++) {
		const char *version = igdrom_gop_version(found->gops[i].gop);
		struct mark *mark = &marks->list[marks->count++];

		mark->node = found->gops[i].node;
		snprintf(mark->text, sizeof(mark->text), "GOP %zu%s%s", i + 1, version ? ": " : "",
			 version ? version : "");
	}
	return true;
}

static void show_found(const struct style *style, const struct found *found)
{
	char label[LABEL_ROOM], line[LINE_ROOM];

	for (size_t i = 0; i < found->gop_count; i++) {
		snprintf(label, sizeof(label), "GOP %zu", i + 1);
		gop_words(found->gops[i].gop, line, sizeof(line));
		print_field(style, label, line);
	}
}

static int show(struct call *call, const struct found *found)
{
	struct marks marks = {0};
	bool done = make_marks(found, &marks);

	if (done) {
		show_head(&call->style, call->operands[0], found->firmware);
		show_found(&call->style, found);
		if (found->gop_count == 0)
			show_nothing(&call->style, found->firmware);
		putchar('\n');
		done = draw_tree(&call->style, found->firmware, &marks,
				 option_given(call, OPTION_ALL));
		show_next(call, found);
	}
	free(marks.list);
	if (!done)
		return fail(call, IGDROM_E_NOMEM, NULL);
	return found->gop_count ? EXIT_YES : EXIT_NO;
}

static int show_document(struct call *call, const struct found *found)
{
	char *json = NULL;
	enum igdrom_status status = igdrom_firmware_to_json(found->firmware, call->report, &json);
	int code = print_json(call, status, json);

	return code == EXIT_YES && found->gop_count == 0 ? EXIT_NO : code;
}

int run_firmware_show(struct call *call)
{
	struct found found;
	int code = find_in_firmware(call, call->operands[0], &found);

	if (code == EXIT_YES)
		code = call->json ? show_document(call, &found) : show(call, &found);
	found_free(&found);
	return code == EXIT_YES ? verdict_of(call) : code;
}
