/* SPDX-License-Identifier: BSD-2-Clause */
#include "wrap/internal.h"

#include "core/text.h"

#include <stdlib.h>

#define NAME_BYTES  255
#define FIRST_PARTS 16

/*
 * What is tried, in this order: formats of firmware vendors before archives, as their updaters
 * carry archives of tools besides.
 */
static const struct wrap_format formats[] = {
	{pfs_volume_find, pfs_volume_unpack},
	{pfs_section_find, pfs_section_unpack},
	{pfat_find, pfat_unpack},
	{iflash_find, iflash_unpack},
	{inverted_find, inverted_unpack},
	{ucp_find, ucp_unpack},
	{upc_find, upc_unpack},
	{archive_find, archive_unpack},
	{gzip_find, gzip_unpack},
	{foreign_find, foreign_unpack},
};

#define FORMAT_COUNT (sizeof(formats) / sizeof(formats[0]))

bool wrap_recognize(struct cur file, const char **name)
{
	struct wrap_place place;

	for (size_t i = 0; i < FORMAT_COUNT; i++) {
		if (!formats[i].find(file, &place))
			continue;
		*name = place.name;
		return true;
	}
	return false;
}

bool wrap_is_over(enum igdrom_status status)
{
	return status == IGDROM_E_NOMEM || status == IGDROM_E_CANCELED;
}

bool wrap_go_on(const struct wrap_job *job)
{
	return !job->sink->go_on || job->sink->go_on(job->sink->to);
}

enum igdrom_status wrap_unpack(struct cur file, const struct wrap_caps *caps,
			       const struct wrap_sink *sink, struct wrap_parts *out)
{
	enum igdrom_status result = IGDROM_E_NOT_RECOGNIZED;
	struct wrap_job job = {
		.file = file,
		.bytes_left = caps->max_bytes,
		.max_part = caps->max_part < SIZE_MAX ? (size_t)caps->max_part : SIZE_MAX - 1,
		.parts_left = caps->max_parts,
		.sink = sink,
		.out = out,
	};

	*out = (struct wrap_parts){0};
	for (size_t i = 0; i < FORMAT_COUNT && out->count == 0; i++) {
		struct wrap_place place;
		enum igdrom_status status;

		if (!formats[i].find(file, &place))
			continue;
		status = formats[i].unpack(&job, &place);
		out->package = place.name;
		if (result == IGDROM_E_NOT_RECOGNIZED || wrap_is_over(status))
			result = status == IGDROM_OK ? IGDROM_E_NOT_FOUND : status;
		if (wrap_is_over(status))
			break;
	}
	if (out->count && !wrap_is_over(result))
		result = IGDROM_OK;
	if (result != IGDROM_OK)
		wrap_parts_free(out);
	out->decoded = caps->max_bytes - job.bytes_left;
	return result;
}

void wrap_parts_free(struct wrap_parts *parts)
{
	for (size_t i = 0; i < parts->count; i++) {
		free(parts->parts[i].name);
		if (parts->parts[i].owned)
			igdrom_bytes_free(&parts->parts[i].bytes);
	}
	free(parts->parts);
	*parts = (struct wrap_parts){0};
}

void wrap_note(struct wrap_job *job, enum finding_code code, uint64_t offset,
	       const struct igdrom_finding_arg *args, size_t arg_count)
{
	job->sink->add(job->sink->to, code, offset, args, arg_count);
}

/* Room for one more part, doubled when full. */
static bool make_room(struct wrap_parts *parts)
{
	size_t count = parts->count;
	struct wrap_part *more;

	if (count & (count - 1) || (count > 0 && count < FIRST_PARTS))
		return true;
	count = count ? 2 * count : FIRST_PARTS;
	if (count > SIZE_MAX / sizeof(*more))
		return false;
	more = realloc(parts->parts, count * sizeof(*more));
	if (!more)
		return false;
	parts->parts = more;
	return true;
}

static enum igdrom_status add(struct wrap_job *job, const char *name, size_t name_size,
			      struct wrap_part part)
{
	if (job->parts_left == 0) {
		wrap_note(job, FINDING_WRAP_PARTS_LIMIT, job->file.at + part.offset,
			  REPORT_ARGS(ARG_U(job->out->count)));
		return IGDROM_E_LIMIT;
	}
	if (!make_room(job->out))
		return IGDROM_E_NOMEM;
	if (name_size) {
		part.name = text_clean(name, name_size, NAME_BYTES);
		if (!part.name)
			return IGDROM_E_NOMEM;
	}
	job->parts_left--;
	job->out->parts[job->out->count++] = part;
	return IGDROM_OK;
}

enum igdrom_status wrap_add_slice(struct wrap_job *job, const char *name, size_t name_size,
				  size_t offset, size_t size)
{
	struct cur slice = cur_sub(&job->file, offset, size);

	if (slice.err != IGDROM_OK)
		return IGDROM_E_INTERNAL;
	if (size < WRAP_LEAST_BYTES || offset < job->slices_end)
		return IGDROM_OK;
	job->slices_end = offset + size;
	return add(job, name, name_size,
		   (struct wrap_part){.bytes = {slice.p, size}, .offset = offset, .extent = size});
}

enum igdrom_status wrap_add_owned(struct wrap_job *job, const char *name, size_t name_size,
				  size_t offset, size_t extent, struct igdrom_bytes *bytes)
{
	enum igdrom_status status = IGDROM_OK;

	if (bytes->size >= WRAP_LEAST_BYTES) {
		status = add(job, name, name_size,
			     (struct wrap_part){.bytes = *bytes,
						.owned = true,
						.offset = offset,
						.extent = extent});
		if (status == IGDROM_OK)
			*bytes = (struct igdrom_bytes){0};
	}
	igdrom_bytes_free(bytes);
	return status;
}

size_t wrap_most(const struct wrap_job *job)
{
	return job->bytes_left < job->max_part ? (size_t)job->bytes_left : job->max_part;
}

bool wrap_spend(struct wrap_job *job, uint64_t bytes)
{
	bool enough = bytes <= job->bytes_left;

	job->bytes_left -= enough ? bytes : job->bytes_left;
	return enough;
}

enum igdrom_status wrap_too_large(struct wrap_job *job, size_t offset)
{
	wrap_note(job, FINDING_WRAP_BYTES_LIMIT, job->file.at + offset,
		  REPORT_ARGS(ARG_U(wrap_most(job))));
	return IGDROM_E_LIMIT;
}
