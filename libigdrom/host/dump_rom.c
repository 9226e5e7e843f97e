/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The option ROM of a PCI function, by the file "rom" of sysfs (drivers/pci/pci-sysfs.c and rom.c of
 * the kernel). It must be switched on to be read, and is switched off again. When it is the copy in
 * memory (a shadow) the device itself is not asked, and left alone.
 */
#include "host/dump_rom.h"

#include "changes/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_AT     0x04 /* PCI 3.0, 6.2.2 */
#define COMMAND_MEMORY 0x02
#define ROM_SHADOW     0x02 /* IORESOURCE_ROM_SHADOW, include/linux/ioport.h */
#define RESOURCE_MAX   4096

/* What was changed, and is to be put back. */
struct undo {
	bool power;
	bool enable;
	bool command;
	uint8_t old_command[2];
};

static int write_text(const struct rom_reading *reading, const char *name, const char *text)
{
	const struct dump_system *system = reading->machine->system;
	char path[DUMP_PATH_MAX];
	int error, file;

	dump_function_path(reading->function, name, path);
	error = system->open(reading->machine->user, path, true, &file);
	if (error)
		return error;
	error = system->write(reading->machine->user, file, 0, text, strlen(text));
	system->close(reading->machine->user, file);
	return error;
}

static int read_text(const struct rom_reading *reading, const char *name, char *out, size_t room)
{
	char path[DUMP_PATH_MAX];

	dump_function_path(reading->function, name, path);
	return dump_text(reading->machine, path, out, room);
}

static int move_command(const struct rom_reading *reading, bool writing, uint8_t command[2])
{
	const struct dump_system *system = reading->machine->system;
	char path[DUMP_PATH_MAX];
	size_t got = 2;
	int error, file;

	dump_function_path(reading->function, "config", path);
	error = system->open(reading->machine->user, path, writing, &file);
	if (error)
		return error;
	if (writing)
		error = system->write(reading->machine->user, file, COMMAND_AT, command, 2);
	else
		error = system->read(reading->machine->user, file, COMMAND_AT, command, 2, &got);
	system->close(reading->machine->user, file);
	return error ? error : got == 2 ? 0 : EIO;
}

static void wake(struct rom_reading *reading, struct undo *undo)
{
	char control[16];

	if (read_text(reading, "power/control", control, sizeof(control)) == 0 &&
	    !strcmp(control, "auto"))
		undo->power = write_text(reading, "power/control", "on") == 0;
	if (read_text(reading, "power_state", reading->power, sizeof(reading->power)) != 0)
		reading->power[0] = '\0';
}

/*
 * The kernel's own switch first, as it sees that the addresses are good; it is refused where a
 * driver has the device. Where neither can be had the ROM may still be read.
 */
static void decode_memory(const struct rom_reading *reading, struct undo *undo)
{
	uint8_t command[2];

	if (move_command(reading, false, undo->old_command) != 0 ||
	    undo->old_command[0] & COMMAND_MEMORY)
		return;
	undo->enable = write_text(reading, "enable", "1") == 0;
	undo->command = true;
	if (move_command(reading, false, command) == 0 && command[0] & COMMAND_MEMORY)
		return;
	command[0] = undo->old_command[0] | COMMAND_MEMORY;
	command[1] = undo->old_command[1];
	undo->command = move_command(reading, true, command) == 0 || undo->enable;
}

static void say_left(const struct rom_reading *reading, const char *name, const char *value,
		     int error, struct igdrom_report *report)
{
	char path[DUMP_PATH_MAX], reason[128];

	if (!error)
		return;
	dump_function_path(reading->function, name, path);
	file_reason(error, reason, sizeof(reason));
	SAY(report, "dump-rom-left", SAY_TEXT(path), SAY_TEXT(reason), SAY_TEXT(value));
}

static void put_back(const struct rom_reading *reading, struct undo *undo,
		     struct igdrom_report *report)
{
	uint8_t command[2];
	char value[16];

	if (undo->enable)
		say_left(reading, "enable", "0", write_text(reading, "enable", "0"), report);
	/* What switched it on leaves the bit set when it is switched off. */
	if (undo->command && (move_command(reading, false, command) != 0 ||
			      memcmp(command, undo->old_command, 2) != 0)) {
		snprintf(value, sizeof(value), "%02x %02x at 4", undo->old_command[0],
			 undo->old_command[1]);
		say_left(reading, "config", value, move_command(reading, true, undo->old_command),
			 report);
	}
	if (undo->power)
		say_left(reading, "power/control", "auto",
			 write_text(reading, "power/control", "auto"), report);
}

/* Reads the open file to its end. */
static int read_file(struct rom_reading *reading, int file)
{
	const struct dump_system *system = reading->machine->system;
	uint8_t *data = NULL;
	size_t size = 0, got = DUMP_CHUNK;
	int error = 0;

	while (!error && got == DUMP_CHUNK) {
		uint8_t *bigger =
			size > IGDROM_ROM_MAX_BYTES ? NULL : realloc(data, size + DUMP_CHUNK);

		if (!bigger) {
			error = size > IGDROM_ROM_MAX_BYTES ? EFBIG : ENOMEM;
			break;
		}
		data = bigger;
		error = system->read(reading->machine->user, file, size, data + size, DUMP_CHUNK,
				     &got);
		size += error ? 0 : got;
	}
	if (!error && size > IGDROM_ROM_MAX_BYTES)
		error = EFBIG;
	if (error || !size)
		free(data);
	else
		reading->bytes = (struct igdrom_bytes){.data = data, .size = size};
	return error;
}

static void read_captured(struct rom_reading *reading)
{
	const struct dump_system *system = reading->machine->system;
	int file;

	reading->error = system->open(reading->machine->user, reading->path, false, &file);
	if (reading->error)
		return;
	reading->error = read_file(reading, file);
	system->close(reading->machine->user, file);
}

static void read_switched_on(struct rom_reading *reading, int file, struct igdrom_report *report)
{
	const struct dump_system *system = reading->machine->system;

	reading->error = system->write(reading->machine->user, file, 0, "1", 1);
	if (!reading->error)
		reading->error = read_file(reading, file);
	/* Also when switching it on failed: it may have half succeeded. */
	say_left(reading, "rom", "0", system->write(reading->machine->user, file, 0, "0", 1),
		 report);
}

static void read_live(struct rom_reading *reading, struct igdrom_report *report)
{
	const struct dump_system *system = reading->machine->system;
	void *user = reading->machine->user;
	struct undo undo = {.power = false};
	int file;

	reading->error = system->open(user, reading->path, true, &file);
	if (reading->error)
		return;
	system->hold(user, true);
	if (!reading->shadow) {
		wake(reading, &undo);
		decode_memory(reading, &undo);
	}
	read_switched_on(reading, file, report);
	put_back(reading, &undo, report);
	system->close(user, file);
	system->hold(user, false);
}

/* The line of the ROM in the file "resource": start, end, flags. */
static bool is_shadow(struct rom_reading *reading)
{
	unsigned long long start, end, flags;
	struct igdrom_bytes bytes;
	char path[DUMP_PATH_MAX], line[128];
	size_t at = 0, size;
	bool shadow;

	dump_function_path(reading->function, "resource", path);
	reading->error = dump_file(reading->machine, path, RESOURCE_MAX, &bytes);
	if (reading->error)
		return false;
	for (unsigned i = 0; i < DUMP_ROM_REGION && at < bytes.size; i++) {
		const uint8_t *newline = memchr(bytes.data + at, '\n', bytes.size - at);

		at = newline ? (size_t)(newline - bytes.data) + 1 : bytes.size;
	}
	size = bytes.size - at < sizeof(line) ? bytes.size - at : sizeof(line) - 1;
	memcpy(line, bytes.data + at, size);
	line[size] = '\0';
	shadow = sscanf(line, "%llx %llx %llx", &start, &end, &flags) == 3 && flags & ROM_SHADOW;
	igdrom_bytes_free(&bytes);
	return shadow;
}

enum igdrom_status dump_rom(const struct dump_machine *machine,
			    const struct igdrom_pci_address *address, struct igdrom_report *report,
			    struct igdrom_dump **out)
{
	struct dump_function function;
	struct rom_reading reading = {.machine = machine, .function = &function};
	enum igdrom_status status = dump_find_function(machine, address, report, &function);

	if (status != IGDROM_OK)
		return status;
	dump_function_path(&function, "rom", reading.path);
	reading.shadow = is_shadow(&reading);
	if (reading.error == ENOMEM)
		return IGDROM_E_NOMEM;
	reading.error = 0;
	if (machine->captured)
		read_captured(&reading);
	else
		read_live(&reading, report);
	status = dump_rom_judge(&reading, report);
	if (status == IGDROM_OK)
		return dump_new(IGDROM_DUMP_ROM, reading.path, &reading.bytes, out);
	igdrom_bytes_free(&reading.bytes);
	return status;
}
