/* SPDX-License-Identifier: BSD-2-Clause */
/* The VBT, as the driver took it over from firmware; else the one in the OpRegion. */
#include "host/dump.h"

#include "changes/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEBUGFS  "/sys/kernel/debug"
#define DRI      DEBUGFS "/dri"
#define VBT_FILE "i915_vbt" /* that of xe has the same name */
#define VBT_MAX  0x100000u

/* "i915 dev=0000:00:02.0 unique=0000:00:02.0" in the file "name" of the directory; newer kernels
 * also name the directory so. */
static bool is_of(const struct dump_machine *machine, const char *entry, const char *address)
{
	char path[DUMP_PATH_MAX], text[256];
	const char *device;

	if (!strcmp(entry, address))
		return true;
	snprintf(path, sizeof(path), DRI "/%s/name", entry);
	if (dump_text(machine, path, text, sizeof(text)) != 0)
		return false;
	device = strstr(text, " dev=");
	if (!device)
		return false;
	device += strlen(" dev=");
	return !strncmp(device, address, strlen(address)) &&
	       (device[strlen(address)] == '\0' || device[strlen(address)] == ' ');
}

static bool is_readable(const struct dump_machine *machine, const char *path)
{
	int file;

	if (machine->system->open(machine->user, path, false, &file) != 0)
		return false;
	machine->system->close(machine->user, file);
	return true;
}

/* Nothing is mounted where debugfs has its place. */
static bool is_unmounted(const struct dump_machine *machine)
{
	struct dump_names names;
	bool empty;
	int error = machine->system->list(machine->user, DEBUGFS, &names);

	if (error)
		return error == ENOENT;
	empty = names.count == 0;
	free(names.names);
	return empty;
}

int dump_debugfs_find(const struct dump_machine *machine, const struct dump_function *function,
		      const char *name, char out[DUMP_PATH_MAX])
{
	struct dump_names names;
	bool found = false;
	int error = machine->system->list(machine->user, DRI, &names);

	if (error == ENOENT && is_unmounted(machine))
		return ENODEV;
	if (error)
		return error;
	for (size_t i = 0; i < names.count && !found; i++) {
		if (!is_of(machine, names.names[i], function->address))
			continue;
		snprintf(out, DUMP_PATH_MAX, DRI "/%s/%s", names.names[i], name);
		found = is_readable(machine, out);
	}
	free(names.names);
	return found ? 0 : ENOENT;
}

bool dump_has_driver(const struct dump_machine *machine, const struct dump_function *function,
		     const char *driver)
{
	char path[DUMP_PATH_MAX];
	struct dump_names names;

	snprintf(path, sizeof(path), "/sys/bus/pci/drivers/%s/%s", driver, function->address);
	if (machine->system->list(machine->user, path, &names) != 0)
		return false;
	free(names.names);
	return true;
}

void dump_debugfs_say(const struct dump_machine *machine, const struct dump_function *function,
		      int error, struct igdrom_report *report)
{
	/* Who may not look there may not read memory either, and is told so then. */
	if (error == EACCES || error == EPERM || machine->captured)
		return;
	if (error == ENODEV)
		SAY(report, "dump-debugfs-unmounted", SAY_TEXT(DEBUGFS));
	else if (dump_has_driver(machine, function, "vfio-pci"))
		SAY(report, "dump-debugfs-vfio", SAY_TEXT(function->address));
	else
		SAY(report, "dump-debugfs-none", SAY_TEXT(function->address));
}

/* Takes the bytes over. */
static enum igdrom_status take(const struct igdrom_vbt *vbt, const char *source,
			       struct igdrom_dump **out)
{
	struct igdrom_bytes from = igdrom_vbt_bytes(vbt);
	struct igdrom_bytes bytes = {NULL, 0};
	uint8_t *copy = malloc(from.size);

	if (!copy)
		return IGDROM_E_NOMEM;
	memcpy(copy, from.data, from.size);
	bytes = (struct igdrom_bytes){.data = copy, .size = from.size};
	return dump_new(IGDROM_DUMP_VBT, source, &bytes, out);
}

/* IGDROM_E_NOT_FOUND: look elsewhere. */
static enum igdrom_status from_driver(const struct dump_machine *machine,
				      const struct dump_function *function,
				      struct igdrom_report *report, struct igdrom_dump **out)
{
	char path[DUMP_PATH_MAX];
	struct igdrom_vbt *vbt = NULL;
	struct igdrom_bytes bytes = {NULL, 0};
	enum igdrom_status status;
	int error = dump_debugfs_find(machine, function, VBT_FILE, path);

	if (!error)
		error = dump_file(machine, path, VBT_MAX, &bytes);
	if (error)
		return error == ENOMEM ? IGDROM_E_NOMEM : IGDROM_E_NOT_FOUND;
	status = igdrom_vbt_parse(bytes.data, bytes.size, report, &vbt);
	if (status == IGDROM_OK)
		status = take(vbt, path, out);
	else if (status != IGDROM_E_NOMEM)
		status = IGDROM_E_NOT_FOUND;
	igdrom_vbt_free(vbt);
	igdrom_bytes_free(&bytes);
	return status;
}

static enum igdrom_status from_opregion(const struct dump_machine *machine,
					const struct dump_function *function,
					struct igdrom_report *report, struct igdrom_dump **out)
{
	char source[DUMP_PATH_MAX];
	struct igdrom_opregion *opregion = NULL;
	struct igdrom_bytes bytes = {NULL, 0};
	const struct igdrom_vbt *vbt = NULL;
	enum igdrom_status status;

	status = dump_read_opregion(machine, function, report, &bytes, source);
	if (status != IGDROM_OK)
		return status;
	status = igdrom_opregion_parse(bytes.data, bytes.size, report, &opregion);
	if (status == IGDROM_OK)
		vbt = igdrom_opregion_vbt(opregion);
	if (vbt)
		status = take(vbt, source, out);
	else if (status != IGDROM_E_NOMEM)
		status = IGDROM_E_NOT_FOUND;
	if (status == IGDROM_E_NOT_FOUND)
		SAY(report, "dump-vbt-none", SAY_TEXT(source));
	igdrom_opregion_free(opregion);
	igdrom_bytes_free(&bytes);
	return status;
}

enum igdrom_status dump_vbt(const struct dump_machine *machine, struct igdrom_report *report,
			    struct igdrom_dump **out)
{
	struct dump_function function;
	enum igdrom_status status = dump_find_igd(machine, report, &function);

	if (status != IGDROM_OK)
		return status;
	status = from_driver(machine, &function, report, out);
	return status == IGDROM_E_NOT_FOUND ? from_opregion(machine, &function, report, out)
					    : status;
}
