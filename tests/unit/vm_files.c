/* SPDX-License-Identifier: BSD-2-Clause */
#include "vm_files.h"

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>

char *vm_file_read(const char *folder, const char *name)
{
	static const size_t most = 1 << 20;
	char path[512];
	char *text = malloc(most);
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_non_null(text);
	size = fread(text, 1, most - 1, file);
	assert_true(size > 0 && size < most - 1);
	text[size] = '\0';
	fclose(file);
	return text;
}
