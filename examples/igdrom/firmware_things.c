/* SPDX-License-Identifier: BSD-2-Clause */
/* The GOP drivers, VBTs and video BIOSes in a file. */
#include "firmware.h"

#include <stdlib.h>
#include <string.h>

#define CHOICE    "choice-" /* codes of the findings that say why */
#define VBT_MAGIC "$VBT "

static const char *const kind_names[THING_KINDS] = {
	[THING_GOP] = "GOP", [THING_VBT] = "VBT", [THING_VBIOS] = "VBIOS"};

static size_t count_kind(const struct igdrom_contents *contents, enum thing_kind kind)
{
	switch (kind) {
	case THING_GOP:
		return igdrom_contents_gop_count(contents);
	case THING_VBT:
		return igdrom_contents_vbt_count(contents);
	case THING_VBIOS:
		return igdrom_contents_vbios_count(contents);
	case THING_KINDS:
		break;
	}
	return 0;
}

static const struct igdrom_found *found_at(const struct igdrom_contents *contents,
					   enum thing_kind kind, size_t index)
{
	switch (kind) {
	case THING_GOP:
		return igdrom_contents_gop_found(contents, index);
	case THING_VBT:
		return igdrom_contents_vbt_found(contents, index);
	case THING_VBIOS:
		return igdrom_contents_vbios_found(contents, index);
	case THING_KINDS:
		break;
	}
	return NULL;
}

static int list_things(struct call *call, struct things *things)
{
	size_t count = 0;

	for (int kind = 0; kind < THING_KINDS; kind++)
		count += count_kind(things->contents, (enum thing_kind)kind);
	things->list = calloc(count + 1, sizeof(*things->list));
	if (!things->list)
		return fail(call, IGDROM_E_NOMEM, NULL);
	for (int kind = 0; kind < THING_KINDS; kind++) {
		count = count_kind(things->contents, (enum thing_kind)kind);
		things->count_of[kind] = count;
		for (size_t i = 0; i < count; i++)
			things->list[things->count++] = (struct thing){
				.found = found_at(things->contents, (enum thing_kind)kind, i),
				.kind = (enum thing_kind)kind,
				.number = i + 1,
			};
	}
	return EXIT_YES;
}

static void mark_chosen(struct things *things, enum thing_kind kind, size_t index)
{
	for (size_t i = 0; i < things->count; i++) {
		if (things->list[i].kind == kind && things->list[i].number == index + 1)
			things->list[i].chosen = true;
	}
}

static int choose(struct call *call, struct things *things)
{
	const char *device = option_value(call, OPTION_DEVICE);
	size_t best;
	int code;

	if (!device) {
		say_no_gop(call, things->contents);
		return EXIT_YES;
	}
	code = resolve_device(call, device, &things->device_id);
	if (code != EXIT_YES)
		return code;
	if (igdrom_contents_choose_gop(things->contents, things->device_id, call->report, &best) ==
	    IGDROM_OK)
		mark_chosen(things, THING_GOP, best);
	if (igdrom_contents_choose_vbt(things->contents, things->device_id, call->report, &best) ==
	    IGDROM_OK)
		mark_chosen(things, THING_VBT, best);
	return EXIT_YES;
}

int find_things(struct call *call, struct things *out)
{
	int code;

	*out = (struct things){0};
	code = open_contents(call, call->operands[0], &out->contents);
	if (code == EXIT_YES)
		code = list_things(call, out);
	return code == EXIT_YES ? choose(call, out) : code;
}

void free_things(struct things *things)
{
	free(things->list);
	igdrom_contents_free(things->contents);
}

void thing_label(const struct things *things, const struct thing *thing, char *out, size_t room)
{
	if (things->count_of[thing->kind] == 1)
		snprintf(out, room, "%s", kind_names[thing->kind]);
	else
		snprintf(out, room, "%s %zu", kind_names[thing->kind], thing->number);
}

void thing_mark(const struct things *things, const struct thing *thing, char *out, size_t room)
{
	const char *text = NULL;
	size_t index = thing->number - 1;

	if (thing->kind == THING_GOP)
		text = igdrom_gop_version(igdrom_contents_gop_at(things->contents, index));
	if (thing->kind == THING_VBT)
		text = igdrom_vbt_signature(igdrom_contents_vbt_at(things->contents, index));
	if (text && !strncmp(text, VBT_MAGIC, strlen(VBT_MAGIC)))
		text += strlen(VBT_MAGIC);
	snprintf(out, room, "%s", text ? text : "");
}

static size_t size_of(const struct thing *thing)
{
	struct igdrom_bytes bytes = {NULL, 0};

	if (igdrom_found_bytes(thing->found, IGDROM_FORM_BARE, &bytes) != IGDROM_OK)
		return 0;
	return bytes.size;
}

/* In what it lies, when that is not a file of its own. */
static const char *origin_words(const struct thing *thing)
{
	switch (igdrom_found_origin(thing->found)) {
	case IGDROM_ORIGIN_ALONE:
		break;
	case IGDROM_ORIGIN_INSIDE:
		return "inside other data";
	case IGDROM_ORIGIN_OPTION_ROM:
		return thing->kind == THING_VBIOS ? "" : "in an option ROM";
	case IGDROM_ORIGIN_DRIVER:
		return "inside a driver";
	}
	return "";
}

void thing_words(const struct things *things, const struct thing *thing, char *out, size_t room)
{
	const char *name = igdrom_found_name(thing->found, 0);
	char text[64];

	*out = '\0';
	if (thing->kind == THING_GOP)
		gop_words(igdrom_contents_gop_at(things->contents, thing->number - 1), out, room);
	else
		thing_mark(things, thing, out, room);
	if (thing->kind == THING_VBT) {
		snprintf(text, sizeof(text), "version %u",
			 igdrom_vbt_bdb_version(
				 igdrom_contents_vbt_at(things->contents, thing->number - 1)));
		add_words(out, room, ", ", text);
	}
	if (thing->kind != THING_GOP) {
		snprintf(text, sizeof(text), "%zu bytes", size_of(thing));
		add_words(out, room, ", ", text);
		add_words(out, room, ", ", name ? name : igdrom_found_guid(thing->found, 0));
	}
	add_words(out, room, ", ", origin_words(thing));
}

void count_words(const struct things *things, char *out, size_t room)
{
	static const char *const one[THING_KINDS] = {"GOP driver", "VBT", "video BIOS"};
	static const char *const many[THING_KINDS] = {"GOP drivers", "VBTs", "video BIOSes"};
	char text[64];

	*out = '\0';
	for (int kind = 0; kind < THING_KINDS; kind++) {
		size_t count = things->count_of[kind];

		if (count == 0)
			continue;
		snprintf(text, sizeof(text), "%zu %s", count, count == 1 ? one[kind] : many[kind]);
		add_words(out, room, ", ", text);
	}
}

bool is_driver_missing(const struct things *things)
{
	for (size_t i = 0; i < things->count; i++) {
		if (things->list[i].kind == THING_GOP && things->list[i].chosen)
			return false;
	}
	return things->device_id && things->count_of[THING_GOP];
}

void show_choice(struct call *call, const struct things *things)
{
	char label[32];

	if (things->device_id == 0)
		return;
	call->told = CHOICE;
	snprintf(label, sizeof(label), "For %04X", things->device_id);
	for (size_t i = 0; i < igdrom_report_count(call->report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(call->report, i);
		const char *code = igdrom_finding_code(finding);

		if (strncmp(code, CHOICE, strlen(CHOICE)) != 0)
			continue;
		print_field(&call->style, label, igdrom_finding_text(finding));
		*label = '\0';
		if (igdrom_finding_severity(finding) >= IGDROM_SEVERITY_WARNING)
			print_field(&call->style, "", igdrom_finding_fix(finding));
	}
}
