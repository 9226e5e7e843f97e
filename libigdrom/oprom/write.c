/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Object -> bytes. Everything that was decoded is encoded again from its fields; only what has no
 * record (code, payloads, padding) is taken from the input.
 */
#include "oprom/internal.h"

#define MAX_SPANS 4 /* header, PCIR, its tail, device list */

/* A run of bytes of an image that a record accounts for. */
struct span {
	size_t at;
	struct igdrom_bytes bytes; /* owned */
};

struct spans {
	struct span list[MAX_SPANS];
	size_t count;
	enum igdrom_status err;
};

/* Adds what b holds, sorted by offset. */
static void add_span(struct spans *spans, size_t at, struct build *b)
{
	struct span span = {.at = at};
	size_t i = spans->count;

	if (spans->err != IGDROM_OK) {
		build_free(b);
		return;
	}
	spans->err = build_finish(b, &span.bytes);
	if (spans->err != IGDROM_OK)
		return;
	while (i > 0 && spans->list[i - 1].at > at) {
		spans->list[i] = spans->list[i - 1];
		i--;
	}
	spans->list[i] = span;
	spans->count++;
}

static void encode_header(struct spans *spans, const struct igdrom_rom_image *image)
{
	struct build b = build_new(OPROM_HEADER_SIZE);

	switch (image->layout) {
	case OPROM_LAYOUT_EFI:
		oprom_encode_efi_header(&b, &image->efi);
		break;
	case OPROM_LAYOUT_LEGACY:
		oprom_encode_legacy_header(&b, &image->legacy);
		break;
	case OPROM_LAYOUT_OTHER:
		oprom_encode_header(&b, &image->header);
		break;
	}
	add_span(spans, 0, &b);
}

static void encode_device_list(struct spans *spans, const struct igdrom_rom_image *image)
{
	struct build b = build_new((OPROM_MAX_DEVICE_IDS + 1) * 2);

	for (size_t i = 0; i < image->device_count; i++)
		build_u16le(&b, image->device_ids[i]);
	if (image->device_list_terminated)
		build_u16le(&b, 0);
	add_span(spans, (size_t)image->header.pcir_offset + image->pcir.device_list, &b);
}

static void encode_records(struct spans *spans, const struct igdrom_rom_image *image)
{
	struct build b;

	encode_header(spans, image);
	if (image->has_pcir) {
		b = build_new(OPROM_PCIR_SIZE);
		oprom_encode_pcir(&b, &image->pcir);
		add_span(spans, image->header.pcir_offset, &b);
	}
	if (image->has_pcir_tail) {
		b = build_new(OPROM_PCIR3_SIZE - OPROM_PCIR_SIZE);
		oprom_encode_pcir_tail(&b, &image->pcir_tail);
		add_span(spans, (size_t)image->header.pcir_offset + OPROM_PCIR_SIZE, &b);
	}
	if (image->device_count || image->device_list_terminated)
		encode_device_list(spans, image);
}

/* Records may overlap each other in a hostile file; then they agree, as they came from one file. */
static enum igdrom_status write_image(struct build *b, const struct igdrom_rom_image *image)
{
	struct spans spans = {.err = IGDROM_OK};
	size_t done = 0;

	encode_records(&spans, image);
	for (size_t i = 0; i < spans.count; i++) {
		const struct span *span = &spans.list[i];
		size_t skip = done > span->at ? done - span->at : 0;

		if (span->at > done) {
			build_bytes(b, image->data + done, span->at - done);
			done = span->at;
		}
		if (skip < span->bytes.size) {
			build_bytes(b, span->bytes.data + skip, span->bytes.size - skip);
			done += span->bytes.size - skip;
		}
	}
	build_bytes(b, image->data + done, image->size - done);
	for (size_t i = 0; i < spans.count; i++)
		igdrom_bytes_free(&spans.list[i].bytes);
	return spans.err;
}

enum igdrom_status igdrom_rom_write(const struct igdrom_rom *rom, struct igdrom_bytes *out)
{
	struct build b = build_new(IGDROM_ROM_MAX_BYTES);
	enum igdrom_status err = IGDROM_OK;
	struct igdrom_bytes rest;

	if (out)
		*out = (struct igdrom_bytes){0};
	if (!rom || !out)
		return IGDROM_E_INVAL;
	for (size_t i = 0; i < rom->image_count && err == IGDROM_OK; i++) {
		const struct igdrom_rom_image *image = &rom->images[i];

		build_bytes(&b, rom->data + b.size, image->at - b.size);
		err = write_image(&b, image);
	}
	if (err != IGDROM_OK) {
		build_free(&b);
		return err;
	}
	rest = igdrom_rom_trailing(rom);
	build_bytes(&b, rest.data, rest.size);
	return build_finish(&b, out);
}
