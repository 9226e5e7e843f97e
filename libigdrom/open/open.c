/* SPDX-License-Identifier: BSD-2-Clause */
#include "open/internal.h"

#include "core/cursor.h"
#include "core/report.h"
#include "gop/gop.h"
#include "pe/pe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define DOS_MAGIC              0x5a4d
#define ROM_MAGIC              0xaa55
#define EFI_IMAGE_OFFSET       0x16 /* of the option ROM header, UEFI 2.10 14.4.2 */
#define SUBSYSTEM_WINDOWS_GUI  2
#define SUBSYSTEM_WINDOWS_TEXT 3

/* Keeps the driver when the bytes are one; other bytes are no fault. */
static enum igdrom_status add_gop(struct igdrom_contents *contents, struct igdrom_bytes bytes,
				  struct gop_place place, const char *where,
				  struct igdrom_report *report)
{
	struct open_gop *grown, *found;
	struct igdrom_gop *gop;
	enum igdrom_status status = gop_read(bytes.data, bytes.size, place, report, &gop);

	if (status == IGDROM_E_NOMEM)
		return status;
	if (status != IGDROM_OK)
		return IGDROM_OK;
	grown = realloc(contents->gops, (contents->gop_count + 1) * sizeof(*grown));
	if (!grown) {
		igdrom_gop_free(gop);
		return IGDROM_E_NOMEM;
	}
	contents->gops = grown;
	found = &grown[contents->gop_count++];
	found->gop = gop;
	found->bytes = bytes;
	snprintf(found->where, sizeof(found->where), "%s", where);
	return IGDROM_OK;
}

static enum igdrom_status open_pe(struct igdrom_contents *contents, const void *data, size_t size,
				  struct igdrom_report *report)
{
	struct gop_place place = {.at = 0, .exact = true};
	struct pe_image pe;
	enum igdrom_status status = pe_parse(data, size, &pe);

	if (status == IGDROM_E_TRUNCATED)
		report_add(report, FINDING_PE_TRUNCATED, size, REPORT_ARGS(ARG_U(size)));
	else if (status == IGDROM_E_CORRUPT)
		report_add(report, FINDING_PE_CORRUPT, 0, REPORT_NO_ARGS);
	else if (status != IGDROM_OK)
		report_add(report, FINDING_OPEN_DOS_PROGRAM, 0, REPORT_NO_ARGS);
	if (status != IGDROM_OK)
		return status == IGDROM_E_UNSUPPORTED ? IGDROM_E_NOT_RECOGNIZED : status;
	contents->kind = IGDROM_FILE_PE;
	if (pe.subsystem == SUBSYSTEM_WINDOWS_GUI || pe.subsystem == SUBSYSTEM_WINDOWS_TEXT)
		report_add(report, FINDING_OPEN_WINDOWS_PROGRAM, 0,
			   REPORT_ARGS(ARG_U(pe.subsystem)));
	contents->data = malloc(size);
	if (!contents->data)
		return IGDROM_E_NOMEM;
	memcpy(contents->data, data, size);
	return add_gop(contents, (struct igdrom_bytes){contents->data, size}, place, "", report);
}

/* Where findings about a payload point to: into it, or to its image when it was compressed. */
static struct gop_place place_of(const struct igdrom_rom_image *image)
{
	struct igdrom_bytes bytes = igdrom_rom_image_bytes(image);
	struct cur whole = cur_from(bytes.data, bytes.size, 0);
	struct cur c = cur_tail(&whole, EFI_IMAGE_OFFSET);
	uint16_t offset = cur_u16le(&c);

	if (igdrom_rom_image_compressed(image))
		return (struct gop_place){.at = igdrom_rom_image_offset(image), .exact = false};
	return (struct gop_place){.at = igdrom_rom_image_offset(image) + offset, .exact = true};
}

static enum igdrom_status look_into_image(struct igdrom_contents *contents, size_t index,
					  struct igdrom_report *report)
{
	const struct igdrom_rom_image *image = igdrom_rom_image_at(contents->rom, index);
	uint8_t type = igdrom_rom_image_code_type(image);
	char where[OPEN_WHERE_BYTES];
	struct igdrom_bytes payload;
	enum igdrom_status status;

	if (type != IGDROM_CODE_TYPE_EFI && type != IGDROM_CODE_TYPE_DATA)
		return IGDROM_OK;
	snprintf(where, sizeof(where), "image %zu at 0x%" PRIx64, index,
		 igdrom_rom_image_offset(image));
	status = igdrom_rom_image_payload(image, &payload);
	if (status == IGDROM_E_NOMEM)
		return status;
	if (status != IGDROM_OK) {
		report_add(report, FINDING_OPEN_PAYLOAD_UNREADABLE, igdrom_rom_image_offset(image),
			   REPORT_ARGS(ARG_U(index), ARG_S(igdrom_strerror(status))));
		return IGDROM_OK;
	}
	return add_gop(contents, payload, place_of(image), where, report);
}

static enum igdrom_status open_rom(struct igdrom_contents *contents, const void *data, size_t size,
				   const struct igdrom_limits *limits, struct igdrom_report *report)
{
	enum igdrom_status status = igdrom_rom_parse(data, size, limits, report, &contents->rom);

	if (status != IGDROM_OK)
		return status;
	contents->kind = IGDROM_FILE_OPTION_ROM;
	for (size_t i = 0; i < igdrom_rom_image_count(contents->rom); i++) {
		status = look_into_image(contents, i, report);
		if (status != IGDROM_OK)
			return status;
	}
	return IGDROM_OK;
}

static enum igdrom_status open_any(struct igdrom_contents *contents, const void *data, size_t size,
				   const struct igdrom_limits *limits, struct igdrom_report *report)
{
	struct cur c = cur_from(data, size, 0);
	uint16_t magic = cur_u16le(&c);
	enum igdrom_status status;

	if (magic != DOS_MAGIC && magic != ROM_MAGIC) {
		status = open_explain(data, size, limits, report);
		return status == IGDROM_OK ? IGDROM_E_NOT_RECOGNIZED : status;
	}
	if (magic == DOS_MAGIC)
		status = open_pe(contents, data, size, report);
	else
		status = open_rom(contents, data, size, limits, report);
	if (status == IGDROM_OK && contents->gop_count == 0)
		report_add(report, FINDING_OPEN_NO_GOP, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(igdrom_file_kind_name(contents->kind))));
	return status;
}

enum igdrom_status igdrom_contents_open(const void *data, size_t size,
					const struct igdrom_limits *limits,
					struct igdrom_report *report, struct igdrom_contents **out)
{
	uint64_t most = igdrom_limits_get(limits, IGDROM_LIMIT_INPUT_BYTES);
	struct igdrom_contents *contents;
	enum igdrom_status status;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!data && size)
		return IGDROM_E_INVAL;
	if (size > most) {
		report_add(report, FINDING_INPUT_TOO_LARGE, 0,
			   REPORT_ARGS(ARG_U(size), ARG_U(most)));
		return IGDROM_E_LIMIT;
	}
	contents = calloc(1, sizeof(*contents));
	if (!contents)
		return IGDROM_E_NOMEM;
	status = open_any(contents, data, size, limits, report);
	if (status == IGDROM_OK)
		*out = contents;
	else
		igdrom_contents_free(contents);
	return status;
}
