/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a VBT and as an OpRegion, and VBTs anywhere in them: all that is told stays inside,
 * and what was found or put right reads the same again. */
#include "fuzz/fuzz.h"

#include "vbt/vbt.h"

#include <igdrom/json.h>

#include <string.h>

static void check_blocks(const struct igdrom_vbt *vbt)
{
	struct igdrom_bytes whole = igdrom_vbt_bytes(vbt);
	size_t end = 0;

	for (size_t i = 0; i < igdrom_vbt_block_count(vbt); i++) {
		struct igdrom_bytes bytes = igdrom_vbt_block_bytes(vbt, i);
		size_t at = igdrom_vbt_block_offset(vbt, i);

		FUZZ_CHECK(igdrom_vbt_block_id(vbt, i) != 0 && igdrom_vbt_block_name(vbt, i));
		FUZZ_CHECK(at >= end && at <= whole.size && bytes.size <= whole.size - at);
		FUZZ_CHECK(bytes.size == 0 || bytes.data == whole.data + at);
		end = at + bytes.size;
	}
}

static void check_ports(const struct igdrom_vbt *vbt)
{
	for (size_t i = 0; i < igdrom_vbt_port_count(vbt); i++) {
		const struct igdrom_vbt_port *port = igdrom_vbt_port_at(vbt, i);
		const char *name = igdrom_vbt_port_name(port);
		const char *type = igdrom_vbt_port_type(port);

		FUZZ_CHECK(!strncmp(name, type, strlen(type)));
		FUZZ_CHECK(!igdrom_vbt_port_ddi(port) || strlen(igdrom_vbt_port_ddi(port)) == 1);
		FUZZ_CHECK(!igdrom_vbt_port_aux(port) || strlen(igdrom_vbt_port_aux(port)) == 1);
		FUZZ_CHECK(igdrom_vbt_port_ddc(port) <= UINT8_MAX);
		FUZZ_CHECK(igdrom_vbt_port_lanes(port) <= 4);
		FUZZ_CHECK(igdrom_vbt_port_max_link_rate(port) <= 2000000);
		FUZZ_CHECK(igdrom_vbt_port_max_tmds(port) <= 594000);
		FUZZ_CHECK(igdrom_vbt_port_handle(port) <= UINT16_MAX);
		FUZZ_CHECK(igdrom_vbt_port_device_type(port) != 0);
		FUZZ_CHECK(igdrom_vbt_port_flags(port) < 32);
	}
}

static void check_panels(const struct igdrom_vbt *vbt)
{
	size_t selected = 0;

	for (size_t i = 0; i < igdrom_vbt_panel_count(vbt); i++) {
		const struct igdrom_vbt_panel *panel = igdrom_vbt_panel_at(vbt, i);
		const char *name = igdrom_vbt_panel_name(panel);
		const char *pnp_id = igdrom_vbt_panel_pnp_id(panel);

		FUZZ_CHECK(igdrom_vbt_panel_number(panel) < 16);
		FUZZ_CHECK(igdrom_vbt_panel_width(panel) && igdrom_vbt_panel_height(panel));
		FUZZ_CHECK(igdrom_vbt_panel_clock(panel));
		FUZZ_CHECK(!name || (strlen(name) > 0 && strlen(name) <= 13));
		FUZZ_CHECK(!pnp_id || strlen(pnp_id) == strlen("LGD 0471"));
		FUZZ_CHECK(igdrom_vbt_panel_color_depth(panel) <= 36);
		FUZZ_CHECK(igdrom_vbt_panel_backlight(panel) <= UINT16_MAX);
		selected += igdrom_vbt_panel_selected(panel);
	}
	FUZZ_CHECK(selected <= 1);
	for (size_t i = 0; i < igdrom_vbt_feature_count(vbt); i++)
		FUZZ_CHECK(igdrom_vbt_feature_at(vbt, i));
}

/* Only the checksum changes, and then it is right. */
static void check_fix(const struct igdrom_vbt *vbt)
{
	struct igdrom_bytes before = igdrom_vbt_bytes(vbt), fixed;
	struct igdrom_vbt *again;
	size_t changed = 0;

	if (igdrom_vbt_fix_checksum(vbt, &fixed) != IGDROM_OK)
		return;
	FUZZ_CHECK(fixed.size == before.size);
	for (size_t i = 0; i < fixed.size; i++)
		changed += fixed.data[i] != before.data[i];
	FUZZ_CHECK(changed == !igdrom_vbt_checksum_ok(vbt));
	FUZZ_CHECK(igdrom_vbt_parse(fixed.data, fixed.size, NULL, &again) == IGDROM_OK);
	FUZZ_CHECK(igdrom_vbt_checksum_ok(again));
	FUZZ_CHECK(igdrom_vbt_block_count(again) == igdrom_vbt_block_count(vbt));
	igdrom_vbt_free(again);
	igdrom_bytes_free(&fixed);
}

static void check_vbt(const struct igdrom_vbt *vbt, size_t size)
{
	struct igdrom_report *report;
	char *json;

	FUZZ_CHECK(igdrom_vbt_size(vbt) <= size && igdrom_vbt_size(vbt) <= IGDROM_VBT_MAX_BYTES);
	FUZZ_CHECK(igdrom_vbt_bytes(vbt).size == igdrom_vbt_size(vbt));
	FUZZ_CHECK(!strncmp(igdrom_vbt_signature(vbt), "$VBT ", 5));
	FUZZ_CHECK(strlen(igdrom_vbt_sha256(vbt)) == 64);
	check_blocks(vbt);
	check_ports(vbt);
	check_panels(vbt);
	check_fix(vbt);
	if (igdrom_report_new(&report) != IGDROM_OK)
		return;
	FUZZ_CHECK(igdrom_vbt_check(vbt, 0x3e92, report) == IGDROM_OK);
	/* Whether it fits is said in any case, and a wrong checksum besides. */
	FUZZ_CHECK(igdrom_report_count(report) >= 1u + !igdrom_vbt_checksum_ok(vbt));
	if (igdrom_vbt_to_json(vbt, 0x3e92, report, &json) == IGDROM_OK)
		igdrom_string_free(json);
	igdrom_report_free(report);
}

static void find(const uint8_t *data, size_t size)
{
	struct cur c = cur_from(data, size, 0);
	size_t at, found, from = 0;

	while (vbt_find(c, from, &at, &found)) {
		struct igdrom_vbt *vbt;

		FUZZ_CHECK(at >= from && at < size && found && found <= size - at);
		FUZZ_CHECK(igdrom_vbt_parse(data + at, size - at, NULL, &vbt) == IGDROM_OK);
		FUZZ_CHECK(igdrom_vbt_size(vbt) == found);
		igdrom_vbt_free(vbt);
		from = at + found;
	}
}

static void read_opregion(const uint8_t *data, size_t size, struct igdrom_report *report)
{
	struct igdrom_opregion *opregion;

	if (igdrom_opregion_parse(data, size, report, &opregion) != IGDROM_OK)
		return;
	FUZZ_CHECK(strchr(igdrom_opregion_version(opregion), '.'));
	(void)igdrom_opregion_size_kib(opregion);
	(void)igdrom_opregion_mailboxes(opregion);
	if (igdrom_opregion_vbt(opregion)) {
		FUZZ_CHECK(igdrom_opregion_vbt_offset(opregion) < size);
		check_vbt(igdrom_opregion_vbt(opregion),
			  size - igdrom_opregion_vbt_offset(opregion));
	}
	igdrom_opregion_free(opregion);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_report *report;
	struct igdrom_vbt *vbt;

	if (igdrom_report_new(&report) != IGDROM_OK)
		return 0;
	if (igdrom_vbt_parse(data, size, report, &vbt) == IGDROM_OK)
		check_vbt(vbt, size);
	else /* never a refusal without a reason */
		FUZZ_CHECK(igdrom_report_count(report) > 0);
	FUZZ_CHECK(igdrom_report_dropped(report) == 0);
	igdrom_vbt_free(vbt);
	find(data, size);
	read_opregion(data, size, report);
	igdrom_report_free(report);
	return 0;
}
