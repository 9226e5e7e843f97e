/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The manifest: what went into a ROM. Carried as the payload of a ROM image of code type F0h, read
 * by the library and (freestanding, hence here) by the guest driver. Format version 1, all numbers
 * little-endian:
 *
 *   header   00 8 bytes  "IGDROM\0\1": magic; the last byte is the format version
 *            08 u32      size of the whole manifest in bytes, header included
 *            0C u16      number of entries
 *            0E u16      offset of the tool string
 *            10 u32      CRC-32 (IEEE 802.3) of the whole manifest with this field zero
 *            14          entries, one after the other
 *   entry    00 u16      size of this entry, a multiple of 4; a reader skips what it does not know
 *            02 u8       kind (enum igdrom_manifest_kind)
 *            03 u8       index of the ROM image it describes
 *            04 u16      flags; bit 0: a load record ends the entry
 *            06 u16      number of PCI device ids
 *            08 u16      offset of the name string
 *            0A u16      offset of the version string
 *            0C u16      offset of the origin string
 *            0E u16      reserved (0)
 *            10 32 bytes SHA-256 of the payload, decompressed
 *            30          device ids, u16 each, padded with zeros to a multiple of 4
 *            ..          load record, when the flag is set: what whoever starts the payload needs
 *   load     00 u32      CRC-32 (IEEE 802.3) of the payload, decompressed
 *   record   04 u32      its size
 *            08 u8       1: it refuses an LPC bridge at 00:1f.0 that it does not know
 *            09 u8       number of edits that answer this check
 *            0A u16      number of ranges of LPC ids that it knows; 0: not known which
 *            0C u16      BDB versions of VBTs on which it never returns: first, 0 for none
 *            0E u16      ... and last
 *            10 u16      id of the host's LPC bridge; 0: not recorded
 *            12 u16      reserved (0)
 *            14          edits of 12h bytes: u32 offset in the payload, u8 size, u8 where in the
 *                        answer the id goes (FFh: nowhere), 6 bytes expected there, 6 bytes answer
 *            ..          ranges: u16 first, u16 last; padded with zeros to a multiple of 4
 *   strings  after the entries: UTF-8, NUL-terminated; offsets are from the start of the manifest,
 *            0 = none
 *
 * A reader accepts exactly this version; a later one that stays readable keeps it and uses flags or
 * longer entries.
 */
#ifndef IGDROM_IGD_MANIFEST_H
#define IGDROM_IGD_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MANIFEST_MAGIC_SIZE  8
#define MANIFEST_VERSION     1
#define MANIFEST_HEADER_SIZE 0x14
#define MANIFEST_ENTRY_SIZE  0x30 /* without device ids */
#define MANIFEST_LOAD_SIZE   20   /* without edits and ranges */
#define MANIFEST_EDIT_SIZE   18
#define MANIFEST_EDIT_BYTES  6
#define MANIFEST_EDIT_NO_ID  0xff
#define MANIFEST_RANGE_SIZE  4
#define MANIFEST_FLAG_LOAD   1
#define MANIFEST_KIND_GOP    2 /* enum igdrom_manifest_kind; oprom/ asserts it */
#define MANIFEST_KIND_VBT    3
#define MANIFEST_MAX_BYTES   65535
#define MANIFEST_MAX_ENTRIES 255

struct manifest_view {
	const uint8_t *data;
	size_t size; /* as the header says, checked against what is there */
	unsigned entry_count;
	const char *tool; /* NUL-terminated inside data */
	size_t next;      /* offset of the entry that manifest_next() reads */
	unsigned turn;
};

struct manifest_entry_view {
	uint8_t kind;
	uint8_t image;
	uint16_t device_count;
	const uint8_t *devices; /* device_count little-endian words */
	const uint8_t *sha256;  /* 32 bytes */
	const char *name;       /* "" when none */
	const char *version;
	const char *origin;
	bool has_load;
	uint32_t load_crc32;
	uint32_t load_size;
	bool lpc_checked; /* refuses LPC bridges that it does not know */
	uint8_t edit_count;
	uint16_t lpc_count;
	uint16_t hangs_first; /* BDB versions; 0: none */
	uint16_t hangs_last;
	uint16_t host_lpc;    /* 0: not recorded */
	const uint8_t *edits; /* manifest_edit_at() */
	const uint8_t *lpc;
};

/* A place in the payload where the answer to the LPC check goes in. */
struct manifest_edit {
	uint32_t offset;
	uint8_t size;
	uint8_t id_at; /* in `answer`, little-endian; or MANIFEST_EDIT_NO_ID */
	uint8_t expected[MANIFEST_EDIT_BYTES];
	uint8_t answer[MANIFEST_EDIT_BYTES];
};

/* Checks magic, version, size, CRC and the bounds of every entry and string; false when any is wrong. */
bool manifest_open(const void *data, size_t size, struct manifest_view *out);
/* The next entry; false after the last. */
bool manifest_next(struct manifest_view *view, struct manifest_entry_view *out);
/* index below edit_count; the edit makes sense: size and place of the id fit. */
bool manifest_edit_at(const struct manifest_entry_view *entry, unsigned index,
		      struct manifest_edit *out);
/* Whether it is known never to return with a VBT of that BDB version. */
bool manifest_hangs(const struct manifest_entry_view *entry, uint16_t bdb_version);
/* Whether the entry's list of LPC ids names this one. */
bool manifest_knows_lpc(const struct manifest_entry_view *entry, uint16_t lpc_id);

#endif
