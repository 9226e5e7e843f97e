/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory for many bytes. */
#ifndef IGDROM_CORE_LARGE_H
#define IGDROM_CORE_LARGE_H

#include <stddef.h>

/*
 * malloc(), but where a block is large and will be written from end to end, the kernel is asked to
 * back it by huge pages: a fault for each 4 KiB takes a tenth of the time that LZMA takes to fill
 * them. free() frees it.
 */
void *large_alloc(size_t size);

#endif
