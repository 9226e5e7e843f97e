/* SPDX-License-Identifier: BSD-2-Clause */
/* What vbt/ offers to the rooms above it, besides <igdrom/vbt.h>. */
#ifndef IGDROM_VBT_VBT_H
#define IGDROM_VBT_VBT_H

#include "core/cursor.h"
#include "core/place.h"

#include <igdrom/vbt.h>

/* igdrom_vbt_parse() for a part of a file. */
enum igdrom_status vbt_read(const void *data, size_t size, struct place place,
			    struct igdrom_report *report,
			    struct igdrom_vbt **out) IGDROM_MUST_CHECK;

/*
 * The next VBT in any bytes from offset `from` on: "$VBT ", a printable name, sizes that fit and a
 * BIOS data block where the header says. Code and setup strings that hold "$VBT" are passed over.
 * Linear. *size is the size that its header gives.
 */
bool vbt_find(struct cur c, size_t from, size_t *at, size_t *size);

#endif
