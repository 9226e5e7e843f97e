/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What surrounds volumes. The images are recipes, which the fuzz target reads too; their first lines
 * say what is to be found in them:
 *
 *   # tree: DEPTH KIND/TYPE OFFSET+SIZE NAME     numbers in hexadecimal
 *   # finding: CODE OFFSET                       all that are more than information
 */
#include "unit/unit.h"

#include <dirent.h>
#include <stdio.h>

#include <igdrom/firmware.h>
#include <igdrom/report.h>

#include "fixtures/recipe.h"

#define MAX_TEXT 8192
#define SKIPPED  77
#define MAX_FLIP 0x800 /* no header of these images lies behind */

/* The file "lzma" of cbfs.txt, and in it a byte of its stream and the end of that. */
#define LZMA_FILE_AT   0x240
#define LZMA_FILE_SIZE 0xc0
#define LZMA_BREAK     0x70
#define LZMA_END       0x89

#ifdef IGDROM_LZ4
#define DECODED 3 /* files of cbfs.txt that are compressed */
#else
#define DECODED 2
#endif

struct text {
	char bytes[MAX_TEXT];
	size_t used;
};

/* Volumes are named by what they are, and are empty; their free space is a node of its own. */
static const char *name_of(const struct igdrom_firmware_node *node)
{
	const char *name = igdrom_firmware_node_name(node);

	return igdrom_firmware_node_kind(node) == IGDROM_NODE_VOLUME || !name ? "" : name;
}

static void add_node(const struct igdrom_firmware_node *node, struct text *text)
{
	const struct igdrom_firmware_node *up = igdrom_firmware_node_parent(node);
	const char *name = name_of(node);
	unsigned depth = 0;

	if (igdrom_firmware_node_kind(up) == IGDROM_NODE_VOLUME)
		return;
	for (; igdrom_firmware_node_parent(up); up = igdrom_firmware_node_parent(up))
		depth++;
	text->used += (size_t)snprintf(
		text->bytes + text->used, MAX_TEXT - text->used, "# tree: %u %s/%s %llx+%zx%s%s\n",
		depth, igdrom_node_kind_name(igdrom_firmware_node_kind(node)),
		igdrom_firmware_node_type(node),
		(unsigned long long)igdrom_firmware_node_offset(node),
		igdrom_firmware_node_bytes(node).size, *name ? " " : "", name);
	assert_true(text->used < MAX_TEXT);
}

static void add_finding(const struct igdrom_finding *finding, struct text *text)
{
	if (igdrom_finding_severity(finding) == IGDROM_SEVERITY_INFO)
		return;
	text->used += (size_t)snprintf(text->bytes + text->used, MAX_TEXT - text->used,
				       "# finding: %s %llx\n", igdrom_finding_code(finding),
				       (unsigned long long)igdrom_finding_offset(finding));
	assert_true(text->used < MAX_TEXT);
}

/* Opens an image; what is in it goes to text. */
static void describe(const uint8_t *data, size_t size, struct text *text)
{
	const struct igdrom_firmware_node *node;
	struct igdrom_firmware *firmware;
	struct igdrom_report *report;

	*text = (struct text){.used = 0};
	assert_int_equal(igdrom_report_new(&report), IGDROM_OK);
	if (igdrom_firmware_open(data, size, NULL, report, &firmware) == IGDROM_OK) {
		node = igdrom_firmware_node_walk(igdrom_firmware_root(firmware));
		for (; node; node = igdrom_firmware_node_walk(node))
			add_node(node, text);
		igdrom_firmware_free(firmware);
	}
	for (size_t i = 0; i < igdrom_report_count(report); i++)
		add_finding(igdrom_report_at(report, i), text);
	igdrom_report_free(report);
}

/* The lines of a recipe that say what is in it. */
static void read_expectation(const char *recipe, struct text *text)
{
	*text = (struct text){.used = 0};
	while (*recipe) {
		size_t length = strcspn(recipe, "\n");

		length += recipe[length] == '\n';
		if (strncmp(recipe, "# tree:", 7) == 0 || strncmp(recipe, "# finding:", 10) == 0) {
			assert_true(length < MAX_TEXT - text->used);
			memcpy(text->bytes + text->used, recipe, length);
			text->used += length;
		}
		recipe += length;
	}
}

typedef void user(const char *name, const char *recipe, uint8_t *data, size_t size);

static unsigned each_recipe(user *use)
{
	DIR *dir = opendir(CORPUS);
	struct dirent *entry;
	unsigned count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		char path[512];
		uint8_t *data;
		size_t size;
		char *recipe;

		if (!strstr(entry->d_name, ".txt"))
			continue;
		snprintf(path, sizeof(path), "%s/%s", CORPUS, entry->d_name);
		assert_int_equal(recipe_load(path, &data, &size), 0);
		recipe = recipe_read(path);
		assert_non_null(recipe);
		use(entry->d_name, recipe, data, size);
		free(recipe);
		free(data);
		count++;
	}
	closedir(dir);
	return count;
}

static unsigned wrong, left_out;

static void compare(const char *name, const char *recipe, uint8_t *data, size_t size)
{
	struct text found, expected;

	describe(data, size, &found);
	read_expectation(recipe, &expected);
	if (strstr(found.bytes, "firmware-part-not-built")) {
		left_out++;
		return;
	}
	if (expected.used && strcmp(found.bytes, expected.bytes) == 0)
		return;
	print_error("%s:\n%s", name, found.bytes);
	wrong++;
}

static void finds_in_each_image_what_its_recipe_says(void **state)
{
	(void)state;
	assert_true(each_recipe(compare) >= 40);
	assert_int_equal(wrong, 0);
}

static void cut_off(const char *name, const char *recipe, uint8_t *data, size_t size)
{
	struct text text;

	(void)name;
	(void)recipe;
	for (size_t left = 0; left < size; left += left < MAX_FLIP ? 1 : 509) {
		uint8_t *copy = malloc(left ? left : 1);

		assert_non_null(copy);
		memcpy(copy, data, left);
		describe(copy, left, &text);
		free(copy);
	}
}

static void reads_every_beginning_of_an_image(void **state)
{
	(void)state;
	assert_true(each_recipe(cut_off) > 0);
}

static void flip(const char *name, const char *recipe, uint8_t *data, size_t size)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff};
	struct text text;

	(void)name;
	(void)recipe;
	for (size_t i = 0; i < size && i < MAX_FLIP; i++) {
		for (size_t k = 0; k < sizeof(masks); k++) {
			data[i] ^= masks[k];
			describe(data, size, &text);
			data[i] ^= masks[k];
		}
	}
}

static void reads_images_with_any_byte_changed(void **state)
{
	(void)state;
	assert_true(each_recipe(flip) > 0);
}

#ifdef IGDROM_LZMA
/*
 * How many files of an image decode, behind others with a stream of LZMA that breaks off in its
 * middle.
 */
static unsigned count_decoded(unsigned damaged, uint64_t most)
{
	struct igdrom_firmware *firmware;
	struct igdrom_limits *limits;
	unsigned count = 0;
	uint8_t *good, *data;
	size_t size;

	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES, most), IGDROM_OK);
	assert_int_equal(recipe_load(CORPUS "/cbfs.txt", &good, &size), 0);
	data = malloc(damaged * LZMA_FILE_SIZE + size);
	assert_non_null(data);
	for (unsigned i = 0; i < damaged; i++) {
		uint8_t *file = data + i * LZMA_FILE_SIZE;

		memcpy(file, good + LZMA_FILE_AT, LZMA_FILE_SIZE);
		memset(file + LZMA_BREAK, 0xff, LZMA_END - LZMA_BREAK);
	}
	memcpy(data + damaged * LZMA_FILE_SIZE, good, size);
	size += damaged * LZMA_FILE_SIZE;
	assert_int_equal(igdrom_firmware_open(data, size, limits, NULL, &firmware), IGDROM_OK);
	for (const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware); node;
	     node = igdrom_firmware_node_walk(node))
		count += igdrom_firmware_node_is_decoded(node);
	igdrom_firmware_free(firmware);
	igdrom_limits_free(limits);
	free(good);
	free(data);
	return count;
}

static void decodes_what_is_sound_in_a_damaged_image(void **state)
{
	(void)state;
	assert_int_equal(count_decoded(0, 1 << 30), DECODED);
	assert_int_equal(count_decoded(1000, 1 << 30), DECODED);
}

static void counts_what_comes_out_of_damaged_parts(void **state)
{
	(void)state;
	assert_int_equal(count_decoded(0, 0x4000), DECODED);
	assert_int_equal(count_decoded(1000, 0x4000), 0);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_in_each_image_what_its_recipe_says),
#ifdef IGDROM_LZMA
		cmocka_unit_test(decodes_what_is_sound_in_a_damaged_image),
		cmocka_unit_test(counts_what_comes_out_of_damaged_parts),
#endif
		cmocka_unit_test(reads_every_beginning_of_an_image),
		cmocka_unit_test(reads_images_with_any_byte_changed),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	if (failed == 0 && left_out) {
		puts("Images of coreboot were not compared: configure with IGDROM_LZMA and "
		     "IGDROM_LZ4.");
		return getenv("IGDROM_NO_SKIP") ? 1 : SKIPPED;
	}
	return failed;
}
