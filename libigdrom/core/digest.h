/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_CORE_DIGEST_H
#define IGDROM_CORE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SHA256_SIZE 32
#define DIGEST_SHA256_HEX  65 /* 64 digits and the NUL */

/* SHA-256 (FIPS 180-4, by libmd). */
void digest_sha256(const void *data, size_t size, uint8_t out[DIGEST_SHA256_SIZE]);

/* The same as lower-case hex. */
void digest_sha256_hex(const void *data, size_t size, char out[DIGEST_SHA256_HEX]);

#endif
