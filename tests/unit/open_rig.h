/* SPDX-License-Identifier: BSD-2-Clause */
/* Firmware images and tables written byte by byte, and what is found in them. */
#ifndef IGDROM_TESTS_OPEN_RIG_H
#define IGDROM_TESTS_OPEN_RIG_H

#include <igdrom/open.h>

#include "unit/gop_forge.h"
#include "unit/image_writer.h"

#define RIG_VOLUME       0x10000
#define RIG_TYPE_RAW     0x01 /* PI 1.8 volume 3, 2.1.4.1 and 2.1.5.1 */
#define RIG_TYPE_FREE    0x02
#define RIG_TYPE_DRIVER  0x07
#define RIG_SECTION_PE32 0x10
#define RIG_SECTION_TE   0x12
#define RIG_SECTION_RAW  0x19
#define RIG_TABLE        100 /* bytes of a table written here */

struct rig_run {
	struct igdrom_report *report;
	struct igdrom_contents *contents;
	enum igdrom_status status;
};

/* Looks into an image, which is freed before anything else is done. */
struct rig_run rig_look(struct blob *image);
/* ... into a volume of these files. */
struct rig_run rig_look_in_volume(struct blob *files);
void rig_end(struct rig_run *run);
/* The first finding with this code, or NULL. */
const struct igdrom_finding *rig_finding(const struct rig_run *run, const char *code);

/* The driver that was forged last. */
extern uint8_t rig_pe[FORGE_ROOM];
/* Forges a driver 17.0.BUILD; its size. */
size_t rig_forge(const char *build);
/* The smallest VBT: header, header of the BIOS data block, and a byte that tells tables apart. */
void rig_put_table(struct blob *out, const char *platform, uint8_t fill);
/* A file with one section and, unless it is NULL, a name. */
void rig_put_module(struct blob *files, uint8_t id, uint8_t type, struct blob *body,
		    const char *name);
void rig_put_driver(struct blob *files, uint8_t id, const char *build);
void rig_put_table_file(struct blob *files, uint8_t id, const char *platform, uint8_t fill);

struct igdrom_bytes rig_bytes(const struct igdrom_found *found, enum igdrom_form form);
void rig_assert_name(const struct igdrom_found *found, enum igdrom_form form, const char *name);

#endif
