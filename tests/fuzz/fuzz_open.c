/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a file; what is found is read again on its own and must be the same. */
#include "fuzz/fuzz.h"

#include <igdrom/open.h>

#include <string.h>

static void check_gop(const struct igdrom_contents *contents, size_t index)
{
	const struct igdrom_gop *gop = igdrom_contents_gop_at(contents, index);
	struct igdrom_bytes bytes = igdrom_contents_gop_bytes(contents, index);
	const char *where = igdrom_contents_gop_where(contents, index);
	struct igdrom_gop *again;

	FUZZ_CHECK(gop && where && bytes.data && bytes.size == igdrom_gop_size(gop));
	FUZZ_CHECK(where[0] == '\0' || igdrom_contents_kind(contents) != IGDROM_FILE_PE);
	FUZZ_CHECK(igdrom_gop_identify(bytes.data, bytes.size, NULL, &again) == IGDROM_OK);
	FUZZ_CHECK(!strcmp(igdrom_gop_sha256(gop), igdrom_gop_sha256(again)));
	FUZZ_CHECK(igdrom_gop_device_count(gop) == igdrom_gop_device_count(again));
	FUZZ_CHECK(igdrom_gop_gate_offset(gop) == igdrom_gop_gate_offset(again));
	igdrom_gop_free(again);
}

static void open_with(const uint8_t *data, size_t size, const struct igdrom_limits *limits)
{
	struct igdrom_contents *contents;
	struct igdrom_report *report;
	enum igdrom_status status;

	if (igdrom_report_new(&report) != IGDROM_OK)
		return;
	status = igdrom_contents_open(data, size, limits, report, &contents);
	FUZZ_CHECK((status == IGDROM_OK) == (contents != NULL));
	if (status == IGDROM_OK)
		FUZZ_CHECK(igdrom_contents_kind(contents) != IGDROM_FILE_UNKNOWN);
	else /* never a refusal without a reason */
		FUZZ_CHECK(igdrom_report_count(report) > 0);
	for (size_t i = 0; i < igdrom_contents_gop_count(contents); i++)
		check_gop(contents, i);
	igdrom_contents_free(contents);
	igdrom_report_free(report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_limits *limits;

	open_with(data, size, NULL);
	if (igdrom_limits_new(&limits) != IGDROM_OK)
		return 0;
	FUZZ_CHECK(igdrom_limits_set(limits, IGDROM_LIMIT_NODES, 2) == IGDROM_OK);
	FUZZ_CHECK(igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES, 1000) == IGDROM_OK);
	open_with(data, size, limits);
	igdrom_limits_free(limits);
	return 0;
}
