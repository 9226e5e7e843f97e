/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_CORE_TEXT_H
#define IGDROM_CORE_TEXT_H

#include <stddef.h>

/*
 * A copy of at most `most` bytes of text that is valid UTF-8 without control characters: what is
 * neither becomes '?'. Owned by the caller; NULL when memory ran out.
 */
char *text_clean(const char *text, size_t size, size_t most);

#endif
