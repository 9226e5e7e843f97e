/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_EDIT_EDIT_H
#define IGDROM_EDIT_EDIT_H

#include "compress/compressor.h"
#include "core/builder.h"
#include "core/report.h"
#include "firmware/internal.h"
#include "firmware/volume.h"

#include <igdrom/edit.h>

#define EDIT_MAX_CHANGES 64

/* One change to the files of a volume. */
struct edit_change {
	enum { EDIT_INSERT, EDIT_REPLACE, EDIT_REMOVE } kind;
	const struct igdrom_firmware_node *volume;
	const struct igdrom_firmware_node *target; /* file; EDIT_INSERT: NULL for the end */
	struct igdrom_bytes file;                  /* owned */
};

struct igdrom_edit {
	const struct igdrom_firmware *firmware;
	unsigned flags;
	struct edit_change changes[EDIT_MAX_CHANGES];
	size_t count;
};

/* A node that gets other bytes. */
struct edit_part {
	const struct igdrom_firmware_node *node;
	struct igdrom_bytes bytes; /* owned */
};

/* One run of igdrom_edit_save(). Parts are in the order in which they are made: deepest first. */
struct edit_work {
	const struct igdrom_edit *edit;
	struct igdrom_report *report;
	struct edit_part *parts;
	size_t count;
	struct pace pace;
	uint64_t encodable; /* bytes that may still be encoded */
};

/* The bytes of a node as they are to be. */
struct igdrom_bytes edit_bytes_of(const struct edit_work *work,
				  const struct igdrom_firmware_node *node);
/* Frees the parts right below a node, which has its bytes now. */
void edit_drop_children(struct edit_work *work, const struct igdrom_firmware_node *node);

/* A volume with the changes to its files, and with files inside it that have other bytes (layout.c). */
enum igdrom_status edit_lay_out(const struct edit_work *work,
				const struct igdrom_firmware_node *volume,
				struct igdrom_bytes *out) IGDROM_MUST_CHECK;

/* A file or a section around sections that have other bytes (enclose.c). */
enum igdrom_status edit_enclose(struct edit_work *work, const struct igdrom_firmware_node *node,
				struct igdrom_bytes *out) IGDROM_MUST_CHECK;

/* Encodes bytes by the method and the settings of a section that is there, and makes sure that they
 * come back when it is decoded (encode.c). */
enum igdrom_status edit_encode(const struct igdrom_firmware_node *section, struct igdrom_bytes data,
			       const struct pace *pace, struct igdrom_bytes *out) IGDROM_MUST_CHECK;

/* Whether the file system of a volume is one whose files are known: of others nobody knows what their
 * bytes mean, and what was found in them stays where it is. */
bool edit_has_files(const struct igdrom_firmware_node *volume);

/* Whether nothing forbids a change to a volume; if something does it is reported (allow.c). */
bool edit_is_allowed(const struct igdrom_edit *edit, const struct igdrom_firmware_node *volume,
		     struct igdrom_report *report);

/* Whether an image starts a machine and nothing in it is known to be made for virtual ones
 * (around.c). */
bool edit_is_board(const struct igdrom_firmware *firmware);
/* Whether what is around a change can be written again; if not, *code says why. */
bool edit_is_sound(const struct igdrom_firmware_node *node, enum finding_code *code);

/* Sets sum, and size where it is not 0, of a file header of header_size bytes; the state and the
 * sum of the data for a volume of this polarity. */
void edit_seal_file(uint8_t *file, size_t size, size_t header_size,
		    const struct fw_volume_header *volume);

#endif
