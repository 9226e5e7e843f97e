/* SPDX-License-Identifier: BSD-2-Clause */
/* What was found in a file. */
#include "open/internal.h"

#include <stdlib.h>

void igdrom_contents_free(struct igdrom_contents *contents)
{
	if (!contents)
		return;
	for (size_t i = 0; i < contents->gop_count; i++)
		igdrom_gop_free(contents->gops[i].gop);
	free(contents->gops);
	igdrom_rom_free(contents->rom);
	free(contents->data);
	free(contents);
}

enum igdrom_file_kind igdrom_contents_kind(const struct igdrom_contents *contents)
{
	return contents ? contents->kind : IGDROM_FILE_UNKNOWN;
}

const char *igdrom_file_kind_name(enum igdrom_file_kind kind)
{
	switch (kind) {
	case IGDROM_FILE_UNKNOWN:
		break;
	case IGDROM_FILE_PE:
		return "PE image";
	case IGDROM_FILE_OPTION_ROM:
		return "PCI option ROM";
	}
	return "unknown";
}

size_t igdrom_contents_gop_count(const struct igdrom_contents *contents)
{
	return contents ? contents->gop_count : 0;
}

static const struct open_gop *gop_at(const struct igdrom_contents *contents, size_t index)
{
	return index < igdrom_contents_gop_count(contents) ? &contents->gops[index] : NULL;
}

const struct igdrom_gop *igdrom_contents_gop_at(const struct igdrom_contents *contents,
						size_t index)
{
	const struct open_gop *found = gop_at(contents, index);

	return found ? found->gop : NULL;
}

struct igdrom_bytes igdrom_contents_gop_bytes(const struct igdrom_contents *contents, size_t index)
{
	const struct open_gop *found = gop_at(contents, index);

	return found ? found->bytes : (struct igdrom_bytes){NULL, 0};
}

const char *igdrom_contents_gop_where(const struct igdrom_contents *contents, size_t index)
{
	const struct open_gop *found = gop_at(contents, index);

	return found ? found->where : NULL;
}
