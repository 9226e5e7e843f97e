/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm/qemu_reader.h"

#include <string.h>

/* Block nodes that may lie between -machine pflash0= and the file (format, throttle, file). */
#define MAX_NODES 4

static bool contains(const char *text, const char *part)
{
	for (; *text; text++) {
		size_t i = 0;

		while (part[i] && (text[i] | 0x20) == part[i])
			i++;
		if (!part[i])
			return true;
	}
	return false;
}

static void take(struct qemu_reader *r, enum vm_firmware firmware, const char *file, uint64_t at)
{
	r->config->firmware = firmware;
	r->config->firmware_file = vm_config_string(r->config, file);
	r->config->firmware_at = at;
}

static void read_bios(struct qemu_reader *r, const struct qemu_option *option)
{
	const char *file = option->value ? option->value->text : NULL;
	enum vm_firmware firmware = VM_FIRMWARE_UNKNOWN;

	if (!file)
		return;
	if (contains(file, "ovmf") || contains(file, "edk2") || contains(file, "efi") ||
	    contains(file, ".fd"))
		firmware = VM_FIRMWARE_OVMF;
	else if (contains(file, "seabios") || contains(file, "bios.bin") ||
		 contains(file, "bios-256k") || contains(file, "bios-128k"))
		firmware = VM_FIRMWARE_SEABIOS;
	take(r, firmware, file, option->value->at);
}

static void read_drive(struct qemu_reader *r, const struct qemu_option *option)
{
	struct qemu_opts opts;
	const char *interface;
	const char *unit;

	if (!qemu_option_opts(r, option, NULL, &opts))
		return;
	interface = qemu_opts_value(&opts, "if");
	unit = qemu_opts_value(&opts, "unit");
	/* The code is unit 0 or the first one; the variables follow. */
	if (interface && strcmp(interface, "pflash") == 0 &&
	    (unit ? strcmp(unit, "0") == 0 : r->config->firmware != VM_FIRMWARE_OVMF))
		take(r, VM_FIRMWARE_OVMF, qemu_opts_value(&opts, "file"), option->value->at);
	qemu_opts_free(&opts);
}

/* The file of a node, or the node that it takes its bytes from; NULL: this is another node. */
static const char *read_node(struct qemu_reader *r, const struct qemu_opts *opts, const char *node,
			     bool *is_file)
{
	static const char *const files[] = {"filename", "file.filename", "file.file.filename"};
	const char *name = qemu_opts_value(opts, "node-name");

	if (!name || strcmp(name, node) != 0)
		return NULL;
	*is_file = true;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (qemu_opts_value(opts, files[i]))
			return vm_config_string(r->config, qemu_opts_value(opts, files[i]));
	}
	*is_file = false;
	return vm_config_string(r->config, qemu_opts_value(opts, "file"));
}

/* The next step from a block node towards its file. */
static const char *follow(struct qemu_reader *r, const char *node, bool *is_file, uint64_t *at)
{
	struct qemu_option option;

	for (size_t i = r->from; qemu_next_option(r, &i, &option);) {
		struct qemu_opts opts;
		const char *next;

		if (strcmp(option.name, "blockdev") != 0 ||
		    !qemu_option_opts(r, &option, "driver", &opts))
			continue;
		next = read_node(r, &opts, node, is_file);
		qemu_opts_free(&opts);
		if (next) {
			*at = option.value->at;
			return next;
		}
	}
	return NULL;
}

/* The file behind -machine pflash0=, which -blockdev or -drive if=none describe. */
static void read_pflash(struct qemu_reader *r)
{
	const char *node = r->pflash;
	uint64_t at = r->config->machine_at;
	bool is_file = false;

	for (int n = 0; n < MAX_NODES && node && !is_file; n++)
		node = follow(r, node, &is_file, &at);
	take(r, VM_FIRMWARE_OVMF, is_file ? node : NULL, at);
}

void qemu_read_firmware(struct qemu_reader *r)
{
	struct qemu_option option;

	for (size_t i = r->from; qemu_next_option(r, &i, &option);) {
		if (strcmp(option.name, "bios") == 0)
			read_bios(r, &option);
		else if (strcmp(option.name, "drive") == 0)
			read_drive(r, &option);
	}
	if (r->pflash)
		read_pflash(r);
}
