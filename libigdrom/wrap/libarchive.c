/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrap/libarchive.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NOTE_DLOPEN 0x407c0c0a
#define NOTE_TEXT                                                              \
	"[{\"feature\":\"archives\",\"description\":\"Firmware in archives\"," \
	"\"priority\":\"recommended\",\"soname\":[\"" LIBARCHIVE_SONAME "\"]}]"

/* For who makes packages (uapi-group.org, ELF notes for dlopen()): linkers see no need for it. */
struct dlopen_note {
	uint32_t name_size, text_size, type;
	char name[4];
	char text[sizeof(NOTE_TEXT)];
};

__attribute__((used, section(".note.dlopen"), aligned(4))) static const struct dlopen_note note = {
	.name_size = sizeof(note.name),
	.text_size = sizeof(note.text),
	.type = NOTE_DLOPEN,
	.name = "FDO",
	.text = NOTE_TEXT,
};

static const struct {
	const char *name;
	size_t at;
} functions[] = {
#define LIBARCHIVE_ROW(name) {"archive_" #name, offsetof(struct libarchive, name)},
	LIBARCHIVE_FUNCTIONS(LIBARCHIVE_ROW)
#undef LIBARCHIVE_ROW
};

struct libarchive libarchive;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool complete;

/* It stays loaded: threads may use it until the process ends. */
static void load(void)
{
	void *handle = dlopen(LIBARCHIVE_SONAME, RTLD_LAZY | RTLD_LOCAL);

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *function = handle ? dlsym(handle, functions[i].name) : NULL;

		if (!function)
			return;
		memcpy((uint8_t *)&libarchive + functions[i].at, &function, sizeof(function));
	}
	complete = true;
}

bool libarchive_load(void)
{
	return pthread_once(&once, load) == 0 && complete;
}
