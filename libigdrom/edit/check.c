/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a file can be put into a volume as it is. */
#include "edit/edit.h"

#include "firmware/section.h"

#include <string.h>

#define DATA_SUM_AT   17
#define ATTRIBUTES_AT 19
#define FILE_CHECKSUM 0x40
#define FILE_TAIL     2

#define VOLUME_WEAK_ALIGNMENT  UINT32_C(0x80000000) /* PI 1.8 volume 3, 3.2.1.1 */
#define VOLUME_ALIGNMENT_SHIFT 16

/* Named by the PI specification 1.8, volume 2, 10.3 and volume 1, 5.2: what is started first. */
#define APRIORI_DXE "FC510EE7-FFDC-11D4-BD41-0080C73C8881"
#define APRIORI_PEI "1B45CC0A-156A-428A-AF62-49864DA0E6E6"

static enum igdrom_status corrupt(struct igdrom_report *report, enum finding_code code)
{
	report_add(report, code, 0, REPORT_NO_ARGS);
	return IGDROM_E_CORRUPT;
}

/* A sum over the data says whether all of it is still what it was. */
static bool data_is_whole(const uint8_t *file, size_t size, size_t header_size)
{
	size_t data = size - header_size;
	uint8_t sum;

	if (!(file[ATTRIBUTES_AT] & FILE_CHECKSUM))
		return true;
	sum = (uint8_t)(fw_sum8(file + header_size, data) + file[DATA_SUM_AT]);
	if (sum == 0)
		return true;
	/* Of a volume of revision 1, where a file of this attribute has a tail. */
	if (!(file[ATTRIBUTES_AT] & EDIT_FILE_LARGE) || data < FILE_TAIL)
		return false;
	return (uint8_t)(sum - fw_sum8(file + size - FILE_TAIL, FILE_TAIL)) == 0;
}

static enum igdrom_status check_size(const struct fw_volume_header *volume, const char *guid,
				     size_t header_size, size_t size, struct igdrom_report *report)
{
	bool wide = header_size == EDIT_FILE_WIDE_HEADER;

	if (header_size == EDIT_FILE_HEADER || wide == edit_is_ffs3(volume))
		return IGDROM_OK;
	report_add(report, FINDING_EDIT_FILE_LARGE, IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_S(guid), ARG_U(size)));
	return IGDROM_E_REFUSED;
}

/* A volume promises no more than its own alignment; a file that was there with this one may stay. */
static void warn_of_alignment(const struct fw_volume_header *volume,
			      const struct edit_change *change, const uint8_t *file,
			      const char *guid, struct igdrom_report *report)
{
	unsigned power = fw_file_alignment(file[ATTRIBUTES_AT], volume->revision);
	unsigned most = volume->attributes >> VOLUME_ALIGNMENT_SHIFT & 0x1f;
	const uint8_t *old;

	if (volume->revision < 2 || volume->attributes & VOLUME_WEAK_ALIGNMENT || power <= most)
		return;
	if (change->kind == EDIT_REPLACE) {
		old = change->target->stream->data + change->target->offset;
		if (fw_file_alignment(old[ATTRIBUTES_AT], volume->revision) >= power)
			return;
	}
	report_add(
		report, FINDING_EDIT_ALIGNMENT, IGDROM_NO_OFFSET,
		REPORT_ARGS(ARG_S(guid), ARG_U(UINT64_C(1) << power), ARG_U(UINT64_C(1) << most)));
}

/* Code that runs where it lies is linked for that place. */
static void warn_of_place(const uint8_t *file, const char *guid, struct igdrom_report *report)
{
	switch (file[EDIT_TYPE_AT]) {
	case EDIT_TYPE_SECURITY_CORE:
	case EDIT_TYPE_PEI_CORE:
	case EDIT_TYPE_PEIM:
	case EDIT_TYPE_COMBINED:
		report_add(report, FINDING_EDIT_NOT_REBASED, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(guid)));
		break;
	default:
		break;
	}
}

enum igdrom_status edit_check_file(const struct edit_change *change, const void *data, size_t size,
				   struct igdrom_report *report)
{
	size_t header_size = fw_file_header_size(cur_from(data, size, 0));
	struct cur c = fw_cur(fw_span_of(change->volume));
	struct fw_volume_header volume;
	const uint8_t *file = data;
	enum igdrom_status status;
	char guid[FW_GUID_TEXT];

	if (fw_decode_volume_header(&c, &volume) != IGDROM_OK)
		return IGDROM_E_INTERNAL;
	if (header_size == 0 || (header_size == EDIT_FILE_HEADER && volume.revision > 1 &&
				 file[ATTRIBUTES_AT] & EDIT_FILE_LARGE))
		return corrupt(report, FINDING_EDIT_NO_FILE);
	if (!data_is_whole(file, size, header_size))
		return corrupt(report, FINDING_EDIT_FILE_DAMAGED);
	fw_guid_text(file, guid);
	status = check_size(&volume, guid, header_size, size, report);
	if (status == IGDROM_OK && !edit_code_fits(change->volume, file, size, report))
		status = IGDROM_E_REFUSED;
	if (status != IGDROM_OK)
		return status;
	warn_of_alignment(&volume, change, file, guid, report);
	warn_of_place(file, guid, report);
	return IGDROM_OK;
}

static bool lists(const struct igdrom_firmware_node *section, const uint8_t *guid)
{
	struct igdrom_bytes body = igdrom_firmware_node_body(section);

	for (size_t at = 0; body.size - at >= FW_GUID_SIZE; at += FW_GUID_SIZE) {
		if (memcmp(body.data + at, guid, FW_GUID_SIZE) == 0)
			return true;
	}
	return false;
}

static bool is_apriori(const struct igdrom_firmware_node *file)
{
	return file->kind == IGDROM_NODE_FILE && file->guid &&
	       (strcmp(file->guid, APRIORI_DXE) == 0 || strcmp(file->guid, APRIORI_PEI) == 0);
}

bool edit_can_miss(const struct igdrom_firmware_node *file, struct igdrom_report *report)
{
	bool top = file->guid && strcmp(file->guid, EDIT_VOLUME_TOP_FILE) == 0;

	switch (file->type_number) {
	case EDIT_TYPE_SECURITY_CORE:
	case EDIT_TYPE_PEI_CORE:
	case EDIT_TYPE_DXE_CORE:
		break;
	default:
		if (!top)
			return true;
	}
	report_add(report, FINDING_EDIT_CORE,
		   file->stream->exact ? fw_at(file->stream, file->offset) : IGDROM_NO_OFFSET,
		   REPORT_ARGS(ARG_S(file->type)));
	return false;
}

void edit_warn_of_apriori(const struct igdrom_firmware_node *target, struct igdrom_report *report)
{
	const uint8_t *guid = target->stream->data + target->offset;

	for (const struct igdrom_firmware_node *n = target->parent->first; n; n = n->next) {
		if (!is_apriori(n))
			continue;
		for (const struct igdrom_firmware_node *s = n->first; s; s = s->next) {
			if (s->type_number == FW_SECTION_RAW && lists(s, guid)) {
				report_add(report, FINDING_EDIT_APRIORI, IGDROM_NO_OFFSET,
					   REPORT_ARGS(ARG_S(target->guid)));
				return;
			}
		}
	}
}
