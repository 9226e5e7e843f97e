/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: facts by PCI device id. One static row for each Intel display device that the tables
 * know: the integrated ones (IGD) with everything that pass-through depends on, the discrete ones
 * so that they can be told apart. Rows and their sources: libigdrom/tables/devices.tsv,
 * discrete.tsv, platforms.tsv, gop-families.tsv, qemu-igd.tsv.
 *
 * All strings are static UTF-8. A getter given NULL answers NULL, 0 or "unknown".
 */
#ifndef IGDROM_DEVICE_H
#define IGDROM_DEVICE_H

#include <igdrom/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The PCI vendor id of every device in the tables. */
#define IGDROM_VENDOR_INTEL 0x8086

/** One row of the device table; static. */
struct igdrom_device;

/** What a row describes. */
enum igdrom_device_kind {
	IGDROM_DEVICE_IGD = 1,      /**< integrated graphics */
	IGDROM_DEVICE_DISCRETE = 2, /**< a card of its own: no OpRegion, no stolen memory */
};

/** How the size of stolen memory (GMS) is encoded in GGC, configuration offset 50h. */
enum igdrom_stolen_family {
	IGDROM_STOLEN_UNKNOWN = 0,
	IGDROM_STOLEN_NONE = 1, /**< not taken from configuration space (LMEMBAR, Meteor Lake on) */
	IGDROM_STOLEN_GEN6 = 2, /**< bits 7:3, units of 32 MiB */
	IGDROM_STOLEN_GEN8 = 3, /**< bits 15:8, units of 32 MiB */
	IGDROM_STOLEN_CHV = 4,  /**< bits 7:3, 32 MiB units, then two ranges of 4 MiB steps */
	IGDROM_STOLEN_GEN9 = 5, /**< bits 15:8, 32 MiB units, F0h-FEh 4 MiB steps */
};

/** Where the base of stolen memory (BDSM) is programmed in configuration space. */
enum igdrom_bdsm_kind {
	IGDROM_BDSM_UNKNOWN = 0,
	IGDROM_BDSM_NONE = 1,  /**< no register: nothing for guest firmware to set */
	IGDROM_BDSM_32_5C = 2, /**< 32 bit at 5Ch */
	IGDROM_BDSM_64_C0 = 3, /**< 64 bit at C0h */
};

/**
 * Reads a PCI device id as people write it: "4680", "0x4680", "8086:4680", "[8086:4680]", any case.
 * Without 0x an id has four digits.
 * @param text NUL-terminated
 * @param out the device id
 * @return IGDROM_OK; IGDROM_E_INVAL (not an id); IGDROM_E_UNSUPPORTED (a vendor other than 8086)
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_device_parse_id(const char *text,
								       uint16_t *out);

/**
 * Looks a device id up.
 * @param device_id PCI device id, vendor 8086
 * @param out static row; NULL when there is none
 * @return IGDROM_OK, IGDROM_E_NOT_FOUND (the id is in no table), IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_device_lookup(uint16_t device_id, const struct igdrom_device **out);

/** Number of rows, integrated and discrete. @return count @since 0.1 */
IGDROM_API size_t igdrom_device_count(void);
/** A row, in ascending order of device id. @param index 0 .. count - 1 @return static, or NULL
 * @since 0.1 */
IGDROM_API const struct igdrom_device *igdrom_device_at(size_t index);

/** PCI device id. @param device row @return the id @since 0.1 */
IGDROM_API uint16_t igdrom_device_id(const struct igdrom_device *device);
/** Integrated or discrete. @param device row @return the kind @since 0.1 */
IGDROM_API enum igdrom_device_kind igdrom_device_kind(const struct igdrom_device *device);
/** Short platform name in kernel spelling ("ADLS"). @param device row @return static @since 0.1 */
IGDROM_API const char *igdrom_device_platform(const struct igdrom_device *device);
/** Codename ("Alder Lake-S"). @param device row @return static @since 0.1 */
IGDROM_API const char *igdrom_device_codename(const struct igdrom_device *device);
/** Name in pci.ids. @param device row @return static, NULL when pci.ids has none @since 0.1 */
IGDROM_API const char *igdrom_device_name(const struct igdrom_device *device);
/** Generation of graphics ("12.00"; kernel, GMD_ID). @param device row @return static or NULL
 * @since 0.1 */
IGDROM_API const char *igdrom_device_graphics_version(const struct igdrom_device *device);
/** Version of the display engine ("13"). @param device row @return static or NULL @since 0.1 */
IGDROM_API const char *igdrom_device_display_version(const struct igdrom_device *device);
/** Size class ("GT2"). @param device row @return static or NULL @since 0.1 */
IGDROM_API const char *igdrom_device_gt(const struct igdrom_device *device);
/** Kind of machine ("desktop", "mobile H", "server"). @param device row @return static or NULL
 * @since 0.1 */
IGDROM_API const char *igdrom_device_form(const struct igdrom_device *device);
/** What sets the id apart within its platform ("pre-production", "Crystal Well", "Xeon E").
 * @param device row @return static or NULL @since 0.1 */
IGDROM_API const char *igdrom_device_variant(const struct igdrom_device *device);
/** Macro of the kernel's list that holds the id, without INTEL_ and _IDS ("SKL_ULT_GT2").
 * @param device row @return static @since 0.1 */
IGDROM_API const char *igdrom_device_kernel_macro(const struct igdrom_device *device);
/** CPU generation in words ("12th gen (desktop, HX)"). @param device row @return static or NULL
 * @since 0.1 */
IGDROM_API const char *igdrom_device_cpu_generation(const struct igdrom_device *device);
/** Family of GOP drivers, a key of the families table ("gop17-tgl-rpls"). @param device row
 * @return static; NULL when no GOP is known @since 0.1 */
IGDROM_API const char *igdrom_device_gop_family(const struct igdrom_device *device);
/** GOP versions in which this very id was read ("17.0.1060,17.0.1064"). @param device row
 * @return static; NULL when it was read in none @since 0.1 */
IGDROM_API const char *igdrom_device_gop_versions(const struct igdrom_device *device);
/** Encoding of the stolen memory size. @param device row @return the family @since 0.1 */
IGDROM_API enum igdrom_stolen_family
igdrom_device_stolen_family(const struct igdrom_device *device);
/** The family as the word used in JSON: "none", "gen6", "gen8", "chv", "gen9". @param device row
 * @return static; NULL when unknown @since 0.1 */
IGDROM_API const char *igdrom_device_stolen_family_name(const struct igdrom_device *device);
/** Register of the stolen memory base. @param device row @return the kind @since 0.1 */
IGDROM_API enum igdrom_bdsm_kind igdrom_device_bdsm_kind(const struct igdrom_device *device);
/** The kind as the word used in JSON, width@offset: "none", "32@5C", "64@C0". @param device row
 * @return static; NULL when unknown @since 0.1 */
IGDROM_API const char *igdrom_device_bdsm_name(const struct igdrom_device *device);
/** Whether boards of this platform carry a legacy VBIOS; UNKNOWN when only some boards do.
 * @param device row @return yes, no, unknown @since 0.1 */
IGDROM_API enum igdrom_tristate igdrom_device_legacy_vbios(const struct igdrom_device *device);
/** The same in words when it is neither yes nor no ("few boards"). @param device row
 * @return static or NULL @since 0.1 */
IGDROM_API const char *igdrom_device_legacy_vbios_note(const struct igdrom_device *device);
/** Whether Linux makes mediated devices of it (GVT-g). @param device row @return yes, no, unknown
 * @since 0.1 */
IGDROM_API enum igdrom_tristate igdrom_device_gvt(const struct igdrom_device *device);
/** Whether a GOP for this device refuses a guest whose 00:1f.0 has no Intel LPC id. YES when some of
 * the drivers that list the id do and some do not. @param device row @return yes, no, unknown (no driver was read) @since 0.1 */
IGDROM_API enum igdrom_tristate igdrom_device_needs_lpc(const struct igdrom_device *device);
/** Lowest QEMU release from which every later one gives a boot picture on i440fx + OVMF ("10.0").
 * @param device row @return static; NULL when no release does or it is not known @since 0.1 */
IGDROM_API const char *igdrom_device_min_qemu(const struct igdrom_device *device);
/** QEMU releases that give a boot picture on i440fx + OVMF, as text: ranges joined by ", ", an open
 * end without a number ("2.7-4.2, 5.1-9.1, 10.0-"). This is QEMU's side: whether a GOP was ever seen
 * is told by igdrom_device_gop_family() and igdrom_device_needs_lpc(). @param device row
 * @return static; "" when none does; NULL when not known @since 0.1 */
IGDROM_API const char *igdrom_device_qemu_ranges(const struct igdrom_device *device);
/** Conditions and reasons behind the ranges, in words. @param device row @return static or NULL
 * @since 0.1 */
IGDROM_API const char *igdrom_device_qemu_note(const struct igdrom_device *device);
/** Where the ranges were read. @param device row @return static; NULL for a discrete device
 * @since 0.1 */
IGDROM_API const char *igdrom_device_qemu_source(const struct igdrom_device *device);
/** The last QEMU release the tables know ("11.0"): an open end claims nothing beyond it.
 * @return static @since 0.1 */
IGDROM_API const char *igdrom_device_last_qemu(void);
/** PCI function that carries display audio, typical ("00:1f.3"). @param device row
 * @return static or NULL @since 0.1 */
IGDROM_API const char *igdrom_device_audio_function(const struct igdrom_device *device);
/** Signatures that VBTs of this platform carry. @param device row @return static or NULL
 * @since 0.1 */
IGDROM_API const char *igdrom_device_vbt_signature(const struct igdrom_device *device);
/** What drivers call the ports that a VBT counts as A, B, C, ... ("A TC1 TC2 TC3 TC4").
 * @param device row @return static, separated by blanks; NULL when drivers count as the VBT does
 * @since 0.1 */
IGDROM_API const char *igdrom_device_ddi_names(const struct igdrom_device *device);
/** A remark on this id. @param device row @return static or NULL @since 0.1 */
IGDROM_API const char *igdrom_device_note(const struct igdrom_device *device);
/** A remark on the whole platform. @param device row @return static or NULL @since 0.1 */
IGDROM_API const char *igdrom_device_platform_note(const struct igdrom_device *device);
/** Where the row was read ("torvalds/linux:include/drm/intel/pciids.h @0755a4e3e809; ...").
 * @param device row @return static, never empty @since 0.1 */
IGDROM_API const char *igdrom_device_source(const struct igdrom_device *device);
/** Where the facts on the whole platform were read. @param device row @return static; NULL for a
 * discrete device @since 0.1 */
IGDROM_API const char *igdrom_device_platform_source(const struct igdrom_device *device);

/**
 * Size of stolen memory from GGC (configuration word 50h), decoded as the device's family says.
 * Source: torvalds/linux:arch/x86/kernel/early-quirks.c.
 * @param device row
 * @param ggc the word at configuration offset 50h
 * @param size bytes; 0 is a valid answer
 * @return IGDROM_OK; IGDROM_E_UNSUPPORTED (this family has none or is unknown); IGDROM_E_CORRUPT
 *         (a reserved encoding); IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_device_stolen_size(const struct igdrom_device *device, uint16_t ggc, uint64_t *size);

/** One row of the table of GOP driver families; static. */
struct igdrom_gop_family;
/** Number of families. @return count @since 0.1 */
IGDROM_API size_t igdrom_gop_family_count(void);
/** A family. @param index 0 .. count - 1 @return static, or NULL @since 0.1 */
IGDROM_API const struct igdrom_gop_family *igdrom_gop_family_at(size_t index);
/** A family by its key. @param name such as igdrom_device_gop_family() gives, or NULL
 * @return static, or NULL @since 0.1 */
IGDROM_API const struct igdrom_gop_family *igdrom_gop_family_lookup(const char *name);
/** Key of the family ("gop17-tgl-rpls"). Two rows stand for platforms without a driver: "none" (older
 * than every GOP) and "unknown" (none was found). @param family row @return static @since 0.1 */
IGDROM_API const char *igdrom_gop_family_name(const struct igdrom_gop_family *family);
/** Versions that were read or reported, joined by ", ". @param family row @return static or NULL
 * @since 0.1 */
IGDROM_API const char *igdrom_gop_family_versions(const struct igdrom_gop_family *family);
/** Platforms it belongs to, joined by ", ". @param family row @return static @since 0.1 */
IGDROM_API const char *igdrom_gop_family_platforms(const struct igdrom_gop_family *family);
/** How it is known: "read" (from driver files), "community" (somebody says so), "none".
 * @param family row @return static @since 0.1 */
IGDROM_API const char *igdrom_gop_family_evidence(const struct igdrom_gop_family *family);
/** What its builds cover, in words. @param family row @return static or NULL @since 0.1 */
IGDROM_API const char *igdrom_gop_family_coverage(const struct igdrom_gop_family *family);
/** How it treats a guest without a known LPC id at 00:1f.0, in words. @param family row
 * @return static or NULL @since 0.1 */
IGDROM_API const char *igdrom_gop_family_gate_note(const struct igdrom_gop_family *family);
/** Where this was read. @param family row @return static, never empty @since 0.1 */
IGDROM_API const char *igdrom_gop_family_source(const struct igdrom_gop_family *family);

#ifdef __cplusplus
}
#endif

#endif
