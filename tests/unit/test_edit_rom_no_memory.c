/* SPDX-License-Identifier: BSD-2-Clause */
/* Each allocation fails in turn while a ROM is put in and what is for the GPU is taken out. */
#include "unit/unit.h"

#include "unit/edit_rig.h"
#include "unit/kit_rig.h"

#define NEVER SIZE_MAX

static size_t allocations, fail_at = NEVER;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails(void)
{
	return allocations++ == fail_at;
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

static enum igdrom_status change_once(const struct rig *rig, const struct file *rom)
{
	struct igdrom_edit *edit = NULL;
	enum igdrom_status status = igdrom_edit_new(rig->firmware, 0, &edit);

	if (status == IGDROM_OK)
		status = igdrom_edit_remove_gpu_files(edit, NULL);
	if (status == IGDROM_OK)
		status = igdrom_edit_add_rom(edit, rig->volume, rom->data, rom->size, NULL);
	if (status == IGDROM_OK)
		assert_int_equal(igdrom_edit_count(edit), 2);
	igdrom_edit_free(edit);
	return status;
}

static void every_failed_allocation_is_told(void **state)
{
	struct blob files = {0}, body = {0}, content = {0}, image = {0};
	struct file gop, rom;
	struct rig rig;
	size_t count;

	(void)state;
	make_gop(&gop, &gop_desktop);
	blob_put(&content, gop.data, gop.size);
	put_section(&body, 0x10, &content);
	put_file(&files, 0x01, 7, &body);
	put_volume(&image, writer_ffs2, 0x20000, &files);
	rig_open(&rig, &image, 0);
	build_rom(&rom, &gop_desktop);
	allocations = 0;
	assert_int_equal(change_once(&rig, &rom), IGDROM_OK);
	count = allocations;
	assert_true(count > 10);
	for (size_t i = 0; i < count; i++) {
		enum igdrom_status status;

		allocations = 0;
		fail_at = i;
		status = change_once(&rig, &rom);
		fail_at = NEVER;
		assert_int_equal(status, IGDROM_E_NOMEM);
	}
	rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
