/* SPDX-License-Identifier: BSD-2-Clause */
/* What gop/ offers to the rooms above it, besides <igdrom/gop.h>. */
#ifndef IGDROM_GOP_GOP_H
#define IGDROM_GOP_GOP_H

#include "core/place.h"

#include <igdrom/gop.h>

#define GOP_EDIT_BYTES 6
#define GOP_EDIT_COUNT 2
#define GOP_EDIT_NO_ID 0xff

/*
 * igdrom_gop_identify() for a part of a file. A PE image that is no GOP driver is
 * IGDROM_E_NOT_RECOGNIZED without a finding: in a file of many images that is no fault.
 */
enum igdrom_status gop_read(const void *data, size_t size, struct place place,
			    struct igdrom_report *report,
			    struct igdrom_gop **out) IGDROM_MUST_CHECK;

/* A place in the PE file where the answer to the LPC check goes in. */
struct gop_edit {
	uint32_t offset;
	uint8_t size;
	uint8_t id_at; /* where in `answer` the id goes, little-endian; GOP_EDIT_NO_ID: nowhere */
	uint8_t expected[GOP_EDIT_BYTES];
	uint8_t answer[GOP_EDIT_BYTES];
};

/*
 * How the check is answered in a loaded copy of the driver, whose bytes are given: the instruction
 * that fetches the id is replaced by one that has it. The number of edits; 0: it is not gated, or
 * not known how.
 */
size_t gop_lpc_answer(const struct igdrom_gop *gop, const uint8_t *data, size_t size,
		      struct gop_edit edits[GOP_EDIT_COUNT]);

/* BDB versions of VBTs on which Start() of this build never returns; {0, 0}: none known. */
struct igdrom_id_range gop_hanging_vbts(const struct igdrom_gop *gop);

/* Bytes that stand in every GOP driver, and in few other files. */
enum gop_mark {
	GOP_MARK_NAME,
	GOP_MARK_POLICY,
	GOP_MARK_COUNT,
};

/* A search for them. Bytes without a mark hold no driver that gop_read() would take. */
struct gop_marks {
	const uint8_t *data;
	size_t size;
	size_t next[GOP_MARK_COUNT];
};

struct gop_marks gop_marks_of(const void *data, size_t size);
/* The places, ascending; size at the end. */
size_t gop_marks_next(struct gop_marks *marks);

#endif
