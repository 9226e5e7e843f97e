/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_SETUP_INTERNAL_H
#define IGDROM_SETUP_INTERNAL_H

#include <igdrom/setup.h>

#include "changes/file.h"

#include <limits.h>

#define SETUP_TEXT 1024 /* of a sentence */
#define SETUP_NEXT 3
#define SETUP_FROM 512

/* A file that the caller gave. */
struct setup_file {
	struct igdrom_bytes bytes; /* owned */
	char *name;                /* or NULL */
	bool given;
};

struct setup_stage {
	enum igdrom_setup_state state;
	char text[SETUP_TEXT];
};

struct igdrom_setup {
	char *root;
	struct igdrom_host *host;
	struct igdrom_vm_request *request;
	struct setup_file bios, rom;
	char *vm; /* as the caller named it */
	/* of a run: */
	struct igdrom_report *report;
	const struct igdrom_limits *limits;
	struct setup_stage stages[IGDROM_SETUP_STAGES];
	enum igdrom_status status; /* how it ended */
	bool ran, applied;
	struct igdrom_changes *changes;
	uint16_t device_id;
	/* the virtual machine: */
	enum igdrom_vm_format format;
	char vm_name[256];      /* VMID or domain; "" when there is none */
	char vm_path[PATH_MAX]; /* of its file; "" when only libvirt knows it */
	/* the ROM: */
	bool place_is_ours; /* the key "rom" was said by a run */
	bool needs_rom;
	char rom_path[PATH_MAX];
	struct igdrom_rom_builder *builder; /* with a driver in it, when one is to be built */
	struct igdrom_bytes image;          /* owned */
	struct igdrom_vm_plan *plan;
	size_t prepared; /* steps of the host that were to be done */
	bool carried;    /* the domain is written to a file of its own */
	char next[SETUP_NEXT][SETUP_TEXT];
	size_t next_count;
};

/* setup.c */
char *setup_copy_text(const char *text);

/* run.c: how a stage ended. */
void setup_say(struct igdrom_setup *setup, enum igdrom_setup_stage stage,
	       enum igdrom_setup_state state, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* choose.c: which virtual machine it is about; what its configuration says goes into the request. */
enum igdrom_status setup_choose_vm(struct igdrom_setup *setup);

/* facts.c: what the machine tells, where the request is silent. */
enum igdrom_status setup_fill_request(struct igdrom_setup *setup);

/* The stages, each in the file of its name; prepare and vm in finish.c. */
enum igdrom_status setup_facts(struct igdrom_setup *setup);
enum igdrom_status setup_firmware(struct igdrom_setup *setup);
enum igdrom_status setup_rom(struct igdrom_setup *setup);
enum igdrom_status setup_plan(struct igdrom_setup *setup);
enum igdrom_status setup_prepare(struct igdrom_setup *setup);
enum igdrom_status setup_vm(struct igdrom_setup *setup);

/* rom.c: whether bytes are a ROM that does its job for the device. */
bool setup_rom_is_good(struct igdrom_setup *setup, const struct igdrom_bytes *rom);
/* What is in a ROM, in a few words. */
void setup_rom_words(const struct igdrom_bytes *rom, char *out, size_t room);

/* next.c */
void setup_find_next(struct igdrom_setup *setup);

#endif
