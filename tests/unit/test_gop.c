/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include "gop/internal.h"
#include "unit/findings.h"
#include "unit/gop_forge.h"
#include "unit/pe_writer.h"

static uint8_t file[FORGE_ROOM];

/* The forged driver as the library reads it; freed by the caller. */
static struct igdrom_gop *read_forged(struct forge *forge, struct igdrom_report *report)
{
	struct igdrom_gop *gop = NULL;

	forge_write(forge, file);
	assert_int_equal(igdrom_gop_identify(file, forge->size, report, &gop), IGDROM_OK);
	assert_non_null(gop);
	return gop;
}

static bool has_finding(const struct igdrom_report *report, const char *code, uint64_t *offset)
{
	const struct igdrom_finding *finding = find_in(report, code);

	if (finding && offset)
		*offset = igdrom_finding_offset(finding);
	return finding;
}

/* Reads the forged driver and says whether a finding with this code came up. */
static bool forged_says(struct forge *forge, const char *code, enum igdrom_confidence confidence)
{
	struct igdrom_report *report;
	struct igdrom_gop *gop;
	bool found;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	gop = read_forged(forge, report);
	assert_int_equal(igdrom_gop_confidence(gop), confidence);
	found = has_finding(report, code, NULL);
	igdrom_gop_free(gop);
	igdrom_report_free(report);
	return found;
}

static void reads_version_ids_gate_and_digest(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_gop *gop = read_forged(&forge, NULL);
	char sha256[DIGEST_SHA256_HEX];

	(void)state;
	assert_string_equal(igdrom_gop_version(gop), "17.0.1077");
	assert_int_equal(igdrom_gop_version_major(gop), 17);
	assert_int_equal(igdrom_gop_version_minor(gop), 0);
	assert_int_equal(igdrom_gop_version_build(gop), 1077);
	assert_string_equal(igdrom_gop_family(gop), "gop17-tgl-rpls");
	assert_int_equal(igdrom_gop_confidence(gop), IGDROM_CONFIDENCE_HIGH);
	assert_int_equal(igdrom_gop_device_count(gop), forge.id_count);
	for (size_t i = 0; i < forge.id_count; i++) {
		assert_int_equal(igdrom_gop_device_at(gop, i), forge.ids[i]);
		assert_int_equal(igdrom_gop_supports(gop, forge.ids[i]), IGDROM_YES);
		assert_int_equal(igdrom_gop_device_is_igd(gop, i), forge.ids[i] != 0xcafe);
	}
	assert_int_equal(igdrom_gop_device_at(gop, forge.id_count), 0);
	assert_false(igdrom_gop_device_is_igd(gop, forge.id_count));
	assert_int_equal(igdrom_gop_supports(gop, 0x1912), IGDROM_NO);
	assert_int_equal(igdrom_gop_device_table_offset(gop), forge.table_offset);
	assert_int_equal(igdrom_gop_gate(gop), IGDROM_GATE_FATAL);
	assert_int_equal(igdrom_gop_gate_offset(gop), forge.gate_offset);
	assert_int_equal(file[igdrom_gop_gate_offset(gop)], 0xe8);
	assert_int_equal(igdrom_gop_machine(gop), 0x8664);
	assert_int_equal(igdrom_gop_subsystem(gop), 11);
	assert_int_equal(igdrom_gop_size(gop), forge.size);
	digest_sha256_hex(file, forge.size, sha256);
	assert_string_equal(igdrom_gop_sha256(gop), sha256);
	igdrom_gop_free(gop);
}

static void both_orders_of_the_table_walk_are_read(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_gop *gop;

	(void)state;
	forge.order = 2;
	gop = read_forged(&forge, NULL);
	assert_int_equal(igdrom_gop_confidence(gop), IGDROM_CONFIDENCE_HIGH);
	assert_int_equal(igdrom_gop_device_count(gop), forge.id_count);
	igdrom_gop_free(gop);
}

static void sections_may_be_renamed_and_moved(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_gop *gop;

	(void)state;
	forge.data_first = true;
	forge.plain_names = true;
	forge.image_base = 0x10000000;
	gop = read_forged(&forge, NULL);
	assert_int_equal(igdrom_gop_confidence(gop), IGDROM_CONFIDENCE_HIGH);
	assert_string_equal(igdrom_gop_version(gop), "17.0.1077");
	assert_int_equal(igdrom_gop_device_at(gop, 3), 0xa780);
	assert_int_equal(igdrom_gop_device_table_offset(gop), forge.table_offset);
	assert_int_equal(igdrom_gop_gate_offset(gop), forge.gate_offset);
	igdrom_gop_free(gop);
}

static void a_changed_byte_of_the_table_changes_the_answer(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_gop *gop;

	(void)state;
	forge_write(&forge, file);
	file[forge.table_offset] = 0x81;
	assert_int_equal(igdrom_gop_identify(file, forge.size, NULL, &gop), IGDROM_OK);
	assert_int_equal(igdrom_gop_device_at(gop, 0), 0x4681);
	assert_int_equal(igdrom_gop_supports(gop, 0x4680), IGDROM_NO);
	assert_int_equal(igdrom_gop_confidence(gop), IGDROM_CONFIDENCE_HIGH);
	igdrom_gop_free(gop);
}

static void ids_that_are_no_igd_are_told(void **state)
{
	struct forge forge = forge_new();

	(void)state;
	assert_true(forged_says(&forge, "gop-ids-not-igd", IGDROM_CONFIDENCE_HIGH));
	forge.id_count = 4;
	assert_false(forged_says(&forge, "gop-ids-not-igd", IGDROM_CONFIDENCE_HIGH));
}

static void a_second_table_walk_leaves_the_ids_unknown(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_report *report;
	struct igdrom_gop *gop;
	uint64_t offset = 0;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	forge.walks = 2;
	gop = read_forged(&forge, report);
	assert_true(has_finding(report, "gop-table-several", &offset));
	assert_int_equal(offset, forge.walk_offset);
	assert_int_equal(igdrom_gop_confidence(gop), IGDROM_CONFIDENCE_LOW);
	assert_int_equal(igdrom_gop_device_count(gop), 0);
	assert_int_equal(igdrom_gop_device_table_offset(gop), 0);
	assert_int_equal(igdrom_gop_supports(gop, 0x4680), IGDROM_UNKNOWN);
	assert_int_equal(igdrom_gop_gate(gop), IGDROM_GATE_UNKNOWN);
	igdrom_gop_free(gop);
	igdrom_report_free(report);
}

static void unreadable_tables_are_named(void **state)
{
	struct forge forge = forge_new();

	(void)state;
	forge.walks = 0;
	assert_true(forged_says(&forge, "gop-table-unreadable", IGDROM_CONFIDENCE_LOW));
	forge = forge_new();
	forge.order = 0; /* eax comes from elsewhere */
	assert_true(forged_says(&forge, "gop-table-unreadable", IGDROM_CONFIDENCE_LOW));
	forge.order = 3;
	assert_true(forged_says(&forge, "gop-table-unreadable", IGDROM_CONFIDENCE_LOW));
	forge = forge_new();
	forge.jump_back = 0xeb; /* no loop over the lea */
	assert_true(forged_says(&forge, "gop-table-unreadable", IGDROM_CONFIDENCE_LOW));
	forge = forge_new();
	forge.zero_ids = true;
	assert_true(forged_says(&forge, "gop-table-empty", IGDROM_CONFIDENCE_LOW));
	forge = forge_new();
	forge.ids = (const uint16_t[]){0, 0xffff, 0xffff};
	forge.id_count = 3;
	assert_true(forged_says(&forge, "gop-table-empty", IGDROM_CONFIDENCE_LOW));
	forge = forge_new();
	forge.table_outside = true;
	assert_true(forged_says(&forge, "gop-table-outside", IGDROM_CONFIDENCE_LOW));
	forge = forge_new();
	forge.walk_count = 255;
	forge.id_count = 7;
	assert_false(forged_says(&forge, "gop-table-outside", IGDROM_CONFIDENCE_HIGH));
}

static void a_driver_that_returns_at_once_is_gutted(void **state)
{
	static const uint8_t stubs[][12] = {
		{0xc3},
		{0x31, 0xc0, 0xc3},
		{0x48, 0x33, 0xc0, 0xc3},
		{0xb8, 3, 0, 0, 0, 0xc3},
		{0x48, 0xb8, 3, 0, 0, 0, 0, 0, 0, 0x80, 0xc3},
		{0},
	};
	struct forge forge = forge_new();
	struct igdrom_report *report;
	struct igdrom_gop *gop;

	(void)state;
	forge.walks = 0;
	for (size_t i = 0; i < sizeof(stubs) / sizeof(stubs[0]); i++) {
		assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
		forge_write(&forge, file);
		memcpy(file + 0x400, stubs[i], sizeof(stubs[i]));
		assert_int_equal(igdrom_gop_identify(file, forge.size, report, &gop), IGDROM_OK);
		assert_true(has_finding(report, "gop-gutted", NULL));
		assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_ERROR);
		igdrom_gop_free(gop);
		igdrom_report_free(report);
	}
}

static void what_is_missing_costs_confidence(void **state)
{
	struct forge forge = forge_new();

	(void)state;
	for (unsigned check = FORGE_CHECK_VENDOR; check <= FORGE_CHECK_INTERFACE; check *= 2) {
		forge.no_checks = check;
		assert_true(forged_says(&forge, "gop-checks-missing", IGDROM_CONFIDENCE_MEDIUM));
	}
	forge = forge_new();
	forge.no_policy = true;
	assert_true(forged_says(&forge, "gop-policy-missing", IGDROM_CONFIDENCE_MEDIUM));
	forge = forge_new();
	forge.no_name = true;
	assert_true(forged_says(&forge, "gop-name-missing", IGDROM_CONFIDENCE_MEDIUM));
	forge = forge_new();
	forge.subsystem = 10;
	assert_true(forged_says(&forge, "gop-subsystem", IGDROM_CONFIDENCE_HIGH));
	forge = forge_new();
	forge.machine = 0xaa64;
	assert_true(forged_says(&forge, "gop-machine", IGDROM_CONFIDENCE_LOW));
}

static void one_mark_alone_is_no_gop_driver(void **state)
{
	struct igdrom_gop *gop = (struct igdrom_gop *)file;
	struct igdrom_report *report;
	struct forge forge = forge_new();

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	forge.machine = 0x14c; /* where the loop of x64 code says nothing */
	forge.no_policy = true;
	forge_write(&forge, file);
	assert_int_equal(igdrom_gop_identify(file, forge.size, NULL, &gop),
			 IGDROM_E_NOT_RECOGNIZED);
	forge.machine = 0;
	for (int mark = 0; mark < 4; mark++) {
		forge.no_name = mark != 0;
		forge.no_policy = mark != 1;
		forge.walks = mark == 2;
		forge_write(&forge, file);
		assert_int_equal(igdrom_gop_identify(file, forge.size, report, &gop),
				 IGDROM_E_NOT_RECOGNIZED);
		assert_null(gop);
	}
	assert_true(has_finding(report, "gop-not-a-gop", NULL));
	igdrom_report_free(report);
}

static void every_form_of_the_binding_version_agrees(void **state)
{
	struct forge forge = forge_new();

	(void)state;
	for (int form = FORGE_BINDING_COMPUTED; form <= FORGE_BINDING_STATIC; form++) {
		forge.binding = (enum forge_binding)form;
		assert_false(forged_says(&forge, "gop-version-one-source", IGDROM_CONFIDENCE_HIGH));
	}
	forge.binding = FORGE_BINDING_NONE;
	assert_true(forged_says(&forge, "gop-version-one-source", IGDROM_CONFIDENCE_MEDIUM));
	forge.binding = FORGE_BINDING_COMPUTED;
	forge.no_relocs = true;
	assert_true(forged_says(&forge, "gop-version-one-source", IGDROM_CONFIDENCE_MEDIUM));
}

static void the_binding_is_told_from_other_rows_of_pointers(void **state)
{
	struct forge forge = forge_new();

	(void)state;
	forge.earlier_struct = true;
	assert_false(forged_says(&forge, "gop-version-one-source", IGDROM_CONFIDENCE_HIGH));
	forge.equal_struct = true;
	assert_true(forged_says(&forge, "gop-version-one-source", IGDROM_CONFIDENCE_MEDIUM));
	forge = forge_new();
	forge.lone_reloc = true;
	assert_true(forged_says(&forge, "gop-version-one-source", IGDROM_CONFIDENCE_MEDIUM));
	forge = forge_new();
	forge.used_handles = true;
	assert_true(forged_says(&forge, "gop-version-one-source", IGDROM_CONFIDENCE_MEDIUM));
	forge = forge_new();
	forge.second_store = true;
	assert_true(forged_says(&forge, "gop-version-one-source", IGDROM_CONFIDENCE_MEDIUM));
}

static void the_names_of_the_first_drivers_have_four_numbers(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_report *report;
	struct igdrom_gop *gop;

	(void)state;
	forge.major = "3.0";
	forge.minor = "13";
	forge.build = "1013";
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	gop = read_forged(&forge, report);
	assert_string_equal(igdrom_gop_version(gop), "3.0.1013");
	assert_true(has_finding(report, "gop-version-one-source", NULL));
	igdrom_gop_free(gop);
	igdrom_report_free(report);
	forge.major = "3.x";
	gop = read_forged(&forge, NULL);
	assert_null(igdrom_gop_version(gop));
	igdrom_gop_free(gop);
}

static void versions_that_differ_are_a_conflict(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_gop *gop;

	(void)state;
	forge.binding_build = "1075";
	for (int form = FORGE_BINDING_COMPUTED; form <= FORGE_BINDING_STATIC; form++) {
		forge.binding = (enum forge_binding)form;
		assert_true(forged_says(&forge, "gop-version-conflict", IGDROM_CONFIDENCE_MEDIUM));
	}
	gop = read_forged(&forge, NULL);
	assert_string_equal(igdrom_gop_version(gop), "17.0.1077");
	assert_null(igdrom_gop_family(gop));
	assert_int_equal(igdrom_gop_gate(gop), IGDROM_GATE_UNKNOWN);
	assert_int_equal(igdrom_gop_lpc_count(gop), 0);
	igdrom_gop_free(gop);
}

static void a_version_without_numbers_is_unreadable(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_gop *gop;

	(void)state;
	forge.build = "x1077";
	assert_true(forged_says(&forge, "gop-version-unreadable", IGDROM_CONFIDENCE_MEDIUM));
	forge.build = "65536";
	assert_true(forged_says(&forge, "gop-version-unreadable", IGDROM_CONFIDENCE_MEDIUM));
	gop = read_forged(&forge, NULL);
	assert_null(igdrom_gop_version(gop));
	assert_null(igdrom_gop_family(gop));
	assert_int_equal(igdrom_gop_supports(gop, 0x4680), IGDROM_YES);
	igdrom_gop_free(gop);
	forge = forge_new();
	forge.binding = FORGE_BINDING_NONE;
	forge.name_gap = true;
	assert_true(forged_says(&forge, "gop-version-unreadable", IGDROM_CONFIDENCE_MEDIUM));
}

static void the_best_is_the_newest_that_lists_the_device(void **state)
{
	static const uint16_t without[] = {0x4680, 0x9a40};
	struct igdrom_gop *gops[4];
	const struct igdrom_gop *list[6];
	struct forge forge = forge_new();
	size_t best = 7;

	(void)state;
	gops[0] = read_forged(&forge, NULL);
	gops[1] = read_forged(&forge, NULL);
	forge.build = "1087";
	forge.ids = without;
	forge.id_count = 2;
	gops[2] = read_forged(&forge, NULL);
	forge.walks = 2;
	gops[3] = read_forged(&forge, NULL);
	memcpy(list, (const struct igdrom_gop *[]){NULL, gops[0], gops[1], gops[2], gops[3], NULL},
	       sizeof(list));
	assert_int_equal(igdrom_gop_best(list, 6, 0xa780, &best), IGDROM_OK);
	assert_int_equal(best, 1);
	assert_int_equal(igdrom_gop_best(list, 6, 0x4680, &best), IGDROM_OK);
	assert_int_equal(best, 3);
	assert_int_equal(igdrom_gop_best(list, 6, 0x1912, &best), IGDROM_E_NOT_FOUND);
	assert_int_equal(best, 0);
	assert_int_equal(igdrom_gop_best(NULL, 0, 0x1912, &best), IGDROM_E_NOT_FOUND);
	assert_int_equal(igdrom_gop_best(NULL, 1, 0x1912, &best), IGDROM_E_INVAL);
	assert_int_equal(igdrom_gop_best(list, 6, 0x1912, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_gop_judge(gops[2], gops[2], 0x4680), IGDROM_GOP_BEST);
	assert_int_equal(igdrom_gop_judge(gops[0], gops[2], 0x4680), IGDROM_GOP_OLDER);
	assert_int_equal(igdrom_gop_judge(gops[1], gops[0], 0x4680), IGDROM_GOP_SAME_VERSION);
	assert_int_equal(igdrom_gop_judge(gops[2], gops[0], 0xa780), IGDROM_GOP_NOT_LISTED);
	assert_int_equal(igdrom_gop_judge(gops[3], NULL, 0x4680), IGDROM_GOP_UNREADABLE);
	assert_int_equal(igdrom_gop_judge(NULL, gops[0], 0x4680), IGDROM_GOP_ABSENT);
	for (size_t i = 0; i < 4; i++)
		igdrom_gop_free(gops[i]);
}

static void other_bytes_are_refused_with_a_reason(void **state)
{
	static const uint8_t zeros[64] = {'M', 'Z'};
	struct igdrom_report *report;
	struct igdrom_gop *gop;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_gop_identify(NULL, 0, report, &gop), IGDROM_E_NOT_RECOGNIZED);
	assert_int_equal(igdrom_gop_identify(NULL, 1, report, &gop), IGDROM_E_INVAL);
	assert_int_equal(igdrom_gop_identify(zeros, sizeof(zeros), report, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_gop_identify(zeros, sizeof(zeros), report, &gop),
			 IGDROM_E_NOT_RECOGNIZED);
	assert_int_equal(igdrom_gop_identify(zeros, 32, report, &gop), IGDROM_E_TRUNCATED);
	assert_true(has_finding(report, "gop-not-a-gop", NULL));
	assert_true(has_finding(report, "pe-truncated", NULL));
	igdrom_report_free(report);
}

static void a_huge_image_is_not_searched(void **state)
{
	struct forge forge = forge_new();
	struct igdrom_report *report;
	struct igdrom_gop *gop;
	uint8_t *huge;
	size_t size;

	(void)state;
	forge_write(&forge, file);
	size = (size_t)IGDROM_GOP_MAX_BYTES + 1;
	huge = calloc(1, size);
	assert_non_null(huge);
	memcpy(huge, file, forge.size);
	assert_int_equal(igdrom_gop_identify(huge, size, NULL, &gop), IGDROM_OK);
	igdrom_gop_free(gop);
	/* Not the input counts but the image: its last section now ends at the end of the file. */
	put_u32(huge + 0x80 + 24 + 240 + 2 * 40 + 16, (uint32_t)(size - 0x1400));
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_gop_identify(huge, size, report, &gop), IGDROM_E_LIMIT);
	assert_null(gop);
	assert_true(has_finding(report, "pe-too-large", NULL));
	igdrom_report_free(report);
	free(huge);
}

static void every_prefix_is_read_or_refused_cleanly(void **state)
{
	struct forge forge = forge_new();
	uint8_t copy[FORGE_ROOM];

	(void)state;
	forge_write(&forge, copy);
	for (size_t size = 0; size < forge.size; size++) {
		uint8_t *prefix = malloc(size ? size : 1);
		struct igdrom_gop *gop;

		assert_non_null(prefix);
		memcpy(prefix, copy, size);
		if (igdrom_gop_identify(prefix, size, NULL, &gop) == IGDROM_OK)
			assert_true(igdrom_gop_confidence(gop) < IGDROM_CONFIDENCE_HIGH);
		else
			assert_null(gop);
		igdrom_gop_free(gop);
		free(prefix);
	}
}

static void getters_answer_for_nothing(void **state)
{
	(void)state;
	assert_null(igdrom_gop_version(NULL));
	assert_null(igdrom_gop_family(NULL));
	assert_null(igdrom_gop_sha256(NULL));
	assert_int_equal(igdrom_gop_size(NULL) + igdrom_gop_machine(NULL) +
				 igdrom_gop_subsystem(NULL) + igdrom_gop_device_count(NULL) +
				 igdrom_gop_lpc_count(NULL) + igdrom_gop_version_major(NULL) +
				 igdrom_gop_version_minor(NULL) + igdrom_gop_version_build(NULL),
			 0);
	assert_int_equal(igdrom_gop_supports(NULL, 0x4680), IGDROM_UNKNOWN);
	assert_int_equal(igdrom_gop_accepts_lpc(NULL, 0x4680), IGDROM_UNKNOWN);
	assert_int_equal(igdrom_gop_gate(NULL), IGDROM_GATE_UNKNOWN);
	assert_string_equal(igdrom_confidence_name(IGDROM_CONFIDENCE_LOW), "low");
	assert_string_equal(igdrom_confidence_name(IGDROM_CONFIDENCE_MEDIUM), "medium");
	assert_string_equal(igdrom_confidence_name(IGDROM_CONFIDENCE_HIGH), "high");
	assert_string_equal(igdrom_confidence_name((enum igdrom_confidence)9), "unknown");
	igdrom_gop_free(NULL);
}

/* Each of them costs look-ups in the table of sections: 8 million in a file of 16 MiB. */
static void more_base_relocations_than_any_driver_has_are_not_searched(void **state)
{
	struct forge forge = forge_new();
	const size_t room = FORGE_ROOM + 0x20000;
	uint8_t *data = calloc(1, room);
	struct igdrom_report *report;
	struct igdrom_gop *gop;
	size_t section = 0;

	(void)state;
	assert_non_null(data);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	forge_write(&forge, data);
	while (memcmp(data + section, ".reloc", 6) != 0)
		section++;
	put_u32(data + section + 8, 0x10008);
	put_u32(data + section + 16, 0x10008);
	put_u32(data + 0x98 + 112 + 5 * 8 + 4, 0x10008); /* data directory 5 */
	assert_int_equal(igdrom_gop_identify(data, room, report, &gop), IGDROM_OK);
	assert_string_equal(igdrom_gop_version(gop), "17.0.1077");
	assert_true(has_finding(report, "gop-version-one-source", NULL));
	igdrom_gop_free(gop);
	igdrom_report_free(report);
	free(data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_version_ids_gate_and_digest),
		cmocka_unit_test(both_orders_of_the_table_walk_are_read),
		cmocka_unit_test(sections_may_be_renamed_and_moved),
		cmocka_unit_test(a_changed_byte_of_the_table_changes_the_answer),
		cmocka_unit_test(ids_that_are_no_igd_are_told),
		cmocka_unit_test(a_second_table_walk_leaves_the_ids_unknown),
		cmocka_unit_test(unreadable_tables_are_named),
		cmocka_unit_test(a_driver_that_returns_at_once_is_gutted),
		cmocka_unit_test(what_is_missing_costs_confidence),
		cmocka_unit_test(one_mark_alone_is_no_gop_driver),
		cmocka_unit_test(every_form_of_the_binding_version_agrees),
		cmocka_unit_test(the_binding_is_told_from_other_rows_of_pointers),
		cmocka_unit_test(the_names_of_the_first_drivers_have_four_numbers),
		cmocka_unit_test(versions_that_differ_are_a_conflict),
		cmocka_unit_test(a_version_without_numbers_is_unreadable),
		cmocka_unit_test(the_best_is_the_newest_that_lists_the_device),
		cmocka_unit_test(other_bytes_are_refused_with_a_reason),
		cmocka_unit_test(a_huge_image_is_not_searched),
		cmocka_unit_test(every_prefix_is_read_or_refused_cleanly),
		cmocka_unit_test(getters_answer_for_nothing),
		cmocka_unit_test(more_base_relocations_than_any_driver_has_are_not_searched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
