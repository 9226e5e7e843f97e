/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IGDROM_CORE_LIMITS_H
#define IGDROM_CORE_LIMITS_H

#include <igdrom/limits.h>

/* Tells the caller's progress function, if there is one; false: the call is to be canceled. */
bool limits_go_on(const struct igdrom_limits *limits, uint64_t done, uint64_t total);

#endif
