/* SPDX-License-Identifier: BSD-2-Clause */
#include "host/dump.h"

#include "changes/file.h"
#include "core/digest.h"
#include "host/host.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCI_DEVICES   "/sys/bus/pci/devices/"
#define CLASS_DISPLAY 0x03
#define TEXT_MAX      512

static const struct igdrom_pci_address igd_address = {.device = 2};

enum igdrom_status dump_new(enum igdrom_dump_kind kind, const char *source,
			    struct igdrom_bytes *bytes, struct igdrom_dump **out)
{
	struct igdrom_dump *dump = calloc(1, sizeof(*dump));

	if (!dump) {
		igdrom_bytes_free(bytes);
		return IGDROM_E_NOMEM;
	}
	dump->kind = kind;
	dump->bytes = *bytes;
	*bytes = (struct igdrom_bytes){NULL, 0};
	snprintf(dump->source, sizeof(dump->source), "%s", source);
	digest_sha256_hex(dump->bytes.data, dump->bytes.size, dump->sha256);
	*out = dump;
	return IGDROM_OK;
}

void igdrom_dump_free(struct igdrom_dump *dump)
{
	if (!dump)
		return;
	igdrom_bytes_free(&dump->bytes);
	free(dump);
}

enum igdrom_dump_kind igdrom_dump_what(const struct igdrom_dump *dump)
{
	return dump ? dump->kind : (enum igdrom_dump_kind)0;
}

const char *igdrom_dump_kind_name(enum igdrom_dump_kind kind)
{
	switch (kind) {
	case IGDROM_DUMP_ROM:
		return "rom";
	case IGDROM_DUMP_VBT:
		return "vbt";
	case IGDROM_DUMP_OPREGION:
		return "opregion";
	case IGDROM_DUMP_FLASH:
		return "flash";
	}
	return "unknown";
}

const char *igdrom_dump_source(const struct igdrom_dump *dump)
{
	return dump ? dump->source : NULL;
}

struct igdrom_bytes igdrom_dump_bytes(const struct igdrom_dump *dump)
{
	return dump ? dump->bytes : (struct igdrom_bytes){NULL, 0};
}

const char *igdrom_dump_sha256(const struct igdrom_dump *dump)
{
	return dump ? dump->sha256 : NULL;
}

int dump_text(const struct dump_machine *machine, const char *path, char *out, size_t room)
{
	size_t got = 0;
	int file;
	int error = machine->system->open(machine->user, path, false, &file);

	out[0] = '\0';
	if (error)
		return error;
	error = machine->system->read(machine->user, file, 0, out, room - 1, &got);
	machine->system->close(machine->user, file);
	if (error)
		got = 0;
	out[got] = '\0';
	out[strcspn(out, "\r\n")] = '\0';
	got = strlen(out);
	while (got && (out[got - 1] == ' ' || out[got - 1] == '\t'))
		out[--got] = '\0';
	return error;
}

int dump_number(const struct dump_machine *machine, const char *path, uint64_t *out)
{
	char text[TEXT_MAX], *end;
	int error = dump_text(machine, path, text, sizeof(text));

	*out = 0;
	if (error)
		return error;
	/* strtoull() would take a sign and blanks. */
	if (text[0] < '0' || text[0] > '9')
		return EINVAL;
	errno = 0;
	*out = strtoull(text, &end, !strncmp(text, "0x", 2) ? 16 : 10);
	return errno ? errno : *end ? EINVAL : 0;
}

static int read_all(const struct dump_machine *machine, int file, size_t most, uint8_t **data,
		    size_t *size)
{
	size_t got = DUMP_CHUNK;
	int error = 0;

	while (!error && got == DUMP_CHUNK) {
		uint8_t *bigger;

		if (*size > most)
			return EFBIG;
		bigger = realloc(*data, *size + DUMP_CHUNK);
		if (!bigger)
			return ENOMEM;
		*data = bigger;
		got = 0;
		error = machine->system->read(machine->user, file, *size, *data + *size, DUMP_CHUNK,
					      &got);
		*size += got;
	}
	return error ? error : *size > most ? EFBIG : *size ? 0 : ENODATA;
}

int dump_file(const struct dump_machine *machine, const char *path, size_t most,
	      struct igdrom_bytes *out)
{
	uint8_t *data = NULL;
	size_t size = 0;
	int file;
	int error = machine->system->open(machine->user, path, false, &file);

	*out = (struct igdrom_bytes){NULL, 0};
	if (error)
		return error;
	error = read_all(machine, file, most, &data, &size);
	machine->system->close(machine->user, file);
	if (error)
		free(data);
	else
		*out = (struct igdrom_bytes){.data = data, .size = size};
	return error;
}

void dump_function_path(const struct dump_function *function, const char *name,
			char out[DUMP_PATH_MAX])
{
	snprintf(out, DUMP_PATH_MAX, "%s/%s", function->directory, name);
}

static int read_id(const struct dump_machine *machine, const struct dump_function *function,
		   const char *name, uint64_t *out)
{
	char path[DUMP_PATH_MAX];

	dump_function_path(function, name, path);
	return dump_number(machine, path, out);
}

enum igdrom_status dump_find_function(const struct dump_machine *machine,
				      const struct igdrom_pci_address *address,
				      struct igdrom_report *report, struct dump_function *out)
{
	char path[DUMP_PATH_MAX], reason[128];
	int error;

	*out = (struct dump_function){.vendor = 0};
	snprintf(out->address, sizeof(out->address), "%04" PRIx32 ":%02x:%02x.%x", address->domain,
		 address->bus, address->device, address->function);
	snprintf(out->directory, sizeof(out->directory), PCI_DEVICES "%s", out->address);
	error = read_id(machine, out, "vendor", &out->vendor);
	if (error == ENOENT || error == ENOTDIR) {
		SAY(report, "pci-device-missing", SAY_TEXT(out->address));
		return IGDROM_E_NOT_FOUND;
	}
	if (!error)
		error = read_id(machine, out, "device", &out->device);
	if (!error)
		error = read_id(machine, out, "class", &out->class_code);
	if (!error)
		return IGDROM_OK;
	dump_function_path(out, "device", path);
	file_reason(error, reason, sizeof(reason));
	SAY(report, "pci-device-unreadable", SAY_TEXT(out->address), SAY_TEXT(reason));
	return error == ENOMEM ? IGDROM_E_NOMEM : IGDROM_E_IO;
}

enum igdrom_status dump_find_igd(const struct dump_machine *machine, struct igdrom_report *report,
				 struct dump_function *out)
{
	enum igdrom_status status = dump_find_function(machine, &igd_address, report, out);

	if (status != IGDROM_OK)
		return status;
	if (out->vendor == IGDROM_VENDOR_INTEL && out->class_code >> 16 == CLASS_DISPLAY)
		return IGDROM_OK;
	SAY(report, "dump-no-igd", SAY_TEXT(out->address), SAY_NUMBER(out->vendor),
	    SAY_NUMBER(out->device), SAY_NUMBER(out->class_code));
	return IGDROM_E_NOT_FOUND;
}

enum igdrom_status dump_say_unreadable(struct igdrom_report *report, const char *path, int error)
{
	if (error == EACCES || error == EPERM) {
		SAY(report, "dump-root", SAY_TEXT(path));
		return IGDROM_E_ACCESS;
	}
	return file_failed(report, "file-unreadable", path, error);
}

static bool is_address(const struct igdrom_pci_address *address)
{
	return !address ||
	       (address->domain <= INT32_MAX && address->device <= 31 && address->function <= 7);
}

/* What every dump begins with; the machine is closed in any case. */
static enum igdrom_status start(struct igdrom_host *host, struct igdrom_report *report,
				struct dump_machine *machine, struct igdrom_dump **out)
{
	*machine = (struct dump_machine){.system = NULL};
	if (out)
		*out = NULL;
	return host && out ? dump_machine_open(host, report, machine) : IGDROM_E_INVAL;
}

enum igdrom_status igdrom_host_dump_rom(struct igdrom_host *host,
					const struct igdrom_pci_address *address,
					struct igdrom_report *report, struct igdrom_dump **out)
{
	struct dump_machine machine;
	enum igdrom_status status = start(is_address(address) ? host : NULL, report, &machine, out);

	if (status == IGDROM_OK)
		status = dump_rom(&machine, address ? address : &igd_address, report, out);
	dump_machine_close(&machine);
	return status;
}

enum igdrom_status igdrom_host_dump_vbt(struct igdrom_host *host, struct igdrom_report *report,
					struct igdrom_dump **out)
{
	struct dump_machine machine;
	enum igdrom_status status = start(host, report, &machine, out);

	if (status == IGDROM_OK)
		status = dump_vbt(&machine, report, out);
	dump_machine_close(&machine);
	return status;
}

enum igdrom_status igdrom_host_dump_opregion(struct igdrom_host *host, struct igdrom_report *report,
					     struct igdrom_dump **out)
{
	struct dump_machine machine;
	enum igdrom_status status = start(host, report, &machine, out);

	if (status == IGDROM_OK)
		status = dump_opregion(&machine, report, out);
	dump_machine_close(&machine);
	return status;
}

enum igdrom_status igdrom_host_dump_flash(struct igdrom_host *host,
					  const struct igdrom_limits *limits,
					  struct igdrom_report *report, struct igdrom_dump **out)
{
	struct dump_machine machine;
	enum igdrom_status status = start(host, report, &machine, out);

	if (status == IGDROM_OK)
		status = dump_flash(&machine, limits, report, out);
	dump_machine_close(&machine);
	return status;
}
