/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Streams of the compression of UEFI: in modules of AMI's updaters (Utility Configuration Program),
 * and as whole files of Fujitsu (.UPC). Layout: platomav/BIOSUtilities.
 */
#include "wrap/internal.h"

#include "compress/uefi.h"

#include <stdio.h>
#include <stdlib.h>

#define STREAM_HEADER_SIZE 8

/* A module: tag, u32 size, u16 sum, 6 bytes; all of them inside of the first one. */
#define UCP_TAG         "@UAF"
#define UCP_TAG_HP      "@HPU"
#define TAG_SIZE        4
#define MODULE_HEADER   16
#define UCP_LEAST_BYTES 1024
#define MOST_MODULES    1024

#define UPC_LEAST_BYTES (64U << 10)
#define UPC_MOST_BYTES  (64U << 20)

struct module {
	uint8_t tag[TAG_SIZE];
	uint32_t size;
};

struct stream {
	uint32_t compressed;
	uint32_t original;
};

static enum igdrom_status decode_module(struct cur *c, struct module *m)
{
	cur_bytes(c, m->tag, sizeof(m->tag));
	m->size = cur_u32le(c);
	cur_skip(c, MODULE_HEADER - TAG_SIZE - 4);
	return c->err;
}

static enum igdrom_status decode_stream(struct cur *c, struct stream *s)
{
	s->compressed = cur_u32le(c);
	s->original = cur_u32le(c);
	return c->err;
}

/* The header does not say which of the two variants it is; only one decodes without contradiction. */
static enum igdrom_status decompress(const uint8_t *data, size_t size, size_t most,
				     struct igdrom_bytes *out)
{
	enum igdrom_status status = uefi_decompress(UEFI_EFI11, data, size, most, NULL, out);

	if (status == IGDROM_E_CORRUPT || status == IGDROM_E_TRUNCATED)
		status = uefi_decompress(UEFI_TIANO, data, size, most, NULL, out);
	return status;
}

/* Some modules lack the zeros at the end that their header counts. */
static enum igdrom_status decompress_short(struct cur c, const struct stream *s, size_t most,
					   struct igdrom_bytes *out)
{
	size_t size = STREAM_HEADER_SIZE + (size_t)s->compressed;
	enum igdrom_status status;
	uint8_t *copy;

	*out = (struct igdrom_bytes){0};
	if (s->compressed > c.left + MODULE_HEADER)
		return IGDROM_E_TRUNCATED;
	copy = calloc(1, size);
	if (!copy)
		return IGDROM_E_NOMEM;
	memcpy(copy, c.p, c.left < size ? c.left : size);
	status = decompress(copy, size, most, out);
	free(copy);
	return status;
}

static enum igdrom_status add_stream(struct wrap_job *job, struct cur c, const char *name,
				     size_t name_size)
{
	size_t at = (size_t)(c.at - job->file.at);
	size_t extent = c.left;
	struct igdrom_bytes bytes;
	struct cur body = c;
	enum igdrom_status status;
	struct stream s;
	char label[TAG_SIZE + 1] = "file";

	if (decode_stream(&body, &s) != IGDROM_OK)
		return IGDROM_OK;
	if (s.compressed == s.original && s.original <= body.left)
		return wrap_add_slice(job, name, name_size, at + STREAM_HEADER_SIZE, s.original);
	if (s.compressed <= body.left)
		status = decompress(c.p, c.left, wrap_most(job), &bytes);
	else
		status = decompress_short(c, &s, wrap_most(job), &bytes);
	if (status == IGDROM_OK) {
		(void)wrap_spend(job, bytes.size);
		return wrap_add_owned(job, name, name_size, at, extent, &bytes);
	}
	(void)wrap_spend(job, bytes.size);
	if (status == IGDROM_E_LIMIT)
		return wrap_too_large(job, at);
	if (name)
		snprintf(label, sizeof(label), "%.*s", (int)name_size, name);
	if (status != IGDROM_E_NOMEM)
		wrap_note(job, FINDING_WRAP_STREAM, c.at,
			  REPORT_ARGS(ARG_S(label), ARG_S(igdrom_strerror(status))));
	return status;
}

static bool is_ucp(struct cur file, size_t at)
{
	struct cur c = cur_tail(&file, at);
	struct module m;

	return decode_module(&c, &m) == IGDROM_OK && m.size >= UCP_LEAST_BYTES &&
	       m.size <= file.left - at && wrap_has(c, 0, WRAP_MAGIC("@"));
}

/* AMI's programs hold the tag as a constant as well, and a small package of their own. */
static bool find_tag(struct cur file, const char *tag, struct wrap_place *place)
{
	size_t at = wrap_search(file, 0, tag, TAG_SIZE);

	while (at != SIZE_MAX && !is_ucp(file, at))
		at = wrap_search(file, at + 1, tag, TAG_SIZE);
	place->offset = at;
	return at != SIZE_MAX;
}

bool ucp_find(struct cur file, struct wrap_place *place)
{
	struct module m;
	struct cur c;

	if (!wrap_is_executable(file) && !wrap_has(file, 0, WRAP_MAGIC(UCP_TAG)) &&
	    !wrap_has(file, 0, WRAP_MAGIC(UCP_TAG_HP)))
		return false;
	if (!find_tag(file, UCP_TAG, place) && !find_tag(file, UCP_TAG_HP, place))
		return false;
	c = cur_tail(&file, place->offset);
	if (decode_module(&c, &m) != IGDROM_OK)
		return false;
	place->size = m.size;
	place->name = "AMI UCP package";
	return true;
}

enum igdrom_status ucp_unpack(struct wrap_job *job, const struct wrap_place *place)
{
	struct cur rest = cur_sub(&job->file, place->offset, place->size);
	enum igdrom_status result = IGDROM_OK;

	cur_skip(&rest, MODULE_HEADER);
	for (size_t i = 0; i < MOST_MODULES && rest.left; i++) {
		enum igdrom_status status;
		struct cur c = rest;
		struct module m;

		if (decode_module(&c, &m) != IGDROM_OK || m.tag[0] != '@' || m.size < MODULE_HEADER)
			break;
		if (m.size - MODULE_HEADER < c.left)
			c.left = m.size - MODULE_HEADER;
		status = add_stream(job, c, (const char *)m.tag + 1, TAG_SIZE - 1);
		if (status == IGDROM_E_NOMEM)
			return status;
		result = result == IGDROM_OK ? status : result;
		cur_skip(&rest, m.size < rest.left ? m.size : rest.left);
	}
	return result;
}

bool upc_find(struct cur file, struct wrap_place *place)
{
	struct cur c = file;
	struct stream s;

	if (decode_stream(&c, &s) != IGDROM_OK || s.compressed != c.left ||
	    s.original <= s.compressed || s.original < UPC_LEAST_BYTES ||
	    s.original > UPC_MOST_BYTES)
		return false;
	*place = (struct wrap_place){0, file.left, "file compressed as UEFI does (.UPC)", 0};
	return true;
}

enum igdrom_status upc_unpack(struct wrap_job *job, const struct wrap_place *place)
{
	(void)place;
	return add_stream(job, job->file, NULL, 0);
}
