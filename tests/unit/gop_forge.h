/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes PE images that have the marks of a GOP driver where a reader looks for them, instruction
 * by instruction, so that a test can leave out or bend a single one. They are not meant to run:
 * tests/guest/gop has a driver that does.
 */
#ifndef IGDROM_TESTS_GOP_FORGE_H
#define IGDROM_TESTS_GOP_FORGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FORGE_ROOM     0x3000
#define FORGE_TEXT_RVA 0x1000
#define FORGE_DATA_RVA 0x4000

enum forge_gate {
	FORGE_GATE_NONE,
	FORGE_GATE_PORT,       /* form A as in 9.0 */
	FORGE_GATE_PORT_MOVE,  /* form A with a byte move before the call, as in 21.0 */
	FORGE_GATE_PORT_NEXT,  /* form A with the store right behind the call */
	FORGE_GATE_BRIDGE,     /* form B as in 5.5 */
	FORGE_GATE_BRIDGE_R11, /* as in 5.0: not fatal there */
	/* what must not be taken for a gate */
	FORGE_GATE_REVISION,      /* offset 08h of 00:1f.0 */
	FORGE_GATE_HOST_BRIDGE,   /* 00:00.0 */
	FORGE_GATE_NO_READER,     /* the function called uses no port */
	FORGE_GATE_NO_STORE,      /* the answer is not stored */
	FORGE_GATE_OTHER_SECTION, /* the reader is in another section */
	FORGE_GATE_BRIDGE_LOST,   /* form B, rax changed in between */
};

#define FORGE_CHECK_VENDOR    1
#define FORGE_CHECK_CLASS     2
#define FORGE_CHECK_SUBCLASS  4
#define FORGE_CHECK_INTERFACE 8
#define FORGE_CHECK_ALL       15

enum forge_binding {
	FORGE_BINDING_COMPUTED, /* stored from three texts, as in real drivers */
	FORGE_BINDING_CONSTANT, /* stored as a constant */
	FORGE_BINDING_STATIC,   /* stands in the data */
	FORGE_BINDING_NONE,
};

struct forge {
	const char *major;
	const char *minor;
	const char *build;
	const char *binding_build; /* build for the binding; NULL: the same */
	enum forge_binding binding;
	const uint16_t *ids;
	size_t id_count;
	unsigned walk_count; /* what the loop compares with; 0: id_count */
	int order;           /* 1: movzx before lea (13.0 on), 2: after it (to 10.0), 3: both */
	int walks;           /* number of loops */
	bool zero_ids;       /* the loop compares with 0 */
	bool no_name;
	bool no_policy;
	unsigned no_checks; /* FORGE_CHECK_* that are left out */
	bool no_relocs;
	uint8_t jump_back; /* displacement of jb; 0: to the start of the loop */
	bool name_gap;     /* the minor number is loaded far behind the major one */
	bool earlier_struct; /* a row of pointers like the binding's, the first to an earlier function */
	bool equal_struct;  /* one to the same functions */
	bool lone_reloc;    /* of the three pointers only the last is relocated */
	bool used_handles;  /* the handles of the binding are not 0 */
	bool second_store;  /* Version is stored twice */
	bool reloc_on_gate; /* a base relocation over the bytes of the site */
	bool table_outside; /* the table lies behind the file bytes of .data */
	bool data_first;    /* raw data of .data before that of .text */
	bool plain_names;   /* sections "a", "b", "c" */
	int gates;          /* number of sites; 0 is 1 */
	enum forge_gate gate;
	uint16_t machine; /* 0: x64 */
	uint16_t subsystem;
	uint64_t image_base;

	/* filled by forge_write() */
	size_t table_offset;
	size_t gate_offset;
	size_t walk_offset;
	size_t size;
};

/* 17.0.1077, seven ids, form A. */
struct forge forge_new(void);
void forge_write(struct forge *forge, uint8_t out[FORGE_ROOM]);

#endif
