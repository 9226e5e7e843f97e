/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/edit_rig.h"

#include "compress/uefi.h"
#include "unit/unit.h"

const char edit_name_0d[] = "0D0D0D0D-0D0D-0D0D-0D0D-0D0D0D0D0D0D";

void put_raw_file(struct blob *out, uint8_t id, uint8_t type, size_t size)
{
	struct blob body = {0}, data = {0};

	blob_fill(&data, size, id);
	put_section(&body, 0x19, &data);
	put_file(out, id, type, &body);
}

static void put_pad(struct blob *out, size_t size)
{
	struct blob body = {0};

	blob_fill(&body, size - 24, 0xff);
	put_file(out, 0xff, 0xf0, &body);
}

struct blob volume_of(const char *text)
{
	struct blob files = {0}, image = {0};

	while (*text) {
		char *end;

		if (strncmp(text, "pad:", 4) == 0) {
			put_pad(&files, strtoul(text + 4, &end, 10));
		} else {
			uint8_t id = (uint8_t)strtoul(text, &end, 16);
			uint8_t type = *end == '*' ? 6 : 7;

			put_raw_file(&files, id, type, strtoul(end + (*end == '*') + 1, &end, 10));
		}
		text = *end ? end + 1 : end;
	}
	put_volume(&image, writer_ffs2, ROOM, &files);
	return image;
}

struct blob nested(const char *text, uint8_t behind)
{
	struct blob inner = volume_of(text), sections = {0}, encoded = {0}, body = {0}, files = {0},
		    image = {0};
	struct igdrom_bytes packed;

	put_section_text(&sections, 0x19, "in front");
	put_section(&sections, 0x17, &inner);
	put_section_text(&sections, 0x19, "behind");
	assert_int_equal(uefi_compress(UEFI_TIANO, sections.data, sections.size, &packed),
			 IGDROM_OK);
	blob_put(&encoded, packed.data, packed.size);
	igdrom_bytes_free(&packed);
	blob_free(&sections);
	put_guided(&body, writer_tiano, 1, NULL, &encoded);
	put_section_text(&body, 0x19, "odd");
	put_section_text(&body, 0x19, "last");
	put_file(&files, 0x77, 0x0b, &body);
	put_raw_file(&files, 0x78, behind, 16);
	put_volume(&image, writer_ffs2, 2 * ROOM, &files);
	return image;
}

void rig_open(struct rig *rig, struct blob *image, unsigned flags)
{
	const struct igdrom_firmware_node *n;

	*rig = (struct rig){.image = *image};
	*image = (struct blob){0};
	assert_int_equal(igdrom_report_new(&rig->report), IGDROM_OK);
	assert_int_equal(
		igdrom_firmware_open(rig->image.data, rig->image.size, NULL, NULL, &rig->firmware),
		IGDROM_OK);
	for (n = igdrom_firmware_root(rig->firmware); n; n = igdrom_firmware_node_walk(n)) {
		if (igdrom_firmware_node_kind(n) == IGDROM_NODE_VOLUME)
			rig->volume = n;
	}
	assert_int_equal(igdrom_edit_new(rig->firmware, flags, &rig->edit), IGDROM_OK);
}

void rig_close(struct rig *rig)
{
	igdrom_edit_free(rig->edit);
	igdrom_firmware_free(rig->firmware);
	igdrom_report_free(rig->report);
	blob_free(&rig->image);
}

const struct igdrom_firmware_node *file_at(const struct rig *rig, size_t n)
{
	const struct igdrom_firmware_node *file = igdrom_firmware_node_first_child(rig->volume);

	while (n--)
		file = igdrom_firmware_node_next(file);
	return file;
}
