/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/rom_facts.h"

#include "igd/choose.h"

#include <stdlib.h>
#include <string.h>

static enum igdrom_status take_gop(const struct igdrom_gop *gop, struct vm_rom_gop *out)
{
	size_t count = igdrom_gop_device_count(gop);
	const char *version = igdrom_gop_version(gop);
	size_t size = version ? strlen(version) + 1 : 1;

	out->gate = igdrom_gop_gate(gop);
	out->ids = malloc((count + 1) * sizeof(*out->ids));
	out->version = calloc(1, size);
	if (!out->ids || !out->version)
		return IGDROM_E_NOMEM;
	if (version)
		memcpy(out->version, version, size);
	for (size_t i = 0; i < count; i++)
		out->ids[out->id_count++] = igdrom_gop_device_at(gop, i);
	return IGDROM_OK;
}

static bool is_answered(const struct igdrom_rom *rom, size_t index)
{
	const struct igdrom_manifest *manifest = igdrom_rom_manifest(rom);

	for (size_t i = 0; i < igdrom_manifest_count(manifest); i++) {
		const struct igdrom_manifest_entry *entry = igdrom_manifest_at(manifest, i);

		if (igdrom_manifest_entry_image(entry) == index)
			return igdrom_manifest_entry_answers_lpc(entry);
	}
	return false;
}

static enum igdrom_status read_gop(const struct igdrom_rom *rom, size_t index,
				   struct vm_rom_facts *facts)
{
	struct vm_rom_gop *gops = realloc(facts->gops, (facts->gop_count + 1) * sizeof(*gops));
	struct igdrom_bytes payload = {0};
	struct igdrom_gop *gop = NULL;
	enum igdrom_status status;

	if (!gops)
		return IGDROM_E_NOMEM;
	facts->gops = gops;
	gops += facts->gop_count++;
	*gops = (struct vm_rom_gop){.gate = IGDROM_GATE_UNKNOWN};
	status = igdrom_rom_image_payload(igdrom_rom_image_at(rom, index), &payload);
	if (status == IGDROM_OK)
		status = igdrom_gop_identify(payload.data, payload.size, NULL, &gop);
	if (status == IGDROM_OK)
		status = take_gop(gop, gops);
	gops->answered = is_answered(rom, index);
	igdrom_gop_free(gop);
	return status == IGDROM_E_NOMEM ? status : IGDROM_OK;
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
			status = read_gop(rom, i, out);
	}
	if (status != IGDROM_OK)
		vm_rom_facts_clear(out);
	return status;
}

void vm_rom_facts_clear(struct vm_rom_facts *facts)
{
	for (size_t i = 0; i < facts->gop_count; i++) {
		free(facts->gops[i].ids);
		free(facts->gops[i].version);
	}
	free(facts->gops);
	*facts = (struct vm_rom_facts){0};
}

static bool lists(const struct vm_rom_gop *gop, uint16_t device_id)
{
	for (size_t i = 0; i < gop->id_count; i++) {
		if (gop->ids[i] == device_id)
			return true;
	}
	return false;
}

const struct vm_rom_gop *vm_rom_facts_gop(const struct vm_rom_facts *facts, uint16_t device_id)
{
	const struct vm_rom_gop *unreadable = NULL;
	const struct vm_rom_gop *best = NULL;

	for (size_t i = 0; i < facts->gop_count; i++) {
		const struct vm_rom_gop *gop = &facts->gops[i];

		if (gop->id_count == 0)
			unreadable = gop;
		if (lists(gop, device_id) &&
		    (!best || gop_version_compare(gop->version, best->version) > 0))
			best = gop;
	}
	return best ? best : unreadable;
}
