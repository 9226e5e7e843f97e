/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the library reads from the test drivers, which a compiler has made, and from copies that
 * were bent afterwards. Expected values are those that the drivers were built with.
 */
#include "unit/unit.h"

#include <igdrom/gop.h>

#include <stdio.h>

#define ROOM          0x10000
#define SECTION_BYTES 40

static const uint16_t default_ids[] = {0x4680, 0x4682, 0x4690, 0xa780, 0xcafe, 0xa782, 0x9a40};
#define DEFAULT_IDS (sizeof(default_ids) / sizeof(default_ids[0]))

struct file {
	uint8_t bytes[ROOM];
	size_t size;
};

static struct file load(const char *name)
{
	struct file file = {.size = 0};
	char path[512];
	FILE *in;

	snprintf(path, sizeof(path), "%s/testgop_%s.efi", TESTGOP_DIR, name);
	in = fopen(path, "rb");
	if (!in)
		fail_msg("%s is not there: build target testgop_%s", path, name);
	file.size = fread(file.bytes, 1, ROOM, in);
	fclose(in);
	assert_true(file.size > 512 && file.size < ROOM);
	return file;
}

static uint32_t get_u32(const uint8_t *at)
{
	return (uint32_t)(at[0] | at[1] << 8 | at[2] << 16) | (uint32_t)at[3] << 24;
}

static void put_u32(uint8_t *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> 8 * i);
}

/* Headers of the sections; their number goes out. */
static uint8_t *sections_of(struct file *file, size_t *count)
{
	uint8_t *pe = file->bytes + get_u32(file->bytes + 0x3c);

	*count = pe[6];
	return pe + 24 + pe[20];
}

static struct igdrom_gop *identify(const struct file *file, struct igdrom_report *report)
{
	uint8_t *copy = malloc(file->size);
	struct igdrom_gop *gop;

	/* Not a byte more than the file, so that a sanitizer sees a step too far. */
	assert_non_null(copy);
	memcpy(copy, file->bytes, file->size);
	assert_int_equal(igdrom_gop_identify(copy, file->size, report, &gop), IGDROM_OK);
	free(copy);
	return gop;
}

static bool says(const struct file *file, const char *code)
{
	struct igdrom_report *report;
	bool found = false;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	igdrom_gop_free(identify(file, report));
	for (size_t i = 0; i < igdrom_report_count(report); i++)
		found |= !strcmp(igdrom_finding_code(igdrom_report_at(report, i)), code);
	igdrom_report_free(report);
	return found;
}

/* First place of the bytes, or the size of the file; the only one must be it. */
static size_t find_once(const struct file *file, const void *bytes, size_t size)
{
	size_t found = file->size;

	for (size_t at = 0; at + size <= file->size; at++) {
		if (memcmp(file->bytes + at, bytes, size) != 0)
			continue;
		assert_int_equal(found, file->size);
		found = at;
	}
	return found;
}

static void assert_default_driver(const struct file *file)
{
	static const uint8_t site[] = {0xb9, 0x02, 0x80, 0x0f, 0x00, 0xe8};
	struct igdrom_gop *gop = identify(file, NULL);

	assert_string_equal(igdrom_gop_version(gop), "17.0.1077");
	assert_int_equal(igdrom_gop_confidence(gop), IGDROM_CONFIDENCE_HIGH);
	assert_int_equal(igdrom_gop_device_count(gop), DEFAULT_IDS);
	for (size_t i = 0; i < DEFAULT_IDS; i++)
		assert_int_equal(igdrom_gop_device_at(gop, i), default_ids[i]);
	assert_int_equal(igdrom_gop_device_table_offset(gop),
			 find_once(file, default_ids, sizeof(default_ids)));
	assert_int_equal(igdrom_gop_gate(gop), IGDROM_GATE_FATAL);
	assert_int_equal(igdrom_gop_gate_offset(gop), find_once(file, site, sizeof(site)) + 5);
	assert_int_equal(igdrom_gop_accepts_lpc(gop, 0x7a84), IGDROM_YES);
	igdrom_gop_free(gop);
}

static void each_variant_is_read_as_it_was_built(void **state)
{
	static const struct {
		const char *name, *version, *family;
		enum igdrom_confidence confidence;
		size_t ids;
		enum igdrom_gop_gate gate;
		const char *finding; /* NULL: none but on ids */
	} cases[] = {
		{"plain", "17.0.1077", "gop17-tgl-rpls", IGDROM_CONFIDENCE_HIGH, 7,
		 IGDROM_GATE_FATAL, NULL},
		{"packed", "17.0.1077", "gop17-tgl-rpls", IGDROM_CONFIDENCE_HIGH, 7,
		 IGDROM_GATE_FATAL, NULL},
		{"newer", "17.0.1087", "gop17-tgl-rpls", IGDROM_CONFIDENCE_HIGH, 7,
		 IGDROM_GATE_FATAL, NULL},
		{"old", "10.0.1037", "gop10-bxt", IGDROM_CONFIDENCE_HIGH, 2, IGDROM_GATE_NONE,
		 NULL},
		{"bridge", "5.5.1034", "gop5-hsw-bdw", IGDROM_CONFIDENCE_HIGH, 2, IGDROM_GATE_FATAL,
		 NULL},
		{"ignored", "5.0.1025", "gop5-hsw-bdw", IGDROM_CONFIDENCE_HIGH, 1, IGDROM_GATE_NONE,
		 NULL},
		{"unknown", "19.3.7", NULL, IGDROM_CONFIDENCE_HIGH, 7, IGDROM_GATE_UNKNOWN,
		 "gop-gate-unknown"},
		{"no_policy", "17.0.1077", "gop17-tgl-rpls", IGDROM_CONFIDENCE_MEDIUM, 7,
		 IGDROM_GATE_UNKNOWN, "gop-policy-missing"},
		{"no_checks", "17.0.1077", "gop17-tgl-rpls", IGDROM_CONFIDENCE_MEDIUM, 7,
		 IGDROM_GATE_FATAL, "gop-checks-missing"},
		{"conflict", "17.0.1077", NULL, IGDROM_CONFIDENCE_MEDIUM, 7, IGDROM_GATE_UNKNOWN,
		 "gop-version-conflict"},
		{"two_walks", "17.0.1077", "gop17-tgl-rpls", IGDROM_CONFIDENCE_LOW, 0,
		 IGDROM_GATE_UNKNOWN, "gop-table-several"},
		{"gutted", NULL, NULL, IGDROM_CONFIDENCE_LOW, 0, IGDROM_GATE_UNKNOWN, "gop-gutted"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct file file = load(cases[i].name);
		struct igdrom_gop *gop = identify(&file, NULL);

		print_message("%s\n", cases[i].name);
		if (cases[i].version)
			assert_string_equal(igdrom_gop_version(gop), cases[i].version);
		else
			assert_null(igdrom_gop_version(gop));
		if (cases[i].family)
			assert_string_equal(igdrom_gop_family(gop), cases[i].family);
		else
			assert_null(igdrom_gop_family(gop));
		assert_int_equal(igdrom_gop_confidence(gop), cases[i].confidence);
		assert_int_equal(igdrom_gop_device_count(gop), cases[i].ids);
		assert_int_equal(igdrom_gop_gate(gop), cases[i].gate);
		assert_int_equal(igdrom_gop_gate_offset(gop) != 0,
				 cases[i].gate == IGDROM_GATE_FATAL);
		if (cases[i].finding)
			assert_true(says(&file, cases[i].finding));
		else
			assert_false(says(&file, "gop-version-one-source") ||
				     says(&file, "gop-gate-unknown") || says(&file, "pe-clipped"));
		igdrom_gop_free(gop);
	}
}

static void table_and_gate_lie_where_the_bytes_are(void **state)
{
	static const uint16_t old_ids[] = {0x5a85, 0x5a84};
	static const uint8_t site[] = {0x41, 0xb8, 0x02, 0x00, 0x1f, 0x00};
	struct file file = load("plain");
	struct igdrom_gop *gop;

	(void)state;
	assert_default_driver(&file);
	file = load("packed");
	assert_default_driver(&file);
	file = load("old");
	gop = identify(&file, NULL);
	assert_int_equal(igdrom_gop_device_table_offset(gop),
			 find_once(&file, old_ids, sizeof(old_ids)));
	igdrom_gop_free(gop);
	file = load("bridge");
	gop = identify(&file, NULL);
	assert_int_equal(igdrom_gop_gate_offset(gop), find_once(&file, site, sizeof(site)));
	igdrom_gop_free(gop);
}

static void names_of_sections_do_not_matter(void **state)
{
	struct file file = load("plain");
	size_t count;
	uint8_t *header = sections_of(&file, &count);

	(void)state;
	assert_in_range(count, 3, 8);
	for (size_t i = 0; i < count; i++)
		memcpy(header + i * SECTION_BYTES, i ? "\0\0\0\0\0\0\0" : ".data\0\0", 8);
	assert_default_driver(&file);
}

/* Raw data is moved behind the file, last section first; the old place is filled. */
static void raw_data_may_lie_anywhere(void **state)
{
	struct file file = load("packed");
	size_t count;
	uint8_t *header = sections_of(&file, &count);

	(void)state;
	for (size_t i = count; i-- > 0;) {
		uint8_t *raw = header + i * SECTION_BYTES + 16;
		uint32_t size = get_u32(raw);
		uint32_t from = get_u32(raw + 4);

		assert_true(file.size + size + 3 < ROOM);
		file.size += 3;
		memcpy(file.bytes + file.size, file.bytes + from, size);
		memset(file.bytes + from, 0x90, size);
		put_u32(raw + 4, (uint32_t)file.size);
		file.size += size;
	}
	assert_default_driver(&file);
}

static void a_changed_id_changes_the_answer(void **state)
{
	struct file file = load("plain");
	size_t at = find_once(&file, default_ids, sizeof(default_ids));
	struct igdrom_gop *before = identify(&file, NULL);
	struct igdrom_gop *after;

	(void)state;
	for (size_t i = 0; i < sizeof(default_ids); i++) {
		file.bytes[at + i] ^= 0x10;
		after = identify(&file, NULL);
		assert_int_equal(igdrom_gop_device_at(after, i / 2),
				 igdrom_gop_device_at(before, i / 2) ^ (i % 2 ? 0x1000 : 0x10));
		assert_int_equal(igdrom_gop_supports(after, default_ids[i / 2]), IGDROM_NO);
		assert_string_not_equal(igdrom_gop_sha256(after), igdrom_gop_sha256(before));
		igdrom_gop_free(after);
		file.bytes[at + i] ^= 0x10;
	}
	igdrom_gop_free(before);
}

static void another_run_of_ids_is_not_the_table(void **state)
{
	static const uint16_t decoy[] = {0x1912, 0x3e92, 0x5912, 0x9bc5, 0x4680, 0x56a0, 0};
	struct file file = load("plain");
	struct igdrom_gop *gop;

	(void)state;
	/* These two also stand in a look-up table inside the driver. */
	assert_true(find_once(&file, decoy, 4) < file.size);
	memcpy(file.bytes + file.size, decoy, sizeof(decoy));
	file.size += sizeof(decoy);
	gop = identify(&file, NULL);
	assert_int_equal(igdrom_gop_device_count(gop), DEFAULT_IDS);
	assert_int_equal(igdrom_gop_supports(gop, 0x1912), IGDROM_NO);
	assert_int_equal(igdrom_gop_supports(gop, 0x9bc5), IGDROM_NO);
	assert_int_equal(igdrom_gop_size(gop), file.size);
	assert_true(says(&file, "pe-trailing"));
	igdrom_gop_free(gop);
}

/* The walk is 29 bytes from movzx to jb; a copy of it in spare room of the code section. */
static void a_copied_table_walk_makes_the_table_unknown(void **state)
{
	static const uint8_t movzx_lea[] = {0x0f, 0xb6, 0xc1, 0x4c, 0x8d, 0x05};
	struct file file = load("plain");
	size_t at = find_once(&file, movzx_lea, sizeof(movzx_lea));
	size_t count;
	uint8_t *text = sections_of(&file, &count);
	size_t end = get_u32(text + 20) + get_u32(text + 16);
	struct igdrom_gop *gop;

	(void)state;
	assert_true(get_u32(text + 16) - get_u32(text + 8) > 32);
	put_u32(text + 8, get_u32(text + 16));
	memcpy(file.bytes + end - 29, file.bytes + at, 29);
	gop = identify(&file, NULL);
	assert_int_equal(igdrom_gop_confidence(gop), IGDROM_CONFIDENCE_LOW);
	assert_int_equal(igdrom_gop_supports(gop, 0x4680), IGDROM_UNKNOWN);
	igdrom_gop_free(gop);
}

static void a_certificate_table_is_told(void **state)
{
	struct file file = load("plain");
	uint8_t *directory = file.bytes + get_u32(file.bytes + 0x3c) + 24 + 112 + 4 * 8;

	(void)state;
	put_u32(directory, (uint32_t)file.size);
	put_u32(directory + 4, 16);
	file.size += 16;
	assert_true(says(&file, "gop-signed"));
	assert_false(says(&file, "pe-trailing"));
}

static void every_prefix_is_read_or_refused_cleanly(void **state)
{
	struct file file = load("packed");

	(void)state;
	for (size_t size = 0; size < file.size; size++) {
		uint8_t *prefix = malloc(size + 1);
		struct igdrom_gop *gop;

		assert_non_null(prefix);
		memcpy(prefix + 1, file.bytes, size);
		if (igdrom_gop_identify(prefix + 1, size, NULL, &gop) == IGDROM_OK)
			assert_true(igdrom_gop_confidence(gop) < IGDROM_CONFIDENCE_HIGH);
		igdrom_gop_free(gop);
		free(prefix);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_variant_is_read_as_it_was_built),
		cmocka_unit_test(table_and_gate_lie_where_the_bytes_are),
		cmocka_unit_test(names_of_sections_do_not_matter),
		cmocka_unit_test(raw_data_may_lie_anywhere),
		cmocka_unit_test(a_changed_id_changes_the_answer),
		cmocka_unit_test(another_run_of_ids_is_not_the_table),
		cmocka_unit_test(a_copied_table_walk_makes_the_table_unknown),
		cmocka_unit_test(a_certificate_table_is_told),
		cmocka_unit_test(every_prefix_is_read_or_refused_cleanly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
