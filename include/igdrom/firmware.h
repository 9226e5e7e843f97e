/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: a firmware image as one tree, from what a vendor ships (archive, updater, capsule, flash
 * image) down to the sections of files in firmware volumes (UEFI PI specification 1.8, volume 3;
 * UEFI 2.10, 23.2 for capsules). Compressed parts are decoded and their contents hang below them.
 * Wrong checksums, sizes and block maps are findings; nothing of that kind stops the reading.
 */
#ifndef IGDROM_FIRMWARE_H
#define IGDROM_FIRMWARE_H

#include <igdrom/limits.h>
#include <igdrom/report.h>
#include <igdrom/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A firmware image. */
struct igdrom_firmware;
/** One node of its tree; borrowed from the image. */
struct igdrom_firmware_node;

/** What a node is. */
enum igdrom_node_kind {
	IGDROM_NODE_IMAGE = 1,      /**< the whole input, or the whole of one decoded part */
	IGDROM_NODE_ENTRY = 2,      /**< a file out of an archive or an updater */
	IGDROM_NODE_CAPSULE = 3,    /**< a capsule, header included */
	IGDROM_NODE_FLASH = 4,      /**< a flash image with an Intel flash descriptor */
	IGDROM_NODE_REGION = 5,     /**< a region of a flash image */
	IGDROM_NODE_PARTITION = 6,  /**< a partition of a boot partition descriptor table (BPDT) */
	IGDROM_NODE_VOLUME = 7,     /**< a firmware volume */
	IGDROM_NODE_FILE = 8,       /**< a file of a firmware volume (FFS) */
	IGDROM_NODE_SECTION = 9,    /**< a section of a file */
	IGDROM_NODE_CBFS = 10,      /**< a coreboot file system */
	IGDROM_NODE_CBFS_FILE = 11, /**< a file of it */
	IGDROM_NODE_OPTION_ROM = 12, /**< a PCI option ROM outside of a section of its own */
	IGDROM_NODE_RAW = 13,        /**< bytes without a structure that is known */
	IGDROM_NODE_PADDING = 14,    /**< bytes between structures; may hold anything */
	IGDROM_NODE_FREE_SPACE = 15, /**< the unused end of a volume */
};

/**
 * Reads a firmware image. Compressed parts may be decoded by several threads
 * (IGDROM_LIMIT_THREADS); the result does not depend on it.
 * @param data the file; copied
 * @param size bytes
 * @param limits caps, or NULL for the defaults; a part that would exceed one is left out with a
 * finding
 * @param report findings, or NULL
 * @param out owned; free with igdrom_firmware_free()
 * @return IGDROM_OK; IGDROM_E_NOT_RECOGNIZED (no structure found anywhere in it); IGDROM_E_LIMIT
 *         (larger than the input may be), IGDROM_E_CANCELED (by the progress callback of limits),
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_firmware_open(const void *data, size_t size, const struct igdrom_limits *limits,
		     struct igdrom_report *report, struct igdrom_firmware **out);

/** Frees an image with all its nodes. @param firmware or NULL @since 0.1 */
IGDROM_API void igdrom_firmware_free(struct igdrom_firmware *firmware);

/** The node that stands for the whole input. @param firmware object @return borrowed @since 0.1 */
IGDROM_API const struct igdrom_firmware_node *
igdrom_firmware_root(const struct igdrom_firmware *firmware);
/** Number of nodes. @param firmware object @return count @since 0.1 */
IGDROM_API size_t igdrom_firmware_node_count(const struct igdrom_firmware *firmware);
/** Sum of the sizes of all decoded parts. @param firmware object @return bytes @since 0.1 */
IGDROM_API uint64_t igdrom_firmware_decoded_size(const struct igdrom_firmware *firmware);

/**
 * Whether it is the firmware of virtual machines, such as OVMF: a DXE core, drivers for what only
 * virtual machines have, and nothing of a board around them (capsule, flash descriptor).
 * @param firmware object
 * @return true when it is
 * @since 0.1
 */
IGDROM_API bool igdrom_firmware_is_virtual(const struct igdrom_firmware *firmware);

/** The node above. @param node object @return borrowed; NULL for the root @since 0.1 */
IGDROM_API const struct igdrom_firmware_node *
igdrom_firmware_node_parent(const struct igdrom_firmware_node *node);
/** The first node below. @param node object @return borrowed; NULL when there is none @since 0.1 */
IGDROM_API const struct igdrom_firmware_node *
igdrom_firmware_node_first_child(const struct igdrom_firmware_node *node);
/** The next node below the same parent. @param node object @return borrowed; NULL for the last
 * @since 0.1 */
IGDROM_API const struct igdrom_firmware_node *
igdrom_firmware_node_next(const struct igdrom_firmware_node *node);
/**
 * The node after this one in a walk over the whole tree, parents before children.
 * @param node object
 * @return borrowed; NULL after the last
 * @since 0.1
 */
IGDROM_API const struct igdrom_firmware_node *
igdrom_firmware_node_walk(const struct igdrom_firmware_node *node);

/** What the node is. @param node object @return the kind @since 0.1 */
IGDROM_API enum igdrom_node_kind
igdrom_firmware_node_kind(const struct igdrom_firmware_node *node);
/** A kind as a word for JSON: "image", "entry", "capsule", "flash", "region", "partition",
 * "volume", "file", "section", "cbfs", "cbfs-file", "option-rom", "raw", "padding", "free-space".
 * @param kind any value @return static @since 0.1 */
IGDROM_API const char *igdrom_node_kind_name(enum igdrom_node_kind kind);
/**
 * The type inside its kind, as the standards spell it: a section "PE32", "RAW", "GUID_DEFINED"; a
 * file "DRIVER", "FREEFORM"; a volume "FFS2"; a region "BIOS"; a capsule "AMI Aptio signed".
 * @param node object
 * @return borrowed; "" when the kind has no types
 * @since 0.1
 */
IGDROM_API const char *igdrom_firmware_node_type(const struct igdrom_firmware_node *node);
/** The number of the type (PI: EFI_FV_FILETYPE, EFI_SECTION_TYPE). @param node object @return the
 * number; 0 when the kind has none @since 0.1 */
IGDROM_API unsigned igdrom_firmware_node_type_number(const struct igdrom_firmware_node *node);
/** GUID of a file, volume, capsule or GUIDed section ("8D59EBC8-B85E-400E-970A-1F995D1DB91E").
 * @param node object @return borrowed; NULL when it has none @since 0.1 */
IGDROM_API const char *igdrom_firmware_node_guid(const struct igdrom_firmware_node *node);
/** Name, UTF-8: of a file its user interface section, or what its GUID is known as; of an entry its
 * path in the archive. @param node object @return borrowed; NULL when not known @since 0.1 */
IGDROM_API const char *igdrom_firmware_node_name(const struct igdrom_firmware_node *node);

/**
 * What a file is known for by its GUID, as a word: "gop", "vbt", "vbios", "policy" (hands a VBT to a
 * GOP driver), "assignment" (prepares the GPU in a virtual machine), "guest" (the UEFI driver of this
 * library, which does the work of both), "guest-rom" (what that takes GOP drivers and a VBT from),
 * "vm" (serves what only virtual machines have). A hint: for drivers and tables
 * igdrom_contents_open() looks at what is in files.
 * @param node object
 * @return static; NULL when it is no file, or not known
 * @since 0.1
 */
IGDROM_API const char *igdrom_firmware_node_role(const struct igdrom_firmware_node *node);

/** The bytes of the node, header included, as they lie in the image or in the decoded part it
 * belongs to. @param node object @return borrowed @since 0.1 */
IGDROM_API struct igdrom_bytes
igdrom_firmware_node_bytes(const struct igdrom_firmware_node *node);
/** The bytes of the node without its header, not decoded. @param node object @return borrowed
 * @since 0.1 */
IGDROM_API struct igdrom_bytes igdrom_firmware_node_body(const struct igdrom_firmware_node *node);
/** Whether the node holds an encoded part that was decoded. @param node object @return true when
 * igdrom_firmware_node_decoded() has bytes @since 0.1 */
IGDROM_API bool igdrom_firmware_node_is_decoded(const struct igdrom_firmware_node *node);
/** What the encoded part of the node decodes to. @param node object @return borrowed; empty when
 * nothing is encoded @since 0.1 */
IGDROM_API struct igdrom_bytes
igdrom_firmware_node_decoded(const struct igdrom_firmware_node *node);
/** How the contents are encoded: "LZMA", "LZMAF86", "Tiano", "EFI 1.1", "zlib", ... @param node
 * object @return static; NULL when they are not, or the method is unknown @since 0.1 */
IGDROM_API const char *igdrom_firmware_node_compression(const struct igdrom_firmware_node *node);

/** Offset of the node in the image or in the decoded part that it belongs to.
 * @param node object @return bytes @since 0.1 */
IGDROM_API uint64_t igdrom_firmware_node_offset(const struct igdrom_firmware_node *node);
/** Whether it lies in the input itself and not in a decoded part. @param node object @return true
 * when igdrom_firmware_node_file_offset() is its own place @since 0.1 */
IGDROM_API bool igdrom_firmware_node_in_file(const struct igdrom_firmware_node *node);
/** Offset in the input of the node, or of the encoded part that it comes from.
 * @param node object @return bytes @since 0.1 */
IGDROM_API uint64_t igdrom_firmware_node_file_offset(const struct igdrom_firmware_node *node);

/**
 * The way from the root to the node in words: "BIOS region/volume 5C60F367-.../file
 * 8D59EBC8-... IntelSnbGopDriver/PE32".
 * @param node object
 * @param out owned text, UTF-8; free with igdrom_string_free(); "" for the root
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_firmware_node_path(const struct igdrom_firmware_node *node, char **out);

#ifdef __cplusplus
}
#endif

#endif
