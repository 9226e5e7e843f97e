/* SPDX-License-Identifier: BSD-2-Clause */
/* For programs that change images in files: what does not hold ends them. */
#ifndef TESTS_FIRMWARE_LOAD_H
#define TESTS_FIRMWARE_LOAD_H

#include <igdrom/status.h>

#include <stdbool.h>

void need(bool holds, const char *what);
/* The bytes of a file; igdrom_bytes_free(). */
struct igdrom_bytes load(const char *path);

#endif
