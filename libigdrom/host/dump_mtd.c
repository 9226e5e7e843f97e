/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The flash chip as the kernel's MTD shows it: a partition "BIOS" (spi-intel), or a whole chip. Parts
 * that the flash descriptor protects, such as that of the management engine, cannot be read.
 */
#include "host/dump.h"

#include "changes/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MTD_CLASS "/sys/class/mtd"
#define SECTOR    4096u /* what flash is protected and erased by at least */
#define ERASED    0xff

struct chip {
	char number[16];
	char name[64];
	uint64_t size;
	bool is_bios;
};

struct gaps {
	uint64_t count;
	uint64_t bytes;
	uint64_t first;
	uint64_t end; /* of the last one */
	int error;
};

static int read_attribute(const struct dump_machine *machine, const char *entry, const char *name,
			  char *out, size_t room)
{
	char path[DUMP_PATH_MAX];

	snprintf(path, sizeof(path), MTD_CLASS "/%s/%s", entry, name);
	return dump_text(machine, path, out, room);
}

/* "mtd0", not "mtd0ro". */
static bool is_chip_name(const char *entry)
{
	size_t digits = strncmp(entry, "mtd", 3) ? 0 : strspn(entry + 3, "0123456789");

	return digits && digits < sizeof(((struct chip *)NULL)->number) && !entry[3 + digits];
}

/* Flash for firmware is "nor"; "nand" and "ram" are something else. */
static bool describe(const struct dump_machine *machine, const char *entry, struct chip *out)
{
	char path[DUMP_PATH_MAX], type[32];

	*out = (struct chip){.size = 0};
	if (!is_chip_name(entry) ||
	    read_attribute(machine, entry, "type", type, sizeof(type)) != 0 || strcmp(type, "nor"))
		return false;
	if (read_attribute(machine, entry, "name", out->name, sizeof(out->name)) != 0)
		out->name[0] = '\0';
	snprintf(path, sizeof(path), MTD_CLASS "/%s/size", entry);
	if (dump_number(machine, path, &out->size) != 0 || out->size == 0)
		return false;
	snprintf(out->number, sizeof(out->number), "%s", entry + 3);
	out->is_bios = !strcasecmp(out->name, "BIOS");
	return true;
}

/* The partition of that name, else the largest. */
static bool is_better(const struct chip *chip, const struct chip *best)
{
	if (!best->size || chip->is_bios != best->is_bios)
		return !best->size || chip->is_bios;
	return chip->size > best->size;
}

/* 0, ENOENT when there is none, or ENOMEM. */
static int find_chip(const struct dump_machine *machine, struct chip *out)
{
	struct dump_names names;
	struct chip chip;
	int error = machine->system->list(machine->user, MTD_CLASS, &names);

	*out = (struct chip){.size = 0};
	if (error)
		return error == ENOMEM ? error : ENOENT;
	for (size_t i = 0; i < names.count; i++) {
		if (describe(machine, names.names[i], &chip) && is_better(&chip, out))
			*out = chip;
	}
	free(names.names);
	return out->size ? 0 : ENOENT;
}

static int open_chip(const struct dump_machine *machine, const struct chip *chip, int *file,
		     char path[DUMP_PATH_MAX])
{
	int error;

	snprintf(path, DUMP_PATH_MAX, "/dev/mtd%sro", chip->number);
	error = machine->system->open(machine->user, path, false, file);
	if (error != ENOENT)
		return error;
	snprintf(path, DUMP_PATH_MAX, "/dev/mtd%s", chip->number);
	return machine->system->open(machine->user, path, false, file);
}

static void note_gap(struct gaps *gaps, uint64_t at, size_t size, int error)
{
	if (gaps->count == 0)
		gaps->first = at;
	if (gaps->count == 0 || gaps->end != at)
		gaps->count++;
	gaps->bytes += size;
	gaps->end = at + size;
	gaps->error = error;
}

/* What cannot be read as a whole is read by sectors, and those that cannot be read look erased. */
static void read_part(const struct dump_machine *machine, int file, uint64_t at, uint8_t *data,
		      size_t size, struct gaps *gaps)
{
	size_t got = 0;

	if (machine->system->read(machine->user, file, at, data, size, &got) == 0 && got == size)
		return;
	for (size_t done = 0; done < size;) {
		size_t part = size - done < SECTOR ? size - done : SECTOR;
		int error = machine->system->read(machine->user, file, at + done, data + done, part,
						  &got);

		if (error || got != part) {
			memset(data + done, ERASED, part);
			note_gap(gaps, at + done, part, error ? error : EIO);
		}
		done += part;
	}
}

static void say_gaps(const struct gaps *gaps, const char *path, struct igdrom_report *report)
{
	char reason[128];

	if (!gaps->count)
		return;
	file_reason(gaps->error, reason, sizeof(reason));
	SAY(report, "dump-flash-gaps", SAY_TEXT(path), SAY_NUMBER(gaps->bytes),
	    SAY_NUMBER(gaps->count), SAY_NUMBER(gaps->first), SAY_NUMBER(gaps->end),
	    SAY_TEXT(reason));
}

static enum igdrom_status read_chip(const struct dump_machine *machine, int file, uint8_t *data,
				    size_t size, const struct igdrom_limits *limits,
				    struct gaps *gaps)
{
	for (size_t at = 0; at < size;) {
		size_t part = size - at < DUMP_CHUNK ? size - at : DUMP_CHUNK;

		if (!igdrom_limits_go_on(limits, at, size))
			return IGDROM_E_CANCELED;
		read_part(machine, file, at, data + at, part, gaps);
		at += part;
	}
	return gaps->bytes == size ? IGDROM_E_IO : IGDROM_OK;
}

static enum igdrom_status read_whole(const struct dump_machine *machine, const char *path, int file,
				     uint64_t size, const struct igdrom_limits *limits,
				     struct igdrom_report *report, struct igdrom_bytes *out)
{
	struct gaps gaps = {.count = 0};
	enum igdrom_status status;
	char reason[128];
	uint8_t *data;

	if (size > igdrom_limits_get(limits, IGDROM_LIMIT_INPUT_BYTES) || size > SIZE_MAX) {
		SAY(report, "file-too-large", SAY_TEXT(path),
		    SAY_NUMBER(igdrom_limits_get(limits, IGDROM_LIMIT_INPUT_BYTES)));
		return IGDROM_E_LIMIT;
	}
	data = malloc((size_t)size);
	if (!data)
		return IGDROM_E_NOMEM;
	status = read_chip(machine, file, data, (size_t)size, limits, &gaps);
	if (status == IGDROM_OK && !dump_is_blank(data, (size_t)size)) {
		say_gaps(&gaps, path, report);
		*out = (struct igdrom_bytes){.data = data, .size = (size_t)size};
		return IGDROM_OK;
	}
	free(data);
	if (status == IGDROM_E_CANCELED)
		return status;
	file_reason(gaps.error, reason, sizeof(reason));
	SAY(report, "dump-flash-mtd-unreadable", SAY_TEXT(path),
	    SAY_TEXT(status == IGDROM_OK ? "it is empty" : reason));
	return IGDROM_E_NOT_FOUND;
}

enum igdrom_status dump_read_mtd(const struct dump_machine *machine,
				 const struct igdrom_limits *limits, struct igdrom_report *report,
				 struct igdrom_bytes *out, char source[DUMP_PATH_MAX])
{
	enum igdrom_status status;
	char path[DUMP_PATH_MAX], reason[128];
	struct chip chip;
	int error, file;

	*out = (struct igdrom_bytes){NULL, 0};
	error = find_chip(machine, &chip);
	if (error)
		return error == ENOMEM ? IGDROM_E_NOMEM : IGDROM_E_NOT_FOUND;
	error = open_chip(machine, &chip, &file, path);
	if (error == EACCES || error == EPERM)
		return dump_say_unreadable(report, path, error);
	if (error) {
		file_reason(error, reason, sizeof(reason));
		SAY(report, "dump-flash-mtd-unreadable", SAY_TEXT(path), SAY_TEXT(reason));
		return IGDROM_E_NOT_FOUND;
	}
	status = read_whole(machine, path, file, chip.size, limits, report, out);
	machine->system->close(machine->user, file);
	snprintf(source, DUMP_PATH_MAX, "%.40s%s%s%s", path, chip.name[0] ? " (" : "", chip.name,
		 chip.name[0] ? ")" : "");
	return status;
}
