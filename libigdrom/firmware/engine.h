/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the engine share and the parsers do not see. */
#ifndef IGDROM_FIRMWARE_ENGINE_H
#define IGDROM_FIRMWARE_ENGINE_H

#include <igdrom/limits.h>
#include "firmware/internal.h"

struct fw_pool;

/* A span that waits to be read, or an encoded part that waits to be decoded first. */
struct fw_job {
	struct fw_job *next;         /* in the order in which results are accepted */
	struct fw_job *next_pending; /* among those that no thread has begun to decode */
	struct igdrom_firmware_node *node;
	fw_parser *parser;
	struct fw_span span;
	fw_decoder *decoder; /* NULL: nothing to decode */
	uint64_t declared;
	size_t max_out;
	enum { JOB_PENDING, JOB_TAKEN, JOB_DONE } state;
	bool curtailed; /* decoded with less than max_out */
	enum igdrom_status status;
	struct igdrom_bytes out;
	const char *method;
};

/* threads: that decode, the caller's included. NULL when memory ran out. */
struct fw_pool *fw_pool_new(uint64_t threads);
/* Ends the threads; jobs that were not awaited keep what they have. */
void fw_pool_free(struct fw_pool *pool);
/* Offers a job to the threads. Jobs have to be awaited in the order in which they were added. */
void fw_pool_add(struct fw_pool *pool, struct fw_job *job);
/* Returns when the job is done, having helped to get there; with drop it need not be
 * done, and all after it are dropped too. */
void fw_pool_await(struct fw_pool *pool, struct fw_job *job, bool drop);

/* Memory that lives as long as the image. */
struct fw_chunk;
struct fw_arena {
	struct fw_chunk *chunks;
	size_t left;
};
void *fw_arena_take(struct fw_arena *arena, size_t size);
void fw_arena_free(struct fw_arena *arena);

struct igdrom_firmware {
	struct fw_arena arena;
	struct fw_stream *streams; /* the last one first */
	struct fw_stream input;
	uint8_t *copy; /* of the input, NULL when it is borrowed */
	struct igdrom_firmware_node *root;
	size_t node_count;
	uint64_t decoded_size;
};

#define FW_MOST_NOTES 64 /* codes that fw_note() is called with */

struct fw_note {
	enum finding_code code;
	uint64_t count;
	uint64_t left_out_at; /* the first that was left out */
};

struct fw {
	struct igdrom_firmware *image;
	const struct igdrom_limits *limits;
	struct igdrom_report *report;
	struct fw_pool *pool;
	struct fw_arena jobs;
	struct fw_job *first, *last, *spare;
	uint64_t done, total; /* bytes of spans, for the progress callback */
	uint64_t max_expanded;
	uint64_t wasted; /* what came out of parts before they failed to decode */
	struct fw_note notes[FW_MOST_NOTES];
	size_t note_count;
	uint32_t crc_tables[8][256]; /* made when they are first needed */
	bool nodes_said, depth_said, expanded_said;
};

#endif
