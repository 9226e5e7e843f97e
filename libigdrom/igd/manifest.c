/* SPDX-License-Identifier: BSD-2-Clause */
#include "igd/manifest.h"

#include "igd/crc32.h"

#define ENTRY_COUNT_AT 0x0c
#define TOOL_AT        0x0e
#define CRC_AT         0x10

/* Freestanding: no cursor here. The callers check each range before they read from it. */
static uint16_t u16_at(const uint8_t *p, size_t at)
{
	return (uint16_t)(p[at] | p[at + 1] << 8);
}

static uint32_t u32_at(const uint8_t *p, size_t at)
{
	return (uint32_t)u16_at(p, at) | (uint32_t)u16_at(p, at + 2) << 16;
}

static bool has_magic(const uint8_t *p)
{
	static const uint8_t magic[MANIFEST_MAGIC_SIZE] = {'I', 'G', 'D', 'R',
							   'O', 'M', 0,   MANIFEST_VERSION};

	for (size_t i = 0; i < MANIFEST_MAGIC_SIZE; i++) {
		if (p[i] != magic[i])
			return false;
	}
	return true;
}

static bool crc_is_right(const uint8_t *p, size_t size)
{
	static const uint8_t zero[4];
	uint32_t crc = igd_crc32(0, p, CRC_AT);

	crc = igd_crc32(crc, zero, sizeof(zero));
	crc = igd_crc32(crc, p + CRC_AT + 4, size - CRC_AT - 4);
	return crc == u32_at(p, CRC_AT);
}

/* Offset after the last NUL: a string that starts before it ends inside. 0 = no NUL. */
static size_t end_of_strings(const uint8_t *p, size_t size)
{
	while (size > 0 && p[size - 1] != 0)
		size--;
	return size;
}

static bool string_is_inside(size_t offset, size_t from, size_t to)
{
	return offset == 0 || (offset >= from && offset < to);
}

/* Size of the entry at `at` when it fits in front of `end`; 0 when it does not. */
static size_t entry_size(const uint8_t *p, size_t at, size_t end)
{
	size_t size;

	if (end - at < MANIFEST_ENTRY_SIZE)
		return 0;
	size = u16_at(p, at);
	if (size % 4 || size < MANIFEST_ENTRY_SIZE || size > end - at)
		return 0;
	if (u16_at(p, at + 6) > (size - MANIFEST_ENTRY_SIZE) / 2)
		return 0;
	return size;
}

/* Every entry and every string lies inside. Two passes: strings start where the entries end. */
static bool contents_are_inside(const uint8_t *p, size_t size, unsigned count)
{
	size_t strings_end = end_of_strings(p, size);
	size_t entries_end = MANIFEST_HEADER_SIZE;
	size_t at = MANIFEST_HEADER_SIZE;

	for (unsigned i = 0; i < count; i++) {
		size_t entry = entry_size(p, entries_end, size);

		if (entry == 0)
			return false;
		entries_end += entry;
	}
	for (unsigned i = 0; i < count; i++) {
		for (size_t field = 8; field <= 0x0c; field += 2) {
			if (!string_is_inside(u16_at(p, at + field), entries_end, strings_end))
				return false;
		}
		at += u16_at(p, at);
	}
	return string_is_inside(u16_at(p, TOOL_AT), entries_end, strings_end);
}

static const char *string_at(const uint8_t *p, size_t offset)
{
	return offset ? (const char *)p + offset : "";
}

bool manifest_open(const void *data, size_t size, struct manifest_view *out)
{
	const uint8_t *p = data;
	uint32_t says;
	uint16_t count;

	*out = (struct manifest_view){0};
	if (!p || size < MANIFEST_HEADER_SIZE || !has_magic(p))
		return false;
	says = u32_at(p, MANIFEST_MAGIC_SIZE);
	count = u16_at(p, ENTRY_COUNT_AT);
	if (says < MANIFEST_HEADER_SIZE || says > size || says > MANIFEST_MAX_BYTES ||
	    count > MANIFEST_MAX_ENTRIES)
		return false;
	if (!crc_is_right(p, says) || !contents_are_inside(p, says, count))
		return false;
	*out = (struct manifest_view){
		.data = p,
		.size = says,
		.entry_count = count,
		.tool = string_at(p, u16_at(p, TOOL_AT)),
		.next = MANIFEST_HEADER_SIZE,
	};
	return true;
}

/* Behind the ids, where the entry has room for it. */
static void take_load(const uint8_t *p, struct manifest_entry_view *out)
{
	size_t at = (MANIFEST_ENTRY_SIZE + (size_t)out->device_count * 2 + 3) / 4 * 4;
	size_t size = u16_at(p, 0);
	size_t edits;

	if (!(u16_at(p, 4) & MANIFEST_FLAG_LOAD) || at > size || size - at < MANIFEST_LOAD_SIZE)
		return;
	edits = (size_t)p[at + 9] * MANIFEST_EDIT_SIZE;
	if (size - at - MANIFEST_LOAD_SIZE <
	    edits + (size_t)u16_at(p, at + 10) * MANIFEST_RANGE_SIZE)
		return;
	out->has_load = true;
	out->edit_count = p[at + 9];
	out->lpc_count = u16_at(p, at + 10);
	out->load_crc32 = u32_at(p, at);
	out->load_size = u32_at(p, at + 4);
	out->lpc_checked = p[at + 8] == 1;
	out->hangs_first = u16_at(p, at + 12);
	out->hangs_last = u16_at(p, at + 14);
	out->host_lpc = u16_at(p, at + 16);
	out->edits = p + at + MANIFEST_LOAD_SIZE;
	out->lpc = out->edits + edits;
}

bool manifest_edit_at(const struct manifest_entry_view *entry, unsigned index,
		      struct manifest_edit *out)
{
	const uint8_t *p = entry->edits + (size_t)index * MANIFEST_EDIT_SIZE;

	out->offset = u32_at(p, 0);
	out->size = p[4];
	out->id_at = p[5];
	for (size_t i = 0; i < MANIFEST_EDIT_BYTES; i++) {
		out->expected[i] = p[6 + i];
		out->answer[i] = p[6 + MANIFEST_EDIT_BYTES + i];
	}
	return out->size >= 2 && out->size <= MANIFEST_EDIT_BYTES &&
	       (out->id_at == MANIFEST_EDIT_NO_ID || out->id_at <= out->size - 2) &&
	       out->size <= entry->load_size && out->offset <= entry->load_size - out->size;
}

bool manifest_hangs(const struct manifest_entry_view *entry, uint16_t bdb_version)
{
	return entry->hangs_first && bdb_version >= entry->hangs_first &&
	       bdb_version <= entry->hangs_last;
}

bool manifest_knows_lpc(const struct manifest_entry_view *entry, uint16_t lpc_id)
{
	for (size_t i = 0; i < entry->lpc_count; i++) {
		if (lpc_id >= u16_at(entry->lpc, 4 * i) && lpc_id <= u16_at(entry->lpc, 4 * i + 2))
			return true;
	}
	return false;
}

bool manifest_next(struct manifest_view *view, struct manifest_entry_view *out)
{
	const uint8_t *p;

	*out = (struct manifest_entry_view){0};
	if (view->turn >= view->entry_count)
		return false;
	p = view->data + view->next;
	*out = (struct manifest_entry_view){
		.kind = p[2],
		.image = p[3],
		.device_count = u16_at(p, 6),
		.devices = p + MANIFEST_ENTRY_SIZE,
		.sha256 = p + 0x10,
		.name = string_at(view->data, u16_at(p, 8)),
		.version = string_at(view->data, u16_at(p, 0x0a)),
		.origin = string_at(view->data, u16_at(p, 0x0c)),
	};
	take_load(p, out);
	view->next += u16_at(p, 0);
	view->turn++;
	return true;
}
