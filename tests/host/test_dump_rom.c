/* SPDX-License-Identifier: BSD-2-Clause */
/* The option ROM of a function that is played: what is changed to read it, and what is said of it. */
#include "host/dump_rig.h"

#include <igdrom/rom.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#define ROM_BYTES 65536u
#define OTHER     "0x10de\n"
#define SHADOWED                                     \
	"0 0 0\n0 0 0\n0 0 0\n0 0 0\n0 0 0\n0 0 0\n" \
	"0x00000000000c0000 0x00000000000dffff 0x0000000000000212\n0 0 0\n"

static const struct igdrom_pci_address at_2 = {.device = 2};
static uint8_t rom[ROM_BYTES];

static enum igdrom_status dump(struct fake *fake)
{
	fake_again(fake);
	return dump_rom(&fake->machine, &at_2, fake->report, &fake->dump);
}

static void gives_the_rom(const struct fake *fake)
{
	struct igdrom_bytes bytes = igdrom_dump_bytes(fake->dump);

	assert_int_equal(bytes.size, ROM_BYTES);
	assert_memory_equal(bytes.data, rom, ROM_BYTES);
	assert_string_equal(igdrom_dump_source(fake->dump), FAKE_DEVICE "rom");
	assert_int_equal(igdrom_dump_what(fake->dump), IGDROM_DUMP_ROM);
}

static int setup(void **state)
{
	if (fake_setup(state) != 0)
		return -1;
	make_vbios(rom, ROM_BYTES, 0x8086, 0x4680);
	fake_put(*state, FAKE_DEVICE "rom", rom, ROM_BYTES);
	return 0;
}

static void shade(struct fake *fake)
{
	fake_text(fake, FAKE_DEVICE "resource", SHADOWED);
	fake->shadow = true;
}

static void wakes_the_device_and_puts_everything_back(void **state)
{
	struct fake *fake = *state;

	assert_int_equal(dump(fake), IGDROM_OK);
	gives_the_rom(fake);
	assert_int_equal(igdrom_report_count(fake->report), 0);
	assert_true(fake_is_as_before(fake));
	assert_int_equal(fake->held_times, 1);
	/* on 1 1 0 0 command auto */
	assert_int_equal(fake->writes, 7);
}

static void a_rom_register_is_no_copy_in_memory(void **state)
{
	struct fake *fake = *state;

	fake_text(fake, FAKE_DEVICE "resource",
		  "0x212 0x212 0x212\n0 0 0\n0 0 0\n0 0 0\n0 0 0\n0 0 0\n"
		  "0x00000000fc000000 0x00000000fc01ffff 0x0000000000046200\n");
	assert_int_equal(dump(fake), IGDROM_OK);
	gives_the_rom(fake);
	assert_int_equal(fake->writes, 7);
	assert_false(fake_found(fake, "dump-rom-shadow"));
	/* Cut off before the line of the ROM. */
	fake_text(fake, FAKE_DEVICE "resource", "0x212 0x212 0x212\n");
	assert_int_equal(dump(fake), IGDROM_OK);
	assert_int_equal(fake->writes, 7);
}

static void switches_decode_on_by_the_register_where_a_driver_has_the_device(void **state)
{
	struct fake *fake = *state;

	fake->bound = true;
	assert_int_equal(dump(fake), IGDROM_OK);
	gives_the_rom(fake);
	assert_true(fake_is_as_before(fake));
}

static void leaves_the_device_alone_when_the_rom_is_a_copy_in_memory(void **state)
{
	struct fake *fake = *state;

	shade(fake);
	assert_int_equal(dump(fake), IGDROM_OK);
	gives_the_rom(fake);
	assert_true(fake_found(fake, "dump-rom-shadow"));
	assert_int_equal(fake->writes, 2);
	assert_true(fake_is_as_before(fake));
}

static void writes_nothing_to_a_captured_machine(void **state)
{
	struct fake *fake = *state;

	fake->machine.captured = true;
	assert_int_equal(dump(fake), IGDROM_OK);
	gives_the_rom(fake);
	assert_int_equal(fake->writes, 0);
	assert_int_equal(fake->held_times, 0);
	assert_int_equal(fake->open_files, 0);
}

/* A call that fails may be the one that puts something back: then it is said. */
static void sweep(struct fake *fake, unsigned at_least)
{
	unsigned calls;

	fake->fail_at = 0;
	assert_int_equal(dump(fake), IGDROM_OK);
	calls = fake->calls;
	assert_true(calls >= at_least);
	for (unsigned i = 1; i <= calls; i++) {
		enum igdrom_status status;

		fake->fail_at = i;
		status = dump(fake);
		assert_int_equal(fake->open_files, 0);
		assert_false(fake->held);
		assert_true(fake_is_as_before(fake) || fake_found(fake, "dump-rom-left"));
		if (status == IGDROM_OK) {
			gives_the_rom(fake);
		} else {
			assert_null(fake->dump);
			assert_string_not_equal(fake_error(fake), "");
		}
	}
}

static void whichever_call_fails_all_is_put_back_or_it_is_said_what_is_not(void **state)
{
	struct fake *fake = *state;

	sweep(fake, 30);
	fake->bound = true;
	sweep(fake, 30);
	shade(fake);
	sweep(fake, 10);
}

static void says_that_the_register_could_not_be_put_back(void **state)
{
	struct fake *fake = *state;

	/* As in lockdown: "enable" works, and leaves the bit set when it is taken back. */
	fake->config_write_error = EPERM;
	assert_int_equal(dump(fake), IGDROM_OK);
	gives_the_rom(fake);
	assert_true(fake_found(fake, "dump-rom-left"));
	assert_false(fake->rom_on);
	assert_false(fake->control_on);
}

static void a_read_that_fails_anywhere_gives_no_part_of_a_rom(void **state)
{
	struct fake *fake = *state;
	struct fake_file *file = fake_put(fake, FAKE_DEVICE "rom", rom, ROM_BYTES);

	for (size_t at = 0; at < ROM_BYTES; at += 997) {
		file->bad_from = at;
		file->bad_to = at + 1;
		assert_int_equal(dump(fake), IGDROM_E_NOT_FOUND);
		assert_null(fake->dump);
		assert_true(fake_is_as_before(fake));
	}
}

static void has_one_true_sentence_when_there_is_no_rom(void **state)
{
	struct fake *fake = *state;

	fake_remove(fake, FAKE_DEVICE "rom");
	assert_int_equal(dump(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-rom-no-vbios");
	assert_int_equal(igdrom_report_count(fake->report), 1);
	/* Kaby Lake has VBIOSes. */
	fake_ids(fake, "0x8086\n", "0x5912\n", "0x030000\n");
	assert_int_equal(dump(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-rom-uefi");
	fake_ids(fake, "0x8086\n", "0x4680\n", "0x038000\n");
	assert_int_equal(dump(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-rom-no-vbios");
	fake_ids(fake, OTHER, "0x1eb1\n", "0x030000\n");
	assert_int_equal(dump(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-rom-none");
	fake_remove(fake, FAKE_DEVICE "vendor");
	assert_int_equal(dump(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "pci-device-missing");
	assert_int_equal(fake->writes, 0);
}

static void a_copy_in_memory_that_is_none_means_uefi(void **state)
{
	static const uint8_t blank[4096];
	struct fake *fake = *state;

	shade(fake);
	fake_put(fake, FAKE_DEVICE "rom", blank, sizeof(blank));
	assert_int_equal(dump(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-rom-no-vbios");
	fake_put(fake, FAKE_DEVICE "rom", blank, 0);
	assert_int_equal(dump(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-rom-no-vbios");
	fake_ids(fake, OTHER, "0x1eb1\n", "0x030000\n");
	assert_int_equal(dump(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-rom-shadow-empty");
	assert_int_equal(fake->writes, 2);
}

static void a_copy_in_memory_may_be_that_of_another_card(void **state)
{
	struct fake *fake = *state;

	make_vbios(rom, ROM_BYTES, 0x10de, 0x1eb1);
	shade(fake);
	assert_int_equal(dump(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-rom-other");
	/* A ROM of the device's own is its own whatever it says. */
	fake_remove(fake, FAKE_DEVICE "resource");
	fake->shadow = false;
	assert_int_equal(dump(fake), IGDROM_OK);
	gives_the_rom(fake);
	assert_true(fake_found(fake, "dump-rom-device"));
}

static void tells_of_another_id_and_of_a_wrong_sum(void **state)
{
	struct fake *fake = *state;

	shade(fake);
	make_vbios(rom, ROM_BYTES, 0x8086, 0x0406);
	assert_int_equal(dump(fake), IGDROM_OK);
	assert_true(fake_found(fake, "dump-rom-device"));
	assert_false(fake_found(fake, "dump-rom-checksum"));
	assert_string_equal(fake_error(fake), "");
	make_vbios(rom, ROM_BYTES, 0x8086, 0x4680);
	rom[4000]++;
	assert_int_equal(dump(fake), IGDROM_OK);
	assert_false(fake_found(fake, "dump-rom-device"));
	assert_true(fake_found(fake, "dump-rom-checksum"));
	gives_the_rom(fake);
}

static void knows_sleep_from_an_empty_chip(void **state)
{
	static uint8_t ones[4096];
	struct fake *fake = *state;
	struct fake_file *file;

	memset(ones, 0xff, sizeof(ones));
	fake->stays_asleep = true;
	assert_int_equal(dump(fake), IGDROM_E_IO);
	assert_string_equal(fake_error(fake), "dump-rom-asleep");
	assert_true(fake_is_as_before(fake));
	fake->stays_asleep = false;
	fake_ids(fake, OTHER, "0x1eb1\n", "0x030000\n");
	fake_put(fake, FAKE_DEVICE "rom", ones, sizeof(ones));
	assert_int_equal(dump(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-rom-invalid");
	fake->machine.captured = true;
	assert_int_equal(dump(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-rom-blank");
	file = fake_put(fake, FAKE_DEVICE "rom", rom, ROM_BYTES);
	file->read_error = EINVAL;
	assert_int_equal(dump(fake), IGDROM_E_IO);
	assert_string_equal(fake_error(fake), "dump-rom-disabled");
}

static void takes_root_and_says_so(void **state)
{
	struct fake *fake = *state;
	static const int errors[] = {EACCES, EPERM};

	for (size_t i = 0; i < 2; i++) {
		fake_put(fake, FAKE_DEVICE "rom", rom, ROM_BYTES)->open_error = errors[i];
		assert_int_equal(dump(fake), IGDROM_E_ACCESS);
		assert_string_equal(fake_error(fake), "dump-root");
		assert_int_equal(fake->writes, 0);
		assert_int_equal(fake->held_times, 0);
	}
}

static void a_rom_without_end_is_refused(void **state)
{
	struct fake *fake = *state;
	uint8_t *large = calloc(1, IGDROM_ROM_MAX_BYTES + 1);

	assert_non_null(large);
	memcpy(large, rom, ROM_BYTES);
	fake_put(fake, FAKE_DEVICE "rom", large, IGDROM_ROM_MAX_BYTES + 1);
	assert_int_equal(dump(fake), IGDROM_E_LIMIT);
	assert_true(fake_is_as_before(fake));
	fake_put(fake, FAKE_DEVICE "rom", large, IGDROM_ROM_MAX_BYTES);
	assert_int_equal(dump(fake), IGDROM_OK);
	free(large);
}

/* Every prefix, and every byte of the headers changed. */
static void takes_whatever_bytes_there_are(void **state)
{
	struct fake *fake = *state;
	uint8_t *copy = malloc(2048);

	assert_non_null(copy);
	fake->machine.captured = true;
	make_vbios(rom, 2048, 0x8086, 0x4680);
	for (size_t size = 0; size <= 2048; size++) {
		uint8_t *exact = malloc(size ? size : 1);

		assert_non_null(exact);
		memcpy(exact, rom, size);
		fake_put(fake, FAKE_DEVICE "rom", exact, size);
		assert_true((dump(fake) == IGDROM_OK) == (fake->dump != NULL));
		free(exact);
	}
	for (size_t at = 0; at < 0x60; at++) {
		memcpy(copy, rom, 2048);
		copy[at] ^= 0xff;
		fake_put(fake, FAKE_DEVICE "rom", copy, 2048);
		assert_true((dump(fake) == IGDROM_OK) == (fake->dump != NULL));
	}
	free(copy);
}

static volatile sig_atomic_t came;

static void on_signal(int number)
{
	(void)number;
	came = 1;
}

static void a_signal_waits_until_all_is_put_back(void **state)
{
	struct sigaction action = {.sa_handler = on_signal};
	struct dump_machine machine;
	struct igdrom_host *host;

	(void)state;
	assert_int_equal(sigaction(SIGINT, &action, NULL), 0);
	assert_int_equal(igdrom_host_open("/", &host), IGDROM_OK);
	assert_int_equal(dump_machine_open(host, NULL, &machine), IGDROM_OK);
	machine.system->hold(machine.user, true);
	assert_int_equal(raise(SIGINT), 0);
	assert_int_equal(came, 0);
	machine.system->hold(machine.user, false);
	assert_int_equal(came, 1);
	dump_machine_close(&machine);
	igdrom_host_close(host);
}

static void misuse_is_refused(void **state)
{
	struct igdrom_pci_address bad = {.device = 32};
	struct igdrom_dump *out = (void *)state;
	struct igdrom_host *host;

	assert_int_equal(igdrom_host_open("/nothing-is-here", &host), IGDROM_OK);
	assert_int_equal(igdrom_host_dump_rom(NULL, NULL, NULL, &out), IGDROM_E_INVAL);
	assert_null(out);
	assert_int_equal(igdrom_host_dump_rom(host, &bad, NULL, &out), IGDROM_E_INVAL);
	assert_int_equal(igdrom_host_dump_rom(host, NULL, NULL, NULL), IGDROM_E_INVAL);
	assert_int_equal(igdrom_host_dump_rom(host, NULL, NULL, &out), IGDROM_E_NOT_FOUND);
	igdrom_host_close(host);
	assert_int_equal(igdrom_host_from_lspci("00:02.0 0300: 8086:4680\n", 24, NULL, &host),
			 IGDROM_OK);
	assert_int_equal(igdrom_host_dump_rom(host, NULL, NULL, &out), IGDROM_E_STATE);
	assert_int_equal(igdrom_host_dump_flash(host, NULL, NULL, &out), IGDROM_E_STATE);
	igdrom_host_close(host);
	assert_int_equal(igdrom_dump_what(NULL), 0);
	assert_null(igdrom_dump_source(NULL));
	assert_null(igdrom_dump_sha256(NULL));
	assert_int_equal(igdrom_dump_bytes(NULL).size, 0);
	assert_string_equal(igdrom_dump_kind_name((enum igdrom_dump_kind)9), "unknown");
	igdrom_dump_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(wakes_the_device_and_puts_everything_back, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(a_rom_register_is_no_copy_in_memory, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(
			switches_decode_on_by_the_register_where_a_driver_has_the_device, setup,
			fake_teardown),
		cmocka_unit_test_setup_teardown(
			leaves_the_device_alone_when_the_rom_is_a_copy_in_memory, setup,
			fake_teardown),
		cmocka_unit_test_setup_teardown(writes_nothing_to_a_captured_machine, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(
			whichever_call_fails_all_is_put_back_or_it_is_said_what_is_not, setup,
			fake_teardown),
		cmocka_unit_test_setup_teardown(says_that_the_register_could_not_be_put_back, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(a_read_that_fails_anywhere_gives_no_part_of_a_rom,
						setup, fake_teardown),
		cmocka_unit_test_setup_teardown(has_one_true_sentence_when_there_is_no_rom, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(a_copy_in_memory_that_is_none_means_uefi, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(a_copy_in_memory_may_be_that_of_another_card, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(tells_of_another_id_and_of_a_wrong_sum, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(knows_sleep_from_an_empty_chip, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(takes_root_and_says_so, setup, fake_teardown),
		cmocka_unit_test_setup_teardown(a_rom_without_end_is_refused, setup, fake_teardown),
		cmocka_unit_test_setup_teardown(takes_whatever_bytes_there_are, setup,
						fake_teardown),
		cmocka_unit_test(a_signal_waits_until_all_is_put_back),
		cmocka_unit_test(misuse_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
