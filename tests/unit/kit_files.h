/* SPDX-License-Identifier: BSD-2-Clause */
/* Files for the tests of kit/: drivers, GOP drivers and ROMs, made byte by byte. */
#ifndef IGDROM_TESTS_KIT_FILES_H
#define IGDROM_TESTS_KIT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILE_ROOM 0x10000

struct file {
	uint8_t data[FILE_ROOM];
	size_t size;
};

/* A PE image with this code at its entry point; more may hold text that a reader looks for. */
struct driver_spec {
	uint16_t machine;    /* 0: x64 */
	uint16_t subsystem;  /* 0: boot service driver */
	const uint8_t *code; /* NULL: calls firmware once and returns */
	size_t code_size;
	const void *data; /* second section; NULL: none */
	size_t data_size;
	bool code_elsewhere; /* the section with the entry point is not executable */
};

void make_driver(struct file *out, const struct driver_spec *spec);

/* Shaped like an Intel GOP driver (name, id table with its walk, version, policy GUID, gate). */
struct gop_spec {
	const uint16_t *ids;
	size_t count; /* at most 255 */
	const char *major;
	const char *minor;
	const char *build;
	bool no_walk; /* the table cannot be found */
};

void make_gop(struct file *out, const struct gop_spec *spec);

/* A legacy image of `size` bytes with a right checksum and LAST as given, appended to out. */
void add_legacy_image(struct file *out, size_t size, uint16_t device_id, bool last);
/* An EFI image (plain, PCI 3.0, 8086:4680), appended to out. */
void add_efi_image(struct file *out, const struct file *payload, uint16_t subsystem, bool last);
/* Any other image, of 512 bytes. */
void add_other_image(struct file *out, uint8_t code_type, bool last);

#endif
