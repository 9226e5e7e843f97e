/* SPDX-License-Identifier: BSD-2-Clause */
/* What every cmocka program includes, in the order cmocka wants. */
#ifndef IGDROM_TESTS_UNIT_H
#define IGDROM_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#endif
