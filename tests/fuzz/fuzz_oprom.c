/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Option ROMs: what is read is written back byte for byte; a repair gives a ROM that is read again,
 * that a second repair leaves alone, and that carries the same drivers.
 */
#include "fuzz/fuzz.h"

#include <igdrom/limits.h>
#include <igdrom/rom.h>

#include "oprom/oprom.h"

#include <string.h>

static bool same(struct igdrom_bytes a, const uint8_t *data, size_t size)
{
	return a.size == size && (size == 0 || memcmp(a.data, data, size) == 0);
}

static void use_image(const struct igdrom_rom *rom, const struct igdrom_rom_image *image)
{
	struct igdrom_bytes bytes = igdrom_rom_image_bytes(image);
	struct igdrom_bytes payload;
	size_t count = igdrom_rom_image_device_list_count(image);

	FUZZ_CHECK(bytes.size == igdrom_rom_image_size(image) && bytes.size > 0);
	FUZZ_CHECK(igdrom_rom_image_offset(image) + bytes.size <= igdrom_rom_size(rom));
	FUZZ_CHECK(igdrom_rom_image_pcir_offset(image) < bytes.size);
	FUZZ_CHECK(count <= OPROM_MAX_DEVICE_IDS);
	for (size_t i = 0; i < count; i++)
		FUZZ_CHECK(igdrom_rom_image_device_list_at(image, i) != 0);
	if (igdrom_rom_image_payload(image, &payload) == IGDROM_OK)
		FUZZ_CHECK(strlen(igdrom_rom_image_payload_sha256(image)) == 64);
	else
		FUZZ_CHECK(!igdrom_rom_image_payload_sha256(image));
}

static void use_manifest(const struct igdrom_manifest *manifest)
{
	size_t length = 0;

	for (size_t i = 0; i < igdrom_manifest_count(manifest); i++) {
		const struct igdrom_manifest_entry *entry = igdrom_manifest_at(manifest, i);

		length += strlen(igdrom_manifest_entry_name(entry));
		length += strlen(igdrom_manifest_entry_version(entry));
		length += strlen(igdrom_manifest_entry_origin(entry));
		FUZZ_CHECK(strlen(igdrom_manifest_entry_sha256(entry)) == 64);
	}
	FUZZ_CHECK(length <= 3 * 1024 * igdrom_manifest_count(manifest));
}

static void use_rom(const struct igdrom_rom *rom, const uint8_t *data, size_t size)
{
	struct igdrom_report *report;
	struct igdrom_bytes out;

	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	FUZZ_CHECK(igdrom_rom_image_count(rom) > 0);
	for (size_t i = 0; i < igdrom_rom_image_count(rom); i++)
		use_image(rom, igdrom_rom_image_at(rom, i));
	use_manifest(igdrom_rom_manifest(rom));
	FUZZ_CHECK(igdrom_rom_write(rom, &out) == IGDROM_OK);
	FUZZ_CHECK(same(out, data, size));
	igdrom_bytes_free(&out);
	oprom_check_structure(rom, report);
	igdrom_report_free(report);
}

static void use_repair(const struct igdrom_limits *limits, const uint8_t *data, size_t size)
{
	struct igdrom_bytes once, twice;
	struct igdrom_rom *rom;

	FUZZ_CHECK(igdrom_rom_fix(data, size, limits, NULL, &once) == IGDROM_OK);
	FUZZ_CHECK(igdrom_rom_parse(once.data, once.size, limits, NULL, &rom) == IGDROM_OK);
	igdrom_rom_free(rom);
	FUZZ_CHECK(igdrom_rom_fix(once.data, once.size, limits, NULL, &twice) == IGDROM_OK);
	FUZZ_CHECK(same(twice, once.data, once.size));
	igdrom_bytes_free(&once);
	igdrom_bytes_free(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_limits *limits;
	struct igdrom_report *report;
	struct igdrom_rom *rom;

	FUZZ_CHECK(igdrom_limits_new(&limits) == IGDROM_OK);
	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	FUZZ_CHECK(igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES, 1 << 20) == IGDROM_OK);
	if (igdrom_rom_parse(data, size, limits, report, &rom) == IGDROM_OK) {
		use_rom(rom, data, size);
		igdrom_rom_free(rom);
		use_repair(limits, data, size);
	} else {
		FUZZ_CHECK(igdrom_report_worst(report) == IGDROM_SEVERITY_ERROR);
	}
	igdrom_report_free(report);
	igdrom_limits_free(limits);
	return 0;
}
