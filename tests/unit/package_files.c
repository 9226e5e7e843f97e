/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/package_files.h"

#include <stdio.h>

struct igdrom_report *report;

void add(void *to, enum finding_code code, uint64_t offset, const struct igdrom_finding_arg *args,
	 size_t arg_count)
{
	report_add(to, code, offset, args, arg_count);
}

struct file load(const char *name)
{
	struct file file = {.data = malloc(FILE_MAX)};
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", PACKAGES, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_non_null(file.data);
	file.size = fread(file.data, 1, FILE_MAX, f);
	assert_true(feof(f));
	fclose(f);
	file.data = realloc(file.data, file.size ? file.size : 1);
	assert_non_null(file.data);
	return file;
}

enum igdrom_status unpack(struct file file, struct wrap_parts *parts)
{
	struct wrap_caps caps = {.max_bytes = 16 * PART_MAX, .max_part = PART_MAX, .max_parts = 32};
	struct wrap_sink sink = {add, report, NULL};

	return wrap_unpack(cur_from(file.data, file.size, 0), &caps, &sink, parts);
}

void forget_findings(void)
{
	igdrom_report_free(report);
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
}

int set_up(void **state)
{
	(void)state;
	return igdrom_report_new(&report) != IGDROM_OK;
}

int tear_down(void **state)
{
	(void)state;
	igdrom_report_free(report);
	return 0;
}
