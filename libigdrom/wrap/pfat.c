/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AMI BIOS Guard packages ("PFAT"): a header with a text that lists components, then the blocks of
 * each. A block is a script for Intel BIOS Guard, the bytes that it writes and their signature; the
 * bytes of all blocks of a component in a row are the component. What the checksum in the header
 * is of is not known. Layout: platomav/BIOSUtilities.
 */
#include "wrap/internal.h"

#include "core/builder.h"

#define TAG         "_AMIPFAT"
#define TITLE       "AMI_BIOS_GUARD_FLASH_CONFIGURATIONS"
#define TAG_AT      8
#define TITLE_AT    (TAG_AT + 9) /* a byte of flags lies between */
#define MOST_BLOCKS 65536

/* One line of the text: "FLAGS PARAMETER BLOCKS;NAME". */
struct component {
	const char *name;
	size_t name_size;
	size_t blocks;
};

bool pfat_find(struct cur file, struct wrap_place *place)
{
	struct cur area = wrap_search_area(file);
	size_t at = wrap_search(area, TAG_AT, WRAP_MAGIC(TAG));

	while (at != SIZE_MAX && !wrap_has(area, at - TAG_AT + TITLE_AT, WRAP_MAGIC(TITLE)))
		at = wrap_search(area, at + 1, WRAP_MAGIC(TAG));
	if (at == SIZE_MAX)
		return false;
	place->offset = at - TAG_AT;
	place->size = file.left - place->offset;
	place->name = "AMI BIOS Guard package (PFAT)";
	return true;
}

/* Takes a line off the text, without its end. */
static struct cur take_line(struct cur *text)
{
	const uint8_t *end = memchr(text->p, '\n', text->left);
	size_t size = end ? (size_t)(end - text->p) : text->left;
	struct cur line = cur_sub(text, 0, size);

	cur_skip(text, end ? size + 1 : size);
	while (line.left && (line.p[line.left - 1] == '\r' || line.p[line.left - 1] == '\0'))
		line.left--;
	return line;
}

static void skip_blanks(struct cur *c)
{
	while (c->left && (*c->p == ' ' || *c->p == '\t'))
		cur_skip(c, 1);
}

/* The next word as a number; 0 when it is none. */
static size_t take_number(struct cur *c)
{
	size_t value = 0;
	bool number = true;

	skip_blanks(c);
	while (c->left && *c->p != ' ' && *c->p != '\t' && *c->p != ';') {
		uint8_t digit = (uint8_t)(cur_u8(c) - '0');

		number = number && digit < 10 && value < MOST_BLOCKS;
		value = value * 10 + digit;
	}
	return number ? value : 0;
}

static bool parse_component(struct cur line, struct component *out)
{
	const uint8_t *semicolon = memchr(line.p, ';', line.left);

	if (!semicolon)
		return false;
	(void)take_number(&line); /* flags */
	(void)take_number(&line); /* a parameter of the updater, in letters */
	out->blocks = take_number(&line);
	skip_blanks(&line);
	if (line.p != semicolon)
		return false;
	cur_skip(&line, 1);
	out->name = (const char *)line.p;
	semicolon = memchr(line.p, ';', line.left);
	out->name_size = semicolon ? (size_t)(semicolon - line.p) : line.left;
	return out->blocks > 0;
}

/* A script begins with the operation 01 and ends with FF, each of 8 bytes. */
static bool is_script(struct cur file, const struct bios_guard_block *block)
{
	return block->script_size >= 16 && block->script_size % 8 == 0 &&
	       wrap_has(file, block->script_offset, WRAP_MAGIC("\x01\0\0\0\0\0\0\0")) &&
	       wrap_has(file, block->script_offset + block->script_size - 8,
			WRAP_MAGIC("\xff\0\0\0\0\0\0\0"));
}

/* What is known after the blocks of a component were looked at. */
struct blocks {
	size_t offset; /* of the first in the package */
	size_t count;  /* that are there in full */
	size_t data_size;
	size_t first_data; /* of the first block's data in the package */
};

/* Steps over the blocks of a component; *at is behind them then. */
static struct blocks look_at_blocks(struct wrap_job *job, const struct component *component,
				    size_t *at)
{
	struct blocks found = {.offset = *at};
	bool odd = false;

	while (found.count < component->blocks) {
		struct cur rest = cur_tail(&job->file, *at);
		struct bios_guard_block block;

		if (bios_guard_decode(rest, &block) != IGDROM_OK) {
			wrap_note(job, FINDING_WRAP_PFAT_TRUNCATED, rest.at,
				  REPORT_ARGS(ARG_U(found.count + 1), ARG_U(component->blocks)));
			*at = job->file.left;
			break;
		}
		if (!odd && !is_script(rest, &block)) {
			odd = true;
			wrap_note(job, FINDING_WRAP_PFAT_SCRIPT, rest.at,
				  REPORT_ARGS(ARG_U(found.count + 1)));
		}
		if (found.count == 0)
			found.first_data = *at + block.data_offset;
		found.count++;
		found.data_size += block.data_size; /* never more than the file */
		*at += block.end;
	}
	return found;
}

static enum igdrom_status join(struct wrap_job *job, const struct component *component,
			       const struct blocks *blocks)
{
	struct build b = build_new(blocks->data_size);
	size_t at = blocks->offset;
	struct igdrom_bytes bytes;
	enum igdrom_status status;

	if (blocks->data_size > wrap_most(job))
		return wrap_too_large(job, at);
	(void)wrap_spend(job, blocks->data_size);
	for (size_t i = 0; i < blocks->count; i++) {
		struct cur rest = cur_tail(&job->file, at);
		struct bios_guard_block block;

		status = bios_guard_decode(rest, &block);
		if (status != IGDROM_OK) {
			build_free(&b);
			return IGDROM_E_INTERNAL;
		}
		build_bytes(&b, rest.p + block.data_offset, block.data_size);
		at += block.end;
	}
	status = build_finish(&b, &bytes);
	if (status != IGDROM_OK)
		return status;
	return wrap_add_owned(job, component->name, component->name_size, blocks->offset,
			      at - blocks->offset, &bytes);
}

static enum igdrom_status add_component(struct wrap_job *job, const struct component *component,
					size_t *at)
{
	struct blocks blocks = look_at_blocks(job, component, at);

	if (blocks.count == 1)
		return wrap_add_slice(job, component->name, component->name_size, blocks.first_data,
				      blocks.data_size);
	return blocks.count ? join(job, component, &blocks) : IGDROM_OK;
}

/* What lies behind the last block is not empty in the packages of some vendors. */
static enum igdrom_status add_rest(struct wrap_job *job, size_t at)
{
	struct cur rest = cur_tail(&job->file, at);

	for (size_t i = 1; i < rest.left; i++) {
		if (rest.p[i] != rest.p[0])
			return wrap_add_slice(job, WRAP_MAGIC("behind the last block"), at,
					      rest.left);
	}
	return IGDROM_OK;
}

enum igdrom_status pfat_unpack(struct wrap_job *job, const struct wrap_place *place)
{
	struct cur header = cur_tail(&job->file, place->offset);
	uint32_t size = cur_u32le(&header);
	struct cur text = cur_sub(&header, TITLE_AT - 4, size > TITLE_AT ? size - TITLE_AT : 0);
	enum igdrom_status status = IGDROM_OK;
	size_t at = place->offset + size;
	size_t components = 0;

	if (text.err == IGDROM_OK)
		(void)take_line(&text); /* the title */
	while (text.err == IGDROM_OK && text.left && at < job->file.left) {
		struct component component;

		if (!parse_component(take_line(&text), &component))
			continue;
		components++;
		status = add_component(job, &component, &at);
		if (status != IGDROM_OK)
			return status;
	}
	if (components == 0) {
		wrap_note(job, FINDING_WRAP_PFAT_INDEX, job->file.at + place->offset,
			  REPORT_NO_ARGS);
		return IGDROM_E_CORRUPT;
	}
	return add_rest(job, at);
}
