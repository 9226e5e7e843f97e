/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a firmware image that is changed: without changes it stays as it is; after them it has
 * the same size, can be read, and what is put in is there.
 */
#include "fuzz/fuzz.h"

#include <igdrom/edit.h>

#include <string.h>

#define MOST_NODES    300
#define MOST_EXPANDED 100000
#define MOST_CHANGES  4

static const char name[] = "6B7E2F04-31D5-4C5A-9E0B-7A6F5D4C3B2A";

static struct igdrom_bytes small_file(void)
{
	struct igdrom_bytes file = {0};
	struct igdrom_ffs *ffs = NULL;
	bool made = igdrom_ffs_new(IGDROM_FILE_TYPE_FREEFORM, name, &ffs) == IGDROM_OK &&
		    igdrom_ffs_add_section(ffs, IGDROM_SECTION_RAW, "VBT", 3) == IGDROM_OK &&
		    igdrom_ffs_finish(ffs, &file) == IGDROM_OK;

	FUZZ_CHECK(made);
	igdrom_ffs_free(ffs);
	return file;
}

/* Asks for a few changes; which ones the bytes decide. */
static size_t change(struct igdrom_edit *edit, const struct igdrom_firmware *firmware,
		     struct igdrom_bytes file, uint8_t choice)
{
	const struct igdrom_firmware_node *n = igdrom_firmware_root(firmware);
	size_t inserted = 0;

	for (; n && igdrom_edit_count(edit) < MOST_CHANGES; n = igdrom_firmware_node_walk(n)) {
		enum igdrom_node_kind kind = igdrom_firmware_node_kind(n);
		enum igdrom_status status = IGDROM_E_INVAL;

		choice = (uint8_t)(choice * 5 + 1);
		if (kind == IGDROM_NODE_VOLUME || (kind == IGDROM_NODE_FILE && choice & 0x40)) {
			status = igdrom_edit_insert(edit, n, file.data, file.size, NULL);
			inserted += status == IGDROM_OK;
		} else if (kind == IGDROM_NODE_FILE && choice & 0x20) {
			status = igdrom_edit_replace(edit, n, file.data, file.size, NULL);
			inserted += status == IGDROM_OK;
		} else if (kind == IGDROM_NODE_FILE) {
			status = igdrom_edit_remove(edit, n, NULL);
		}
	}
	return inserted;
}

static size_t count_named(const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *n = igdrom_firmware_root(firmware);
	size_t count = 0;

	for (; n; n = igdrom_firmware_node_walk(n)) {
		const char *guid = igdrom_firmware_node_guid(n);

		count += igdrom_firmware_node_kind(n) == IGDROM_NODE_FILE && guid &&
			 strcmp(guid, name) == 0;
	}
	return count;
}

static void check_result(const struct igdrom_firmware *was, struct igdrom_bytes made,
			 size_t inserted, const struct igdrom_limits *limits)
{
	struct igdrom_firmware *now;

	FUZZ_CHECK(made.size == igdrom_firmware_node_bytes(igdrom_firmware_root(was)).size);

	if (igdrom_firmware_open(made.data, made.size, limits, NULL, &now) != IGDROM_OK) {
		FUZZ_CHECK(inserted == 0);
		return;
	}
	FUZZ_CHECK(count_named(now) >= (inserted ? 1 : 0));
	igdrom_firmware_free(now);
}

static void edit_image(const struct igdrom_firmware *firmware, const struct igdrom_limits *limits,
		       struct igdrom_bytes input, uint8_t choice)
{
	struct igdrom_bytes file = small_file(), made = {0};
	struct igdrom_edit *edit = NULL;
	size_t inserted;

	if (igdrom_edit_new(firmware, choice & 1, &edit) != IGDROM_OK)
		return;
	if (igdrom_edit_save(edit, NULL, NULL, &made) == IGDROM_OK) {
		FUZZ_CHECK(made.size == input.size &&
			   memcmp(made.data, input.data, input.size) == 0);
		igdrom_bytes_free(&made);
	}
	inserted = change(edit, firmware, file, choice);
	if (igdrom_edit_save(edit, NULL, NULL, &made) == IGDROM_OK)
		check_result(firmware, made, inserted, limits);
	igdrom_bytes_free(&made);
	igdrom_bytes_free(&file);
	igdrom_edit_free(edit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_limits *limits = NULL;
	struct igdrom_firmware *firmware;

	if (igdrom_limits_new(&limits) != IGDROM_OK ||
	    igdrom_limits_set(limits, IGDROM_LIMIT_NODES, MOST_NODES) != IGDROM_OK ||
	    igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES, MOST_EXPANDED) != IGDROM_OK)
		abort();
	if (igdrom_firmware_open(data, size, limits, NULL, &firmware) == IGDROM_OK) {
		edit_image(firmware, limits, (struct igdrom_bytes){data, size},
			   size ? data[size - 1] : 0);
		igdrom_firmware_free(firmware);
	}
	igdrom_limits_free(limits);
	return 0;
}
