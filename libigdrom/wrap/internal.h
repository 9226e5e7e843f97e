/* SPDX-License-Identifier: BSD-2-Clause */
/* What the formats of packages share. */
#ifndef IGDROM_WRAP_INTERNAL_H
#define IGDROM_WRAP_INTERNAL_H

#include "wrap/wrap.h"

#define WRAP_MAGIC(bytes) (bytes), sizeof(bytes) - 1

/* Smaller parts hold neither an option ROM nor a driver nor a VBT. */
#define WRAP_LEAST_BYTES 512

/* One package that is taken apart. */
struct wrap_job {
	struct cur file;
	uint64_t bytes_left;
	size_t max_part;
	size_t parts_left;
	size_t slices_end; /* of the last part that is a slice */
	const struct wrap_sink *sink;
	struct wrap_parts *out;
};

/* Where a package lies in a file, and which it is. */
struct wrap_place {
	size_t offset;
	size_t size;
	const char *name; /* static */
	unsigned kind;    /* the format's own */
};

/* Whether the file is of the format; fills *place. */
typedef bool wrap_finder(struct cur file, struct wrap_place *place);
/* Adds the parts. A status other than those of wrap_is_over() matters only when no part was
 * added. */
typedef enum igdrom_status wrap_unpacker(struct wrap_job *job, const struct wrap_place *place);

struct wrap_format {
	wrap_finder *find;
	wrap_unpacker *unpack;
};

wrap_finder pfs_section_find, pfs_volume_find, pfat_find, iflash_find, inverted_find;
wrap_finder ucp_find, upc_find, archive_find, gzip_find, foreign_find;
wrap_unpacker pfs_section_unpack, pfs_volume_unpack, pfat_unpack, iflash_unpack, inverted_unpack;
wrap_unpacker ucp_unpack, upc_unpack, archive_unpack, gzip_unpack, foreign_unpack;

/* Whether it is code that may carry a package anywhere: PE, ELF, a script. */
bool wrap_is_executable(struct cur file);
/* What is searched for a package: all of an executable, the first bytes of another file. */
struct cur wrap_search_area(struct cur file);
/* The first place at or behind `from` where the bytes are; SIZE_MAX when there is none. */
size_t wrap_search(struct cur file, size_t from, const char *bytes, size_t size);
/* Whether the bytes lie at an offset. */
bool wrap_has(struct cur file, size_t offset, const char *bytes, size_t size);

uint32_t wrap_crc32(const void *data, size_t size);

/* The exclusive or of all bytes. */
uint8_t wrap_xor8(const uint8_t *data, size_t size);

/*
 * A part that is a run of the package's own bytes, or that owns its bytes; these are taken in any
 * case. name: any bytes, made UTF-8. What is too small or overlaps the slice before is left out in
 * silence, one part too many with a finding and IGDROM_E_LIMIT. IGDROM_OK, IGDROM_E_NOMEM.
 */
enum igdrom_status wrap_add_slice(struct wrap_job *job, const char *name, size_t name_size,
				  size_t offset, size_t size) IGDROM_MUST_CHECK;
enum igdrom_status wrap_add_owned(struct wrap_job *job, const char *name, size_t name_size,
				  size_t offset, size_t extent,
				  struct igdrom_bytes *bytes) IGDROM_MUST_CHECK;

/* Whether nothing more is to be tried after this status. */
bool wrap_is_over(enum igdrom_status status);
/* False when the caller wants no more. */
bool wrap_go_on(const struct wrap_job *job);

/* Adds a finding. */
void wrap_note(struct wrap_job *job, enum finding_code code, uint64_t offset,
	       const struct igdrom_finding_arg *args, size_t arg_count);

/* How many bytes a part may decode to. */
size_t wrap_most(const struct wrap_job *job);
/* Takes bytes off what may be decoded; false when that is more than is left. */
bool wrap_spend(struct wrap_job *job, uint64_t bytes);
/* Says that a part is too large; IGDROM_E_LIMIT. */
enum igdrom_status wrap_too_large(struct wrap_job *job, size_t offset);

/* Whether a file of this name may be firmware, or may carry it (entry.c says how that is decided). */
bool wrap_may_be_firmware(const char *name, uint64_t size);

/*
 * A block of Intel BIOS Guard: what a script writes to flash. Offsets are in the cursor that was
 * decoded.
 */
struct bios_guard_block {
	uint8_t platform[16];
	uint32_t attributes;
	uint32_t script_size;
	uint32_t data_size;
	size_t script_offset, data_offset;
	size_t end; /* of the signature, or of the data where there is none */
};

#define BIOS_GUARD_HEADER_SIZE 48

/* IGDROM_OK; IGDROM_E_TRUNCATED when script or data end behind the file. */
enum igdrom_status bios_guard_decode(struct cur file, struct bios_guard_block *out);

/* Archives; the kind of a place. */
enum archive_kind {
	ARCHIVE_7Z,
	ARCHIVE_RAR,
	ARCHIVE_CABINET,
	ARCHIVE_ZIP,
	ARCHIVE_ISO,
	ARCHIVE_TAR
};

/* The program that opens such an archive. */
const char *archive_tool(enum archive_kind kind);
/* The next archive of the same kind in an executable, behind this one. */
bool archive_find_next(struct cur file, struct wrap_place *place);

#endif
