/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_COMPRESS_X86_H
#define IGDROM_COMPRESS_X86_H

#include <stddef.h>
#include <stdint.h>

/*
 * Undoes the x86 branch filter (the BCJ of xz, x86_Convert() of the LZMA SDK): targets of CALL and
 * JMP, which it made absolute, become relative again. The first byte has address 0.
 */
void x86_unfilter(uint8_t *data, size_t size);

#endif
