/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include "unit/open_rig.h"

#include "unit/findings.h"

#include <stdio.h>

uint8_t rig_pe[FORGE_ROOM];

struct rig_run rig_look(struct blob *image)
{
	struct rig_run run = {0};

	assert_int_equal(igdrom_report_new(&run.report), IGDROM_OK);
	run.status =
		igdrom_contents_open(image->data, image->size, NULL, run.report, &run.contents);
	blob_free(image);
	return run;
}

void rig_end(struct rig_run *run)
{
	igdrom_contents_free(run->contents);
	igdrom_report_free(run->report);
}

const struct igdrom_finding *rig_finding(const struct rig_run *run, const char *code)
{
	return find_in(run->report, code);
}

size_t rig_forge(const char *build)
{
	struct forge forge = forge_new();

	forge.build = build;
	forge_write(&forge, rig_pe);
	return forge.size;
}

void rig_put_table(struct blob *out, const char *platform, uint8_t fill)
{
	char signature[21];

	snprintf(signature, sizeof(signature), "$VBT %-15s", platform);
	blob_put(out, signature, 20);
	blob_number(out, 100, 2);
	blob_number(out, 48, 2);
	blob_number(out, RIG_TABLE, 2);
	blob_number(out, 0, 2);
	blob_number(out, 48, 4);
	blob_fill(out, 16, 0);
	blob_text(out, "BIOS_DATA_BLOCK ");
	blob_number(out, 200, 2);
	blob_number(out, 22, 2);
	blob_number(out, RIG_TABLE - 48, 2);
	blob_fill(out, RIG_TABLE - 70, 0);
	out->data[out->size - 1] = fill; /* behind the block 0 that ends the walk */
}

void rig_put_module(struct blob *files, uint8_t id, uint8_t type, struct blob *body,
		    const char *name)
{
	struct blob sections = {0};

	put_section(&sections, type, body);
	if (name)
		put_ui(&sections, name);
	put_file(files, id, type == RIG_SECTION_RAW ? RIG_TYPE_FREE : RIG_TYPE_DRIVER, &sections);
}

void rig_put_driver(struct blob *files, uint8_t id, const char *build)
{
	struct blob body = {0};

	blob_put(&body, rig_pe, rig_forge(build));
	rig_put_module(files, id, RIG_SECTION_PE32, &body, "IntelGopDriver");
}

void rig_put_table_file(struct blob *files, uint8_t id, const char *platform, uint8_t fill)
{
	struct blob body = {0};

	rig_put_table(&body, platform, fill);
	rig_put_module(files, id, RIG_SECTION_RAW, &body, NULL);
}

struct rig_run rig_look_in_volume(struct blob *files)
{
	struct blob image = {0};
	struct rig_run run;

	put_volume(&image, writer_ffs2, RIG_VOLUME, files);
	run = rig_look(&image);
	assert_int_equal(run.status, IGDROM_OK);
	assert_int_equal(igdrom_contents_kind(run.contents), IGDROM_FILE_FIRMWARE);
	assert_non_null(igdrom_contents_firmware(run.contents));
	return run;
}

struct igdrom_bytes rig_bytes(const struct igdrom_found *found, enum igdrom_form form)
{
	struct igdrom_bytes bytes;

	assert_int_equal(igdrom_found_bytes(found, form, &bytes), IGDROM_OK);
	return bytes;
}

void rig_assert_name(const struct igdrom_found *found, enum igdrom_form form, const char *name)
{
	char *text;

	assert_int_equal(igdrom_found_file_name(found, form, &text), IGDROM_OK);
	assert_string_equal(text, name);
	igdrom_string_free(text);
}
