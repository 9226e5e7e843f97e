/* SPDX-License-Identifier: BSD-2-Clause */
/* Pictures: what is refused, how deep and how wide an image may be, memory that runs out. */
#include "unit/failing.h"

#include "unit/open_rig.h"

#include <igdrom/draw.h>

#include <stdio.h>
#include <string.h>

#define LEVELS 30
#define FILES  40

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

static enum igdrom_status draw_once(void *context, bool reference)
{
	const struct rig_run *run = context;
	char *svg;
	enum igdrom_status status = igdrom_contents_to_svg(run->contents, "title", &svg);

	(void)reference;
	assert_true(status == IGDROM_OK ? svg != NULL : svg == NULL);
	igdrom_string_free(svg);
	return status;
}

static void memory_that_runs_out_is_told_and_nothing_leaks(void **state)
{
	struct rig_run run = look_at_files(3);

	(void)state;
	fail_each_told(draw_once, &run, 20);
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
