/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include <igdrom/rom.h>

static unsigned word(const uint8_t *p)
{
	return p[0] | p[1] << 8;
}

/* Offsets: PE/COFF specification, optional header of PE32+. */
static void the_embedded_driver_is_a_boot_service_driver_for_x64(void **state)
{
	struct igdrom_bytes driver = igdrom_guest_driver();
	unsigned pe;

	(void)state;
	assert_in_range(driver.size, 1024, 24576);
	assert_memory_equal(driver.data, "MZ", 2);
	pe = word(driver.data + 0x3c);
	assert_in_range(pe, 0x40, 512);
	assert_memory_equal(driver.data + pe, "PE\0\0", 4);
	assert_int_equal(word(driver.data + pe + 4), 0x8664);
	assert_int_equal(word(driver.data + pe + 24), 0x20b);
	assert_int_equal(word(driver.data + pe + 24 + 68), 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_embedded_driver_is_a_boot_service_driver_for_x64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
