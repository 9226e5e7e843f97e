/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include "unit/findings.h"

#include "vbt/vbt.h"

#include <igdrom/igdrom.h>

#include <sys/types.h>
#include <sha2.h>

/* A table with the blocks 1 (7 bytes), 53 with a 32-bit size (9 bytes of data) and 254 (3 bytes). */
#define BDB        48
#define BDB_SIZE   (22 + (3 + 7) + (3 + 9) + (3 + 3))
#define VBT_SIZE   (BDB + BDB_SIZE)
#define FILE_BYTES 512

struct table {
	uint8_t bytes[FILE_BYTES];
};

static void put16(uint8_t *p, unsigned value)
{
	p[0] = (uint8_t)value;
	p[1] = (uint8_t)(value >> 8);
}

static void right_the_checksum(struct table *table)
{
	uint8_t sum = 0;

	table->bytes[26] = 0;
	for (size_t i = 0; i < VBT_SIZE; i++)
		sum = (uint8_t)(sum + table->bytes[i]);
	table->bytes[26] = (uint8_t)-sum;
}

static struct table make_table(const char *signature)
{
	struct table table = {{0}};
	uint8_t *p = table.bytes;

	memset(p, ' ', 20);
	memcpy(p, signature, strlen(signature));
	put16(p + 20, 100);
	put16(p + 22, 48);
	put16(p + 24, VBT_SIZE);
	put16(p + 28, BDB);
	p += BDB;
	memcpy(p, "BIOS_DATA_BLOCK ", 16);
	put16(p + 16, 236);
	put16(p + 18, 22);
	put16(p + 20, BDB_SIZE);
	p += 22;
	p[0] = 1;
	put16(p + 1, 7);
	memset(p + 3, 0x11, 7);
	p += 10;
	p[0] = 53;
	put16(p + 1, 0); /* does not count: the version below is 3 */
	p[3] = 3;
	put16(p + 4, 4); /* bytes behind the version and this size */
	p += 12;
	p[0] = 254;
	put16(p + 1, 3);
	right_the_checksum(&table);
	return table;
}

static struct igdrom_vbt *parse(const struct table *table, struct igdrom_report *report)
{
	struct igdrom_vbt *vbt;

	assert_int_equal(igdrom_vbt_parse(table->bytes, FILE_BYTES, report, &vbt), IGDROM_OK);
	return vbt;
}

static bool says(const struct igdrom_report *report, const char *code)
{
	return find_in(report, code);
}

static struct igdrom_report *check(const struct igdrom_vbt *vbt, uint16_t device_id)
{
	struct igdrom_report *report;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_vbt_check(vbt, device_id, report), IGDROM_OK);
	return report;
}

static void reads_header_blocks_and_digest(void **state)
{
	struct table table = make_table("$VBT TIGERLAKE");
	struct igdrom_vbt *vbt = parse(&table, NULL);
	char digest[SHA256_DIGEST_STRING_LENGTH];

	(void)state;
	assert_string_equal(igdrom_vbt_signature(vbt), "$VBT TIGERLAKE");
	assert_int_equal(igdrom_vbt_version(vbt), 100);
	assert_int_equal(igdrom_vbt_bdb_version(vbt), 236);
	assert_int_equal(igdrom_vbt_size(vbt), VBT_SIZE);
	assert_true(igdrom_vbt_checksum_ok(vbt));
	assert_string_equal(igdrom_vbt_sha256(vbt), SHA256Data(table.bytes, VBT_SIZE, digest));
	assert_int_equal(igdrom_vbt_bytes(vbt).size, VBT_SIZE);
	assert_memory_equal(igdrom_vbt_bytes(vbt).data, table.bytes, VBT_SIZE);
	assert_int_equal(igdrom_vbt_block_count(vbt), 3);
	assert_int_equal(igdrom_vbt_block_id(vbt, 0), 1);
	assert_string_equal(igdrom_vbt_block_name(vbt, 0), "general features");
	assert_int_equal(igdrom_vbt_block_offset(vbt, 0), BDB + 22 + 3);
	assert_int_equal(igdrom_vbt_block_bytes(vbt, 0).size, 7);
	assert_int_equal(igdrom_vbt_block_bytes(vbt, 0).data[6], 0x11);
	assert_int_equal(igdrom_vbt_block_id(vbt, 2), 254);
	igdrom_vbt_free(vbt);
}

static void a_long_mipi_sequence_has_its_size_in_its_data(void **state)
{
	struct table table = make_table("$VBT TIGERLAKE");
	struct igdrom_vbt *vbt = parse(&table, NULL);

	(void)state;
	assert_int_equal(igdrom_vbt_block_id(vbt, 1), 53);
	assert_int_equal(igdrom_vbt_block_bytes(vbt, 1).size, 9);
	igdrom_vbt_free(vbt);
	table.bytes[BDB + 22 + 10 + 3] = 2; /* an older version: the 16-bit size counts, 0 */
	vbt = parse(&table, NULL);
	assert_int_equal(igdrom_vbt_block_bytes(vbt, 1).size, 0);
	igdrom_vbt_free(vbt);
}

static void a_wrong_checksum_is_told_and_mended_and_nothing_else_changes(void **state)
{
	struct table table = make_table("$VBT TIGERLAKE");
	struct igdrom_report *report;
	struct igdrom_bytes fixed;
	struct igdrom_vbt *vbt;
	uint8_t right = table.bytes[26];

	(void)state;
	table.bytes[26] ^= 0x40;
	vbt = parse(&table, NULL);
	assert_false(igdrom_vbt_checksum_ok(vbt));
	report = check(vbt, 0);
	assert_true(says(report, "vbt-checksum"));
	igdrom_report_free(report);
	assert_int_equal(igdrom_vbt_fix_checksum(vbt, &fixed), IGDROM_OK);
	assert_int_equal(fixed.size, VBT_SIZE);
	table.bytes[26] = right;
	assert_memory_equal(fixed.data, table.bytes, VBT_SIZE);
	igdrom_bytes_free(&fixed);
	igdrom_vbt_free(vbt);
}

/* facts: Tiger Lake and Alder Lake-S boards have $VBT TIGERLAKE, Alder Lake-P ones do not. */
static void the_signature_is_compared_with_what_is_known_of_the_device(void **state)
{
	struct table table = make_table("$VBT TIGERLAKE");
	struct igdrom_vbt *vbt = parse(&table, NULL);
	struct igdrom_report *report;

	(void)state;
	assert_int_equal(igdrom_vbt_fits(vbt, 0x9a49), IGDROM_YES);
	assert_int_equal(igdrom_vbt_fits(vbt, 0x4680), IGDROM_YES);
	assert_int_equal(igdrom_vbt_fits(vbt, 0x46a6), IGDROM_NO);
	assert_int_equal(igdrom_vbt_fits(vbt, 0x64a0), IGDROM_UNKNOWN); /* Lunar Lake: none seen */
	assert_int_equal(igdrom_vbt_fits(vbt, 0x0042 + 0xf000), IGDROM_UNKNOWN);
	report = check(vbt, 0x4680);
	assert_true(says(report, "vbt-device-fits"));
	assert_false(says(report, "vbt-checksum"));
	igdrom_report_free(report);
	report = check(vbt, 0x46a6);
	assert_true(says(report, "vbt-device-other"));
	assert_int_equal(igdrom_report_worst(report), IGDROM_SEVERITY_WARNING);
	igdrom_report_free(report);
	igdrom_vbt_free(vbt);
}

/* The name of Coffee Lake's other signature must not match as a part of a longer one. */
static void a_part_of_a_signature_is_no_match(void **state)
{
	struct table table = make_table("$VBT SKY");
	struct igdrom_vbt *vbt = parse(&table, NULL);

	(void)state;
	assert_int_equal(igdrom_vbt_fits(vbt, 0x1912), IGDROM_NO);
	igdrom_vbt_free(vbt);
}

static void damaged_headers_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum igdrom_status status;
	} cases[] = {
		{0, 'X', IGDROM_E_NOT_RECOGNIZED}, {4, '_', IGDROM_E_CORRUPT},
		{5, ' ', IGDROM_E_CORRUPT},        {6, 0x01, IGDROM_E_CORRUPT},
		{22, 47, IGDROM_E_CORRUPT},        {22, 65, IGDROM_E_CORRUPT},
		{25, 0xff, IGDROM_E_TRUNCATED},    {28, 47, IGDROM_E_CORRUPT},
		{30, 1, IGDROM_E_CORRUPT},         {BDB, 'b', IGDROM_E_CORRUPT},
		{BDB + 16, 99, IGDROM_E_CORRUPT},  {BDB + 17, 2, IGDROM_E_CORRUPT},
		{BDB + 18, 21, IGDROM_E_CORRUPT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct table table = make_table("$VBT TIGERLAKE");
		struct igdrom_vbt *vbt;

		table.bytes[cases[i].at] = cases[i].value;
		if (cases[i].at == BDB + 17)
			table.bytes[BDB + 16] = 0xff; /* 767 */
		print_message("byte %zu\n", cases[i].at);
		assert_int_equal(igdrom_vbt_parse(table.bytes, FILE_BYTES, NULL, &vbt),
				 cases[i].status);
		assert_null(vbt);
	}
}

static void every_prefix_is_refused_cleanly(void **state)
{
	struct table table = make_table("$VBT TIGERLAKE");

	(void)state;
	for (size_t size = 0; size <= VBT_SIZE; size++) {
		uint8_t *copy = malloc(size ? size : 1);
		struct igdrom_vbt *vbt;
		enum igdrom_status status;

		assert_non_null(copy);
		memcpy(copy, table.bytes, size);
		status = igdrom_vbt_parse(copy, size, NULL, &vbt);
		assert_int_equal(status == IGDROM_OK, size == VBT_SIZE);
		igdrom_vbt_free(vbt);
		free(copy);
	}
}

static void a_block_that_reaches_out_of_the_table_is_cut_and_told(void **state)
{
	struct table table = make_table("$VBT TIGERLAKE");
	struct igdrom_report *report;
	struct igdrom_vbt *vbt;

	(void)state;
	put16(table.bytes + BDB + 22 + 10 + 12 + 1, 200);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	vbt = parse(&table, report);
	assert_true(says(report, "vbt-block-cut"));
	assert_int_equal(igdrom_vbt_block_count(vbt), 3);
	assert_int_equal(igdrom_vbt_block_bytes(vbt, 2).size, 3);
	igdrom_vbt_free(vbt);
	igdrom_report_free(report);
}

/* What code and setup strings of real images hold is no VBT. */
static void only_real_tables_are_found(void **state)
{
	static uint8_t image[4096];
	struct table table = make_table("$VBT TIGERLAKE");
	struct cur c;
	size_t at, size;

	(void)state;
	memset(image, '$', 64);
	memcpy(image + 100, "\x81\x38$VBT\x75\x10", 8); /* cmp dword [eax], '$VBT' */
	memcpy(image + 200, "$VBT is not here", 16);
	c = cur_from(image, sizeof(image), 0);
	assert_false(vbt_find(c, 0, &at, &size));
	memcpy(image + 1001, table.bytes, VBT_SIZE);
	memcpy(image + 2000, table.bytes, VBT_SIZE);
	assert_true(vbt_find(c, 0, &at, &size));
	assert_int_equal(at, 1001);
	assert_int_equal(size, VBT_SIZE);
	assert_true(vbt_find(c, at + size, &at, &size));
	assert_int_equal(at, 2000);
	assert_false(vbt_find(c, at + 1, &at, &size));
	c = cur_from(image, 2000 + VBT_SIZE - 1, 0);
	assert_false(vbt_find(c, 1002, &at, &size));
}

/* A table with one block, for BDB version `version`. */
static struct igdrom_vbt *with_block(unsigned version, uint8_t id, const uint8_t *data, size_t size)
{
	struct table table = make_table("$VBT TIGERLAKE");
	uint8_t *p = table.bytes + BDB;

	assert_true(22 + 3 + size <= BDB_SIZE + 300);
	put16(table.bytes + 24, (unsigned)(BDB + 22 + 3 + size));
	put16(p + 16, version);
	put16(p + 20, (unsigned)(22 + 3 + size));
	p[22] = id;
	put16(p + 23, (unsigned)size);
	memcpy(p + 25, data, size);
	return parse(&table, NULL);
}

/* General definitions: 5 bytes, then one connector of `size` bytes; offsets as in
 * intel_vbt_defs.h, struct child_device_config. */
static struct igdrom_vbt *with_port(unsigned version, uint8_t size, unsigned type, uint8_t dvo_port,
				    uint8_t flags, uint8_t aux)
{
	uint8_t data[5 + 44] = {0};

	data[4] = size;
	put16(data + 5 + 0, 0x0004);
	put16(data + 5 + 2, type);
	data[5 + 7] = 3 << 5;
	data[5 + 16] = dvo_port;
	data[5 + 19] = 2;
	data[5 + 23] = flags;
	data[5 + 25] = aux;
	if (size > 33)
		data[5 + 33] = 0x03;
	if (size > 38)
		data[5 + 38] = 3;
	return with_block(version, 2, data, 5u + size);
}

/* Device types as real tables have them: 60D2h HDMI, 60D6h DP with HDMI, 68C6h DP, 1806h eDP,
 * 1022h LVDS, 1400h DSI, 6001h VGA, 1009h TV, 68D2h DVI. */
static void connectors_are_told_in_words(void **state)
{
	static const struct {
		unsigned type;
		uint8_t dvo_port;
		const char *name;
	} cases[] = {
		{0x60d2, 1, "HDMI-A on DDI B"},
		{0x60d6, 8, "DP++ on DDI C"},
		{0x68c6, 13, "DP on DDI F"},
		{0x1806, 10, "eDP on DDI A"},
		{0x1022, 4, "LVDS"},
		{0x1400, 22, "DSI B"},
		{0x6001, 6, "VGA"},
		{0x1009, 5, "TV"},
		{0x68d2, 3, "DVI-D on DDI D"},
		{0x60d2, 99, "HDMI-A"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct igdrom_vbt *vbt =
			with_port(236, 39, cases[i].type, cases[i].dvo_port, 0, 0x20);
		const struct igdrom_vbt_port *port = igdrom_vbt_port_at(vbt, 0);

		assert_int_equal(igdrom_vbt_port_count(vbt), 1);
		assert_string_equal(igdrom_vbt_port_name(port), cases[i].name);
		assert_int_equal(igdrom_vbt_port_device_type(port), cases[i].type);
		assert_string_equal(igdrom_vbt_port_aux(port), "C");
		assert_int_equal(igdrom_vbt_port_ddc(port), 2);
		assert_int_equal(igdrom_vbt_port_handle(port), 4);
		igdrom_vbt_free(vbt);
	}
}

static void fields_count_from_the_version_that_gave_them_a_meaning(void **state)
{
	const unsigned all = IGDROM_VBT_PORT_LANE_REVERSAL | IGDROM_VBT_PORT_LSPCON |
			     IGDROM_VBT_PORT_HPD_INVERT | IGDROM_VBT_PORT_TYPE_C |
			     IGDROM_VBT_PORT_THUNDERBOLT;
	const struct {
		unsigned version;
		uint8_t size;
		unsigned flags, lanes, link_rate, tmds;
	} cases[] = {
		{183, 33, 0, 0, 0, 0},
		{184, 33, IGDROM_VBT_PORT_LANE_REVERSAL, 0, 0, 0},
		{192, 33, IGDROM_VBT_PORT_LANE_REVERSAL | IGDROM_VBT_PORT_LSPCON, 0, 0, 0},
		{208, 38, all & ~(unsigned)IGDROM_VBT_PORT_THUNDERBOLT, 0, 0, 594000},
		{216, 39, all, 0, 162000, 594000},
		{230, 39, all, 0, 540000, 594000},
		{244, 39, all, 3, 540000, 594000},
		{263, 44, all, 3, 540000, 594000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct igdrom_vbt *vbt =
			with_port(cases[i].version, cases[i].size, 0x68c6, 7, 0x80 | 0x16, 0x10);
		const struct igdrom_vbt_port *port = igdrom_vbt_port_at(vbt, 0);

		print_message("BDB %u\n", cases[i].version);
		assert_int_equal(igdrom_vbt_port_flags(port), cases[i].flags);
		assert_int_equal(igdrom_vbt_port_lanes(port), cases[i].lanes);
		assert_int_equal(igdrom_vbt_port_max_link_rate(port), cases[i].link_rate);
		assert_int_equal(igdrom_vbt_port_max_tmds(port), cases[i].tmds);
		igdrom_vbt_free(vbt);
	}
}

static void empty_entries_and_entries_that_are_too_small_are_passed_over(void **state)
{
	struct igdrom_vbt *vbt = with_port(236, 39, 0, 1, 0, 0);

	(void)state;
	assert_int_equal(igdrom_vbt_port_count(vbt), 0);
	igdrom_vbt_free(vbt);
	vbt = with_port(236, 21, 0x60d2, 1, 0, 0);
	assert_int_equal(igdrom_vbt_port_count(vbt), 0);
	igdrom_vbt_free(vbt);
}

/* An entry of 22 bytes ends behind the DDC pin; one that says less than its version has is read as
 * what fills the block (VbtMtlpLp5.dat of Slim Bootloader). */
static void entries_of_every_size_are_read(void **state)
{
	struct igdrom_vbt *vbt = with_port(105, 22, 0x60d2, 1, 0x06, 0x20);
	uint8_t data[5 + 2 * 40] = {0, 0, 0, 0, 39};

	(void)state;
	assert_int_equal(igdrom_vbt_port_count(vbt), 1);
	assert_int_equal(igdrom_vbt_port_ddc(igdrom_vbt_port_at(vbt, 0)), 2);
	assert_null(igdrom_vbt_port_aux(igdrom_vbt_port_at(vbt, 0)));
	igdrom_vbt_free(vbt);
	put16(data + 5 + 2, 0x60d2);
	put16(data + 5 + 40 + 2, 0x68c6);
	data[5 + 40 + 16] = 8;
	vbt = with_block(261, 2, data, sizeof(data));
	assert_int_equal(igdrom_vbt_port_count(vbt), 2);
	assert_string_equal(igdrom_vbt_port_name(igdrom_vbt_port_at(vbt, 1)), "DP on DDI C");
	igdrom_vbt_free(vbt);
}

static void generic_timings_win_over_the_old_ones(void **state)
{
	uint8_t data[2 + 2 * 32] = {32, 0};
	struct igdrom_vbt *vbt;

	(void)state;
	data[2] = 0x10; /* 10000 kHz */
	data[3] = 0x27;
	put16(data + 2 + 4, 1200);
	put16(data + 2 + 12, 1920);
	vbt = with_block(236, 58, data, sizeof(data));
	assert_int_equal(igdrom_vbt_panel_count(vbt), 1); /* the second has no clock */
	assert_int_equal(igdrom_vbt_panel_width(igdrom_vbt_panel_at(vbt, 0)), 1200);
	assert_int_equal(igdrom_vbt_panel_height(igdrom_vbt_panel_at(vbt, 0)), 1920);
	assert_int_equal(igdrom_vbt_panel_clock(igdrom_vbt_panel_at(vbt, 0)), 10000);
	igdrom_vbt_free(vbt);
}

static void features_are_named_when_their_bit_is_set(void **state)
{
	static const uint8_t data[5] = {0, 0x02, 0x04, 0, 0x01};
	struct igdrom_vbt *vbt = with_block(200, 1, data, sizeof(data));

	(void)state;
	assert_int_equal(igdrom_vbt_feature_count(vbt), 2);
	assert_string_equal(igdrom_vbt_feature_at(vbt, 0), "picture rotated by 180 degrees");
	assert_string_equal(igdrom_vbt_feature_at(vbt, 1), "VGA connector supported");
	assert_null(igdrom_vbt_feature_at(vbt, 2));
	igdrom_vbt_free(vbt);
}

static uint8_t opregion[0x2000 + FILE_BYTES];

static struct igdrom_opregion *make_opregion(unsigned version, const struct table *mailbox,
					     const struct table *behind,
					     struct igdrom_report *report)
{
	struct igdrom_opregion *out;

	memset(opregion, 0, sizeof(opregion));
	memcpy(opregion, "IntelGraphicsMem", 16);
	opregion[0x10] = 8;
	put16(opregion + 0x16, version);
	opregion[0x58] = 0x0d;
	if (mailbox)
		memcpy(opregion + 0x400, mailbox->bytes, VBT_SIZE);
	if (behind) {
		memcpy(opregion + 0x2000, behind->bytes, VBT_SIZE);
		put16(opregion + 0x3ba, 0x2000);
		put16(opregion + 0x3c2, VBT_SIZE);
	}
	assert_int_equal(igdrom_opregion_parse(opregion, sizeof(opregion), report, &out),
			 IGDROM_OK);
	return out;
}

static void an_opregion_gives_its_vbt_from_both_places(void **state)
{
	struct table small = make_table("$VBT SKYLAKE"), large = make_table("$VBT ALDERLAKE-P");
	struct igdrom_opregion *out = make_opregion(0x0200, &small, NULL, NULL);

	(void)state;
	assert_string_equal(igdrom_opregion_version(out), "2.0");
	assert_int_equal(igdrom_opregion_size_kib(out), 8);
	assert_int_equal(igdrom_opregion_mailboxes(out),
			 IGDROM_MAILBOX_ACPI | IGDROM_MAILBOX_ASLE | IGDROM_MAILBOX_VBT);
	assert_int_equal(igdrom_opregion_vbt_offset(out), 0x400);
	assert_string_equal(igdrom_vbt_signature(igdrom_opregion_vbt(out)), "$VBT SKYLAKE");
	igdrom_opregion_free(out);
	out = make_opregion(0x0201, &small, &large, NULL);
	assert_int_equal(igdrom_opregion_vbt_offset(out), 0x2000);
	assert_string_equal(igdrom_vbt_signature(igdrom_opregion_vbt(out)), "$VBT ALDERLAKE-P");
	igdrom_opregion_free(out);
}

static void an_opregion_says_why_it_has_no_vbt(void **state)
{
	struct table large = make_table("$VBT ALDERLAKE-P");
	struct igdrom_report *report;
	struct igdrom_opregion *out;

	(void)state;
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	out = make_opregion(0x0200, NULL, &large, report);
	assert_null(igdrom_opregion_vbt(out));
	assert_true(says(report, "opregion-vbt-absolute"));
	igdrom_opregion_free(out);
	out = make_opregion(0x0201, NULL, NULL, report);
	assert_null(igdrom_opregion_vbt(out));
	assert_int_equal(igdrom_opregion_vbt_offset(out), 0);
	assert_true(says(report, "opregion-vbt-none"));
	igdrom_opregion_free(out);
	assert_int_equal(igdrom_opregion_parse(opregion, 0x1fff, report, &out), IGDROM_E_TRUNCATED);
	assert_true(says(report, "opregion-truncated"));
	assert_int_equal(igdrom_opregion_parse("no", 2, report, &out), IGDROM_E_NOT_RECOGNIZED);
	igdrom_report_free(report);
}

static void misuse_is_refused(void **state)
{
	struct igdrom_bytes out;
	struct igdrom_vbt *vbt;

	(void)state;
	assert_int_equal(igdrom_vbt_parse("", 0, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vbt_parse(NULL, 1, NULL, &vbt), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vbt_parse(NULL, 0, NULL, &vbt), IGDROM_E_NOT_RECOGNIZED);
	assert_int_equal(igdrom_vbt_check(NULL, 0, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vbt_fix_checksum(NULL, &out), IGDROM_E_INVAL);
	assert_int_equal(igdrom_vbt_fits(NULL, 0x4680), IGDROM_UNKNOWN);
	igdrom_vbt_free(NULL);
	assert_string_equal(igdrom_vbt_signature(NULL), "");
	assert_string_equal(igdrom_vbt_block_name(NULL, 0), "");
	assert_int_equal(igdrom_vbt_block_bytes(NULL, 0).size + igdrom_vbt_block_count(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_header_blocks_and_digest),
		cmocka_unit_test(a_long_mipi_sequence_has_its_size_in_its_data),
		cmocka_unit_test(a_wrong_checksum_is_told_and_mended_and_nothing_else_changes),
		cmocka_unit_test(the_signature_is_compared_with_what_is_known_of_the_device),
		cmocka_unit_test(a_part_of_a_signature_is_no_match),
		cmocka_unit_test(damaged_headers_are_refused),
		cmocka_unit_test(every_prefix_is_refused_cleanly),
		cmocka_unit_test(a_block_that_reaches_out_of_the_table_is_cut_and_told),
		cmocka_unit_test(only_real_tables_are_found),
		cmocka_unit_test(connectors_are_told_in_words),
		cmocka_unit_test(fields_count_from_the_version_that_gave_them_a_meaning),
		cmocka_unit_test(empty_entries_and_entries_that_are_too_small_are_passed_over),
		cmocka_unit_test(entries_of_every_size_are_read),
		cmocka_unit_test(generic_timings_win_over_the_old_ones),
		cmocka_unit_test(features_are_named_when_their_bit_is_set),
		cmocka_unit_test(an_opregion_gives_its_vbt_from_both_places),
		cmocka_unit_test(an_opregion_says_why_it_has_no_vbt),
		cmocka_unit_test(misuse_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
