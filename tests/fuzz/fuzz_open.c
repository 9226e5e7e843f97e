/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a file; what is found is read again on its own and must be the same. */
#include "fuzz/fuzz.h"

#include <igdrom/draw.h>
#include <igdrom/open.h>

#include <string.h>

/* What is true of everything that is found. */
static void check_found(const struct igdrom_found *found)
{
	struct igdrom_bytes bare, bytes;
	char *name;

	FUZZ_CHECK(found && igdrom_found_place_count(found) > 0);
	FUZZ_CHECK(igdrom_found_bytes(found, IGDROM_FORM_BARE, &bare) == IGDROM_OK);
	FUZZ_CHECK(bare.data && bare.size);
	FUZZ_CHECK(strlen(igdrom_found_sha256(found)) == 64);
	FUZZ_CHECK(strcmp(igdrom_origin_name(igdrom_found_origin(found)), "unknown") != 0);
	for (int form = IGDROM_FORM_BARE; form <= IGDROM_FORM_FFS; form++) {
		if (igdrom_found_bytes(found, (enum igdrom_form)form, &bytes) != IGDROM_OK)
			continue;
		if (form == IGDROM_FORM_STORED)
			FUZZ_CHECK(bytes.size >= bare.size &&
				   !memcmp(bytes.data, bare.data, bare.size));
		if (igdrom_found_file_name(found, (enum igdrom_form)form, &name) != IGDROM_OK)
			continue;
		FUZZ_CHECK(name[strspn(name, "-.0123456789abcdefghijklmnopqrstuvwxyz"
					     "ABCDEFGHIJKLMNOPQRSTUVWXYZ")] == '\0');
		FUZZ_CHECK(name[0] != '.' && name[0] != '-');
		igdrom_string_free(name);
	}
	for (size_t i = 0; i < igdrom_found_place_count(found); i++) {
		const char *guid = igdrom_found_guid(found, i);

		FUZZ_CHECK(igdrom_found_path(found, i));
		FUZZ_CHECK(!guid || (igdrom_found_node(found, i) && strlen(guid) == 36));
		(void)igdrom_found_name(found, i);
	}
}

static void check_gop(const struct igdrom_contents *contents, size_t index)
{
	const struct igdrom_gop *gop = igdrom_contents_gop_at(contents, index);
	struct igdrom_bytes bytes = igdrom_contents_gop_bytes(contents, index);
	const char *where = igdrom_contents_gop_where(contents, index);
	struct igdrom_gop *again;

	FUZZ_CHECK(gop && where && bytes.data && bytes.size == igdrom_gop_size(gop));
	FUZZ_CHECK(where[0] == '\0' || igdrom_contents_kind(contents) != IGDROM_FILE_PE);
	FUZZ_CHECK(igdrom_gop_identify(bytes.data, bytes.size, NULL, &again) == IGDROM_OK);
	FUZZ_CHECK(!strcmp(igdrom_gop_sha256(gop), igdrom_gop_sha256(again)));
	FUZZ_CHECK(igdrom_gop_device_count(gop) == igdrom_gop_device_count(again));
	FUZZ_CHECK(igdrom_gop_gate_offset(gop) == igdrom_gop_gate_offset(again));
	igdrom_gop_free(again);
	check_found(igdrom_contents_gop_found(contents, index));
}

static void check_vbt(const struct igdrom_contents *contents, size_t index)
{
	const struct igdrom_found *found = igdrom_contents_vbt_found(contents, index);
	const struct igdrom_vbt *vbt = igdrom_contents_vbt_at(contents, index);
	struct igdrom_bytes bytes;

	check_found(found);
	FUZZ_CHECK(vbt && igdrom_found_bytes(found, IGDROM_FORM_BARE, &bytes) == IGDROM_OK);
	FUZZ_CHECK(bytes.size == igdrom_vbt_size(vbt) && !memcmp(bytes.data, "$VBT ", 5));
}

/* Of those there are, one is chosen, and the others are not. */
static void check_choice(const struct igdrom_contents *contents, uint16_t device_id)
{
	size_t count = igdrom_contents_vbt_count(contents), chosen = 0, best;
	enum igdrom_status status = igdrom_contents_choose_vbt(contents, device_id, NULL, &best);

	FUZZ_CHECK((status == IGDROM_OK) == (count > 0));
	for (size_t i = 0; i < count; i++) {
		enum igdrom_vbt_verdict verdict = igdrom_contents_judge_vbt(contents, device_id, i);

		FUZZ_CHECK((verdict == IGDROM_VBT_BEST) == (i == best));
		chosen += verdict == IGDROM_VBT_BEST;
	}
	FUZZ_CHECK(chosen == (count > 0));
	status = igdrom_contents_choose_gop(contents, device_id, NULL, &best);
	FUZZ_CHECK(status == IGDROM_E_NOT_FOUND || best < igdrom_contents_gop_count(contents));
}

static void check_contents(const struct igdrom_contents *contents)
{
	for (size_t i = 0; i < igdrom_contents_gop_count(contents); i++)
		check_gop(contents, i);
	for (size_t i = 0; i < igdrom_contents_vbt_count(contents); i++)
		check_vbt(contents, i);
	for (size_t i = 0; i < igdrom_contents_vbios_count(contents); i++)
		check_found(igdrom_contents_vbios_found(contents, i));
	check_choice(contents, 0);
	check_choice(contents, 0x4680);
}

/* Nothing of a file ends a tag or begins one. */
static void check_picture(const struct igdrom_contents *contents)
{
	const struct igdrom_firmware *firmware = igdrom_contents_firmware(contents);
	size_t rectangles = 0;
	char *svg;
	enum igdrom_status status = igdrom_contents_to_svg(contents, "<&>", &svg);

	FUZZ_CHECK(status == (firmware ? IGDROM_OK : IGDROM_E_NOT_FOUND));
	FUZZ_CHECK((status == IGDROM_OK) == (svg != NULL));
	if (!svg)
		return;
	for (const char *p = strstr(svg, "<rect"); p; p = strstr(p + 1, "<rect"))
		rectangles++;
	FUZZ_CHECK(rectangles <= IGDROM_SVG_RECTANGLES);
	for (const char *p = svg; *p; p++) {
		FUZZ_CHECK((unsigned char)*p >= ' ' || *p == '\n');
		FUZZ_CHECK(*p != '<' || p[1] == '/' || p[1] == '?' || (p[1] >= 'a' && p[1] <= 'z'));
	}
	igdrom_string_free(svg);
}

static void open_with(const uint8_t *data, size_t size, const struct igdrom_limits *limits)
{
	struct igdrom_contents *contents;
	struct igdrom_report *report;
	enum igdrom_status status;

	if (igdrom_report_new(&report) != IGDROM_OK)
		return;
	status = igdrom_contents_open(data, size, limits, report, &contents);
	FUZZ_CHECK((status == IGDROM_OK) == (contents != NULL));
	if (status == IGDROM_OK)
		FUZZ_CHECK(igdrom_contents_kind(contents) != IGDROM_FILE_UNKNOWN);
	else /* never a refusal without a reason */
		FUZZ_CHECK(igdrom_report_count(report) > 0);
	if (contents)
		check_contents(contents);
	if (contents)
		check_picture(contents);
	igdrom_contents_free(contents);
	igdrom_report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_limits *limits;

	open_with(data, size, NULL);
	if (igdrom_limits_new(&limits) != IGDROM_OK)
		return 0;
	FUZZ_CHECK(igdrom_limits_set(limits, IGDROM_LIMIT_NODES, 2) == IGDROM_OK);
	FUZZ_CHECK(igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES, 1000) == IGDROM_OK);
	open_with(data, size, limits);
	igdrom_limits_free(limits);
	return 0;
}
