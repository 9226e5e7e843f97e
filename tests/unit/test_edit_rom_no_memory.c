/* SPDX-License-Identifier: BSD-2-Clause */
/* Each allocation fails in turn while a ROM is put in and what is for the GPU is taken out. */
#include "unit/failing.h"

#include "unit/edit_rig.h"
#include "unit/kit_rig.h"

struct job {
	struct rig rig;
	struct file rom;
};

static enum igdrom_status change_once(void *context, bool reference)
{
	const struct job *job = context;
	struct igdrom_edit *edit = NULL;
	enum igdrom_status status = igdrom_edit_new(job->rig.firmware, 0, &edit);

	(void)reference;
	if (status == IGDROM_OK)
		status = igdrom_edit_remove_gpu_files(edit, NULL);
	if (status == IGDROM_OK)
		status = igdrom_edit_add_rom(edit, job->rig.volume, job->rom.data, job->rom.size,
					     NULL);
	if (status == IGDROM_OK)
		assert_int_equal(igdrom_edit_count(edit), 2);
	igdrom_edit_free(edit);
	return status;
}

static void every_failed_allocation_is_told(void **state)
{
	struct blob files = {0}, body = {0}, content = {0}, image = {0};
	struct file gop;
	struct job job;

	(void)state;
	make_gop(&gop, &gop_desktop);
	blob_put(&content, gop.data, gop.size);
	put_section(&body, 0x10, &content);
	put_file(&files, 0x01, 7, &body);
	put_volume(&image, writer_ffs2, 0x20000, &files);
	rig_open(&job.rig, &image, 0);
	build_rom(&job.rom, &gop_desktop);
	fail_each_told(change_once, &job, 11);
	rig_close(&job.rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
