/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * unraid: /boot/config/vfio-pci.cfg lists the devices that its script binds at boot ("BIND=" and, with
 * a space between, DOMAIN:BUS:DEVICE.FUNCTION|VENDOR:DEVICE); /boot/config/go is a shell script that
 * runs at boot.
 */
#include "host/prepare.h"

#include "changes/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIND_FILE "/boot/config/vfio-pci.cfg"
#define GO_FILE   "/boot/config/go"

static void format(const struct igdrom_pci_function *function, char address[24], char entry[48])
{
	struct igdrom_pci_address at = igdrom_pci_function_address(function);
	struct igdrom_pci_id id = igdrom_pci_function_id(function);

	snprintf(address, 24, "%04x:%02x:%02x.%x", at.domain & 0xffffu, at.bus, at.device & 0x1fu,
		 at.function & 7u);
	snprintf(entry, 48, "%s|%04x:%04x", address, id.vendor_id, id.device_id);
}

/* Appends an entry to the line "BIND="; nothing when the address, with or without domain, is there. */
static enum igdrom_status bind_one(struct prep_file *file,
				   const struct igdrom_pci_function *function)
{
	char address[24], entry[48], text[64];
	struct prep_edits edits = {0};
	size_t end = 0;

	format(function, address, entry);
	if (prep_contains(file->text, 0, file->text.size, address + 5))
		return IGDROM_OK;
	while (end < file->text.size && file->text.data[end] != '\n' &&
	       file->text.data[end] != '\r')
		end++;
	snprintf(text, sizeof(text), "%s%s", end > 5 ? " " : end ? "" : "BIND=", entry);
	prep_edit(&edits, end, end, text);
	file->changed = true;
	return prep_rewrite(&file->text, &edits);
}

static bool is_bind_file(const struct prep_file *file)
{
	return file->text.size == 0 ||
	       (file->text.size >= 5 && !memcmp(file->text.data, "BIND=", 5));
}

static enum igdrom_status bind_devices(struct prep_work *work)
{
	struct prep_files files = {0};
	size_t changed;
	bool found;
	enum igdrom_status status =
		prep_read(work->changes, BIND_FILE, work->report, &files, &found);

	if (status == IGDROM_OK && !found) {
		files.list = calloc(1, sizeof(*files.list));
		if (!files.list)
			return IGDROM_E_NOMEM;
		files.count = 1;
		files.list[0].path = strdup(BIND_FILE);
		if (!files.list[0].path)
			status = IGDROM_E_NOMEM;
	}
	if (status == IGDROM_OK && !is_bind_file(&files.list[0]))
		status = prep_refuse(work, &files.list[0], 1, "it does not begin with BIND=");
	if (status == IGDROM_OK)
		status = bind_one(&files.list[0], work->needs.gpu);
	if (status == IGDROM_OK && work->needs.audio)
		status = bind_one(&files.list[0], work->needs.audio);
	if (status == IGDROM_OK) {
		prep_because(&files.list[0], "vfio-pci takes the GPU at boot, before a graphics "
					     "driver does");
		status = prep_add_files(work->changes, &files, work->report, &changed);
		work->changed |= changed > 0;
	}
	prep_free_files(&files);
	return status;
}

/* "modprobe i915", and nothing else, on a line. */
static bool loads_driver(struct igdrom_bytes text, size_t from, size_t to, bool *more)
{
	static const char *const starts[] = {"modprobe i915", "modprobe xe", "/sbin/modprobe i915",
					     "/sbin/modprobe xe"};

	while (from < to && prep_is_space((char)text.data[from]))
		from++;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		size_t size = strlen(starts[i]), at = from + size;

		if (to - from < size || memcmp(text.data + from, starts[i], size) != 0)
			continue;
		if (at < to && !prep_is_space((char)text.data[at]) && text.data[at] != ';' &&
		    text.data[at] != '&')
			continue;
		while (at < to && prep_is_space((char)text.data[at]))
			at++;
		*more = at < to && text.data[at] != '#';
		return true;
	}
	return false;
}

/* Containers that use the driver would keep the GPU: vfio-pci has it, so the line does nothing. */
static enum igdrom_status quiet_go(struct prep_work *work, struct prep_file *file)
{
	struct prep_edits edits = {0};
	enum igdrom_status status = IGDROM_OK;
	bool more = false;

	for (size_t from = 0, to; from < file->text.size; from = to + 1) {
		const uint8_t *end = memchr(file->text.data + from, '\n', file->text.size - from);

		to = end ? (size_t)(end - file->text.data) : file->text.size;
		if (!loads_driver(file->text, from, to, &more))
			continue;
		if (more) {
			prep_free_edits(&edits);
			return prep_refuse(work, file, prep_line_number(file->text, from),
					   "it loads a graphics driver and does more");
		}
		prep_edit(&edits, from, from, "#");
	}
	if (edits.count || edits.failed) {
		file->changed = true;
		prep_because(file, "a graphics driver is not to be loaded for the GPU that a "
				   "virtual machine gets");
		status = prep_rewrite(&file->text, &edits);
	}
	prep_free_edits(&edits);
	return status;
}

enum igdrom_status prep_unraid(struct prep_work *work)
{
	struct prep_files files = {0};
	enum igdrom_status status;
	size_t changed;
	bool found;

	if (!work->needs.early)
		return IGDROM_OK;
	status = bind_devices(work);
	if (status == IGDROM_OK)
		status = prep_read(work->changes, GO_FILE, work->report, &files, &found);
	if (status == IGDROM_OK && found)
		status = quiet_go(work, &files.list[0]);
	if (status == IGDROM_OK) {
		status = prep_add_files(work->changes, &files, work->report, &changed);
		work->changed |= changed > 0;
	}
	prep_free_files(&files);
	return status;
}
