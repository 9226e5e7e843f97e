/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/rom_facts.h"

#include <igdrom/gop.h>

#include <stdlib.h>

/* Adds the ids of one GOP to those of all. */
static enum igdrom_status add_ids(const struct igdrom_gop *gop, struct vm_rom_facts *facts)
{
	size_t count = igdrom_gop_device_count(gop);
	uint16_t *ids;

	if (count == 0) {
		facts->gop_unreadable = true;
		return IGDROM_OK;
	}
	ids = realloc(facts->ids, (facts->id_count + count) * sizeof(*ids));
	if (!ids)
		return IGDROM_E_NOMEM;
	facts->ids = ids;
	for (size_t i = 0; i < count; i++)
		ids[facts->id_count++] = igdrom_gop_device_at(gop, i);
	return IGDROM_OK;
}

static enum igdrom_status read_gop(const struct igdrom_rom_image *image, struct vm_rom_facts *facts)
{
	struct igdrom_bytes payload = {0};
	struct igdrom_gop *gop = NULL;
	enum igdrom_status status = igdrom_rom_image_payload(image, &payload);

	facts->gop = true;
	if (status == IGDROM_OK)
		status = igdrom_gop_identify(payload.data, payload.size, NULL, &gop);
	if (status == IGDROM_OK) {
		enum igdrom_gop_gate gate = igdrom_gop_gate(gop);

		facts->gated |= gate == IGDROM_GATE_FATAL;
		facts->not_gated |= gate == IGDROM_GATE_NONE;
		status = add_ids(gop, facts);
	} else if (status != IGDROM_E_NOMEM) {
		facts->gop_unreadable = true;
		status = IGDROM_OK;
	}
	igdrom_gop_free(gop);
	return status;
}

enum igdrom_status vm_rom_facts_read(const struct igdrom_rom *rom, struct igdrom_report *report,
				     struct vm_rom_facts *out)
{
	enum igdrom_status status = IGDROM_OK;

	(void)report;
	*out = (struct vm_rom_facts){.known = true};
	for (size_t i = 0; i < igdrom_rom_image_count(rom) && status == IGDROM_OK; i++) {
		enum igdrom_image_kind kind = igdrom_rom_image_kind(rom, i);

		out->opregion |= kind == IGDROM_IMAGE_GUEST_DRIVER ||
				 (igdrom_rom_image_provides(rom, i) & IGDROM_PROVIDES_OPREGION);
		out->legacy |= kind == IGDROM_IMAGE_LEGACY;
		if (kind == IGDROM_IMAGE_GOP)
			status = read_gop(igdrom_rom_image_at(rom, i), out);
	}
	if (status != IGDROM_OK)
		vm_rom_facts_clear(out);
	return status;
}

void vm_rom_facts_clear(struct vm_rom_facts *facts)
{
	free(facts->ids);
	*facts = (struct vm_rom_facts){0};
}

bool vm_rom_facts_drives(const struct vm_rom_facts *facts, uint16_t device_id)
{
	for (size_t i = 0; i < facts->id_count; i++) {
		if (facts->ids[i] == device_id)
			return true;
	}
	return facts->gop && facts->gop_unreadable;
}
