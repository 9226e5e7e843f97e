/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrap/libarchive.h"

#include "core/library.h"

LIBRARY_NOTE("archives", "Firmware in archives", LIBARCHIVE_SONAME);

static const struct library_function functions[] = {
#define LIBARCHIVE_ROW(name) {"archive_" #name, offsetof(struct libarchive, name)},
	LIBARCHIVE_FUNCTIONS(LIBARCHIVE_ROW)
#undef LIBARCHIVE_ROW
};

struct libarchive libarchive;

bool libarchive_load(void)
{
	static struct library library = {
		.soname = LIBARCHIVE_SONAME,
		.functions = functions,
		.count = sizeof(functions) / sizeof(functions[0]),
		.table = &libarchive,
	};

	return library_load(&library);
}
