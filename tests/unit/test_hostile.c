/* SPDX-License-Identifier: BSD-2-Clause */
/* Inputs that were made to cost much: what they may cost is bounded. */
#include "unit/unit.h"

#include <igdrom/rom.h>

#include "oprom/oprom.h"

#define EXPANDED_AT (0x1a + 2 + 0x1c) /* payload of an image with neither list nor padding */

/* An image whose stream announces `original` bytes and is cut off after its header. */
static void put_broken_stream(uint8_t *image, uint32_t original, bool last)
{
	static const uint8_t head[] = {0x55, 0xaa, 1, 0, 0xf1, 0x0e, 0, 0, 11, 0, 0x64, 0x86, 1};
	static const uint8_t pcir[] = {'P', 'C', 'I', 'R', 0x86, 0x80, 0x80, 0x46, 0, 0, 0x1c, 0,
				       3,   0,   0,   3,   1,    0,    0,    0,    3, 0, 0,    0};

	memset(image, 0, OPROM_UNIT);
	memcpy(image, head, sizeof(head));
	image[0x16] = EXPANDED_AT;
	image[0x18] = 0x1c;
	memcpy(image + 0x1c, pcir, sizeof(pcir));
	image[0x1c + 0x15] = last ? OPROM_INDICATOR_LAST : 0;
	for (unsigned i = 0; i < 4; i++)
		image[EXPANDED_AT + 4 + i] = (uint8_t)(original >> 8 * i);
}

/* Otherwise each of 256 images could make the decoder work for the whole budget. */
static void streams_that_fail_use_up_the_budget_of_decompression(void **state)
{
	uint8_t data[3 * OPROM_UNIT];
	struct igdrom_limits *limits;
	struct igdrom_bytes payload;
	struct igdrom_rom *rom;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		put_broken_stream(data + (size_t)i * OPROM_UNIT, 400, i == 2);
	assert_int_equal(igdrom_limits_new(&limits), IGDROM_OK);
	assert_int_equal(igdrom_limits_set(limits, IGDROM_LIMIT_EXPANDED_BYTES, 1000), IGDROM_OK);
	assert_int_equal(igdrom_rom_parse(data, sizeof(data), limits, NULL, &rom), IGDROM_OK);
	assert_int_equal(igdrom_rom_image_count(rom), 3);
	assert_int_equal(igdrom_rom_image_payload(igdrom_rom_image_at(rom, 0), &payload),
			 IGDROM_E_CORRUPT);
	assert_int_equal(igdrom_rom_image_payload(igdrom_rom_image_at(rom, 1), &payload),
			 IGDROM_E_CORRUPT);
	assert_int_equal(igdrom_rom_image_payload(igdrom_rom_image_at(rom, 2), &payload),
			 IGDROM_E_LIMIT);
	igdrom_rom_free(rom);
	igdrom_limits_free(limits);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_that_fail_use_up_the_budget_of_decompression),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
