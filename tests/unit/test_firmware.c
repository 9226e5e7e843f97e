/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include "unit/image_writer.h"

#include <igdrom/firmware.h>

#include <stdio.h>

#define VOLUME 0x1000

struct run {
	struct igdrom_report *report;
	struct igdrom_firmware *firmware;
	enum igdrom_status status;
};

static struct run open_blob(struct blob *image, const struct igdrom_limits *limits)
{
	struct run run = {0};

	assert_int_equal(igdrom_report_new(&run.report), IGDROM_OK);
	run.status =
		igdrom_firmware_open(image->data, image->size, limits, run.report, &run.firmware);
	blob_free(image);
	return run;
}

static void close_run(struct run *run)
{
	igdrom_firmware_free(run->firmware);
	igdrom_report_free(run->report);
}

/* The tree as text: one letter for each kind, the type, children in brackets. */
static void print_tree(const struct igdrom_firmware_node *root, char *out, size_t room)
{
	const struct igdrom_firmware_node *node = root;
	size_t n = 0;

	for (;;) {
		n += (size_t)snprintf(out + n, room - n, "%.2s:%s",
				      igdrom_node_kind_name(igdrom_firmware_node_kind(node)),
				      igdrom_firmware_node_type(node));
		assert_true(n < room - 64);
		if (igdrom_firmware_node_first_child(node)) {
			n += (size_t)snprintf(out + n, room - n, "(");
			node = igdrom_firmware_node_first_child(node);
			continue;
		}
		while (node != root && !igdrom_firmware_node_next(node)) {
			n += (size_t)snprintf(out + n, room - n, ")");
			node = igdrom_firmware_node_parent(node);
		}
		if (node == root)
			return;
		n += (size_t)snprintf(out + n, room - n, " ");
		node = igdrom_firmware_node_next(node);
	}
}

static void assert_tree(const struct run *run, const char *expected)
{
	char text[4096];

	assert_int_equal(run->status, IGDROM_OK);
	print_tree(igdrom_firmware_root(run->firmware), text, sizeof(text));
	assert_string_equal(text, expected);
}

static bool says(const struct run *run, const char *code)
{
	for (size_t i = 0; i < igdrom_report_count(run->report); i++) {
		if (!strcmp(igdrom_finding_code(igdrom_report_at(run->report, i)), code))
			return true;
	}
	return false;
}

static void put_driver(struct blob *files, uint8_t id, const char *name)
{
	struct blob sections = {0};

	put_section_text(&sections, 0x10, "MZ driver");
	put_ui(&sections, name);
	put_file(files, id, 0x07, &sections);
}

static void reads_a_volume_with_files_and_sections(void **state)
{
	struct blob image = {0}, files = {0};
	const struct igdrom_firmware_node *file, *section;
	struct igdrom_bytes body;
	struct run run;
	char *path;

	(void)state;
	put_driver(&files, 0x11, "First");
	put_driver(&files, 0x22, "Second");
	put_volume(&image, writer_ffs2, VOLUME, &files);
	run = open_blob(&image, NULL);
	assert_tree(&run, "im:(vo:FFS2(fi:DRIVER(se:PE32 se:USER_INTERFACE) "
			  "fi:DRIVER(se:PE32 se:USER_INTERFACE) fr:))");
	assert_int_equal(igdrom_report_count(run.report), 0);
	file = igdrom_firmware_node_first_child(
		igdrom_firmware_node_first_child(igdrom_firmware_root(run.firmware)));
	assert_string_equal(igdrom_firmware_node_name(file), "First");
	assert_string_equal(igdrom_firmware_node_guid(file),
			    "11111111-1111-1111-1111-111111111111");
	assert_int_equal(igdrom_firmware_node_offset(file), 72);
	section = igdrom_firmware_node_first_child(file);
	assert_int_equal(igdrom_firmware_node_file_offset(section), 72 + 24);
	body = igdrom_firmware_node_body(section);
	assert_int_equal(body.size, 9);
	assert_memory_equal(body.data, "MZ driver", 9);
	assert_int_equal(igdrom_firmware_node_path(section, &path), IGDROM_OK);
	assert_string_equal(path, "volume 8C8CE578-8A3D-4F1C-9935-896185C32DD3/file "
				  "11111111-1111-1111-1111-111111111111 First/PE32");
	igdrom_string_free(path);
	close_run(&run);
}

static void finds_volumes_at_any_offset(void **state)
{
	struct blob image = {0}, files = {0};
	struct run run;

	(void)state;
	blob_fill(&image, 13, 0x33);
	put_driver(&files, 0x11, "First");
	put_volume(&image, writer_ffs2, VOLUME, &files);
	put_volume(&image, writer_ffs3, VOLUME, &files);
	blob_text(&image, "the end");
	run = open_blob(&image, NULL);
	assert_tree(&run, "im:(pa:empty vo:FFS2(fi:DRIVER(se:PE32 se:USER_INTERFACE) fr:) "
			  "vo:FFS3(fr:) pa:data)");
	close_run(&run);
}

static void bytes_without_structure_are_not_recognized(void **state)
{
	struct blob image = {0};
	struct run run;

	(void)state;
	blob_text(&image,
		  "Nothing that firmware has. _FVH alone makes no volume, nor does \x55\xaa.");
	run = open_blob(&image, NULL);
	assert_int_equal(run.status, IGDROM_E_NOT_RECOGNIZED);
	assert_null(run.firmware);
	close_run(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_volume_with_files_and_sections),
		cmocka_unit_test(finds_volumes_at_any_offset),
		cmocka_unit_test(bytes_without_structure_are_not_recognized),
	};

	(void)says;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
