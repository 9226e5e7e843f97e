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
	IGDROM_LIMIT_THREADS = 4,        /**< that work on one input; 1: none but the caller's; default 4 */
	/** Bytes that one byte of an encoded part may decode to; parts that decode to little are free
	 * of it; default 1024. */
	IGDROM_LIMIT_EXPANSION_RATIO = 5,
};

/**
 * Is told how far a call has come, in the thread that made the call.
 * @param user as given to igdrom_limits_set_progress()
 * @param done work done, in units of its own
 * @param total work known of so far; grows while more is found
 * @return false to cancel: the call returns IGDROM_E_CANCELED soon after
 */
typedef bool igdrom_progress(void *user, uint64_t done, uint64_t total);

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

/**
 * Lets calls that take their time report on it and be canceled. Which do is said where
 * IGDROM_E_CANCELED is among their codes.
 * @param limits the set
 * @param progress function, or NULL for none
 * @param user handed to it; not looked at
 * @return IGDROM_OK, IGDROM_E_INVAL (limits is NULL)
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_limits_set_progress(struct igdrom_limits *limits, igdrom_progress *progress, void *user);

/**
 * Calls the progress function, for work of one's own under the same limits.
 * @param limits the set, or NULL
 * @param done work done
 * @param total work known of so far
 * @return false: the work is to be canceled; true also when there is no progress function
 * @since 0.1
 */
IGDROM_API bool igdrom_limits_go_on(const struct igdrom_limits *limits, uint64_t done,
				    uint64_t total);

#ifdef __cplusplus
}
#endif

#endif
