/* SPDX-License-Identifier: BSD-2-Clause */
/* Records -> object. */
#include "oprom/internal.h"

#include "core/report.h"
#include "pe/pe.h"

#include <stdlib.h>

struct parse {
	struct igdrom_rom *rom;
	struct cur file;
	struct igdrom_report *report;
	size_t max_images;
	uint64_t budget; /* of decompression */
};

/* Where an option ROM starts in a file that does not start with one; the size when nowhere. */
static size_t find_start(const struct cur *file)
{
	struct oprom_header header;
	struct oprom_pcir pcir;

	for (size_t at = 1; at < file->left; at++) {
		const uint8_t *p = memchr(file->p + at, OPROM_SIGNATURE & 0xff, file->left - at);

		if (!p)
			break;
		at = (size_t)(p - file->p);
		if (oprom_probe(file, at, &header, &pcir) == IGDROM_OK)
			return at;
	}
	return file->left;
}

/* Says what a file without an image at its start is instead. */
static void explain_no_image(struct parse *p)
{
	struct pe_image pe;
	size_t start;

	if (pe_parse(p->file.p, p->file.left, &pe) != IGDROM_E_NOT_RECOGNIZED) {
		report_add(p->report, FINDING_ROM_BARE_PE, 0, REPORT_NO_ARGS);
		return;
	}
	start = find_start(&p->file);
	if (start < p->file.left)
		report_add(p->report, FINDING_ROM_LEADING_BYTES, start,
			   REPORT_ARGS(ARG_U(start), ARG_U(start + 1)));
	else
		report_add(p->report, FINDING_ROM_SIGNATURE_MISSING, 0, REPORT_NO_ARGS);
}

/*
 * A ROM for the ISA bus has the header and the checksum (Plug and Play BIOS 1.0A, 3.1) but no PCIR.
 * The checksum tells it from a PCI ROM that was damaged.
 */
static bool is_isa_rom(const struct cur *file)
{
	struct oprom_legacy_header legacy;
	struct cur c = *file;

	if (oprom_decode_legacy_header(&c, &legacy) != IGDROM_OK)
		return false;
	c = cur_sub(file, 0, (uint64_t)legacy.init_size * OPROM_UNIT);
	return c.err == IGDROM_OK && c.left != 0 && oprom_sum8(c.p, c.left) == 0;
}

/* Reads the two words of its header that the layout of the image gives a meaning. */
static void read_layout(const struct cur *rest, struct igdrom_rom_image *image)
{
	struct cur c = *rest;
	bool efi = image->pcir.code_type == IGDROM_CODE_TYPE_EFI ||
		   image->pcir.code_type == IGDROM_CODE_TYPE_DATA;

	if (efi && oprom_decode_efi_header(&c, &image->efi) == IGDROM_OK &&
	    image->efi.efi_signature == OPROM_EFI_SIGNATURE) {
		image->layout = OPROM_LAYOUT_EFI;
		return;
	}
	image->efi = (struct oprom_efi_header){0};
	c = *rest;
	if (image->pcir.code_type == IGDROM_CODE_TYPE_LEGACY &&
	    oprom_decode_legacy_header(&c, &image->legacy) == IGDROM_OK)
		image->layout = OPROM_LAYOUT_LEGACY;
}

/* Decides how long the image is; left is what the file has. Without PCIR: what the header says. */
static size_t choose_size(struct parse *p, const struct igdrom_rom_image *image, size_t left)
{
	size_t says = (size_t)image->pcir.image_length * OPROM_UNIT;
	size_t least = (size_t)image->header.pcir_offset + OPROM_PCIR_SIZE;
	uint64_t where = image->at + (uint64_t)image->header.pcir_offset + OPROM_PCIR_LENGTH_AT;
	size_t used = says;

	if (!image->has_pcir)
		return oprom_init_size(image);
	if (says < least) {
		used = oprom_init_size(image) < least ? left : oprom_init_size(image);
		used = used > left ? left : used;
		if (says == 0)
			report_add(p->report, FINDING_ROM_LENGTH_ZERO, where,
				   REPORT_ARGS(ARG_U(p->rom->image_count), ARG_U(used)));
		else
			report_add(
				p->report, FINDING_ROM_LENGTH_WRONG, where,
				REPORT_ARGS(ARG_U(p->rom->image_count), ARG_U(says), ARG_U(used)));
	}
	if (used <= left)
		return used;
	report_add(p->report, FINDING_ROM_IMAGE_TRUNCATED, where,
		   REPORT_ARGS(ARG_U(p->rom->image_count), ARG_U(used), ARG_U(left)));
	return left;
}

static enum igdrom_status read_device_list(struct igdrom_rom_image *image)
{
	struct cur whole = cur_from(image->data, image->size, image->at);
	struct cur c;

	if (image->pcir.revision < 3 || image->pcir.device_list == 0)
		return IGDROM_OK;
	c = cur_tail(&whole, (uint64_t)image->header.pcir_offset + image->pcir.device_list);
	while (image->device_count < OPROM_MAX_DEVICE_IDS) {
		uint16_t id = cur_u16le(&c);

		if (c.err != IGDROM_OK)
			return IGDROM_OK;
		if (id == 0) {
			image->device_list_terminated = true;
			return IGDROM_OK;
		}
		if (!image->device_ids)
			image->device_ids =
				calloc(OPROM_MAX_DEVICE_IDS, sizeof(*image->device_ids));
		if (!image->device_ids)
			return IGDROM_E_NOMEM;
		image->device_ids[image->device_count++] = id;
	}
	return IGDROM_OK;
}

static enum igdrom_status read_pcir_tail(struct igdrom_rom_image *image)
{
	struct cur whole = cur_from(image->data, image->size, image->at);
	struct cur c = cur_tail(&whole, (uint64_t)image->header.pcir_offset + OPROM_PCIR_SIZE);

	if (!image->has_pcir || image->pcir.revision < 3 || image->pcir.length < OPROM_PCIR3_SIZE)
		return IGDROM_OK;
	image->has_pcir_tail = oprom_decode_pcir_tail(&c, &image->pcir_tail) == IGDROM_OK;
	return IGDROM_OK;
}

static struct igdrom_rom_image *next_slot(struct igdrom_rom *rom)
{
	size_t room = rom->image_count + 1;
	struct igdrom_rom_image *images;

	/* Room is doubled when the count is a power of two. */
	if ((rom->image_count & (rom->image_count - 1)) == 0) {
		room = rom->image_count ? rom->image_count * 2 : 1;
		images = realloc(rom->images, room * sizeof(*images));
		if (!images)
			return NULL;
		rom->images = images;
	}
	rom->images[rom->image_count] = (struct igdrom_rom_image){0};
	return &rom->images[rom->image_count];
}

/* pcir is NULL for a ROM of the ISA bus. */
static enum igdrom_status add_image(struct parse *p, size_t at, const struct oprom_header *header,
				    const struct oprom_pcir *pcir)
{
	struct cur rest = cur_tail(&p->file, at);
	struct igdrom_rom_image *image;
	enum igdrom_status err;

	if (p->rom->image_count >= p->max_images) {
		report_add(p->report, FINDING_ROM_TOO_MANY_IMAGES, at,
			   REPORT_ARGS(ARG_U(p->max_images)));
		return IGDROM_E_LIMIT;
	}
	image = next_slot(p->rom);
	if (!image)
		return IGDROM_E_NOMEM;
	image->at = at;
	image->data = rest.p;
	image->header = *header;
	image->has_pcir = pcir != NULL;
	if (pcir)
		image->pcir = *pcir;
	read_layout(&rest, image);
	image->size = choose_size(p, image, rest.left);
	p->rom->image_count++;
	err = read_pcir_tail(image);
	if (err == IGDROM_OK)
		err = read_device_list(image);
	if (err == IGDROM_OK)
		err = oprom_load_payload(image, &p->budget);
	return err;
}

/* The file starts like a ROM, but its first image cannot be read. */
static void explain_no_pcir(struct parse *p, enum igdrom_status err,
			    const struct oprom_header *header)
{
	if (p->file.left < OPROM_HEADER_SIZE)
		report_add(p->report, FINDING_ROM_HEADER_TRUNCATED, p->file.left, REPORT_NO_ARGS);
	else if (err == IGDROM_E_CORRUPT)
		report_add(p->report, FINDING_ROM_PCIR_MISSING, header->pcir_offset,
			   REPORT_ARGS(ARG_U(header->pcir_offset)));
	else
		report_add(p->report, FINDING_ROM_PCIR_OUTSIDE, OPROM_PCIR_POINTER_AT,
			   REPORT_ARGS(ARG_U(header->pcir_offset), ARG_U(p->file.left)));
}

static enum igdrom_status read_first(struct parse *p)
{
	struct oprom_header header = {0};
	struct oprom_pcir pcir;
	enum igdrom_status err = oprom_probe(&p->file, 0, &header, &pcir);

	if (err == IGDROM_OK)
		return add_image(p, 0, &header, &pcir);
	if (err == IGDROM_E_NOT_RECOGNIZED) {
		explain_no_image(p);
		return err;
	}
	if (p->file.left == 0) {
		report_add(p->report, FINDING_INPUT_EMPTY, 0, REPORT_NO_ARGS);
		return err;
	}
	if (p->file.left >= OPROM_HEADER_SIZE && is_isa_rom(&p->file))
		return add_image(p, 0, &header, NULL);
	explain_no_pcir(p, err, &header);
	return err;
}

/*
 * Looks for the image behind `previous`. While no image says that it is the last one, OVMF goes on
 * in steps of 512 bytes until it meets the next header (EDK2 PciOptionRomSupport.c); so do we.
 */
static bool find_next(struct parse *p, const struct igdrom_rom_image *previous, size_t *at,
		      struct oprom_header *header, struct oprom_pcir *pcir)
{
	bool last = igdrom_rom_image_last(previous) || !previous->has_pcir;
	size_t end = previous->at + previous->size;
	enum igdrom_status err = IGDROM_E_NOT_RECOGNIZED;

	for (*at = end; *at < p->file.left; *at += OPROM_UNIT) {
		err = oprom_probe(&p->file, *at, header, pcir);
		if (last || err != IGDROM_E_NOT_RECOGNIZED)
			break;
	}
	if (err != IGDROM_OK)
		return false;
	if (igdrom_rom_image_last(previous))
		report_add(p->report, FINDING_ROM_LAST_EARLY,
			   previous->at + (uint64_t)previous->header.pcir_offset +
				   OPROM_PCIR_INDICATOR_AT,
			   REPORT_ARGS(ARG_U(p->rom->image_count - 1)));
	if (*at != end)
		report_add(p->report, FINDING_ROM_GAP, end,
			   REPORT_ARGS(ARG_U(p->rom->image_count - 1), ARG_U(*at - end)));
	return true;
}

/* First byte that is not padding (all FFh or all 00h); size when there is none. */
static size_t find_content(const uint8_t *data, size_t size)
{
	size_t at = 0;

	if (size == 0 || (data[0] != 0xff && data[0] != 0x00))
		return 0;
	while (at < size && data[at] == data[0])
		at++;
	return at;
}

size_t oprom_unreadable_next(const struct igdrom_rom *rom)
{
	struct igdrom_bytes trailing = igdrom_rom_trailing(rom);
	struct cur rest = cur_from(trailing.data, trailing.size, 0);

	for (size_t at = 0; at < trailing.size; at += OPROM_UNIT) {
		struct cur c = cur_tail(&rest, at);

		if (cur_u16le(&c) == OPROM_SIGNATURE)
			return rom->size - trailing.size + at;
	}
	return 0;
}

static void look_at_end(struct parse *p)
{
	const struct igdrom_rom_image *image = &p->rom->images[p->rom->image_count - 1];
	struct igdrom_bytes trailing = igdrom_rom_trailing(p->rom);
	size_t content = find_content(trailing.data, trailing.size);
	size_t next = oprom_unreadable_next(p->rom);
	bool open = image->has_pcir && !igdrom_rom_image_last(image);

	if (open && next)
		report_add(p->report, FINDING_ROM_NEXT_UNREADABLE, next,
			   REPORT_ARGS(ARG_U(p->rom->image_count - 1), ARG_U(next)));
	else if (open)
		report_add(p->report, FINDING_ROM_LAST_MISSING,
			   image->at + (uint64_t)image->header.pcir_offset +
				   OPROM_PCIR_INDICATOR_AT,
			   REPORT_ARGS(ARG_U(p->rom->image_count - 1)));
	if (content < trailing.size)
		report_add(p->report, FINDING_ROM_TRAILING_DATA,
			   image->at + image->size + (uint64_t)content,
			   REPORT_ARGS(ARG_U(trailing.size)));
}

static enum igdrom_status read_images(struct parse *p)
{
	enum igdrom_status err = read_first(p);
	struct oprom_header header;
	struct oprom_pcir pcir;
	size_t at;

	while (err == IGDROM_OK &&
	       find_next(p, &p->rom->images[p->rom->image_count - 1], &at, &header, &pcir))
		err = add_image(p, at, &header, &pcir);
	if (err != IGDROM_OK)
		return err;
	look_at_end(p);
	return oprom_load_manifest(p->rom);
}

static struct igdrom_rom *rom_new(const void *data, size_t size)
{
	struct igdrom_rom *rom = calloc(1, sizeof(*rom));

	if (!rom)
		return NULL;
	rom->data = malloc(size ? size : 1);
	if (!rom->data) {
		free(rom);
		return NULL;
	}
	if (size)
		memcpy(rom->data, data, size);
	rom->size = size;
	digest_sha256_hex(rom->data, rom->size, rom->sha256);
	return rom;
}

enum igdrom_status igdrom_rom_parse(const void *data, size_t size,
				    const struct igdrom_limits *limits,
				    struct igdrom_report *report, struct igdrom_rom **out)
{
	uint64_t most = igdrom_limits_get(limits, IGDROM_LIMIT_INPUT_BYTES);
	uint64_t nodes = igdrom_limits_get(limits, IGDROM_LIMIT_NODES);
	struct parse p = {.report = report};
	enum igdrom_status err;

	if (out)
		*out = NULL;
	if (!out || (!data && size))
		return IGDROM_E_INVAL;
	most = most < IGDROM_ROM_MAX_BYTES ? most : IGDROM_ROM_MAX_BYTES;
	if (size > most) {
		report_add(report, FINDING_INPUT_TOO_LARGE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(size), ARG_U(most)));
		return IGDROM_E_LIMIT;
	}
	p.rom = rom_new(data, size);
	if (!p.rom)
		return IGDROM_E_NOMEM;
	p.file = cur_from(p.rom->data, size, 0);
	p.max_images = nodes < IGDROM_ROM_MAX_IMAGES ? (size_t)nodes : IGDROM_ROM_MAX_IMAGES;
	p.budget = oprom_expansion_budget(limits);
	err = read_images(&p);
	if (err != IGDROM_OK) {
		igdrom_rom_free(p.rom);
		return err;
	}
	*out = p.rom;
	return IGDROM_OK;
}
