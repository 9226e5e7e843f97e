/* SPDX-License-Identifier: BSD-2-Clause */
/* Vendors' packages, on files of tests/fixtures/packages.py, which says what is in them. */
#include "unit/findings.h"
#include "unit/package_files.h"

#include "igd/crc32.h"

#include <igdrom/firmware.h>

#include <limits.h>
#include <stdio.h>

#define SKIPPED  77
#define TEXT_MAX 4096

static bool left_out;

static bool has_finding(const char *code)
{
	return find_in(report, code);
}

/* The offset of the only finding, which has this code. */
static uint64_t only_finding(const char *code)
{
	assert_int_equal(igdrom_report_count(report), 1);
	assert_string_equal(igdrom_finding_code(igdrom_report_at(report, 0)), code);
	return igdrom_finding_offset(igdrom_report_at(report, 0));
}

/* Compares with the lines "CRC SIZE NAME" of NAME.parts. */
static void check_parts(const char *name, struct file file, const struct wrap_parts *parts)
{
	char path[512], label[256] = "", line[512];
	unsigned long size;
	unsigned crc;
	size_t i = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.parts", PACKAGES, name);
	f = fopen(path, "r");
	assert_non_null(f);
	for (; fgets(line, sizeof(line), f); i++) {
		const struct wrap_part *part = &parts->parts[i];

		line[strcspn(line, "\n")] = '\0';
		assert_true(sscanf(line, "%x %lu %255[^\n]", &crc, &size, label) >= 2);
		assert_true(i < parts->count);
		assert_int_equal(part->bytes.size, size);
		assert_int_equal(igd_crc32(0, part->bytes.data, part->bytes.size), crc);
		if (part->name)
			assert_string_equal(part->name, label);
		else
			assert_true(line[strlen(line) - 1] == ' ');
		assert_true(part->offset <= file.size && part->extent <= file.size - part->offset);
		if (!part->owned)
			assert_ptr_equal(part->bytes.data, file.data + part->offset);
	}
	fclose(f);
	assert_int_equal(parts->count, i);
	assert_true(i > 0);
}

/* Unpacks what packages.py wrote under a name. */
static void expect_parts(const char *name, const char *package)
{
	struct file file = load(name);
	struct wrap_parts parts;
	const char *recognized;

	assert_true(wrap_recognize(cur_from(file.data, file.size, 0), &recognized));
	assert_string_equal(recognized, package);
	assert_int_equal(unpack(file, &parts), IGDROM_OK);
	assert_string_equal(parts.package, package);
	check_parts(name, file, &parts);
	wrap_parts_free(&parts);
	free(file.data);
}

/* A build may lack libarchive or zlib; then there is nothing to test but that it says so. */
static bool is_left_out(const char *name)
{
	struct file file = load(name);
	struct wrap_parts parts;
	bool without = unpack(file, &parts) == IGDROM_E_NOT_BUILT;

	if (without)
		assert_true(has_finding("wrap-not-built"));
	left_out = left_out || without;
	wrap_parts_free(&parts);
	free(file.data);
	forget_findings();
	return without;
}

static void expect_failure(const char *name, enum igdrom_status status, const char *code)
{
	struct file file = load(name);
	struct wrap_parts parts;

	assert_int_equal(unpack(file, &parts), status);
	assert_int_equal(parts.count, 0);
	assert_null(parts.parts);
	if (code)
		assert_true(has_finding(code));
	free(file.data);
}

static void joins_the_blocks_of_bios_guard_components_in_their_order(void **state)
{
	(void)state;
	expect_parts("pfat", "AMI BIOS Guard package (PFAT)");
	expect_parts("pfat-unsigned", "AMI BIOS Guard package (PFAT)");
	expect_parts("pfat-in-exe", "AMI BIOS Guard package (PFAT)");
	assert_int_equal(igdrom_report_count(report), 0);
}

static void gives_a_nested_bios_guard_package_as_the_part_it_is(void **state)
{
	(void)state;
	expect_parts("pfat-nested", "AMI BIOS Guard package (PFAT)");
}

static void says_when_a_bios_guard_package_ends_inside_a_block(void **state)
{
	struct file file = load("pfat-unsigned");
	struct wrap_parts parts;
	size_t header = file.data[0] | (size_t)file.data[1] << 8;

	(void)state;
	file.size = header + 48 + 40 + 700 + 48 + 40 + 100; /* in the data of the second block */
	assert_int_equal(unpack(file, &parts), IGDROM_OK);
	assert_int_equal(only_finding("wrap-pfat-truncated"), header + 48 + 40 + 700);
	assert_int_equal(parts.count, 1);
	assert_int_equal(parts.parts[0].bytes.size, 700);
	wrap_parts_free(&parts);
	free(file.data);
}

static void says_when_a_bios_guard_block_has_no_script(void **state)
{
	struct file file = load("pfat-unsigned");
	struct wrap_parts parts;
	size_t script = (file.data[0] | (size_t)file.data[1] << 8) + 48;

	(void)state;
	file.data[script] ^= 1;
	assert_int_equal(unpack(file, &parts), IGDROM_OK);
	assert_int_equal(only_finding("wrap-pfat-script"), script - 48);
	assert_int_equal(parts.count, 2);
	wrap_parts_free(&parts);
	free(file.data);
}

static void finds_no_component_where_the_index_lists_none(void **state)
{
	struct file file = load("pfat-unsigned");
	struct wrap_parts parts;

	(void)state;
	for (size_t i = 0; i < 150; i++)
		file.data[i] = file.data[i] == ';' ? ':' : file.data[i];
	assert_int_equal(unpack(file, &parts), IGDROM_E_CORRUPT);
	assert_int_equal(only_finding("wrap-pfat-index"), 0);
	free(file.data);
}

static void takes_a_dell_update_apart_level_by_level(void **state)
{
	(void)state;
	if (is_left_out("pfs-exe"))
		return;
	expect_parts("pfs-exe", "Dell update package (PFS)");
	expect_parts("pfs-volume", "Dell PFS volume");
	assert_int_equal(igdrom_report_count(report), 0);
}

static void puts_the_blocks_of_a_dell_image_where_they_go_in_flash(void **state)
{
	(void)state;
	expect_parts("pfs-blocks", "Dell PFS volume");
	(void)only_finding("wrap-pfs-gap");
}

static void compares_the_checksums_of_a_dell_update(void **state)
{
	struct file file = load("pfs-volume");
	struct wrap_parts parts;

	(void)state;
	file.data[file.size - 12] ^= 1; /* CRC-32 in the footer */
	assert_int_equal(unpack(file, &parts), IGDROM_OK);
	assert_int_equal(only_finding("wrap-pfs-checksum"), file.size - 16);
	assert_int_equal(parts.count, 3);
	wrap_parts_free(&parts);
	forget_findings();
	file.data[file.size - 1] ^= 1; /* its tag */
	assert_int_equal(unpack(file, &parts), IGDROM_OK);
	assert_int_equal(only_finding("wrap-pfs-footer"), file.size - 16);
	wrap_parts_free(&parts);
	free(file.data);
}

static void reads_a_dell_section_whose_header_lies_about_its_size(void **state)
{
	struct file file;
	struct wrap_parts parts;

	(void)state;
	if (is_left_out("pfs-exe"))
		return;
	file = load("pfs-exe");
	file.data[512] ^= 1; /* behind the stub */
	assert_int_equal(unpack(file, &parts), IGDROM_OK);
	assert_true(has_finding("wrap-pfs-checksum"));
	assert_true(has_finding("wrap-pfs-footer"));
	check_parts("pfs-exe", file, &parts);
	wrap_parts_free(&parts);
	free(file.data);
}

static void finds_the_images_of_an_insyde_updater_and_not_its_constants(void **state)
{
	(void)state;
	expect_parts("iflash", "Insyde iFlash package");
	assert_int_equal(igdrom_report_count(report), 0);
}

static void decodes_the_modules_of_an_ami_updater(void **state)
{
	(void)state;
	expect_parts("ucp", "AMI UCP package");
	assert_int_equal(igdrom_report_count(report), 0);
}

static void decodes_a_file_that_is_compressed_as_a_whole(void **state)
{
	struct file file = load("upc");
	struct wrap_parts parts;

	(void)state;
	expect_parts("upc", "file compressed as UEFI does (.UPC)");
	memset(file.data + 8, 0xff, 100);
	assert_int_equal(unpack(file, &parts), IGDROM_E_CORRUPT);
	assert_int_equal(only_finding("wrap-stream"), 0);
	free(file.data);
}

static void undoes_what_hides_an_archive(void **state)
{
	(void)state;
	expect_parts("inverted", "inverted cabinet of an updater");
	expect_parts("rotated", "Insyde iFdPacker updater");
}

static void reads_archives_of_every_kind(void **state)
{
	(void)state;
	if (is_left_out("zip"))
		return;
	expect_parts("zip", "ZIP archive");
	expect_parts("7z", "7-Zip archive");
	expect_parts("7z-lzma", "7-Zip archive");
	expect_parts("rar4", "RAR archive");
	expect_parts("rar5", "RAR archive");
	expect_parts("cab", "cabinet");
	expect_parts("tar", "tar archive");
	if (!is_left_out("tar-gz"))
		expect_parts("tar-gz", "gzip file");
}

static void reads_archives_behind_programs_that_unpack_them(void **state)
{
	(void)state;
	if (is_left_out("zip"))
		return;
	expect_parts("zip-in-exe", "ZIP archive");
	expect_parts("zip-in-exe-adjusted", "ZIP archive");
	expect_parts("7z-in-exe", "7-Zip archive");
	expect_parts("rar4-in-exe", "RAR archive");
	expect_parts("rar5-in-exe", "RAR archive");
	expect_parts("two-cabs-in-exe", "cabinet");
}

static void reads_what_a_disk_boots_from(void **state)
{
	(void)state;
	if (is_left_out("iso"))
		return;
	expect_parts("iso", "ISO 9660 image");
}

static void leaves_out_files_that_are_no_firmware_and_says_so(void **state)
{
	(void)state;
	if (is_left_out("zip"))
		return;
	expect_parts("zip", "ZIP archive");
	(void)only_finding("wrap-left-out");
	assert_non_null(strstr(igdrom_finding_text(igdrom_report_at(report, 0)),
			       ": 1, the first of them notes.txt."));
	forget_findings();
	expect_failure("zip-nothing", IGDROM_E_NOT_FOUND, "wrap-left-out");
}

static void makes_names_harmless(void **state)
{
	(void)state;
	if (is_left_out("zip"))
		return;
	expect_parts("zip-names", "ZIP archive");
}

static void says_what_opens_an_encrypted_archive(void **state)
{
	(void)state;
	if (is_left_out("zip"))
		return;
	expect_failure("zip-encrypted", IGDROM_E_UNSUPPORTED, "wrap-encrypted");
	forget_findings();
	expect_failure("7z-encrypted", IGDROM_E_UNSUPPORTED, "wrap-encrypted");
}

static void says_which_file_uses_a_method_that_is_not_known(void **state)
{
	(void)state;
	if (is_left_out("zip"))
		return;
	expect_failure("zip-deflate64", IGDROM_E_NOT_FOUND, "wrap-entry-unreadable");
	assert_non_null(strstr(igdrom_finding_text(igdrom_report_at(report, 0)), "ROM.CAP"));
}

static void says_what_opens_a_package_that_is_not_opened(void **state)
{
	(void)state;
	expect_failure("inno", IGDROM_E_UNSUPPORTED, "wrap-foreign");
	assert_non_null(strstr(igdrom_finding_fix(igdrom_report_at(report, 0)), "innoextract"));
	expect_failure("nsis", IGDROM_E_UNSUPPORTED, "wrap-foreign");
	expect_failure("xz", IGDROM_E_UNSUPPORTED, "wrap-foreign");
	expect_failure("qcow2", IGDROM_E_UNSUPPORTED, "wrap-foreign");
	assert_non_null(strstr(igdrom_finding_fix(igdrom_report_at(report, 3)), "qemu-img"));
}

static void takes_no_program_for_a_package_because_of_its_constants(void **state)
{
	struct file file = load("no-package");
	struct wrap_parts parts;
	const char *name;

	(void)state;
	assert_false(wrap_recognize(cur_from(file.data, file.size, 0), &name));
	assert_int_equal(unpack(file, &parts), IGDROM_E_NOT_RECOGNIZED);
	free(file.data);
}

static void finds_the_volume_deep_inside_of_an_update(void **state)
{
	const struct igdrom_firmware_node *node;
	struct igdrom_firmware *firmware;
	struct file file;
	char *path;

	(void)state;
	if (is_left_out("zip") || is_left_out("pfs-exe"))
		return;
	file = load("deep");
	assert_int_equal(igdrom_firmware_open(file.data, file.size, NULL, report, &firmware),
			 IGDROM_OK);
	node = igdrom_firmware_root(firmware);
	while (node && igdrom_firmware_node_kind(node) != IGDROM_NODE_VOLUME)
		node = igdrom_firmware_node_walk(node);
	assert_non_null(node);
	assert_int_equal(igdrom_firmware_node_path(node, &path), IGDROM_OK);
	assert_string_equal(path,
			    "entry update/Latitude.exe/entry Firmware/entry System BIOS 2.0.0/"
			    "entry 1.2.3/entry BIOS Guard image/"
			    "volume 8C8CE578-8A3D-4F1C-9935-896185C32DD3");
	igdrom_string_free(path);
	igdrom_firmware_free(firmware);
	free(file.data);
}

static void leaves_out_a_bomb_and_reads_what_follows(void **state)
{
	(void)state;
	if (is_left_out("zip"))
		return;
	expect_parts("zip-bomb", "ZIP archive");
	(void)only_finding("wrap-bytes-limit");
}

static void stops_at_the_largest_number_of_parts(void **state)
{
	struct file file;
	struct wrap_parts parts;

	(void)state;
	if (is_left_out("zip"))
		return;
	file = load("zip-many");
	assert_int_equal(unpack(file, &parts), IGDROM_OK);
	assert_int_equal(parts.count, 32);
	(void)only_finding("wrap-parts-limit");
	wrap_parts_free(&parts);
	free(file.data);
}

static void stops_when_all_parts_together_are_too_large(void **state)
{
	struct file file;
	struct wrap_caps caps = {.max_bytes = 6000, .max_part = PART_MAX, .max_parts = 32};
	struct wrap_sink sink = {add, NULL, NULL};
	struct wrap_parts parts;

	(void)state;
	if (is_left_out("zip"))
		return;
	sink.to = report;
	file = load("7z");
	assert_int_equal(wrap_unpack(cur_from(file.data, file.size, 0), &caps, &sink, &parts),
			 IGDROM_OK);
	assert_int_equal(parts.count, 1);
	assert_int_equal(parts.parts[0].bytes.size, 5000);
	assert_true(parts.decoded <= caps.max_bytes);
	assert_true(has_finding("wrap-bytes-limit"));
	wrap_parts_free(&parts);
	free(file.data);
}

/* Each part fits by itself, and what came out before counts. */
static void counts_what_each_part_has_cost(void **state)
{
	struct wrap_caps caps = {.max_bytes = SIZE_MAX, .max_part = PART_MAX, .max_parts = 32};
	struct wrap_sink sink = {add, NULL, NULL};
	struct wrap_parts parts;
	struct file file;
	uint64_t total = 0;
	size_t count;

	(void)state;
	if (is_left_out("zip"))
		return;
	sink.to = report;
	file = load("zip");
	assert_int_equal(wrap_unpack(cur_from(file.data, file.size, 0), &caps, &sink, &parts),
			 IGDROM_OK);
	count = parts.count;
	assert_true(count > 1);
	for (size_t i = 0; i < count; i++)
		total += parts.parts[i].bytes.size;
	wrap_parts_free(&parts);
	caps.max_bytes = total - 1;
	assert_int_equal(wrap_unpack(cur_from(file.data, file.size, 0), &caps, &sink, &parts),
			 IGDROM_OK);
	assert_int_equal(parts.count, count - 1);
	assert_true(has_finding("wrap-bytes-limit"));
	wrap_parts_free(&parts);
	free(file.data);
}

struct patience {
	unsigned asked, most;
};

static bool has_patience(void *to)
{
	struct patience *patience = to;

	return patience->asked++ < patience->most;
}

static void forget(void *to, enum finding_code code, uint64_t offset,
		   const struct igdrom_finding_arg *args, size_t arg_count)
{
	(void)to;
	(void)code;
	(void)offset;
	(void)args;
	(void)arg_count;
}

static void an_archive_can_be_canceled_anywhere(void **state)
{
	static const char *const names[] = {"zip", "7z", "cab"};
	struct wrap_caps caps = {.max_bytes = SIZE_MAX, .max_part = PART_MAX, .max_parts = 32};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct file file = load(names[i]);
		struct cur all = cur_from(file.data, file.size, 0);
		struct patience patience = {.most = UINT_MAX};
		struct wrap_sink sink = {forget, &patience, has_patience};
		struct wrap_parts parts;
		unsigned questions;

		if (!is_left_out(names[i])) {
			assert_int_equal(wrap_unpack(all, &caps, &sink, &parts), IGDROM_OK);
			wrap_parts_free(&parts);
			questions = patience.asked;
			assert_true(questions > 2);
			for (patience.most = 0; patience.most < questions; patience.most++) {
				patience.asked = 0;
				assert_int_equal(wrap_unpack(all, &caps, &sink, &parts),
						 IGDROM_E_CANCELED);
				assert_int_equal(patience.asked, patience.most + 1);
				assert_int_equal(parts.count, 0);
				assert_null(parts.parts);
			}
		}
		free(file.data);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(joins_the_blocks_of_bios_guard_components_in_their_order),
		TEST(gives_a_nested_bios_guard_package_as_the_part_it_is),
		TEST(says_when_a_bios_guard_package_ends_inside_a_block),
		TEST(says_when_a_bios_guard_block_has_no_script),
		TEST(finds_no_component_where_the_index_lists_none),
		TEST(takes_a_dell_update_apart_level_by_level),
		TEST(puts_the_blocks_of_a_dell_image_where_they_go_in_flash),
		TEST(compares_the_checksums_of_a_dell_update),
		TEST(reads_a_dell_section_whose_header_lies_about_its_size),
		TEST(finds_the_images_of_an_insyde_updater_and_not_its_constants),
		TEST(decodes_the_modules_of_an_ami_updater),
		TEST(decodes_a_file_that_is_compressed_as_a_whole),
		TEST(undoes_what_hides_an_archive),
		TEST(reads_archives_of_every_kind),
		TEST(reads_archives_behind_programs_that_unpack_them),
		TEST(reads_what_a_disk_boots_from),
		TEST(leaves_out_files_that_are_no_firmware_and_says_so),
		TEST(makes_names_harmless),
		TEST(says_what_opens_an_encrypted_archive),
		TEST(says_which_file_uses_a_method_that_is_not_known),
		TEST(says_what_opens_a_package_that_is_not_opened),
		TEST(takes_no_program_for_a_package_because_of_its_constants),
		TEST(finds_the_volume_deep_inside_of_an_update),
		TEST(leaves_out_a_bomb_and_reads_what_follows),
		TEST(stops_at_the_largest_number_of_parts),
		TEST(stops_when_all_parts_together_are_too_large),
		TEST(counts_what_each_part_has_cost),
		TEST(an_archive_can_be_canceled_anywhere),
	};

	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	if (failed == 0 && left_out) {
		puts("Not all packages can be opened: configure with IGDROM_ARCHIVE and "
		     "IGDROM_ZLIB "
		     "to test them all.");
		return getenv("IGDROM_NO_SKIP") ? 1 : SKIPPED;
	}
	return failed;
}
