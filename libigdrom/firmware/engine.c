/* SPDX-License-Identifier: BSD-2-Clause */
/* The queue: what is to be read next, what comes out of decoders, and the limits on both. */
#include "core/large.h"
#include "firmware/codec.h"
#include "firmware/engine.h"

#include <stdlib.h>

/* What a part may decode to whatever its own size is: volumes of 16 MiB, mostly FFh, are normal. */
#define FREE_EXPANSION (UINT64_C(16) << 20)

/* Findings of one code that are kept. */
#define MOST_ALIKE 16

/* What an empty stream points to, so that offsets from it make sense. */
static const uint8_t nothing[1];

struct cur fw_cur(struct fw_span span)
{
	return cur_from(span.stream->data + span.offset, span.size,
			fw_at(span.stream, span.offset));
}

uint64_t fw_at(const struct fw_stream *stream, size_t offset)
{
	return stream->exact ? stream->at + offset : stream->at;
}

struct fw_span fw_sub(struct fw_span span, size_t offset, size_t size)
{
	if (offset > span.size)
		offset = span.size;
	if (size > span.size - offset)
		size = span.size - offset;
	return (struct fw_span){span.stream, span.offset + offset, size};
}

struct fw_span fw_span_of(const struct igdrom_firmware_node *node)
{
	return (struct fw_span){node->stream, node->offset, node->size};
}

struct fw_span fw_body_of(const struct igdrom_firmware_node *node)
{
	return fw_sub(fw_span_of(node), node->header_size, SIZE_MAX);
}

struct igdrom_report *fw_report(struct fw *fw)
{
	return fw->report;
}

void fw_note(struct fw *fw, enum finding_code code, uint64_t at,
	     const struct igdrom_finding_arg *args, size_t arg_count)
{
	struct fw_note *note = fw->notes;

	while (note < fw->notes + fw->note_count && note->code != code)
		note++;
	if (note == fw->notes + fw->note_count) {
		if (fw->note_count == FW_MOST_NOTES) {
			report_add(fw->report, code, at, args, arg_count);
			return;
		}
		fw->note_count++;
		note->code = code;
	}
	note->count++;
	if (note->count <= MOST_ALIKE)
		report_add(fw->report, code, at, args, arg_count);
	else if (note->count == MOST_ALIKE + 1)
		note->left_out_at = at;
}

static void say_left_out(struct fw *fw)
{
	for (size_t i = 0; i < fw->note_count; i++) {
		const struct fw_note *note = &fw->notes[i];

		if (note->count > MOST_ALIKE)
			report_add_as(fw->report, report_severity(note->code),
				      FINDING_FIRMWARE_MORE, note->left_out_at,
				      REPORT_ARGS(ARG_U(note->count - MOST_ALIKE),
						  ARG_S(report_code(note->code))));
	}
}

const struct igdrom_limits *fw_limits(const struct fw *fw)
{
	return fw->limits;
}

bool fw_go_on(const struct fw *fw)
{
	return igdrom_limits_go_on(fw->limits, fw->done, fw->total);
}

uint64_t fw_expandable(const struct fw *fw)
{
	if (fw->expanded_said || fw->wasted > fw->max_expanded)
		return 0;
	return fw->max_expanded - fw->image->decoded_size;
}

void fw_waste(struct fw *fw, uint64_t bytes)
{
	fw->wasted = bytes < UINT64_MAX - fw->wasted ? fw->wasted + bytes : UINT64_MAX;
}

enum igdrom_status fw_add(struct fw *fw, struct igdrom_firmware_node *parent,
			  enum igdrom_node_kind kind, struct fw_span span, size_t header_size,
			  struct igdrom_firmware_node **out)
{
	uint64_t most = igdrom_limits_get(fw->limits, IGDROM_LIMIT_NODES);
	uint64_t deepest = igdrom_limits_get(fw->limits, IGDROM_LIMIT_DEPTH);
	uint64_t at = fw_at(span.stream, span.offset);
	struct igdrom_firmware_node *node;

	*out = NULL;
	if (fw->image->node_count >= most) {
		if (!fw->nodes_said)
			report_add(fw->report, FINDING_FIRMWARE_LIMIT_NODES, at,
				   REPORT_ARGS(ARG_U(most)));
		fw->nodes_said = true;
		return IGDROM_OK;
	}
	if (parent && parent->depth >= deepest) {
		if (!fw->depth_said)
			report_add(fw->report, FINDING_FIRMWARE_LIMIT_DEPTH, at,
				   REPORT_ARGS(ARG_U(deepest)));
		fw->depth_said = true;
		return IGDROM_OK;
	}
	node = fw_arena_take(&fw->image->arena, sizeof(*node));
	if (!node)
		return IGDROM_E_NOMEM;
	*node = (struct igdrom_firmware_node){
		.parent = parent,
		.stream = span.stream,
		.offset = span.offset,
		.size = span.size,
		.header_size = header_size < span.size ? header_size : span.size,
		.kind = kind,
		.depth = parent ? parent->depth + 1 : 0,
		.type = "",
	};
	if (parent && parent->last)
		parent->last->next = node;
	else if (parent)
		parent->first = node;
	if (parent)
		parent->last = node;
	fw->image->node_count++;
	*out = node;
	return IGDROM_OK;
}

void fw_set_type(struct igdrom_firmware_node *node, unsigned number, const char *name)
{
	node->type_number = number;
	node->type = name;
}

static struct fw_job *queue(struct fw *fw, struct igdrom_firmware_node *node, fw_parser *parser,
			    struct fw_span span)
{
	struct fw_job *job = fw->spare;

	if (job)
		fw->spare = job->next;
	else
		job = fw_arena_take(&fw->jobs, sizeof(*job));
	if (!job)
		return NULL;
	*job = (struct fw_job){.node = node, .parser = parser, .span = span};
	if (fw->last)
		fw->last->next = job;
	else
		fw->first = job;
	fw->last = job;
	fw->total += span.size;
	return job;
}

enum igdrom_status fw_later(struct fw *fw, struct igdrom_firmware_node *node, fw_parser *parser,
			    struct fw_span span)
{
	return queue(fw, node, parser, span) ? IGDROM_OK : IGDROM_E_NOMEM;
}

enum igdrom_status fw_decode_later(struct fw *fw, struct igdrom_firmware_node *node,
				   fw_decoder *decoder, fw_parser *parser, struct fw_span encoded,
				   uint64_t declared)
{
	uint64_t ratio = igdrom_limits_get(fw->limits, IGDROM_LIMIT_EXPANSION_RATIO);
	uint64_t most = fw->max_expanded;
	struct fw_job *job;

	if (encoded.size && ratio < most / encoded.size)
		most = ratio * encoded.size;
	if (most < FREE_EXPANSION)
		most = FREE_EXPANSION;
	if (most > fw->max_expanded)
		most = fw->max_expanded;
	job = queue(fw, node, parser, encoded);
	if (!job)
		return IGDROM_E_NOMEM;
	job->decoder = decoder;
	job->declared = declared;
	job->max_out = most < SIZE_MAX ? (size_t)most : SIZE_MAX;
	fw_pool_add(fw->pool, job);
	return IGDROM_OK;
}

static bool may_expand(struct fw *fw, uint64_t at, uint64_t size)
{
	if (!fw->expanded_said && size <= fw->max_expanded - fw->image->decoded_size &&
	    fw->wasted <= fw->max_expanded)
		return true;
	if (!fw->expanded_said)
		report_add(fw->report, FINDING_FIRMWARE_LIMIT_EXPANDED, at,
			   REPORT_ARGS(ARG_U(fw->max_expanded)));
	fw->expanded_said = true;
	return false;
}

enum igdrom_status fw_attach(struct fw *fw, struct igdrom_firmware_node *node,
			     struct igdrom_bytes *bytes, const char *method, fw_parser *parser)
{
	struct igdrom_firmware *image = fw->image;
	struct fw_stream *stream;

	if (!may_expand(fw, fw_at(node->stream, node->offset), bytes->size)) {
		igdrom_bytes_free(bytes);
		return IGDROM_OK;
	}
	stream = fw_arena_take(&image->arena, sizeof(*stream));
	if (!stream) {
		igdrom_bytes_free(bytes);
		return IGDROM_E_NOMEM;
	}
	*stream = (struct fw_stream){
		.data = bytes->size ? bytes->data : nothing,
		.size = bytes->size,
		.owned = (uint8_t *)bytes->data,
		.origin = node,
		.at = fw_at(node->stream, node->offset),
		.next = image->streams,
	};
	image->streams = stream;
	image->decoded_size += bytes->size;
	*bytes = (struct igdrom_bytes){NULL, 0};
	node->decoded = stream;
	node->compression = method;
	return fw_later(fw, node, parser, (struct fw_span){stream, 0, stream->size});
}

/* A part that did not decode: says so, and leaves it to a search of its bytes as they are. */
static enum igdrom_status say_undecoded(struct fw *fw, const struct fw_job *job)
{
	uint64_t at = fw_at(job->span.stream, job->span.offset);
	const char *method = job->method ? job->method : "-";

	fw->wasted += job->out.size;
	if (job->status == IGDROM_E_LIMIT)
		fw_note(fw, FINDING_FIRMWARE_PART_TOO_LARGE, at,
			REPORT_ARGS(ARG_S(method), ARG_U(job->span.size), ARG_U(job->max_out)));
	else if (job->status == IGDROM_E_NOT_BUILT)
		fw_note(fw, FINDING_FIRMWARE_PART_NOT_BUILT, at, REPORT_ARGS(ARG_S(method)));
	else
		fw_note(fw, FINDING_FIRMWARE_PART_UNREADABLE, at,
			REPORT_ARGS(ARG_S(method), ARG_S(igdrom_strerror(job->status))));
	return fw_read_raw_area(fw, job->node, job->span);
}

static enum igdrom_status accept(struct fw *fw, struct fw_job *job)
{
	uint64_t at = fw_at(job->span.stream, job->span.offset);

	if (!may_expand(fw, at, 0)) {
		fw_pool_await(fw->pool, job, true);
		igdrom_bytes_free(&job->out);
		return IGDROM_OK;
	}
	fw_pool_await(fw->pool, job, false);
	if (job->status == IGDROM_E_NOMEM)
		return job->status;
	if (job->status != IGDROM_OK)
		return say_undecoded(fw, job);
	if (job->declared != FW_UNDECLARED && job->declared != job->out.size)
		fw_note(fw, FINDING_FIRMWARE_PART_SIZE, at,
			REPORT_ARGS(ARG_S(job->method), ARG_U(job->declared),
				    ARG_U(job->out.size)));
	return fw_attach(fw, job->node, &job->out, job->method, job->parser);
}

static enum igdrom_status run_queue(struct fw *fw)
{
	enum igdrom_status status = IGDROM_OK;

	while (fw->first && status == IGDROM_OK) {
		struct fw_job *job = fw->first;

		if (!fw_go_on(fw))
			return IGDROM_E_CANCELED;
		if (job->decoder)
			status = accept(fw, job);
		else
			status = job->parser(fw, job->node, job->span);
		if (status != IGDROM_OK)
			return status; /* the job stays in the queue, which frees what it holds */
		fw->first = job->next;
		if (!fw->first)
			fw->last = NULL;
		fw->done += job->span.size;
		job->next = fw->spare;
		fw->spare = job;
	}
	return status;
}

static enum igdrom_status read_input(struct fw *fw, const void *data, size_t size)
{
	struct igdrom_firmware *image = fw->image;
	struct fw_span all = {&image->input, 0, size};
	enum igdrom_status status;

	image->input = (struct fw_stream){
		.data = size ? data : nothing,
		.size = size,
		.exact = true,
	};
	fw->max_expanded = igdrom_limits_get(fw->limits, IGDROM_LIMIT_EXPANDED_BYTES);
	fw->pool = fw_pool_new(igdrom_limits_get(fw->limits, IGDROM_LIMIT_THREADS));
	if (!fw->pool)
		return IGDROM_E_NOMEM;
	status = fw_add(fw, NULL, IGDROM_NODE_IMAGE, all, 0, &image->root);
	if (status == IGDROM_OK)
		status = fw_later(fw, image->root, fw_read_any, all);
	if (status == IGDROM_OK)
		status = run_queue(fw);
	fw_pool_free(fw->pool);
	say_left_out(fw);
	for (struct fw_job *job = fw->first; job; job = job->next)
		igdrom_bytes_free(&job->out);
	fw_arena_free(&fw->jobs);
	if (status == IGDROM_OK && !image->root->first)
		status = IGDROM_E_NOT_RECOGNIZED;
	return status;
}

static enum igdrom_status open_image(const void *data, size_t size, bool borrow,
				     const struct igdrom_limits *limits,
				     struct igdrom_report *report, struct igdrom_firmware **out)
{
	uint64_t most = igdrom_limits_get(limits, IGDROM_LIMIT_INPUT_BYTES);
	struct fw fw = {.limits = limits, .report = report};
	enum igdrom_status status;

	if (!out)
		return IGDROM_E_INVAL;
	*out = NULL;
	if (!data && size)
		return IGDROM_E_INVAL;
	if (size > most) {
		report_add(report, FINDING_INPUT_TOO_LARGE, 0,
			   REPORT_ARGS(ARG_U(size), ARG_U(most)));
		return IGDROM_E_LIMIT;
	}
	fw.image = calloc(1, sizeof(*fw.image));
	if (fw.image && !borrow && size)
		fw.image->copy = large_alloc(size);
	if (!fw.image || (!borrow && size && !fw.image->copy)) {
		free(fw.image);
		return IGDROM_E_NOMEM;
	}
	if (fw.image->copy)
		data = memcpy(fw.image->copy, data, size);
	status = read_input(&fw, data, size);
	if (status == IGDROM_OK)
		*out = fw.image;
	else
		igdrom_firmware_free(fw.image);
	return status;
}

enum igdrom_status fw_open_borrowed(const void *data, size_t size,
				    const struct igdrom_limits *limits,
				    struct igdrom_report *report, struct igdrom_firmware **out)
{
	return open_image(data, size, true, limits, report, out);
}

enum igdrom_status igdrom_firmware_open(const void *data, size_t size,
					const struct igdrom_limits *limits,
					struct igdrom_report *report, struct igdrom_firmware **out)
{
	return open_image(data, size, false, limits, report, out);
}

void igdrom_firmware_free(struct igdrom_firmware *firmware)
{
	if (!firmware)
		return;
	for (struct fw_stream *stream = firmware->streams; stream; stream = stream->next)
		free(stream->owned);
	fw_arena_free(&firmware->arena);
	free(firmware->copy);
	free(firmware);
}
