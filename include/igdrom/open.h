/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: any file -> what it is and what is in it. Knows bare PE images and PCI option ROMs.
 */
#ifndef IGDROM_OPEN_H
#define IGDROM_OPEN_H

#include <igdrom/gop.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What was found in one file. */
struct igdrom_contents;

/** What a file is. */
enum igdrom_file_kind {
	IGDROM_FILE_UNKNOWN = 0,
	IGDROM_FILE_PE = 1,         /**< a bare PE32 or PE32+ image (.efi) */
	IGDROM_FILE_OPTION_ROM = 2, /**< a PCI option ROM */
};

/**
 * Looks into a file.
 * @param data the file; copied
 * @param size bytes
 * @param limits caps, or NULL for the defaults
 * @param report findings, or NULL
 * @param out owned; free with igdrom_contents_free()
 * @return IGDROM_OK (also when nothing of interest is inside), IGDROM_E_NOT_RECOGNIZED,
 *         IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT, IGDROM_E_LIMIT, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_contents_open(const void *data, size_t size, const struct igdrom_limits *limits,
		     struct igdrom_report *report, struct igdrom_contents **out);

/** Frees what was found. @param contents or NULL @since 0.1 */
IGDROM_API void igdrom_contents_free(struct igdrom_contents *contents);
/** What the file is. @param contents object @return the kind @since 0.1 */
IGDROM_API enum igdrom_file_kind igdrom_contents_kind(const struct igdrom_contents *contents);
/** A kind in words ("PCI option ROM"). @param kind any value @return static @since 0.1 */
IGDROM_API const char *igdrom_file_kind_name(enum igdrom_file_kind kind);
/** Number of GOP drivers. @param contents object @return count @since 0.1 */
IGDROM_API size_t igdrom_contents_gop_count(const struct igdrom_contents *contents);
/** Facts about a GOP driver. @param contents object @param index 0 .. count - 1 @return borrowed;
 * NULL out of range @since 0.1 */
IGDROM_API const struct igdrom_gop *igdrom_contents_gop_at(const struct igdrom_contents *contents,
							   size_t index);
/** The PE bytes of a GOP driver, decompressed. @param contents object @param index 0 .. count - 1
 * @return borrowed; empty out of range @since 0.1 */
IGDROM_API struct igdrom_bytes igdrom_contents_gop_bytes(const struct igdrom_contents *contents,
							 size_t index);
/** Where it was found ("image 1 at 0x4600"). @param contents object @param index 0 .. count - 1
 * @return borrowed; "" for a bare PE; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_contents_gop_where(const struct igdrom_contents *contents,
						 size_t index);

#ifdef __cplusplus
}
#endif

#endif
