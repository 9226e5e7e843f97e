/* SPDX-License-Identifier: BSD-2-Clause */
/* What goes into the images of the tests of edits: code, packed sections. */
#ifndef IGDROM_TESTS_PLACE_RIG_H
#define IGDROM_TESTS_PLACE_RIG_H

#include "unit/edit_rig.h"

/* The code of the last finding; "": there is none. */
const char *last_code(const struct rig *rig);
/* A volume of ROOM bytes with these files, and what is expected to come out; closes the rig. */
struct rig files_rig(struct blob *files, unsigned flags);
void expect_files(struct rig *rig, struct blob *files);

/* Little-endian. */
void put_number(struct blob *b, size_t at, uint64_t value, size_t bytes);

/* A PE image for a machine; version tells one from another. */
void put_pe(struct blob *out, uint16_t machine, uint8_t version);
void put_pe_section(struct blob *out, uint16_t machine, uint8_t version);
/* Header of a TE image (PI 1.8 volume 1, 15.2), 40 bytes, and code behind it. */
void put_te(struct blob *out, uint16_t machine, size_t code);

/* Sections packed by Tiano in a GUIDed section; or plain in one with their CRC-32. */
void put_tiano(struct blob *out, struct blob *sections);
void put_crc32(struct blob *out, struct blob *sections);

#endif
