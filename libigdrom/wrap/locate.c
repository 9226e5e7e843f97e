/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking at bytes. */
#include "igd/crc32.h"
#include "wrap/internal.h"

#ifdef IGDROM_ZLIB
#include <zlib.h>
#endif

/* Packages that are no executables have their header here. */
#define HEAD_BYTES 65536

bool wrap_has(struct cur file, size_t offset, const char *bytes, size_t size)
{
	struct cur c = cur_sub(&file, offset, size);
	const uint8_t *p = cur_take(&c, size);

	return p && memcmp(p, bytes, size) == 0;
}

bool wrap_is_executable(struct cur file)
{
	return wrap_has(file, 0, WRAP_MAGIC("MZ")) ||
	       wrap_has(file, 0,
			WRAP_MAGIC("\x7f"
				   "ELF")) ||
	       wrap_has(file, 0, WRAP_MAGIC("#!"));
}

struct cur wrap_search_area(struct cur file)
{
	return cur_sub(&file, 0,
		       wrap_is_executable(file) || file.left < HEAD_BYTES ? file.left : HEAD_BYTES);
}

size_t wrap_search(struct cur file, size_t from, const char *bytes, size_t size)
{
	while (from <= file.left && size <= file.left - from) {
		const uint8_t *p =
			memchr(file.p + from, (uint8_t)bytes[0], file.left - from - size + 1);

		if (!p)
			break;
		from = (size_t)(p - file.p);
		if (memcmp(p, bytes, size) == 0)
			return from;
		from++;
	}
	return SIZE_MAX;
}

uint32_t wrap_crc32(const void *data, size_t size)
{
#ifdef IGDROM_ZLIB
	return (uint32_t)crc32_z(0, data, size);
#else
	return igd_crc32(0, data, size);
#endif
}

uint8_t wrap_xor8(const uint8_t *data, size_t size)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum ^= data[i];
	return sum;
}
