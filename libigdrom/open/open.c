/* SPDX-License-Identifier: BSD-2-Clause */
#include "open/internal.h"

#include "core/cursor.h"
#include "core/large.h"
#include "core/report.h"
#include "pe/pe.h"

#include <stdlib.h>

#define DOS_MAGIC                 0x5a4d
#define ROM_MAGIC                 0xaa55
#define SUBSYSTEM_WINDOWS_GUI     2
#define SUBSYSTEM_WINDOWS_TEXT    3
#define SUBSYSTEM_EFI_APPLICATION 10
#define SUBSYSTEM_EFI_ROM         13

/* What the reading of a PE image says of it, in findings. */
static enum igdrom_status say_pe(const struct igdrom_contents *contents, enum igdrom_status status,
				 const struct pe_image *pe, struct igdrom_report *report)
{
	if (status == IGDROM_E_TRUNCATED)
		report_add(report, FINDING_PE_TRUNCATED, contents->size,
			   REPORT_ARGS(ARG_U(contents->size)));
	else if (status == IGDROM_E_CORRUPT)
		report_add(report, FINDING_PE_CORRUPT, 0, REPORT_NO_ARGS);
	else if (status != IGDROM_OK)
		report_add(report, FINDING_OPEN_DOS_PROGRAM, 0, REPORT_NO_ARGS);
	if (status != IGDROM_OK)
		return status == IGDROM_E_UNSUPPORTED ? IGDROM_E_NOT_RECOGNIZED : status;
	if (pe->subsystem == SUBSYSTEM_WINDOWS_GUI || pe->subsystem == SUBSYSTEM_WINDOWS_TEXT)
		report_add(report, FINDING_OPEN_WINDOWS_PROGRAM, 0,
			   REPORT_ARGS(ARG_U(pe->subsystem)));
	return IGDROM_OK;
}

/* The file as a tree, and what is in it. IGDROM_E_NOT_RECOGNIZED: there is no structure in it. */
static enum igdrom_status open_firmware(struct open_search *search)
{
	struct igdrom_contents *contents = search->contents;
	enum igdrom_status status = fw_open_borrowed(contents->data, contents->size, search->limits,
						     search->report, &contents->firmware);

	if (status != IGDROM_OK)
		return status;
	contents->kind = IGDROM_FILE_FIRMWARE;
	return open_find_in_tree(search);
}

/* A program for Windows or DOS may carry firmware; a driver is what it is. */
static enum igdrom_status open_pe(struct open_search *search)
{
	struct igdrom_contents *contents = search->contents;
	struct place place = {.at = 0, .exact = true};
	const struct open_where where = {.origin = IGDROM_ORIGIN_ALONE};
	struct pe_image pe;
	enum igdrom_status parsed = pe_parse(contents->data, contents->size, &pe);
	enum igdrom_status status;

	if (parsed != IGDROM_OK || pe.subsystem < SUBSYSTEM_EFI_APPLICATION ||
	    pe.subsystem > SUBSYSTEM_EFI_ROM) {
		status = open_firmware(search);
		if (status != IGDROM_E_NOT_RECOGNIZED)
			return status;
	}
	status = say_pe(contents, parsed, &pe, search->report);
	if (status != IGDROM_OK)
		return status;
	contents->kind = IGDROM_FILE_PE;
	status = open_add_gop(search, (struct igdrom_bytes){contents->data, contents->size}, place,
			      &where);
	if (status != IGDROM_OK)
		return status;
	return open_find_vbts(search, open_walk_file(contents), IGDROM_ORIGIN_DRIVER);
}

static enum igdrom_status open_rom(struct open_search *search)
{
	struct igdrom_contents *contents = search->contents;
	struct igdrom_rom *rom;
	enum igdrom_status status = igdrom_rom_parse(contents->data, contents->size, search->limits,
						     search->report, &rom);

	if (status != IGDROM_OK)
		return status;
	contents->kind = IGDROM_FILE_OPTION_ROM;
	status = open_find_in_rom(search, rom, NULL);
	if (status != IGDROM_OK)
		return status;
	return open_find_vbts(search, open_walk_file(contents), IGDROM_ORIGIN_OPTION_ROM);
}

/* Whether the findings from `from` on say what keeps the file from being read. */
static bool is_explained(const struct igdrom_report *report, size_t from)
{
	for (size_t i = from; i < igdrom_report_count(report); i++) {
		if (igdrom_finding_severity(igdrom_report_at(report, i)) >= IGDROM_SEVERITY_WARNING)
			return true;
	}
	return false;
}

/* A file that may be firmware, or of no known structure: an FFS file by itself, a dump of memory. */
static enum igdrom_status open_other(struct open_search *search)
{
	struct igdrom_contents *contents = search->contents;
	size_t said = igdrom_report_count(search->report);
	enum igdrom_status status = open_firmware(search);

	if (status != IGDROM_E_NOT_RECOGNIZED)
		return status;
	status = open_find_gops(search, open_walk_file(contents));
	if (status == IGDROM_OK)
		status = open_find_vbts(search, open_walk_file(contents), 0);
	if (status != IGDROM_OK)
		return status;
	if (open_count(contents)) {
		contents->kind = IGDROM_FILE_OTHER;
		return IGDROM_OK;
	}
	if (!is_explained(search->report, said))
		open_explain(contents, search->report);
	return IGDROM_E_NOT_RECOGNIZED;
}

static enum igdrom_status open_vbt(struct open_search *search)
{
	struct igdrom_contents *contents = search->contents;
	struct place place = {.at = 0, .exact = true};
	struct igdrom_vbt *vbt;
	enum igdrom_status status = open_find_vbts(search, open_walk_file(contents), 0);

	if (status != IGDROM_OK)
		return status;
	contents->kind = IGDROM_FILE_VBT;
	if (contents->found[OPEN_VBT].count)
		return IGDROM_OK;
	/* Damaged: the reading says how. */
	status = vbt_read(contents->data, contents->size, place, search->report, &vbt);
	igdrom_vbt_free(vbt);
	return status == IGDROM_OK ? IGDROM_E_INTERNAL : status;
}

/* The header says which table counts: one that is left in mailbox 4 may be stale. */
static enum igdrom_status open_opregion(struct open_search *search)
{
	struct igdrom_contents *contents = search->contents;
	enum igdrom_status status = igdrom_opregion_parse(contents->data, contents->size,
							  search->report, &contents->opregion);
	const struct igdrom_vbt *vbt = igdrom_opregion_vbt(contents->opregion);
	enum igdrom_status found = IGDROM_OK;

	contents->kind = IGDROM_FILE_OPREGION;
	if (vbt)
		found = open_add_vbt(search, igdrom_opregion_vbt_offset(contents->opregion),
				     igdrom_vbt_size(vbt));
	else if (status != IGDROM_OK && status != IGDROM_E_NOMEM)
		found = open_find_vbts(search, open_walk_file(contents), IGDROM_ORIGIN_ALONE);
	if (found != IGDROM_OK)
		return found;
	return contents->found[OPEN_VBT].count ? IGDROM_OK : status;
}

static bool starts_with(const struct igdrom_contents *contents, const char *magic)
{
	return contents->size >= strlen(magic) && !memcmp(contents->data, magic, strlen(magic));
}

static enum igdrom_status open_any(struct open_search *search)
{
	struct igdrom_contents *contents = search->contents;
	struct cur c = cur_from(contents->data, contents->size, 0);
	uint16_t magic = cur_u16le(&c);
	enum igdrom_status status;

	if (starts_with(contents, "$VBT"))
		status = open_vbt(search);
	else if (starts_with(contents, "IntelGraphicsMem"))
		status = open_opregion(search);
	else if (magic == DOS_MAGIC)
		status = open_pe(search);
	else if (magic == ROM_MAGIC)
		status = open_rom(search);
	else
		status = open_other(search);
	return status == IGDROM_OK ? open_name_files(contents) : status;
}

enum igdrom_status igdrom_contents_open(const void *data, size_t size,
					const struct igdrom_limits *limits,
					struct igdrom_report *report, struct igdrom_contents **out)
{
	uint64_t most = igdrom_limits_get(limits, IGDROM_LIMIT_INPUT_BYTES);
	struct open_search search = {.limits = limits, .report = report};
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
	contents->data = large_alloc(size ? size : 1);
	if (!contents->data) {
		igdrom_contents_free(contents);
		return IGDROM_E_NOMEM;
	}
	if (size)
		memcpy(contents->data, data, size);
	contents->size = size;
	search.contents = contents;
	status = open_any(&search);
	if (status == IGDROM_OK)
		*out = contents;
	else
		igdrom_contents_free(contents);
	return status;
}
