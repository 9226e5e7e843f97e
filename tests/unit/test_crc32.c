/* SPDX-License-Identifier: BSD-2-Clause */
#include "unit/unit.h"

#include "igd/crc32.h"

static void crc32_gives_the_check_value_of_the_standard(void **state)
{
	(void)state;
	/* "check" of CRC-32/ISO-HDLC in the RevEng catalogue; gzip and zlib give the same. */
	assert_true(igd_crc32(0, "123456789", 9) == 0xcbf43926u);
	assert_true(igd_crc32(0, NULL, 0) == 0);
}

static void crc32_continues_over_parts(void **state)
{
	(void)state;
	assert_true(igd_crc32(igd_crc32(0, "1234", 4), "56789", 5) == 0xcbf43926u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crc32_gives_the_check_value_of_the_standard),
		cmocka_unit_test(crc32_continues_over_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
