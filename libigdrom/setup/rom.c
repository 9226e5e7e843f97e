/* SPDX-License-Identifier: BSD-2-Clause */
/* The ROM: built, or as it was given; checked either way. */
#include "setup/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool setup_rom_is_good(struct igdrom_setup *setup, const struct igdrom_bytes *rom)
{
	struct igdrom_report *own = NULL;
	enum igdrom_status status;
	bool good;

	if (igdrom_report_new(&own) != IGDROM_OK)
		return false;
	status = igdrom_rom_check(rom->data, rom->size, setup->device_id, setup->limits, own);
	good = status == IGDROM_OK && igdrom_report_worst(own) != IGDROM_SEVERITY_ERROR;
	igdrom_report_free(own);
	return good;
}

static void add_words(char *out, size_t room, const char *what, const char *version)
{
	size_t used = strlen(out);

	snprintf(out + used, room - used, "%s%s%s%s", used ? ", " : "", what,
		 version && *version ? " " : "", version ? version : "");
}

void setup_rom_words(const struct igdrom_bytes *bytes, char *out, size_t room)
{
	const struct igdrom_manifest *manifest;
	struct igdrom_rom *rom;

	out[0] = '\0';
	if (igdrom_rom_parse(bytes->data, bytes->size, NULL, NULL, &rom) != IGDROM_OK)
		return;
	manifest = igdrom_rom_manifest(rom);
	for (size_t i = 0; i < igdrom_manifest_count(manifest); i++) {
		const struct igdrom_manifest_entry *entry = igdrom_manifest_at(manifest, i);
		const char *version = igdrom_manifest_entry_version(entry);

		switch (igdrom_manifest_entry_kind(entry)) {
		case IGDROM_MANIFEST_GUEST_DRIVER:
			add_words(out, room, "our driver", NULL);
			break;
		case IGDROM_MANIFEST_GOP:
			add_words(out, room, "GOP", version);
			break;
		case IGDROM_MANIFEST_VBT:
			add_words(out, room, "VBT",
				  strncmp(version, "$VBT ", 5) ? version : version + 5);
			break;
		case IGDROM_MANIFEST_EFI:
			add_words(out, room, "EFI driver", version);
			break;
		case IGDROM_MANIFEST_LEGACY:
			add_words(out, room, "legacy VBIOS", NULL);
			break;
		}
	}
	for (size_t i = 0; !*out && i < igdrom_rom_image_count(rom); i++) {
		if (igdrom_rom_image_kind(rom, i) != IGDROM_IMAGE_UNKNOWN)
			add_words(out, room, igdrom_image_kind_name(igdrom_rom_image_kind(rom, i)),
				  NULL);
	}
	igdrom_rom_free(rom);
}

static enum igdrom_status copy_given(struct igdrom_setup *setup)
{
	uint8_t *copy = malloc(setup->rom.bytes.size + 1);

	if (!copy)
		return IGDROM_E_NOMEM;
	if (setup->rom.bytes.size)
		memcpy(copy, setup->rom.bytes.data, setup->rom.bytes.size);
	setup->image = (struct igdrom_bytes){copy, setup->rom.bytes.size};
	return IGDROM_OK;
}

/* A refusal of a ROM that somebody else made; our own was checked when it was finished. */
static enum igdrom_status check_given(struct igdrom_setup *setup)
{
	enum igdrom_status status = copy_given(setup);

	if (status != IGDROM_OK)
		return status;
	if (setup_rom_is_good(setup, &setup->image))
		return IGDROM_OK;
	/* Once more, to say what is wrong. */
	igdrom_report_set_file(setup->report, setup->rom.name);
	status = igdrom_rom_check(setup->image.data, setup->image.size, setup->device_id,
				  setup->limits, setup->report);
	igdrom_report_set_file(setup->report, NULL);
	return status == IGDROM_OK ? IGDROM_E_REFUSED : status;
}

enum igdrom_status setup_rom(struct igdrom_setup *setup)
{
	enum igdrom_status status = IGDROM_OK;
	char words[SETUP_TEXT / 2];

	if (!setup->needs_rom || !igdrom_vm_plan_possible(setup->plan)) {
		setup_say(setup, IGDROM_SETUP_ROM, IGDROM_SETUP_SKIPPED, "None is made.");
		return IGDROM_OK;
	}
	if (setup->rom.given)
		status = check_given(setup);
	else if (setup->builder)
		status = igdrom_rom_builder_finish(setup->builder, setup->report, &setup->image);
	if (status != IGDROM_OK)
		return status;
	setup_rom_words(&setup->image, words, sizeof(words));
	setup_say(setup, IGDROM_SETUP_ROM, IGDROM_SETUP_DONE, "%zu bytes, checked: %s.",
		  setup->image.size, *words ? words : "nothing that is known");
	return IGDROM_OK;
}
