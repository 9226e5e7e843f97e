/* SPDX-License-Identifier: BSD-2-Clause */
/* A ROM as a file of a volume, and what there is in an image for an assigned GPU. */
#include "unit/unit.h"

#include "unit/edit_rig.h"
#include "unit/kit_rig.h"

#define VOLUME_ROOM 0x20000

/* 3773120C-1195-4BC6-884B-FA4072645EE3 as EFI_GUID in memory (UEFI 2.10 appendix A). */
static const uint8_t rom_guid[16] = {0x0c, 0x12, 0x73, 0x37, 0x95, 0x11, 0xc6, 0x4b,
				     0x88, 0x4b, 0xfa, 0x40, 0x72, 0x64, 0x5e, 0xe3};
/* EC2E931B-3281-48A5-8107-DF8A8BED3C5D, PlatformGopPolicy. */
static const uint8_t policy_guid[16] = {0x1b, 0x93, 0x2e, 0xec, 0x81, 0x32, 0xa5, 0x48,
					0x81, 0x07, 0xdf, 0x8a, 0x8b, 0xed, 0x3c, 0x5d};

static void put_content(struct blob *files, uint8_t id, uint8_t type, uint8_t section,
			const void *data, size_t size)
{
	struct blob body = {0}, content = {0};

	blob_put(&content, data, size);
	put_section(&body, section, &content);
	put_file(files, id, type, &body);
}

static void put_driver(struct blob *files, uint8_t id, uint8_t type, const void *data, size_t size)
{
	const struct driver_spec spec = {.data = data, .data_size = size};
	struct file driver;

	make_driver(&driver, &spec);
	put_content(files, id, type, 0x10, driver.data, driver.size);
}

/* front: bytes before the VBT. */
static void put_vbt(struct blob *files, uint8_t id, uint8_t type, size_t front)
{
	/* Header of 48 bytes, then a BIOS data block of its header alone. */
	struct blob vbt = {0};

	blob_fill(&vbt, front, 0);
	blob_text(&vbt, "$VBT UNIT-TEST      ");
	blob_number(&vbt, 100, 2); /* version */
	blob_number(&vbt, 48, 2);  /* header size */
	blob_number(&vbt, 70, 2);
	blob_number(&vbt, 0, 2); /* checksum, reserved */
	blob_number(&vbt, 48, 4);
	blob_fill(&vbt, 16, 0);
	blob_text(&vbt, "BIOS_DATA_BLOCK ");
	blob_number(&vbt, 200, 2);
	blob_number(&vbt, 22, 2);
	blob_number(&vbt, 22, 2);
	put_content(files, id, type, 0x19, vbt.data, vbt.size);
	blob_free(&vbt);
}

static struct rig rig_of(struct blob *files)
{
	struct blob image = {0};
	struct rig rig;

	put_volume(&image, writer_ffs2, VOLUME_ROOM, files);
	rig_open(&rig, &image, 0);
	return rig;
}

static struct rig small_rig(void)
{
	struct blob files = {0};

	put_raw_file(&files, 0x0a, 7, 40);
	return rig_of(&files);
}

static enum igdrom_status add(struct rig *rig, const struct file *rom)
{
	return igdrom_edit_add_rom(rig->edit, rig->volume, rom->data, rom->size, rig->report);
}

static void a_rom_becomes_a_file_of_data(void **state)
{
	struct rig rig = small_rig();
	struct igdrom_bytes image;
	const uint8_t *file;
	struct file rom;

	(void)state;
	build_rom(&rom, &gop_desktop);
	assert_int_equal(add(&rig, &rom), IGDROM_OK);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, rig.report, &image), IGDROM_OK);
	/* Behind the header of the volume and the file that was there, which is 24 + 4 + 40 bytes. */
	file = image.data + 72 + 72;
	assert_memory_equal(file, rom_guid, 16);
	assert_int_equal(file[18], 0x02); /* FREEFORM */
	assert_int_equal(file[24] | file[25] << 8 | file[26] << 16, 4 + rom.size);
	assert_int_equal(file[27], 0x19); /* RAW */
	assert_memory_equal(file + 28, rom.data, rom.size);
	assert_int_equal(file[28 + rom.size + 3], 0x15); /* USER_INTERFACE */
	assert_memory_equal(file + 28 + rom.size + 4, "I\0g\0d\0R\0o\0m\0D\0a\0t\0a\0\0", 22);
	igdrom_bytes_free(&image);
	rig_close(&rig);
}

static void expect(const struct file *rom, enum igdrom_status status, const char *code)
{
	struct rig rig = small_rig();

	assert_int_equal(add(&rig, rom), status);
	assert_int_equal(igdrom_edit_count(rig.edit), 0);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(rig.report, 0)), code);
	rig_close(&rig);
}

static void bytes_that_are_no_rom_of_ours_are_refused(void **state)
{
	struct file rom = {.size = 1000};

	(void)state;
	expect(&rom, IGDROM_E_NOT_RECOGNIZED, "edit-no-rom");
	rom.size = 0;
	append_gop(&rom, &gop_desktop, true); /* a ROM, but without a manifest */
	expect(&rom, IGDROM_E_NOT_RECOGNIZED, "edit-no-rom");
	build_rom(&rom, &gop_desktop);
	rom.size /= 2;
	expect(&rom, IGDROM_E_NOT_RECOGNIZED, "edit-no-rom");
}

/* As the library builds it: a GOP that firmware is to start, or a legacy image in front. */
static void build_other(struct file *rom, bool legacy)
{
	struct file gop, image = {0};
	struct igdrom_bytes bytes;
	struct kit kit = kit_new();

	make_gop(&gop, &gop_desktop);
	add_legacy_image(&image, 1024, 0x4680, true);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_select(kit.builder, legacy), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_gop(kit.builder, gop.data, gop.size, "gop.efi",
						    NULL, kit.report),
			 IGDROM_OK);
	if (legacy)
		assert_int_equal(igdrom_rom_builder_add_legacy(kit.builder, image.data, image.size,
							       "vbios", kit.report),
				 IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_finish(kit.builder, kit.report, &bytes), IGDROM_OK);
	memcpy(rom->data, bytes.data, bytes.size);
	rom->size = bytes.size;
	igdrom_bytes_free(&bytes);
	kit_free(&kit);
}

static void images_that_nobody_would_start_are_refused(void **state)
{
	struct file rom;

	(void)state;
	build_other(&rom, false);
	expect(&rom, IGDROM_E_REFUSED, "edit-rom-image");
	build_other(&rom, true);
	expect(&rom, IGDROM_E_REFUSED, "edit-rom-image");
}

static void a_second_rom_is_refused(void **state)
{
	struct rig rig = small_rig();
	struct file rom;

	(void)state;
	build_rom(&rom, &gop_desktop);
	assert_int_equal(add(&rig, &rom), IGDROM_OK);
	assert_int_equal(add(&rig, &rom), IGDROM_E_EXISTS);
	assert_int_equal(igdrom_edit_add_rom(NULL, rig.volume, rom.data, rom.size, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_edit_add_rom(rig.edit, NULL, rom.data, rom.size, NULL),
			 IGDROM_E_INVAL);
	assert_int_equal(igdrom_edit_add_rom(rig.edit, rig.volume, NULL, rom.size, NULL),
			 IGDROM_E_INVAL);
	rig_close(&rig);
}

static const enum igdrom_gpu_file kinds[] = {
	IGDROM_GPU_FILE_GOP,  IGDROM_GPU_FILE_POLICY, IGDROM_GPU_FILE_ASSIGNMENT,
	IGDROM_GPU_FILE_VBT,  IGDROM_GPU_FILE_NONE,   IGDROM_GPU_FILE_NONE,
	IGDROM_GPU_FILE_NONE, IGDROM_GPU_FILE_NONE,   IGDROM_GPU_FILE_NONE,
};
#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

static struct rig rig_of_others(void)
{
	struct blob files = {0}, inner = {0}, body = {0};
	struct file gop;

	make_gop(&gop, &gop_desktop);
	put_content(&files, 0x01, 7, 0x10, gop.data, gop.size);
	put_driver(&files, 0x02, 7, policy_guid, sizeof(policy_guid));
	put_driver(&files, 0x03, 7, "etc/igd-opregion", 17);
	put_vbt(&files, 0x04, 2, 0);
	/* Nothing is in it; code of an earlier phase; a table that is no file of data; data that is none. */
	put_driver(&files, 0x05, 7, "etc/igd-opregio", 16);
	put_driver(&files, 0x06, 6, policy_guid, sizeof(policy_guid));
	put_vbt(&files, 0x07, 7, 0);
	put_vbt(&files, 0x0a, 2, 4); /* data of another kind with a VBT in it */
	/* What lies in a volume in a file is none of the file's. */
	put_vbt(&inner, 0x09, 2, 0);
	put_volume(&body, writer_ffs2, ROOM, &inner);
	inner = (struct blob){0};
	put_section(&inner, 0x17, &body);
	put_file(&files, 0x08, 2, &inner);
	return rig_of(&files);
}

/* The outer volume: rig->volume is the innermost. */
static const struct igdrom_firmware_node *outer(const struct rig *rig)
{
	const struct igdrom_firmware_node *n = igdrom_firmware_root(rig->firmware);

	while (n && igdrom_firmware_node_kind(n) != IGDROM_NODE_VOLUME)
		n = igdrom_firmware_node_walk(n);
	return n;
}

static void files_for_the_gpu_are_known_by_their_content(void **state)
{
	struct rig rig = rig_of_others();
	const struct igdrom_firmware_node *file = igdrom_firmware_node_first_child(outer(&rig));

	(void)state;
	for (size_t i = 0; i < KIND_COUNT; i++, file = igdrom_firmware_node_next(file))
		assert_int_equal(igdrom_edit_gpu_file(file), kinds[i]);
	assert_int_equal(igdrom_edit_gpu_file(file_at(&rig, 0)), IGDROM_GPU_FILE_VBT);
	assert_int_equal(igdrom_edit_gpu_file(outer(&rig)), IGDROM_GPU_FILE_NONE);
	assert_int_equal(igdrom_edit_gpu_file(NULL), IGDROM_GPU_FILE_NONE);
	assert_null(igdrom_gpu_file_name(IGDROM_GPU_FILE_NONE));
	assert_string_equal(igdrom_gpu_file_name(IGDROM_GPU_FILE_POLICY), "GOP policy driver");
	rig_close(&rig);
}

static void all_of_them_are_taken_out(void **state)
{
	struct rig rig = rig_of_others();
	const struct igdrom_firmware_node *file = igdrom_firmware_node_first_child(outer(&rig));

	(void)state;
	assert_int_equal(igdrom_edit_remove_gpu_files(rig.edit, rig.report), IGDROM_OK);
	assert_int_equal(igdrom_edit_count(rig.edit), 5);
	for (size_t i = 0; i < 4; i++, file = igdrom_firmware_node_next(file)) {
		assert_string_equal(igdrom_edit_verb(rig.edit, i), "remove");
		assert_ptr_equal(igdrom_edit_target(rig.edit, i), file);
	}
	assert_ptr_equal(igdrom_edit_target(rig.edit, 4), file_at(&rig, 0));
	assert_int_equal(igdrom_edit_remove_gpu_files(rig.edit, rig.report), IGDROM_E_EXISTS);
	assert_int_equal(igdrom_edit_remove_gpu_files(NULL, NULL), IGDROM_E_INVAL);
	rig_close(&rig);
}

/* Ours go in, come out and go in again: the same bytes. */
static void ours_are_taken_out_and_put_in_again(void **state)
{
	struct rig rig = small_rig(), again;
	struct igdrom_bytes first, second;
	struct blob image = {0};
	struct file rom;

	(void)state;
	build_rom(&rom, &gop_desktop);
	assert_int_equal(igdrom_edit_add_guest_driver(rig.edit, rig.volume, NULL), IGDROM_OK);
	assert_int_equal(add(&rig, &rom), IGDROM_OK);
	assert_int_equal(igdrom_edit_save(rig.edit, NULL, NULL, &first), IGDROM_OK);
	blob_put(&image, first.data, first.size);
	rig_open(&again, &image, 0);
	assert_int_equal(igdrom_edit_gpu_file(file_at(&again, 1)), IGDROM_GPU_FILE_DRIVER);
	assert_int_equal(igdrom_edit_gpu_file(file_at(&again, 2)), IGDROM_GPU_FILE_ROM);
	assert_int_equal(igdrom_edit_remove_gpu_files(again.edit, NULL), IGDROM_OK);
	assert_int_equal(igdrom_edit_add_guest_driver(again.edit, again.volume, NULL), IGDROM_OK);
	assert_int_equal(add(&again, &rom), IGDROM_OK);
	assert_int_equal(igdrom_edit_save(again.edit, NULL, NULL, &second), IGDROM_OK);
	assert_int_equal(first.size, second.size);
	assert_memory_equal(first.data, second.data, first.size);
	igdrom_bytes_free(&first);
	igdrom_bytes_free(&second);
	rig_close(&again);
	rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rom_becomes_a_file_of_data),
		cmocka_unit_test(bytes_that_are_no_rom_of_ours_are_refused),
		cmocka_unit_test(images_that_nobody_would_start_are_refused),
		cmocka_unit_test(a_second_rom_is_refused),
		cmocka_unit_test(files_for_the_gpu_are_known_by_their_content),
		cmocka_unit_test(all_of_them_are_taken_out),
		cmocka_unit_test(ours_are_taken_out_and_put_in_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
