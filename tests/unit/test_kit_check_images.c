/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"
#include "unit/kit_rig.h"

#include "kit/check.h"

static void gutted_drivers_are_found(void **state)
{
	static const uint8_t returns[] = {0x31, 0xc0, 0xc3};
	static const uint8_t fails[] = {0xf3, 0x0f, 0x1e, 0xfa, 0x55, 0x48, 0x89, 0xe5, 0x48, 0xb8,
					3,    0,    0,    0,    0,    0,    0,    0x80, 0x5d, 0xc3};
	static const uint8_t jumps[] = {0xeb, 0x05, 1, 2, 3, 4, 5, 0xe9, 1, 0, 0, 0, 0xf4, 0xc3};
	static const uint8_t traps[] = {0x0f, 0x0b};
	static const uint8_t no_calls[] = {0xff, 0xc0, 0xeb, 0xfc}; /* inc eax; jmp back */
	static const struct {
		const uint8_t *code;
		size_t size;
		const char *finding;
	} cases[] = {
		{returns, sizeof(returns), "check-driver-empty"},
		{fails, sizeof(fails), "check-driver-empty"},
		{jumps, sizeof(jumps), "check-driver-empty"},
		{traps, sizeof(traps), "check-driver-empty"},
		{no_calls, sizeof(no_calls), "check-driver-no-calls"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct driver_spec spec = {.code = cases[i].code, .code_size = cases[i].size};
		struct file rom = {.size = 0};

		append_driver(&rom, &spec, true);
		pad_rom(&rom);
		assert_int_not_equal(severity_in(&rom, 0, cases[i].finding), -1);
	}
}

static void a_driver_without_a_code_section_is_gutted(void **state)
{
	const struct driver_spec spec = {.code_elsewhere = true};
	struct file rom = {.size = 0};

	(void)state;
	append_driver(&rom, &spec, true);
	pad_rom(&rom);
	assert_int_equal(severity_in(&rom, 0, "check-driver-no-code"), IGDROM_SEVERITY_ERROR);
}

static void working_drivers_are_not_called_gutted(void **state)
{
	static const uint8_t jumps[] = {0xeb, 0x01, 0xc3, 0xff, 0x25, 0, 0, 0, 0};
	static const uint8_t arm[] = {0xc3, 0x03, 0x5f, 0xd6}; /* other code is not looked at */
	static const struct driver_spec specs[] = {
		{0},
		{.code = jumps, .code_size = sizeof(jumps)},
		{.machine = 0xaa64, .code = arm, .code_size = sizeof(arm)},
	};
	const struct igdrom_bytes guest = igdrom_guest_driver();
	struct file file;

	(void)state;
	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
		make_driver(&file, &specs[i]);
		assert_int_equal(check_driver_state(file.data, file.size), DRIVER_OK);
	}
	assert_int_equal(check_driver_state(guest.data, guest.size), DRIVER_OK);
}

/* Offset of the payload of an image in the ROM. */
static size_t payload_at(const struct file *rom, size_t index)
{
	struct igdrom_rom *parsed;
	size_t at;

	assert_int_equal(igdrom_rom_parse(rom->data, rom->size, NULL, NULL, &parsed), IGDROM_OK);
	at = (size_t)igdrom_rom_image_offset(igdrom_rom_image_at(parsed, index));
	igdrom_rom_free(parsed);
	return at + (size_t)(rom->data[at + 0x16] | rom->data[at + 0x17] << 8);
}

static void a_changed_payload_contradicts_the_manifest(void **state)
{
	struct igdrom_report *report;
	struct file rom;

	(void)state;
	build_rom(&rom, &gop_desktop);
	rom.data[payload_at(&rom, 1) + 0x90] ^= 1; /* PE time stamp */
	report = check_rom(&rom, 0);
	assert_int_equal(igdrom_finding_severity(find_in(report, "check-manifest-payload")),
			 IGDROM_SEVERITY_ERROR);
	assert_null(find_in(report, "check-manifest-matches"));
	igdrom_report_free(report);
}

static void a_changed_guest_driver_is_not_taken_for_ours(void **state)
{
	struct file rom;

	(void)state;
	build_rom(&rom, NULL);
	assert_int_equal(severity_in(&rom, 0, "check-guest-driver"), IGDROM_SEVERITY_INFO);
	rom.data[payload_at(&rom, 0) + 0x3f] ^= 0; /* nothing */
	assert_int_equal(severity_in(&rom, 0, "check-guest-driver"), IGDROM_SEVERITY_INFO);
	rom.data[payload_at(&rom, 0) + 2] ^= 1; /* DOS header */
	assert_int_equal(severity_in(&rom, 0, "check-guest-driver"), -1);
}

static void a_damaged_manifest_is_an_error(void **state)
{
	struct file rom;

	(void)state;
	build_rom(&rom, NULL);
	rom.data[payload_at(&rom, 1) + 0x20] ^= 1;
	assert_int_equal(severity_in(&rom, 0, "rom-manifest-corrupt"), IGDROM_SEVERITY_ERROR);
	assert_int_equal(severity_in(&rom, 0, "check-manifest-matches"), -1);
}

/* Takes the image out of the row; the manifest comes last and stays. */
static void remove_image(struct file *rom, size_t index)
{
	struct igdrom_rom *parsed;
	size_t at, size;

	assert_int_equal(igdrom_rom_parse(rom->data, rom->size, NULL, NULL, &parsed), IGDROM_OK);
	at = (size_t)igdrom_rom_image_offset(igdrom_rom_image_at(parsed, index));
	size = igdrom_rom_image_size(igdrom_rom_image_at(parsed, index));
	igdrom_rom_free(parsed);
	memmove(rom->data + at, rom->data + at + size, rom->size - at - size);
	rom->size -= size;
}

static void an_image_taken_out_contradicts_the_manifest(void **state)
{
	struct file rom;

	(void)state;
	build_rom(&rom, &gop_desktop);
	remove_image(&rom, 0);
	/* Image 0 is another one now, and what was image 1 is the manifest. */
	assert_int_equal(severity_in(&rom, 0, "check-manifest-payload"), IGDROM_SEVERITY_ERROR);
	build_rom(&rom, &gop_desktop);
	remove_image(&rom, 0);
	remove_image(&rom, 0);
	assert_int_equal(severity_in(&rom, 0, "check-manifest-no-image"), IGDROM_SEVERITY_ERROR);
}

/* An open-ended ROM of ours, to put something behind. */
static void build_open_ended(struct file *rom)
{
	struct igdrom_rom_builder *builder;
	struct igdrom_bytes bytes;

	assert_int_equal(igdrom_rom_builder_new(&builder), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_set_open_ended(builder, true), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(builder), IGDROM_OK);
	assert_int_equal(igdrom_rom_builder_finish(builder, NULL, &bytes), IGDROM_OK);
	memcpy(rom->data, bytes.data, bytes.size);
	rom->size = bytes.size;
	igdrom_bytes_free(&bytes);
	igdrom_rom_builder_free(builder);
}

static void an_image_put_in_later_is_noticed(void **state)
{
	const struct driver_spec plain = {0};
	struct file rom, data;

	(void)state;
	build_open_ended(&rom);
	append_driver(&rom, &plain, true);
	assert_int_equal(severity_in(&rom, 0, "check-manifest-unlisted"), IGDROM_SEVERITY_WARNING);
	assert_int_equal(severity_in(&rom, 0, "check-manifest-matches"), -1);
	build_rom(&data, NULL);
	assert_int_equal(severity_in(&data, 0, "check-manifest-unlisted"), -1);
}

static void two_manifests_are_named(void **state)
{
	struct file rom, second;

	(void)state;
	build_open_ended(&rom);
	assert_int_equal(severity_in(&rom, 0, "check-manifest-several"), -1);
	build_rom(&second, NULL);
	assert_true(second.size <= sizeof(rom.data) - rom.size);
	memcpy(rom.data + rom.size, second.data, second.size);
	rom.size += second.size;
	assert_int_equal(severity_in(&rom, 0, "check-manifest-several"), IGDROM_SEVERITY_WARNING);
}

static void roms_of_others_have_no_manifest(void **state)
{
	struct file rom = {.size = 0};

	(void)state;
	append_policy(&rom, false);
	add_other_image(&rom, IGDROM_CODE_TYPE_DATA, true);
	pad_rom(&rom);
	assert_int_equal(severity_in(&rom, 0, "check-manifest-missing"), IGDROM_SEVERITY_INFO);
	assert_int_equal(severity_in(&rom, 0, "check-data-unknown"), IGDROM_SEVERITY_INFO);
}

/* The smallest VBT there is: 48 bytes of header, 22 of BDB. */
static void make_vbt(uint8_t vbt[70], uint8_t bdb_version)
{
	memset(vbt, 0, 70);
	memcpy(vbt, "$VBT KABYLAKE       ", 20);
	vbt[22] = 48;
	vbt[24] = 70;
	vbt[28] = 48;
	memcpy(vbt + 48, "BIOS_DATA_BLOCK ", 16);
	vbt[64] = bdb_version;
	vbt[66] = 22;
	vbt[68] = 22;
}

static int severity_of_hang(const char *build, uint8_t bdb_version, uint16_t device_id)
{
	static const uint16_t ids[] = {0x3e92};
	const struct gop_spec spec = {ids, 1, "9", "0", build, false};
	struct kit kit = kit_new();
	struct igdrom_bytes bytes;
	struct igdrom_rom *rom;
	struct file file = {0};
	uint8_t vbt[70];

	make_vbt(vbt, bdb_version);
	assert_int_equal(igdrom_rom_builder_add_guest_driver(kit.builder), IGDROM_OK);
	assert_int_equal(add_gop(&kit, &spec, "gop.efi"), IGDROM_OK);
	assert_int_equal(
		igdrom_rom_builder_add_vbt(kit.builder, vbt, sizeof(vbt), "vbt", NULL, kit.report),
		IGDROM_OK);
	rom = finish(&kit, &bytes);
	memcpy(file.data, bytes.data, bytes.size);
	file.size = bytes.size;
	/* A VBT of ours is no data of somebody else. */
	assert_int_equal(severity_in(&file, device_id, "check-data-unknown"), -1);
	release(rom, &bytes);
	kit_free(&kit);
	return severity_in(&file, device_id, "check-gop-vbt-hang");
}

static void a_gop_and_a_vbt_that_stop_the_boot_are_told(void **state)
{
	(void)state;
	/* facts: the two builds hang on BDB 206 and 209, not on 212; 9.0.1084 takes 206 */
	assert_int_equal(severity_of_hang("1107", 206, 0), IGDROM_SEVERITY_WARNING);
	assert_int_equal(severity_of_hang("1109", 209, 0x3e92), IGDROM_SEVERITY_WARNING);
	assert_int_equal(severity_of_hang("1109", 212, 0), -1);
	assert_int_equal(severity_of_hang("1084", 206, 0), -1);
	assert_int_equal(severity_of_hang("1109", 206, 0x4680), -1); /* it would not be started */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gop_and_a_vbt_that_stop_the_boot_are_told),
		cmocka_unit_test(gutted_drivers_are_found),
		cmocka_unit_test(a_driver_without_a_code_section_is_gutted),
		cmocka_unit_test(working_drivers_are_not_called_gutted),
		cmocka_unit_test(a_changed_payload_contradicts_the_manifest),
		cmocka_unit_test(a_changed_guest_driver_is_not_taken_for_ours),
		cmocka_unit_test(a_damaged_manifest_is_an_error),
		cmocka_unit_test(an_image_taken_out_contradicts_the_manifest),
		cmocka_unit_test(an_image_put_in_later_is_noticed),
		cmocka_unit_test(two_manifests_are_named),
		cmocka_unit_test(roms_of_others_have_no_manifest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
