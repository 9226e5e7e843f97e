/* SPDX-License-Identifier: BSD-2-Clause */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>

void need(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "does not hold: %s\n", what);
	abort();
}

struct igdrom_bytes load(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data;
	long size;

	need(file && !fseek(file, 0, SEEK_END), "the image can be opened");
	size = ftell(file);
	need(size >= 0 && !fseek(file, 0, SEEK_SET), "its size is known");
	data = malloc((size_t)size + 1);
	need(data && fread(data, 1, (size_t)size, file) == (size_t)size, "it can be read");
	fclose(file);
	return (struct igdrom_bytes){data, (size_t)size};
}
