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

#define REBUILD_MAX 2048 /* larger payloads are not built again */

static bool same(struct igdrom_bytes a, const uint8_t *data, size_t size)
{
	return a.size == size && (size == 0 || memcmp(a.data, data, size) == 0);
}

/* What was carried is carried by a new image, packed or plain. */
static void rebuild(const struct igdrom_rom_image *image, struct igdrom_bytes payload)
{
	uint16_t id = igdrom_rom_image_device_id(image);
	struct oprom_image_spec spec = {
		.vendor_id = igdrom_rom_image_vendor_id(image),
		.device_ids = &id,
		.device_id_count = 1,
		.class_code = igdrom_rom_image_class_code(image),
		.code_revision = igdrom_rom_image_code_revision(image),
		.pcir_revision = igdrom_rom_image_pcir_revision(image) ? 3 : 0,
		.code_type = IGDROM_CODE_TYPE_EFI,
		.machine = igdrom_rom_image_machine(image),
		.subsystem = igdrom_rom_image_subsystem(image),
		.payload = payload.data,
		.payload_size = payload.size,
		.compress = igdrom_rom_image_compressed(image),
	};
	const struct igdrom_rom_image *again;
	struct igdrom_bytes bytes, found;
	struct igdrom_rom *rom;

	FUZZ_CHECK(oprom_build_image(&spec, &bytes) == IGDROM_OK);
	FUZZ_CHECK(oprom_set_last((uint8_t *)(uintptr_t)bytes.data, bytes.size, true) == IGDROM_OK);
	FUZZ_CHECK(igdrom_rom_parse(bytes.data, bytes.size, NULL, NULL, &rom) == IGDROM_OK);
	again = igdrom_rom_image_at(rom, 0);
	FUZZ_CHECK(igdrom_rom_trailing(rom).size == 0 && igdrom_rom_image_last(again));
	FUZZ_CHECK(igdrom_rom_image_size(again) == bytes.size);
	FUZZ_CHECK(igdrom_rom_image_vendor_id(again) == spec.vendor_id);
	FUZZ_CHECK(igdrom_rom_image_class_code(again) == spec.class_code);
	FUZZ_CHECK(igdrom_rom_image_payload(again, &found) == IGDROM_OK);
	/* Padding that was part of it cannot be told from that of the image. */
	FUZZ_CHECK(found.size == payload.size || !igdrom_rom_image_compressed(again));
	FUZZ_CHECK(memcmp(found.data, payload.data,
			  found.size < payload.size ? found.size : payload.size) == 0);
	igdrom_rom_free(rom);
	igdrom_bytes_free(&bytes);
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
	FUZZ_CHECK(*igdrom_code_type_name(igdrom_rom_image_code_type(image)));
	if (igdrom_rom_image_payload(image, &payload) != IGDROM_OK) {
		FUZZ_CHECK(!igdrom_rom_image_payload_sha256(image));
		return;
	}
	FUZZ_CHECK(strlen(igdrom_rom_image_payload_sha256(image)) == 64);
	if (payload.size > 0 && payload.size <= REBUILD_MAX)
		rebuild(image, payload);
}

static void use_manifest(const struct igdrom_manifest *manifest)
{
	size_t length = strlen(igdrom_manifest_tool(manifest));
	unsigned devices = 0;

	for (size_t i = 0; i < igdrom_manifest_count(manifest); i++) {
		const struct igdrom_manifest_entry *entry = igdrom_manifest_at(manifest, i);

		length += strlen(igdrom_manifest_entry_name(entry));
		length += strlen(igdrom_manifest_entry_version(entry));
		length += strlen(igdrom_manifest_entry_origin(entry));
		length += igdrom_manifest_entry_image(entry) > 255;
		length += *igdrom_manifest_kind_name(igdrom_manifest_entry_kind(entry)) == 0;
		for (size_t k = 0; k < igdrom_manifest_entry_device_count(entry); k++)
			devices ^= igdrom_manifest_entry_device_at(entry, k);
		FUZZ_CHECK(strlen(igdrom_manifest_entry_sha256(entry)) == 64);
	}
	FUZZ_CHECK(length <= 1024 + 3 * 1024 * igdrom_manifest_count(manifest));
	FUZZ_CHECK(devices <= 0xffff);
}

static void use_rom(const struct igdrom_rom *rom, const uint8_t *data, size_t size)
{
	struct igdrom_report *report;
	struct igdrom_bytes out;

	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	FUZZ_CHECK(igdrom_rom_image_count(rom) > 0);
	FUZZ_CHECK(strlen(igdrom_rom_sha256(rom)) == 64);
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
