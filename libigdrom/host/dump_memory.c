/* SPDX-License-Identifier: BSD-2-Clause */
/* Physical memory by /dev/mem, and why the kernel does not hand it out (its drivers/char/mem.c). */
#include "host/dump.h"

#include "changes/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEV_MEM  "/dev/mem"
#define LOCKDOWN "/sys/kernel/security/lockdown"
#define WORD     8u /* what the reader copies by */

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

static enum igdrom_status say_failed(uint64_t address, int error, struct igdrom_report *report)
{
	char reason[128], at[32];

	snprintf(at, sizeof(at), "0x%llx", (unsigned long long)address);
	if (error == EPERM || error == EACCES) {
		SAY(report, "dump-memory-strict", SAY_TEXT(at));
		return IGDROM_E_ACCESS;
	}
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
	return error ? say_failed(address, error, report) : IGDROM_OK;
}
