/* SPDX-License-Identifier: BSD-2-Clause */
/* Physical memory by /dev/mem, and why the kernel does not hand it out (its drivers/char/mem.c). */
#include "host/dump.h"

#include "changes/file.h"
#include "host/lines.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEV_MEM   "/dev/mem"
#define LOCKDOWN  "/sys/kernel/security/lockdown"
#define IOMEM     "/proc/iomem"
#define WORD      8u /* what the reader copies by */
#define IOMEM_MAX (1u << 20)

/* "none [integrity] confidentiality" -> "integrity"; false when it is not locked down. */
static bool is_locked_down(const struct dump_machine *machine, char *out, size_t room)
{
	char text[128];
	const char *start;
	size_t size;

	if (dump_text(machine, LOCKDOWN, text, sizeof(text)) != 0)
		return false;
	start = strchr(text, '[');
	if (!start)
		return false;
	start++;
	size = strcspn(start, "]");
	snprintf(out, room, "%.*s", (int)size, start);
	return strcmp(out, "none") != 0;
}

static enum igdrom_status say_closed(const struct dump_machine *machine, int error,
				     struct igdrom_report *report)
{
	char lockdown[32];

	switch (error) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		SAY(report, machine->captured ? "dump-not-captured" : "dump-memory-missing",
		    SAY_TEXT(DEV_MEM));
		return IGDROM_E_NOT_FOUND;
	case EACCES:
		SAY(report, "dump-root", SAY_TEXT(DEV_MEM));
		return IGDROM_E_ACCESS;
	case EPERM:
		if (is_locked_down(machine, lockdown, sizeof(lockdown)))
			SAY(report, "dump-memory-lockdown", SAY_TEXT(lockdown));
		else
			SAY(report, "dump-memory-denied", SAY_TEXT(DEV_MEM));
		return IGDROM_E_ACCESS;
	default:
		return file_failed(report, "file-unreadable", DEV_MEM, error);
	}
}

enum igdrom_status dump_memory_open(const struct dump_machine *machine,
				    struct igdrom_report *report, struct dump_memory *out)
{
	int error;

	*out = (struct dump_memory){.machine = machine, .file = -1};
	error = machine->system->open(machine->user, DEV_MEM, false, &out->file);
	if (!error)
		return IGDROM_OK;
	out->machine = NULL;
	return say_closed(machine, error, report);
}

void dump_memory_close(struct dump_memory *memory)
{
	if (memory->machine)
		memory->machine->system->close(memory->machine->user, memory->file);
	memory->machine = NULL;
}

/* "  3a000000-3a0fffff : ACPI Non-volatile Storage"; false for a line that is none. */
static bool read_range(struct part line, uint64_t *first, uint64_t *last, struct part *name)
{
	char text[64], *end;

	snprintf(text, sizeof(text), "%.*s", (int)(line.size < 63 ? line.size : 63), line.p);
	*first = strtoull(text, &end, 16);
	*last = *end == '-' ? strtoull(end + 1, &end, 16) : 0;
	part_until(&line, ':');
	*name = part_trim(line);
	return strncmp(end, " :", 2) == 0 && name->size;
}

/* What /proc/iomem says of an address: the innermost range, which is the last that has it. */
static void find_owner(const struct dump_machine *machine, uint64_t address, char *out, size_t room)
{
	struct igdrom_bytes text;
	struct part rest, line, name;
	uint64_t first, last;

	snprintf(out, room, "not listed");
	if (dump_file(machine, IOMEM, IOMEM_MAX, &text) != 0)
		return;
	rest = part_of(text);
	while (part_line(&rest, &line)) {
		if (read_range(line, &first, &last, &name) && first <= address && address <= last)
			snprintf(out, room, "%.*s", (int)(name.size < room ? name.size : room - 1),
				 name.p);
	}
	igdrom_bytes_free(&text);
}

/* Who has the memory decides what helps. */
static enum igdrom_status say_kept(const struct dump_machine *machine, uint64_t address,
				   const char *at, struct igdrom_report *report)
{
	char owner[128];

	find_owner(machine, address, owner, sizeof(owner));
	if (!strcmp(owner, "System RAM"))
		SAY(report, "dump-memory-ram", SAY_TEXT(at));
	else if (!strncmp(owner, "ACPI ", 5))
		SAY(report, "dump-memory-acpi", SAY_TEXT(at), SAY_TEXT(owner));
	else
		SAY(report, "dump-memory-strict", SAY_TEXT(at), SAY_TEXT(owner));
	return IGDROM_E_ACCESS;
}

static enum igdrom_status say_failed(const struct dump_machine *machine, uint64_t address,
				     int error, struct igdrom_report *report)
{
	char reason[128], at[32];

	snprintf(at, sizeof(at), "0x%llx", (unsigned long long)address);
	if (error == EPERM || error == EACCES)
		return say_kept(machine, address, at, report);
	file_reason(error, reason, sizeof(reason));
	SAY(report, "dump-memory-failed", SAY_TEXT(at), SAY_TEXT(reason));
	return error == ENOMEM ? IGDROM_E_NOMEM : IGDROM_E_IO;
}

enum igdrom_status dump_memory_read(const struct dump_memory *memory, uint64_t address, void *data,
				    size_t size, struct igdrom_report *report)
{
	size_t before = (size_t)(address % WORD);
	size_t all = (before + size + WORD - 1) / WORD * WORD;
	uint8_t *words = malloc(all);
	int error = ENOMEM;

	if (words)
		error = memory->machine->system->memory(memory->machine->user, memory->file,
							address - before, words, all);
	if (!error)
		memcpy(data, words + before, size);
	free(words);
	return error ? say_failed(memory->machine, address, error, report) : IGDROM_OK;
}
