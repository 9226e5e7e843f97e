/* SPDX-License-Identifier: BSD-2-Clause */
#include "vbt/internal.h"

#include "igd/opregion.h"

#include <stdlib.h>

uint64_t vbt_at(const struct igdrom_vbt *vbt, size_t offset)
{
	return place_at(vbt->place, offset);
}

static void read_signature(struct igdrom_vbt *vbt)
{
	size_t size = VBT_SIGNATURE_SIZE;

	memcpy(vbt->signature, vbt->header.signature, VBT_SIGNATURE_SIZE);
	while (size && (vbt->signature[size - 1] == ' ' || vbt->signature[size - 1] == '\0'))
		size--;
	vbt->signature[size] = '\0';
}

static void read_contents(struct igdrom_vbt *vbt, struct igdrom_report *report)
{
	const struct vbt_block *definitions = vbt_block(vbt, BLOCK_GENERAL_DEFINITIONS);

	if (definitions)
		vbt_read_ports(vbt, definitions, report);
	vbt_read_panels(vbt);
	vbt_read_features(vbt);
}

static void say_damage(enum igdrom_status status, size_t size, const struct vbt_header *header,
		       struct place place, struct igdrom_report *report)
{
	if (status == IGDROM_E_TRUNCATED)
		report_add(report, FINDING_VBT_TRUNCATED, place.at,
			   REPORT_ARGS(ARG_U(size), ARG_U(header->vbt_size)));
	else if (status == IGDROM_E_CORRUPT)
		report_add(report, FINDING_VBT_CORRUPT, place.at, REPORT_NO_ARGS);
	else
		report_add(report, FINDING_VBT_NONE, place.at, REPORT_NO_ARGS);
}

enum igdrom_status vbt_read(const void *data, size_t size, struct place place,
			    struct igdrom_report *report, struct igdrom_vbt **out)
{
	struct cur c = cur_from(data, size, place.at);
	struct vbt_header header = {.version = 0};
	struct bdb_header bdb = {.version = 0};
	enum igdrom_status status = vbt_check_headers(&c, &header, &bdb);
	struct igdrom_vbt *vbt;

	*out = NULL;
	if (status != IGDROM_OK) {
		say_damage(status, size, &header, place, report);
		return status;
	}
	vbt = calloc(1, sizeof(*vbt));
	if (vbt)
		vbt->data = malloc(header.vbt_size);
	if (!vbt || !vbt->data) {
		free(vbt);
		return IGDROM_E_NOMEM;
	}
	vbt->size = header.vbt_size;
	memcpy(vbt->data, c.p, vbt->size);
	vbt->header = header;
	vbt->bdb = bdb;
	vbt->place = place;
	for (size_t i = 0; i < vbt->size; i++)
		vbt->sum = (uint8_t)(vbt->sum + vbt->data[i]);
	read_signature(vbt);
	digest_sha256_hex(vbt->data, vbt->size, vbt->sha256);
	vbt_read_blocks(vbt, report);
	read_contents(vbt, report);
	*out = vbt;
	return IGDROM_OK;
}

enum igdrom_status igdrom_vbt_parse(const void *data, size_t size, struct igdrom_report *report,
				    struct igdrom_vbt **out)
{
	struct place place = {.at = 0, .exact = true};

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!data && size)
		return IGDROM_E_INVAL;
	return vbt_read(data, size, place, report, out);
}

void igdrom_vbt_free(struct igdrom_vbt *vbt)
{
	if (!vbt)
		return;
	free(vbt->data);
	free(vbt);
}

enum igdrom_status igdrom_vbt_fix_checksum(const struct igdrom_vbt *vbt, struct igdrom_bytes *out)
{
	uint8_t *copy;

	if (out)
		*out = (struct igdrom_bytes){NULL, 0};
	if (!vbt || !out)
		return IGDROM_E_INVAL;
	copy = malloc(vbt->size);
	if (!copy)
		return IGDROM_E_NOMEM;
	memcpy(copy, vbt->data, vbt->size);
	(void)vbt_fix_checksum(copy, vbt->size);
	*out = (struct igdrom_bytes){copy, vbt->size};
	return IGDROM_OK;
}
