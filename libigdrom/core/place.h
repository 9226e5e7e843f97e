/* SPDX-License-Identifier: BSD-2-Clause */
/* Where bytes that are read lie in the file that findings are about. */
#ifndef IGDROM_CORE_PLACE_H
#define IGDROM_CORE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct place {
	uint64_t at;
	bool exact; /* false: decompressed, every finding names `at` */
};

/* What a finding about byte `offset` of them names. */
static inline uint64_t place_at(struct place place, size_t offset)
{
	return place.exact ? place.at + offset : place.at;
}

#endif
