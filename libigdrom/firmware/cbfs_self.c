/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * coreboot's payloads (SELF): a table of segments, closed by the entry point, then their bytes. A
 * firmware volume in it may have been cut into several, so they are put together by address again.
 */
#include "firmware/cbfs.h"

#include "compress/lz4.h"
#include "compress/lzma.h"
#include "core/builder.h"

#include <stdlib.h>
#include <string.h>

#define SEGMENT_CODE  UINT32_C(0x434f4445)
#define SEGMENT_DATA  UINT32_C(0x44415441)
#define SEGMENT_ENTRY UINT32_C(0x454e5452)
#define SEGMENT_MAX   64
/* More than this between two segments is not filled up: they are no parts of one thing. */
#define GAP_MAX 0x10000

enum igdrom_status fw_cbfs_lzma(const uint8_t *data, size_t size, size_t max_out,
				struct igdrom_bytes *out, const char **name)
{
	*name = "LZMA";
	return lzma_alone_decompress(data, size, max_out, NULL, out);
}

enum igdrom_status fw_cbfs_lz4(const uint8_t *data, size_t size, size_t max_out,
			       struct igdrom_bytes *out, const char **name)
{
	*name = "LZ4";
	return lz4_frame_decompress(data, size, max_out, NULL, out);
}

/* Reads the table; the number of segments that have bytes, which stand in `out`. */
static size_t list_segments(struct cur c, struct cbfs_segment out[SEGMENT_MAX])
{
	struct cur all = c;
	size_t count = 0;

	for (size_t i = 0; i < SEGMENT_MAX; i++) {
		struct cbfs_segment *segment = &out[count];

		if (fw_cbfs_decode_segment(&c, segment) != IGDROM_OK ||
		    segment->type == SEGMENT_ENTRY)
			break;
		if (segment->type != SEGMENT_CODE && segment->type != SEGMENT_DATA)
			continue;
		if (segment->size != 0 && segment->offset < all.left)
			count++;
	}
	return count;
}

bool fw_cbfs_self_is_compressed(struct cur c)
{
	struct cbfs_segment segments[SEGMENT_MAX];
	size_t count = list_segments(c, segments);

	for (size_t i = 0; i < count; i++) {
		if (segments[i].compression != CBFS_COMPRESS_NONE)
			return true;
	}
	return false;
}

static int by_address(const void *a, const void *b)
{
	const struct cbfs_segment *x = a, *y = b;

	if (x->load_address != y->load_address)
		return x->load_address < y->load_address ? -1 : 1;
	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Appends the bytes of one segment. *failed: what came out of one that does not decode. */
static enum igdrom_status append(struct build *b, const struct cbfs_segment *segment,
				 struct cur bytes, size_t *failed, const char **name)
{
	struct igdrom_bytes out = {0};
	enum igdrom_status status;
	size_t room = b->max - b->size;

	switch (segment->compression) {
	case CBFS_COMPRESS_NONE:
		build_bytes(b, bytes.p, bytes.left);
		return b->err;
	case CBFS_COMPRESS_LZMA:
		status = fw_cbfs_lzma(bytes.p, bytes.left, room, &out, name);
		break;
	case CBFS_COMPRESS_LZ4:
		status = fw_cbfs_lz4(bytes.p, bytes.left, room, &out, name);
		break;
	default:
		return IGDROM_E_UNSUPPORTED;
	}
	if (status != IGDROM_OK) {
		*failed = out.size;
		return status;
	}
	build_bytes(b, out.data, out.size);
	igdrom_bytes_free(&out);
	return b->err;
}

enum igdrom_status fw_cbfs_self(const uint8_t *data, size_t size, size_t max_out,
				struct igdrom_bytes *out, const char **name)
{
	struct cbfs_segment segments[SEGMENT_MAX];
	struct cur all = cur_from(data, size, 0);
	struct build b = build_new(max_out);
	size_t count = list_segments(all, segments);
	enum igdrom_status status = IGDROM_OK;
	size_t failed = 0;
	uint64_t end = 0; /* address behind what was written last */

	qsort(segments, count, sizeof(segments[0]), by_address);
	/* One that fails is the last, for segments may share bytes, and each would cost as much. */
	for (size_t i = 0; i < count && status == IGDROM_OK; i++) {
		const struct cbfs_segment *segment = &segments[i];
		size_t left = size - segment->offset;
		struct cur bytes =
			cur_sub(&all, segment->offset, segment->size < left ? segment->size : left);
		uint64_t gap = segment->load_address - end;

		if (b.size != 0 && segment->load_address > end && gap <= GAP_MAX)
			build_fill(&b, (size_t)gap, 0);
		end = segment->load_address - b.size;
		status = append(&b, segment, bytes, &failed, name);
		end += b.size;
	}
	if (status == IGDROM_E_NOMEM || status == IGDROM_E_LIMIT ||
	    (status != IGDROM_OK && b.size == 0)) {
		*out = (struct igdrom_bytes){.size = b.size + failed};
		build_free(&b);
		return status;
	}
	return build_finish(&b, out);
}
