/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the guest driver reads of its ROM: payloads lie inside, the choice ends, and where the
 * library's parser sees images the guest's sees the same ones.
 */
#include "fuzz/fuzz.h"

#include "igd/choose.h"
#include "igd/crc32.h"
#include "igd/rom.h"

#include <igdrom/rom.h>

#include <string.h>

static void choose(const struct manifest_view *view, uint16_t device_id, const char *wanted)
{
	struct gop_wish wish = {.device_id = device_id, .wanted = wanted};
	struct manifest_entry_view entry;
	unsigned rounds = 0;

	while (gop_choose(view, &wish, &entry)) {
		FUZZ_CHECK(!wish.tried[entry.image]);
		FUZZ_CHECK(wanted || gop_lists(&entry, device_id));
		wish.tried[entry.image] = 1;
		FUZZ_CHECK(++rounds <= view->entry_count);
	}
}

/* What is read of a load record lies in the manifest, and an edit in the payload. */
static void use_load(const struct manifest_entry_view *entry)
{
	struct manifest_edit edit;
	bool known = false;

	FUZZ_CHECK(entry->has_load || (!entry->edit_count && !entry->lpc_count));
	for (unsigned i = 0; i < entry->edit_count; i++) {
		if (manifest_edit_at(entry, i, &edit))
			FUZZ_CHECK(edit.size <= entry->load_size &&
				   edit.offset <= entry->load_size - edit.size);
	}
	for (uint32_t id = 0; id < 0x10000; id += 0x1111)
		known = manifest_knows_lpc(entry, (uint16_t)id) || known;
	FUZZ_CHECK(!known || entry->lpc_count);
}

static void use_manifest(const uint8_t *data, size_t size)
{
	struct manifest_view view;
	struct manifest_view walk;
	struct manifest_entry_view entry;

	if (!manifest_open(data, size, &view))
		return;
	choose(&view, 0x4680, NULL);
	walk = view;
	while (manifest_next(&walk, &entry)) {
		FUZZ_CHECK(gop_version_compare(entry.version, entry.version) == 0);
		choose(&view, 0, entry.name);
		use_load(&entry);
	}
}

/* The library judges more, so what it refuses the guest may see; not the other way round. */
static void compare(const uint8_t *data, size_t size)
{
	struct igdrom_rom *rom = NULL;

	if (igdrom_rom_parse(data, size, NULL, NULL, &rom) != IGDROM_OK)
		return;
	for (size_t i = 0; i < igdrom_rom_image_count(rom); i++) {
		const struct igdrom_rom_image *image = igdrom_rom_image_at(rom, i);
		struct rom_image ours;

		if (!rom_find(data, size, (unsigned)i, &ours))
			break;
		if (ours.payload)
			FUZZ_CHECK(ours.payload >= data + igdrom_rom_image_offset(image) ||
				   igdrom_rom_image_size(image) == 0);
	}
	igdrom_rom_free(rom);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rom_walk walk = rom_walk(data, size);
	struct rom_image image;
	unsigned count = 0;

	while (rom_next(&walk, &image)) {
		FUZZ_CHECK(image.index == count++);
		if (!image.payload)
			continue;
		FUZZ_CHECK(image.payload > data && image.payload_size &&
			   image.payload_size <= size - (size_t)(image.payload - data));
		igd_crc32(0, image.payload, image.payload_size);
		use_manifest(image.payload, image.payload_size);
	}
	FUZZ_CHECK(count <= ROM_MAX_IMAGES);
	compare(data, size);
	return 0;
}
