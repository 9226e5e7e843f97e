/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dumps of a machine of which every file has whatever content: parts of {number of the file, 16-bit
 * size, bytes}. Memory is the last part, over and over. Of an OpRegion there is only what matters, so
 * that mutations do not get lost in 8 KiB. The first byte says whether the machine is captured.
 */
#include "fuzz/fuzz.h"

#include "core/cursor.h"
#include "host/dump.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define GPU         "/sys/bus/pci/devices/0000:00:02.0/"
#define DRI         "/sys/kernel/debug/dri/0/"
#define MTD         "/sys/class/mtd/mtd0/"
#define BODY_BYTES  0x2000
#define FLASH_START 0xff000000u /* 16 MiB for each input would be slow */

static const char *const paths[] = {
	GPU "vendor",   GPU "device",        GPU "class",       GPU "config", GPU "resource",
	GPU "rom",      GPU "power/control", GPU "power_state", GPU "enable", DRI "name",
	DRI "i915_vbt", DRI "i915_opregion", MTD "type",        MTD "name",   MTD "size",
	"/dev/mtd0ro",  "/dev/mem",
};

#define OPREGION 11
#define COUNT    (sizeof(paths) / sizeof(paths[0]))
#define MEMORY   (COUNT - 1)

struct files {
	struct igdrom_bytes part[COUNT];
	bool there[COUNT];
	uint8_t bodies[2][BODY_BYTES];
	int open;
};

static int fuzz_file(void *user, const char *path, bool writing, int *file)
{
	struct files *files = user;

	(void)writing;
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(paths[i], path) || !files->there[i])
			continue;
		*file = (int)i;
		files->open++;
		return 0;
	}
	return ENOENT;
}

static int fuzz_read(void *user, int file, uint64_t at, void *data, size_t size, size_t *got)
{
	const struct igdrom_bytes *part = &((struct files *)user)->part[file];

	*got = at >= part->size ? 0 : part->size - (size_t)at;
	if (*got > size)
		*got = size;
	if (*got)
		memcpy(data, part->data + at, *got);
	return 0;
}

static int fuzz_write(void *user, int file, uint64_t at, const void *data, size_t size)
{
	(void)user;
	(void)file;
	(void)at;
	(void)data;
	return size ? 0 : EINVAL;
}

static int fuzz_memory(void *user, int file, uint64_t address, void *data, size_t size)
{
	const struct igdrom_bytes *part = &((struct files *)user)->part[MEMORY];
	uint8_t *to = data;

	(void)file;
	if (address >= FLASH_START || part->size == 0)
		return EFAULT;
	for (size_t i = 0; i < size; i++)
		to[i] = part->data[(address + i) % part->size];
	return 0;
}

static int fuzz_opregion(void *user, const char *group, const char *address,
			 struct igdrom_bytes *out)
{
	(void)user;
	(void)group;
	(void)address;
	*out = (struct igdrom_bytes){NULL, 0};
	return ENOTSUP;
}

static void fuzz_close(void *user, int file)
{
	(void)file;
	((struct files *)user)->open--;
}

static int fuzz_list(void *user, const char *directory, struct dump_names *out)
{
	bool dri = !strcmp(directory, "/sys/kernel/debug/dri");

	(void)user;
	*out = (struct dump_names){NULL, 0};
	if (!dri && strcmp(directory, "/sys/class/mtd") != 0)
		return ENOENT;
	out->names = calloc(1, DUMP_NAME_MAX);
	FUZZ_CHECK(out->names);
	snprintf(out->names[out->count++], DUMP_NAME_MAX, "%s", dri ? "0" : "mtd0");
	return 0;
}

static void fuzz_hold(void *user, bool on)
{
	(void)user;
	(void)on;
}

static const struct dump_system fuzzed = {
	.open = fuzz_file,
	.read = fuzz_read,
	.write = fuzz_write,
	.memory = fuzz_memory,
	.opregion = fuzz_opregion,
	.close = fuzz_close,
	.list = fuzz_list,
	.hold = fuzz_hold,
};

/* Header, RVDA and RVDS, mailbox 4. */
static struct igdrom_bytes spread(struct cur c, uint8_t body[BODY_BYTES])
{
	static const struct {
		size_t at, size;
	} places[] = {{0, 0x5c}, {0x3ba, 12}, {0x400, BODY_BYTES - 0x400}};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		cur_bytes(&c, body + places[i].at,
			  c.left < places[i].size ? c.left : places[i].size);
	return (struct igdrom_bytes){body, BODY_BYTES};
}

static void take_parts(struct cur c, struct files *files)
{
	while (c.err == IGDROM_OK && c.left) {
		uint8_t number = cur_u8(&c);
		size_t size = cur_u16le(&c);
		struct cur part;

		size = size > c.left ? c.left : size;
		part = cur_sub(&c, 0, size);
		cur_skip(&c, size);
		if (number >= COUNT || part.err != IGDROM_OK)
			continue;
		files->part[number] = (struct igdrom_bytes){size ? part.p : NULL, size};
		if (number == OPREGION || number == MEMORY)
			files->part[number] = spread(part, files->bodies[number == MEMORY]);
		files->there[number] = true;
	}
}

/* Frees the dump. */
static void check(enum igdrom_status status, struct igdrom_dump **out, const struct files *files)
{
	struct igdrom_dump *dump = *out;
	struct igdrom_bytes bytes = igdrom_dump_bytes(dump);
	struct igdrom_vbt *vbt = NULL;

	FUZZ_CHECK((status == IGDROM_OK) == (dump != NULL));
	FUZZ_CHECK(files->open == 0);
	FUZZ_CHECK(!dump || bytes.size);
	if (igdrom_dump_what(dump) == IGDROM_DUMP_VBT) {
		FUZZ_CHECK(igdrom_vbt_parse(bytes.data, bytes.size, NULL, &vbt) == IGDROM_OK);
		FUZZ_CHECK(igdrom_vbt_size(vbt) == bytes.size);
	}
	igdrom_vbt_free(vbt);
	igdrom_dump_free(dump);
	*out = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct igdrom_pci_address address = {.device = 2};
	struct dump_machine machine = {.system = &fuzzed};
	struct cur c = cur_from(data, size, 0);
	struct igdrom_report *report;
	struct igdrom_dump *dump = NULL;
	enum igdrom_status status;
	struct files files = {.open = 0};

	FUZZ_CHECK(igdrom_report_new(&report) == IGDROM_OK);
	machine.user = &files;
	machine.captured = cur_u8(&c) & 1;
	take_parts(c, &files);
	status = dump_rom(&machine, &address, report, &dump);
	check(status, &dump, &files);
	status = dump_vbt(&machine, report, &dump);
	check(status, &dump, &files);
	status = dump_opregion(&machine, report, &dump);
	check(status, &dump, &files);
	status = dump_flash(&machine, NULL, report, &dump);
	check(status, &dump, &files);
	igdrom_report_free(report);
	return 0;
}
