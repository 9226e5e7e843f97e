/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes written as text, so that no binary is in the tree. Words apart by blanks or line ends, `#`
 * starts a comment:
 *
 *	4d5a 90          hex, two digits a byte
 *	"PCIR"           the characters; no escapes
 *	u16:0x8086       a number of 8, 16, 24, 32 or 64 bits, little endian
 *	repeat:512:ff    a byte, so many times
 *	pad:512:ff       a byte, up to the next multiple
 *	bits:0010110     bits, most significant first; bits: words in a row run together, and the
 *	                 last byte is filled with zeros
 */
#ifndef IGDROM_TESTS_RECIPE_H
#define IGDROM_TESTS_RECIPE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Builds the bytes of a recipe. Returns 0 and bytes to be freed with free() (never NULL), or -1
 * after a message about `name` on stderr.
 */
int recipe_build(const char *name, const char *text, uint8_t **data, size_t *size);

/* The same for the text in a file. */
int recipe_load(const char *path, uint8_t **data, size_t *size);

#endif
