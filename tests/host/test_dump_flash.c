/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware of a machine that is played: from MTD, and from the window below 4 GiB. */
#include "host/dump_rig.h"

#include <errno.h>
#include <stdio.h>

#define MIB      (1u << 20)
#define WINDOW   (16 * MIB)
#define TOP      (1ull << 32)
#define MTD      "/sys/class/mtd/"
#define CHIP     (1 * MIB)
#define CHIP_TXT "1048576\n"

static uint8_t *chip;

static int setup_all(void **state)
{
	(void)state;
	chip = malloc(WINDOW);
	assert_non_null(chip);
	for (size_t i = 0; i < WINDOW; i++)
		chip[i] = (uint8_t)(i * 31 + i / 4096 + i / 65536);
	return 0;
}

static int teardown_all(void **state)
{
	(void)state;
	free(chip);
	return 0;
}

static enum igdrom_status flash_under(struct fake *fake, const struct igdrom_limits *limits)
{
	fake_again(fake);
	return dump_flash(&fake->machine, limits, fake->report, &fake->dump);
}

static enum igdrom_status flash(struct fake *fake)
{
	return flash_under(fake, NULL);
}

static void gives(const struct fake *fake, const uint8_t *data, size_t size, const char *source)
{
	struct igdrom_bytes bytes = igdrom_dump_bytes(fake->dump);

	assert_int_equal(bytes.size, size);
	assert_int_equal(memcmp(bytes.data, data, size), 0);
	assert_string_equal(igdrom_dump_source(fake->dump), source);
	assert_int_equal(igdrom_dump_what(fake->dump), IGDROM_DUMP_FLASH);
}

static void put_mtd(struct fake *fake, const char *number, const char *type, const char *name,
		    const char *size)
{
	char path[128];

	snprintf(path, sizeof(path), MTD "mtd%s/type", number);
	fake_text(fake, path, type);
	snprintf(path, sizeof(path), MTD "mtd%s/name", number);
	fake_text(fake, path, name);
	snprintf(path, sizeof(path), MTD "mtd%s/size", number);
	fake_text(fake, path, size);
	snprintf(path, sizeof(path), MTD "mtd%sro/type", number);
	fake_text(fake, path, type);
}

static void takes_the_bios_partition_before_others(void **state)
{
	struct fake *fake = *state;

	put_mtd(fake, "0", "nor\n", "spi0.0\n", "2097152\n");
	put_mtd(fake, "1", "nor\n", "BIOS\n", CHIP_TXT);
	put_mtd(fake, "2", "nand\n", "BIOS\n", "4194304\n");
	fake_put(fake, "/dev/mtd1ro", chip, CHIP);
	fake_put(fake, "/dev/mtd0ro", chip, 2 * MIB);
	assert_int_equal(flash(fake), IGDROM_OK);
	gives(fake, chip, CHIP, "/dev/mtd1ro (BIOS)");
	assert_int_equal(igdrom_report_count(fake->report), 0);
	assert_int_equal(fake->writes, 0);
	/* No such name: the largest. */
	put_mtd(fake, "1", "nor\n", "", CHIP_TXT);
	assert_int_equal(flash(fake), IGDROM_OK);
	gives(fake, chip, 2 * MIB, "/dev/mtd0ro (spi0.0)");
}

static void what_is_protected_is_filled_and_told(void **state)
{
	struct fake *fake = *state;
	uint8_t *wanted = malloc(CHIP);
	struct fake_file *file;

	assert_non_null(wanted);
	memcpy(wanted, chip, CHIP);
	memset(wanted + 0x3000, 0xff, 0x2000);
	put_mtd(fake, "0", "nor\n", "BIOS\n", CHIP_TXT);
	file = fake_put(fake, "/dev/mtd0ro", chip, CHIP);
	file->bad_from = 0x3800;
	file->bad_to = 0x4001;
	assert_int_equal(flash(fake), IGDROM_OK);
	gives(fake, wanted, CHIP, "/dev/mtd0ro (BIOS)");
	assert_true(fake_found(fake, "dump-flash-gaps"));
	free(wanted);
}

static void tries_memory_when_the_chip_cannot_be_read(void **state)
{
	struct fake *fake = *state;
	struct fake_file *file;

	put_mtd(fake, "0", "nor\n", "BIOS\n", CHIP_TXT);
	fake_memory(fake, TOP - WINDOW, chip, WINDOW);
	assert_int_equal(flash(fake), IGDROM_OK);
	gives(fake, chip, WINDOW, "/dev/mem at 0xff000000");
	assert_true(fake_found(fake, "dump-flash-mtd-unreadable"));
	file = fake_put(fake, "/dev/mtd0ro", chip, CHIP);
	file->read_error = EIO;
	assert_int_equal(flash(fake), IGDROM_OK);
	gives(fake, chip, WINDOW, "/dev/mem at 0xff000000");
	assert_true(fake_found(fake, "dump-flash-mtd-unreadable"));
	/* For who is not root the way is not memory but root. */
	file->open_error = EACCES;
	assert_int_equal(flash(fake), IGDROM_E_ACCESS);
	assert_string_equal(fake_error(fake), "dump-root");
}

static void takes_a_chip_that_is_seen_several_times_once(void **state)
{
	struct fake *fake = *state;
	uint8_t *window = malloc(WINDOW);

	assert_non_null(window);
	fake_memory(fake, TOP - WINDOW, window, WINDOW);
	for (size_t size = 64 * 1024; size <= WINDOW; size *= 4) {
		char source[64];

		for (size_t at = 0; at < WINDOW; at += size)
			memcpy(window + at, chip, size);
		snprintf(source, sizeof(source), "/dev/mem at 0x%llx",
			 (unsigned long long)(TOP - size));
		assert_int_equal(flash(fake), IGDROM_OK);
		gives(fake, chip, size, source);
		assert_int_equal(fake_found(fake, "dump-flash-repeats"), size < WINDOW);
	}
	free(window);
}

static void leaves_out_what_is_empty_before_the_chip(void **state)
{
	static const uint8_t empty[] = {0x00, 0xff};
	struct fake *fake = *state;

	fake_memory(fake, TOP - CHIP, chip, CHIP);
	for (size_t i = 0; i < 2; i++) {
		fake->elsewhere = empty[i];
		assert_int_equal(flash(fake), IGDROM_OK);
		gives(fake, chip, CHIP, "/dev/mem at 0xfff00000");
		assert_true(fake_found(fake, "dump-flash-trimmed"));
		assert_false(fake_found(fake, "dump-flash-repeats"));
	}
}

static void a_window_with_nothing_in_it_is_no_firmware(void **state)
{
	struct fake *fake = *state;

	fake_memory(fake, 0, chip, 16);
	assert_int_equal(flash(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-flash-blank");
	assert_true(fake_found(fake, "dump-flash-instead"));
	fake->memory_error = EPERM;
	assert_int_equal(flash(fake), IGDROM_E_ACCESS);
	assert_string_equal(fake_error(fake), "dump-memory-strict");
	fake_remove(fake, "/dev/mem");
	assert_int_equal(flash(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-memory-missing");
}

static void takes_no_size_that_is_none(void **state)
{
	static const char *const sizes[] = {"", "0\n", "-4096\n", "12 monkeys\n",
					    "99999999999999999999\n"};
	struct fake *fake = *state;

	fake_put(fake, "/dev/mtd0ro", chip, CHIP);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		put_mtd(fake, "0", "nor\n", "BIOS\n", sizes[i]);
		assert_int_equal(flash(fake), IGDROM_E_NOT_FOUND);
		assert_string_equal(fake_error(fake), "dump-memory-missing");
	}
}

struct progress {
	unsigned calls, stop_at;
	uint64_t done, total;
};

static bool on_progress(void *user, uint64_t done, uint64_t total)
{
	struct progress *progress = user;

	assert_true(progress->calls == 0 || done > progress->done);
	assert_true(done < total);
	progress->done = done;
	progress->total = total;
	return ++progress->calls != progress->stop_at;
}

static void tells_how_far_it_is_and_can_be_canceled(void **state)
{
	struct fake *fake = *state;
	struct progress progress = {0};
	struct igdrom_limits *limits;

	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_limits_set_progress(limits, on_progress, &progress), IGDROM_OK);
	fake_memory(fake, TOP - WINDOW, chip, WINDOW);
	assert_int_equal(flash_under(fake, limits), IGDROM_OK);
	assert_true(progress.calls >= 16);
	assert_int_equal(progress.total, WINDOW);
	progress = (struct progress){.stop_at = 3};
	assert_int_equal(flash_under(fake, limits), IGDROM_E_CANCELED);
	assert_null(fake->dump);
	assert_int_equal(progress.calls, 3);
	put_mtd(fake, "0", "nor\n", "BIOS\n", CHIP_TXT);
	fake_put(fake, "/dev/mtd0ro", chip, CHIP);
	progress = (struct progress){.stop_at = 2};
	assert_int_equal(flash_under(fake, limits), IGDROM_E_CANCELED);
	assert_int_equal(progress.total, CHIP);
	assert_int_equal(fake->open_files, 0);
	igdrom_limits_free(limits);
}

static void reads_no_more_than_it_may(void **state)
{
	struct fake *fake = *state;
	struct igdrom_limits *limits;

	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_INPUT_BYTES, CHIP - 1), IGDROM_OK);
	put_mtd(fake, "0", "nor\n", "BIOS\n", CHIP_TXT);
	fake_put(fake, "/dev/mtd0ro", chip, CHIP);
	assert_int_equal(flash_under(fake, limits), IGDROM_E_LIMIT);
	fake_remove(fake, MTD "mtd0/type");
	fake_memory(fake, TOP - WINDOW, chip, WINDOW);
	assert_int_equal(flash_under(fake, limits), IGDROM_E_LIMIT);
	igdrom_limits_free(limits);
}

static void whichever_call_fails_what_is_given_is_whole_or_it_is_said(void **state)
{
	struct fake *fake = *state;
	unsigned calls;

	put_mtd(fake, "0", "nor\n", "BIOS\n", CHIP_TXT);
	fake_put(fake, "/dev/mtd0ro", chip, CHIP);
	assert_int_equal(flash(fake), IGDROM_OK);
	calls = fake->calls;
	for (unsigned i = 1; i <= calls; i++) {
		fake->fail_at = i;
		if (flash(fake) != IGDROM_OK)
			assert_string_not_equal(fake_error(fake), "");
		else if (!fake_found(fake, "dump-flash-gaps"))
			assert_int_equal(memcmp(igdrom_dump_bytes(fake->dump).data, chip, CHIP), 0);
		assert_int_equal(fake->open_files, 0);
	}
	fake_remove(fake, MTD "mtd0/type");
	fake_memory(fake, TOP - WINDOW, chip, WINDOW);
	for (unsigned i = 1; i < 24; i++) {
		fake->fail_at = i;
		if (flash(fake) == IGDROM_OK)
			gives(fake, chip, WINDOW, "/dev/mem at 0xff000000");
		else
			assert_string_not_equal(fake_error(fake), "");
		assert_int_equal(fake->open_files, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(takes_the_bios_partition_before_others, fake_setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(what_is_protected_is_filled_and_told, fake_setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(tries_memory_when_the_chip_cannot_be_read,
						fake_setup, fake_teardown),
		cmocka_unit_test_setup_teardown(takes_a_chip_that_is_seen_several_times_once,
						fake_setup, fake_teardown),
		cmocka_unit_test_setup_teardown(leaves_out_what_is_empty_before_the_chip,
						fake_setup, fake_teardown),
		cmocka_unit_test_setup_teardown(a_window_with_nothing_in_it_is_no_firmware,
						fake_setup, fake_teardown),
		cmocka_unit_test_setup_teardown(takes_no_size_that_is_none, fake_setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(tells_how_far_it_is_and_can_be_canceled, fake_setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(reads_no_more_than_it_may, fake_setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(
			whichever_call_fails_what_is_given_is_whole_or_it_is_said, fake_setup,
			fake_teardown),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
