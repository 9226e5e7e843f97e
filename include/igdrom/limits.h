/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: base. Caps on what a parser may spend on one input. A function that takes limits accepts
 * NULL: then the defaults hold.
 */
#ifndef IGDROM_LIMITS_H
#define IGDROM_LIMITS_H

#include <igdrom/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A set of caps. */
struct igdrom_limits;

/** What a cap is on. */
enum igdrom_limit {
	IGDROM_LIMIT_INPUT_BYTES = 0,    /**< size of one input; default 256 MiB */
	IGDROM_LIMIT_EXPANDED_BYTES = 1, /**< sum of what decompression may yield; default 1 GiB */
	IGDROM_LIMIT_NODES = 2,          /**< images, files, sections, ... in all; default 100000 */
	IGDROM_LIMIT_DEPTH = 3,          /**< nesting; default 32 */
};

/**
 * Makes a set that holds the defaults.
 * @param out owned; free with igdrom_limits_free()
 * @return IGDROM_OK, IGDROM_E_INVAL (out is NULL), IGDROM_E_NOMEM
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_limits_new(struct igdrom_limits **out);

/**
 * Frees a set.
 * @param limits or NULL
 * @since 0.1
 */
IGDROM_API void igdrom_limits_free(struct igdrom_limits *limits);

/**
 * Sets one cap.
 * @param limits the set
 * @param which the cap
 * @param value bytes or a count; 0 is refused
 * @return IGDROM_OK, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_limits_set(struct igdrom_limits *limits, enum igdrom_limit which, uint64_t value);

/**
 * One cap.
 * @param limits the set, or NULL for the defaults
 * @param which the cap
 * @return bytes or a count; 0 for an unknown cap
 * @since 0.1
 */
IGDROM_API uint64_t igdrom_limits_get(const struct igdrom_limits *limits, enum igdrom_limit which);

#ifdef __cplusplus
}
#endif

#endif
