/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_KIT_MANIFEST_H
#define IGDROM_KIT_MANIFEST_H

#include "core/digest.h"

#include "gop/gop.h"

#include <igdrom/rom.h>

#define MANIFEST_MAX_TEXT 255 /* bytes of a name, version, origin or tool */

/* One image, as it is recorded. Everything is borrowed; texts are valid UTF-8 or NULL. */
struct manifest_record {
	enum igdrom_manifest_kind kind;
	size_t image;
	const char *name;
	const char *version;
	const char *origin;
	const uint16_t *device_ids;
	size_t device_count;
	uint8_t sha256[DIGEST_SHA256_SIZE];
	bool has_load; /* the guest driver may unpack and start it */
	uint32_t load_crc32;
	uint32_t load_size;
	bool lpc_checked;
	struct igdrom_id_range hangs; /* BDB versions; 0: none */
	uint16_t host_lpc;            /* 0: not known */
	struct gop_edit edits[GOP_EDIT_COUNT];
	size_t edit_count;
	const struct igdrom_gop *gop; /* whose LPC ids are recorded; or NULL */
};

/*
 * Writes the format of igd/manifest.h. IGDROM_E_LIMIT: more than MANIFEST_MAX_BYTES, or a number
 * that does not fit its field. *out is owned.
 */
enum igdrom_status manifest_encode(const char *tool, const struct manifest_record *records,
				   size_t count, struct igdrom_bytes *out) IGDROM_MUST_CHECK;

#endif
