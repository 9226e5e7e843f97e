/* SPDX-License-Identifier: BSD-2-Clause */
/* The document of a firmware image: nesting, images that end early, memory that runs out. */
#include "unit/unit.h"

#include "unit/image_writer.h"
#include "unit/json_reader.h"

#include <igdrom/json.h>

#define NEVER  SIZE_MAX
#define VOLUME 0x4000
#define DEEP   300 /* sections inside each other */

static size_t allocations;
static size_t fail_at = NEVER;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);

/* In the place of the library's allocator, by the linker, and of cJSON's, by its hooks. */
void *__wrap_malloc(size_t size)
{
	return allocations++ == fail_at ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return allocations++ == fail_at ? NULL : __real_calloc(count, size);
}

/* A volume with one file, of sections inside each other and a name. */
static struct blob make_image(size_t nested)
{
	struct blob body = {0}, file = {0}, files = {0}, image = {0};

	put_section_text(&body, 0x19, "0123456789abcdef");
	for (size_t i = 0; i < nested; i++) {
		struct blob outer = {0};

		put_compressed(&outer, 0, (uint32_t)body.size, &body);
		body = outer;
	}
	blob_put(&file, body.data, body.size);
	blob_free(&body);
	put_ui(&file, "Test");
	put_file(&files, 0x11, 0x07, &file);
	put_volume(&image, writer_ffs2, VOLUME, &files);
	return image;
}

static struct igdrom_firmware *open_image(const struct blob *image, uint64_t depth)
{
	struct igdrom_firmware *firmware = NULL;
	struct igdrom_limits *limits;

	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_DEPTH, depth), IGDROM_OK);
	assert_int_equal(igdrom_firmware_open(image->data, image->size, limits, NULL, &firmware),
			 IGDROM_OK);
	igdrom_limits_free(limits);
	return firmware;
}

static void nodes_nest_as_they_do_in_the_image(void **state)
{
	struct blob image = make_image(1);
	struct igdrom_firmware *firmware = open_image(&image, 32);
	const cJSON *tree, *volume, *file, *section;
	cJSON *root;
	char *text;

	(void)state;
	assert_int_equal(igdrom_firmware_to_json(firmware, NULL, &text), IGDROM_OK);
	root = parse(text);
	assert_number(root, "size", VOLUME);
	tree = need(root, "tree");
	assert_text(tree, "kind", "image");
	assert_true(cJSON_IsNull(need(tree, "guid")));
	volume = cJSON_GetArrayItem(need(tree, "children"), 0);
	assert_text(volume, "kind", "volume");
	assert_text(volume, "type", "FFS2");
	assert_number(volume, "size", VOLUME);
	file = cJSON_GetArrayItem(need(volume, "children"), 0);
	assert_text(file, "kind", "file");
	assert_text(file, "name", "Test");
	assert_text(file, "guid", "11111111-1111-1111-1111-111111111111");
	assert_number(file, "type_number", 7);
	assert_number(file, "offset", 72);
	assert_true(cJSON_IsTrue(need(file, "in_file")));
	section = cJSON_GetArrayItem(need(file, "children"), 0);
	assert_text(section, "kind", "section");
	assert_number(section, "type_number", 1);
	section = cJSON_GetArrayItem(need(section, "children"), 0);
	assert_text(section, "type", "RAW");
	assert_number(section, "size", 20);
	assert_int_equal(cJSON_GetArraySize(need(section, "children")), 0);
	cJSON_Delete(root);
	igdrom_string_free(text);
	igdrom_firmware_free(firmware);
	blob_free(&image);
}

static void what_is_too_deep_for_a_document_is_left_out(void **state)
{
	struct blob image = make_image(DEEP);
	struct igdrom_firmware *firmware = open_image(&image, 2 * DEEP);
	const cJSON *node, *children = NULL;
	size_t depth = 0, most = 0;
	cJSON *root;
	char *text;

	(void)state;
	for (const struct igdrom_firmware_node *n = igdrom_firmware_root(firmware); n;
	     n = igdrom_firmware_node_first_child(n))
		most++;
	assert_int_equal(igdrom_firmware_to_json(firmware, NULL, &text), IGDROM_OK);
	root = parse(text);
	for (node = need(root, "tree"); node; node = cJSON_GetArrayItem(children, 0)) {
		children = need(node, "children");
		depth++;
	}
	/* The deepest that is shown says that it does not tell what is below it. */
	assert_true(cJSON_IsNull(children));
	assert_true(depth > 64 && depth < most);
	cJSON_Delete(root);
	igdrom_string_free(text);
	igdrom_firmware_free(firmware);
	blob_free(&image);
}

static void memory_that_runs_out_is_told_and_nothing_leaks(void **state)
{
	cJSON_Hooks hooks = {__wrap_malloc, free};
	struct blob image = make_image(3);
	struct igdrom_firmware *firmware = open_image(&image, 32);
	enum igdrom_status status = IGDROM_E_NOMEM;
	size_t i = 0;
	char *text;

	(void)state;
	cJSON_InitHooks(&hooks);
	for (; status == IGDROM_E_NOMEM; i++) {
		allocations = 0;
		fail_at = i;
		status = igdrom_firmware_to_json(firmware, NULL, &text);
		fail_at = NEVER;
		assert_true(status == IGDROM_OK ? text != NULL : text == NULL);
	}
	cJSON_InitHooks(NULL);
	assert_int_equal(status, IGDROM_OK);
	assert_true(i > 100);
	igdrom_string_free(text);
	igdrom_firmware_free(firmware);
	blob_free(&image);
}

static void arguments_that_are_missing_are_refused(void **state)
{
	char old[] = "old", *text = old;

	(void)state;
	assert_int_equal(igdrom_firmware_to_json(NULL, NULL, &text), IGDROM_E_INVAL);
	assert_null(text);
	assert_int_equal(igdrom_firmware_to_json(NULL, NULL, NULL), IGDROM_E_INVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nodes_nest_as_they_do_in_the_image),
		cmocka_unit_test(what_is_too_deep_for_a_document_is_left_out),
		cmocka_unit_test(memory_that_runs_out_is_told_and_nothing_leaks),
		cmocka_unit_test(arguments_that_are_missing_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
