/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/large.h"

#include <stdlib.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

void *large_alloc(size_t size)
{
#ifdef MADV_HUGEPAGE
	void *data;

	if (size >= HUGE_PAGE) {
		if (posix_memalign(&data, HUGE_PAGE, size) != 0)
			return NULL;
		(void)madvise(data, size, MADV_HUGEPAGE);
		return data;
	}
#endif
	return malloc(size);
}
