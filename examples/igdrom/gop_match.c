/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

/* What was found in the files, NULL for one that could not be read as a file with drivers. */
struct field {
	struct igdrom_contents **contents;
	const char *const *names;
	size_t files;
	const struct igdrom_gop *best;
	uint16_t id;
};

static int add_file(struct call *call, struct field *field, const char *file)
{
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	int code = load(call, file, &bytes);

	if (code != EXIT_YES)
		return code;
	/* One bad file does not keep the others from being compared. */
	status = look_into(call, bytes, NULL, &field->contents[field->files++]);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_E_NOMEM ? fail(call, status, file) : EXIT_YES;
}

static bool find_best(struct field *field)
{
	const struct igdrom_gop **gops;
	size_t count = 0, index;

	for (size_t i = 0; i < field->files; i++)
		count += igdrom_contents_gop_count(field->contents[i]);
	gops = calloc(count + 1, sizeof(*gops));
	if (!gops)
		return false;
	count = 0;
	for (size_t i = 0; i < field->files; i++) {
		for (size_t k = 0; k < igdrom_contents_gop_count(field->contents[i]); k++)
			gops[count++] = igdrom_contents_gop_at(field->contents[i], k);
	}
	if (igdrom_gop_best(gops, count, field->id, &index) == IGDROM_OK)
		field->best = gops[index];
	free(gops);
	return true;
}

static const char *verdict_text(enum igdrom_gop_verdict verdict)
{
	switch (verdict) {
	case IGDROM_GOP_BEST:
		return "best";
	case IGDROM_GOP_SAME_VERSION:
		return "as new as the best";
	case IGDROM_GOP_OLDER:
		return "older than the best";
	case IGDROM_GOP_NOT_LISTED:
		return "does not list the id";
	case IGDROM_GOP_UNREADABLE:
		return "id table not readable";
	case IGDROM_GOP_ABSENT:
		break;
	}
	return "no GOP driver in it";
}

static void show_row(const struct style *style, const char *file, const char *where,
		     const struct igdrom_gop *gop, enum igdrom_gop_verdict verdict)
{
	const char *version = igdrom_gop_version(gop);
	bool best = verdict == IGDROM_GOP_BEST;

	printf("  %s%-21s  %-10s  ", best && style->color ? "\033[1m" : "", verdict_text(verdict),
	       version ? version : "-");
	print_text(style, stdout, shown_name(file));
	if (where && *where)
		printf(", %s", where);
	puts(best && style->color ? "\033[0m" : "");
}

/* The rows of all files whose driver is the best, or is not. */
static void show_rows(const struct style *style, const struct field *field, bool best)
{
	for (size_t i = 0; i < field->files; i++) {
		const struct igdrom_contents *contents = field->contents[i];
		size_t count = igdrom_contents_gop_count(contents);

		for (size_t k = 0; k < (count ? count : 1); k++) {
			const struct igdrom_gop *gop = igdrom_contents_gop_at(contents, k);
			enum igdrom_gop_verdict verdict =
				igdrom_gop_judge(gop, field->best, field->id);

			if ((verdict == IGDROM_GOP_BEST) == best)
				show_row(style, field->names[i],
					 igdrom_contents_gop_where(contents, k), gop, verdict);
		}
	}
}

static void show_field(const struct style *style, const struct field *field)
{
	const struct igdrom_device *device;
	const char *name = NULL;

	if (igdrom_device_lookup(field->id, &device) == IGDROM_OK)
		name = igdrom_device_name(device) ? igdrom_device_name(device)
						  : igdrom_device_codename(device);
	print_title(style, "8086:%04X  %s", field->id, name ? name : "in no table of this version");
	show_rows(style, field, true);
	show_rows(style, field, false);
}

static void say_none(struct call *call, uint16_t id)
{
	const struct igdrom_device *device = NULL;
	const char *family, *versions;

	if (igdrom_device_lookup(id, &device) != IGDROM_OK)
		device = NULL;
	family = igdrom_device_gop_family(device);
	versions = igdrom_device_gop_versions(device);
	if (family)
		fail_with(call, EXIT_NO, IGDROM_E_NOT_FOUND, NULL,
			  "None of these drivers lists 8086:%04X. Look for one of family %s%s%s.",
			  id, family, versions ? ", such as " : "", versions ? versions : "");
	else
		fail_with(call, EXIT_NO, IGDROM_E_NOT_FOUND, NULL,
			  "None of these drivers lists 8086:%04X.", id);
}

static int answer(struct call *call, struct field *field)
{
	enum igdrom_status status;
	char *json = NULL;
	int code = EXIT_YES;

	if (!find_best(field))
		return fail(call, IGDROM_E_NOMEM, NULL);
	if (call->json) {
		status = igdrom_gop_match_to_json(
			field->id, (const struct igdrom_contents *const *)field->contents,
			field->names, field->files, call->report, &json);
		code = print_json(call, status, json);
	} else {
		show_field(&call->style, field);
		if (!field->best)
			say_none(call, field->id);
	}
	return code == EXIT_YES && !field->best ? EXIT_NO : code;
}

int run_gop_match(struct call *call)
{
	size_t files = call->operand_count - 1;
	struct field field = {.contents = calloc(files, sizeof(*field.contents)),
			      .names = call->operands};
	int code;

	if (!field.contents)
		return fail(call, IGDROM_E_NOMEM, NULL);
	code = resolve_device(call, call->operands[files], &field.id);
	for (size_t i = 0; i < files && code == EXIT_YES; i++)
		code = add_file(call, &field, call->operands[i]);
	if (code == EXIT_YES)
		code = answer(call, &field);
	for (size_t i = 0; i < field.files; i++)
		igdrom_contents_free(field.contents[i]);
	free(field.contents);
	return code;
}
