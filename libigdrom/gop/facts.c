/* SPDX-License-Identifier: BSD-2-Clause */
#include "gop/internal.h"

#include <stdlib.h>

void igdrom_gop_free(struct igdrom_gop *gop)
{
	free(gop);
}

const char *igdrom_gop_version(const struct igdrom_gop *gop)
{
	return gop && gop->version.known ? gop->version_text : NULL;
}

unsigned igdrom_gop_version_major(const struct igdrom_gop *gop)
{
	return gop ? gop->version.major : 0;
}

unsigned igdrom_gop_version_minor(const struct igdrom_gop *gop)
{
	return gop ? gop->version.minor : 0;
}

unsigned igdrom_gop_version_build(const struct igdrom_gop *gop)
{
	return gop ? gop->version.build : 0;
}

const char *igdrom_gop_family(const struct igdrom_gop *gop)
{
	return gop && gop->build ? gop->build->family : NULL;
}

enum igdrom_confidence igdrom_gop_confidence(const struct igdrom_gop *gop)
{
	return gop ? gop->confidence : IGDROM_CONFIDENCE_LOW;
}

const char *igdrom_confidence_name(enum igdrom_confidence confidence)
{
	switch (confidence) {
	case IGDROM_CONFIDENCE_LOW:
		return "low";
	case IGDROM_CONFIDENCE_MEDIUM:
		return "medium";
	case IGDROM_CONFIDENCE_HIGH:
		return "high";
	}
	return "unknown";
}

size_t igdrom_gop_device_count(const struct igdrom_gop *gop)
{
	return gop ? gop->device_count : 0;
}

uint16_t igdrom_gop_device_at(const struct igdrom_gop *gop, size_t index)
{
	return index < igdrom_gop_device_count(gop) ? gop->devices[index] : 0;
}

bool igdrom_gop_device_is_igd(const struct igdrom_gop *gop, size_t index)
{
	return index < igdrom_gop_device_count(gop) && gop->is_igd[index];
}

uint64_t igdrom_gop_device_table_offset(const struct igdrom_gop *gop)
{
	return gop ? gop->table_offset : 0;
}

enum igdrom_tristate igdrom_gop_supports(const struct igdrom_gop *gop, uint16_t device_id)
{
	if (!gop || gop->device_count == 0)
		return IGDROM_UNKNOWN;
	for (size_t i = 0; i < gop->device_count; i++) {
		if (gop->devices[i] == device_id)
			return IGDROM_YES;
	}
	return IGDROM_NO;
}

enum igdrom_gop_gate igdrom_gop_gate(const struct igdrom_gop *gop)
{
	return gop ? gop->gate : IGDROM_GATE_UNKNOWN;
}

uint64_t igdrom_gop_gate_offset(const struct igdrom_gop *gop)
{
	return gop ? gop->gate_offset : 0;
}

/* The list is that of the build; it says something only about code that has the test. */
size_t igdrom_gop_lpc_count(const struct igdrom_gop *gop)
{
	return gop && gop->build && gop->gate == IGDROM_GATE_FATAL ? gop->build->lpc_count : 0;
}

struct igdrom_id_range igdrom_gop_lpc_at(const struct igdrom_gop *gop, size_t index)
{
	if (index < igdrom_gop_lpc_count(gop))
		return gop->build->lpc[index];
	return (struct igdrom_id_range){0, 0};
}

enum igdrom_tristate igdrom_gop_accepts_lpc(const struct igdrom_gop *gop, uint16_t lpc_id)
{
	if (igdrom_gop_gate(gop) == IGDROM_GATE_NONE)
		return IGDROM_YES;
	if (igdrom_gop_lpc_count(gop) == 0)
		return IGDROM_UNKNOWN;
	for (size_t i = 0; i < gop->build->lpc_count; i++) {
		if (lpc_id >= gop->build->lpc[i].first && lpc_id <= gop->build->lpc[i].last)
			return IGDROM_YES;
	}
	return IGDROM_NO;
}

uint16_t igdrom_gop_machine(const struct igdrom_gop *gop)
{
	return gop ? gop->machine : 0;
}

uint16_t igdrom_gop_subsystem(const struct igdrom_gop *gop)
{
	return gop ? gop->subsystem : 0;
}

size_t igdrom_gop_size(const struct igdrom_gop *gop)
{
	return gop ? gop->size : 0;
}

const char *igdrom_gop_sha256(const struct igdrom_gop *gop)
{
	return gop ? gop->sha256 : NULL;
}
