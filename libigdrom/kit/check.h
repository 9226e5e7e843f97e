/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the check share. */
#ifndef IGDROM_KIT_CHECK_H
#define IGDROM_KIT_CHECK_H

#include "kit/internal.h"

/* What is known about one image. */
struct check_image {
	const struct igdrom_rom_image *image;
	size_t index;
	uint64_t at;
	bool efi;
	struct igdrom_bytes payload; /* borrowed; empty when it cannot be read */
	struct igdrom_gop *gop;      /* owned; NULL when it is no GOP driver */
	bool carried;                /* a GOP driver that firmware passes over: ours starts it */
	bool ours;                   /* our guest driver */
	bool policy;                 /* provides the GOP policy */
	bool assigns;                /* writes OpRegion and stolen memory */
};

struct check_images {
	struct check_image list[IGDROM_ROM_MAX_IMAGES];
	size_t count;
};

/* Adds a finding with the catalogue's severity, as the check's settings change it. */
void check_say(struct kit_check *check, enum finding_code code, uint64_t at,
	       const struct igdrom_finding_arg *args, size_t arg_count);
void check_say_as(struct kit_check *check, enum igdrom_severity severity, enum finding_code code,
		  uint64_t at, const struct igdrom_finding_arg *args, size_t arg_count);

/* check_driver.c: whether the code of a driver is there at all. */
enum driver_state {
	DRIVER_OK,
	DRIVER_UNREADABLE,
	DRIVER_NO_CODE,  /* no code section, or the entry point is outside of it */
	DRIVER_EMPTY,    /* the entry point does nothing but return */
	DRIVER_NO_CALLS, /* x64 code without a call through a pointer: it cannot reach firmware */
};

enum driver_state check_driver_state(const uint8_t *data, size_t size);
void check_drivers(struct kit_check *check, const struct check_images *images);

/* check_gop.c */
enum igdrom_status check_gops(struct kit_check *check,
			      const struct check_images *images) IGDROM_MUST_CHECK;

/* check_manifest.c */
void check_manifest(struct kit_check *check, const struct check_images *images);

#endif
