/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The OpRegion: from the graphics driver's debugfs file, else from memory, where the register ASLS
 * says (Intel IGD OpRegion specification; the kernel's intel_opregion.c and vfio_pci_igd.c).
 */
#include "host/dump.h"

#include "changes/file.h"
#include "core/builder.h"
#include "core/cursor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_BYTES   0x2000u
#define MAX_BYTES    0x100000u
#define VBT_MAX      (MAX_BYTES - BODY_BYTES)
#define AT_MINOR     0x16
#define AT_RVDA      0x3ba
#define ASLS_AT      0xfc
#define ASLS_NO_DATA 0xffffffffu /* the device does not answer */
#define VERSION_2_0  0x0200u /* RVDA is an address in memory, later it counts from the OpRegion */
#define GROUPS       "/sys/kernel/iommu_groups"
#define SIGNATURE    "IntelGraphicsMem"
#define FILE_NAME    "i915_opregion" /* that of xe has the same name */
#define VBT_FILE     "i915_vbt"

struct header {
	uint16_t version; /* major << 8 | minor */
	uint64_t rvda;
	uint32_t rvds;
};

static bool has_extended(const struct header *header)
{
	return header->version >= VERSION_2_0 && header->rvda && header->rvds;
}

static bool decode(const struct igdrom_bytes *bytes, struct header *out)
{
	struct cur whole = cur_from(bytes->data, bytes->size, 0);
	struct cur c = cur_tail(&whole, AT_MINOR);

	out->version = cur_u16le(&c);
	if (c.err == IGDROM_OK)
		c = cur_tail(&whole, AT_RVDA);
	out->rvda = cur_u64le(&c);
	out->rvds = cur_u32le(&c);
	return c.err == IGDROM_OK && bytes->size >= BODY_BYTES &&
	       !memcmp(bytes->data, SIGNATURE, strlen(SIGNATURE));
}

/* Body and table as QEMU hands them over: the table behind the body, and RVDA saying so. */
static enum igdrom_status join(struct igdrom_bytes *body, const struct header *header,
			       const struct igdrom_bytes *vbt, struct igdrom_report *report)
{
	struct build b = build_new(MAX_BYTES);
	struct igdrom_bytes joined;
	enum igdrom_status status;

	build_bytes(&b, body->data, BODY_BYTES);
	build_bytes(&b, vbt->data, vbt->size);
	build_patch_u32le(&b, AT_RVDA, BODY_BYTES);
	build_patch_u32le(&b, AT_RVDA + 4, 0);
	build_patch_u32le(&b, AT_RVDA + 8, (uint32_t)vbt->size);
	if (header->version == VERSION_2_0)
		build_patch_u8(&b, AT_MINOR, 1);
	status = build_finish(&b, &joined);
	if (status != IGDROM_OK)
		return status;
	if (header->version == VERSION_2_0 || header->rvda != BODY_BYTES ||
	    header->rvds != vbt->size)
		SAY(report, "dump-opregion-joined", SAY_NUMBER(vbt->size));
	igdrom_bytes_free(body);
	*body = joined;
	return IGDROM_OK;
}

static enum igdrom_status read_memory(const struct dump_memory *memory, uint64_t address,
				      size_t size, struct igdrom_report *report,
				      struct igdrom_bytes *out)
{
	uint8_t *data = malloc(size);
	enum igdrom_status status = IGDROM_E_NOMEM;

	*out = (struct igdrom_bytes){NULL, 0};
	if (data)
		status = dump_memory_read(memory, address, data, size, report);
	if (status == IGDROM_OK)
		*out = (struct igdrom_bytes){.data = data, .size = size};
	else
		free(data);
	return status;
}

static enum igdrom_status read_extended(const struct dump_memory *memory, uint32_t asls,
					const struct header *header, struct igdrom_report *report,
					struct igdrom_bytes *out)
{
	uint64_t base = header->version == VERSION_2_0 ? 0 : asls;

	*out = (struct igdrom_bytes){NULL, 0};
	if (header->rvds > VBT_MAX || header->rvda > UINT64_MAX / 2)
		return IGDROM_E_CORRUPT;
	return read_memory(memory, base + header->rvda, header->rvds, report, out);
}

/* Memory runs out, or the OpRegion goes without the table that should follow it. */
static enum igdrom_status finish(struct igdrom_bytes *body, const struct header *header,
				 enum igdrom_status got_vbt, struct igdrom_bytes *vbt,
				 struct igdrom_report *report)
{
	enum igdrom_status status = got_vbt;

	if (got_vbt == IGDROM_OK)
		status = join(body, header, vbt, report);
	else if (got_vbt != IGDROM_E_NOMEM) {
		SAY(report, "dump-opregion-vbt-left", SAY_NUMBER(header->rvds));
		status = IGDROM_OK;
	}
	igdrom_bytes_free(vbt);
	if (status != IGDROM_OK)
		igdrom_bytes_free(body);
	return status;
}

static enum igdrom_status find_asls(const struct dump_machine *machine,
				    const struct dump_function *function,
				    struct igdrom_report *report, uint32_t *asls)
{
	struct igdrom_bytes config;
	struct cur whole, c;
	char path[DUMP_PATH_MAX];
	int error;

	*asls = 0;
	dump_function_path(function, "config", path);
	error = dump_file(machine, path, 4096, &config);
	if (error)
		return dump_say_unreadable(report, path, error);
	whole = cur_from(config.data, config.size, 0);
	c = cur_tail(&whole, ASLS_AT);
	*asls = cur_u32le(&c);
	igdrom_bytes_free(&config);
	/* Who is not root is shown the first 64 bytes. */
	if (c.err != IGDROM_OK)
		return dump_say_unreadable(report, path, EACCES);
	if (*asls == ASLS_NO_DATA) {
		SAY(report, "dump-igd-silent", SAY_TEXT(function->address));
		return IGDROM_E_IO;
	}
	if (*asls == 0) {
		SAY(report, "dump-opregion-none", SAY_TEXT(function->address));
		return IGDROM_E_NOT_FOUND;
	}
	return IGDROM_OK;
}

static enum igdrom_status from_memory(const struct dump_machine *machine,
				      const struct dump_function *function,
				      struct igdrom_report *report, struct igdrom_bytes *out,
				      char source[DUMP_PATH_MAX])
{
	struct dump_memory memory;
	struct igdrom_bytes vbt = {NULL, 0};
	struct header header;
	enum igdrom_status status;
	uint32_t asls;

	status = find_asls(machine, function, report, &asls);
	if (status == IGDROM_OK)
		status = dump_memory_open(machine, report, &memory);
	if (status != IGDROM_OK)
		return status;
	status = read_memory(&memory, asls, BODY_BYTES, report, out);
	if (status == IGDROM_OK && !decode(out, &header)) {
		SAY(report, "dump-opregion-bad", SAY_NUMBER(asls));
		igdrom_bytes_free(out);
		status = IGDROM_E_NOT_FOUND;
	}
	if (status == IGDROM_OK && has_extended(&header)) {
		status = read_extended(&memory, asls, &header, report, &vbt);
		status = finish(out, &header, status, &vbt, report);
	}
	dump_memory_close(&memory);
	snprintf(source, DUMP_PATH_MAX, "/dev/mem at 0x%x", asls);
	return status;
}

/* The file of the group in /dev/vfio; false: it is in none. */
static bool find_group(const struct dump_machine *machine, const struct dump_function *function,
		       char group[DUMP_PATH_MAX])
{
	struct dump_names groups, members;
	char path[DUMP_PATH_MAX];
	bool found = false;

	if (machine->system->list(machine->user, GROUPS, &groups) != 0)
		return false;
	for (size_t i = 0; i < groups.count && !found; i++) {
		snprintf(path, sizeof(path), GROUPS "/%s/devices", groups.names[i]);
		if (machine->system->list(machine->user, path, &members) != 0)
			continue;
		for (size_t k = 0; k < members.count && !found; k++)
			found = !strcmp(members.names[k], function->address);
		free(members.names);
		snprintf(group, DUMP_PATH_MAX, "/dev/vfio/%s", groups.names[i]);
	}
	free(groups.names);
	return found;
}

static enum igdrom_status from_vfio(const struct dump_machine *machine,
				    const struct dump_function *function,
				    struct igdrom_report *report, struct igdrom_bytes *out,
				    char source[DUMP_PATH_MAX])
{
	struct header header;
	char reason[128];
	int error;

	if (!find_group(machine, function, source))
		return IGDROM_E_NOT_FOUND;
	error = machine->system->opregion(machine->user, source, function->address, out);
	if (!error && decode(out, &header))
		return IGDROM_OK;
	igdrom_bytes_free(out);
	/* Who may not is told so of memory. */
	if (error == EACCES || error == EPERM)
		return IGDROM_E_ACCESS;
	file_reason(error ? error : EINVAL, reason, sizeof(reason));
	SAY(report, "dump-vfio-failed", SAY_TEXT(function->address), SAY_TEXT(reason));
	return IGDROM_E_NOT_FOUND;
}

/* vfio-pci resets the device when it is opened and closed: it is asked when memory is closed. */
static enum igdrom_status from_elsewhere(const struct dump_machine *machine,
					 const struct dump_function *function,
					 struct igdrom_report *report, struct igdrom_bytes *out,
					 char source[DUMP_PATH_MAX])
{
	if (!machine->captured && dump_has_driver(machine, function, "vfio-pci")) {
		if (from_memory(machine, function, NULL, out, source) != IGDROM_OK &&
		    from_vfio(machine, function, report, out, source) == IGDROM_OK)
			return IGDROM_OK;
		igdrom_bytes_free(out);
	}
	return from_memory(machine, function, report, out, source);
}

/* The driver's file shows the body alone; the table that follows it is in a file of its own. */
static enum igdrom_status extend(const struct dump_machine *machine,
				 const struct dump_function *function, const struct header *header,
				 struct igdrom_report *report, struct igdrom_bytes *body)
{
	struct igdrom_bytes vbt = {NULL, 0};
	enum igdrom_status status = IGDROM_E_NOT_FOUND;
	char path[DUMP_PATH_MAX];
	int error = dump_debugfs_find(machine, function, VBT_FILE, path);

	if (!error)
		error = dump_file(machine, path, VBT_MAX, &vbt);
	if (!error)
		status = IGDROM_OK;
	if (error == ENOMEM)
		status = IGDROM_E_NOMEM;
	return finish(body, header, status, &vbt, report);
}

enum igdrom_status dump_read_opregion(const struct dump_machine *machine,
				      const struct dump_function *function,
				      struct igdrom_report *report, struct igdrom_bytes *out,
				      char source[DUMP_PATH_MAX])
{
	struct header header;
	enum igdrom_status status;
	int error = dump_debugfs_find(machine, function, FILE_NAME, source);

	*out = (struct igdrom_bytes){NULL, 0};
	if (!error)
		error = dump_file(machine, source, MAX_BYTES, out);
	if (!error && !decode(out, &header)) {
		igdrom_bytes_free(out);
		error = ENODATA;
	}
	if (error == ENOMEM)
		return IGDROM_E_NOMEM;
	if (error) {
		status = from_elsewhere(machine, function, report, out, source);
		if (status != IGDROM_OK)
			dump_debugfs_say(machine, function, error, report);
		return status;
	}
	if (has_extended(&header) && out->size == BODY_BYTES)
		return extend(machine, function, &header, report, out);
	return IGDROM_OK;
}

enum igdrom_status dump_opregion(const struct dump_machine *machine, struct igdrom_report *report,
				 struct igdrom_dump **out)
{
	struct igdrom_opregion *opregion = NULL;
	struct dump_function function;
	struct igdrom_bytes bytes = {NULL, 0};
	char source[DUMP_PATH_MAX];
	enum igdrom_status status = dump_find_igd(machine, report, &function);

	if (status == IGDROM_OK)
		status = dump_read_opregion(machine, &function, report, &bytes, source);
	if (status != IGDROM_OK)
		return status;
	status = igdrom_opregion_parse(bytes.data, bytes.size, report, &opregion);
	igdrom_opregion_free(opregion);
	if (status == IGDROM_OK)
		return dump_new(IGDROM_DUMP_OPREGION, source, &bytes, out);
	igdrom_bytes_free(&bytes);
	return status == IGDROM_E_NOMEM ? status : IGDROM_E_NOT_FOUND;
}
