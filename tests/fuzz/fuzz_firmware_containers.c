/* SPDX-License-Identifier: BSD-2-Clause */
/* Firmware images: every node lies where its getters say, inside the one above it. */
#include "fuzz/fuzz.h"

#include <igdrom/firmware.h>
#include <igdrom/limits.h>

#include <string.h>

static void use_node(const struct igdrom_firmware_node *node)
{
	const struct igdrom_firmware_node *parent = igdrom_firmware_node_parent(node);
	struct igdrom_bytes all = igdrom_firmware_node_bytes(node);
	struct igdrom_bytes body = igdrom_firmware_node_body(node);
	struct igdrom_bytes decoded = igdrom_firmware_node_decoded(node);
	unsigned sum = 0;

	FUZZ_CHECK(body.size <= all.size);
	FUZZ_CHECK(*igdrom_node_kind_name(igdrom_firmware_node_kind(node)));
	FUZZ_CHECK(strlen(igdrom_firmware_node_type(node)) < 256);
	FUZZ_CHECK(igdrom_firmware_node_is_decoded(node) || decoded.size == 0);
	if (all.size != 0)
		sum += (unsigned)all.data[0] + all.data[all.size - 1];
	if (decoded.size != 0)
		sum += (unsigned)decoded.data[0] + decoded.data[decoded.size - 1];
	FUZZ_CHECK(sum <= 4 * 255);
	if (parent && !igdrom_firmware_node_is_decoded(parent)) {
		struct igdrom_bytes outer = igdrom_firmware_node_bytes(parent);

		FUZZ_CHECK(all.data >= outer.data &&
			   all.data + all.size <= outer.data + outer.size);
	}
}

/* Children of one node follow each other without overlapping. */
static void use_order(const struct igdrom_firmware_node *node)
{
	const struct igdrom_firmware_node *next = igdrom_firmware_node_next(node);

	if (!next || igdrom_firmware_node_in_file(node) != igdrom_firmware_node_in_file(next))
		return;
	FUZZ_CHECK(igdrom_firmware_node_offset(node) + igdrom_firmware_node_bytes(node).size <=
		   igdrom_firmware_node_offset(next));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_limits *limits;
	struct igdrom_report *report;
	struct igdrom_firmware *firmware;
	const struct igdrom_firmware_node *node;
	size_t count = 0;

	FUZZ_CHECK(igdrom_limits_new(&limits) == IGDROM_OK);
	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	FUZZ_CHECK(igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES, 1 << 20) == IGDROM_OK);
	FUZZ_CHECK(igdrom_limits_set(limits, IGDROM_LIMIT_THREADS, 1) == IGDROM_OK);
	if (igdrom_firmware_open(data, size, limits, report, &firmware) == IGDROM_OK) {
		for (node = igdrom_firmware_root(firmware); node;
		     node = igdrom_firmware_node_walk(node), count++) {
			use_node(node);
			use_order(node);
		}
		FUZZ_CHECK(count == igdrom_firmware_node_count(firmware));
		igdrom_firmware_free(firmware);
	}
	igdrom_report_free(report);
	igdrom_limits_free(limits);
	return 0;
}
