/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files that read a command line share. */
#ifndef IGDROM_VM_QEMU_READER_H
#define IGDROM_VM_QEMU_READER_H

#include "vm/qemu.h"
#include "vm/qemu_opts.h"

/* A -device; also one that stands in config already. */
struct qemu_item {
	const char *driver;
	const char *id;
	const char *bus;  /* NULL: QEMU chooses */
	const char *addr; /* NULL: QEMU chooses */
	uint64_t at;
	bool addr_number; /* addr is slot << 3 | function */
	bool json;
	bool placed;   /* config knows where it is */
	size_t device; /* in config->devices; SIZE_MAX: not passed through */
};

struct qemu_reader {
	struct igdrom_vm_config *config;
	struct igdrom_report *report;
	const struct words *words;
	size_t from; /* words of the command that is read */
	size_t to;
	bool fragment; /* no name of a program: QEMU's defaults are not filled in */
	bool annex;    /* config stands for what comes before these words */
	bool annex_json;
	bool nodefaults;
	bool network; /* -net, -nic or -netdev: no network card of its own */
	size_t cards; /* network cards that the machine gets before any -device */
	const char *vga;
	uint64_t vga_at;
	const char *pflash; /* node of -machine pflash0= */
	bool debugcon;      /* -debugcon, at QEMU's own port unless a -global moves it */
	uint64_t debugcon_at;
	bool debugcon_moved;
	struct qemu_item *items;
	size_t item_count;
	enum igdrom_status err;
};

/* One option with its value; value NULL: none. */
struct qemu_option {
	const char *name; /* without dashes */
	const struct word *word;
	const struct word *value;
};

/* The option at word *i, which moves on behind it; false: there is none any more. */
bool qemu_next_option(const struct qemu_reader *r, size_t *i, struct qemu_option *out);

/* qemu_opts_parse() of an option's value; false: it has none, or it says nothing (and is reported). */
bool qemu_option_opts(struct qemu_reader *r, const struct qemu_option *option, const char *implied,
		      struct qemu_opts *out);

/*
 * Splits text and finds the command that starts a machine: r->from and r->to. The caller frees
 * words, whatever is returned.
 */
enum igdrom_status qemu_find_command(const char *text, size_t size, struct igdrom_report *report,
				     struct words *words, struct qemu_reader *r);
/* Reads that command into r->config. */
enum igdrom_status qemu_read_command(struct qemu_reader *r);

/* -bios, -drive, -blockdev. */
void qemu_read_firmware(struct qemu_reader *r);
/* -device, -set and -global, into items and config->devices. */
void qemu_read_devices(struct qemu_reader *r);
/* Gives the items the places that QEMU would, and makes slots of them. */
void qemu_place_devices(struct qemu_reader *r);

#endif
