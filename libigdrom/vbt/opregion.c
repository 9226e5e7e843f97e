/* SPDX-License-Identifier: BSD-2-Clause */
#include "igd/opregion.h"
#include "vbt/internal.h"

#include <stdio.h>
#include <stdlib.h>

#define AT_SIZE      0x10 /* KiB */
#define AT_MAILBOXES 0x58

struct igdrom_opregion {
	char version[sizeof("255.255")];
	unsigned size_kib;
	unsigned mailboxes;
	size_t vbt_offset;
	struct igdrom_vbt *vbt;
};

static void say_no_vbt(enum opregion_flaw flaw, struct igdrom_report *report)
{
	if (flaw == OPREGION_VBT_ABSOLUTE)
		report_add(report, FINDING_OPREGION_VBT_ABSOLUTE, 0x3ba, REPORT_NO_ARGS);
	else if (flaw == OPREGION_VBT_OUTSIDE)
		report_add(report, FINDING_OPREGION_VBT_OUTSIDE, 0x3ba, REPORT_NO_ARGS);
	else
		report_add(report, FINDING_OPREGION_VBT_NONE, 0x400, REPORT_NO_ARGS);
}

static enum igdrom_status read_vbt(struct igdrom_opregion *opregion, const uint8_t *data,
				   size_t size, struct igdrom_report *report)
{
	struct opregion_vbt found;
	enum opregion_flaw flaw = opregion_find_vbt(data, size, &found);
	struct place place = {.at = found.offset, .exact = true};
	enum igdrom_status status;

	if (flaw != OPREGION_OK) {
		say_no_vbt(flaw, report);
		return IGDROM_OK;
	}
	if (found.extended_flaw != OPREGION_OK)
		say_no_vbt(found.extended_flaw, report);
	status = vbt_read(data + found.offset, found.size, place, report, &opregion->vbt);
	if (status == IGDROM_OK)
		opregion->vbt_offset = found.offset;
	return status == IGDROM_E_NOMEM ? status : IGDROM_OK;
}

enum igdrom_status igdrom_opregion_parse(const void *data, size_t size,
					 struct igdrom_report *report, struct igdrom_opregion **out)
{
	struct cur whole = cur_from(data, size, 0);
	struct cur c = whole;
	struct igdrom_opregion *opregion;
	enum igdrom_status status;
	uint16_t version;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!data && size)
		return IGDROM_E_INVAL;
	if (size < 16 || memcmp(data, "IntelGraphicsMem", 16) != 0)
		return IGDROM_E_NOT_RECOGNIZED;
	if (size < OPREGION_BODY_BYTES) {
		report_add(report, FINDING_OPREGION_TRUNCATED, size,
			   REPORT_ARGS(ARG_U(size), ARG_U(OPREGION_BODY_BYTES)));
		return IGDROM_E_TRUNCATED;
	}
	if (!opregion_is_valid(data, size)) {
		report_add(report, FINDING_INPUT_TOO_LARGE, 0,
			   REPORT_ARGS(ARG_U(size), ARG_U(OPREGION_MAX_BYTES)));
		return IGDROM_E_LIMIT;
	}
	opregion = calloc(1, sizeof(*opregion));
	if (!opregion)
		return IGDROM_E_NOMEM;
	version = opregion_version(data);
	snprintf(opregion->version, sizeof(opregion->version), "%u.%u", version >> 8,
		 version & 0xffu);
	c = cur_tail(&whole, AT_SIZE);
	opregion->size_kib = cur_u32le(&c);
	c = cur_tail(&whole, AT_MAILBOXES);
	opregion->mailboxes = cur_u32le(&c);
	status = read_vbt(opregion, data, size, report);
	if (status == IGDROM_OK)
		*out = opregion;
	else
		igdrom_opregion_free(opregion);
	return status;
}

void igdrom_opregion_free(struct igdrom_opregion *opregion)
{
	if (!opregion)
		return;
	igdrom_vbt_free(opregion->vbt);
	free(opregion);
}

const char *igdrom_opregion_version(const struct igdrom_opregion *opregion)
{
	return opregion ? opregion->version : "";
}

unsigned igdrom_opregion_size_kib(const struct igdrom_opregion *opregion)
{
	return opregion ? opregion->size_kib : 0;
}

unsigned igdrom_opregion_mailboxes(const struct igdrom_opregion *opregion)
{
	return opregion ? opregion->mailboxes : 0;
}

const struct igdrom_vbt *igdrom_opregion_vbt(const struct igdrom_opregion *opregion)
{
	return opregion ? opregion->vbt : NULL;
}

size_t igdrom_opregion_vbt_offset(const struct igdrom_opregion *opregion)
{
	return opregion ? opregion->vbt_offset : 0;
}

const char *igdrom_opregion_mailbox_name(enum igdrom_opregion_mailbox mailbox)
{
	switch (mailbox) {
	case IGDROM_MAILBOX_ACPI:
		return "acpi";
	case IGDROM_MAILBOX_SWSCI:
		return "swsci";
	case IGDROM_MAILBOX_ASLE:
		return "asle";
	case IGDROM_MAILBOX_VBT:
		return "vbt";
	case IGDROM_MAILBOX_ASLEXT:
		return "asle-ext";
	}
	return "unknown";
}
