/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Each allocation of a call fails in turn, once alone and once with all that follow: the call says
 * IGDROM_E_NOMEM, hands nothing out and leaks nothing (the sanitizers look). The linker puts the
 * functions below in the place of the library's allocator.
 */
#include "unit/unit.h"

#include <igdrom/firmware.h>
#include <igdrom/open.h>
#include <igdrom/rom.h>
#include <igdrom/vm.h>

#include <stdio.h>

#include "fixtures/fixture.h"
#include "fixtures/recipe.h"
#include "unit/gop_forge.h"

#define NEVER SIZE_MAX

static size_t allocations;
static size_t fail_at = NEVER;
static bool fail_on; /* all that follow fail too */
static bool failed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails(void)
{
	size_t turn = allocations++;
	bool now = fail_at != NEVER && (turn == fail_at || (fail_on && turn > fail_at));

	failed = failed || now;
	return now;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails() ? NULL : __real_realloc(old, size);
}

struct input {
	const uint8_t *data;
	size_t size;
	struct igdrom_report *report;
};

static enum igdrom_status parse_and_write(const struct input *in)
{
	struct igdrom_bytes out = {0};
	enum igdrom_status status;
	struct igdrom_rom *rom;

	status = igdrom_rom_parse(in->data, in->size, NULL, in->report, &rom);
	if (status == IGDROM_OK)
		status = igdrom_rom_write(rom, &out);
	else
		assert_null(rom);
	assert_int_equal(status == IGDROM_OK, out.size != 0);
	igdrom_bytes_free(&out);
	igdrom_rom_free(rom);
	return status;
}

static enum igdrom_status check(const struct input *in)
{
	return igdrom_rom_check(in->data, in->size, 0x4680, NULL, in->report);
}

static enum igdrom_status fix(const struct input *in)
{
	struct igdrom_bytes out;
	enum igdrom_status status = igdrom_rom_fix(in->data, in->size, NULL, in->report, &out);

	assert_int_equal(status == IGDROM_OK, out.size != 0);
	igdrom_bytes_free(&out);
	return status;
}

/* In one thread, so that allocations have an order. */
static enum igdrom_status look_into(const struct input *in)
{
	struct igdrom_contents *contents = NULL;
	struct igdrom_limits *limits;
	enum igdrom_status status = igdrom_limits_new(&limits);
	char *name = NULL;

	if (status != IGDROM_OK)
		return status;
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_THREADS, 1), IGDROM_OK);
	status = igdrom_contents_open(in->data, in->size, limits, in->report, &contents);
	assert_int_equal(status == IGDROM_OK, contents != NULL);
	if (igdrom_contents_vbt_count(contents))
		status = igdrom_found_file_name(igdrom_contents_vbt_found(contents, 0),
						IGDROM_FORM_BARE, &name);
	igdrom_string_free(name);
	igdrom_contents_free(contents);
	igdrom_limits_free(limits);
	return status;
}

/* In one thread, as above. */
static enum igdrom_status read_firmware(const struct input *in)
{
	struct igdrom_firmware *firmware = NULL;
	struct igdrom_limits *limits;
	enum igdrom_status status = igdrom_limits_new(&limits);
	char *path = NULL;

	if (status != IGDROM_OK)
		return status;
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_THREADS, 1), IGDROM_OK);
	status = igdrom_firmware_open(in->data, in->size, limits, in->report, &firmware);
	assert_int_equal(status == IGDROM_OK, firmware != NULL);
	if (status == IGDROM_OK)
		status = igdrom_firmware_node_path(
			igdrom_firmware_node_walk(igdrom_firmware_root(firmware)), &path);
	igdrom_string_free(path);
	igdrom_firmware_free(firmware);
	igdrom_limits_free(limits);
	return status;
}

static enum igdrom_status identify(const struct input *in)
{
	struct igdrom_gop *gop;
	enum igdrom_status status = igdrom_gop_identify(in->data, in->size, in->report, &gop);

	assert_int_equal(status == IGDROM_OK, gop != NULL);
	igdrom_gop_free(gop);
	return status;
}

static enum igdrom_status add_gop(struct igdrom_rom_builder *builder, const struct input *in)
{
	return igdrom_rom_builder_add_gop(builder, in->data, in->size, "a", "b", in->report);
}

static enum igdrom_status add_efi(struct igdrom_rom_builder *builder, const struct input *in)
{
	return igdrom_rom_builder_add_efi(builder, in->data, in->size, "a", in->report);
}

static enum igdrom_status add_legacy(struct igdrom_rom_builder *builder, const struct input *in)
{
	return igdrom_rom_builder_add_legacy(builder, in->data, in->size, "a", in->report);
}

static enum igdrom_status build(const struct input *in,
				enum igdrom_status (*add)(struct igdrom_rom_builder *,
							  const struct input *))
{
	static const uint16_t ids[] = {0x4680, 0x4690};
	struct igdrom_rom_builder *builder;
	struct igdrom_bytes out = {0};
	enum igdrom_status status = igdrom_rom_builder_new(&builder);

	if (status == IGDROM_OK)
		status = igdrom_rom_builder_set_force(builder, true);
	if (status == IGDROM_OK)
		status = igdrom_rom_builder_set_device_ids(builder, ids, 2);
	if (status == IGDROM_OK)
		status = igdrom_rom_builder_add_guest_driver(builder);
	if (status == IGDROM_OK)
		status = add(builder, in);
	if (status == IGDROM_OK)
		status = igdrom_rom_builder_finish(builder, in->report, &out);
	assert_int_equal(status == IGDROM_OK, out.size != 0);
	igdrom_bytes_free(&out);
	igdrom_rom_builder_free(builder);
	return status;
}

static enum igdrom_status build_gop(const struct input *in)
{
	return build(in, add_gop);
}

static enum igdrom_status build_efi(const struct input *in)
{
	return build(in, add_efi);
}

static enum igdrom_status build_legacy(const struct input *in)
{
	return build(in, add_legacy);
}

/* What a report could not keep is counted there; the call it was for goes on. */
static void run_once(enum igdrom_status (*call)(const struct input *), const char *name,
		     struct input in, size_t at, bool on, enum igdrom_status otherwise)
{
	enum igdrom_status status;

	assert_int_equal(igdrom_report_new(&in.report), IGDROM_OK);
	allocations = 0;
	failed = false;
	fail_on = on;
	fail_at = at;
	status = call(&in);
	fail_at = NEVER;
	if (failed && status != IGDROM_E_NOMEM &&
	    (status != otherwise || igdrom_report_dropped(in.report) == 0))
		fail_msg("%s: %s when allocation %zu fails", name, igdrom_status_name(status), at);
	igdrom_report_free(in.report);
}

static void run(enum igdrom_status (*call)(const struct input *), const char *name,
		const struct input *in)
{
	enum igdrom_status otherwise;
	struct input whole = *in;
	size_t count;

	assert_int_equal(igdrom_report_new(&whole.report), IGDROM_OK);
	allocations = 0;
	otherwise = call(&whole);
	count = allocations;
	igdrom_report_free(whole.report);
	for (size_t at = 0; at < count; at++) {
		run_once(call, name, *in, at, false, otherwise);
		run_once(call, name, *in, at, true, otherwise);
	}
}

static void run_all(const uint8_t *data, size_t size)
{
	const struct input in = {data, size, NULL};

	run(parse_and_write, "parse", &in);
	run(check, "check", &in);
	run(fix, "fix", &in);
	run(look_into, "open", &in);
	run(identify, "identify", &in);
	run(build_gop, "gop", &in);
	run(build_efi, "efi", &in);
	run(build_legacy, "legacy", &in);
}

static void run_fixture(const struct fixture *fixture, void *arg)
{
	(void)arg;
	run_all(fixture->data, fixture->size);
}

static enum igdrom_status explain(const struct input *in)
{
	return igdrom_vm_explain(in->data, in->size, NULL, NULL, in->report);
}

static void every_failed_allocation_in_a_rom_is_told(void **state)
{
	(void)state;
	assert_true(fixture_each(FIXTURES, ".rom.txt", run_fixture, NULL) >= 8);
}

/* Repairs that look at payloads to decide. */
static void every_failed_allocation_in_a_repair_is_told(void **state)
{
	static const char *const names[] = {"bad/hidden-image.rom.txt", "bad/length-short.rom.txt",
					    "bad/padding-truncated.rom.txt"};
	struct fixture fixture;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(fixture_load(FIXTURES, names[i], &fixture), 0);
		run(fix, names[i], &(struct input){fixture.data, fixture.size, NULL});
		fixture_free(&fixture);
	}
}

static void every_failed_allocation_in_a_driver_is_told(void **state)
{
	struct forge forge = forge_new();
	uint8_t data[FORGE_ROOM];

	(void)state;
	forge_write(&forge, data);
	run_all(data, forge.size);
}

static void every_failed_allocation_in_other_files_is_told(void **state)
{
	static const uint8_t text[] = "neither a driver nor an option ROM";
	struct fixture fixture;
	uint8_t *shifted;

	(void)state;
	run_all(text, sizeof(text));
	assert_int_equal(fixture_load(FIXTURES, "vgabios.rom.txt", &fixture), 0);
	shifted = calloc(1, fixture.size + 1);
	assert_non_null(shifted);
	memcpy(shifted + 1, fixture.data, fixture.size);
	run_all(shifted, fixture.size + 1);
	free(shifted);
	fixture_free(&fixture);
}

static void run_recipe(enum igdrom_status (*call)(const struct input *), const char *name)
{
	struct input in = {0};
	char path[1024];
	uint8_t *data;

	snprintf(path, sizeof(path), "%s/../fuzz/%s", FIXTURES, name);
	assert_int_equal(recipe_load(path, &data, &in.size), 0);
	in.data = data;
	run(call, name, &in);
	free(data);
}

static void every_failed_allocation_in_a_firmware_image_is_told(void **state)
{
	static const char *const names[] = {
		"corpus_firmware/compressed.txt", "corpus_firmware/ffs1.txt",
		"corpus_firmware/ffs2.txt",       "corpus_containers/capsule-nested.txt",
		"corpus_containers/bpdt.txt",     "corpus_containers/flash-new.txt",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		run_recipe(read_firmware, names[i]);
}

static void every_failed_allocation_in_finding_things_is_told(void **state)
{
	static const char *const names[] = {
		"corpus_open/volume-driver.txt", "corpus_open/volume-table.txt",
		"corpus_open/table-inside.txt",  "corpus_open/table.txt",
		"corpus_open/opregion.txt",      "corpus_open/two-gops.txt",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		run_recipe(look_into, names[i]);
}

static void every_failed_allocation_in_a_log_is_told(void **state)
{
	(void)state;
	run_recipe(explain, "corpus_vm_explain/qemu.txt");
	run_recipe(explain, "corpus_vm_explain/dmesg.txt");
	run_recipe(explain, "corpus_vm_explain/utf16.txt");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_in_a_rom_is_told),
		cmocka_unit_test(every_failed_allocation_in_a_repair_is_told),
		cmocka_unit_test(every_failed_allocation_in_a_driver_is_told),
		cmocka_unit_test(every_failed_allocation_in_other_files_is_told),
		cmocka_unit_test(every_failed_allocation_in_a_firmware_image_is_told),
		cmocka_unit_test(every_failed_allocation_in_finding_things_is_told),
		cmocka_unit_test(every_failed_allocation_in_a_log_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
