/* SPDX-License-Identifier: BSD-2-Clause */
/* Plans against decision.tsv, which was written by hand from QEMU's sources and documents. */
#include "../unit/unit.h"
#include "releases.h"

#include <igdrom/igdrom.h>

#include <stdio.h>

enum {
	NAME,
	DEVICES,
	QEMU,
	FIRMWARE,
	MACHINE,
	GUEST,
	WANT,
	EXTRA,
	POSSIBLE,
	PICTURE,
	PROPERTIES,
	SAYS,
	COLUMNS,
};

struct row {
	char *cells[COLUMNS];
};

/* Cuts a line at its tabs; false for comments, the head and lines with another number of cells. */
static bool cut(char *line, struct row *row)
{
	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '#' || strncmp(line, "name\t", 5) == 0)
		return false;
	for (int i = 0; i < COLUMNS; i++) {
		row->cells[i] = line;
		line += strcspn(line, "\t");
		if ((*line == '\t') != (i < COLUMNS - 1))
			fail_msg("row %s has not %d cells", row->cells[NAME], COLUMNS);
		if (*line)
			*line++ = '\0';
	}
	return true;
}

static void set(struct igdrom_vm_request *request, const char *key, const char *value)
{
	if (strcmp(value, "-") == 0)
		return;
	if (igdrom_vm_request_set(request, key, value, NULL) != IGDROM_OK)
		fail_msg("%s = %s is not taken", key, value);
}

static void set_extra(struct igdrom_vm_request *request, const char *extra)
{
	while (*extra && strcmp(extra, "-") != 0) {
		char pair[128];
		size_t length = strcspn(extra, ",");
		char *value;

		snprintf(pair, sizeof(pair), "%.*s", (int)length, extra);
		value = strchr(pair, '=');
		assert_non_null(value);
		*value++ = '\0';
		set(request, pair, value);
		extra += length + (extra[length] == ',');
	}
}

/* "name=value,..." in the order of the plan. */
static void list_properties(const struct igdrom_vm_plan *plan, char *out, size_t size)
{
	const struct igdrom_vm_config *config = igdrom_vm_plan_config(plan);
	size_t count = igdrom_vm_config_property_count(config, 0);
	size_t used = 0;

	snprintf(out, size, "-");
	for (size_t i = 0; i < count; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%s=%s", i ? "," : "",
					 igdrom_vm_config_property_name(config, 0, i),
					 igdrom_vm_config_property_value(config, 0, i));
}

/* Whether every "name=value" of one list is in the other. */
static bool all_in(const char *part, const char *whole)
{
	while (*part) {
		size_t length = strcspn(part, ",");
		const char *hit = whole;

		while (*hit && (strncmp(hit, part, length) != 0 ||
				(hit[length] != ',' && hit[length] != '\0'))) {
			hit += strcspn(hit, ",");
			hit += *hit == ',';
		}
		if (!*hit)
			return false;
		part += length + (part[length] == ',');
	}
	return true;
}

static bool yes(const char *cell)
{
	return strcmp(cell, "yes") == 0;
}

/* One cell of the table; the number of things wrong with the plan. */
static int judge(const struct row *row, const char *device, const char *qemu)
{
	char properties[512];
	struct igdrom_vm_request *request = NULL;
	struct igdrom_vm_plan *plan = NULL;
	const char *refusal;
	int wrong = 0;

	assert_int_equal(igdrom_vm_request_new(&request), IGDROM_OK);
	set(request, "device", device);
	set(request, "hypervisor", "qemu");
	set(request, "qemu", qemu);
	set(request, "rom", "/tmp/igd.rom");
	set(request, "firmware", row->cells[FIRMWARE]);
	set(request, "machine", row->cells[MACHINE]);
	set(request, "guest", row->cells[GUEST]);
	set(request, "want", row->cells[WANT]);
	set_extra(request, row->cells[EXTRA]);
	assert_int_equal(igdrom_vm_plan_new(request, NULL, &plan), IGDROM_OK);
	refusal = igdrom_vm_plan_refusal(plan);
	list_properties(plan, properties, sizeof(properties));
	if (igdrom_vm_plan_possible(plan) != yes(row->cells[POSSIBLE]) ||
	    igdrom_vm_plan_boot_picture(plan) != yes(row->cells[PICTURE]))
		wrong++;
	else if (strcmp(row->cells[PROPERTIES], "*") != 0 &&
		 (!all_in(properties, row->cells[PROPERTIES]) ||
		  !all_in(row->cells[PROPERTIES], properties)))
		wrong++;
	else if (strcmp(row->cells[SAYS], "-") != 0 &&
		 (!refusal || !strstr(refusal, row->cells[SAYS])))
		wrong++;
	if (wrong)
		print_error("%s: %s on QEMU %s: possible %d, picture %d, %s; %s\n",
			    row->cells[NAME], device, qemu, igdrom_vm_plan_possible(plan),
			    igdrom_vm_plan_boot_picture(plan), properties,
			    refusal ? refusal : "no refusal");
	igdrom_vm_plan_free(plan);
	igdrom_vm_request_free(request);
	return wrong;
}

static int judge_row(const struct row *row, size_t *cells)
{
	int wrong = 0;

	for (size_t i = 0; i < RELEASE_COUNT; i++) {
		const char *device = row->cells[DEVICES];

		if (!release_in(row->cells[QEMU], i))
			continue;
		while (*device) {
			char id[8];
			size_t length = strcspn(device, ",");

			snprintf(id, sizeof(id), "%.*s", (int)length, device);
			wrong += judge(row, id, releases[i]);
			(*cells)++;
			device += length + (device[length] == ',');
		}
	}
	return wrong;
}

static void every_cell_of_the_table_is_planned_so(void **state)
{
	char line[1024];
	FILE *file = fopen(DECISION_TABLE, "r");
	struct row row;
	size_t rows = 0;
	size_t cells = 0;
	int wrong = 0;

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		size_t before = cells;

		if (!cut(line, &row))
			continue;
		rows++;
		wrong += judge_row(&row, &cells);
		if (cells == before)
			fail_msg("row %s has no cell", row.cells[NAME]);
	}
	fclose(file);
	print_message("%zu rows, %zu cells, %d wrong\n", rows, cells, wrong);
	assert_true(rows > 50);
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_of_the_table_is_planned_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
