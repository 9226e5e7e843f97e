/* SPDX-License-Identifier: BSD-2-Clause */
/* What the encoders have in common that write a stream in the place of another one. */
#ifndef IGDROM_COMPRESS_COMPRESSOR_H
#define IGDROM_COMPRESS_COMPRESSOR_H

#include <igdrom/limits.h>

/* Bytes that are encoded between two questions whether to go on. */
#define PACE_BYTES ((size_t)256 << 10)

/* How far work has come of which one stream is a part. */
struct pace {
	const struct igdrom_limits *limits; /* or NULL */
	uint64_t before, total;
};

/* After `done` bytes of this stream, of which there may be more than was foreseen; pace may be NULL. */
static inline bool pace_go_on(const struct pace *pace, size_t done)
{
	uint64_t sum;

	if (!pace)
		return true;
	sum = pace->before + done;
	return igdrom_limits_go_on(pace->limits, sum < pace->total ? sum : pace->total,
				   pace->total);
}

/*
 * Encodes data with the settings of the stream `like`, behind which there may be other bytes.
 * Deterministic. *out is owned. IGDROM_E_UNSUPPORTED, IGDROM_E_CORRUPT, IGDROM_E_TRUNCATED (settings
 * of `like`), IGDROM_E_CANCELED, IGDROM_E_NOMEM, IGDROM_E_LIMIT; IGDROM_E_NOT_BUILT when the library
 * was left out.
 */
typedef enum igdrom_status compressor(struct igdrom_bytes data, struct igdrom_bytes like,
				      const struct pace *pace,
				      struct igdrom_bytes *out) IGDROM_MUST_CHECK;

#endif
