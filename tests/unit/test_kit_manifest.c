/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include "igd/crc32.h"
#include "igd/manifest.h"
#include "kit/manifest.h"
#include "unit/kit_rig.h"

#include <stdio.h>

static const uint16_t ids[] = {0x4680, 0x4690, 0xa780};

/* FIPS 180-4: SHA-256 of "abc". */
#define SHA256_ABC                                                                              \
	{                                                                                       \
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d,   \
			0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, \
			0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad                                \
	}

static const struct manifest_record record = {
	.kind = IGDROM_MANIFEST_GOP,
	.image = 1,
	.name = "a.efi",
	.version = "17.0.1077",
	.origin = "BIOS \xe4\xb8\xad",
	.device_ids = ids,
	.device_count = 3,
	.sha256 = SHA256_ABC,
};

/* Written by Python's struct and zlib after igd/manifest.h. */
static const uint8_t expected[] = {
	0x49, 0x47, 0x44, 0x52, 0x4f, 0x4d, 0x00, 0x01, 0x6e, 0x00, 0x00, 0x00, 0x01, 0x00,
	0x4c, 0x00, 0x83, 0xab, 0x38, 0x19, 0x38, 0x00, 0x02, 0x01, 0x00, 0x00, 0x03, 0x00,
	0x55, 0x00, 0x5b, 0x00, 0x65, 0x00, 0x00, 0x00, 0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01,
	0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3,
	0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad, 0x80, 0x46,
	0x90, 0x46, 0x80, 0xa7, 0x00, 0x00, 0x74, 0x6f, 0x6f, 0x6c, 0x20, 0x31, 0x2e, 0x30,
	0x00, 0x61, 0x2e, 0x65, 0x66, 0x69, 0x00, 0x31, 0x37, 0x2e, 0x30, 0x2e, 0x31, 0x30,
	0x37, 0x37, 0x00, 0x42, 0x49, 0x4f, 0x53, 0x20, 0xe4, 0xb8, 0xad, 0x00,
};

static void manifest_is_written_as_the_format_says(void **state)
{
	struct igdrom_bytes out;

	(void)state;
	assert_int_equal(manifest_encode("tool 1.0", &record, 1, &out), IGDROM_OK);
	assert_int_equal(out.size, sizeof(expected));
	assert_memory_equal(out.data, expected, sizeof(expected));
	igdrom_bytes_free(&out);
}

static void manifest_reads_back_as_it_was_written(void **state)
{
	const struct manifest_record records[] = {
		record, {.kind = IGDROM_MANIFEST_EFI, .image = 2, .name = "b.efi"}};
	struct manifest_entry_view entry;
	struct manifest_view view;
	struct igdrom_bytes out;

	(void)state;
	assert_int_equal(manifest_encode("tool", records, 2, &out), IGDROM_OK);
	assert_true(manifest_open(out.data, out.size, &view));
	assert_int_equal(view.entry_count, 2);
	assert_string_equal(view.tool, "tool");
	assert_true(manifest_next(&view, &entry));
	assert_int_equal(entry.kind, IGDROM_MANIFEST_GOP);
	assert_int_equal(entry.image, 1);
	assert_int_equal(entry.device_count, 3);
	assert_memory_equal(entry.devices, "\x80\x46\x90\x46\x80\xa7", 6);
	assert_memory_equal(entry.sha256, record.sha256, sizeof(record.sha256));
	assert_string_equal(entry.name, "a.efi");
	assert_string_equal(entry.version, "17.0.1077");
	assert_string_equal(entry.origin, "BIOS \xe4\xb8\xad");
	assert_true(manifest_next(&view, &entry));
	assert_int_equal(entry.device_count, 0);
	assert_string_equal(entry.name, "b.efi");
	assert_string_equal(entry.version, "");
	assert_false(manifest_next(&view, &entry));
	igdrom_bytes_free(&out);
}

static void load_record_is_written_as_the_format_says(void **state)
{
	/* igd/manifest.h: CRC-32, size, checked, edits, ranges, BDB versions, host's LPC id, reserved */
	static const uint8_t load[] = {0x44, 0x33, 0x22, 0x11, 0x00, 0x10, 0x00, 0x00, 0x01, 0x00,
				       0x00, 0x00, 0xce, 0x00, 0xd1, 0x00, 0x84, 0x7a, 0x00, 0x00};
	struct manifest_record loaded = record;
	struct manifest_entry_view entry;
	struct manifest_view view;
	struct igdrom_bytes out;

	(void)state;
	loaded.has_load = true;
	loaded.load_crc32 = 0x11223344;
	loaded.load_size = 4096;
	loaded.lpc_checked = true;
	loaded.hangs = (struct igdrom_id_range){206, 209};
	loaded.host_lpc = 0x7a84;
	assert_int_equal(manifest_encode("tool", &loaded, 1, &out), IGDROM_OK);
	/* behind header, entry and three ids */
	assert_memory_equal(out.data + 0x14 + 0x30 + 8, load, sizeof(load));
	assert_true(manifest_open(out.data, out.size, &view));
	assert_true(manifest_next(&view, &entry));
	assert_true(entry.has_load);
	assert_int_equal(entry.load_size, 4096);
	assert_int_equal(entry.host_lpc, 0x7a84);
	assert_false(manifest_hangs(&entry, 205));
	assert_true(manifest_hangs(&entry, 206));
	assert_true(manifest_hangs(&entry, 209));
	assert_false(manifest_hangs(&entry, 210));
	assert_false(manifest_hangs(&entry, 0));
	igdrom_bytes_free(&out);
}

#define LOAD_AT (0x14 + 0x30 + 8) /* behind header, entry and three ids */
#define EDIT_AT (LOAD_AT + 20)

/* Two edits, the second in the last bytes of the payload. */
static struct igdrom_bytes encode_edits(void)
{
	struct manifest_record loaded = record;
	struct igdrom_bytes out;

	loaded.has_load = true;
	loaded.load_size = 4096;
	loaded.edit_count = 2;
	loaded.edits[0] = (struct gop_edit){.offset = 16, .size = 5, .id_at = 1};
	loaded.edits[1] = (struct gop_edit){.offset = 4093, .size = 3, .id_at = 0xff};
	assert_int_equal(manifest_encode("", &loaded, 1, &out), IGDROM_OK);
	return out;
}

/* Changes `size` bytes, makes the CRC right again, and reads the entry. */
static struct manifest_entry_view read_changed(const struct igdrom_bytes *bytes, size_t at,
					       size_t size, uint32_t value)
{
	uint8_t *data = (uint8_t *)bytes->data;
	struct manifest_entry_view entry;
	struct manifest_view view;
	uint32_t crc;

	for (size_t i = 0; i < size; i++)
		data[at + i] = (uint8_t)(value >> 8 * i);
	memset(data + 0x10, 0, 4);
	crc = igd_crc32(0, data, bytes->size);
	for (size_t i = 0; i < 4; i++)
		data[0x10 + i] = (uint8_t)(crc >> 8 * i);
	assert_true(manifest_open(data, bytes->size, &view));
	assert_true(manifest_next(&view, &entry));
	return entry;
}

static void a_load_record_that_lies_is_not_used(void **state)
{
	/* what is changed, and whether a load record is left */
	static const struct {
		size_t at, size;
		uint32_t value;
		bool left;
	} cases[] = {
		{LOAD_AT + 9, 1, 3, false}, /* an edit more than there are */
		{LOAD_AT + 9, 1, 255, false},
		{LOAD_AT + 10, 2, 1, false}, /* a range behind the end */
		{LOAD_AT + 10, 2, 0xffff, false},
		{LOAD_AT + 9, 3, 0x000401, true}, /* one edit, four ranges: as much as fits */
		{LOAD_AT + 9, 3, 0x000501, false},
		{0x14 + 4, 2, 0, false},  /* the flag says that there is none */
		{0x14 + 6, 2, 28, false}, /* ids where it was */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct igdrom_bytes bytes = encode_edits();
		struct manifest_entry_view entry =
			read_changed(&bytes, cases[i].at, cases[i].size, cases[i].value);

		assert_int_equal(entry.has_load, cases[i].left);
		assert_int_equal(entry.edit_count != 0, cases[i].left);
		assert_int_equal(entry.lpc_count != 0, cases[i].left);
		assert_false(!cases[i].left && manifest_knows_lpc(&entry, 0));
		igdrom_bytes_free(&bytes);
	}
}

static void an_edit_outside_the_payload_is_refused(void **state)
{
	static const struct {
		size_t at, size;
		uint32_t value;
		bool good;
	} cases[] = {
		{EDIT_AT, 4, 4096 - 5, true},    {EDIT_AT, 4, 4096 - 4, false},
		{EDIT_AT, 4, 0xffffffff, false}, {EDIT_AT, 4, 0xfffffffb, false},
		{EDIT_AT + 4, 1, 6, true},       {EDIT_AT + 4, 1, 7, false},
		{EDIT_AT + 4, 1, 1, false},      {EDIT_AT + 4, 1, 0, false},
		{EDIT_AT + 5, 1, 3, true},       {EDIT_AT + 5, 1, 4, false},
		{EDIT_AT + 5, 1, 0xff, true},    {LOAD_AT + 4, 4, 4, false},
		{LOAD_AT + 4, 4, 0, false},
	};
	struct manifest_edit edit;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct igdrom_bytes bytes = encode_edits();
		struct manifest_entry_view entry =
			read_changed(&bytes, cases[i].at, cases[i].size, cases[i].value);

		assert_int_equal(entry.edit_count, 2);
		assert_int_equal(manifest_edit_at(&entry, 0, &edit), cases[i].good);
		igdrom_bytes_free(&bytes);
	}
}

static void every_prefix_and_every_changed_byte_of_a_manifest_is_refused(void **state)
{
	struct manifest_view view;
	uint8_t copy[sizeof(expected)];

	(void)state;
	assert_true(manifest_open(expected, sizeof(expected), &view));
	for (size_t size = 0; size < sizeof(expected); size++)
		assert_false(manifest_open(expected, size, &view));
	for (size_t at = 0; at < sizeof(expected); at++) {
		memcpy(copy, expected, sizeof(copy));
		copy[at] ^= 0x10;
		assert_false(manifest_open(copy, sizeof(copy), &view));
	}
}

static void what_does_not_fit_its_field_is_refused(void **state)
{
	struct manifest_record records[MANIFEST_MAX_ENTRIES + 1] = {0};
	struct manifest_record far = {.kind = IGDROM_MANIFEST_EFI, .image = 256};
	static uint16_t many[512];
	struct igdrom_bytes out;

	(void)state;
	for (size_t i = 0; i < MANIFEST_MAX_ENTRIES + 1; i++)
		records[i] = (struct manifest_record){.kind = IGDROM_MANIFEST_EFI, .image = i};
	assert_int_equal(manifest_encode("", records, MANIFEST_MAX_ENTRIES, &out), IGDROM_OK);
	igdrom_bytes_free(&out);
	assert_int_equal(manifest_encode("", records, MANIFEST_MAX_ENTRIES + 1, &out),
			 IGDROM_E_LIMIT);
	assert_int_equal(manifest_encode("", &far, 1, &out), IGDROM_E_LIMIT);
	assert_null(out.data);
	/* 70 entries of 512 ids are more than 65535 bytes. */
	for (size_t i = 0; i < 70; i++) {
		records[i].device_ids = many;
		records[i].device_count = 512;
	}
	assert_int_equal(manifest_encode("", records, 70, &out), IGDROM_E_LIMIT);
	assert_null(out.data);
}

static void the_bridge_of_the_host_is_recorded_for_each_gop(void **state)
{
	struct kit kit = kit_new();
	struct manifest_entry_view entry;
	struct manifest_view view;
	struct igdrom_bytes bytes, payload;
	struct igdrom_rom *rom;

	(void)state;
	assert_int_equal(igdrom_rom_builder_set_lpc_id(NULL, 0x7a84), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_set_lpc_id(kit.builder, 0xffff), IGDROM_E_INVAL);
	assert_int_equal(igdrom_rom_builder_set_lpc_id(kit.builder, 0x7a84), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &gop_desktop, "gop.efi"), IGDROM_OK);
	rom = finish(&kit, &bytes);
	assert_int_equal(igdrom_rom_image_payload(igdrom_rom_image_at(rom, 2), &payload),
			 IGDROM_OK);
	assert_true(manifest_open(payload.data, payload.size, &view));
	assert_true(manifest_next(&view, &entry));
	assert_int_equal(entry.host_lpc, 0); /* of our driver, which has no load record */
	assert_true(manifest_next(&view, &entry));
	assert_int_equal(entry.host_lpc, 0x7a84);
	release(rom, &bytes);
	kit_free(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manifest_is_written_as_the_format_says),
		cmocka_unit_test(manifest_reads_back_as_it_was_written),
		cmocka_unit_test(load_record_is_written_as_the_format_says),
		cmocka_unit_test(a_load_record_that_lies_is_not_used),
		cmocka_unit_test(an_edit_outside_the_payload_is_refused),
		cmocka_unit_test(every_prefix_and_every_changed_byte_of_a_manifest_is_refused),
		cmocka_unit_test(the_bridge_of_the_host_is_recorded_for_each_gop),
		cmocka_unit_test(what_does_not_fit_its_field_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
