/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as a firmware image that is changed: without changes it stays as it is; after them it can
 * be read, what was put in is there, what was taken out is not, and nothing else is another.
 */
#include "fuzz/fuzz.h"

#include "unit/edit_compare.h"

#include <stdio.h>
#include <string.h>

#define MOST_NODES    300
#define MOST_EXPANDED 100000
#define MOST_CHANGES  6
#define MOST_CONTENTS 5000

#define ATTRIBUTES_AT 19
#define HEADER_SUM_AT 16

/* A file that differs from the others of this run, and asks for an alignment. */
static struct igdrom_bytes make_file(size_t number, unsigned choice)
{
	static const uint8_t types[] = {IGDROM_FILE_TYPE_FREEFORM, IGDROM_FILE_TYPE_DRIVER, 0x06,
					0x01};
	static const size_t sizes[] = {0, 3, 40, 700, MOST_CONTENTS, 20, 1000, 121};
	static uint8_t contents[MOST_CONTENTS];
	struct igdrom_bytes file = {0};
	struct igdrom_ffs *ffs = NULL;
	char name[40];
	uint8_t *header;
	bool made;

	memset(contents, (int)number + 1, sizeof(contents));
	snprintf(name, sizeof(name), "6B7E2F04-31D5-4C5A-9E0B-7A6F5D4C3B%02X", (unsigned)number);
	made = igdrom_ffs_new(types[choice & 3], name, &ffs) == IGDROM_OK &&
	       igdrom_ffs_add_section(ffs, IGDROM_SECTION_RAW, contents, sizes[choice >> 2 & 7]) ==
		       IGDROM_OK &&
	       igdrom_ffs_finish(ffs, &file) == IGDROM_OK;
	FUZZ_CHECK(made);
	igdrom_ffs_free(ffs);
	/* 1, 16, 128 or 512 bytes */
	header = (uint8_t *)file.data;
	header[ATTRIBUTES_AT] = (uint8_t)((choice >> 5 & 3) << 3);
	header[HEADER_SUM_AT] = (uint8_t)(header[HEADER_SUM_AT] - header[ATTRIBUTES_AT]);
	return file;
}

/* Asks for a few changes; which ones the bytes decide. */
static void change(struct igdrom_edit *edit, const struct igdrom_firmware *firmware,
		   unsigned choice)
{
	const struct igdrom_firmware_node *n = igdrom_firmware_root(firmware);

	for (; n && igdrom_edit_count(edit) < MOST_CHANGES; n = igdrom_firmware_node_walk(n)) {
		enum igdrom_node_kind kind = igdrom_firmware_node_kind(n);
		size_t before = igdrom_edit_count(edit);
		enum igdrom_status status = IGDROM_E_INVAL;
		struct igdrom_bytes file;

		choice = choice * 1103515245 + 12345;
		if (kind == IGDROM_NODE_SECTION && (choice >> 24 & 3) == 0) {
			status = igdrom_edit_replace_content(edit, n, "other content",
							     choice >> 16 & 7, NULL);
			FUZZ_CHECK(igdrom_edit_count(edit) == before + (status == IGDROM_OK));
		}
		if (kind != IGDROM_NODE_VOLUME && kind != IGDROM_NODE_FILE)
			continue;
		file = make_file(before, choice >> 16);
		if (kind == IGDROM_NODE_VOLUME || (choice >> 24 & 3) == 0)
			status = igdrom_edit_insert(edit, n, file.data, file.size, NULL);
		else if ((choice >> 24 & 3) == 1)
			status = igdrom_edit_replace(edit, n, file.data, file.size, NULL);
		else if ((choice >> 24 & 3) == 2)
			status = igdrom_edit_remove(edit, n, NULL);
		FUZZ_CHECK(igdrom_edit_count(edit) == before + (status == IGDROM_OK));
		igdrom_bytes_free(&file);
	}
}

/* Whether a limit left something out: then the trees cannot be compared. */
static bool is_complete(const struct igdrom_report *report)
{
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		const char *code = igdrom_finding_code(igdrom_report_at(report, i));

		if (strncmp(code, "firmware-limit", 14) == 0 ||
		    strcmp(code, "firmware-part-too-large") == 0)
			return false;
	}
	return igdrom_report_dropped(report) == 0;
}

static bool has_code(const struct igdrom_report *report, const char *code)
{
	for (size_t i = 0; i < igdrom_report_count(report); i++) {
		if (strcmp(igdrom_finding_code(igdrom_report_at(report, i)), code) == 0)
			return true;
	}
	return false;
}

/* Whether nothing is wrong that was right; a file may ask for an alignment that its volume has not,
 * which is said when it is put in. */
static bool is_no_worse(const struct igdrom_report *was, const struct igdrom_report *now)
{
	for (size_t i = 0; i < igdrom_report_count(now); i++) {
		const char *code = igdrom_finding_code(igdrom_report_at(now, i));

		if (!has_code(was, code) && strcmp(code, "firmware-file-alignment") != 0) {
			fprintf(stderr, "%s\n", code);
			return false;
		}
	}
	return true;
}

static void check_result(const struct igdrom_firmware *was, const struct igdrom_report *before,
			 struct igdrom_bytes made, const struct igdrom_edit *edit,
			 const struct igdrom_limits *limits)
{
	struct igdrom_firmware *now;
	struct igdrom_report *report;
	const char *difference;

	if (igdrom_report_new(&report) != IGDROM_OK)
		abort();
	FUZZ_CHECK(igdrom_firmware_open(made.data, made.size, limits, report, &now) == IGDROM_OK);
	difference = is_complete(report) ? edit_difference(was, now, edit) : NULL;
	if (difference)
		fprintf(stderr, "%s\n", difference);
	FUZZ_CHECK(!difference);
	FUZZ_CHECK(!is_complete(report) || is_no_worse(before, report));
	igdrom_firmware_free(now);
	igdrom_report_free(report);
}

static void edit_image(const struct igdrom_firmware *firmware, const struct igdrom_limits *limits,
		       struct igdrom_bytes input, const struct igdrom_report *before)
{
	unsigned choice = input.size ? input.data[input.size - 1] * 257u + input.data[0] : 0;
	struct igdrom_report *report = NULL;
	struct igdrom_edit *edit = NULL;
	struct igdrom_bytes made = {0};
	enum igdrom_status status;

	if (igdrom_edit_new(firmware, choice & 1, &edit) != IGDROM_OK ||
	    igdrom_report_new(&report) != IGDROM_OK)
		abort();
	FUZZ_CHECK(igdrom_edit_save(edit, limits, NULL, &made) == IGDROM_OK);
	FUZZ_CHECK(made.size == input.size && memcmp(made.data, input.data, input.size) == 0);
	igdrom_bytes_free(&made);
	change(edit, firmware, choice);
	status = igdrom_edit_save(edit, limits, report, &made);
	if (status == IGDROM_OK && is_complete(before))
		check_result(firmware, before, made, edit, limits);
	/* What cannot be made is said, and is no fault of ours. */
	FUZZ_CHECK(status == IGDROM_OK ||
		   (igdrom_report_count(report) && status != IGDROM_E_INTERNAL));
	igdrom_bytes_free(&made);
	igdrom_report_free(report);
	igdrom_edit_free(edit);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct igdrom_limits *limits = NULL;
	struct igdrom_report *report = NULL;
	struct igdrom_firmware *firmware;

	if (igdrom_limits_new(&limits) != IGDROM_OK || igdrom_report_new(&report) != IGDROM_OK ||
	    igdrom_limits_set(limits, IGDROM_LIMIT_NODES, MOST_NODES) != IGDROM_OK ||
	    igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES, MOST_EXPANDED) != IGDROM_OK)
		abort();
	if (igdrom_firmware_open(data, size, limits, report, &firmware) == IGDROM_OK) {
		edit_image(firmware, limits, (struct igdrom_bytes){data, size}, report);
		igdrom_firmware_free(firmware);
	}
	igdrom_report_free(report);
	igdrom_limits_free(limits);
	return 0;
}
