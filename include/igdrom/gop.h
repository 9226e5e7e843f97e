/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: facts read from an Intel GOP driver (UEFI Graphics Output Protocol, UEFI spec 12.9), a
 * PE32+ image. Everything is read from the bytes: no digest of a known driver is consulted. What
 * cannot be read is unknown, never guessed.
 */
#ifndef IGDROM_GOP_H
#define IGDROM_GOP_H

#include <igdrom/limits.h>
#include <igdrom/report.h>
#include <igdrom/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Largest PE image that is looked into, bytes: that of the largest option ROM. */
#define IGDROM_GOP_MAX_BYTES (16u << 20)

/** Facts about one GOP driver. */
struct igdrom_gop;

/** How sure the reading is. */
enum igdrom_confidence {
	IGDROM_CONFIDENCE_LOW = 1,    /**< a GOP driver, but its id table could not be read */
	IGDROM_CONFIDENCE_MEDIUM = 2, /**< table read; not all cross-checks hold */
	IGDROM_CONFIDENCE_HIGH = 3,   /**< table, version and all cross-checks agree */
};

/** Whether Start() refuses a guest whose LPC bridge id at 00:1f.0 it does not know. */
enum igdrom_gop_gate {
	IGDROM_GATE_UNKNOWN = 0,
	IGDROM_GATE_NONE = 1,  /**< the id is not read, or reading it is not fatal */
	IGDROM_GATE_FATAL = 2, /**< an id outside the list ends Start() with an error */
};

/** A closed range of PCI device ids. */
struct igdrom_id_range {
	uint16_t first;
	uint16_t last;
};

/**
 * Reads the facts from one PE image.
 * @param data PE image; bytes after its end are allowed; copied
 * @param size bytes
 * @param report findings, or NULL
 * @param out owned; free with igdrom_gop_free()
 * @return IGDROM_OK (a GOP driver, confidence says how well it was read);
 *         IGDROM_E_NOT_RECOGNIZED (no PE image, or not an Intel GOP driver);
 *         IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT (PE headers), IGDROM_E_LIMIT (more than
 *         IGDROM_GOP_MAX_BYTES, or an input of more than 256 MiB), IGDROM_E_NOMEM,
 *         IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_gop_identify(const void *data, size_t size,
								    struct igdrom_report *report,
								    struct igdrom_gop **out);

/** Frees the facts. @param gop or NULL @since 0.1 */
IGDROM_API void igdrom_gop_free(struct igdrom_gop *gop);

/** Version as text ("17.0.1077"). @param gop facts @return borrowed; NULL when not readable
 * @since 0.1 */
IGDROM_API const char *igdrom_gop_version(const struct igdrom_gop *gop);
/** First number of the version. @param gop facts @return number; 0 when not readable @since 0.1 */
IGDROM_API unsigned igdrom_gop_version_major(const struct igdrom_gop *gop);
/** Second number of the version. @param gop facts @return number @since 0.1 */
IGDROM_API unsigned igdrom_gop_version_minor(const struct igdrom_gop *gop);
/** Third number of the version. @param gop facts @return number @since 0.1 */
IGDROM_API unsigned igdrom_gop_version_build(const struct igdrom_gop *gop);
/** Family in the families table ("gop17-tgl-rpls"). @param gop facts @return static; NULL for a
 * version that is in no family @since 0.1 */
IGDROM_API const char *igdrom_gop_family(const struct igdrom_gop *gop);
/** How sure the reading is. @param gop facts @return the confidence @since 0.1 */
IGDROM_API enum igdrom_confidence igdrom_gop_confidence(const struct igdrom_gop *gop);
/** The confidence as a word: "low", "medium", "high". @param confidence any value @return static
 * @since 0.1 */
IGDROM_API const char *igdrom_confidence_name(enum igdrom_confidence confidence);

/** Number of ids in the driver's own table. @param gop facts @return count; 0 when the table could
 * not be read @since 0.1 */
IGDROM_API size_t igdrom_gop_device_count(const struct igdrom_gop *gop);
/** An id of the driver's table, in its order. @param gop facts @param index 0 .. count - 1
 * @return PCI device id; 0 out of range @since 0.1 */
IGDROM_API uint16_t igdrom_gop_device_at(const struct igdrom_gop *gop, size_t index);
/** Whether an id of the driver's table is an IGD known to the device table. @param gop facts
 * @param index 0 .. count - 1 @return true for an IGD @since 0.1 */
IGDROM_API bool igdrom_gop_device_is_igd(const struct igdrom_gop *gop, size_t index);
/** Offset of the table in the PE file. @param gop facts @return bytes; 0 when not readable
 * @since 0.1 */
IGDROM_API uint64_t igdrom_gop_device_table_offset(const struct igdrom_gop *gop);
/** Whether the driver's own table lists a device. @param gop facts @param device_id PCI device id
 * @return yes, no, unknown (table not readable) @since 0.1 */
IGDROM_API enum igdrom_tristate igdrom_gop_supports(const struct igdrom_gop *gop,
						    uint16_t device_id);

/** The LPC gate. @param gop facts @return none, fatal, unknown @since 0.1 */
IGDROM_API enum igdrom_gop_gate igdrom_gop_gate(const struct igdrom_gop *gop);
/** Offset in the PE file of the instruction that fetches the LPC id (the one an answer would
 * replace). @param gop facts @return bytes; 0 when there is no gate or no single site
 * @since 0.1 */
IGDROM_API uint64_t igdrom_gop_gate_offset(const struct igdrom_gop *gop);
/** Number of ranges of LPC ids that this build accepts at 00:1f.0 (from a table by build, not from
 * the bytes). @param gop facts @return count; 0 when the build is in no table, or takes any id
 * @since 0.1 */
IGDROM_API size_t igdrom_gop_lpc_count(const struct igdrom_gop *gop);
/** A range of accepted LPC ids. @param gop facts @param index 0 .. count - 1 @return the range;
 * 0-0 out of range @since 0.1 */
IGDROM_API struct igdrom_id_range igdrom_gop_lpc_at(const struct igdrom_gop *gop, size_t index);
/** Whether Start() passes with this LPC id at 00:1f.0. @param gop facts @param lpc_id PCI device id
 * of the ISA bridge @return yes, no, unknown @since 0.1 */
IGDROM_API enum igdrom_tristate igdrom_gop_accepts_lpc(const struct igdrom_gop *gop,
						       uint16_t lpc_id);

/** PE machine (8664h = x64). @param gop facts @return COFF header field @since 0.1 */
IGDROM_API uint16_t igdrom_gop_machine(const struct igdrom_gop *gop);
/** PE subsystem (0Bh = EFI boot service driver). @param gop facts @return optional header field
 * @since 0.1 */
IGDROM_API uint16_t igdrom_gop_subsystem(const struct igdrom_gop *gop);
/** Size of the input in bytes. @param gop facts @return bytes @since 0.1 */
IGDROM_API size_t igdrom_gop_size(const struct igdrom_gop *gop);
/** SHA-256 of the input, 64 lower-case hex digits. @param gop facts @return borrowed @since 0.1 */
IGDROM_API const char *igdrom_gop_sha256(const struct igdrom_gop *gop);

/**
 * Which of several drivers is the best for a device: the highest version whose own table lists the
 * id; of equal versions the first.
 * @param gops array of count facts; NULL entries are passed over
 * @param count entries
 * @param device_id PCI device id
 * @param best index of the best
 * @return IGDROM_OK, IGDROM_E_NOT_FOUND (no table lists the id), IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_gop_best(const struct igdrom_gop *const *gops, size_t count, uint16_t device_id,
		size_t *best);

/** What igdrom_gop_best() makes of one driver. */
enum igdrom_gop_verdict {
	IGDROM_GOP_BEST = 1,         /**< it is the best */
	IGDROM_GOP_SAME_VERSION = 2, /**< lists the device, as new as the best, which came first */
	IGDROM_GOP_OLDER = 3,        /**< lists the device, but the best is newer */
	IGDROM_GOP_NOT_LISTED = 4,   /**< its table does not have the device */
	IGDROM_GOP_UNREADABLE = 5,   /**< its table could not be read */
	IGDROM_GOP_ABSENT = 6,       /**< there is no driver */
};

/**
 * Says why a driver is the best for a device, or why it is not.
 * @param gop facts, or NULL: there is no driver
 * @param best facts of the best, or NULL: there is none
 * @param device_id PCI device id
 * @return the verdict
 * @since 0.1
 */
IGDROM_API enum igdrom_gop_verdict
igdrom_gop_judge(const struct igdrom_gop *gop, const struct igdrom_gop *best, uint16_t device_id);

/** A verdict as a word: "best", "same-version", "older", "not-listed", "unreadable", "absent".
 * @param verdict any value @return static @since 0.1 */
IGDROM_API const char *igdrom_gop_verdict_name(enum igdrom_gop_verdict verdict);

#ifdef __cplusplus
}
#endif

#endif
