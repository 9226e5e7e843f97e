/* SPDX-License-Identifier: BSD-2-Clause */
/* Vendors' packages and archives, which wrap/ takes apart: each part is an entry. */
#include "firmware/containers.h"
#include "wrap/wrap.h"

#include <string.h>

/* What a part may be whatever the size of its package: a large flash image, mostly empty. */
#define FREE_PART (UINT64_C(64) << 20)

bool fw_is_wrapper(struct cur c)
{
	const char *name;

	return wrap_recognize(c, &name);
}

static struct wrap_caps caps_of(const struct fw *fw, size_t package_size)
{
	const struct igdrom_limits *limits = fw_limits(fw);
	uint64_t ratio = igdrom_limits_get(limits, IGDROM_LIMIT_EXPANSION_RATIO);
	uint64_t most = igdrom_limits_get(limits, IGDROM_LIMIT_INPUT_BYTES);
	struct wrap_caps caps = {.max_bytes = fw_expandable(fw), .max_part = FREE_PART};

	if (package_size && ratio > FREE_PART / package_size)
		caps.max_part = ratio < most / package_size ? ratio * package_size : most;
	caps.max_parts = SIZE_MAX;
	return caps;
}

/* What lies in front of a part is searched too: updaters are programs with anything in them. */
static enum igdrom_status read_part(struct fw *fw, struct igdrom_firmware_node *parent,
				    struct fw_span span, struct wrap_part *part,
				    const char *package)
{
	struct igdrom_firmware_node *node;
	struct fw_span of = fw_sub(span, part->offset, part->extent);
	enum igdrom_status status = fw_add(fw, parent, IGDROM_NODE_ENTRY, of, 0, &node);
	struct igdrom_bytes bytes = part->bytes;

	if (status != IGDROM_OK || !node)
		return status;
	fw_set_type(node, 0, package);
	if (part->name)
		status = fw_set_name(fw, node, part->name, strlen(part->name));
	if (status != IGDROM_OK)
		return status;
	if (!part->owned)
		return fw_later(fw, node, fw_read_any, of);
	part->owned = false;
	return fw_attach(fw, node, &bytes, NULL, fw_read_any);
}

static enum igdrom_status read_parts(struct fw *fw, struct igdrom_firmware_node *parent,
				     struct fw_span span, struct wrap_parts *parts)
{
	enum igdrom_status status = IGDROM_OK;
	uint64_t unpacked = 0;
	size_t from = 0;

	for (size_t i = 0; i < parts->count; i++)
		unpacked += parts->parts[i].owned ? parts->parts[i].bytes.size : 0;
	fw_waste(fw, parts->decoded > unpacked ? parts->decoded - unpacked : 0);
	for (size_t i = 0; i < parts->count && status == IGDROM_OK; i++) {
		struct wrap_part *part = &parts->parts[i];

		if (part->offset > from)
			status = fw_add_padding(fw, parent, fw_sub(span, from, part->offset - from),
						true);
		if (status == IGDROM_OK)
			status = read_part(fw, parent, span, part, parts->package);
		if (part->offset + part->extent > from)
			from = part->offset + part->extent;
	}
	return status;
}

struct notes {
	struct fw *fw;
	const struct fw_stream *stream;
};

/* Inside of what was decoded, wrap/ counts on from a place that stands for all of it. */
static void take_note(void *to, enum finding_code code, uint64_t at,
		      const struct igdrom_finding_arg *args, size_t arg_count)
{
	struct notes *notes = to;

	fw_note(notes->fw, code, notes->stream->exact ? at : notes->stream->at, args, arg_count);
}

static bool go_on(void *to)
{
	const struct notes *notes = to;

	return fw_go_on(notes->fw);
}

enum igdrom_status fw_read_wrapper(struct fw *fw, struct igdrom_firmware_node *parent,
				   struct fw_span span)
{
	struct wrap_caps caps = caps_of(fw, span.size);
	struct notes notes = {fw, span.stream};
	struct wrap_sink sink = {take_note, &notes, go_on};
	struct wrap_parts parts;
	enum igdrom_status status = wrap_unpack(fw_cur(span), &caps, &sink, &parts);

	if (status == IGDROM_E_NOMEM || status == IGDROM_E_CANCELED)
		return status;
	if (status != IGDROM_OK) {
		fw_waste(fw, parts.decoded);
		return fw_read_raw_area(fw, parent, span);
	}
	status = read_parts(fw, parent, span, &parts);
	wrap_parts_free(&parts);
	return status;
}
