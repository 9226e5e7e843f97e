/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dell's updaters: zlib streams with a header and a footer of 16 bytes each, anywhere in an
 * executable (.exe, Linux's .bin) or at the start of a file (.rcv, .hdr). What a stream decodes to
 * is a PFS volume, the next level. Layout: platomav/BIOSUtilities.
 */
#include "wrap/internal.h"

#include "compress/zlib.h"

/* u32 size of the stream, u8 type, these bytes, u8 exclusive or of all before; then the stream. */
#define SIGNATURE        "\xee\xaa\x76\x1b\xec\xbb\x20\xf1\xe6\x51"
#define SIGNATURE_AT     5
#define FOOTER_SIGNATURE "\xee\xaa\xee\x8f\x49\x1b\xe8\xae\x14\x37\x90"
#define FOOTER_AT        4
#define FRAME_SIZE       16
#define TYPE_FIRMWARE    0xaa
#define TYPE_UTILITIES   0xbb
#define MOST_SECTIONS    64

struct header {
	uint32_t size;
	uint8_t type;
	uint8_t checksum;
};

static enum igdrom_status decode_header(struct cur *c, struct header *h)
{
	h->size = cur_u32le(c);
	h->type = cur_u8(c);
	cur_skip(c, sizeof(SIGNATURE) - 1);
	h->checksum = cur_u8(c);
	return c->err;
}

/* The header of the next section at or behind `from`, or SIZE_MAX. RFC 1950: 78 begins a stream. */
static size_t next_section(struct cur file, size_t from)
{
	size_t at = from;

	for (;;) {
		at = wrap_search(file, at + SIGNATURE_AT, WRAP_MAGIC(SIGNATURE));
		if (at == SIZE_MAX)
			return at;
		at -= SIGNATURE_AT;
		if (wrap_has(file, at + FRAME_SIZE, WRAP_MAGIC("\x78")))
			return at;
		at++;
	}
}

bool pfs_section_find(struct cur file, struct wrap_place *place)
{
	place->offset = next_section(wrap_search_area(file), 0);
	if (place->offset == SIZE_MAX)
		return false;
	place->size = file.left - place->offset;
	place->name = "Dell update package (PFS)";
	return true;
}

static void check_frames(struct wrap_job *job, size_t at, const struct header *h)
{
	struct cur c = cur_tail(&job->file, at);
	const uint8_t *header = cur_take(&c, FRAME_SIZE);
	const uint8_t *footer;

	if (header && wrap_xor8(header, FRAME_SIZE - 1) != h->checksum)
		wrap_note(job, FINDING_WRAP_PFS_CHECKSUM, job->file.at + at,
			  REPORT_ARGS(ARG_S("section header")));
	cur_skip(&c, h->size);
	if (c.err != IGDROM_OK || !wrap_has(c, FOOTER_AT, WRAP_MAGIC(FOOTER_SIGNATURE))) {
		wrap_note(job, FINDING_WRAP_PFS_FOOTER, job->file.at + at,
			  REPORT_ARGS(ARG_S("section")));
		return;
	}
	footer = cur_take(&c, FRAME_SIZE);
	if (footer && wrap_xor8(footer, FRAME_SIZE - 1) != footer[FRAME_SIZE - 1])
		wrap_note(job, FINDING_WRAP_PFS_CHECKSUM, c.at - FRAME_SIZE,
			  REPORT_ARGS(ARG_S("section footer")));
}

static const char *section_name(uint8_t type)
{
	return type == TYPE_FIRMWARE    ? "Firmware"
	       : type == TYPE_UTILITIES ? "Utilities"
					: "Section";
}

/* The size in the header may lie: zlib knows where its stream ends. */
static enum igdrom_status add_section(struct wrap_job *job, size_t at, const struct header *h,
				      size_t *end)
{
	struct cur stream = cur_tail(&job->file, at + FRAME_SIZE);
	const char *name = section_name(h->type);
	struct igdrom_bytes bytes;
	enum igdrom_status status;
	size_t used;

	status = zlib_decompress(stream.p, stream.left, wrap_most(job), &used, &bytes);
	*end = at + FRAME_SIZE + used;
	if (status == IGDROM_E_LIMIT) {
		(void)wrap_spend(job, wrap_most(job));
		(void)wrap_too_large(job, at);
	} else if (status == IGDROM_E_NOT_BUILT) {
		wrap_note(job, FINDING_WRAP_NOT_BUILT, stream.at,
			  REPORT_ARGS(ARG_S("Dell update package (PFS)"),
				      ARG_S("dell_pfs_extract of BIOSUtilities")));
	} else if (status != IGDROM_OK) {
		wrap_note(job, FINDING_WRAP_PFS_STREAM, stream.at,
			  REPORT_ARGS(ARG_S(name), ARG_S(igdrom_strerror(status))));
	}
	if (status != IGDROM_OK)
		return status;
	(void)wrap_spend(job, bytes.size);
	return wrap_add_owned(job, name, strlen(name), at, *end - at, &bytes);
}

/* The section that carries tools is left out: it is no firmware. */
enum igdrom_status pfs_section_unpack(struct wrap_job *job, const struct wrap_place *place)
{
	enum igdrom_status result = IGDROM_OK;
	size_t at = place->offset;

	for (size_t i = 0; i < MOST_SECTIONS && at != SIZE_MAX; i++) {
		struct cur c = cur_tail(&job->file, at);
		enum igdrom_status status = IGDROM_OK;
		size_t end = at + FRAME_SIZE;
		struct header h;

		if (decode_header(&c, &h) != IGDROM_OK)
			break;
		check_frames(job, at, &h);
		if (h.type == TYPE_UTILITIES)
			end += h.size < c.left ? h.size : 0;
		else
			status = add_section(job, at, &h, &end);
		if (status == IGDROM_E_NOMEM)
			return status;
		result = result == IGDROM_OK ? status : result;
		at = next_section(job->file, end);
	}
	return result;
}
