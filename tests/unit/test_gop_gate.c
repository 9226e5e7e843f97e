/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include <igdrom/device.h>

#include "gop/internal.h"
#include "unit/gop_forge.h"

/* The forged driver as the library reads it; freed by the caller. */
static struct igdrom_gop *read_forged(struct forge *forge)
{
	static uint8_t file[FORGE_ROOM];
	struct igdrom_gop *gop;

	forge_write(forge, file);
	assert_int_equal(igdrom_gop_identify(file, forge->size, NULL, &gop), IGDROM_OK);
	assert_int_equal(igdrom_gop_confidence(gop), IGDROM_CONFIDENCE_HIGH);
	return gop;
}

static enum igdrom_gop_gate gate_of(struct forge *forge)
{
	struct igdrom_gop *gop = read_forged(forge);
	enum igdrom_gop_gate gate = igdrom_gop_gate(gop);

	igdrom_gop_free(gop);
	return gate;
}

static void gate_sites_are_found_in_all_their_forms(void **state)
{
	static const struct {
		enum forge_gate gate;
		const char *major, *minor, *build;
		enum igdrom_gop_gate expected;
	} cases[] = {
		{FORGE_GATE_PORT, "9", "0", "1109", IGDROM_GATE_FATAL},
		{FORGE_GATE_PORT_MOVE, "21", "0", "1056", IGDROM_GATE_FATAL},
		{FORGE_GATE_PORT_NEXT, "22", "1", "1035", IGDROM_GATE_FATAL},
		{FORGE_GATE_PORT, "17", "0", "9999", IGDROM_GATE_FATAL},
		{FORGE_GATE_BRIDGE, "5", "5", "1034", IGDROM_GATE_FATAL},
		{FORGE_GATE_BRIDGE_R11, "5", "0", "1025", IGDROM_GATE_NONE},
		{FORGE_GATE_BRIDGE_R11, "2", "0", "1024", IGDROM_GATE_NONE},
		{FORGE_GATE_BRIDGE_R11, "3", "0", "1030", IGDROM_GATE_NONE},
		{FORGE_GATE_BRIDGE_R11, "5", "0", "1026", IGDROM_GATE_UNKNOWN},
		{FORGE_GATE_NONE, "7", "1", "1007", IGDROM_GATE_NONE},
		{FORGE_GATE_NONE, "8", "0", "9999", IGDROM_GATE_NONE},
		{FORGE_GATE_NONE, "10", "0", "1036", IGDROM_GATE_NONE},
		{FORGE_GATE_NONE, "13", "0", "1018", IGDROM_GATE_NONE},
		{FORGE_GATE_PORT, "13", "0", "1018", IGDROM_GATE_UNKNOWN},
		{FORGE_GATE_NONE, "17", "0", "1077", IGDROM_GATE_UNKNOWN},
		{FORGE_GATE_NONE, "14", "0", "1000", IGDROM_GATE_UNKNOWN},
		{FORGE_GATE_PORT, "14", "0", "1000", IGDROM_GATE_UNKNOWN},
		{FORGE_GATE_BRIDGE, "17", "0", "1077", IGDROM_GATE_UNKNOWN},
		{FORGE_GATE_PORT, "5", "5", "1034", IGDROM_GATE_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct forge forge = forge_new();
		struct igdrom_gop *gop;

		forge.gate = cases[i].gate;
		forge.major = cases[i].major;
		forge.minor = cases[i].minor;
		forge.build = cases[i].build;
		gop = read_forged(&forge);
		assert_int_equal(igdrom_gop_gate(gop), cases[i].expected);
		assert_int_equal(igdrom_gop_gate_offset(gop),
				 cases[i].expected == IGDROM_GATE_FATAL ? forge.gate_offset : 0);
		igdrom_gop_free(gop);
	}
}

static void near_misses_are_no_gate(void **state)
{
	(void)state;
	for (int gate = FORGE_GATE_REVISION; gate <= FORGE_GATE_BRIDGE_LOST; gate++) {
		struct forge forge = forge_new();
		struct igdrom_gop *gop;

		forge.gate = (enum forge_gate)gate;
		if (gate == FORGE_GATE_BRIDGE_LOST) {
			forge.major = "5";
			forge.minor = "5";
		}
		gop = read_forged(&forge);
		assert_int_equal(igdrom_gop_gate(gop), IGDROM_GATE_UNKNOWN);
		assert_int_equal(igdrom_gop_gate_offset(gop), 0);
		assert_int_equal(igdrom_gop_lpc_count(gop), 0);
		assert_int_equal(igdrom_gop_accepts_lpc(gop, 0x7a84), IGDROM_UNKNOWN);
		igdrom_gop_free(gop);
	}
}

static void a_site_counts_only_when_it_is_single_and_not_relocated(void **state)
{
	struct forge forge = forge_new();

	(void)state;
	assert_int_equal(gate_of(&forge), IGDROM_GATE_FATAL);
	forge.gates = 2;
	assert_int_equal(gate_of(&forge), IGDROM_GATE_UNKNOWN);
	forge = forge_new();
	forge.reloc_on_gate = true;
	assert_int_equal(gate_of(&forge), IGDROM_GATE_UNKNOWN);
}

static void lpc_ids_come_with_the_build(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_gop *gop = read_forged(&forge);

	(void)state;
	assert_int_equal(igdrom_gop_lpc_count(gop), 10);
	assert_int_equal(igdrom_gop_lpc_at(gop, 0).first, 0x0680);
	assert_int_equal(igdrom_gop_lpc_at(gop, 0).last, 0x06ff);
	assert_int_equal(igdrom_gop_lpc_at(gop, 10).last, 0);
	assert_int_equal(igdrom_gop_accepts_lpc(gop, 0x7a84), IGDROM_YES);
	assert_int_equal(igdrom_gop_accepts_lpc(gop, 0x5182), IGDROM_NO);
	assert_int_equal(igdrom_gop_accepts_lpc(gop, 0x2918), IGDROM_NO);
	igdrom_gop_free(gop);
	forge.build = "1078";
	gop = read_forged(&forge);
	assert_int_equal(igdrom_gop_gate(gop), IGDROM_GATE_FATAL);
	assert_int_equal(igdrom_gop_lpc_count(gop), 0);
	assert_int_equal(igdrom_gop_accepts_lpc(gop, 0x7a84), IGDROM_UNKNOWN);
	igdrom_gop_free(gop);
	forge.major = "13";
	forge.build = "1017";
	forge.gate = FORGE_GATE_NONE;
	gop = read_forged(&forge);
	assert_int_equal(igdrom_gop_accepts_lpc(gop, 0x2918), IGDROM_YES);
	igdrom_gop_free(gop);
}

static void neighbouring_builds_take_different_lpc_ids(void **state)
{
	static const struct {
		const char *major, *minor, *build;
		uint16_t id;
		enum igdrom_tristate expected;
	} cases[] = {
		{"9", "0", "1080", 0x8c44, IGDROM_YES},  {"9", "0", "1084", 0x8c44, IGDROM_NO},
		{"9", "0", "1080", 0xa2d0, IGDROM_NO},   {"9", "0", "1084", 0xa2d0, IGDROM_YES},
		{"9", "0", "1084", 0x0684, IGDROM_NO},   {"9", "0", "1107", 0x0684, IGDROM_YES},
		{"22", "0", "1041", 0x5182, IGDROM_YES}, {"22", "0", "1055", 0x5182, IGDROM_NO},
		{"22", "0", "1062", 0xb7ff, IGDROM_YES}, {"22", "1", "1035", 0xb7ff, IGDROM_NO},
		{"22", "1", "1038", 0x6a00, IGDROM_YES}, {"21", "1", "6", 0x5481, IGDROM_UNKNOWN},
		{"18", "0", "1037", 0x4d87, IGDROM_YES}, {"21", "0", "1065", 0x519d, IGDROM_YES},
		{"17", "0", "1064", 0xa082, IGDROM_YES}, {"17", "0", "1075", 0x5182, IGDROM_NO},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct forge forge = forge_new();
		struct igdrom_gop *gop;

		forge.major = cases[i].major;
		forge.minor = cases[i].minor;
		forge.build = cases[i].build;
		gop = read_forged(&forge);
		assert_int_equal(igdrom_gop_accepts_lpc(gop, cases[i].id), cases[i].expected);
		igdrom_gop_free(gop);
	}
}

static void each_build_belongs_to_a_family_of_the_families_table(void **state)
{
	(void)state;
	assert_true(gop_build_count() > 30);
	for (size_t i = 0; i < gop_build_count(); i++) {
		const struct gop_build *build = gop_build_at(i);
		bool found = false;

		for (size_t k = 0; k < igdrom_gop_family_count() && !found; k++)
			found = !strcmp(igdrom_gop_family_name(igdrom_gop_family_at(k)),
					build->family);
		assert_true(found);
	}
	assert_null(gop_build_at(gop_build_count()));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gate_sites_are_found_in_all_their_forms),
		cmocka_unit_test(near_misses_are_no_gate),
		cmocka_unit_test(a_site_counts_only_when_it_is_single_and_not_relocated),
		cmocka_unit_test(lpc_ids_come_with_the_build),
		cmocka_unit_test(neighbouring_builds_take_different_lpc_ids),
		cmocka_unit_test(each_build_belongs_to_a_family_of_the_families_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
