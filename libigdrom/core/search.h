/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_CORE_SEARCH_H
#define IGDROM_CORE_SEARCH_H

#include <stddef.h>
#include <stdint.h>

/* A run of bytes that is looked for. */
struct search_needle {
	const void *bytes;
	size_t size;
	size_t key; /* index of the byte that is rare in what is searched: it decides on the speed */
};

/* The first place at or behind `from` where all of it stands; size when there is none. */
size_t search_next(const uint8_t *data, size_t size, size_t from,
		   const struct search_needle *needle);

#endif
