/* SPDX-License-Identifier: BSD-2-Clause */
/* The documents of drivers and ROMs: keys and types, files that end early, memory that runs out. */
#include "unit/unit.h"
#include "unit/json_reader.h"
#include "unit/kit_rig.h"

#include "fixtures/fixture.h"

#include <igdrom/igdrom.h>

#define NEVER SIZE_MAX

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

/* The keys and types that scripts rely on. */
static void assert_shape_of_gop(const cJSON *gop)
{
	const cJSON *item = need(gop, "version");

	assert_true(cJSON_IsNull(item) || cJSON_IsString(item));
	item = need(gop, "device_ids");
	assert_true(cJSON_IsNull(item) || cJSON_IsArray(item));
	item = need(gop, "lpc_ids");
	assert_true(cJSON_IsNull(item) || cJSON_IsArray(item));
	assert_int_equal(strlen(need(gop, "machine")->valuestring), 4);
	assert_true(cJSON_IsNumber(need(gop, "subsystem")));
	assert_true(cJSON_IsNumber(need(gop, "size")));
	assert_int_equal(strlen(need(gop, "sha256")->valuestring), 64);
	assert_true(cJSON_IsString(need(gop, "confidence")));
}

static void assert_shape_of_image(const cJSON *image)
{
	static const char *const numbers[] = {"index", "offset", "size", "code_type"};
	static const char *const flags[] = {"compressed", "last"};
	static const char *const ids[] = {"vendor_id", "device_id"};

	for (size_t i = 0; i < 4; i++)
		assert_true(cJSON_IsNumber(need(image, numbers[i])));
	for (size_t i = 0; i < 2; i++) {
		assert_true(cJSON_IsBool(need(image, flags[i])));
		assert_int_equal(strlen(need(image, ids[i])->valuestring), 4);
	}
	assert_true(cJSON_IsArray(need(image, "device_list")));
	assert_int_equal(strlen(need(image, "class_code")->valuestring), 6);
	need(image, "machine");
	need(image, "subsystem");
	need(image, "payload_sha256");
	if (!cJSON_IsNull(need(image, "gop")))
		assert_shape_of_gop(need(image, "gop"));
}

static void a_driver_has_every_key_in_its_type(void **state)
{
	static const char *const ids[] = {"4680", "4690", "CAFE", "A780"};
	static const char *const igds[] = {"4680", "4690", "A780"};
	struct igdrom_contents *contents;
	const cJSON *image;
	struct file file;
	cJSON *root;
	char *text;

	(void)state;
	make_gop(&file, &gop_desktop);
	assert_int_equal(igdrom_contents_open(file.data, file.size, NULL, NULL, &contents),
			 IGDROM_OK);
	assert_int_equal(igdrom_contents_to_json(contents, NULL, &text), IGDROM_OK);
	root = parse(text);
	assert_int_equal(cJSON_GetArraySize(need(root, "images")), 1);
	image = cJSON_GetArrayItem(need(root, "images"), 0);
	assert_shape_of_gop(image);
	assert_text(image, "version", "17.0.1077");
	assert_texts(image, "device_ids", ids, 4);
	assert_texts(image, "igd_ids", igds, 3);
	assert_texts(image, "other_ids", ids + 2, 1);
	assert_text(image, "machine", "8664");
	assert_number(image, "subsystem", 11);
	assert_number(image, "size", file.size);
	assert_true(cJSON_IsNull(need(image, "where")));
	cJSON_Delete(root);
	igdrom_string_free(text);
	igdrom_contents_free(contents);
}

static void a_rom_has_every_key_in_its_type(void **state)
{
	static const char *const kinds[] = {"guest-driver", "gop", "manifest"};
	static const char *const provides[] = {"opregion", "gop-policy"};
	struct igdrom_rom *rom;
	const cJSON *entries;
	struct file file;
	cJSON *root;
	char *text;

	(void)state;
	build_rom(&file, &gop_desktop);
	assert_int_equal(igdrom_rom_parse(file.data, file.size, NULL, NULL, &rom), IGDROM_OK);
	assert_int_equal(igdrom_rom_to_json(rom, NULL, &text), IGDROM_OK);
	root = parse(text);
	assert_number(root, "size", file.size);
	assert_int_equal(cJSON_GetArraySize(need(root, "images")), 3);
	for (int i = 0; i < 3; i++) {
		const cJSON *image = cJSON_GetArrayItem(need(root, "images"), i);

		assert_shape_of_image(image);
		assert_number(image, "index", (uint64_t)i);
		assert_text(image, "what", kinds[i]);
		assert_int_equal(cJSON_IsTrue(need(image, "last")), i == 2);
		assert_int_equal(cJSON_IsObject(need(image, "gop")), i == 1);
		assert_texts(image, "provides", provides, i == 0 ? 2 : 0);
	}
	entries = need(need(root, "manifest"), "entries");
	assert_int_equal(cJSON_GetArraySize(entries), 2);
	assert_text(cJSON_GetArrayItem(entries, 1), "kind", "gop");
	assert_true(cJSON_IsTrue(need(cJSON_GetArrayItem(entries, 1), "matches")));
	cJSON_Delete(root);
	igdrom_string_free(text);
	igdrom_rom_free(rom);
}

static void a_driver_of_others_is_known_by_what_it_mentions(void **state)
{
	struct igdrom_rom *rom;
	struct file file = {.size = 0};

	(void)state;
	append_policy(&file, false);
	append_driver(&file, &(struct driver_spec){.code = NULL}, false);
	append_gop(&file, &gop_desktop, true);
	assert_int_equal(igdrom_rom_parse(file.data, file.size, NULL, NULL, &rom), IGDROM_OK);
	assert_int_equal(igdrom_rom_image_provides(rom, 0),
			 IGDROM_PROVIDES_OPREGION | IGDROM_PROVIDES_GOP_POLICY);
	assert_int_equal(igdrom_rom_image_provides(rom, 1), 0);
	assert_int_equal(igdrom_rom_image_provides(rom, 2), 0);
	assert_int_equal(igdrom_rom_image_provides(rom, 3), 0);
	assert_int_equal(igdrom_rom_image_provides(NULL, 0), 0);
	igdrom_rom_free(rom);
}

static void a_rom_that_was_written_says_where_and_whether_it_changed(void **state)
{
	static const enum igdrom_tristate changed[] = {IGDROM_UNKNOWN, IGDROM_NO, IGDROM_YES};
	struct igdrom_rom *rom;
	struct file file;
	char *text;

	(void)state;
	build_rom(&file, NULL);
	assert_int_equal(igdrom_rom_parse(file.data, file.size, NULL, NULL, &rom), IGDROM_OK);
	for (int i = 0; i < 3; i++) {
		const cJSON *item;
		cJSON *root;

		assert_int_equal(
			igdrom_rom_written_to_json(rom, "out.rom", changed[i], NULL, &text),
			IGDROM_OK);
		root = parse(text);
		assert_text(root, "file", "out.rom");
		item = need(root, "changed");
		assert_true(i == 0 ? cJSON_IsNull(item) : cJSON_IsBool(item));
		assert_int_equal(cJSON_IsTrue(item), i == 2);
		need(root, "images");
		cJSON_Delete(root);
		igdrom_string_free(text);
	}
	igdrom_rom_free(rom);
}

static void the_parts_of_a_rom_are_its_bytes(void **state)
{
	struct igdrom_rom *rom;
	struct file file;
	uint8_t *joined;
	size_t at = 0;

	(void)state;
	build_rom(&file, &gop_mobile);
	joined = calloc(1, file.size);
	assert_int_equal(igdrom_rom_parse(file.data, file.size, NULL, NULL, &rom), IGDROM_OK);
	for (size_t i = 0; i <= igdrom_rom_image_count(rom); i++) {
		struct igdrom_bytes part;
		enum igdrom_status status = igdrom_rom_part(rom, i, false, &part);

		assert_true(status == IGDROM_OK || i == igdrom_rom_image_count(rom));
		if (part.size)
			memcpy(joined + at, part.data, part.size);
		at += part.size;
	}
	assert_int_equal(at, file.size);
	assert_memory_equal(joined, file.data, file.size);
	free(joined);
	igdrom_rom_free(rom);
}

static void the_parts_of_a_rom_have_names(void **state)
{
	static const char *const names[] = {
		"parts/00-guest-driver.rom",  "parts/00-guest-driver.efi",
		"parts/01-gop-21.0.1056.rom", "parts/01-gop-21.0.1056.efi",
		"parts/02-manifest.rom",      "parts/02-manifest.bin",
	};
	struct igdrom_rom *rom;
	struct file file;
	const cJSON *files;
	cJSON *root;
	char *text;

	(void)state;
	build_rom(&file, &gop_mobile);
	assert_int_equal(igdrom_rom_parse(file.data, file.size, NULL, NULL, &rom), IGDROM_OK);
	assert_int_equal(igdrom_rom_split_to_json(rom, "parts", NULL, &text), IGDROM_OK);
	root = parse(text);
	files = need(root, "files");
	assert_true(cJSON_GetArraySize(files) >= 6);
	for (int i = 0; i < 6; i++) {
		assert_text(cJSON_GetArrayItem(files, i), "file", names[i]);
		assert_text(cJSON_GetArrayItem(files, i), "what", i % 2 ? "payload" : "image");
		assert_number(cJSON_GetArrayItem(files, i), "image", (uint64_t)i / 2);
	}
	cJSON_Delete(root);
	igdrom_string_free(text);
	assert_int_equal(igdrom_rom_part_name(rom, 9, false, &text), IGDROM_E_INVAL);
	assert_null(text);
	assert_int_equal(igdrom_rom_part_name(NULL, 0, false, &text), IGDROM_E_INVAL);
	igdrom_rom_free(rom);
}

static void the_choice_names_the_best_and_says_why_not_the_others(void **state)
{
	static const char *const files[] = {"old", "none", "best", "other", "blind"};
	static const char *const verdicts[] = {"older", "absent", "best", "not-listed",
					       "unreadable"};
	const struct gop_spec *specs[] = {&gop_overlapping, NULL, &gop_desktop, &gop_mobile,
					  &gop_unreadable};
	const struct igdrom_contents *contents[5] = {NULL};
	struct file file;
	cJSON *root;
	char *text;

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct igdrom_contents *one;

		if (!specs[i])
			continue;
		make_gop(&file, specs[i]);
		assert_int_equal(igdrom_contents_open(file.data, file.size, NULL, NULL, &one),
				 IGDROM_OK);
		contents[i] = one;
	}
	assert_int_equal(igdrom_gop_match_to_json(0x4690, contents, files, 5, NULL, &text),
			 IGDROM_OK);
	root = parse(text);
	assert_text(root, "device_id", "4690");
	assert_text(need(root, "best"), "file", "best");
	assert_text(need(root, "best"), "version", "17.0.1077");
	assert_int_equal(cJSON_GetArraySize(need(root, "candidates")), 5);
	for (int i = 0; i < 5; i++) {
		const cJSON *one = cJSON_GetArrayItem(need(root, "candidates"), i);

		assert_text(one, "file", files[i]);
		assert_text(one, "verdict", verdicts[i]);
		assert_int_equal(cJSON_IsNull(need(one, "gop")), specs[i] == NULL);
	}
	cJSON_Delete(root);
	igdrom_string_free(text);
	assert_int_equal(igdrom_gop_match_to_json(0x7d55, contents, files, 5, NULL, &text),
			 IGDROM_OK);
	root = parse(text);
	assert_true(cJSON_IsNull(need(root, "best")));
	cJSON_Delete(root);
	igdrom_string_free(text);
	assert_int_equal(igdrom_gop_match_to_json(0x4680, NULL, files, 1, NULL, &text),
			 IGDROM_E_INVAL);
	for (int i = 0; i < 5; i++)
		igdrom_contents_free((struct igdrom_contents *)(uintptr_t)contents[i]);
}

/* All documents that can be made of some bytes. */
static enum igdrom_status all_documents(const uint8_t *data, size_t size)
{
	struct igdrom_contents *contents = NULL;
	struct igdrom_report *report = NULL;
	struct igdrom_rom *rom = NULL;
	enum igdrom_status status;
	char *text[5] = {NULL};

	status = igdrom_report_new(&report);
	if (status == IGDROM_OK &&
	    igdrom_contents_open(data, size, NULL, report, &contents) == IGDROM_OK)
		status = igdrom_contents_to_json(contents, report, &text[0]);
	if (status == IGDROM_OK && igdrom_rom_parse(data, size, NULL, report, &rom) == IGDROM_OK) {
		status = igdrom_rom_to_json(rom, report, &text[1]);
		if (status == IGDROM_OK)
			status = igdrom_rom_split_to_json(rom, NULL, report, &text[2]);
		if (status == IGDROM_OK)
			status = igdrom_rom_written_to_json(rom, NULL, IGDROM_NO, report, &text[3]);
	}
	if (status == IGDROM_OK)
		status = igdrom_report_to_json(report, &text[4]);
	fail_at = NEVER;
	for (size_t i = 0; i < 5; i++) {
		if (text[i])
			cJSON_Delete(parse(text[i]));
		igdrom_string_free(text[i]);
	}
	igdrom_rom_free(rom);
	igdrom_contents_free(contents);
	igdrom_report_free(report);
	return status;
}

static void sweep(const struct fixture *fixture, void *arg)
{
	size_t step = *(const size_t *)arg;

	for (size_t size = 0; size <= fixture->size; size += size < 0x80 ? 1 : step) {
		/* A buffer of exactly that size, for the sanitizers. */
		uint8_t *copy = malloc(size + !size);

		memcpy(copy, fixture->data, size);
		assert_int_equal(all_documents(copy, size), IGDROM_OK);
		free(copy);
	}
}

static void every_prefix_of_a_rom_gives_documents(void **state)
{
	size_t step = 61;

	(void)state;
	assert_true(fixture_each(FIXTURES, ".rom.txt", sweep, &step) >= 8);
}

static void documents_of_bad_roms_are_documents(void **state)
{
	size_t step = 997;

	(void)state;
	assert_true(fixture_each(FIXTURES "/bad", ".rom.txt", sweep, &step) >= 40);
}

static void memory_that_runs_out_is_told_and_nothing_leaks(void **state)
{
	cJSON_Hooks hooks = {__wrap_malloc, free};
	struct file file;
	size_t failures = 0;
	size_t count;

	(void)state;
	build_rom(&file, &gop_desktop);
	cJSON_InitHooks(&hooks);
	allocations = 0;
	assert_int_equal(all_documents(file.data, file.size), IGDROM_OK);
	count = allocations;
	assert_true(count > 500);
	for (size_t i = 0; i < count; i++) {
		enum igdrom_status status;

		allocations = 0;
		fail_at = i;
		status = all_documents(file.data, file.size);
		fail_at = NEVER;
		assert_true(status == IGDROM_OK || status == IGDROM_E_NOMEM);
		failures += status == IGDROM_E_NOMEM;
	}
	/* Reading a driver again may do without, a document may not. */
	assert_true(failures > count / 2);
	cJSON_InitHooks(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_driver_has_every_key_in_its_type),
		cmocka_unit_test(a_rom_has_every_key_in_its_type),
		cmocka_unit_test(a_driver_of_others_is_known_by_what_it_mentions),
		cmocka_unit_test(a_rom_that_was_written_says_where_and_whether_it_changed),
		cmocka_unit_test(the_parts_of_a_rom_are_its_bytes),
		cmocka_unit_test(the_parts_of_a_rom_have_names),
		cmocka_unit_test(the_choice_names_the_best_and_says_why_not_the_others),
		cmocka_unit_test(every_prefix_of_a_rom_gives_documents),
		cmocka_unit_test(documents_of_bad_roms_are_documents),
		cmocka_unit_test(memory_that_runs_out_is_told_and_nothing_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
