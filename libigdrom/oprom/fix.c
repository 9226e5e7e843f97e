/* SPDX-License-Identifier: BSD-2-Clause */
/* Repairs that need no guess. A payload is never touched: only headers, checksums and padding. */
#include "oprom/internal.h"

#include "core/report.h"
#include "igd/manifest.h"
#include "pe/pe.h"

#define INIT_SIZE_AT 0x02
/* A repaired length can uncover images, whose lengths are then looked at. */
#define FIX_MAX_PASSES 4

struct fix {
	struct build b; /* the ROM as it becomes */
	const struct igdrom_rom *rom;
	const struct igdrom_limits *limits;
	struct igdrom_report *report;
	uint64_t budget;
};

static size_t round_up(size_t size)
{
	return (size + OPROM_UNIT - 1) / OPROM_UNIT * OPROM_UNIT;
}

static bool payload_is_complete(const struct igdrom_rom_image *image)
{
	struct manifest_view manifest;
	struct pe_image pe;

	if (image->payload_status != IGDROM_OK)
		return false;
	if (image->efi.compression == OPROM_COMPRESSION_UEFI)
		return true;
	if (image->pcir.code_type == IGDROM_CODE_TYPE_DATA)
		return manifest_open(image->payload.data, image->payload.size, &manifest);
	return pe_parse(image->payload.data, image->payload.size, &pe) == IGDROM_OK && !pe.clipped;
}

/* Whether the image would be whole if it had `size` bytes, as far as its content can tell. */
static bool is_complete(struct fix *fix, const struct igdrom_rom_image *image, size_t size)
{
	struct igdrom_rom_image trial = *image;
	size_t init = (size_t)image->legacy.init_size * OPROM_UNIT;
	bool complete;

	if (image->layout == OPROM_LAYOUT_LEGACY)
		return init != 0 && init <= size && oprom_sum8(image->data, init) == 0;
	if (image->layout != OPROM_LAYOUT_EFI)
		return false;
	trial.size = size;
	trial.expanded = false;
	if (oprom_load_payload(&trial, &fix->budget) != IGDROM_OK) {
		fix->b.err = IGDROM_E_NOMEM;
		return false;
	}
	complete = payload_is_complete(&trial);
	if (trial.expanded)
		igdrom_bytes_free(&trial.payload);
	return complete;
}

/* A PCIR that lies in the header or in the payload cannot be changed without changing them. */
static bool is_repairable(const struct igdrom_rom_image *image)
{
	size_t pcir = image->header.pcir_offset;

	if (!image->has_pcir || pcir < OPROM_HEADER_SIZE)
		return false;
	return image->layout != OPROM_LAYOUT_EFI ||
	       pcir + OPROM_PCIR_SIZE <= image->efi.image_offset ||
	       pcir >= image->efi.image_offset + image->stored_size;
}

/* Where bytes are missing nothing but the length is touched: a right checksum would hide it. */
static bool is_whole(const struct igdrom_rom_image *image)
{
	return is_repairable(image) && (size_t)image->pcir.image_length * OPROM_UNIT == image->size;
}

/* The length the image should have; what its PCIR says when nothing is known to be better. */
static size_t right_length(struct fix *fix, const struct igdrom_rom_image *image, size_t room)
{
	size_t says = (size_t)image->pcir.image_length * OPROM_UNIT;
	size_t hidden = oprom_hidden_image(image);
	size_t init = oprom_init_size(image);
	size_t there = init < room ? init : room;

	if (hidden >= (size_t)image->header.pcir_offset + OPROM_PCIR_SIZE)
		return hidden;
	if (says != image->size)
		return is_complete(fix, image, image->size) ? round_up(image->size) : says;
	if (init <= says || init > round_up(room))
		return says;
	return !is_complete(fix, image, says) && is_complete(fix, image, there) ? init : says;
}

/* True when a length changed, or the ROM became as long as its final image. */
static bool fix_length(struct fix *fix, size_t index)
{
	const struct igdrom_rom_image *image = &fix->rom->images[index];
	bool final = index + 1 == fix->rom->image_count;
	size_t end = final ? fix->rom->size : fix->rom->images[index + 1].at;
	size_t says = (size_t)image->pcir.image_length * OPROM_UNIT;
	size_t length;

	if (!is_repairable(image))
		return false;
	length = right_length(fix, image, end - image->at);
	if (!final && length > end - image->at)
		return false;
	if (length == says && (image->size >= says || !is_complete(fix, image, image->size)))
		return false;
	if (length > fix->b.size - image->at)
		build_fill(&fix->b, length - (fix->b.size - image->at), 0xff);
	if (length == says)
		return true;
	build_patch_units16(&fix->b, image->at + image->header.pcir_offset + OPROM_PCIR_LENGTH_AT,
			    length, OPROM_UNIT);
	report_add(fix->report, FINDING_ROM_FIXED_LENGTH,
		   image->at + (uint64_t)image->header.pcir_offset + OPROM_PCIR_LENGTH_AT,
		   REPORT_ARGS(ARG_U(index), ARG_U(says), ARG_U(length)));
	return true;
}

static void fix_init_size(struct fix *fix, size_t index)
{
	const struct igdrom_rom_image *image = &fix->rom->images[index];
	size_t init = oprom_init_size(image);

	if (!is_whole(image) || image->layout != OPROM_LAYOUT_EFI ||
	    image->pcir.code_type != IGDROM_CODE_TYPE_EFI || !payload_is_complete(image))
		return;
	if (init <= image->size && init >= image->efi.image_offset + image->stored_size)
		return;
	build_patch_units16(&fix->b, image->at + INIT_SIZE_AT, image->size, OPROM_UNIT);
	report_add(fix->report, FINDING_ROM_FIXED_INIT_SIZE, image->at + (uint64_t)INIT_SIZE_AT,
		   REPORT_ARGS(ARG_U(index), ARG_U(init), ARG_U(image->size)));
}

static void fix_last(struct fix *fix, size_t index)
{
	const struct igdrom_rom_image *image = &fix->rom->images[index];
	bool last = index + 1 == fix->rom->image_count;
	size_t at = image->at + image->header.pcir_offset + OPROM_PCIR_INDICATOR_AT;

	if (!is_whole(image) || igdrom_rom_image_last(image) == last)
		return;
	if (last && oprom_unreadable_next(fix->rom))
		return;
	build_patch_u8(&fix->b, at, image->pcir.indicator ^ OPROM_INDICATOR_LAST);
	report_add(fix->report, last ? FINDING_ROM_FIXED_LAST_SET : FINDING_ROM_FIXED_LAST_CLEARED,
		   at, REPORT_ARGS(ARG_U(index)));
}

static void fix_checksum(struct fix *fix, size_t index)
{
	const struct igdrom_rom_image *image = &fix->rom->images[index];
	size_t init = oprom_init_size(image);
	uint8_t *data;

	if (!is_whole(image) || image->layout != OPROM_LAYOUT_LEGACY || init > image->size ||
	    fix->b.err != IGDROM_OK)
		return;
	data = fix->b.data + image->at;
	if (oprom_sum8(data, init) == 0)
		return;
	oprom_fix_checksum(data, init);
	report_add(fix->report, FINDING_ROM_FIXED_CHECKSUM, image->at, REPORT_ARGS(ARG_U(index)));
}

static enum igdrom_status parse_current(struct fix *fix, struct igdrom_rom **rom)
{
	enum igdrom_status err = fix->b.err;

	*rom = NULL;
	if (err == IGDROM_OK)
		err = igdrom_rom_parse(fix->b.data, fix->b.size, fix->limits, NULL, rom);
	fix->rom = *rom;
	fix->budget = oprom_expansion_budget(fix->limits);
	return err;
}

/* One look at the lengths; when they are right, at all else. *done says that it was the last. */
static enum igdrom_status fix_pass(struct fix *fix, bool final, bool *done)
{
	struct igdrom_rom *rom;
	enum igdrom_status err = parse_current(fix, &rom);

	*done = true;
	if (err != IGDROM_OK)
		return err;
	for (size_t i = 0; !final && i < rom->image_count; i++) {
		if (fix_length(fix, i))
			*done = false;
	}
	for (size_t i = 0; *done && i < rom->image_count; i++) {
		fix_init_size(fix, i);
		fix_last(fix, i);
		fix_checksum(fix, i);
	}
	igdrom_rom_free(rom);
	fix->rom = NULL;
	return fix->b.err;
}

/*
 * OVMF ignores what is not larger than 2 KiB. Where bytes of an image are missing there must be no
 * padding in their place: it would look like a whole ROM.
 */
static bool may_be_padded(const struct igdrom_rom *rom)
{
	const struct igdrom_rom_image *image = &rom->images[rom->image_count - 1];

	if (!is_whole(image) || oprom_init_size(image) > image->size || oprom_unreadable_next(rom))
		return false;
	return image->pcir.code_type != IGDROM_CODE_TYPE_EFI || payload_is_complete(image);
}

static enum igdrom_status fix_end(struct fix *fix)
{
	struct igdrom_rom *rom;
	enum igdrom_status err;

	if (fix->b.size > OPROM_IGNORED_BYTES)
		return IGDROM_OK;
	err = parse_current(fix, &rom);
	if (err != IGDROM_OK)
		return err;
	if (may_be_padded(rom))
		build_fill(&fix->b, IGDROM_ROM_MIN_BYTES - fix->b.size, 0xff);
	igdrom_rom_free(rom);
	fix->rom = NULL;
	return fix->b.err;
}

static enum igdrom_status fix_all(struct fix *fix)
{
	size_t size = fix->b.size;
	enum igdrom_status err = IGDROM_OK;
	bool done = false;

	for (unsigned pass = 1; err == IGDROM_OK && !done; pass++)
		err = fix_pass(fix, pass >= FIX_MAX_PASSES, &done);
	if (err == IGDROM_OK)
		err = fix_end(fix);
	if (err != IGDROM_OK)
		return err;
	if (fix->b.size != size)
		report_add(fix->report, FINDING_ROM_FIXED_END, size,
			   REPORT_ARGS(ARG_U(fix->b.size)));
	return fix->b.err;
}

/* Says what is still wrong. */
static enum igdrom_status check_result(struct fix *fix)
{
	struct igdrom_rom *rom;
	enum igdrom_status err =
		igdrom_rom_parse(fix->b.data, fix->b.size, fix->limits, fix->report, &rom);

	if (err != IGDROM_OK)
		return err;
	oprom_check_structure(rom, fix->report);
	igdrom_rom_free(rom);
	return IGDROM_OK;
}

enum igdrom_status igdrom_rom_fix(const void *data, size_t size, const struct igdrom_limits *limits,
				  struct igdrom_report *report, struct igdrom_bytes *out)
{
	struct fix fix = {.b = build_new(IGDROM_ROM_MAX_BYTES), .limits = limits, .report = report};
	struct igdrom_rom *rom;
	enum igdrom_status err;

	if (out)
		*out = (struct igdrom_bytes){0};
	if (!out || (!data && size))
		return IGDROM_E_INVAL;
	/* A file that is no ROM is explained here; a ROM is reported on when it is repaired. */
	err = igdrom_rom_parse(data, size, limits, NULL, &rom);
	if (err == IGDROM_E_NOMEM)
		return err;
	if (err != IGDROM_OK)
		return igdrom_rom_parse(data, size, limits, report, &rom);
	igdrom_rom_free(rom);
	build_bytes(&fix.b, data, size);
	err = fix_all(&fix);
	if (err == IGDROM_OK)
		err = check_result(&fix);
	if (err == IGDROM_OK)
		return build_finish(&fix.b, out);
	build_free(&fix.b);
	return err;
}
