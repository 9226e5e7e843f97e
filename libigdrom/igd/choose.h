/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which GOP driver of a ROM is started for a device: of those that list it the one of the highest
 * version, of equal ones the first. Several started together fight over the ports.
 */
#ifndef IGDROM_IGD_CHOOSE_H
#define IGDROM_IGD_CHOOSE_H

#include "igd/manifest.h"

/* Fields of a version compared as numbers: below, equal to, above 0 as for strcmp(). */
int gop_version_compare(const char *a, const char *b);

/* What is asked for, and what was tried and did not work. */
struct gop_wish {
	uint16_t device_id;
	const char *wanted; /* name or version, whatever its ids; NULL: by device */
	uint8_t tried[256]; /* by index of the image: not 0 = passed over */
};

/* view is not changed. false: there is none. */
bool gop_choose(const struct manifest_view *view, const struct gop_wish *wish,
		struct manifest_entry_view *out);

/* The VBT for a device: one that names it, else the first that names none. */
bool vbt_choose(const struct manifest_view *view, uint16_t device_id,
		struct manifest_entry_view *out);

/* Whether the entry names the device. */
bool gop_lists(const struct manifest_entry_view *entry, uint16_t device_id);

#endif
