/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_IGD_CRC32_H
#define IGDROM_IGD_CRC32_H

#include <stddef.h>
#include <stdint.h>

/*
 * CRC-32 of IEEE 802.3 (reflected polynomial EDB88320h, as in zlib and gzip), without a table so
 * that the guest driver stays small. Begin with crc 0; the result continues over further bytes.
 */
uint32_t igd_crc32(uint32_t crc, const void *data, size_t size);

#endif
