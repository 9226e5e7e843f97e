/* SPDX-License-Identifier: BSD-2-Clause */
/* Pictures: what is refused, how deep and how wide an image may be, memory that runs out. */
#include "unit/unit.h"

#include "unit/open_rig.h"

#include <igdrom/draw.h>

#include <stdio.h>
#include <string.h>

#define NEVER  SIZE_MAX
#define LEVELS 30
#define FILES  40

static size_t allocations, fail_at = NEVER;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
	return allocations++ == fail_at ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return allocations++ == fail_at ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return allocations++ == fail_at ? NULL : __real_realloc(old, size);
}

static void put_named(struct blob *files, size_t number)
{
	struct blob body = {0}, data = {0};
	char name[32];

	snprintf(name, sizeof(name), "Driver %zu", number);
	blob_fill(&data, 1000, 0x5a);
	put_section(&body, RIG_SECTION_RAW, &data);
	rig_put_module(files, (uint8_t)(number + 1), RIG_TYPE_DRIVER, &body, name);
}

static struct rig_run look_at_files(size_t count)
{
	struct blob files = {0};

	for (size_t i = 0; i < count; i++)
		put_named(&files, i);
	rig_put_table_file(&files, 0xee, "SKYLAKE", 1);
	return rig_look_in_volume(&files);
}

static size_t count_of(const char *text, const char *word)
{
	size_t count = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		count++;
	return count;
}

static void each_part_that_can_be_seen_is_a_box(void **state)
{
	struct rig_run run = look_at_files(FILES);
	char *svg;

	(void)state;
	assert_int_equal(igdrom_contents_to_svg(run.contents, "a & b", &svg), IGDROM_OK);
	assert_non_null(strstr(svg, "<title>a &amp; b</title>"));
	assert_non_null(strstr(svg, "Driver 0\n"));
	assert_non_null(strstr(svg, "VBT SKYLAKE"));
	assert_true(count_of(svg, "<rect") <= IGDROM_SVG_RECTANGLES);
	assert_string_equal(svg + strlen(svg) - 7, "</svg>\n");
	igdrom_string_free(svg);
	rig_end(&run);
}

static void what_is_no_firmware_has_no_picture(void **state)
{
	struct igdrom_contents *contents;
	char old[] = "old", *svg = old;
	size_t size = rig_forge("1000");

	(void)state;
	assert_int_equal(igdrom_contents_open(rig_pe, size, NULL, NULL, &contents), IGDROM_OK);
	assert_int_equal(igdrom_contents_to_svg(contents, NULL, &svg), IGDROM_E_NOT_FOUND);
	assert_null(svg);
	svg = old;
	assert_int_equal(igdrom_contents_to_svg(NULL, NULL, &svg), IGDROM_E_INVAL);
	assert_null(svg);
	assert_int_equal(igdrom_contents_to_svg(contents, NULL, NULL), IGDROM_E_INVAL);
	igdrom_contents_free(contents);
}

/* Volumes in files of volumes: more levels than there are rows. */
static void what_is_too_deep_is_left_out(void **state)
{
	struct blob image = {0};
	struct rig_run run;
	char *svg;

	(void)state;
	put_named(&image, 77);
	for (size_t i = 0; i < LEVELS; i++) {
		struct blob files = {0}, body = {0}, inner = {0};

		put_volume(&inner, writer_ffs2, 0x800 + i * 0x100, &image);
		put_section(&body, 0x17, &inner);
		put_file(&files, (uint8_t)i, 0x0b, &body);
		image = files;
	}
	run = rig_look_in_volume(&image);
	assert_int_equal(run.status, IGDROM_OK);
	assert_int_equal(igdrom_contents_to_svg(run.contents, NULL, &svg), IGDROM_OK);
	assert_non_null(strstr(svg, "Firmware image"));
	assert_null(strstr(svg, "Driver 77"));
	igdrom_string_free(svg);
	rig_end(&run);
}

static void memory_that_runs_out_is_told_and_nothing_leaks(void **state)
{
	struct rig_run run = look_at_files(3);
	enum igdrom_status status = IGDROM_E_NOMEM;
	size_t i = 0;
	char *svg;

	(void)state;
	for (; status == IGDROM_E_NOMEM; i++) {
		allocations = 0;
		fail_at = i;
		status = igdrom_contents_to_svg(run.contents, "title", &svg);
		fail_at = NEVER;
		assert_true(status == IGDROM_OK ? svg != NULL : svg == NULL);
	}
	assert_int_equal(status, IGDROM_OK);
	assert_true(i > 20);
	igdrom_string_free(svg);
	rig_end(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_part_that_can_be_seen_is_a_box),
		cmocka_unit_test(what_is_no_firmware_has_no_picture),
		cmocka_unit_test(what_is_too_deep_is_left_out),
		cmocka_unit_test(memory_that_runs_out_is_told_and_nothing_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
