/* SPDX-License-Identifier: BSD-2-Clause */
#include "firmware.h"

#include <stdlib.h>
#include <string.h>

#define WORDS_INDENT 12 /* "   4.2 KiB  " */

/* What is written, in the order of the things. */
struct extract {
	struct out_file *files;
	const struct thing **of; /* what each file is of */
	size_t count;
	const struct igdrom_found **found; /* each thing that is written, once */
	size_t found_count;
	unsigned forms; /* bits by enum igdrom_form */
};

static int add_file(struct call *call, struct extract *extract, const struct thing *thing,
		    enum igdrom_form form)
{
	struct out_file *file = &extract->files[extract->count];
	enum igdrom_status status;
	char *name = NULL;
	int code;

	status = igdrom_found_bytes(thing->found, form, &file->bytes);
	if (status == IGDROM_OK)
		status = igdrom_found_file_name(thing->found, form, &name);
	if (status == IGDROM_E_NOT_FOUND)
		return EXIT_YES;
	if (status != IGDROM_OK)
		return fail(call, status, NULL);
	code = name_file(call, option_value(call, OPTION_OUTPUT), name, file);
	igdrom_string_free(name);
	if (code == EXIT_YES)
		extract->of[extract->count++] = thing;
	return code;
}

static int add_thing(struct call *call, struct extract *extract, const struct thing *thing)
{
	int code = EXIT_YES;

	extract->found[extract->found_count++] = thing->found;
	for (int form = IGDROM_FORM_BARE; form <= IGDROM_FORM_FFS && code == EXIT_YES; form++) {
		if (extract->forms & 1u << form)
			code = add_file(call, extract, thing, (enum igdrom_form)form);
	}
	return code;
}

static int collect(struct call *call, struct extract *extract, const struct things *things)
{
	bool only_chosen = things->device_id && !option_given(call, OPTION_ALL);
	bool none = only_chosen && is_driver_missing(things);
	size_t room = things->count * (IGDROM_FORM_FFS + 1) + 1;
	int code = EXIT_YES;

	extract->forms = 1u << IGDROM_FORM_BARE;
	if (option_given(call, OPTION_AS_STORED))
		extract->forms |= 1u << IGDROM_FORM_STORED;
	if (option_given(call, OPTION_FFS))
		extract->forms |= 1u << IGDROM_FORM_FFS;
	extract->files = calloc(room, sizeof(*extract->files));
	extract->of = calloc(room, sizeof(*extract->of));
	extract->found = calloc(things->count + 1, sizeof(*extract->found));
	if (!extract->files || !extract->of || !extract->found)
		return fail(call, IGDROM_E_NOMEM, NULL);
	for (size_t i = 0; i < things->count && code == EXIT_YES; i++) {
		if (!none && (things->list[i].chosen || !only_chosen))
			code = add_thing(call, extract, &things->list[i]);
	}
	return code;
}

static int show_written_things(struct call *call, const struct extract *extract,
			       const struct things *things)
{
	char size[32], line[512], words[512], label[32];
	const struct thing *last = NULL;

	show_choice(call, things);
	for (size_t i = 0; i < extract->count; i++) {
		const struct thing *thing = extract->of[i];

		printf("%10s  ", size_text(extract->files[i].bytes.size, size));
		print_text(&call->style, stdout, extract->files[i].path);
		putchar('\n');
		if (thing == last)
			continue;
		last = thing;
		thing_words(things, thing, words, sizeof(words));
		thing_label(things, thing, label, sizeof(label));
		snprintf(line, sizeof(line), "%s: ", label);
		add_words(line, sizeof(line), "", words);
		printf("%*s", WORDS_INDENT, "");
		print_wrapped(&call->style, WORDS_INDENT, line);
	}
	return EXIT_YES;
}

static int show_document(struct call *call, const struct extract *extract,
			 const struct things *things)
{
	char *json = NULL;
	enum igdrom_status status = igdrom_extract_to_json(
		things->contents, things->device_id, extract->found, extract->found_count,
		extract->forms, option_value(call, OPTION_OUTPUT), call->report, &json);

	return print_json(call, status, json);
}

/* Nothing was written. */
static int say_nothing(struct call *call, const struct things *things)
{
	char words[128];

	if (call->json)
		return EXIT_NO;
	count_words(things, words, sizeof(words));
	if (things->count == 0)
		return fail_with(call, EXIT_NO, IGDROM_E_NOT_FOUND, call->operands[0],
				 "There is neither a GOP driver nor a VBT in it; \"igdrom firmware "
				 "show\" says what is.");
	return fail_with(
		call, EXIT_NO, IGDROM_E_NOT_FOUND, call->operands[0],
		"Nothing was written: none of its GOP drivers (in all %s) is for device %04X. "
		"Without --device, or with --all, everything is written.",
		words, things->device_id);
}

static int extract_things(struct call *call, struct extract *extract, const struct things *things)
{
	int code = collect(call, extract, things);

	if (code == EXIT_YES && extract->count)
		code = write_files(call, option_value(call, OPTION_OUTPUT), extract->files,
				   extract->count, option_given(call, OPTION_FORCE));
	if (code != EXIT_YES)
		return code;
	code = call->json ? show_document(call, extract, things)
			  : show_written_things(call, extract, things);
	if (code == EXIT_YES && extract->count == 0)
		code = say_nothing(call, things);
	return code;
}

int run_firmware_extract(struct call *call)
{
	struct extract extract = {0};
	struct things things = {0};
	int code = need_output(call, "DIR");

	if (code == EXIT_YES)
		code = find_things(call, &things);
	if (code == EXIT_YES)
		code = extract_things(call, &extract, &things);
	for (size_t i = 0; i < extract.count; i++)
		free(extract.files[i].path);
	free(extract.files);
	free(extract.of);
	free(extract.found);
	free_things(&things);
	return code == EXIT_YES ? verdict_of(call) : code;
}
