/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware of the machine: from MTD, else from where the chipset maps it, which ends at 4 GiB
 * (16 MiB on PCH; a smaller chip is seen several times, or with nothing before it).
 */
#include "host/dump.h"

#include "changes/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW_BYTES (16u << 20)
#define WINDOW_END   (1ull << 32)
#define STEP         65536u /* flash chips and their partitions are multiples of it */

bool dump_is_blank(const uint8_t *data, size_t size)
{
	return size == 0 ||
	       ((data[0] == 0x00 || data[0] == 0xff) && !memcmp(data, data + 1, size - 1));
}

static enum igdrom_status read_window(const struct dump_memory *memory, uint8_t *data,
				      const struct igdrom_limits *limits,
				      struct igdrom_report *report)
{
	enum igdrom_status status = IGDROM_OK;

	for (size_t at = 0; at < WINDOW_BYTES && status == IGDROM_OK; at += DUMP_CHUNK) {
		if (!igdrom_limits_go_on(limits, at, WINDOW_BYTES))
			return IGDROM_E_CANCELED;
		status = dump_memory_read(memory, WINDOW_END - WINDOW_BYTES + at, data + at,
					  DUMP_CHUNK, report);
	}
	return status;
}

/* How much at the end of the window is the chip: where it repeats it is seen once more. */
static size_t without_copies(const uint8_t *data, size_t size)
{
	while (size / 2 >= STEP && !memcmp(data, data + size / 2, size / 2)) {
		data += size / 2;
		size /= 2;
	}
	return size;
}

static size_t without_blank_head(const uint8_t *data, size_t size)
{
	while (size > STEP && dump_is_blank(data, STEP)) {
		data += STEP;
		size -= STEP;
	}
	return size;
}

/* Leaves what is firmware at the start of data; its size, 0 when there is none. */
static size_t trim_window(uint8_t *data, struct igdrom_report *report)
{
	size_t chip = without_copies(data, WINDOW_BYTES);
	size_t size;

	if (dump_is_blank(data + WINDOW_BYTES - chip, chip))
		return 0;
	if (chip < WINDOW_BYTES)
		SAY(report, "dump-flash-repeats", SAY_NUMBER(chip));
	size = without_blank_head(data + WINDOW_BYTES - chip, chip);
	if (size < chip)
		SAY(report, "dump-flash-trimmed", SAY_NUMBER(chip - size),
		    SAY_NUMBER(WINDOW_END - size));
	memmove(data, data + WINDOW_BYTES - size, size);
	return size;
}

static enum igdrom_status read_mapped(const struct dump_machine *machine,
				      const struct igdrom_limits *limits,
				      struct igdrom_report *report, struct igdrom_bytes *out,
				      char source[DUMP_PATH_MAX])
{
	struct dump_memory memory;
	enum igdrom_status status;
	uint8_t *data;
	size_t size = 0;

	if (igdrom_limits_get(limits, IGDROM_LIMIT_INPUT_BYTES) < WINDOW_BYTES) {
		SAY(report, "file-too-large", SAY_TEXT("/dev/mem"),
		    SAY_NUMBER(igdrom_limits_get(limits, IGDROM_LIMIT_INPUT_BYTES)));
		return IGDROM_E_LIMIT;
	}
	status = dump_memory_open(machine, report, &memory);
	if (status != IGDROM_OK)
		return status;
	data = malloc(WINDOW_BYTES);
	status = data ? read_window(&memory, data, limits, report) : IGDROM_E_NOMEM;
	dump_memory_close(&memory);
	if (status == IGDROM_OK)
		size = trim_window(data, report);
	if (size) {
		*out = (struct igdrom_bytes){.data = data, .size = size};
		snprintf(source, DUMP_PATH_MAX, "/dev/mem at 0x%llx",
			 (unsigned long long)(WINDOW_END - size));
		return IGDROM_OK;
	}
	free(data);
	if (status != IGDROM_OK)
		return status;
	SAY(report, "dump-flash-blank", SAY_NUMBER(WINDOW_END - WINDOW_BYTES));
	return IGDROM_E_NOT_FOUND;
}

enum igdrom_status dump_flash(const struct dump_machine *machine,
			      const struct igdrom_limits *limits, struct igdrom_report *report,
			      struct igdrom_dump **out)
{
	struct igdrom_bytes bytes = {NULL, 0};
	char source[DUMP_PATH_MAX];
	enum igdrom_status status;

	status = dump_read_mtd(machine, limits, report, &bytes, source);
	if (status == IGDROM_E_NOT_FOUND)
		status = read_mapped(machine, limits, report, &bytes, source);
	if (status == IGDROM_OK)
		return dump_new(IGDROM_DUMP_FLASH, source, &bytes, out);
	if (status != IGDROM_E_CANCELED && status != IGDROM_E_NOMEM && status != IGDROM_E_LIMIT)
		igdrom_report_add(report, "dump-flash-instead", IGDROM_NO_OFFSET, NULL, 0);
	return status;
}
