/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A machine that is played: files, a PCI function whose ROM has to be woken and switched on, memory.
 * Every call of it can be made to fail.
 */
#ifndef IGDROM_TESTS_DUMP_RIG_H
#define IGDROM_TESTS_DUMP_RIG_H

#include "unit/unit.h"

#include "host/dump.h"

#define FAKE_FILES  48
#define FAKE_RANGES 4
#define FAKE_DEVICE "/sys/bus/pci/devices/0000:00:02.0/"

struct fake_file {
	char path[DUMP_PATH_MAX];
	const uint8_t *data;
	size_t size;
	int open_error;
	int read_error;
	size_t bad_from, bad_to; /* reading any of these bytes is EIO */
};

struct fake_range {
	uint64_t address;
	const uint8_t *data;
	size_t size;
};

struct fake {
	struct fake_file files[FAKE_FILES];
	size_t file_count;
	struct fake_range ranges[FAKE_RANGES];
	size_t range_count;
	uint8_t elsewhere; /* what memory is that is in no range */
	int memory_error;

	/* The function at 00:02.0 */
	bool stays_asleep; /* whatever its power control says */
	bool control_on;
	bool bound; /* "enable" is refused */
	int enabled;
	bool rom_on;
	bool shadow; /* the ROM is a copy in memory: the device need not answer */
	uint8_t config[256];
	size_t config_shown;
	int config_write_error;
	struct igdrom_bytes vfio; /* what vfio-pci has of it; borrowed */
	int vfio_error;

	unsigned calls;
	unsigned fail_at; /* this call, counted from 1, is EIO; 0: none */
	unsigned writes;
	bool held;
	unsigned held_times;
	unsigned open_files;

	struct dump_machine machine;
	struct igdrom_report *report;
	struct igdrom_dump *dump;
};

/* For cmocka. A machine with nothing but a function at 00:02.0: an Intel GPU, asleep, not decoding. */
int fake_setup(void **state);
int fake_teardown(void **state);
/* The same again, what it was asked for so far thrown away. */
void fake_again(struct fake *fake);

/* A file; the bytes are borrowed. It replaces one of that path. */
struct fake_file *fake_put(struct fake *fake, const char *path, const void *data, size_t size);
struct fake_file *fake_text(struct fake *fake, const char *path, const char *text);
void fake_remove(struct fake *fake, const char *path);
/* Memory; the bytes are borrowed. */
void fake_memory(struct fake *fake, uint64_t address, const void *data, size_t size);
/* The function is another one. */
void fake_ids(struct fake *fake, const char *vendor, const char *device, const char *class_code);
/* Whether the function is as it was, nothing is open, and no signal is held back. */
bool fake_is_as_before(const struct fake *fake);

bool fake_found(const struct fake *fake, const char *code);
/* The code of the last error, or "". */
const char *fake_error(const struct fake *fake);

/* A legacy VBIOS (PCI Firmware Specification 3.x, 5.1) of a multiple of 512 bytes. */
void make_vbios(uint8_t *out, size_t size, uint16_t vendor, uint16_t device);
/* A VBT without blocks; the room after it is left as it is. */
void make_vbt(uint8_t *out, uint16_t size);
/* The body of an OpRegion, 8 KiB. */
void make_opregion(uint8_t *out, uint16_t version, uint64_t rvda, uint32_t rvds);

#endif
