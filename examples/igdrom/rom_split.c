/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <stdlib.h>

struct parts {
	struct out_file *list;
	size_t count;
	bool incomplete; /* what an image carries could not be read */
};

static int add_part(struct call *call, struct parts *parts, const struct igdrom_rom *rom,
		    size_t index, bool payload)
{
	const char *directory = option_value(call, OPTION_OUTPUT);
	struct out_file *file = &parts->list[parts->count];
	enum igdrom_status status = igdrom_rom_part(rom, index, payload, &file->bytes);
	char *name = NULL;
	int code;

	if (status == IGDROM_E_NOT_FOUND)
		return EXIT_YES;
	if (status != IGDROM_OK && status != IGDROM_E_NOMEM) {
		parts->incomplete = true;
		return EXIT_YES;
	}
	if (status == IGDROM_OK)
		status = igdrom_rom_part_name(rom, index, payload, &name);
	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	code = name_file(call, directory, name, file);
	igdrom_string_free(name);
	if (code == EXIT_YES)
		parts->count++;
	return code;
}

static int collect(struct call *call, struct parts *parts, const struct igdrom_rom *rom)
{
	size_t images = igdrom_rom_image_count(rom);
	int code = EXIT_YES;

	/* Each image and what it carries, and what follows the last one. */
	parts->list = calloc(2 * images + 2, sizeof(*parts->list));
	if (!parts->list)
		return fail(call, IGDROM_E_NOMEM, NULL);
	for (size_t i = 0; i <= images && code == EXIT_YES; i++) {
		code = add_part(call, parts, rom, i, false);
		if (code == EXIT_YES && i < images)
			code = add_part(call, parts, rom, i, true);
	}
	return code;
}

static int show_parts(struct call *call, const struct parts *parts, const struct igdrom_rom *rom)
{
	char *json = NULL, size[32];

	if (call->json) {
		enum igdrom_status status = igdrom_rom_split_to_json(
			rom, option_value(call, OPTION_OUTPUT), call->report, &json);

		return print_json(call, status, json);
	}
	for (size_t i = 0; i < parts->count; i++) {
		printf("%10s  ", size_text(parts->list[i].bytes.size, size));
		print_text(&call->style, stdout, parts->list[i].path);
		putchar('\n');
	}
	return EXIT_YES;
}

static int split(struct call *call, const struct igdrom_rom *rom, struct parts *parts)
{
	int code = collect(call, parts, rom);

	if (code == EXIT_YES)
		code = write_files(call, option_value(call, OPTION_OUTPUT), parts->list,
				   parts->count, option_given(call, OPTION_FORCE));
	if (code != EXIT_YES)
		return code;
	code = show_parts(call, parts, rom);
	if (code == EXIT_YES && parts->incomplete)
		code = EXIT_NO;
	return code == EXIT_YES ? verdict_of(call) : code;
}

int run_rom_split(struct call *call)
{
	struct igdrom_rom *rom = NULL;
	struct parts parts = {0};
	int code = need_output(call, "DIR");

	if (code == EXIT_YES)
		code = open_rom(call, call->operands[0], &rom);
	if (code == EXIT_YES)
		code = split(call, rom, &parts);
	for (size_t i = 0; i < parts.count; i++)
		free(parts.list[i].path);
	free(parts.list);
	igdrom_rom_free(rom);
	return code;
}
