/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 2048
#define MACHINE_X64    0x8664

struct line {
	char text[LINE_MAX_BYTES];
	size_t size;
};

static void add(struct line *line, const char *text)
{
	int size = snprintf(line->text + line->size, sizeof(line->text) - line->size, "%s", text);

	line->size += (size_t)size;
	if (line->size >= sizeof(line->text))
		line->size = sizeof(line->text) - 1;
}

static void add_id(struct line *line, uint16_t id)
{
	char text[8];

	snprintf(text, sizeof(text), " %04X", id);
	add(line, text);
}

static const char *codename_of(uint16_t id)
{
	const struct igdrom_device *device;

	if (igdrom_device_lookup(id, &device) != IGDROM_OK)
		return "not in the tables";
	return igdrom_device_codename(device);
}

/* Whether an id before index has the same codename and kind. */
static bool is_later_of_group(const struct igdrom_gop *gop, size_t index, bool igd)
{
	const char *codename = codename_of(igdrom_gop_device_at(gop, index));

	for (size_t i = 0; i < index; i++) {
		if (igdrom_gop_device_is_igd(gop, i) == igd &&
		    !strcmp(codename_of(igdrom_gop_device_at(gop, i)), codename))
			return true;
	}
	return false;
}

/* One line for each codename, in the order of the driver's table. */
static void show_groups(const struct style *style, const char *label, const struct igdrom_gop *gop,
			bool igd)
{
	size_t count = igdrom_gop_device_count(gop);

	for (size_t i = 0; i < count; i++) {
		const char *codename = codename_of(igdrom_gop_device_at(gop, i));
		struct line line = {.size = 0};

		if (igdrom_gop_device_is_igd(gop, i) != igd || is_later_of_group(gop, i, igd))
			continue;
		add(&line, codename);
		add(&line, ":");
		for (size_t j = i; j < count; j++) {
			uint16_t id = igdrom_gop_device_at(gop, j);

			if (igdrom_gop_device_is_igd(gop, j) == igd &&
			    !strcmp(codename_of(id), codename))
				add_id(&line, id);
		}
		print_field(style, label, line.text);
		label = "";
	}
}

#define NAMES_MAX 3 /* codenames that are listed */

void gop_words(const struct igdrom_gop *gop, char *out, size_t room)
{
	const char *version = igdrom_gop_version(gop);
	size_t igd = gop_igd_count(gop), names = 0;
	struct line line = {.size = 0};

	add(&line, version ? version : "unknown version");
	for (size_t i = 0; i < igdrom_gop_device_count(gop); i++) {
		if (!igdrom_gop_device_is_igd(gop, i) || is_later_of_group(gop, i, true))
			continue;
		if (names < NAMES_MAX)
			add(&line, names ? ", " : " for ");
		if (names++ < NAMES_MAX)
			add(&line, codename_of(igdrom_gop_device_at(gop, i)));
	}
	if (names > NAMES_MAX)
		add(&line, " and others");
	if (igdrom_gop_device_count(gop) == 0)
		add(&line, ", devices not readable");
	snprintf(out, room, "%s", line.text);
	if (igd)
		snprintf(out + strlen(out), room - strlen(out), " (%zu device id%s)", igd,
			 igd == 1 ? "" : "s");
	if (igdrom_gop_machine(gop) != MACHINE_X64)
		snprintf(out + strlen(out), room - strlen(out), ", %s: not for x64 firmware",
			 machine_text(igdrom_gop_machine(gop)));
}

size_t gop_igd_count(const struct igdrom_gop *gop)
{
	size_t n = 0;

	for (size_t i = 0; i < igdrom_gop_device_count(gop); i++)
		n += igdrom_gop_device_is_igd(gop, i);
	return n;
}

static void show_devices(const struct style *style, const struct igdrom_gop *gop)
{
	size_t count = igdrom_gop_device_count(gop);
	size_t igd = gop_igd_count(gop);
	char line[128];

	if (count == 0) {
		print_field(style, "Devices",
			    "the table of device ids could not be read: what this driver is for is "
			    "not known");
		return;
	}
	snprintf(line, sizeof(line), "%zu integrated devices (table of %zu ids at 0x%llx)", igd,
		 count, (unsigned long long)igdrom_gop_device_table_offset(gop));
	print_field(style, "Devices", line);
	show_groups(style, "", gop, true);
	show_groups(style, "Other ids", gop, false);
}

static void show_gate(const struct style *style, const struct igdrom_gop *gop)
{
	size_t count = igdrom_gop_lpc_count(gop);
	struct line line = {.size = 0};
	char text[64];

	switch (igdrom_gop_gate(gop)) {
	case IGDROM_GATE_NONE:
		print_field(style, "LPC gate",
			    "none: the id at 00:1f.0 of the guest does not "
			    "matter");
		return;
	case IGDROM_GATE_UNKNOWN:
		print_field(style, "LPC gate", "not known");
		return;
	case IGDROM_GATE_FATAL:
		break;
	}
	add(&line, "no picture unless 00:1f.0 of the guest has an LPC id that the driver knows");
	add(&line, count ? ":" : "; which ones is not known for this build");
	for (size_t i = 0; i < count; i++) {
		struct igdrom_id_range range = igdrom_gop_lpc_at(gop, i);

		snprintf(text, sizeof(text), "%s %04X-%04X", i ? "," : "", range.first, range.last);
		add(&line, text);
	}
	print_field(style, "LPC gate", line.text);
	if (igdrom_gop_gate_offset(gop)) {
		snprintf(text, sizeof(text), "the id is read at 0x%llx",
			 (unsigned long long)igdrom_gop_gate_offset(gop));
		print_field(style, "", text);
	}
}

const char *machine_text(uint16_t machine)
{
	switch (machine) {
	case 0x014c:
		return "IA-32";
	case 0x8664:
		return "x64";
	case 0xaa64:
		return "ARM64";
	case 0x0ebc:
		return "EFI byte code";
	default:
		return "other machine";
	}
}

const char *subsystem_text(uint16_t subsystem)
{
	switch (subsystem) {
	case 10:
		return "EFI application";
	case 11:
		return "EFI boot service driver";
	case 12:
		return "EFI runtime driver";
	default:
		return "not for EFI";
	}
}

static void show_driver(const struct style *style, const char *file, const char *where,
			const struct igdrom_gop *gop)
{
	const char *version = igdrom_gop_version(gop);
	const char *family = igdrom_gop_family(gop);
	char size[32], line[256];

	print_title(style, "%s%s%s: Intel GOP driver%s%s", shown_name(file), *where ? ", " : "",
		    where, version ? " " : "", version ? version : "");
	print_field(style, "Family", family ? family : "none that is known");
	snprintf(line, sizeof(line), "%s", igdrom_confidence_name(igdrom_gop_confidence(gop)));
	print_field(style, "Confidence", line);
	show_devices(style, gop);
	show_gate(style, gop);
	snprintf(line, sizeof(line), "%s %s, %s", machine_text(igdrom_gop_machine(gop)),
		 subsystem_text(igdrom_gop_subsystem(gop)), size_text(igdrom_gop_size(gop), size));
	print_field(style, "Image", line);
	print_field(style, "SHA-256", igdrom_gop_sha256(gop));
}

int run_gop_show(struct call *call)
{
	const char *file = call->operands[0];
	struct igdrom_contents *contents = NULL;
	char *json = NULL;
	int code = open_contents(call, file, &contents);
	size_t count;

	if (code != EXIT_YES)
		return code;
	count = igdrom_contents_gop_count(contents);
	if (call->json) {
		enum igdrom_status status;

		say_no_gop(call, contents);
		status = igdrom_contents_to_json(contents, call->report, &json);
		code = print_json(call, status, json);
	}
	for (size_t i = 0; i < count && !call->json; i++) {
		if (i)
			putchar('\n');
		show_driver(&call->style, file, igdrom_contents_gop_where(contents, i),
			    igdrom_contents_gop_at(contents, i));
	}
	if (count == 0 && code == EXIT_YES) {
		code = EXIT_NO;
		if (!call->json)
			fail_with(call, EXIT_NO, IGDROM_E_NOT_FOUND, file,
				  "There is no Intel GOP driver in it (%s).",
				  igdrom_file_kind_name(igdrom_contents_kind(contents)));
	}
	igdrom_contents_free(contents);
	return code == EXIT_YES ? verdict_of(call) : code;
}
