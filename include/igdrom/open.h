/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: any file -> what it is and what is in it: Intel GOP drivers, Video BIOS Tables (VBT) and
 * legacy video BIOSes. Takes bare PE images, option ROMs, VBTs, OpRegion dumps, firmware images of
 * every kind that <igdrom/firmware.h> reads, and as a last resort bytes of no known structure.
 */
#ifndef IGDROM_OPEN_H
#define IGDROM_OPEN_H

#include <igdrom/firmware.h>
#include <igdrom/gop.h>
#include <igdrom/vbt.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What was found in one file. */
struct igdrom_contents;
/** One driver, table or video BIOS of it; borrowed from the contents. The same bytes in several
 * places are one. */
struct igdrom_found;

/** What a file is. */
enum igdrom_file_kind {
	IGDROM_FILE_UNKNOWN = 0,
	IGDROM_FILE_PE = 1,         /**< a bare PE32 or PE32+ image (.efi) */
	IGDROM_FILE_OPTION_ROM = 2, /**< a PCI option ROM */
	IGDROM_FILE_FIRMWARE = 3,   /**< a firmware image, also inside a package or a capsule */
	IGDROM_FILE_VBT = 4,        /**< a Video BIOS Table */
	IGDROM_FILE_OPREGION = 5,   /**< an Intel OpRegion */
	IGDROM_FILE_OTHER = 6,      /**< of no known structure, but something was found in it */
};

/** The ways to take something out. */
enum igdrom_form {
	/** A GOP driver: the PE image, without the padding behind it. A VBT: vbt_size bytes. A video
	 * BIOS: the images of its option ROM. */
	IGDROM_FORM_BARE = 0,
	IGDROM_FORM_STORED =
		1,           /**< all of the section or raw file that it begins, padding included */
	IGDROM_FORM_FFS = 2, /**< the whole file of the firmware volume (FFS), header included */
};

/** In what something was found. */
enum igdrom_origin {
	/** begins the file, or a section or file of a firmware image; or fills an OpRegion */
	IGDROM_ORIGIN_ALONE = 1,
	IGDROM_ORIGIN_INSIDE = 2,     /**< in the midst of other data */
	IGDROM_ORIGIN_OPTION_ROM = 3, /**< in an option ROM, such as a video BIOS */
	IGDROM_ORIGIN_DRIVER = 4,     /**< in a PE image */
};

/**
 * Looks into a file. Compressed parts of firmware may be decoded by several threads
 * (IGDROM_LIMIT_THREADS); the result does not depend on it.
 * @param data the file; copied
 * @param size bytes
 * @param limits caps, or NULL for the defaults
 * @param report findings, or NULL
 * @param out owned; free with igdrom_contents_free()
 * @return IGDROM_OK (also when nothing of interest is inside), IGDROM_E_NOT_RECOGNIZED,
 *         IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT, IGDROM_E_LIMIT, IGDROM_E_CANCELED (by the progress
 *         callback of limits), IGDROM_E_NOMEM, IGDROM_E_INVAL
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
/** The firmware image as a tree. @param contents object @return borrowed; NULL when the file is
 * none @since 0.1 */
IGDROM_API const struct igdrom_firmware *
igdrom_contents_firmware(const struct igdrom_contents *contents);

/** The OpRegion. @param contents object @return borrowed; NULL when the file is none, or one that is
 * cut off @since 0.1 */
IGDROM_API const struct igdrom_opregion *
igdrom_contents_opregion(const struct igdrom_contents *contents);

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
/** Where it was found, in a few words ("image 1 at 0x4600", "8D59EBC8-... IntelSnbGopDriver");
 * igdrom_found_path() has the whole way. @param contents object @param index 0 .. count - 1
 * @return borrowed; "" for a bare PE; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_contents_gop_where(const struct igdrom_contents *contents,
						 size_t index);
/** A GOP driver as something that was found. @param contents object @param index 0 .. count - 1
 * @return borrowed; NULL out of range @since 0.1 */
IGDROM_API const struct igdrom_found *
igdrom_contents_gop_found(const struct igdrom_contents *contents, size_t index);

/** Number of VBTs. @param contents object @return count @since 0.1 */
IGDROM_API size_t igdrom_contents_vbt_count(const struct igdrom_contents *contents);
/** A VBT. @param contents object @param index 0 .. count - 1 @return borrowed; NULL out of range
 * @since 0.1 */
IGDROM_API const struct igdrom_vbt *igdrom_contents_vbt_at(const struct igdrom_contents *contents,
							   size_t index);
/** A VBT as something that was found. @param contents object @param index 0 .. count - 1
 * @return borrowed; NULL out of range @since 0.1 */
IGDROM_API const struct igdrom_found *
igdrom_contents_vbt_found(const struct igdrom_contents *contents, size_t index);

/** Number of legacy video BIOSes of Intel graphics. @param contents object @return count
 * @since 0.1 */
IGDROM_API size_t igdrom_contents_vbios_count(const struct igdrom_contents *contents);
/** A legacy video BIOS as something that was found. @param contents object
 * @param index 0 .. count - 1 @return borrowed; NULL out of range @since 0.1 */
IGDROM_API const struct igdrom_found *
igdrom_contents_vbios_found(const struct igdrom_contents *contents, size_t index);

/** In what it was found; of several places the best. @param found object @return the origin
 * @since 0.1 */
IGDROM_API enum igdrom_origin igdrom_found_origin(const struct igdrom_found *found);
/** An origin as a word for JSON: "alone", "inside", "option-rom", "driver". @param origin any value
 * @return static @since 0.1 */
IGDROM_API const char *igdrom_origin_name(enum igdrom_origin origin);
/**
 * The bytes.
 * @param found object
 * @param form bare, as stored, the whole FFS file
 * @param out borrowed
 * @return IGDROM_OK, IGDROM_E_NOT_FOUND (it does not lie in such a thing), IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_found_bytes(const struct igdrom_found *found,
								   enum igdrom_form form,
								   struct igdrom_bytes *out);
/** SHA-256 of the bare bytes, 64 lower-case hex digits. @param found object @return borrowed
 * @since 0.1 */
IGDROM_API const char *igdrom_found_sha256(const struct igdrom_found *found);
/**
 * A name for a file to write it to: "IntelGopDriver-17.0.1077.efi", "vbt-TIGERLAKE-8571.vbt". It
 * has letters, digits, '.' and '-' only, and no other thing of the same contents and form has it.
 * @param found object
 * @param form what is written
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOT_FOUND (there is no such form of it), IGDROM_E_NOMEM,
 *         IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_found_file_name(const struct igdrom_found *found, enum igdrom_form form, char **out);

/** Number of places that hold these bytes; the first is the best. @param found object
 * @return count, at least 1 @since 0.1 */
IGDROM_API size_t igdrom_found_place_count(const struct igdrom_found *found);
/** The node of the firmware image that it lies in. @param found object @param place 0 .. count - 1
 * @return borrowed; NULL when the file is no firmware image, or out of range @since 0.1 */
IGDROM_API const struct igdrom_firmware_node *igdrom_found_node(const struct igdrom_found *found,
								size_t place);
/** The way to it: that of igdrom_firmware_node_path(), and what leads on from there ("image 1 at
 * 0x4600", "at 0xab0"). @param found object @param place 0 .. count - 1 @return borrowed, UTF-8;
 * "" when it is the whole file; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_found_path(const struct igdrom_found *found, size_t place);
/** GUID of the FFS file that it lies in. @param found object @param place 0 .. count - 1
 * @return borrowed; NULL when it lies in none, or out of range @since 0.1 */
IGDROM_API const char *igdrom_found_guid(const struct igdrom_found *found, size_t place);
/** Name of that file, or of the entry of a package, see igdrom_firmware_node_name().
 * @param found object @param place 0 .. count - 1 @return borrowed, UTF-8; NULL when not known, or
 * out of range @since 0.1 */
IGDROM_API const char *igdrom_found_name(const struct igdrom_found *found, size_t place);

/**
 * Which GOP driver is to be used for a device, as igdrom_gop_best() chooses; igdrom_gop_judge()
 * says what is against each of the others.
 * @param contents object
 * @param device_id PCI device id; 0 when it is not known: then only a driver that is the only one
 * is chosen
 * @param report gets one finding that says which and why, or why none ("choice-gop-..."); or NULL
 * @param best index of the driver
 * @return IGDROM_OK, IGDROM_E_NOT_FOUND, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_contents_choose_gop(const struct igdrom_contents *contents, uint16_t device_id,
			   struct igdrom_report *report, size_t *best);

/** What the choice of a VBT makes of one. */
enum igdrom_vbt_verdict {
	IGDROM_VBT_BEST = 1,  /**< it is chosen */
	IGDROM_VBT_EQUAL = 2, /**< nothing speaks against it but that the chosen one came first */
	IGDROM_VBT_OTHER_PLATFORM = 3, /**< its signature is none that is known for the device */
	IGDROM_VBT_NOT_DEFAULT = 4,    /**< the chosen one lies in the file that firmware prefers */
	IGDROM_VBT_COPY = 5, /**< lies in an option ROM or other data, the chosen one by itself */
	IGDROM_VBT_OTHER_DRIVER = 6, /**< the chosen one is named like the GOP driver */
};

/**
 * Which VBT is to be used. What decides, in this order: a signature that is known for the device;
 * with several GOP drivers, a file that is named like the one for the device (IntelSnbGopVbt for
 * IntelSnbGopDriver); the file 878AC2CC-5343-46F2-B563-51F89DAF56BA, whose VBT firmware gives to the GOP driver; where
 * it lies (enum igdrom_origin); the order in the file. A running machine knows better: which of
 * several tables its firmware uses may depend on the panel.
 * @param contents object
 * @param device_id PCI device id; 0 when it is not known
 * @param report gets a finding that says which and why ("choice-vbt-..."), a warning when nothing
 * but the order decided; or NULL
 * @param best index of the VBT
 * @return IGDROM_OK, IGDROM_E_NOT_FOUND (there is no VBT), IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_contents_choose_vbt(const struct igdrom_contents *contents, uint16_t device_id,
			   struct igdrom_report *report, size_t *best);
/** Says why a VBT is the one, or why it is not. @param contents object @param device_id as in
 * igdrom_contents_choose_vbt() @param index 0 .. count - 1 @return the verdict;
 * IGDROM_VBT_OTHER_PLATFORM out of range @since 0.1 */
IGDROM_API enum igdrom_vbt_verdict igdrom_contents_judge_vbt(const struct igdrom_contents *contents,
							     uint16_t device_id, size_t index);
/** A verdict as a word: "best", "equal", "other-platform", "not-default", "copy",
 * "other-driver".
 * @param verdict any value @return static @since 0.1 */
IGDROM_API const char *igdrom_vbt_verdict_name(enum igdrom_vbt_verdict verdict);

#ifdef __cplusplus
}
#endif

#endif
