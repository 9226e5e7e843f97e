/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a PE image and as a GOP driver; what is read must be there in the bytes. */
#include "fuzz/fuzz.h"

#include <igdrom/gop.h>

#include "pe/pe.h"

#include <string.h>

static void check_ranges(const struct pe_image *pe, size_t size)
{
	struct pe_range ranges[PE_MAX_SECTIONS];
	size_t count = pe_ranges(pe, 0, ranges);
	size_t offset, before = 0;
	uint32_t rva;

	FUZZ_CHECK(count <= pe->section_count);
	for (size_t i = 0; i < count; i++) {
		FUZZ_CHECK(ranges[i].from < ranges[i].to && ranges[i].to <= size);
		FUZZ_CHECK(i == 0 || ranges[i].from > before);
		before = ranges[i].to;
		if (pe_offset_to_rva(pe, ranges[i].from, &rva))
			FUZZ_CHECK(pe_rva_to_offset(pe, rva, 1, &offset) && offset < size);
	}
}

static void check_pe(const uint8_t *data, size_t size)
{
	struct pe_relocs relocs;
	struct pe_image pe;
	size_t count = 0;
	unsigned type;
	uint32_t rva;

	if (pe_parse(data, size, &pe) != IGDROM_OK)
		return;
	FUZZ_CHECK(pe.file_size <= size && pe.section_count <= PE_MAX_SECTIONS);
	check_ranges(&pe, size);
	relocs = pe_relocs_of(&pe, data);
	while (pe_relocs_next(&relocs, &rva, &type))
		FUZZ_CHECK(type != PE_RELOC_ABSOLUTE && ++count <= size);
}

static void check_ids(const struct igdrom_gop *gop, const uint8_t *data, size_t size)
{
	size_t at = (size_t)igdrom_gop_device_table_offset(gop);
	size_t count = igdrom_gop_device_count(gop);

	FUZZ_CHECK((count == 0) == (igdrom_gop_confidence(gop) == IGDROM_CONFIDENCE_LOW));
	FUZZ_CHECK(count <= 255 && at < size && 2 * count <= size - at);
	for (size_t i = 0; i < count; i++) {
		uint16_t id = igdrom_gop_device_at(gop, i);

		FUZZ_CHECK(id == (data[at + 2 * i] | data[at + 2 * i + 1] << 8));
		FUZZ_CHECK(igdrom_gop_supports(gop, id) == IGDROM_YES);
		igdrom_gop_device_is_igd(gop, i);
	}
}

static void check_gate(const struct igdrom_gop *gop, const uint8_t *data, size_t size)
{
	size_t at = (size_t)igdrom_gop_gate_offset(gop);

	FUZZ_CHECK((at != 0) == (igdrom_gop_gate(gop) == IGDROM_GATE_FATAL));
	if (at)
		FUZZ_CHECK(at < size - 5 && (data[at] == 0xe8 || data[at] == 0x41));
	for (size_t i = 0; i < igdrom_gop_lpc_count(gop); i++) {
		struct igdrom_id_range range = igdrom_gop_lpc_at(gop, i);

		FUZZ_CHECK(range.first <= range.last);
		FUZZ_CHECK(igdrom_gop_accepts_lpc(gop, range.first) == IGDROM_YES);
	}
}

static void check_version(const struct igdrom_gop *gop)
{
	const char *version = igdrom_gop_version(gop);
	char text[64];

	snprintf(text, sizeof(text), "%u.%u.%u", igdrom_gop_version_major(gop),
		 igdrom_gop_version_minor(gop), igdrom_gop_version_build(gop));
	FUZZ_CHECK(!strcmp(version ? version : "0.0.0", text));
	FUZZ_CHECK(version || !igdrom_gop_family(gop));
	FUZZ_CHECK(strcmp(igdrom_confidence_name(igdrom_gop_confidence(gop)), "unknown") != 0);
}

static void check_best(const struct igdrom_gop *gop)
{
	const struct igdrom_gop *list[] = {NULL, gop, gop};
	uint16_t id = igdrom_gop_device_at(gop, 0);
	size_t best;

	if (igdrom_gop_best(list, 3, id, &best) == IGDROM_OK)
		FUZZ_CHECK(best == 1);
	else
		FUZZ_CHECK(igdrom_gop_device_count(gop) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_report *report;
	struct igdrom_gop *gop;

	check_pe(data, size);
	if (igdrom_report_new(&report) != IGDROM_OK)
		return 0;
	if (igdrom_gop_identify(data, size, report, &gop) == IGDROM_OK) {
		FUZZ_CHECK(gop && igdrom_gop_size(gop) == size);
		FUZZ_CHECK(strlen(igdrom_gop_sha256(gop)) == 64);
		check_version(gop);
		check_ids(gop, data, size);
		check_gate(gop, data, size);
		check_best(gop);
	} else {
		FUZZ_CHECK(!gop);
	}
	for (size_t i = 0; i < igdrom_report_count(report); i++)
		FUZZ_CHECK(igdrom_finding_text(igdrom_report_at(report, i))[0]);
	igdrom_gop_free(gop);
	igdrom_report_free(report);
	return 0;
}
