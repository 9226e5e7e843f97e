/* SPDX-License-Identifier: BSD-2-Clause */
/* Each allocation of a change to an image fails in turn, once alone and once with all that follow. */
#include "unit/failing.h"

#include "unit/edit_rig.h"

/* Makes a file, puts it in, takes another out, gives a third other content; the status of what went
 * wrong first. */
static enum igdrom_status change_once(void *context, bool reference)
{
	const struct rig *rig = context;
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
	(void)reference;
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

	(void)state;
	rig_open(&rig, &image, 0);
	fail_each_told(change_once, &rig, 11);
	rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
