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

/** A display connector (child device); borrowed from its VBT. */
struct igdrom_vbt_port;

/** Number of display connectors. @param vbt object @return count @since 0.1 */
IGDROM_API size_t igdrom_vbt_port_count(const struct igdrom_vbt *vbt);
/** A display connector. @param vbt object @param index 0 .. count - 1 @return borrowed; NULL out of
 * range @since 0.1 */
IGDROM_API const struct igdrom_vbt_port *igdrom_vbt_port_at(const struct igdrom_vbt *vbt,
							    size_t index);
/** The connector in words ("HDMI-A on DDI B"). @param port object @return borrowed @since 0.1 */
IGDROM_API const char *igdrom_vbt_port_name(const struct igdrom_vbt_port *port);
/**
 * The connector as drivers of a device count the ports ("HDMI-A on DDI TC1"), see
 * igdrom_device_ddi_names().
 * @param port object
 * @param device_id PCI device id
 * @param out owned text; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOT_FOUND (the device is not known, or has no such port),
 *         IGDROM_E_NOMEM, IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_vbt_port_name_on(const struct igdrom_vbt_port *port, uint16_t device_id, char **out);
/** What can be connected, as DRM calls it: "HDMI-A", "DP", "DP++" (a DisplayPort that takes HDMI
 * adapters), "eDP", "DVI-D", "LVDS", "DSI", "VGA", "TV", "unknown". @param port object @return static
 * @since 0.1 */
IGDROM_API const char *igdrom_vbt_port_type(const struct igdrom_vbt_port *port);
/** Whether it is for a panel inside the machine. @param port object @return true when it is
 * @since 0.1 */
IGDROM_API bool igdrom_vbt_port_is_internal(const struct igdrom_vbt_port *port);
/** Letter of the digital port ("B"), counted as in the table. @param port object @return static; NULL for LVDS, VGA and TV @since 0.1 */
IGDROM_API const char *igdrom_vbt_port_ddi(const struct igdrom_vbt_port *port);
/** Letter of the AUX channel. @param port object @return static; NULL when none is named
 * @since 0.1 */
IGDROM_API const char *igdrom_vbt_port_aux(const struct igdrom_vbt_port *port);
/** GMBUS pin pair of the DDC lines, as the table counts them. @param port object @return number; 0
 * when none is named @since 0.1 */
IGDROM_API unsigned igdrom_vbt_port_ddc(const struct igdrom_vbt_port *port);
/** Most lanes of a DisplayPort. @param port object @return 1 to 4; 0 for other connectors and when
 * the table does not say (BDB before 244) @since 0.1 */
IGDROM_API unsigned igdrom_vbt_port_lanes(const struct igdrom_vbt_port *port);
/** Highest link rate of a DisplayPort. @param port object @return kHz per lane; 0 when the table does
 * not limit it @since 0.1 */
IGDROM_API unsigned igdrom_vbt_port_max_link_rate(const struct igdrom_vbt_port *port);
/** Highest TMDS clock of an HDMI connector. @param port object @return kHz; 0 when the table does not
 * limit it @since 0.1 */
IGDROM_API unsigned igdrom_vbt_port_max_tmds(const struct igdrom_vbt_port *port);
/** Device handle, which display switches use. @param port object @return number @since 0.1 */
IGDROM_API unsigned igdrom_vbt_port_handle(const struct igdrom_vbt_port *port);
/** Device type bits (intel_vbt_defs.h, DEVICE_TYPE_). @param port object @return bits @since 0.1 */
IGDROM_API unsigned igdrom_vbt_port_device_type(const struct igdrom_vbt_port *port);

/** What is special about a connector; bits. */
enum igdrom_vbt_port_flag {
	IGDROM_VBT_PORT_LANE_REVERSAL = 1, /**< lanes in reverse order */
	IGDROM_VBT_PORT_LSPCON = 2,        /**< HDMI 2.0 by a converter chip on the board */
	IGDROM_VBT_PORT_HPD_INVERT = 4,    /**< hot-plug line is inverted */
	IGDROM_VBT_PORT_TYPE_C = 8,        /**< a USB Type-C connector */
	IGDROM_VBT_PORT_THUNDERBOLT = 16,  /**< Thunderbolt */
};

/** What is special about a connector. @param port object @return bits of enum igdrom_vbt_port_flag
 * @since 0.1 */
IGDROM_API unsigned igdrom_vbt_port_flags(const struct igdrom_vbt_port *port);
/** A flag as a word for JSON: "lane-reversal", "lspcon", "hpd-invert", "type-c", "thunderbolt".
 * @param flag one bit @return static; "unknown" for any other value @since 0.1 */
IGDROM_API const char *igdrom_vbt_port_flag_name(enum igdrom_vbt_port_flag flag);

/** Panel type that has the firmware look for the panel by what its EDID says. */
#define IGDROM_VBT_PANEL_BY_EDID 255
/** Which panel the table selects. @param vbt object @return 0 to 15, or IGDROM_VBT_PANEL_BY_EDID, or
 * -1 when the table has no panel options @since 0.1 */
IGDROM_API int igdrom_vbt_panel_type(const struct igdrom_vbt *vbt);

/** A panel that the table has timings for; borrowed from its VBT. */
struct igdrom_vbt_panel;

/** Number of panels with timings. @param vbt object @return count @since 0.1 */
IGDROM_API size_t igdrom_vbt_panel_count(const struct igdrom_vbt *vbt);
/** A panel. @param vbt object @param index 0 .. count - 1 @return borrowed; NULL out of range
 * @since 0.1 */
IGDROM_API const struct igdrom_vbt_panel *igdrom_vbt_panel_at(const struct igdrom_vbt *vbt,
							      size_t index);
/** Number of the panel, which the panel type selects. @param panel object @return 0 to 15
 * @since 0.1 */
IGDROM_API unsigned igdrom_vbt_panel_number(const struct igdrom_vbt_panel *panel);
/** Whether the table selects it. @param panel object @return true for the panel type @since 0.1 */
IGDROM_API bool igdrom_vbt_panel_selected(const struct igdrom_vbt_panel *panel);
/** Pixels in a line. @param panel object @return pixels @since 0.1 */
IGDROM_API unsigned igdrom_vbt_panel_width(const struct igdrom_vbt_panel *panel);
/** Lines. @param panel object @return lines @since 0.1 */
IGDROM_API unsigned igdrom_vbt_panel_height(const struct igdrom_vbt_panel *panel);
/** Pixel clock. @param panel object @return kHz @since 0.1 */
IGDROM_API unsigned igdrom_vbt_panel_clock(const struct igdrom_vbt_panel *panel);

/** Name of the panel. @param panel object @return borrowed, ASCII; NULL when the table has none
 * @since 0.1 */
IGDROM_API const char *igdrom_vbt_panel_name(const struct igdrom_vbt_panel *panel);
/** Maker and product as in an EDID ("LGD 0471"). @param panel object @return borrowed, ASCII; NULL
 * when the table has none @since 0.1 */
IGDROM_API const char *igdrom_vbt_panel_pnp_id(const struct igdrom_vbt_panel *panel);
/** Bits per pixel, for panels on eDP. @param panel object @return 18, 24, 30, 36; 0 when the table
 * does not say @since 0.1 */
IGDROM_API unsigned igdrom_vbt_panel_color_depth(const struct igdrom_vbt_panel *panel);
/** Frequency of a backlight that is driven by pulse width. @param panel object @return Hz; 0 for any
 * other @since 0.1 */
IGDROM_API unsigned igdrom_vbt_panel_backlight(const struct igdrom_vbt_panel *panel);

/** Number of features that are on; those of panels only where there is a connector for one. @param vbt object @return count @since 0.1 */
IGDROM_API size_t igdrom_vbt_feature_count(const struct igdrom_vbt *vbt);
/** A general, driver or panel feature that is on ("spread spectrum clock for LVDS"). @param vbt object @param index 0 ..
 * count - 1 @return static; NULL out of range @since 0.1 */
IGDROM_API const char *igdrom_vbt_feature_at(const struct igdrom_vbt *vbt, size_t index);

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

/**
 * The OpRegion: 8 KiB of memory through which firmware and graphics driver talk, with the VBT in
 * mailbox 4 or, when it is larger, behind it (Intel IGD OpRegion specification; intel_opregion.c).
 */
struct igdrom_opregion;

/**
 * Reads an OpRegion, such as a copy of etc/igd-opregion or of i915's debugfs file i915_opregion.
 * @param data OpRegion, with the extended VBT behind it when there is one; copied
 * @param size bytes
 * @param report findings, or NULL
 * @param out owned; free with igdrom_opregion_free()
 * @return IGDROM_OK (also without a VBT); IGDROM_E_NOT_RECOGNIZED (no "IntelGraphicsMem");
 *         IGDROM_E_TRUNCATED (less than 8 KiB), IGDROM_E_LIMIT (more than 1 MiB), IGDROM_E_NOMEM,
 *         IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status igdrom_opregion_parse(const void *data, size_t size,
								      struct igdrom_report *report,
								      struct igdrom_opregion **out);

/** Frees an OpRegion with its VBT. @param opregion or NULL @since 0.1 */
IGDROM_API void igdrom_opregion_free(struct igdrom_opregion *opregion);

/** Version as text ("2.1"). @param opregion object @return borrowed @since 0.1 */
IGDROM_API const char *igdrom_opregion_version(const struct igdrom_opregion *opregion);
/** Size field of the header. @param opregion object @return KiB (8) @since 0.1 */
IGDROM_API unsigned igdrom_opregion_size_kib(const struct igdrom_opregion *opregion);

/** Mailboxes of an OpRegion; bits. */
enum igdrom_opregion_mailbox {
	IGDROM_MAILBOX_ACPI = 1,    /**< 1: public ACPI methods */
	IGDROM_MAILBOX_SWSCI = 2,   /**< 2: software SCI */
	IGDROM_MAILBOX_ASLE = 4,    /**< 3: driver notifications, backlight, RVDA */
	IGDROM_MAILBOX_VBT = 8,     /**< 4: the VBT */
	IGDROM_MAILBOX_ASLEXT = 16, /**< 5: extensions, EDID of a panel */
};

/** Mailboxes that are there. @param opregion object @return bits of enum igdrom_opregion_mailbox
 * @since 0.1 */
IGDROM_API unsigned igdrom_opregion_mailboxes(const struct igdrom_opregion *opregion);
/** A mailbox as a word for JSON: "acpi", "swsci", "asle", "vbt", "asle-ext". @param mailbox one bit
 * @return static; "unknown" for any other value @since 0.1 */
IGDROM_API const char *igdrom_opregion_mailbox_name(enum igdrom_opregion_mailbox mailbox);
/** Its VBT. @param opregion object @return borrowed; NULL when there is none @since 0.1 */
IGDROM_API const struct igdrom_vbt *igdrom_opregion_vbt(const struct igdrom_opregion *opregion);
/** Offset of the VBT: 400h in mailbox 4; 2000h and more behind the OpRegion (RVDA). @param opregion
 * object @return bytes; 0 when there is none @since 0.1 */
IGDROM_API size_t igdrom_opregion_vbt_offset(const struct igdrom_opregion *opregion);

#ifdef __cplusplus
}
#endif

#endif
