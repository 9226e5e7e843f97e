/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that runs out: each allocation of a job fails in turn, once alone and once with all that
 * follow. Programs link with
 *   LINKER:--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=strdup
 */
#ifndef TESTS_UNIT_FAILING_H
#define TESTS_UNIT_FAILING_H

#include "unit/unit.h"

#include <igdrom/status.h>

/*
 * reference: this run is with memory, and later ones that succeed must do the same. What is handed
 * out must be given back in any case (the sanitizers look).
 */
typedef enum igdrom_status failing_job(void *context, bool reference);

/*
 * The job says IGDROM_E_NOMEM, or succeeds in spite of it. most: of the allocations so many are
 * made to fail, spread over all; 0: each. At least so many there must be.
 */
void fail_each(failing_job *job, void *context, size_t most, size_t least);
/* The same for a job that says it of every allocation, each of which fails. */
void fail_each_told(failing_job *job, void *context, size_t least);

#endif
