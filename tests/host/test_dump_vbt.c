/* SPDX-License-Identifier: BSD-2-Clause */
/* VBT and OpRegion, from the driver's files and from memory. */
#include "host/dump_rig.h"

#include <errno.h>
#include <stdio.h>

#define DRI      "/sys/kernel/debug/dri/"
#define ASLS     0x7a2c9018u
#define EXTENDED 0x7a2d0004u
#define BODY     0x2000u
#define SMALL    4300
#define LARGE    8666

static uint8_t body[BODY], small[6144], large[LARGE];

static int setup(void **state)
{
	struct fake *fake;

	if (fake_setup(state) != 0)
		return -1;
	fake = *state;
	memset(small, 0, sizeof(small));
	make_vbt(small, SMALL);
	make_vbt(large, LARGE);
	for (unsigned i = 0; i < 4; i++)
		fake->config[0xfc + i] = (uint8_t)(ASLS >> 8 * i);
	return 0;
}

static enum igdrom_status vbt(struct fake *fake)
{
	fake_again(fake);
	return dump_vbt(&fake->machine, fake->report, &fake->dump);
}

static enum igdrom_status opregion(struct fake *fake)
{
	fake_again(fake);
	return dump_opregion(&fake->machine, fake->report, &fake->dump);
}

static void gives(const struct fake *fake, const uint8_t *data, size_t size)
{
	struct igdrom_bytes bytes = igdrom_dump_bytes(fake->dump);

	assert_int_equal(bytes.size, size);
	assert_memory_equal(bytes.data, data, size);
}

/* The OpRegion that was dumped is one in which readers find this table. */
static void holds(const struct fake *fake, const uint8_t *table, size_t size)
{
	struct igdrom_bytes bytes = igdrom_dump_bytes(fake->dump), found;
	struct igdrom_opregion *parsed;

	assert_int_equal(igdrom_opregion_parse(bytes.data, bytes.size, NULL, &parsed), IGDROM_OK);
	assert_non_null(igdrom_opregion_vbt(parsed));
	found = igdrom_vbt_bytes(igdrom_opregion_vbt(parsed));
	assert_int_equal(found.size, size);
	assert_memory_equal(found.data, table, size);
	igdrom_opregion_free(parsed);
}

static void takes_the_table_of_the_driver_without_padding(void **state)
{
	struct fake *fake = *state;

	fake_text(fake, DRI "0/name", "i915 dev=0000:00:02.0 unique=0000:00:02.0\n");
	fake_put(fake, DRI "0/i915_vbt", small, sizeof(small));
	assert_int_equal(vbt(fake), IGDROM_OK);
	gives(fake, small, SMALL);
	assert_string_equal(igdrom_dump_source(fake->dump), DRI "0/i915_vbt");
	assert_int_equal(igdrom_dump_what(fake->dump), IGDROM_DUMP_VBT);
	assert_int_equal(fake->writes, 0);
}

static void takes_the_integrated_gpu_among_several(void **state)
{
	static uint8_t other[SMALL];
	struct fake *fake = *state;

	make_vbt(other, SMALL);
	other[100] = 1;
	fake_text(fake, DRI "0/name", "i915 dev=0000:03:00.0 unique=0000:00:02.0\n");
	fake_put(fake, DRI "0/i915_vbt", other, sizeof(other));
	fake_text(fake, DRI "1/name", "xe dev=0000:00:02.0\n");
	fake_put(fake, DRI "1/i915_vbt", small, sizeof(small));
	fake_text(fake, DRI "2/name", "vgem dev=vgem unique=vgem\n");
	assert_int_equal(vbt(fake), IGDROM_OK);
	gives(fake, small, SMALL);
	/* Newer kernels name the directory. */
	fake_text(fake, DRI "1/name", "unreadable\n");
	fake_put(fake, DRI "0000:00:02.0/i915_vbt", small, sizeof(small));
	assert_int_equal(vbt(fake), IGDROM_OK);
	assert_string_equal(igdrom_dump_source(fake->dump), DRI "0000:00:02.0/i915_vbt");
	/* 0000:00:02.01 does not exist, and is none of ours. */
	fake_text(fake, DRI "1/name", "i915 dev=0000:00:02.01\n");
	fake_remove(fake, DRI "0000:00:02.0/i915_vbt");
	assert_int_equal(vbt(fake), IGDROM_E_NOT_FOUND);
}

static void reads_memory_when_no_driver_has_the_gpu(void **state)
{
	struct fake *fake = *state;

	make_opregion(body, 0x0200, 0, 0);
	memcpy(body + 0x400, small, SMALL);
	fake_memory(fake, ASLS, body, BODY);
	assert_int_equal(vbt(fake), IGDROM_OK);
	gives(fake, small, SMALL);
	assert_string_equal(igdrom_dump_source(fake->dump), "/dev/mem at 0x7a2c9018");
	assert_int_equal(opregion(fake), IGDROM_OK);
	gives(fake, body, BODY);
	assert_int_equal(igdrom_dump_what(fake->dump), IGDROM_DUMP_OPREGION);
	assert_int_equal(igdrom_report_count(fake->report), 0);
}

static void follows_rvda_absolute_in_2_0_and_relative_later(void **state)
{
	static const struct {
		uint16_t version;
		uint64_t rvda;
	} cases[] = {{0x0200, EXTENDED}, {0x0201, EXTENDED - ASLS}, {0x0300, EXTENDED - ASLS}};
	struct fake *fake = *state;

	fake_memory(fake, ASLS, body, BODY);
	fake_memory(fake, EXTENDED, large, LARGE);
	for (size_t i = 0; i < 3; i++) {
		make_opregion(body, cases[i].version, cases[i].rvda, LARGE);
		assert_int_equal(vbt(fake), IGDROM_OK);
		gives(fake, large, LARGE);
		assert_int_equal(opregion(fake), IGDROM_OK);
		assert_int_equal(igdrom_dump_bytes(fake->dump).size, BODY + LARGE);
		holds(fake, large, LARGE);
		assert_true(fake_found(fake, "dump-opregion-joined"));
		/* 2.0 becomes 2.1, as RVDA is relative now; others stay. */
		assert_int_equal(igdrom_dump_bytes(fake->dump).data[0x17], cases[i].version >> 8);
		assert_int_equal(igdrom_dump_bytes(fake->dump).data[0x16],
				 i == 0 ? 1 : cases[i].version & 0xff);
	}
}

static void joins_the_two_files_of_the_driver(void **state)
{
	struct fake *fake = *state;

	make_opregion(body, 0x0201, BODY, LARGE);
	fake_text(fake, DRI "0/name", "i915 dev=0000:00:02.0\n");
	fake_put(fake, DRI "0/i915_opregion", body, BODY);
	fake_put(fake, DRI "0/i915_vbt", large, LARGE);
	assert_int_equal(opregion(fake), IGDROM_OK);
	holds(fake, large, LARGE);
	assert_string_equal(igdrom_dump_source(fake->dump), DRI "0/i915_opregion");
	assert_false(fake_found(fake, "dump-opregion-joined"));
	fake_remove(fake, DRI "0/i915_vbt");
	assert_int_equal(opregion(fake), IGDROM_OK);
	gives(fake, body, BODY);
	assert_true(fake_found(fake, "dump-opregion-vbt-left"));
}

static void an_rvds_that_cannot_be_is_not_followed(void **state)
{
	struct fake *fake = *state;

	fake_memory(fake, ASLS, body, BODY);
	make_opregion(body, 0x0201, 0x3000, 0xffffffff);
	assert_int_equal(opregion(fake), IGDROM_OK);
	gives(fake, body, BODY);
	assert_true(fake_found(fake, "dump-opregion-vbt-left"));
	make_opregion(body, 0x0200, UINT64_MAX, 16);
	assert_int_equal(opregion(fake), IGDROM_OK);
	assert_true(fake_found(fake, "dump-opregion-vbt-left"));
	assert_int_equal(vbt(fake), IGDROM_E_NOT_FOUND);
	assert_string_equal(fake_error(fake), "dump-vbt-none");
}

static void fails_with(struct fake *fake, enum igdrom_status status, const char *code)
{
	assert_int_equal(vbt(fake), status);
	assert_string_equal(fake_error(fake), code);
	assert_null(fake->dump);
	assert_int_equal(opregion(fake), status);
	assert_string_equal(fake_error(fake), code);
	assert_null(fake->dump);
}

/* /proc/iomem as the kernel makes it; ACPI memory is busy (do_mark_busy() of e820.c). */
static void says_whose_memory_it_is(struct fake *fake)
{
	static const struct {
		const char *iomem, *code, *owner;
	} rows[] = {
		{"00100000-64ffffff : System RAM\n7a2c0000-7a2cffff : ACPI Non-volatile Storage\n",
		 "dump-memory-acpi", "ACPI Non-volatile Storage"},
		{"7a2c9018-7a2c9018 : ACPI Tables\n", "dump-memory-acpi", "ACPI Tables"},
		{"00100000-7fffffff : System RAM\n  2c000000-2d000000 : Kernel code\n",
		 "dump-memory-ram", NULL},
		{"00000000-ffffffff : PCI Bus 0000:00\n  7a000000-7affffff : 0000:00:02.0\n"
		 "  7b000000-7bffffff : 0000:00:1f.5\n",
		 "dump-memory-strict", "0000:00:02.0"},
		{"7a2c9019-7affffff : ACPI Tables\n00000000-7a2c9017 : System RAM\n",
		 "dump-memory-strict", "not listed"},
		{"7a2c0000 7a2cffff : ACPI Tables\n7a2c0000-7a2cffff ACPI\n7a2c0000-7a2cffff "
		 ":\n\n:\n",
		 "dump-memory-strict", "not listed"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct igdrom_finding *last;

		fake_text(fake, "/proc/iomem", rows[i].iomem);
		fails_with(fake, IGDROM_E_ACCESS, rows[i].code);
		last = igdrom_report_at(fake->report, igdrom_report_count(fake->report) - 1);
		for (size_t k = 0; k < igdrom_report_count(fake->report); k++) {
			if (!strcmp(igdrom_finding_code(igdrom_report_at(fake->report, k)),
				    rows[i].code))
				last = igdrom_report_at(fake->report, k);
		}
		if (rows[i].owner)
			assert_non_null(strstr(igdrom_finding_text(last), rows[i].owner));
	}
	fake_text(fake, "/proc/iomem", "");
}

static void says_what_the_kernel_does_not_allow(void **state)
{
	struct fake *fake = *state;
	struct fake_file *memory;

	fails_with(fake, IGDROM_E_NOT_FOUND, "dump-memory-missing");
	assert_true(fake_found(fake, "dump-debugfs-unmounted"));
	fake_memory(fake, ASLS, body, BODY);
	make_opregion(body, 0x0200, 0, 0);
	memcpy(body + 0x400, small, SMALL);
	memory = fake_text(fake, "/dev/mem", "");
	memory->open_error = EACCES;
	fails_with(fake, IGDROM_E_ACCESS, "dump-root");
	memory->open_error = EPERM;
	fails_with(fake, IGDROM_E_ACCESS, "dump-memory-denied");
	fake_text(fake, "/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	fails_with(fake, IGDROM_E_ACCESS, "dump-memory-denied");
	fake_text(fake, "/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	fails_with(fake, IGDROM_E_ACCESS, "dump-memory-lockdown");
	memory->open_error = 0;
	fake->memory_error = EPERM;
	fails_with(fake, IGDROM_E_ACCESS, "dump-memory-strict");
	says_whose_memory_it_is(fake);
	fake->memory_error = EFAULT;
	fails_with(fake, IGDROM_E_IO, "dump-memory-failed");
	fake->memory_error = 0;
	assert_int_equal(vbt(fake), IGDROM_OK);
	/* Who is not root sees 64 bytes. */
	fake->config_shown = 64;
	fails_with(fake, IGDROM_E_ACCESS, "dump-root");
}

static void says_what_firmware_has_not_set_up(void **state)
{
	struct fake *fake = *state;

	fake_memory(fake, ASLS, body, BODY);
	memset(body, 0, sizeof(body));
	fails_with(fake, IGDROM_E_NOT_FOUND, "dump-opregion-bad");
	memset(fake->config + 0xfc, 0, 4);
	fails_with(fake, IGDROM_E_NOT_FOUND, "dump-opregion-none");
	memset(fake->config + 0xfc, 0xff, 4);
	fails_with(fake, IGDROM_E_IO, "dump-igd-silent");
	fake_ids(fake, "0x1002\n", "0x1638\n", "0x030000\n");
	fails_with(fake, IGDROM_E_NOT_FOUND, "dump-no-igd");
	fake_ids(fake, "0x8086\n", "0x1533\n", "0x020000\n");
	fails_with(fake, IGDROM_E_NOT_FOUND, "dump-no-igd");
	fake_remove(fake, FAKE_DEVICE "vendor");
	fails_with(fake, IGDROM_E_NOT_FOUND, "pci-device-missing");
}

static void says_who_has_the_gpu(void **state)
{
	struct fake *fake = *state;

	fake_text(fake, "/sys/kernel/debug/sleep_time", "");
	assert_int_equal(vbt(fake), IGDROM_E_NOT_FOUND);
	assert_true(fake_found(fake, "dump-debugfs-none"));
	fake_text(fake, "/sys/bus/pci/drivers/vfio-pci/0000:00:02.0/vendor", "");
	assert_int_equal(vbt(fake), IGDROM_E_NOT_FOUND);
	assert_true(fake_found(fake, "dump-debugfs-vfio"));
	assert_false(fake_found(fake, "dump-debugfs-none"));
}

static void asks_vfio_when_it_has_the_gpu_and_memory_is_closed(void **state)
{
	static uint8_t region[BODY + LARGE];
	struct fake *fake = *state;

	make_opregion(region, 0x0201, BODY, LARGE);
	memcpy(region + BODY, large, LARGE);
	fake->vfio = (struct igdrom_bytes){region, sizeof(region)};
	fake_text(fake, "/sys/bus/pci/drivers/vfio-pci/0000:00:02.0/vendor", "");
	fake_text(fake, "/sys/kernel/iommu_groups/1/devices/0000:00:01.0/vendor", "");
	fake_text(fake, "/sys/kernel/iommu_groups/7/devices/0000:00:02.0/vendor", "");
	fake_memory(fake, ASLS, body, BODY);
	make_opregion(body, 0x0200, 0, 0);
	memcpy(body + 0x400, small, SMALL);
	assert_int_equal(opregion(fake), IGDROM_OK);
	gives(fake, body, BODY);
	fake->memory_error = EPERM;
	assert_int_equal(opregion(fake), IGDROM_OK);
	gives(fake, region, sizeof(region));
	assert_string_equal(igdrom_dump_source(fake->dump), "/dev/vfio/7");
	assert_int_equal(igdrom_report_count(fake->report), 0);
	assert_int_equal(vbt(fake), IGDROM_OK);
	gives(fake, large, LARGE);
	fake->vfio_error = EBUSY;
	fails_with(fake, IGDROM_E_ACCESS, "dump-memory-strict");
	assert_true(fake_found(fake, "dump-vfio-failed"));
	fake->vfio_error = EACCES;
	fails_with(fake, IGDROM_E_ACCESS, "dump-memory-strict");
	assert_false(fake_found(fake, "dump-vfio-failed"));
	fake->vfio_error = 0;
	region[0] = 'J';
	fails_with(fake, IGDROM_E_ACCESS, "dump-memory-strict");
}

static void whichever_call_fails_what_is_given_is_whole(void **state)
{
	struct fake *fake = *state;
	unsigned calls = 60;

	fake_memory(fake, ASLS, body, BODY);
	fake_memory(fake, EXTENDED, large, LARGE);
	make_opregion(body, 0x0201, EXTENDED - ASLS, LARGE);
	fake_text(fake, DRI "0/name", "i915 dev=0000:00:02.0\n");
	fake_put(fake, DRI "0/i915_opregion", body, BODY);
	fake_put(fake, DRI "0/i915_vbt", large, LARGE);
	for (unsigned i = 1; i <= calls; i++) {
		fake->fail_at = i;
		/* The driver's file, or memory, whatever works. */
		if (vbt(fake) == IGDROM_OK)
			gives(fake, large, LARGE);
		assert_int_equal(fake->open_files, 0);
		if (opregion(fake) != IGDROM_OK) {
			assert_string_not_equal(fake_error(fake), "");
			assert_null(fake->dump);
		} else if (!fake_found(fake, "dump-opregion-vbt-left")) {
			holds(fake, large, LARGE);
		}
		assert_int_equal(fake->open_files, 0);
		assert_int_equal(fake->writes, 0);
	}
	fake->fail_at = 0;
	assert_int_equal(opregion(fake), IGDROM_OK);
	assert_true(fake->calls < calls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(takes_the_table_of_the_driver_without_padding,
						setup, fake_teardown),
		cmocka_unit_test_setup_teardown(takes_the_integrated_gpu_among_several, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(reads_memory_when_no_driver_has_the_gpu, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(follows_rvda_absolute_in_2_0_and_relative_later,
						setup, fake_teardown),
		cmocka_unit_test_setup_teardown(joins_the_two_files_of_the_driver, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(an_rvds_that_cannot_be_is_not_followed, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(says_what_the_kernel_does_not_allow, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(says_what_firmware_has_not_set_up, setup,
						fake_teardown),
		cmocka_unit_test_setup_teardown(says_who_has_the_gpu, setup, fake_teardown),
		cmocka_unit_test_setup_teardown(asks_vfio_when_it_has_the_gpu_and_memory_is_closed,
						setup, fake_teardown),
		cmocka_unit_test_setup_teardown(whichever_call_fails_what_is_given_is_whole, setup,
						fake_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
