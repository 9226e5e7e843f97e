/* SPDX-License-Identifier: BSD-2-Clause */
#include "kit/manifest.h"

#include "core/builder.h"
#include "igd/crc32.h"
#include "igd/manifest.h"

#include <string.h>

#define AT_SIZE        0x08
#define AT_COUNT       0x0c
#define AT_TOOL        0x0e
#define AT_CRC         0x10
#define AT_NAME        0x08 /* of an entry */
#define AT_VERSION     0x0a
#define AT_ORIGIN      0x0c
#define ENTRY_ALIGN    4
#define MOST_ENTRY_IDS 0x4000 /* an entry has at most 65535 bytes */
#define MOST_RANGES    0x1000

/* Strings come after all entries; each is written once and its offset put where it is named. */
static void put_text(struct build *b, size_t at, const char *text)
{
	size_t offset = b->size;

	if (!text || !*text)
		return;
	build_bytes(b, text, strlen(text) + 1);
	build_patch_u16le(b, at, (uint16_t)offset); /* build_new() caps the size at 65535 */
}

static size_t aligned(size_t size)
{
	return (size + ENTRY_ALIGN - 1) / ENTRY_ALIGN * ENTRY_ALIGN;
}

static size_t load_size(const struct manifest_record *record)
{
	if (!record->has_load)
		return 0;
	return aligned(MANIFEST_LOAD_SIZE + record->edit_count * MANIFEST_EDIT_SIZE +
		       igdrom_gop_lpc_count(record->gop) * MANIFEST_RANGE_SIZE);
}

static size_t entry_size(const struct manifest_record *record)
{
	return aligned(MANIFEST_ENTRY_SIZE + 2 * record->device_count) + load_size(record);
}

static void put_load(struct build *b, const struct manifest_record *record)
{
	build_u32le(b, record->load_crc32);
	build_u32le(b, record->load_size);
	build_u8(b, record->lpc_checked);
	build_u8(b, (uint8_t)record->edit_count);
	build_u16le(b, (uint16_t)igdrom_gop_lpc_count(record->gop));
	build_u16le(b, record->hangs.first);
	build_u16le(b, record->hangs.last);
	build_u16le(b, record->host_lpc);
	build_u16le(b, 0); /* reserved */
	for (size_t i = 0; i < record->edit_count; i++) {
		const struct gop_edit *edit = &record->edits[i];

		build_u32le(b, edit->offset);
		build_u8(b, edit->size);
		build_u8(b, edit->id_at);
		build_bytes(b, edit->expected, sizeof(edit->expected));
		build_bytes(b, edit->answer, sizeof(edit->answer));
	}
	for (size_t i = 0; i < igdrom_gop_lpc_count(record->gop); i++) {
		struct igdrom_id_range range = igdrom_gop_lpc_at(record->gop, i);

		build_u16le(b, range.first);
		build_u16le(b, range.last);
	}
	build_pad_to(b, ENTRY_ALIGN, 0);
}

static void put_entry(struct build *b, const struct manifest_record *record)
{
	size_t start = b->size;
	size_t size = entry_size(record);

	build_u16le(b, (uint16_t)size);
	build_u8(b, (uint8_t)record->kind);
	build_u8(b, (uint8_t)record->image);
	build_u16le(b, record->has_load ? MANIFEST_FLAG_LOAD : 0);
	build_u16le(b, (uint16_t)record->device_count);
	build_u16le(b, 0); /* name, version, origin: put_text() */
	build_u16le(b, 0);
	build_u16le(b, 0);
	build_u16le(b, 0); /* reserved */
	build_bytes(b, record->sha256, sizeof(record->sha256));
	for (size_t i = 0; i < record->device_count; i++)
		build_u16le(b, record->device_ids[i]);
	build_pad_to(b, ENTRY_ALIGN, 0);
	if (record->has_load)
		put_load(b, record);
	if (b->err == IGDROM_OK && b->size - start != size)
		b->err = IGDROM_E_INTERNAL;
}

static enum igdrom_status check_numbers(const struct manifest_record *records, size_t count)
{
	if (count > MANIFEST_MAX_ENTRIES)
		return IGDROM_E_LIMIT;
	for (size_t i = 0; i < count; i++) {
		if (records[i].image > UINT8_MAX || records[i].device_count > MOST_ENTRY_IDS ||
		    igdrom_gop_lpc_count(records[i].gop) > MOST_RANGES)
			return IGDROM_E_LIMIT;
	}
	return IGDROM_OK;
}

enum igdrom_status manifest_encode(const char *tool, const struct manifest_record *records,
				   size_t count, struct igdrom_bytes *out)
{
	static const uint8_t magic[MANIFEST_MAGIC_SIZE] = {
		'I', 'G', 'D', 'R', 'O', 'M', 0, MANIFEST_VERSION,
	};
	struct build b = build_new(MANIFEST_MAX_BYTES);
	enum igdrom_status status = check_numbers(records, count);
	size_t entry = MANIFEST_HEADER_SIZE;

	*out = (struct igdrom_bytes){0};
	if (status != IGDROM_OK)
		return status;
	build_bytes(&b, magic, sizeof(magic));
	build_fill(&b, MANIFEST_HEADER_SIZE - sizeof(magic), 0);
	build_patch_u16le(&b, AT_COUNT, (uint16_t)count);
	for (size_t i = 0; i < count; i++)
		put_entry(&b, &records[i]);
	put_text(&b, AT_TOOL, tool);
	for (size_t i = 0; i < count; i++) {
		put_text(&b, entry + AT_NAME, records[i].name);
		put_text(&b, entry + AT_VERSION, records[i].version);
		put_text(&b, entry + AT_ORIGIN, records[i].origin);
		entry += entry_size(&records[i]);
	}
	build_patch_u32le(&b, AT_SIZE, (uint32_t)b.size);
	if (b.err == IGDROM_OK)
		build_patch_u32le(&b, AT_CRC, igd_crc32(0, b.data, b.size));
	return build_finish(&b, out);
}
