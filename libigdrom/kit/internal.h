/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of kit/ share. */
#ifndef IGDROM_KIT_INTERNAL_H
#define IGDROM_KIT_INTERNAL_H

#include "core/report.h"
#include "oprom/oprom.h"
#include "pe/pe.h"

#include <igdrom/device.h>
#include <igdrom/gop.h>
#include <igdrom/rom.h>

/* What the set functions change; an image keeps those that held when it was added. */
struct kit_settings {
	uint16_t vendor_id;
	uint16_t *device_ids; /* owned; NULL: those of the driver */
	size_t device_id_count;
	uint32_t class_code;
	uint16_t code_revision;
	uint8_t pcir_revision;
	bool compress;
};

/* One image that is to go into a ROM; owns everything. */
struct kit_image {
	enum igdrom_manifest_kind kind;
	struct kit_settings settings;
	uint8_t *data; /* legacy: the whole image; else the PE, cut where it ends */
	size_t size;
	uint16_t machine;
	uint16_t subsystem;
	char *name; /* "" when none; so the others */
	char *version;
	char *origin;
	struct igdrom_gop *gop; /* of a GOP driver, else NULL */
	uint16_t *gop_ids;      /* the integrated devices that it lists; owned */
	size_t gop_id_count;
	uint16_t checked_target; /* the builder's when the GOP was compared with it */
	bool forced;             /* firmware will skip it, and the user was told */
};

struct igdrom_rom_builder {
	struct kit_settings now;
	uint16_t target;
	uint16_t lpc_id; /* of the host; 0: not known */
	bool open_ended;
	bool no_select;
	bool no_lpc_answer;
	bool force;
	bool finished;
	struct kit_image *images;
	size_t count;
	size_t room;
};

/* builder.c */
void kit_image_clear(struct kit_image *image);
/* Moves the image, which gets the builder's settings, in; on failure it is cleared. */
enum igdrom_status kit_append(struct igdrom_rom_builder *builder,
			      struct kit_image *image) IGDROM_MUST_CHECK;
/* Takes back what was added after the first `count` images. */
void kit_cut(struct igdrom_rom_builder *builder, size_t count);
/* A clean copy of a text that may be NULL; NULL when memory ran out. */
char *kit_text(const char *text) IGDROM_MUST_CHECK;

/* target.c: IGDROM_E_REFUSED when the GOP does not list the target and force is off. */
enum igdrom_status kit_check_target(const struct igdrom_rom_builder *builder,
				    const struct kit_image *image,
				    struct igdrom_report *report) IGDROM_MUST_CHECK;
/* ... and when the target is no integrated device. */
enum igdrom_status kit_check_target_device(const struct igdrom_rom_builder *builder,
					   struct igdrom_report *report) IGDROM_MUST_CHECK;

/* plan.c: which image goes where, and for which devices. */
struct kit_plan {
	const struct kit_image *images[IGDROM_ROM_MAX_IMAGES];
	size_t count;
	bool targeted; /* all images are for the one device that the ROM is for */
	bool select;   /* our driver starts the one GOP driver that is for the device */
	uint16_t shared_ids[OPROM_MAX_DEVICE_IDS]; /* of images that have none of their own */
	size_t shared_count;
};

enum igdrom_status kit_plan(const struct igdrom_rom_builder *builder, struct kit_plan *plan,
			    struct igdrom_report *report) IGDROM_MUST_CHECK;
/* Whether the image is for our driver to start: firmware passes over it. */
bool kit_plan_is_payload(const struct kit_plan *plan, const struct kit_image *image);
/* The ids that PCIR and device list of the image will name. */
const uint16_t *kit_plan_ids(const struct kit_plan *plan, const struct kit_image *image,
			     size_t *count);

/* check.c: what the drivers in a ROM need, its structure apart. */
struct kit_check {
	const struct igdrom_rom *rom;
	struct igdrom_report *report;
	uint16_t device_id;
	bool quiet;   /* no finding below a warning */
	bool forgive; /* errors become warnings */
	enum igdrom_severity worst;
};

/* Whether the manifest says that the image is such a thing, and it still is what was recorded. */
bool kit_is_recorded(const struct igdrom_rom *rom, size_t index, enum igdrom_manifest_kind kind);
enum igdrom_status kit_check_contents(struct kit_check *check) IGDROM_MUST_CHECK;

/* identify.c */
bool kit_is_guest_driver(const struct igdrom_rom *rom, size_t index);
/* What a driver that is no GOP driver provides (enum igdrom_provides), by what it mentions. */
unsigned kit_provides(struct igdrom_bytes payload);

/* Names of our files in a firmware volume, drawn at random; guest/volume.c has the second too. */
#define KIT_GUEST_GUID "888636A4-09F7-4B67-B03C-8C87CA6B00B9"
#define KIT_ROM_GUID   "3773120C-1195-4BC6-884B-FA4072645EE3"

/* text.c: words in findings. */
#define KIT_LIST_BYTES 1024

/* Appends an item with a blank before it; when it does not fit, the list ends with "...". */
bool kit_list_add(char out[KIT_LIST_BYTES], const char *item);
/* "4680 4690", clipped by "..." at the end of out. */
void kit_list_ids(const struct igdrom_gop *gop, char out[KIT_LIST_BYTES]);
void kit_list_lpc(const struct igdrom_gop *gop, char out[KIT_LIST_BYTES]);
/*
 * What the caller said, the place in the file, and which file that is; without a place ("") the
 * file is the thing itself. Owned; NULL when memory ran out.
 */
char *kit_origin(const char *origin, const char *where, struct igdrom_bytes file) IGDROM_MUST_CHECK;
const char *kit_or(const char *text, const char *instead);
void kit_say_not_taken(const struct igdrom_rom_image *image, size_t index, const char *name,
		       struct igdrom_report *report);
void kit_say_nothing_taken(uint8_t code_type, const char *name, struct igdrom_report *report);
/* Family and versions of the GOP drivers that are known to list a device. */
void kit_drivers_for(uint16_t device_id, char out[KIT_LIST_BYTES]);

#endif
