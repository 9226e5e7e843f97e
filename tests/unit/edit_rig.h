/* SPDX-License-Identifier: BSD-2-Clause */
/* Images to be changed. */
#ifndef IGDROM_TESTS_EDIT_RIG_H
#define IGDROM_TESTS_EDIT_RIG_H

#include "unit/image_writer.h"

#include <igdrom/edit.h>

#define ROOM 4096

/* "0D0D0D0D-...": what put_file() calls file 0Dh. */
extern const char edit_name_0d[];

struct rig {
	struct blob image;
	struct igdrom_firmware *firmware;
	struct igdrom_report *report;
	struct igdrom_edit *edit;
	const struct igdrom_firmware_node *volume; /* the innermost */
};

/* A file with one RAW section of `size` bytes. */
void put_raw_file(struct blob *out, uint8_t id, uint8_t type, size_t size);
/* A volume with the files of a text: "0a:100 0b:50 pad:64 0c*:30"; * is a PEIM. */
struct blob volume_of(const char *text);
/* The files of an inner volume, packed: GUIDed section in a file of the outer volume, in front of one
 * of type `behind`. */
struct blob nested(const char *text, uint8_t behind);

/* Takes the image over. */
void rig_open(struct rig *rig, struct blob *image, unsigned flags);
void rig_close(struct rig *rig);
/* File n of the innermost volume, pad files counted. */
const struct igdrom_firmware_node *file_at(const struct rig *rig, size_t n);

#endif
