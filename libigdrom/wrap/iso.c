/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrap/iso.h"

#define SECTOR      2048
#define BOOT_RECORD (17 * SECTOR)
#define BOOT_SYSTEM   \
	"\0CD001\x01" \
	"EL TORITO SPECIFICATION"
#define CATALOG_AT      0x47
#define ENTRY_SIZE      32
#define MOST_ENTRIES    (SECTOR / ENTRY_SIZE) /* a catalogue of one sector */
#define BOOTABLE        0x88
#define MEDIA_NONE      0
#define MEDIA_HARD_DISK 4
#define BLOCK           512

struct boot_entry {
	uint8_t indicator;
	uint8_t media;
	uint16_t blocks;
	uint32_t sector;
};

static enum igdrom_status decode_entry(struct cur *c, struct boot_entry *e)
{
	e->indicator = cur_u8(c);
	e->media = cur_u8(c) & 0xf;
	cur_skip(c, 4);
	e->blocks = cur_u16le(c);
	e->sector = cur_u32le(c);
	cur_skip(c, ENTRY_SIZE - 12);
	return c->err;
}

/* The catalogue gives what a BIOS loads first; a floppy or hard disk is larger and has no size. */
static uint64_t image_size(const struct boot_entry *e, uint64_t left)
{
	static const uint32_t floppies[] = {1200 << 10, 1440 << 10, 2880 << 10};
	uint64_t size = left;

	if (e->media == MEDIA_NONE)
		size = (uint64_t)e->blocks * BLOCK;
	else if (e->media < MEDIA_HARD_DISK)
		size = floppies[e->media - 1];
	return size < left ? size : left;
}

enum igdrom_status iso_add_boot_images(struct wrap_job *job)
{
	struct cur record = cur_sub(&job->file, BOOT_RECORD, SECTOR);
	struct cur catalog;

	if (!wrap_has(record, 0, WRAP_MAGIC(BOOT_SYSTEM)))
		return IGDROM_OK;
	cur_skip(&record, CATALOG_AT);
	catalog = cur_tail(&job->file, (uint64_t)cur_u32le(&record) * SECTOR);
	cur_skip(&catalog, ENTRY_SIZE); /* the validation entry */
	for (size_t i = 1; i < MOST_ENTRIES; i++) {
		enum igdrom_status status;
		struct boot_entry e;
		uint64_t at;

		if (decode_entry(&catalog, &e) != IGDROM_OK)
			break;
		at = (uint64_t)e.sector * SECTOR;
		if (e.indicator != BOOTABLE || e.media > MEDIA_HARD_DISK || at >= job->file.left)
			continue;
		status = wrap_add_slice(job, WRAP_MAGIC("boot image"), (size_t)at,
					(size_t)image_size(&e, job->file.left - at));
		if (status != IGDROM_OK)
			return status;
	}
	return IGDROM_OK;
}
