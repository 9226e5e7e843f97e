/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_CORE_TEXT_H
#define IGDROM_CORE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * A copy of at most `most` bytes of text that is valid UTF-8 without control characters: what is
 * neither becomes '?'. Owned by the caller; NULL when memory ran out.
 */
char *text_clean(const char *text, size_t size, size_t most);

/*
 * UTF-16LE up to its end or a NUL as UTF-8, without one; half of a surrogate pair becomes '?'. The
 * bytes written; it ends early when a character may not fit into what is left of the room.
 */
size_t text_from_utf16(const uint8_t *utf16, size_t size, char *out, size_t room);

#endif
