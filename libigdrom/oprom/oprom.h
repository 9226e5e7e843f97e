/* SPDX-License-Identifier: BSD-2-Clause */
/* What oprom/ offers to the rooms above it, besides <igdrom/rom.h>. */
#ifndef IGDROM_OPROM_OPROM_H
#define IGDROM_OPROM_OPROM_H

#include <igdrom/rom.h>

#define OPROM_UNIT             512 /* image lengths are in these units */
#define OPROM_MAX_DEVICE_IDS   512
#define OPROM_SIGNATURE        0xaa55
#define OPROM_EFI_SIGNATURE    0x0ef1
#define OPROM_INDICATOR_LAST   0x80
#define OPROM_COMPRESSION_NONE 0
#define OPROM_COMPRESSION_UEFI 1

/* One image to be written. Everything is borrowed. */
struct oprom_image_spec {
	uint16_t vendor_id;
	const uint16_t *device_ids; /* the first goes into PCIR; more than one make a device list */
	size_t device_id_count;     /* at most OPROM_MAX_DEVICE_IDS; 0 writes device id FFFFh */
	uint32_t class_code;
	uint16_t code_revision;
	uint8_t pcir_revision; /* 0 or 3; 0 with more than one device id is IGDROM_E_INVAL */
	uint8_t code_type;     /* IGDROM_CODE_TYPE_EFI or IGDROM_CODE_TYPE_DATA */
	uint16_t machine;      /* EFI header */
	uint16_t subsystem;    /* EFI header */
	const uint8_t *payload;
	size_t payload_size;
	bool compress; /* falls back to plain when compression does not make the image shorter */
};

/*
 * Lays one EFI or data image out: header, PCIR, device list, payload, padded (FFh) to OPROM_UNIT:
 * behind a compressed payload, in front of a plain one, as EfiRom does. The LAST bit is clear. A data image has the same header as an EFI one, so that the guest driver
 * and every ROM tool read both alike. *out is owned. IGDROM_E_INVAL, IGDROM_E_LIMIT, IGDROM_E_NOMEM.
 */
enum igdrom_status oprom_build_image(const struct oprom_image_spec *spec,
				     struct igdrom_bytes *out) IGDROM_MUST_CHECK;

/*
 * How many bytes the option ROM that starts at data has: all its images, up to the one that is the
 * last or behind which no other starts, and no more than size. 0: no PCI option ROM starts here.
 */
size_t oprom_extent(const uint8_t *data, size_t size);

/*
 * Sets or clears the LAST bit of the image that starts at data (its own writable bytes, size as
 * parsed), and for legacy code makes the checksum right again. IGDROM_E_CORRUPT: no PCIR in there.
 */
enum igdrom_status oprom_set_last(uint8_t *data, size_t size, bool last) IGDROM_MUST_CHECK;

/*
 * Structure findings for a parsed ROM, without knowledge of what the drivers in it are. They
 * complete those of igdrom_rom_parse(): with one report for both calls nothing is said twice.
 */
void oprom_check_structure(const struct igdrom_rom *rom, struct igdrom_report *report);

#endif
