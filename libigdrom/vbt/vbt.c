/* SPDX-License-Identifier: BSD-2-Clause */
/* What a VBT says, and whether it can be the one of a device. */
#include "vbt/internal.h"

#include <igdrom/device.h>

#include <stdio.h>

#define MAILBOX4_BYTES 6144 /* 1C00h - 400h: what an OpRegion has room for */

const char *igdrom_vbt_signature(const struct igdrom_vbt *vbt)
{
	return vbt ? vbt->signature : "";
}

unsigned igdrom_vbt_version(const struct igdrom_vbt *vbt)
{
	return vbt ? vbt->header.version : 0;
}

unsigned igdrom_vbt_bdb_version(const struct igdrom_vbt *vbt)
{
	return vbt ? vbt->bdb.version : 0;
}

size_t igdrom_vbt_size(const struct igdrom_vbt *vbt)
{
	return vbt ? vbt->size : 0;
}

bool igdrom_vbt_checksum_ok(const struct igdrom_vbt *vbt)
{
	return vbt && vbt->sum == 0;
}

const char *igdrom_vbt_sha256(const struct igdrom_vbt *vbt)
{
	return vbt ? vbt->sha256 : "";
}

struct igdrom_bytes igdrom_vbt_bytes(const struct igdrom_vbt *vbt)
{
	return vbt ? (struct igdrom_bytes){vbt->data, vbt->size} : (struct igdrom_bytes){NULL, 0};
}

size_t igdrom_vbt_block_count(const struct igdrom_vbt *vbt)
{
	return vbt ? vbt->block_count : 0;
}

unsigned igdrom_vbt_block_id(const struct igdrom_vbt *vbt, size_t index)
{
	return index < igdrom_vbt_block_count(vbt) ? vbt->blocks[index].id : 0;
}

size_t igdrom_vbt_block_offset(const struct igdrom_vbt *vbt, size_t index)
{
	return index < igdrom_vbt_block_count(vbt) ? vbt->blocks[index].offset : 0;
}

struct igdrom_bytes igdrom_vbt_block_bytes(const struct igdrom_vbt *vbt, size_t index)
{
	if (index >= igdrom_vbt_block_count(vbt) || vbt->blocks[index].size == 0)
		return (struct igdrom_bytes){NULL, 0};
	return (struct igdrom_bytes){vbt->data + vbt->blocks[index].offset,
				     vbt->blocks[index].size};
}

/* Whether a list ("$VBT SKYLAKE, $VBT COFFEELAKE") has the signature as a whole entry. */
static bool lists(const char *list, const char *signature)
{
	size_t size = strlen(signature);

	for (const char *p = strstr(list, signature); p; p = strstr(p + 1, signature)) {
		if (p[size] == '\0' || p[size] == ',')
			return true;
	}
	return false;
}

enum igdrom_tristate igdrom_vbt_fits(const struct igdrom_vbt *vbt, uint16_t device_id)
{
	const struct igdrom_device *device;
	const char *list;

	if (!vbt || igdrom_device_lookup(device_id, &device) != IGDROM_OK)
		return IGDROM_UNKNOWN;
	list = igdrom_device_vbt_signature(device);
	if (!list)
		return IGDROM_UNKNOWN;
	return lists(list, vbt->signature) ? IGDROM_YES : IGDROM_NO;
}

static void check_device(const struct igdrom_vbt *vbt, uint16_t device_id,
			 struct igdrom_report *report)
{
	const struct igdrom_device *device;
	uint64_t at = vbt_at(vbt, 0);

	if (igdrom_device_lookup(device_id, &device) != IGDROM_OK) {
		report_add(report, FINDING_VBT_DEVICE_UNKNOWN, at, REPORT_ARGS(ARG_U(device_id)));
		return;
	}
	switch (igdrom_vbt_fits(vbt, device_id)) {
	case IGDROM_YES:
		report_add(report, FINDING_VBT_DEVICE_FITS, at,
			   REPORT_ARGS(ARG_S(vbt->signature), ARG_U(device_id),
				       ARG_S(igdrom_device_codename(device))));
		break;
	case IGDROM_NO:
		report_add(report, FINDING_VBT_DEVICE_OTHER, at,
			   REPORT_ARGS(ARG_S(vbt->signature), ARG_U(device_id),
				       ARG_S(igdrom_device_codename(device)),
				       ARG_S(igdrom_device_vbt_signature(device))));
		break;
	case IGDROM_UNKNOWN:
		report_add(report, FINDING_VBT_DEVICE_UNKNOWN, at, REPORT_ARGS(ARG_U(device_id)));
		break;
	}
}

enum igdrom_status igdrom_vbt_check(const struct igdrom_vbt *vbt, uint16_t device_id,
				    struct igdrom_report *report)
{
	if (!vbt || !report)
		return IGDROM_E_INVAL;
	if (vbt->sum != 0)
		report_add(report, FINDING_VBT_CHECKSUM, vbt_at(vbt, 0),
			   REPORT_ARGS(ARG_U(vbt->sum)));
	if (vbt->size > MAILBOX4_BYTES)
		report_add(report, FINDING_VBT_LARGE, vbt_at(vbt, 0),
			   REPORT_ARGS(ARG_U(vbt->size), ARG_U(MAILBOX4_BYTES)));
	if (device_id)
		check_device(vbt, device_id, report);
	return IGDROM_OK;
}
