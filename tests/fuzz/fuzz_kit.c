/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any file is checked, and put into a ROM by each way in; what comes out is a ROM that can be read,
 * is the same when built again, and has no errors unless they were forced. Layout of an input: one
 * byte of flags, a device id, the file.
 */
#include "fuzz/fuzz.h"

#include <igdrom/igdrom.h>

#include <string.h>

#define FLAG_GUEST_DRIVER 0x01
#define FLAG_PLAIN        0x02
#define FLAG_FORCE        0x04
#define FLAG_OPEN_ENDED   0x08
#define FLAG_PCI23        0x10
#define FLAG_WAYS         5 /* shift: bits 5 to 7 are gop, efi, legacy */
#define HEADER_SIZE       3

struct input {
	uint8_t flags;
	uint16_t device_id;
	const uint8_t *file;
	size_t size;
};

static bool add(struct igdrom_rom_builder *b, const struct input *in, struct igdrom_report *report)
{
	enum igdrom_status status[3] = {IGDROM_E_NOT_RECOGNIZED, IGDROM_E_NOT_RECOGNIZED,
					IGDROM_E_NOT_RECOGNIZED};
	unsigned ways = in->flags >> FLAG_WAYS;

	if (ways & 1)
		status[0] = igdrom_rom_builder_add_gop(b, in->file, in->size, "a", "b", report);
	if (ways & 2)
		status[1] = igdrom_rom_builder_add_efi(b, in->file, in->size, "c", report);
	if (ways & 4)
		status[2] = igdrom_rom_builder_add_legacy(b, in->file, in->size, NULL, report);
	for (size_t i = 0; i < 3; i++)
		FUZZ_CHECK(status[i] != IGDROM_E_INTERNAL && status[i] != IGDROM_E_INVAL);
	return status[0] == IGDROM_OK || status[1] == IGDROM_OK || status[2] == IGDROM_OK;
}

static void set_up(struct igdrom_rom_builder *b, const struct input *in)
{
	FUZZ_CHECK(igdrom_rom_builder_set_compress(b, !(in->flags & FLAG_PLAIN)) == IGDROM_OK);
	FUZZ_CHECK(igdrom_rom_builder_set_force(b, in->flags & FLAG_FORCE) == IGDROM_OK);
	FUZZ_CHECK(igdrom_rom_builder_set_open_ended(b, in->flags & FLAG_OPEN_ENDED) == IGDROM_OK);
	FUZZ_CHECK(igdrom_rom_builder_set_pcir_revision(b, in->flags & FLAG_PCI23 ? 0 : 3) ==
		   IGDROM_OK);
	FUZZ_CHECK(igdrom_rom_builder_set_target(b, in->device_id) == IGDROM_OK);
	if (in->flags & FLAG_GUEST_DRIVER)
		FUZZ_CHECK(igdrom_rom_builder_add_guest_driver(b) == IGDROM_OK);
}

static struct igdrom_bytes build(const struct input *in)
{
	struct igdrom_rom_builder *builder;
	struct igdrom_report *report;
	struct igdrom_bytes out = {0};

	FUZZ_CHECK(igdrom_rom_builder_new(&builder) == IGDROM_OK);
	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	set_up(builder, in);
	if (add(builder, in, report)) {
		enum igdrom_status status = igdrom_rom_builder_finish(builder, report, &out);

		FUZZ_CHECK(status == IGDROM_OK || status == IGDROM_E_REFUSED ||
			   status == IGDROM_E_LIMIT || status == IGDROM_E_STATE);
	}
	igdrom_report_free(report);
	igdrom_rom_builder_free(builder);
	return out;
}

/* For a part of the inputs: it costs as much as all else. */
static void check_same_again(const struct input *in, struct igdrom_bytes bytes)
{
	struct igdrom_bytes again;

	if (in->size % 8)
		return;
	again = build(in);
	FUZZ_CHECK(again.size == bytes.size && !memcmp(again.data, bytes.data, bytes.size));
	igdrom_bytes_free(&again);
}

static void check_built(struct igdrom_bytes bytes)
{
	struct igdrom_bytes written;
	struct igdrom_rom *rom;

	FUZZ_CHECK(igdrom_rom_parse(bytes.data, bytes.size, NULL, NULL, &rom) == IGDROM_OK);
	FUZZ_CHECK(igdrom_rom_write(rom, &written) == IGDROM_OK);
	FUZZ_CHECK(written.size == bytes.size && !memcmp(written.data, bytes.data, bytes.size));
	igdrom_bytes_free(&written);
	igdrom_rom_free(rom);
}

static void check_file(const uint8_t *data, size_t size, uint16_t device_id)
{
	struct igdrom_report *report;
	enum igdrom_status status;

	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	status = igdrom_rom_check(data, size, device_id, NULL, report);
	FUZZ_CHECK(status == IGDROM_OK || status == IGDROM_E_LIMIT);
	igdrom_report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in;
	struct igdrom_bytes bytes;

	if (size < HEADER_SIZE)
		return 0;
	in.flags = data[0];
	in.device_id = (uint16_t)(data[1] | data[2] << 8);
	in.file = data + HEADER_SIZE;
	in.size = size - HEADER_SIZE;
	check_file(in.file, in.size, in.device_id);
	bytes = build(&in);
	if (bytes.size) {
		check_same_again(&in, bytes);
		check_built(bytes);
		check_file(bytes.data, bytes.size, in.device_id);
		igdrom_bytes_free(&bytes);
	}
	return 0;
}
