/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a package. One target for each kind of package, which differ in their corpora: parts
 * lie in the package or were paid for, and parts of parts are packages as well.
 */
#include "fuzz/fuzz.h"

#include "wrap/wrap.h"

#define MOST_BYTES  200000
#define MOST_PART   100000
#define MOST_PARTS  40
#define MOST_LEVELS 3

static void add(void *to, enum finding_code code, uint64_t offset,
		const struct igdrom_finding_arg *args, size_t arg_count)
{
	report_add(to, code, offset, args, arg_count);
}

static void check_parts(const struct wrap_parts *parts, const uint8_t *data, size_t size)
{
	size_t slices_end = 0;
	uint64_t owned = 0;

	for (size_t i = 0; i < parts->count; i++) {
		const struct wrap_part *part = &parts->parts[i];

		FUZZ_CHECK(part->bytes.size > 0 && part->extent > 0);
		FUZZ_CHECK(part->offset <= size && part->extent <= size - part->offset);
		if (part->owned) {
			FUZZ_CHECK(part->bytes.size <= MOST_PART);
			owned += part->bytes.size;
			continue;
		}
		FUZZ_CHECK(part->bytes.data == data + part->offset);
		FUZZ_CHECK(part->bytes.size == part->extent && part->offset >= slices_end);
		slices_end = part->offset + part->extent;
	}
	FUZZ_CHECK(owned <= parts->decoded && parts->decoded <= MOST_BYTES);
}

static void unpack(const uint8_t *data, size_t size, struct igdrom_report *report, unsigned level)
{
	struct wrap_caps caps = {MOST_BYTES, MOST_PART, MOST_PARTS};
	struct wrap_sink sink = {add, report, NULL};
	struct cur file = cur_from(data, size, 0);
	struct wrap_parts parts;
	const char *name;
	bool recognized = wrap_recognize(file, &name);
	enum igdrom_status status = wrap_unpack(file, &caps, &sink, &parts);

	FUZZ_CHECK(recognized == (status != IGDROM_E_NOT_RECOGNIZED));
	FUZZ_CHECK((status == IGDROM_OK) == (parts.count > 0) && parts.count <= MOST_PARTS);
	check_parts(&parts, data, size);
	for (size_t i = 0; i < parts.count && level < MOST_LEVELS; i++)
		unpack(parts.parts[i].bytes.data, parts.parts[i].bytes.size, report, level + 1);
	wrap_parts_free(&parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_report *report;

	if (igdrom_report_new(&report) != IGDROM_OK)
		return 0;
	unpack(data, size, report, 0);
	igdrom_report_free(report);
	return 0;
}
