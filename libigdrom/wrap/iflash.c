/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Insyde's updaters (iFlash, H2OFFT): images that each follow a header of 24 bytes, anywhere in an
 * executable. Layout and tags: platomav/BIOSUtilities.
 */
#include "wrap/internal.h"

#define SIGNATURE   "$_IFLASH"
#define TAG_SIZE    8
#define HEADER_SIZE 24
#define MOST_IMAGES 64

struct header {
	uint8_t tag[TAG_SIZE];
	uint32_t total_size; /* of the image and what pads it */
	uint32_t image_size;
};

/* Images that are no firmware: certificates, settings and tables of the updater. */
static const char *const others[] = {"_BIOSCER", "_BIOSCR2", "_INI_IMG", "_OEM_ID_", "_PDT_IMG"};

static enum igdrom_status decode_header(struct cur *c, struct header *h)
{
	cur_skip(c, sizeof(SIGNATURE) - 1);
	cur_bytes(c, h->tag, sizeof(h->tag));
	h->total_size = cur_u32le(c);
	h->image_size = cur_u32le(c);
	return c->err;
}

/* The next header at or behind `from` whose sizes can be true: programs hold the signature too. */
static size_t next_header(struct cur file, size_t from, struct header *h)
{
	for (;;) {
		size_t at = wrap_search(file, from, WRAP_MAGIC(SIGNATURE));
		struct cur c;

		if (at == SIZE_MAX)
			return at;
		c = cur_tail(&file, at);
		if (decode_header(&c, h) == IGDROM_OK && h->image_size != 0 &&
		    h->image_size <= h->total_size && h->total_size <= c.left)
			return at;
		from = at + 1;
	}
}

bool iflash_find(struct cur file, struct wrap_place *place)
{
	struct header h;

	if (!wrap_is_executable(file) && !wrap_has(file, 0, WRAP_MAGIC(SIGNATURE)))
		return false;
	place->offset = next_header(file, 0, &h);
	if (place->offset == SIZE_MAX)
		return false;
	place->size = file.left - place->offset;
	place->name = "Insyde iFlash package";
	return true;
}

static bool is_other(const struct header *h)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (!memcmp(h->tag, others[i], TAG_SIZE))
			return true;
	}
	return false;
}

/* The tag without the underscores around it: "BIOSIMG". */
static enum igdrom_status add_image(struct wrap_job *job, const struct header *h, size_t at)
{
	const char *name = (const char *)h->tag;
	size_t size = TAG_SIZE;

	while (size && name[size - 1] == '_')
		size--;
	while (size && name[0] == '_') {
		name++;
		size--;
	}
	return wrap_add_slice(job, name, size, at + HEADER_SIZE, h->image_size);
}

enum igdrom_status iflash_unpack(struct wrap_job *job, const struct wrap_place *place)
{
	enum igdrom_status status = IGDROM_OK;
	size_t at = place->offset;
	struct header h;

	for (size_t i = 0; i < MOST_IMAGES && status == IGDROM_OK; i++) {
		at = next_header(job->file, at, &h);
		if (at == SIZE_MAX)
			break;
		if (!is_other(&h))
			status = add_image(job, &h, at);
		at += HEADER_SIZE + h.image_size;
	}
	return status;
}
