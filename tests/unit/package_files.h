/* SPDX-License-Identifier: BSD-2-Clause */
/* The packages that tests/fixtures/packages.py wrote, for the tests of the room wrap. */
#ifndef IGDROM_TESTS_PACKAGE_FILES_H
#define IGDROM_TESTS_PACKAGE_FILES_H

#include "unit/unit.h"

#include "wrap/wrap.h"

#define FILE_MAX ((size_t)1 << 20)
#define PART_MAX ((size_t)1 << 20)

struct file {
	uint8_t *data;
	size_t size;
};

/* Where findings go; a new one for each test. */
extern struct igdrom_report *report;

void add(void *to, enum finding_code code, uint64_t offset, const struct igdrom_finding_arg *args,
	 size_t arg_count);
struct file load(const char *name);
enum igdrom_status unpack(struct file file, struct wrap_parts *parts);
void forget_findings(void);

/* Around each test. */
int set_up(void **state);
int tear_down(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
