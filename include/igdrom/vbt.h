/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: the Video BIOS Table (VBT), in which firmware describes the displays of a board to the
 * GOP driver and to the driver of the operating system. There is no public standard; the layout is
 * as torvalds/linux reads it (drivers/gpu/drm/i915/display/intel_vbt_defs.h).
 */
#ifndef IGDROM_VBT_H
#define IGDROM_VBT_H

#include <igdrom/report.h>
#include <igdrom/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Most bytes of a VBT: its size is a 16-bit field. */
#define IGDROM_VBT_MAX_BYTES 65535

/** A VBT. */
struct igdrom_vbt;

/**
 * Reads a VBT.
 * @param data starts with "$VBT"; bytes behind its end are allowed; copied
 * @param size bytes
 * @param report findings, or NULL
 * @param out owned; free with igdrom_vbt_free()
 * @return IGDROM_OK (also with a wrong checksum, as half of all boards have); IGDROM_E_NOT_RECOGNIZED
 *         (no "$VBT"); IGDROM_E_TRUNCATED, IGDROM_E_CORRUPT (header or BDB header), IGDROM_E_NOMEM,
 *         IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_vbt_parse(const void *data, size_t size,
								 struct igdrom_report *report,
								 struct igdrom_vbt **out);

/** Frees a VBT. @param vbt or NULL @since 0.1 */
IGDROM_API void igdrom_vbt_free(struct igdrom_vbt *vbt);

/** Signature, "$VBT" and a name ("$VBT TIGERLAKE"). The name is of the platform that the table was
 * first made for, not always of the one it is used on. @param vbt object @return borrowed
 * @since 0.1 */
IGDROM_API const char *igdrom_vbt_signature(const struct igdrom_vbt *vbt);
/** Version of the header (100). @param vbt object @return number @since 0.1 */
IGDROM_API unsigned igdrom_vbt_version(const struct igdrom_vbt *vbt);
/** Version of the BIOS data block, which decides what the blocks hold. @param vbt object
 * @return number @since 0.1 */
IGDROM_API unsigned igdrom_vbt_bdb_version(const struct igdrom_vbt *vbt);
/** Size as the header says it, without padding. @param vbt object @return bytes @since 0.1 */
IGDROM_API size_t igdrom_vbt_size(const struct igdrom_vbt *vbt);
/** Whether the bytes sum to 0 mod 256. @param vbt object @return true when they do @since 0.1 */
IGDROM_API bool igdrom_vbt_checksum_ok(const struct igdrom_vbt *vbt);
/** SHA-256 of igdrom_vbt_bytes(), 64 lower-case hex digits. @param vbt object @return borrowed
 * @since 0.1 */
IGDROM_API const char *igdrom_vbt_sha256(const struct igdrom_vbt *vbt);
/** The VBT without padding. @param vbt object @return borrowed @since 0.1 */
IGDROM_API struct igdrom_bytes igdrom_vbt_bytes(const struct igdrom_vbt *vbt);

/** Number of blocks. @param vbt object @return count @since 0.1 */
IGDROM_API size_t igdrom_vbt_block_count(const struct igdrom_vbt *vbt);
/** Number of a block. @param vbt object @param index 0 .. count - 1 @return the id; 0 out of range
 * @since 0.1 */
IGDROM_API unsigned igdrom_vbt_block_id(const struct igdrom_vbt *vbt, size_t index);
/** Name of a block ("general definitions"). @param vbt object @param index 0 .. count - 1
 * @return static; "" for a block that is not known and out of range @since 0.1 */
IGDROM_API const char *igdrom_vbt_block_name(const struct igdrom_vbt *vbt, size_t index);
/** Offset of the data of a block in the VBT. @param vbt object @param index 0 .. count - 1
 * @return bytes; 0 out of range @since 0.1 */
IGDROM_API size_t igdrom_vbt_block_offset(const struct igdrom_vbt *vbt, size_t index);
/** Data of a block, without its id and size. @param vbt object @param index 0 .. count - 1
 * @return borrowed; empty out of range @since 0.1 */
IGDROM_API struct igdrom_bytes igdrom_vbt_block_bytes(const struct igdrom_vbt *vbt, size_t index);

/**
 * Whether the signature is one that VBTs for a device are known to have. The name is a hint, no
 * proof: a VBT from another board of the same platform fits as well.
 * @param vbt object
 * @param device_id PCI device id
 * @return yes, no, unknown (the device or the VBTs of its platform are not known)
 * @since 0.1
 */
IGDROM_API enum igdrom_tristate igdrom_vbt_fits(const struct igdrom_vbt *vbt, uint16_t device_id);

/**
 * Checks a VBT: checksum, sizes, blocks, and whether it can be the one of a device.
 * @param vbt object
 * @param device_id PCI device id, or 0 for none
 * @param report findings; required
 * @return IGDROM_OK (whatever was found), IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vbt_check(const struct igdrom_vbt *vbt, uint16_t device_id, struct igdrom_report *report);

/**
 * A VBT with a right checksum. Nothing else is changed; padding is left out.
 * @param vbt object
 * @param out owned; free with igdrom_bytes_free()
 * @return IGDROM_OK, IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vbt_fix_checksum(const struct igdrom_vbt *vbt, struct igdrom_bytes *out);

#ifdef __cplusplus
}
#endif

#endif
