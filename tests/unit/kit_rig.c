/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"
#include "unit/kit_rig.h"

static const uint16_t desktop_ids[] = {0x4680, 0x4690, 0xcafe, 0xa780};
static const uint16_t overlapping_ids[] = {0x9a49, 0x4690};
static const uint16_t mobile_ids[] = {0x46a6, 0x46d1};

const struct gop_spec gop_desktop = {desktop_ids, 4, "17", "0", "1077", false};
const struct gop_spec gop_mobile = {mobile_ids, 2, "21", "0", "1056", false};

const struct gop_spec gop_overlapping = {overlapping_ids, 2, "17", "0", "1060", false};
const struct gop_spec gop_unreadable = {desktop_ids, 4, "17", "0", "1077", true};

static const uint8_t policy_guid[16] = {0x1b, 0x93, 0x2e, 0xec, 0x81, 0x32, 0xa5, 0x48,
					0x81, 0x07, 0xdf, 0x8a, 0x8b, 0xed, 0x3c, 0x5d};

struct kit kit_new(void)
{
	struct kit kit;

	assert_int_equal(igdrom_rom_builder_new(&kit.builder), IGDROM_OK);
	assert_int_equal(igdrom_report_new(&kit.report), IGDROM_OK);
	return kit;
}

void kit_free(struct kit *kit)
{
	igdrom_rom_builder_free(kit->builder);
	igdrom_report_free(kit->report);
}

const struct igdrom_finding *finding_of(const struct kit *kit, const char *code)
{
	const struct igdrom_finding *finding = find_in(kit->report, code);

	if (!finding)
		fail_msg("no finding %s", code);
	return finding;
}

enum igdrom_severity severity_of(const struct kit *kit, const char *code)
{
	return igdrom_finding_severity(finding_of(kit, code));
}

struct igdrom_rom *finish(struct kit *kit, struct igdrom_bytes *bytes)
{
	struct igdrom_bytes again;
	struct igdrom_rom *rom;

	assert_int_equal(igdrom_rom_builder_finish(kit->builder, kit->report, bytes), IGDROM_OK);
	assert_int_equal(igdrom_rom_parse(bytes->data, bytes->size, NULL, NULL, &rom), IGDROM_OK);
	assert_int_equal(igdrom_rom_write(rom, &again), IGDROM_OK);
	assert_int_equal(again.size, bytes->size);
	assert_memory_equal(again.data, bytes->data, again.size);
	igdrom_bytes_free(&again);
	return rom;
}

void release(struct igdrom_rom *rom, struct igdrom_bytes *bytes)
{
	igdrom_rom_free(rom);
	igdrom_bytes_free(bytes);
}

void assert_payload(const struct igdrom_rom *rom, size_t index, const void *data, size_t size)
{
	struct igdrom_bytes payload;

	assert_int_equal(igdrom_rom_image_payload(igdrom_rom_image_at(rom, index), &payload),
			 IGDROM_OK);
	assert_int_equal(payload.size, size);
	assert_memory_equal(payload.data, data, size);
}

enum igdrom_status add_gop(struct kit *kit, const struct gop_spec *spec, const char *name)
{
	struct file file;

	make_gop(&file, spec);
	return igdrom_rom_builder_add_gop(kit->builder, file.data, file.size, name, "a BIOS",
					  kit->report);
}

enum igdrom_status add_efi(struct kit *kit, const struct driver_spec *spec, const char *name)
{
	struct file file;

	make_driver(&file, spec);
	return igdrom_rom_builder_add_efi(kit->builder, file.data, file.size, name, kit->report);
}

struct igdrom_report *check_rom(const struct file *rom, uint16_t device_id)
{
	struct igdrom_report *report;

	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	assert_int_equal(igdrom_rom_check(rom->data, rom->size, device_id, NULL, report),
			 IGDROM_OK);
	return report;
}

int severity_in(const struct file *rom, uint16_t device_id, const char *code)
{
	struct igdrom_report *report = check_rom(rom, device_id);
	const struct igdrom_finding *finding = find_in(report, code);
	int severity = finding ? (int)igdrom_finding_severity(finding) : -1;

	igdrom_report_free(report);
	return severity;
}

void pad_rom(struct file *rom)
{
	while (rom->size < IGDROM_ROM_MIN_BYTES)
		rom->data[rom->size++] = 0xff;
}

void append_gop(struct file *rom, const struct gop_spec *spec, bool last)
{
	struct file gop;

	make_gop(&gop, spec);
	add_efi_image(rom, &gop, 11, last);
}

void append_policy(struct file *rom, bool last)
{
	uint8_t data[48] = "etc/igd-opregion"; /* the GUID ends with the file */
	const struct driver_spec spec = {.data = data, .data_size = sizeof(data)};
	struct file driver;

	memcpy(data + 32, policy_guid, sizeof(policy_guid));
	make_driver(&driver, &spec);
	add_efi_image(rom, &driver, 11, last);
}

void append_driver(struct file *rom, const struct driver_spec *spec, bool last)
{
	struct file driver;

	make_driver(&driver, spec);
	add_efi_image(rom, &driver, 11, last);
}

void build_rom(struct file *rom, const struct gop_spec *spec)
{
	struct igdrom_rom_builder *builder;
	struct igdrom_bytes bytes;
	struct file gop;

	assert_int_equal(igdrom_rom_builder_new(&builder), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_compress(builder, false), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(builder), IGDROM_OK);
	if (spec) {
		make_gop(&gop, spec);
		assert_int_equal(igdrom_rom_builder_add_gop(builder, gop.data, gop.size, "gop.efi",
							    NULL, NULL),
				 IGDROM_OK);
	}
	assert_int_equal(igdrom_rom_builder_finish(builder, NULL, &bytes), IGDROM_OK);
	assert_true(bytes.size <= sizeof(rom->data));
	memcpy(rom->data, bytes.data, bytes.size);
	rom->size = bytes.size;
	igdrom_bytes_free(&bytes);
	igdrom_rom_builder_free(builder);
}
