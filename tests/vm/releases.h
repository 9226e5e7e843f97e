/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of plans know of QEMU by themselves: nothing here comes from the rules' tables. */
#ifndef IGDROM_TESTS_VM_RELEASES_H
#define IGDROM_TESTS_VM_RELEASES_H

#include <stdbool.h>
#include <stddef.h>

/* QEMU's releases from its download page, ascending, up to the last one that the rules know. */
static const char *const releases[] = {
	"2.6", "2.7", "2.8", "2.9", "2.10", "2.11", "2.12", "3.0",  "3.1",  "4.0",  "4.1",
	"4.2", "5.0", "5.1", "5.2", "6.0",  "6.1",  "6.2",  "7.0",  "7.1",  "7.2",  "8.0",
	"8.1", "8.2", "9.0", "9.1", "9.2",  "10.0", "10.1", "10.2", "11.0", "11.1",
};
#define RELEASE_COUNT (sizeof(releases) / sizeof(releases[0]))

/* Index in releases[]; RELEASE_COUNT when it is none of them. */
size_t release_index(const char *name, size_t length);

/* Whether a list such as "2.7-4.2,5.1" holds the release. */
bool release_in(const char *list, size_t release);

#endif
