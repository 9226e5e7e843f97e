/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing XML: every text is escaped, every number is a decimal fraction with a point. */
#ifndef IGDROM_DRAW_SVG_H
#define IGDROM_DRAW_SVG_H

#include "core/builder.h"

#include <stdarg.h>

/* As printf(), but: %s is text, escaped; %r a word of ours, as it is; %n an int64_t in hundredths;
 * %%; nothing else. */
void svg_put(struct build *out, const char *format, ...);

/* How wide a text is at most in most fonts, in hundredths of its size. */
int64_t svg_text_width(const char *text);
/* Cuts text to a width, with an ellipsis when something is left; "" when that leaves nothing. room:
 * of text, at least 4 bytes more than it is long. */
void svg_text_cut(char *text, int64_t width);

#endif
