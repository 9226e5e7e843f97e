/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and sections around sections that have other bytes (PI 1.8 volume 3, 3.2.3 and 3.2.5). */
#include "edit/edit.h"

#include "firmware/section.h"

#include <string.h>

#define SECTION_ALIGNMENT 4

static bool is_blank(const uint8_t *data, size_t size)
{
	return size == 0 || fw_is_filled(data, size, data[0]);
}

/* The parts of a stream between two offsets, the changed ones among them. */
static enum igdrom_status splice(const struct edit_work *work,
				 const struct igdrom_firmware_node *node,
				 const struct fw_stream *stream, size_t from, size_t to,
				 struct build *b)
{
	size_t start = b->size, at = from;
	bool moved = false;

	for (const struct igdrom_firmware_node *n = node->first; n; n = n->next) {
		struct igdrom_bytes bytes = edit_bytes_of(work, n);

		if (n->stream != stream || n->offset < at || n->offset > to ||
		    n->size > to - n->offset)
			return IGDROM_E_INTERNAL;
		if (moved)
			build_fill(b,
				   (SECTION_ALIGNMENT - (b->size - start) % SECTION_ALIGNMENT) %
					   SECTION_ALIGNMENT,
				   0);
		else
			build_bytes(b, stream->data + at, n->offset - at);
		build_bytes(b, bytes.data, bytes.size);
		at = n->offset + n->size;
		if (bytes.size == n->size)
			continue;
		if (n->kind != IGDROM_NODE_SECTION &&
		    !(n->kind == IGDROM_NODE_FILE && node->kind == IGDROM_NODE_IMAGE))
			return IGDROM_E_INTERNAL;
		moved = true;
	}
	if (!moved || !is_blank(stream->data + at, to - at))
		build_bytes(b, stream->data + at, to - at);
	return b->err;
}

/* What a section encloses, encoded as it was. */
static enum igdrom_status encode(struct edit_work *work, const struct igdrom_firmware_node *node,
				 struct igdrom_bytes contents, struct build *b)
{
	uint64_t most = igdrom_limits_get(work->pace.limits, IGDROM_LIMIT_EXPANDED_BYTES);
	enum igdrom_status status;

	if (contents.size > work->encodable) {
		report_add(work->report, FINDING_EDIT_LIMIT, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_U(most)));
		return IGDROM_E_LIMIT;
	}
	work->encodable -= contents.size;
	status = edit_encode(node, contents, &work->pace, b);
	if (status == IGDROM_E_UNSUPPORTED || status == IGDROM_E_NOT_BUILT)
		report_add(work->report,
			   status == IGDROM_E_NOT_BUILT ? FINDING_EDIT_NOT_BUILT
							: FINDING_EDIT_METHOD,
			   IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(node->compression ? node->compression : node->type)));
	return status == IGDROM_OK ? edit_seal_section(node, contents.size, b) : status;
}

static enum igdrom_status enclose_section(struct edit_work *work,
					  const struct igdrom_firmware_node *node, struct build *b)
{
	struct build contents = build_new(UINT32_MAX);
	enum igdrom_status status;
	size_t decoded = 0;

	build_bytes(b, node->stream->data + node->offset, node->header_size);
	if (!node->decoded) {
		status = splice(work, node, node->stream, node->offset + node->header_size,
				node->offset + node->size, b);
		decoded = b->size - node->header_size;
		return status == IGDROM_OK ? edit_seal_section(node, decoded, b) : status;
	}
	status = splice(work, node, node->decoded, 0, node->decoded->size, &contents);
	edit_drop_children(work, node); /* encoding takes the most memory */
	if (status == IGDROM_OK)
		status = encode(work, node, (struct igdrom_bytes){contents.data, contents.size}, b);
	build_free(&contents);
	return status;
}

static enum igdrom_status enclose_file(const struct edit_work *work,
				       const struct igdrom_firmware_node *node, struct build *b)
{
	struct fw_volume_header volume = {.revision = 2, .attributes = VOLUME_ERASE_POLARITY};
	enum igdrom_status status;
	size_t tail;
	struct cur c;

	if (node->parent->kind == IGDROM_NODE_VOLUME) {
		c = fw_cur(fw_span_of(node->parent));
		if (fw_decode_volume_header(&c, &volume) != IGDROM_OK)
			return IGDROM_E_INTERNAL;
	}
	build_bytes(b, node->stream->data + node->offset, node->header_size);
	tail = edit_tail_size(node->stream->data + node->offset, &volume);
	status = splice(work, node, node->stream, node->offset + node->header_size,
			node->offset + node->size - tail, b);
	build_fill(b, tail, 0);
	if (status == IGDROM_OK)
		status = edit_finish_file(node->size, node->header_size, &volume, b);
	if (status == IGDROM_E_LIMIT)
		report_add(work->report, FINDING_EDIT_FILE_LARGE, IGDROM_NO_OFFSET,
			   REPORT_ARGS(ARG_S(node->guid), ARG_U(b->size)));
	return status == IGDROM_E_LIMIT ? IGDROM_E_REFUSED : status;
}

enum igdrom_status edit_enclose(struct edit_work *work, const struct igdrom_firmware_node *node,
				struct igdrom_bytes *out)
{
	struct build b = build_new(UINT32_MAX);
	enum igdrom_status status;

	if (node->kind == IGDROM_NODE_FILE)
		status = enclose_file(work, node, &b);
	else if (node->kind == IGDROM_NODE_SECTION)
		status = enclose_section(work, node, &b);
	else
		status = splice(work, node, node->stream, node->offset, node->offset + node->size,
				&b);
	if (status == IGDROM_OK)
		status = build_finish(&b, out);
	build_free(&b);
	return status;
}
