/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a firmware image: nodes lie inside what they are part of, and the tree does not
 * depend on the number of threads. */
#include "fuzz/fuzz.h"

#include <igdrom/firmware.h>

#include <string.h>

#define MOST_NODES    500
#define MOST_EXPANDED 100000

static bool lies_in(struct igdrom_bytes part, struct igdrom_bytes whole)
{
	size_t at;

	if (part.size == 0)
		return true;
	if (!whole.data || part.data < whole.data)
		return false;
	at = (size_t)(part.data - whole.data);
	return at <= whole.size && part.size <= whole.size - at;
}

static void check_node(const struct igdrom_firmware_node *node)
{
	const struct igdrom_firmware_node *parent = igdrom_firmware_node_parent(node);
	struct igdrom_bytes bytes = igdrom_firmware_node_bytes(node);
	struct igdrom_bytes body = igdrom_firmware_node_body(node);
	char *path;

	FUZZ_CHECK(lies_in(body, bytes));
	FUZZ_CHECK(strcmp(igdrom_node_kind_name(igdrom_firmware_node_kind(node)), "unknown") != 0);
	FUZZ_CHECK(igdrom_firmware_node_type(node) != NULL);
	if (igdrom_firmware_node_in_file(node))
		FUZZ_CHECK(igdrom_firmware_node_offset(node) ==
			   igdrom_firmware_node_file_offset(node));
	if (igdrom_firmware_node_path(node, &path) == IGDROM_OK) {
		FUZZ_CHECK((path[0] == '\0') == (parent == NULL));
		igdrom_string_free(path);
	}
	if (!parent)
		return;
	FUZZ_CHECK(lies_in(bytes, igdrom_firmware_node_body(parent)) ||
		   lies_in(bytes, igdrom_firmware_node_decoded(parent)));
	FUZZ_CHECK(bytes.size > 0);
}

static void check_tree(const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware);
	uint64_t decoded = 0;
	size_t count = 0;

	for (; node; node = igdrom_firmware_node_walk(node)) {
		check_node(node);
		decoded += igdrom_firmware_node_decoded(node).size;
		count++;
	}
	FUZZ_CHECK(count == igdrom_firmware_node_count(firmware) && count > 1);
	FUZZ_CHECK(count <= MOST_NODES && decoded <= MOST_EXPANDED);
	FUZZ_CHECK(decoded == igdrom_firmware_decoded_size(firmware));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_firmware *firmware;
	struct igdrom_limits *limits;
	struct igdrom_report *report;
	enum igdrom_status status;

	if (igdrom_limits_new(&limits) != IGDROM_OK)
		return 0;
	FUZZ_CHECK(igdrom_limits_set(limits, IGDROM_LIMIT_NODES, MOST_NODES) == IGDROM_OK);
	FUZZ_CHECK(igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES, MOST_EXPANDED) ==
		   IGDROM_OK);
	if (igdrom_report_new(&report) != IGDROM_OK) {
		igdrom_limits_free(limits);
		return 0;
	}
	status = igdrom_firmware_open(data, size, limits, report, &firmware);
	FUZZ_CHECK((status == IGDROM_OK) == (firmware != NULL));
	FUZZ_CHECK(status == IGDROM_OK || status == IGDROM_E_NOT_RECOGNIZED ||
		   status == IGDROM_E_NOMEM);
	/* At most 17 of a kind: one image never fills the report. */
	FUZZ_CHECK(igdrom_report_dropped(report) == 0);
	if (firmware)
		check_tree(firmware);
	igdrom_firmware_free(firmware);
	igdrom_report_free(report);
	igdrom_limits_free(limits);
	return 0;
}
