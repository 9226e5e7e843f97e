/* SPDX-License-Identifier: BSD-2-Clause */
/* A file that gzip made (RFC 1952); a tar archive in it is the next level. */
#include "wrap/internal.h"

#include "compress/zlib.h"

#define FLAG_EXTRA 4
#define FLAG_NAME  8

bool gzip_find(struct cur file, struct wrap_place *place)
{
	if (!wrap_has(file, 0, WRAP_MAGIC("\x1f\x8b\x08")))
		return false;
	*place = (struct wrap_place){0, file.left, "gzip file", 0};
	return true;
}

/* The name of the file that was compressed; its size is 0 when the header has none. */
static struct cur original_name(struct cur file)
{
	const uint8_t *end;
	uint8_t flags;

	cur_skip(&file, 3);
	flags = cur_u8(&file);
	cur_skip(&file, 6);
	if (flags & FLAG_EXTRA)
		cur_skip(&file, cur_u16le(&file));
	end = file.err == IGDROM_OK && file.left ? memchr(file.p, 0, file.left) : NULL;
	return cur_sub(&file, 0, flags & FLAG_NAME && end ? (size_t)(end - file.p) : 0);
}

enum igdrom_status gzip_unpack(struct wrap_job *job, const struct wrap_place *place)
{
	struct cur name = original_name(job->file);
	struct igdrom_bytes bytes;
	enum igdrom_status status;

	status = gzip_decompress(job->file.p, job->file.left, wrap_most(job), NULL, &bytes);
	if (status == IGDROM_E_NOT_BUILT)
		wrap_note(job, FINDING_WRAP_NOT_BUILT, job->file.at,
			  REPORT_ARGS(ARG_S(place->name), ARG_S("gzip -d")));
	else if (status == IGDROM_E_LIMIT)
		(void)wrap_too_large(job, 0);
	else if (status != IGDROM_OK)
		wrap_note(job, FINDING_WRAP_ARCHIVE_DAMAGED, job->file.at,
			  REPORT_ARGS(ARG_S(place->name), ARG_S(igdrom_strerror(status)),
				      ARG_S("gzip -d")));
	if (status != IGDROM_OK)
		return status;
	(void)wrap_spend(job, bytes.size);
	return wrap_add_owned(job, (const char *)name.p, name.left, 0, job->file.left, &bytes);
}
