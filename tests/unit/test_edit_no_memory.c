/* SPDX-License-Identifier: BSD-2-Clause */
/* Each allocation of a change to an image fails in turn, once alone and once with all that follow. */
#include "unit/unit.h"

#include "unit/edit_rig.h"

#define NEVER SIZE_MAX

static size_t allocations, fail_at = NEVER;
static bool fail_on; /* all that follow fail too */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails(void)
{
	size_t turn = allocations++;

	return fail_at != NEVER && (turn == fail_at || (fail_on && turn > fail_at));
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

/* Makes a file, puts it in, takes another out, gives a third other content; the status of what went wrong first. */
static enum igdrom_status change_once(const struct rig *rig)
{
	struct igdrom_bytes file = {0}, out = {0};
	struct igdrom_edit *edit = NULL;
	struct igdrom_ffs *ffs = NULL;
	enum igdrom_status status = igdrom_ffs_new(7, edit_name_0d, &ffs);

	if (status == IGDROM_OK)
		status = igdrom_ffs_add_section(ffs, 0x19, "some data", 9);
	if (status == IGDROM_OK)
		status = igdrom_ffs_add_name(ffs, "name");
	if (status == IGDROM_OK)
		status = igdrom_ffs_finish(ffs, &file);
	if (status == IGDROM_OK)
		status = igdrom_edit_new(rig->firmware, 0, &edit);
	if (status == IGDROM_OK)
		status = igdrom_edit_remove(edit, file_at(rig, 1), NULL);
	if (status == IGDROM_OK)
		status = igdrom_edit_replace_content(edit, file_at(rig, 0), "other", 5, NULL);
	if (status == IGDROM_OK)
		status = igdrom_edit_insert(edit, file_at(rig, 0), file.data, file.size, NULL);
	if (status == IGDROM_OK)
		status = igdrom_edit_save(edit, NULL, NULL, &out);
	assert_int_equal(status == IGDROM_OK, out.data != NULL);
	igdrom_bytes_free(&out);
	igdrom_bytes_free(&file);
	igdrom_ffs_free(ffs);
	igdrom_edit_free(edit);
	return status;
}

static void every_failed_allocation_is_told(void **state)
{
	struct blob image = nested("0a:20 0b:60 pad:64", 7);
	struct rig rig;
	size_t count;

	(void)state;
	rig_open(&rig, &image, 0);
	allocations = 0;
	assert_int_equal(change_once(&rig), IGDROM_OK);
	count = allocations;
	assert_true(count > 10);
	for (size_t i = 0; i < 2 * count; i++) {
		enum igdrom_status status;

		allocations = 0;
		fail_at = i / 2;
		fail_on = i & 1;
		status = change_once(&rig);
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
