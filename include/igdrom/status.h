/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: base of every other header. Status codes, byte views, symbol annotations.
 *
 * Conventions, the same in all headers:
 *  - A function that can fail returns enum igdrom_status: IGDROM_OK or a negative IGDROM_E_*.
 *    Outputs go through pointers and are NULL or 0 after a failure.
 *  - Lifetime words. copied: the input may go away when the call returns. owned: the caller frees
 *    the result with the function named. borrowed: valid until its parent is freed or changed.
 *    static: valid for ever.
 *  - Every _free() function accepts NULL.
 *  - Objects are independent of each other: two threads may use two objects at the same time.
 */
#ifndef IGDROM_STATUS_H
#define IGDROM_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define IGDROM_API        __attribute__((visibility("default")))
#define IGDROM_MUST_CHECK __attribute__((warn_unused_result))
#else
#define IGDROM_API
#define IGDROM_MUST_CHECK
#endif

/** Result of a fallible call; the list with its sentences is <igdrom/status.def>. */
enum igdrom_status {
#define IGDROM_STATUS(name, number, group, sentence) IGDROM_##name = (number),
#include <igdrom/status.def>
#undef IGDROM_STATUS
};

/** Yes, no, or honestly unknown. */
enum igdrom_tristate {
	IGDROM_UNKNOWN = -1,
	IGDROM_NO = 0,
	IGDROM_YES = 1,
};

/**
 * A run of bytes. Whether it is borrowed or owned is said by the function that hands it out; an
 * owned one is released with igdrom_bytes_free().
 */
struct igdrom_bytes {
	const uint8_t *data; /**< first byte; NULL when size is 0 */
	size_t size;         /**< bytes */
};

/**
 * The English sentence for a status code.
 * @param status any value, also one that is no status code
 * @return static text without a full stop; "unknown status" for a number not in the list
 * @since 0.1
 */
IGDROM_API const char *igdrom_strerror(enum igdrom_status status);

/**
 * The symbol of a status code, as spelt in C ("IGDROM_E_TRUNCATED").
 * @param status any value
 * @return static text; "unknown" for a number not in the list
 * @since 0.1
 */
IGDROM_API const char *igdrom_status_name(enum igdrom_status status);

/**
 * Frees bytes that a function handed out as owned and empties the view.
 * @param bytes owned view, or NULL
 * @since 0.1
 */
IGDROM_API void igdrom_bytes_free(struct igdrom_bytes *bytes);

/**
 * Frees text that a function handed out as owned.
 * @param text owned text, or NULL
 * @since 0.1
 */
IGDROM_API void igdrom_string_free(char *text);

/**
 * Version of the library that is running.
 * @return static text, "MAJOR.MINOR.PATCH"
 * @since 0.1
 */
IGDROM_API const char *igdrom_version(void);

#ifdef __cplusplus
}
#endif

#endif
