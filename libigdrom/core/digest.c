/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/digest.h"

#include <sys/types.h>
#include <sha2.h>

void digest_sha256(const void *data, size_t size, uint8_t out[DIGEST_SHA256_SIZE])
{
	SHA2_CTX context;

	SHA256Init(&context);
	if (size)
		SHA256Update(&context, data, size);
	SHA256Final(out, &context);
}

void digest_sha256_hex(const void *data, size_t size, char out[DIGEST_SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t raw[DIGEST_SHA256_SIZE];

	digest_sha256(data, size, raw);
	for (size_t i = 0; i < sizeof(raw); i++) {
		out[2 * i] = digits[raw[i] >> 4];
		out[2 * i + 1] = digits[raw[i] & 15];
	}
	out[2 * sizeof(raw)] = '\0';
}
