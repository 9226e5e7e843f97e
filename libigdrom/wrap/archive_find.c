/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where an archive lies. A signature at the start of a file is enough, so that a damaged archive is
 * still called one; in an executable, which may hold the signature as a constant, the header has to
 * be right as well.
 */
#include "wrap/internal.h"

#define SIGNATURE_7Z    "7z\xbc\xaf\x27\x1c"
#define SIGNATURE_RAR   "Rar!\x1a\x07"
#define SIGNATURE_CAB   "MSCF\0\0\0\0"
#define SIGNATURE_ZIP   "PK\x03\x04"
#define ZIP_END         "PK\x05\x06"
#define ZIP_END_SIZE    22
#define ZIP_COMMENT     65535
#define ZIP_ENTRY       "PK\x01\x02"
#define ZIP_LOCAL_AT    42 /* in an entry of the central directory */
#define ISO_SIGNATURE   "CD001"
#define ISO_AT          (16 * 2048 + 1)
#define TAR_SIGNATURE   "ustar"
#define TAR_AT          257
#define HEADER_7Z_SIZE  32
#define RAR4_MAIN       0x73
#define RAR4_MAIN_SIZE  13
#define RAR5_MAIN_MOST  4096
#define RAR5_SIZE_BYTES 3

/* Whether a header at an offset of an executable is true, and where the archive ends. */
typedef bool checker(struct cur file, size_t at, size_t *end);

struct kind {
	const char *magic;
	size_t size;
	size_t at;
	checker *check; /* NULL: found in an executable otherwise, or never */
	const char *name;
	const char *tool;
};

/* 7zFormat.txt: version, CRC of the start header, and that: where the next header is. */
static bool check_7z(struct cur file, size_t at, size_t *end)
{
	struct cur c = cur_tail(&file, at + sizeof(SIGNATURE_7Z) - 1);
	uint16_t version = cur_u16le(&c);
	uint32_t crc = cur_u32le(&c);
	struct cur start = cur_sub(&c, 0, 20);
	uint64_t offset = cur_u64le(&c);
	uint64_t size = cur_u64le(&c);

	cur_skip(&c, 4);
	if (c.err != IGDROM_OK || (version & 0xff) != 0 || crc != wrap_crc32(start.p, start.left) ||
	    offset > c.left || size > c.left - offset)
		return false;
	*end = at + HEADER_7Z_SIZE + (size_t)(offset + size);
	return true;
}

/* RAR 4: the lower half of a CRC-32, then the main header (73h), 13 bytes with it. */
static bool check_rar4(struct cur c)
{
	uint16_t crc = cur_u16le(&c);
	struct cur header = cur_sub(&c, 0, RAR4_MAIN_SIZE - 2);

	return header.err == IGDROM_OK && header.p[0] == RAR4_MAIN &&
	       crc == (wrap_crc32(header.p, header.left) & 0xffff);
}

/* RAR 5: the CRC-32 of a header and of its size, a number of 1 to 3 bytes of 7 bits each. */
static bool check_rar5(struct cur c)
{
	uint32_t crc = cur_u32le(&c);
	struct cur header = c;
	uint32_t size = 0;
	uint8_t byte = 0x80;

	for (unsigned i = 0; i < RAR5_SIZE_BYTES && byte & 0x80; i++) {
		byte = cur_u8(&c);
		size |= (uint32_t)(byte & 0x7f) << 7 * i;
	}
	if (c.err != IGDROM_OK || byte & 0x80 || size > c.left || size > RAR5_MAIN_MOST)
		return false;
	header.left -= c.left - size;
	return crc == wrap_crc32(header.p, header.left);
}

static bool check_rar(struct cur file, size_t at, size_t *end)
{
	struct cur c = cur_tail(&file, at + sizeof(SIGNATURE_RAR) - 1);
	uint8_t byte = cur_u8(&c);

	*end = file.left;
	if (c.err == IGDROM_OK && byte == 1 && cur_u8(&c) == 0)
		return check_rar5(c);
	return c.err == IGDROM_OK && byte == 0 && check_rar4(c);
}

/* [MS-CAB] 2.3, CFHEADER. */
static bool check_cabinet(struct cur file, size_t at, size_t *end)
{
	struct cur c = cur_tail(&file, at + sizeof(SIGNATURE_CAB) - 1);
	uint32_t size = cur_u32le(&c);
	uint32_t reserved2 = cur_u32le(&c);
	uint32_t files = cur_u32le(&c);
	uint32_t reserved3 = cur_u32le(&c);
	uint16_t version = cur_u16le(&c);

	if (c.err != IGDROM_OK || reserved2 || reserved3 || version != 0x0103 ||
	    size > file.left - at || files >= size)
		return false;
	*end = at + size;
	return true;
}

static const struct kind kinds[] = {
	[ARCHIVE_7Z] = {WRAP_MAGIC(SIGNATURE_7Z), 0, check_7z, "7-Zip archive", "7z x"},
	[ARCHIVE_RAR] = {WRAP_MAGIC(SIGNATURE_RAR), 0, check_rar, "RAR archive", "unrar x"},
	[ARCHIVE_CABINET] = {WRAP_MAGIC(SIGNATURE_CAB), 0, check_cabinet, "cabinet",
			     "cabextract or 7z x"},
	[ARCHIVE_ZIP] = {WRAP_MAGIC(SIGNATURE_ZIP), 0, NULL, "ZIP archive", "unzip"},
	[ARCHIVE_ISO] = {WRAP_MAGIC(ISO_SIGNATURE), ISO_AT, NULL, "ISO 9660 image", "7z x"},
	[ARCHIVE_TAR] = {WRAP_MAGIC(TAR_SIGNATURE), TAR_AT, NULL, "tar archive", "tar -xf"},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

/* The last end of central directory record (APPNOTE.TXT, 4.3.16) that a comment may follow. */
static size_t find_zip_end(struct cur file)
{
	size_t most = ZIP_END_SIZE + ZIP_COMMENT;
	size_t from = file.left > most ? file.left - most : 0;
	size_t last = SIZE_MAX;

	for (;;) {
		from = wrap_search(file, from, WRAP_MAGIC(ZIP_END));
		if (from == SIZE_MAX)
			return last;
		last = from++;
	}
}

/* Its end leads to the start of the archive: the directory lies before it, and counts from there. */
static bool find_zip(struct cur file, size_t from, struct wrap_place *place)
{
	size_t end = find_zip_end(file);
	struct cur record = cur_tail(&file, end);
	uint32_t size, offset, local;
	struct cur entry;

	cur_skip(&record, 12);
	size = cur_u32le(&record);
	offset = cur_u32le(&record);
	if (record.err != IGDROM_OK || size > end || offset > end - size ||
	    !wrap_has(file, end - size, WRAP_MAGIC(ZIP_ENTRY)))
		return false;
	entry = cur_tail(&file, end - size + ZIP_LOCAL_AT);
	local = cur_u32le(&entry);
	if (entry.err != IGDROM_OK || local >= offset)
		return false;
	place->offset = end - size - offset + local;
	place->size = file.left - place->offset;
	place->name = "ZIP archive";
	return place->offset >= from && wrap_has(file, place->offset, WRAP_MAGIC(SIGNATURE_ZIP));
}

static bool find_in_executable(struct cur file, size_t from, struct wrap_place *place)
{
	const struct kind *kind = &kinds[place->kind];
	size_t end = 0;

	if (place->kind == ARCHIVE_ZIP)
		return find_zip(file, from, place);
	if (!kind->check)
		return false;
	from = wrap_search(file, from, kind->magic, kind->size);
	while (from != SIZE_MAX && !kind->check(file, from, &end))
		from = wrap_search(file, from + 1, kind->magic, kind->size);
	if (from == SIZE_MAX)
		return false;
	place->offset = from;
	place->size = end - from;
	place->name = kind->name;
	return true;
}

bool archive_find(struct cur file, struct wrap_place *place)
{
	for (unsigned i = 0; i < KIND_COUNT; i++) {
		if (wrap_has(file, kinds[i].at, kinds[i].magic, kinds[i].size)) {
			*place = (struct wrap_place){0, file.left, kinds[i].name, i};
			return true;
		}
	}
	if (!wrap_is_executable(file))
		return false;
	for (unsigned i = 0; i < KIND_COUNT; i++) {
		place->kind = i;
		if (find_in_executable(file, 0, place))
			return true;
	}
	return false;
}

bool archive_find_next(struct cur file, struct wrap_place *place)
{
	return wrap_is_executable(file) &&
	       find_in_executable(file, place->offset + place->size, place);
}

const char *archive_tool(enum archive_kind kind)
{
	return kinds[kind].tool;
}
