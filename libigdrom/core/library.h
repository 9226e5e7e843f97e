/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Libraries that are loaded when they are first needed: linked, one with many dependencies takes
 * most of the time that a command takes to start.
 */
#ifndef IGDROM_CORE_LIBRARY_H
#define IGDROM_CORE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct library_function {
	const char *name;
	size_t at; /* of the pointer to it, in the table */
};

struct library {
	const char *soname;
	const struct library_function *functions;
	size_t count;
	void *table;   /* of pointers to functions; all of them are set, or none may be used */
	bool tried;    /* library_load()'s own, as the next */
	bool complete; /* every function is there */
};

/* Fills the table once for all threads; false when the library is not installed. */
bool library_load(struct library *library);

#define LIBRARY_NOTE_TYPE 0x407c0c0a
#define LIBRARY_NOTE_TEXT(feature, description, soname)                \
	"[{\"feature\":\"" feature "\",\"description\":\"" description \
	"\",\"priority\":\"recommended\",\"soname\":[\"" soname "\"]}]"

/* For who makes packages (uapi-group.org, ELF notes for dlopen()): nothing else tells of it. */
#define LIBRARY_NOTE(feature, description, soname)                                       \
	__attribute__((used, section(".note.dlopen"), aligned(4))) static const struct { \
		uint32_t name_size, text_size, type;                                     \
		char name[4];                                                            \
		char text[sizeof(LIBRARY_NOTE_TEXT(feature, description, soname))];      \
	} library_note = {4, sizeof(LIBRARY_NOTE_TEXT(feature, description, soname)),    \
			  LIBRARY_NOTE_TYPE, "FDO",                                      \
			  LIBRARY_NOTE_TEXT(feature, description, soname)}

#endif
