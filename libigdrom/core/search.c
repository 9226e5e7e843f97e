/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/search.h"

#include <string.h>

size_t search_next(const uint8_t *data, size_t size, size_t from,
		   const struct search_needle *needle)
{
	const uint8_t *bytes = needle->bytes;

	while (from < size && needle->size <= size - from) {
		size_t room = size - from - (needle->size - 1);
		const uint8_t *p = memchr(data + from + needle->key, bytes[needle->key], room);

		if (!p)
			break;
		from = (size_t)(p - data) - needle->key;
		if (memcmp(data + from, bytes, needle->size) == 0)
			return from;
		from++;
	}
	return size;
}
