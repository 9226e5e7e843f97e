/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TEXT_MAX 512

static const char *kind_word(const struct igdrom_device *device)
{
	return igdrom_device_kind(device) == IGDROM_DEVICE_IGD ? "integrated" : "discrete";
}

static bool contains(const char *text, const char *word)
{
	size_t size = strlen(word);

	for (; text && *text; text++) {
		if (!strncasecmp(text, word, size))
			return true;
	}
	return false;
}

static bool matches(const struct igdrom_device *device, const char *word)
{
	if (!word)
		return true;
	if (!strcasecmp(word, "integrated") || !strcasecmp(word, "discrete"))
		return !strcasecmp(word, kind_word(device));
	return contains(igdrom_device_platform(device), word) ||
	       contains(igdrom_device_codename(device), word) ||
	       contains(igdrom_device_name(device), word) ||
	       contains(igdrom_device_cpu_generation(device), word) ||
	       contains(igdrom_device_gop_family(device), word);
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void print_rows(const struct style *style, const struct igdrom_device *const *rows,
		       size_t count)
{
	printf("%-5s %-9s %-15s %-6s %s\n", "ID", "PLATFORM", "GOP FAMILY", "QEMU", "NAME");
	for (size_t i = 0; i < count; i++) {
		const char *qemu = igdrom_device_min_qemu(rows[i]);
		char since[16];

		snprintf(since, sizeof(since), qemu ? "%s+" : "-", qemu);
		printf("%04X  %-9s %-15s %-6s ", igdrom_device_id(rows[i]),
		       or_dash(igdrom_device_platform(rows[i])),
		       or_dash(igdrom_device_gop_family(rows[i])), since);
		print_text(style, stdout, or_dash(igdrom_device_name(rows[i])));
		putchar('\n');
	}
}

int run_device_list(struct call *call)
{
	const char *word = call->operand_count ? call->operands[0] : NULL;
	const struct igdrom_device **rows = calloc(igdrom_device_count(), sizeof(*rows));
	enum igdrom_status status;
	size_t count = 0;
	char *json = NULL;
	int code;

	if (!rows)
		return fail(call, IGDROM_E_NOMEM, NULL);
	for (size_t i = 0; i < igdrom_device_count(); i++) {
		if (matches(igdrom_device_at(i), word))
			rows[count++] = igdrom_device_at(i);
	}
	code = count ? EXIT_YES : EXIT_NO;
	if (call->json) {
		status = igdrom_devices_to_json(rows, count, call->report, &json);
		if (print_json(call, status, json) != EXIT_YES)
			code = exit_of(status);
	} else if (count) {
		print_rows(&call->style, rows, count);
	} else {
		fail_with(call, EXIT_NO, IGDROM_E_NOT_FOUND, NULL,
			  "No device has \"%s\" in its platform, codename, name, CPU generation "
			  "or GOP family.",
			  word);
	}
	free(rows);
	return code;
}

static void add(char *line, const char *separator, const char *text)
{
	size_t size = strlen(line);

	if (text && *text)
		snprintf(line + size, TEXT_MAX - size, "%s%s", size ? separator : "", text);
}

/* "a,b" as "a, b", so that lines can be broken there. */
static void add_list(char *line, const char *list)
{
	for (; *list; list += strspn(list, ", ")) {
		char part[64];

		snprintf(part, sizeof(part), "%.*s%s", (int)strcspn(list, ","), list,
			 strchr(list, ',') ? "," : "");
		add(line, " ", part);
		list += strcspn(list, ",");
	}
}

static void show_gop(const struct style *style, const struct igdrom_device *device)
{
	const char *family = igdrom_device_gop_family(device);
	const char *versions = igdrom_device_gop_versions(device);
	char line[TEXT_MAX] = "";

	if (!family) {
		print_field(style, "GOP driver", "none is known for this platform");
		return;
	}
	snprintf(line, sizeof(line), "family %s", family);
	if (versions) {
		add(line, "; ", "the id is in the table of");
		add_list(line, versions);
	} else {
		add(line, "; ", "no driver that was read has this id in its table");
	}
	print_field(style, "GOP driver", line);
	switch (igdrom_device_needs_lpc(device)) {
	case IGDROM_YES:
		print_field(
			style, "Needs LPC id",
			"yes: the GOP driver gives no picture unless 00:1f.0 of the guest has "
			"the id of an Intel LPC bridge that it knows (on i440fx x-igd-lpc=on or "
			"legacy mode of QEMU; on q35 a ROM of \"igdrom rom build\" answers, when "
			"told the id of the host's)");
		break;
	case IGDROM_NO:
		print_field(style, "Needs LPC id", "no");
		break;
	case IGDROM_UNKNOWN:
		print_field(style, "Needs LPC id", "not known: no driver was read");
		break;
	}
}

/* "10.0-" says the same as "10.0 or later". */
static bool is_open_range_from(const char *ranges, const char *least)
{
	size_t size = strlen(least);

	return !strncmp(ranges, least, size) && !strcmp(ranges + size, "-");
}

static void show_qemu(const struct style *style, const struct igdrom_device *device)
{
	const char *least = igdrom_device_min_qemu(device);
	const char *ranges = igdrom_device_qemu_ranges(device);
	char line[TEXT_MAX] = "";

	if (!ranges) {
		add(line, "", "not known");
	} else if (!*ranges) {
		add(line, "", "no release gives a boot picture");
	} else {
		if (least)
			snprintf(line, sizeof(line), "%s or later", least);
		if (!least || !is_open_range_from(ranges, least)) {
			add(line, " ", least ? "(in all:" : "only");
			add(line, " ", ranges);
			add(line, "", least ? ")" : "");
		}
		add(line, " ", "for a boot picture on i440fx + OVMF; known up to");
		add(line, " ", igdrom_device_last_qemu());
	}
	print_field(style, "QEMU", line);
	print_field(style, "", igdrom_device_qemu_note(device));
}

static void show_stolen_memory(const struct style *style, const struct igdrom_device *device)
{
	const char *family = igdrom_device_stolen_family_name(device);
	char line[TEXT_MAX] = "";

	switch (igdrom_device_bdsm_kind(device)) {
	case IGDROM_BDSM_NONE:
		add(line, "", "behind BAR 2 (LMEMBAR): guest firmware has nothing to set");
		break;
	case IGDROM_BDSM_32_5C:
		add(line, "", "base (BDSM) in 32 bits at 5Ch");
		break;
	case IGDROM_BDSM_64_C0:
		add(line, "", "base (BDSM) in 64 bits at C0h");
		break;
	case IGDROM_BDSM_UNKNOWN:
		add(line, "", "base register not known");
		break;
	}
	if (family && igdrom_device_stolen_family(device) != IGDROM_STOLEN_NONE) {
		add(line, "; ", "size in GGC at 50h, encoding");
		add(line, " ", family);
	}
	print_field(style, "Stolen memory", line);
}

static void show_board(const struct style *style, const struct igdrom_device *device)
{
	const char *audio = igdrom_device_audio_function(device);
	const char *note = igdrom_device_legacy_vbios_note(device);
	char line[TEXT_MAX] = "";

	switch (igdrom_device_legacy_vbios(device)) {
	case IGDROM_YES:
		add(line, "", "yes");
		break;
	case IGDROM_NO:
		add(line, "", "no: UEFI only");
		break;
	case IGDROM_UNKNOWN:
		add(line, "", note ? note : "not known");
		break;
	}
	print_field(style, "Legacy VBIOS", line);
	if (igdrom_device_gvt(device) == IGDROM_YES)
		print_field(style, "Parts of it", "mediated devices (GVT-g), made by i915");
	print_field(style, "VBT", igdrom_device_vbt_signature(device));
	line[0] = '\0';
	add(line, "", audio ? audio : "not known");
	if (audio)
		add(line, " ",
		    "(typical: check on the host); a function of its own, to be passed through "
		    "beside the GPU");
	print_field(style, "Display audio", line);
}

static void show_card(const struct style *style, const struct igdrom_device *device)
{
	const char *name = igdrom_device_name(device);
	char line[TEXT_MAX] = "";

	print_title(style, "8086:%04X  %s", igdrom_device_id(device),
		    name ? name : igdrom_device_codename(device));
	add(line, ", ", kind_word(device));
	add(line, ", ", igdrom_device_codename(device));
	add(line, ", ", igdrom_device_gt(device));
	add(line, ", ", igdrom_device_variant(device));
	add(line, ", ", igdrom_device_form(device));
	print_field(style, "Device", line);
	if (igdrom_device_kind(device) != IGDROM_DEVICE_IGD) {
		print_field(style, "",
			    "A card of its own has no OpRegion and no stolen memory: it is passed "
			    "through like any other card, without a ROM from here.");
		print_field(style, "Note", igdrom_device_note(device));
		return;
	}
	line[0] = '\0';
	add(line, ", ", igdrom_device_cpu_generation(device));
	if (igdrom_device_graphics_version(device)) {
		add(line, ", ", "graphics");
		add(line, " ", igdrom_device_graphics_version(device));
	}
	if (igdrom_device_display_version(device)) {
		add(line, ", ", "display");
		add(line, " ", igdrom_device_display_version(device));
	}
	print_field(style, "Generation", line);
	show_gop(style, device);
	show_qemu(style, device);
	show_stolen_memory(style, device);
	show_board(style, device);
	print_field(style, "Note", igdrom_device_note(device));
	print_field(style, "Platform note", igdrom_device_platform_note(device));
}

int run_device_show(struct call *call)
{
	const struct igdrom_device *device;
	uint16_t id;
	char *json = NULL;
	int code = resolve_device(call, call->operands[0], &id);

	if (code != EXIT_YES)
		return code;
	if (igdrom_device_lookup(id, &device) != IGDROM_OK)
		return fail_with(call, EXIT_NO, IGDROM_E_NOT_FOUND, NULL,
				 "8086:%04X is in no table of igdrom %s: no Intel graphics device "
				 "that it knows.",
				 id, igdrom_version());
	if (call->json) {
		enum igdrom_status status = igdrom_device_to_json(device, call->report, &json);

		return print_json(call, status, json);
	}
	show_card(&call->style, device);
	return EXIT_YES;
}
