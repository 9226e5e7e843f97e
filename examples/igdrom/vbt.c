/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli.h"

#include <string.h>

#define CHOICE "choice-vbt-" /* codes of the findings that say which table is shown, and why */

static void show_size(const struct style *style, const struct igdrom_vbt *vbt)
{
	char line[64];

	snprintf(line, sizeof(line), "%zu bytes", igdrom_vbt_size(vbt));
	print_field(style, "Size", line);
	print_field(style, "Checksum", igdrom_vbt_checksum_ok(vbt) ? "right" : "wrong");
	print_field(style, "SHA-256", igdrom_vbt_sha256(vbt));
}

static void show_opregion(const struct style *style, const struct igdrom_opregion *opregion)
{
	size_t offset = igdrom_opregion_vbt_offset(opregion);
	char line[256];

	if (!opregion)
		return;
	snprintf(line, sizeof(line), "version %s, %u KiB, ", igdrom_opregion_version(opregion),
		 igdrom_opregion_size_kib(opregion));
	if (offset)
		snprintf(line + strlen(line), sizeof(line) - strlen(line), "its VBT at 0x%zx",
			 offset);
	else
		snprintf(line + strlen(line), sizeof(line) - strlen(line), "no VBT of its own");
	print_field(style, "OpRegion", line);
}

static void show_device(const struct style *style, const struct igdrom_vbt *vbt, uint16_t id)
{
	const struct igdrom_device *device = NULL;
	char label[32], line[256];

	if (id == 0)
		return;
	snprintf(label, sizeof(label), "For %04X", id);
	if (igdrom_device_lookup(id, &device) != IGDROM_OK) {
		print_field(style, label, "the device is in no table of this version");
		return;
	}
	switch (igdrom_vbt_fits(vbt, id)) {
	case IGDROM_YES:
		snprintf(line, sizeof(line), "fits %s", igdrom_device_codename(device));
		break;
	case IGDROM_NO:
		snprintf(line, sizeof(line), "does not fit %s", igdrom_device_codename(device));
		break;
	case IGDROM_UNKNOWN:
		snprintf(line, sizeof(line), "no VBT for %s is known to compare it with",
			 igdrom_device_codename(device));
		break;
	}
	print_field(style, label, line);
}

static void show_features(const struct style *style, const struct igdrom_vbt *vbt)
{
	for (size_t i = 0; i < igdrom_vbt_feature_count(vbt); i++)
		print_field(style, i ? "" : "Features", igdrom_vbt_feature_at(vbt, i));
}

/* "6.75 Gbit/s", "594 MHz" of a number of kHz. */
static void add_rate(char *out, size_t room, unsigned khz, unsigned unit, const char *name)
{
	char text[32];

	if (khz == 0)
		return;
	snprintf(text, sizeof(text), "%.4g", (double)khz / unit);
	snprintf(out + strlen(out), room - strlen(out), "%s%s %s", *out ? ", " : "", text, name);
}

/* Link rates are given in kHz of the symbol clock: ten bits each. */
#define GBIT 100000
#define MHZ  1000

static void port_notes(const struct igdrom_vbt_port *port, char *out, size_t room)
{
	static const struct {
		unsigned flag;
		const char *text;
	} flags[] = {
		{IGDROM_VBT_PORT_TYPE_C, "Type-C"},
		{IGDROM_VBT_PORT_THUNDERBOLT, "Thunderbolt"},
		{IGDROM_VBT_PORT_LSPCON, "HDMI 2.0 by a converter (LSPCON)"},
		{IGDROM_VBT_PORT_LANE_REVERSAL, "lanes reversed"},
		{IGDROM_VBT_PORT_HPD_INVERT, "hot plug inverted"},
	};

	*out = '\0';
	if (igdrom_vbt_port_lanes(port))
		snprintf(out, room, "%u lane%s", igdrom_vbt_port_lanes(port),
			 igdrom_vbt_port_lanes(port) == 1 ? "" : "s");
	add_rate(out, room, igdrom_vbt_port_max_link_rate(port), GBIT, "Gbit/s");
	add_rate(out, room, igdrom_vbt_port_max_tmds(port), MHZ, "MHz");
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (igdrom_vbt_port_flags(port) & flags[i].flag)
			snprintf(out + strlen(out), room - strlen(out), "%s%s", *out ? ", " : "",
				 flags[i].text);
	}
}

#define NOTES_AT 34

static void show_port(const struct style *style, const struct igdrom_vbt_port *port, uint16_t id)
{
	const char *aux = igdrom_vbt_port_aux(port);
	char ddc[16] = "-", notes[256];
	char *name = NULL;

	if (id && igdrom_vbt_port_name_on(port, id, &name) != IGDROM_OK)
		name = NULL;
	if (igdrom_vbt_port_ddc(port))
		snprintf(ddc, sizeof(ddc), "%u", igdrom_vbt_port_ddc(port));
	port_notes(port, notes, sizeof(notes));
	printf("  %-20s  %-3s  %-*s", name ? name : igdrom_vbt_port_name(port), aux ? aux : "-",
	       *notes ? NOTES_AT - 29 : 0, ddc);
	print_wrapped(style, NOTES_AT, notes);
	igdrom_string_free(name);
}

/* With a device, as its drivers count the ports. */
static void show_ports(const struct style *style, const struct igdrom_vbt *vbt, uint16_t id)
{
	size_t count = igdrom_vbt_port_count(vbt);

	putchar('\n');
	print_title(style, count ? "Connectors" : "No connectors");
	if (count)
		printf("  %-20s  AUX  DDC  AT MOST\n", "CONNECTOR");
	for (size_t i = 0; i < count; i++)
		show_port(style, igdrom_vbt_port_at(vbt, i), id);
}

static bool has_panel_port(const struct igdrom_vbt *vbt)
{
	for (size_t i = 0; i < igdrom_vbt_port_count(vbt); i++) {
		if (igdrom_vbt_port_is_internal(igdrom_vbt_port_at(vbt, i)))
			return true;
	}
	return false;
}

static void show_panel(const struct style *style, const struct igdrom_vbt_panel *panel)
{
	const char *name = igdrom_vbt_panel_name(panel), *pnp_id = igdrom_vbt_panel_pnp_id(panel);
	char line[160];

	snprintf(line, sizeof(line), "%u x %u, %.2f MHz", igdrom_vbt_panel_width(panel),
		 igdrom_vbt_panel_height(panel), igdrom_vbt_panel_clock(panel) / 1000.0);
	if (igdrom_vbt_panel_color_depth(panel))
		snprintf(line + strlen(line), sizeof(line) - strlen(line), ", %u bits per pixel",
			 igdrom_vbt_panel_color_depth(panel));
	if (igdrom_vbt_panel_backlight(panel))
		snprintf(line + strlen(line), sizeof(line) - strlen(line), ", backlight %u Hz",
			 igdrom_vbt_panel_backlight(panel));
	if (name || pnp_id)
		snprintf(line + strlen(line), sizeof(line) - strlen(line), ", %s%s%s",
			 name ? name : "", name && pnp_id ? ", " : "", pnp_id ? pnp_id : "");
	if (igdrom_vbt_panel_selected(panel))
		snprintf(line + strlen(line), sizeof(line) - strlen(line), " (selected)");
	printf("  %2u  ", igdrom_vbt_panel_number(panel));
	print_wrapped(style, 6, line);
}

/* Every table has sixteen panels; one counts, and none without a connector for it. */
static void show_panels(const struct style *style, const struct igdrom_vbt *vbt, bool all)
{
	size_t count = igdrom_vbt_panel_count(vbt);
	bool connected = has_panel_port(vbt);

	if (count == 0 || (!connected && !all))
		return;
	putchar('\n');
	print_title(style, connected ? "Panels" : "Panels (there is no connector for one)");
	if (igdrom_vbt_panel_type(vbt) == IGDROM_VBT_PANEL_BY_EDID)
		puts("  chosen by the EDID of the panel");
	for (size_t i = 0; i < count; i++) {
		const struct igdrom_vbt_panel *panel = igdrom_vbt_panel_at(vbt, i);

		if (all || igdrom_vbt_panel_selected(panel))
			show_panel(style, panel);
	}
}

static void show_blocks(const struct style *style, const struct igdrom_vbt *vbt)
{
	putchar('\n');
	print_title(style, "Blocks");
	for (size_t i = 0; i < igdrom_vbt_block_count(vbt); i++) {
		const char *name = igdrom_vbt_block_name(vbt, i);

		printf("  %3u  0x%04zx  %5zu bytes  %s\n", igdrom_vbt_block_id(vbt, i),
		       igdrom_vbt_block_offset(vbt, i), igdrom_vbt_block_bytes(vbt, i).size,
		       *name ? name : "not known");
	}
}

/* What is not shown. */
static void show_folded(const struct style *style, const struct igdrom_vbt *vbt)
{
	char line[128];

	size_t blocks = igdrom_vbt_block_count(vbt), panels = igdrom_vbt_panel_count(vbt);

	snprintf(line, sizeof(line), "%zu block%s and %zu panel%s; --all lists them", blocks,
		 blocks == 1 ? "" : "s", panels, panels == 1 ? "" : "s");
	print_field(style, "In it", line);
}

static void show_choice(const struct call *call, const struct igdrom_contents *contents)
{
	const char *label = "Chosen";

	if (igdrom_contents_vbt_count(contents) < 2)
		return;
	for (size_t i = 0; i < igdrom_report_count(call->report); i++) {
		const struct igdrom_finding *finding = igdrom_report_at(call->report, i);

		if (strncmp(igdrom_finding_code(finding), CHOICE, strlen(CHOICE)) != 0)
			continue;
		print_field(&call->style, label, igdrom_finding_text(finding));
		label = "";
	}
}

static void show_vbt(const struct call *call, const struct igdrom_contents *contents, size_t index,
		     uint16_t id)
{
	const struct igdrom_vbt *vbt = igdrom_contents_vbt_at(contents, index);
	const struct igdrom_found *found = igdrom_contents_vbt_found(contents, index);
	bool all = option_given(call, OPTION_ALL);

	print_title(&call->style, "%s: %s, BDB %u", shown_name(call->operands[0]),
		    igdrom_vbt_signature(vbt), igdrom_vbt_bdb_version(vbt));
	print_field(&call->style, "Where", igdrom_found_path(found, 0));
	show_choice(call, contents);
	show_opregion(&call->style, igdrom_contents_opregion(contents));
	show_size(&call->style, vbt);
	show_device(&call->style, vbt, id);
	show_features(&call->style, vbt);
	if (!all)
		show_folded(&call->style, vbt);
	show_ports(&call->style, vbt, id);
	show_panels(&call->style, vbt, all);
	if (all)
		show_blocks(&call->style, vbt);
}

/* The table that a file is about; why this one is said where there are several. EXIT_YES or the exit
 * code after the failure was told. */
static int find_vbt(struct call *call, uint16_t id, struct igdrom_contents **contents,
		    size_t *index)
{
	int code = open_contents(call, call->operands[0], contents);
	enum igdrom_status status;

	if (code != EXIT_YES)
		return code;
	status = igdrom_contents_choose_vbt(
		*contents, id, igdrom_contents_vbt_count(*contents) > 1 ? call->report : NULL,
		index);
	if (status == IGDROM_E_NOT_FOUND)
		return fail_with(call, EXIT_NO, status, call->operands[0],
				 "There is no VBT in it (%s).",
				 igdrom_file_kind_name(igdrom_contents_kind(*contents)));
	return status == IGDROM_OK ? EXIT_YES : fail(call, status, call->operands[0]);
}

int run_vbt_show(struct call *call)
{
	const char *device = option_value(call, OPTION_DEVICE);
	struct igdrom_contents *contents = NULL;
	enum igdrom_status status;
	uint16_t id = 0;
	size_t index;
	char *json = NULL;
	int code = device ? resolve_device(call, device, &id) : EXIT_YES;

	call->infos = "vbt-large";
	if (code == EXIT_YES)
		code = find_vbt(call, id, &contents, &index);
	if (code == EXIT_YES) {
		status =
			igdrom_vbt_check(igdrom_contents_vbt_at(contents, index), id, call->report);
		if (status != IGDROM_OK)
			code = fail(call, status, call->operands[0]);
	}
	if (code == EXIT_YES && call->json) {
		status = igdrom_contents_vbt_to_json(contents, id, call->report, &json);
		code = print_json(call, status, json);
	} else if (code == EXIT_YES) {
		show_vbt(call, contents, index, id);
	}
	igdrom_contents_free(contents);
	return code == EXIT_YES ? verdict_of(call) : code;
}

static int show_fixed(struct call *call, const char *out, struct igdrom_bytes bytes, bool changed)
{
	struct igdrom_vbt *vbt = NULL;
	char *json = NULL;
	enum igdrom_status status = igdrom_vbt_parse(bytes.data, bytes.size, NULL, &vbt);
	int code = EXIT_YES;

	if (status != IGDROM_OK)
		return fail(call, status, out);
	if (call->json) {
		status = igdrom_vbt_written_to_json(vbt, out, changed, call->report, &json);
		code = print_json(call, status, json);
	} else if (strcmp(out, "-") != 0) {
		print_text(&call->style, stdout, out);
		printf(": %s, %zu bytes, %s\n", igdrom_vbt_signature(vbt), bytes.size,
		       changed ? "checksum mended" : "its checksum was right");
	}
	igdrom_vbt_free(vbt);
	return code;
}

int run_vbt_fix(struct call *call)
{
	const char *device = option_value(call, OPTION_DEVICE);
	const char *out = option_value(call, OPTION_OUTPUT);
	struct igdrom_contents *contents = NULL;
	struct igdrom_bytes fixed = {NULL, 0};
	uint16_t id = 0;
	size_t index = 0;
	bool changed = false;
	int code = need_output(call, "OUT");

	if (code == EXIT_YES && device)
		code = resolve_device(call, device, &id);
	if (code == EXIT_YES)
		code = find_vbt(call, id, &contents, &index);
	if (code == EXIT_YES) {
		const struct igdrom_vbt *vbt = igdrom_contents_vbt_at(contents, index);
		enum igdrom_status status = igdrom_vbt_fix_checksum(vbt, &fixed);

		changed = !igdrom_vbt_checksum_ok(vbt);
		code = status == IGDROM_OK ? store(call, out, fixed, 0)
					   : fail(call, status, call->operands[0]);
	}
	if (code == EXIT_YES)
		code = show_fixed(call, out, fixed, changed);
	igdrom_bytes_free(&fixed);
	igdrom_contents_free(contents);
	return code == EXIT_YES ? verdict_of(call) : code;
}
