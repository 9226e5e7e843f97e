/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Layer: pictures, as SVG 1.1 without scripts and without anything from outside: they may be shown
 * in web pages. What comes from a file is escaped in them.
 */
#ifndef IGDROM_DRAW_H
#define IGDROM_DRAW_H

#include <igdrom/open.h>
#include <igdrom/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Most rectangles in one picture. */
#define IGDROM_SVG_RECTANGLES 4000

/**
 * Draws a firmware image: its parts from left to right in proportion, what packed parts unpack to
 * beneath them, each with a tooltip; GOP drivers, VBTs, video BIOSes and our driver are pointed at.
 * The same contents give the same bytes. Small parts side by side become one; a picture has at most
 * IGDROM_SVG_RECTANGLES rectangles and 16 MiB.
 * @param contents what igdrom_contents_open() found in a file
 * @param title stands above it, such as the name of the file, UTF-8; NULL: "Firmware image"
 * @param out owned text, UTF-8; free with igdrom_string_free()
 * @return IGDROM_OK, IGDROM_E_NOT_FOUND (the file is no firmware image), IGDROM_E_NOMEM,
 *         IGDROM_E_INVAL
 * @since 0.1
 */
IGDROM_API IGDROM_MUST_CHECK enum igdrom_status
igdrom_contents_to_svg(const struct igdrom_contents *contents, const char *title, char **out);

#ifdef __cplusplus
}
#endif

#endif
