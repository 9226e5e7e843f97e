/* SPDX-License-Identifier: BSD-2-Clause */
/* What a decoder writes into: grows as needed, up to a cap. */
#ifndef IGDROM_COMPRESS_OUTPUT_H
#define IGDROM_COMPRESS_OUTPUT_H

#include <igdrom/status.h>

struct output {
	uint8_t *data;
	size_t size; /* bytes written */
	size_t room; /* never 0 */
	size_t max;  /* more bytes than this are IGDROM_E_LIMIT */
};

/*
 * Decodes until the output is full or the input is used up; *end says whether the stream ended.
 */
typedef enum igdrom_status output_step(void *state, struct output *o, bool *end);

/* Upper bound of what `size` bytes decode to when no byte makes more than `ratio`. */
size_t output_bound(size_t size, size_t ratio);

/* Makes `size` of `room` allocated bytes owned ones, without the room that is left. IGDROM_OK. */
enum igdrom_status output_hand_out(uint8_t *data, size_t size, size_t room,
				   struct igdrom_bytes *out) IGDROM_MUST_CHECK;

/*
 * Takes steps, with more room after each, until the stream ends. `expected` is how many bytes will
 * come out, exact when that is known, and decides what is allocated first. *out is owned; on failure
 * as decompressor.h says. What the step returns, IGDROM_E_TRUNCATED, IGDROM_E_LIMIT, IGDROM_E_NOMEM.
 */
enum igdrom_status output_run(output_step *step, void *state, size_t expected, size_t max,
			      struct igdrom_bytes *out) IGDROM_MUST_CHECK;

#endif
