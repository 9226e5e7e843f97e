/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include <igdrom/device.h>

#include "igd/igd.h"

#include <stdio.h>

/* Rows that the collected facts hold. */
#define IGD_ROWS      383
#define DISCRETE_ROWS 64
#define FAMILY_ROWS   16 /* 14 families, "unknown", and "none" for what is older than every GOP */

static const struct igdrom_device *row(uint16_t id)
{
	const struct igdrom_device *device = NULL;

	assert_int_equal(igdrom_device_lookup(id, &device), IGDROM_OK);
	assert_non_null(device);
	return device;
}

static void assert_text(const char *got, const char *want)
{
	if (!want) {
		assert_null(got);
		return;
	}
	assert_non_null(got);
	assert_string_equal(got, want);
}

static void rows_ascend_strictly_and_each_has_a_source(void **state)
{
	size_t igd = 0;
	size_t discrete = 0;
	long last = -1;

	(void)state;
	for (size_t i = 0; i < igdrom_device_count(); i++) {
		const struct igdrom_device *device = igdrom_device_at(i);

		assert_true(igdrom_device_id(device) > last);
		last = igdrom_device_id(device);
		assert_true(strlen(igdrom_device_source(device)) > 0);
		assert_true(strlen(igdrom_device_platform(device)) > 0);
		assert_true(strlen(igdrom_device_codename(device)) > 0);
		igd += igdrom_device_kind(device) == IGDROM_DEVICE_IGD;
		discrete += igdrom_device_kind(device) == IGDROM_DEVICE_DISCRETE;
	}
	assert_int_equal(igd, IGD_ROWS);
	assert_int_equal(discrete, DISCRETE_ROWS);
	assert_int_equal(igdrom_device_count(), IGD_ROWS + DISCRETE_ROWS);
	assert_null(igdrom_device_at(igdrom_device_count()));
}

static bool family_exists(const char *name)
{
	for (size_t i = 0; i < igdrom_gop_family_count(); i++) {
		if (strcmp(igdrom_gop_family_name(igdrom_gop_family_at(i)), name) == 0)
			return true;
	}
	return false;
}

static void every_integrated_id_joins_a_platform_a_qemu_rule_and_a_family(void **state)
{
	(void)state;
	for (size_t i = 0; i < igdrom_device_count(); i++) {
		const struct igdrom_device *device = igdrom_device_at(i);
		const char *family = igdrom_device_gop_family(device);

		if (igdrom_device_kind(device) != IGDROM_DEVICE_IGD)
			continue;
		assert_true(strlen(igdrom_device_platform_source(device)) > 0);
		assert_true(strlen(igdrom_device_qemu_source(device)) > 0);
		assert_non_null(igdrom_device_qemu_ranges(device));
		assert_true(!family || family_exists(family));
		/* An id that was read in a driver belongs to a family. */
		assert_true(family || !igdrom_device_gop_versions(device));
	}
}

static void every_family_names_itself_and_its_source(void **state)
{
	(void)state;
	assert_int_equal(igdrom_gop_family_count(), FAMILY_ROWS);
	for (size_t i = 0; i < igdrom_gop_family_count(); i++) {
		const struct igdrom_gop_family *family = igdrom_gop_family_at(i);

		assert_true(strlen(igdrom_gop_family_name(family)) > 0);
		assert_ptr_equal(igdrom_gop_family_lookup(igdrom_gop_family_name(family)), family);
		assert_true(strlen(igdrom_gop_family_source(family)) > 0);
		assert_true(strlen(igdrom_gop_family_platforms(family)) > 0);
		assert_true(strlen(igdrom_gop_family_evidence(family)) > 0);
		assert_true(strlen(igdrom_gop_family_coverage(family)) > 0);
	}
	assert_null(igdrom_gop_family_at(FAMILY_ROWS));
	assert_text(igdrom_gop_family_versions(NULL), NULL);
	assert_null(igdrom_gop_family_lookup("gop0"));
	assert_null(igdrom_gop_family_lookup(NULL));
}

static void freestanding_and_full_table_agree_on_every_id(void **state)
{
	(void)state;
	for (uint32_t id = 0; id <= 0xffff; id++) {
		const struct igdrom_device *device;
		struct igd_traits traits = {0, 0};
		bool known = igdrom_device_lookup((uint16_t)id, &device) == IGDROM_OK;
		bool igd = known && igdrom_device_kind(device) == IGDROM_DEVICE_IGD;

		assert_int_equal(igd_lookup((uint16_t)id, &traits), igd);
		assert_int_equal(traits.stolen, igd ? (int)igdrom_device_stolen_family(device) : 0);
		assert_int_equal(traits.bdsm, igd ? (int)igdrom_device_bdsm_kind(device) : 0);
		assert_true(known || !device);
	}
}

/* From the collected facts, read by eye. */
struct known {
	uint16_t id;
	const char *platform, *name, *family, *versions, *stolen, *vbios_note;
	enum igdrom_tristate lpc, vbios;
	const char *ranges, *min_qemu;
};

#define V17 "17.0.1060,17.0.1064,17.0.1068,17.0.1071,17.0.1075,17.0.1077,17.0.1087"
#define V22 "22.0.1041,22.0.1055,22.0.1062,22.1.1035,22.1.1038"
#define V9  "9.0.1080,9.0.1084,9.0.1107,9.0.1109"

static const struct known facts[] = {
	{0x0046, "ILK", "Core Processor Integrated Graphics Controller", NULL, NULL, NULL, NULL,
	 IGDROM_UNKNOWN, IGDROM_YES, "", NULL},
	{0x0102, "SNB", "2nd Generation Core Processor Family Integrated Graphics Controller",
	 "gop2-snb", "2.0.1024", "gen6", NULL, IGDROM_NO, IGDROM_YES, "2.7-4.2, 5.1-", "5.1"},
	{0x0412, "HSW", "Xeon E3-1200 v3/4th Gen Core Processor Integrated Graphics Controller",
	 "gop5-hsw-bdw", "5.0.1025,5.5.1034", "gen6", NULL, IGDROM_YES, IGDROM_YES, "2.7-4.2, 5.1-",
	 "5.1"},
	{0x0f31, "VLV", "Atom Processor Z36xxx/Z37xxx Series Graphics & Display", "gop7-vlv",
	 "7.1.1007,7.2.1011,7.2.1013", "gen6", NULL, IGDROM_NO, IGDROM_YES, "2.7-4.2, 5.1-", "5.1"},
	{0x1612, "BDW", "Broadwell-H GT2 [HD Graphics 5600]", "gop5-hsw-bdw", "5.5.1034", "gen8",
	 NULL, IGDROM_YES, IGDROM_YES, "2.7-4.2, 5.1-", "5.1"},
	{0x22b3, "CHV", NULL, "gop8-chv", "8.0.1038", "chv", "some boards", IGDROM_NO,
	 IGDROM_UNKNOWN, "2.7-4.2, 5.1-", "5.1"},
	{0x5a84, "BXT", "Apollo Lake [HD Graphics 505]", "gop10-bxt", "10.0.1036,10.0.1037", "gen9",
	 "few boards", IGDROM_NO, IGDROM_UNKNOWN, "2.7-4.2, 5.1-", "5.1"},
	{0x5a85, "BXT", "Apollo Lake GT1 [HD Graphics 500]", "gop10-bxt", "10.0.1036,10.0.1037",
	 "gen9", "few boards", IGDROM_NO, IGDROM_UNKNOWN, "2.7-4.2, 5.1-9.1, 10.0-", "10.0"},
	{0x3185, "GLK", "GeminiLake [UHD Graphics 600]", "gop13-glk", "13.0.1017,13.0.1018", "gen9",
	 "few boards", IGDROM_NO, IGDROM_UNKNOWN, "2.7-4.2, 5.1-9.1, 10.0-", "10.0"},
	{0x3e92, "CFL", "CoffeeLake-S GT2 [UHD Graphics 630]", "gop9-skl-cml", V9, "gen9",
	 "most desktop boards", IGDROM_YES, IGDROM_UNKNOWN, "2.7-4.2, 5.1-", "5.1"},
	{0x593b, "KBL", NULL, "gop9-skl-cml", NULL, "gen9", NULL, IGDROM_YES, IGDROM_YES,
	 "2.7-4.2, 5.1-", "5.1"},
	{0x87c0, "KBL", "UHD Graphics 617", "gop9-skl-cml", V9, "gen9", NULL, IGDROM_YES,
	 IGDROM_YES, "2.7-4.2, 5.1-9.1", NULL},
	{0x9bc5, "CML", "CometLake-S GT2 [UHD Graphics 630]", "gop9-skl-cml", "9.0.1107,9.0.1109",
	 "gen9", "some boards", IGDROM_YES, IGDROM_UNKNOWN, "2.7-4.2, 5.1-9.1, 10.0-", "10.0"},
	{0x5a52, "CNL", NULL, NULL, NULL, "gen9", NULL, IGDROM_UNKNOWN, IGDROM_NO,
	 "2.7-4.2, 5.1-9.1", NULL},
	{0x8a52, "ICL", "Iris Plus Graphics G7", "gop14-icl", NULL, "gen9", NULL, IGDROM_UNKNOWN,
	 IGDROM_NO, "10.0-", "10.0"},
	{0x4571, "EHL", "Elkhart Lake [UHD Graphics Gen11 32EU]", "gop18-ehl-jsl",
	 "18.0.1031,18.0.1034,18.0.1037", "gen9", NULL, IGDROM_YES, IGDROM_NO, "9.2-", "9.2"},
	{0x9a49, "TGL", "TigerLake-LP GT2 [Iris Xe Graphics]", "gop17-tgl-rpls", V17, "gen9", NULL,
	 IGDROM_YES, IGDROM_NO, "9.2-", "9.2"},
	{0x4680, "ADLS", "Alder Lake-S GT1 [UHD Graphics 770]", "gop17-tgl-rpls", V17, "gen9", NULL,
	 IGDROM_YES, IGDROM_NO, "10.0-", "10.0"},
	{0x46d1, "ADLN", "Alder Lake-N [UHD Graphics]", "gop21-adlp-adln",
	 "21.0.1054,21.0.1056,21.0.1063,21.0.1065,21.0.1066,21.1.6", "gen9", NULL, IGDROM_YES,
	 IGDROM_NO, "10.0-", "10.0"},
	{0x46d3, "ADLN", "Alder Lake-N [Intel Graphics]", "gop21-adlp-adln", "21.1.6", "gen9", NULL,
	 IGDROM_YES, IGDROM_NO, "10.0-", "10.0"},
	{0x7d55, "MTL", "Meteor Lake-P [Intel Arc Graphics]", "gop22-mtl-arl", V22, "none", NULL,
	 IGDROM_YES, IGDROM_NO, "10.1-", "10.1"},
	{0xb640, "ARL", "Arrow Lake-H [Intel Graphics]", "gop22-mtl-arl", "22.0.1055,22.0.1062",
	 "none", NULL, IGDROM_YES, IGDROM_NO, "10.1-", "10.1"},
	{0x64a0, "LNL", "Core Ultra 200V Series Processors Arc Graphics 130V/140V GPU", NULL, NULL,
	 "none", NULL, IGDROM_UNKNOWN, IGDROM_NO, "10.1-", "10.1"},
	{0xd754, "NVLP", "NVL-P", NULL, NULL, "none", NULL, IGDROM_UNKNOWN, IGDROM_NO, "10.1-",
	 "10.1"},
};

/* drivers/gpu/drm/i915/intel_gvt.c, is_supported_device(). */
static void linux_makes_mediated_devices_of_some(void **state)
{
	static const uint16_t with[] = {0x1612, 0x1912, 0x5a84, 0x5912,
					0x591c, 0x3e92, 0x3ea0, 0x9bc5};
	static const uint16_t without[] = {0x0046, 0x0412, 0x0f31, 0x22b3, 0x3185,
					   0x5a52, 0x8a52, 0x9a49, 0x4680, 0x7d55};

	(void)state;
	for (size_t i = 0; i < sizeof(with) / sizeof(with[0]); i++)
		assert_int_equal(igdrom_device_gvt(row(with[i])), IGDROM_YES);
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		assert_int_equal(igdrom_device_gvt(row(without[i])), IGDROM_NO);
	assert_int_equal(igdrom_device_gvt(row(0x56c0)), IGDROM_UNKNOWN);
	assert_int_equal(igdrom_device_gvt(NULL), IGDROM_UNKNOWN);
}

static void known_devices_answer_as_the_facts_say(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		const struct igdrom_device *device = row(facts[i].id);

		assert_int_equal(igdrom_device_id(device), facts[i].id);
		assert_int_equal(igdrom_device_kind(device), IGDROM_DEVICE_IGD);
		assert_text(igdrom_device_platform(device), facts[i].platform);
		assert_text(igdrom_device_name(device), facts[i].name);
		assert_text(igdrom_device_gop_family(device), facts[i].family);
		assert_text(igdrom_device_gop_versions(device), facts[i].versions);
		assert_text(igdrom_device_stolen_family_name(device), facts[i].stolen);
		assert_text(igdrom_device_legacy_vbios_note(device), facts[i].vbios_note);
		assert_int_equal(igdrom_device_needs_lpc(device), facts[i].lpc);
		assert_int_equal(igdrom_device_legacy_vbios(device), facts[i].vbios);
		assert_text(igdrom_device_qemu_ranges(device), facts[i].ranges);
		assert_text(igdrom_device_min_qemu(device), facts[i].min_qemu);
	}
}

static void suffixes_of_the_facts_are_split_off(void **state)
{
	const struct igdrom_device *crystal_well = row(0x0d22);
	const struct igdrom_device *bay_trail = row(0x0f30);

	(void)state;
	assert_text(igdrom_device_form(crystal_well), "desktop");
	assert_text(igdrom_device_variant(crystal_well), "Crystal Well");
	assert_text(igdrom_device_form(row(0x0c0b)), "reserved");
	assert_text(igdrom_device_variant(row(0x0c0b)), "pre-production");
	assert_text(igdrom_device_gt(bay_trail), "GT1");
	assert_text(igdrom_device_variant(bay_trail), "1 slice");
	assert_text(igdrom_device_gt(row(0x7121)), NULL);
	assert_text(igdrom_device_display_version(row(0x7121)), NULL);
	assert_text(igdrom_device_graphics_version(row(0xd740)), NULL);
	assert_text(igdrom_device_graphics_version(row(0x4680)), "12.00");
	assert_text(igdrom_device_display_version(row(0x46d1)), "13");
	assert_text(igdrom_device_audio_function(row(0x4680)), "00:1f.3");
	assert_text(igdrom_device_audio_function(row(0x0412)), "00:03.0");
	assert_text(igdrom_device_vbt_signature(row(0x3e92)),
		    "$VBT SKYLAKE, $VBT COFFEELAKE, $VBT CANONLAKE");
	assert_text(igdrom_device_vbt_signature(row(0x64a0)), NULL);
	assert_text(igdrom_device_cpu_generation(row(0x4680)), "12th gen (desktop, HX)");
	assert_text(igdrom_device_kernel_macro(row(0x3ea0)), "WHL_U_GT2");
	assert_non_null(igdrom_device_note(row(0xd744)));
	assert_non_null(igdrom_device_platform_note(row(0x9bc5)));
}

static void a_discrete_id_is_told_apart(void **state)
{
	const struct igdrom_device *arc = row(0x56a0);
	uint64_t size;

	(void)state;
	assert_int_equal(igdrom_device_kind(arc), IGDROM_DEVICE_DISCRETE);
	assert_text(igdrom_device_name(arc), "DG2 [Arc A770]");
	assert_text(igdrom_device_platform(arc), "DG2");
	assert_text(igdrom_device_kernel_macro(arc), "DG2_G10_D");
	assert_text(igdrom_device_gop_family(arc), NULL);
	assert_text(igdrom_device_qemu_ranges(arc), NULL);
	assert_text(igdrom_device_min_qemu(arc), NULL);
	assert_text(igdrom_device_vbt_signature(arc), NULL);
	assert_int_equal(igdrom_device_needs_lpc(arc), IGDROM_UNKNOWN);
	assert_int_equal(igdrom_device_stolen_family(arc), IGDROM_STOLEN_UNKNOWN);
	assert_int_equal(igdrom_device_stolen_size(arc, 0x0200, &size), IGDROM_E_UNSUPPORTED);
}

static void an_unknown_id_is_not_guessed(void **state)
{
	/* Listed by GOP drivers, but no device of ours; neighbours of real ids; the two ends. */
	static const uint16_t unknown[] = {0x9940, 0xcafe, 0xff20, 0x4681, 0x4679, 0x0000, 0xffff};

	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		const struct igdrom_device *device = igdrom_device_at(0);

		assert_int_equal(igdrom_device_lookup(unknown[i], &device), IGDROM_E_NOT_FOUND);
		assert_null(device);
	}
	assert_int_equal(igdrom_device_lookup(0x4680, NULL), IGDROM_E_INVAL);
}

static void no_row_answers_null_zero_or_unknown(void **state)
{
	uint64_t size;

	(void)state;
	assert_null(igdrom_device_name(NULL));
	assert_null(igdrom_device_gop_family(NULL));
	assert_null(igdrom_device_qemu_ranges(NULL));
	assert_null(igdrom_device_source(NULL));
	assert_null(igdrom_device_stolen_family_name(NULL));
	assert_int_equal(igdrom_device_id(NULL), 0);
	assert_int_equal(igdrom_device_needs_lpc(NULL), IGDROM_UNKNOWN);
	assert_int_equal(igdrom_device_legacy_vbios(NULL), IGDROM_UNKNOWN);
	assert_int_equal(igdrom_device_bdsm_kind(NULL), IGDROM_BDSM_UNKNOWN);
	assert_int_equal(igdrom_device_stolen_size(NULL, 0x0200, &size), IGDROM_E_INVAL);
	assert_int_equal(igdrom_device_stolen_size(row(0x4680), 0x0200, NULL), IGDROM_E_INVAL);
}

static void stolen_size_follows_the_family_of_the_device(void **state)
{
	uint64_t size = 1;

	(void)state;
	assert_int_equal(igdrom_device_stolen_size(row(0x4680), 0x02c0, &size), IGDROM_OK);
	assert_int_equal(size, UINT64_C(64) << 20);
	assert_int_equal(igdrom_device_stolen_size(row(0x0412), 0x0210, &size), IGDROM_OK);
	assert_int_equal(size, UINT64_C(64) << 20);
	assert_int_equal(igdrom_device_stolen_size(row(0x22b1), 0x0088, &size), IGDROM_OK);
	assert_int_equal(size, UINT64_C(8) << 20);
	assert_int_equal(igdrom_device_stolen_size(row(0x4680), 0xff00, &size), IGDROM_E_CORRUPT);
	assert_int_equal(size, 0);
	assert_int_equal(igdrom_device_stolen_size(row(0x7d55), 0x0200, &size),
			 IGDROM_E_UNSUPPORTED);
	assert_int_equal(igdrom_device_stolen_size(row(0x0046), 0x0200, &size),
			 IGDROM_E_UNSUPPORTED);
}

static void ids_are_read_as_people_write_them(void **state)
{
	static const struct {
		const char *text;
		enum igdrom_status status;
		uint16_t id;
	} cases[] = {
		{"4680", IGDROM_OK, 0x4680},
		{"a7A0", IGDROM_OK, 0xa7a0},
		{"0x4680", IGDROM_OK, 0x4680},
		{"0X46d1", IGDROM_OK, 0x46d1},
		{"0x46", IGDROM_OK, 0x0046},
		{"0046", IGDROM_OK, 0x0046},
		{"8086:4680", IGDROM_OK, 0x4680},
		{"0x8086:0x4680", IGDROM_OK, 0x4680},
		{"[8086:a780]", IGDROM_OK, 0xa780},
		{" 8086:4680\n", IGDROM_OK, 0x4680},
		{"10de:1b80", IGDROM_E_UNSUPPORTED, 0},
		{"46", IGDROM_E_INVAL, 0},
		{"46800", IGDROM_E_INVAL, 0},
		{"0x", IGDROM_E_INVAL, 0},
		{"0x46800", IGDROM_E_INVAL, 0},
		{"468g", IGDROM_E_INVAL, 0},
		{"-468", IGDROM_E_INVAL, 0},
		{"46 80", IGDROM_E_INVAL, 0},
		{"8086:", IGDROM_E_INVAL, 0},
		{":4680", IGDROM_E_INVAL, 0},
		{"8086:4680:00", IGDROM_E_INVAL, 0},
		{"00:02.0", IGDROM_E_INVAL, 0},
		{"0000:00:02.0", IGDROM_E_INVAL, 0},
		{"[]", IGDROM_E_INVAL, 0},
		{"[", IGDROM_E_INVAL, 0},
		{"", IGDROM_E_INVAL, 0},
		{NULL, IGDROM_E_INVAL, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint16_t id = 0xdead;

		assert_int_equal(igdrom_device_parse_id(cases[i].text, &id), cases[i].status);
		assert_int_equal(id, cases[i].id);
	}
	assert_int_equal(igdrom_device_parse_id("4680", NULL), IGDROM_E_INVAL);
}

/* Release tags of QEMU, ascending, up to the last one that the tables claim to know. */
static const char *const releases[] = {"2.6", "2.7", "2.8", "2.9",  "2.10", "2.11", "2.12", "3.0",
				       "3.1", "4.0", "4.1", "4.2",  "5.0",  "5.1",  "5.2",  "6.0",
				       "6.1", "6.2", "7.0", "7.1",  "7.2",  "8.0",  "8.1",  "8.2",
				       "9.0", "9.1", "9.2", "10.0", "10.1", "10.2", "11.0", "11.1"};
#define RELEASES (sizeof(releases) / sizeof(releases[0]))

static size_t release_index(const char *text)
{
	for (size_t i = 0; i < RELEASES; i++) {
		if (strcmp(releases[i], text) == 0)
			return i;
	}
	fail_msg("no release %s", text);
	return 0;
}

/* Marks the releases of a text like "2.7-4.2, 10.0-". */
static void read_ranges(const char *text, bool covered[RELEASES])
{
	memset(covered, 0, RELEASES * sizeof(covered[0]));
	while (*text) {
		char first[8], last[8];
		int used = 0;
		size_t from, to;

		if (sscanf(text, "%7[0-9.]-%7[0-9.]%n", first, last, &used) != 2) {
			assert_int_equal(sscanf(text, "%7[0-9.]-%n", first, &used), 1);
			strcpy(last, releases[RELEASES - 1]);
		}
		assert_true(used > 0);
		from = release_index(first);
		to = release_index(last);
		assert_true(from <= to);
		while (from <= to)
			covered[from++] = true;
		text += used;
		if (strncmp(text, ", ", 2) == 0)
			text += 2;
		else
			assert_int_equal(*text, '\0');
	}
}

static void min_qemu_is_the_lowest_release_without_a_later_hole(void **state)
{
	(void)state;
	assert_string_equal(igdrom_device_last_qemu(), releases[RELEASES - 1]);
	for (size_t i = 0; i < igdrom_device_count(); i++) {
		const struct igdrom_device *device = igdrom_device_at(i);
		const char *lowest = NULL;
		bool covered[RELEASES];

		if (igdrom_device_kind(device) != IGDROM_DEVICE_IGD)
			continue;
		read_ranges(igdrom_device_qemu_ranges(device), covered);
		for (size_t r = 0; r < RELEASES; r++) {
			if (!covered[r])
				lowest = NULL;
			else if (!lowest)
				lowest = releases[r];
		}
		assert_text(igdrom_device_min_qemu(device), lowest);
	}
}

/*
 * QEMU's igd_gen() as it stood: up to 9.1 an unknown id counts as gen 8, from 9.2 on as none (-1).
 * Written down from qemu/qemu:hw/vfio/igd.c, apart from the table under test.
 */
static int qemu_generation(size_t release, uint16_t id)
{
	static const uint8_t prefixes_9_2[] = {0x01, 0x04, 0x0a, 0x0c, 0x0d, 0x0f, 0x16,
					       0x22, 0x19, 0x59, 0x3e, 0x45, 0x9a};
	static const uint8_t prefixes_10_0[] = {0x31, 0x9b, 0x8a, 0x4e, 0x4c, 0x46, 0xa7};
	static const uint8_t before_snb[] = {0x00, 0x11, 0x25, 0x27, 0x29,
					     0x2a, 0x2e, 0x35, 0x71, 0xa0};
	bool known = (id & 0xfff) == 0xa84;
	bool modern = (id & 0xfff) == 0xa85;

	for (size_t i = 0; i < sizeof(before_snb); i++) {
		if (id >> 8 == before_snb[i])
			return -1;
	}
	for (size_t i = 0; i < sizeof(prefixes_9_2); i++)
		known = known || id >> 8 == prefixes_9_2[i];
	for (size_t i = 0; i < sizeof(prefixes_10_0); i++)
		modern = modern || id >> 8 == prefixes_10_0[i];
	if (release <= release_index("9.1"))
		return 8;
	if (release == release_index("9.2"))
		return known ? 9 : -1;
	return known || modern ? 9 : -1;
}

/* What a boot picture on i440fx + OVMF wants of QEMU, from its behaviour and not from our table. */
static bool gives_a_picture(size_t release, const struct igdrom_device *device)
{
	enum igdrom_bdsm_kind bdsm = igdrom_device_bdsm_kind(device);

	if (release < release_index("2.7") || release == release_index("5.0"))
		return false;
	if (bdsm == IGDROM_BDSM_UNKNOWN)
		return false;
	if (bdsm == IGDROM_BDSM_NONE)
		return release >= release_index("10.1");
	if (bdsm == IGDROM_BDSM_64_C0 && release <= release_index("9.1"))
		return false;
	return qemu_generation(release, igdrom_device_id(device)) > 0;
}

static void ranges_follow_from_what_each_qemu_release_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < igdrom_device_count(); i++) {
		const struct igdrom_device *device = igdrom_device_at(i);
		bool covered[RELEASES];

		if (igdrom_device_kind(device) != IGDROM_DEVICE_IGD)
			continue;
		read_ranges(igdrom_device_qemu_ranges(device), covered);
		for (size_t r = 0; r < RELEASES; r++) {
			if (covered[r] != gives_a_picture(r, device))
				fail_msg("%04X on QEMU %s", igdrom_device_id(device), releases[r]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_ascend_strictly_and_each_has_a_source),
		cmocka_unit_test(every_integrated_id_joins_a_platform_a_qemu_rule_and_a_family),
		cmocka_unit_test(every_family_names_itself_and_its_source),
		cmocka_unit_test(freestanding_and_full_table_agree_on_every_id),
		cmocka_unit_test(linux_makes_mediated_devices_of_some),
		cmocka_unit_test(known_devices_answer_as_the_facts_say),
		cmocka_unit_test(suffixes_of_the_facts_are_split_off),
		cmocka_unit_test(a_discrete_id_is_told_apart),
		cmocka_unit_test(an_unknown_id_is_not_guessed),
		cmocka_unit_test(no_row_answers_null_zero_or_unknown),
		cmocka_unit_test(stolen_size_follows_the_family_of_the_device),
		cmocka_unit_test(ids_are_read_as_people_write_them),
		cmocka_unit_test(min_qemu_is_the_lowest_release_without_a_later_hole),
		cmocka_unit_test(ranges_follow_from_what_each_qemu_release_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
