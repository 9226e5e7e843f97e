/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include "unit/findings.h"
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
	return find_in(run->report, code);
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

static const struct igdrom_firmware_node *find(const struct run *run, enum igdrom_node_kind kind,
					       unsigned type)
{
	const struct igdrom_firmware_node *node = igdrom_firmware_root(run->firmware);

	for (; node; node = igdrom_firmware_node_walk(node)) {
		if (igdrom_firmware_node_kind(node) == kind &&
		    igdrom_firmware_node_type_number(node) == type)
			return node;
	}
	fail_msg("no such node");
	return NULL;
}

/* The checksum is what Python's zlib.crc32() gives. */
static void checks_crc32_sections(void **state)
{
	for (uint32_t wrong = 0; wrong < 2; wrong++) {
		struct blob image = {0}, files = {0}, sections = {0}, data = {0}, head = {0},
			    body = {0};
		struct run run;

		(void)state;
		for (size_t i = 0; i < 1003; i++)
			blob_number(&data, i * 7 + 3, 1);
		put_section(&body, 0x19, &data);
		blob_number(&head, UINT32_C(0xee60d9e9) ^ wrong, 4);
		put_guided(&sections, writer_crc32, 2, &head, &body);
		put_file(&files, 1, 0x02, &sections);
		put_volume(&image, writer_ffs2, VOLUME, &files);
		run = open_blob(&image, NULL);
		assert_tree(&run, "im:(vo:FFS2(fi:FREEFORM(se:GUID_DEFINED(se:RAW)) fr:))");
		assert_int_equal(says(&run, "firmware-section-crc32"), wrong);
		close_run(&run);
	}
}

/* Sizes around those at which sums of several bytes at once begin and end. */
static void checks_data_sums_of_any_size(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 8, 9, 1023, 1024, 1025, 1032, 3000};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct blob image = {0}, files = {0}, body = {0};
		uint8_t sum = (uint8_t)(i % 2);
		struct run run;

		for (size_t k = 0; k < sizes[i / 2]; k++) {
			blob_number(&body, k < 2000 ? 0xff : k, 1);
			sum = (uint8_t)(sum - (k < 2000 ? 0xff : k));
		}
		put_file(&files, 1, 0x01, &body);
		files.data[19] = 0x40; /* the data has a checksum */
		files.data[16] = (uint8_t)(files.data[16] - 0x40);
		files.data[17] = sum;
		put_volume(&image, writer_ffs2, VOLUME, &files);
		run = open_blob(&image, NULL);
		assert_false(says(&run, "firmware-file-header-checksum"));
		assert_int_equal(says(&run, "firmware-file-data-checksum"), i % 2);
		close_run(&run);
	}
}

static void names_become_utf8(void **state)
{
	/* e acute, a musical sign outside of the first plane, half of a pair, a control character */
	static const uint16_t name[] = {'N', 0xe9, 0xd834, 0xdd1e, 0xd834, 7, 0};
	struct blob image = {0}, files = {0}, sections = {0}, body = {0};
	const struct igdrom_firmware_node *file;
	struct run run;

	(void)state;
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		blob_number(&body, name[i], 2);
	put_section(&sections, 0x15, &body);
	put_ui(&sections, "a second name");
	blob_number(&body, 3, 2);
	blob_put(&body, "1\0.\0002\0\0", 8);
	put_section(&sections, 0x14, &body);
	put_file(&files, 1, 0x07, &sections);
	put_volume(&image, writer_ffs2, VOLUME, &files);
	run = open_blob(&image, NULL);
	file = find(&run, IGDROM_NODE_FILE, 0x07);
	assert_string_equal(igdrom_firmware_node_name(file), "N\xc3\xa9\xf0\x9d\x84\x9e??");
	assert_string_equal(igdrom_firmware_node_name(find(&run, IGDROM_NODE_SECTION, 0x14)),
			    "1.2");
	close_run(&run);
}

/* What the table knows about a GUID is a name until the file says its own. */
static void a_known_guid_gives_a_name(void **state)
{
	static const uint8_t gop[] = {0xc8, 0xeb, 0x59, 0x8d, 0x5e, 0xb8, 0x0e, 0x40,
				      0x97, 0x0a, 0x1f, 0x99, 0x5d, 0x1d, 0xb9, 0x1e};

	(void)state;
	for (int named = 0; named < 2; named++) {
		struct blob image = {0}, files = {0}, sections = {0};
		const struct igdrom_firmware_node *file;
		struct run run;

		put_section_text(&sections, 0x10, "MZ");
		if (named)
			put_ui(&sections, "Own");
		put_file(&files, 1, 0x07, &sections);
		memcpy(files.data, gop, sizeof(gop));
		put_volume(&image, writer_ffs2, VOLUME, &files);
		run = open_blob(&image, NULL);
		file = find(&run, IGDROM_NODE_FILE, 0x07);
		assert_string_equal(igdrom_firmware_node_guid(file),
				    "8D59EBC8-B85E-400E-970A-1F995D1DB91E");
		assert_string_equal(igdrom_firmware_node_name(file),
				    named ? "Own" : "IntelGopDriver");
		close_run(&run);
	}
}

static void variables_are_no_files(void **state)
{
	struct blob image = {0}, files = {0};
	struct run run;

	(void)state;
	put_driver(&files, 0x11, "First");
	put_volume(&image, writer_nvram, VOLUME, &files);
	run = open_blob(&image, NULL);
	assert_tree(&run, "im:(vo:NVRAM)");
	close_run(&run);
}

static void getters_take_null(void **state)
{
	char *path;

	(void)state;
	igdrom_firmware_free(NULL);
	assert_null(igdrom_firmware_root(NULL));
	assert_int_equal(igdrom_firmware_node_count(NULL), 0);
	assert_int_equal(igdrom_firmware_decoded_size(NULL), 0);
	assert_null(igdrom_firmware_node_parent(NULL));
	assert_null(igdrom_firmware_node_first_child(NULL));
	assert_null(igdrom_firmware_node_next(NULL));
	assert_null(igdrom_firmware_node_walk(NULL));
	assert_string_equal(igdrom_firmware_node_type(NULL), "");
	assert_null(igdrom_firmware_node_guid(NULL));
	assert_null(igdrom_firmware_node_name(NULL));
	assert_null(igdrom_firmware_node_role(NULL));
	assert_false(igdrom_firmware_is_virtual(NULL));
	assert_null(igdrom_firmware_node_bytes(NULL).data);
	assert_null(igdrom_firmware_node_body(NULL).data);
	assert_false(igdrom_firmware_node_is_decoded(NULL));
	assert_int_equal(igdrom_firmware_node_path(NULL, &path), IGDROM_E_INVAL);
	assert_int_equal(igdrom_firmware_open(NULL, 1, NULL, NULL, NULL), IGDROM_E_INVAL);
	assert_string_equal(igdrom_node_kind_name((enum igdrom_node_kind)99), "unknown");
}

static void an_empty_input_is_not_recognized(void **state)
{
	struct igdrom_firmware *firmware;

	(void)state;
	assert_int_equal(igdrom_firmware_open(NULL, 0, NULL, NULL, &firmware),
			 IGDROM_E_NOT_RECOGNIZED);
	assert_null(firmware);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_volume_with_files_and_sections),
		cmocka_unit_test(finds_volumes_at_any_offset),
		cmocka_unit_test(bytes_without_structure_are_not_recognized),
		cmocka_unit_test(checks_crc32_sections),
		cmocka_unit_test(checks_data_sums_of_any_size),
		cmocka_unit_test(names_become_utf8),
		cmocka_unit_test(a_known_guid_gives_a_name),
		cmocka_unit_test(variables_are_no_files),
		cmocka_unit_test(getters_take_null),
		cmocka_unit_test(an_empty_input_is_not_recognized),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
